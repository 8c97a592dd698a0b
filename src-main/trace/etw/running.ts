/**
 * Operations between their start and the moment they are handed over.
 *
 * Source: etw-formats.md 11.2. A start is known by its IRP until its end; an IRP that starts again has lost the end of what ran before. What has ended stays
 * a while longer, since its stack, or the IRP that repeats a refused fast I/O, is logged behind it.
 */
import type { EtwFileStart } from './kernelEvent.ts';
import type { RecordedStack, ProcessIndex } from '../record.ts';
import type { KeyName } from './keyNames.ts';
import type { EtwPointer } from './pointer.ts';

/** `running` until something ends it; `pending`: the trace ended before; `unfinished`: its end was lost; `unknown`: ends were not recorded. */
export type RunningState = 'running' | 'ended' | 'pending' | 'unfinished' | 'unknown';

export interface RunningOperation {
  readonly start: EtwFileStart;
  readonly process: ProcessIndex;
  /** False where the thread told it. */
  readonly processRecorded: boolean;
  readonly tid: number | null;
  /** Of the file, where the event itself has no path. */
  readonly name: KeyName | null;
  state: RunningState;
  endTime: bigint;
  status: number;
  information: EtwPointer;
  /** Of a create: the access that what was done with its file object later needed; 0 where nothing is known. */
  readonly usedAccess: number;
  /** Of a path note. */
  notePath: string | null;
  created: boolean;
  /** Source indexes of the fast I/O this IRP repeats, and of the IRP that repeated this fast I/O. */
  retryOf: number | null;
  retriedAs: number | null;
  stack: RecordedStack | null;
}

/** Completed operations to look back upon: enough for what 64 processors complete between an event and its stack. */
const keptOperations = 512;

/** A queue of what has ended; what falls out of it is final. */
export class Departures {
  readonly #kept: (RunningOperation | undefined)[] = new Array<RunningOperation | undefined>(keptOperations).fill(undefined);
  readonly #emit: (operation: RunningOperation) => void;
  #next = 0;

  constructor(emit: (operation: RunningOperation) => void) {
    this.#emit = emit;
  }

  add(operation: RunningOperation): void {
    const slot = this.#next;
    this.#next = (slot + 1) % keptOperations;
    const leaving = this.#kept[slot];
    this.#kept[slot] = operation;
    if (leaving !== undefined) this.#emit(leaving);
  }

  flush(): void {
    for (let i = 0; i < keptOperations; i++) {
      const slot = (this.#next + i) % keptOperations;
      const leaving = this.#kept[slot];
      this.#kept[slot] = undefined;
      if (leaving !== undefined) this.#emit(leaving);
    }
    this.#next = 0;
  }
}

const fastIoRefused = 0xc01c0004;
const longestRetry = 10_000n;

/** No IRP ends with STATUS_FLT_DISALLOW_FAST_IO. */
export const isRefused = ({ state, status }: RunningOperation): boolean => state === 'ended' && status === fastIoRefused;

/** STATUS_FLT_DISALLOW_FAST_IO on an operation without IRP flags: a filter sent it back to come again as an IRP. */
export function wasRefused(operation: RunningOperation): boolean {
  return isRefused(operation) && isFastIo(operation.start);
}

export const isFastIo = (start: EtwFileStart): boolean => start.parameters.class === 'readWrite' && start.parameters.ioFlags === 0;

/** True where `start` is the IRP that repeats what was refused: the same request, within a millisecond. */
export function repeats(refused: RunningOperation, start: EtwFileStart): boolean {
  const { parameters: before, type, fileObject } = refused.start;
  const { parameters: now } = start;
  return start.type === type && start.fileObject === fileObject && before.class === 'readWrite' && now.class === 'readWrite' && before.offset === now.offset
    && before.ioSize === now.ioSize && now.ioFlags !== 0 && start.time - refused.endTime <= longestRetry;
}
