/** Lines of a text as byte ranges: what the readers of line-based formats share. Lines end in LF or CRLF. */
import type { StreamBuffer } from './streamBuffer.ts';

const lf = 0x0a;
const cr = 0x0d;

/** `long`: a line beyond the limit, of which nothing is kept. */
export type LineResult = 'line' | 'long' | 'end';

export class TextLines {
  readonly #buffer: StreamBuffer;
  readonly #limit: number;
  /** The line is `bytes[start, end)`, until the next call. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Number of the line, from 1. */
  line = 0;
  /** False for a last line without line end: it may have been cut. */
  terminated = true;

  constructor(buffer: StreamBuffer, limit = 1024 * 1024) {
    this.#buffer = buffer;
    this.#limit = limit;
  }

  next(): LineResult {
    const buffer = this.#buffer;
    let searched = buffer.position;
    for (;;) {
      const at = buffer.bytes.indexOf(lf, searched);
      if (at >= 0) return this.#take(at, at + 1);
      const kept = buffer.bytes.length - buffer.position;
      if (kept > this.#limit) return this.#drop();
      if (!buffer.fill()) break;
      searched = buffer.position + kept;
    }
    return buffer.position < buffer.bytes.length ? this.#take(buffer.bytes.length, buffer.bytes.length) : 'end';
  }

  #take(end: number, next: number): LineResult {
    const { bytes, position } = this.#buffer;
    this.bytes = bytes;
    this.start = position;
    this.end = end > position && bytes[end - 1] === cr ? end - 1 : end;
    this.terminated = next > end;
    this.line += 1;
    this.#buffer.position = next;
    return this.end - this.start > this.#limit ? 'long' : 'line';
  }

  #drop(): LineResult {
    const buffer = this.#buffer;
    this.line += 1;
    this.start = 0;
    this.end = 0;
    for (;;) {
      const at = buffer.bytes.indexOf(lf, buffer.position);
      buffer.position = at >= 0 ? at + 1 : buffer.bytes.length;
      if (at >= 0 || !buffer.fill()) return 'long';
    }
  }
}
