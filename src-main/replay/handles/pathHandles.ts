/**
 * Handles by the path they were opened by, for recordings that do not say which handle an operation used.
 *
 * However many handles a path has, and however many paths: looking one up takes a bounded number of steps, and so much is remembered and no more.
 */
import { OldestKeys } from './oldestKeys.ts';
import type { OpenFile } from './openFile.ts';

/** So many of a path's handles are looked at, the newest first; beyond that they are kept by process as well. */
const lookedAt = 64;

/** The handles of one path in order of their opening. */
class PathList {
  readonly files: OpenFile[] = [];
  #byPid: Map<number, OpenFile[]> | null = null;

  add(file: OpenFile): void {
    this.files.push(file);
    if (this.#byPid !== null) append(this.#byPid, file);
    else if (this.files.length > lookedAt) {
      this.#byPid = new Map();
      for (const one of this.files) append(this.#byPid, one);
    }
  }

  remove(file: OpenFile): void {
    removeFrom(this.files, file);
    const own = this.#byPid?.get(file.pid);
    if (own === undefined) return;
    removeFrom(own, file);
    if (own.length === 0) this.#byPid?.delete(file.pid);
  }

  /** The thread's newest, else the process's. */
  newest(pid: number, tid: number): OpenFile | undefined {
    const files = this.#byPid === null ? this.files : this.#byPid.get(pid);
    if (files === undefined) return undefined;
    let ofProcess: OpenFile | undefined;
    for (let at = files.length - 1; at >= Math.max(0, files.length - lookedAt); at--) {
      const file = files[at];
      if (file?.pid !== pid) continue;
      if (file.tid === tid) return file;
      ofProcess ??= file;
    }
    return ofProcess;
  }

  /** The process's oldest, else the oldest of all. */
  oldest(pid: number): OpenFile | undefined {
    if (this.#byPid !== null) return this.#byPid.get(pid)?.[0] ?? this.files[0];
    return this.files.find((file) => file.pid === pid) ?? this.files[0];
  }
}

function append(byPid: Map<number, OpenFile[]>, file: OpenFile): void {
  const own = byPid.get(file.pid);
  if (own === undefined) byPid.set(file.pid, [file]);
  else own.push(file);
}

function removeFrom(files: OpenFile[], file: OpenFile): void {
  const at = files.lastIndexOf(file);
  if (at >= 0) files.splice(at, 1);
}

export class PathHandles {
  readonly #byPath = new Map<string, PathList>();
  readonly #oldest = new OldestKeys(this.#byPath);
  readonly #maximum: number;
  readonly #forgotten: (file: OpenFile) => void;
  #count = 0;

  /** `forgotten`: it was one too many. */
  constructor(maximum: number, forgotten: (file: OpenFile) => void = () => undefined) {
    this.#maximum = maximum;
    this.#forgotten = forgotten;
  }

  add(file: OpenFile): void {
    let list = this.#byPath.get(file.key);
    if (list === undefined) this.#byPath.set(file.key, (list = new PathList()));
    list.add(file);
    if (++this.#count > this.#maximum) this.#forgetOldest();
  }

  remove(file: OpenFile): void {
    const list = this.#byPath.get(file.key);
    if (list === undefined) return;
    const before = list.files.length;
    list.remove(file);
    this.#count -= before - list.files.length;
    if (list.files.length === 0) this.#byPath.delete(file.key);
  }

  /** The handle of the thread that was opened last, else of its process. */
  newestOf(key: string, pid: number, tid: number): OpenFile | undefined {
    return this.#byPath.get(key)?.newest(pid, tid);
  }

  /** The handle that was opened last, whoever did it. */
  newest(key: string): OpenFile | undefined {
    return this.#byPath.get(key)?.files.at(-1);
  }

  /** The oldest handle of the process, else of anyone. */
  oldestOf(key: string, pid: number): OpenFile | undefined {
    return this.#byPath.get(key)?.oldest(pid);
  }

  /** Of the paths in order of their first handles, one after the other loses its oldest. */
  #forgetOldest(): void {
    const key = this.#oldest.next();
    const file = key === undefined ? undefined : this.#byPath.get(key)?.files[0];
    if (file === undefined) return;
    this.remove(file);
    this.#forgotten(file);
  }
}
