import type { RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { RunService } from '../runService.ts';
import type { TravelService } from '../travelService.ts';

type TravelRequests = Pick<
  RequestHandlers,
  | 'run.continue' | 'run.next' | 'run.stepIn' | 'run.stepOut' | 'run.stop' | 'debug.goTo' | 'debug.step' | 'debug.continue' | 'debug.runToLine' | 'debug.restart' | 'debug.toPresent' | 'debug.cancel'
  | 'debug.scopes' | 'debug.variables' | 'debug.evaluate'
>;

/** Movement and looking: in the past where somebody looks at that, else of the run itself. */
export function travelRequests(runs: RunService, travel: TravelService): TravelRequests {
  const nothing = async (action: Promise<void>): Promise<Record<string, never>> => {
    await action;
    return {};
  };
  const line = (how: 'over' | 'in' | 'out', live: 'next' | 'stepIn' | 'stepOut') => (): Promise<Record<string, never>> => nothing(travel.isPast ? travel.step('line', 'forward', how) : runs.resume(live));
  return {
    'run.continue': () => nothing(travel.isPast ? travel.continue('forward') : runs.resume('continue')),
    'run.next': line('over', 'next'),
    'run.stepIn': line('in', 'stepIn'),
    'run.stepOut': line('out', 'stepOut'),
    'run.stop': () => nothing(travel.toPresent().then(() => runs.stop())),
    'debug.goTo': ({ runId, target }) => nothing(travel.goTo(runId, target)),
    'debug.step': ({ unit, direction, how }) => nothing(travel.step(unit, direction, how)),
    'debug.continue': ({ direction }) => nothing(travel.continue(direction)),
    'debug.runToLine': ({ driverId, line: number, direction }) => nothing(travel.runToLine(driverId, number, direction)),
    'debug.restart': () => nothing(travel.restart()),
    'debug.toPresent': () => nothing(travel.toPresent()),
    'debug.cancel': () => {
      travel.cancel();
      return {};
    },
    'debug.scopes': ({ frameId }) => (travel.isPast ? travel.scopes(frameId) : runs.scopes(frameId)),
    'debug.variables': ({ variablesReference }) => (travel.isPast ? travel.variables(variablesReference) : runs.variables(variablesReference)),
    'debug.evaluate': ({ expression, frameId }) => (travel.isPast ? travel.evaluate(expression, frameId) : runs.evaluate(expression, frameId)),
  };
}
