/**
 * IRP_MJ_QUERY_INFORMATION, as IRP and as fast I/O.
 *
 * Sources: MS-FSA 2.1.5.12 (per class), MS-FSCC 2.4 (layouts), iopb-and-constants.md 11.1; IC-041 (three classes as fast I/O).
 */
import type { LowerAnswer } from '../../engine/index.ts';
import {
  FILE_ATTRIBUTE_NORMAL, FileAccessInformation, FileAlignmentInformation, FileAllInformation, FileAlternateNameInformation, FileAttributeTagInformation, FileBasicInformation,
  FileCaseSensitiveInformation, FileCompressionInformation, FileEaInformation, FileHardLinkInformation, FileIdInformation, FileInternalInformation, FileIsRemoteDeviceInformation,
  FileModeInformation, FileNameInformation, FileNetworkOpenInformation, FileNormalizedNameInformation, FilePositionInformation, FileStandardInformation, FileStandardLinkInformation,
  FileStatBasicInformation, FileStatInformation, FileStreamInformation, STATUS_BUFFER_OVERFLOW, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED,
  STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { byteBufferOf, copyOut, StructureWriter } from './bytes.ts';
import { eaBytes } from './extendedAttributes.ts';
import { pathOf, settledHere, type Handle, type Link, type ModelFile, type ModelStream } from './nodes.ts';
import { complete, decline, numberOf, type ModelRequest } from './request.ts';
import type { ModelVolume } from './volume.ts';

/** Builds the answer; `fixed` bytes must fit, the rest (a name) may be cut with STATUS_BUFFER_OVERFLOW. */
interface ClassRow {
  readonly fixed: number;
  readonly build: (to: StructureWriter, handle: Handle, volume: ModelVolume) => number | undefined;
}

/** FILE_ATTRIBUTE_NORMAL stands for none. */
export const shownAttributes = (file: ModelFile, stream: ModelStream): number => {
  const attributes = stream.name === '' ? file.attributes : file.attributes & ~0x10;
  return attributes === 0 ? FILE_ATTRIBUTE_NORMAL : attributes >>> 0;
};

function basic(to: StructureWriter, { file, stream }: Handle, at = 0): void {
  const { times } = file;
  to.i64(at, times.creation).i64(at + 8, times.lastAccess).i64(at + 16, times.lastWrite).i64(at + 24, times.change).u32(at + 32, shownAttributes(file, stream)).pad(at + 40);
}

const isDirectory = ({ file, stream }: Handle): boolean => file.directory && stream.name === '';

function standard(to: StructureWriter, handle: Handle, at = 0): void {
  const { stream, file, link } = handle;
  const directory = isDirectory(handle);
  to.i64(at, directory ? 0n : stream.allocation).i64(at + 8, directory ? 0n : stream.size);
  to.u32(at + 16, Math.max(0, file.links.filter((one) => !one.deletePending).length)).u8(at + 20, Number(link.deletePending || stream.deletePending || link.removed)).u8(at + 21, Number(directory)).pad(at + 24);
}

function name(to: StructureWriter, text: string, at = 0): void {
  to.u32(at, text.length * 2).text(at + 4, text);
}

/** FILE_MODE_INFORMATION: the create options that describe how a handle works. */
const modeOptions = 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x1000;

function streams(to: StructureWriter, { file }: Handle): void {
  let last = -1;
  for (const stream of file.streams) {
    if (file.directory && stream.name === '') continue;
    const at = (to.length + 7) & ~7;
    if (last >= 0) to.u32(last, at - last);
    const text = `:${stream.name}:$DATA`;
    to.u32(at, 0).u32(at + 4, text.length * 2).i64(at + 8, stream.size).i64(at + 16, stream.allocation).text(at + 24, text);
    last = at;
  }
}

function hardLinks(to: StructureWriter, { file }: Handle): void {
  to.u32(0, 0).u32(4, file.links.length);
  let last = -1;
  for (const link of file.links) {
    const at = (Math.max(8, to.length) + 7) & ~7;
    if (last >= 0) to.u32(last, at - last);
    to.u32(at, 0).i64(at + 8, link.parent?.id ?? 0n).u32(at + 16, link.name.length).text(at + 20, link.name);
    last = at;
  }
  to.u32(0, to.length);
}

function stat(to: StructureWriter, handle: Handle): void {
  const { file, stream } = handle;
  const { times } = file;
  to.i64(0, file.id).i64(8, times.creation).i64(16, times.lastAccess).i64(24, times.lastWrite).i64(32, times.change).i64(40, stream.allocation).i64(48, stream.size);
  to.u32(56, shownAttributes(file, stream)).u32(60, file.reparse?.tag ?? 0).u32(64, file.links.length).u32(68, handle.access).pad(72);
}

function statBasic(to: StructureWriter, handle: Handle, volume: ModelVolume): void {
  const { file, stream } = handle;
  const { times } = file;
  to.i64(0, file.id).i64(8, times.creation).i64(16, times.lastAccess).i64(24, times.lastWrite).i64(32, times.change).i64(40, stream.allocation).i64(48, stream.size);
  to.u32(56, shownAttributes(file, stream)).u32(60, file.reparse?.tag ?? 0).u32(64, file.links.length).u32(68, 7).u32(72, 0).u32(76, 0).i64(80, BigInt(volume.serialNumber)).i64(88, file.id).i64(96, 0n);
}

function networkOpen(to: StructureWriter, handle: Handle): void {
  const { file, stream } = handle;
  const { times } = file;
  to.i64(0, times.creation).i64(8, times.lastAccess).i64(16, times.lastWrite).i64(24, times.change).i64(32, stream.allocation).i64(40, stream.size).u32(48, shownAttributes(file, stream)).pad(56);
}

function all(to: StructureWriter, handle: Handle): void {
  basic(to, handle);
  standard(to, handle, 40);
  to.i64(64, handle.file.id).u32(72, eaBytes(handle.file)).u32(76, handle.access).i64(80, handle.fileObject.CurrentByteOffset.QuadPart).u32(88, handle.options & modeOptions).u32(92, 0);
  name(to, pathOf(handle), 96);
}

const classes: ReadonlyMap<number, ClassRow> = new Map<number, ClassRow>([
  [FileBasicInformation, { fixed: 40, build: (to, handle) => basic(to, handle) as undefined }],
  [FileStandardInformation, { fixed: 24, build: (to, handle) => standard(to, handle) as undefined }],
  [FileInternalInformation, { fixed: 8, build: (to, { file }) => void to.i64(0, file.id) }],
  [FileEaInformation, { fixed: 4, build: (to, { file }) => void to.u32(0, eaBytes(file)) }],
  [FileAccessInformation, { fixed: 4, build: (to, { access }) => void to.u32(0, access) }],
  [FileNameInformation, { fixed: 8, build: (to, handle) => name(to, pathOf(handle)) as undefined }],
  [FileNormalizedNameInformation, { fixed: 8, build: (to, handle) => name(to, pathOf(handle)) as undefined }],
  [FilePositionInformation, { fixed: 8, build: (to, { fileObject }) => void to.i64(0, fileObject.CurrentByteOffset.QuadPart) }],
  [FileModeInformation, { fixed: 4, build: (to, { options }) => void to.u32(0, options & modeOptions) }],
  [FileAlignmentInformation, { fixed: 4, build: (to) => void to.u32(0, 0) }],
  [FileAllInformation, { fixed: 104, build: (to, handle) => all(to, handle) as undefined }],
  [FileAlternateNameInformation, { fixed: 8, build: (to, { link }) => (link.shortName === null ? STATUS_OBJECT_NAME_NOT_FOUND : (name(to, link.shortName) as undefined)) }],
  [FileStreamInformation, { fixed: 0, build: (to, handle) => streams(to, handle) as undefined }],
  [FileCompressionInformation, { fixed: 16, build: (to, { stream }) => void to.i64(0, stream.allocation).u32(8, 0).pad(16) }],
  [FileNetworkOpenInformation, { fixed: 56, build: (to, handle) => networkOpen(to, handle) as undefined }],
  [FileAttributeTagInformation, { fixed: 8, build: (to, { file, stream }) => void to.u32(0, shownAttributes(file, stream)).u32(4, file.reparse?.tag ?? 0) }],
  [FileHardLinkInformation, { fixed: 8, build: (to, handle, volume) => (volume.features.hardLinks ? (hardLinks(to, handle) as undefined) : STATUS_NOT_SUPPORTED) }],
  [FileStandardLinkInformation, { fixed: 12, build: (to, handle) => void to.u32(0, handle.file.links.length).u32(4, handle.file.links.length).u8(8, Number(handle.link.deletePending)).u8(9, Number(isDirectory(handle))).pad(12) }],
  [FileIdInformation, { fixed: 24, build: (to, { file }, volume) => void to.i64(0, BigInt(volume.serialNumber)).i64(8, file.id).i64(16, 0n) }],
  [FileStatInformation, { fixed: 72, build: (to, handle) => stat(to, handle) as undefined }],
  [FileStatBasicInformation, { fixed: 104, build: (to, handle, volume) => statBasic(to, handle, volume) as undefined }],
  [FileCaseSensitiveInformation, { fixed: 4, build: (to, { file }) => void to.u32(0, Number(file.caseSensitive)) }],
  [FileIsRemoteDeviceInformation, { fixed: 1, build: (to, _handle, volume) => void to.u8(0, Number(volume.fileSystem === 'RDR')) }],
]);

/** The I/O manager has fast entry points for these only (IC-041). */
const fastClasses: ReadonlySet<number> = new Set([FileBasicInformation, FileStandardInformation, FileNetworkOpenInformation]);

export function queryInformation(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  const view = request.parameters('QueryFileInformation');
  const informationClass = numberOf(view['FileInformationClass']);
  if (request.kind === 'fastio' && (!request.volume.features.fastIo || !fastClasses.has(informationClass))) return decline;
  return answerClass(informationClass, numberOf(view['Length']), view['InfoBuffer'], handle, request.volume);
}

/** One answer is written at a time, and copied at once. */
const answers = new StructureWriter();

/** Also for query-open, which asks before there is a handle to speak of. */
export function answerClass(informationClass: number, length: number, buffer: unknown, handle: Handle, volume: ModelVolume): LowerAnswer {
  const row = classes.get(informationClass);
  if (row === undefined || handle.kind === 'volume') return complete(STATUS_INVALID_PARAMETER);
  if (length < row.fixed) return complete(STATUS_INFO_LENGTH_MISMATCH);
  const to = answers.reset();
  const failed = row.build(to, handle, volume);
  if (failed !== undefined) return complete(failed);
  const target = byteBufferOf(buffer);
  if (to.length <= length) {
    copyOut(target, to.bytes);
    return complete(STATUS_SUCCESS, to.length);
  }
  // What is too long is cut; the lengths inside tell how much is missing.
  copyOut(target, to.bytes.subarray(0, length));
  return complete(STATUS_BUFFER_OVERFLOW, length);
}

/** A handle for a file nobody has opened: what query-open asks about. */
export function passingHandle(fileObject: Handle['fileObject'], link: Link, stream: ModelStream, access: number): Handle {
  return {
    fileObject, kind: 'file', file: link.file, stream, link, openedPath: link.path, shownBy: settledHere, access, options: 0, share: null, deleteOnClose: false, posixDelete: false, cleanedUp: false, closed: false, cursor: null,
    modified: false, unseenLocks: null, volume: null, system: null,
  };
}
