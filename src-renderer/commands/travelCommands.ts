/** Movement in time: forward and back at every granularity, to a chosen moment, and back to the present. */
import { driverLine } from '../../src-main/base/driverLines.ts';
import type { Direction, MomentTarget, StepUnit } from '../../src-preload/contract/index.ts';
import { useDebugger } from '../stores/debugger.ts';
import { useSelection } from '../stores/selection.ts';
import { useSource } from '../stores/source.ts';
import { paneActions } from './paneActions.ts';
import type { Command, CommandId, RelatedWord } from './command.ts';

const whenHistory = (): string | null => {
  const { kind } = useDebugger().state;
  return kind === 'idle' || kind === 'starting' ? 'Nothing has run yet: there is no past to go to.' : null;
};
const whenPast = (): string | null => (useDebugger().isPast ? null : 'Only in the past: step back first.');
const whenSelected = (): string | null => whenHistory() ?? (useSelection().operation === null ? 'Select an operation first.' : null);
const whenLine = (): string | null => whenHistory() ?? (useSource().activeCode === null ? 'Open a driver and put the caret on a line.' : null);

interface Options {
  readonly keys?: readonly string[];
  readonly unavailable?: () => string | null;
}

function command(id: CommandId, title: string, run: () => void | Promise<void>, { keys = [], unavailable = whenHistory }: Options = {}): Command {
  return { id, menu: 'Run', title, run: () => run(), keys, keyScope: 'everywhere', unavailable };
}

const stepper = (unit: StepUnit, direction: Direction, how: 'over' | 'in' | 'out' = 'over') => (): Promise<void> => useDebugger().travel('debug.step', { unit, direction, how });
const goTo = (target: MomentTarget): Promise<void> => useDebugger().goTo(target);

const units: readonly (readonly [Exclude<StepUnit, 'line'>, string])[] = [['layer', 'layer'], ['callback', 'callback'], ['operation', 'operation']];
const related: readonly (readonly [RelatedWord, string])[] = [['fileObject', 'file object'], ['stream', 'file'], ['thread', 'thread'], ['process', 'process']];

export function travelCommands(): readonly Command[] {
  return [
    command('run.reverseContinue', 'Run back to the previous breakpoint', () => useDebugger().travel('debug.continue', { direction: 'back' }), { keys: ['Ctrl+F5'] }),
    command('run.stepBack', 'Step back over', stepper('line', 'back'), { keys: ['Ctrl+F10'] }),
    command('run.stepBackIn', 'Step back into', stepper('line', 'back', 'in'), { keys: ['Ctrl+F11'] }),
    command('run.stepBackOut', 'Step back out', stepper('line', 'back', 'out'), { keys: ['Ctrl+Shift+F11'] }),
    ...units.flatMap(([unit, word]) => [
      command(`run.next.${unit}`, `Step to the next ${word}`, stepper(unit, 'forward', unit === 'callback' ? 'in' : 'over')),
      command(`run.previous.${unit}`, `Step back to the previous ${word}`, stepper(unit, 'back', unit === 'callback' ? 'in' : 'over')),
    ]),
    ...related.flatMap(([to, word]) => [
      command(`run.later.${to}`, `Go to the next operation of this ${word}`, () => goTo({ kind: 'related', to, direction: 'forward' })),
      command(`run.earlier.${to}`, `Go to the previous operation of this ${word}`, () => goTo({ kind: 'related', to, direction: 'back' })),
    ]),
    command('run.toLine', 'Run to this line', () => toLine('forward'), { unavailable: whenLine }),
    command('run.backToLine', 'Run back to this line', () => toLine('back'), { unavailable: whenLine }),
    command('run.goToMoment', 'Go to this moment', () => goTo({ kind: 'operation', index: useSelection().operation ?? 0 }), { unavailable: whenSelected }),
    command('run.toStart', 'Go to the first event of the run', () => useDebugger().travel('debug.restart', {})),
    command('run.toPresent', 'Back to the present', () => useDebugger().travel('debug.toPresent', {}), { unavailable: whenPast }),
    command('run.cancelTravel', 'Cancel the movement', () => useDebugger().travel('debug.cancel', {}), { unavailable: () => (useDebugger().isTravelling ? null : 'Nothing is on its way.') }),
  ];
}

async function toLine(direction: Direction): Promise<void> {
  const { activeCode } = useSource();
  const caret = paneActions.caret?.() ?? null;
  if (activeCode !== null && caret !== null) await useDebugger().travel('debug.runToLine', { driverId: activeCode.driverId, line: driverLine(activeCode.slot, caret.line), direction });
}
