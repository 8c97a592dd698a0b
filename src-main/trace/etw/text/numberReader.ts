/**
 * Numbers as ETW's text forms print them: `0xFFFFA00000001000`, `4096`, `-1`, and with the exporter's group separators (`1,234,567`; `4.096`).
 *
 * Read from bytes into two halves of 64 bits, negative ones as two's complement.
 */
import { HexReader, wordOf } from '../../hexText.ts';

const minus = 0x2d;
const zero = 0x30;
/** Digits that a double counts exactly. */
const exactDigits = 15;

export class NumberReader {
  readonly #hex = new HexReader();
  high = 0;
  low = 0;

  /** The number read last, unsigned. */
  get value(): bigint {
    return wordOf(this.high, this.low);
  }

  /** Blanks around the number are passed over. False for what is no number. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    let start = from;
    let end = to;
    while (start < end && (bytes[start] ?? 0) <= 0x20) start += 1;
    while (end > start && (bytes[end - 1] ?? 0) <= 0x20) end -= 1;
    if (bytes[start] === zero && ((bytes[start + 1] ?? 0) | 0x20) === 0x78 && end - start > 2) {
      if (!this.#hex.read(bytes, start + 2, end)) return false;
      this.high = this.#hex.high;
      this.low = this.#hex.low;
      return true;
    }
    return this.#decimal(bytes, start, end);
  }

  #decimal(bytes: Uint8Array, from: number, end: number): boolean {
    const negative = bytes[from] === minus;
    let start = negative ? from + 1 : from;
    while (end - start > 1 && bytes[start] === zero) start += 1;
    let value = 0;
    let digits = 0;
    let behindGroup = false;
    for (let at = start; at < end; at++) {
      const digit = (bytes[at] ?? 0) - zero;
      if (digit >= 0 && digit < 10) {
        value = value * 10 + digit;
        digits += 1;
        behindGroup = false;
      } else if (!behindGroup && digits > 0 && isSeparator(bytes[at] ?? 0)) {
        // A separator of several bytes is passed byte by byte.
        behindGroup = (bytes[at + 1] ?? 0) < 0x80;
      } else {
        return false;
      }
    }
    if (digits === 0 || behindGroup) return false;
    if (digits > exactDigits) return this.#large(bytes, start, end, digits, negative);
    this.#put(Math.floor(value / 0x1_0000_0000), value % 0x1_0000_0000, negative);
    return true;
  }

  /** More digits than a double counts exactly: the last nine by themselves. */
  #large(bytes: Uint8Array, start: number, end: number, digits: number, negative: boolean): boolean {
    if (digits > 20) return false;
    let front = 0;
    let back = 0;
    let left = digits;
    for (let at = start; at < end; at++) {
      const digit = (bytes[at] ?? 0) - zero;
      if (digit < 0 || digit > 9) continue;
      if (left > 9) front = front * 10 + digit;
      else back = back * 10 + digit;
      left -= 1;
    }
    // front x 10^9 + back, in halves of 32 bits: 10^9 times each 16 bits of the front stays exact.
    const frontLow = front % 0x1_0000;
    const frontHigh = Math.floor(front / 0x1_0000);
    const lowPart = frontLow * 1_000_000_000 + back;
    const highPart = frontHigh * 1_000_000_000;
    const middle = (highPart % 0x1_0000) * 0x1_0000 + (lowPart % 0x1_0000_0000);
    const high = Math.floor(highPart / 0x1_0000) + Math.floor(lowPart / 0x1_0000_0000) + Math.floor(middle / 0x1_0000_0000);
    if (high > 0xffff_ffff) return false;
    this.#put(high, middle % 0x1_0000_0000, negative);
    return true;
  }

  #put(high: number, low: number, negative: boolean): void {
    if (!negative) {
      this.high = high >>> 0;
      this.low = low >>> 0;
      return;
    }
    this.low = -low >>> 0;
    this.high = (~high + (this.low === 0 ? 1 : 0)) >>> 0;
  }
}

/** Comma, full stop, apostrophe, blank, and the bytes of the no-break spaces (U+00A0, U+202F) and the raised comma (U+2019). */
function isSeparator(byte: number): boolean {
  return byte === 0x2c || byte === 0x2e || byte === 0x27 || byte === 0x20 || byte === 0xc2 || byte === 0xa0 || byte === 0xe2 || byte === 0x80 || byte === 0xaf || byte === 0x99;
}
