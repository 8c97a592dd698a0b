/**
 * Collects rows of a schema in columns, with texts kept once a page, and hands out pages sorted by (time, sourceIndex).
 *
 * A builder holds more rows than a page: those behind the page's end are the window in which a late row finds its place.
 */
import { emptyColumns, type ColumnsOf, type Schema } from './columns.ts';

/** What every schema of sorted rows has. */
export interface SortedSchema extends Schema {
  readonly time: 'i64';
  readonly sourceIndex: 'f64';
}

/** Rows by columns; `texts` and `details` are what columns of these types index, from 1. */
export interface Page<S extends Schema> {
  readonly count: number;
  readonly columns: ColumnsOf<S>;
  readonly texts: readonly string[];
  readonly details: readonly string[];
}

/** Numbers texts from 1, each once. */
export class TextHeap {
  list: string[] = [];
  /** Characters kept. */
  size = 0;
  readonly #index = new Map<string, number>();

  add(text: string): number {
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    const number = this.list.push(text);
    this.#index.set(text, number);
    this.size += text.length;
    return number;
  }

  clear(): void {
    this.list = [];
    this.size = 0;
    this.#index.clear();
  }
}

export class PageBuilder<S extends SortedSchema> {
  readonly schema: S;
  readonly capacity: number;
  /** Set directly by whoever adds rows: row `count`, then `added`. */
  columns: ColumnsOf<S>;
  count = 0;
  readonly texts = new TextHeap();
  readonly details = new TextHeap();
  #spare: ColumnsOf<S>;
  #inOrder = true;
  #lastTime = -(2n ** 63n);
  #lastSource = -1;

  constructor(schema: S, capacity: number) {
    this.schema = schema;
    this.capacity = capacity;
    this.columns = emptyColumns(schema, capacity);
    this.#spare = emptyColumns(schema, capacity);
  }

  /** Characters of the texts kept: what bounds a page whose texts are large. */
  get textSize(): number {
    return this.texts.size + this.details.size;
  }

  /** After a row's columns have been set; `time` and `sourceIndex` are its own. */
  added(time: bigint, sourceIndex: number): void {
    if (time > this.#lastTime || (time === this.#lastTime && sourceIndex >= this.#lastSource)) {
      this.#lastTime = time;
      this.#lastSource = sourceIndex;
    } else {
      this.#inOrder = false;
    }
    this.count++;
  }

  /**
   * Appends rows of another page that are in order, and not before what is here.
   *
   * `map` carries their texts over; it belongs to that page and to this builder until its next `take`.
   */
  copyRows(from: Page<S>, start: number, end: number, map: TextMap): void {
    if (end <= start) return;
    for (const name in this.schema) {
      const source = from.columns[name] as unknown as Uint32Array;
      const out = this.columns[name] as unknown as Uint32Array;
      const type = this.schema[name];
      if (type === 'text') for (let row = start, at = this.count; row < end; row++) out[at++] = map.text(from.texts, source[row] as number, this.texts);
      else if (type === 'detail') for (let row = start, at = this.count; row < end; row++) out[at++] = map.detail(from.details, source[row] as number, this.details);
      else out.set(source.subarray(start, end), this.count);
    }
    const { time, sourceIndex } = from.columns as ColumnsOf<SortedSchema>;
    this.count += end - start - 1;
    this.added(time[end - 1] as bigint, sourceIndex[end - 1] as number);
  }

  /**
   * The first `rows` rows in order, or all there are; the others stay. The page's columns are valid until the builder is next used,
   * and may be longer than its count.
   */
  take(rows: number): Page<S> {
    if (!this.#inOrder) this.#sort();
    const count = Math.min(rows, this.count);
    const page: Page<S> = { count, columns: this.columns, texts: this.texts.list, details: this.details.list };
    const left = this.count;
    this.columns = this.#spare;
    this.#spare = page.columns;
    this.#reset();
    this.copyRows(page, count, left, new TextMap(page));
    return page;
  }

  #reset(): void {
    this.count = 0;
    this.texts.clear();
    this.details.clear();
    this.#inOrder = true;
    this.#lastTime = -(2n ** 63n);
    this.#lastSource = -1;
  }

  #sort(): void {
    const { time, sourceIndex } = this.columns as ColumnsOf<SortedSchema>;
    const order = Array.from({ length: this.count }, (_, row) => row);
    order.sort((a, b) => {
      const [left, right] = [time[a] as bigint, time[b] as bigint];
      if (left !== right) return left < right ? -1 : 1;
      return (sourceIndex[a] as number) - (sourceIndex[b] as number);
    });
    for (const name in this.schema) {
      const from = this.columns[name] as unknown as number[];
      const to = this.#spare[name] as unknown as number[];
      for (let row = 0; row < order.length; row++) to[row] = from[order[row] as number] as number;
    }
    [this.columns, this.#spare] = [this.#spare, this.columns];
    this.#inOrder = true;
  }
}

/** Numbers of a page's texts in a builder, each looked up once. */
export class TextMap {
  readonly #texts: Uint32Array;
  readonly #details: Uint32Array;

  constructor(page: { readonly texts: readonly string[]; readonly details: readonly string[] }) {
    this.#texts = new Uint32Array(page.texts.length + 1);
    this.#details = new Uint32Array(page.details.length + 1);
  }

  text(from: readonly string[], number: number, to: TextHeap): number {
    return mapped(this.#texts, from, number, to);
  }

  detail(from: readonly string[], number: number, to: TextHeap): number {
    return mapped(this.#details, from, number, to);
  }
}

function mapped(known: Uint32Array, from: readonly string[], number: number, to: TextHeap): number {
  if (number === 0) return 0;
  const already = known[number];
  if (already !== undefined && already !== 0) return already;
  const text = from[number - 1];
  if (text === undefined) return 0;
  return (known[number] = to.add(text));
}
