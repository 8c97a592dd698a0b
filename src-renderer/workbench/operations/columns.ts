/** The columns of the operation list: which, in what order, how wide. Plain arithmetic; the store remembers. */
import type { OperationColumn } from '../../../src-preload/contract/index.ts';
import { operationColumns } from '../../../src-preload/contract/index.ts';

export interface ShownColumn {
  readonly id: OperationColumn;
  /** In pixels; null: its usual width, and for the path what is left. */
  readonly width: number | null;
}

export const leastWidth = 36;
const mostWidth = 2000;

export const defaultColumns: readonly OperationColumn[] = ['number', 'time', 'process', 'ids', 'operation', 'path', 'recorded', 'replayed', 'marks'];

const usualWidths: Readonly<Partial<Record<OperationColumn, number>>> = {
  time: 134, process: 118, ids: 104, operation: 152, recorded: 136, replayed: 150, marks: 72, date: 92, relative: 104, duration: 96, pid: 62, tid: 62, major: 172, minor: 150, kind: 72, offset: 96,
  length: 76, information: 92, irpFlags: 190, fileObject: 150, answer: 92, effect: 100, violations: 80, detail: 280, commandLine: 240, user: 150,
};

/** Columns with numbers, which are read from the right. */
const rightColumns: ReadonlySet<OperationColumn> = new Set(['number', 'relative', 'duration', 'pid', 'tid', 'offset', 'length', 'information', 'violations']);
export const isRight = (id: OperationColumn): boolean => rightColumns.has(id);

/** Columns that rows carry themselves; the others are asked for. */
export const ownColumns: ReadonlySet<OperationColumn> = new Set(defaultColumns);

export const usualWidth = (id: OperationColumn, numberWidth: number): number => (id === 'number' ? numberWidth : (usualWidths[id] ?? 120));
export const columnTitle = (id: OperationColumn): string => operationColumns.find((column) => column.id === id)?.title ?? id;

/** What was kept, made sound: columns that are known, each once, and never none. Null where nothing was chosen. */
export function soundColumns(kept: unknown): readonly ShownColumn[] | null {
  if (!Array.isArray(kept)) return null;
  const seen = new Set<OperationColumn>();
  for (const one of kept as readonly Partial<ShownColumn>[]) {
    const known = operationColumns.find(({ id }) => id === one?.id);
    if (known !== undefined) seen.add(known.id);
  }
  if (seen.size === 0) return null;
  return [...seen].map((id) => {
    const width = (kept as readonly Partial<ShownColumn>[]).find((one) => one.id === id)?.width;
    return { id, width: typeof width === 'number' && Number.isFinite(width) ? clampWidth(width) : null };
  });
}

export const clampWidth = (width: number): number => Math.min(mostWidth, Math.max(leastWidth, Math.round(width)));

/** Shows a column behind the others, or takes it away; the last one stays. */
export function toggled(columns: readonly ShownColumn[], id: OperationColumn): readonly ShownColumn[] {
  const without = columns.filter((column) => column.id !== id);
  if (without.length < columns.length) return without.length === 0 ? columns : without;
  return [...columns, { id, width: null }];
}

/** Moves a column to a place, counted among the columns as they are then. */
export function moved(columns: readonly ShownColumn[], id: OperationColumn, to: number): readonly ShownColumn[] {
  const column = columns.find((one) => one.id === id);
  if (column === undefined) return columns;
  const rest = columns.filter((one) => one.id !== id);
  const at = Math.min(Math.max(to, 0), rest.length);
  return [...rest.slice(0, at), column, ...rest.slice(at)];
}

export function resized(columns: readonly ShownColumn[], id: OperationColumn, width: number | null): readonly ShownColumn[] {
  return columns.map((column) => (column.id === id ? { ...column, width: width === null ? null : clampWidth(width) } : column));
}

/** Tracks of the grid: columns give way where the pane is narrow, and the path takes what is left. */
export function gridTemplate(columns: readonly ShownColumn[], numberWidth: number): string {
  const isFilled = columns.some(({ id, width }) => id === 'path' && width === null);
  return columns.map(({ id, width }, at) => {
    if (id === 'path' && width === null) return 'minmax(160px, 1fr)';
    const most = width ?? usualWidth(id, numberWidth);
    // Without a path something else has to fill the row.
    return `minmax(${Math.min(leastWidth, most)}px, ${!isFilled && at === columns.length - 1 ? '1fr' : `${most}px`})`;
  }).join(' ');
}
