import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { RunService } from '../runService.ts';
import type { TravelService } from '../travelService.ts';

type InspectRequests = Pick<RequestHandlers, 'debug.objects' | 'debug.buffer'>;

/** Of the moment that is looked at: in the past, or where the run stands. */
export function inspectRequests(runs: RunService, travel: TravelService): InspectRequests {
  return {
    'debug.objects': () => (travel.isPast ? travel.objects() : runs.objects()),
    'debug.buffer': (params) => (travel.isPast ? travel.buffer(params) : runs.buffer(params)),
  };
}
