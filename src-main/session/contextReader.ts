/** Browses context events: by position among those that pass a filter. */
import { contextClasses, type ContextClass, type ContextEvent, type TraceTime } from '../trace/record.ts';
import { contextEventAt, contextSchema, parseContextSummary, type ContextSummary } from './contextPage.ts';
import type { Database } from './database.ts';
import { pageKinds, PageReader, type PageEntry, type StoredPage } from './pageStore.ts';
import type { ContextFilter, StoredContextEvent } from './traceTypes.ts';
import { asciiLower, type WhereTrace } from './whereMask.ts';

type ContextPage = StoredPage<typeof contextSchema>;

/** Counts of filters asked for lately, by page: scrolling far down must not look at every page again. */
const rememberedFilters = 4;

export class ContextReader {
  readonly #pages: PageReader<typeof contextSchema>;
  readonly #counts = new Map<string, Map<number, number>>();

  constructor(db: Database) {
    this.#pages = new PageReader(db, pageKinds.context, contextSchema);
  }

  events(trace: number, from: number, to: number, filter: ContextFilter | null, about: WhereTrace): StoredContextEvent[] {
    const test = new ContextTest(filter, about);
    const rows: StoredContextEvent[] = [];
    let before = 0;
    for (const entry of this.#entries(trace, from, to, test)) {
      if (before >= to) break;
      // Without a filter the position is the number.
      if (test.isAny) before = entry.first - 1;
      const count = this.#countOf(trace, entry, test);
      if (before + count >= from) {
        const page = this.#pages.page(entry);
        let position = before;
        for (let row = 0; row < page.count && position < to; row++) {
          if (!test.holds(page, row) || ++position < from) continue;
          rows.push(storedEvent(page, row, about));
        }
      }
      before += count;
    }
    return rows;
  }

  count(trace: number, filter: ContextFilter | null, about: WhereTrace): number {
    const test = new ContextTest(filter, about);
    return this.#pages.entries(trace).reduce((sum, entry) => sum + this.#countOf(trace, entry, test), 0);
  }

  counts(trace: number): { contextClass: ContextClass; count: number }[] {
    const summaries = this.#pages.entries(trace).map((entry) => parseContextSummary(entry.summary));
    return contextClasses
      .map((contextClass) => ({ contextClass, count: summaries.reduce((sum, { classes }) => sum + Number(classes[contextClass] ?? 0), 0) }))
      .filter(({ count }) => count > 0);
  }

  /** Events of one class that belong to operations whose source indexes lie between two, inclusive, in order of time. Times are as recorded. */
  *of(trace: number, contextClass: ContextClass, low: number, high: number): Generator<ContextEvent> {
    const code = contextClasses.indexOf(contextClass);
    for (const entry of this.#pages.entries(trace)) {
      const { classes, operations } = parseContextSummary(entry.summary);
      if ((classes[contextClass] ?? 0) === 0 || operations === null || operations[1] < low || operations[0] > high) continue;
      const page = this.#pages.open(entry);
      const classColumn = page.column('contextClass');
      const operationColumn = page.column('operation');
      for (let row = 0; row < page.count; row++) {
        const operation = (operationColumn[row] ?? 0) - 1;
        if (classColumn[row] === code && operation >= low && operation <= high && operation >= 0) yield contextEventAt(page, row);
      }
    }
  }

  #entries(trace: number, from: number, to: number, test: ContextTest): readonly PageEntry[] {
    return test.isAny ? this.#pages.entries(trace, from, to) : this.#pages.entries(trace);
  }

  /** How many of a page pass; the page is opened only where its summary does not tell. */
  #countOf(trace: number, entry: PageEntry, test: ContextTest): number {
    const told = test.countBySummary(entry);
    if (told !== undefined) return told;
    const key = `${trace} ${test.key}`;
    const known = this.#counts.get(key) ?? new Map<number, number>();
    if (!this.#counts.has(key)) {
      if (this.#counts.size >= rememberedFilters) this.#counts.clear();
      this.#counts.set(key, known);
    }
    let count = known.get(entry.block);
    if (count === undefined) known.set(entry.block, (count = test.count(this.#pages.open(entry))));
    return count;
  }
}

function storedEvent(page: ContextPage, row: number, about: WhereTrace): StoredContextEvent {
  const event = contextEventAt(page, row);
  const process = event.process === null ? undefined : about.processes.get(event.process);
  return {
    ...event, time: (event.time + about.clockOffset) as TraceTime, position: page.entry.first + row, processName: process?.name ?? null, pid: process?.pid ?? null,
  };
}

/** A filter, ready to be asked. */
class ContextTest {
  readonly key: string;
  readonly isAny: boolean;
  readonly #classes: readonly ContextClass[] | null;
  readonly #codes: ReadonlySet<number> | null;
  readonly #text: string | null;
  readonly #operation: number | null;
  readonly #about: WhereTrace;
  #textPage: ContextPage | null = null;
  /** By text of the page: 0 not looked at, 1 does not contain it, 2 does. */
  #known = new Uint8Array();

  constructor(filter: ContextFilter | null, about: WhereTrace) {
    this.#classes = filter?.classes ?? null;
    this.#codes = this.#classes === null ? null : new Set(this.#classes.map((name) => contextClasses.indexOf(name)));
    this.#text = filter?.text === null || filter?.text === undefined || filter.text === '' ? null : asciiLower(filter.text);
    this.#operation = filter?.operation ?? null;
    this.#about = about;
    this.isAny = this.#classes === null && this.#text === null && this.#operation === null;
    this.key = JSON.stringify([this.#classes, this.#text, this.#operation]);
  }

  /** undefined where only the page itself tells. */
  countBySummary(entry: PageEntry): number | undefined {
    if (this.isAny) return entry.count;
    const summary = parseContextSummary(entry.summary);
    const ofClasses = this.#classes === null ? entry.count : this.#classes.reduce((sum, name) => sum + Number(summary.classes[name] ?? 0), 0);
    if (ofClasses === 0 || !this.#mayBelong(summary)) return 0;
    return this.#text === null && this.#operation === null ? ofClasses : undefined;
  }

  count(page: ContextPage): number {
    let count = 0;
    for (let row = 0; row < page.count; row++) if (this.holds(page, row)) count++;
    return count;
  }

  holds(page: ContextPage, row: number): boolean {
    if (this.#codes !== null && !this.#codes.has(page.column('contextClass')[row] ?? -1)) return false;
    if (this.#operation !== null && page.column('operation')[row] !== this.#operation + 1) return false;
    return this.#text === null || this.#contains(page, row, this.#text);
  }

  #mayBelong(summary: ContextSummary): boolean {
    if (this.#operation === null) return true;
    return summary.operations !== null && this.#operation >= summary.operations[0] && this.#operation <= summary.operations[1];
  }

  #contains(page: ContextPage, row: number, wanted: string): boolean {
    if (this.#textPage !== page) {
      this.#textPage = page;
      this.#known = new Uint8Array(page.texts.length + 1);
    }
    const inText = (number: number): boolean => {
      if (number === 0) return false;
      const known = (this.#known[number] ||= asciiLower(page.texts[number - 1] ?? '').includes(wanted) ? 2 : 1);
      return known === 2;
    };
    if (inText(page.column('name')[row] ?? 0) || inText(page.column('path')[row] ?? 0)) return true;
    const process = this.#about.processes.get((page.column('process')[row] ?? 0) - 1);
    return process !== undefined && asciiLower(process.name).includes(wanted);
  }
}
