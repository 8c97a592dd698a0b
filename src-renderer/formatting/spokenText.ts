/** Sentences for those who hear the window: what an import, a run or a stop came to. */
import type { ImportProgress, RunInfo, StopInfo } from '../../src-preload/contract/index.ts';
import { formatCounted } from './numbers.ts';
import { operationNumber } from './operationNumber.ts';

const reasons: Readonly<Record<StopInfo['reason'], string>> = {
  breakpoint: 'Stopped at a breakpoint', step: 'Step', pause: 'Stopped by Pause', exception: 'Stopped at an exception', 'unknown-bytes': 'Stopped where unknown bytes are read', goto: 'At the chosen moment',
};
const callbacks = { pre: 'pre callback', post: 'post callback', status: 'status callback', work: 'work item', driverEntry: 'DriverEntry' } as const;

const sentence = (parts: readonly (string | null)[]): string => `${parts.filter((part) => part !== null && part !== '').join(', ')}.`;

/** The last quarter of the file that has been read: 0 to 3. The last one ends with the import. */
export function quarterOf(progress: Pick<ImportProgress, 'phase' | 'done' | 'total'>): number {
  return progress.phase !== 'reading' || progress.total === 0 ? 0 : Math.min(3, Math.floor((progress.done / progress.total) * 4));
}

export function importEnded(name: string, outcome: 'complete' | 'cancelled', operations: number): string {
  const count = formatCounted(operations, 'operation');
  return outcome === 'complete' ? `${name} is imported: ${count}.` : `The import of ${name} was cancelled; kept of it: ${count}.`;
}

/** Where a run stopped, and why; the line goes last, for it is what changes from step to step. */
export function stopText(stop: StopInfo): string {
  const frame = stop.stackFrames.find(({ driver, line }) => driver !== null && line !== null);
  const callback = stop.callback === null ? null : (callbacks as Readonly<Record<string, string>>)[stop.callback] ?? stop.callback;
  const where = callback === null ? stop.driver : `${callback}${stop.driver === null ? '' : ` of ${stop.driver}`}`;
  return sentence([stop.moment.past ? `In the past: ${reasons[stop.reason].toLowerCase()}` : reasons[stop.reason], operationNumber(stop.operation.index), stop.operation.operation, where, frame === undefined || !stop.atLine ? null : `line ${frame.line ?? 0}`]);
}

const outcomes = { completed: 'Run completed', stopped: 'Run ended early', failed: 'Run failed' } as const;

/** What a run came to. */
export function runEnded(outcome: keyof typeof outcomes, run: Pick<RunInfo, 'operations' | 'violations' | 'differences' | 'problem'> | null): string {
  if (run === null) return `${outcomes[outcome]}.`;
  const counts = [formatCounted(run.operations, 'operation'), run.violations === 0 ? 'no violations' : formatCounted(run.violations, 'violation'), run.differences === 0 ? null : `${formatCounted(run.differences, 'result')} not as recorded`];
  return `${outcomes[outcome]}: ${sentence(counts)}${run.problem === null ? '' : ` ${run.problem.message}`}`;
}
