import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { RunService } from '../runService.ts';

type InspectRequests = Pick<RequestHandlers, 'debug.objects'>;

export function inspectRequests(runs: RunService): InspectRequests {
  return {
    'debug.objects': () => runs.objects(),
  };
}
