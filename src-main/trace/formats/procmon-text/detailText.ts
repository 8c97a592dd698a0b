/**
 * Reads Procmon's Detail column back into the values behind it.
 *
 * Source: procmon-formats.md 10.5 (keys and values) and 12.3 (how to find them: the text is not escaped, so keys are searched in order). Where something
 * in the text is not understood, or is cut off, the text itself is kept beside the values, under `Detail`.
 */
import type { DetailValue } from '../../record.ts';
import { fileInformationClassFromName } from '../../../nt/names.ts';
import { controlCodeOf } from '../procmon/controlCodes.ts';
import { dispositions, openResults, syncTypes } from '../procmon/vocabulary.ts';
import {
  accessNames, alignmentNames, attributesOf, dispositionFlags, fileSystemNames, flagsOf, ioFlags, notifyNames, numberOf, optionNames, priorities, securityNames, shareNames,
} from './detailWords.ts';
import type { FlagNames } from './detailWords.ts';

type Detail = { [key: string]: DetailValue };

export interface ReadDetail {
  readonly detail: Readonly<Detail>;
  readonly offset: bigint | null;
  readonly length: number | null;
  readonly irpFlags: number;
  /** The open result of a create. */
  readonly information: number | null;
}

/** What is being read; a value's reader says whether it has understood all of it. */
interface Reading {
  readonly detail: Detail;
  offset: bigint | null;
  length: number | null;
  irpFlags: number;
  information: number | null;
}
type ValueReader = (text: string, into: Reading) => boolean;

interface Key {
  readonly mark: string;
  /** The mark behind another value. */
  readonly next: string;
  readonly read: ValueReader;
}

/** Procmon cuts a Detail here. */
export const maximumDetail = 4095;
/** Offsets are signed 64-bit values; what does not fit is no offset. */
const signed64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

const kept = (key: string): ValueReader => (text, into) => {
  into.detail[key] = text;
  return true;
};
const flags = (key: string, names: FlagNames): ValueReader => (text, into) => {
  const value = flagsOf(text, names);
  if (value !== undefined) into.detail[key] = value;
  return value !== undefined;
};
const truth = (key: string): ValueReader => (text, into) => {
  if (text !== 'True' && text !== 'False') return false;
  into.detail[key] = text === 'True';
  return true;
};
/** `n/a` is no value. */
const count = (key: string): ValueReader => (text, into) => {
  if (text === 'n/a') return true;
  const value = numberOf(text);
  if (value !== undefined) into.detail[key] = value;
  return value !== undefined;
};
/** A word, and its number beside it where it is one of those known. */
const word = (key: string, numberKey: string, words: readonly string[]): ValueReader => (text, into) => {
  const value = words.indexOf(text);
  into.detail[key] = text;
  if (value >= 0) into.detail[numberKey] = value;
  return value >= 0;
};
const attributes: ValueReader = (text, into) => {
  const value = attributesOf(text);
  if (value !== undefined) into.detail['FileAttributes'] = value;
  return value !== undefined;
};
const offset: ValueReader = (text, into) => {
  const value = numberOf(text);
  const exact = value === undefined ? undefined : BigInt(value);
  if (exact === undefined || !signed64(exact)) return false;
  into.offset = exact;
  return true;
};
const length: ValueReader = (text, into) => {
  const value = numberOf(text);
  if (value === undefined || value < 0) return false;
  into.length = Number(value);
  return true;
};
/** A lock's may be 64 bits wide: the exact value stands in the detail. */
const lockLength: ValueReader = (text, into) => length(text, into) && count('Length')(text, into);
const transferLength: ValueReader = (text, into) => length(text, into) && count('TransferLength')(text, into);
const transferFlags: ValueReader = (text, into) => {
  const value = flagsOf(text, ioFlags);
  if (value === undefined) return false;
  into.irpFlags = value & 0xfffff;
  if (value >>> 20 !== 0) into.detail['OperationFlags'] = value >>> 20;
  return true;
};
const priority: ValueReader = (text, into) => {
  const value = priorities.indexOf(text);
  if (value > 0) into.detail['Priority'] = value;
  return value > 0;
};
const openResult: ValueReader = (text, into) => {
  const value = openResults.indexOf(text as (typeof openResults)[number]);
  into.detail['OpenResult'] = text;
  if (value >= 0) into.information = value;
  return value >= 0;
};
const control: ValueReader = (text, into) => {
  const code = controlCodeOf(text);
  into.detail['Control'] = text;
  if (code !== undefined) into.detail['ControlCode'] = code;
  return code !== undefined;
};
/** `9CAE-C62A`. */
const serialNumber: ValueReader = (text, into) => {
  if (!/^[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}$/.test(text)) return false;
  into.detail['VolumeSerialNumber'] = Number.parseInt(text.replace('-', ''), 16);
  return true;
};

const keys = (list: readonly (readonly [name: string, read: ValueReader])[]): readonly Key[] => list.map(([name, read]) => ({ mark: `${name}: `, next: `, ${name}: `, read }));

// Procmon writes local dates in a locale that cannot always be told: the text is kept.
const times = (['CreationTime', 'LastAccessTime', 'LastWriteTime', 'ChangeTime'] as const).map((name) => [name, kept(name)] as const);
const counts = (...names: readonly string[]): (readonly [string, ValueReader])[] => names.map((name) => [name, count(name)] as const);
const fileAttributes = ['FileAttributes', attributes] as const;
const standard = [...counts('AllocationSize', 'EndOfFile', 'NumberOfLinks'), ['DeletePending', truth('DeletePending')] as const, ['Directory', truth('Directory')] as const];
const range = [['Offset', offset], ['Length', lockLength]] as const;
const transfer = keys([['Offset', offset], ['Length', length], ['I/O Flags', transferFlags], ['Priority', priority]]);
const rename = keys([['ReplaceIfExists', truth('ReplaceIfExists')], ['FileName', kept('FileName')]]);
const controlKeys = keys([['Control', control], ['Offset', offset], ['Length', transferLength], ...counts('WriteLength', 'ReadLength')]);
const basic = keys([...times, fileAttributes]);
const unlock = keys([...range]);
const security = keys([['Information', flags('SecurityInformation', securityNames)]]);

/** Keys by operation, in the order Procmon prints them. */
const keysOf: ReadonlyMap<string, readonly Key[]> = new Map([
  ['CreateFile', keys([
    ['Desired Access', flags('DesiredAccess', accessNames)], ['Disposition', word('Disposition', 'CreateDisposition', dispositions)],
    ['Options', flags('CreateOptions', optionNames)], ['Attributes', attributes], ['ShareMode', flags('ShareAccess', shareNames)], ['AllocationSize', count('AllocationSize')],
    ['Impersonating', kept('Impersonating')], ['OpenResult', openResult],
  ])],
  ['ReadFile', transfer],
  ['WriteFile', transfer],
  // 64-bit exports print the wrong field as PageProtection (16.4): the text is kept, never a number to replay by.
  ['CreateFileMapping', keys([['SyncType', word('SyncTypeName', 'SyncType', syncTypes)], ['PageProtection', kept('PageProtectionText')]])],
  ['FASTIO_ACQUIRE_FOR_MOD_WRITE', keys(counts('EndingOffset'))],
  ['FASTIO_MDL_READ_COMPLETE', keys([['MDL', kept('Mdl')]])],
  ['QueryOpen', keys([...times, ...counts('AllocationSize', 'EndOfFile'), fileAttributes])],
  // Prints its sizes as dates (16.4): what is left of them is the text.
  ['QueryNetworkOpenInformationFile', keys([...times, ['AllocationSize', kept('AllocationSizeText')], ['EndOfFile', kept('EndOfFileText')], fileAttributes])],
  ['QueryBasicInformationFile', basic],
  ['SetBasicInformationFile', basic],
  ['QueryStandardInformationFile', keys(standard)],
  ['QueryFileInternalInformationFile', keys(counts('IndexNumber'))],
  ['QueryNameInformationFile', keys([['Name', kept('Name')]])],
  ['QueryAllInformationFile', keys([
    ...times, fileAttributes, ...standard, ...counts('IndexNumber', 'EaSize'), ['Access', flags('Access', accessNames)], ...counts('Position'), ['Mode', flags('Mode', optionNames)],
    ['AlignmentRequirement', flags('AlignmentRequirement', alignmentNames)],
  ])],
  ['QueryAttributeTagFile', keys([['Attributes', attributes], ...counts('ReparseTag')])],
  ['SetDispositionInformationFile', keys([['Delete', truth('DeleteFile')]])],
  ['SetDispositionInformationEx', keys([['Flags', flags('Flags', dispositionFlags)]])],
  ['SetAllocationInformationFile', keys(counts('AllocationSize'))],
  ['SetAllInformationFile', keys(counts('AllocationSize'))],
  ['SetEndOfFileInformationFile', keys(counts('EndOfFile'))],
  ['SetValidDataLengthInformationFile', keys(counts('ValidDataLength'))],
  ['SetPositionInformationFile', keys(counts('Position'))],
  ['SetRenameInformationFile', rename],
  ['SetLinkInformationFile', rename],
  ['SetRenameInformationEx', rename],
  ['QueryInformationVolume', keys([
    ['VolumeCreationTime', kept('VolumeCreationTime')], ['VolumeSerialNumber', serialNumber], ['SupportsObjects', truth('SupportsObjects')], ['VolumeLabel', kept('VolumeLabel')],
  ])],
  ['QuerySizeInformationVolume', keys(counts('TotalAllocationUnits', 'AvailableAllocationUnits', 'SectorsPerAllocationUnit', 'BytesPerSector'))],
  ['QueryFullSizeInformationVolume', keys(counts(
    'TotalAllocationUnits', 'CallerAvailableAllocationUnits', 'ActualAvailableAllocationUnits', 'SectorsPerAllocationUnit', 'BytesPerSector',
  ))],
  ['QueryDeviceInformationVolume', keys(counts('DeviceType', 'Characteristics'))],
  ['QueryAttributeInformationVolume', keys([
    ['FileSystemAttributes', flags('FileSystemAttributes', fileSystemNames)], ...counts('MaximumComponentNameLength'), ['FileSystemName', kept('FileSystemName')],
  ])],
  ['QueryObjectIdInformationVolume', keys([['ObjectId', kept('ObjectId')]])],
  ['NotifyChangeDirectory', keys([['Filter', flags('CompletionFilter', notifyNames)]])],
  ['FileSystemControl', controlKeys],
  ['DeviceIoControl', controlKeys],
  ['InternalDeviceIoControl', controlKeys],
  ['LockFile', keys([['Exclusive', truth('Exclusive')], ...range, ['Fail Immediately', truth('FailImmediately')]])],
  ['UnlockFileSingle', unlock],
  ['UnlockFileAll', unlock],
  ['UnlockFileByKey', unlock],
  ['QuerySecurityFile', security],
  ['SetSecurityFile', security],
]);

export type DetailReader = (text: string) => ReadDetail;

const nothing: ReadDetail = { detail: Object.freeze({}), offset: null, length: null, irpFlags: 0, information: null };

/** The reader for an operation by Procmon's plain name (not that of Advanced Output). `always` stands in every detail. */
export function detailReaderOf(operation: string, always: Readonly<Detail>): DetailReader {
  const empty: ReadDetail = Object.keys(always).length === 0 ? nothing : { ...nothing, detail: Object.freeze(always) };
  const known = keysOf.get(operation);
  return (text) => {
    if (text === '') return empty;
    const reading: Reading = { detail: { ...always }, offset: null, length: null, irpFlags: 0, information: null };
    const cut = text.length >= maximumDetail;
    const whole = operation === 'QueryDirectory' ? readDirectory(text, reading.detail) : known !== undefined && readKeys(text, known, cut, reading);
    if (cut) reading.detail['DetailCut'] = true;
    if (!whole || (cut && operation !== 'QueryDirectory')) reading.detail['Detail'] = text;
    return reading;
  };
}

/** Each key in turn, at the start or behind `, `, from the end of the one before; a value runs to the next key that is found. True where all was understood. */
function readKeys(text: string, list: readonly Key[], cut: boolean, into: Reading): boolean {
  let whole = true;
  let open: Key | null = null;
  let from = 0;
  for (const key of list) {
    const starts = from === 0 && text.startsWith(key.mark);
    const at = starts ? 0 : text.indexOf(key.next, from);
    if (at < 0) continue;
    if (open !== null) whole = open.read(text.slice(from, at), into) && whole;
    else if (!starts) whole = false;
    from = at + (starts ? key.mark.length : key.next.length);
    open = key;
  }
  if (open === null) return false;
  // The last value of a cut text is a part of one.
  return cut ? false : open.read(text.slice(from), into) && whole;
}

/** `Filter`, the class and the numbered names; only the next expected number starts a name. */
function readDirectory(text: string, detail: Detail): boolean {
  let rest = text;
  const classMatch = /^FileInformationClass: (\w+)(?:, |$)/.exec(rest);
  if (classMatch) {
    putClass(detail, classMatch[1] ?? '');
    rest = rest.slice(classMatch[0].length);
  }
  // About version 3.60 the class stood in the second slot and hid the name there.
  const hidden = classMatch ? null : /, FileInformationClass: (\w+)(?=, 3: |$)/.exec(rest);
  if (hidden) {
    putClass(detail, hidden[1] ?? '');
    if (hidden.index + hidden[0].length < rest.length) detail['EntriesCut'] = true;
    rest = rest.slice(0, hidden.index) + rest.slice(hidden.index + hidden[0].length);
  }
  const firstName = /(?:^|, )([0123]): /.exec(rest);
  const hasFilter = rest.startsWith('Filter: ');
  if (hasFilter) detail['Filter'] = rest.slice('Filter: '.length, firstName === null ? undefined : firstName.index);
  if (firstName === null) return hasFilter || rest === '';
  detail['Entries'] = readNames(rest, Number(firstName[1]), firstName.index + firstName[0].length, hidden !== null);
  if (text.length >= maximumDetail) detail['EntriesCut'] = true;
  return hasFilter || firstName.index === 0;
}

function putClass(detail: Detail, name: string): void {
  detail['Class'] = name;
  const value = fileInformationClassFromName(name);
  if (value !== undefined) detail['FileInformationClass'] = value;
}

function readNames(text: string, firstNumber: number, start: number, secondHidden: boolean): string[] {
  const names: string[] = [];
  let number = firstNumber;
  let at = start;
  for (;;) {
    number += secondHidden && number === 1 ? 2 : 1;
    const mark = `, ${number}: `;
    const next = text.indexOf(mark, at);
    names.push(text.slice(at, next < 0 ? undefined : next));
    if (next < 0) return names;
    at = next + mark.length;
  }
}
