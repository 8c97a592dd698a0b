/** Bytes as a service script may write them. */
import { KBUFFER } from '../kbuffer.ts';
import { viewedBytes } from '../structures/struct.ts';

const ulong = (value: number): Uint8Array => new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);

/** Null for what are no bytes. Arrays come from the script's own realm, so `instanceof` would not do. */
export function bytesOf(value: unknown): Uint8Array | null {
  if (typeof value === 'string') return Uint8Array.from(value, (character) => character.charCodeAt(0));
  if (typeof value === 'number') return ulong(value);
  if (typeof value === 'boolean') return new Uint8Array([Number(value)]);
  if (value instanceof KBUFFER) return value.bytes();
  const viewed = viewedBytes(value);
  if (viewed !== null) return viewed.bytes();
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  return null;
}

export function putInto(buffer: KBUFFER, bytes: Uint8Array, offset = 0): void {
  for (let at = 0; at < bytes.length; at++) buffer.setU8(offset + at, bytes[at] ?? 0);
}

/** A buffer argument of a routine: a buffer, or a view of one. */
export function bufferArgument(routine: string, name: string, value: unknown, size: number): KBUFFER {
  const buffer = value instanceof KBUFFER ? value : viewedBytes(value);
  if (buffer === null) throw new TypeError(`${routine}: ${name} is no buffer; malloc(${size}) makes one`);
  if (size > buffer.length) throw new RangeError(`${routine}: ${name} has ${buffer.length} bytes, and ${size} are named`);
  return buffer;
}
