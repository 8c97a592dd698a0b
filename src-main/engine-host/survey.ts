/** Hits of breakpoints that are noted on the way through a run: the last one without stopping at any, or the first one where it stops. */
import type { EventPlace, SurveyNote } from './messages.ts';

export class Survey {
  readonly #isFirst: boolean;
  readonly #after: EventPlace | null;
  note: SurveyNote | null = null;
  #at = '';
  readonly #visits = new Map<number, number>();

  /** `after`: hits up to this event count, and are not what is looked for. */
  constructor(mode: 'first' | 'last', after: EventPlace | null = null) {
    this.#isFirst = mode === 'first';
    this.#after = after;
  }

  /** True where it is the one to stop at. */
  hit({ issued, sequence }: EventPlace, ids: readonly number[], visit: number): boolean {
    const after = this.#after;
    if (after !== null && (issued < after.issued || (issued === after.issued && sequence <= after.sequence))) return false;
    this.note = { issued, sequence, ids, visit };
    return this.#isFirst;
  }

  /** The how many-th time since the last event that a line is come to; lines go by one of their breakpoints. */
  visit({ issued, sequence }: EventPlace, id: number): number {
    const at = `${issued}:${sequence}`;
    if (at !== this.#at) this.#visits.clear();
    this.#at = at;
    const visit = (this.#visits.get(id) ?? 0) + 1;
    this.#visits.set(id, visit);
    return visit;
  }
}
