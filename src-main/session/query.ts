/**
 * SQL from the user: reads only.
 *
 * Three locks: the file is opened read-only, `query_only` is on, and a statement that is not a plain reader is refused before it
 * runs. `operations`, `context_events`, `stacks` and `events` are made on this connection (queryTables.ts).
 */
import Sqlite from 'better-sqlite3';
import { openForReading, readNewest, type Database } from './database.ts';
import { sessionErrors } from './errors.ts';
import { addQueryTables } from './queryTables.ts';

export type SqlValue = null | number | bigint | string | Uint8Array;

export interface QueryAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** True where rows beyond the limit were left out. */
  readonly more: boolean;
}

export function runQuery(path: string, sql: string, limit: number): QueryAnswer {
  return readNewest(path, (newest) => queryFile(newest, sql, limit));
}

function queryFile(path: string, sql: string, limit: number): QueryAnswer {
  const db = openForReading(path);
  // A virtual table may not run statements on the connection that is reading it.
  const pages = openForReading(path);
  try {
    db.pragma('query_only = OFF');
    addQueryTables(db, pages);
    db.pragma('query_only = ON');
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
