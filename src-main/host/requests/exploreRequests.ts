import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { ExploreService } from '../exploreService.ts';

export function exploreRequests(explorations: ExploreService): Pick<RequestHandlers, 'explore.start' | 'explore.report' | 'explore.cancel'> {
  return {
    'explore.start': (params) => explorations.start(params),
    'explore.report': () => explorations.report,
    'explore.cancel': async () => {
      await explorations.cancel();
      return {};
    },
  };
}
