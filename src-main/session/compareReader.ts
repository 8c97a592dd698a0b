/** What comparing reads of runs and traces: one pass each, a page in memory at a time. */
import { answerSources, effects, replayedStates, type EventKindName, type EventPage } from '../replay/eventPage.ts';
import type { Database } from './database.ts';
import { sessionErrors } from './errors.ts';
import { pageOf, type PageRow, type RunReader } from './runStore.ts';
import type { TraceReader } from './traceReader.ts';
import { eventParts, ResultFinder } from './runParts.ts';
import { uint32At } from './uint32At.ts';

/** A page of a log as it lies in the store. */
export interface LoggedPage {
  readonly first: number;
  readonly count: number;
  /** The run that stores it: two runs may share a page. */
  readonly owner: number;
  readonly chain: string | null;
  /** Read when they are asked for. */
  readonly columns: Uint8Array;
  readonly texts: string;
  unpack(): EventPage;
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

type StoredRow = PageRow & { readonly texts: string };

/** Read from the store when it is looked into: what two runs share need not be. */
type PageLine = Pick<LoggedPage, 'first' | 'count' | 'chain'>;

class StoredPage implements LoggedPage {
  readonly first: number;
  readonly count: number;
  readonly owner: number;
  readonly chain: string | null;
  readonly #read: () => StoredRow | undefined;
  #row: StoredRow | undefined;

  constructor({ first, count, chain }: PageLine, owner: number, read: () => StoredRow | undefined) {
    this.first = first;
    this.count = count;
    this.owner = owner;
    this.chain = chain;
    this.#read = read;
  }

  get columns(): Uint8Array {
    return this.#stored().columns;
  }

  get texts(): string {
    return this.#stored().texts;
  }

  unpack(): EventPage {
    return pageOf(this.#stored());
  }

  #stored(): StoredRow {
    this.#row ??= this.#read();
    if (this.#row === undefined) throw sessionErrors.damagedPage();
    return this.#row;
  }
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
    const list = this.#db.prepare('SELECT first, count, chain FROM event_page WHERE run = ? AND first < ? ORDER BY first');
    const get = this.#db.prepare('SELECT first, count, format, columns, texts FROM event_page WHERE run = ? AND first = ?');
    for (const part of eventParts(this.#db, run)) {
      for (const line of list.all(part.run, part.before) as PageLine[]) yield new StoredPage(line, part.run, () => get.get(part.run, line.first) as StoredRow | undefined);
    }
  }

  logPagesWith(run: number, kinds: readonly EventKindName[]): Generator<EventPage> {
    return this.#runs.matchingPages(run, { operation: null, kinds });
  }

  /** The operation because of which another one is as it is: itself where a filter changed it, 0 for none. Asked upwards, a range is read once. */
  causes(run: number): (operation: number) => number {
    const finder = new ResultFinder<Pick<ResultColumns, 'first' | 'count' | 'effects' | 'causes'>>(this.#db, run, 'effects, causes');
    let page: Pick<ResultColumns, 'first' | 'count' | 'effects' | 'causes'> | undefined;
    return (operation) => {
      if (page === undefined || operation < page.first || operation >= page.first + page.count) page = finder.with(operation);
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
    const finder = new ResultFinder<ResultColumns>(this.#db, run, 'statuses, states, answers, effects, causes');
    for (const { from, to } of this.#runs.resultRanges(run)) {
      yield null;
      const page = finder.with(from);
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
