/**
 * What SQL from the user finds beside the file's own views: tables made on the connection from columnar pages, because SQL cannot
 * look into them.
 *
 * `operations` and `context_events` are views over the directory of pages and a table of row numbers, so that SQLite itself counts and
 * steps through rows, and a value is read from its page by a function only where a query asks for it.
 */
import { eventKinds, noResult, pageText, type EventPage } from '../replay/eventPage.ts';
import { operationFlags, operationKindNames, operationSchema } from '../replay/operationPage.ts';
import { contextClasses } from '../trace/record.ts';
import { contextSchema } from './contextPage.ts';
import type { Database } from './database.ts';
import { pageKinds, PageReader, rowsPerPage, type PageKind, type StoredPage } from './pageStore.ts';
import { RunReader } from './runStore.ts';
import { TraceReader } from './traceReader.ts';

/** `db` gets the tables; `pages` is a second connection, because none may run statements while it is being read from. */
export function addQueryTables(db: Database, pages: Database): void {
  addEventsTable(db, pages);
  addStacksTable(db, pages);
  addPagedViews(db, pages);
}

// ---- operations and context events

/** The value of a column in a row of a page, as SQL sees it. */
type Value = string | number | bigint | null;
type ColumnReader<P> = (page: P, row: number) => Value;
type OperationPage = StoredPage<typeof operationSchema>;
type ContextPage = StoredPage<typeof contextSchema>;

const plain = (name: 'sourceIndex' | 'tid' | 'minor' | 'irpFlags'): ColumnReader<OperationPage> => (page, row) => whole(page.column(name)[row]);
const optional = (name: 'duration' | 'major' | 'status' | 'information' | 'offset' | 'length', flag: number): ColumnReader<OperationPage> => (page, row) =>
  ((page.column('flags')[row] ?? 0) & flag) === 0 ? null : whole(page.column(name)[row]);

const operationValues: Readonly<Record<string, ColumnReader<OperationPage>>> = {
  source_index: plain('sourceIndex'),
  time: (page, row) => page.column('time')[row] ?? 0n,
  duration: optional('duration', operationFlags.hasDuration),
  process_number: (page, row) => BigInt(page.column('process')[row] ?? 0),
  tid: plain('tid'),
  operation: (page, row) => page.texts[(page.column('operation')[row] ?? 0) - 1] ?? '',
  major: optional('major', operationFlags.hasMajor),
  minor: plain('minor'),
  kind: (page, row) => operationKindNames[page.column('kind')[row] ?? 3] ?? 'other',
  path: (page, row) => page.texts[(page.column('path')[row] ?? 0) - 1] ?? null,
  status: optional('status', operationFlags.hasStatus),
  information: optional('information', operationFlags.hasInformation),
  irp_flags: plain('irpFlags'),
  offset: optional('offset', operationFlags.hasOffset),
  length: optional('length', operationFlags.hasLength),
  detail: (page, row) => page.details[(page.column('detail')[row] ?? 0) - 1] ?? '{}',
  provenance: (page, row) => page.details[(page.column('provenance')[row] ?? 0) - 1] ?? '{}',
  stack: (page, row) => whole(page.column('stack')[row] || undefined),
};

const contextOptional = (name: 'duration' | 'tid' | 'status', flag: number): ColumnReader<ContextPage> => (page, row) =>
  ((page.column('flags')[row] ?? 0) & flag) === 0 ? null : whole(page.column(name)[row]);
/** Stored one higher than they are. */
const lessOne = (name: 'process' | 'operation'): ColumnReader<ContextPage> => (page, row) => {
  const number = page.column(name)[row] ?? 0;
  return number === 0 ? null : whole(number - 1);
};

const contextValues: Readonly<Record<string, ColumnReader<ContextPage>>> = {
  source_index: (page, row) => whole(page.column('sourceIndex')[row]),
  time: (page, row) => page.column('time')[row] ?? 0n,
  duration: contextOptional('duration', 1),
  process_number: lessOne('process'),
  tid: contextOptional('tid', 2),
  class: (page, row) => contextClasses[page.column('contextClass')[row] ?? 0] ?? 'other',
  name: (page, row) => page.texts[(page.column('name')[row] ?? 0) - 1] ?? '',
  path: (page, row) => page.texts[(page.column('path')[row] ?? 0) - 1] ?? null,
  status: contextOptional('status', 4),
  detail: (page, row) => page.details[(page.column('detail')[row] ?? 0) - 1] ?? '{}',
  operation_source_index: lessOne('operation'),
};

// A number would become a floating-point one in SQLite.
function whole(value: number | bigint | undefined): Value {
  if (value === undefined) return null;
  return typeof value === 'bigint' ? value : Number.isInteger(value) ? BigInt(value) : value;
}

function addPagedViews(db: Database, pages: Database): void {
  db.exec(`CREATE TEMP TABLE page_row (n INTEGER PRIMARY KEY);
    WITH RECURSIVE row (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM row WHERE n < ${rowsPerPage - 1}) INSERT INTO page_row SELECT n FROM row`);
  addFunctions(db, 'operation', operationValues, new PageReader(pages, pageKinds.operations, operationSchema));
  addFunctions(db, 'context', contextValues, new PageReader(pages, pageKinds.context, contextSchema));
  const process = (what: string, of: string): string => `(SELECT ${what} FROM process WHERE trace = p.trace AND number = ${of}_process_number(p.block, p.count, r.n))`;
  const value = (of: string) => (name: string): string => {
    if (name === 'process_number') return `${process('name', of)} AS process, ${process('pid', of)} AS pid`;
    return `${of}_${name}(p.block, p.count, r.n) AS ${name}`;
  };
  const view = (name: string, kind: PageKind, values: string): string => `CREATE TEMP VIEW ${name} AS SELECT p.trace, p.first + r.n AS "index", ${values}
    FROM page p CROSS JOIN page_row r WHERE p.kind = ${kind} AND r.n < p.count`;
  db.exec(view('operations', pageKinds.operations, Object.keys(operationValues).map(value('operation')).join(', ')));
  db.exec(view('context_events', pageKinds.context, Object.keys(contextValues).map(value('context')).join(', ')));
}

function addFunctions<S extends typeof operationSchema | typeof contextSchema>(
  db: Database, prefix: string, values: Readonly<Record<string, ColumnReader<StoredPage<S>>>>, reader: PageReader<S>,
): void {
  // A query walks through one page after the other.
  let last: { readonly block: number; readonly page: StoredPage<S> } | null = null;
  const pageOf = (block: number, count: number): StoredPage<S> => {
    if (last?.block !== block) {
      last = { block, page: reader.open({ first: 0, count, firstTime: 0n, firstSource: 0, lastTime: 0n, lastSource: 0, summary: null, block }) };
    }
    return last.page;
  };
  for (const [name, read] of Object.entries(values)) {
    db.function(`${prefix}_${name}`, { deterministic: true }, (block: unknown, count: unknown, row: unknown) => read(pageOf(Number(block), Number(count)), Number(row)));
  }
}

// ---- recorded stacks

/** `stacks(TRACE, INDEX)`: the frames of one operation's stack. */
function addStacksTable(db: Database, pages: Database): void {
  const reader = new TraceReader(pages);
  db.table('stacks', {
    columns: ['frame', 'address', 'kernel', 'module', 'offset', 'location'],
    parameters: ['of_trace', 'of_index'],
    directOnly: true,
    rows: function* (trace?: unknown, index?: unknown) {
      const frames = trace === undefined || index === undefined ? null : reader.stack(Number(trace), Number(index));
      for (const [number, frame] of (frames ?? []).entries()) {
        const offset = frame.offset === null ? null : BigInt(frame.offset);
        yield [BigInt(number), `0x${frame.address.toString(16).padStart(16, '0')}`, frame.kernel ? 1n : 0n, frame.module, offset, frame.location];
      }
    },
  });
}

// ---- events of runs

const eventColumnNames = [
  'run', 'number', 'operation', 'issued', 'sequence', 'kind', 'depth', 'layer', 'thread', 'irql', 'status', 'information', 'result', 'line', 'name', 'rule', 'detail',
];

/** `SELECT ... FROM events`, or `events(3)` for run 3 alone, which reads only that run's pages. */
function addEventsTable(db: Database, pages: Database): void {
  const reader = new RunReader(pages);
  db.table('events', {
    columns: eventColumnNames,
    parameters: ['only_run'],
    directOnly: true,
    rows: function* (onlyRun?: unknown) {
      const runs = typeof onlyRun === 'number' || typeof onlyRun === 'bigint' ? [Number(onlyRun)] : reader.runs().map((run) => run.id);
      for (const run of runs) {
        for (const page of reader.matchingPages(run, { operation: null, kinds: null })) yield* pageRows(run, page);
      }
    },
  });
}

function* pageRows(run: number, page: EventPage): Generator<unknown[]> {
  const c = page.columns;
  const text = (index: number | undefined): string | null => (index === undefined || index === 0 ? null : pageText(page, index));
  for (let row = 0; row < page.count; row++) {
    const result = c.result[row] ?? 0;
    yield [
      run, page.first + row, c.operation[row], c.issued[row], c.sequence[row], eventKinds[c.kind[row] ?? 0], c.depth[row], c.layer[row], c.thread[row], c.irql[row], c.status[row], c.information[row],
      result === noResult ? null : result, c.line[row] === 0 ? null : c.line[row], text(c.name[row]), text(c.rule[row]), text(c.detail[row]),
    ];
  }
}
