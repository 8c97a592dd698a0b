/** Pre- and postoperation callbacks of a run, out of its event log, one operation at a time. */
import { FLT_PREOP_COMPLETE, FLT_PREOP_DISALLOW_FASTIO, FLT_PREOP_DISALLOW_FSFILTER_IO, FLT_PREOP_PENDING } from '../../nt/values.generated.ts';
import { generatedFrom } from '../../base/generatedIo.ts';
import { eventKindCode, type EventPage } from '../eventPage.ts';
import type { CallbackPhase } from './recordedCallbacks.ts';

export interface ReplayedCallback {
  readonly phase: CallbackPhase;
  /** Index into the run's layers. */
  readonly layer: number;
  /** IoStatus.Status when a post was called. */
  readonly before: number | null;
  /** IoStatus.Status that whoever came next saw; null after a pre that did not end the operation. */
  after: number | null;
  /** A pre that ends the operation, or may do so later. */
  readonly ends: boolean;
}

/** One that pends may complete the operation later. */
const ending = new Set<number>([FLT_PREOP_COMPLETE, FLT_PREOP_PENDING, FLT_PREOP_DISALLOW_FASTIO, FLT_PREOP_DISALLOW_FSFILTER_IO]);

/** Operations between their first callback and their end. What a filter generates has numbers from `generated` on and is left out. */
export class ReplayedCallbacks {
  readonly #open = new Map<number, ReplayedCallback[]>();
  readonly #ended: (operation: number, callbacks: readonly ReplayedCallback[]) => void;

  constructor(ended: (operation: number, callbacks: readonly ReplayedCallback[]) => void) {
    this.#ended = ended;
  }

  /** Pages in order of the log. */
  page({ columns: c, count }: EventPage): void {
    for (let row = 0; row < count; row++) {
      const operation = c.operation[row] ?? 0;
      if (operation === 0 || operation >= generatedFrom) continue;
      const kind = c.kind[row];
      if (kind === eventKindCode.pre) this.#pre(operation, c.layer[row] ?? 0, c.result[row] ?? 0);
      else if (kind === eventKindCode.post) this.#post(operation, c.layer[row] ?? 0, c.status[row] ?? 0);
      else if (kind === eventKindCode.complete) this.#complete(operation, c.status[row] ?? 0);
    }
  }

  #pre(operation: number, layer: number, result: number): void {
    this.#of(operation).push({ phase: 'pre', layer, before: null, after: null, ends: ending.has(result) });
  }

  #post(operation: number, layer: number, status: number): void {
    const callbacks = this.#of(operation);
    settle(callbacks.at(-1), status);
    callbacks.push({ phase: 'post', layer, before: status, after: null, ends: false });
  }

  #complete(operation: number, status: number): void {
    const callbacks = this.#of(operation);
    settle(callbacks.at(-1), status);
    this.#open.delete(operation);
    this.#ended(operation, callbacks);
  }

  #of(operation: number): ReplayedCallback[] {
    let callbacks = this.#open.get(operation);
    if (callbacks === undefined) this.#open.set(operation, (callbacks = []));
    return callbacks;
  }
}

function settle(callback: ReplayedCallback | undefined, status: number): void {
  if (callback !== undefined && (callback.phase === 'post' || callback.ends)) callback.after = status;
}
