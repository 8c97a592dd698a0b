/** Bookmarks, notes, and the columns of the operation list, as they cross between page and host. */

/** A bookmark or a note: about the session, an operation, or an execution point of a run. */
export interface MarkInfo {
  readonly id: number;
  readonly traceId: number | null;
  readonly operation: number | null;
  readonly point: MarkPoint | null;
  /** The operation is bookmarked by it; else it is a note only. */
  readonly bookmark: boolean;
  readonly created: bigint;
  /** Markdown; may be empty for a bookmark. */
  readonly text: string;
}

export interface MarkPoint {
  readonly runId: number;
  readonly issued: number;
  readonly sequence: number;
}

/** How operations are written. `text`: the columns of the list, between tabs. `procmon`: CSV with Process Monitor's columns. */
export const operationFormats = ['text', 'csv', 'json', 'jsonl', 'procmon'] as const;
export type OperationFormat = (typeof operationFormats)[number];

/** Every column that the operation list can show, in the order in which they are offered. */
export const operationColumns = [
  { id: 'number', title: '#' },
  { id: 'time', title: 'Time' },
  { id: 'process', title: 'Process' },
  { id: 'ids', title: 'PID / TID' },
  { id: 'operation', title: 'Operation' },
  { id: 'path', title: 'Path' },
  { id: 'recorded', title: 'Recorded' },
  { id: 'replayed', title: 'Replayed' },
  { id: 'marks', title: 'Marks' },
  { id: 'date', title: 'Date' },
  { id: 'relative', title: 'Relative time' },
  { id: 'duration', title: 'Duration' },
  { id: 'pid', title: 'PID' },
  { id: 'tid', title: 'TID' },
  { id: 'major', title: 'Major function' },
  { id: 'minor', title: 'Minor function' },
  { id: 'kind', title: 'Kind' },
  { id: 'offset', title: 'Offset' },
  { id: 'length', title: 'Length' },
  { id: 'information', title: 'Information' },
  { id: 'irpFlags', title: 'IRP flags' },
  { id: 'fileObject', title: 'FILE_OBJECT' },
  { id: 'answer', title: 'Answered by' },
  { id: 'effect', title: 'Effect' },
  { id: 'violations', title: 'Violations' },
  { id: 'detail', title: 'Detail' },
  { id: 'commandLine', title: 'Command line' },
  { id: 'user', title: 'User' },
] as const;

export type OperationColumn = (typeof operationColumns)[number]['id'];
