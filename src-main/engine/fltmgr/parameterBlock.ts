/**
 * The values behind an FLT_IO_PARAMETER_BLOCK.
 *
 * Six 8-byte slots as on 64-bit Windows; every member of the FLT_PARAMETERS union names places in them (driver-api-usage.md 5.4;
 * IC-020). A slot holds a number, a bigint, NULL or the object that its pointer leads to; what a field of another shape finds there
 * is worked out from the bits it would have. A block is shared between everybody who saw the same values and is copied at the first
 * write, so that passing an operation through filters that change nothing copies nothing. Once shared, a block never changes.
 */
import { assertExists } from '../../base/assert.ts';
import { fltParameters } from '../../nt/tables.generated.ts';
import type { FltParametersField, FltParametersRow } from '../../nt/tableRows.ts';
import type { FILE_OBJECT } from '../iomgr/fileObject.ts';
import { LARGE_INTEGER } from '../kernel/largeInteger.ts';
import { knownPointers, type PointerNumbering } from './pointerNumbers.ts';

/** A slot with several small fields of which at least one is no number (vectors use opaque words). Never changed in place. */
class PackedWords {
  /** By first bit. */
  readonly words: ReadonlyMap<number, unknown>;
  /** The bits of the other fields. */
  readonly bits: bigint;

  constructor(words: ReadonlyMap<number, unknown>, bits: bigint) {
    this.words = words;
    this.bits = bits;
  }
}

export class ParameterBlock {
  irpFlags: number;
  majorFunction: number;
  minorFunction: number;
  operationFlags: number;
  reserved: number;
  targetFileObject: FILE_OBJECT | null;
  /** Written only after `clone`. */
  slots: readonly unknown[];

  constructor(irpFlags: number, majorFunction: number, minorFunction: number, operationFlags: number, reserved: number, targetFileObject: FILE_OBJECT | null, slots: readonly unknown[]) {
    this.irpFlags = irpFlags;
    this.majorFunction = majorFunction;
    this.minorFunction = minorFunction;
    this.operationFlags = operationFlags;
    this.reserved = reserved;
    this.targetFileObject = targetFileObject;
    this.slots = slots;
  }

  clone(): ParameterBlock {
    return new ParameterBlock(this.irpFlags, this.majorFunction, this.minorFunction, this.operationFlags, this.reserved, this.targetFileObject, this.slots.slice());
  }
}

/**
 * How a field reads its bits: an unsigned integer of its width, a LARGE_INTEGER, an address, or whatever is there.
 *
 * `raw` is for Others.Argument1 to 6, which are declared PVOID but used for everything.
 */
export type FieldKind = 'integer' | 'large' | 'pointer' | 'raw';

/** Where one field lives. */
export interface FieldPlace {
  readonly name: string;
  readonly type: string;
  readonly role: string;
  readonly kind: FieldKind;
  readonly slot: number;
  /** First bit in the slot. */
  readonly shift: number;
  /** Bits. */
  readonly width: number;
  /** The largest unsigned value of the width that a number holds exactly. */
  readonly max: number;
  /** 2 to the power of `shift`. */
  readonly unit: number;
  /** No other field of its member is in the slot. */
  readonly alone: boolean;
}

export interface ParameterMember {
  /** `Read`, `DirectoryControl.QueryDirectory` */
  readonly name: string;
  readonly fields: readonly FieldPlace[];
  /** Fields that C declares over others and filters have no use for. */
  readonly overlays: readonly FieldPlace[];
  readonly fieldByName: ReadonlyMap<string, FieldPlace>;
  /** The data buffer of the member and the MDL that describes it, where it has them (the output side of two-buffer requests). */
  readonly buffer: FieldPlace | undefined;
  readonly mdl: FieldPlace | undefined;
}

/** Widths of the types that are no address: enumerations are int, 32 bits. */
const integerWidths: Readonly<Record<string, number>> = {
  ULONG: 32, USHORT: 16, UCHAR: 8, BOOLEAN: 8, 'BOOLEAN[3]': 24, ULONG_PTR: 64, LCID: 32, SECURITY_INFORMATION: 32, FILE_INFORMATION_CLASS: 32, FS_INFORMATION_CLASS: 32,
  DIRECTORY_NOTIFY_INFORMATION_CLASS: 32, DEVICE_RELATION_TYPE: 32, BUS_QUERY_ID_TYPE: 32, DEVICE_TEXT_TYPE: 32, DEVICE_USAGE_NOTIFICATION_TYPE: 32,
  FS_FILTER_SECTION_SYNC_TYPE: 32, DEVICE_TYPE: 32,
};

const isPointer = (type: string): boolean => type.startsWith('P') || type.endsWith('*') || type === 'HANDLE';

function kindOf(type: string, member: string): FieldKind {
  if (member === 'Others') return 'raw';
  if (type === 'LARGE_INTEGER') return 'large';
  return isPointer(type) ? 'pointer' : 'integer';
}

function placeOf(name: string, type: string, role: string, offset: number, member: string, alone: boolean): FieldPlace {
  const kind = kindOf(type, member);
  const width = kind === 'integer' ? assertExists(integerWidths[type], `no width for ${type}`) : 64;
  const max = width === 64 ? Number.MAX_SAFE_INTEGER : 2 ** width - 1;
  const shift = (offset & 7) * 8;
  return { name, type, role, kind, slot: offset >>> 3, shift, width, max, unit: 2 ** shift, alone };
}

/** FLT_PARAMETERS for IRP_MJ_SET_INFORMATION (IC-042): reserved, but C code can name them. */
const overlaysByMember: Readonly<Record<string, readonly FieldPlace[]>> = {
  SetFileInformation: [
    placeOf('ClusterCount', 'ULONG', 'value', 24, 'SetFileInformation', false),
    placeOf('DeleteHandle', 'HANDLE', 'value', 24, 'SetFileInformation', false),
  ],
};

function memberOf(row: FltParametersRow): ParameterMember {
  const isAlone = (field: FltParametersField): boolean => row.fields.every((other) => other === field || other.offset >>> 3 !== field.offset >>> 3);
  const fields = row.fields.map((field) => placeOf(field.name, field.type, field.role, field.offset, row.member, isAlone(field)));
  const buffers = fields.filter((field) => field.role === 'buffer');
  return {
    name: row.member,
    fields,
    overlays: overlaysByMember[row.member] ?? [],
    fieldByName: new Map(fields.map((field) => [field.name, field])),
    // The last buffer is the output side; QueryEa and QueryQuota carry their name list first.
    buffer: buffers.at(-1),
    mdl: fields.findLast((field) => field.role === 'mdl' && field.type === 'PMDL' && field.name.endsWith('MdlAddress')),
  };
}

export const parameterMembers: ReadonlyMap<string, ParameterMember> = new Map(fltParameters.map((row) => [row.member, memberOf(row)]));

export const parameterMember = (name: string): ParameterMember => assertExists(parameterMembers.get(name), `no FLT_PARAMETERS member ${name}`);

const defaults: Readonly<Record<FieldKind, unknown>> = { integer: 0, large: 0n, pointer: null, raw: null };

// ---- reading

/** The 64 bits of a slot, unsigned. */
export function bitsOf(value: unknown, numbers: PointerNumbering = knownPointers): bigint {
  switch (typeof value) {
    case 'number': return BigInt.asUintN(64, BigInt(Math.trunc(value)));
    case 'bigint': return BigInt.asUintN(64, value);
    case 'boolean': return value ? 1n : 0n;
    case 'function': return BigInt(numbers.numberOf(value));
    case 'object':
      if (value === null) return 0n;
      return value instanceof PackedWords ? value.bits : BigInt(numbers.numberOf(value));
    default: return 0n;
  }
}

function readInteger(value: unknown, place: FieldPlace, numbers?: PointerNumbering): unknown {
  const { shift, width, max, unit } = place;
  // Within what a double holds exactly, which is nearly always: quicker than by way of bigints.
  if (typeof value === 'number' && width < 64 && value >= 0 && Number.isSafeInteger(value)) return Math.floor(value / unit) % (max + 1);
  if (value instanceof PackedWords && value.words.has(shift)) return value.words.get(shift);
  // A word of a vector is no number and stands for the whole slot.
  if (typeof value === 'string') return shift === 0 ? value : 0;
  const bits = BigInt.asUintN(width, bitsOf(value, numbers) >> BigInt(shift));
  return width === 64 && bits > BigInt(Number.MAX_SAFE_INTEGER) ? bits : Number(bits);
}

/** Reads a field of raw slots: LARGE_INTEGERs as bigint, addresses as the object they lead to, or as a number where there is none. */
export function readSlot(slots: readonly unknown[], place: FieldPlace, numbers?: PointerNumbering): unknown {
  const value = slots[place.slot];
  switch (place.kind) {
    case 'integer': return typeof value === 'number' && place.shift === 0 && value >= 0 && value <= place.max ? value : readInteger(value, place, numbers);
    case 'large': return typeof value === 'bigint' ? value : readLarge(value, numbers);
    case 'pointer': return value === 0 || value === 0n || value === undefined ? null : value instanceof PackedWords ? Number(value.bits) : value;
    case 'raw': return value instanceof PackedWords ? (value.words.get(0) ?? Number(value.bits)) : value;
  }
}

function readLarge(value: unknown, numbers?: PointerNumbering): unknown {
  if (typeof value === 'string') return value;
  return value instanceof PackedWords && value.words.has(0) ? value.words.get(0) : BigInt.asIntN(64, bitsOf(value, numbers));
}

// ---- writing

/** Writes a field into raw slots, which must not be shared. Integers must fit their field. */
export function writeSlot(slots: readonly unknown[], place: FieldPlace, value: unknown, numbers?: PointerNumbering): void {
  const own = slots as unknown[];
  const before = slots[place.slot];
  if (place.width === 64) own[place.slot] = value;
  else if (place.alone && isCovered(before, place)) own[place.slot] = typeof value === 'boolean' ? Number(value) : value;
  else own[place.slot] = combine(before, place, typeof value === 'boolean' ? Number(value) : value, numbers);
}

/** Nothing in the slot that a field at its start would have to keep. */
const isCovered = (value: unknown, { shift, max }: FieldPlace): boolean => shift === 0 && (value === null || value === undefined || typeof value === 'string' || (typeof value === 'number' && value >= 0 && value <= max));

function combine(before: unknown, { shift, width, max, unit }: FieldPlace, value: unknown, numbers?: PointerNumbering): unknown {
  if (typeof before === 'number' && typeof value === 'number' && shift + width <= 48 && before >= 0 && Number.isSafeInteger(before) && Number.isSafeInteger(value)) {
    // Without bigints, as they are read.
    const range = max + 1;
    const own = Math.floor(before / unit) % range;
    return before + (value - Math.floor(value / range) * range - own) * unit;
  }
  const mask = ((1n << BigInt(width)) - 1n) << BigInt(shift);
  const others = bitsOf(before, numbers) & ~mask;
  const words = before instanceof PackedWords ? new Map(before.words) : null;
  words?.delete(shift);
  if (typeof value !== 'number') return new PackedWords((words ?? new Map<number, unknown>()).set(shift, value), others);
  const bits = others | ((BigInt(value) << BigInt(shift)) & mask);
  if (words !== null && words.size > 0) return new PackedWords(words, bits);
  return bits <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bits) : BigInt.asIntN(64, bits);
}

/** What a caller gave for a field of a request: a length behind a pointer may be given as the bare number. */
function givenValue(field: FieldPlace, value: unknown): unknown {
  if (value === undefined) return defaults[field.kind];
  return field.type === 'PLARGE_INTEGER' && (typeof value === 'bigint' || typeof value === 'number') ? new LARGE_INTEGER(value) : value;
}

/** The six slots of a union member, from its fields by WDK name. Fields that are not given are zero or NULL. */
export function parameterSlots(memberName: string | null, values: Readonly<Record<string, unknown>>): unknown[] {
  const slots: unknown[] = [0, 0, 0, 0, 0, 0];
  if (memberName === null) return slots;
  for (const field of parameterMember(memberName).fields) writeSlot(slots, field, givenValue(field, values[field.name]));
  return slots;
}

/** Equal as a debugger would show them: numbers, bigints and words by value, everything else by identity. */
export function sameSlot(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a === 'number' || typeof a === 'bigint') return (typeof b === 'number' || typeof b === 'bigint') && bitsOf(a) === bitsOf(b);
  if (a instanceof PackedWords && b instanceof PackedWords) {
    return a.bits === b.bits && a.words.size === b.words.size && [...a.words].every(([shift, word]) => Object.is(b.words.get(shift), word));
  }
  return false;
}
