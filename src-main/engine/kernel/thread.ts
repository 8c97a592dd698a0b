/** Virtual threads: labels for the context in which a callback runs. Nothing here ever runs by itself. */

/** What a driver sees of a thread: an object with a stable printable name, compared with `===`. */
export interface PETHREAD {
  readonly id: string;
}

/** What a driver sees of a process. */
export interface PEPROCESS {
  readonly id: string;
  readonly pid: number;
  readonly imageName: string;
}

/** `requestor`: recorded or scripted issuer; `worker`: system thread with work items; `arbitrary`: whatever thread completes an IRP; `service`: of a program that serves a port. */
export type ThreadKind = 'requestor' | 'worker' | 'arbitrary' | 'system' | 'service';

export interface EngineThread {
  readonly name: string;
  readonly tid: number;
  readonly pid: number;
  readonly process: string;
  readonly kind: ThreadKind;
  readonly ethread: PETHREAD;
  readonly eprocess: PEPROCESS;
}

export interface ThreadDescription {
  readonly tid: number;
  readonly pid: number;
  readonly process: string;
  readonly kind: ThreadKind;
  /** Defaults to `process:tid`. */
  readonly name?: string;
  /** Threads of one process share this object; made when absent. */
  readonly eprocess?: PEPROCESS;
}

const byObject = new WeakMap<PETHREAD, EngineThread>();

/** The thread behind what a driver sees of it. */
export const threadOf = (ethread: unknown): EngineThread | undefined => (typeof ethread === 'object' && ethread !== null ? byObject.get(ethread as PETHREAD) : undefined);

/** Makes a thread. The engine compares threads by identity, so make one object for each thread. */
export function createThread(description: ThreadDescription): EngineThread {
  const { tid, pid, process, kind } = description;
  const name = description.name ?? `${process}:${tid}`;
  const eprocess = description.eprocess ?? Object.freeze({ id: `PEPROCESS(${process}:${pid})`, pid, imageName: process });
  const thread = Object.freeze({ name, tid, pid, process, kind, eprocess, ethread: Object.freeze({ id: `PETHREAD(${name})` }) });
  byObject.set(thread.ethread, thread);
  return thread;
}
