/** Reads values that stand behind each other without names, separated by commas, straight into the fields of an event. */
import { hexDigit } from '../../hexText.ts';
import type { Cells } from './cells.ts';
import { textBase } from './fieldSlots.ts';
import type { Layout } from './mofLayouts.ts';
import type { TextFields } from './textFields.ts';

const comma = 0x2c;
const quote = 0x22;
const blank = 0x20;
const zero = 0x30;
const hexMark = 0x78;
const mostHexDigits = 16;
/** Digits that stay below 2^53. */
const mostDecimalDigits = 15;
const failed = -1;

/**
 * Takes the values in `bytes[from, end)`. From the first text on they are split by `cells`. False for a row that is written in another way than most
 * (quoted numbers, signs, group separators): it is to be read in full.
 */
export function readLayout(layout: Layout, fields: TextFields, cells: Cells, bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  for (let i = 0; i < layout.length && at < end; i++) {
    const slot = layout[i] ?? -1;
    if (slot >= textBase) {
      readFromText(layout, i, fields, cells, bytes, at, end);
      return true;
    }
    at = slot < 0 ? passed(bytes, at, end) : readNumber(slot, fields, bytes, at, end);
    if (at === failed) return false;
  }
  return true;
}

/** Behind the separator that ends a number and the blanks around it. */
function readNumber(slot: number, fields: TextFields, bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (bytes[at] === blank && at < end) at += 1;
  if (at >= end) return end;
  let high = 0;
  let low = 0;
  if (bytes[at] === zero && bytes[at + 1] === hexMark) {
    const first = at + 2;
    at = first;
    for (let digit = hexDigit(bytes[at] ?? 0); digit >= 0; digit = hexDigit(bytes[++at] ?? 0)) {
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    if (at === first || at - first > mostHexDigits) return failed;
    high >>>= 0;
    low >>>= 0;
  } else {
    const first = at;
    let value = 0;
    for (let digit = (bytes[at] ?? 0) - zero; digit >= 0 && digit <= 9; digit = (bytes[++at] ?? 0) - zero) value = value * 10 + digit;
    if (at === first || at - first > mostDecimalDigits) return failed;
    high = Math.floor(value / 0x1_0000_0000);
    low = value >>> 0;
  }
  while (bytes[at] === blank && at < end) at += 1;
  if (at < end && bytes[at] !== comma) return failed;
  fields.put(slot, low, high);
  return at + 1;
}

function passed(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (bytes[at] === comma) return at + 1;
    if (bytes[at] === quote) return failed;
  }
  return end;
}

function readFromText(layout: Layout, first: number, fields: TextFields, cells: Cells, bytes: Uint8Array, from: number, end: number): void {
  cells.split(bytes, from, end);
  const count = Math.min(cells.count, layout.length - first);
  for (let i = 0; i < count; i++) {
    const slot = layout[first + i] ?? -1;
    if (slot >= textBase) fields.putText(slot - textBase, cells.text(i));
    else if (slot >= 0) fields.readNumber(slot, bytes, cells.startOf(i), cells.endOf(i));
  }
}
