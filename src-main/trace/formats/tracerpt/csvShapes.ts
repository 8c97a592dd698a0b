/**
 * Reads the fixed columns of rows that look like earlier ones, many times faster than cell by cell.
 *
 * tracerpt pads its fixed columns, so that two rows of one kind of event differ only in the numbers of process, thread, processor and time (and in two times of
 * the processor that nobody reads). A shape is a row that was read in full, with holes where these stood. A row that fits none is read in full.
 */
import type { Cells } from '../../etw/text/cells.ts';
import { LiteralMatcher, literalOf } from '../../etw/text/literal.ts';
import type { Literal } from '../../etw/text/literal.ts';
import { hexDigit } from '../../hexText.ts';
import type { EventType } from './eventTypes.ts';

/** Places of the columns that differ from row to row; they stand in this order, the first three side by side. */
export interface ShapeColumns {
  readonly pid: number;
  readonly tid: number;
  readonly processor: number;
  readonly time: number;
  readonly userData: number;
}

interface Shape {
  readonly type: EventType;
  /** Up to the process, and from behind the processor to the time. */
  readonly before: Literal;
  readonly between: Literal;
  /** Ends of columns, from the start of the row: of the process, the thread, the processor, the time and each one behind it. */
  readonly ends: readonly number[];
  /** The shape that fitted after this one the last time. */
  next: Shape | null;
}

const comma = 0x2c;
const quote = 0x22;
const blank = 0x20;
const zero = 0x30;
const maximumShapes = 256;
/** Rows that fit no shape are made one only so often: a file may have as many kinds as rows. */
const maximumAttempts = 1024;
/** Digits of a time that are counted by themselves. */
const backDigits = 9;

export class CsvShapes {
  readonly #columns: ShapeColumns;
  readonly #inOrder: boolean;
  readonly #shapes: Shape[] = [];
  readonly #matcher = new LiteralMatcher();
  #attempts = 0;
  #last: Shape | null = null;
  #bytes: Uint8Array = new Uint8Array(0);
  #hex = 0;
  // Of the row that fitted.
  pid = 0;
  tid = 0;
  processor = 0;
  /** The time: all digits but the last nine, and those. */
  timeFront = 0;
  timeBack = 0;
  /** Where the first value behind the fixed columns begins. */
  dataStart = 0;

  constructor(columns: ShapeColumns) {
    this.#columns = columns;
    const { pid, tid, processor, time, userData } = columns;
    this.#inOrder = pid > 0 && tid === pid + 1 && processor === tid + 1 && time > processor + 1 && userData > time;
  }

  /** What the row is; null where it fits no shape. */
  match(bytes: Uint8Array, start: number, end: number): EventType | null {
    if (this.#shapes.length === 0) return null;
    this.#bytes = bytes;
    this.#matcher.use(bytes);
    const shape = this.#find(start);
    if (shape === null) return null;
    if (this.#last !== null) this.#last.next = shape;
    this.#last = shape;
    return this.#readHoles(shape, start, end) ? shape.type : null;
  }

  #find(start: number): Shape | null {
    const matcher = this.#matcher;
    const expected = this.#last?.next ?? this.#shapes[0] ?? null;
    if (expected === null || matcher.fits(expected.before, start)) return expected;
    let { different } = matcher;
    for (const shape of this.#shapes) {
      if (!matcher.mayFit(shape.before, start, different)) continue;
      if (matcher.fits(shape.before, start)) return shape;
      ({ different } = matcher);
    }
    return null;
  }

  #readHoles({ before, between, ends }: Shape, start: number, end: number): boolean {
    const pidEnd = start + (ends[0] ?? 0);
    const tidEnd = start + (ends[1] ?? 0);
    const processorEnd = start + (ends[2] ?? 0);
    const timeEnd = start + (ends[3] ?? 0);
    const last = start + (ends.at(-1) ?? 0);
    if (last >= end) return false;
    if (!this.#readHex(start + before.size, pidEnd)) return false;
    this.pid = this.#hex;
    if (!this.#readHex(pidEnd + 1, tidEnd)) return false;
    this.tid = this.#hex;
    if (!this.#readProcessor(tidEnd + 1, processorEnd) || !this.#matcher.fits(between, processorEnd)) return false;
    if (!this.#readTime(processorEnd + between.size, timeEnd)) return false;
    for (let i = 4, from = timeEnd + 1; i < ends.length; i++) {
      const to = start + (ends[i] ?? 0);
      if (!this.#isPlain(from, to)) return false;
      from = to + 1;
    }
    this.dataStart = last + 1;
    return true;
  }

  #isPlain(from: number, to: number): boolean {
    const bytes = this.#bytes;
    for (let at = from; at < to; at++) if (bytes[at] === comma || bytes[at] === quote) return false;
    return bytes[to] === comma;
  }

  /** `   0x000004D2` */
  #readHex(from: number, to: number): boolean {
    const bytes = this.#bytes;
    let at = from;
    while (bytes[at] === blank) at += 1;
    if (bytes[at] !== zero || bytes[at + 1] !== 0x78 || to - at < 3 || to - at > 10 || bytes[to] !== comma) return false;
    let value = 0;
    let bad = 0;
    for (at += 2; at < to; at++) {
      const digit = hexDigit(bytes[at] ?? 0);
      bad |= digit;
      value = (value << 4) | digit;
    }
    this.#hex = value >>> 0;
    return bad >= 0;
  }

  #readProcessor(from: number, to: number): boolean {
    const bytes = this.#bytes;
    let at = from;
    while (bytes[at] === blank) at += 1;
    if (at >= to || to - at > 6) return false;
    let value = 0;
    for (; at < to; at++) {
      const digit = (bytes[at] ?? 0) - zero;
      if (digit < 0 || digit > 9) return false;
      value = value * 10 + digit;
    }
    this.processor = value;
    return bytes[to] === comma;
  }

  #readTime(from: number, to: number): boolean {
    const bytes = this.#bytes;
    let at = from;
    while (bytes[at] === blank) at += 1;
    if (at >= to || to - at > 19) return false;
    let front = 0;
    let value = 0;
    for (; at < to; at++) {
      const digit = (bytes[at] ?? 0) - zero;
      if (digit < 0 || digit > 9) return false;
      if (to - at === backDigits) {
        front = value;
        value = 0;
      }
      value = value * 10 + digit;
    }
    this.timeFront = front;
    this.timeBack = value;
    return bytes[to] === comma;
  }

  /** Makes a shape of a row that was read in full; its cells are those of `splitPadded`. */
  learn(bytes: Uint8Array, start: number, cells: Cells, type: EventType): void {
    const { pid, tid, processor, time, userData } = this.#columns;
    this.#last = null;
    if (!this.#inOrder || this.#shapes.length >= maximumShapes || this.#attempts >= maximumAttempts) return;
    this.#attempts += 1;
    if (!cells.isPadded) return;
    const ends = [pid, tid, processor, ...Array.from({ length: userData - time }, (_, index) => time + index)].map((column) => cells.paddedEnd(column));
    const shape: Shape = {
      type, ends, next: null,
      before: literalOf(bytes, start, start + cells.paddedEnd(pid - 1) + 1),
      between: literalOf(bytes, start + cells.paddedEnd(processor), start + cells.paddedEnd(time - 1) + 1),
    };
    this.#shapes.push(shape);
    this.#last = shape;
  }
}
