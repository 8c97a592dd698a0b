/**
 * Bytes behind an opaque buffer pointer, as far as the engine itself has to touch them.
 *
 * Drivers and hosts have buffers of their own kind (driver-api-usage.md 5.5); all the engine needs is a length and single bytes.
 * A pointer that leads to no bytes (recordings know lengths only) counts as unknown.
 */
export interface ByteBuffer {
  readonly length: number;
  u8(offset: number): number;
  setU8(offset: number, value: number): void;
}

export function byteBufferOf(value: unknown): ByteBuffer | null {
  if (typeof value !== 'object' || value === null || !('length' in value)) return null;
  if (value instanceof Uint8Array) return overArray(value);
  return 'u8' in value && typeof value.u8 === 'function' && 'setU8' in value && typeof value.setU8 === 'function' ? (value as ByteBuffer) : null;
}

const overArray = (bytes: Uint8Array): ByteBuffer => ({
  length: bytes.length,
  u8: (offset) => bytes[offset] ?? 0,
  setU8: (offset, value) => {
    bytes[offset] = value;
  },
});

/** The first `length` bytes, as they are now. Text counts one byte a character; where there are no bytes, zeros. */
export function copyBytes(value: unknown, length: number): Uint8Array {
  const copy = new Uint8Array(Math.max(0, length));
  if (typeof value === 'string') {
    for (let at = 0; at < copy.length; at++) copy[at] = value.charCodeAt(at) || 0;
    return copy;
  }
  const buffer = byteBufferOf(value);
  const count = Math.min(copy.length, buffer?.length ?? 0);
  for (let at = 0; at < count; at++) copy[at] = buffer?.u8(at) ?? 0;
  return copy;
}

/** Puts bytes into a buffer, as many as fit and `room` allows. Returns how many. */
export function putBytes(target: unknown, bytes: Uint8Array, room = bytes.length): number {
  const buffer = byteBufferOf(target);
  const count = Math.min(bytes.length, room, buffer?.length ?? room);
  if (buffer !== null) for (let at = 0; at < count; at++) buffer.setU8(at, bytes[at] ?? 0);
  return count;
}

/** A system buffer, where the host makes none: zeroed memory with the accessors that structures are read by. */
export class SystemBuffer implements ByteBuffer {
  readonly length: number;
  readonly #view: DataView;

  constructor(length: number) {
    this.length = length;
    this.#view = new DataView(new ArrayBuffer(length));
  }

  u8(offset: number): number {
    return this.#view.getUint8(offset);
  }

  u16(offset: number): number {
    return this.#view.getUint16(offset, true);
  }

  u32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  u64(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }

  setU8(offset: number, value: number): void {
    this.#view.setUint8(offset, value);
  }

  setU16(offset: number, value: number): void {
    this.#view.setUint16(offset, value, true);
  }

  setU32(offset: number, value: number): void {
    this.#view.setUint32(offset, value, true);
  }

  setU64(offset: number, value: bigint): void {
    this.#view.setBigUint64(offset, BigInt.asUintN(64, value), true);
  }

  wstr(offset: number, bytes: number): string {
    let text = '';
    for (let at = 0; at + 1 < bytes; at += 2) text += String.fromCharCode(this.u16(offset + at));
    return text;
  }

  bytes(offset = 0, length = this.length - offset): Uint8Array {
    return new Uint8Array(this.#view.buffer.slice(offset, offset + length));
  }
}
