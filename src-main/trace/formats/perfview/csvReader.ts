/**
 * Reads the CSV of PerfView's Events window: event, time, process, the columns that were shown, and a last column `Rest` with all other values as `name="value"`.
 *
 * Source: etw-formats.md 17; PerfView's EventWindow. The separator is that of the machine's locale; a cell is quoted only where it holds one.
 */
import type { ByteSource } from '../../byteSource.ts';
import { decodeUtf8, TextCache } from '../../byteText.ts';
import { Cells } from '../../etw/text/cells.ts';
import { numberSlot as n } from '../../etw/text/fieldSlots.ts';
import type { EtwTextReader, EtwTextSink } from '../../etw/text/importEtwText.ts';
import { ProcessLabels } from '../../etw/text/processLabels.ts';
import type { DetailValue, UnknownTime } from '../../record.ts';
import { StreamBuffer } from '../../streamBuffer.ts';
import { TextLines } from '../../textLines.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import { assumedDate } from '../../assumedDate.ts';
import { PerfViewRows } from './rows.ts';

const progressEvery = 1024;
const firstColumn = 3;
const quote = 0x22;
const backslash = 0x5c;
const equals = 0x3d;
const blank = 0x20;

export const perfViewHeading = /^Event Name(\s*[,;\t|]\s*)Time MSec\1Process Name/;

export class PerfViewCsvReader implements EtwTextReader {
  readonly #buffer: StreamBuffer;
  readonly #lines: TextLines;
  readonly #rows: PerfViewRows;
  readonly #processes = new ProcessLabels();
  readonly system: { readonly [key: string]: DetailValue } = { start: 'not recorded; times count from an assumed one' };
  readonly unknownTimes: readonly UnknownTime[] = ['date'];
  #cells = new Cells();
  #columns: readonly string[] = [];
  #hasRest = false;
  /** Where the rest of a row had its quotes doubled. */
  #unescaped: Uint8Array = new Uint8Array(1024);
  #length = 0;
  readonly #names = new TextCache(decodeUtf8, 512);
  readonly #texts = new TextCache(decodeUtf8, 2048);

  constructor(source: ByteSource, options: ImportOptions) {
    this.#buffer = new StreamBuffer(source);
    this.#lines = new TextLines(this.#buffer);
    this.#rows = new PerfViewRows(options.assumedDate ?? assumedDate);
  }

  run(sink: EtwTextSink): void {
    this.#readHeading();
    for (;;) {
      const result = this.#lines.next();
      if (result === 'end') return;
      const problem = result === 'long' ? 'line is too long to be an event' : this.#readRow(sink);
      if (problem !== undefined) {
        sink.damage(this.#lines.line, this.#lines.terminated ? problem : 'the file ends inside this line', 1);
        this.#rows.damaged();
      }
      if (this.#lines.line % progressEvery === 0 && !sink.progress(this.#buffer.consumed)) return;
    }
  }

  #readHeading(): void {
    this.#lines.next();
    const { bytes, start, end } = this.#lines;
    // "Event Name" is followed by the separator.
    let at = start + 'Event Name'.length;
    while (at < end && bytes[at] === blank) at += 1;
    this.#cells = new Cells(bytes[at] ?? 0x2c);
    this.#cells.split(bytes, start, end);
    this.#columns = Array.from({ length: this.#cells.count }, (_, index) => this.#cells.text(index));
    this.#hasRest = this.#columns.at(-1) === 'Rest';
  }

  /** Says what is wrong with the row, or nothing. */
  #readRow(sink: EtwTextSink): string | undefined {
    const { bytes, start, end, terminated } = this.#lines;
    if (start === end) return undefined;
    const cells = this.#cells;
    const count = this.#columns.length;
    cells.split(bytes, start, end, this.#hasRest ? count : undefined);
    if (cells.count < count || (!terminated && !this.#isWhole())) return 'row has fewer columns than the first line';
    const rows = this.#rows;
    rows.begin();
    const process = this.#processes.read(cells.text(2), sink);
    rows.pid = process.pid;
    rows.processName = process.name;
    const last = this.#hasRest ? count - 1 : count;
    for (let i = firstColumn; i < last; i++) this.#put(this.#columns[i] ?? '', bytes, cells.startOf(i), cells.endOf(i), cells.text(i));
    if (this.#hasRest) this.#readRest(bytes, cells.startOf(last), cells.endOf(last));
    return rows.finish(cells.text(0), null, cells.text(1), sink);
  }

  /** A row without line end may have been cut inside its last value. */
  #isWhole(): boolean {
    const { bytes, end } = this.#lines;
    let last = end - 1;
    while (last > 0 && bytes[last] === blank) last -= 1;
    return !this.#hasRest || bytes[last] === quote;
  }

  #put(name: string, bytes: Uint8Array, start: number, end: number, text: string): void {
    if (name === 'ProcessorNumber') this.#rows.fields.readNumber(n.processorId, bytes, start, end);
    else this.#rows.put(name, bytes, start, end, () => text);
  }

  /** `HasStack="False" ThreadID="1,240" FileName="C:\"`: a quote ends a value where a blank or the end follows. */
  #readRest(line: Uint8Array, from: number, to: number): void {
    const isQuoted = line[from] === quote;
    const bytes = isQuoted ? this.#unescape(line, from + 1, to) : line;
    const end = isQuoted ? this.#length : to;
    let at = isQuoted ? 0 : from;
    while (at < end) {
      while (at < end && bytes[at] === blank) at += 1;
      const name = at;
      while (at < end && bytes[at] !== equals && bytes[at] !== blank) at += 1;
      if (bytes[at] !== equals || at >= end) continue;
      const nameEnd = at;
      at += 1;
      const quoted = bytes[at] === quote;
      const value = quoted ? at + 1 : at;
      at = quoted ? this.#valueEnd(bytes, value, end) : behindWord(bytes, value, end);
      this.#putRest(bytes, name, nameEnd, value, at);
      if (quoted) at += 1;
    }
  }

  #putRest(bytes: Uint8Array, name: number, nameEnd: number, start: number, end: number): void {
    const field = this.#names.get(bytes, name, nameEnd);
    if (field === 'ProcessorNumber') this.#rows.fields.readNumber(n.processorId, bytes, start, end);
    else this.#rows.put(field, bytes, start, end, () => this.#texts.get(bytes, start, end));
  }

  #valueEnd(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      if (bytes[at] !== quote) continue;
      if (at + 1 >= end || (bytes[at + 1] === blank && (bytes[at - 1] !== backslash || this.#beginsName(bytes, at + 2, end)))) return at;
    }
    return end;
  }

  /** True where `name=` or nothing follows: then a backslash in front of a quote belongs to a path. */
  #beginsName(bytes: Uint8Array, from: number, end: number): boolean {
    let at = from;
    while (at < end && bytes[at] !== equals && bytes[at] !== blank && bytes[at] !== quote) at += 1;
    return at >= end || bytes[at] === equals;
  }

  /** Takes the doubling of quotes back, up to the closing one. */
  #unescape(line: Uint8Array, from: number, to: number): Uint8Array {
    if (this.#unescaped.length < to - from) this.#unescaped = new Uint8Array((to - from) * 2);
    let size = 0;
    for (let at = from; at < to; at++) {
      const byte = line[at] ?? 0;
      if (byte === quote) {
        if (line[at + 1] !== quote || at + 1 >= to) break;
        at += 1;
      }
      this.#unescaped[size++] = byte;
    }
    this.#length = size;
    return this.#unescaped;
  }
}

function behindWord(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== blank) at += 1;
  return at;
}
