/** Counts the buffers whose records are lost, so that a file of thousands of them has one line for each reason and no buffer is left uncounted. */
import type { EtlDamage } from './etlRecord.ts';

export class LostBuffers {
  readonly #found = new Map<string, { readonly at: number; count: number }>();

  /** `why` is a constant, such as `no usable header`. */
  add(at: number, why: string, count = 1): void {
    const found = this.#found.get(why);
    if (found === undefined) this.#found.set(why, { at, count });
    else found.count += count;
  }

  /** One report for each reason, at the place of its first buffer. How many records were in them nobody can tell. */
  reports(): readonly EtlDamage[] {
    return [...this.#found].map(([why, { at, count }]) => ({ at, reason: `the records of ${count} buffer${count === 1 ? '' : 's'} are lost: ${why}`, records: 0 }));
  }
}
