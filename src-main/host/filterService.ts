/**
 * The filtered list: pages out of the query worker, counts that arrive by and by, places of operations.
 *
 * The worker is asked for short pieces, so that whoever scrolls or asks something else meanwhile is answered in between.
 */
import type { FilterValue, OperationRow } from '../../src-preload/contract/index.ts';
import type { HostContext } from './hostContext.ts';
import { operationRow } from './sessionInfo.ts';
import type { FilterStanding, QueryMap } from './workers/messages.ts';

/** How long a page may be looked for before it is answered with what there is. */
const pageMilliseconds = 60;
const stepMilliseconds = 40;
/** How long values are looked for, and at a time: whoever presses Enter while they are waits for one such piece. */
const valueMilliseconds = 120;
const valueStepMilliseconds = 15;
/** After the first rows of a list: what else the window needs to begin with comes before. */
const prepareMilliseconds = 500;
/** Holds everywhere, and looks at texts as most filters do. */
const preparedWhere = 'operation != ""';
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
  #latestValues = 0;
  /** The session whose first filter needs not wait. */
  #prepared: string | null = null;

  constructor(context: HostContext) {
    this.#context = context;
  }

  /** A list of all operations is shown: its first filter shall find the worker started, the file open and the code compiled. */
  prepare(trace: number): void {
    const { path: session } = this.#context.session;
    if (this.#prepared === session) return;
    this.#prepared = session;
    setTimeout(() => {
      if (!this.#context.hasSession || this.#context.session.path !== session) return;
      // What is wrong is told to whoever asks for something.
      this.#context.queries.ask('filtered', { session, trace, where: preparedWhere, run: null, offset: 0, limit: 1, milliseconds: 0 }).catch(() => undefined);
    }, prepareMilliseconds).unref();
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

  /** Values of a field as far as they are soon known. The next letter that is typed ends the looking for the one before, and goes on from there. */
  async values(trace: number, field: string, text: string, limit: number): Promise<readonly FilterValue[]> {
    const { path: session } = this.#context.session;
    const mine = ++this.#latestValues;
    const end = performance.now() + valueMilliseconds;
    const ask = (most: number, milliseconds: number): Promise<QueryMap['values']['result']> => this.#context.queries.ask('values', { session, trace, field, text, limit: most, milliseconds });
    for (;;) {
      const { exact } = await ask(0, valueStepMilliseconds);
      const isOver = exact || performance.now() >= end || mine !== this.#latestValues || !this.#context.hasSession || this.#context.session.path !== session;
      if (isOver) return (await ask(limit, 0)).values;
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
