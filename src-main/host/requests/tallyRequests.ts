import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { TallyService } from '../tallyService.ts';

type TallyRequests = Pick<
  RequestHandlers, 'timeline.start' | 'timeline.cancel' | 'timeline.violations' | 'statistics.start' | 'statistics.page' | 'statistics.processes' | 'statistics.cancel' | 'statistics.release'
>;

export function tallyRequests(tallies: TallyService): TallyRequests {
  const cancel = ({ id }: { readonly id: number }): Record<string, never> => {
    tallies.cancel(id);
    return {};
  };
  return {
    'timeline.start': (order) => tallies.startDensity(order),
    'timeline.cancel': cancel,
    'timeline.violations': ({ runId }) => tallies.violations(runId),
    'statistics.start': (order) => tallies.startStatistics(order),
    'statistics.page': (params) => tallies.page(params),
    'statistics.processes': ({ id }) => tallies.processes(id),
    'statistics.cancel': cancel,
    'statistics.release': ({ id }) => {
      tallies.release(id);
      return {};
    },
  };
}
