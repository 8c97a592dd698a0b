import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { HostContext } from '../hostContext.ts';
import type { RunService } from '../runService.ts';
import { runInfo } from '../sessionInfo.ts';

type RunRequests = Pick<
  RequestHandlers,
  'run.state' | 'run.start' | 'run.pause' | 'run.list'
>;

export function runRequests(context: HostContext, runs: RunService): RunRequests {
  const nothing = async (action: Promise<void>): Promise<Record<string, never>> => {
    await action;
    return {};
  };
  return {
    'run.state': () => runs.state,
    'run.start': (params) => runs.start(params),
    'run.pause': () => nothing(runs.pause()),
    'run.list': () => context.session.reader.runs.runs().map((run) => runInfo(run, context.session.reader)),
  };
}
