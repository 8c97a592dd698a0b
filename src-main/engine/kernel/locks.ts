/**
 * Locks that a thread owns: ERESOURCE, fast and guarded mutexes, push locks, spin locks; and rundown protection.
 *
 * Source: wdm.h, the page of each routine (ExAcquireResourceExclusiveLite, ExAcquireResourceSharedLite,
 * ExAcquireSharedStarveExclusive, ExAcquireSharedWaitForExclusive ...). IRQL and APC effects belong to the routines.
 */
import type { EngineThread } from './thread.ts';
import { Wait, type Blocking } from './wait.ts';

/** How a request for shared access treats threads that wait for exclusive access. */
export type SharedOrder = 'normal' | 'starve-exclusive' | 'wait-for-exclusive';

export interface Lock {
  readonly label: string;
  readonly owners: () => readonly EngineThread[];
  /** Absent: nobody can share it. */
  isExclusive?(thread: EngineThread): boolean;
  /** First come first. */
  readonly waiters?: readonly { readonly thread: EngineThread; readonly exclusive?: boolean }[];
}

interface Request {
  readonly thread: EngineThread;
  readonly exclusive: boolean;
  readonly wait: Wait;
}

/** Any number of shared owners or one exclusive one. ERESOURCE allows recursion, push locks and fast mutexes do not. */
export class SharedLock implements Lock {
  readonly label: string;
  readonly recursive: boolean;
  #exclusive: EngineThread | null = null;
  /** Times the owner has it; by thread for shared owners. */
  #depth = 0;
  readonly #shared = new Map<EngineThread, number>();
  readonly #queue: Request[] = [];
  readonly owners = (): readonly EngineThread[] => (this.#exclusive === null ? [...this.#shared.keys()] : [this.#exclusive]);

  constructor(label: string, recursive: boolean) {
    this.label = label;
    this.recursive = recursive;
  }

  get free(): boolean {
    return this.#exclusive === null && this.#shared.size === 0;
  }

  isExclusive(thread: EngineThread): boolean {
    return this.#exclusive === thread;
  }

  /** How often the thread has it, either way. */
  held(thread: EngineThread): number {
    return this.#exclusive === thread ? this.#depth : (this.#shared.get(thread) ?? 0);
  }

  /** Threads that wait for it, first come first. */
  get waiters(): readonly { readonly thread: EngineThread; readonly exclusive: boolean }[] {
    return this.#queue;
  }

  waiting(exclusive: boolean): number {
    return this.#queue.filter((request) => request.exclusive === exclusive).length;
  }

  /** Takes it if that needs no waiting. */
  tryExclusive(thread: EngineThread): boolean {
    if (this.#exclusive === thread && this.recursive) {
      this.#depth++;
      return true;
    }
    if (!this.free) return false;
    this.#exclusive = thread;
    this.#depth = 1;
    return true;
  }

  tryShared(thread: EngineThread, order: SharedOrder = 'normal'): boolean {
    if (this.#exclusive !== null) {
      if (this.#exclusive !== thread || !this.recursive) return false;
      this.#depth++;
      return true;
    }
    const mine = this.recursive ? (this.#shared.get(thread) ?? 0) : 0;
    const starved = this.waiting(true) > 0 && order !== 'starve-exclusive' && (mine === 0 || order === 'wait-for-exclusive');
    if (starved) return false;
    this.#shared.set(thread, (this.#shared.get(thread) ?? 0) + 1);
    return true;
  }

  *exclusive(thread: EngineThread): Blocking<void> {
    if (!this.tryExclusive(thread)) yield this.#wait(thread, true);
  }

  *shared(thread: EngineThread, order: SharedOrder = 'normal'): Blocking<void> {
    if (!this.tryShared(thread, order)) yield this.#wait(thread, false);
  }

  #wait(thread: EngineThread, exclusive: boolean): Wait {
    const wait = new Wait({ what: `${this.label} (${exclusive ? 'exclusive' : 'shared'})`, owners: this.owners });
    this.#queue.push({ thread, exclusive, wait });
    return wait;
  }

  /** False when the thread does not have it. */
  release(thread: EngineThread): boolean {
    if (this.#exclusive === thread) {
      if (--this.#depth > 0) return true;
      this.#exclusive = null;
      // All who wait for shared access come before the next exclusive owner.
      if (!this.#grantShared()) this.#grantExclusive();
      return true;
    }
    const count = this.#shared.get(thread);
    if (count === undefined) return false;
    if (count > 1) this.#shared.set(thread, count - 1);
    else this.#shared.delete(thread);
    if (this.free && !this.#grantExclusive()) this.#grantShared();
    return true;
  }

  /** The exclusive owner lets others share. False when it is none. */
  convertToShared(thread: EngineThread): boolean {
    if (this.#exclusive !== thread) return false;
    this.#exclusive = null;
    this.#shared.set(thread, this.#depth);
    this.#grantShared();
    return true;
  }

  /** The only shared owner becomes the exclusive one. */
  convertToExclusive(thread: EngineThread): boolean {
    if (this.#shared.size !== 1 || this.#shared.get(thread) !== 1) return false;
    this.#shared.clear();
    this.#exclusive = thread;
    this.#depth = 1;
    return true;
  }

  #grantShared(): boolean {
    const requests = this.#queue.filter(({ exclusive }) => !exclusive);
    for (const request of requests) {
      this.#queue.splice(this.#queue.indexOf(request), 1);
      this.#shared.set(request.thread, (this.#shared.get(request.thread) ?? 0) + 1);
      request.wait.settle(true);
    }
    return requests.length > 0;
  }

  #grantExclusive(): boolean {
    const at = this.#queue.findIndex(({ exclusive }) => exclusive);
    const [request] = at < 0 ? [] : this.#queue.splice(at, 1);
    if (request === undefined) return false;
    this.#exclusive = request.thread;
    this.#depth = 1;
    request.wait.settle(true);
    return true;
  }
}

/** EX_RUNDOWN_REF */
export class RundownProtection {
  readonly label: string;
  #count = 0;
  #rundown = false;
  #wait: Wait | null = null;

  constructor(label: string) {
    this.label = label;
  }

  acquire(count: number): boolean {
    if (this.#rundown) return false;
    this.#count += count;
    return true;
  }

  /** False when there are not so many. */
  release(count: number): boolean {
    if (this.#count < count) return false;
    this.#count -= count;
    if (this.#count === 0) this.#wait?.settle(undefined);
    return true;
  }

  *waitForRelease(): Blocking<void> {
    this.#rundown = true;
    if (this.#count === 0) return;
    this.#wait = new Wait({ what: `${this.label} (${this.#count} references)`, external: true });
    yield this.#wait;
  }

  complete(): void {
    this.#rundown = true;
  }

  reinitialize(): void {
    this.#rundown = false;
    this.#count = 0;
  }
}

/** What a thread has taken and disabled. */
export class ThreadState {
  /** KeEnterCriticalRegion: normal kernel APCs are off. */
  criticalRegions = 0;
  /** KeEnterGuardedRegion: all kernel APCs are off. */
  guardedRegions = 0;
  /** Locks in the order in which they were taken; one entry for each acquisition. */
  readonly locks: Lock[] = [];

  giveBack(lock: Lock): void {
    const at = this.locks.lastIndexOf(lock);
    if (at >= 0) this.locks.splice(at, 1);
  }
}

export class ThreadStates {
  readonly #states = new Map<EngineThread, ThreadState>();
  /** Locks that were taken while another one was held: for lock order (H-06). */
  readonly #after = new WeakMap<Lock, Set<Lock>>();

  of(thread: EngineThread): ThreadState {
    let state = this.#states.get(thread);
    if (state === undefined) {
      state = new ThreadState();
      this.#states.set(thread, state);
    }
    return state;
  }

  /** Threads that hold a lock, or have turned APCs off. */
  *all(): IterableIterator<readonly [EngineThread, ThreadState]> {
    for (const entry of this.#states) if (entry[1].locks.length > 0 || entry[1].criticalRegions > 0 || entry[1].guardedRegions > 0) yield entry;
  }

  /** Locks the thread holds, without making a note of a thread that has none. */
  heldBy(thread: EngineThread): readonly Lock[] {
    return this.#states.get(thread)?.locks ?? [];
  }

  /** A lock is taken. Returns a lock that is held now and was taken after this one before, or null. */
  take(thread: EngineThread, lock: Lock): Lock | null {
    const { locks } = this.of(thread);
    const conflict = locks.find((held) => held !== lock && this.#after.get(lock)?.has(held) === true) ?? null;
    for (const held of locks) {
      if (held === lock) continue;
      const after = this.#after.get(held) ?? new Set<Lock>();
      after.add(lock);
      this.#after.set(held, after);
    }
    locks.push(lock);
    return conflict;
  }
}
