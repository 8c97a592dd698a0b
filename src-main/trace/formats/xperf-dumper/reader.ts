/**
 * Reads what `xperf -i trace.etl -a dumper` prints.
 *
 * Source: etw-formats.md 16. Times are in microseconds since the start of the trace, which stands in the line behind the header in newer versions.
 * xperf has resolved file names itself, over the whole trace, so that one pass is enough.
 */
import { fileInformationClassFromName, fsctlFromName, irpMjFromName } from '../../../nt/names.ts';
import type { ByteSource } from '../../byteSource.ts';
import { Cells } from '../../etw/text/cells.ts';
import { numberSlot as n, textBase, textSlot as t } from '../../etw/text/fieldSlots.ts';
import type { EtwTextReader, EtwTextSink } from '../../etw/text/importEtwText.ts';
import { NumberReader } from '../../etw/text/numberReader.ts';
import { ProcessLabels } from '../../etw/text/processLabels.ts';
import { TextEvents } from '../../etw/text/textEvents.ts';
import { TextFields } from '../../etw/text/textFields.ts';
import type { EtwEvent } from '../../etw/kernelEvent.ts';
import type { DetailValue, TraceTime, UnknownTime } from '../../record.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import { TextLines } from '../../textLines.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { assumedDate } from '../../assumedDate.ts';
import { TraceFacts } from './facts.ts';
import { schemaOf, special } from './schemas.ts';
import type { Schema } from './schemas.ts';

const progressEvery = 2048;
const ticksPerMicrosecond = 10;
/** Ticks since the start that a number counts exactly: 28 years. */
const longestTrace = Number.MAX_SAFE_INTEGER / ticksPerMicrosecond;
/** Rows whose name stands in no schema are counted by name, as long as there are not too many of them. */
const maximumNames = 4096;
const dirEnum = 72;
const dirNotify = 77;

export class XperfReader implements EtwTextReader {
  readonly #buffer: StreamBuffer;
  readonly #lines: TextLines;
  readonly #cells = new Cells();
  readonly #number = new NumberReader();
  readonly #fields = new TextFields();
  readonly #events = new TextEvents(this.#fields);
  readonly #schemas = new Map<string, Schema>();
  readonly #processes = new ProcessLabels();
  readonly #facts = new TraceFacts();
  readonly #assumedStart: bigint;
  #start: bigint;
  #records = 0;
  #inHeader = false;
  #headerSeen = false;
  #lastMicroseconds = -1;
  #lastTime = 0n as TraceTime;
  #rowPid: number | null = null;
  #rowName = '';

  constructor(source: ByteSource, options: ImportOptions) {
    this.#buffer = new StreamBuffer(source);
    this.#lines = new TextLines(this.#buffer);
    this.#assumedStart = options.assumedDate ?? assumedDate;
    this.#start = this.#assumedStart;
  }

  get system(): { readonly [key: string]: DetailValue } {
    return { ...this.#facts.values, ...(this.#facts.start === null ? { start: 'not recorded; times count from an assumed one' } : {}) };
  }

  get unknownTimes(): readonly UnknownTime[] {
    return this.#facts.start === null ? ['date'] : [];
  }

  run(sink: EtwTextSink): void {
    for (;;) {
      const result = this.#lines.next();
      if (result === 'end') return;
      if (result === 'long') this.#damage(sink, 'line is too long to be a row');
      else this.#readLine(sink);
      if (this.#lines.line % progressEvery === 0 && !sink.progress(this.#buffer.consumed)) return;
    }
  }

  #damage(sink: EtwTextSink, reason: string): void {
    sink.damage(this.#lines.line, this.#lines.terminated ? reason : 'the file ends inside this line', 1);
    this.#records += 1;
  }

  #readLine(sink: EtwTextSink): void {
    const { bytes, start, end } = this.#lines;
    this.#cells.split(bytes, start, end);
    const name = this.#cells.text(0);
    if (name === '' && this.#cells.count === 1) return;
    if (name === 'BeginHeader') {
      this.#inHeader = true;
      this.#headerSeen = true;
    } else if (name === 'EndHeader') {
      this.#inHeader = false;
    } else if (this.#inHeader) {
      if (this.#cells.count > 1 && this.#schemas.size < maximumNames) this.#schemas.set(name, schemaOf(this.#cellTexts()));
    } else if (name.startsWith('OS Version:')) {
      this.#readFacts(sink);
    } else if (this.#headerSeen) {
      const problem = this.#readRow(name, sink);
      if (problem !== undefined) this.#damage(sink, problem);
    }
  }

  #cellTexts(): readonly string[] {
    return Array.from({ length: this.#cells.count }, (_, index) => this.#cells.text(index));
  }

  #readFacts(sink: EtwTextSink): void {
    this.#facts.take(this.#cellTexts());
    this.#start = this.#facts.start ?? this.#assumedStart;
    this.#lastMicroseconds = -1;
    const time = this.#start as TraceTime;
    const { eventsLost, buffersLost } = this.#facts;
    if (eventsLost > 0) sink.lost({ what: 'events', sourceIndex: this.#records, time, count: eventsLost, processor: null });
    if (buffersLost > 0) sink.lost({ what: 'buffers', sourceIndex: this.#records, time, count: buffersLost, processor: null });
  }

  /** Says what is wrong with the row, or nothing. */
  #readRow(name: string, sink: EtwTextSink): string | undefined {
    const schema = this.#schemas.get(name) ?? this.#unknown(name);
    const { is, columns } = schema;
    if (!this.#lines.terminated && this.#cells.count <= columns.length) return 'row is cut';
    const { head } = this.#events;
    this.#fields.clear();
    this.#rowPid = null;
    this.#rowName = '';
    head.sourceIndex = this.#records;
    head.name = schema.name;
    head.tid = null;
    head.processor = null;
    if (!this.#readTime(columns)) return is.kind === 'other' ? this.#countOther(schema, sink) : 'row has no time that can be read';
    if (is.kind === 'other') return this.#countOther(schema, sink);
    this.#readColumns(schema, sink);
    head.pid = is.kind === 'process' || is.kind === 'thread' ? null : this.#rowPid;
    const event = this.#eventOf(schema);
    if (event === undefined) return `a row ${schema.name} lacks its columns`;
    sink.event(event);
    this.#records += 1;
    return undefined;
  }

  /** A row without a schema, or one that tells nothing of files. */
  #countOther(schema: Schema, sink: EtwTextSink): undefined {
    const { head } = this.#events;
    head.pid = null;
    if (this.#lastMicroseconds < 0) head.time = this.#start as TraceTime;
    sink.event(this.#events.other(schema.is.kind === 'other' ? schema.is.reason : 'other event', null));
    this.#records += 1;
    return undefined;
  }

  #unknown(name: string): Schema {
    const known = this.#schemas.size < maximumNames;
    const schema = known ? schemaOf([name, 'TimeStamp']) : schemaOf(['more kinds of events', 'TimeStamp']);
    const made: Schema = schema.is.kind === 'other' ? schema : { ...schema, is: { kind: 'other', reason: 'row without a schema' } };
    if (known) this.#schemas.set(name, made);
    return made;
  }

  #readTime(columns: readonly number[]): boolean {
    const at = columns.indexOf(special.time) + 1;
    if (at === 0 || at >= this.#cells.count || !this.#number.read(this.#lines.bytes, this.#cells.startOf(at), this.#cells.endOf(at))) return false;
    const microseconds = this.#number.high * 0x1_0000_0000 + this.#number.low;
    if (microseconds > longestTrace) return false;
    if (microseconds !== this.#lastMicroseconds) {
      this.#lastMicroseconds = microseconds;
      this.#lastTime = (this.#start + BigInt(microseconds * ticksPerMicrosecond)) as TraceTime;
    }
    this.#events.head.time = this.#lastTime;
    return true;
  }

  #readColumns({ is, columns }: Schema, sink: EtwTextSink): void {
    const cells = this.#cells;
    const { bytes } = this.#lines;
    const last = Math.min(columns.length, cells.count - 1);
    for (let i = 0; i < last; i++) {
      const slot = columns[i] ?? -1;
      const cell = i + 1;
      if (slot < 0 || slot === special.time) continue;
      if (slot < textBase) this.#fields.readNumber(slot, bytes, cells.startOf(cell), cells.endOf(cell));
      else if (slot < special.time) this.#fields.putText(slot - textBase, cells.text(cell));
      else this.#readSpecial(slot, cell, is.kind === 'file' ? is.type : 0, sink);
    }
  }

  #readSpecial(slot: number, cell: number, type: number, sink: EtwTextSink): void {
    const cells = this.#cells;
    const { head } = this.#events;
    switch (slot) {
      case special.process: {
        const process = this.#processes.read(cells.text(cell), sink);
        this.#rowPid = process.pid;
        this.#rowName = process.name;
        return;
      }
      case special.thread: head.tid = this.#numberIn(cell) || null; return;
      case special.processor: head.processor = this.#numberIn(cell); return;
      case special.infoClass: this.#readInfoClass(cell); return;
      case special.fileName: this.#readFileName(cells.text(cell), type === dirEnum || type === dirNotify); return;
      case special.endAddress:
        if (this.#numberIn(cell) !== null) this.#fields.put(n.imageSize, (this.#number.low - this.#fields.u32(n.imageBase)) >>> 0);
        return;
      case special.major: {
        const major = this.#numberIn(cell) ?? irpMjFromName(cells.text(cell));
        if (major !== undefined) this.#fields.put(n.majorFunction, major);
        return;
      }
      default:
    }
  }

  #numberIn(cell: number): number | null {
    return this.#number.read(this.#lines.bytes, this.#cells.startOf(cell), this.#cells.endOf(cell)) ? this.#number.low : null;
  }

  /** A number, or the class or control code by its name. */
  #readInfoClass(cell: number): void {
    const number = this.#numberIn(cell);
    const text = number === null ? this.#cells.text(cell) : '';
    const value = number ?? fileInformationClassFromName(text) ?? fsctlFromName(text);
    if (value !== undefined) this.#fields.put(n.infoClass, value);
  }

  /** Rows about directories have the column twice: the directory, then the pattern. */
  #readFileName(text: string, isDirectory: boolean): void {
    const path = text.startsWith('Unknown') ? '' : text;
    const slot = !isDirectory ? t.path : this.#fields.hasText(t.directory) ? t.fileName : t.directory;
    this.#fields.putText(slot, slot === t.fileName ? text : path);
  }

  #eventOf({ is }: Schema): EtwEvent | undefined {
    const events = this.#events;
    const fields = this.#fields;
    switch (is.kind) {
      case 'file': return events.file(is.type, 'FileIo');
      case 'minifilter': return events.file(is.type, 'FileIo') ?? events.other('minifilter callback', null);
      case 'process':
        this.#putProcess();
        fields.putText(t.imageName, this.#rowName);
        return events.process(is.type);
      case 'thread':
        this.#putProcess();
        if (events.head.tid !== null) fields.put(n.tThreadId, events.head.tid);
        return events.thread(is.type);
      case 'image':
        this.#putProcess();
        fields.putText(t.fileName, fields.text(t.path));
        return events.image(is.type);
      case 'disk': return events.disk(is.event, fields.has(n.elapsed) ? fields.wide(n.elapsed) * BigInt(ticksPerMicrosecond) : null);
      case 'volume': return events.volume();
      case 'other': return events.other(is.reason, null);
    }
  }

  #putProcess(): void {
    if (this.#rowPid !== null) this.#fields.put(n.processId, this.#rowPid);
  }
}
