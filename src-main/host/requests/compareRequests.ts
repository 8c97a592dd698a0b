import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { CompareService } from '../compareService.ts';

type CompareRequests = Pick<RequestHandlers, 'compare.start' | 'compare.info' | 'compare.page' | 'compare.groups' | 'compare.export' | 'compare.cancel'>;

export function compareRequests(comparisons: CompareService): CompareRequests {
  return {
    'compare.start': ({ a, b }) => comparisons.start(a, b),
    'compare.info': ({ id }) => comparisons.info(id),
    'compare.page': ({ id, ...filter }) => comparisons.ask(id, 'page', filter),
    'compare.groups': ({ id }) => comparisons.ask(id, 'groups', null),
    'compare.export': ({ id, ...piece }) => comparisons.ask(id, 'export', piece),
    'compare.cancel': ({ id }) => {
      comparisons.cancel(id);
      return {};
    },
  };
}
