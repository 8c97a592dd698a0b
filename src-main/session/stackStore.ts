/** Drivers with their versions, and breakpoints. Every saved source is kept as a version of its own. */
import type { DriverFile, NamedFile } from '../base/driverLines.ts';
import type { Database } from './database.ts';

export interface StoredDriver {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly altitude: string;
  readonly enabled: boolean;
  readonly bundled: boolean;
  /** JSON of the manifest beside the source. */
  readonly manifest: string;
  readonly version: number;
  readonly source: string;
  /** The files beside it. */
  readonly files: readonly DriverFile[];
  /** The service script beside it; empty where there is none. */
  readonly service: string;
  /** Proof that this user wrote or trusted source and script; checked by whoever has the key. */
  readonly mac: string;
}

export interface StoredBreakpoint {
  readonly id: number;
  readonly enabled: boolean;
  readonly driver: number | null;
  /** JSON: what it stops at, for which operations, and what it does then. */
  readonly spec: string;
  /** Empty: none. */
  readonly group: string;
  readonly hits: number;
}

const driverSql = `SELECT d.id, d.name, d.description, d.altitude, d.enabled, d.bundled, d.manifest, v.version, v.source, v.files, v.service, v.mac
  FROM driver d JOIN driver_version v ON v.driver = d.id AND v.version = (SELECT max(version) FROM driver_version WHERE driver = d.id)`;

type DriverRow = Omit<StoredDriver, 'enabled' | 'bundled' | 'files'> & { readonly enabled: number; readonly bundled: number; readonly files: string };
/** What a version is made of. */
export type DriverContents = Pick<StoredDriver, 'source' | 'files' | 'service'>;
type BreakpointRow = Omit<StoredBreakpoint, 'enabled'> & { enabled: number };

const breakpointSql = 'SELECT id, enabled, driver, spec, group_name AS "group", hits FROM breakpoint ORDER BY id';

export class StackReader {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  drivers(): StoredDriver[] {
    return (this.#db.prepare(`${driverSql} WHERE d.removed = 0 ORDER BY d.id`).all() as DriverRow[]).map(driver);
  }

  driver(id: number): StoredDriver | undefined {
    const row = this.#db.prepare(`${driverSql} WHERE d.removed = 0 AND d.id = ?`).get(id) as DriverRow | undefined;
    return row && driver(row);
  }

  /** A driver as a version has it, whether it is still in the list or not. */
  driverVersion(id: number, version: number): StoredDriver | undefined {
    const sql = `SELECT d.id, d.name, d.description, d.altitude, d.enabled, d.bundled, d.manifest, v.version, v.source, v.files, v.service, v.mac
      FROM driver d JOIN driver_version v ON v.driver = d.id WHERE d.id = ? AND v.version = ?`;
    const row = this.#db.prepare(sql).get(id, version) as DriverRow | undefined;
    return row && driver(row);
  }

  /** Every version of a driver, newest first. */
  versions(id: number): { readonly version: number; readonly source: string; readonly files: readonly DriverFile[]; readonly saved: bigint }[] {
    const rows = this.#db.prepare('SELECT version, source, files, saved FROM driver_version WHERE driver = ? ORDER BY version DESC').safeIntegers().all(id) as { version: bigint; source: string; files: string; saved: bigint }[];
    return rows.map(({ version, source, files, saved }) => ({ version: Number(version), source, files: filesOf(files), saved: BigInt(saved) }));
  }

  /** Every file beside the entry that any version has, by slot, under the name in the newest version that has it. */
  fileNames(id: number): NamedFile[] {
    const texts = this.#db.prepare("SELECT files FROM driver_version WHERE driver = ? AND files <> '' ORDER BY version").pluck().all(id) as string[];
    const names = new Map(texts.flatMap(filesOf).map(({ slot, name }) => [slot, name]));
    return [...names].map(([slot, name]) => ({ slot, name }));
  }

  driverName(id: number): string | undefined {
    return this.#db.prepare('SELECT name FROM driver WHERE id = ?').pluck().get(id) as string | undefined;
  }

  breakpoints(): StoredBreakpoint[] {
    return (this.#db.prepare(breakpointSql).all() as BreakpointRow[]).map((row) => ({ ...row, enabled: row.enabled === 1 }));
  }
}

export class StackWriter {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  addDriver(d: Omit<StoredDriver, 'id' | 'version'>, saved: bigint): number {
    return this.#db.transaction(() => {
      const { lastInsertRowid } = this.#db
        .prepare('INSERT INTO driver (name, description, altitude, enabled, bundled, manifest) VALUES (?,?,?,?,?,?)')
        .run(d.name, d.description, d.altitude, Number(d.enabled), Number(d.bundled), d.manifest);
      this.#db.prepare('INSERT INTO driver_version (driver, version, source, files, service, saved, mac) VALUES (?,1,?,?,?,?,?)').run(lastInsertRowid, d.source, filesText(d.files), d.service, saved, d.mac);
      return Number(lastInsertRowid);
    }).immediate();
  }

  updateDriver(id: number, fields: { name?: string; altitude?: string; enabled?: boolean }): void {
    this.#db
      .prepare('UPDATE driver SET name = coalesce(?, name), altitude = coalesce(?, altitude), enabled = coalesce(?, enabled) WHERE id = ?')
      .run(fields.name ?? null, fields.altitude ?? null, fields.enabled === undefined ? null : Number(fields.enabled), id);
  }

  addVersion(id: number, { source, files, service }: DriverContents, mac: string, saved: bigint): void {
    this.#db
      .prepare('INSERT INTO driver_version (driver, version, source, files, service, saved, mac) SELECT ?, max(version) + 1, ?, ?, ?, ?, ? FROM driver_version WHERE driver = ?')
      .run(id, source, filesText(files), service, saved, mac, id);
  }

  /** Replaces the proof of the newest version: the user trusts it as it is. */
  setMac(id: number, mac: string): void {
    this.#db.prepare('UPDATE driver_version SET mac = ? WHERE driver = ? AND version = (SELECT max(version) FROM driver_version WHERE driver = ?)').run(mac, id, id);
  }

  /** Its versions stay in the file; only the list forgets it. */
  removeDriver(id: number): void {
    this.#db.transaction(() => {
      this.#db.prepare('UPDATE driver SET removed = 1, enabled = 0 WHERE id = ?').run(id);
      this.#db.prepare('DELETE FROM breakpoint WHERE driver = ?').run(id);
    }).immediate();
  }

  addBreakpoint(b: Omit<StoredBreakpoint, 'id'>): number {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO breakpoint (enabled, driver, spec, group_name, hits) VALUES (?,?,?,?,?)')
      .run(Number(b.enabled), b.driver, b.spec, b.group, b.hits);
    return Number(lastInsertRowid);
  }

  updateBreakpoint(id: number, b: Omit<StoredBreakpoint, 'id' | 'hits'>): void {
    this.#db.prepare('UPDATE breakpoint SET enabled = ?, driver = ?, spec = ?, group_name = ? WHERE id = ?').run(Number(b.enabled), b.driver, b.spec, b.group, id);
  }

  setHits(hits: ReadonlyMap<number, number>): void {
    const update = this.#db.prepare('UPDATE breakpoint SET hits = ? WHERE id = ?');
    this.#db.transaction(() => {
      for (const [id, count] of hits) update.run(count, id);
    }).immediate();
  }

  removeBreakpoint(id: number): void {
    this.#db.prepare('DELETE FROM breakpoint WHERE id = ?').run(id);
  }
}

function driver(row: DriverRow): StoredDriver {
  return { ...row, files: filesOf(row.files), enabled: row.enabled === 1, bundled: row.bundled === 1 };
}

const filesText = (files: readonly DriverFile[]): string => (files.length === 0 ? '' : JSON.stringify(files));
const filesOf = (text: string): readonly DriverFile[] => (text === '' ? [] : (JSON.parse(text) as DriverFile[]));
