/**
 * A refused fast I/O and the IRP that repeats it are two records of one request: the recorded IRP is the fallback, and is issued once.
 *
 * Where the run answers what was refused in the recording, the recorded IRP has become pointless. Nothing is looked up ahead: what was
 * refused waits for the next request of its thread.
 *
 * Sources: filter-manager-core.md; procmon-formats.md 10.2 ("must not run such a pair as two requests").
 */
import { isRefusal, type Operation } from '../../engine/index.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { isIncidental, repeats, wasRefused } from './retryMatch.ts';

interface Refused {
  readonly record: NumberedOperation;
  readonly operation: Operation;
}

/** `retry`: it repeats operation `of`, which was refused again; `pointless`: operation `of` was answered in this run, so it would not have come. */
export type RetryFinding = { readonly kind: 'retry' | 'pointless'; readonly of: number };

/** Threads with a refused fast I/O that nothing has followed yet: one entry a thread, so this many are plenty. */
const maximumWaiting = 4096;

export class RecordedRetries {
  /** By thread, in order of their issue. */
  readonly #waiting = new Map<number, Refused>();

  /** Before a record is issued: whether it repeats a refused fast I/O. Null for almost all. */
  find(record: NumberedOperation): RetryFinding | null {
    if (this.#waiting.size === 0) return null;
    const refused = this.#waiting.get(record.tid);
    if (refused === undefined || isIncidental(record)) return null;
    // Whatever it is, the thread has gone on: a retry that the recording does not show was left out of it.
    this.#waiting.delete(record.tid);
    return repeats(refused.record, record) ? { kind: wasAnswered(refused.operation) ? 'pointless' : 'retry', of: refused.record.index } : null;
  }

  /** After a record was issued as `operation`. */
  issued(record: NumberedOperation, operation: Operation): void {
    if (!wasRefused(record)) return;
    if (this.#waiting.size >= maximumWaiting) this.#forgetOldest();
    this.#waiting.delete(record.tid);
    this.#waiting.set(record.tid, { record, operation });
  }

  #forgetOldest(): void {
    for (const tid of this.#waiting.keys()) {
      this.#waiting.delete(tid);
      return;
    }
  }
}

/** The run has given it an end of its own. One that is still under way has none yet. */
const wasAnswered = (operation: Operation): boolean => operation.state === 'completed' && !isRefusal(operation.status);
