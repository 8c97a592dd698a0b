import type { RunState } from '../../../src-preload/contract/index.ts';
import { generatedFrom } from '../../../src-main/base/generatedIo.ts';
import { operationNumber } from '../../formatting/operationNumber.ts';
import { assertNever } from '../../../src-main/base/assert.ts';

const reasons = { breakpoint: 'stopped at a breakpoint', step: 'stopped after a step', pause: 'stopped by Pause', exception: 'stopped at an exception', 'unknown-bytes': 'stopped where unknown bytes are read', goto: 'at a chosen moment' } as const;

const percent = (done: number, total: number): string => (total > 0 ? ` · ${Math.max(0, Math.min(100, Math.floor((done / total) * 100)))} %` : '');

const rebuildingText = ({ operation, before }: { readonly operation: number; readonly before: number }): string =>
  `rebuilding ${operationNumber(before)}${before < generatedFrom && operation < generatedFrom ? percent(operation, before) : ''}`;

/** The run's state in a few words. */
export function stateText(state: RunState): string {
  switch (state.kind) {
    case 'idle': return 'ready';
    case 'starting': return state.rebuilding === undefined ? 'starting' : rebuildingText(state.rebuilding);
    case 'running': return `running${percent(state.done, state.total)}`;
    case 'travelling': return `${state.what.slice(0, 1).toLowerCase()}${state.what.slice(1)}${percent(state.done, state.total)}`;
    case 'stopped': return `${state.stop.moment.past ? 'in the past · ' : ''}${[reasons[state.stop.reason], operationNumber(state.stop.operation.index)].filter((part) => part !== '').join(' · ')}`;
    case 'ended': return { completed: 'run completed', stopped: 'run ended early', failed: 'run failed' }[state.outcome];
    default: return assertNever(state);
  }
}
