/**
 * One packed stream of a file, unpacked piece by piece: the only part of it that is in memory is the piece.
 *
 * Sources: RFC 1952 (gzip), RFC 1950 (zlib), RFC 1951 (deflate). The deflate stream is unpacked bare and the checksum behind it
 * compared here: zlib's own check would take the last piece away together with the error.
 */
import { open, type FileHandle } from 'node:fs/promises';
import zlib from 'node:zlib';
import type { DamageReport } from '../../trace/record.ts';

export type PackedCoding = 'gzip' | 'zlib' | 'deflate' | 'stored';

export interface PackedStream {
  readonly file: string;
  readonly coding: PackedCoding;
  /** Where its bytes begin, and the first byte behind them. */
  readonly start: number;
  readonly end: number;
  /** Of the unpacked bytes, where it is known beforehand. */
  readonly crc32: number | null;
}

/** Takes what was unpacked; `consumed`: packed bytes so far. False ends it, with nothing wrong. */
export type UnpackedSink = (bytes: Uint8Array, consumed: number) => boolean;

/** Largest piece that is unpacked at once: so much is lost where a stream breaks. */
const outputPiece = 32 * 1024;
const smallestInput = 512;
const largestInput = 64 * 1024;
const inputsPerStream = 2048;

/** Unpacks until the end, the first damage, or until the sink has enough. The damage is told, where there is any. */
export async function unpackStream(packed: PackedStream, sink: UnpackedSink): Promise<DamageReport | null> {
  const handle = await open(packed.file, 'r');
  try {
    return await new StreamUnpacker(handle, packed, sink).run();
  } finally {
    await handle.close();
  }
}

class StreamUnpacker {
  readonly #handle: FileHandle;
  readonly #packed: PackedStream;
  readonly #sink: UnpackedSink;
  #enough = false;
  #crc = 0;
  #adler = new Adler32();
  #size = 0;

  constructor(handle: FileHandle, packed: PackedStream, sink: UnpackedSink) {
    this.#handle = handle;
    this.#packed = packed;
    this.#sink = sink;
  }

  run(): Promise<DamageReport | null> {
    const { coding, start } = this.#packed;
    if (coding === 'gzip') return this.#gzip();
    if (coding === 'zlib') return this.#zlib();
    return this.#bare(coding === 'stored', start);
  }

  async #bare(stored: boolean, start: number): Promise<DamageReport | null> {
    const { at, problem } = stored ? await this.#copy(start) : await this.#inflate(start);
    if (problem !== null) return damage(at, problem);
    const { crc32 } = this.#packed;
    return this.#enough || crc32 === null || crc32 === this.#crc ? null : damage(at, 'its checksum differs: what was unpacked is not what was packed');
  }

  async #zlib(): Promise<DamageReport | null> {
    const { at, problem } = await this.#inflate(this.#packed.start + 2);
    if (problem !== null) return damage(at, problem);
    if (this.#enough) return null;
    const trailer = await this.#bytes(at, 4);
    if (trailer.length < 4) return damage(at, 'the zlib stream ends without its checksum');
    return trailer.readUInt32BE(0) === this.#adler.value ? null : damage(at, 'the checksum of the zlib stream differs: what was unpacked is not what was packed');
  }

  /** Members stand one behind the other; zeros behind the last are padding. */
  async #gzip(): Promise<DamageReport | null> {
    let at = this.#packed.start;
    while (at < this.#packed.end && !this.#enough) {
      const member = await this.#gzipMember(at);
      if (member.damage !== null) return member.damage;
      at = member.end;
    }
    return null;
  }

  async #gzipMember(start: number): Promise<{ end: number; damage: DamageReport | null }> {
    const header = await this.#bytes(start, largestGzipHeader);
    const length = gzipHeaderLength(header);
    const { end } = this.#packed;
    if (length === 0) {
      const isPadding = header.every((byte) => byte === 0);
      return { end, damage: isPadding ? null : damage(start, `${end - start} bytes that are no gzip stream are left out`) };
    }
    this.#crc = 0;
    this.#size = 0;
    const { at, problem } = await this.#inflate(start + length);
    if (problem !== null) return { end: at, damage: damage(at, problem) };
    if (this.#enough) return { end: at, damage: null };
    const trailer = await this.#bytes(at, 8);
    if (trailer.length < 8) return { end: at, damage: damage(at, 'the gzip stream ends without its checksum') };
    const isWhole = trailer.readUInt32LE(0) === this.#crc && trailer.readUInt32LE(4) === this.#size % 2 ** 32;
    return { end: at + 8, damage: isWhole ? null : damage(at, 'the checksum of the gzip stream differs: what was unpacked is not what was packed') };
  }

  async #copy(start: number): Promise<{ at: number; problem: string | null }> {
    let at = start;
    while (at < this.#packed.end && !this.#enough) {
      const bytes = await this.#bytes(at, largestInput);
      if (bytes.length === 0) return { at, problem: 'the file ends inside it' };
      at += bytes.length;
      this.#take(bytes, at);
    }
    return { at, problem: null };
  }

  /** Unpacks one deflate stream from `start`; `at` is where it ended, or where it broke. */
  async #inflate(start: number): Promise<{ at: number; problem: string | null }> {
    const inflater = zlib.createInflateRaw({ chunkSize: outputPiece });
    const { promise: ended, resolve: end } = Promise.withResolvers<string | null>();
    let failure: unknown = null;
    let isOver = false;
    void ended.then(() => (isOver = true));
    inflater.on('data', (bytes: Uint8Array) => {
      try {
        this.#take(bytes, start + inflater.bytesWritten);
      } catch (error) {
        failure ??= error;
        this.#enough = true;
      }
      if (this.#enough) end(null);
    });
    inflater.on('end', () => end(null));
    inflater.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'Z_BUF_ERROR' ? 'it ends in the middle' : `it is broken here (${error.message})`));
    await this.#feed(inflater, start, () => isOver, ended);
    const problem = await ended;
    const at = start + inflater.bytesWritten;
    inflater.destroy();
    if (failure !== null) throw failure as Error;
    return { at, problem };
  }

  async #feed(inflater: zlib.InflateRaw, start: number, isOver: () => boolean, ended: Promise<unknown>): Promise<void> {
    const { end } = this.#packed;
    const piece = Math.min(largestInput, Math.max(smallestInput, Math.ceil((end - start) / inputsPerStream)));
    for (let at = start; !isOver(); ) {
      const bytes = at < end ? await this.#bytes(at, piece) : Buffer.alloc(0);
      if (isOver()) return;
      if (bytes.length === 0) {
        inflater.end();
        return;
      }
      at += bytes.length;
      // Waits until this piece is unpacked: nothing piles up.
      await Promise.race([ended, new Promise<void>((resolve) => inflater.write(bytes, () => resolve()))]);
    }
  }

  #take(bytes: Uint8Array, at: number): void {
    if (this.#enough) return;
    const { coding, start, crc32 } = this.#packed;
    if (coding === 'gzip' || crc32 !== null) this.#crc = zlib.crc32(bytes, this.#crc);
    if (coding === 'zlib') this.#adler.add(bytes);
    this.#size += bytes.length;
    if (!this.#sink(bytes, at - start)) this.#enough = true;
  }

  async #bytes(at: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.#packed.end - at));
    const buffer = Buffer.alloc(wanted);
    if (wanted === 0) return buffer;
    const { bytesRead } = await this.#handle.read(buffer, 0, wanted, at);
    return buffer.subarray(0, bytesRead);
  }
}

const damage = (at: number, reason: string): DamageReport => ({ at, unit: 'offset', reason, records: null });

const largestGzipHeader = 64 * 1024;
const gzipFlags = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;

/** Bytes before the deflate stream; 0 where no gzip member begins here, or its header does not end. */
function gzipHeaderLength(header: Buffer): number {
  if (header.length < 18 || header[0] !== 0x1f || header[1] !== 0x8b || header[2] !== 8) return 0;
  const flags = header[3] ?? 0;
  let at = 10;
  if ((flags & gzipFlags.extra) !== 0) at += 2 + header.readUInt16LE(10);
  for (const text of [gzipFlags.name, gzipFlags.comment]) {
    if ((flags & text) === 0) continue;
    const end = header.indexOf(0, at);
    if (end < 0) return 0;
    at = end + 1;
  }
  if ((flags & gzipFlags.headerCrc) !== 0) at += 2;
  return at < header.length ? at : 0;
}

/** RFC 1950, section 9. */
class Adler32 {
  #a = 1;
  #b = 0;

  add(bytes: Uint8Array): void {
    let a = this.#a;
    let b = this.#b;
    // So many bytes fit before the sums pass 32 bits.
    for (let at = 0; at < bytes.length; ) {
      const end = Math.min(bytes.length, at + 3800);
      for (; at < end; at++) {
        a += bytes[at] ?? 0;
        b += a;
      }
      a %= 65521;
      b %= 65521;
    }
    this.#a = a;
    this.#b = b;
  }

  get value(): number {
    return ((this.#b << 16) | this.#a) >>> 0;
  }
}
