/**
 * Writes one trace while it is imported, on the importer's own connection.
 *
 * Rows are numbered in order of time. A row that comes a little late finds its place before its page is written; where a source is in
 * greater disorder, the pages that overlap are merged at the end (pageSorter.ts).
 */
import { OperationPageBuilder } from '../replay/operationPage.ts';
import type { Page, PageBuilder, SortedSchema } from '../replay/pages/pageBuilder.ts';
import type { ContextEvent, DetailValue, ImportSummary, OperationRecord, TraceModule, TraceProcess } from '../trace/record.ts';
import { ContextPageBuilder, contextSummary } from './contextPage.ts';
import type { Database, Statement } from './database.ts';
import { detailToText, type DetailObject } from './detailText.ts';
import { maximumTextSize, sortPages, type GoOn } from './pageSorter.ts';
import { pageKinds, PageWriter, rowsPerPage } from './pageStore.ts';
import { StackPageWriter } from './recordedStacks.ts';

/** Rows behind the end of a page among which a late one finds its place. */
const windowRows = 1024;

export type FinalState = 'complete' | 'cancelled' | 'failed';

export class TraceWriter {
  readonly #db: Database;
  readonly #trace: number;
  readonly #process: Statement;
  readonly #module: Statement;
  readonly #progress: Statement;
  readonly #operations: PageStream<OperationPageBuilder>;
  readonly #context: PageStream<ContextPageBuilder>;
  readonly #stacks: StackPageWriter;
  readonly #provenances = new Map<object, string>();
  #modules = 0;
  #isOrdered: boolean | null = null;

  constructor(db: Database, trace: number) {
    this.#db = db;
    this.#trace = trace;
    this.#process = db.prepare('INSERT OR REPLACE INTO process VALUES (?,?,?,?,?,?,?,?,?,?,?,?)');
    this.#module = db.prepare('INSERT INTO module (trace, process, number, base, size, path, load_time, version, company, description) VALUES (?,?,?,?,?,?,?,?,?,?)');
    this.#progress = db.prepare('UPDATE trace SET operations = ?, context_events = ? WHERE id = ?');
    const operations = new OperationPageBuilder(rowsPerPage + windowRows);
    const context = new ContextPageBuilder(rowsPerPage + windowRows);
    this.#operations = new PageStream(operations, new PageWriter(db, trace, pageKinds.operations, operations.schema), () => null);
    this.#context = new PageStream(context, new PageWriter(db, trace, pageKinds.context, context.schema), contextSummary);
    this.#stacks = new StackPageWriter(db, trace);
  }

  /** Operations so far, those among them that are not yet in a page. */
  get count(): number {
    return this.#operations.count;
  }

  /** One whose number came before replaces what was known of it. */
  processes(batch: readonly TraceProcess[]): void {
    this.#begin();
    for (const p of batch) {
      const is64 = p.is64Bit === null ? null : Number(p.is64Bit);
      this.#process.run(this.#trace, p.index, p.pid, p.parentPid, p.name, p.imagePath, p.commandLine, p.user, p.integrity, is64, p.startTime, p.endTime);
    }
  }

  modules(batch: readonly TraceModule[]): void {
    this.#begin();
    for (const m of batch) {
      const base = BigInt.asIntN(64, m.base);
      this.#module.run(this.#trace, m.process, this.#modules++, base, m.size, m.path, m.loadTime, m.version, m.company, m.description);
    }
  }

  contextEvents(batch: readonly ContextEvent[]): void {
    this.#begin();
    const stream = this.#context;
    for (const event of batch) {
      stream.builder.add(event);
      if (stream.isFull) stream.writePage();
    }
  }

  operations(batch: readonly OperationRecord[]): void {
    this.#begin();
    const stream = this.#operations;
    for (const record of batch) {
      const stack = record.stack === null ? 0 : this.#stacks.number(record.stack);
      stream.builder.add(record, detailToText(record.detail), this.#provenance(record.provenance), stack);
      if (stream.isFull) stream.writePage();
    }
  }

  /** Makes the pages so far visible to readers and safe from a crash. */
  commit(): void {
    if (!this.#db.inTransaction) return;
    // A page may name any stack before it.
    this.#stacks.flush();
    this.#progress.run(this.#operations.written, this.#context.written, this.#trace);
    this.#db.exec('COMMIT');
  }

  /** The same with what is in no page yet: for sources that bring little. */
  flush(): void {
    this.#begin();
    this.#operations.writeRest();
    this.#context.writeRest();
    this.commit();
  }

  /** Pages so far. */
  get pages(): number {
    return this.#operations.pages + this.#context.pages;
  }

  /** After the last row. False where `goOn`, asked between pages, ended it: numbers follow the source then. */
  putInOrder(goOn: GoOn = () => true): boolean {
    this.flush();
    this.#isOrdered = orderTrace(this.#db, this.#trace, goOn, { operations: this.#operations.isDisordered, context: this.#context.isDisordered });
    return this.#isOrdered;
  }

  /** Stores the report with the last rows. */
  finish(state: FinalState, summary: ImportSummary, sha256: string): void {
    const isOrdered = this.#isOrdered ?? this.putInOrder();
    this.#begin();
    this.#db
      .prepare('UPDATE trace SET state = ?, format = ?, synthetic = ?, sha256 = ?, first_time = ?, last_time = ?, report = ? WHERE id = ?')
      .run(state, summary.format, summary.system['synthetic'] === true ? 1 : 0, sha256, summary.firstTime, summary.lastTime, reportText(summary, isOrdered), this.#trace);
    this.commit();
  }

  /** Keeps what was handed over before something unforeseen, in order. */
  fail(): void {
    try {
      this.flush();
    } catch {
      // What cannot be written is lost; what was written before stays.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    }
    failTrace(this.#db, this.#trace);
  }

  #begin(): void {
    if (!this.#db.inTransaction) this.#db.exec('BEGIN IMMEDIATE');
  }

  // Importers share a handful of provenance objects, so the object itself is the key.
  #provenance(provenance: DetailObject): string {
    const known = this.#provenances.get(provenance);
    if (known !== undefined) return known;
    if (this.#provenances.size > 1024) this.#provenances.clear();
    const text = detailToText(provenance);
    this.#provenances.set(provenance, text);
    return text;
  }
}

type AnyBuilder<S extends SortedSchema = SortedSchema> = PageBuilder<S>;

/** Rows on their way into pages of one kind. */
class PageStream<B extends AnyBuilder> {
  readonly builder: B;
  readonly #writer: PageWriter<B['schema']>;
  readonly #summarize: (page: Page<B['schema']>) => string | null;

  constructor(builder: B, writer: PageWriter<B['schema']>, summarize: (page: Page<B['schema']>) => string | null) {
    this.builder = builder;
    this.#writer = writer;
    this.#summarize = summarize;
  }

  get isFull(): boolean {
    return this.builder.count === this.builder.capacity || this.builder.textSize > maximumTextSize;
  }

  get written(): number {
    return this.#writer.count;
  }

  get count(): number {
    return this.#writer.count + this.builder.count;
  }

  get isDisordered(): boolean {
    return this.#writer.isDisordered;
  }

  get pages(): number {
    return this.#writer.pages;
  }

  writePage(): void {
    const page = this.builder.take(rowsPerPage);
    this.#writer.append(page, this.#summarize(page));
  }

  writeRest(): void {
    while (this.builder.count > 0) this.writePage();
  }
}

/** Sorts the pages of a trace; a kind that is known to be in order may be left out. */
export function orderTrace(db: Database, trace: number, goOn: GoOn, disordered = { operations: true, context: true }): boolean {
  const { schema } = new OperationPageBuilder(0);
  const operations = !disordered.operations || sortPages(db, { trace, kind: pageKinds.operations, schema, summarize: () => null, goOn });
  if (!operations) return false;
  const { schema: context } = new ContextPageBuilder(0);
  return !disordered.context || sortPages(db, { trace, kind: pageKinds.context, schema: context, summarize: contextSummary, goOn });
}

/** Ends a trace whose import broke off: what is there is counted, put in order and kept. */
export function failTrace(db: Database, trace: number): void {
  const rows = '(SELECT coalesce(sum(count), 0) FROM page WHERE trace = :trace AND kind = ';
  orderTrace(db, trace, () => true);
  db.prepare(`UPDATE trace SET state = 'failed', operations = ${rows}${pageKinds.operations}), context_events = ${rows}${pageKinds.context}) WHERE id = :trace`).run({ trace });
}

/** The report as stored: what the summary says beside the columns of `trace`. */
function reportText(summary: ImportSummary, isOrdered: boolean): string {
  return detailToText({
    events: summary.events,
    operations: summary.operations,
    bytes: summary.bytes,
    skipped: summary.skipped.map((row) => ({ ...row })),
    skippedOperations: (summary.skippedOperations ?? []).map((row) => ({ ...row })),
    ...(summary.operationEvents && { operationEvents: summary.operationEvents.map((row) => ({ ...row })) }),
    damaged: summary.damaged.map((row) => ({ ...row })),
    system: summary.system as DetailValue,
    ...(isOrdered ? {} : { unordered: true }),
  });
}
