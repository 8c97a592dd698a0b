/** A text file passing through: keeps the bytes that are not used up yet, and reads on when a reader runs out. */
import { readBytes } from './byteWindow.ts';
import type { ByteSource } from './byteSource.ts';
import { detectEncoding, transcoderOf } from './textEncoding.ts';
import type { TextEncoding, Transcoder } from './textEncoding.ts';

const usualChunk = 512 * 1024;

export class StreamBuffer {
  readonly #source: ByteSource;
  readonly #chunk: number;
  /** Other encodings are turned into UTF-8 on the way, so that readers see one. */
  readonly #transcoder: Transcoder | null;
  #next: number;
  /** UTF-8 without a byte order mark. */
  bytes: Uint8Array = new Uint8Array(0);
  /** First byte not used up; readers move it. */
  position = 0;

  /** `encoding` is for a source that says its encoding itself; a byte order mark goes before it. */
  constructor(source: ByteSource, encoding: TextEncoding = 'utf8', chunk = usualChunk) {
    this.#source = source;
    this.#chunk = chunk;
    const detected = detectEncoding(readBytes(source, 0, 4));
    this.#transcoder = transcoderOf(detected.markLength === 0 && detected.encoding === 'utf8' ? encoding : detected.encoding);
    this.#next = detected.markLength;
  }

  /** True when everything of the source is in `bytes` or used up. */
  get atEnd(): boolean {
    return this.#next >= this.#source.size;
  }

  /** Offset in the source up to which it was used up; where the encoding is not UTF-8, up to which it was read. */
  get consumed(): number {
    return this.offsetOf(this.position);
  }

  /** Offset in the source of a place in `bytes`; where the encoding is not UTF-8, the end of what was read. */
  offsetOf(index: number): number {
    return this.#transcoder === null ? this.#next - (this.bytes.length - index) : this.#next;
  }

  /** Drops what is used up and reads more behind it. False at the end of the source. */
  fill(): boolean {
    if (this.atEnd) return false;
    const read = readBytes(this.#source, this.#next, this.#chunk);
    // A source that has shrunk meanwhile ends here.
    this.#next = read.length === 0 ? this.#source.size : this.#next + read.length;
    const more = this.#transcoder === null ? read : this.#transcoder.convert(read, this.atEnd);
    const left = this.bytes.subarray(this.position);
    if (left.length === 0) {
      this.bytes = more;
    } else {
      const joined = new Uint8Array(left.length + more.length);
      joined.set(left);
      joined.set(more, left.length);
      this.bytes = joined;
    }
    this.position = 0;
    return read.length > 0;
  }
}
