/** Brings one buffer into memory, decompressed. Source: etw-formats.md 1.5, 1.6 and 8. */
import { readBytes } from '../../../byteWindow.ts';
import type { ByteSource } from '../../../byteSource.ts';
import { bufferHeaderSize, flagCompressed, largestBuffer } from './bufferHeader.ts';
import type { BufferIndex } from './bufferIndex.ts';
import type { EtlDamage } from './etlRecord.ts';
import { LostBuffers } from './lostBuffers.ts';
import type { WalkedSession } from './walkBuffers.ts';
import { XpressDecoder } from './xpress.ts';

/** All buffers in memory together. Windows holds two or more of 64 KiB to 1 MiB a processor. */
const mostMemory = 256 * 1024 * 1024;
const page = 4096;
/** Real traces shrink to a fifth; a file that claims to hold more than this many times its size is made to hurt. */
const mostExpansion = 256;
const freeExpansion = 16 * 1024 * 1024;
/** A buffer may be this large even where the session says that its buffers are smaller: that number may be the damaged one. */
const alwaysAllowed = 1024 * 1024;

/** Where a buffer is loaded to: one for each processor, reused. */
export class BufferSlot {
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  /** End of the records; the header takes the first 0x48 bytes. */
  end = 0;
  /** True where the file ends inside the buffer. */
  cut = false;
}

export class BufferLoader {
  readonly #source: ByteSource;
  readonly #index: BufferIndex;
  readonly #sessions: readonly WalkedSession[];
  readonly #damage: (damage: EtlDamage) => void;
  readonly #decoder = new XpressDecoder();
  /** The buffers that could not be read. */
  readonly lost = new LostBuffers();
  #memory = 0;
  #expanded = 0;

  constructor(source: ByteSource, index: BufferIndex, sessions: readonly WalkedSession[], damage: (damage: EtlDamage) => void) {
    this.#source = source;
    this.#index = index;
    this.#sessions = sessions;
    this.#damage = damage;
  }

  /** False where nothing of buffer `i` can be read, which is counted. */
  load(i: number, slot: BufferSlot): boolean {
    const offset = this.#index.offset[i] ?? 0;
    const stride = this.#index.stride[i] ?? 0;
    const available = Math.min(stride, this.#source.size - offset);
    slot.end = 0;
    slot.cut = available < stride;
    if (slot.cut) this.#damage({ at: offset, reason: 'the file ends inside its last buffer; what is there is read', records: 0 });
    if (((this.#index.flags[i] ?? 0) & flagCompressed) !== 0) return this.#decompress(i, offset, available, slot);
    return this.#copy(i, offset, available, slot);
  }

  release(slot: BufferSlot): void {
    this.#memory -= slot.bytes.length;
    slot.bytes = new Uint8Array(0);
    slot.view = new DataView(slot.bytes.buffer);
  }

  #copy(i: number, offset: number, available: number, slot: BufferSlot): boolean {
    const used = this.#index.used[i] ?? 0;
    const stride = this.#index.stride[i] ?? 0;
    if (used > stride) this.#damage({ at: offset, reason: 'a buffer says that it uses more bytes than it has; what it has is read', records: 0 });
    const end = Math.min(used, available);
    // A buffer that was set up and not written to has lost nothing.
    if (used === 0) return true;
    if (end < bufferHeaderSize) return this.#reject(offset, 'less used than the header takes');
    if (!this.#makeRoom(slot, end, offset)) return false;
    slot.end = this.#fill(offset, slot.bytes, end);
    return true;
  }

  #decompress(i: number, offset: number, available: number, slot: BufferSlot): boolean {
    const used = this.#index.used[i] ?? 0;
    const session = this.#sessions[this.#index.session[i] ?? 0];
    if (session?.huffman === true) return this.#reject(offset, 'compressed by XPRESS Huffman, which is not supported');
    const most = Math.max(Math.min(session?.session.bufferSize ?? 0, largestBuffer), alwaysAllowed);
    if (used < bufferHeaderSize || used > most) return this.#reject(offset, 'an impossible size behind decompression');
    this.#expanded += used;
    if (this.#expanded > freeExpansion + this.#source.size * mostExpansion) {
      return this.#reject(offset, `more than ${mostExpansion} times the size of the file behind decompression`);
    }
    if (!this.#makeRoom(slot, used, offset)) return false;
    const input = this.#input(offset, available);
    slot.bytes.set(input.subarray(0, bufferHeaderSize));
    const result = this.#decoder.decode(input, bufferHeaderSize, input.length, slot.bytes, bufferHeaderSize, used);
    // A cut buffer gives what it has; in a whole one anything but all of it means that what was decoded cannot be believed either.
    if (result === 'full' || (result === 'short' && slot.cut)) {
      slot.end = this.#decoder.end;
      return true;
    }
    return this.#reject(offset, 'no valid compressed data');
  }

  #reject(at: number, why: string): false {
    this.lost.add(at, why);
    return false;
  }

  /** A source that hands out all it is asked for saves a copy. */
  #input(offset: number, length: number): Uint8Array {
    const read = this.#source.read(offset, length);
    return read.length >= length ? read.subarray(0, length) : readBytes(this.#source, offset, length);
  }

  #fill(offset: number, bytes: Uint8Array, length: number): number {
    let got = 0;
    while (got < length) {
      const part = this.#source.read(offset + got, length - got);
      if (part.length === 0) break;
      bytes.set(part.subarray(0, length - got), got);
      got += part.length;
    }
    return got;
  }

  #makeRoom(slot: BufferSlot, size: number, offset: number): boolean {
    const old = slot.bytes.length;
    if (old >= size) return true;
    const fresh = Math.ceil(size / page) * page;
    if (this.#memory - old + fresh > mostMemory) {
      return this.#reject(offset, `more than ${mostMemory / 1024 / 1024} MiB of buffers of different processors at one time`);
    }
    this.#memory += fresh - old;
    slot.bytes = new Uint8Array(fresh);
    slot.view = new DataView(slot.bytes.buffer);
    return true;
  }
}
