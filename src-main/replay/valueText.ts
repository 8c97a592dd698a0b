/**
 * Values of a parameter block as a person reads them: flags and codes by their WDK names, objects by their printable names.
 *
 * The one place for it: stops, recorded rows and messages all come here. Source of the codes: nt/ (constants.json).
 */
import { describeIopb, FILE_OBJECT, LARGE_INTEGER, UNICODE_STRING, type FLT_IO_PARAMETER_BLOCK, type IopbFieldValue } from '../engine/index.ts';
import {
  createDispositionName, createOptionNames, fileAttributeNames, fileInformationClassName, flagNames, fsctlNameOf, fsInformationClassName, hex, irpFlagNames, irpMjName, irpMnName, shareAccessNames,
} from '../nt/names.ts';
import { callbackDataFlags, notifyFilter } from '../nt/tables.generated.ts';
import { fileObjectOrigin } from './fileObjects.ts';
import { driveName } from './recordedPaths.ts';

export interface FieldText {
  readonly path: string;
  readonly text: string;
  /** The number behind a decoded text; null where the text is all there is. */
  readonly raw: string | null;
}

/** The fields of a block in display order. */
export function iopbTexts(iopb: FLT_IO_PARAMETER_BLOCK): FieldText[] {
  const major = iopb.MajorFunction;
  return describeIopb(iopb).map((field) => fieldText(field, major));
}

export function fieldText(field: IopbFieldValue, major: number): FieldText {
  const { path, value } = field;
  const decoded = typeof value === 'number' ? decodedNumber(path, value, major) : null;
  if (decoded === null) return { path, text: valueText(value), raw: null };
  const raw = typeof value === 'number' ? hex(value, value > 0xffff ? 8 : value > 0xff ? 4 : 2) : null;
  return { path, text: decoded, raw };
}

/** A number that stands for something; null for a plain one. */
function decodedNumber(path: string, value: number, major: number): string | null {
  const name = path.slice(path.lastIndexOf('.') + 1);
  switch (name) {
    case 'MajorFunction': return irpMjName(value);
    case 'MinorFunction': return value === 0 ? '0' : irpMnName(major, value);
    case 'IrpFlags': return irpFlagNames(value);
    case 'OperationFlags': return value === 0 ? '0' : hex(value, 2);
    case 'FileInformationClass': return fileInformationClassName(value);
    case 'FsInformationClass': return fsInformationClassName(value);
    case 'FsControlCode': case 'IoControlCode': return fsctlNameOf(value);
    case 'FileAttributes': return fileAttributeNames(value);
    case 'ShareAccess': return shareAccessNames(value);
    case 'CompletionFilter': return flagNames(value, notifyFilter);
    case 'Options': return `${createDispositionName(value >>> 24)}; ${createOptionNames(value)}`;
    default: return null;
  }
}

/** Any value a driver or the engine may hold. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case 'undefined': return 'undefined';
    case 'string': return JSON.stringify(value);
    case 'number': case 'bigint': case 'boolean': return String(value);
    case 'function': return value.name === '' ? 'function' : value.name;
    case 'symbol': return value.toString();
    default: return value === null ? 'NULL' : objectText(value as object);
  }
}

function objectText(value: object): string {
  if (value instanceof LARGE_INTEGER) return value.QuadPart.toString();
  if (value instanceof UNICODE_STRING) return JSON.stringify(value.Buffer);
  if (value instanceof FILE_OBJECT) return fileObjectText(value);
  if ('id' in value && typeof value.id === 'string') return 'length' in value && typeof value.length === 'number' ? `${value.id} (${value.length} bytes)` : value.id;
  if ('DesiredAccess' in value && typeof value.DesiredAccess === 'number') return `DesiredAccess ${hex(value.DesiredAccess)}`;
  return shallowText(value);
}

/** A recording without file objects does not tell which one it was: what was worked out says so. */
function fileObjectText(fileObject: FILE_OBJECT): string {
  const origin = fileObjectOrigin(fileObject);
  return `${fileObject.id} ${driveName(fileObject.volume)}${fileObject.FileName.Buffer}${origin === undefined ? '' : ` (${origin})`}`;
}

/** `{ SwappedBuffer: NonPagedPool#3, Length: 100 }`, one level deep: contexts of a driver. */
function shallowText(value: object): string {
  const entries = Object.entries(value as Record<string, unknown>).slice(0, 6).map(([key, member]) => `${key}: ${typeof member === 'object' && member !== null && !('id' in member) ? 'object' : valueText(member)}`);
  return entries.length === 0 ? (Array.isArray(value) ? '[]' : '{}') : `{ ${entries.join(', ')} }`;
}

const namedFlags = callbackDataFlags.filter(([name]) => !name.endsWith('_MASK')).map(([name, value, meaning]) => [name.replace('FLTFL_CALLBACK_DATA_', ''), value, meaning] as const);

/** FLTFL_CALLBACK_DATA_* without their prefix. */
export const callbackDataFlagNames = (flags: number): string => flagNames(flags, namedFlags);

/** A field of the Iopb has been changed where its values differ. Every filter has its own instance in TargetInstance, and the file system none: that is no change. */
export function isChangedField(path: string, values: readonly (string | null)[]): boolean {
  const present = values.filter((value) => value !== null);
  return path !== 'TargetInstance' && present.some((value) => value !== present[0]);
}
