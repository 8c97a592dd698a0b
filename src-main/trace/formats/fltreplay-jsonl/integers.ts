/**
 * Which texts in a detail are integers: JSON's numbers carry none beyond 2^53, so that those are decimal strings.
 *
 * A line may list them (`integers`, JSON Pointers as in RFC 6901). Without a list, long decimal strings under the keys of 64-bit values are integers.
 */
import type { DetailValue } from '../../record.ts';
import { wideKeys } from '../procmon/vocabulary.ts';

type Detail = { [key: string]: DetailValue };

/** The integer a text is, where it has no more than 64 bits, signed or unsigned. */
function integerOf(text: string): bigint | undefined {
  if (text.length > 20 || !/^-?\d+$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value ? value : undefined;
}
const isLongInteger = (text: string): boolean => text.length >= 16 && integerOf(text) !== undefined;
const isUnsafe = (value: DetailValue): boolean => typeof value === 'bigint' && (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER));

/** The pointers to list for a detail; none where a reader finds the same integers without them. */
export function integerPointers(detail: { readonly [key: string]: DetailValue }): readonly string[] {
  const actual: string[] = [];
  let differs = false;
  for (const key of Object.keys(detail)) {
    const value = detail[key] ?? null;
    const assumed = wideKeys.has(key) && (typeof value === 'bigint' ? isUnsafe(value) && isLongInteger(value.toString()) : typeof value === 'string' && isLongInteger(value));
    const before = actual.length;
    collect(value, `/${escaped(key)}`, actual);
    if ((actual.length > before) !== assumed || (typeof value === 'object' && actual.length > before)) differs = true;
  }
  // A list that is there is the whole truth; a detail without any integer says so by a pointer to nothing.
  return differs ? (actual.length > 0 ? actual : ['']) : [];
}

function collect(value: DetailValue, pointer: string, into: string[]): void {
  if (isUnsafe(value)) into.push(pointer);
  else if (Array.isArray(value)) value.forEach((item: DetailValue, i) => collect(item, `${pointer}/${i}`, into));
  else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) collect(item as DetailValue, `${pointer}/${escaped(key)}`, into);
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');

/** Turns the texts that are integers into them, in place. */
export function restoreIntegers(detail: Detail, pointers: unknown): Detail {
  if (Array.isArray(pointers)) {
    for (const pointer of pointers) if (typeof pointer === 'string' && pointer.startsWith('/')) restoreAt(detail, pointer.slice(1).split('/').map(unescaped));
    return detail;
  }
  for (const key of Object.keys(detail)) {
    const item = detail[key];
    if (typeof item === 'string' && wideKeys.has(key) && isLongInteger(item)) detail[key] = integerOf(item) ?? item;
  }
  return detail;
}

function restoreAt(detail: Detail, path: readonly string[]): void {
  let holder: { [key: string]: unknown } = detail;
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(holder, key) ? holder[key] : undefined;
    if (typeof next !== 'object' || next === null) return;
    holder = next as { [key: string]: unknown };
  }
  const last = path.at(-1) ?? '';
  const text = Object.hasOwn(holder, last) ? holder[last] : undefined;
  if (typeof text === 'string') holder[last] = integerOf(text) ?? text;
}
