/** Reads traces and their operations, a page at a time. Times are on the session's clock. */
import { operationFlags, operationSchema, packOperations, pageOfRange, pageOfRows, type OperationPage } from '../replay/operationPage.ts';
import type { ContextClass, ContextEvent, OperationIndex, ProcessIndex, TraceModule, TraceProcess } from '../trace/record.ts';
import { ContextReader } from './contextReader.ts';
import type { Database, Statement } from './database.ts';
import { ModuleReader } from './moduleReader.ts';
import { listed, process, rowsOf, stored, storedTrace, tally, traceSql, type Row } from './traceRows.ts';
import { pageKinds, PageReader, type PageEntry } from './pageStore.ts';
import { StackPageReader } from './recordedStacks.ts';
import type { ContextFilter, ListedOperation, LostMark, StoredContextEvent, StoredOperation, StoredStackFrame, StoredTrace } from './traceTypes.ts';
import { FilteredRows } from './filteredRows.ts';
import { allOf, containsMask, maskOf, type StoredOperationPage, type WhereCondition, type WhereTrace } from './whereMask.ts';

/** The highest address of a 64-bit process, where a trace does not say. */
const highestUserAddress = 0x7fff_ffff_ffffn;

export class TraceReader {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #pages: PageReader<typeof operationSchema>;
  readonly #stacks: StackPageReader;
  readonly #modules: ModuleReader;
  readonly #context: ContextReader;

  constructor(db: Database) {
    this.#db = db;
    this.#pages = new PageReader(db, pageKinds.operations, operationSchema);
    this.#stacks = new StackPageReader(db);
    this.#modules = new ModuleReader(db);
    this.#context = new ContextReader(db);
  }

  traces(): StoredTrace[] {
    return this.#all(`${traceSql} ORDER BY id`).map(storedTrace);
  }

  trace(id: number): StoredTrace | undefined {
    return this.#all(`${traceSql} WHERE id = ?`, id).map(storedTrace)[0];
  }

  /** Known without counting: the importer keeps it. */
  count(trace: number): number {
    return Number(this.#all('SELECT operations FROM trace WHERE id = ?', trace)[0]?.[0] ?? 0);
  }

  /** Operations `from` to `to`, inclusive. */
  range(trace: number, from: number, to: number): ListedOperation[] {
    return this.#snapshot(() => {
      const about = this.#about(trace);
      const rows: ListedOperation[] = [];
      for (const entry of this.#pages.entries(trace, from, to)) {
        const page = this.#pages.page(entry);
        for (let row = Math.max(0, from - entry.first); row < page.count && entry.first + row <= to; row++) rows.push(listed(page, row, about));
      }
      return rows;
    });
  }

  operation(trace: number, index: number): StoredOperation | undefined {
    return this.select(trace, index - 1, 0, 1, null)[0];
  }

  /** Operations after number `after` where the condition holds: `limit` of them, beginning `offset` further on. */
  select(trace: number, after: number, offset: number, limit: number, where: WhereCondition | null): StoredOperation[] {
    const rows: StoredOperation[] = [];
    if (limit <= 0) return rows;
    // Without a condition the position is the number, whatever the offset.
    let left = where === null ? 0 : offset;
    const start = where === null ? after + offset : after;
    this.#snapshot(() => {
      const about = this.#about(trace);
      const mask = where === null ? null : maskOf(where.where, about);
      const last = where === null ? start + limit : undefined;
      for (const { page, entry } of this.#scan(trace, start + 1, last)) {
        const held = mask?.(page);
        for (let row = Math.max(0, start + 1 - entry.first); row < page.count; row++) {
          if (held !== undefined && held[row] !== 1) continue;
          if (left > 0) left--;
          else if (rows.push(stored(page, row, about)) === limit) return;
        }
      }
    });
    return rows;
  }

  /** What a filter lets through, to be looked at a piece at a time within `reading`. */
  filteredRows(trace: number, where: WhereCondition): FilteredRows {
    return new FilteredRows(where, {
      state: () => String(this.#all('SELECT state, operations, clock_offset FROM trace WHERE id = ?', trace)[0]),
      entries: () => this.#pages.entries(trace),
      about: () => this.#about(trace),
      open: (entry) => this.#pages.open(entry),
    });
  }

  /** One state of the file for all that is read within. */
  reading<T>(action: () => T): T {
    return this.#snapshot(action);
  }

  /** Operations by their numbers, in order. */
  listedAt(trace: number, numbers: readonly number[]): ListedOperation[] {
    return this.#snapshot(() => {
      const about = this.#about(trace);
      const rows: ListedOperation[] = [];
      let entries: PageEntry[] = [];
      for (const number of numbers) {
        if (entries[0] === undefined || number >= entries[0].first + entries[0].count) entries = this.#pages.entries(trace, number, number);
        const [entry] = entries;
        if (entry === undefined || number < entry.first || number >= entry.first + entry.count) continue;
        rows.push(listed(this.#pages.page(entry), number - entry.first, about));
      }
      return rows;
    });
  }

  /** The stored page with an operation; its columns are read when they are asked for. */
  pageWith(trace: number, index: number): StoredOperationPage | null {
    return this.#snapshot(() => {
      const [entry] = this.#pages.entries(trace, index, index);
      return entry === undefined || index < entry.first || index >= entry.first + entry.count ? null : this.#pages.open(entry);
    });
  }

  countWhere(trace: number, where: WhereCondition | null): number {
    return where === null ? this.count(trace) : (this.span(trace, where)?.count ?? 0);
  }

  /** First and last number where the condition holds; null where none does. */
  span(trace: number, where: WhereCondition | null): { first: number; last: number; count: number } | null {
    if (where === null) {
      const count = this.count(trace);
      return count === 0 ? null : { first: 1, last: count, count };
    }
    return this.#snapshot(() => {
      const mask = maskOf(where.where, this.#about(trace));
      let [first, last, count] = [0, 0, 0];
      for (const { page, entry } of this.#scan(trace, 1)) {
        const held = mask(page);
        const end = held.lastIndexOf(1);
        if (end < 0) continue;
        last = entry.first + end;
        if (count === 0) first = entry.first + held.indexOf(1);
        for (const one of held) count += one;
      }
      return count === 0 ? null : { first, last, count };
    });
  }

  /**
   * Columns for the engine host, details as text: operations after number `after` where the condition holds, at most `limit`, and of one
   * stored page, so there may be more behind them however few they are. None: there is nothing more. Their times are as recorded,
   * so that a run does not depend on how traces lie beside each other.
   */
  operationPage(trace: number, after: number, limit: number, where: WhereCondition | null): OperationPage {
    return this.#snapshot(() => {
      const mask = where === null ? null : maskOf(where.where, this.#about(trace));
      for (const { page, entry } of this.#scan(trace, after + 1, where === null ? after + 1 : undefined, true)) {
        const start = Math.max(0, after + 1 - entry.first);
        if (mask === null) return pageOfRange(page, start, Math.min(page.count, start + limit), entry.first + start);
        const rows = rowsOf(mask(page), start, limit);
        if (rows.length > 0) return pageOfRows(page, rows, Uint32Array.from(rows, (row) => entry.first + row));
      }
      return packOperations([]);
    });
  }

  /** First operation from `from` on, in the given direction, whose path, operation or process name contains `text`, without case, and where the condition holds. */
  find(trace: number, text: string, from: number, backwards: boolean, where: WhereCondition | null = null): number | null {
    return this.#snapshot(() => {
      const about = this.#about(trace);
      const mask = where === null ? containsMask(text, about) : allOf([containsMask(text, about), maskOf(where.where, about)]);
      const entries = backwards ? this.#pages.entries(trace, 0, from).reverse() : this.#pages.entries(trace, from);
      for (const entry of entries) {
        const held = mask(this.#pages.open(entry));
        const row = backwards ? held.lastIndexOf(1, Math.min(held.length - 1, from - entry.first)) : held.indexOf(1, Math.max(0, from - entry.first));
        if (row >= 0) return entry.first + row;
      }
      return null;
    });
  }

  /**
   * Visits pages with what a text (as in `find`) and a condition hold in them, from the page with operation `from` on, until `visit` says that it is enough. `first` is the number
   * of the page's first operation.
   */
  eachHeld(trace: number, { text, where }: { readonly text: string | null; readonly where: WhereCondition | null }, from: number, backwards: boolean, visit: (held: Uint8Array, first: number) => boolean): void {
    this.#snapshot(() => {
      const about = this.#about(trace);
      const mask = allOf([...(text === null ? [] : [containsMask(text, about)]), ...(where === null ? [] : [maskOf(where.where, about)])]);
      const entries = backwards ? this.#pages.entries(trace, 0, from).reverse() : this.#pages.entries(trace, from);
      for (const entry of entries) if (visit(mask(this.#pages.open(entry)), entry.first)) return;
    });
  }

  /** For each operation the place of the first condition that holds for it; -1: none. */
  firstHolding(trace: number, conditions: readonly (WhereCondition | null)[], indexes: readonly number[]): number[] {
    return this.#snapshot(() => {
      const about = this.#about(trace);
      const masks = conditions.map((condition) => (condition === null ? null : maskOf(condition.where, about)));
      let at: { readonly first: number; readonly end: number; readonly held: readonly (Uint8Array | undefined)[] } | null = null;
      return indexes.map((index) => {
        if (at === null || index < at.first || index >= at.end) {
          const entry = this.#pages.entries(trace, index, index).at(-1);
          if (entry === undefined || index >= entry.first + entry.count) return -1;
          const page = this.#pages.page(entry);
          at = { first: entry.first, end: entry.first + entry.count, held: masks.map((mask) => mask?.(page)) };
        }
        const row = index - at.first;
        return at.held.findIndex((held) => held?.[row] === 1);
      });
    });
  }

  countsByOperation(trace: number): { name: string; count: number }[] {
    const counts = new Map<string, number>();
    this.#snapshot(() => {
      for (const { page } of this.#scan(trace, 1)) {
        for (const [number, count] of tally(page.column('operation'))) {
          const name = page.texts[number - 1] ?? '';
          counts.set(name, (counts.get(name) ?? 0) + count);
        }
      }
    });
    return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  }

  countsByProcess(trace: number): { name: string; pid: number; count: number }[] {
    const counts = new Map<number, number>();
    this.#snapshot(() => {
      for (const { page } of this.#scan(trace, 1)) for (const [number, count] of tally(page.column('process'))) counts.set(number, (counts.get(number) ?? 0) + count);
    });
    return this.processes(trace)
      .map(({ index, name, pid }) => ({ name, pid, count: counts.get(index) ?? 0 }))
      .filter((row) => row.count > 0)
      .sort((a, b) => b.count - a.count);
  }

  /** How often each value of a column occurs, page by page from the one with operation `from` on; `isEnough` is asked after each. Answers with the number to go on from; null: that was all. */
  eachTally(trace: number, column: 'operation' | 'path' | 'status' | 'major' | 'tid' | 'process', from: number, visit: (value: number, count: number, page: StoredOperationPage) => void, isEnough: () => boolean): number | null {
    return this.#snapshot(() => {
      for (const { page, entry } of this.#scan(trace, from)) {
        for (const [value, count] of tally(page.column(column))) visit(value, count, page);
        if (isEnough()) return entry.first + entry.count;
      }
      return null;
    });
  }

  /** Visits numbers and recorded statuses of operations `from` to `to`, inclusive; null where none was recorded. */
  eachStatus(trace: number, from: number, to: number, visit: (index: number, status: number | null) => void): void {
    for (const entry of this.#pages.entries(trace, from, to)) {
      const page = this.#pages.page(entry);
      const [status, flags] = [page.column('status'), page.column('flags')];
      for (let row = Math.max(0, from - entry.first); row < page.count && entry.first + row <= to; row++) {
        visit(entry.first + row, ((flags[row] ?? 0) & operationFlags.hasStatus) === 0 ? null : (status[row] ?? 0));
      }
    }
  }

  /** What an operation was recorded to end with; null where there is no such operation. Asked in order, each page is opened once. */
  recordedAnswers(trace: number): (index: number) => { readonly status: number | null; readonly information: number | null } | null {
    let at: { readonly first: number; readonly end: number; readonly status: ArrayLike<number>; readonly information: ArrayLike<number>; readonly flags: ArrayLike<number> } | null = null;
    return (index) => {
      if (at === null || index < at.first || index >= at.end) {
        const entry = this.#pages.entries(trace, index, index).at(-1);
        if (entry === undefined || index >= entry.first + entry.count) return null;
        const page = this.#pages.page(entry);
        at = { first: entry.first, end: entry.first + page.count, status: page.column('status'), information: page.column('information'), flags: page.column('flags') };
      }
      const row = index - at.first;
      const flags = at.flags[row] ?? 0;
      return { status: (flags & operationFlags.hasStatus) === 0 ? null : (at.status[row] ?? 0), information: (flags & operationFlags.hasInformation) === 0 ? null : (at.information[row] ?? 0) };
    };
  }

  /** Their times are as recorded. */
  processes(trace: number): TraceProcess[] {
    const sql = 'SELECT number, pid, parent_pid, name, image_path, command_line, user, integrity, is_64_bit, start_time, end_time FROM process WHERE trace = ? ORDER BY number';
    return this.#all(sql, trace).map(process);
  }

  process(trace: number, number: number): TraceProcess | undefined {
    return this.processes(trace).find((candidate) => candidate.index === number);
  }

  /** The recorded stack of an operation, innermost frame first; null where none was recorded. */
  stack(trace: number, index: number): readonly StoredStackFrame[] | null {
    return this.#snapshot(() => {
      const entry = this.#pages.entries(trace, index, index)[0];
      if (entry === undefined || index < entry.first || index >= entry.first + entry.count) return null;
      const page = this.#pages.page(entry);
      const row = index - entry.first;
      const recorded = this.#stacks.stack(trace, page.column('stack')[row] ?? 0);
      if (recorded === null) return null;
      const limit = this.trace(trace)?.report.system['highestUserAddress'];
      const highest = typeof limit === 'bigint' || typeof limit === 'number' ? BigInt(limit) : highestUserAddress;
      return this.#modules.frames(trace, recorded, { process: page.column('process')[row] ?? 0, time: page.column('time')[row] ?? 0n, highest });
    });
  }

  /** Modules of a process, or all of them, in the order in which the source lists them; their times are as recorded. */
  modules(trace: number, of: ProcessIndex | null): TraceModule[] {
    return this.#modules.modules(trace, of);
  }

  /** Those that pass the filter, counted from 1 in order of time: numbers `from` to `to` of them, inclusive. */
  contextEvents(trace: number, from: number, to: number, filter: ContextFilter | null): StoredContextEvent[] {
    return this.#snapshot(() => this.#context.events(trace, from, to, filter, this.#about(trace)));
  }

  contextCount(trace: number, filter: ContextFilter | null): number {
    return this.#snapshot(() => this.#context.count(trace, filter, this.#about(trace)));
  }

  /** How many there are of each class that occurs. */
  contextCounts(trace: number): { contextClass: ContextClass; count: number }[] {
    return this.#context.counts(trace);
  }

  /** Events of one class that belong to operations whose source indexes lie between two, inclusive, in order of time. Times are as recorded. */
  contextOf(trace: number, contextClass: ContextClass, low: number, high: number): Generator<ContextEvent> {
    return this.#context.of(trace, contextClass, low, high);
  }

  /** Operations `from` to `to`, inclusive: their numbers by source index. */
  numbersBySource(trace: number, from: number, to: number): Map<number, number> {
    const numbers = new Map<number, number>();
    for (const entry of this.#pages.entries(trace, from, to)) {
      const sources = this.#pages.open(entry).column('sourceIndex');
      for (let row = Math.max(0, from - entry.first); row < entry.count && entry.first + row <= to; row++) numbers.set(sources[row] ?? -1, entry.first + row);
    }
    return numbers;
  }

  /** Where events were lost, the first `limit` places. */
  lostMarks(trace: number, limit = 1000): LostMark[] {
    return this.contextEvents(trace, 1, limit, { classes: ['lost'], text: null, operation: null })
      .map(({ time, sourceIndex, name, detail }) => ({ time, before: this.indexAtTime(trace, time, sourceIndex), name, detail }));
  }

  /** The first operation at or after a time of the session's clock; of those at that very time the first behind a record of the source. Null where there is none. */
  indexAtTime(trace: number, time: bigint, behind = -1): OperationIndex | null {
    return this.#snapshot(() => {
      const raw = time - this.#about(trace).clockOffset;
      const sql = `SELECT first FROM page WHERE trace = ? AND kind = ${pageKinds.operations} AND last_time >= ? AND first > ? ORDER BY first LIMIT 1`;
      for (let after = 0; ;) {
        const first = this.#all(sql, trace, BigInt.asIntN(64, raw), after)[0]?.[0];
        const entry = first === undefined ? undefined : this.#pages.entries(trace, Number(first), Number(first))[0];
        if (entry === undefined) return null;
        const page = this.#pages.page(entry);
        const source = page.column('sourceIndex');
        const row = page.column('time').findIndex((own, at) => own > raw || (own === raw && (source[at] ?? 0) > behind));
        if (row >= 0) return (entry.first + row) as OperationIndex;
        after = entry.first;
      }
    });
  }

  /** Pages from the one with number `from` to the one with number `to`; `keep` those that will soon be asked for again. */
  *#scan(trace: number, from: number, to?: number, keep = false): Generator<{ page: StoredOperationPage; entry: PageEntry }> {
    for (const entry of this.#pages.entries(trace, from, to)) {
      if (entry.first + entry.count <= from) continue;
      yield { page: keep || to !== undefined ? this.#pages.page(entry) : this.#pages.open(entry), entry };
    }
  }

  #about(trace: number): WhereTrace {
    const offset = this.#all('SELECT clock_offset FROM trace WHERE id = ?', trace)[0]?.[0];
    const clockOffset = typeof offset === 'bigint' ? offset : 0n;
    const rows = this.#all('SELECT number, name, pid FROM process WHERE trace = ?', trace);
    return { clockOffset, processes: new Map(rows.map(([number, name, pid]) => [Number(number), { name: String(name), pid: Number(pid) }])) };
  }

  /** One state of the file for all that is read within: an import may exchange pages meanwhile. */
  #snapshot<T>(action: () => T): T {
    return this.#db.inTransaction ? action() : this.#db.transaction(action).deferred();
  }

  // Integers come as bigint, because a time needs 57 bits.
  #all(sql: string, ...values: readonly unknown[]): Row[] {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql).raw().safeIntegers()));
    return statement.all(...values) as Row[];
  }
}
