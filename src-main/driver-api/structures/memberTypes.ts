/**
 * The types of structure members: how many bytes, how aligned, what a driver reads and writes there.
 *
 * Source: driver-api-usage.md 5.5, 5.8; sizes and alignments of the 64-bit Windows ABI. Storing a value that does not fit is an
 * error, not a wrap.
 */
import { LARGE_INTEGER } from '../../engine/index.ts';
import { AccessViolation, type KBUFFER } from '../kbuffer.ts';

/** Where a member's value lives, for types that need their neighbours (a counted text needs the count). */
export interface Neighbours {
  number(field: string): number;
  setNumber(field: string, value: number): void;
}

export abstract class MemberType<T = unknown> {
  readonly name: string;
  readonly size: number;
  readonly alignment: number;
  /** The type in fltkernel.d.ts. */
  readonly declaration: string;

  constructor(name: string, size: number, alignment: number, declaration: string) {
    this.name = name;
    this.size = size;
    this.alignment = alignment;
    this.declaration = declaration;
  }

  abstract read(buffer: KBUFFER, offset: number, neighbours: Neighbours): T;
  abstract write(buffer: KBUFFER, offset: number, value: unknown, neighbours: Neighbours): void;

  /** `TYPE Name[count]` */
  array(count: number): MemberType {
    return new ArrayType(this, count);
  }
}

/** How classes and functions that are types too say so: LARGE_INTEGER, GUID, LUID. */
export const memberTypeOf = Symbol('memberType');

export function resolveMemberType(type: unknown): MemberType {
  if (type instanceof MemberType) return type;
  if ((typeof type === 'object' || typeof type === 'function') && type !== null && memberTypeOf in type && type[memberTypeOf] instanceof MemberType) return type[memberTypeOf];
  throw new TypeError('a type is wanted here: ULONG, WCHAR.array(32), another struct ...');
}

type Width = 1 | 2 | 4 | 8;

function readUnsigned(buffer: KBUFFER, offset: number, width: Width): bigint {
  switch (width) {
    case 1: return BigInt(buffer.u8(offset));
    case 2: return BigInt(buffer.u16(offset));
    case 4: return BigInt(buffer.u32(offset));
    case 8: return buffer.u64(offset);
  }
}

function writeUnsigned(buffer: KBUFFER, offset: number, width: Width, value: bigint): void {
  switch (width) {
    case 1: return buffer.setU8(offset, Number(value));
    case 2: return buffer.setU16(offset, Number(value));
    case 4: return buffer.setU32(offset, Number(value));
    case 8: return buffer.setU64(offset, value);
  }
}

const integerText = (value: unknown): string => (typeof value === 'bigint' ? `${value}` : String(value));

/** An integer. Up to 32 bits it is a number, with 64 a bigint. */
class IntegerType extends MemberType<number | bigint> {
  readonly #width: Width;
  readonly #signed: boolean;

  constructor(name: string, width: Width, signed: boolean) {
    super(name, width, width, width === 8 ? 'bigint' : 'number');
    this.#width = width;
    this.#signed = signed;
  }

  read(buffer: KBUFFER, offset: number): number | bigint {
    const raw = readUnsigned(buffer, offset, this.#width);
    const value = this.#signed ? BigInt.asIntN(this.#width * 8, raw) : raw;
    return this.#width === 8 ? value : Number(value);
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    const whole = typeof value === 'bigint' ? value : typeof value === 'boolean' ? BigInt(value) : typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : null;
    if (whole === null) throw new TypeError(`${this.name} holds an integer, not ${integerText(value)}`);
    const bits = BigInt(this.#width * 8);
    // JavaScript's bit operations give negative numbers where C has large ones, so both halves of the range are taken.
    const low = -(1n << (bits - 1n));
    const high = this.#signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
    if (whole < low || whole > high) throw new RangeError(`${integerText(value)} does not fit into a ${this.name}`);
    writeUnsigned(buffer, offset, this.#width, BigInt.asUintN(Number(bits), whole));
  }

  override array(count: number): MemberType {
    return this.name === 'UCHAR' ? new BytesType(count, null) : this.name === 'CHAR' ? new NarrowTextType(count) : new ArrayType(this, count);
  }

  /** UCHAR only: so many bytes as another member says. */
  counted(lengthField: string): MemberType {
    if (this.name !== 'UCHAR') throw new TypeError(`${this.name} has no counted form; UCHAR and WCHAR have`);
    return new BytesType(1, lengthField);
  }
}

class BooleanType extends MemberType<boolean> {
  constructor() {
    super('BOOLEAN', 1, 1, 'boolean');
  }

  read(buffer: KBUFFER, offset: number): boolean {
    return buffer.u8(offset) !== 0;
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) throw new TypeError(`BOOLEAN holds true or false, not ${integerText(value)}`);
    buffer.setU8(offset, Number(value));
  }
}

/** SIZE_T, ULONG_PTR: 64 bits as a number. */
class SizeType extends MemberType<number> {
  constructor(name: string) {
    super(name, 8, 8, 'number');
  }

  read(buffer: KBUFFER, offset: number): number {
    return Number(buffer.u64(offset));
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new RangeError(`${this.name} holds a number from 0 to 2^53, not ${integerText(value)}`);
    buffer.setU64(offset, BigInt(value));
  }
}

/** PVOID, HANDLE: the object itself comes back as long as nobody has written other bytes there. */
class PointerType extends MemberType {
  constructor(name: string) {
    super(name, 8, 8, 'any');
  }

  read(buffer: KBUFFER, offset: number): unknown {
    return buffer.pointer(offset);
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    buffer.setPointer(offset, value);
  }
}

/** One UTF-16 unit, as a text of one character. */
class WideCharacterType extends MemberType<string> {
  constructor() {
    super('WCHAR', 2, 2, 'string');
  }

  read(buffer: KBUFFER, offset: number): string {
    return String.fromCharCode(buffer.u16(offset));
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    const unit = typeof value === 'string' && value.length === 1 ? value.charCodeAt(0) : value;
    if (typeof unit !== 'number' || !Number.isInteger(unit) || unit < 0 || unit > 0xffff) throw new TypeError(`WCHAR holds one character, not ${String(value)}`);
    buffer.setU16(offset, unit);
  }

  override array(count: number): MemberType {
    return new WideTextType(count, null);
  }

  /** A text whose length in bytes is another member: FileName with FileNameLength. `capacity`: characters declared in the structure. */
  counted(lengthField: string, capacity = 1): MemberType {
    return new WideTextType(capacity, lengthField);
  }
}

/** Text in place: up to its count, or to the first NUL. */
class WideTextType extends MemberType<string> {
  readonly #characters: number;
  readonly #lengthField: string | null;

  constructor(characters: number, lengthField: string | null) {
    super(`WCHAR[${characters}]`, checkCount(characters) * 2, 2, 'string');
    this.#characters = characters;
    this.#lengthField = lengthField;
  }

  read(buffer: KBUFFER, offset: number, neighbours: Neighbours): string {
    if (this.#lengthField !== null) return buffer.wstr(offset, neighbours.number(this.#lengthField));
    const text = buffer.wstr(offset, this.#characters * 2);
    const end = text.indexOf('\0');
    return end < 0 ? text : text.slice(0, end);
  }

  write(buffer: KBUFFER, offset: number, value: unknown, neighbours: Neighbours): void {
    const text = wideTextOf(value);
    if (this.#lengthField !== null) {
      if (this.#characters > 1 && text.length > this.#characters) throw new RangeError(`"${text}" has more than ${this.#characters} characters`);
      buffer.setWstr(offset, text);
      neighbours.setNumber(this.#lengthField, text.length * 2);
      return;
    }
    if (text.length > this.#characters) throw new RangeError(`"${text}" has more than ${this.#characters} characters`);
    buffer.setWstr(offset, text.padEnd(this.#characters, '\0'));
  }
}

function wideTextOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'Buffer' in value && typeof value.Buffer === 'string') return value.Buffer;
  throw new TypeError('a text or a UNICODE_STRING is wanted here');
}

/** CHAR[n]: one byte a character, to the first NUL. */
class NarrowTextType extends MemberType<string> {
  readonly #count: number;

  constructor(count: number) {
    super(`CHAR[${count}]`, checkCount(count), 1, 'string');
    this.#count = count;
  }

  read(buffer: KBUFFER, offset: number): string {
    const bytes = buffer.bytes(offset, this.#count);
    const end = bytes.indexOf(0);
    return String.fromCharCode(...(end < 0 ? bytes : bytes.subarray(0, end)));
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    const text = wideTextOf(value);
    if (text.length > this.#count) throw new RangeError(`"${text}" has more than ${this.#count} characters`);
    for (let at = 0; at < this.#count; at++) buffer.setU8(offset + at, text.charCodeAt(at) & 0xff || 0);
  }
}

/** UCHAR[n]: a window on the bytes. */
class BytesType extends MemberType<KBUFFER> {
  readonly #count: number;
  readonly #lengthField: string | null;

  constructor(count: number, lengthField: string | null) {
    super(`UCHAR[${count}]`, checkCount(count), 1, 'KBUFFER');
    this.#count = count;
    this.#lengthField = lengthField;
  }

  read(buffer: KBUFFER, offset: number, neighbours: Neighbours): KBUFFER {
    return buffer.at(offset, this.#lengthField === null ? this.#count : neighbours.number(this.#lengthField));
  }

  write(buffer: KBUFFER, offset: number, value: unknown, neighbours: Neighbours): void {
    const bytes = value instanceof Uint8Array || Array.isArray(value) ? value : null;
    if (bytes === null) throw new TypeError('bytes are written as an array of numbers or with RtlCopyMemory');
    if (this.#lengthField === null && bytes.length > this.#count) throw new RangeError(`${bytes.length} bytes do not fit into ${this.name}`);
    for (let at = 0; at < bytes.length; at++) buffer.setU8(offset + at, Number(bytes[at]) & 0xff);
    if (this.#lengthField !== null) neighbours.setNumber(this.#lengthField, bytes.length);
  }
}

/** Any other array: read as a frozen copy, written as a whole. */
class ArrayType extends MemberType<readonly unknown[]> {
  readonly #element: MemberType;
  readonly #count: number;

  constructor(element: MemberType, count: number) {
    super(`${element.name}[${count}]`, element.size * checkCount(count), element.alignment, `readonly (${element.declaration})[]`);
    this.#element = element;
    this.#count = count;
  }

  read(buffer: KBUFFER, offset: number, neighbours: Neighbours): readonly unknown[] {
    return Object.freeze(Array.from({ length: this.#count }, (_, at) => this.#element.read(buffer, offset + at * this.#element.size, neighbours)));
  }

  write(buffer: KBUFFER, offset: number, value: unknown, neighbours: Neighbours): void {
    if (!Array.isArray(value) || value.length > this.#count) throw new TypeError(`${this.name} is written as an array of at most ${this.#count} values`);
    value.forEach((one, at) => this.#element.write(buffer, offset + at * this.#element.size, one, neighbours));
  }
}

function checkCount(count: number): number {
  if (!Number.isInteger(count) || count < 0 || count > 0x100000) throw new RangeError(`an array has 0 to 1048576 elements, not ${String(count)}`);
  return count;
}

/** A LARGE_INTEGER that lives in a buffer: storing into QuadPart, LowPart or HighPart changes the bytes. */
class StoredLargeInteger extends LARGE_INTEGER {
  readonly #buffer: KBUFFER;
  readonly #offset: number;

  constructor(buffer: KBUFFER, offset: number) {
    super(0n);
    this.#buffer = buffer;
    this.#offset = offset;
  }

  override get QuadPart(): bigint {
    return BigInt.asIntN(64, this.#buffer.u64(this.#offset));
  }

  override set QuadPart(value: bigint) {
    this.#buffer.setU64(this.#offset, BigInt.asUintN(64, BigInt(value)));
  }
}

class LargeIntegerType extends MemberType<LARGE_INTEGER> {
  constructor() {
    super('LARGE_INTEGER', 8, 8, 'LARGE_INTEGER');
  }

  read(buffer: KBUFFER, offset: number): LARGE_INTEGER {
    if (offset + 8 > buffer.length) throw new AccessViolation(`${buffer.id} has ${buffer.length} bytes; a LARGE_INTEGER at offset ${offset} is outside it`);
    return new StoredLargeInteger(buffer, offset);
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    const quad = typeof value === 'object' && value !== null && 'QuadPart' in value ? value.QuadPart : value;
    if (typeof quad !== 'bigint' && !(typeof quad === 'number' && Number.isInteger(quad))) throw new TypeError(`LARGE_INTEGER holds a 64-bit number, not ${String(value)}`);
    buffer.setU64(offset, BigInt.asUintN(64, BigInt(quad)));
  }
}

export const largeIntegerType = new LargeIntegerType();

/** The types by their names in C, for structures of drivers and our own. */
export const scalarTypes = {
  UCHAR: new IntegerType('UCHAR', 1, false), CHAR: new IntegerType('CHAR', 1, true), BOOLEAN: new BooleanType(), USHORT: new IntegerType('USHORT', 2, false), SHORT: new IntegerType('SHORT', 2, true),
  ULONG: new IntegerType('ULONG', 4, false), LONG: new IntegerType('LONG', 4, true), ULONGLONG: new IntegerType('ULONGLONG', 8, false), LONGLONG: new IntegerType('LONGLONG', 8, true),
  ULONG64: new IntegerType('ULONG64', 8, false), LONG64: new IntegerType('LONG64', 8, true), UINT8: new IntegerType('UCHAR', 1, false), UINT16: new IntegerType('USHORT', 2, false),
  UINT32: new IntegerType('ULONG', 4, false), UINT64: new IntegerType('ULONGLONG', 8, false), INT32: new IntegerType('LONG', 4, true), INT64: new IntegerType('LONGLONG', 8, true),
  SIZE_T: new SizeType('SIZE_T'), ULONG_PTR: new SizeType('ULONG_PTR'), WCHAR: new WideCharacterType(), ACCESS_MASK: new IntegerType('ULONG', 4, false), NTSTATUS: new IntegerType('ULONG', 4, false),
  PVOID: new PointerType('PVOID'), HANDLE: new PointerType('HANDLE'),
} as const;
