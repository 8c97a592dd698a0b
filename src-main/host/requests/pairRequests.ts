import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import { hostErrors } from '../errors.ts';

type PairRequests = Pick<RequestHandlers, 'trace.pair' | 'pairs.list' | 'pairs.page' | 'pairs.cancel' | 'pairs.remove'>;

export function pairRequests(): PairRequests {
  return {
    'trace.pair': ({ above }) => {
      throw hostErrors.noTrace(above);
    },
    'pairs.list': () => [],
    'pairs.page': () => ({ rows: [], count: 0 }),
    'pairs.cancel': () => ({}),
    'pairs.remove': () => ({}),
  };
}
