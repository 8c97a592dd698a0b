/** What is selected or shown, as text: for the clipboard and for files. */
import type { OperationColumn, OperationFormat } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useColumns } from '../stores/columns.ts';
import { useFilter } from '../stores/filter.ts';
import { useNotices } from '../stores/notices.ts';
import { useRowRange } from '../stores/rowRange.ts';
import { useSelection } from '../stores/selection.ts';

export type ExportedRows = 'all' | 'filtered' | 'selected';

/** More than that is better saved as a file. */
const mostCopied = 100_000;

/** The pieces of a file. `told` hears how many rows there are so far, and says whether to go on. */
export async function operationPieces(rows: ExportedRows, format: OperationFormat, told: (rows: number) => boolean): Promise<{ readonly pieces: readonly string[]; readonly rows: number; readonly whole: boolean }> {
  const { traceId, runId } = useSelection();
  const filter = useFilter();
  const [first, last] = rows === 'selected' ? (useRowRange().numbers ?? [1, 0]) : [1, Number.MAX_SAFE_INTEGER];
  const where = rows === 'all' || !filter.isActive ? null : filter.text;
  const columns: readonly OperationColumn[] = useColumns().ids;
  const pieces: string[] = [];
  let count = 0;
  for (let after: number | null = 0; after !== null && traceId !== null;) {
    const piece: { text: string; rows: number; next: number | null } = await host().request('operations.export', { traceId, runId, where, first, last, after, format, columns });
    pieces.push(piece.text);
    count += piece.rows;
    after = piece.next;
    if (!told(count) && after !== null) return { pieces, rows: count, whole: false };
  }
  return { pieces, rows: count, whole: true };
}

export async function copySelected(format: OperationFormat): Promise<void> {
  const { pieces, rows, whole } = await operationPieces('selected', format, (count) => count < mostCopied);
  await navigator.clipboard.writeText(pieces.join(''));
  if (!whole) useNotices().add('warning', `Only the first ${rows} operations were copied; Export operations… writes all of them.`);
}
