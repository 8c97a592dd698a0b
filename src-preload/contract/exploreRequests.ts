/** Requests about exploring: the same trace under many schedules and policies. */
import type { ExploreLimits, ExploreReport } from './exploreValues.ts';
import type { RunSettings } from './runSettings.ts';

type None = Record<string, never>;

export interface ExploreRequests {
  /** Starts exploring the trace with the enabled drivers; one at a time, an earlier one ends. Answers at once; `explore.changed` tells what comes of it. */
  'explore.start': {
    params: {
      traceId: number; limits: ExploreLimits;
      /** Filter expression: only these operations are issued. */
      where?: string | null;
      /** As for a run. */
      unknownFolder?: string | null;
      seed?: number; settings?: Partial<RunSettings>; assumptions?: { readonly [name: string]: string };
    };
    result: ExploreReport;
  };
  /** The last one of this session; null where there was none. */
  'explore.report': { params: None; result: ExploreReport | null };
  /** What was found stays. */
  'explore.cancel': { params: None; result: None };
}
