/**
 * The words TraceEvent prints for numbers: enumerations of .NET and of its own.
 *
 * Source: etw-formats.md 17, and PerfView's KernelTraceEventParser. Its names for create options are those of file attributes with the same bits
 * (0x20, FILE_SYNCHRONOUS_IO_NONALERT, is printed as FILE_ATTRIBUTE_ARCHIVE): what counts is the number behind the word.
 */
import { numberSlot as n } from '../../etw/text/fieldSlots.ts';

type Words = ReadonlyMap<string, number>;

const dispositions: Words = new Map([
  ['SUPERSEDE', 0], ['OPEN_EXISTING', 1], ['CREATE_NEW', 2], ['OPEN_ALWAYS', 3], ['TRUNCATE_EXISTING', 4], ['CREATE_ALWAYS', 5],
]);
const createOptions: Words = new Map([
  ['NONE', 0], ['FILE_ATTRIBUTE_READONLY', 0x1], ['FILE_ATTRIBUTE_HIDDEN', 0x2], ['FILE_ATTRIBUTE_SYSTEM', 0x4], ['FILE_ATTRIBUTE_DIRECTORY', 0x10],
  ['FILE_ATTRIBUTE_ARCHIVE', 0x20], ['FILE_ATTRIBUTE_DEVICE', 0x40], ['FILE_ATTRIBUTE_NORMAL', 0x80], ['FILE_ATTRIBUTE_TEMPORARY', 0x100],
  ['FILE_ATTRIBUTE_SPARSE_FILE', 0x200], ['FILE_ATTRIBUTE_REPARSE_POINT', 0x400], ['FILE_ATTRIBUTE_COMPRESSED', 0x800], ['FILE_ATTRIBUTE_OFFLINE', 0x1000],
  ['FILE_ATTRIBUTE_NOT_CONTENT_INDEXED', 0x2000], ['FILE_ATTRIBUTE_ENCRYPTED', 0x4000], ['FILE_ATTRIBUTE_INTEGRITY_STREAM', 0x8000],
  ['FILE_ATTRIBUTE_VIRTUAL', 0x10000], ['FILE_ATTRIBUTE_NO_SCRUB_DATA', 0x20000],
]);
const fileAttributes: Words = new Map([
  ['None', 0], ['ReadOnly', 0x1], ['Hidden', 0x2], ['System', 0x4], ['Directory', 0x10], ['Archive', 0x20], ['Device', 0x40], ['Normal', 0x80], ['Temporary', 0x100],
  ['SparseFile', 0x200], ['ReparsePoint', 0x400], ['Compressed', 0x800], ['Offline', 0x1000], ['NotContentIndexed', 0x2000], ['Encrypted', 0x4000],
  ['IntegrityStream', 0x8000], ['NoScrubData', 0x20000],
]);
const shareAccess: Words = new Map([['None', 0], ['Read', 1], ['Write', 2], ['ReadWrite', 3], ['Delete', 4], ['Inheritable', 16]]);
const irpFlags: Words = new Map([
  ['None', 0], ['Nocache', 0x1], ['PagingIo', 0x2], ['MountCompletion', 0x2], ['SynchronousApi', 0x4], ['AssociatedIrp', 0x8], ['BufferedIO', 0x10],
  ['DeallocateBuffer', 0x20], ['InputOperation', 0x40], ['SynchronousPagingIO', 0x40], ['Create', 0x80], ['Read', 0x100], ['Write', 0x200], ['Close', 0x400],
  ['DeferIOCompletion', 0x800], ['ObQueryName', 0x1000], ['HoldDeviceQueue', 0x2000], ['PriorityMask', 0xe0000],
]);
const processFlags: Words = new Map([['None', 0], ['PackageFullName', 1], ['Wow64', 2], ['Protected', 4]]);

const bySlot: ReadonlyMap<number, Words> = new Map([
  [n.createDisposition, dispositions], [n.createOptions, createOptions], [n.fileAttributes, fileAttributes], [n.shareAccess, shareAccess], [n.irpFlags, irpFlags],
  [n.flags, processFlags],
]);

/** The number behind words separated by commas; undefined where one of them is not known for this field. */
export function numberOfWords(slot: number, text: string): number | undefined {
  const words = bySlot.get(slot);
  if (words === undefined) return undefined;
  let number = 0;
  for (const word of text.split(',')) {
    const value = words.get(word.trim());
    if (value === undefined) return undefined;
    number |= value;
  }
  return number >>> 0;
}
