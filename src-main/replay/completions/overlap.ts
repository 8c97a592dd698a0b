/** Whether a recorded request was still under way when the next one was issued. */
import { IRP_PAGING_IO } from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import type { Overlap } from './completionPolicy.ts';

/** The record after the one that is being issued, as far as it says something about it. */
export type UpcomingRecord = Pick<NumberedOperation, 'time' | 'duration' | 'process' | 'tid' | 'irpFlags'>;

/** Asked for every operation; all but the first two lines are for those that overlap. */
export function overlapOf(record: NumberedOperation, next: UpcomingRecord | null): Overlap {
  if (next === null || record.duration === null) return 'none';
  const end = record.time + record.duration;
  if (next.time >= end) return 'none';
  if (next.tid !== record.tid || next.process !== record.process) return 'others';
  // The same thread: part of this request (a page fault, an open on the way), or the thread has gone on.
  const isPart = (next.irpFlags & IRP_PAGING_IO) !== 0 || (next.duration !== null && next.time + next.duration <= end);
  return isPart ? 'others' : 'own-thread';
}
