/**
 * IRP_MJ_SET_INFORMATION without renames and links.
 *
 * Sources: MS-FSA 2.1.5.15 (per class), MS-FSCC 2.4; filter-manager-objects.md OPL-020; driver-api-usage.md 2.8, 3.2 (dispositions).
 * A field whose value is not known (a recording without bytes) changes nothing.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import {
  FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_NORMAL, FILE_ATTRIBUTE_READONLY, FileAllocationInformation, FileBasicInformation, FileCaseSensitiveInformation, FileCompletionInformation,
  FileDispositionInformation, FileDispositionInformationEx, FileEndOfFileInformation, FileIoCompletionNotificationInformation, FileIoPriorityHintInformation, FileLinkInformation,
  FileLinkInformationBypassAccessCheck, FileLinkInformationEx, FileLinkInformationExBypassAccessCheck, FileModeInformation, FilePositionInformation, FileRenameInformation,
  FileRenameInformationBypassAccessCheck, FileRenameInformationEx, FileRenameInformationExBypassAccessCheck, FileReplaceCompletionInformation, FileShortNameInformation, FileStorageReserveIdInformation,
  FileValidDataLengthInformation, FO_FILE_SIZE_CHANGED, STATUS_CANNOT_DELETE, STATUS_DIRECTORY_NOT_EMPTY, STATUS_FILE_DELETED, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER, STATUS_MEDIA_WRITE_PROTECTED,
  STATUS_OBJECT_NAME_COLLISION, STATUS_SUCCESS, STATUS_USER_MAPPED_FILE,
} from '../../nt/values.generated.ts';
import { mustWait } from './breaks.ts';
import { StructureReader } from './bytes.ts';
import { allocationFor, settledHere, type Handle, type ModelStream } from './nodes.ts';
import { link, rename } from './rename.ts';
import { complete, numberOf, pend, type ModelRequest } from './request.ts';

type SetClass = (request: ModelRequest, handle: Handle, info: StructureReader) => LowerAnswer;

const changed = { attributes: 0x4, size: 0x8, lastWrite: 0x10, name: 0x1 } as const;

const done = complete(STATUS_SUCCESS);

const setBasic: SetClass = (request, { file, link: name, stream }, info) => {
  const { times } = file;
  // 0 leaves a time alone, -1 and -2 stop and start automatic updates.
  const given = (field: string, at: number): bigint | null => {
    const value = info.i64(field, at);
    return value === undefined || value <= 0n ? null : value;
  };
  times.creation = given('CreationTime', 0) ?? times.creation;
  times.lastAccess = given('LastAccessTime', 8) ?? times.lastAccess;
  times.lastWrite = given('LastWriteTime', 16) ?? times.lastWrite;
  times.change = given('ChangeTime', 24) ?? request.services.now();
  const attributes = info.u32('FileAttributes', 32);
  if (attributes !== undefined && attributes !== 0 && stream.name === '') {
    if (!file.directory && (attributes & FILE_ATTRIBUTE_DIRECTORY) !== 0) return complete(STATUS_INVALID_PARAMETER);
    // What describes the file itself cannot be set this way.
    const fixed = file.attributes & (FILE_ATTRIBUTE_DIRECTORY | 0x200 | 0x400 | 0x800 | 0x4000);
    file.attributes = (attributes & 0x31a7 & ~FILE_ATTRIBUTE_NORMAL & ~FILE_ATTRIBUTE_DIRECTORY) | fixed;
    file.attributesShownBy = settledHere;
  }
  request.volume.reportChange(name, changed.attributes);
  return done;
};

// -- Deleting --------------------------------------------------------------------------------------------------------------------

/** FILE_DISPOSITION_* of FileDispositionInformationEx. */
const disposition = { delete: 1, posix: 2, onClose: 8, ignoreReadonly: 16 } as const;

function setDelete(request: ModelRequest, handle: Handle, flags: number): LowerAnswer {
  const { file, link: name, stream } = handle;
  if ((flags & disposition.delete) === 0) {
    if ((flags & disposition.onClose) !== 0) handle.deleteOnClose = false;
    else if (stream.name === '') name.deletePending = false;
    else stream.deletePending = false;
    return done;
  }
  if (name.removed) return complete(STATUS_FILE_DELETED);
  const readonly = (file.attributes & FILE_ATTRIBUTE_READONLY) !== 0 && (flags & disposition.ignoreReadonly) === 0;
  if (readonly || (name.parent === null && stream.name === '')) return complete(STATUS_CANNOT_DELETE);
  if (request.volume.readOnly) return complete(STATUS_MEDIA_WRITE_PROTECTED);
  const children = file.directory && stream.name === '' && !file.isEmpty;
  if (children) return complete(STATUS_DIRECTORY_NOT_EMPTY);
  if (mustWait(request, stream, 'delete')) return pend;
  if ((flags & disposition.onClose) !== 0) handle.deleteOnClose = true;
  else if (stream.name !== '') stream.deletePending = true;
  else {
    name.deletePending = true;
    handle.posixDelete = (flags & disposition.posix) !== 0;
  }
  return done;
}

const setDisposition: SetClass = (request, handle, info) => {
  const wanted = info.u8('DeleteFile', 0);
  return wanted === undefined ? done : setDelete(request, handle, wanted === 0 ? 0 : disposition.delete);
};

const setDispositionEx: SetClass = (request, handle, info) => {
  const flags = info.u32('Flags', 0);
  return flags === undefined ? done : setDelete(request, handle, flags);
};

// -- Sizes -------------------------------------------------------------------------------------------------------------------------

function resized(request: ModelRequest, handle: Handle): LowerAnswer {
  const { stream, file, link: name, fileObject } = handle;
  fileObject.Flags |= FO_FILE_SIZE_CHANGED;
  handle.modified = true;
  request.volume.touch(file);
  if (stream.name === '') request.volume.reportChange(name, changed.size);
  return done;
}

const cutsMapping = (stream: ModelStream, size: bigint): boolean => stream.writableSections > 0 && size < stream.size;

const setEndOfFile: SetClass = (request, handle, info) => {
  const { stream, file } = handle;
  const size = info.i64('EndOfFile', 0);
  if (file.directory && stream.name === '') return complete(STATUS_INVALID_PARAMETER);
  if (size !== undefined && size < 0n) return complete(STATUS_INVALID_PARAMETER);
  if (numberOf(request.parameters('SetFileInformation')['AdvanceOnly']) !== 0) {
    // The cache manager moves valid data only forward; not a change a user asked for.
    if (size !== undefined && size > stream.validDataLength) stream.validDataLength = size < stream.size ? size : stream.size;
    return done;
  }
  if (mustWait(request, stream, 'size')) return pend;
  if (size === undefined) return done;
  if (cutsMapping(stream, size)) return complete(STATUS_USER_MAPPED_FILE);
  stream.setSize(size);
  return resized(request, handle);
};

const setAllocation: SetClass = (request, handle, info) => {
  const { stream, file } = handle;
  const size = info.i64('AllocationSize', 0);
  if ((file.directory && stream.name === '') || (size !== undefined && size < 0n)) return complete(STATUS_INVALID_PARAMETER);
  if (mustWait(request, stream, 'size')) return pend;
  if (size === undefined) return done;
  if (cutsMapping(stream, size)) return complete(STATUS_USER_MAPPED_FILE);
  stream.allocation = allocationFor(size);
  if (size < stream.size) stream.setSize(size);
  return resized(request, handle);
};

const setValidDataLength: SetClass = (request, { stream }, info) => {
  const length = info.i64('ValidDataLength', 0);
  if (mustWait(request, stream, 'size')) return pend;
  if (length === undefined) return done;
  if (length < stream.validDataLength || length > stream.size) return complete(STATUS_INVALID_PARAMETER);
  stream.validDataLength = length;
  return done;
};

// -- Small ones --------------------------------------------------------------------------------------------------------------------

const setPosition: SetClass = (_request, { fileObject }, info) => {
  const offset = info.i64('CurrentByteOffset', 0);
  if (offset !== undefined && offset < 0n) return complete(STATUS_INVALID_PARAMETER);
  if (offset !== undefined) fileObject.CurrentByteOffset.QuadPart = offset;
  return done;
};

const setShortName: SetClass = (request, handle, info) => {
  const { link: name } = handle;
  const text = info.text('FileName', 4, info.u32('FileNameLength', 0));
  if (mustWait(request, handle.stream, 'rename')) return pend;
  const { parent } = name;
  if (text === undefined || parent === null) return parent === null ? complete(STATUS_INVALID_PARAMETER) : done;
  const taken = parent.child(text);
  if (taken !== undefined && taken !== name) return complete(STATUS_OBJECT_NAME_COLLISION);
  const path = name.path;
  parent.removeChild(name);
  name.shortName = text === '' ? null : text;
  parent.addChild(name);
  request.volume.nameChanged(path);
  request.volume.reportChange(name, changed.name);
  return done;
};

const setCaseSensitive: SetClass = (_request, { file }, info) => {
  const flags = info.u32('Flags', 0);
  if (!file.directory) return complete(STATUS_INVALID_PARAMETER);
  if (flags !== undefined) file.caseSensitive = (flags & 1) !== 0;
  return done;
};

const accepted: SetClass = () => done;

/** Class, smallest length, handler. */
const classes: ReadonlyMap<number, readonly [least: number, set: SetClass]> = new Map<number, readonly [number, SetClass]>([
  [FileBasicInformation, [40, setBasic]],
  [FileRenameInformation, [20, rename]], [FileRenameInformationEx, [20, rename]], [FileRenameInformationBypassAccessCheck, [20, rename]], [FileRenameInformationExBypassAccessCheck, [20, rename]],
  [FileLinkInformation, [20, link]], [FileLinkInformationEx, [20, link]], [FileLinkInformationBypassAccessCheck, [20, link]], [FileLinkInformationExBypassAccessCheck, [20, link]],
  [FileDispositionInformation, [1, setDisposition]], [FileDispositionInformationEx, [4, setDispositionEx]],
  [FileEndOfFileInformation, [8, setEndOfFile]], [FileAllocationInformation, [8, setAllocation]], [FileValidDataLengthInformation, [8, setValidDataLength]],
  [FilePositionInformation, [8, setPosition]], [FileModeInformation, [4, accepted]], [FileShortNameInformation, [4, setShortName]], [FileCaseSensitiveInformation, [4, setCaseSensitive]],
  [FileCompletionInformation, [16, accepted]], [FileReplaceCompletionInformation, [16, accepted]], [FileIoCompletionNotificationInformation, [4, accepted]], [FileIoPriorityHintInformation, [4, accepted]], [FileStorageReserveIdInformation, [4, accepted]],
]);

export function setInformation(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  const view = request.parameters('SetFileInformation');
  const row = classes.get(numberOf(view['FileInformationClass']));
  // The cache manager writes back what belongs to the file system itself by way of the volume.
  if (handle.kind === 'volume' && numberOf(view['FileInformationClass']) === FileEndOfFileInformation && numberOf(view['AdvanceOnly']) !== 0) return done;
  if (row === undefined || handle.kind === 'volume') return complete(STATUS_INVALID_PARAMETER);
  const info = new StructureReader(view['InfoBuffer']);
  // A structure handed in as an object has no bytes to count.
  if (numberOf(view['Length']) < row[0] && !isObjectForm(view['InfoBuffer'])) return complete(STATUS_INFO_LENGTH_MISMATCH);
  return row[1](request, handle, info);
}

const isObjectForm = (buffer: unknown): boolean => typeof buffer === 'object' && buffer !== null && !('setU64' in buffer);
