/** Counts over a whole trace, or over what a filter lets through: density over time, statistics, totals of processes. Ticks are 100 ns. */

export type TallyState = 'running' | 'complete' | 'cancelled' | 'failed';

/** What the timeline is divided by. `class`: kind of work, by major function. */
export type DensityBy = 'process' | 'class' | 'status';

export interface DensitySeries {
  readonly title: string;
  /** The filter expression that lets exactly these through; null where there is none. */
  readonly where: string | null;
  /** Operations in each bucket. */
  readonly counts: readonly number[];
  readonly total: number;
}

/** Operations over time. */
export interface DensityInfo {
  readonly id: number;
  readonly traceId: number;
  readonly state: TallyState;
  readonly progress: { readonly done: number; readonly total: number };
  /** From the first tick to behind the last one. */
  readonly from: bigint;
  readonly to: bigint;
  readonly by: DensityBy;
  /** While false, pages that were not looked at yet are spread evenly over their time, in a series of their own. */
  readonly isExact: boolean;
  /** The largest first; the smallest of many are one. */
  readonly series: readonly DensitySeries[];
  readonly total: number;
  readonly problem: string | null;
}

/** Operations of a run with violations; hints and information are none. */
export interface ViolationMark {
  readonly operation: number;
  readonly time: bigint;
  readonly count: number;
}

export type StatisticBy = 'process' | 'path' | 'folder' | 'extension' | 'operation' | 'status' | 'duration';
export const statisticBys: readonly StatisticBy[] = ['process', 'path', 'folder', 'extension', 'operation', 'status', 'duration'];

/** What a row says in numbers. Durations are in ticks, `read` and `written` in bytes. */
export interface StatisticNumbers {
  readonly operations: number;
  /** Ended with an error status. */
  readonly errors: number;
  /** Sum of all known durations. */
  readonly duration: number;
  readonly longest: number;
  readonly read: number;
  readonly written: number;
}
export type StatisticColumn = 'name' | 'p50' | 'p99' | keyof StatisticNumbers;

export interface StatisticRow extends StatisticNumbers {
  readonly name: string;
  /** By what status it is; else null. */
  readonly status: number | null;
  /** The filter expression that lets exactly these through; null where there is none. */
  readonly where: string | null;
  /** Half, and 99 of 100, took at most so long: at most 1/64 above the exact value. Null where none has a duration, or there are too many rows to know it. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface StatisticsInfo {
  readonly id: number;
  readonly traceId: number;
  readonly where: string | null;
  readonly state: TallyState;
  /** Operations. */
  readonly progress: { readonly done: number; readonly total: number };
  /** Of all that were counted. */
  readonly total: StatisticRow;
  readonly problem: string | null;
}

/** What one process of the trace did. */
export interface ProcessTotals extends StatisticNumbers {
  /** As in `trace.processes`. */
  readonly process: number;
  readonly firstOperation: number;
  readonly firstTime: bigint;
  readonly lastTime: bigint;
}
