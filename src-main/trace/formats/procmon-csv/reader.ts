/**
 * Reads Procmon's CSV export: any columns in any order, any locale whose times can be told.
 *
 * Source: procmon-formats.md 12. What the export does not say (date, time zone, IRP flags, fast I/O or IRP) is derived or assumed, and marked so.
 */
import { assertExists } from '../../../base/assert.ts';
import { irpMajor } from '../../../nt/tables.generated.ts';
import type { ByteSource } from '../../byteSource.ts';
import { traceErrors } from '../../errors.ts';
import { ImportTally } from '../../importTally.ts';
import type { DetailValue, ImportSink, ImportSummary, OperationKind, ProcessIndex, Provenance, TraceProcess, TraceTime } from '../../record.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import { eventClasses, otherEventClass, procmonOperationOf, subOperationOf, unknownOperation } from '../procmon/operations.ts';
import { procmonResultStatus } from '../procmon/resultTexts.ts';
import { fileClassNames, volumeClassNames } from '../procmon/vocabulary.ts';
import { readDetailText } from './detailText.ts';
import type { ReadDetail } from './detailText.ts';
import { CsvRows } from './rows.ts';
import { assumedDate, DateReader, parseTicks, parseTimeOfDay, ticksPerDay } from './times.ts';

const progressEvery = 4096;
const statusFastIoDisallowed = 0xc01c0004;
/** A step back of more than this is midnight, not the order of events. */
const midnightStep = 3600n * 10_000_000n;

export function importCsv(source: ByteSource, sink: ImportSink): ImportSummary {
  const tally = new ImportTally(sink);
  const reader = new CsvReader(source, tally);
  reader.run();
  return tally.summary('procmon-csv', source.size, reader.system);
}

/** Places of the columns in a row; -1 for one the export does not have. */
interface Columns {
  readonly count: number;
  readonly timeOfDay: number;
  readonly dateTime: number;
  readonly relativeTime: number;
  readonly completionTime: number;
  readonly duration: number;
  readonly process: number;
  readonly pid: number;
  readonly tid: number;
  readonly parentPid: number;
  readonly operation: number;
  readonly path: number;
  readonly result: number;
  readonly detail: number;
  readonly eventClass: number;
  readonly imagePath: number;
  readonly commandLine: number;
  readonly user: number;
  readonly integrity: number;
  readonly architecture: number;
}

function columnsOf(names: readonly string[]): Columns {
  const at = (name: string): number => names.indexOf(name);
  return {
    count: names.length,
    timeOfDay: at('Time of Day'), dateTime: at('Date & Time'), relativeTime: at('Relative Time'), completionTime: at('Completion Time'),
    duration: at('Duration'), process: at('Process Name'), pid: at('PID'), tid: at('TID'), parentPid: at('Parent PID'),
    operation: at('Operation'), path: at('Path'), result: at('Result'), detail: at('Detail'), eventClass: at('Event Class'),
    imagePath: at('Image Path'), commandLine: at('Command Line'), user: at('User'), integrity: at('Integrity'), architecture: at('Architecture'),
  };
}

const classNumbers = new Map(eventClasses.map((name, number) => [name.toLowerCase(), number] as const));
const majorKinds = new Map(irpMajor.map((row) => [row.value, row.kind as OperationKind]));

class CsvReader {
  readonly #source: ByteSource;
  readonly #tally: ImportTally;
  readonly #buffer: StreamBuffer;
  readonly #rows: CsvRows;
  readonly #dates = new DateReader();
  /** By name, then by pid. */
  readonly #processes = new Map<string, Map<string, ProcessIndex>>();
  #processCount = 0;
  readonly #provenances = new Map<number, { readonly [field: string]: Provenance }>();
  #columns: Columns = columnsOf([]);
  #day = assumedDate;
  #previousOfDay = -1n;
  #records = 0;
  system: { readonly [key: string]: DetailValue } = {};

  constructor(source: ByteSource, tally: ImportTally) {
    this.#source = source;
    this.#tally = tally;
    this.#buffer = new StreamBuffer(source);
    this.#rows = new CsvRows(this.#buffer);
  }

  run(): void {
    this.#readHeader();
    for (;;) {
      const result = this.#rows.next();
      if (result === 'end') break;
      if (result === 'row') this.#readRow();
      else this.#tally.damage(this.#rows.line, 'line', result === 'cut' ? 'the file ends inside this row' : 'row is no CSV: a quote is missing or misplaced', 1);
      this.#records += 1;
      if (this.#records % progressEvery === 0 && !this.#tally.progress(this.#buffer.consumed, this.#source.size)) return;
    }
    this.#tally.progress(this.#source.size, this.#source.size);
  }

  #readHeader(): void {
    const names: string[] = [];
    if (this.#rows.next() === 'row') for (let i = 0; i < this.#rows.fields; i++) names.push(this.#rows.text(i));
    const columns = columnsOf(names);
    const missing = columns.operation < 0 ? ['Operation'] : [];
    if (columns.timeOfDay < 0 && columns.relativeTime < 0) missing.push('Time of Day');
    if (missing.length > 0) throw traceErrors.csvColumns(this.#source.name, missing, names);
    this.#columns = columns;
    this.system = { columns: names, timeZone: 'not recorded; UTC is assumed', date: columns.dateTime < 0 ? 'not recorded; 2000-01-01 is assumed' : 'recorded' };
  }

  #readRow(): void {
    const rows = this.#rows;
    const columns = this.#columns;
    // A blank last line is no row.
    if (rows.fields === 1 && rows.text(0) === '') {
      this.#records -= 1;
      return;
    }
    if (rows.fields !== columns.count) {
      this.#tally.damage(rows.line, 'line', `row has other than the ${columns.count} columns of the first line`, 1);
      return;
    }
    const ofDay = this.#timeOfDay();
    if (ofDay === undefined) {
      const at = columns.timeOfDay >= 0 ? columns.timeOfDay : columns.relativeTime;
      // Nothing imported yet: the whole file is in a locale that cannot be read, and guessing would be worse than stopping.
      if (this.#tally.events === 0) throw traceErrors.csvTime(this.#source.name, rows.line, rows.fresh(at));
      this.#tally.damage(rows.line, 'line', 'row has a time that cannot be read', 1);
      return;
    }
    const time = this.#absolute(ofDay);
    this.#tally.time(time);
    const operation = rows.text(columns.operation);
    const eventClass = this.#classOf(operation);
    if (eventClass === 3) this.#importRow(operation, time, ofDay);
    else this.#tally.skip(`${eventClasses[eventClass] ?? 'unknown'} event`, operation);
  }

  #field(column: number): string {
    return column < 0 ? '' : this.#rows.text(column);
  }

  #timeOfDay(): bigint | undefined {
    const { timeOfDay, relativeTime } = this.#columns;
    if (timeOfDay < 0) return parseTicks(this.#rows.fresh(relativeTime));
    const ticks = parseTimeOfDay(this.#rows.fresh(timeOfDay));
    return ticks === undefined ? undefined : BigInt(ticks);
  }

  /** The day comes from `Date & Time`; without it the first day is assumed and each midnight adds one. */
  #absolute(ofDay: bigint): TraceTime {
    const { dateTime, timeOfDay } = this.#columns;
    const date = dateTime < 0 ? undefined : this.#dates.read(this.#rows.text(dateTime));
    if (date !== undefined) this.#day = date;
    else if (timeOfDay >= 0 && this.#previousOfDay - ofDay > midnightStep) this.#day += ticksPerDay;
    this.#previousOfDay = ofDay;
    return (this.#day + ofDay) as TraceTime;
  }

  /** By the Event Class column, else by the operation's name; an unknown name on a registry path is the registry's. */
  #classOf(operation: string): number {
    const named = this.#columns.eventClass < 0 ? undefined : classNumbers.get(this.#rows.text(this.#columns.eventClass).toLowerCase());
    if (named !== undefined) return named;
    const other = otherEventClass(operation);
    if (other !== undefined) return other;
    return operation === unknownOperation && /^HK(LM|CU|U|CR|CC)\b/.test(this.#field(this.#columns.path)) ? 2 : 3;
  }

  #importRow(operation: string, time: TraceTime, ofDay: bigint): void {
    const columns = this.#columns;
    const named = procmonOperationOf(operation);
    const result = columns.result < 0 ? undefined : procmonResultStatus(this.#rows.text(columns.result));
    const read = columns.detail < 0 ? readDetailText('', '') : readDetailText(operation, this.#rows.text(columns.detail));
    const major = named?.major ?? null;
    const sub = named?.sub ?? null;
    const refused = result === statusFastIoDisallowed;
    const kind: OperationKind = refused || operation.startsWith('FASTIO_') ? fastKind(major) : ((major === null ? undefined : majorKinds.get(major)) ?? 'other');
    const numbers = transferOf(operation, read, result ?? null);
    const duration = this.#duration(ofDay, result);
    this.#tally.operation({
      sourceIndex: this.#records,
      time,
      duration: duration.ticks,
      process: this.#process(),
      tid: columns.tid < 0 ? 0 : number(this.#rows.text(columns.tid)),
      operation,
      major,
      minor: sub !== null && major !== null && subOperationOf(major) === 'minor' ? sub : 0,
      kind,
      path: columns.path < 0 ? null : pathOf(this.#rows.text(columns.path), operation, read.detail),
      status: result ?? null,
      information: numbers.information,
      irpFlags: read.irpFlags,
      offset: read.offset,
      length: read.length,
      detail: sub === null || major === null ? read.detail : withClass(read.detail, major, sub),
      stack: null,
      provenance: this.#provenance(refused || kind !== 'irp', duration.derived, numbers.provenance),
    });
  }

  #duration(ofDay: bigint, status: number | undefined): { readonly ticks: bigint | null; readonly derived: boolean } {
    const { duration, completionTime, timeOfDay } = this.#columns;
    if (status === 0x103) return { ticks: null, derived: false };
    if (duration >= 0) return { ticks: parseTicks(this.#rows.fresh(duration)) ?? null, derived: false };
    const end = completionTime < 0 || timeOfDay < 0 ? undefined : parseTimeOfDay(this.#rows.fresh(completionTime));
    if (end === undefined) return { ticks: null, derived: false };
    const ticks = BigInt(end) - ofDay;
    return { ticks: ticks < 0n ? ticks + ticksPerDay : ticks, derived: true };
  }

  /** Equal provenances are one object. */
  #provenance(kindKnown: boolean, durationDerived: boolean, transfer: TransferProvenance): { readonly [field: string]: Provenance } {
    const key = transferKinds.indexOf(transfer) * 4 + (kindKnown ? 2 : 0) + (durationDerived ? 1 : 0);
    const known = this.#provenances.get(key);
    if (known !== undefined) return known;
    const { pid, tid } = this.#columns;
    const made = Object.freeze({
      time: 'assumed', status: 'derived', major: 'derived', minor: 'derived', irpFlags: 'derived', kind: kindKnown ? 'derived' : 'assumed',
      ...(pid < 0 ? { process: 'assumed' } : {}),
      ...(tid < 0 ? { tid: 'assumed' } : {}),
      ...(durationDerived ? { duration: 'derived' } : {}),
      ...transferProvenances[transfer],
    } as const);
    this.#provenances.set(key, made);
    return made;
  }

  #process(): ProcessIndex {
    const columns = this.#columns;
    const name = this.#field(columns.process);
    const pid = this.#field(columns.pid);
    let namesakes = this.#processes.get(name);
    if (namesakes === undefined) this.#processes.set(name, (namesakes = new Map()));
    const known = namesakes.get(pid);
    if (known !== undefined) return known;
    const index = this.#processCount as ProcessIndex;
    this.#processCount += 1;
    const architecture = this.#field(columns.architecture);
    const process: TraceProcess = {
      index,
      pid: number(pid),
      parentPid: columns.parentPid < 0 ? null : number(this.#rows.text(columns.parentPid)),
      name,
      imagePath: this.#field(columns.imagePath) || null,
      commandLine: this.#field(columns.commandLine) || null,
      user: this.#field(columns.user) || null,
      integrity: this.#field(columns.integrity) || null,
      is64Bit: architecture === '' ? null : architecture === '64-bit',
      startTime: null,
      endTime: null,
    };
    namesakes.set(pid, index);
    this.#tally.process(process);
    return index;
  }
}

const number = (text: string): number => (/^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff ? Number(text) : 0);

/** Fast I/O, unless the operation is one that only ever is an FsFilter callback. */
function fastKind(major: number | null): OperationKind {
  return major !== null && majorKinds.get(major) === 'fsfilter' ? 'fsfilter' : 'fastio';
}

const transferKinds = ['none', 'read', 'read-nothing', 'write', 'recorded'] as const;
type TransferProvenance = (typeof transferKinds)[number];

const transferProvenances: { readonly [key in TransferProvenance]: { readonly [field: string]: Provenance } } = {
  none: {},
  read: { information: 'derived', length: 'assumed' },
  'read-nothing': { information: 'derived' },
  write: { information: 'assumed' },
  recorded: {},
};

/** Procmon prints the bytes a read has got as its Length; what was asked for is then unknown. */
function transferOf(operation: string, read: ReadDetail, status: number | null): { readonly information: number | null; readonly provenance: TransferProvenance } {
  if (read.information !== null) return { information: read.information, provenance: 'recorded' };
  if (read.length === null || status === null || status === 0x103) return { information: null, provenance: 'none' };
  if (operation === 'ReadFile') {
    return status < 0x80000000 ? { information: read.length, provenance: 'read' } : { information: 0, provenance: 'read-nothing' };
  }
  return operation === 'WriteFile' && status < 0x80000000 ? { information: read.length, provenance: 'write' } : { information: null, provenance: 'none' };
}

/** The directory itself: Procmon shows a QueryDirectory's path with its filter behind it. */
function pathOf(path: string, operation: string, detail: { readonly [key: string]: DetailValue }): string {
  const filter = detail['Filter'];
  if (operation !== 'QueryDirectory' || typeof filter !== 'string' || !path.endsWith(`\\${filter}`)) return path;
  const directory = path.slice(0, -filter.length - 1);
  return /^[A-Za-z]:$/.test(directory) ? `${directory}\\` : directory;
}

/** Adds the class behind an operation's name, under the keys the log reader uses. */
function withClass(detail: { readonly [key: string]: DetailValue }, major: number, sub: number): { readonly [key: string]: DetailValue } {
  const kind = subOperationOf(major);
  if (kind === 'minor') return detail;
  return kind === 'file-class'
    ? { Class: assertExists(fileClassNames[sub]), FileInformationClass: sub, ...detail }
    : { Class: assertExists(volumeClassNames[sub]), FsInformationClass: sub, ...detail };
}
