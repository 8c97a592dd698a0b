/**
 * The values behind an FLT_IO_PARAMETER_BLOCK.
 *
 * Six 8-byte slots as on 64-bit Windows; every member of the FLT_PARAMETERS union names places in them (driver-api-usage.md
 * 5.4). A block is shared between everybody who saw the same values and is copied at the first write, so that passing an
 * operation through filters that change nothing copies nothing. Once shared, a block never changes.
 */
import { assertExists } from '../../base/assert.ts';
import { fltParameters } from '../../nt/tables.generated.ts';
import type { FltParametersField, FltParametersRow } from '../../nt/tableRows.ts';
import type { FILE_OBJECT } from '../iomgr/fileObject.ts';

/** A slot that holds several small fields of which at least one is no number (vectors use opaque words). Never changed in place. */
class PackedWords {
  readonly parts: ReadonlyMap<number, unknown>;

  constructor(parts: ReadonlyMap<number, unknown>) {
    this.parts = parts;
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

/** Where one field lives. `width` is 64 for a field that has its slot to itself. */
export interface FieldPlace {
  readonly name: string;
  readonly type: string;
  readonly role: string;
  readonly slot: number;
  readonly shift: number;
  readonly width: 8 | 16 | 32 | 64;
}

export interface ParameterMember {
  /** `Read`, `DirectoryControl.QueryDirectory` */
  readonly name: string;
  readonly fields: readonly FieldPlace[];
  readonly fieldByName: ReadonlyMap<string, FieldPlace>;
  /** The data buffer of the member and the MDL that describes it, where it has them (the output side of two-buffer requests). */
  readonly buffer: FieldPlace | undefined;
  readonly mdl: FieldPlace | undefined;
}

const narrowWidths: Readonly<Record<string, 8 | 16 | 32>> = { USHORT: 16, BOOLEAN: 8, UCHAR: 8 };

function placeOf(field: FltParametersField, row: FltParametersRow): FieldPlace {
  const slot = field.offset >>> 3;
  const alone = row.fields.every((other) => other === field || other.offset >>> 3 !== slot);
  const width = narrowWidths[field.type] ?? (alone ? 64 : 32);
  return { name: field.name, type: field.type, role: field.role, slot, shift: (field.offset & 7) * 8, width: alone && field.offset % 8 === 0 ? 64 : width };
}

function memberOf(row: FltParametersRow): ParameterMember {
  const fields = row.fields.map((field) => placeOf(field, row));
  const mdl = fields.findLast((field) => field.role === 'mdl' && field.type === 'PMDL' && field.name.endsWith('MdlAddress'));
  const buffers = fields.filter((field) => field.role === 'buffer' && field.width === 64);
  return {
    name: row.member,
    fields,
    fieldByName: new Map(fields.map((field) => [field.name, field])),
    // The last buffer is the output side; QueryEa and QueryQuota carry their name list first.
    buffer: buffers.at(-1),
    mdl,
  };
}

export const parameterMembers: ReadonlyMap<string, ParameterMember> = new Map(fltParameters.map((row) => [row.member, memberOf(row)]));

export const parameterMember = (name: string): ParameterMember => assertExists(parameterMembers.get(name), `no FLT_PARAMETERS member ${name}`);

const typeDefaults: Readonly<Record<string, unknown>> = { LARGE_INTEGER: 0n, BOOLEAN: 0, USHORT: 0, ULONG: 0, LONG: 0, UCHAR: 0 };
const defaultOf = (field: FieldPlace): unknown => (field.type in typeDefaults ? typeDefaults[field.type] : /^P|BUFFER|HANDLE/.test(field.type) ? null : 0);

/** Reads a field of raw slots: 64-bit values as bigint, packed ones unpacked. */
export function readSlot(slots: readonly unknown[], place: FieldPlace): unknown {
  const value = slots[place.slot];
  if (place.width === 64) return value instanceof PackedWords ? (value.parts.get(0) ?? 0) : value;
  if (value instanceof PackedWords) return value.parts.get(place.shift) ?? 0;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(BigInt.asUintN(place.width, BigInt(value) >> BigInt(place.shift)));
  return value ?? 0;
}

/** Writes a field into raw slots, which must not be shared. */
export function writeSlot(slots: readonly unknown[], place: FieldPlace, value: unknown): void {
  const own = slots as unknown[];
  if (place.width === 64) {
    own[place.slot] = value;
    return;
  }
  const before = slots[place.slot];
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number === 'number' && (before === undefined || before === null || typeof before === 'number' || typeof before === 'bigint')) {
    const mask = ((1n << BigInt(place.width)) - 1n) << BigInt(place.shift);
    const packed = (BigInt(before ?? 0) & ~mask) | ((BigInt(number) << BigInt(place.shift)) & mask);
    own[place.slot] = packed <= 0xffffffffn ? Number(packed) : packed;
    return;
  }
  const parts = new Map(before instanceof PackedWords ? before.parts : []);
  parts.set(place.shift, number);
  own[place.slot] = new PackedWords(parts);
}

/** The six slots of a union member, from its fields by WDK name. Fields that are not given are zero or NULL. */
export function parameterSlots(memberName: string | null, values: Readonly<Record<string, unknown>>): unknown[] {
  const slots: unknown[] = [0, 0, 0, 0, 0, 0];
  if (memberName === null) return slots;
  for (const field of parameterMember(memberName).fields) {
    const given = values[field.name];
    writeSlot(slots, field, given === undefined ? defaultOf(field) : given);
  }
  return slots;
}

/** Equal as a debugger would show them: numbers, bigints and words by value, everything else by identity. */
export function sameSlot(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof PackedWords && b instanceof PackedWords) {
    return a.parts.size === b.parts.size && [...a.parts].every(([shift, part]) => Object.is(b.parts.get(shift), part));
  }
  return false;
}
