/**
 * The first pass over a file: finds its buffers and sessions by their headers alone.
 *
 * Source: etw-formats.md 1.6 and 8. BuffersWritten is never believed: it is 0 in a log that was not closed.
 */
import { ByteWindow } from '../../../byteWindow.ts';
import type { ByteSource } from '../../../byteSource.ts';
import { bufferHeaderSize, bufferTypeName, flagCompressed, holdsRecords, largestBuffer, newBufferHeader, readBufferHeader, typeHeader } from './bufferHeader.ts';
import { BufferIndex, mostBuffers } from './bufferIndex.ts';
import type { EtlDamage } from './etlRecord.ts';
import { LostBuffers } from './lostBuffers.ts';
import { beginsSession } from './recogniseEtl.ts';
import { readSessionHeader } from './sessionHeader.ts';
import type { EtlSessionHeader } from './sessionHeader.ts';

/** Each session has lanes of its own, and a lane takes memory. */
const mostSessions = 64;
const progressEvery = 1024;
const logHeaderSize = bufferHeaderSize + 32 + 272;
const modeCompressed = 0x0400_0000;
/** State of the header buffer of a log compressed by XPRESS Huffman instead of plain XPRESS. */
const stateHuffman = 4;

export interface WalkedSession extends EtlSessionHeader {
  /** True where its compressed buffers are by XPRESS Huffman. */
  readonly huffman: boolean;
}

export interface WalkedBuffers {
  readonly index: BufferIndex;
  readonly sessions: readonly WalkedSession[];
  readonly damages: readonly EtlDamage[];
  readonly total: number;
  readonly compressed: number;
  readonly skipped: ReadonlyMap<string, number>;
}

export function walkBuffers(source: ByteSource, progress: (done: number, total: number) => boolean): WalkedBuffers {
  const walker = new BufferWalker(source, progress);
  walker.walk();
  return walker;
}

class BufferWalker implements WalkedBuffers {
  readonly #source: ByteSource;
  readonly #window: ByteWindow;
  readonly #header = newBufferHeader();
  readonly index = new BufferIndex();
  readonly sessions: WalkedSession[] = [];
  readonly #damages: EtlDamage[] = [];
  readonly #lost = new LostBuffers();
  readonly skipped = new Map<string, number>();
  readonly #progress: (done: number, total: number) => boolean;
  #visited = 0;
  total = 0;
  compressed = 0;

  constructor(source: ByteSource, progress: (done: number, total: number) => boolean) {
    this.#source = source;
    this.#progress = progress;
    // Headers are far apart: a window of a page reads little between them.
    this.#window = new ByteWindow(source, 4096);
  }

  walk(): void {
    let at = 0;
    while (at + bufferHeaderSize <= this.#source.size) {
      if (this.#cancelled(at)) return;
      const next = this.#visit(at);
      if (next <= at) return;
      at = next;
    }
    if (at < this.#source.size) this.#damage(at, 'the file ends inside a buffer header');
  }

  #cancelled(at: number): boolean {
    this.#visited += 1;
    return this.#visited % progressEvery === 0 && !this.#progress(at, this.#source.size);
  }

  get damages(): readonly EtlDamage[] {
    return [...this.#damages, ...this.#lost.reports()];
  }

  /** Takes in the buffer at `at` and gives the place of the next; `at` itself where there is none. */
  #visit(at: number): number {
    const header = this.#header;
    if (!this.#read(at)) return at;
    if (at === 0 || (header.type === typeHeader && this.#beginsSession(at))) return this.#session(at);
    if (!this.#strideHolds(at)) return this.#resynchronise(at);
    return this.#keep(at) ? at + header.stride : at;
  }

  #session(at: number): number {
    if (this.sessions.length >= mostSessions) {
      this.#damage(at, `more than ${mostSessions} logs in one file: what follows is not read`);
      return at;
    }
    const session = readSessionHeader(this.#source, at);
    for (const doubt of session.doubts) this.#damage(at, doubt);
    this.sessions.push({ ...session, huffman: (this.#header.state & 0xffff) === stateHuffman });
    const next = this.#strideHolds(at) ? at + this.#header.stride : this.#resynchronise(at);
    this.#read(at);
    // Records of a header buffer without a usable stride are looked for up to where it says that they end.
    this.#header.stride = next > at ? next - at : Math.min(largestBuffer, this.#source.size - at);
    return this.#keep(at) ? next : at;
  }

  /** Counts a buffer, and keeps it where it holds records. False where nothing more can be kept. */
  #keep(at: number): boolean {
    const header = this.#header;
    this.total += 1;
    if ((header.flags & flagCompressed) !== 0) this.compressed += 1;
    if (!holdsRecords(header.type)) {
      const name = bufferTypeName(header.type);
      // Types that do not exist are one kind: a hostile file has up to 65,536 of them.
      const key = this.skipped.size < 64 || this.skipped.has(name) ? name : 'other types';
      this.skipped.set(key, (this.skipped.get(key) ?? 0) + 1);
    } else if (!this.index.add(at, this.sessions.length - 1, header)) {
      this.#damage(at, `more than ${mostBuffers} buffers in one file: what follows is not read`);
      return false;
    }
    return true;
  }

  #read(at: number): boolean {
    const i = this.#window.at(at, bufferHeaderSize);
    if (i < 0) return false;
    readBufferHeader(this.#window.view, i, this.#header);
    return true;
  }

  #beginsSession(at: number): boolean {
    const i = this.#window.at(at, logHeaderSize);
    return i >= 0 && beginsSession(this.#window.view, i);
  }

  /** False where the walk cannot go on by this buffer's own stride. */
  #strideHolds(at: number): boolean {
    const { stride } = this.#header;
    if (stride < bufferHeaderSize || stride > largestBuffer) return false;
    const fixed = this.#fixedStride();
    if (fixed === 0 || stride === fixed) return true;
    // An odd stride in a log of equal buffers is right where another buffer, or the end of the file, follows it.
    if (at + stride === this.#source.size) return true;
    const good = at + stride < this.#source.size && this.#plausibleAt(at + stride);
    this.#read(at);
    return good;
  }

  /** Size of all buffers of an uncompressed log; 0 where they differ. */
  #fixedStride(): number {
    const session = this.sessions.at(-1)?.session;
    if (session === undefined || (session.logFileMode & modeCompressed) !== 0 || this.compressed > 0) return 0;
    return session.bufferSize >= bufferHeaderSize && session.bufferSize <= largestBuffer ? session.bufferSize : 0;
  }

  #plausibleAt(at: number): boolean {
    if (!this.#read(at)) return false;
    const { stride, used, type } = this.#header;
    return stride >= bufferHeaderSize && stride <= largestBuffer && used >= bufferHeaderSize && used <= largestBuffer && type <= 7;
  }

  /**
   * What to do where no buffer is. A log of equal buffers goes on at the next multiple of their size that looks like one; filler up to
   * the end is a tail that was allocated and never used; anything else ends the walk.
   */
  #resynchronise(at: number): number {
    const filler = this.#isFiller(at);
    const fixed = this.#fixedStride();
    if (fixed > 0) {
      for (let next = at + fixed; next + bufferHeaderSize <= this.#source.size; next += fixed) {
        if (this.#cancelled(next)) return at;
        if (!this.#plausibleAt(next) || this.#header.stride !== fixed) continue;
        this.#lost.add(at, 'no usable header', (next - at) / fixed);
        return next;
      }
    }
    if (!filler) this.#damage(at, `no buffer begins here; the ${this.#source.size - at} bytes from here to the end of the file are not read`);
    return at;
  }

  /** True for the header-sized beginning of a tail that was allocated and not written: all zeros or all ones. */
  #isFiller(at: number): boolean {
    const i = this.#window.at(at, bufferHeaderSize);
    const bytes = this.#window.bytes.subarray(i, i + bufferHeaderSize);
    const first = bytes[0];
    return (first === 0 || first === 0xff) && bytes.every((byte) => byte === first);
  }

  #damage(at: number, reason: string): void {
    this.#damages.push({ at, reason, records: 0 });
  }
}
