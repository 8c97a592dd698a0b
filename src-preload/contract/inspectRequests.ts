/** Requests that look at what a stop holds beside its operation. */
import type { EngineObjects } from './inspectValues.ts';

type None = Record<string, never>;

export interface InspectRequests {
  /** Everything the simulated system holds at the present stop. Looking changes nothing. */
  'debug.objects': { params: None; result: EngineObjects };
}
