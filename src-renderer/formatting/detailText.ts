/** A value of `detail` as text. */
import type { DetailValue } from '../../src-preload/contract/index.ts';

export function detailText(value: DetailValue): string {
  if (value === null) return '–';
  if (Array.isArray(value)) return (value as readonly DetailValue[]).map(detailText).join(', ');
  if (typeof value === 'object') return Object.entries(value).map(([name, member]) => `${name}: ${detailText(member as DetailValue)}`).join(', ');
  return String(value);
}

/** How some values are written: `detailWords` of the contract. */
type Words = { readonly [key: string]: string };

/** `Class: 5, EndOfFile: 4096` */
export function detailLine(detail: { readonly [key: string]: DetailValue }, words: Words): string {
  return Object.entries(detail).map(([name, value]) => `${name}: ${words[name] ?? detailText(value)}`).join(', ');
}
