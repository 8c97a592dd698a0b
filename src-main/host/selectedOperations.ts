/** Operations of a trace by a list of their numbers: for runs that issue only those. */
import { operationAt, packOperations, pageOfRows, type OperationPage } from '../replay/operationPage.ts';
import type { TraceReader } from '../session/index.ts';
import type { WhereCondition } from '../session/index.ts';
import type { NumberedOperation } from '../trace/record.ts';

const rowsAtOnce = 4096;

/** A page as the engine host asks for it. */
export function selectedPage(traces: TraceReader, trace: number, selection: Uint32Array, after: number, limit: number): { page: OperationPage; last: boolean } {
  const start = firstAbove(selection, after);
  const first = selection[start];
  if (first === undefined) return { page: packOperations([]), last: true };
  const page = traces.operationPage(trace, first - 1, rowsAtOnce, null);
  const rows: number[] = [];
  let at = start;
  for (let row = 0; row < page.count && rows.length < limit && at < selection.length; row++) {
    if (page.index[row] !== selection[at]) continue;
    rows.push(row);
    at++;
  }
  return { page: pageOfRows(page, rows, Uint32Array.from(rows, (row) => page.index[row] ?? 0)), last: at >= selection.length };
}

/** The operations themselves, one after the other. */
export function* selectedOperations(traces: TraceReader, trace: number, selection: Uint32Array): Generator<NumberedOperation> {
  for (let after = 0; ;) {
    const { page, last } = selectedPage(traces, trace, selection, after, rowsAtOnce);
    for (let row = 0; row < page.count; row++) yield operationAt(page, row);
    after = page.index[page.count - 1] ?? after;
    if (last || page.count === 0) return;
  }
}

/** The numbers of the operations from `first` to `last` where a condition holds. */
export function numbersWhere(traces: TraceReader, trace: number, first: number, last: number, where: WhereCondition | null): Uint32Array {
  if (where === null) return Uint32Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
  const numbers: number[] = [];
  for (let after = first - 1; after < last;) {
    const { index, count } = traces.operationPage(trace, after, rowsAtOnce, where);
    if (count === 0) break;
    for (let row = 0; row < count && (index[row] ?? 0) <= last; row++) numbers.push(index[row] ?? 0);
    after = index[count - 1] ?? last;
  }
  return Uint32Array.from(numbers);
}

function firstAbove(selection: Uint32Array, after: number): number {
  let low = 0;
  let high = selection.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((selection[middle] ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
