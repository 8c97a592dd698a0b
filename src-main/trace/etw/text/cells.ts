/**
 * Splits a line into cells: at separators outside double quotes, blanks around cells and the quotes left out.
 *
 * Tools that print ETW as text double the quotes inside a cell or do not (etw-formats.md 15): a quote ends a cell only where a separator or the end follows.
 */
import { decodeUtf8, TextCache } from '../../byteText.ts';

const quote = 0x22;
const blank = 0x20;
/** A row of more cells is none. */
const maximumCells = 4096;

export class Cells {
  readonly #separator: number;
  readonly #starts = new Int32Array(maximumCells);
  readonly #ends = new Int32Array(maximumCells);
  readonly #quoted = new Uint8Array(maximumCells);
  readonly #texts = new TextCache(decodeUtf8, 2048);
  #bytes: Uint8Array = new Uint8Array(0);
  count = 0;

  /** `separator` is a byte: `,` or `;`. */
  constructor(separator = 0x2c) {
    this.#separator = separator;
  }

  /** Takes the first `most` cells; the last of them is then the rest of the line. */
  split(bytes: Uint8Array, start: number, end: number, most = maximumCells): void {
    this.#bytes = bytes;
    this.count = 0;
    this.#splitFrom(start, end, most);
  }

  /**
   * As `split`, for rows whose first cells are padded to the same width: their separators are where they were in the row before, which is tried first.
   * `fixed` is how many of them there are.
   */
  splitPadded(bytes: Uint8Array, start: number, end: number, fixed: number): void {
    this.#bytes = bytes;
    this.count = 0;
    if (fixed > 0 && this.#fixed === fixed && this.#takePadded(start, end, fixed)) return;
    this.#splitFrom(start, end, maximumCells);
    this.#fixed = 0;
    if (this.count <= fixed) return;
    for (let i = 0; i < fixed; i++) {
      if (this.#quoted[i] === 1) return;
      let at = this.#ends[i] ?? 0;
      while (bytes[at] === blank) at += 1;
      this.#separators[i] = at - start;
    }
    this.#fixed = fixed;
  }

  readonly #separators = new Int32Array(maximumCells);
  #fixed = 0;

  /** After `splitPadded`: true where the padded cells were told. */
  get isPadded(): boolean {
    return this.#fixed > 0;
  }

  /** Place of the separator behind a padded cell, from the start of the row. */
  paddedEnd(index: number): number {
    return this.#separators[index] ?? 0;
  }

  #takePadded(start: number, end: number, fixed: number): boolean {
    const bytes = this.#bytes;
    const separators = this.#separators;
    const separator = this.#separator;
    const last = start + (separators[fixed - 1] ?? 0);
    if (last >= end) return false;
    for (let i = 0; i < fixed; i++) if (bytes[start + (separators[i] ?? 0)] !== separator) return false;
    let from = start;
    for (let i = 0; i < fixed; i++) {
      const to = start + (separators[i] ?? 0);
      let first = from;
      while (first < to && bytes[first] === blank) first += 1;
      // A quote, or a separator of its own, has moved the cells.
      if (bytes[first] === quote) return false;
      let behind = to;
      while (behind > first && bytes[behind - 1] === blank) behind -= 1;
      for (let at = first; at < behind; at++) if (bytes[at] === separator) return false;
      this.#starts[i] = first;
      this.#ends[i] = behind;
      this.#quoted[i] = 0;
      from = to + 1;
    }
    this.count = fixed;
    this.#splitFrom(from, end, maximumCells);
    return true;
  }

  #splitFrom(start: number, end: number, most: number): void {
    const bytes = this.#bytes;
    const separator = this.#separator;
    let at = start;
    for (;;) {
      while (at < end && bytes[at] === blank) at += 1;
      if (this.count === most - 1) {
        this.#put(at, end, 0);
        return;
      }
      if (bytes[at] === quote && at < end) {
        at = this.#quotedCell(at + 1, end);
      } else {
        const first = at;
        while (at < end && bytes[at] !== separator) at += 1;
        this.#put(first, at, 0);
      }
      if (at >= end) return;
      at += 1;
    }
  }

  startOf(index: number): number {
    return this.#starts[index] ?? 0;
  }

  endOf(index: number): number {
    return this.#ends[index] ?? 0;
  }

  isEmpty(index: number): boolean {
    return index >= this.count || this.startOf(index) === this.endOf(index);
  }

  /** Equal texts are one string. */
  text(index: number): string {
    if (index >= this.count) return '';
    const text = this.#texts.get(this.#bytes, this.startOf(index), this.endOf(index));
    return this.#quoted[index] === 1 && text.includes('""') ? text.replaceAll('""', '"') : text;
  }

  #put(start: number, end: number, quoted: 0 | 1): void {
    const bytes = this.#bytes;
    let last = end;
    while (last > start && bytes[last - 1] === blank) last -= 1;
    this.#starts[this.count] = start;
    this.#ends[this.count] = last;
    this.#quoted[this.count] = quoted;
    this.count += 1;
  }

  /** Place of the separator behind the cell, or `end`. */
  #quotedCell(start: number, end: number): number {
    const bytes = this.#bytes;
    for (let at = start; at < end; at++) {
      if (bytes[at] !== quote) continue;
      if (bytes[at + 1] === quote && at + 1 < end && !this.#endsAt(at + 2, end)) {
        at += 1;
        continue;
      }
      const behind = this.#behindBlanks(at + 1, end);
      if (behind < end && bytes[behind] !== this.#separator) continue;
      this.#put(start, at, 1);
      return behind;
    }
    // A quote that nothing closes: the rest of the line, as it is.
    this.#put(start, end, 1);
    return end;
  }

  #behindBlanks(from: number, end: number): number {
    let at = from;
    while (at < end && this.#bytes[at] === blank) at += 1;
    return at;
  }

  /** True where a cell may end in front of `from`: then two quotes are one that is not doubled and the closing one. */
  #endsAt(from: number, end: number): boolean {
    const behind = this.#behindBlanks(from, end);
    return behind >= end || this.#bytes[behind] === this.#separator;
  }
}
