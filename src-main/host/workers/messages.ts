/** What crosses between the host and its worker threads. Plain data; control words in shared memory. */
import type { Direction, Sought, Walked } from '../../debugger/eventWalk.ts';
import type { CompareGroup, CompareRow, DensityBy, DensityInfo, DifferenceCounts, DifferenceKind, FilterValue, LifeRanges, PreviewRow, RequestMap, StatisticRow, StatisticsInfo } from '../../../src-preload/contract/index.ts';
import type { AffectedCause, ContextFilter, LifeOf, ListedOperation, OperationResult, QueryAnswer, StoredContextEvent, StoredLife, StoredOperation, ViolationGroup } from '../../session/index.ts';
import type { EventKindName } from '../../replay/eventPage.ts';
import type { StackFilter } from '../../replay/groundTruth/groundTruth.ts';
import type { GroundTruthReport } from '../../replay/groundTruth/groundTruthReport.ts';
import type { DamageReport, DetailValue, ImportSummary, TraceTime, UnknownTime } from '../../trace/record.ts';
import type { PackedStream } from '../unpack/packedStream.ts';
import type { UnpackGuardOptions } from '../unpack/unpackGuard.ts';

/** Indexes into the shared control words of an import. */
export const controlWords = { cancel: 0, hostWantsToWrite: 1, count: 2 } as const;

/** A file to read. `name` is for messages: one that came over the network, or out of an archive, lies under another one. */
export interface SourceFile {
  readonly file: string;
  readonly name: string;
}

/** What a worker reads as one trace. */
export interface SourceOrder {
  readonly source: SourceFile;
  /** Further parts of the same log. */
  readonly parts: readonly SourceFile[];
  readonly assumedDate?: TraceTime;
  readonly utcOffset?: number;
  /** The files as the user has them, in their order: their bytes are hashed. */
  readonly hashed: readonly string[];
  /** What was found out before reading began, e.g. by unpacking: it goes into the report. */
  readonly found: { readonly system: { readonly [key: string]: DetailValue }; readonly damaged: readonly DamageReport[] };
}

export interface ImportOrder extends SourceOrder {
  readonly session: string;
  readonly trace: number;
  readonly control: Int32Array;
}

/** What a worker is doing, in this order. */
export type WorkerPhase = 'reading' | 'sorting' | 'checking';

export type ImportNews =
  | { readonly kind: 'progress'; readonly phase: WorkerPhase; readonly done: number; readonly total: number; readonly operations: number }
  | { readonly kind: 'done'; readonly outcome: 'complete' | 'cancelled' }
  | { readonly kind: 'failed'; readonly error: WorkerError; readonly operations: number };

export interface UnpackOrder {
  readonly streams: readonly { readonly packed: PackedStream; readonly target: string }[];
  readonly guard: Omit<UnpackGuardOptions, 'packedBytes'>;
}

export interface UnpackDone {
  readonly damaged: readonly DamageReport[];
  /** All that was unpacked, `guard.before` included. */
  readonly bytes: number;
}

export type UnpackNews =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | ({ readonly kind: 'done' } & UnpackDone)
  | { readonly kind: 'failed'; readonly error: WorkerError };

export interface PairOrder {
  readonly session: string;
  readonly pair: number;
  readonly above: number;
  readonly below: number;
  /** Null: found out. */
  readonly clockOffset: bigint | null;
  readonly sameFormat: boolean;
  /** Word 0: not 0 cancels. */
  readonly control: Int32Array;
}

export type PairNews =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: WorkerError };

/** A side as the worker reads it. `run` null: the recording of the trace. */
export interface CompareSideOrder {
  readonly trace: number;
  readonly run: number | null;
  readonly layers: readonly { readonly name: string; readonly isFilter: boolean }[];
  /** First and last operation that it was to issue, or has come to. */
  readonly first: number;
  readonly last: number;
  readonly events: number;
  /** Operations that edits of its plan are about. */
  readonly edited: readonly number[];
  /** It goes on: what is pending may still end as recorded. */
  readonly isUnderWay: boolean;
  /** What its operations are called by in words. */
  readonly title: string;
}

export interface CompareOrder {
  readonly session: string;
  readonly a: CompareSideOrder;
  readonly b: CompareSideOrder;
  /** Word 0: not 0 cancels. */
  readonly control: Int32Array;
}

/** How a comparison stands. */
export interface CompareStanding {
  readonly first: CompareRow | null;
  readonly count: number;
  readonly counts: DifferenceCounts;
  readonly listed: number;
}

export interface CompareQuestions {
  page: {
    params: { offset: number; limit: number; kinds: readonly DifferenceKind[] | null; text: string; cause: number | null };
    result: { rows: readonly CompareRow[]; count: number };
  };
  groups: { params: null; result: { groups: readonly CompareGroup[] } };
  export: { params: { format: 'text' | 'json'; from: number }; result: { text: string; next: number | null } };
}

export type CompareNews =
  | ({ readonly kind: 'progress'; readonly done: number; readonly total: number } & CompareStanding)
  | ({ readonly kind: 'done'; readonly outcome: 'complete' | 'cancelled'; readonly problem: string | null } & CompareStanding)
  | { readonly kind: 'failed'; readonly error: WorkerError }
  | { readonly kind: 'answer'; readonly reply: QueryReply };

/** What the tally worker counts. `where` is an expression; null: everything. Times are on the session's clock. */
export type TallyOrder =
  | { readonly kind: 'density'; readonly session: string; readonly trace: number; readonly where: string | null; readonly from: bigint | null; readonly to: bigint | null; readonly buckets: number; readonly by: DensityBy }
  | { readonly kind: 'statistics'; readonly session: string; readonly trace: number; readonly where: string | null };

export interface TallyQuestions {
  page: { params: Omit<RequestMap['statistics.page']['params'], 'id'>; result: RequestMap['statistics.page']['result'] };
  processes: { params: null; result: RequestMap['statistics.processes']['result'] };
  times: { params: { session: string; trace: number; operations: readonly number[] }; result: readonly { readonly number: number; readonly time: bigint }[] };
}

export type TallyWords =
  | { readonly kind: 'start'; readonly id: number; readonly order: TallyOrder }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'forget'; readonly id: number }
  | { readonly kind: 'ask'; readonly of: number; readonly question: QueryQuestion }
  | { readonly kind: 'close' };

export type TallyNews =
  | { readonly kind: 'density'; readonly id: number; readonly news: Pick<DensityInfo, 'state' | 'progress' | 'from' | 'to' | 'isExact' | 'series' | 'total'> }
  | { readonly kind: 'statistics'; readonly id: number; readonly news: Pick<StatisticsInfo, 'state' | 'progress'> & { readonly total: StatisticRow } }
  | { readonly kind: 'failed'; readonly id: number; readonly error: WorkerError }
  | { readonly kind: 'answer'; readonly reply: QueryReply };

/** A user error as data; `code` is `internal` for a defect of ours. */
export interface WorkerError {
  readonly code: string;
  readonly message: string;
}

/** `milliseconds`: the longest it may look now. */
export interface FilterQuestion {
  readonly session: string;
  readonly trace: number;
  readonly where: string;
  readonly milliseconds: number;
}

export interface FilterStanding {
  /** Found so far, of `scanned` operations. */
  readonly count: number;
  readonly exact: boolean;
  readonly scanned: number;
}

/** Questions that may take long: each answered by one value. */
export interface QueryMap {
  find: { params: { session: string; trace: number; text: string; from: number; backwards: boolean; where: string | null }; result: number | null };
  /**
   * A page of what a filter lets through, with results of a run where one is named: looks for at most `milliseconds`, no longer than the page needs; with
   * `limit` 0 it only goes on counting.
   */
  filtered: {
    params: FilterQuestion & { run: number | null; offset: number; limit: number };
    result: FilterStanding & { rows: readonly ListedOperation[]; results: ReadonlyMap<number, OperationResult> };
  };
  /** Where an operation, or the one nearest to it, stands among what a filter lets through; undefined: not known yet. */
  position: { params: FilterQuestion & { index: number }; result: { place: { readonly position: number; readonly index: number } | null | undefined } };
  /** The most frequent values of a field that contain `text`, as far as the trace has been looked through: `milliseconds` further with each question. With `limit` 0 it only looks further. */
  values: { params: { session: string; trace: number; field: string; text: string; limit: number; milliseconds: number }; result: { values: readonly FilterValue[]; exact: boolean } };
  /** See the requests of the same names. */
  cells: { params: { session: string } & RequestMap['operations.cells']['params']; result: readonly (readonly string[])[] };
  highlights: { params: { session: string } & RequestMap['operations.highlights']['params']; result: readonly number[] };
  nextMatch: { params: { session: string } & RequestMap['operations.nextMatch']['params']; result: number | null };
  matchCount: { params: { session: string } & RequestMap['operations.matchCount']['params']; result: RequestMap['operations.matchCount']['result'] };
  export: { params: { session: string } & RequestMap['operations.export']['params']; result: RequestMap['operations.export']['result'] };
  /** Operations that a filter expression lets through, beginning `offset` behind number `after`. */
  select: {
    params: { session: string; trace: number; where: string | null; after: number; offset: number; limit: number };
    result: readonly StoredOperation[];
  };
  /** Context events `from` to `to` of those that pass a filter, and how many pass. */
  context: {
    params: { session: string; trace: number; from: number; to: number; filter: ContextFilter | null };
    result: { rows: readonly StoredContextEvent[]; count: number };
  };
  /** Lines of a whole trace from line number `from` on (from 0), each ended by LF; `next`: the number of the line behind them, null where there is none. */
  jsonLines: { params: { session: string; trace: number; from: number }; result: { text: string; next: number | null } };
  sql: { params: { session: string; sql: string; limit: number }; result: QueryAnswer };
  /** Log positions of the events that match: all are counted, `limit` of them from `offset` on are returned. */
  events: {
    params: { session: string; run: number; operation: number | null; kinds: readonly EventKindName[] | null; offset: number; limit: number };
    result: { count: number; positions: readonly number[] };
  };
  /** Goes on with a walk through the events of a run, for so many pages. */
  walk: { params: { session: string; run: number; from: number; direction: Direction; sought: Sought; pages: number }; result: Walked };
  affected: { params: { session: string; run: number; cause: number | null; offset: number; limit: number }; result: { count: number; indexes: readonly number[] } };
  causes: { params: { session: string; run: number; offset: number; limit: number }; result: { count: number; rows: readonly AffectedCause[] } };
  violationGroups: { params: { session: string; run: number }; result: readonly ViolationGroup[] };
  differences: { params: { session: string; trace: number; run: number; offset: number; limit: number; underWay: boolean }; result: { count: number; indexes: readonly number[] } };
  /** Callbacks of a run against those that its trace recorded; null where it has none. */
  groundTruth: { params: { session: string; trace: number; run: number; stack: readonly StackFilter[] }; result: GroundTruthReport | null };
  /** `null` where there is no such operation. */
  life: { params: LifeQuestion; result: LifeAnswer | null };
  lifePage: { params: LifeQuestion & { offset: number; limit: number }; result: { rows: readonly LifeAnswerRow[]; count: number } };
  /** Numbers of the operations a filter expression lets through. */
  span: { params: { session: string; trace: number; where: string | null }; result: { first: number; last: number; count: number } | null };
  /** The first records of a trace, in the source's order. */
  preview: { params: SourceOrder & { readonly rows: number }; result: Preview };
  inspectFile: { params: SourceOrder; result: FileInspection };
  inspectSession: { params: { session: string }; result: readonly SessionInspection[] };
}

export type LifeQuestion = LifeOf & { readonly session: string; readonly trace: number };

export interface LifeAnswer extends Pick<StoredLife, 'names' | 'bytes'> {
  readonly count: number;
  readonly position: number | null;
  readonly firstTime: bigint | null;
  readonly lastTime: bigint | null;
  /** The first of `handleCount`. */
  readonly handles: StoredLife['handles'];
  readonly handleCount: number;
  readonly ranges: LifeRanges;
}

export interface LifeAnswerRow {
  readonly operation: StoredOperation;
  readonly handle: number;
  readonly since: bigint;
  readonly gap: bigint | null;
}

export interface Preview {
  readonly rows: readonly PreviewRow[];
  readonly firstTime: bigint | null;
  readonly system: ImportSummary['system'];
  /** What the source does not say of its times. */
  readonly unknownTimes: readonly UnknownTime[];
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
