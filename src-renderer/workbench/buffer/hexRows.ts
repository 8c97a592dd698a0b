/** Bytes in rows of sixteen, and as text that can be pasted elsewhere. */
import type { BufferView, ByteOrigin } from '../../../src-preload/contract/index.ts';

export interface HexByte {
  readonly offset: number;
  readonly hex: string;
  readonly origin: ByteOrigin;
  /** `written by statusWatch` */
  readonly words: string;
}

export interface HexRow {
  readonly offset: number;
  readonly bytes: readonly HexByte[];
  /** One character a byte: what nobody knows is `?`. */
  readonly text: string;
}

export const originWords: Readonly<Record<ByteOrigin, string>> = {
  unknown: 'unknown: nobody recorded it', uninitialised: 'not written yet', recorded: 'recorded', rebuilt: 'rebuilt from recorded fields', assumed: 'assumed', zeroed: 'zeroed', written: 'written',
};

export const isUnknown = (origin: ByteOrigin): boolean => origin === 'unknown' || origin === 'uninitialised';

export function hexRows(view: BufferView): readonly HexRow[] {
  const bytes = bytesOf(view);
  return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, at): HexRow => {
    const row = bytes.slice(at * 16, at * 16 + 16);
    return { offset: view.offset + at * 16, bytes: row, text: row.map(characterOf).join('') };
  });
}

function bytesOf({ bytes, offset, origins }: BufferView): HexByte[] {
  const list: HexByte[] = [];
  for (const stretch of origins) {
    const words = stretch.writer === null ? originWords[stretch.origin] : `written by ${stretch.writer}`;
    for (let at = stretch.offset; at < stretch.offset + stretch.length; at++) list.push({ offset: at, hex: bytes.slice((at - offset) * 2, (at - offset) * 2 + 2), origin: stretch.origin, words });
  }
  return list;
}

function characterOf({ hex, origin }: HexByte): string {
  if (isUnknown(origin)) return '?';
  const code = Number.parseInt(hex, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.';
}

/** `0x1a0  de ad ...  text`, a line for each row. */
export const hexText = (rows: readonly HexRow[]): string =>
  rows.map(({ offset, bytes, text }) => `${offset.toString(16).padStart(8, '0')}  ${bytes.map(({ hex }) => hex).join(' ').padEnd(47)}  ${text}`).join('\n');

/** `const unsigned char bytes[3] = { 0x01, ... };`, sixteen a line. */
export function cArrayText(rows: readonly HexRow[]): string {
  const count = rows.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return `const unsigned char bytes[${count}] = {\n${rows.map(({ bytes }) => `  ${bytes.map(({ hex }) => `0x${hex}`).join(', ')},`).join('\n')}\n};`;
}

/** `0x1a0` or `416`; null for anything else. */
export function parseOffset(text: string): number | null {
  const trimmed = text.trim();
  if (/^0x[0-9a-f]{1,8}$/i.test(trimmed)) return Number.parseInt(trimmed, 16);
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : null;
}
