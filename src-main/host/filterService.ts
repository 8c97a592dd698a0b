/**
 * The filtered list: pages out of the query worker, counts that arrive by and by, places of operations.
 *
 * The worker is asked for short pieces, so that whoever scrolls or asks something else meanwhile is answered in between.
 */
import type { OperationRow } from '../../src-preload/contract/index.ts';
import type { HostContext } from './hostContext.ts';
import { operationRow } from './sessionInfo.ts';
import type { FilterStanding } from './workers/messages.ts';

/** How long a page may be looked for before it is answered with what there is. */
const pageMilliseconds = 60;
const stepMilliseconds = 40;
/** Between two events of one count. */
const eventMilliseconds = 100;
/** Filters that are counted at a time, the newest ones. */
const mostCounts = 2;

interface Count {
  readonly session: string;
  readonly trace: number;
  readonly where: string;
}

export class FilterService {
  readonly #context: HostContext;
  /** Under way, by key; the newest last. */
  readonly #counts = new Map<string, Count>();

  constructor(context: HostContext) {
    this.#context = context;
  }

  async page(traceId: number, where: string, offset: number, limit: number, runId: number | null): Promise<{ rows: readonly OperationRow[]; count: number; exact: boolean }> {
    const from = Math.max(0, Math.floor(offset));
    const { rows, results, count, exact } = await this.#context.queries.ask('filtered', {
      session: this.#context.session.path, trace: traceId, where, run: runId, offset: from, limit: Math.max(1, limit), milliseconds: pageMilliseconds,
    });
    if (!exact) this.#goOn(traceId, where);
    return { rows: rows.map((op) => operationRow(op, results.get(op.index))), count, exact };
  }

  async count(traceId: number, where: string): Promise<number> {
    const wanted = this.#wanted(traceId, where);
    for (;;) {
      const { count, exact } = await this.#step(wanted);
      if (exact) return count;
    }
  }

  async position(traceId: number, where: string, index: number): Promise<{ position: number; index: number } | null> {
    const { session, trace } = this.#wanted(traceId, where);
    for (;;) {
      const { place } = await this.#context.queries.ask('position', { session, trace, where, index, milliseconds: stepMilliseconds });
      if (place !== undefined) return place;
    }
  }

  #wanted(trace: number, where: string): Count {
    return { session: this.#context.session.path, trace, where };
  }

  #step({ session, trace, where }: Count): Promise<FilterStanding> {
    return this.#context.queries.ask('filtered', { session, trace, where, run: null, offset: 0, limit: 0, milliseconds: stepMilliseconds });
  }

  #goOn(trace: number, where: string): void {
    const key = `${trace} ${where}`;
    const known = this.#counts.get(key);
    if (known !== undefined && known.session === this.#context.session.path) return;
    const wanted = this.#wanted(trace, where);
    this.#counts.set(key, wanted);
    for (const oldest of [...this.#counts.keys()].slice(0, -mostCounts)) this.#counts.delete(oldest);
    // What ends it early is another session, or a trace that was removed: nobody waits for this count then.
    void this.#countOn(key, wanted).catch(() => undefined).finally(() => {
      if (this.#counts.get(key) === wanted) this.#counts.delete(key);
    });
  }

  async #countOn(key: string, wanted: Count): Promise<void> {
    let told = performance.now();
    while (this.#counts.get(key) === wanted && this.#context.hasSession && this.#context.session.path === wanted.session) {
      const { count, exact, scanned } = await this.#step(wanted);
      const now = performance.now();
      if (exact || now - told >= eventMilliseconds) {
        told = now;
        this.#context.emit('filter.counted', { traceId: wanted.trace, where: wanted.where, count, exact, scanned });
      }
      if (exact) return;
    }
  }
}
