/** The life of a FILE_OBJECT from its create to its close, or of a file over all its handles and names. */
import type { OperationRow } from './values.ts';

/** `handle`: the FILE_OBJECT that operation `index` uses. `file`: what `path` is the name of when that operation is issued; null: the operation's own path. */
export interface LifeSubject {
  readonly traceId: number;
  readonly of: 'handle' | 'file';
  readonly index: number;
  readonly path: string | null;
}

export interface LifeInfo {
  /** Operations of it. */
  readonly count: number;
  /** Position of `subject.index` among them, from 0; null where it is none of them. */
  readonly position: number | null;
  readonly firstTime: bigint | null;
  readonly lastTime: bigint | null;
  /** The names it has had, in order. */
  readonly names: readonly LifeName[];
  /** In order of their first operations; the first of `handleCount`. */
  readonly handles: readonly LifeHandle[];
  readonly handleCount: number;
  readonly bytes: LifeBytes;
  readonly ranges: LifeRanges;
}

/** `from`: the operation that gave it the name, null: it had it from the start. `until`: the rename that ended it, null: it kept it. */
export interface LifeName {
  readonly path: string;
  readonly from: number | null;
  readonly until: number | null;
}

/** What was transferred, as far as it is recorded; paging I/O beside what programs asked for. */
export interface LifeBytes {
  readonly read: number;
  readonly written: number;
  readonly pagingRead: number;
  readonly pagingWritten: number;
}

/** Ranges of bytes, upwards, apart from each other: pairs of start and end. `size`: the end of the last one. `coarse`: gaps between near ones are left out. */
export interface LifeRanges {
  readonly read: readonly (readonly [number, number])[];
  readonly written: readonly (readonly [number, number])[];
  readonly size: number;
  readonly coarse: boolean;
}

export interface LifeHandle {
  /** From 1, in order of their first operations. */
  readonly number: number;
  /** Its create; null where the trace does not show it. */
  readonly opened: number | null;
  readonly first: number;
  readonly last: number;
  readonly process: string;
  readonly pid: number;
  readonly tid: number;
  /** In words; null where nothing is recorded. */
  readonly access: string | null;
  readonly shares: string | null;
  readonly disposition: string | null;
  readonly options: string | null;
  /** The operation that made the file go with its last handle: the create itself (FILE_DELETE_ON_CLOSE), or one that set it. */
  readonly deletes: number | null;
  readonly cleanup: number | null;
  readonly close: number | null;
  readonly operations: number;
  readonly read: number;
  readonly written: number;
}

export interface LifeRow {
  readonly operation: OperationRow;
  /** Number of its handle. */
  readonly handle: number;
  /** Since the first operation was issued. */
  readonly since: bigint;
  /** Since the operation before it was issued; null for the first. */
  readonly gap: bigint | null;
  /** What else there is to say in few words: how it was opened, the new name, the new size. */
  readonly fact: string;
}
