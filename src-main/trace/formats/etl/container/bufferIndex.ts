/**
 * Where every buffer of a file stands: what the first pass keeps of it. Some 35 bytes a buffer, so that even a file of 100 GB fits.
 *
 * Source: etw-formats.md 7.
 */
import type { BufferHeader } from './bufferHeader.ts';

/** More than any real log has; an index of so many takes about 150 MB. */
export const mostBuffers = 1 << 22;

/** Sequence numbers missing before a buffer, where there are too many to believe. */
export const manyMissing = 0xffff_ffff;

export class BufferIndex {
  length = 0;
  /** File offsets. */
  offset = new Float64Array(256);
  sequence = new Float64Array(256);
  stride = new Uint32Array(256);
  used = new Uint32Array(256);
  processor = new Uint16Array(256);
  session = new Uint16Array(256);
  flags = new Uint8Array(256);
  /** Buffers missing in the sequence just before this one; set by `order()`. */
  missing = new Uint32Array(0);
  /** The place of a buffer in the order of `order()`. */
  turn = new Uint32Array(0);

  /** False where the index is full. */
  add(offset: number, session: number, header: BufferHeader): boolean {
    if (this.length >= mostBuffers) return false;
    const i = this.length;
    if (i === this.offset.length) this.#grow();
    this.offset[i] = offset;
    // A signed 64-bit number; those beyond 2^53 are damage, and only their order suffers.
    this.sequence[i] = (header.sequenceHigh | 0) * 0x1_0000_0000 + header.sequenceLow;
    this.stride[i] = header.stride;
    this.used[i] = header.used;
    this.processor[i] = header.processor;
    this.session[i] = session;
    this.flags[i] = header.flags;
    this.length += 1;
    return true;
  }

  #grow(): void {
    const size = this.offset.length * 2;
    this.offset = grown(this.offset, new Float64Array(size));
    this.sequence = grown(this.sequence, new Float64Array(size));
    this.stride = grown(this.stride, new Uint32Array(size));
    this.used = grown(this.used, new Uint32Array(size));
    this.processor = grown(this.processor, new Uint16Array(size));
    this.session = grown(this.session, new Uint16Array(size));
    this.flags = grown(this.flags, new Uint8Array(size));
  }

  /** The buffers by session, sequence number and place. Sets `missing` and `turn`. */
  order(): Uint32Array {
    const { session, sequence } = this;
    const order = new Uint32Array(this.length);
    for (let i = 0; i < order.length; i++) order[i] = i;
    // The sort is stable, and the buffers come by their place.
    order.sort((a, b) => (session[a] ?? 0) - (session[b] ?? 0) || compare(sequence[a] ?? 0, sequence[b] ?? 0));
    this.missing = new Uint32Array(this.length);
    this.turn = new Uint32Array(this.length);
    order.forEach((buffer, place) => (this.turn[buffer] = place));
    for (let i = 1; i < order.length; i++) this.#setMissing(order[i - 1] ?? 0, order[i] ?? 0);
    return order;
  }

  #setMissing(before: number, after: number): void {
    const from = this.sequence[before] ?? 0;
    // The header buffer has no number; behind it a circular log may begin anywhere.
    if (this.session[before] !== this.session[after] || from <= 0) return;
    const missing = (this.sequence[after] ?? 0) - from - 1;
    if (missing > 0) this.missing[after] = Math.min(missing, manyMissing);
  }
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

function grown<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
