/**
 * The words Procmon prints for flags and codes in its Detail column, and how to read them back.
 *
 * Source: procmon-formats.md 10.5 (Values). Every reader here says with `undefined` that a text holds something it does not know.
 */
import { wideValue } from '../procmon/vocabulary.ts';

export type FlagNames = ReadonlyMap<string, number>;

/** Names joined by `, `, unknown bits in hex; nothing and `None` are 0. */
export function flagsOf(text: string, names: FlagNames): number | undefined {
  const whole = names.get(text);
  if (whole !== undefined) return whole;
  if (text === '' || text === 'None' || text === 'n/a') return 0;
  let flags = 0;
  for (const name of text.split(', ')) {
    const known = names.get(name) ?? (/^0x[0-9a-fA-F]{1,8}$/.test(name) ? Number.parseInt(name, 16) : undefined);
    if (known === undefined) return undefined;
    flags |= known;
  }
  return flags >>> 0;
}

/** `RHSA`, `DA`, `RHSNCI`: two- and three-letter names before single ones. */
export function attributesOf(text: string): number | undefined {
  if (text === 'n/a') return 0;
  let flags = 0;
  for (let at = 0; at < text.length; ) {
    const name = [3, 2, 1].map((size) => text.slice(at, at + size)).find((part) => attributeNames.has(part));
    if (name === undefined) return undefined;
    flags |= attributeNames.get(name) ?? 0;
    at += name.length;
  }
  return flags;
}

/** A whole number in decimal with the exporter's thousands separators, or in hex: a number where that is exact, else a bigint. */
export function numberOf(text: string): number | bigint | undefined {
  const negative = text.charCodeAt(0) === 0x2d;
  if (text.startsWith('0x')) return /^0x[0-9a-fA-F]{1,16}$/.test(text) ? wideValue(BigInt(text)) : undefined;
  let value = 0;
  let digits = 0;
  let separated = true;
  for (let at = negative ? 1 : 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) {
      value = value * 10 + code - 0x30;
      digits += 1;
      separated = false;
    } else if (!separated && isSeparator(code)) {
      separated = true;
    } else {
      return undefined;
    }
  }
  if (separated || digits > 20) return undefined;
  if (digits <= 15) return negative ? -value : value;
  const exact = BigInt(text.replace(/\D/g, ''));
  return wideValue(negative ? -exact : exact);
}

/** Comma, full stop, blanks (no-break and narrow, too) and apostrophes part thousands (12.2). */
function isSeparator(code: number): boolean {
  return code === 0x2c || code === 0x2e || code === 0x20 || code === 0xa0 || code === 0x202f || code === 0x2019 || code === 0x27;
}

const attributeNames: FlagNames = new Map([
  ['R', 1], ['H', 2], ['S', 4], ['D', 0x10], ['A', 0x20], ['N', 0x80], ['T', 0x100], ['SF', 0x200], ['RP', 0x400], ['C', 0x800], ['O', 0x1000],
  ['NCI', 0x2000], ['E', 0x4000], ['V', 0x10000],
]);
export const accessNames: FlagNames = new Map([
  ['All Access', 0x1f01ff], ['Generic Read/Write/Execute', 0x1201bf], ['Generic Read/Write', 0x12019f], ['Generic Read/Execute', 0x1200a9],
  ['Generic Write/Execute', 0x1201b6], ['Generic Read', 0x120089], ['Generic Write', 0x120116], ['Generic Execute', 0x1200a0],
  ['Read Data/List Directory', 1], ['Write Data/Add File', 2], ['Append Data/Add Subdirectory/Create Pipe Instance', 4], ['Read EA', 8],
  ['Write EA', 0x10], ['Execute/Traverse', 0x20], ['Delete Child', 0x40], ['Read Attributes', 0x80], ['Write Attributes', 0x100],
  ['Delete', 0x10000], ['Read Control', 0x20000], ['Write DAC', 0x40000], ['Write Owner', 0x80000], ['Synchronize', 0x100000],
  ['Access System Security', 0x1000000], ['Maximum Allowed', 0x2000000], ['None 0x0', 0],
]);
export const optionNames: FlagNames = new Map([
  ['Directory', 1], ['Write Through', 2], ['Sequential Access', 4], ['No Buffering', 8], ['Synchronous IO Alert', 0x10],
  ['Synchronous IO Non-Alert', 0x20], ['Non-Directory File', 0x40], ['Create Tree Connection', 0x80], ['Complete If Oplocked', 0x100],
  ['No EA Knowledge', 0x200], ['Open for Recovery', 0x400], ['Random Access', 0x800], ['Delete On Close', 0x1000], ['Open By ID', 0x2000],
  ['Open For Backup', 0x4000], ['No Compression', 0x8000], ['Reserve OpFilter', 0x100000], ['Open Reparse Point', 0x200000],
  ['Open No Recall', 0x400000], ['Open For Free Space Query', 0x800000], ['Open Requiring Oplock', 0x10000], ['Disallow Exclusive', 0x20000],
]);
export const shareNames: FlagNames = new Map([['Read', 1], ['Write', 2], ['Delete', 4]]);
export const ioFlags: FlagNames = new Map([
  ['Buffered', 0x10], ['Non-cached', 1], ['Paging I/O', 2], ['Synchronous', 4], ['Synchronous Paging I/O', 0x40],
  // Above the IRP's own flags: SL_WRITE_THROUGH of the stack location.
  ['Write Through', 0x400000],
]);
export const securityNames: FlagNames = new Map([
  ['Owner', 1], ['Group', 2], ['DACL', 4], ['SACL', 8], ['Label', 0x10], ['Attribute', 0x20], ['Scope', 0x40], ['Process Trust Label', 0x80],
  ['DACL Protected', 0x80000000], ['SACL Protected', 0x40000000], ['DACL Unprotected', 0x20000000], ['SACL Unprotected', 0x10000000],
]);
export const notifyNames: FlagNames = new Map([
  ['FILE_NOTIFY_CHANGE_FILE_NAME', 1], ['FILE_NOTIFY_CHANGE_DIR_NAME', 2], ['FILE_NOTIFY_CHANGE_ATTRIBUTES', 4], ['FILE_NOTIFY_CHANGE_SIZE', 8],
  ['FILE_NOTIFY_CHANGE_LAST_WRITE', 0x10], ['FILE_NOTIFY_CHANGE_LAST_ACCESS', 0x20], ['FILE_NOTIFY_CHANGE_CREATION', 0x40],
  ['FILE_NOTIFY_CHANGE_EA', 0x80], ['FILE_NOTIFY_CHANGE_SECURITY', 0x100], ['FILE_NOTIFY_CHANGE_STREAM_NAME', 0x200],
  ['FILE_NOTIFY_CHANGE_STREAM_SIZE', 0x400], ['FILE_NOTIFY_CHANGE_STREAM_WRITE', 0x800],
]);
export const dispositionFlags: FlagNames = new Map([
  ['FILE_DISPOSITION_DELETE', 1], ['FILE_DISPOSITION_POSIX_SEMANTICS', 2], ['FILE_DISPOSITION_FORCE_IMAGE_SECTION_CHECK', 4],
  ['FILE_DISPOSITION_ON_CLOSE', 8], ['FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE', 0x10],
]);
export const fileSystemNames: FlagNames = new Map([
  ['Case Preserved', 2], ['Case Sensitive', 1], ['Unicode', 4], ['ACLs', 8], ['Compression', 0x10], ['Named Streams', 0x40000], ['EFS', 0x20000],
  ['Object IDs', 0x10000], ['Reparse Points', 0x80], ['Sparse Files', 0x40], ['Quotas', 0x20], ['Transactions', 0x200000],
]);
export const alignmentNames: FlagNames = new Map([['Byte', 0], ['Word', 1], ['Long', 3], ['Quad', 7], ['Octa', 15], ['32 byte', 31]]);
export const priorities = ['', 'Very Low', 'Low', 'Normal', 'High', 'Critical'];
