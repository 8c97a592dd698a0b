/**
 * Where the events of a log start: the array of 40-bit offsets, read in slices.
 *
 * Source: procmon-formats.md 3. The array, not the position in the file, is the order of events.
 */
import type { ByteSource } from '../../byteSource.ts';
import { readBytes } from '../../byteWindow.ts';

const entrySize = 5;
const sliceEntries = 16384;

export class EventOffsets {
  readonly #source: ByteSource;
  readonly #start: number;
  /** Entries that are wholly in the file. */
  readonly available: number;
  #slice: Uint8Array = new Uint8Array(0);
  #first = 0;

  constructor(source: ByteSource, start: number, count: number) {
    this.#source = source;
    this.#start = start;
    this.available = start === 0 || start > source.size ? 0 : Math.min(count, Math.floor((source.size - start) / entrySize));
  }

  get(index: number): number {
    let at = (index - this.#first) * entrySize;
    if (at < 0 || at + entrySize > this.#slice.length) {
      this.#first = index;
      this.#slice = readBytes(this.#source, this.#start + index * entrySize, Math.min(sliceEntries, this.available - index) * entrySize);
      at = 0;
    }
    const bytes = this.#slice;
    const low = ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
    return low + (bytes[at + 4] ?? 0) * 0x1_0000_0000;
  }
}
