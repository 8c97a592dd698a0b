/**
 * Reads the log file of the WDK's minispy sample (`minispy /f FILE`): the Filter Manager's own view of every operation.
 *
 * Source: etw-formats.md 18, and the sample itself (Windows-driver-samples, filesys/miniFilter/minispy). Lines stand in the order of completion;
 * `sourceIndex` is the sequence number, which the driver gives out before the operation goes down, so that operations of one millisecond keep their order.
 * Not in a log: date, time zone, who asked (the thread is the one the callback ran in), access asked for, what lies behind pointers.
 */
import type { ByteSource } from '../../byteSource.ts';
import { decodeLatin1, decodeUtf8, TextCache } from '../../byteText.ts';
import { HexReader, wideWordOf } from '../../hexText.ts';
import { ImportTally } from '../../importTally.ts';
import type { DetailValue, ImportSink, ImportSummary, OperationKind, ProcessIndex, Provenance, TraceTime } from '../../record.ts';
import { ntStatus } from '../../../nt/ntStatus.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import { TextLines } from '../../textLines.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { assumedDate } from '../../assumedDate.ts';
import { MinispyClock } from './clock.ts';
import { column, MinispyColumns } from './columns.ts';
import { minispyMajor, minispyMinor, transactionNotify } from './names.ts';
import { Arguments, ParameterDecoder } from './parameters.ts';
import { SequenceNumbers } from './sequence.ts';
import { minispyName, timeOfDay } from './text.ts';
import type { MinispyName } from './text.ts';

const progressEvery = 4096;
const statusReparse = 0x104;
/** Processes are kept by number; what a hostile log names beyond this many shares one. */
const maximumProcesses = 262_144;

const kinds: ReadonlyMap<string, OperationKind> = new Map([['IRP', 'irp'], ['FIO', 'fastio'], ['FSF', 'fsfilter'], ['ERR', 'other']]);

type Provenances = { readonly [field: string]: Provenance };
const provenanceOf = (minorKnown: boolean, hasDuration: boolean): Provenances =>
  Object.freeze({ time: 'assumed', ...(hasDuration ? { duration: 'derived' as const } : {}), ...(minorKnown ? {} : { minor: 'assumed' as const }) });
const provenances: readonly Provenances[] = [provenanceOf(false, false), provenanceOf(false, true), provenanceOf(true, false), provenanceOf(true, true)];

export function importMinispy(source: ByteSource, sink: ImportSink, options: ImportOptions): ImportSummary {
  const tally = new ImportTally(sink);
  const reader = new MinispyReader(source, tally, options);
  reader.run();
  tally.timesLack('date');
  tally.timesLack('zone');
  return tally.summary('minispy-log', source.size, reader.system);
}

/** What a log says in words, decoded once for equal words. */
interface OperationName {
  readonly text: string;
  readonly major: number | undefined;
}

class MinispyReader {
  readonly #source: ByteSource;
  readonly #tally: ImportTally;
  readonly #buffer: StreamBuffer;
  readonly #lines: TextLines;
  readonly #columns = new MinispyColumns();
  readonly #hex = new HexReader();
  readonly #clock: MinispyClock;
  readonly #sequence = new SequenceNumbers();
  readonly #words = new TextCache((bytes, start, end) => decodeLatin1(bytes, start, end).trim(), 256);
  readonly #texts = new TextCache(decodeName, 4096);
  readonly #majors = new Map<string, OperationName>();
  readonly #minors = new Map<string, number | undefined>();
  readonly #names = new Map<string, MinispyName>();
  readonly #createNames = new Map<string, MinispyName>();
  readonly #arguments = new Arguments();
  readonly #processes = new Map<number, ProcessIndex>();
  #decoder = new ParameterDecoder(8);
  #pointerSize: 4 | 8 | null = null;
  /** Columns of the last create that met a reparse point: minispy may print them a second time, with the place it leads to. */
  #reparse: { readonly columns: string; readonly sequence: number } | null = null;
  #records = 0;
  #lost = 0;
  // The line at hand.
  #pid = 0;
  #tid = 0;
  #irpFlags = 0;
  #status = 0;
  #information: number | bigint = 0;

  constructor(source: ByteSource, tally: ImportTally, options: ImportOptions) {
    this.#source = source;
    this.#tally = tally;
    this.#buffer = new StreamBuffer(source);
    this.#lines = new TextLines(this.#buffer);
    this.#clock = new MinispyClock(options.assumedDate ?? assumedDate, options.utcOffset ?? 0);
  }

  get system(): { readonly [key: string]: DetailValue } {
    return {
      date: 'not recorded; that of the first line is assumed',
      timeZone: 'not recorded',
      pointerSize: this.#pointerSize,
      lossMarks: this.#lost,
      // Also numbers of operations that had not completed when the log ended, and of reparse points that minispy does not print.
      missingSequenceNumbers: this.#sequence.missing,
    };
  }

  run(): void {
    for (;;) {
      const result = this.#lines.next();
      if (result === 'end') break;
      if (result === 'long') this.#tally.damage(this.#lines.line, 'line', 'line is too long to be a record', 1);
      else this.#readLine();
      if (this.#lines.line % progressEvery === 0 && !this.#tally.progress(this.#buffer.consumed, this.#source.size)) return;
    }
    this.#tally.progress(this.#source.size, this.#source.size);
  }

  #readLine(): void {
    const { bytes, start, end } = this.#lines;
    if (end === start) return;
    const problem = this.#columns.split(bytes, start, end) ? this.#readRecord(bytes) : this.#readOther(bytes, start, end);
    if (problem !== undefined) this.#tally.damage(this.#lines.line, 'line', this.#lines.terminated ? problem : 'the file ends inside this line', 1);
  }

  /** Lines with fewer columns: loss marks, blank lines. */
  #readOther(bytes: Uint8Array, start: number, end: number): string | undefined {
    const text = decodeLatin1(bytes, start, Math.min(end, start + 200)).trim();
    if (text === '') return undefined;
    const mark = /^M:\s+0x([0-9A-Fa-f]{1,8})\s+(\S.*)$/.exec(text);
    if (mark === null) return 'line is no record of minispy';
    const sequence = this.#sequence.near(Number.parseInt(mark[1] ?? '', 16));
    this.#lost += 1;
    // The number is that of the record before, which was the last one there was memory for.
    this.#tally.context('loss mark', {
      sourceIndex: sequence, time: this.#clock.time, duration: null, process: null, tid: null, contextClass: 'lost', name: mark[2] ?? '', path: null, status: null,
      detail: { SequenceNumber: sequence % 0x1_0000_0000 }, operation: null,
    });
    return undefined;
  }

  /** Says what is wrong with the line, or nothing. */
  #readRecord(bytes: Uint8Array): string | undefined {
    const columns = this.#columns;
    const kind = kinds.get(this.#words.get(bytes, columns.startOf(column.kind), columns.endOf(column.kind)));
    if (kind === undefined) return this.#readHeading(bytes);
    if (!this.#hex.readPrefixed(bytes, columns.startOf(column.sequence), columns.endOf(column.sequence))) return 'sequence number is no number';
    const number = this.#hex.low;
    if (!this.#readThread(bytes)) return 'process and thread are no numbers';
    const name = this.#majorOf(bytes);
    if (name.major === undefined && name.text !== transactionNotify) return 'operation has no name that minispy prints';
    if (!this.#readNumbers(bytes)) return 'a column is no number';
    const sequence = this.#sequence.take(number);
    this.#clock.place(this.#timeIn(bytes, column.preOp), name.major === undefined ? -1 : this.#timeIn(bytes, column.postOp));
    this.#tally.time(this.#clock.time);
    this.#records += 1;
    if (name.major === undefined) this.#transactionNotice(bytes, sequence);
    else if (!this.#reparseTarget(bytes, sequence, name.text)) this.#operation(bytes, sequence, kind, name.text, name.major);
    return undefined;
  }

  /** The two heading lines stand in front of a log, and again in front of the next one that was written behind it. */
  #readHeading(bytes: Uint8Array): string | undefined {
    const first = this.#words.get(bytes, this.#columns.startOf(column.kind), this.#columns.endOf(column.kind));
    if (first === 'Opr') {
      this.#sequence.restart();
      return undefined;
    }
    return first.startsWith('---') ? undefined : 'line is no record of minispy';
  }

  #timeIn(bytes: Uint8Array, index: number): number {
    return timeOfDay(bytes, this.#columns.startOf(index), this.#columns.endOf(index));
  }

  /** `     4d2.4d8  ` */
  #readThread(bytes: Uint8Array): boolean {
    let start = this.#columns.startOf(column.thread);
    let end = this.#columns.endOf(column.thread);
    while (start < end && bytes[start] === 0x20) start += 1;
    while (end > start && bytes[end - 1] === 0x20) end -= 1;
    let dot = start;
    while (dot < end && bytes[dot] !== 0x2e) dot += 1;
    if (!this.#hex.read(bytes, start, dot)) return false;
    this.#pid = this.#hex.low;
    if (!this.#hex.read(bytes, dot + 1, end)) return false;
    this.#tid = this.#hex.low;
    return true;
  }

  #majorOf(bytes: Uint8Array): OperationName {
    const text = this.#words.get(bytes, this.#columns.startOf(column.major), this.#columns.endOf(column.major));
    const known = this.#majors.get(text);
    if (known !== undefined) return known;
    const made = { text, major: minispyMajor(text) };
    if (this.#majors.size < 1024) this.#majors.set(text, made);
    return made;
  }

  #minorOf(bytes: Uint8Array): number | undefined {
    const text = this.#words.get(bytes, this.#columns.startOf(column.minor), this.#columns.endOf(column.minor));
    if (this.#minors.has(text)) return this.#minors.get(text);
    const minor = minispyMinor(text);
    if (this.#minors.size < 1024) this.#minors.set(text, minor);
    return minor;
  }

  /** IRP flags (`0x00000884 --S-`), status, information and arguments. */
  #readNumbers(bytes: Uint8Array): boolean {
    const columns = this.#columns;
    const hex = this.#hex;
    const flags = columns.startOf(column.irpFlags);
    let blank = flags;
    while (blank < columns.endOf(column.irpFlags) && bytes[blank] !== 0x20) blank += 1;
    if (!hex.readPrefixed(bytes, flags, blank)) return false;
    this.#irpFlags = hex.low;
    const status = columns.startOf(column.status);
    let colon = status;
    while (colon < columns.endOf(column.status) && bytes[colon] !== 0x3a) colon += 1;
    if (!hex.readPrefixed(bytes, status, colon)) return false;
    this.#status = hex.low;
    if (!hex.readPrefixed(bytes, colon + 1, columns.endOf(column.status))) return false;
    this.#information = wideWordOf(hex.high, hex.low);
    for (let i = 0; i < 6; i++) {
      if (!hex.readPrefixed(bytes, columns.startOf(column.firstArgument + i), columns.endOf(column.firstArgument + i))) return false;
      this.#arguments.high[i] = hex.high;
      this.#arguments.low[i] = hex.low;
    }
    if (this.#pointerSize === null) this.#learnPointerSize();
    return true;
  }

  /** By the digits of the data: the headings differ as well, but a log may lack them. */
  #learnPointerSize(): void {
    this.#pointerSize = this.#columns.endOf(column.firstArgument) - this.#columns.startOf(column.firstArgument) > 10 ? 8 : 4;
    this.#decoder = new ParameterDecoder(this.#pointerSize);
  }

  #objectIn(bytes: Uint8Array, index: number): number | bigint {
    return this.#hex.readPrefixed(bytes, this.#columns.startOf(index), this.#columns.endOf(index)) ? wideWordOf(this.#hex.high, this.#hex.low) : 0;
  }

  #nameIn(bytes: Uint8Array, isCreate: boolean): MinispyName {
    const text = this.#texts.get(bytes, this.#columns.startOf(column.name), this.#columns.endOf(column.name));
    const names = isCreate ? this.#createNames : this.#names;
    const known = names.get(text);
    if (known !== undefined) return known;
    const made = minispyName(text, isCreate);
    if (names.size >= 16_384) names.clear();
    names.set(text, made);
    return made;
  }

  #operation(bytes: Uint8Array, sequence: number, kind: OperationKind, operation: string, major: number): void {
    const minor = this.#minorOf(bytes);
    const name = this.#nameIn(bytes, major === 0);
    const detail: { [key: string]: DetailValue } = { FileObject: this.#objectIn(bytes, column.fileObject), DeviceObject: this.#objectIn(bytes, column.deviceObject) };
    const transaction = this.#objectIn(bytes, column.transaction);
    if (transaction !== 0) detail['Transaction'] = transaction;
    const information = typeof this.#information === 'number' ? this.#information : null;
    this.#decoder.decode(this.#arguments, major, minor ?? 0, kind === 'fastio', this.#status, information ?? 0, detail);
    detail['Arguments'] = this.#arguments.raw;
    if (information === null) detail['Information'] = this.#information;
    if (name.nameStatus !== null) detail['NameStatus'] = name.nameStatus;
    if (name.extraCreateParameters !== null) detail['ExtraCreateParameters'] = name.extraCreateParameters;
    this.#tally.operation({
      sourceIndex: sequence, time: this.#clock.time, duration: this.#clock.duration, process: this.#process(), tid: this.#tid, operation, major, minor: minor ?? 0, kind,
      path: name.path, status: ntStatus(this.#status), information, irpFlags: this.#irpFlags, offset: this.#decoder.offset, length: this.#decoder.length, detail, stack: null,
      provenance: provenances[(minor === undefined ? 0 : 2) + (this.#clock.duration === null ? 0 : 1)] ?? {},
    });
  }

  /** KTM's notification to the driver: no I/O. Its record has no kind (`ERR`), no completion and no arguments. */
  #transactionNotice(bytes: Uint8Array, sequence: number): void {
    const minor = this.#words.get(bytes, this.#columns.startOf(column.minor), this.#columns.endOf(column.minor));
    this.#tally.context('transaction notification', {
      sourceIndex: sequence, time: this.#clock.time as TraceTime, duration: null, process: this.#process(), tid: this.#tid, contextClass: 'other',
      name: minor === '' ? transactionNotify : minor, path: this.#nameIn(bytes, false).path, status: null,
      detail: { FileObject: this.#objectIn(bytes, column.fileObject), Transaction: this.#objectIn(bytes, column.transaction) }, operation: null,
    });
  }

  /** A second line of the same create, with the target of the mount point it met instead of a name, and a number of its own. */
  #reparseTarget(bytes: Uint8Array, sequence: number, operation: string): boolean {
    if (this.#status !== statusReparse || operation !== 'IRP_MJ_CREATE') return false;
    const columns = decodeLatin1(bytes, this.#columns.startOf(column.preOp), this.#columns.endOf(column.name - 1));
    const target = this.#nameIn(bytes, false).path;
    if (this.#reparse === null || this.#reparse.columns !== columns || target?.startsWith('\\??\\') !== true) {
      this.#reparse = { columns, sequence };
      return false;
    }
    this.#tally.context('reparse target', {
      sourceIndex: sequence, time: this.#clock.time, duration: null, process: this.#process(), tid: this.#tid, contextClass: 'other', name: 'reparse target',
      path: target, status: null, detail: {}, operation: this.#reparse.sequence,
    });
    this.#reparse = null;
    return true;
  }

  #process(): ProcessIndex {
    const known = this.#processes.get(this.#pid);
    if (known !== undefined) return known;
    const full = this.#processes.size >= maximumProcesses;
    if (full) {
      const shared = this.#processes.get(-1);
      if (shared !== undefined) return shared;
    }
    const index = this.#processes.size as ProcessIndex;
    this.#processes.set(full ? -1 : this.#pid, index);
    this.#tally.process({
      index, pid: full ? 0 : this.#pid, parentPid: null, name: full ? 'more processes than are kept apart' : processName(this.#pid), imagePath: null, commandLine: null,
      user: null, integrity: null, is64Bit: null, startTime: null, endTime: null,
    });
    return index;
  }
}

const processName = (pid: number): string => (pid === 4 ? 'System' : pid === 0 ? 'Idle' : `pid ${pid}`);

/** Names are in the ANSI code page, which is not recorded, or in UTF-8: what is no UTF-8 is taken for Latin-1. */
function decodeName(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeUtf8(bytes, start, end);
  return text.includes('\ufffd') ? decodeLatin1(bytes, start, end) : text;
}
