/** Requests about bookmarks and notes, what rows of the operation list show beside their own, and writing operations out. */
import type { MarkInfo, MarkPoint, OperationColumn, OperationFormat } from './markValues.ts';

type None = Record<string, never>;

export interface MarkRequests {
  'marks.list': { params: None; result: readonly MarkInfo[] };
  'marks.add': { params: { traceId: number | null; operation: number | null; point: MarkPoint | null; bookmark: boolean; text: string }; result: readonly MarkInfo[] };
  'marks.update': { params: { id: number; text?: string; bookmark?: boolean }; result: readonly MarkInfo[] };
  'marks.remove': { params: { id: number }; result: readonly MarkInfo[] };

  /** The texts of columns that rows do not carry themselves, for operations by number. */
  'operations.cells': { params: { traceId: number; runId: number | null; indexes: readonly number[]; columns: readonly OperationColumn[] }; result: { rows: readonly (readonly string[])[] } };
  /** For each operation the first expression that lets it through, by its place; -1: none. An expression that cannot be read lets nothing through. */
  'operations.highlights': { params: { traceId: number; rules: readonly string[]; indexes: readonly number[] }; result: { rules: readonly number[] } };
  /** The next operation at or after `from` that one of the expressions lets through, and `where` too; null where there is none. */
  'operations.nextMatch': { params: { traceId: number; rules: readonly string[]; where: string | null; from: number; backwards: boolean }; result: { index: number | null } };
  /** Counts what find finds, a piece at a time: `from` 1 first, then `next` until that is null. `before`: those of the piece with numbers up to `at`. */
  'operations.matchCount': { params: { traceId: number; text: string; where: string | null; at: number; from: number }; result: { count: number; before: number; next: number | null } };
  /**
   * Operations `first` to `last` that `where` lets through, written out, a piece at a time: `after` 0 first, then `next` until that is null. The pieces one after the
   * other are the file. `columns` are those of `text`.
   */
  'operations.export': {
    params: { traceId: number; runId: number | null; where: string | null; first: number; last: number; after: number; format: OperationFormat; columns: readonly OperationColumn[] };
    result: { text: string; rows: number; next: number | null };
  };
}

export interface MarkEvents {
  'marks.changed': readonly MarkInfo[];
}
