/**
 * Altitudes: decimal numbers of any length, kept as text.
 *
 * ALT-001 to ALT-005, R-1.3 (load-order-groups-and-altitudes-for-minifilter-drivers; FltCompareInstanceAltitudes): compared
 * numerically with unlimited precision; leading zeros of the integer part and trailing zeros of the fraction do not count. Larger
 * is farther from the file system.
 */
import type { Brand } from '../../base/brand.ts';

export type Altitude = Brand<string, 'Altitude'>;

/** ALT-002: `digit { digit } [ "." digit { digit } ]`. The loose form also takes a point at either end. */
const strict = /^\d+(\.\d+)?$/;
const loose = /^(\d+\.?\d*|\.\d+)$/;

/** The text as an altitude, or undefined where it is none. */
export function altitudeFrom(text: string, pointAtEnd = false): Altitude | undefined {
  return (pointAtEnd ? loose : strict).test(text) ? (text as Altitude) : undefined;
}

function parts(altitude: string): { integer: string; fraction: string } {
  const [integer = '', fraction = ''] = altitude.split('.');
  return { integer: integer.replace(/^0+/, ''), fraction: fraction.replace(/0+$/, '') };
}

const compareText = (a: string, b: string): -1 | 0 | 1 => (a < b ? -1 : a > b ? 1 : 0);

/** Negative when `a` is closer to the file system than `b`, 0 when they are the same altitude. */
export function compareAltitudes(a: string, b: string): -1 | 0 | 1 {
  const left = parts(a);
  const right = parts(b);
  if (left.integer.length !== right.integer.length) return left.integer.length < right.integer.length ? -1 : 1;
  return compareText(left.integer, right.integer) || compareText(left.fraction, right.fraction);
}
