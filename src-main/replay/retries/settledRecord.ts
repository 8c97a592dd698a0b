/** Of which recorded operation an engine operation's end is the result. */
import { fallbackMajors, type Operation } from '../../engine/index.ts';
import { STATUS_REPARSE } from '../../nt/values.generated.ts';
import type { ReplayTag } from '../replayTag.ts';
import { settlesRefused } from './fallbackRecord.ts';

/** Its number; 0 where more is to come, or the end is nobody's result. */
export function settledRecord(operation: Operation, { record, mayComeAgain, fallbackOf }: ReplayTag): number {
  if (goesOnElsewhere(operation)) return 0;
  if (fallbackOf !== null) return settlesRefused(fallbackOf, operation.major, operation.status) ? fallbackOf.index : 0;
  return mayComeAgain && fallbackMajors(operation.kind, operation.major, operation.status).length > 0 ? 0 : record.index;
}

/** A create that a filter has redirected: the second one has the result that counts. */
const goesOnElsewhere = (operation: Operation): boolean => operation.status === STATUS_REPARSE && operation.rare !== null && operation.completedBy !== null;
