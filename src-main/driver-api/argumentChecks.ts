/**
 * Arguments of our own routines against their rows, in one place.
 *
 * Driver code is JavaScript without its types: anything may arrive. What cannot be used is a TypeError that says which argument of
 * which routine, what it is and what is wanted; implementations can then take their arguments as declared.
 */
import { FILE_OBJECT } from '../engine/index.ts';
import { KBUFFER, MDL } from './kbuffer.ts';
import type { RoutineParameter, RoutineRow } from './routineRow.ts';

interface Kind {
  readonly accepts: (value: unknown) => boolean;
  readonly wanted: string;
}

const isObject = (value: unknown): value is object => (typeof value === 'object' || typeof value === 'function') && value !== null;
const isInteger = (value: unknown, low: number, high: number): boolean => typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
const integer = (low: number, high: number, wanted: string): Kind => ({ accepts: (value) => isInteger(value, low, high) || typeof value === 'boolean', wanted });

/** By type names of the rows. ULONG takes negative numbers too: JavaScript's bit operations give them. */
const kinds: Readonly<Record<string, Kind>> = {
  number: { accepts: (value) => typeof value === 'number', wanted: 'a number' },
  bigint: { accepts: (value) => typeof value === 'bigint', wanted: 'a bigint' },
  string: { accepts: (value) => typeof value === 'string', wanted: 'a text' },
  boolean: { accepts: (value) => typeof value === 'boolean' || value === 0 || value === 1, wanted: 'TRUE or FALSE' },
  SIZE_T: integer(0, 0x7fffffff, 'a size in bytes'),
  ULONG: integer(-0x80000000, 0xffffffff, 'a 32-bit number'),
  LONG: integer(-0x80000000, 0xffffffff, 'a 32-bit number'),
  USHORT: integer(0, 0xffff, 'a number from 0 to 65535'),
  UCHAR: integer(-0x80, 0xff, 'a byte'),
  NTSTATUS: integer(-0x80000000, 0xffffffff, 'an NTSTATUS'),
  LONGLONG: { accepts: (value) => typeof value === 'bigint' || Number.isSafeInteger(value) || (isObject(value) && 'QuadPart' in value && typeof value.QuadPart === 'bigint'), wanted: 'a 64-bit number' },
  KBUFFER: { accepts: (value) => value instanceof KBUFFER, wanted: 'a buffer' },
  PMDL: { accepts: (value) => value instanceof MDL, wanted: 'an MDL' },
  UNICODE_STRING: { accepts: (value) => isObject(value) && 'Buffer' in value && typeof value.Buffer === 'string', wanted: 'a UNICODE_STRING' },
  PUNICODE_STRING: { accepts: (value) => isObject(value) && 'Buffer' in value && typeof value.Buffer === 'string', wanted: 'a UNICODE_STRING' },
  ANSI_STRING: { accepts: (value) => isObject(value) && 'Buffer' in value && typeof value.Buffer === 'string', wanted: 'an ANSI_STRING' },
  LARGE_INTEGER: { accepts: (value) => isObject(value) && 'QuadPart' in value, wanted: 'a LARGE_INTEGER' },
  PEPROCESS: { accepts: (value) => isObject(value) && 'imageName' in value && typeof value.imageName === 'string', wanted: 'a process' },
  PFILE_OBJECT: { accepts: (value) => value instanceof FILE_OBJECT, wanted: 'a file object' },
  Function: { accepts: (value) => typeof value === 'function', wanted: 'a routine' },
  null: { accepts: (value) => value === null || value === undefined, wanted: 'NULL' },
};
const anything: Kind = { accepts: () => true, wanted: '' };
const box: Kind = { accepts: (value) => isObject(value) && 'value' in value, wanted: 'a box made by ref()' };
const object: Kind = { accepts: isObject, wanted: 'an object' };

const unlimited = /^(?:unknown|any|PVOID|T)$/;
const routineType = /_(?:ROUTINE|CALLBACK)$/;

function kindOf(type: string): Kind {
  const known = kinds[type];
  if (known !== undefined) return known;
  if (unlimited.test(type)) return anything;
  if (type.startsWith('Ref<')) return box;
  if (routineType.test(type)) return { accepts: (value) => typeof value === 'function', wanted: 'a routine' };
  return { ...object, wanted: `a ${type}` };
}

/** The alternatives of a type; those inside `<...>` belong to a box. */
const alternatives = (type: string): string[] => type.replace(/<.*>/, '<>').split(' | ');

function kindOfParameter(parameter: RoutineParameter): Kind {
  const parts = alternatives(parameter.type).map(kindOf);
  const wanted = parts.map((part) => part.wanted).join(' or ');
  const accepts = (value: unknown): boolean => parts.some((part) => part.accepts(value));
  return parameter.optional ? { accepts: (value) => value === null || value === undefined || accepts(value), wanted: `${wanted} or NULL` } : { accepts, wanted };
}

function valueText(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value === undefined) return String(value);
  if (typeof value === 'object' && 'id' in value && typeof value.id === 'string') return value.id;
  return typeof value === 'function' ? 'a function' : 'an object';
}

/** Text needs no memory of its own here, and C code that allocates it meets this first. */
const hint = (value: unknown, kind: Kind): string =>
  (typeof value === 'string' && kind.wanted.startsWith('a buffer') ? ' The text of a UNICODE_STRING is no memory: there is nothing to allocate, copy or free.' : '');

/** Checks the arguments of one routine; null where every value will do. */
export function argumentCheck(row: RoutineRow): ((args: readonly unknown[]) => void) | null {
  if (row.unchecked === true) return null;
  const checks = row.parameters.flatMap((parameter, at) => {
    const kind = parameter.rest === true ? anything : kindOfParameter(parameter);
    return kind === anything ? [] : [{ at, name: parameter.name, kind }];
  });
  if (checks.length === 0) return null;
  return (args) => {
    for (const { at, name, kind } of checks) {
      const value = args[at];
      if (!kind.accepts(value)) throw new TypeError(`${row.name}: ${name} is ${valueText(value)}; ${kind.wanted} is wanted here.${hint(value, kind)}`);
    }
  };
}
