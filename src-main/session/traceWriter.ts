/**
 * Writes one trace while it is imported, on the importer's own connection.
 *
 * Rows are numbered as they come, because sources are sorted by issue time as a rule; where one was not, the numbers from the
 * first misplaced row on are put right at the end, by SQLite's sorter, which spills to disk instead of using memory.
 */
import type { DetailValue, ImportSummary, OperationKind, OperationRecord, TraceProcess } from '../trace/record.ts';
import type { Database, Statement } from './database.ts';
import { detailToText, type DetailObject } from './detailText.ts';
import { TextInterner } from './textInterner.ts';

/** Index is the number in column `kind`. */
export const operationKinds: readonly OperationKind[] = ['irp', 'fastio', 'fsfilter', 'other'];

/** Operation ids are `trace * idStep + number`. */
export const idStep = 2 ** 32;

const columns = [
  'id', 'source_index', 'time', 'duration', 'process', 'tid', 'name', 'major', 'minor', 'kind', 'path', 'status', 'information', 'irp_flags', 'offset', 'length', 'detail', 'provenance',
] as const;

/** One statement takes several rows: crossing into SQLite costs more than the row. */
const rowsPerStatement = 160;

export type FinalState = 'complete' | 'cancelled' | 'failed';

export class TraceWriter {
  readonly #db: Database;
  readonly #trace: number;
  readonly #many: Statement;
  readonly #one: Statement;
  readonly #process: Statement;
  readonly #progress: Statement;
  readonly #names: TextInterner;
  readonly #paths: TextInterner;
  readonly #details: TextInterner;
  readonly #provenances = new Map<object, number>();
  readonly #values = new Array<unknown>(columns.length * rowsPerStatement).fill(null);
  #pending = 0;
  #next = 1;
  #lastTime = -1n;
  /** Smallest time that came after a later one; null while everything is in order. */
  #lateTime: bigint | null = null;

  constructor(db: Database, trace: number) {
    this.#db = db;
    this.#trace = trace;
    // Checkpoints move pages into the file and wait for the disk: fewer of them while there is one long stream of inserts.
    db.pragma('wal_autocheckpoint = 4000');
    const row = `(${columns.map(() => '?').join(',')})`;
    const insert = `INSERT INTO operation (${columns.join(',')}) VALUES `;
    this.#many = db.prepare(insert + new Array<string>(rowsPerStatement).fill(row).join(','));
    this.#one = db.prepare(insert + row);
    this.#process = db.prepare('INSERT OR REPLACE INTO process VALUES (?,?,?,?,?,?,?,?,?,?,?,?)');
    this.#progress = db.prepare('UPDATE trace SET operations = ? WHERE id = ?');
    this.#names = new TextInterner(db, 'name', 4096);
    this.#paths = new TextInterner(db, 'path', 100_000);
    this.#details = new TextInterner(db, 'detail', 50_000);
  }

  /** Operations written so far. */
  get count(): number {
    return this.#next - 1;
  }

  processes(batch: readonly TraceProcess[]): void {
    this.#begin();
    for (const p of batch) {
      const is64 = p.is64Bit === null ? null : Number(p.is64Bit);
      this.#process.run(this.#trace, p.index, p.pid, p.parentPid, p.name, p.imagePath, p.commandLine, p.user, p.integrity, is64, p.startTime, p.endTime);
    }
  }

  operations(batch: readonly OperationRecord[]): void {
    this.#begin();
    for (const record of batch) this.#add(record);
  }

  /** Makes everything so far visible to readers and safe from a crash. */
  commit(): void {
    if (!this.#db.inTransaction) return;
    this.#writePending();
    this.#progress.run(this.count, this.#trace);
    this.#db.exec('COMMIT');
  }

  /** Puts the numbers right and stores the report: one transaction, so a reader never sees half of it. */
  finish(state: FinalState, summary: ImportSummary, sha256: string): void {
    this.#begin();
    this.#writePending();
    if (this.#lateTime !== null) renumber(this.#db, this.#trace, this.#lateTime);
    this.#db
      .prepare('UPDATE trace SET state = ?, operations = ?, format = ?, synthetic = ?, sha256 = ?, first_time = ?, last_time = ?, report = ? WHERE id = ?')
      .run(state, this.count, summary.format, summary.system['synthetic'] === true ? 1 : 0, sha256, summary.firstTime, summary.lastTime, reportText(summary), this.#trace);
    this.commit();
  }

  /** Keeps what was committed after something unforeseen, in order. */
  fail(): void {
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#db.transaction(() => {
      if (this.#lateTime !== null) renumber(this.#db, this.#trace, this.#lateTime);
      this.#db.prepare("UPDATE trace SET state = 'failed' WHERE id = ?").run(this.#trace);
    }).immediate();
  }

  #begin(): void {
    if (!this.#db.inTransaction) this.#db.exec('BEGIN IMMEDIATE');
  }

  #add(r: OperationRecord): void {
    if (r.time < this.#lastTime) {
      if (this.#lateTime === null || r.time < this.#lateTime) this.#lateTime = r.time;
    } else {
      this.#lastTime = r.time;
    }
    // One array for ever, filled in the order of `columns`: this is the innermost loop of an import.
    const v = this.#values;
    let at = this.#pending * columns.length;
    v[at++] = this.#trace * idStep + this.#next++;
    v[at++] = r.sourceIndex;
    v[at++] = r.time;
    v[at++] = r.duration;
    v[at++] = r.process;
    v[at++] = r.tid;
    v[at++] = this.#names.id(r.operation);
    v[at++] = r.major;
    v[at++] = r.minor;
    v[at++] = operationKinds.indexOf(r.kind);
    v[at++] = r.path === null ? null : this.#paths.id(r.path);
    v[at++] = r.status;
    v[at++] = r.information;
    v[at++] = r.irpFlags;
    v[at++] = r.offset === null ? null : BigInt.asIntN(64, r.offset);
    v[at++] = r.length;
    v[at++] = this.#details.id(detailToText(r.detail));
    v[at++] = this.#provenanceId(r.provenance);
    if (++this.#pending < rowsPerStatement) return;
    this.#many.run(v);
    this.#pending = 0;
  }

  // Importers share a handful of provenance objects, so the object itself is the key.
  #provenanceId(provenance: DetailObject): number {
    const known = this.#provenances.get(provenance);
    if (known !== undefined) return known;
    if (this.#provenances.size > 1024) this.#provenances.clear();
    const id = this.#details.id(detailToText(provenance));
    this.#provenances.set(provenance, id);
    return id;
  }

  #writePending(): void {
    for (let row = 0; row < this.#pending; row++) this.#one.run(this.#values.slice(row * columns.length, (row + 1) * columns.length));
    this.#pending = 0;
  }
}

/** The report as stored: what the summary says beside the columns of `trace`. */
function reportText(summary: ImportSummary): string {
  return detailToText({
    events: summary.events,
    operations: summary.operations,
    bytes: summary.bytes,
    skipped: summary.skipped.map((row) => ({ ...row })),
    skippedOperations: (summary.skippedOperations ?? []).map((row) => ({ ...row })),
    damaged: summary.damaged.map((row) => ({ ...row })),
    system: summary.system as DetailValue,
  });
}

/** Sorts the operations of a trace by time, ties by source order, from the first one later than `lateTime` on. */
export function renumber(db: Database, trace: number, lateTime: bigint): void {
  const low = trace * idStep;
  const high = low + idStep - 1;
  const from = db.prepare('SELECT min(id) FROM operation WHERE id BETWEEN ? AND ? AND time > ?').pluck().get(low, high, lateTime) as number | null;
  if (from === null) return;
  const rest = columns.slice(1).join(',');
  db.exec('DROP TABLE IF EXISTS temp.sorted');
  db.prepare(`CREATE TEMP TABLE sorted AS SELECT ${rest} FROM operation WHERE id BETWEEN ${from} AND ${high} ORDER BY time, source_index`).run();
  db.prepare('DELETE FROM operation WHERE id BETWEEN ? AND ?').run(from, high);
  db.prepare(`INSERT INTO operation (id, ${rest}) SELECT ${from} - 1 + rowid, ${rest} FROM sorted ORDER BY rowid`).run();
  db.exec('DROP TABLE temp.sorted');
}
