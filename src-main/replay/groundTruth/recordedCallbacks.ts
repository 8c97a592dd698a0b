/**
 * Minifilter callbacks as an ETW trace recorded them, one operation at a time.
 *
 * Source: etw-formats.md 9.5. A callback leaves up to three events: it is about to run, it has returned, it has failed the operation; which of them are
 * recorded is the recorder's choice. Where two of one callback are there, they are one.
 */
import type { ContextEvent } from '../../trace/record.ts';

export type CallbackPhase = 'pre' | 'post';

export interface RecordedCallback {
  readonly phase: CallbackPhase;
  /** File name of the driver, or the routine's address in hex where no image is known there. */
  readonly filter: string;
  /** IoStatus.Status when a post was called, and after the callback; null where it was not recorded. */
  before: number | null;
  after: number | null;
}

type Step = 'begins' | 'returns' | 'fails';

const steps: ReadonlyMap<string, readonly [CallbackPhase, Step]> = new Map([
  ['FltPreOpInit', ['pre', 'begins']], ['FltPreOpCompletion', ['pre', 'returns']], ['FltPreOpFailure', ['pre', 'fails']],
  ['FltPostOpInit', ['post', 'begins']], ['FltPostOpCompletion', ['post', 'returns']], ['FltPostOpFailure', ['post', 'fails']],
]);

/** What a trace has of callbacks at all: where it has only failures, one that is missing has not failed. */
export interface RecordedPhases {
  pre: boolean;
  post: boolean;
}

interface Open {
  readonly callback: RecordedCallback;
  readonly routine: unknown;
  last: Step;
}

/** Takes the events of one operation in order of time. */
export class RecordedCallbacks {
  readonly #open: Open[] = [];

  add(event: ContextEvent): void {
    const step = steps.get(event.name);
    if (step === undefined) return;
    const [phase, what] = step;
    const routine = event.detail['Routine'] ?? null;
    const known = what === 'begins' ? undefined : this.#open.findLast((one) => one.callback.phase === phase && one.routine === routine && continues(one.last, what));
    if (known === undefined) {
      const [before, after] = what === 'begins' ? [event.status, null] : [null, event.status];
      this.#open.push({ callback: { phase, filter: recordedFilter(event), before, after }, routine, last: what });
      return;
    }
    known.last = what;
    known.callback.after = event.status ?? known.callback.after;
  }

  get list(): readonly RecordedCallback[] {
    return this.#open.map(({ callback }) => callback);
  }
}

/** Whether an event may belong to the callback whose last event that was. */
const continues = (last: Step, what: Step): boolean => last === 'begins' || (last === 'returns' && what === 'fails') || (last === 'fails' && what === 'returns');

export function recordedFilter({ detail }: ContextEvent): string {
  const { Driver: driver, Routine: routine } = detail;
  if (typeof driver === 'string') return driver;
  return typeof routine === 'number' || typeof routine === 'bigint' ? `0x${routine.toString(16).toUpperCase()}` : 'unknown';
}

/** Callbacks that are about to run, or have returned, tell of every one; failures only of some. */
export function tellsOfAll(event: ContextEvent, phases: RecordedPhases): void {
  const step = steps.get(event.name);
  if (step !== undefined && step[1] !== 'fails') phases[step[0]] = true;
}
