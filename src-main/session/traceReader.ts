/** Reads traces and their operations, a page at a time. Every query takes its values as parameters. */
import { OperationPageBuilder, type OperationPage } from '../replay/operationPage.ts';
import type { NTSTATUS } from '../nt/ntStatus.ts';
import type { ContextClass, OperationIndex, ProcessIndex, TraceModule, TraceProcess, TraceTime } from '../trace/record.ts';
import type { Database, Statement } from './database.ts';
import { detailFromText } from './detailText.ts';
import type { ContextFilter, ListedOperation, LostMark, StoredContextEvent, StoredOperation, StoredReport, StoredStackFrame, StoredTrace } from './traceTypes.ts';
import { idStep, operationKinds } from './traceWriter.ts';

/** A condition on operations as SQL over the joins of `operationSource`, with its values. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly (string | number | bigint)[];
}

const listColumns = `o.id & 4294967295, o.source_index, o.time, o.duration, o.process, o.tid, n.value, o.major, o.minor, o.kind, t.value, o.status, o.information,
  o.irp_flags, o.offset, o.length, p.name, p.pid`;
const detailColumns = `${listColumns}, d.value, v.value`;

/** The joins behind every reading of operations: o operation, n name, t path, p process, d detail, v provenance. */
const listSource = `operation o
  LEFT JOIN name n ON n.id = o.name LEFT JOIN path t ON t.id = o.path LEFT JOIN process p ON p.trace = o.id >> 32 AND p.number = o.process`;
export const operationSource = `${listSource} LEFT JOIN detail d ON d.id = o.detail LEFT JOIN detail v ON v.id = o.provenance`;

type Row = readonly unknown[];

export class TraceReader {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  traces(): StoredTrace[] {
    return this.#all('SELECT id, name, source_path, sha256, format, synthetic, state, operations, first_time, last_time, report FROM trace ORDER BY id').map((row) => this.#trace(row));
  }

  trace(id: number): StoredTrace | undefined {
    return this.traces().find((trace) => trace.id === id);
  }

  /** Known without counting: the importer keeps it. */
  count(trace: number): number {
    return Number(this.#all('SELECT operations FROM trace WHERE id = ?', trace)[0]?.[0] ?? 0);
  }

  /** Operations `from` to `to`, inclusive. */
  range(trace: number, from: number, to: number): ListedOperation[] {
    return this.#all(`SELECT ${listColumns} FROM ${listSource} WHERE o.id BETWEEN ? AND ? ORDER BY o.id`, id(trace, from), id(trace, to)).map(listed);
  }

  operation(trace: number, index: number): StoredOperation | undefined {
    const row = this.#all(`SELECT ${detailColumns} FROM ${operationSource} WHERE o.id = ?`, id(trace, index))[0];
    return row && stored(row);
  }

  /** Operations after number `after` where the condition holds: `limit` of them, beginning `offset` further on. */
  select(trace: number, after: number, offset: number, limit: number, where: SqlCondition | null): StoredOperation[] {
    // Without a condition the position is the number: a range of the key, whatever the offset.
    if (where === null) return this.#rowsAfter(trace, after + offset, limit, null, 0).map(stored);
    return this.#rowsAfter(trace, after, limit, where, offset).map(stored);
  }

  countWhere(trace: number, where: SqlCondition | null): number {
    if (where === null) return this.count(trace);
    const sql = `SELECT count(*) FROM ${operationSource} WHERE o.id BETWEEN ? AND ? AND (${where.sql})`;
    return Number(this.#all(sql, id(trace, 0), id(trace + 1, 0) - 1, ...where.values)[0]?.[0] ?? 0);
  }

  /** First and last number where the condition holds; null where none does. */
  span(trace: number, where: SqlCondition | null): { first: number; last: number; count: number } | null {
    if (where === null) {
      const count = this.count(trace);
      return count === 0 ? null : { first: 1, last: count, count };
    }
    const sql = `SELECT min(o.id) & 4294967295, max(o.id) & 4294967295, count(*) FROM ${operationSource} WHERE o.id BETWEEN ? AND ? AND (${where.sql})`;
    const row = this.#all(sql, id(trace, 0), id(trace + 1, 0) - 1, ...where.values)[0] ?? [];
    return Number(row[2]) === 0 ? null : { first: Number(row[0]), last: Number(row[1]), count: Number(row[2]) };
  }

  /** Columns for the engine host; details go through as text. */
  operationPage(trace: number, after: number, limit: number, where: SqlCondition | null): OperationPage {
    const rows = this.#rowsAfter(trace, after, limit, where, 0);
    const page = new OperationPageBuilder(rows.length);
    for (const row of rows) page.add(listed(row), text(row[18]) ?? '{}', text(row[19]) ?? '{}');
    return page.finish();
  }

  /** First operation from `from` on, in the given direction, whose path, operation or process name contains `text`, without case. */
  find(trace: number, needle: string, from: number, backwards: boolean): number | null {
    const contains = (column: string): string => `instr(lower(${column}), ?) > 0`;
    const [low, high] = backwards ? [id(trace, 1), id(trace, from)] : [id(trace, from), id(trace + 1, 0) - 1];
    const sql = `SELECT o.id & 4294967295 FROM ${listSource} WHERE o.id BETWEEN ? AND ? AND (${contains('t.value')} OR ${contains('n.value')} OR ${contains('p.name')})
      ORDER BY o.id ${backwards ? 'DESC' : 'ASC'} LIMIT 1`;
    const lower = needle.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    const row = this.#all(sql, low, high, lower, lower, lower)[0];
    return row === undefined ? null : Number(row[0]);
  }

  countsByOperation(trace: number): { name: string; count: number }[] {
    const sql = `SELECT n.value, count(*) FROM operation o JOIN name n ON n.id = o.name WHERE o.id BETWEEN ? AND ? GROUP BY n.value ORDER BY 2 DESC, 1`;
    return this.#all(sql, id(trace, 0), id(trace + 1, 0) - 1).map((row) => ({ name: String(row[0]), count: Number(row[1]) }));
  }

  countsByProcess(trace: number): { name: string; pid: number; count: number }[] {
    const sql = `SELECT p.name, p.pid, c.count FROM (SELECT process, count(*) AS count FROM operation WHERE id BETWEEN ? AND ? GROUP BY process) c
      JOIN process p ON p.trace = ? AND p.number = c.process ORDER BY c.count DESC, p.number`;
    return this.#all(sql, id(trace, 0), id(trace + 1, 0) - 1, trace).map((row) => ({ name: String(row[0]), pid: Number(row[1]), count: Number(row[2]) }));
  }

  processes(trace: number): TraceProcess[] {
    const sql = 'SELECT number, pid, parent_pid, name, image_path, command_line, user, integrity, is_64_bit, start_time, end_time FROM process WHERE trace = ? ORDER BY number';
    return this.#all(sql, trace).map(process);
  }

  process(trace: number, number: number): TraceProcess | undefined {
    return this.processes(trace).find((candidate) => candidate.index === number);
  }

  /** The recorded stack of an operation, innermost frame first; null where none was recorded. */
  stack(_trace: number, _index: number): readonly StoredStackFrame[] | null {
    return null;
  }

  /** Modules of a process, or all of them, in order of load time. */
  modules(_trace: number, _process: ProcessIndex | null): TraceModule[] {
    return [];
  }

  /** Those that pass the filter, counted from 1 in order of time: numbers `from` to `to` of them, inclusive. */
  contextEvents(_trace: number, _from: number, _to: number, _filter: ContextFilter | null): StoredContextEvent[] {
    return [];
  }

  contextCount(_trace: number, _filter: ContextFilter | null): number {
    return 0;
  }

  /** How many there are of each class that occurs. */
  contextCounts(_trace: number): { contextClass: ContextClass; count: number }[] {
    return [];
  }

  /** Where events were lost, the first `limit` places. */
  lostMarks(_trace: number, _limit = 1000): LostMark[] {
    return [];
  }

  /** The first operation at or after a time of the session's clock; null where there is none. */
  indexAtTime(_trace: number, _time: bigint): OperationIndex | null {
    return null;
  }

  #rowsAfter(trace: number, after: number, limit: number, where: SqlCondition | null, offset: number): Row[] {
    const low = id(trace, after + 1);
    const high = where === null ? Math.min(id(trace, after) + limit, id(trace + 1, 0) - 1) : id(trace + 1, 0) - 1;
    const condition = where === null ? '' : `AND (${where.sql})`;
    const sql = `SELECT ${detailColumns} FROM ${operationSource} WHERE o.id BETWEEN ? AND ? ${condition} ORDER BY o.id LIMIT ? OFFSET ?`;
    return this.#all(sql, low, high, ...(where?.values ?? []), limit, offset);
  }

  #trace(row: Row): StoredTrace {
    const report = detailFromText(text(row[10])) as Partial<StoredReport>;
    const trace = Number(row[0]);
    return {
      id: trace,
      name: String(row[1]),
      sourcePath: text(row[2]),
      sha256: String(row[3]),
      format: String(row[4]),
      synthetic: Number(row[5]) === 1,
      state: row[6] as StoredTrace['state'],
      operations: Number(row[7]),
      processes: Number(this.#all('SELECT count(*) FROM process WHERE trace = ?', trace)[0]?.[0] ?? 0),
      contextEvents: 0,
      clockOffset: 0n,
      firstTime: big(row[8]),
      lastTime: big(row[9]),
      report: {
        events: report.events ?? Number(row[7]), bytes: report.bytes ?? 0, skipped: list(report.skipped), skippedOperations: list(report.skippedOperations),
        damaged: list(report.damaged), system: report.system ?? {},
      },
    };
  }

  // Integers come as bigint, because a time needs 57 bits.
  #all(sql: string, ...values: readonly unknown[]): Row[] {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size > 64) this.#statements.clear();
      statement = this.#db.prepare(sql).raw().safeIntegers();
      this.#statements.set(sql, statement);
    }
    return statement.all(...values) as Row[];
  }
}

// The report is JSON from the file: what should be a list may be anything.
const list = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : []);
const id = (trace: number, index: number): number => trace * idStep + index;
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const big = (value: unknown): bigint | null => (typeof value === 'bigint' ? value : null);
const num = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

function listed(row: Row): ListedOperation {
  return {
    index: Number(row[0]) as OperationIndex,
    sourceIndex: Number(row[1]),
    time: (big(row[2]) ?? 0n) as TraceTime,
    duration: big(row[3]),
    process: Number(row[4]) as ProcessIndex,
    tid: Number(row[5]),
    operation: text(row[6]) ?? '',
    major: num(row[7]),
    minor: Number(row[8]),
    kind: operationKinds[Number(row[9])] ?? 'other',
    path: text(row[10]),
    status: num(row[11]) as NTSTATUS | null,
    information: num(row[12]),
    irpFlags: Number(row[13]),
    offset: big(row[14]),
    length: num(row[15]),
    processName: text(row[16]) ?? '',
    pid: Number(row[17] ?? 0),
  };
}

function stored(row: Row): StoredOperation {
  const detail = detailFromText(text(row[18]));
  const provenance = detailFromText(text(row[19])) as StoredOperation['provenance'];
  return { ...listed(row), detail, provenance, hasStack: false };
}

function process(row: Row): TraceProcess {
  return {
    index: Number(row[0]) as ProcessIndex,
    pid: Number(row[1]),
    parentPid: num(row[2]),
    name: String(row[3]),
    imagePath: text(row[4]),
    commandLine: text(row[5]),
    user: text(row[6]),
    integrity: text(row[7]),
    is64Bit: row[8] === null ? null : Number(row[8]) === 1,
    startTime: big(row[9]) as TraceTime | null,
    endTime: big(row[10]) as TraceTime | null,
  };
}
