/**
 * The bytes of a stream, as far as they are known.
 *
 * Traces carry lengths, not bytes (driver-api-usage.md 5.5), so contents are unknown until somebody writes known bytes. What lies
 * behind everything that was ever there reads as zero.
 */
import { copyOut, type ByteBuffer } from './bytes.ts';

const pageBytes = 4096;

interface Page {
  readonly bytes: Uint8Array;
  /** 1: the byte is known. */
  readonly known: Uint8Array;
}

/** Fills a range of a buffer with bytes that nobody recorded. */
export type FillUnknown = (buffer: unknown, offsetInBuffer: number, length: number, streamOffset: bigint) => void;

export class Contents {
  #made: Map<number, Page> | null = null;
  /** Bytes from here on are zero where no page says otherwise. */
  #unknownEnd: number;

  constructor(unknownBytes = 0n) {
    this.#unknownEnd = Number(unknownBytes);
  }

  get #pages(): Map<number, Page> {
    return (this.#made ??= new Map());
  }

  /** There were bytes up to here that nobody knows. */
  assume(size: bigint): void {
    this.#unknownEnd = Math.max(this.#unknownEnd, Number(size));
  }

  /** Everything is gone: the stream was overwritten or cut to nothing. */
  clear(): void {
    this.#made = null;
    this.#unknownEnd = 0;
  }

  /** What lies behind the new end is zero when the stream grows again. */
  truncate(size: bigint): void {
    const end = Number(size);
    this.#unknownEnd = Math.min(this.#unknownEnd, end);
    if (this.#made === null) return;
    for (const [number, page] of this.#made) {
      const start = number * pageBytes;
      if (start >= end) this.#pages.delete(number);
      else if (start + pageBytes > end) {
        page.bytes.fill(0, end - start);
        page.known.fill(1, end - start);
      }
    }
  }

  write(offset: bigint, length: number, source: ByteBuffer | null): void {
    const known = source !== null && source.length >= length && (source.isKnown?.(0, length) ?? true);
    if (!known) {
      this.#forget(Number(offset), length);
      return;
    }
    this.put(offset, source.bytes(0, length));
  }

  put(offset: bigint, bytes: Uint8Array): void {
    this.#each(Number(offset), bytes.length, (number, inPage, count, done) => {
      const page = this.#page(number);
      page.bytes.set(bytes.subarray(done, done + count), inPage);
      page.known.fill(1, inPage, inPage + count);
    });
  }

  zero(offset: bigint, length: bigint): void {
    const start = Number(offset);
    const end = start + Number(length);
    if (start >= this.#unknownEnd) {
      for (const number of [...this.#pages.keys()]) if (number * pageBytes < end && (number + 1) * pageBytes > start) this.put(BigInt(Math.max(start, number * pageBytes)), new Uint8Array(Math.min(end, (number + 1) * pageBytes) - Math.max(start, number * pageBytes)));
      return;
    }
    // Only what is unknown or written needs zeros of its own.
    this.put(offset, new Uint8Array(Math.max(0, Math.min(end, Math.max(this.#unknownEnd, this.#lastPageEnd())) - start)));
  }

  /** Fills the first `length` bytes of the buffer. Unknown stretches go through `fillUnknown`, which may leave them alone. */
  read(offset: bigint, length: number, target: ByteBuffer | null, fillUnknown: FillUnknown | null): void {
    if (target === null) return;
    if (this.#made === null || this.#made.size === 0) return this.#readStretch(Number(offset), Math.min(length, target.length), 0, target, fillUnknown);
    this.#each(Number(offset), Math.min(length, target.length), (number, inPage, count, done) => this.#readPage(number, inPage, count, done, target, fillUnknown));
  }

  /** Where no page says otherwise: unknown up to `#unknownEnd`, zero behind it. */
  #readStretch(start: number, count: number, done: number, target: ByteBuffer, fillUnknown: FillUnknown | null): void {
    const unknown = Math.max(0, Math.min(count, this.#unknownEnd - start));
    if (unknown > 0) fillUnknown?.(target, done, unknown, BigInt(start));
    if (unknown < count) copyOut(target, new Uint8Array(count - unknown), done + unknown);
  }

  #readPage(number: number, inPage: number, count: number, done: number, target: ByteBuffer, fillUnknown: FillUnknown | null): void {
    const page = this.#made?.get(number);
    const start = number * pageBytes + inPage;
    if (page === undefined) return this.#readStretch(start, count, done, target, fillUnknown);
    const isKnown = (at: number): boolean => page.known[inPage + at] === 1;
    let at = 0;
    while (at < count) {
      const known = isKnown(at);
      let end = at + 1;
      while (end < count && isKnown(end) === known) end++;
      if (!known) fillUnknown?.(target, done + at, end - at, BigInt(start + at));
      else copyOut(target, page.bytes.subarray(inPage + at, inPage + end), done + at);
      at = end;
    }
  }

  #forget(start: number, length: number): void {
    // A hole between the old end and the write counts as unknown too; nobody can have read it.
    this.#unknownEnd = Math.max(this.#unknownEnd, start + length);
    if (this.#made === null || this.#made.size === 0) return;
    this.#each(start, length, (number, inPage, count) => {
      if (count === pageBytes) this.#pages.delete(number);
      else this.#pages.get(number)?.known.fill(0, inPage, inPage + count);
    });
  }

  #page(number: number): Page {
    let page = this.#pages.get(number);
    if (page === undefined) {
      const known = new Uint8Array(pageBytes);
      const start = number * pageBytes;
      known.fill(1, Math.min(pageBytes, Math.max(0, this.#unknownEnd - start)));
      page = { bytes: new Uint8Array(pageBytes), known };
      this.#pages.set(number, page);
    }
    return page;
  }

  #lastPageEnd(): number {
    let last = 0;
    for (const number of this.#pages.keys()) last = Math.max(last, (number + 1) * pageBytes);
    return last;
  }

  #each(start: number, length: number, visit: (number: number, inPage: number, count: number, done: number) => void): void {
    for (let done = 0; done < length; ) {
      const at = start + done;
      const inPage = at % pageBytes;
      const count = Math.min(pageBytes - inPage, length - done);
      visit(Math.floor(at / pageBytes), inPage, count, done);
      done += count;
    }
  }
}
