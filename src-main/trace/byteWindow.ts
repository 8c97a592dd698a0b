/** A window that moves over a byte source: the only part of the file that is in memory. */
import type { ByteSource } from './byteSource.ts';

/** Reads exactly `length` bytes where the source has them, else what there is. The result is the caller's own. */
export function readBytes(source: ByteSource, offset: number, length: number): Uint8Array {
  const wanted = Math.max(0, Math.min(length, source.size - offset));
  const own = new Uint8Array(wanted);
  let got = 0;
  // A source may hand out less than asked for, and may reuse its array: copy, and ask again.
  while (got < wanted) {
    const part = source.read(offset + got, wanted - got);
    if (part.length === 0) break;
    own.set(part.subarray(0, wanted - got), got);
    got += part.length;
  }
  return got < wanted ? own.subarray(0, got) : own;
}

export class ByteWindow {
  readonly #source: ByteSource;
  readonly #size: number;
  #start = 0;
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));

  constructor(source: ByteSource, size = 512 * 1024) {
    this.#source = source;
    this.#size = size;
  }

  /** Index of file offset `offset` in `bytes` after making sure `length` bytes are there; -1 where the file ends before. */
  at(offset: number, length: number): number {
    const index = offset - this.#start;
    if (index >= 0 && index + length <= this.bytes.length) return index;
    this.#move(offset, Math.max(length, this.#size));
    return length <= this.bytes.length ? 0 : -1;
  }

  #move(offset: number, length: number): void {
    this.bytes = readBytes(this.#source, offset, length);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    this.#start = offset;
  }
}
