import type { RunState } from '../../../src-preload/contract/index.ts';
import { operationNumber } from '../../formatting/operationNumber.ts';
import { assertNever } from '../../../src-main/base/assert.ts';

const reasons = { breakpoint: 'stopped at a breakpoint', step: 'stopped after a step', pause: 'stopped by Pause', exception: 'stopped at an exception', 'unknown-bytes': 'stopped where unknown bytes are read', goto: 'at a chosen moment' } as const;

const rebuildingText = ({ operation, before }: { readonly operation: number; readonly before: number }): string =>
  [`rebuilding up to ${operationNumber(before)}`, operationNumber(operation)].filter((part) => part !== '').join(' · ');

/** The run's state in a few words. */
export function stateText(state: RunState): string {
  switch (state.kind) {
    case 'idle': return 'ready';
    case 'starting': return state.rebuilding === undefined ? 'starting' : rebuildingText(state.rebuilding);
    case 'running': return state.total > 0 ? `running · ${Math.floor((state.done / state.total) * 100)} %` : 'running';
    case 'travelling': return 'travelling';
    case 'stopped': return `${state.stop.moment.past ? 'in the past · ' : ''}${[reasons[state.stop.reason], operationNumber(state.stop.operation.index)].filter((part) => part !== '').join(' · ')}`;
    case 'ended': return { completed: 'run completed', stopped: 'run ended early', failed: 'run failed' }[state.outcome];
    default: return assertNever(state);
  }
}
