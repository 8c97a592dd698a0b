/** Puts the recorded fields of a structure into a buffer of any length: what lies outside it is left out. */
import { byteOrigin } from '../../engine/index.ts';
import type { DetailValue } from '../../trace/record.ts';

/** What a structure's member may be recorded as. */
export type FieldValue = DetailValue | undefined;

export class StructureBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #origins: Uint8Array;

  constructor(bytes: Uint8Array, origins: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#origins = origins;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** An integer or a BOOLEAN of `size` bytes, little endian. A value that was not recorded, or only as a text, leaves its bytes unknown. */
  integer(at: number, size: 1 | 2 | 4 | 8, value: FieldValue, origin: number = byteOrigin.rebuilt): void {
    if (at + size > this.length) return;
    if (size === 8) {
      const wide = wideOf(value);
      if (wide === null) return;
      this.#view.setBigUint64(at, BigInt.asUintN(64, wide), true);
    } else {
      const whole = typeof value === 'boolean' ? Number(value) : typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : value;
      if (typeof whole !== 'number') return;
      if (size === 1) this.#view.setUint8(at, whole);
      else if (size === 2) this.#view.setUint16(at, whole, true);
      else this.#view.setUint32(at, whole, true);
    }
    this.#origins.fill(origin, at, at + size);
  }

  /** UTF-16 text without its length, as much of it as fits. */
  text(at: number, value: string, origin: number = byteOrigin.rebuilt): void {
    const units = Math.min(value.length, (this.length - at) >> 1);
    if (units <= 0) return;
    for (let unit = 0; unit < units; unit++) this.#view.setUint16(at + unit * 2, value.charCodeAt(unit), true);
    this.#origins.fill(origin, at, at + units * 2);
  }

  /** A counted text: ULONG bytes at one place, the text at another. A text that is not whole has a length that is not known. */
  counted(lengthAt: number, textAt: number, value: FieldValue, whole = true): void {
    if (typeof value !== 'string') return;
    if (whole) this.integer(lengthAt, 4, value.length * 2);
    this.text(textAt, value);
  }

  /** Bytes that were recorded as hex digits. */
  hex(at: number, value: FieldValue): void {
    if (typeof value !== 'string' || !/^(?:[0-9A-Fa-f]{2})+$/.test(value)) return;
    for (let digit = 0; digit < value.length && at + digit / 2 < this.length; digit += 2) {
      this.#bytes[at + digit / 2] = Number.parseInt(value.slice(digit, digit + 2), 16);
      this.#origins[at + digit / 2] = byteOrigin.recorded;
    }
  }
}

function wideOf(value: FieldValue): bigint | null {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
}
