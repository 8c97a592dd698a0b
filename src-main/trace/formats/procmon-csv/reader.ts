/**
 * Reads Procmon's CSV export: any columns in any order, any locale whose times can be told, and copies with other separators or line ends.
 *
 * Source: procmon-formats.md 12.
 */
import type { ByteSource } from '../../byteSource.ts';
import { traceErrors } from '../../errors.ts';
import { ImportTally } from '../../importTally.ts';
import type { ImportSink, ImportSummary } from '../../record.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import { readHead } from '../../traceHead.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { RowClock } from '../procmon-text/clock.ts';
import { columnsOf } from '../procmon-text/columns.ts';
import type { Columns } from '../procmon-text/columns.ts';
import { ProcessTable } from '../procmon-text/processTable.ts';
import { RowReader } from '../procmon-text/rowReader.ts';
import { looksResaved } from '../procmon-text/times.ts';
import { readHeader } from './header.ts';
import { CsvRows } from './rows.ts';

const progressEvery = 4096;

export function importCsv(source: ByteSource, sink: ImportSink, options: ImportOptions): ImportSummary {
  const tally = new ImportTally(sink);
  const buffer = new StreamBuffer(source);
  const header = readHeader(readHead(source).text);
  const rows = new CsvRows(buffer, header.separator);
  if (header.before > 0) rows.next();
  const names = readNames(rows);
  const columns = columnsOf(names);
  checkColumns(source, columns, names);
  const clock = new RowClock(source, 'utf8', columns, options);
  const reader = new RowReader({ columns, clock, processes: new ProcessTable(columns, tally), tally });
  readRows(source, buffer, rows, reader, tally, columns);
  clock.unknownTimes.forEach((what) => tally.timesLack(what));
  return tally.summary('procmon-csv', source.size, { columns: names, ...clock.describe() });
}

function readNames(rows: CsvRows): readonly string[] {
  return rows.next() === 'row' ? Array.from({ length: Math.min(rows.fields, 256) }, (_, i) => rows.text(i).trim()) : [];
}

function checkColumns(source: ByteSource, columns: Columns, names: readonly string[]): void {
  const missing = columns.operation < 0 ? ['Operation'] : [];
  if (RowClock.columnOf(columns) < 0) missing.push('Time of Day');
  if (missing.length > 0) throw traceErrors.csvColumns(source.name, missing, names);
}

function readRows(source: ByteSource, buffer: StreamBuffer, rows: CsvRows, reader: RowReader, tally: ImportTally, columns: Columns): void {
  const timeColumn = RowClock.columnOf(columns);
  let count = 0;
  for (;;) {
    const result = rows.next();
    if (result === 'end') break;
    if (result === 'cut') reader.damaged(rows.line, 'the file ends inside this row');
    else if (result === 'malformed') reader.damaged(rows.line, 'row is no CSV, or too long for one: a quote is missing or misplaced');
    else if (rows.fields === columns.count) readRow(source, rows, reader, timeColumn);
    // A blank line, such as the last one may be, is no row.
    else if (rows.fields !== 1 || rows.text(0) !== '') reader.damaged(rows.line, `row has other than the ${columns.count} columns of the first line`);
    count += 1;
    if (count % progressEvery === 0 && !tally.progress(buffer.consumed, source.size)) return;
  }
  tally.progress(source.size, source.size);
}

function readRow(source: ByteSource, rows: CsvRows, reader: RowReader, timeColumn: number): void {
  const first = reader.records === 0;
  if (!reader.read(rows, rows.line) && first) {
    // Nothing imported yet: the whole file is in a locale that cannot be read, and guessing would be worse than stopping.
    const text = rows.text(timeColumn);
    throw looksResaved(text) ? traceErrors.csvResaved(source.name, rows.line, text) : traceErrors.csvTime(source.name, rows.line, text);
  }
}
