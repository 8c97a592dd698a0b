/**
 * Event pages as compact bytes, the way they travel from the engine host and lie in a session.
 *
 * A stack of four filters writes some thirteen rows an operation, so a page is packed column by column, each in the smallest of a few
 * forms. One header of 12 bytes a column (u32 form, u32 base, u32 offset), then the columns, each aligned to 4, all little endian:
 *
 * - `same`: every row is `base`
 * - `like`: the column is equal to the earlier column number `base`
 * - `u8`, `u16`, `u32`: the distance from `base`
 * - `step`: the distance from the row before in a byte; the first row's from `base`
 * - `palette`: `base` different values, then a byte a row that says which of them
 *
 * The numbers of columns and forms are append only: stored pages keep theirs.
 */
import { eventColumns, type EventColumn, type EventPage } from './eventPage.ts';

/** A finished page, packed, with what lets a reader leave it packed. */
export interface PackedEventPage {
  readonly first: number;
  readonly count: number;
  readonly lowestOperation: number;
  readonly highestOperation: number;
  /** One bit for each kind of event in it. Beyond 32 bits: not for bitwise operators. */
  readonly kinds: number;
  readonly columns: Uint8Array;
  /** The texts, as a JSON list. */
  readonly texts: string;
}

const forms = { same: 0, u8: 1, u16: 2, u32: 4, like: 5, step: 6, palette: 7 } as const;
const headerBytes = 12;
const mostColours = 256;

/** Bit of a kind of event in `kinds`; there are fewer than 53. */
export const kindBit = (code: number): number => 2 ** code;

/** Whether a page holds events of a kind. */
export const hasKind = (page: PackedEventPage, code: number): boolean => Math.floor(page.kinds / kindBit(code)) % 2 === 1;

export function packEventPage(page: EventPage): PackedEventPage {
  const { count, columns } = page;
  const packer = new Packer(count);
  let lowestOperation = 0;
  let highestOperation = 0;
  eventColumns.forEach((name, number) => {
    packer.add(number, columns[name]);
    if (name !== 'operation') return;
    lowestOperation = packer.low;
    highestOperation = packer.high;
  });
  return { first: page.first, count, lowestOperation, highestOperation, kinds: kindsIn(columns.kind, count), columns: packer.bytes(), texts: JSON.stringify(page.texts) };
}

function kindsIn(kind: Uint32Array, count: number): number {
  const seen = new Uint8Array(64);
  for (let row = 0; row < count; row++) seen[(kind[row] as number) & 63] = 1;
  return seen.reduce((sum, one, code) => (one === 1 ? sum + kindBit(code) : sum), 0);
}

/** Room for the largest pages, used again and again: what is handed out is copied. */
let room = new Uint8Array(1 << 20);

class Packer {
  low = 0;
  high = 0;
  readonly #count: number;
  readonly #header = new Uint32Array(eventColumns.length * (headerBytes / 4));
  #operations: Uint32Array = new Uint32Array();
  readonly #palette = new Palette();
  #at = eventColumns.length * headerBytes;

  constructor(count: number) {
    this.#count = count;
    const most = this.#at + eventColumns.length * count * 4;
    if (room.length < most) room = new Uint8Array(most);
  }

  add(number: number, column: Uint32Array): void {
    const count = this.#count;
    const first = column[0] ?? 0;
    // Most columns hold one value or small ones: which bits vary tells that at the least cost.
    const bits = varyingBits(column, count);
    this.low = this.high = first;
    if (bits === 0) this.#enter(number, forms.same, first);
    else if (number > 0 && isEqual(column, this.#operations, count)) this.#enter(number, forms.like, 0);
    else if (number > 0 && bits <= 0xff) this.#narrow(number, column, forms.u8, (first & ~0xff) >>> 0);
    else this.#addWide(number, column);
    if (number === 0) this.#operations = column;
  }

  #addWide(number: number, column: Uint32Array): void {
    this.#measure(column);
    const { low } = this;
    const range = this.high - low;
    if (range <= 0xff) this.#narrow(number, column, forms.u8, low);
    else if (this.#rises) this.#steps(number, column);
    else if (this.#palette.fits(column, this.#count)) this.#coloured(number);
    else this.#narrow(number, column, range <= 0xffff ? forms.u16 : forms.u32, low);
  }

  bytes(): Uint8Array {
    const bytes = room.slice(0, this.#at);
    bytes.set(new Uint8Array(this.#header.buffer));
    return bytes;
  }

  #rises = false;

  #measure(column: Uint32Array): void {
    const count = this.#count;
    let low = count === 0 ? 0 : (column[0] as number);
    let high = low;
    let before = low;
    let rises = true;
    for (let row = 1; row < count; row++) {
      const value = column[row] as number;
      if (value < low) low = value;
      else if (value > high) high = value;
      const step = value - before;
      if (step < 0 || step > 0xff) rises = false;
      before = value;
    }
    this.low = low;
    this.high = high;
    this.#rises = rises;
  }

  #enter(number: number, form: number, base: number): void {
    this.#header[number * 3] = form;
    this.#header[number * 3 + 1] = base;
    this.#header[number * 3 + 2] = this.#at;
  }

  #narrow(number: number, column: Uint32Array, form: 1 | 2 | 4, base: number): void {
    const count = this.#count;
    this.#enter(number, form, base);
    const out = form === 1 ? room.subarray(this.#at) : form === 2 ? new Uint16Array(room.buffer, this.#at, count) : new Uint32Array(room.buffer, this.#at, count);
    for (let row = 0; row < count; row++) out[row] = (column[row] as number) - base;
    this.#take(count * form);
  }

  #steps(number: number, column: Uint32Array): void {
    const at = this.#at;
    this.#enter(number, forms.step, column[0] as number);
    room[at] = 0;
    for (let row = 1; row < this.#count; row++) room[at + row] = (column[row] as number) - (column[row - 1] as number);
    this.#take(this.#count);
  }

  #coloured(number: number): void {
    const { values, indexes } = this.#palette;
    this.#enter(number, forms.palette, values.length);
    new Uint32Array(room.buffer, this.#at, values.length).set(values);
    room.set(indexes.subarray(0, this.#count), this.#at + values.length * 4);
    this.#take(values.length * 4 + this.#count);
  }

  #take(bytes: number): void {
    this.#at += (bytes + 3) & ~3;
  }
}

/** The bits in which some value differs from the first. */
function varyingBits(column: Uint32Array, count: number): number {
  const first = column[0] as number;
  let bits = 0;
  for (let row = 1; row < count; row++) bits |= (column[row] as number) ^ first;
  return bits >>> 0;
}

function isEqual(one: Uint32Array, other: Uint32Array, count: number): boolean {
  for (let row = 0; row < count; row++) if (one[row] !== other[row]) return false;
  return true;
}

const slotCount = 1024;
const slotValue = new Uint32Array(slotCount);
const slotColour = new Int16Array(slotCount);
let colours = new Uint8Array(1 << 14);

/** The different values of a column, and which of them each row has. */
class Palette {
  values: number[] = [];
  indexes = colours;

  /** False where there are more than a byte can tell. */
  fits(column: Uint32Array, count: number): boolean {
    if (colours.length < count) colours = new Uint8Array(count);
    slotColour.fill(-1);
    this.values = [];
    this.indexes = colours;
    let last = -1;
    let lastColour = 0;
    for (let row = 0; row < count; row++) {
      const value = column[row] as number;
      if (value !== last) {
        lastColour = this.#colour(value);
        if (lastColour < 0) return false;
        last = value;
      }
      colours[row] = lastColour;
    }
    return true;
  }

  #colour(value: number): number {
    for (let slot = (Math.imul(value, 0x9e3779b1) >>> 22) % slotCount; ; slot = (slot + 1) % slotCount) {
      const colour = slotColour[slot] as number;
      if (colour >= 0 && slotValue[slot] === value) return colour;
      if (colour >= 0) continue;
      if (this.values.length === mostColours) return -1;
      slotValue[slot] = value;
      slotColour[slot] = this.values.length;
      return this.values.push(value) - 1;
    }
  }
}

/** The inverse of `packEventPage`. Survives any bytes, as a session may be a stranger's: what is not there is 0. */
export function unpackEventPage(bytes: Uint8Array, first: number, count: number, texts: readonly string[]): EventPage {
  const packed = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const columns = {} as Record<EventColumn, Uint32Array>;
  const done: Uint32Array[] = [];
  eventColumns.forEach((name, number) => {
    const column = new Uint32Array(count);
    unpackColumn(packed, number, column, done);
    done.push(column);
    columns[name] = column;
  });
  return { first, count, columns, texts };
}

function unpackColumn(bytes: Uint8Array, number: number, out: Uint32Array, done: readonly Uint32Array[]): void {
  if ((number + 1) * headerBytes > bytes.length) return;
  const [form = 0, base = 0, at = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset + number * headerBytes, 3);
  const count = out.length;
  const holds = (size: number): boolean => at % 4 === 0 && at + size <= bytes.length;
  switch (form) {
    case forms.same:
      out.fill(base);
      return;
    case forms.like:
      out.set(done[base] ?? out);
      return;
    case forms.u8:
    case forms.u16:
    case forms.u32: {
      if (!holds(count * form)) return;
      const values = form === 1 ? bytes.subarray(at, at + count) : form === 2 ? new Uint16Array(bytes.buffer, bytes.byteOffset + at, count) : new Uint32Array(bytes.buffer, bytes.byteOffset + at, count);
      for (let row = 0; row < count; row++) out[row] = base + (values[row] as number);
      return;
    }
    case forms.step: {
      if (!holds(count)) return;
      let value = base;
      for (let row = 0; row < count; row++) out[row] = value += bytes[at + row] as number;
      return;
    }
    case forms.palette: {
      if (base > mostColours || !holds(base * 4 + count)) return;
      const values = new Uint32Array(bytes.buffer, bytes.byteOffset + at, base);
      const indexes = at + base * 4;
      for (let row = 0; row < count; row++) out[row] = values[bytes[indexes + row] as number] ?? 0;
    }
  }
}
