/** GUID, LUID, TIME_FIELDS: small values that are structures in memory too. Source: driver-api-usage.md 5.8; guiddef.h, ntdef.h, wdm.h. */
import { UNICODE_STRING } from '../../engine/index.ts';
import { KBUFFER } from '../kbuffer.ts';
import { memberTypeOf, MemberType, scalarTypes } from './memberTypes.ts';
import { struct } from './struct.ts';

const { LONG, SHORT, UCHAR, ULONG, USHORT } = scalarTypes;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const guidPattern = /^\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?$/i;

const guidLayout = struct({ Data1: ULONG, Data2: USHORT, Data3: USHORT, Data4: UCHAR.array(8) }, { name: 'GUID' });

/** `new GUID("{d4a3f1c2-...}")`; the fields are those of C. */
export class GUID {
  Data1 = 0;
  Data2 = 0;
  Data3 = 0;
  Data4: number[] = [0, 0, 0, 0, 0, 0, 0, 0];

  constructor(text?: string) {
    if (text === undefined || text === null) return;
    const parts = guidPattern.exec(String(text));
    if (parts === null) throw new TypeError(`"${String(text)}" is no GUID: write {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}`);
    const [, first = '', second = '', third = '', fourth = '', fifth = ''] = parts;
    this.Data1 = Number.parseInt(first, 16);
    this.Data2 = Number.parseInt(second, 16);
    this.Data3 = Number.parseInt(third, 16);
    this.Data4 = ((fourth + fifth).match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  }

  /** As RtlStringFromGUID writes it. */
  toString(): string {
    const tail = this.Data4.map((byte) => hex(byte, 2));
    return `{${hex(this.Data1, 8)}-${hex(this.Data2, 4)}-${hex(this.Data3, 4)}-${tail.slice(0, 2).join('')}-${tail.slice(2).join('')}}`;
  }
}

export class LUID {
  LowPart: number;
  HighPart: number;

  constructor(lowPart = 0, highPart = 0) {
    this.LowPart = lowPart >>> 0;
    this.HighPart = highPart | 0;
  }
}

export class TIME_FIELDS {
  Year = 0;
  Month = 0;
  Day = 0;
  Hour = 0;
  Minute = 0;
  Second = 0;
  Milliseconds = 0;
  /** 0 is Sunday. */
  Weekday = 0;
}

const luidLayout = struct({ LowPart: ULONG, HighPart: LONG }, { name: 'LUID' });
const timeFieldsLayout = struct({ Year: SHORT, Month: SHORT, Day: SHORT, Hour: SHORT, Minute: SHORT, Second: SHORT, Milliseconds: SHORT, Weekday: SHORT }, { name: 'TIME_FIELDS' });

interface StoredGuid {
  readonly Data1: number;
  readonly Data2: number;
  readonly Data3: number;
  readonly Data4: KBUFFER;
}

/** A value of one of the classes in place: read as a copy, written whole. */
class ValueType<T extends object> extends MemberType<T> {
  readonly #layout: MemberType<object>;
  readonly #make: (stored: object) => T;

  constructor(layout: MemberType<object>, make: (stored: object) => T) {
    super(layout.name, layout.size, layout.alignment, layout.name);
    this.#layout = layout;
    this.#make = make;
  }

  read(buffer: KBUFFER, offset: number): T {
    return this.#make(this.#layout.read(buffer, offset, { number: () => 0, setNumber: () => undefined }));
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    if (typeof value !== 'object' || value === null) throw new TypeError(`a ${this.name} is wanted here`);
    const fields = Object.fromEntries(Object.entries(value));
    this.#layout.write(buffer, offset, fields, { number: () => 0, setNumber: () => undefined });
  }
}

export const guidType = new ValueType(guidLayout, (stored) => {
  const { Data1, Data2, Data3, Data4 } = stored as StoredGuid;
  return Object.assign(new GUID(), { Data1, Data2, Data3, Data4: [...Data4.bytes()] });
});
const luidType = new ValueType(luidLayout, (stored) => {
  const { LowPart, HighPart } = stored as LUID;
  return new LUID(LowPart, HighPart);
});
const timeFieldsType = new ValueType(timeFieldsLayout, (stored) => {
  const copy = new TIME_FIELDS();
  for (const key of Object.keys(copy) as (keyof TIME_FIELDS)[]) copy[key] = (stored as TIME_FIELDS)[key];
  return copy;
});

/** UNICODE_STRING in memory: two lengths and a pointer, 16 bytes. The pointer leads to the string itself or to its characters. */
class UnicodeStringType extends MemberType<UNICODE_STRING> {
  constructor() {
    super('UNICODE_STRING', 16, 8, 'UNICODE_STRING');
  }

  read(buffer: KBUFFER, offset: number): UNICODE_STRING {
    const target = buffer.pointer(offset + 8);
    if (target instanceof UNICODE_STRING) return target;
    return new UNICODE_STRING(target instanceof KBUFFER ? target.wstr(0, buffer.u16(offset)) : '', buffer.u16(offset + 2));
  }

  write(buffer: KBUFFER, offset: number, value: unknown): void {
    const string = typeof value === 'string' ? new UNICODE_STRING(value) : value;
    if (!(string instanceof UNICODE_STRING)) throw new TypeError('a UNICODE_STRING is wanted here');
    buffer.setU16(offset, string.Length);
    buffer.setU16(offset + 2, string.MaximumLength);
    buffer.setPointer(offset + 8, string);
  }
}

export const unicodeStringType = new UnicodeStringType();

// The classes are types of members too: `struct({ Id: GUID })`.
Object.defineProperty(UNICODE_STRING, memberTypeOf, { value: unicodeStringType });
Object.defineProperty(GUID, memberTypeOf, { value: guidType });
Object.defineProperty(LUID, memberTypeOf, { value: luidType });
Object.defineProperty(TIME_FIELDS, memberTypeOf, { value: timeFieldsType });

export const fileId128 = struct({ Identifier: UCHAR.array(16) }, { name: 'FILE_ID_128' });
