/** The operations that a change in a run has touched, and the operations that caused it, read from the columns of results without unpacking the rest. */
import { effects, type Effect } from '../replay/eventPage.ts';
import type { Database } from './database.ts';
import { resultRanges } from './runParts.ts';
import { uint32At } from './uint32At.ts';

export interface AffectedCause {
  /** Number of the operation. */
  readonly cause: number;
  readonly counts: EffectCounts;
}

export type EffectCounts = Readonly<Record<Exclude<Effect, 'none'>, number>>;

interface EffectRow {
  readonly first: number;
  readonly effects: Uint8Array;
  readonly causes: Uint8Array;
}

/** Pages without any effect, nearly all of a long run, are left out by comparing bytes. */
const effectPage = 'SELECT first_operation AS first, effects, causes FROM run_result WHERE run = ? AND first_operation = ? AND effects <> zeroblob(length(effects))';

export class AffectedReader {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those of one cause where it is given: all counted, a page of their numbers returned. */
  operations(run: number, cause: number | null, offset: number, limit: number): { count: number; indexes: number[] } {
    const indexes: number[] = [];
    let count = 0;
    this.#each(run, (index, _effect, because) => {
      if (cause !== null && because !== cause) return;
      if (count++ >= offset && indexes.length < limit) indexes.push(index);
    });
    return { count, indexes };
  }

  /** The operations that have affected others or were changed themselves, in their order: all counted, a page of them returned. */
  causes(run: number, offset: number, limit: number): { count: number; rows: AffectedCause[] } {
    const found = new Map<number, { -readonly [E in keyof EffectCounts]: number }>();
    this.#each(run, (_index, effect, because) => {
      let counts = found.get(because);
      if (counts === undefined) found.set(because, (counts = { changed: 0, consequence: 0, redirected: 0, 'not-issued': 0 }));
      counts[effect]++;
    });
    const rows = [...found].sort(([a], [b]) => a - b).slice(offset, offset + limit).map(([cause, counts]) => ({ cause, counts }));
    return { count: found.size, rows };
  }

  #each(run: number, visit: (index: number, effect: Exclude<Effect, 'none'>, cause: number) => void): void {
    const get = this.#db.prepare(effectPage);
    for (const range of resultRanges(this.#db, run)) {
      const page = get.get(range.run, range.from) as EffectRow | undefined;
      if (page === undefined) continue;
      for (let at = 0; at < page.effects.length; at++) {
        const effect = effects[page.effects[at] ?? 0] ?? 'none';
        if (effect === 'none') continue;
        const index = page.first + at;
        // What a filter has changed is its own cause.
        visit(index, effect, uint32At(page.causes, at) || index);
      }
    }
  }
}
