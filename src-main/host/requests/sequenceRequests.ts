import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { HostContext } from '../hostContext.ts';
import { sequenceView } from '../sequenceView.ts';

export function sequenceRequests(context: HostContext): Pick<RequestHandlers, 'sequence.get'> {
  return { 'sequence.get': ({ traceId, index, runId }) => sequenceView(context, traceId, index, runId) };
}
