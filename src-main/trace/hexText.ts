/** Hexadecimal numbers in text, read from bytes: 64-bit values as two halves, so that most rows make no bigint. */

const digitValues = new Int8Array(256).fill(-1);
for (let value = 0; value < 10; value++) digitValues[0x30 + value] = value;
for (let value = 0; value < 6; value++) {
  digitValues[0x41 + value] = 10 + value;
  digitValues[0x61 + value] = 10 + value;
}

/** Value of an ASCII hex digit, or -1. */
export const hexDigit = (byte: number): number => digitValues[byte] ?? -1;

const halves = new Uint32Array(2);
const whole = new BigUint64Array(halves.buffer);

/** The 64-bit number of two 32-bit halves. */
export function wordOf(high: number, low: number): bigint {
  halves[0] = low;
  halves[1] = high;
  return whole[0] ?? 0n;
}

/** The same as a signed number. */
export const signedWordOf = (high: number, low: number): bigint => BigInt.asIntN(64, wordOf(high, low));

/** As `detail` keeps 64-bit values: a number where that is exact. */
export const wideWordOf = (high: number, low: number): number | bigint => (high < 0x20_0000 ? high * 0x1_0000_0000 + low : wordOf(high, low));

/** Reads one hexadecimal number of up to 16 digits at a time. */
export class HexReader {
  high = 0;
  low = 0;

  /** `[start, end)` are digits alone. False for anything else, and for nothing. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    const size = end - start;
    if (size <= 0 || size > 16) return false;
    const middle = size > 8 ? end - 8 : start;
    let high = 0;
    let bad = 0;
    for (let at = start; at < middle; at++) {
      const digit = digitValues[bytes[at] ?? 0] ?? -1;
      bad |= digit;
      high = (high << 4) | digit;
    }
    let low = 0;
    for (let at = middle; at < end; at++) {
      const digit = digitValues[bytes[at] ?? 0] ?? -1;
      bad |= digit;
      low = (low << 4) | digit;
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
    return bad >= 0;
  }

  /** As `read`, behind `0x`. */
  readPrefixed(bytes: Uint8Array, start: number, end: number): boolean {
    return bytes[start] === 0x30 && ((bytes[start + 1] ?? 0) | 0x20) === 0x78 && this.read(bytes, start + 2, end);
  }
}
