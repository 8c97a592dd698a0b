/**
 * Splits a CSV as Procmon writes it into rows of byte ranges; only fields that are asked for become text.
 *
 * Source: procmon-formats.md 12.1: every field in quotes, `"` doubled, rows end in CRLF (LF in copies kept in git), and a field may hold bare CRs.
 */
import { decodeUtf8, TextCache } from '../../byteText.ts';
import type { StreamBuffer } from '../../streamBuffer.ts';

const quote = 0x22;
const comma = 0x2c;
const lf = 0x0a;
const cr = 0x0d;
/** Procmon cuts Detail at 4095 characters; a row of more than this is a lost quote. */
const maximumRow = 1024 * 1024;

export type RowResult = 'row' | 'end' | 'malformed' | 'cut';

export class CsvRows {
  readonly #buffer: StreamBuffer;
  readonly #cache = new TextCache(decodeUtf8);
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #escaped: boolean[] = [];
  /** Fields of the current row. */
  fields = 0;
  /** Line of the file at which the current row starts, from 1. */
  line = 0;
  #nextLine = 1;
  /** Line feeds inside the fields of the row being scanned. */
  #lineFeeds = 0;

  constructor(buffer: StreamBuffer) {
    this.#buffer = buffer;
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
      if (end === malformed || (end === needMore && pending > maximumRow)) return this.#resync('malformed');
      if (!this.#buffer.fill() && this.#buffer.atEnd) {
        if (this.#buffer.position >= this.#buffer.bytes.length) return 'end';
        // What is left has no closing quote; a last row without a line end was accepted by the scan above.
        const last = this.#scan();
        if (last < 0) return this.#resync('cut');
      }
    }
  }

  /** Text of a field, kept by equal bytes where it repeats. */
  text(index: number): string {
    const start = this.#starts[index] ?? 0;
    const end = this.#ends[index] ?? 0;
    const text = this.#cache.get(this.#buffer.bytes, start, end);
    return this.#escaped[index] === true ? text.replaceAll('""', '"') : text;
  }

  /** Text of a field that hardly repeats, such as a time. */
  fresh(index: number): string {
    return decodeUtf8(this.#buffer.bytes, this.#starts[index] ?? 0, this.#ends[index] ?? 0);
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
      at = bytes[at] === quote ? this.#quoted(at) : this.#bare(at);
      if (at < 0) return at;
      if (at >= size) return atEnd ? size : needMore;
      const next = bytes[at];
      if (next === comma) {
        at += 1;
        if (at >= size && !atEnd) return needMore;
      } else if (next === lf) {
        return at + 1;
      } else if (next === cr) {
        if (at + 1 >= size) return atEnd ? size : needMore;
        return bytes[at + 1] === lf ? at + 2 : malformed;
      } else {
        return malformed;
      }
    }
  }

  /** Takes a field in quotes; returns the place behind its closing quote. A plain loop beats `indexOf` on fields this short. */
  #quoted(at: number): number {
    const { bytes, atEnd } = this.#buffer;
    const size = bytes.length;
    let escaped = false;
    for (let end = at + 1; end < size; end++) {
      const byte = bytes[end];
      if (byte === lf) this.#lineFeeds += 1;
      if (byte !== quote) continue;
      if (end + 1 >= size && !atEnd) return needMore;
      if (bytes[end + 1] !== quote) {
        this.#field(at + 1, end, escaped);
        return end + 1;
      }
      escaped = true;
      end += 1;
    }
    return needMore;
  }

  #bare(at: number): number {
    const { bytes, atEnd } = this.#buffer;
    let end = at;
    while (end < bytes.length && bytes[end] !== comma && bytes[end] !== lf && bytes[end] !== cr) end += 1;
    if (end >= bytes.length && !atEnd) return needMore;
    this.#field(at, end, false);
    return end;
  }

  #field(start: number, end: number, escaped: boolean): void {
    this.#starts[this.fields] = start;
    this.#ends[this.fields] = end;
    this.#escaped[this.fields] = escaped;
    this.fields += 1;
  }

  /** Skips to the next line that begins with a quote, as every row of Procmon's does. */
  #resync(result: RowResult): RowResult {
    const buffer = this.#buffer;
    this.line = this.#nextLine;
    this.fields = 0;
    for (;;) {
      const end = buffer.bytes.indexOf(lf, buffer.position);
      if (end < 0) {
        buffer.position = buffer.bytes.length;
        if (!buffer.fill()) return result;
        continue;
      }
      buffer.position = end + 1;
      this.#nextLine += 1;
      if (buffer.position >= buffer.bytes.length) buffer.fill();
      if (buffer.position >= buffer.bytes.length || buffer.bytes[buffer.position] === quote) return result;
    }
  }
}

const needMore = -1;
const malformed = -2;
