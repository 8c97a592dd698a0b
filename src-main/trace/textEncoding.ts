/**
 * The encodings in which people hold text traces, turned into UTF-8 piece by piece so that readers see one of them.
 *
 * Surrogates without a partner (Windows file names may hold them) become three bytes of the same scheme, which `decodeUtf8` turns back.
 */
export type TextEncoding = 'utf8' | 'utf16le' | 'utf16be' | 'windows1252';

export interface DetectedEncoding {
  readonly encoding: TextEncoding;
  /** Bytes of the byte order mark. */
  readonly markLength: number;
}

/** By the byte order mark; without one UTF-16 is told by its first two characters, and everything else is taken for UTF-8. */
export function detectEncoding(head: Uint8Array): DetectedEncoding {
  const [a = 0, b = 0, c = 0, d = 0] = head;
  if (a === 0xff && b === 0xfe) return { encoding: 'utf16le', markLength: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf16be', markLength: 2 };
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf8', markLength: 3 };
  if (isText(a) && b === 0 && isText(c) && d === 0) return { encoding: 'utf16le', markLength: 0 };
  if (a === 0 && isText(b) && c === 0 && isText(d)) return { encoding: 'utf16be', markLength: 0 };
  return { encoding: 'utf8', markLength: 0 };
}

const isText = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d;

/** Turns a source's bytes into UTF-8. Pieces may end inside a character; `last` says that no more follow. */
export interface Transcoder {
  convert(bytes: Uint8Array, last: boolean): Uint8Array;
}

export function transcoderOf(encoding: TextEncoding): Transcoder | null {
  if (encoding === 'utf8') return null;
  return encoding === 'windows1252' ? new Windows1252Transcoder() : new Utf16Transcoder(encoding === 'utf16be');
}

class Utf16Transcoder implements Transcoder {
  readonly #low: number;
  readonly #high: number;
  /** First byte of a unit that was cut in two; -1 for none. */
  #byte = -1;
  /** High surrogate that waits for its partner; 0 for none. */
  #half = 0;

  constructor(bigEndian: boolean) {
    this.#low = bigEndian ? 1 : 0;
    this.#high = 1 - this.#low;
  }

  convert(bytes: Uint8Array, last: boolean): Uint8Array {
    const source = this.#byte < 0 ? bytes : prepended(this.#byte, bytes);
    this.#byte = -1;
    // Three bytes for each unit, and what is held back from before.
    const out = new Uint8Array((source.length >> 1) * 3 + 9);
    const end = source.length & ~1;
    let size = 0;
    for (let at = 0; at < end; at += 2) {
      const unit = (source[at + this.#low] ?? 0) | ((source[at + this.#high] ?? 0) << 8);
      if (unit < 0x80 && this.#half === 0) out[size++] = unit;
      else size = this.#unit(unit, out, size);
    }
    if (source.length > end) this.#byte = source[end] ?? 0;
    if (last) size = this.#finish(out, size);
    return out.subarray(0, size);
  }

  #unit(unit: number, out: Uint8Array, size: number): number {
    const half = this.#half;
    this.#half = 0;
    if (half !== 0 && unit >= 0xdc00 && unit < 0xe000) return putCode(0x10000 + ((half - 0xd800) << 10) + (unit - 0xdc00), out, size);
    const behind = half === 0 ? size : putCode(half, out, size);
    if (unit >= 0xd800 && unit < 0xdc00) {
      this.#half = unit;
      return behind;
    }
    return putCode(unit, out, behind);
  }

  #finish(out: Uint8Array, size: number): number {
    let end = size;
    if (this.#half !== 0) end = putCode(this.#half, out, end);
    if (this.#byte >= 0) end = putCode(0xfffd, out, end);
    this.#half = 0;
    this.#byte = -1;
    return end;
  }
}

function prepended(byte: number, bytes: Uint8Array): Uint8Array {
  const joined = new Uint8Array(bytes.length + 1);
  joined[0] = byte;
  joined.set(bytes, 1);
  return joined;
}

/** What Windows-1252 has at 0x80 to 0x9F; its five holes stay the control characters they are. */
const windows1252High = [
  0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
  0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
];

class Windows1252Transcoder implements Transcoder {
  convert(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length * 3);
    let size = 0;
    for (const byte of bytes) {
      if (byte < 0x80) out[size++] = byte;
      else size = putCode(byte < 0xa0 ? (windows1252High[byte - 0x80] ?? byte) : byte, out, size);
    }
    return out.subarray(0, size);
  }
}

function putCode(code: number, out: Uint8Array, size: number): number {
  let at = size;
  if (code < 0x80) {
    out[at++] = code;
  } else if (code < 0x800) {
    out[at++] = 0xc0 | (code >> 6);
    out[at++] = 0x80 | (code & 0x3f);
  } else if (code < 0x10000) {
    out[at++] = 0xe0 | (code >> 12);
    out[at++] = 0x80 | ((code >> 6) & 0x3f);
    out[at++] = 0x80 | (code & 0x3f);
  } else {
    out[at++] = 0xf0 | (code >> 18);
    out[at++] = 0x80 | ((code >> 12) & 0x3f);
    out[at++] = 0x80 | ((code >> 6) & 0x3f);
    out[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}
