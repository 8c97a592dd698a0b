/** Numbers and times read from the bytes of a cell, without making text of it. */
import { decodeUtf8 } from '../../byteText.ts';
import { parsePlainTimeOfDay, parseShortDuration, parseTicks, parseTimeOfDay } from './times.ts';

/** A plain decimal number of 32 bits; -1 for anything else. */
export function countIn(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || end - start > 10) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= 0xffff_ffff ? value : -1;
}

/** Ticks since midnight; NaN for what is no time. */
export function timeOfDayIn(bytes: Uint8Array, start: number, end: number): number {
  const plain = parsePlainTimeOfDay(bytes, start, end);
  return Number.isNaN(plain) ? parseTimeOfDay(shortText(bytes, start, end)) : plain;
}

/** Ticks of a duration; null for what is none. */
export function durationIn(bytes: Uint8Array, start: number, end: number): bigint | null {
  const short = parseShortDuration(bytes, start, end);
  return Number.isNaN(short) ? (parseTicks(shortText(bytes, start, end)) ?? null) : BigInt(short);
}

/** No time is longer. */
const shortText = (bytes: Uint8Array, start: number, end: number): string => (end - start > 100 ? '' : decodeUtf8(bytes, start, end));
