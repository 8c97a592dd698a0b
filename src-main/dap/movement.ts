/** Steps and jumps of the client as movements of the host. */
import type { HostApi, RequestParams } from '../../src-preload/contract/index.ts';
import { word, wholeNumber } from './arguments.ts';
import { dapErrors } from './errors.ts';
import type { Arguments } from './protocol.ts';

type Step = RequestParams<'debug.step'>;

/** A step at a line, or, where the client asks for instructions, from callback to callback. */
export function stepOf(args: Arguments, direction: Step['direction'], how: Step['how']): Step {
  const granularity = word(args, 'granularity', ['statement', 'line', 'instruction']);
  return { unit: granularity === 'instruction' ? 'callback' : 'line', direction, how };
}

/** What a line can be gone to for: numbers that were handed out by `gotoTargets`. */
export class LineTargets {
  readonly #targets: RequestParams<'debug.runToLine'>[] = [];

  add(driverId: number, line: number, shownLine: number): { id: number; label: string; line: number }[] {
    return (['forward', 'back'] as const).map((direction) => {
      this.#targets.push({ driverId, line, direction });
      return { id: this.#targets.length, label: direction === 'forward' ? `run on to line ${shownLine}` : `run back to line ${shownLine}`, line: shownLine };
    });
  }

  get(args: Arguments): RequestParams<'debug.runToLine'> {
    const id = wholeNumber(args, 'targetId');
    const target = this.#targets[id - 1];
    if (target === undefined) throw dapErrors.noTarget(id);
    return target;
  }
}

const units = ['callback', 'layer', 'operation'] as const;
const relations = ['fileObject', 'stream', 'thread', 'process'] as const;

/** What the debug console takes beside expressions. */
export const consoleHelp = [
  ':goto N or N:EVENT      to an operation, or an execution point',
  ':forward UNIT           a callback, layer or operation on; or to the next operation of the same fileObject, stream, thread or process',
  ':back UNIT              the same, back',
  ':present                to where the run itself stands',
].join('\n');

/** A command of the debug console; throws the help where it is none. */
export async function consoleCommand(api: HostApi, line: string): Promise<void> {
  const [command = '', argument = ''] = line.slice(1).trim().split(/\s+/, 2);
  const unit = units.find((one) => one === argument);
  const to = relations.find((one) => one.toLowerCase() === argument.toLowerCase());
  const direction = command === 'back' ? 'back' : 'forward';
  if (command === 'goto' && argument !== '') await api.request('debug.goTo', { runId: null, target: { kind: 'text', text: argument } });
  else if (command === 'present') await api.request('debug.toPresent', {});
  else if (command === direction && unit !== undefined) await api.request('debug.step', { unit, direction, how: 'in' });
  else if (command === direction && to !== undefined) await api.request('debug.goTo', { runId: null, target: { kind: 'related', to, direction } });
  else throw dapErrors.consoleCommand(consoleHelp);
}
