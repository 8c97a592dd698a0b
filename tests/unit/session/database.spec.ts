import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate, openForReading, openForWriting } from '../../../src-main/session/database.ts';
import { applicationId, newestVersion, SessionTooNewError } from '../../../src-main/session/index.ts';
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
});
