/**
 * Routines that drivers register to hear of processes, threads and images.
 *
 * Source: PsSetCreateProcessNotifyRoutine(Ex), PsSetCreateThreadNotifyRoutine, PsSetLoadImageNotifyRoutine. Registration is all that
 * happens by itself; the host tells when one of these things happens, and runs the routines.
 */
export type NotifyKind = 'process' | 'processEx' | 'thread' | 'image';

type NotifyRoutine = (...args: readonly unknown[]) => unknown;

/** PS_CREATE_NOTIFY_INFO, as far as a trace knows it. */
export interface ProcessCreation {
  readonly process: { readonly id: string; readonly pid: number };
  readonly pid: number;
  readonly parentPid: number;
  readonly creatingPid: number;
  readonly creatingTid: number;
  readonly imagePath: string | null;
  readonly commandLine: string | null;
}

/** Windows allows so many of each kind. */
const limit = 64;

export class NotifyRoutines {
  readonly #routines: Record<NotifyKind, NotifyRoutine[]> = { process: [], processEx: [], thread: [], image: [] };

  has(kind: NotifyKind, routine: NotifyRoutine): boolean {
    return this.#routines[kind].includes(routine);
  }

  isFull(kind: NotifyKind): boolean {
    return this.#routines[kind].length >= limit;
  }

  add(kind: NotifyKind, routine: NotifyRoutine): void {
    this.#routines[kind].push(routine);
  }

  remove(kind: NotifyKind, routine: NotifyRoutine): boolean {
    const at = this.#routines[kind].indexOf(routine);
    if (at < 0) return false;
    this.#routines[kind].splice(at, 1);
    return true;
  }

  get count(): number {
    return Object.values(this.#routines).reduce((sum, list) => sum + list.length, 0);
  }

  /** A process begins. Returns the status by which an Ex routine refused it; 0 when nobody did. */
  processCreated(creation: ProcessCreation, unicode: (text: string) => object): number {
    for (const routine of [...this.#routines.process]) routine(creation.parentPid, creation.pid, true);
    const info = {
      Flags: creation.imagePath === null ? 0 : 1, FileOpenNameAvailable: creation.imagePath !== null, ParentProcessId: creation.parentPid,
      CreatingThreadId: Object.freeze({ UniqueProcess: creation.creatingPid, UniqueThread: creation.creatingTid }), FileObject: null,
      ImageFileName: creation.imagePath === null ? null : unicode(creation.imagePath), CommandLine: creation.commandLine === null ? null : unicode(creation.commandLine), CreationStatus: 0,
    };
    for (const routine of [...this.#routines.processEx]) routine(creation.process, creation.pid, info);
    return Number(info.CreationStatus) >>> 0;
  }

  processExited(process: object, pid: number, parentPid: number): void {
    for (const routine of [...this.#routines.process]) routine(parentPid, pid, false);
    for (const routine of [...this.#routines.processEx]) routine(process, pid, null);
  }

  threadChanged(pid: number, tid: number, created: boolean): void {
    for (const routine of [...this.#routines.thread]) routine(pid, tid, created);
  }

  /** An image is mapped; `image` is an IMAGE_INFO. */
  imageLoaded(name: object | null, pid: number, image: object): void {
    for (const routine of [...this.#routines.image]) routine(name, pid, image);
  }
}
