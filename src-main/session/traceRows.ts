/** Rows and pages of the store as the objects its readers hand out. */
import { operationFields, operationOf } from '../replay/operationPage.ts';
import type { ProcessIndex, TraceProcess, TraceTime } from '../trace/record.ts';
import { detailFromText } from './detailText.ts';
import type { ListedOperation, StoredOperation, StoredReport, StoredTrace } from './traceTypes.ts';
import type { StoredOperationPage, WhereTrace } from './whereMask.ts';

/** With every integer a bigint. */
export type Row = readonly unknown[];

export const traceSql = `SELECT id, name, source_path, sha256, format, synthetic, state, operations, first_time, last_time, report, clock_offset, context_events,
  (SELECT count(*) FROM process WHERE trace = trace.id) FROM trace`;

export function storedTrace(row: Row): StoredTrace {
  const report = detailFromText(text(row[10])) as Partial<StoredReport>;
  const clockOffset = big(row[11]) ?? 0n;
  const onClock = (time: bigint | null): bigint | null => (time === null ? null : time + clockOffset);
  return {
    id: Number(row[0]),
    name: String(row[1]),
    sourcePath: text(row[2]),
    sha256: String(row[3]),
    format: String(row[4]),
    synthetic: Number(row[5]) === 1,
    state: row[6] as StoredTrace['state'],
    operations: Number(row[7]),
    processes: Number(row[13]),
    contextEvents: Number(row[12]),
    clockOffset,
    firstTime: onClock(big(row[8])),
    lastTime: onClock(big(row[9])),
    report: {
      events: report.events ?? Number(row[7]), bytes: report.bytes ?? 0, skipped: list(report.skipped), skippedOperations: list(report.skippedOperations),
      operationEvents: list(report.operationEvents),
      damaged: list(report.damaged), system: report.system ?? {}, unordered: report.unordered === true,
    },
  };
}

// The report is JSON from the file: what should be a list may be anything.
const list = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const big = (value: unknown): bigint | null => (typeof value === 'bigint' ? value : null);
const num = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

export function process(row: Row): TraceProcess {
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

const nothing = {};

export function listed(page: StoredOperationPage, row: number, about: WhereTrace): ListedOperation {
  const { detail: _detail, provenance: _provenance, ...fields } = operationFields(page.columns, page.texts, row, page.entry.first + row, nothing, nothing);
  return { ...fields, ...onClock(fields, about) };
}

export function stored(page: StoredOperationPage, row: number, about: WhereTrace): StoredOperation {
  const op = operationOf(page, row, page.entry.first + row);
  return { ...op, ...onClock(op, about), hasStack: (page.column('stack')[row] ?? 0) !== 0 };
}

function onClock(op: { readonly time: TraceTime; readonly process: ProcessIndex }, about: WhereTrace): { time: TraceTime; processName: string; pid: number } {
  const process = about.processes.get(op.process);
  return { time: (op.time + about.clockOffset) as TraceTime, processName: process?.name ?? '', pid: process?.pid ?? 0 };
}

/** How often each number occurs. */
export function tally(column: Uint32Array | Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const number of column) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
}

/** The first `limit` rows from `start` on that a mask lets through. */
export function rowsOf(mask: Uint8Array, start: number, limit: number): number[] {
  const rows: number[] = [];
  for (let row = mask.indexOf(1, start); row >= 0 && rows.length < limit; row = mask.indexOf(1, row + 1)) rows.push(row);
  return rows;
}
