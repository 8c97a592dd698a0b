/** Runs: what they were made of, their results by operation, and their event log in columnar pages. */
import { answerSources, effects, eventKindCode, replayedStates, unpackPlainColumns, type AnswerSource, type Effect, type EventKindName, type EventPage, type ResultPage } from '../replay/eventPage.ts';
import type { PageBounds } from '../debugger/eventWalk.ts';
import { kindBit, unpackEventColumn, unpackEventPage, type PackedEventPage } from '../replay/packedEventPage.ts';
import { readSummary, type PageSummary } from '../replay/pageSummary.ts';
import type { Database, Statement } from './database.ts';
import { eventParts, ResultFinder, resultRanges, runParts, type Prepares, type RunPart } from './runParts.ts';
import { uint32At } from './uint32At.ts';
import { sessionErrors } from './errors.ts';

export type RunStateName = 'idle' | 'starting' | 'running' | 'stopped' | 'ended';

export interface StoredRun {
  readonly id: number;
  readonly name: string;
  readonly trace: number;
  readonly state: RunStateName;
  readonly started: bigint;
  readonly seed: number;
  /** JSON, as are the next three. */
  readonly settings: string;
  readonly assumptions: string;
  readonly layers: string;
  /** `[{ "driver": 3, "version": 2 }]` */
  readonly drivers: string;
  readonly firstOperation: number;
  readonly lastOperation: number;
  readonly operations: number;
  readonly events: number;
  readonly violations: number;
  readonly differences: number;
  readonly eventHash: string | null;
  readonly problem: string | null;
  /** JSON; null before the end, and for runs of older versions. */
  readonly report: string | null;
  /** The run it is a branch of. */
  readonly parent: number | null;
  /** Taken out of the list, and still there. */
  readonly deleted: boolean;
  /** JSON: `RunPlan`. */
  readonly plan: string;
  /** Log positions below this one are the parent's; 0: it shares nothing. */
  readonly sharedEvents: number;
}

/** A run as it is when it begins: in the list, and with nothing shared. */
export type NewRun = Omit<StoredRun, 'id' | 'deleted' | 'sharedEvents'>;

export interface StoredViolation {
  /** Position of its event in the run's log. */
  readonly number: number;
  readonly violation: string;
  readonly severity: string;
  readonly hint: boolean;
  readonly sentence: string;
  readonly rule: string;
  readonly source: string;
  readonly driver: string;
  readonly line: number | null;
  readonly operation: number;
  /** Execution point: `issued:sequence`. */
  readonly issued: number;
  readonly sequence: number;
}

/** What was found so often in one place. */
export interface ViolationGroup {
  readonly first: StoredViolation;
  readonly count: number;
}

/** Which events to read; null is any. */
export interface EventFilter {
  readonly operation: number | null;
  readonly kinds: readonly EventKindName[] | null;
}

export interface OperationResult {
  readonly state: (typeof replayedStates)[number];
  readonly status: number;
  readonly violations: number;
  readonly answer: AnswerSource;
  readonly effect: Effect;
  /** 0: none. */
  readonly cause: number;
}

const runSql = `SELECT id, name, trace, state, started, seed, settings, assumptions, layers, drivers, first_operation AS firstOperation, last_operation AS lastOperation,
  operations, events, violations, differences, event_hash AS eventHash, problem, report, parent, plan, deleted, shared_events AS sharedEvents FROM run`;

export interface PageRow {
  readonly first: number;
  readonly count: number;
  readonly format: number;
  readonly columns: Uint8Array;
  /** A JSON list, or its bytes where it may never be looked at. */
  readonly texts: string | Uint8Array;
}

interface ChainedRow extends PageRow {
  /** Null: the page is still open. */
  readonly chain: string | null;
}

const recentPages = 6;
/** A search passes by some dozen places, which are the same ones for everything that is near. */
const mostBounds = 4096;

const findingClasses = { all: '', violations: "AND hint = 0 AND severity <> 'I'", information: "AND hint = 0 AND severity = 'I'" } as const;
type FindingClass = keyof typeof findingClasses;
const violationColumns = 'number, violation, severity, hint, sentence, rule, source, driver, line, operation, issued, sequence';
const resultColumns = 'statuses, states, violations, answers, effects, causes';

type ViolationRow = Omit<StoredViolation, 'hint'> & { readonly hint: number };

const violationOf = (row: ViolationRow): StoredViolation => ({ ...row, hint: row.hint === 1 });
/** Pages that are passed by in one look at the index. */
const passedAtOnce = 64;

/** What a page may hold; null is any. */
export interface PageFilter {
  readonly operation: number | null;
  /** Bits of `kindBit`. */
  readonly kinds: number | null;
  readonly may?: ((page: PageSummary) => boolean) | null;
}

/** Runs of older versions have no more than the first three. */
interface ResultRow {
  readonly first: number;
  readonly count: number;
  readonly statuses: Uint8Array;
  readonly states: Uint8Array;
  readonly violations: Uint8Array;
  readonly answers: Uint8Array | null;
  readonly effects: Uint8Array | null;
  readonly causes: Uint8Array | null;
}

/** Column `format` of a page: plain columns up to version 5, packed ones since. */
const pageFormats = { plain: 0, packed: 1 } as const;
/** A file that says a page has more than this is not one of ours. */
const mostRows = 1 << 22;

export function pageOf({ first, count, format, columns, texts }: PageRow): EventPage {
  if (count < 0 || count > mostRows) throw sessionErrors.damagedPage();
  const unpacked = format === pageFormats.packed ? unpackEventPage(columns, first, count, []) : unpackPlainColumns(columns, first, count, []);
  return new StoredEventPage(unpacked, texts);
}

function boundsOf({ first, count, format, columns }: Omit<PageRow, 'texts'>): PageBounds {
  if (count < 0 || count > mostRows) throw sessionErrors.damagedPage();
  const column = (name: 'issued' | 'sequence'): Uint32Array => (format === pageFormats.packed ? unpackEventColumn(columns, name, count) : unpackPlainColumns(columns, first, count, []).columns[name]);
  const [issued, sequence] = [column('issued'), column('sequence')];
  const at = (row: number): PageBounds['begins'] => ({ issued: issued[row] ?? 0, sequence: sequence[row] ?? 0 });
  return { first, count, begins: at(0), ends: at(count - 1) };
}

/** Its texts are most of its bytes, and read when they are first asked for: most searches look at numbers only. */
class StoredEventPage implements EventPage {
  readonly first: number;
  readonly count: number;
  readonly columns: EventPage['columns'];
  #json: string | Uint8Array | null;
  #texts: readonly string[] = [];

  constructor({ first, count, columns }: EventPage, json: string | Uint8Array) {
    this.first = first;
    this.count = count;
    this.columns = columns;
    this.#json = json;
  }

  get texts(): readonly string[] {
    if (this.#json !== null) {
      this.#texts = JSON.parse(typeof this.#json === 'string' ? this.#json : decoder.decode(this.#json)) as string[];
      this.#json = null;
    }
    return this.#texts;
  }
}

const decoder = new TextDecoder();

export class RunReader {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #statementsOf: Prepares = { prepare: (sql) => this.#prepared(sql) };
  /** The page read last: scrolling stays within it. */
  #lastPage: { run: number; page: EventPage } | null = null;
  /** Finished pages that were read lately, newest first: steps stay near each other. */
  readonly #bounds = new Map<string, PageBounds>();
  #recent: readonly { readonly run: number; readonly page: EventPage }[] = [];

  constructor(db: Database) {
    this.#db = db;
  }

  runs(): StoredRun[] {
    return (this.#db.prepare(`${runSql} WHERE deleted = 0 ORDER BY id`).safeIntegers().all() as Record<string, unknown>[]).map(run);
  }

  /** How many there have ever been, deleted ones among them: the next one's number. */
  countOf(which: 'runs' | 'branches'): number {
    return Number(this.#db.prepare(`SELECT count(*) FROM run WHERE (parent IS NULL) = ?`).pluck().get(which === 'runs' ? 1 : 0));
  }

  run(id: number): StoredRun | undefined {
    const row = this.#db.prepare(`${runSql} WHERE id = ?`).safeIntegers().get(id) as Record<string, unknown> | undefined;
    return row && run(row);
  }

  eventCount(run: number): number {
    const end = this.#prepared('SELECT first + count AS "end" FROM event_page WHERE run = ? ORDER BY first DESC LIMIT 1');
    return Math.max(...runParts(this.#statementsOf, run).map(({ run: owner, before }) => Math.min(before, (end.get(owner) as { end: number } | undefined)?.end ?? 0)));
  }

  /** Pages that hold log positions `from` to `to`, inclusive. */
  eventPages(run: number, from: number, to: number): EventPage[] {
    const last = this.#lastPage;
    if (last?.run === run && last.page.first <= from && to < last.page.first + last.page.count) return [last.page];
    const sql = `SELECT first, count, format, columns, texts FROM event_page
      WHERE run = ? AND first <= ? AND first >= coalesce((SELECT max(first) FROM event_page WHERE run = ? AND first <= ?), 0) ORDER BY first`;
    const get = this.#db.prepare(sql);
    const pages = this.#eventParts(run).flatMap((part) => {
      if (to < part.from || from >= part.before) return [];
      return (get.all(part.run, Math.min(to, part.before - 1), part.run, Math.max(from, part.from)) as PageRow[]).map(pageOf);
    });
    const newest = pages.at(-1);
    if (newest) this.#lastPage = { run, page: newest };
    return pages;
  }

  /** Pages that may hold events of the filter, one after the other. */
  *matchingPages(run: number, filter: EventFilter): Generator<EventPage> {
    // SQLite's integers are signed: -1 has every bit.
    const mask = filter.kinds === null ? -1n : BigInt(filter.kinds.reduce((bits, kind) => bits + kindBit(eventKindCode[kind]), 0));
    const [low, high] = [filter.operation ?? 0xffffffff, filter.operation ?? 0];
    const select = this.#db.prepare('SELECT first FROM event_page WHERE run = ? AND first < ? AND lowest_operation <= ? AND highest_operation >= ? AND (kinds & ?) <> 0 ORDER BY first').pluck();
    const get = this.#db.prepare('SELECT first, count, format, columns, CAST(texts AS BLOB) AS texts FROM event_page WHERE run = ? AND first = ?');
    for (const { run: owner, before } of this.#eventParts(run)) {
      for (const first of select.all(owner, before, low, high, mask) as number[]) {
        const row = get.get(owner, first) as PageRow | undefined;
        if (row) yield pageOf(row);
      }
    }
  }

  /**
   * The next page that begins behind log position `number`, or the last one that begins before it, of those that may hold events of an operation,
   * of kinds (bits), and whatever `may` says of the rest. A number: there is none up to that position, and there may be farther on.
   */
  nextPage(run: number, number: number, direction: 'forward' | 'back', { operation, kinds, may = null }: PageFilter): EventPage | number | null {
    // One bound on each side: of two on one side SQLite takes either to enter the index, and walks through all that is between them.
    const sql = `SELECT first, count, summary FROM event_page INDEXED BY event_page_summary WHERE run = ? AND lowest_operation <= ? AND highest_operation >= ? AND (kinds & ?) <> 0 AND first > ? AND first < ? ORDER BY first${direction === 'forward' ? '' : ' DESC'} LIMIT ${passedAtOnce}`;
    const parts = this.#eventParts(run).filter(({ from, before }) => (direction === 'forward' ? number < before : number > from));
    for (const part of direction === 'forward' ? parts : parts.reverse()) {
      const [above, below] = direction === 'forward' ? [number, part.before] : [-1, Math.min(number, part.before)];
      const rows = this.#prepared(sql).all(part.run, operation ?? 0xffffffff, operation ?? 0, kinds === null ? -1n : BigInt(kinds), above, below) as { first: number; count: number; summary: string | null }[];
      let last = number;
      for (const { first, count, summary } of rows) {
        const told = may === null || summary === null ? null : readSummary(summary);
        if (may === null || told === null || may(told)) return this.pageAt(run, first);
        last = direction === 'forward' ? first + count - 1 : first;
      }
      if (rows.length === passedAtOnce) return last;
    }
    return null;
  }

  /** The page with a log position. */
  pageAt(run: number, number: number): EventPage | null {
    const known = this.#recent.find((one) => one.run === run && one.page.first <= number && number < one.page.first + one.page.count);
    if (known !== undefined) return known.page;
    const get = this.#prepared('SELECT first, count, format, columns, CAST(texts AS BLOB) AS texts, chain FROM event_page WHERE run = ? AND first <= ? ORDER BY first DESC LIMIT 1');
    const row = get.get(this.#ownerOf(run, number), number) as ChainedRow | undefined;
    if (row === undefined || number < row.first || number >= row.first + row.count) return null;
    return this.#read(run, row);
  }

  /** Of that page, where it begins and ends. */
  boundsAt(run: number, number: number): PageBounds | null {
    const key = `${run}:${number}`;
    const known = this.#bounds.get(key);
    if (known !== undefined) return known;
    const get = this.#prepared('SELECT first, count, format, columns, chain FROM event_page WHERE run = ? AND first <= ? ORDER BY first DESC LIMIT 1');
    const row = get.get(this.#ownerOf(run, number), number) as Omit<ChainedRow, 'texts'> | undefined;
    if (row === undefined || number < row.first || number >= row.first + row.count) return null;
    const bounds = boundsOf(row);
    if (row.chain === null) return bounds;
    if (this.#bounds.size >= mostBounds) this.#bounds.clear();
    this.#bounds.set(key, bounds);
    return bounds;
  }

  #eventParts(run: number): RunPart[] {
    return eventParts(this.#statementsOf, run);
  }

  /** Who stores a log position of a run. */
  #ownerOf(run: number, number: number): number {
    return this.#eventParts(run).find(({ from, before }) => from <= number && number < before)?.run ?? run;
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#db.prepare(sql)));
    return statement;
  }

  /** A page that is still open is read anew each time. */
  #read(run: number, row: ChainedRow): EventPage {
    const page = pageOf(row);
    if (row.chain !== null) this.#recent = [{ run, page }, ...this.#recent.slice(0, recentPages - 1)];
    return page;
  }

  /** Hash of the log up to the end of a page; null where none was recorded. */
  chainOf(run: number, first: number): { readonly count: number; readonly chain: string | null } | null {
    return (this.#db.prepare('SELECT count, chain FROM event_page WHERE run = ? AND first = ?').get(this.#ownerOf(run, first), first) as { count: number; chain: string | null } | undefined) ?? null;
  }

  /** The page of a run that ends before log position `end`: where it begins, and the hash of the log up to its end. Null where no page ends there. */
  pageBefore(run: number, end: number): { readonly first: number; readonly chain: string | null } | null {
    const get = this.#db.prepare('SELECT first, count, chain FROM event_page WHERE run = ? AND first < ? ORDER BY first DESC LIMIT 1');
    const row = get.get(this.#ownerOf(run, end - 1), end) as { first: number; count: number; chain: string | null } | undefined;
    return row === undefined || row.first + row.count !== end ? null : { first: row.first, chain: row.chain };
  }

  /** The same violation at the same line is one finding: the first of each, and how many there are. */
  violationGroups(run: number): ViolationGroup[] {
    // Beside min() SQLite gives the other columns of the row that has it.
    const get = this.#prepared(`SELECT ${violationColumns}, min(number) AS earliest, count(*) AS count FROM violation WHERE run = ? AND number < ? GROUP BY violation, driver, line ORDER BY earliest`);
    const groups = new Map<string, ViolationGroup>();
    for (const part of this.#eventParts(run)) {
      for (const { count, earliest: _, ...row } of get.all(part.run, part.before) as (ViolationRow & { readonly count: number; readonly earliest: number })[]) {
        const key = `${row.violation}|${row.driver}|${row.line ?? ''}`;
        const known = groups.get(key);
        groups.set(key, { first: known?.first ?? violationOf(row), count: (known?.count ?? 0) + count });
      }
    }
    return [...groups.values()];
  }

  violations(run: number, offset: number, limit: number): StoredViolation[] {
    const sql = `SELECT ${violationColumns} FROM violation WHERE run = ? AND number < ? ORDER BY number LIMIT ? OFFSET ?`;
    const found: StoredViolation[] = [];
    let skipped = offset;
    const parts = this.#eventParts(run);
    for (const part of parts) {
      if (found.length >= limit) break;
      found.push(...(this.#db.prepare(sql).all(part.run, part.before, limit - found.length, skipped) as ViolationRow[]).map(violationOf));
      if (part !== parts.at(-1)) skipped = Math.max(0, skipped - this.#violationsIn(part, 'all'));
    }
    return found;
  }

  violationsOf(run: number, operation: number): StoredViolation[] {
    const get = this.#db.prepare(`SELECT ${violationColumns} FROM violation WHERE run = ? AND number < ? AND operation = ? ORDER BY number`);
    return this.#eventParts(run).flatMap((part) => (get.all(part.run, part.before, operation) as ViolationRow[]).map(violationOf));
  }

  /** Violations, hints among them unless told. */
  /** Findings: all of them, those against a rule (severity B, V, W), or information (I); hints are in `all` only. */
  violationCount(run: number, which: FindingClass = 'all'): number {
    return this.#eventParts(run).reduce((sum, part) => sum + this.#violationsIn(part, which), 0);
  }

  #violationsIn({ run, before }: RunPart, which: FindingClass): number {
    return Number(this.#db.prepare(`SELECT count(*) FROM violation WHERE run = ? AND number < ? ${findingClasses[which]}`).pluck().get(run, before));
  }

  violation(run: number, number: number): StoredViolation | undefined {
    const row = this.#db.prepare(`SELECT ${violationColumns} FROM violation WHERE run = ? AND number = ?`).get(this.#ownerOf(run, number), number) as ViolationRow | undefined;
    return row && violationOf(row);
  }

  /** How many operations have been issued, by the newest range of results and the length of those before it. */
  resultCount(run: number): number {
    const ranges = this.resultRanges(run);
    const last = ranges.pop();
    if (!last) return 0;
    return ranges.reduce((sum, range) => sum + range.to - range.from + 1, 0) + this.results(run, last.from, last.to).size;
  }

  /** The ranges of operations that have results, in order. */
  resultRanges(run: number): { from: number; to: number }[] {
    return resultRanges(this.#statementsOf, run).map(({ from, to }) => ({ from, to }));
  }

  /** Final statuses (Uint32, little endian) and states of the range of results that begins with operation `first`. */
  resultColumns(run: number, first: number): { readonly statuses: Uint8Array; readonly states: Uint8Array } | undefined {
    const row = new ResultFinder<ResultRow>(this.#statementsOf, run, 'statuses, states').with(first);
    return row?.first === first ? row : undefined;
  }

  /** Results of operations `from` to `to`; what the run did not reach is absent. */
  results(run: number, from: number, to: number): Map<number, OperationResult> {
    // From the range that holds `from`, or the first behind it: ranges do not overlap.
    const sql = `SELECT first_operation AS first, count, ${resultColumns} FROM run_result WHERE run = ? AND first_operation <= ?
      AND first_operation >= coalesce((SELECT max(first_operation) FROM run_result WHERE run = ? AND first_operation <= ?), 0) ORDER BY first_operation`;
    const get = this.#db.prepare(sql);
    const pages = new Map<number, ResultRow>();
    for (const { run: owner, resultsBefore } of runParts(this.#statementsOf, run)) for (const page of get.all(owner, to, owner, from) as ResultRow[]) {
      if (page.first + page.count <= resultsBefore && !pages.has(page.first)) pages.set(page.first, page);
    }
    const results = new Map<number, OperationResult>();
    for (const page of [...pages.values()].sort((a, b) => a.first - b.first)) {
      for (let at = Math.max(0, from - page.first); at < page.count && page.first + at <= to; at++) addResult(results, page, at);
    }
    return results;
  }

  /** The same for some operations, numbered upwards; a range is read once. */
  resultsAt(run: number, indexes: readonly number[]): Map<number, OperationResult> {
    const finder = new ResultFinder<ResultRow>(this.#statementsOf, run, resultColumns);
    const results = new Map<number, OperationResult>();
    let page: ResultRow | undefined;
    for (const index of indexes) {
      if (page === undefined || index < page.first || index >= page.first + page.count) page = finder.with(index);
      if (page !== undefined && index < page.first + page.count) addResult(results, page, index - page.first);
    }
    return results;
  }
}

function addResult(results: Map<number, OperationResult>, page: ResultRow, at: number): void {
  const state = replayedStates[page.states[at] ?? 0] ?? 'none';
  if (state === 'none') return;
  results.set(page.first + at, {
    state, status: uint32At(page.statuses, at), violations: page.violations[at] ?? 0, answer: answerSources[page.answers?.[at] ?? 0] ?? 'none', effect: effects[page.effects?.[at] ?? 0] ?? 'none',
    cause: uint32At(page.causes, at),
  });
}

export class RunWriter {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  addRun(r: NewRun): number {
    const sql = `INSERT INTO run (name, trace, state, started, seed, settings, assumptions, layers, drivers, first_operation, last_operation, operations, events, violations,
      differences, event_hash, problem, report, parent, plan) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`;
    const { lastInsertRowid } = this.#db.prepare(sql).run(
      r.name, r.trace, r.state, r.started, r.seed, r.settings, r.assumptions, r.layers, r.drivers, r.firstOperation, r.lastOperation, r.operations, r.events, r.violations, r.differences,
      r.eventHash, r.problem, r.report, r.parent, r.plan,
    );
    return Number(lastInsertRowid);
  }

  updateRun(id: number, r: Pick<StoredRun, 'state' | 'layers' | 'operations' | 'events' | 'violations' | 'differences' | 'eventHash' | 'problem' | 'report'>): void {
    this.#db
      .prepare('UPDATE run SET state = ?, layers = ?, operations = ?, events = ?, violations = ?, differences = ?, event_hash = ?, problem = ?, report = ? WHERE id = ?')
      .run(r.state, r.layers, r.operations, r.events, r.violations, r.differences, r.eventHash, r.problem, r.report, id);
  }

  rename(id: number, name: string): void {
    this.#db.prepare('UPDATE run SET name = ? WHERE id = ?').run(name, id);
  }

  /** Takes runs out of the list, or puts them back. */
  setDeleted(ids: readonly number[], deleted: boolean): void {
    const update = this.#db.prepare('UPDATE run SET deleted = ? WHERE id = ?');
    this.#db.transaction(() => {
      for (const id of ids) update.run(Number(deleted), id);
    }).immediate();
  }

  /** The rows of a branch before log position `events`, and its results of ranges that end before operation `before`, are its parent's. */
  share(id: number, { events, before }: { readonly events: number; readonly before: number }): void {
    this.#db.prepare('UPDATE run SET shared_events = ?, shared_before = ? WHERE id = ?').run(events, before, id);
  }

  setDifferences(id: number, differences: number): void {
    this.#db.prepare('UPDATE run SET differences = ? WHERE id = ?').run(differences, id);
  }

  /** Stores pages as they came; one with the same `first` replaces what a look at the open page left. */
  addPages(run: number, events: readonly PackedEventPage[], results: readonly ResultPage[], violations: readonly StoredViolation[]): void {
    const page = this.#db.prepare(`INSERT OR REPLACE INTO event_page (run, first, count, lowest_operation, highest_operation, kinds, format, columns, texts, chain, summary) VALUES (?,?,?,?,?,?,?,?,?,?,?)`);
    const result = this.#db.prepare('INSERT OR REPLACE INTO run_result (run, first_operation, count, statuses, states, violations, answers, effects, causes) VALUES (?,?,?,?,?,?,?,?,?)');
    const violation = this.#db.prepare('INSERT OR REPLACE INTO violation (run, number, violation, severity, hint, sentence, rule, source, driver, line, operation, issued, sequence) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)');
    this.#db.transaction(() => {
      for (const p of events) page.run(run, p.first, p.count, p.lowestOperation, p.highestOperation, p.kinds, pageFormats.packed, p.columns, p.texts, p.chain ?? null, p.summary);
      for (const r of results) result.run(run, r.firstOperation, r.statuses.length, littleEndian(r.statuses), r.states, r.violations, r.answers, r.effects, littleEndian(r.causes));
      for (const v of violations) violation.run(run, v.number, v.violation, v.severity, Number(v.hint), v.sentence, v.rule, v.source, v.driver, v.line, v.operation, v.issued, v.sequence);
    }).immediate();
  }
}

function littleEndian(values: Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function run(row: Record<string, unknown>): StoredRun {
  const converted = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' && name !== 'started' ? Number(value) : value]));
  return { ...converted, deleted: converted['deleted'] === 1 } as unknown as StoredRun;
}
