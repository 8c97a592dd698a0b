/**
 * Recorded stacks: each stored once, in pages of frames one after the other; an operation's column `stack` holds its number.
 *
 * Readers of traces hand out one object for equal stacks, so the object itself is the key here.
 */
import type { RecordedStack } from '../trace/record.ts';
import type { Database, Statement } from './database.ts';
import { TextHeap } from '../replay/pages/pageBuilder.ts';

const stacksPerPage = 1024;
const mostFrames = 64 * 1024;
/** Stacks remembered while importing; when it is full it is emptied, and a stack that comes again is stored again. */
const remembered = 8192;

export class StackPageWriter {
  readonly #insert: Statement;
  readonly #trace: number;
  readonly #known = new Map<RecordedStack, number>();
  readonly #depths = new Uint16Array(stacksPerPage);
  #frames = new BigUint64Array(mostFrames);
  #locations: Uint32Array | null = null;
  readonly #texts = new TextHeap();
  #first = 1;
  #count = 0;
  #frameCount = 0;

  constructor(db: Database, trace: number) {
    this.#trace = trace;
    this.#insert = db.prepare('INSERT INTO stack_page (trace, first, count, depths, frames, locations, texts) VALUES (?,?,?,?,?,?,?)');
  }

  /** Number of a stack, from 1. It is stored with the next `flush` at the latest. */
  number(stack: RecordedStack): number {
    const known = this.#known.get(stack);
    if (known !== undefined) return known;
    if (this.#known.size >= remembered) this.#known.clear();
    const depth = Math.min(stack.frames.length, 0xffff);
    if (this.#count === stacksPerPage || this.#frameCount + depth > this.#frames.length) this.flush();
    if (depth > this.#frames.length) this.#frames = new BigUint64Array(depth);
    this.#frames.set(depth === stack.frames.length ? stack.frames : stack.frames.subarray(0, depth), this.#frameCount);
    if (stack.locations !== null) this.#addLocations(stack.locations, depth);
    this.#frameCount += depth;
    this.#depths[this.#count] = depth;
    const number = this.#first + this.#count++;
    this.#known.set(stack, number);
    return number;
  }

  flush(): void {
    if (this.#count === 0) return;
    const locations = this.#locations === null ? null : bytesOf(this.#locations.subarray(0, this.#frameCount));
    const texts = this.#locations === null ? null : JSON.stringify(this.#texts.list);
    this.#insert.run(
      this.#trace, this.#first, this.#count, bytesOf(this.#depths.subarray(0, this.#count)), bytesOf(this.#frames.subarray(0, this.#frameCount)), locations, texts,
    );
    this.#first += this.#count;
    this.#count = 0;
    this.#frameCount = 0;
    this.#locations = null;
    this.#texts.clear();
  }

  #addLocations(locations: readonly (string | null)[], depth: number): void {
    this.#locations ??= new Uint32Array(this.#frames.length);
    for (let at = 0; at < depth; at++) {
      const location = locations[at] ?? null;
      this.#locations[this.#frameCount + at] = location === null ? 0 : this.#texts.add(location);
    }
  }
}

const bytesOf = (values: Uint16Array | Uint32Array | BigUint64Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

interface StackRow {
  readonly first: number;
  readonly count: number;
  readonly depths: Uint8Array;
  readonly frames: Uint8Array;
  readonly locations: Uint8Array | null;
  readonly texts: string | null;
}

const stackRowSql = 'SELECT first, count, depths, frames, locations, texts FROM stack_page WHERE trace = ? AND first <= ? ORDER BY first DESC LIMIT 1';

export class StackPageReader {
  readonly #select: Statement;

  constructor(db: Database) {
    this.#select = db.prepare(stackRowSql);
  }

  /** A stack by its number; null where the file has none, or not whole. */
  stack(trace: number, number: number): RecordedStack | null {
    return stackIn(this.#select.get(trace, number) as StackRow | undefined, number);
  }
}

/** The stacks of one trace, many of them one after the other. Whoever asks keeps the trace from changing meanwhile. */
export class RecordedStacks {
  readonly #select: Statement;
  readonly #trace: number;
  readonly #capacity: number;
  readonly #known = new Map<number, RecordedStack | null>();
  #row: StackRow | undefined;

  constructor(db: Database, trace: number, capacity: number) {
    this.#select = db.prepare(stackRowSql);
    this.#trace = trace;
    this.#capacity = capacity;
  }

  /** One object for one number, as long as it is remembered. */
  stack(number: number): RecordedStack | null {
    const known = this.#known.get(number);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#capacity) this.#known.clear();
    if (this.#row === undefined || number < this.#row.first || number >= this.#row.first + this.#row.count) this.#row = this.#select.get(this.#trace, number) as StackRow | undefined;
    const stack = stackIn(this.#row, number);
    this.#known.set(number, stack);
    return stack;
  }
}

function stackIn(row: StackRow | undefined, number: number): RecordedStack | null {
  if (number === 0 || row === undefined || number < row.first || number >= row.first + row.count) return null;
  const depths = viewOf(row.depths);
  const at = number - row.first;
  if ((at + 1) * 2 > depths.byteLength) return null;
  let start = 0;
  for (let before = 0; before < at; before++) start += depths.getUint16(before * 2, true);
  const depth = depths.getUint16(at * 2, true);
  const frames = viewOf(row.frames);
  if ((start + depth) * 8 > frames.byteLength) return null;
  return {
    frames: BigUint64Array.from({ length: depth }, (_, frame) => frames.getBigUint64((start + frame) * 8, true)),
    locations: locationsOf(row, start, depth),
  };
}

function locationsOf(row: StackRow, start: number, depth: number): RecordedStack['locations'] {
  if (row.locations === null || row.texts === null || (start + depth) * 4 > row.locations.byteLength) return null;
  const numbers = viewOf(row.locations);
  const texts = textsOf(row, row.texts);
  const locations = Array.from({ length: depth }, (_, frame) => {
    const text = texts[numbers.getUint32((start + frame) * 4, true) - 1];
    return typeof text === 'string' ? text : null;
  });
  return locations.every((location) => location === null) ? null : locations;
}

/** Of rows that are at hand, so that a page's texts are parsed once. */
const parsedTexts = new WeakMap<StackRow, readonly unknown[]>();

function textsOf(row: StackRow, json: string): readonly unknown[] {
  let texts = parsedTexts.get(row);
  if (texts === undefined) parsedTexts.set(row, (texts = JSON.parse(json) as readonly unknown[]));
  return texts;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
