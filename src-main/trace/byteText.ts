/**
 * Text out of bytes, without a decoder object: the pure layers have no TextDecoder.
 *
 * Trace files repeat the same few thousand names; `TextCache` hands out one string for equal bytes, which is faster
 * than decoding again and keeps one copy in memory.
 */

const chunk = 4096;
/** Arrays to hand characters over in, one for each length: nearly twice as fast as a view of the bytes. */
const carriers: (number[] | undefined)[] = [];
const maximumCarried = 512;

function carrierOf(length: number): number[] {
  return (carriers[length] ??= new Array<number>(length).fill(0));
}

/** One byte a character. */
export function decodeLatin1(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length <= 0) return '';
  if (length <= maximumCarried) {
    const carrier = carrierOf(length);
    for (let i = 0; i < length; i++) carrier[i] = bytes[start + i] ?? 0;
    return String.fromCharCode.apply(null, carrier);
  }
  let text = '';
  for (let at = start; at < end; at += maximumCarried) text += decodeLatin1(bytes, at, Math.min(end, at + maximumCarried));
  return text;
}

/** UTF-16LE; lone surrogates stay as they are (Windows file names may hold them). An odd last byte is dropped. */
export function decodeUtf16(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  const units: number[] = [];
  for (let at = start; at + 1 < end; at += 2) {
    units.push((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8));
    if (units.length === chunk) {
      text += String.fromCharCode.apply(null, units);
      units.length = 0;
    }
  }
  return text + String.fromCharCode.apply(null, units);
}

/** UTF-16LE up to the first NUL. */
export function decodeUtf16z(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeUtf16(bytes, start, end);
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}

/** UTF-8; what is not well-formed becomes U+FFFD byte by byte, so that nothing throws. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let bits = 0;
  for (let at = start; at < end; at++) bits |= bytes[at] ?? 0;
  if (bits < 0x80) return decodeLatin1(bytes, start, end);
  let text = '';
  let at = start;
  while (at < end) {
    const first = bytes[at] ?? 0;
    const size = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    let code = size === 1 ? first : first & (0x7f >> size);
    let good = size > 0 && at + size <= end;
    for (let i = 1; i < size && good; i++) {
      const next = bytes[at + i] ?? 0;
      good = (next & 0xc0) === 0x80;
      code = (code << 6) | (next & 0x3f);
    }
    text += good && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    at += good ? size : 1;
  }
  return text;
}

export type Decoder = (bytes: Uint8Array, start: number, end: number) => string;

/** Longer texts hardly repeat, and would hold on to memory. */
const maximumKept = 256;

/** A cache begins small, as most traces are, and grows by this factor when texts crowd each other out. */
const firstSlots = 256;
const growth = 8;

/** Equal bytes give the same string. Bounded: a slot holds the text seen last. */
export class TextCache {
  readonly #decode: Decoder;
  readonly #most: number;
  #slots = 0;
  #misses = 0;
  /** The bytes of each slot's text, one slot behind the other. */
  #kept: Uint8Array = new Uint8Array(0);
  #lengths: Uint16Array = new Uint16Array(0);
  #texts: string[] = [];

  /** `slots` is a power of two: how many there may be. */
  constructor(decode: Decoder, slots = 8192) {
    this.#decode = decode;
    this.#most = slots;
    this.#grow(Math.min(slots, firstSlots));
  }

  get(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    if (length <= 0) return '';
    if (length > maximumKept) return this.#decode(bytes, start, end);
    const slot = slotOf(bytes, start, end) & (this.#slots - 1);
    if (this.#lengths[slot] === length) {
      const base = slot * maximumKept;
      const kept = this.#kept;
      let same = 0;
      while (same < length && kept[base + same] === bytes[start + same]) same += 1;
      if (same === length) return this.#texts[slot] ?? '';
    }
    return this.#keep(slot, bytes, start, end);
  }

  #keep(slot: number, bytes: Uint8Array, start: number, end: number): string {
    const text = this.#decode(bytes, start, end);
    this.#misses += 1;
    if (this.#misses > this.#slots && this.#slots < this.#most) {
      this.#grow(Math.min(this.#most, this.#slots * growth));
      return text;
    }
    const base = slot * maximumKept;
    for (let i = 0; i < end - start; i++) this.#kept[base + i] = bytes[start + i] ?? 0;
    this.#lengths[slot] = end - start;
    this.#texts[slot] = text;
    return text;
  }

  /** What was kept is met again soon enough. */
  #grow(slots: number): void {
    this.#slots = slots;
    this.#misses = 0;
    this.#kept = new Uint8Array(slots * maximumKept);
    this.#lengths = new Uint16Array(slots);
    this.#texts = new Array<string>(slots).fill('');
  }
}

/** From the length, the first bytes and the last, four at a time: names and paths differ there. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  if (hash > 40) {
    hash = mixed(bytes, at, mixed(bytes, at + 4, hash));
    at = end - 24;
  }
  for (; at + 4 <= end; at += 4) hash = mixed(bytes, at, hash);
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x5bd1e995);
  return hash ^ (hash >>> 15);
}

function mixed(bytes: Uint8Array, at: number, hash: number): number {
  const word = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}
