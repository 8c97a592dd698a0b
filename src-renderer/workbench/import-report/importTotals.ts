/** The books of an import as a sum: what became of every record of the source. */
import type { ImportReport } from '../../../src-preload/contract/index.ts';

export interface TotalRow {
  readonly title: string;
  readonly count: number;
  readonly kind: 'operations' | 'skipped' | 'damaged';
}

export interface ImportTotals {
  readonly rows: readonly TotalRow[];
  readonly sum: number;
  /** Records that the file holds. */
  readonly events: number;
  /** Damaged places of which nobody can tell how many records they held. */
  readonly uncounted: number;
}

/** Operations first, then what was skipped, the most frequent reason first, then what is damaged. */
export function importTotals(report: ImportReport): ImportTotals {
  const damaged = report.damaged.reduce((total, { records }) => total + (records ?? 0), 0);
  const skipped = [...report.skipped].sort((a, b) => b.count - a.count);
  const rows: TotalRow[] = [
    { title: 'operations', count: report.operations, kind: 'operations' },
    ...skipped.map(({ reason, count }): TotalRow => ({ title: reason, count, kind: 'skipped' })),
    ...(report.damaged.length === 0 ? [] : [{ title: 'in damaged places', count: damaged, kind: 'damaged' } as const]),
  ];
  return { rows, sum: rows.reduce((total, { count }) => total + count, 0), events: report.events, uncounted: report.damaged.filter(({ records }) => records === null).length };
}
