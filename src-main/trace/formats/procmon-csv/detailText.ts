/**
 * Reads Procmon's Detail column back into the values behind it.
 *
 * Source: procmon-formats.md 10.5 (keys and values) and 12.3 (how to find them: the text is not escaped, so keys are searched in order).
 */
import type { DetailValue } from '../../record.ts';
import { controlCodeOf } from '../procmon/controlCodes.ts';
import { dispositions, openResults, syncTypes, wideValue } from '../procmon/vocabulary.ts';

type Detail = { [key: string]: DetailValue };

export interface ReadDetail {
  readonly detail: Detail;
  readonly offset: bigint | null;
  readonly length: number | null;
  readonly irpFlags: number;
  /** The open result of a create. */
  readonly information: number | null;
}

const times = ['CreationTime', 'LastAccessTime', 'LastWriteTime', 'ChangeTime'];
const standardKeys = ['AllocationSize', 'EndOfFile', 'NumberOfLinks', 'DeletePending', 'Directory'];
const openKeys = [...times, 'AllocationSize', 'EndOfFile', 'FileAttributes'];

/** Keys by operation, in the order Procmon prints them. */
const keysOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['CreateFile', ['Desired Access', 'Disposition', 'Options', 'Attributes', 'ShareMode', 'AllocationSize', 'Impersonating', 'OpenResult']],
  ['ReadFile', ['Offset', 'Length', 'I/O Flags', 'Priority']],
  ['WriteFile', ['Offset', 'Length', 'I/O Flags', 'Priority']],
  ['CreateFileMapping', ['SyncType', 'PageProtection']],
  ['FASTIO_ACQUIRE_FOR_MOD_WRITE', ['EndingOffset']],
  ['QueryOpen', openKeys],
  ['QueryNetworkOpenInformationFile', openKeys],
  ['QueryBasicInformationFile', [...times, 'FileAttributes']],
  ['SetBasicInformationFile', [...times, 'FileAttributes']],
  ['QueryStandardInformationFile', standardKeys],
  ['QueryFileInternalInformationFile', ['IndexNumber']],
  ['QueryNameInformationFile', ['Name']],
  [
    'QueryAllInformationFile',
    [...times, 'FileAttributes', ...standardKeys, 'IndexNumber', 'EaSize', 'Access', 'Position', 'Mode', 'AlignmentRequirement'],
  ],
  ['QueryAttributeTagFile', ['Attributes', 'ReparseTag']],
  ['SetDispositionInformationFile', ['Delete']],
  ['SetDispositionInformationEx', ['Flags']],
  ['SetAllocationInformationFile', ['AllocationSize']],
  ['SetAllInformationFile', ['AllocationSize']],
  ['SetEndOfFileInformationFile', ['EndOfFile']],
  ['SetValidDataLengthInformationFile', ['ValidDataLength']],
  ['SetPositionInformationFile', ['Position']],
  ['SetRenameInformationFile', ['ReplaceIfExists', 'FileName']],
  ['SetLinkInformationFile', ['ReplaceIfExists', 'FileName']],
  ['QueryInformationVolume', ['VolumeCreationTime', 'VolumeSerialNumber', 'SupportsObjects', 'VolumeLabel']],
  ['QuerySizeInformationVolume', ['TotalAllocationUnits', 'AvailableAllocationUnits', 'SectorsPerAllocationUnit', 'BytesPerSector']],
  [
    'QueryFullSizeInformationVolume',
    ['TotalAllocationUnits', 'CallerAvailableAllocationUnits', 'ActualAvailableAllocationUnits', 'SectorsPerAllocationUnit', 'BytesPerSector'],
  ],
  ['QueryDeviceInformationVolume', ['DeviceType', 'Characteristics']],
  ['QueryAttributeInformationVolume', ['FileSystemAttributes', 'MaximumComponentNameLength', 'FileSystemName']],
  ['QueryObjectIdInformationVolume', ['ObjectId']],
  ['NotifyChangeDirectory', ['Filter']],
  ['FileSystemControl', ['Control', 'Offset', 'Length', 'WriteLength', 'ReadLength']],
  ['DeviceIoControl', ['Control', 'Offset', 'Length', 'WriteLength', 'ReadLength']],
  ['LockFile', ['Exclusive', 'Offset', 'Length', 'Fail Immediately']],
  ['UnlockFileSingle', ['Offset', 'Length']],
  ['UnlockFileAll', ['Offset', 'Length']],
  ['UnlockFileByKey', ['Offset', 'Length']],
  ['QuerySecurityFile', ['Information']],
  ['SetSecurityFile', ['Information']],
]);

const nothing: ReadDetail = { detail: Object.freeze({}), offset: null, length: null, irpFlags: 0, information: null };

/** Values of a Detail text. Keys that are not found are left out; a text of an unknown operation is kept whole under `Text`. */
export function readDetailText(operation: string, text: string): ReadDetail {
  if (text === '') return nothing;
  if (operation === 'QueryDirectory') return { ...nothing, detail: readDirectory(text) };
  const keys = keysOf.get(operation);
  if (keys === undefined) return { ...nothing, detail: { Text: text } };
  return interpret(operation, splitKeys(text, keys));
}

/** Each key in turn, at the start or behind `, `, from the end of the one before; a value runs to the next key that is found. */
function splitKeys(text: string, keys: readonly string[]): Map<string, string> {
  const found: { readonly key: string; readonly at: number; readonly value: number }[] = [];
  let from = 0;
  for (const key of keys) {
    const at = findKey(text, key, from);
    if (at < 0) continue;
    const value = at + key.length + 2;
    found.push({ key, at, value });
    from = value;
  }
  const values = new Map<string, string>();
  found.forEach(({ key, value }, i) => {
    const next = found[i + 1];
    values.set(key, text.slice(value, next === undefined ? undefined : Math.max(value, next.at - 2)));
  });
  return values;
}

function findKey(text: string, key: string, from: number): number {
  const mark = `${key}: `;
  if (from === 0 && text.startsWith(mark)) return 0;
  // Search from two characters before, so that an empty value's separator is not missed.
  const at = text.indexOf(`, ${mark}`, Math.max(0, from - 2));
  return at < 0 ? -1 : at + 2;
}

/** `Filter`, the class and the numbered names; only the next expected number starts a name. */
function readDirectory(text: string): Detail {
  const detail: Detail = {};
  let rest = text;
  const classMatch = /^FileInformationClass: (\w+)(?:, |$)/.exec(rest);
  if (classMatch) {
    detail['Class'] = classMatch[1] ?? '';
    rest = rest.slice(classMatch[0].length);
  }
  // About version 3.60 the class stood in the second slot and hid the name there.
  const hidden = /, FileInformationClass: (\w+)(?=, 3: |$)/.exec(rest);
  if (hidden) {
    detail['Class'] = hidden[1] ?? '';
    if (hidden.index + hidden[0].length < rest.length) detail['EntriesCut'] = true;
    rest = rest.slice(0, hidden.index) + rest.slice(hidden.index + hidden[0].length);
  }
  const firstName = /(?:^|, )([0123]): /.exec(rest);
  if (rest.startsWith('Filter: ')) {
    detail['Filter'] = rest.slice('Filter: '.length, firstName === null ? undefined : firstName.index);
  }
  if (firstName === null) return detail;
  const names: string[] = [];
  let number = Number(firstName[1]);
  let at = firstName.index + firstName[0].length;
  for (;;) {
    number += hidden !== null && number === 1 ? 2 : 1;
    const mark = `, ${number}: `;
    const next = rest.indexOf(mark, at);
    names.push(rest.slice(at, next < 0 ? undefined : next));
    if (next < 0) break;
    at = next + mark.length;
  }
  detail['Entries'] = names;
  if (text.length >= maximumDetail) detail['EntriesCut'] = true;
  return detail;
}

const maximumDetail = 4095;

/** A decimal number without the exporter's thousands separators; hex where it says so. */
function numberOf(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return BigInt(text);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return BigInt(text);
  const digits = text.replace(/(?<=\d)[,.’'\u00a0\u202f ](?=\d)/g, '');
  return /^-?\d+$/.test(digits) ? BigInt(digits) : undefined;
}

/** Offsets are signed 64-bit values; what does not fit is no offset. */
const signed64 = (value: bigint | undefined): bigint | null => (value !== undefined && BigInt.asIntN(64, value) === value ? value : null);

function interpret(operation: string, values: ReadonlyMap<string, string>): ReadDetail {
  const detail: Detail = {};
  let information: number | null = null;
  for (const [key, text] of values) information = readValue(operation, key, text, detail) ?? information;
  const transfer = operation === 'ReadFile' || operation === 'WriteFile' || operation.startsWith('Lock') || operation.startsWith('Unlock');
  const length = numberOf(values.get('Length')) ?? null;
  if (length !== null && !transfer && values.has('Control')) detail['TransferLength'] = wideValue(length);
  if (length !== null && (operation === 'LockFile' || operation.startsWith('Unlock'))) detail['Length'] = wideValue(length);
  return {
    detail,
    offset: signed64(numberOf(values.get('Offset'))),
    length: length === null ? null : Number(length),
    irpFlags: flagsOf(values.get('I/O Flags'), ioFlags),
    information,
  };
}

/** Puts one value into `detail`, decoded where its text can be read safely; returns the open result where it is one. */
function readValue(operation: string, key: string, text: string, detail: Detail): number | null {
  switch (key) {
    case 'Desired Access':
      detail['DesiredAccess'] = flagsOf(text, accessNames);
      return null;
    case 'Disposition': {
      const disposition = dispositions.indexOf(text as (typeof dispositions)[number]);
      detail['Disposition'] = text;
      if (disposition >= 0) detail['CreateDisposition'] = disposition;
      return null;
    }
    case 'Options':
      detail['CreateOptions'] = flagsOf(text, optionNames);
      return null;
    case 'Attributes': case 'FileAttributes':
      detail['FileAttributes'] = attributesOf(text);
      return null;
    case 'ShareMode':
      detail['ShareAccess'] = flagsOf(text, shareNames);
      return null;
    case 'OpenResult': {
      const result = openResults.indexOf(text as (typeof openResults)[number]);
      detail['OpenResult'] = text;
      return result >= 0 ? result : null;
    }
    case 'Control':
      readControl(text, detail);
      return null;
    case 'SyncType': {
      const type = syncTypes.indexOf(text as (typeof syncTypes)[number]);
      detail['SyncTypeName'] = text;
      if (type >= 0) detail['SyncType'] = type;
      return null;
    }
    // 64-bit exports print the wrong field here: the text is kept, never a number to replay by.
    case 'PageProtection':
      detail['PageProtectionText'] = text;
      return null;
    case 'Priority':
      detail['Priority'] = priorities.indexOf(text);
      return null;
    case 'Filter':
      detail['CompletionFilter'] = flagsOf(text, notifyNames);
      return null;
    case 'Information':
      detail['SecurityInformation'] = flagsOf(text, securityNames);
      return null;
    case 'Exclusive': case 'Fail Immediately': case 'Delete': case 'ReplaceIfExists': case 'DeletePending': case 'Directory': case 'SupportsObjects':
      detail[booleanKeys[key] ?? key] = text === 'True';
      return null;
    case 'Offset': case 'Length': case 'I/O Flags':
      return null;
    default: {
      const plain = operation.startsWith('QueryNetworkOpen') || freeText.has(key) ? undefined : numberOf(text);
      // Procmon writes local dates here, and in a locale that cannot be told: the text is kept.
      detail[key] = plain === undefined ? (key === 'Flags' ? flagsOf(text, dispositionFlags) : text) : wideValue(plain);
      return null;
    }
  }
}

const booleanKeys: { readonly [key: string]: string } = { 'Fail Immediately': 'FailImmediately', Delete: 'DeleteFile' };
const freeText = new Set([...times, 'Name', 'FileName', 'VolumeLabel', 'FileSystemName', 'VolumeCreationTime', 'Impersonating', 'ObjectId']);
const priorities = ['', 'Very Low', 'Low', 'Normal', 'High', 'Critical'];

function readControl(text: string, detail: Detail): void {
  detail['Control'] = text;
  const code = controlCodeOf(text);
  if (code !== undefined) detail['ControlCode'] = code;
}

type FlagNames = ReadonlyMap<string, number>;

function flagsOf(text: string | undefined, names: FlagNames): number {
  if (text === undefined || text === '') return 0;
  let flags = 0;
  for (const name of text.split(', ')) {
    const known = names.get(name);
    if (known !== undefined) flags |= known;
    else if (/^0x[0-9a-fA-F]{1,8}$/.test(name)) flags |= Number.parseInt(name, 16);
  }
  return flags >>> 0;
}

/** `RHSA`, `DA`, `RHSNCI`: two- and three-letter names before single ones. */
function attributesOf(text: string): number {
  if (text === 'n/a') return 0;
  let flags = 0;
  for (let at = 0; at < text.length; ) {
    const name = [3, 2, 1].map((size) => text.slice(at, at + size)).find((part) => attributeNames.has(part));
    flags |= attributeNames.get(name ?? '') ?? 0;
    at += name?.length ?? 1;
  }
  return flags;
}

const attributeNames: FlagNames = new Map([
  ['R', 1], ['H', 2], ['S', 4], ['D', 0x10], ['A', 0x20], ['N', 0x80], ['T', 0x100], ['SF', 0x200], ['RP', 0x400], ['C', 0x800], ['O', 0x1000],
  ['NCI', 0x2000], ['E', 0x4000], ['V', 0x10000],
]);
const accessNames: FlagNames = new Map([
  ['All Access', 0x1f01ff], ['Generic Read/Write/Execute', 0x1201bf], ['Generic Read/Write', 0x12019f], ['Generic Read/Execute', 0x1200a9],
  ['Generic Write/Execute', 0x1201b6], ['Generic Read', 0x120089], ['Generic Write', 0x120116], ['Generic Execute', 0x1200a0],
  ['Read Data/List Directory', 1], ['Write Data/Add File', 2], ['Append Data/Add Subdirectory/Create Pipe Instance', 4], ['Read EA', 8],
  ['Write EA', 0x10], ['Execute/Traverse', 0x20], ['Delete Child', 0x40], ['Read Attributes', 0x80], ['Write Attributes', 0x100],
  ['Delete', 0x10000], ['Read Control', 0x20000], ['Write DAC', 0x40000], ['Write Owner', 0x80000], ['Synchronize', 0x100000],
  ['Access System Security', 0x1000000], ['Maximum Allowed', 0x2000000],
]);
const optionNames: FlagNames = new Map([
  ['Directory', 1], ['Write Through', 2], ['Sequential Access', 4], ['No Buffering', 8], ['Synchronous IO Alert', 0x10],
  ['Synchronous IO Non-Alert', 0x20], ['Non-Directory File', 0x40], ['Create Tree Connection', 0x80], ['Complete If Oplocked', 0x100],
  ['No EA Knowledge', 0x200], ['Open for Recovery', 0x400], ['Random Access', 0x800], ['Delete On Close', 0x1000], ['Open By ID', 0x2000],
  ['Open For Backup', 0x4000], ['No Compression', 0x8000], ['Reserve OpFilter', 0x100000], ['Open Reparse Point', 0x200000],
  ['Open No Recall', 0x400000], ['Open For Free Space Query', 0x800000], ['Open Requiring Oplock', 0x10000], ['Disallow Exclusive', 0x20000],
]);
const shareNames: FlagNames = new Map([['Read', 1], ['Write', 2], ['Delete', 4]]);
const ioFlags: FlagNames = new Map([
  ['Buffered', 0x10], ['Non-cached', 1], ['Paging I/O', 2], ['Synchronous', 4], ['Synchronous Paging I/O', 0x40],
]);
const securityNames: FlagNames = new Map([
  ['Owner', 1], ['Group', 2], ['DACL', 4], ['SACL', 8], ['Label', 0x10], ['Attribute', 0x20], ['Scope', 0x40], ['Process Trust Label', 0x80],
  ['DACL Protected', 0x80000000], ['SACL Protected', 0x40000000], ['DACL Unprotected', 0x20000000], ['SACL Unprotected', 0x10000000],
]);
const notifyNames: FlagNames = new Map([
  ['FILE_NOTIFY_CHANGE_FILE_NAME', 1], ['FILE_NOTIFY_CHANGE_DIR_NAME', 2], ['FILE_NOTIFY_CHANGE_ATTRIBUTES', 4], ['FILE_NOTIFY_CHANGE_SIZE', 8],
  ['FILE_NOTIFY_CHANGE_LAST_WRITE', 0x10], ['FILE_NOTIFY_CHANGE_LAST_ACCESS', 0x20], ['FILE_NOTIFY_CHANGE_CREATION', 0x40],
  ['FILE_NOTIFY_CHANGE_EA', 0x80], ['FILE_NOTIFY_CHANGE_SECURITY', 0x100], ['FILE_NOTIFY_CHANGE_STREAM_NAME', 0x200],
  ['FILE_NOTIFY_CHANGE_STREAM_SIZE', 0x400], ['FILE_NOTIFY_CHANGE_STREAM_WRITE', 0x800],
]);
const dispositionFlags: FlagNames = new Map([
  ['FILE_DISPOSITION_DELETE', 1], ['FILE_DISPOSITION_POSIX_SEMANTICS', 2], ['FILE_DISPOSITION_FORCE_IMAGE_SECTION_CHECK', 4],
  ['FILE_DISPOSITION_ON_CLOSE', 8], ['FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE', 0x10],
]);
