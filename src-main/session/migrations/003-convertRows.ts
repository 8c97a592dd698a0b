/** Operations of versions 1 and 2, a row each, into pages. A page of them is in memory at a time. */
import { OperationPageBuilder, operationKindNames } from '../../replay/operationPage.ts';
import type { NTSTATUS } from '../../nt/ntStatus.ts';
import type { ProcessIndex, TraceTime } from '../../trace/record.ts';
import type { Database } from '../database.ts';
import { PageWriter, pageKinds, rowsPerPage } from '../pageStore.ts';

/** Ids were `trace * 2^32 + number`. */
const idStep = 2 ** 32;

const rowsSql = `SELECT o.id, o.source_index, o.time, o.duration, o.process, o.tid, n.value, o.major, o.minor, o.kind, t.value, o.status, o.information,
    o.irp_flags, o.offset, o.length, d.value, v.value
  FROM operation o LEFT JOIN name n ON n.id = o.name LEFT JOIN path t ON t.id = o.path LEFT JOIN detail d ON d.id = o.detail LEFT JOIN detail v ON v.id = o.provenance
  WHERE o.id > ? AND o.id < ? ORDER BY o.id LIMIT ${rowsPerPage}`;

type Row = readonly unknown[];

export function convertOperationRows(db: Database): void {
  const select = db.prepare(rowsSql).raw().safeIntegers();
  const builder = new OperationPageBuilder(rowsPerPage);
  for (const trace of db.prepare('SELECT id FROM trace ORDER BY id').pluck().all() as number[]) {
    const writer = new PageWriter(db, trace, pageKinds.operations, builder.schema);
    for (let after = trace * idStep; ; ) {
      const rows = select.all(after, (trace + 1) * idStep) as Row[];
      const last = rows.at(-1);
      if (last === undefined) break;
      for (const row of rows) addRow(builder, row);
      // Rows were in order of time, except those of an import that was cut off: it is put in order when the session is opened.
      writer.append(builder.take(rowsPerPage), null);
      after = Number(last[0]);
    }
  }
}

function addRow(builder: OperationPageBuilder, row: Row): void {
  const op = {
    sourceIndex: Number(row[1]),
    time: (big(row[2]) ?? 0n) as TraceTime,
    duration: big(row[3]),
    process: Number(row[4]) as ProcessIndex,
    tid: Number(row[5]),
    operation: text(row[6]) ?? '',
    major: num(row[7]),
    minor: Number(row[8]),
    kind: operationKindNames[Number(row[9])] ?? 'other',
    path: text(row[10]),
    status: num(row[11]) as NTSTATUS | null,
    information: num(row[12]),
    irpFlags: Number(row[13]),
    offset: big(row[14]),
    length: num(row[15]),
  };
  builder.add(op, text(row[16]) ?? '{}', text(row[17]) ?? '{}', 0);
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const big = (value: unknown): bigint | null => (typeof value === 'bigint' ? value : null);
const num = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
