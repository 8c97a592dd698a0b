/** The processes and threads of a trace as drivers see them: one object each, whoever asks. */
import { createThread, type EngineThread, type PEPROCESS } from '../engine/index.ts';
import type { NumberedOperation, TraceProcess } from '../trace/record.ts';

export class TraceProcesses {
  readonly #processes: readonly TraceProcess[];
  readonly #objects = new Map<number, PEPROCESS>();
  readonly #byObject = new WeakMap<PEPROCESS, TraceProcess>();
  readonly #threads = new Map<number, EngineThread>();
  readonly #byTid = new Map<number, EngineThread>();
  /** The thread that was asked for last: the next operation is often one of its own, and each asks several times. */
  #lastProcess = -1;
  #lastTid = -1;
  #last: EngineThread | null = null;

  constructor(processes: readonly TraceProcess[]) {
    this.#processes = processes;
  }

  /** The thread that issued a record. */
  thread(record: NumberedOperation): EngineThread {
    if (this.#last !== null && record.tid === this.#lastTid && record.process === this.#lastProcess) return this.#last;
    this.#lastProcess = record.process;
    this.#lastTid = record.tid;
    return (this.#last = this.#thread(record));
  }

  #thread(record: NumberedOperation): EngineThread {
    // One thread id may serve two processes in turn, so the process is part of the key.
    const key = record.process * 0x100000000 + record.tid;
    let thread = this.#threads.get(key);
    if (thread === undefined) {
      const process = this.#processes[record.process];
      const name = process?.name ?? 'unknown';
      thread = createThread({
        tid: record.tid, pid: process?.pid ?? 0, process: name, kind: 'requestor', name: `${name}:${record.tid}`, ...(process === undefined ? {} : { eprocess: this.#object(process) }),
      });
      this.#threads.set(key, thread);
      this.#byTid.set(record.tid, thread);
    }
    return thread;
  }

  /** The process that has the id now; ids are used again. Null where the trace has none. */
  byPid(pid: number, now: bigint): PEPROCESS | null {
    const all = this.#processes.filter((one) => one.pid === pid);
    const alive = all.find(({ startTime, endTime }) => (startTime === null || startTime <= now) && (endTime === null || endTime >= now)) ?? all[0];
    return alive === undefined ? null : this.#object(alive);
  }

  /** The first process of the trace with that image name, compared without case. */
  named(name: string): PEPROCESS | null {
    const found = this.#processes.find((one) => one.name.toLowerCase() === name.toLowerCase());
    return found === undefined ? null : this.#object(found);
  }

  has(pid: number): boolean {
    return this.#processes.some((one) => one.pid === pid);
  }

  /** The thread that was the last one to begin with that id. */
  byTid(tid: number): EngineThread | null {
    return this.#byTid.get(tid) ?? null;
  }

  /** What the trace tells of a process. */
  of(eprocess: PEPROCESS): TraceProcess | null {
    return this.#byObject.get(eprocess) ?? null;
  }

  #object(process: TraceProcess): PEPROCESS {
    let object = this.#objects.get(process.index);
    if (object === undefined) {
      object = Object.freeze({ id: `PEPROCESS(${process.name}:${process.pid})`, pid: process.pid, imageName: process.name });
      this.#objects.set(process.index, object);
      this.#byObject.set(object, process);
    }
    return object;
  }
}
