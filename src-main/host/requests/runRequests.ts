import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { HostContext } from '../hostContext.ts';
import type { RunService } from '../runService.ts';
import { runInfo } from '../sessionInfo.ts';

type RunRequests = Pick<
  RequestHandlers,
  | 'run.state' | 'run.start' | 'run.continue' | 'run.next' | 'run.stepIn' | 'run.stepOut' | 'run.pause' | 'run.stop' | 'run.list'
  | 'debug.scopes' | 'debug.variables' | 'debug.evaluate'
>;

export function runRequests(context: HostContext, runs: RunService): RunRequests {
  const nothing = async (action: Promise<void>): Promise<Record<string, never>> => {
    await action;
    return {};
  };
  return {
    'run.state': () => runs.state,
    'run.start': (params) => runs.start(params),
    'run.continue': () => nothing(runs.resume('continue')),
    'run.next': () => nothing(runs.resume('next')),
    'run.stepIn': () => nothing(runs.resume('stepIn')),
    'run.stepOut': () => nothing(runs.resume('stepOut')),
    'run.pause': () => nothing(runs.pause()),
    'run.stop': () => nothing(runs.stop()),
    'run.list': () => context.session.reader.runs.runs().map((run) => runInfo(run, context.session.reader)),
    'debug.scopes': ({ frameId }) => runs.scopes(frameId),
    'debug.variables': ({ variablesReference }) => runs.variables(variablesReference),
    'debug.evaluate': ({ expression, frameId }) => runs.evaluate(expression, frameId),
  };
}
