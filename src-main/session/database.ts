/**
 * Opening session files: the only place that loads better-sqlite3.
 *
 * A session file may come from a stranger. Before anything in it is used, its `application_id` and version are checked and its
 * schema is compared with what our own migrations make, so no foreign view, trigger or generated column is ever run.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { sessionErrors, SessionTooNewError } from './errors.ts';
import { migrations, newestVersion } from './migrations/index.ts';

export type Database = Sqlite.Database;
export type Statement = Sqlite.Statement;

/** `PRAGMA application_id` of a session file: "FLTR" in ASCII. */
export const applicationId = 0x464c5452;

/** How long a writer waits for another one (the import worker beside the host, the command line beside the application). */
const busyMilliseconds = 10_000;

/** Opens a session for writing: made when absent, brought to the newest version when older. */
export function openForWriting(path: string, create: 'create' | 'existing'): Database {
  if (create === 'existing' && !existsSync(path)) throw sessionErrors.missing(path);
  const isNew = !existsSync(path);
  const db = connect(path, false);
  try {
    // Before the write-ahead log, so that the file's own header says at once what it is.
    if (isNew) prepareNew(db);
    else checkIdentity(db, path);
    db.pragma('journal_mode = WAL');
    // A crash of the program loses nothing that was committed; only a power cut may take the last moments.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    migrate(db);
    checkSchema(db, path);
    return db;
  } catch (error) {
    db.close();
    throw asUserError(error, path);
  }
}

/** Opens a session for reading: nothing that is run on this connection can change the file. */
export function openForReading(path: string): Database {
  if (!existsSync(path)) throw sessionErrors.missing(path);
  const db = connect(path, true);
  try {
    checkIdentity(db, path);
    checkSchema(db, path);
    db.pragma('query_only = ON');
    return db;
  } catch (error) {
    db.close();
    throw asUserError(error, path);
  }
}

/**
 * Reads with `action`, and leaves no write-ahead log beside a session that had none.
 *
 * A connection that may not write cannot take its own empty log away; one that may does it on closing, unless somebody else is there.
 */
export function readTidily<T>(path: string, action: () => T): T {
  const hadLog = existsSync(`${path}-wal`);
  try {
    return action();
  } finally {
    if (!hadLog && existsSync(`${path}-wal`)) tidy(path);
  }
}

/**
 * Reads a session with `action`, which gets a file of the newest version: `path` itself, or a copy of an older one that is brought up
 * to date and deleted afterwards. A file that is only looked at stays as it is.
 */
export function readNewest<T>(path: string, action: (path: string) => T): T {
  return readTidily(path, () => {
    const db = openForReading(path);
    const folder = Number(db.pragma('user_version', { simple: true })) < newestVersion ? mkdtempSync(join(tmpdir(), 'fltreplay-')) : null;
    try {
      if (folder === null) return action(path);
      const copy = join(folder, 'copy.fltreplay');
      // query_only would forbid writing the copy as well; the original stays read-only by the way it was opened.
      db.pragma('query_only = OFF');
      db.prepare('VACUUM INTO ?').run(copy);
      openForWriting(copy, 'existing').close();
      return action(copy);
    } finally {
      db.close();
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    }
  });
}

function tidy(path: string): void {
  try {
    const db = new Sqlite(path, { timeout: 0 });
    db.pragma('user_version');
    db.close();
  } catch {
    // A folder that cannot be written to keeps its empty log.
  }
}

/** True where the file says of itself that it is a session of ours; no error for anything else. */
export function isSessionHeader(header: Uint8Array): boolean {
  const magic = 'SQLite format 3\0';
  for (let i = 0; i < magic.length; i++) if (header[i] !== magic.charCodeAt(i)) return false;
  const at = 68;
  const id = (((header[at] ?? 0) << 24) | ((header[at + 1] ?? 0) << 16) | ((header[at + 2] ?? 0) << 8) | (header[at + 3] ?? 0)) >>> 0;
  return id === applicationId;
}

function prepareNew(db: Database): void {
  // Large pages: rows come in streams, and event pages are hundreds of kilobytes.
  db.pragma('page_size = 16384');
  db.pragma(`application_id = ${applicationId}`);
}

function connect(path: string, readonly: boolean): Database {
  try {
    const db = new Sqlite(path, { readonly, timeout: busyMilliseconds });
    // Functions with side effects are out of reach for whatever SQL the file itself holds.
    db.pragma('trusted_schema = OFF');
    return db;
  } catch (error) {
    throw asUserError(error, path);
  }
}

function checkIdentity(db: Database, path: string): void {
  const id = Number(db.pragma('application_id', { simple: true })) >>> 0;
  const version = Number(db.pragma('user_version', { simple: true }));
  if (id !== applicationId) throw sessionErrors.notSession(path, 'an SQLite database of another program');
  if (version > newestVersion) throw new SessionTooNewError(path, version, newestVersion);
}

/** Runs the steps that the file has not seen, each in a transaction of its own. */
export function migrate(db: Database, upTo = newestVersion): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  for (const migration of migrations) {
    if (migration.version <= version || migration.version > upTo) continue;
    db.transaction(() => {
      db.exec(migration.sql);
      migration.convert?.(db);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
}

const schemaSql = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name";
const expected = new Map<number, ReadonlyMap<string, string>>();

function schemaOf(db: Database): Map<string, string> {
  const rows = db.prepare(schemaSql).all() as { type: string; name: string; sql: string }[];
  return new Map(rows.map((row) => [`${row.type} ${row.name}`, row.sql]));
}

function expectedSchema(version: number): ReadonlyMap<string, string> {
  const known = expected.get(version);
  if (known) return known;
  const db = new Sqlite(':memory:');
  migrate(db, version);
  const schema = schemaOf(db);
  db.close();
  expected.set(version, schema);
  return schema;
}

function checkSchema(db: Database, path: string): void {
  const wanted = expectedSchema(Number(db.pragma('user_version', { simple: true })));
  const found = schemaOf(db);
  for (const [name, sql] of found) {
    if (!wanted.has(name)) throw sessionErrors.changedSchema(path, `it has an extra ${name}`);
    if (wanted.get(name) !== sql) throw sessionErrors.changedSchema(path, `its ${name} was changed`);
  }
  for (const name of wanted.keys()) if (!found.has(name)) throw sessionErrors.changedSchema(path, `its ${name} is missing`);
}

function asUserError(error: unknown, path: string): unknown {
  if (!(error instanceof Sqlite.SqliteError)) return error;
  if (error.code === 'SQLITE_NOTADB') return sessionErrors.notSession(path, 'no SQLite database');
  if (error.code.startsWith('SQLITE_CORRUPT')) return sessionErrors.unreadable(path, 'the file is damaged');
  if (error.code.startsWith('SQLITE_BUSY')) return sessionErrors.unreadable(path, 'another program is writing to it');
  return sessionErrors.unreadable(path, error.message);
}
