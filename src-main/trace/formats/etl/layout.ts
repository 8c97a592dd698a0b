/**
 * Layouts of event payloads, written as the documents write them: `P Irp; P FileObject; u32 TTID; …`.
 *
 * Every layout is packed. P is a pointer of the record; the places of the fields behind it differ between 32 and 64 bits, and are computed once.
 */
import type { EtwPointer } from '../../etw/pointer.ts';
import { pointerOf } from '../../etw/pointer.ts';

/** Offsets of the fields from the payload's start, and where the fixed part ends. */
export interface PlacedLayout<Field extends string> {
  readonly at: { readonly [field in Field]: number };
  readonly size: number;
}

export interface Layout<Field extends string> {
  readonly 4: PlacedLayout<Field>;
  readonly 8: PlacedLayout<Field>;
}

const sizes: { readonly [type: string]: number } = { u8: 1, u16: 2, u32: 4, u64: 8 };

/** `text` lists type and name of every fixed field; strings stand behind them and are read by `size`. */
export function layout<Field extends string>(text: string): Layout<Field> {
  return { 4: place(text, 4), 8: place(text, 8) };
}

function place<Field extends string>(text: string, pointerSize: 4 | 8): PlacedLayout<Field> {
  const at: { [field: string]: number } = {};
  let size = 0;
  for (const field of text.split(';')) {
    const [type = '', name = ''] = field.trim().split(' ');
    at[name] = size;
    size += type === 'P' ? pointerSize : (sizes[type] ?? 0);
  }
  return { at: at as { readonly [field in Field]: number }, size };
}

export function pointerAt(view: DataView, at: number, pointerSize: 4 | 8): EtwPointer {
  const low = view.getUint32(at, true);
  return pointerSize === 4 ? low : pointerOf(low, view.getUint32(at + 4, true));
}

/** End of a UTF-16 text: its NUL, or the end of the payload where that is missing. */
export function endOfText(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop + 1 < end && (bytes[stop] !== 0 || bytes[stop + 1] !== 0)) stop += 2;
  return Math.min(stop, end);
}

/** The same for one byte a character. */
export function endOfBytes(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && bytes[stop] !== 0) stop += 1;
  return stop;
}
