/** A text file passing through: keeps the bytes that are not used up yet, and reads on when a reader runs out. */
import { readBytes } from './byteWindow.ts';
import type { ByteSource } from './byteSource.ts';

export class StreamBuffer {
  readonly #source: ByteSource;
  readonly #chunk: number;
  /** UTF-16LE sources are turned into UTF-8 on the way, so that readers see one encoding. */
  readonly #utf16: boolean;
  #next: number;
  #half: number | null = null;
  bytes: Uint8Array = new Uint8Array(0);
  /** First byte not used up; readers move it. */
  position = 0;

  constructor(source: ByteSource, chunk = 512 * 1024) {
    this.#source = source;
    this.#chunk = chunk;
    const mark = readBytes(source, 0, 3);
    this.#utf16 = mark[0] === 0xff && mark[1] === 0xfe;
    this.#next = this.#utf16 ? 2 : mark[0] === 0xef && mark[1] === 0xbb && mark[2] === 0xbf ? 3 : 0;
  }

  /** True when everything of the source is in `bytes` or used up. */
  get atEnd(): boolean {
    return this.#next >= this.#source.size;
  }

  /** Offset in the source up to which it was read. */
  get consumed(): number {
    return this.#utf16 ? this.#next : this.#next - (this.bytes.length - this.position);
  }

  /** Drops what is used up and reads more behind it. False at the end of the source. */
  fill(): boolean {
    if (this.atEnd) return false;
    const read = readBytes(this.#source, this.#next, this.#chunk);
    // A source that has shrunk meanwhile ends here.
    this.#next = read.length === 0 ? this.#source.size : this.#next + read.length;
    const more = this.#utf16 ? this.#toUtf8(read) : read;
    const left = this.bytes.subarray(this.position);
    const joined = new Uint8Array(left.length + more.length);
    joined.set(left);
    joined.set(more, left.length);
    this.bytes = joined;
    this.position = 0;
    return read.length > 0;
  }

  #toUtf8(read: Uint8Array): Uint8Array {
    const out: number[] = [];
    let at = 0;
    const unitAt = (index: number): number => (read[index] ?? 0) | ((read[index + 1] ?? 0) << 8);
    const push = (unit: number): void => {
      let code = unit;
      if (this.#half !== null) {
        if (unit >= 0xdc00 && unit < 0xe000) code = 0x10000 + ((this.#half - 0xd800) << 10) + (unit - 0xdc00);
        else pushCode(out, 0xfffd);
        this.#half = null;
      }
      if (code >= 0xd800 && code < 0xdc00) this.#half = code;
      else pushCode(out, code >= 0xdc00 && code < 0xe000 ? 0xfffd : code);
    };
    for (; at + 1 < read.length; at += 2) push(unitAt(at));
    if (at < read.length && !this.atEnd) this.#next -= 1;
    return Uint8Array.from(out);
  }
}

function pushCode(out: number[], code: number): void {
  if (code < 0x80) out.push(code);
  else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
  else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
}
