/**
 * Puts the pages of a trace in order of (time, sourceIndex) where a source was not.
 *
 * Every page is in order by itself, and most are in order with their neighbours: only stretches of pages that overlap are rewritten, by
 * merging as many runs of pages as there are, some at a time. In memory there is a page a run. New blocks are written beside the old
 * ones, a page a transaction, and exchanged for them at once: a reader sees the one or the other.
 */
import { PageBuilder, TextMap, type Page, type SortedSchema } from '../replay/pages/pageBuilder.ts';
import type { ColumnsOf } from '../replay/pages/columns.ts';
import type { Database } from './database.ts';
import { isBefore, PageReader, PageWriter, rowsPerPage, type PageEntry, type PageKind } from './pageStore.ts';

/** Property of a session in which there may be blocks that belong to no page. */
export const looseBlocks = 'looseBlocks';

/** Runs that are merged at a time. */
const fanIn = 16;
export const maximumTextSize = 4 * 1024 * 1024;

/** Asked between two pages, outside of any transaction, with the rows done of all that have to move; false gives up. */
export type GoOn = (done: number, total: number) => boolean;

/** What is sorted, and how. */
export interface SortOrder<S extends SortedSchema> {
  readonly trace: number;
  readonly kind: PageKind;
  readonly schema: S;
  readonly summarize: (page: Page<S>) => string | null;
  readonly goOn: GoOn;
}

/** True when everything is in order; false where `goOn` ended it. */
export function sortPages<S extends SortedSchema>(db: Database, order: SortOrder<S>): boolean {
  return new PageSorter(db, order).run();
}

type Run = readonly PageEntry[];

class PageSorter<S extends SortedSchema> {
  readonly #db: Database;
  readonly #order: SortOrder<S>;
  readonly #reader: PageReader<S>;
  #done = 0;
  #total = 0;

  constructor(db: Database, order: SortOrder<S>) {
    this.#db = db;
    this.#order = order;
    this.#reader = new PageReader(db, order.kind, order.schema);
  }

  run(): boolean {
    const stretches = overlapping(this.#reader.entries(this.#order.trace));
    this.#total = stretches.flat().reduce((sum, entry) => sum + entry.count, 0);
    return stretches.every((stretch) => this.#sort(stretch));
  }

  #sort(stretch: Run): boolean {
    let runs = runsOf(stretch);
    if (runs.length < 2) return true;
    let made: PageEntry[] = [];
    while (runs.length > 1) {
      const next: Run[] = [];
      const before = made;
      made = [];
      for (let at = 0; at < runs.length; at += fanIn) {
        const merged = this.#merge(runs.slice(at, at + fanIn), made);
        if (merged === null) {
          // Taking the new blocks away would take its time too: that is left to the next opening.
          this.#db.prepare('INSERT OR REPLACE INTO property (name, value) VALUES (?, 1)').run(looseBlocks);
          return false;
        }
        next.push(merged);
      }
      this.#forget(before);
      // Another pass moves them all again.
      if (next.length > 1) this.#total += stretch.reduce((sum, entry) => sum + entry.count, 0);
      runs = next;
    }
    this.#exchange(stretch, runs[0] ?? []);
    return true;
  }

  /** One run of several; null where `goOn` ended it. What is written is also put into `made`. */
  #merge(runs: readonly Run[], made: PageEntry[]): Run | null {
    const { schema, summarize, trace, kind, goOn } = this.#order;
    const writer = new PageWriter(this.#db, trace, kind, schema);
    const builder = new PageBuilder(schema, rowsPerPage);
    const merged: PageEntry[] = [];
    const cursors = runs.map((run) => new Cursor(run, this.#reader)).filter((cursor) => !cursor.isDone);
    const write = (): void => {
      const page = builder.take(rowsPerPage);
      const entry = this.#db.transaction(() => writer.write(page, summarize(page))).immediate();
      merged.push(entry);
      made.push(entry);
      this.#done += entry.count;
      for (const cursor of cursors) cursor.forgetTexts();
    };
    while (cursors.length > 0) {
      const [least, next] = leastTwo(cursors);
      least.copyUpTo(next, builder);
      if (least.isDone) cursors.splice(cursors.indexOf(least), 1);
      if (builder.count < rowsPerPage && builder.textSize < maximumTextSize) continue;
      write();
      if (!goOn(this.#done, this.#total)) return null;
    }
    if (builder.count > 0) write();
    return merged;
  }

  /** The same rows in other pages: the numbers before and behind the stretch stay. */
  #exchange(stretch: Run, entries: Run): void {
    const { trace, kind, schema } = this.#order;
    const first = stretch[0]?.first ?? 1;
    this.#db.transaction(() => {
      const remove = this.#db.prepare('DELETE FROM page WHERE trace = ? AND kind = ? AND first = ?');
      for (const entry of stretch) remove.run(trace, kind, entry.first);
      const writer = new PageWriter(this.#db, trace, kind, schema, first);
      for (const entry of entries) writer.enter(entry);
    }).immediate();
    this.#forget(stretch);
  }

  // A few at a time: others may want to write.
  #forget(entries: Run): void {
    const remove = this.#db.prepare('DELETE FROM page_block WHERE id = ?');
    for (let at = 0; at < entries.length; at += fanIn) {
      this.#db.transaction(() => {
        for (const entry of entries.slice(at, at + fanIn)) remove.run(entry.block);
      }).immediate();
    }
  }
}

/** A place in a run. */
class Cursor<S extends SortedSchema> {
  readonly #run: Run;
  readonly #reader: PageReader<S>;
  #at = -1;
  #row = 0;
  #page: Page<S> = { count: 0, columns: {} as ColumnsOf<S>, texts: [], details: [] };
  #map = new TextMap(this.#page);
  isDone = false;
  time = 0n;
  source = 0;

  constructor(run: Run, reader: PageReader<S>) {
    this.#run = run;
    this.#reader = reader;
    this.#move(0);
  }

  /** Rows up to the one the other cursor stands at, as far as the page goes and the builder has room. */
  copyUpTo(other: Cursor<S> | undefined, builder: PageBuilder<S>): void {
    const { time, sourceIndex } = this.#page.columns as ColumnsOf<SortedSchema>;
    const most = Math.min(this.#page.count, this.#row + builder.capacity - builder.count);
    let end = this.#row + 1;
    if (other === undefined) end = most;
    else while (end < most && !isBefore(other.time, other.source, time[end] as bigint, sourceIndex[end] as number)) end++;
    builder.copyRows(this.#page, this.#row, end, this.#map);
    this.#move(end);
  }

  forgetTexts(): void {
    this.#map = new TextMap(this.#page);
  }

  #move(row: number): void {
    this.#row = row;
    while (this.#row >= this.#page.count) {
      const entry = this.#run[++this.#at];
      if (entry === undefined) {
        this.isDone = true;
        return;
      }
      const { count, columns, texts, details } = this.#reader.open(entry);
      this.#page = { count, columns, texts, details };
      this.#map = new TextMap(this.#page);
      this.#row = 0;
    }
    const { time, sourceIndex } = this.#page.columns as ColumnsOf<SortedSchema>;
    this.time = time[this.#row] as bigint;
    this.source = sourceIndex[this.#row] as number;
  }
}

function leastTwo<S extends SortedSchema>(cursors: readonly Cursor<S>[]): [Cursor<S>, Cursor<S> | undefined] {
  let [least, next] = [cursors[0] as Cursor<S>, undefined as Cursor<S> | undefined];
  for (const cursor of cursors.slice(1)) {
    if (isBefore(cursor.time, cursor.source, least.time, least.source)) [least, next] = [cursor, least];
    else if (next === undefined || isBefore(cursor.time, cursor.source, next.time, next.source)) next = cursor;
  }
  return [least, next];
}

/** Neighbouring pages between two clean cuts: everything before a cut is before everything behind it. */
function overlapping(entries: readonly PageEntry[]): Run[] {
  const lowest: PageEntry[] = [];
  let low: PageEntry | undefined;
  for (const entry of entries.toReversed()) {
    if (low === undefined || isBefore(entry.firstTime, entry.firstSource, low.firstTime, low.firstSource)) low = entry;
    lowest.push(low);
  }
  lowest.reverse();
  const stretches: PageEntry[][] = [];
  let stretch: PageEntry[] = [];
  let highest: PageEntry | undefined;
  for (const [at, entry] of entries.entries()) {
    const behind = lowest[at];
    if (highest === undefined || behind === undefined || !isBefore(behind.firstTime, behind.firstSource, highest.lastTime, highest.lastSource)) {
      if (stretch.length > 1) stretches.push(stretch);
      stretch = [];
    }
    stretch.push(entry);
    if (highest === undefined || isBefore(highest.lastTime, highest.lastSource, entry.lastTime, entry.lastSource)) highest = entry;
  }
  if (stretch.length > 1) stretches.push(stretch);
  return stretches;
}

/** So that a file of a million tiny pages takes no time to look at either. */
const mostOpenRuns = 256;

/** Pages that follow each other in time, as long as may be: each goes behind the run that ends last before it. */
function runsOf(entries: readonly PageEntry[]): Run[] {
  const runs: PageEntry[][] = [];
  for (const entry of entries) {
    let best: PageEntry[] | undefined;
    for (const run of runs.slice(-mostOpenRuns)) {
      const end = run.at(-1);
      if (end === undefined || isBefore(entry.firstTime, entry.firstSource, end.lastTime, end.lastSource)) continue;
      const bestEnd = best?.at(-1);
      if (bestEnd === undefined || isBefore(bestEnd.lastTime, bestEnd.lastSource, end.lastTime, end.lastSource)) best = run;
    }
    if (best) best.push(entry);
    else runs.push([entry]);
  }
  return runs;
}
