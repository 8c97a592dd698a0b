/**
 * Reads tracerpt's CSV: one line an event, fixed columns first, then the values of the event's fields without names.
 *
 * Source: etw-formats.md 15. Columns are found by the first line's names, as copies made by spreadsheets have others in front.
 */
import type { ByteSource } from '../../byteSource.ts';
import { traceErrors } from '../../errors.ts';
import { Cells } from '../../etw/text/cells.ts';
import { textBase } from '../../etw/text/fieldSlots.ts';
import type { EtwTextReader, EtwTextSink } from '../../etw/text/importEtwText.ts';
import { NumberReader } from '../../etw/text/numberReader.ts';
import { learnsFromFile, TextEvents } from '../../etw/text/textEvents.ts';
import { TextFields } from '../../etw/text/textFields.ts';
import { readLayout } from '../../etw/text/layoutValues.ts';
import type { EtwEvent } from '../../etw/kernelEvent.ts';
import type { DetailValue, TraceTime, UnknownTime } from '../../record.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import { TextLines } from '../../textLines.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { assumedDate } from '../../assumedDate.ts';
import { CsvShapes } from './csvShapes.ts';
import { EventTypes } from './eventTypes.ts';
import type { EventType } from './eventTypes.ts';
import { plainEvent } from './plainEvent.ts';
import { headerFields, TraceHeader } from './traceHeader.ts';

const progressEvery = 2048;
const unknownId = 0xffff_ffff;
/** FILETIMEs of 1970 to 2300: what is outside is a reading of another clock (`-rts`). */
const earliest = 116_444_736_000_000_000n;
const latest = 220_000_000_000_000_000n;
const exponent = /^\d([.,]\d+)?[eE][+-]?\d+$/;

/** Places of the fixed columns; -1 for one that is missing. */
interface Columns {
  readonly name: number;
  readonly type: number;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  readonly pid: number;
  readonly tid: number;
  readonly processor: number;
  readonly time: number;
  readonly userData: number;
}

export function csvColumns(names: readonly string[]): Columns {
  const at = (name: string): number => names.indexOf(name);
  return {
    name: at('Event Name'), type: at('Type'), id: at('Event ID'), version: at('Version'), opcode: at('Opcode'), pid: at('PID'), tid: at('TID'),
    processor: at('Processor Number'), time: at('Clock-Time'), userData: at('User Data'),
  };
}

export class TracerptCsvReader implements EtwTextReader {
  readonly #source: ByteSource;
  readonly #buffer: StreamBuffer;
  readonly #lines: TextLines;
  readonly #cells = new Cells();
  readonly #number = new NumberReader();
  readonly #fields = new TextFields();
  readonly #events = new TextEvents(this.#fields);
  readonly #types = new EventTypes();
  readonly #header = new TraceHeader();
  readonly #zero: bigint;
  #columns: Columns = csvColumns([]);
  #shapes = new CsvShapes(this.#columns);
  #front = -1;
  #frontTicks = 0n;
  #records = 0;
  #firstTicks: bigint | null = null;
  #rawClock = false;
  #upper = -1;
  #upperTicks = 0n;

  constructor(source: ByteSource, options: ImportOptions) {
    this.#source = source;
    this.#buffer = new StreamBuffer(source);
    this.#lines = new TextLines(this.#buffer);
    this.#zero = options.assumedDate ?? assumedDate;
  }

  get system(): { readonly [key: string]: DetailValue } {
    return { ...this.#header.facts, ...(this.#rawClock ? { times: 'raw clock ticks; 10 million a second and the start are assumed' } : {}) };
  }

  get unknownTimes(): readonly UnknownTime[] {
    return this.#rawClock ? ['date'] : [];
  }

  run(sink: EtwTextSink): void {
    this.#readHeading();
    for (;;) {
      const result = this.#lines.next();
      if (result === 'end') return;
      const problem = result === 'long' ? 'line is too long to be an event' : this.#readLine(sink);
      if (problem !== undefined) {
        sink.damage(this.#lines.line, this.#lines.terminated ? problem : 'the file ends inside this line', 1);
        this.#records += 1;
      }
      if (this.#lines.line % progressEvery === 0 && !sink.progress(this.#buffer.consumed)) return;
    }
  }

  #readHeading(): void {
    this.#lines.next();
    this.#split();
    this.#columns = csvColumns(Array.from({ length: this.#cells.count }, (_, index) => this.#cells.text(index)));
    this.#shapes = new CsvShapes(this.#columns);
  }

  #split(): void {
    const { bytes, start, end } = this.#lines;
    this.#cells.split(bytes, start, end);
  }

  /** Says what is wrong with the line, or nothing. */
  #readLine(sink: EtwTextSink): string | undefined {
    const { bytes, start, end } = this.#lines;
    if (start === end) return undefined;
    const known = this.#shapes.match(bytes, start, end);
    return known !== null && this.#readKnown(known, sink) ? undefined : this.#readWhole(sink);
  }

  /** A row that looks like an earlier one. False where it is not written as most are: then it is read in full. */
  #readKnown(type: EventType, sink: EtwTextSink): boolean {
    const { is } = type;
    if (sink.namesOnly && !(is.kind === 'file' && learnsFromFile(is.type))) {
      this.#records += 1;
      return true;
    }
    const { bytes, end } = this.#lines;
    const shapes = this.#shapes;
    const time = this.#timeOf(this.#ticksOf(shapes.timeFront, shapes.timeBack));
    if (time === undefined) return false;
    this.#fields.clear();
    if (!readLayout(type.layout, this.#fields, this.#cells, bytes, shapes.dataStart, end)) return false;
    const { head } = this.#events;
    head.sourceIndex = this.#records;
    head.time = time;
    head.pid = shapes.pid === unknownId ? null : shapes.pid;
    head.tid = shapes.tid === unknownId ? null : shapes.tid;
    head.processor = shapes.processor;
    head.name = type.name;
    const event = this.#eventOf(type, sink);
    if (event === undefined) return false;
    sink.event(event);
    this.#records += 1;
    return true;
  }

  /** Times of a second or so have all digits but the last nine in common. */
  #ticksOf(front: number, back: number): bigint {
    if (front !== this.#front) {
      this.#front = front;
      this.#frontTicks = BigInt(front) * 1_000_000_000n;
    }
    return this.#frontTicks + BigInt(back);
  }

  #readWhole(sink: EtwTextSink): string | undefined {
    const { bytes, start, end } = this.#lines;
    this.#cells.splitPadded(bytes, start, end, Math.max(0, this.#columns.userData));
    const cells = this.#cells;
    const columns = this.#columns;
    if (cells.count === 1 && cells.isEmpty(0)) return undefined;
    if (cells.count < columns.userData) return 'line has fewer columns than the first line';
    const opcode = this.#numberIn(columns.opcode);
    if (opcode === undefined || opcode > 255) return 'line has no number of an event';
    const time = this.#time();
    if (time === undefined) return 'line has a time that cannot be read';
    const type = this.#types.get(cells.text(columns.name), this.#numberIn(columns.id) ?? 0, opcode, this.#numberIn(columns.version) ?? 0, cells.text(columns.type));
    this.#setHead(type, time);
    this.#readFields(type);
    const event = this.#eventOf(type, sink);
    if (event === undefined) return `an event ${type.name} lacks its fields`;
    if (repeats(type)) this.#shapes.learn(bytes, start, cells, type);
    sink.event(event);
    this.#records += 1;
    return undefined;
  }

  #numberIn(index: number): number | undefined {
    if (index < 0 || !this.#number.read(this.#lines.bytes, this.#cells.startOf(index), this.#cells.endOf(index))) return undefined;
    return this.#number.low;
  }

  #setHead(type: EventType, time: TraceTime): void {
    const { head } = this.#events;
    const pid = this.#numberIn(this.#columns.pid);
    const tid = this.#numberIn(this.#columns.tid);
    head.sourceIndex = this.#records;
    head.time = time;
    head.pid = pid === undefined || pid === unknownId ? null : pid;
    head.tid = tid === undefined || tid === unknownId ? null : tid;
    head.processor = this.#numberIn(this.#columns.processor) ?? null;
    head.name = type.name;
  }

  #time(): TraceTime | undefined {
    const at = this.#columns.time;
    if (!this.#number.read(this.#lines.bytes, this.#cells.startOf(at), this.#cells.endOf(at))) {
      const text = this.#cells.text(at);
      if (this.#records === 0 && exponent.test(text)) throw traceErrors.tracerptExponent(this.#source.name, this.#lines.line, text);
      return undefined;
    }
    return this.#timeOf(this.#ticks());
  }

  #timeOf(ticks: bigint): TraceTime | undefined {
    if (this.#firstTicks === null) {
      this.#firstTicks = ticks;
      this.#rawClock = ticks < earliest || ticks > latest;
    }
    if (!this.#rawClock) return ticks >= earliest && ticks <= latest ? (ticks as TraceTime) : undefined;
    const time = this.#zero + ticks - this.#firstTicks;
    return time >= 0n && time <= latest ? (time as TraceTime) : undefined;
  }

  /** Of the number read last. Events of some minutes have the upper half in common. */
  #ticks(): bigint {
    const { high, low } = this.#number;
    if (high !== this.#upper) {
      this.#upper = high;
      this.#upperTicks = BigInt(high) << 32n;
    }
    return this.#upperTicks + BigInt(low);
  }

  #readFields(type: EventType): void {
    const fields = this.#fields;
    const cells = this.#cells;
    const { bytes } = this.#lines;
    fields.clear();
    const first = this.#columns.userData;
    for (let i = 0; i < type.layout.length; i++) {
      const slot = type.layout[i] ?? -1;
      const cell = first + i;
      if (slot < 0 || cell >= cells.count) continue;
      if (slot >= textBase) fields.putText(slot - textBase, cells.text(cell));
      else fields.readNumber(slot, bytes, cells.startOf(cell), cells.endOf(cell));
    }
    if (type.is.kind === 'image' && type.is.nameLast) fields.putText(1, this.#lastText(first + type.layout.length));
  }

  /** The last cell that is not empty; from `least` on. */
  #lastText(least: number): string {
    let last = this.#cells.count - 1;
    while (last > least && this.#cells.isEmpty(last)) last -= 1;
    return last >= least ? this.#cells.text(last) : '';
  }

  #eventOf({ is }: EventType, sink: EtwTextSink): EtwEvent | undefined {
    const events = this.#events;
    switch (is.kind) {
      case 'masks': return events.masks(this.#numbersFrom(this.#columns.userData, 8));
      case 'header': return this.#readHeader(sink);
      default: return plainEvent(is, events);
    }
  }

  #numbersFrom(first: number, count: number): readonly number[] {
    return Array.from({ length: count }, (_, index) => this.#numberIn(first + index) ?? 0);
  }

  #readHeader(sink: EtwTextSink): EtwEvent {
    headerFields.forEach((name, index) => this.#header.take(name, this.#cells.text(this.#columns.userData + index)));
    const { head } = this.#events;
    if (this.#header.eventsLost > 0) sink.lost({ what: 'events', sourceIndex: head.sourceIndex, time: head.time, count: this.#header.eventsLost, processor: null });
    return this.#events.other('log record', null);
  }
}

/** Kinds of which a trace has many, and whose values stand in their order. */
const repeats = ({ is }: EventType): boolean => is.kind === 'file' || is.kind === 'disk' || is.kind === 'other';
