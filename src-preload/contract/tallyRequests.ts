/** Requests about counts over a trace. They are made beside everything else; `where` is a filter expression (docs/command-line.md), null or empty: everything. */
import type { DensityBy, DensityInfo, ProcessTotals, StatisticBy, StatisticColumn, StatisticRow, StatisticsInfo, ViolationMark } from './tallyValues.ts';

type None = Record<string, never>;

export interface TallyRequests {
  /** Begins to count, and gives up what was counted before; `timeline.changed` tells how it stands, the first time at once. Null: the trace from its begin, to its end. */
  'timeline.start': { params: { traceId: number; where: string | null; from: bigint | null; to: bigint | null; buckets: number; by: DensityBy }; result: { id: number } };
  'timeline.cancel': { params: { id: number }; result: None };
  /** Operations with violations in order; at most as many as can be marked, `count` says how many there are. */
  'timeline.violations': { params: { runId: number }; result: { marks: readonly ViolationMark[]; count: number } };

  /** Begins to count, and gives up what was counted before; `statistics.changed` tells how it stands. */
  'statistics.start': { params: { traceId: number; where: string | null }; result: StatisticsInfo };
  /** Rows as far as is counted. `largest`: the highest number of each column. */
  'statistics.page': {
    params: { id: number; by: StatisticBy; sort: StatisticColumn; descending: boolean; offset: number; limit: number };
    result: { rows: readonly StatisticRow[]; count: number; largest: { readonly [column in Exclude<StatisticColumn, 'name'>]: number } };
  };
  'statistics.processes': { params: { id: number }; result: readonly ProcessTotals[] };
  /** What was counted stays. */
  'statistics.cancel': { params: { id: number }; result: None };
  /** Nobody looks at what was counted any more: its memory is given back. */
  'statistics.release': { params: { id: number }; result: None };
}

export interface TallyEvents {
  'timeline.changed': DensityInfo;
  'statistics.changed': StatisticsInfo;
}
