/**
 * Reads Procmon's XML export: the list of processes with their modules where there is one, then events with their columns and stacks.
 *
 * Source: procmon-formats.md 13. The columns are the CSV's, in the same locale, so that both share `procmon-text`. The layout of stacks is that of
 * other programs that read them: `<stack><frame><depth><address><path><location>`.
 */
import type { ByteSource } from '../../byteSource.ts';
import { ImportTally } from '../../importTally.ts';
import type { DetailValue, ImportSink, ImportSummary, UnknownTime } from '../../record.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { XmlReader } from '../../xml/xmlReader.ts';
import { RowClock } from '../procmon-text/clock.ts';
import { columnNames, columnsOf } from '../procmon-text/columns.ts';
import type { Columns } from '../procmon-text/columns.ts';
import { ProcessTable } from '../procmon-text/processTable.ts';
import { RowReader } from '../procmon-text/rowReader.ts';
import { traceErrors } from '../../errors.ts';
import { EventRow } from './eventRow.ts';
import { findClock } from './findClock.ts';
import { ProcessList } from './processList.ts';

const progressEvery = 2048;
export const records = ['event', 'process'];

export function importProcmonXml(source: ByteSource, sink: ImportSink, options: ImportOptions): ImportSummary {
  const tally = new ImportTally(sink);
  const reader = new ProcmonXmlReader(source, tally, options);
  reader.run();
  reader.unknownTimes.forEach((what) => tally.timesLack(what));
  return tally.summary('procmon-xml', source.size, reader.describe());
}

class ProcmonXmlReader {
  readonly #source: ByteSource;
  readonly #tally: ImportTally;
  readonly #options: ImportOptions;
  readonly #xml: XmlReader;
  readonly #list: ProcessList;
  readonly #row = new EventRow();
  #columns: Columns | null = null;
  #clock: RowClock | null = null;
  #rows: RowReader | null = null;
  #events = 0;

  constructor(source: ByteSource, tally: ImportTally, options: ImportOptions) {
    this.#source = source;
    this.#tally = tally;
    this.#options = options;
    this.#xml = new XmlReader(source, { records });
    this.#list = new ProcessList(tally);
  }

  run(): void {
    const xml = this.#xml;
    for (;;) {
      const token = xml.next();
      if (token === 'end') break;
      if (token === 'damage') this.#damaged(xml.line, xml.reason, xml.lost);
      else if (token === 'open' && xml.name === 'event') this.#event();
      else if (token === 'open' && xml.name === 'process') this.#process();
      else if (token === 'leaf' && xml.name === 'event') this.#damaged(xml.line, 'event is empty', true);
      // Lists without anything in them are leaves: an export in which no event passed the filter.
      else if ((token === 'text' || token === 'leaf') && xml.text().trim() !== '') this.#damaged(xml.line, 'text where none should be', false);
      if (this.#tally.cancelled) return;
    }
    this.#tally.progress(this.#source.size, this.#source.size);
  }

  get unknownTimes(): readonly UnknownTime[] {
    return this.#clock?.unknownTimes ?? [];
  }

  describe(): { readonly [key: string]: DetailValue } {
    return { columns: this.#row.presentNames(), listedProcesses: this.#list.count, ...this.#clock?.describe() };
  }

  #damaged(line: number, reason: string, isEvent: boolean): void {
    if (isEvent && this.#rows !== null) this.#rows.damaged(line, reason);
    else this.#tally.damage(line, 'line', reason, isEvent ? 1 : 0);
  }

  #process(): void {
    const line = this.#xml.line;
    if (!this.#list.read(this.#xml)) this.#damaged(line, `process list: ${this.#xml.reason}`, false);
    this.#report();
  }

  #event(): void {
    const line = this.#xml.line;
    this.#row.clear();
    if (!this.#row.read(this.#xml)) {
      this.#damaged(line, this.#xml.reason, true);
    } else {
      const rows = (this.#rows ??= this.#begin());
      const first = this.#events === 0;
      const process = this.#list.of(this.#row.processIndex);
      const { timeOfDay } = this.#columns ?? columnsOf([]);
      const good = rows.read(this.#row, line, { process, stack: this.#row.stack() });
      // Nothing imported yet: the whole file is in a locale that cannot be read.
      if (!good && first && timeOfDay >= 0) throw traceErrors.csvTime(this.#source.name, line, this.#row.text(timeOfDay));
    }
    this.#events += 1;
    this.#report();
  }

  #report(): void {
    if (this.#events % progressEvery === 0) this.#tally.progress(this.#xml.consumed, this.#source.size);
  }

  /** The first event tells which columns there are. */
  #begin(): RowReader {
    const present = this.#row.presentNames();
    const columns = columnsOf(columnNames.map((name) => (present.includes(name) ? name : '')));
    const missing = columns.operation < 0 ? ['Operation'] : [];
    if (RowClock.columnOf(columns) < 0) missing.push('Time of Day');
    if (missing.length > 0) throw traceErrors.csvColumns(this.#source.name, missing, present);
    const known = findClock(this.#source, columns, this.#list.newestTime);
    this.#columns = columns;
    this.#clock = new RowClock(this.#source, 'utf8', columns, this.#options, known);
    return new RowReader({ columns, clock: this.#clock, processes: new ProcessTable(columns, this.#tally, this.#list.count), tally: this.#tally });
  }
}
