/**
 * Splits a CSV as Procmon writes it into rows of byte ranges; only cells that are asked for become text.
 *
 * Source: procmon-formats.md 12.1: every field in quotes, `"` doubled, rows end in CRLF, and a field may hold bare CRs. Copies have LF (git) or bare CR at
 * the ends of rows, other separators, and no quotes where a field does not need them.
 */
import { decodeUtf8, TextCache } from '../../byteText.ts';
import type { StreamBuffer } from '../../streamBuffer.ts';
import { countIn, durationIn, timeOfDayIn } from '../procmon-text/cells.ts';
import type { TextRow } from '../procmon-text/textRow.ts';

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;
/** Procmon cuts Detail at 4095 characters; a row of more than this is a lost quote. */
const maximumRow = 1024 * 1024;
/** Rows lost that way cost a scan of so many bytes each: a file of nothing else is given up sooner. */
const minimumRow = 64 * 1024;
/** More fields than this are counted, not kept. */
const maximumFields = 256;
/** Longer cells are hardly ever repeated by the next row. */
const maximumAbove = 128;

export type RowResult = 'row' | 'end' | 'malformed' | 'cut';

export class CsvRows implements TextRow {
  readonly #buffer: StreamBuffer;
  readonly #separator: number;
  readonly #cache = new TextCache(decodeUtf8);
  /** Of each column the text asked for last, and its bytes: most cells are the same as those above them. */
  readonly #above: string[] = new Array<string>(maximumFields).fill('');
  readonly #aboveBytes = new Uint8Array(maximumFields * maximumAbove);
  readonly #aboveLengths = new Int32Array(maximumFields);
  readonly #starts = new Int32Array(maximumFields);
  readonly #ends = new Int32Array(maximumFields);
  readonly #escaped = new Uint8Array(maximumFields);
  #maximum = maximumRow;
  /** Fields of the current row. */
  fields = 0;
  /** Line of the file at which the current row starts, from 1. */
  line = 0;
  #nextLine = 1;
  /** Line feeds inside the fields of the row being scanned. */
  #lineFeeds = 0;

  constructor(buffer: StreamBuffer, separator: string) {
    this.#buffer = buffer;
    this.#separator = separator.charCodeAt(0);
  }

  /** Moves to the next row. `malformed` and `cut` leave no fields; reading goes on behind the line. */
  next(): RowResult {
    for (;;) {
      const end = this.#scan();
      if (end >= 0) {
        this.line = this.#nextLine;
        this.#nextLine += 1 + this.#lineFeeds;
        this.#buffer.position = end;
        return 'row';
      }
      const pending = this.#buffer.bytes.length - this.#buffer.position;
      if (end === malformed) return this.#resync('malformed');
      if (pending > this.#maximum) {
        this.#maximum = Math.max(minimumRow, this.#maximum >> 1);
        return this.#resync('malformed');
      }
      if (!this.#buffer.fill() && this.#buffer.atEnd) {
        if (this.#buffer.position >= this.#buffer.bytes.length) return 'end';
        // What is left has no closing quote; a last row without a line end was accepted by the scan above.
        const last = this.#scan();
        if (last < 0) return this.#resync('cut');
      }
    }
  }

  text(index: number): string {
    if (index < 0) return '';
    const { bytes } = this.#buffer;
    const start = this.#starts[index] ?? 0;
    const length = (this.#ends[index] ?? 0) - start;
    if (length === 0) return '';
    const above = this.#aboveBytes;
    const base = index * maximumAbove;
    if (length === this.#aboveLengths[index]) {
      // From the end, where times and paths differ.
      let at = length - 1;
      while (at >= 0 && above[base + at] === bytes[start + at]) at -= 1;
      if (at < 0) return this.#above[index] ?? '';
    }
    const cached = this.#cache.get(bytes, start, start + length);
    const text = this.#escaped[index] === 1 ? cached.replaceAll('""', '"') : cached;
    if (length <= maximumAbove) {
      for (let at = 0; at < length; at++) above[base + at] = bytes[start + at] ?? 0;
      this.#aboveLengths[index] = length;
      this.#above[index] = text;
    }
    return text;
  }

  count(index: number): number {
    return index < 0 ? -1 : countIn(this.#buffer.bytes, this.#starts[index] ?? 0, this.#ends[index] ?? 0);
  }

  timeOfDay(index: number): number {
    return timeOfDayIn(this.#buffer.bytes, this.#starts[index] ?? 0, this.#ends[index] ?? 0);
  }

  duration(index: number): bigint | null {
    return durationIn(this.#buffer.bytes, this.#starts[index] ?? 0, this.#ends[index] ?? 0);
  }

  /** End of the row at the buffer's position, or why there is none. */
  #scan(): number {
    const { bytes, atEnd } = this.#buffer;
    const size = bytes.length;
    let at = this.#buffer.position;
    this.fields = 0;
    this.#lineFeeds = 0;
    if (at >= size) return needMore;
    for (;;) {
      at = bytes[at] === quote ? this.#quoted(bytes, at) : this.#bare(bytes, at);
      if (at < 0) return at;
      if (at >= size) return atEnd ? size : needMore;
      const next = bytes[at];
      if (next === this.#separator) {
        at += 1;
        if (at >= size && !atEnd) return needMore;
      } else if (next === lf) {
        return at + 1;
      } else if (next === cr) {
        if (at + 1 >= size) return atEnd ? size : needMore;
        return bytes[at + 1] === lf ? at + 2 : at + 1;
      } else {
        return malformed;
      }
    }
  }

  /** Takes a field in quotes; returns the place behind its closing quote. A plain loop beats `indexOf` on fields this short. */
  #quoted(bytes: Uint8Array, at: number): number {
    const size = bytes.length;
    let escaped = 0;
    for (let end = at + 1; end < size; end++) {
      const byte = bytes[end] ?? 0;
      if (byte > quote) continue;
      if (byte === lf) this.#lineFeeds += 1;
      if (byte !== quote) continue;
      if (end + 1 >= size && !this.#buffer.atEnd) return needMore;
      if (bytes[end + 1] !== quote) {
        this.#field(at + 1, end, escaped);
        return end + 1;
      }
      escaped = 1;
      end += 1;
    }
    return needMore;
  }

  #bare(bytes: Uint8Array, at: number): number {
    let end = at;
    while (end < bytes.length && bytes[end] !== this.#separator && bytes[end] !== lf && bytes[end] !== cr) end += 1;
    if (end >= bytes.length && !this.#buffer.atEnd) return needMore;
    this.#field(at, end, 0);
    return end;
  }

  #field(start: number, end: number, escaped: number): void {
    const index = this.fields;
    this.fields = index + 1;
    if (index >= maximumFields) return;
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#escaped[index] = escaped;
  }

  /** Skips to the next line that begins as a row of Procmon's does. */
  #resync(result: RowResult): RowResult {
    const buffer = this.#buffer;
    this.line = this.#nextLine;
    this.fields = 0;
    for (;;) {
      const end = lineEnd(buffer.bytes, buffer.position);
      if (end < 0) {
        buffer.position = buffer.bytes.length;
        if (!buffer.fill()) return result;
        continue;
      }
      if (buffer.bytes[end] === lf) this.#nextLine += 1;
      buffer.position = end + 1;
      if (buffer.bytes.length - buffer.position < 3) buffer.fill();
      if (buffer.position >= buffer.bytes.length || this.#beginsRow()) return result;
    }
  }

  /** A quote, and no doubled one that belongs to a text of several lines. */
  #beginsRow(): boolean {
    const { bytes, position } = this.#buffer;
    return bytes[position] === quote && (bytes[position + 1] !== quote || bytes[position + 2] === this.#separator);
  }
}

/** Of a line feed or, where copies have no line feeds, a bare carriage return. */
function lineEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === lf || (byte === cr && bytes[at + 1] !== lf && at + 1 < bytes.length)) return at;
  }
  return -1;
}

const needMore = -1;
const malformed = -2;
