/** The sequence of one operation. */
import type { SequenceView } from './sequenceValues.ts';

export interface SequenceRequests {
  /** As it went in a run; null: as it was recorded. */
  'sequence.get': { params: { traceId: number; index: number; runId: number | null }; result: SequenceView };
}
