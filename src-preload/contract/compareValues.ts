/** What comparing two runs, a run and the recording, or two traces has found. */
import type { ExecutionPoint } from './values.ts';

/** What is compared: a run, or what a trace has recorded. */
export type SideRef = { readonly kind: 'run'; readonly runId: number } | { readonly kind: 'recording'; readonly traceId: number };

/** `parameter`: of the request that reached the file system; `event`: a callback or another event is missing, extra or says otherwise. */
export type DifferenceKind = 'status' | 'information' | 'issued' | 'parameter' | 'event' | 'violation';
export type DifferenceCounts = { readonly [K in DifferenceKind]: number };

export interface CompareSide {
  readonly ref: SideRef;
  readonly title: string;
  readonly traceId: number;
}

/** One difference, with its moment in both sides. */
export interface CompareRow {
  /** Position in the list without filters, from 1. */
  readonly number: number;
  readonly kind: DifferenceKind;
  /** Numbers of the operation in either side; null where it is not there, or for what belongs to none. */
  readonly operationA: number | null;
  readonly operationB: number | null;
  /** Name and path of the operation, by side a where it has it. */
  readonly operation: string;
  readonly path: string | null;
  readonly process: string;
  /** What differs. */
  readonly what: string;
  /** Null: not there. */
  readonly a: string | null;
  readonly b: string | null;
  /** Sequence 0: the operation as such. */
  readonly pointA: ExecutionPoint | null;
  readonly pointB: ExecutionPoint | null;
  /** Number of its group. */
  readonly cause: number;
}

/** Differences with one cause, the largest first. */
export interface CompareGroup {
  readonly cause: number;
  readonly title: string;
  /** The operation that it is because of, and in which side. */
  readonly operation: { readonly side: 'a' | 'b'; readonly index: number } | null;
  readonly count: number;
  readonly counts: DifferenceCounts;
}

export interface CompareInfo {
  readonly id: number;
  readonly a: CompareSide;
  readonly b: CompareSide;
  readonly state: 'running' | 'complete' | 'cancelled' | 'failed';
  /** While it runs. */
  readonly progress: { readonly done: number; readonly total: number };
  /** What distinguishes the two, and what was left out; a sentence each. */
  readonly notes: readonly string[];
  /** Why it failed, or why the sides cannot be compared. */
  readonly problem: string | null;
  /** The earliest difference; null while it is not certain, and where there is none. */
  readonly first: CompareRow | null;
  readonly count: number;
  readonly counts: DifferenceCounts;
  /** How many the list holds: a very long one ends early. */
  readonly listed: number;
}
