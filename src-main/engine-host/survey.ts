/** Hits of breakpoints that are noted on the way through a run: the last one without stopping at any, or the first one where it stops. */
import type { EventPlace, SurveyNote } from './messages.ts';

export class Survey {
  readonly stopsAtFirst: boolean;
  note: SurveyNote | null = null;
  #at = '';
  readonly #visits = new Map<number, number>();

  constructor(mode: 'first' | 'last') {
    this.stopsAtFirst = mode === 'first';
  }

  hit({ issued, sequence }: EventPlace, ids: readonly number[], visit: number): void {
    this.note = { issued, sequence, ids, visit };
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
