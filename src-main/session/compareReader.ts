/** What comparing reads of runs and traces: one pass each, a page in memory at a time. */
import { answerSources, effects, replayedStates, type EventKindName, type EventPage } from '../replay/eventPage.ts';
import type { Database } from './database.ts';
import { pageOf, type PageRow, type RunReader } from './runStore.ts';
import type { TraceReader } from './traceReader.ts';
import { uint32At } from './uint32At.ts';

/** A page of a log as it lies in the store. */
export interface LoggedPage {
  readonly first: number;
  readonly count: number;
  readonly columns: Uint8Array;
  readonly texts: string;
  readonly unpack: () => EventPage;
}

export interface ComparedResult {
  readonly index: number;
  readonly recorded: number | null;
  readonly state: (typeof replayedStates)[number];
  readonly status: number;
  readonly answer: (typeof answerSources)[number];
  readonly effect: (typeof effects)[number];
  readonly cause: number;
}

interface ResultColumns {
  readonly first: number;
  readonly count: number;
  readonly statuses: Uint8Array;
  readonly states: Uint8Array;
  readonly answers: Uint8Array | null;
  readonly effects: Uint8Array | null;
  readonly causes: Uint8Array | null;
}

const pending = 0x103;
const operationsAtOnce = 1000;

export class CompareReader {
  readonly #db: Database;
  readonly #traces: TraceReader;
  readonly #runs: RunReader;

  constructor(db: Database, traces: TraceReader, runs: RunReader) {
    this.#db = db;
    this.#traces = traces;
    this.#runs = runs;
  }

  /** The log of a run in order. */
  *log(run: number): Generator<LoggedPage> {
    const firsts = this.#db.prepare('SELECT first FROM event_page WHERE run = ? ORDER BY first').pluck().all(run) as number[];
    const get = this.#db.prepare('SELECT first, count, format, columns, texts FROM event_page WHERE run = ? AND first = ?');
    for (const first of firsts) {
      const row = get.get(run, first) as (PageRow & { readonly texts: string }) | undefined;
      if (row) yield { first: row.first, count: row.count, columns: row.columns, texts: row.texts, unpack: () => pageOf(row) };
    }
  }

  logPagesWith(run: number, kinds: readonly EventKindName[]): Generator<EventPage> {
    return this.#runs.matchingPages(run, { operation: null, kinds });
  }

  /** The operation because of which another one is as it is: itself where a filter changed it, 0 for none. Asked upwards, a range is read once. */
  causes(run: number): (operation: number) => number {
    const get = this.#db.prepare('SELECT first_operation AS first, count, effects, causes FROM run_result WHERE run = ? AND first_operation <= ? ORDER BY first_operation DESC LIMIT 1');
    let page: Pick<ResultColumns, 'first' | 'count' | 'effects' | 'causes'> | undefined;
    return (operation) => {
      if (page === undefined || operation < page.first || operation >= page.first + page.count) page = get.get(run, operation) as typeof page;
      if (page === undefined || operation >= page.first + page.count) return 0;
      const at = operation - page.first;
      return (page.effects?.[at] ?? 0) === 0 ? 0 : uint32At(page.causes, at) || operation;
    };
  }

  /**
   * The operations of a run that ended otherwise than recorded, by the rule of `SessionReader.differences`, and those that were not issued because of
   * another one; null now and then in between, for whoever wants to stop.
   */
  *otherThanRecorded(trace: number, run: number, underWay: boolean): Generator<ComparedResult | null> {
    const get = this.#db.prepare('SELECT first_operation AS first, count, statuses, states, answers, effects, causes FROM run_result WHERE run = ? AND first_operation = ?');
    for (const { from, to } of this.#runs.resultRanges(run)) {
      yield null;
      const page = get.get(run, from) as ResultColumns | undefined;
      if (page === undefined) continue;
      const found: ComparedResult[] = [];
      this.#traces.eachStatus(trace, from, to, (index, recorded) => {
        const at = index - from;
        const state = replayedStates[page.states[at] ?? 0] ?? 'none';
        const effect = effects[page.effects?.[at] ?? 0] ?? 'none';
        const status = uint32At(page.statuses, at);
        const isLost = state === 'not-issued' && effect === 'not-issued';
        const isOther = recorded !== null && ((state === 'completed' && recorded !== status) || (state === 'pending' && recorded !== pending && !underWay));
        if (isLost || isOther) found.push({ index, recorded, state, status, answer: answerSources[page.answers?.[at] ?? 0] ?? 'none', effect, cause: uint32At(page.causes, at) });
      });
      yield* found;
    }
  }

  /** The operations of a trace in order, with what they ended with in a run, where one is given. */
  *operations(trace: number, run: number | null): Generator<{ readonly op: ReturnType<TraceReader['range']>[number]; readonly status: number | null; readonly isIssued: boolean }> {
    const count = this.#traces.count(trace);
    for (let from = 1; from <= count; from += operationsAtOnce) {
      const to = Math.min(count, from + operationsAtOnce - 1);
      const results = run === null ? null : this.#runs.results(run, from, to);
      for (const op of this.#traces.range(trace, from, to)) {
        const result = results?.get(op.index);
        yield { op, status: results === null ? op.status : result?.state === 'completed' ? result.status : result?.state === 'pending' ? pending : null, isIssued: results === null || (result !== undefined && result.state !== 'not-issued') };
      }
    }
  }
}
