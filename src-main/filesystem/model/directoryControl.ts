/**
 * IRP_MJ_DIRECTORY_CONTROL: enumeration and change notification.
 *
 * Sources: MS-FSA 2.1.5.6.3 (query), 2.1.5.11 (notify); MS-FSCC 2.4 (layouts). The names of a scan are fixed when it begins, in
 * upper-case order as NTFS keeps its index.
 */
import { hasWildcards, isNameInExpression, notifyRecordBytes, upcase, type LowerAnswer, type NotifyAnswer, type NotifyRequest } from '../../engine/index.ts';
import {
  FileBothDirectoryInformation, FileDirectoryInformation, FileFullDirectoryInformation, FileIdBothDirectoryInformation, FileIdExtdBothDirectoryInformation, FileIdExtdDirectoryInformation,
  FileIdFullDirectoryInformation, FileNamesInformation, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX, IRP_MN_QUERY_DIRECTORY, SL_RESTART_SCAN,
  SL_RETURN_SINGLE_ENTRY, SL_WATCH_TREE, STATUS_BUFFER_OVERFLOW, STATUS_DELETE_PENDING, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_INFO_CLASS,
  STATUS_INVALID_PARAMETER, STATUS_NO_MORE_FILES, STATUS_NO_SUCH_FILE, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { copyOut, StructureWriter, transferBuffer } from './bytes.ts';
import { eaBytes } from './extendedAttributes.ts';
import type { DirectoryCursor, Handle, Link, ModelFile } from './nodes.ts';
import { shownAttributes } from './queryInformation.ts';
import { complete, numberOf, pend, type ModelRequest } from './request.ts';

export function directoryControl(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null || !handle.file.directory || handle.stream.name !== '') return complete(STATUS_INVALID_PARAMETER);
  switch (request.minor) {
    case IRP_MN_QUERY_DIRECTORY:
      return queryDirectory(request, handle);
    case IRP_MN_NOTIFY_CHANGE_DIRECTORY:
    case IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX:
      return notifyDirectory(request, handle);
    default:
      return complete(STATUS_INVALID_DEVICE_REQUEST);
  }
}

// -- Enumeration -----------------------------------------------------------------------------------------------------------------

interface Entry {
  readonly name: string;
  readonly shortName: string;
  readonly file: ModelFile;
}

/** Offset of the name; what stands before it is written by `fill`. */
interface EntryForm {
  readonly nameAt: number;
  readonly fill: (to: StructureWriter, at: number, entry: Entry) => void;
}

function common(to: StructureWriter, at: number, { file, name }: Entry): void {
  const { times } = file;
  const stream = file.defaultStream;
  to.u32(at + 4, 0).i64(at + 8, times.creation).i64(at + 16, times.lastAccess).i64(at + 24, times.lastWrite).i64(at + 32, times.change);
  to.i64(at + 40, file.directory ? 0n : stream.size).i64(at + 48, file.directory ? 0n : stream.allocation).u32(at + 56, shownAttributes(file, stream)).u32(at + 60, name.length * 2);
}

/** For reparse points the EA size stands for the tag. */
const eaSize = (file: ModelFile): number => file.reparse?.tag ?? eaBytes(file);

const full = (to: StructureWriter, at: number, entry: Entry): void => {
  common(to, at, entry);
  to.u32(at + 64, eaSize(entry.file));
};

const both = (to: StructureWriter, at: number, entry: Entry): void => {
  full(to, at, entry);
  to.u8(at + 68, entry.shortName.length * 2).text(at + 70, entry.shortName);
};

const forms: ReadonlyMap<number, EntryForm> = new Map<number, EntryForm>([
  [FileDirectoryInformation, { nameAt: 64, fill: common }],
  [FileFullDirectoryInformation, { nameAt: 68, fill: full }],
  [FileBothDirectoryInformation, { nameAt: 94, fill: both }],
  [FileNamesInformation, { nameAt: 12, fill: (to, at, { name }) => void to.u32(at + 4, 0).u32(at + 8, name.length * 2) }],
  [FileIdFullDirectoryInformation, { nameAt: 80, fill: (to, at, entry) => { full(to, at, entry); to.i64(at + 72, entry.file.id); } }],
  [FileIdBothDirectoryInformation, { nameAt: 104, fill: (to, at, entry) => { both(to, at, entry); to.i64(at + 96, entry.file.id); } }],
  [FileIdExtdDirectoryInformation, { nameAt: 88, fill: (to, at, entry) => { common(to, at, entry); to.u32(at + 64, eaBytes(entry.file)).u32(at + 68, entry.file.reparse?.tag ?? 0).i64(at + 72, entry.file.id).i64(at + 80, 0n); } }],
  [FileIdExtdBothDirectoryInformation, { nameAt: 114, fill: (to, at, entry) => { common(to, at, entry); to.u32(at + 64, eaBytes(entry.file)).u32(at + 68, entry.file.reparse?.tag ?? 0).i64(at + 72, entry.file.id).i64(at + 80, 0n).u8(at + 88, entry.shortName.length * 2).text(at + 90, entry.shortName); } }],
]);

function patternOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && 'Buffer' in value ? String(value.Buffer) : '';
}

const matches = (pattern: string, link: Link): boolean => {
  if (pattern === '' || pattern === '*') return true;
  if (!hasWildcards(pattern)) return upcase(pattern) === upcase(link.name) || (link.shortName !== null && upcase(pattern) === upcase(link.shortName));
  return isNameInExpression(pattern, link.name) || (link.shortName !== null && isNameInExpression(pattern, link.shortName));
};

function beginScan(handle: Handle, pattern: string): DirectoryCursor {
  const { file, link } = handle;
  const names = [...file.children].filter((child) => matches(pattern, child)).map((child) => child.name).sort((a, b) => (upcase(a) < upcase(b) ? -1 : 1));
  // The root has neither "." nor "..".
  const dots = link.parent === null ? [] : ['.', '..'].filter((dot) => pattern === '' || pattern === '*' || isNameInExpression(pattern, dot));
  return { pattern, entries: [...dots, ...names], next: 0 };
}

function entryOf(handle: Handle, name: string): Entry | null {
  if (name === '.') return { name, shortName: '', file: handle.file };
  if (name === '..') return { name, shortName: '', file: handle.link.parent ?? handle.file };
  const link = handle.file.child(name);
  return link === undefined ? null : { name: link.name, shortName: link.shortName ?? '', file: link.file };
}

function queryDirectory(request: ModelRequest, handle: Handle): LowerAnswer {
  const view = request.parameters('DirectoryControl.QueryDirectory');
  const length = numberOf(view['Length']);
  const form = forms.get(numberOf(view['FileInformationClass']));
  if (form === undefined) return complete(STATUS_INVALID_INFO_CLASS);
  if (length < form.nameAt) return complete(STATUS_INFO_LENGTH_MISMATCH);
  if (handle.link.removed) return complete(STATUS_DELETE_PENDING);
  const first = handle.cursor === null;
  const given = patternOf(view['FileName']);
  if (handle.cursor === null || (request.operationFlags & SL_RESTART_SCAN) !== 0) {
    // The pattern of the first query stays, unless a restart brings another.
    handle.cursor = beginScan(handle, given === '' ? (handle.cursor?.pattern ?? '') : given);
  }
  const { cursor } = handle;
  const to = new StructureWriter();
  const answer = fillEntries(handle, cursor, form, length, (request.operationFlags & SL_RETURN_SINGLE_ENTRY) !== 0, to);
  if (answer === 'none') return complete(first ? STATUS_NO_SUCH_FILE : STATUS_NO_MORE_FILES);
  copyOut(transferBuffer(view['DirectoryBuffer'], view['MdlAddress']), to.bytes.subarray(0, length));
  return complete(answer === 'cut' ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS, Math.min(length, to.length));
}

function fillEntries(handle: Handle, cursor: DirectoryCursor, form: EntryForm, length: number, single: boolean, to: StructureWriter): 'some' | 'none' | 'cut' {
  let last = -1;
  for (; cursor.next < cursor.entries.length; cursor.next++) {
    const entry = entryOf(handle, cursor.entries[cursor.next] ?? '');
    if (entry === null) continue;
    const at = (to.length + 7) & ~7;
    const fits = at + form.nameAt + entry.name.length * 2 <= length;
    if (!fits && last >= 0) break;
    if (last >= 0) to.u32(last, at - last);
    to.u32(at, 0);
    form.fill(to, at, entry);
    to.pad(at + form.nameAt).text(at + form.nameAt, entry.name);
    last = at;
    if (!fits || single) {
      cursor.next++;
      return fits ? 'some' : 'cut';
    }
  }
  return last < 0 ? 'none' : 'some';
}

// -- Notification ------------------------------------------------------------------------------------------------------------------

function notifyDirectory(request: ModelRequest, handle: Handle): LowerAnswer {
  const { fileObject, services, volume } = request;
  if (fileObject === null || handle.cleanedUp) return complete(STATUS_INVALID_PARAMETER);
  const view = request.parameters(request.minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY ? 'DirectoryControl.NotifyDirectory' : 'DirectoryControl.NotifyDirectoryEx');
  if (handle.link.deletePending || handle.link.removed) return complete(STATUS_DELETE_PENDING);
  const length = numberOf(view['Length']);
  const write = (answer: NotifyAnswer): number => writeRecords(request, answer, length);
  const waiting: NotifyRequest = {
    completionFilter: numberOf(view['CompletionFilter']), tree: (request.operationFlags & SL_WATCH_TREE) !== 0, length,
    end: (answer) => services.finish(request, answer.status, write(answer)),
  };
  const ready = volume.notify.request(fileObject, handle.file, waiting);
  if (ready !== null) return complete(ready.status, write(ready));
  request.giveUp = () => volume.notify.cancel(waiting);
  return pend;
}

function writeRecords(request: ModelRequest, { records }: NotifyAnswer, length: number): number {
  if (records.length === 0) return 0;
  const to = new StructureWriter();
  let at = 0;
  for (const [number, record] of records.entries()) {
    const bytes = notifyRecordBytes(record);
    to.u32(at, number === records.length - 1 ? 0 : bytes).u32(at + 4, record.action).u32(at + 8, record.name.length * 2).text(at + 12, record.name);
    at += bytes;
  }
  const view = request.parameters('DirectoryControl.NotifyDirectory');
  copyOut(transferBuffer(view['DirectoryBuffer'], view['MdlAddress']), to.bytes.subarray(0, length));
  return Math.min(length, to.length);
}
