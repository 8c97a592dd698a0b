/** Columns of the statistics, how they are written, and as CSV. */
import type { StatisticBy, StatisticColumn, StatisticRow } from '../../../src-preload/contract/index.ts';
import { formatBytes, formatCount, formatDuration } from '../../formatting/numbers.ts';

export const statisticTitles: Readonly<Record<StatisticBy, string>> = {
  process: 'Process', path: 'Path', folder: 'Folder', extension: 'Extension', operation: 'Operation', status: 'Status', duration: 'Duration',
};

type NumberColumn = Exclude<StatisticColumn, 'name'>;
interface Column {
  readonly id: NumberColumn;
  readonly title: string;
  readonly hint: string;
  write(value: number): string;
}

const ticks = (value: number): string => (value === 0 ? '0' : formatDuration(BigInt(Math.round(value))));

export const statisticColumns: readonly Column[] = [
  { id: 'operations', title: 'Operations', hint: 'How many', write: formatCount },
  { id: 'errors', title: 'Errors', hint: 'Ended with an error status', write: formatCount },
  { id: 'duration', title: 'Time', hint: 'Durations together; what overlaps counts twice', write: ticks },
  { id: 'p50', title: 'p50', hint: 'Half of them took at most so long (to 1/64)', write: ticks },
  { id: 'p99', title: 'p99', hint: '99 of 100 took at most so long (to 1/64)', write: ticks },
  { id: 'longest', title: 'Longest', hint: 'The longest of them', write: ticks },
  { id: 'read', title: 'Read', hint: 'Bytes that reads returned, of the cache and of paging I/O alike', write: formatBytes },
  { id: 'written', title: 'Written', hint: 'Bytes that writes took, of the cache and of paging I/O alike', write: formatBytes },
];

/** Of paths and folders there are too many to know how their durations are spread. */
export const columnsOf = (by: StatisticBy): readonly Column[] => (by === 'path' || by === 'folder' ? statisticColumns.filter(({ id }) => id !== 'p50' && id !== 'p99') : statisticColumns);

/** A row without a name says why. */
export function statisticName(by: StatisticBy, { name }: Pick<StatisticRow, 'name'>): string {
  if (name !== '') return name;
  return { process: 'unknown process', path: 'no path', folder: '\\', extension: 'no extension', operation: 'no name', status: 'none recorded', duration: '' }[by];
}

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** RFC 4180; durations in nanoseconds, sizes in bytes. */
export function statisticsCsv(by: StatisticBy, rows: readonly StatisticRow[]): string {
  const head = [statisticTitles[by], 'Operations', 'Errors', 'Time (ns)', 'p50 (ns)', 'p99 (ns)', 'Longest (ns)', 'Read (bytes)', 'Written (bytes)'];
  const ns = (value: number | null): string => (value === null ? '' : String(value * 100));
  const lines = rows.map((row) => [statisticName(by, row), String(row.operations), String(row.errors), ns(row.duration), ns(row.p50), ns(row.p99), ns(row.longest), String(row.read), String(row.written)]);
  return [head, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}
