/** What crosses between the host and its worker threads. Plain data; control words in shared memory. */
import type { QueryAnswer } from '../../session/index.ts';
import type { EventKindName } from '../../replay/eventPage.ts';
import type { ImportSummary } from '../../trace/record.ts';

/** Indexes into the shared control words of an import. */
export const controlWords = { cancel: 0, hostWantsToWrite: 1, count: 2 } as const;

export interface ImportOrder {
  readonly session: string;
  readonly trace: number;
  readonly file: string;
  /** Name of the source for messages; a file that came over the network lies under another one. */
  readonly name: string;
  readonly control: Int32Array;
}

export type ImportNews =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly operations: number }
  | { readonly kind: 'done'; readonly outcome: 'complete' | 'cancelled' }
  | { readonly kind: 'failed'; readonly error: WorkerError; readonly operations: number };

/** A user error as data; `code` is `internal` for a defect of ours. */
export interface WorkerError {
  readonly code: string;
  readonly message: string;
}

/** Questions that may take long: each answered by one value. */
export interface QueryMap {
  find: { params: { session: string; trace: number; text: string; from: number; backwards: boolean }; result: number | null };
  sql: { params: { session: string; sql: string; limit: number }; result: QueryAnswer };
  /** Log positions of the events that match: all are counted, `limit` of them from `offset` on are returned. */
  events: {
    params: { session: string; run: number; operation: number | null; kinds: readonly EventKindName[] | null; offset: number; limit: number };
    result: { count: number; positions: readonly number[] };
  };
  differences: { params: { session: string; trace: number; run: number; offset: number; limit: number }; result: { count: number; indexes: readonly number[] } };
  /** Numbers of the operations a filter expression lets through. */
  span: { params: { session: string; trace: number; where: string | null }; result: { first: number; last: number; count: number } | null };
  inspectFile: { params: { file: string }; result: FileInspection };
  inspectSession: { params: { session: string }; result: readonly SessionInspection[] };
}

export interface FileInspection {
  readonly summary: ImportSummary;
  readonly processes: number;
  readonly sha256: string;
  readonly byOperation: readonly { readonly name: string; readonly count: number }[];
  readonly byProcess: readonly { readonly name: string; readonly pid: number; readonly count: number }[];
}

export interface SessionInspection {
  readonly trace: number;
  readonly byOperation: FileInspection['byOperation'];
  readonly byProcess: FileInspection['byProcess'];
}

export type QueryName = keyof QueryMap;
export interface QueryQuestion {
  readonly id: number;
  readonly name: QueryName;
  readonly params: unknown;
}
export type QueryReply = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: WorkerError };
