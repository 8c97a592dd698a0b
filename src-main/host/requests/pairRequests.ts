import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { PairService } from '../pairService.ts';

type PairRequests = Pick<RequestHandlers, 'trace.pair' | 'pairs.list' | 'pairs.page' | 'pairs.cancel' | 'pairs.remove'>;

export function pairRequests(pairs: PairService): PairRequests {
  return {
    'trace.pair': ({ above, below, clockOffset }) => pairs.start(above, below, clockOffset),
    'pairs.list': () => pairs.list(),
    'pairs.page': ({ pairId, kinds, offset, limit }) => pairs.page(pairId, kinds, offset, limit),
    'pairs.cancel': ({ pairId }) => {
      pairs.cancel(pairId);
      return {};
    },
    'pairs.remove': async ({ pairId }) => {
      await pairs.remove(pairId);
      return {};
    },
  };
}
