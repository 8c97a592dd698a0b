/**
 * Pages of sorted rows in the session: a directory (`page`) and immutable blocks (`page_block`).
 *
 * Blocks are written first and become part of a trace by a row of the directory, so that pages can be rewritten beside the old ones
 * and exchanged at once.
 */
import { PackedColumns, packColumns, type ArrayOf, type ColumnsOf } from '../replay/pages/columns.ts';
import type { Page, SortedSchema } from '../replay/pages/pageBuilder.ts';
import type { Database, Statement } from './database.ts';
import { sessionErrors } from './errors.ts';

export const pageKinds = { operations: 0, context: 1 } as const;
export type PageKind = (typeof pageKinds)[keyof typeof pageKinds];

export const rowsPerPage = 4096;
/** A file that says a page has more than this is not one of ours. */
const mostRows = 65_536;

/** A line of the directory. */
export interface PageEntry {
  /** Number of the page's first row, from 1. */
  readonly first: number;
  readonly count: number;
  readonly firstTime: bigint;
  readonly firstSource: number;
  readonly lastTime: bigint;
  readonly lastSource: number;
  /** JSON of what a search may ask without opening the page; null where there is nothing to ask. */
  readonly summary: string | null;
  readonly block: number;
}

/** Writes pages of one trace at its end. Transactions are the caller's. */
export class PageWriter<S extends SortedSchema> {
  readonly #schema: S;
  readonly #block: Statement;
  readonly #entry: Statement;
  readonly #trace: number;
  readonly #kind: PageKind;
  #next: number;
  #lastTime = -(2n ** 63n);
  #lastSource = -1;
  pages = 0;
  /** True where a page begins before the end of another. */
  isDisordered = false;

  constructor(db: Database, trace: number, kind: PageKind, schema: S, next = 1) {
    this.#schema = schema;
    this.#trace = trace;
    this.#kind = kind;
    this.#next = next;
    this.#block = db.prepare('INSERT INTO page_block (columns, texts, details) VALUES (?, ?, ?)');
    this.#entry = db.prepare('INSERT INTO page (trace, kind, first, count, first_time, first_source, last_time, last_source, summary, block) VALUES (?,?,?,?,?,?,?,?,?,?)');
  }

  /** Rows written so far, and before. */
  get count(): number {
    return this.#next - 1;
  }

  append(page: Page<S>, summary: string | null): void {
    this.enter(this.write(page, summary));
  }

  /** A block that belongs to nothing yet. `first` of the answer is to be set. */
  write(page: Page<S>, summary: string | null): PageEntry {
    const { lastInsertRowid } = this.#block.run(packColumns(this.#schema, page.columns, page.count), JSON.stringify(page.texts), JSON.stringify(page.details));
    const { time, sourceIndex } = page.columns as ColumnsOf<SortedSchema>;
    const last = page.count - 1;
    return {
      first: 0, count: page.count, firstTime: time[0] ?? 0n, firstSource: sourceIndex[0] ?? 0, lastTime: time[last] ?? 0n, lastSource: sourceIndex[last] ?? 0,
      summary, block: Number(lastInsertRowid),
    };
  }

  /** Makes a written block the next page. */
  enter(e: PageEntry): void {
    this.#entry.run(this.#trace, this.#kind, this.#next, e.count, e.firstTime, e.firstSource, e.lastTime, e.lastSource, e.summary, e.block);
    this.#next += e.count;
    this.pages++;
    if (isBefore(e.firstTime, e.firstSource, this.#lastTime, this.#lastSource)) this.isDisordered = true;
    this.#lastTime = e.lastTime;
    this.#lastSource = e.lastSource;
  }
}

export function isBefore(time: bigint, source: number, otherTime: bigint, otherSource: number): boolean {
  return time === otherTime ? source < otherSource : time < otherTime;
}

const entryColumns = 'first, count, first_time, first_source, last_time, last_source, summary, block';

/** Finds and opens pages. */
export class PageReader<S extends SortedSchema> {
  readonly #db: Database;
  readonly #schema: S;
  readonly #kind: PageKind;
  readonly #statements = new Map<string, Statement>();
  /** Pages read last, the newest at the end: a list scrolls within a few. */
  readonly #recent = new Map<number, StoredPage<S>>();

  constructor(db: Database, kind: PageKind, schema: S) {
    this.#db = db;
    this.#kind = kind;
    this.#schema = schema;
  }

  /** Directory lines of the pages that hold rows `from` to `to`, inclusive, in order. */
  entries(trace: number, from = 0, to = Number.MAX_SAFE_INTEGER): PageEntry[] {
    const sql = `SELECT ${entryColumns} FROM page WHERE trace = ? AND kind = ? AND first <= ?
      AND first >= coalesce((SELECT max(first) FROM page WHERE trace = ? AND kind = ? AND first <= ?), 0) ORDER BY first`;
    return (this.#prepared(sql).safeIntegers().all(trace, this.#kind, to, trace, this.#kind, from) as unknown[][]).map(entryOf);
  }

  /** Number of rows by the directory. */
  count(trace: number): number {
    return Number(this.#prepared('SELECT coalesce(sum(count), 0) FROM page WHERE trace = ? AND kind = ?').all(trace, this.#kind).flat()[0]);
  }

  /** A page, read now or lately. */
  page(entry: PageEntry): StoredPage<S> {
    const known = this.#recent.get(entry.block);
    const page = known ?? this.open(entry);
    this.#recent.delete(entry.block);
    this.#recent.set(entry.block, page);
    if (this.#recent.size > recentPages) for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      break;
    }
    // Numbers move while an import is put in order; the block stays.
    return page.entry.first === entry.first ? page : page.movedTo(entry);
  }

  /** A page for one look, as a search takes them. */
  open(entry: PageEntry): StoredPage<S> {
    if (entry.count > mostRows || entry.count < 0) throw sessionErrors.damagedPage();
    const read = (column: string): unknown => this.#prepared(`SELECT ${column} FROM page_block WHERE id = ?`).all(entry.block).flat()[0];
    return new StoredPage(entry, this.#schema, read);
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#db.prepare(sql).raw()));
    return statement;
  }
}

const recentPages = 12;

function entryOf(row: readonly unknown[]): PageEntry {
  const big = (value: unknown): bigint => (typeof value === 'bigint' ? value : 0n);
  return {
    first: Number(row[0]), count: Number(row[1]), firstTime: big(row[2]), firstSource: Number(row[3]), lastTime: big(row[4]), lastSource: Number(row[5]),
    summary: typeof row[6] === 'string' ? row[6] : null, block: Number(row[7]),
  };
}

/** A page of the session: each column and list of texts is read when it is first asked for. */
export class StoredPage<S extends SortedSchema> implements Page<S> {
  readonly entry: PageEntry;
  readonly #schema: S;
  readonly #read: (column: string) => unknown;
  #packed: PackedColumns<S> | null = null;
  #texts: readonly string[] | null = null;
  #details: readonly string[] | null = null;

  constructor(entry: PageEntry, schema: S, read: (column: string) => unknown) {
    this.entry = entry;
    this.#schema = schema;
    this.#read = read;
  }

  get count(): number {
    return this.entry.count;
  }

  column<K extends keyof S & string>(name: K): ArrayOf<S[K]> {
    return this.#columns().column(name);
  }

  get columns(): ColumnsOf<S> {
    return this.#columns().all();
  }

  get texts(): readonly string[] {
    return (this.#texts ??= listOf(this.#read('texts')));
  }

  get details(): readonly string[] {
    return (this.#details ??= listOf(this.#read('details')));
  }

  movedTo(entry: PageEntry): StoredPage<S> {
    return new StoredPage(entry, this.#schema, this.#read);
  }

  #columns(): PackedColumns<S> {
    if (this.#packed) return this.#packed;
    const bytes = this.#read('columns');
    return (this.#packed = new PackedColumns(this.#schema, bytes instanceof Uint8Array ? bytes : new Uint8Array(), this.count));
  }
}

/** The file may be a stranger's: what is no text is left empty, in its place. */
function listOf(json: unknown): readonly string[] {
  try {
    const list: unknown = JSON.parse(String(json));
    return Array.isArray(list) ? list.map((text) => (typeof text === 'string' ? text : '')) : [];
  } catch {
    return [];
  }
}
