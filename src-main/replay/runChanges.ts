/**
 * What a run has made different from its recording, and because of which operation.
 *
 * Paths are remembered as the recording and the run name them; what depends on one asks for its cause. Empty as long as no filter changes
 * anything, which is the common case and costs nothing.
 */
import type { FILE_OBJECT } from '../engine/index.ts';

interface ChangedPath {
  cause: number;
  /** The name came, went or moved: everything below it is touched as well. */
  below: boolean;
}

/** An open that the recording does not have: only sharing, oplocks and deletion depend on it. */
interface OwnOpens {
  readonly cause: number;
  count: number;
}

/** `\` is the root, which is the parent of `\a`; folders may be written with a backslash behind them. */
const keyOf = (volume: string, path: string): string => `${volume}${path.endsWith('\\') ? path.slice(0, -1) : path}`.toUpperCase();

/** `\a\b:s` is a stream of `\a\b`: what becomes of the file becomes of it. */
function withoutStream(key: string): string {
  const colon = key.lastIndexOf(':');
  return colon > key.lastIndexOf('\\') ? key.slice(0, colon) : key;
}

export class RunChanges {
  /** False as long as the run is the recording. */
  any = false;
  readonly #paths = new Map<string, ChangedPath>();
  /** Directories whose entries are others, with the first cause. */
  readonly #listings = new Map<string, number>();
  readonly #handles = new WeakMap<FILE_OBJECT, number>();
  readonly #ownOpens = new Map<string, OwnOpens>();
  readonly #ownOpenOf = new WeakMap<FILE_OBJECT, string>();
  /** Recorded opens that are not there, with the first cause. */
  readonly #missingOpens = new Map<string, number>();

  /** A file is not what it is in the recording. `name`: also whether it is there, or where. */
  changed(volume: string, path: string, cause: number, what: 'contents' | 'name'): void {
    this.any = true;
    const key = keyOf(volume, path);
    const known = this.#paths.get(key);
    if (known === undefined) this.#paths.set(key, { cause, below: what === 'name' });
    else known.below ||= what === 'name';
    if (what === 'contents') return;
    const parent = key.slice(0, Math.max(0, key.lastIndexOf('\\')));
    if (!this.#listings.has(parent)) this.#listings.set(parent, cause);
  }

  /** A file object leads to another file than in the recording. */
  redirected(fileObject: FILE_OBJECT, cause: number): void {
    this.any = true;
    this.#handles.set(fileObject, cause);
  }

  /** A filter has opened the file by itself. */
  openedByFilter(fileObject: FILE_OBJECT, volume: string, path: string, cause: number): void {
    this.any = true;
    const key = keyOf(volume, path);
    this.#ownOpenOf.set(fileObject, key);
    const known = this.#ownOpens.get(key);
    if (known === undefined) this.#ownOpens.set(key, { cause, count: 1 });
    else known.count++;
  }

  closedByFilter(fileObject: FILE_OBJECT): void {
    const key = this.#ownOpenOf.get(fileObject);
    const opens = key === undefined ? undefined : this.#ownOpens.get(key);
    if (key === undefined || opens === undefined) return;
    this.#ownOpenOf.delete(fileObject);
    if (--opens.count === 0) this.#ownOpens.delete(key);
  }

  /** A recorded open has not come to be. The file is as it was, but what was kept out or broken by it is not. */
  openMissing(volume: string, path: string, cause: number): void {
    this.any = true;
    const key = keyOf(volume, path);
    if (!this.#missingOpens.has(key)) this.#missingOpens.set(key, cause);
  }

  /** The operation because of which the file at a path is not as recorded; 0: it is. */
  causeOf(volume: string, path: string): number {
    if (!this.any) return 0;
    let key = keyOf(volume, path);
    const itself = this.#paths.get(key);
    if (itself !== undefined) return itself.cause;
    const file = withoutStream(key);
    if (file !== key) {
      const base = this.#paths.get(file);
      if (base !== undefined) return base.cause;
      key = file;
    }
    for (let at = key.lastIndexOf('\\'); at > 0; at = key.lastIndexOf('\\', at - 1)) {
      const above = this.#paths.get(key.slice(0, at));
      if (above?.below === true) return above.cause;
    }
    return 0;
  }

  /** The same for what a directory lists, or whether it is empty. */
  causeOfListing(volume: string, path: string): number {
    return this.any ? (this.#listings.get(keyOf(volume, path)) ?? 0) : 0;
  }

  /** The operation in which a filter opened the file, while that open lasts, or because of which a recorded open is missing; 0: none. */
  causeOfSharing(volume: string, path: string): number {
    if (!this.any) return 0;
    const key = keyOf(volume, path);
    return this.#ownOpens.get(key)?.cause ?? this.#missingOpens.get(key) ?? 0;
  }

  causeOfHandle(fileObject: FILE_OBJECT): number {
    return this.any ? (this.#handles.get(fileObject) ?? 0) : 0;
  }
}
