/**
 * SQL from the user: reads only.
 *
 * Three locks: the file is opened read-only, `query_only` is on, and a statement that is not a plain reader is refused before it
 * runs. `events` is a table made on this connection from the columnar pages, because SQL cannot look into them.
 */
import Sqlite from 'better-sqlite3';
import { eventKinds, noResult, pageText, type EventPage } from '../replay/eventPage.ts';
import { openForReading, readTidily, type Database } from './database.ts';
import { sessionErrors } from './errors.ts';
import { RunReader } from './runStore.ts';

export type SqlValue = null | number | bigint | string | Uint8Array;

export interface QueryAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** True where rows beyond the limit were left out. */
  readonly more: boolean;
}

const eventColumnNames = [
  'run', 'number', 'operation', 'issued', 'sequence', 'kind', 'depth', 'layer', 'thread', 'irql', 'status', 'information', 'result', 'line', 'name', 'rule', 'detail',
];

export function runQuery(path: string, sql: string, limit: number): QueryAnswer {
  return readTidily(path, () => queryFile(path, sql, limit));
}

function queryFile(path: string, sql: string, limit: number): QueryAnswer {
  const db = openForReading(path);
  // A virtual table may not run statements on the connection that is reading it.
  const pages = openForReading(path);
  try {
    addEventsTable(db, pages);
    return read(db, sql, limit);
  } finally {
    db.close();
    pages.close();
  }
}

function read(db: Database, sql: string, limit: number): QueryAnswer {
  try {
    const statement = db.prepare(sql);
    if (!statement.reader || !statement.readonly) throw sessionErrors.readOnlySql();
    const columns = statement.columns().map((column) => column.name);
    const rows: SqlValue[][] = [];
    let more = false;
    for (const row of statement.raw().safeIntegers().iterate() as IterableIterator<SqlValue[]>) {
      if (rows.length === limit) {
        more = true;
        break;
      }
      rows.push(row.map(plain));
    }
    return { columns, rows, more };
  } catch (error) {
    if (error instanceof Sqlite.SqliteError || error instanceof TypeError || error instanceof RangeError) throw sessionErrors.sql(error.message);
    throw error;
  }
}

function plain(value: SqlValue): SqlValue {
  if (typeof value !== 'bigint') return value;
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

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
