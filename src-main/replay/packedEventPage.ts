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
import { summarize } from './pageSummary.ts';

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
  /** What is in it, as `readSummary` reads it. */
  readonly summary: string;
  /** Hash of the log up to its end; absent for a look at a page that is still open. */
  readonly chain?: string;
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
  const most = eventColumns.length * (headerBytes + 4 * count);
  if (room.length < most) room = new Uint8Array(most);
  end = eventColumns.length * headerBytes;
  const { operation } = columns;
  for (let number = 0; number < eventColumns.length; number++) packColumn(number, columns[eventColumns[number] as EventColumn], operation, count);
  measure(operation, count);
  seenKinds.fill(0);
  const summary = summarize(page, seenKinds);
  const bytes = room.slice(0, end);
  bytes.set(new Uint8Array(header.buffer));
  return { first: page.first, count, lowestOperation: lowest[0] as number, highestOperation: highest[0] as number, kinds: kindBits(), columns: bytes, texts: JSON.stringify(page.texts), summary };
}

/** The bits of what is seen. */
function kindBits(): number {
  let kinds = 0;
  for (let code = 0; code < seenKinds.length; code++) if (seenKinds[code] === 1) kinds += kindBit(code);
  return kinds;
}

// What a page needs while it is packed is used again and again, and what is handed out is copied. Numbers beyond 2^31 lie in typed
// arrays, so that the code for them is compiled once: a field that holds now a small number and now a large one makes it start again.

/** Room for the largest pages. */
let room = new Uint8Array(1 << 20);
const header = new Uint32Array(eventColumns.length * (headerBytes / 4));
const seenKinds = new Uint8Array(64);
/** End of what is in the room. */
let end = 0;
/** Of the column measured last. */
const lowest = new Uint32Array(1);
const highest = new Uint32Array(1);

function packColumn(number: number, column: Uint32Array, operations: Uint32Array, count: number): void {
  // Most columns hold one value or small ones: which bits vary tells that at the least cost.
  const bits = varyingBits(column, count);
  if (bits === 0) enter(number, forms.same, column, 0);
  else if (number === 0) packNumbers(number, column, count);
  else if (isEqual(column, operations, count)) enterNumber(number, forms.like, 0);
  else if ((bits & ~0xff) === 0) packLowBytes(number, column, count);
  else if (findColours(column, count)) packColours(number, count);
  else packNumbers(number, column, count);
}

/** Many different values. */
function packNumbers(number: number, column: Uint32Array, count: number): void {
  const rises = measure(column, count);
  const range = (highest[0] as number) - (lowest[0] as number);
  if (range <= 0xff) packNarrow(number, column, count, forms.u8);
  else if (rises) packSteps(number, column, count);
  else packNarrow(number, column, count, range <= 0xffff ? forms.u16 : forms.u32);
}

function enterNumber(number: number, form: number, base: number): void {
  header[number * 3] = form;
  header[number * 3 + 1] = base;
  header[number * 3 + 2] = end;
}

/** With the base from row `row` of `values`. */
function enter(number: number, form: number, values: Uint32Array, row: number): void {
  enterNumber(number, form, 0);
  header[number * 3 + 1] = values[row] ?? 0;
}

function take(bytes: number): void {
  end += (bytes + 3) & ~3;
}

/** The bits in which some value differs from the first. Four rows at a time: it is done for every column of every page. */
function varyingBits(column: Uint32Array, count: number): number {
  const first = (column[0] as number) | 0;
  const rest = count & 3;
  let bits = 0;
  let second = 0;
  for (let row = 0; row < rest; row++) bits |= (column[row] as number) ^ first;
  for (let row = rest; row < count; row += 4) {
    bits |= ((column[row] as number) ^ first) | ((column[row + 1] as number) ^ first);
    second |= ((column[row + 2] as number) ^ first) | ((column[row + 3] as number) ^ first);
  }
  return bits | second;
}

function isEqual(one: Uint32Array, other: Uint32Array, count: number): boolean {
  // By bits: as numbers of any size V8 compares them in a call.
  for (let row = 0; row < count; row++) if (((one[row] as number) ^ (other[row] as number)) !== 0) return false;
  return true;
}

/** Finds `lowest` and `highest`. True where every value is its predecessor or up to 255 above it. */
function measure(column: Uint32Array, count: number): boolean {
  let last = count === 0 ? 0 : (column[0] as number);
  let least = last;
  let most = last;
  let rises = true;
  for (let row = 1; row < count; row++) {
    const value = column[row] as number;
    // Rows of one operation follow each other.
    if (value === last) continue;
    if (value < least) least = value;
    else if (value > most) most = value;
    if (value < last || value - last > 0xff) rises = false;
    last = value;
  }
  lowest[0] = least;
  highest[0] = most;
  return rises;
}

/** Only the low bytes vary. */
function packLowBytes(number: number, column: Uint32Array, count: number): void {
  enter(number, forms.u8, column, 0);
  header[number * 3 + 1] = (header[number * 3 + 1] as number) & ~0xff;
  const at = end;
  for (let row = 0; row < count; row++) room[at + row] = column[row] as number;
  take(count);
}

function packNarrow(number: number, column: Uint32Array, count: number, form: 1 | 2 | 4): void {
  enter(number, form, lowest, 0);
  const out = form === 1 ? room.subarray(end) : form === 2 ? new Uint16Array(room.buffer, end, count) : new Uint32Array(room.buffer, end, count);
  for (let row = 0; row < count; row++) out[row] = (column[row] as number) - (lowest[0] as number);
  take(count * form);
}

function packSteps(number: number, column: Uint32Array, count: number): void {
  enter(number, forms.step, column, 0);
  const at = end;
  room[at] = 0;
  for (let row = 1; row < count; row++) room[at + row] = (column[row] as number) - (column[row - 1] as number);
  take(count);
}

const slotCount = 1024;
const slotValue = new Uint32Array(slotCount);
const slotColour = new Int16Array(slotCount);
const colourValues = new Uint32Array(mostColours);
let colourCount = 0;
let colours = new Uint8Array(1 << 14);

/** Finds the different values of a column, and which of them each row has. False where there are more than a byte can tell. */
function findColours(column: Uint32Array, count: number): boolean {
  if (colours.length < count) colours = new Uint8Array(count);
  slotColour.fill(-1);
  colourCount = 0;
  let last = -1;
  for (let row = 0; row < count; row++) {
    if (row === 0 || column[row] !== column[row - 1]) {
      last = colourOf(column, row);
      if (last < 0) return false;
    }
    colours[row] = last;
  }
  return true;
}

function colourOf(column: Uint32Array, row: number): number {
  for (let slot = Math.imul(column[row] as number, 0x9e3779b1) >>> 22; ; slot = (slot + 1) % slotCount) {
    const colour = slotColour[slot] as number;
    if (colour >= 0 && slotValue[slot] === column[row]) return colour;
    if (colour >= 0) continue;
    if (colourCount === mostColours) return -1;
    slotValue[slot] = column[row] as number;
    slotColour[slot] = colourCount;
    colourValues[colourCount] = column[row] as number;
    return colourCount++;
  }
}

function packColours(number: number, count: number): void {
  enterNumber(number, forms.palette, colourCount);
  room.set(new Uint8Array(colourValues.buffer, 0, colourCount * 4), end);
  room.set(colours.subarray(0, count), end + colourCount * 4);
  take(colourCount * 4 + count);
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

/** One column of a page alone. */
export function unpackEventColumn(bytes: Uint8Array, name: EventColumn, count: number): Uint32Array {
  const packed = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const number = eventColumns.indexOf(name);
  const column = new Uint32Array(count);
  const isThere = (number + 1) * headerBytes <= packed.length;
  const [form = 0, base = 0] = isThere ? new Uint32Array(packed.buffer, packed.byteOffset + number * headerBytes, 2) : [];
  const like = form === forms.like && base < number ? eventColumns[base] : undefined;
  unpackColumn(packed, number, column, like === undefined ? [] : Object.assign([], { [base]: unpackEventColumn(packed, like, count) }));
  return column;
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
