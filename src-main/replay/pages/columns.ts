/**
 * Columns of numbers as compact bytes, the way a page lies in a session and travels to the engine host.
 *
 * A page has the same columns for every row, by a schema that both sides know. Each column is stored as its smallest value and the
 * distances from it in 0, 1, 2 or 4 bytes, whichever holds the largest of them (0: every row has the same value); 8 where that does
 * not do. `packColumns` writes one header of 16 bytes a column (u32 width, u32 offset, 8 bytes smallest value), then the columns,
 * each aligned to 8, all little endian. Times of a page, for example, take 4 bytes a row as long as it spans less than 429 s.
 */

/** `text` and `detail` are numbers into the page's lists of texts, from 1; 0: none. `f64` is for integers that may be beyond 2^32. */
export type ColumnType = 'u8' | 'u32' | 'f64' | 'i64' | 'text' | 'detail';
export type Schema = Readonly<Record<string, ColumnType>>;
export type ColumnArray = Uint8Array | Uint32Array | Float64Array | BigInt64Array;
export type ArrayOf<T extends ColumnType> = T extends 'u8' ? Uint8Array : T extends 'f64' ? Float64Array : T extends 'i64' ? BigInt64Array : Uint32Array;
export type ColumnsOf<S extends Schema> = { readonly [K in keyof S]: ArrayOf<S[K]> };

const headerSize = 16;
const twoTo32 = 2 ** 32;

export function emptyColumn(type: ColumnType, count: number): ColumnArray {
  if (type === 'u8') return new Uint8Array(count);
  if (type === 'f64') return new Float64Array(count);
  return type === 'i64' ? new BigInt64Array(count) : new Uint32Array(count);
}

export function emptyColumns<S extends Schema>(schema: S, count: number): ColumnsOf<S> {
  return Object.fromEntries(Object.entries(schema).map(([name, type]) => [name, emptyColumn(type, count)])) as ColumnsOf<S>;
}

/** What is known of a column before it is written. For i64 the smallest value is `low + high * 2^32`, else `low`. */
interface Shape {
  readonly width: 0 | 1 | 2 | 4 | 8;
  readonly low: number;
  readonly high: number;
}

/** The first `count` rows of the columns as bytes. */
export function packColumns<S extends Schema>(schema: S, columns: ColumnsOf<S>, count: number): Uint8Array {
  const names = Object.keys(schema);
  const shapes = names.map((name) => shapeOf(columns[name] as ColumnArray, count));
  const size = shapes.reduce((sum, shape) => sum + aligned(shape.width * count), names.length * headerSize);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = names.length * headerSize;
  for (const [number, name] of names.entries()) {
    const shape = shapes[number] as Shape;
    const column = columns[name] as ColumnArray;
    view.setUint32(number * headerSize, shape.width, true);
    view.setUint32(number * headerSize + 4, at, true);
    if (column instanceof BigInt64Array) {
      view.setUint32(number * headerSize + 8, shape.low, true);
      view.setInt32(number * headerSize + 12, shape.high, true);
    } else {
      view.setFloat64(number * headerSize + 8, shape.low, true);
    }
    writeColumn(column, count, shape, bytes.buffer, at);
    at += aligned(shape.width * count);
  }
  return bytes;
}

const aligned = (size: number): number => (size + 7) & ~7;
const widthFor = (range: number): Shape['width'] => (range === 0 ? 0 : range <= 0xff ? 1 : range <= 0xffff ? 2 : range < twoTo32 ? 4 : 8);

function shapeOf(column: ColumnArray, count: number): Shape {
  if (count === 0) return { width: 0, low: 0, high: 0 };
  if (column instanceof BigInt64Array) return wideShape(column, count);
  let low = column[0] ?? 0;
  let high = low;
  let whole = true;
  for (let row = 0; row < count; row++) {
    const value = column[row] as number;
    if (value < low) low = value;
    else if (value > high) high = value;
    if (value !== Math.trunc(value)) whole = false;
  }
  if (!whole || !Number.isSafeInteger(low) || !Number.isSafeInteger(high)) return { width: 8, low: 0, high: 0 };
  const width = widthFor(high - low);
  return { width, low: width === 8 ? 0 : low, high: 0 };
}

// As halves: a bigint for every row would cost more than the rest of the page together.
function wideShape(column: BigInt64Array, count: number): Shape {
  const lows = new Uint32Array(column.buffer, column.byteOffset, count * 2);
  const highs = new Int32Array(column.buffer, column.byteOffset, count * 2);
  let low = lows[0] ?? 0;
  let high = highs[1] ?? 0;
  for (let at = 2; at < count * 2; at += 2) {
    const h = highs[at + 1] as number;
    const l = lows[at] as number;
    if (h < high || (h === high && l < low)) {
      high = h;
      low = l;
    }
  }
  let range = 0;
  for (let at = 0; at < count * 2; at += 2) {
    const distance = ((highs[at + 1] as number) - high) * twoTo32 + ((lows[at] as number) - low);
    if (distance > range) range = distance;
  }
  const width = widthFor(range);
  return width === 8 ? { width, low: 0, high: 0 } : { width, low, high };
}

function writeColumn(column: ColumnArray, count: number, shape: Shape, buffer: ArrayBuffer, at: number): void {
  if (shape.width === 0) return;
  if (shape.width === 8) {
    new Uint8Array(buffer, at, count * 8).set(new Uint8Array(column.buffer, column.byteOffset, count * 8));
    return;
  }
  const out = narrow(shape.width, buffer, at, count);
  if (column instanceof BigInt64Array) {
    const lows = new Uint32Array(column.buffer, column.byteOffset, count * 2);
    // The distance is below 2^32, so the low halves tell it.
    for (let row = 0; row < count; row++) out[row] = (lows[row * 2] as number) - shape.low;
  } else {
    for (let row = 0; row < count; row++) out[row] = (column[row] as number) - shape.low;
  }
}

function narrow(width: number, buffer: ArrayBufferLike, at: number, count: number): Uint8Array | Uint16Array | Uint32Array {
  if (width === 1) return new Uint8Array(buffer, at, count);
  return width === 2 ? new Uint16Array(buffer, at, count) : new Uint32Array(buffer, at, count);
}

/** Reads columns of a packed page, each when it is first asked for. Survives any bytes: what is not there is 0. */
export class PackedColumns<S extends Schema> {
  readonly count: number;
  readonly #schema: S;
  readonly #names: readonly string[];
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #read = new Map<string, ColumnArray>();
  #all: ColumnsOf<S> | null = null;

  constructor(schema: S, bytes: Uint8Array, count: number) {
    this.#schema = schema;
    this.#names = Object.keys(schema);
    this.#bytes = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    this.count = count;
  }

  column<K extends keyof S & string>(name: K): ArrayOf<S[K]> {
    const known = this.#read.get(name);
    if (known !== undefined) return known as ArrayOf<S[K]>;
    const column = this.#unpack(name);
    this.#read.set(name, column);
    return column as ArrayOf<S[K]>;
  }

  all(): ColumnsOf<S> {
    return (this.#all ??= this.#unpackAll());
  }

  #unpackAll(): ColumnsOf<S> {
    return Object.fromEntries(this.#names.map((name) => [name, this.column(name)])) as unknown as ColumnsOf<S>;
  }

  #unpack(name: string): ColumnArray {
    const type = this.#schema[name] ?? 'u8';
    const header = this.#names.indexOf(name) * headerSize;
    const out = emptyColumn(type, this.count);
    if (header + headerSize > this.#bytes.length) return out;
    const width = this.#view.getUint32(header, true);
    const at = this.#view.getUint32(header + 4, true);
    if (![0, 1, 2, 4, 8].includes(width) || at % 8 !== 0 || at + width * this.count > this.#bytes.length) return out;
    if (width === 8) {
      if (out.BYTES_PER_ELEMENT !== 8) return out;
      new Uint8Array(out.buffer).set(this.#bytes.subarray(at, at + this.count * 8));
      return out;
    }
    const values = width === 0 ? null : narrow(width, this.#bytes.buffer, this.#bytes.byteOffset + at, this.count);
    if (out instanceof BigInt64Array) this.#wide(out, values, header);
    else this.#plain(out, values, this.#view.getFloat64(header + 8, true));
    return out;
  }

  #plain(out: Uint8Array | Uint32Array | Float64Array, values: Uint8Array | Uint16Array | Uint32Array | null, low: number): void {
    if (values === null) out.fill(low);
    else if (low === 0) out.set(values);
    else for (let row = 0; row < out.length; row++) out[row] = low + (values[row] as number);
  }

  #wide(out: BigInt64Array, values: Uint8Array | Uint16Array | Uint32Array | null, header: number): void {
    if (values === null) {
      out.fill(this.#view.getBigInt64(header + 8, true));
      return;
    }
    const low = this.#view.getUint32(header + 8, true);
    const high = this.#view.getInt32(header + 12, true);
    const halves = new Uint32Array(out.buffer);
    for (let row = 0; row < out.length; row++) {
      const sum = low + (values[row] as number);
      halves[row * 2] = sum;
      halves[row * 2 + 1] = sum >= twoTo32 ? high + 1 : high;
    }
  }
}
