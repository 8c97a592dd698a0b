/**
 * Byte-range locks of one stream.
 *
 * Source: FsRtl file lock routines as documented; MS-FSA 2.1.4.10 (conflicts), 2.1.5.8 (lock), 2.1.5.9 (unlock). A lock is owned by
 * file object, process and key.
 */

export interface LockOwner {
  readonly fileObject: object;
  readonly process: object | number | null;
  readonly key: number;
}

export interface ByteRangeLock extends LockOwner {
  readonly offset: bigint;
  readonly length: bigint;
  readonly exclusive: boolean;
}

interface WaitingLock {
  readonly lock: ByteRangeLock;
  /** Called once: true when the lock has been granted, false when its handle went first. */
  readonly end: (granted: boolean) => void;
}

const sameOwner = (a: LockOwner, b: LockOwner): boolean => a.fileObject === b.fileObject && a.process === b.process && a.key === b.key;

/** Ranges of length zero touch nothing but lie inside a range that contains their offset. */
const overlap = (a: { readonly offset: bigint; readonly length: bigint }, b: { readonly offset: bigint; readonly length: bigint }): boolean =>
  a.offset < b.offset + b.length && b.offset < a.offset + a.length;

export class FileLock {
  #locks: ByteRangeLock[] = [];
  #waiting: WaitingLock[] = [];

  get any(): boolean {
    return this.#locks.length > 0;
  }

  get locks(): readonly ByteRangeLock[] {
    return this.#locks;
  }

  /** Locks that were asked for and wait, first come first. */
  get waiting(): readonly ByteRangeLock[] {
    return this.#waiting.map(({ lock }) => lock);
  }

  /** Whether a file object holds a lock on exactly this range. */
  holds(fileObject: object, { key, offset, length }: { readonly key: number; readonly offset: bigint; readonly length: bigint }): boolean {
    return this.#locks.some((held) => held.fileObject === fileObject && held.key === key && held.offset === offset && held.length === length);
  }

  /** An exclusive lock excludes every other lock, a shared one other exclusive locks; the owner's own included. */
  #conflicts(wanted: ByteRangeLock): boolean {
    return this.#locks.some((held) => overlap(held, wanted) && (held.exclusive || wanted.exclusive));
  }

  /** True: granted. */
  tryLock(lock: ByteRangeLock): boolean {
    if (this.#conflicts(lock)) return false;
    this.#locks.push(lock);
    return true;
  }

  /** The lock is granted once what stands in its way is unlocked, first come first served. Returns a function that gives up. */
  wait(lock: ByteRangeLock, end: (granted: boolean) => void): () => boolean {
    const entry = { lock, end };
    this.#waiting.push(entry);
    return () => {
      const before = this.#waiting.length;
      this.#waiting = this.#waiting.filter((one) => one !== entry);
      return this.#waiting.length < before;
    };
  }

  /** False: STATUS_RANGE_NOT_LOCKED. */
  unlock(owner: LockOwner, offset: bigint, length: bigint): boolean {
    const at = this.#locks.findIndex((held) => sameOwner(held, owner) && held.offset === offset && held.length === length);
    if (at < 0) return false;
    this.#locks.splice(at, 1);
    this.#grantWaiting();
    return true;
  }

  /** Every lock of one open, in all processes or in one, with all keys or one. */
  unlockAll(fileObject: object, only: { readonly process?: object | number | null; readonly key?: number } = {}): number {
    const goes = (held: ByteRangeLock): boolean =>
      held.fileObject === fileObject && (only.process === undefined || held.process === only.process) && (only.key === undefined || held.key === only.key);
    const before = this.#locks.length;
    this.#locks = this.#locks.filter((held) => !goes(held));
    const gone = before - this.#locks.length;
    if (gone > 0) this.#grantWaiting();
    return gone;
  }

  /** The handle is cleaned up: its locks go, and its requests that still wait. */
  cleanup(fileObject: object): void {
    if (this.#locks.length === 0 && this.#waiting.length === 0) return;
    const waiting = this.#waiting.filter((one) => one.lock.fileObject === fileObject);
    this.#waiting = this.#waiting.filter((one) => one.lock.fileObject !== fileObject);
    for (const one of waiting) one.end(false);
    this.unlockAll(fileObject);
  }

  /** Reading is stopped by another owner's exclusive lock. */
  allowsRead(owner: LockOwner, offset: bigint, length: bigint): boolean {
    return !this.#locks.some((held) => held.exclusive && !sameOwner(held, owner) && overlap(held, { offset, length }));
  }

  /** Writing is stopped by another owner's lock and by a shared lock of one's own. */
  allowsWrite(owner: LockOwner, offset: bigint, length: bigint): boolean {
    return !this.#locks.some((held) => (!held.exclusive || !sameOwner(held, owner)) && overlap(held, { offset, length }));
  }

  #grantWaiting(): void {
    for (const entry of [...this.#waiting]) {
      if (!this.#waiting.includes(entry) || !this.tryLock(entry.lock)) continue;
      this.#waiting = this.#waiting.filter((one) => one !== entry);
      entry.end(true);
    }
  }
}
