/**
 * Text inside detail blobs. Source: procmon-formats.md 9: a u16 descriptor, whose bit 15 tells one byte a character, and whose other bits count characters.
 */
import { decodeLatin1, decodeUtf16, TextCache } from '../../byteText.ts';

/** Bytes of a text by its descriptor. */
export function textBytes(descriptor: number): number {
  return (descriptor & 0x8000) !== 0 ? descriptor & 0x7fff : descriptor * 2;
}

/** Texts of one log: paths repeat, and equal ones become one string. */
export class DetailTexts {
  readonly #ascii = new TextCache(decodeLatin1);
  readonly #wide = new TextCache(decodeUtf16, 2048);

  get(bytes: Uint8Array, descriptor: number, at: number): string {
    return (descriptor & 0x8000) !== 0 ? this.#ascii.get(bytes, at, at + (descriptor & 0x7fff)) : this.#wide.get(bytes, at, at + descriptor * 2);
  }

  /** null where the text is empty or does not end before `end`. */
  optional(bytes: Uint8Array, descriptor: number, at: number, end: number): string | null {
    const stop = at + textBytes(descriptor);
    return stop > end || stop === at ? null : this.get(bytes, descriptor, at);
  }

  utf16(bytes: Uint8Array, at: number, end: number): string {
    return this.#wide.get(bytes, at, end);
  }
}
