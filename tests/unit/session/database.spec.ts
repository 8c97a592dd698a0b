import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate, openForReading, openForWriting } from '../../../src-main/session/database.ts';
import { applicationId, newestVersion, openSession, peekSession, runQuery, SessionTooNewError } from '../../../src-main/session/index.ts';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import { readBreakpoint } from '../../../src-main/debugger/readBreakpoint.ts';
import { migrations } from '../../../src-main/session/migrations/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
let next = 1;
const file = (): string => path.join(folder, `${next++}.fltreplay`);

function made(): string {
  const name = file();
  openForWriting(name, 'create').close();
  return name;
}

/** Changes a session behind the program's back. */
function tamper(name: string, sql: string): void {
  const db = new Sqlite(name);
  db.exec(sql);
  db.close();
}

describe('opening a session', () => {
  it('marks a new file as ours, in WAL mode, at the newest version', () => {
    const db = openForWriting(made(), 'existing');
    expect(db.pragma('application_id', { simple: true })).toBe(0x464c5452);
    expect(applicationId).toBe(0x464c5452);
    expect(db.pragma('user_version', { simple: true })).toBe(newestVersion);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    db.close();
  });

  it('refuses a file from a newer program with both numbers', () => {
    const name = made();
    tamper(name, 'PRAGMA user_version = 97');
    try {
      openForReading(name);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SessionTooNewError);
      expect((error as SessionTooNewError).message).toContain('version 97');
      expect((error as SessionTooNewError).message).toContain(`up to ${newestVersion}`);
    }
  });

  it('refuses what is no session in one sentence, and leaves it alone', () => {
    const text = file();
    writeFileSync(text, 'This is not a database at all, but a letter of some length.'.repeat(40));
    expect(() => openForWriting(text, 'existing')).toThrow(/is no SQLite database, not a FltReplay session/);
    const foreign = file();
    tamper(foreign, 'CREATE TABLE bookmarks (id)');
    expect(() => openForWriting(foreign, 'existing')).toThrow(/SQLite database of another program/);
    expect(() => openForReading(path.join(folder, 'absent.fltreplay'))).toThrow(/There is no session file/);
  });

  it.each([
    ['a trigger', 'CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM trace; END', /extra trigger t/],
    ['another view', 'DROP VIEW traces; CREATE VIEW traces AS SELECT 1 AS trace', /view traces was changed/],
    ['a missing table', 'DROP TABLE note', /table note is missing/],
  ])('refuses a session with %s, which a stranger may have planted', (_what, sql, message) => {
    const name = made();
    tamper(name, sql);
    expect(() => openForReading(name)).toThrow(message);
    expect(() => openForWriting(name, 'existing')).toThrow(message);
  });

  it('cannot write through a reading connection', () => {
    const db = openForReading(made());
    expect(() => db.prepare("INSERT INTO property VALUES ('a', 1)").run()).toThrow(/readonly/);
    db.close();
  });

  it('has migrations numbered from 1 without a gap, each of which brings its file up to date', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, at) => at + 1));
    for (const { version } of migrations) {
      const name = file();
      const db = new Sqlite(name);
      db.pragma(`application_id = ${applicationId}`);
      migrate(db, version);
      expect(db.pragma('user_version', { simple: true })).toBe(version);
      db.close();
      const again = openForWriting(name, 'existing');
      expect(again.pragma('user_version', { simple: true })).toBe(newestVersion);
      again.close();
    }
  });

  it('gives drivers of version 1 no service script', () => {
    const name = file();
    const db = new Sqlite(name);
    db.pragma(`application_id = ${applicationId}`);
    migrate(db, 1);
    db.exec("INSERT INTO driver (name, description, altitude, enabled, bundled, manifest) VALUES ('mine', '', '1', 1, 0, '{}'); INSERT INTO driver_version VALUES (1, 1, 'source', 5, 'proof')");
    db.close();
    const again = openForWriting(name, 'existing');
    expect(again.prepare('SELECT source, service, mac FROM driver_version').get()).toEqual({ source: 'source', service: '', mac: 'proof' });
    expect(again.prepare('SELECT name, source, service FROM drivers').get()).toEqual({ name: 'mine', source: 'source', service: '' });
    again.close();
  });

  it('gives sessions of version 10 no saved filters, and room for them', () => {
    const name = file();
    const db = new Sqlite(name);
    db.pragma(`application_id = ${applicationId}`);
    migrate(db, 10);
    db.close();
    const session = openSession(name, 'existing');
    expect(session.reader.filters.all()).toEqual([]);
    session.writer.filters.save('reads', 'operation = ReadFile');
    expect(runQuery(name, 'SELECT name, text FROM filters', 10).rows).toEqual([['reads', 'operation = ReadFile']]);
    session.close();
  });

  it('turns the breakpoints of version 7 into what they are now, and keeps the columns of their view', () => {
    const name = file();
    const db = new Sqlite(name);
    db.pragma(`application_id = ${applicationId}`);
    migrate(db, 7);
    db.exec(`
      INSERT INTO driver (id, name, description, altitude, enabled, bundled, manifest) VALUES (2, 'mine', '', '1', 1, 0, '{}');
      INSERT INTO breakpoint VALUES (4, 1, 'callback', 2, 'status', 3, '*.docx', 'error', NULL, 7), (9, 0, 'line', 2, NULL, NULL, NULL, NULL, 31, 0), (11, 1, 'callback', NULL, 'pre', NULL, '', '', NULL, 0);
    `);
    db.close();
    const session = openSession(name, 'existing');
    const stored = session.reader.stack.breakpoints();
    expect(stored.map(({ id, enabled, driver, group, hits }) => [id, enabled, driver, group, hits])).toEqual([[4, true, 2, '', 7], [9, false, 2, '', 0], [11, true, null, '', 0]]);
    expect(stored.map(({ spec }) => readBreakpoint(JSON.parse(spec)))).toEqual([
      { kind: 'ok', spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['status'] }, driverId: 2, where: { major: 3, path: '*.docx', status: 'error' } }) },
      { kind: 'ok', spec: breakpointSpec({ at: { kind: 'line', line: 31 }, driverId: 2 }) },
      { kind: 'ok', spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] } }) },
    ]);
    session.close();
    const again = openForWriting(name, 'existing');
    expect(again.prepare('SELECT kind, driver, callback, major, path, line, hits, group_name FROM breakpoints').all()).toEqual([
      { kind: 'callback', driver: 'mine', callback: 'status', major: 3, path: '*.docx', line: null, hits: 7, group_name: '' }, { kind: 'line', driver: 'mine', callback: null, major: null, path: null, line: 31, hits: 0, group_name: '' },
      { kind: 'callback', driver: null, callback: 'pre', major: null, path: '', line: null, hits: 0, group_name: '' },
    ]);
    again.close();
  });

  it('keeps the notes of version 11, as notes without a point that bookmark nothing', () => {
    const name = file();
    const db = new Sqlite(name);
    db.pragma(`application_id = ${applicationId}`);
    migrate(db, 11);
    db.exec("INSERT INTO note (trace, operation, created, text) VALUES (NULL, NULL, 5, 'seen')");
    db.close();
    const again = openForWriting(name, 'existing');
    expect(again.prepare('SELECT * FROM notes').get()).toEqual({ note: 1, trace: null, operation: null, created: 5, text: 'seen', run: null, issued: null, sequence: null, bookmark: 0 });
    again.close();
  });

  it('reads event pages of version 5 as they are', () => {
    const name = file();
    const db = new Sqlite(name);
    db.pragma(`application_id = ${applicationId}`);
    migrate(db, 5);
    // Two rows of fifteen columns: each column's number times ten, and one more.
    const columns = Uint32Array.from({ length: 30 }, (_, at) => (at >> 1) * 10 + (at % 2));
    db.prepare("INSERT INTO event_page VALUES (1, 0, 2, 0, 1, 1, ?, '[\"FV-084\"]')").run(new Uint8Array(columns.buffer));
    db.close();
    const session = openSession(name, 'existing');
    const [page] = session.reader.runs.eventPages(1, 0, 1);
    expect([...(page?.columns.operation ?? [])]).toEqual([0, 1]);
    expect([...(page?.columns.detail ?? [])]).toEqual([140, 141]);
    expect(page?.texts).toEqual(['FV-084']);
    // It has no summary, so a search opens it whatever it looks for.
    const opened = session.reader.runs.nextPage(1, -1, 'forward', { operation: null, kinds: null, may: () => false });
    expect(typeof opened === 'object' && opened?.texts).toEqual(['FV-084']);
    session.close();
  });

  it('turns the rows of version 2 into pages and keeps everything', () => {
    const name = file();
    const db = new Sqlite(name);
    db.pragma(`application_id = ${applicationId}`);
    migrate(db, 2);
    // Two traces with more rows than a page; every field once with a value and once without, and a second id for an equal text.
    db.exec(`
      INSERT INTO trace (id, name, state, operations, first_time, last_time, report) VALUES (1, 'one.PML', 'complete', 10000, 100, 109999, '{"events":10001}'), (3, 'two.csv', 'cancelled', 1, 5, 5, '{}');
      INSERT INTO process (trace, number, pid, name) VALUES (1, 0, 4120, 'notes.exe');
      INSERT INTO name VALUES (1, 'ReadFile'), (2, 'CreateFile'), (3, 'ReadFile');
      INSERT INTO path VALUES (1, 'C:\\docs\\plan.txt'), (2, ''), (3, 'C:\\docs\\plan.txt');
      INSERT INTO detail VALUES (1, '{}'), (2, '{"AllocationSize":{"$bigint":"18446744073709551615"}}'), (3, '{"information":"assumed"}');
      WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < 10000)
      INSERT INTO operation SELECT 4294967296 + n, n * 2, 100 + n * 10, CASE WHEN n % 2 THEN n END, 0, 700 + n % 3, 1 + n % 3, CASE WHEN n % 2 THEN 3 END, n % 4, n % 4,
        CASE WHEN n % 5 THEN 1 + n % 3 END, CASE WHEN n % 2 THEN 3221225506 END, CASE WHEN n % 2 THEN 4096 END, 67, CASE WHEN n % 2 THEN -1 END, CASE WHEN n % 2 THEN 512 END, 1 + n % 2, 1 + 2 * (n % 2) FROM row;
      INSERT INTO operation VALUES (3 * 4294967296 + 1, 0, 5, NULL, 0, 1, 2, 0, 0, 0, NULL, 0, NULL, 0, NULL, NULL, 1, 1);
      INSERT INTO note (trace, operation, created, text) VALUES (1, 7, 1, 'look here');
    `);
    db.close();
    // One that is only looked at stays as it is.
    expect(runQuery(name, 'SELECT count(*), max(length) FROM operations', 1).rows).toEqual([[10_001, 512]]);
    expect(peekSession(name, ({ traces }) => traces.countsByProcess(1))).toEqual([{ name: 'notes.exe', pid: 4120, count: 10_000 }]);
    expect(readdirSync(folder).filter((entry) => entry.startsWith(path.basename(name)))).toEqual([path.basename(name)]);
    const session = openSession(name, 'existing');
    const { traces } = session.reader;
    expect(traces.traces()).toMatchObject([{ id: 1, operations: 10000, clockOffset: 0n, contextEvents: 0, report: { events: 10001 } }, { id: 3, state: 'cancelled', operations: 1 }]);
    expect(traces.operation(1, 9997)).toEqual({
      index: 9997, sourceIndex: 19_994, time: 100_070n, duration: 9997n, process: 0, processName: 'notes.exe', pid: 4120, tid: 701, operation: 'CreateFile', major: 3, minor: 1, kind: 'fastio', path: '',
      status: 3221225506, information: 4096, irpFlags: 67, offset: -1n, length: 512, detail: { AllocationSize: 18446744073709551615n }, provenance: { information: 'assumed' }, hasStack: false,
    });
    expect(traces.operation(1, 10_000)).toMatchObject({ duration: null, major: null, path: null, status: null, information: null, offset: null, length: null, detail: {}, provenance: {}, kind: 'irp' });
    expect(traces.countsByOperation(1)).toEqual([{ name: 'ReadFile', count: 6666 }, { name: 'CreateFile', count: 3334 }]);
    expect(traces.range(1, 4090, 4100).map((row) => row.index)).toEqual(Array.from({ length: 11 }, (_, at) => 4090 + at));
    expect(traces.range(3, 1, 5)).toMatchObject([{ index: 1, operation: 'CreateFile', time: 5n, path: null, status: 0 }]);
    session.close();
  });
});
