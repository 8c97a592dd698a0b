/**
 * The window over the events of a log.
 *
 * Saved logs are read from front to back. Raw backing files are not (procmon-formats.md 3: steps go back now and then), and a damaged
 * offset array jumps at will: the window shrinks while little of it is used and grows while all of it is, so that neither case reads the
 * file many times over.
 */
import type { ByteSource } from '../../byteSource.ts';

const largest = 512 * 1024;
const smallest = 8 * 1024;

export class EventWindow {
  readonly #source: ByteSource;
  #start = 0;
  #size: number;
  #used = 0;
  #goesBack = false;
  #memory: Uint8Array = new Uint8Array(0);
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));

  constructor(source: ByteSource, size = largest) {
    this.#source = source;
    this.#size = size;
  }

  /** Index of file offset `offset` in `bytes` after making sure `length` bytes are there; -1 where the file ends before. */
  at(offset: number, length: number): number {
    const index = offset - this.#start;
    this.#used += length;
    if (index >= 0 && index + length <= this.bytes.length) return index;
    if (offset + length > this.#source.size) return -1;
    return this.#move(offset, length);
  }

  #move(offset: number, length: number): number {
    this.#size = this.#used * 4 >= this.bytes.length ? Math.min(largest, this.#size * 2) : Math.max(smallest, this.#size >>> 1);
    this.#used = 0;
    if (offset < this.#start) this.#goesBack = true;
    // Where the order goes back, it mostly goes back a little.
    const start = this.#goesBack ? Math.max(0, offset - (this.#size >>> 3)) : offset;
    this.#fill(start, Math.max(this.#size, offset - start + length));
    return offset - start + length <= this.bytes.length ? offset - start : -1;
  }

  /** The same memory again and again: nothing that is decoded refers to it. */
  #fill(start: number, length: number): void {
    const wanted = Math.min(length, this.#source.size - start);
    if (wanted > this.#memory.length) this.#memory = new Uint8Array(wanted);
    let got = 0;
    // A source may hand out less than asked for.
    while (got < wanted) {
      const part = this.#source.read(start + got, wanted - got);
      if (part.length === 0) break;
      this.#memory.set(part.subarray(0, wanted - got), got);
      got += part.length;
    }
    this.bytes = this.#memory.subarray(0, Math.min(got, wanted));
    this.view = new DataView(this.bytes.buffer, 0, this.bytes.length);
    this.#start = start;
  }
}
