/**
 * Reading requests and writing answers, whatever stands behind a buffer.
 *
 * A buffer is bytes (a KBUFFER), an object with the structure's fields, or nothing where a recording tells lengths only. What is not
 * known reads as undefined, and the caller decides what an unknown value means. Layouts are those of 64-bit Windows.
 */

/** What the file system needs of a KBUFFER. */
export interface ByteBuffer {
  readonly length: number;
  u8(offset: number): number;
  u16(offset: number): number;
  u32(offset: number): number;
  u64(offset: number): bigint;
  setU8(offset: number, value: number): void;
  setU16(offset: number, value: number): void;
  setU32(offset: number, value: number): void;
  setU64(offset: number, value: bigint): void;
  wstr(offset: number, bytes: number): string;
  bytes(offset?: number, length?: number): Uint8Array;
  isKnown?(offset?: number, length?: number): boolean;
  /** Copies bytes in at once. */
  put?(bytes: Uint8Array, offset?: number): void;
}

/** Null for what is no buffer of bytes, or is one that a driver has freed. */
export function byteBufferOf(value: unknown): ByteBuffer | null {
  if (typeof value !== 'object' || value === null || !('setU64' in value) || !('length' in value)) return null;
  return 'freed' in value && value.freed === true ? null : (value as ByteBuffer);
}

/** The bytes of a transfer: through the MDL when there is one (IC-034). */
export function transferBuffer(buffer: unknown, mdl: unknown): ByteBuffer | null {
  if (typeof mdl === 'object' && mdl !== null && 'ByteCount' in mdl && 'map' in mdl && typeof mdl.map === 'function') return byteBufferOf(mdl.map());
  return byteBufferOf(buffer);
}

/** Reads the fields of an input structure by offset, or by name where it is an object. */
export class StructureReader {
  readonly #bytes: ByteBuffer | null;
  readonly #fields: Readonly<Record<string, unknown>> | null;

  constructor(value: unknown) {
    this.#bytes = byteBufferOf(value);
    this.#fields = this.#bytes === null && typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  }

  /** Nothing of the structure can be known. */
  get absent(): boolean {
    return this.#bytes === null && this.#fields === null;
  }

  field(name: string): unknown {
    return this.#fields?.[name];
  }

  u8(name: string, offset: number): number | undefined {
    return this.#number(name, offset, 1, (bytes) => bytes.u8(offset));
  }

  u16(name: string, offset: number): number | undefined {
    return this.#number(name, offset, 2, (bytes) => bytes.u16(offset));
  }

  u32(name: string, offset: number): number | undefined {
    return this.#number(name, offset, 4, (bytes) => bytes.u32(offset));
  }

  i64(name: string, offset: number): bigint | undefined {
    const field = this.#fields?.[name];
    if (field !== undefined) return large(field);
    return this.#has(offset, 8) ? BigInt.asIntN(64, this.#bytes?.u64(offset) ?? 0n) : undefined;
  }

  text(name: string, offset: number, byteLength: number | undefined): string | undefined {
    const field = this.#fields?.[name];
    if (typeof field === 'string') return field;
    if (typeof field === 'object' && field !== null && 'Buffer' in field) return String(field.Buffer);
    if (byteLength === undefined || !this.#has(offset, byteLength)) return undefined;
    return this.#bytes?.wstr(offset, byteLength);
  }

  raw(offset: number, length: number): Uint8Array | undefined {
    return this.#has(offset, length) ? this.#bytes?.bytes(offset, length) : undefined;
  }

  #has(offset: number, length: number): boolean {
    const bytes = this.#bytes;
    return bytes !== null && offset + length <= bytes.length && (bytes.isKnown?.(offset, length) ?? true);
  }

  #number(name: string, offset: number, length: number, read: (bytes: ByteBuffer) => number): number | undefined {
    const field = this.#fields?.[name];
    if (typeof field === 'number') return field;
    if (typeof field === 'boolean') return Number(field);
    return this.#bytes !== null && this.#has(offset, length) ? read(this.#bytes) : undefined;
  }
}

function large(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  return typeof value === 'object' && value !== null && 'QuadPart' in value ? large(value.QuadPart) : undefined;
}

/** An answer under construction. */
export class StructureWriter {
  #data = new Uint8Array(256);
  #view = new DataView(this.#data.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Empty again, for the next answer. */
  reset(): this {
    this.#data.fill(0, 0, this.#length);
    this.#length = 0;
    return this;
  }

  u8(offset: number, value: number): this {
    this.#room(offset + 1);
    this.#view.setUint8(offset, value);
    return this;
  }

  u16(offset: number, value: number): this {
    this.#room(offset + 2);
    this.#view.setUint16(offset, value, true);
    return this;
  }

  u32(offset: number, value: number): this {
    this.#room(offset + 4);
    this.#view.setUint32(offset, value >>> 0, true);
    return this;
  }

  i64(offset: number, value: bigint): this {
    this.#room(offset + 8);
    this.#view.setBigInt64(offset, BigInt.asIntN(64, value), true);
    return this;
  }

  text(offset: number, value: string): this {
    this.#room(offset + value.length * 2);
    for (let at = 0; at < value.length; at++) this.#view.setUint16(offset + at * 2, value.charCodeAt(at), true);
    return this;
  }

  raw(offset: number, value: Uint8Array): this {
    this.#room(offset + value.length);
    this.#data.set(value, offset);
    return this;
  }

  /** Makes the answer at least this long. */
  pad(length: number): this {
    this.#room(length);
    return this;
  }

  get bytes(): Uint8Array {
    return this.#data.subarray(0, this.#length);
  }

  #room(length: number): void {
    if (length > this.#data.length) {
      const data = new Uint8Array(Math.max(length, this.#data.length * 2));
      data.set(this.#data);
      this.#data = data;
      this.#view = new DataView(data.buffer);
    }
    this.#length = Math.max(this.#length, length);
  }
}

/** Puts bytes into a buffer, as far as there is one and they fit. */
export function copyOut(target: ByteBuffer | null, source: Uint8Array, offset = 0): void {
  if (target === null) return;
  const length = Math.min(source.length, target.length - offset);
  if (length <= 0) return;
  if (target.put !== undefined) {
    target.put(length === source.length ? source : source.subarray(0, length), offset);
    return;
  }
  const view = new DataView(source.buffer, source.byteOffset, source.length);
  let at = 0;
  for (; at + 8 <= length; at += 8) target.setU64(offset + at, view.getBigUint64(at, true));
  for (; at < length; at++) target.setU8(offset + at, view.getUint8(at));
}
