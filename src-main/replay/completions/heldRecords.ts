/**
 * Records whose thread cannot issue them yet, because a filter still keeps it with an earlier request.
 *
 * A thread that waits in a callback, or for a synchronous request that a filter has pended, does nothing else on Windows; in the recording
 * that request was over by now. Its records wait here, in their order, and are issued when it is through. So does a record on a file
 * object whose create is still under way. CPL-004.
 */
import type { EngineThread, Operation } from '../../engine/index.ts';
import { FO_SYNCHRONOUS_IO } from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import type { DerivedFileObject } from '../fileObjects.ts';
import { replayTagOf } from '../replayTag.ts';
import { isSynchronous, type Overlap } from './completionPolicy.ts';

/** A record on its way to being issued. */
export interface IssuableRecord {
  readonly record: NumberedOperation;
  readonly thread: EngineThread;
  readonly overlap: Overlap;
  /** Its file object, once it has been looked up. */
  derived: DerivedFileObject | null;
}

/** A thread that is kept for good may have any number of records: beyond so many they are given up. */
const maximumHeld = 65_536;

export class HeldRecords {
  /** Requests of each thread that had not completed when they had been issued. */
  readonly #unfinished = new Map<EngineThread, Operation[]>();
  readonly #queues = new Map<EngineThread, IssuableRecord[]>();
  /** Threads whose records are given up, with the operation that keeps them. */
  readonly #lost = new Map<EngineThread, number>();
  #count = 0;

  /** Whether any record waits. */
  get any(): boolean {
    return this.#count > 0;
  }

  /** Nothing is under way and nothing waits: nobody can be kept. */
  get idle(): boolean {
    return this.#unfinished.size === 0 && this.#count === 0 && this.#lost.size === 0;
  }

  /** After a request was issued. */
  issued(operation: Operation): void {
    if (operation.state === 'completed') return;
    const list = this.#unfinished.get(operation.thread);
    if (list === undefined) this.#unfinished.set(operation.thread, [operation]);
    else list.push(operation);
  }

  completed(operation: Operation): void {
    if (this.#unfinished.size === 0) return;
    const list = this.#unfinished.get(operation.thread);
    const at = list?.indexOf(operation) ?? -1;
    if (list === undefined || at < 0) return;
    list.splice(at, 1);
    if (list.length === 0) this.#unfinished.delete(operation.thread);
  }

  /** Before a record is issued: null when it can be, else the number of the operation that it has to wait for. */
  blockerOf(thread: EngineThread, { time, tid }: NumberedOperation): number | null {
    if (this.#unfinished.size === 0 || tid <= 0) return null;
    return this.#unfinished.get(thread)?.find((operation) => keepsThread(operation, thread, time))?.index ?? null;
  }

  /** Whether records of the thread wait already: a later one comes behind them. */
  hasQueue(thread: EngineThread): boolean {
    return this.#count > 0 && this.#queues.has(thread);
  }

  /** Because of which operation records of the thread are given up; 0: they are not. */
  lostBecauseOf(thread: EngineThread): number {
    return this.#lost.size === 0 ? 0 : (this.#lost.get(thread) ?? 0);
  }

  /** False when there are too many: the record is given up, and all that follow in its thread. */
  hold(one: IssuableRecord, blocker: number, first = false): boolean {
    if (this.#count >= maximumHeld) {
      this.#lost.set(one.thread, blocker);
      return false;
    }
    this.#count++;
    const queue = this.#queues.get(one.thread);
    if (queue === undefined) this.#queues.set(one.thread, [one]);
    else if (first) queue.unshift(one);
    else queue.push(one);
    return true;
  }

  /** The next record that can be issued now, taken out; null when there is none. */
  take(): IssuableRecord | null {
    for (const [thread, queue] of this.#queues) {
      const [one] = queue;
      if (one === undefined || this.blockerOf(thread, one.record) !== null || isOpening(one.derived)) continue;
      queue.shift();
      if (queue.length === 0) this.#queues.delete(thread);
      this.#count--;
      return one;
    }
    return null;
  }

  /** The run is over: every record that still waits, with the operation that keeps its thread. */
  *rest(): Generator<{ readonly record: NumberedOperation; readonly cause: number }> {
    for (const [thread, queue] of this.#queues) {
      for (const { record, derived } of queue) yield { record, cause: this.blockerOf(thread, record) ?? derived?.opening?.index ?? this.#unfinished.get(thread)?.[0]?.index ?? 0 };
    }
    this.#queues.clear();
    this.#count = 0;
  }
}

/** Whether the create that is to open the file object is still under way. */
export const isOpening = (derived: DerivedFileObject | null): boolean => derived !== null && derived.opening !== null && derived.opening.state !== 'completed';

/** The recording shows that the request was over by `time`, and in this run its thread is still busy with it. */
function keepsThread(operation: Operation, thread: EngineThread, time: bigint): boolean {
  const tag = replayTagOf(operation);
  if (tag === null || tag.recorded.duration === null || tag.record.time + tag.recorded.duration > time) return false;
  if (operation.rare !== null && operation.suspendedIn === thread) return true;
  const isWaitedFor = operation.kind !== 'irp' || isSynchronous({
    major: operation.major, irpFlags: operation.initial.irpFlags, synchronousHandle: ((tag.fileObject.Flags & FO_SYNCHRONOUS_IO) !== 0), overlap: tag.overlap,
  });
  // What the file system keeps, it keeps as recorded, or because the model has to wait.
  return isWaitedFor && (tag.late || (!operation.atDevice && !operation.inDevice));
}
