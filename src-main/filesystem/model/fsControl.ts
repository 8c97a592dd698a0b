/**
 * IRP_MJ_FILE_SYSTEM_CONTROL: oplocks, reparse points, object ids, zeroing, locking and dismounting the volume.
 *
 * Sources: MS-FSA 2.1.5.10; MS-FSCC 2.3; filter-manager-objects.md GEN-041, VOL-003, VOL-051. Codes that are not here answer
 * STATUS_INVALID_DEVICE_REQUEST.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import {
  FILE_ATTRIBUTE_REPARSE_POINT, FILE_ATTRIBUTE_SPARSE_FILE, FSCTL_CREATE_OR_GET_OBJECT_ID, FSCTL_DELETE_EXTERNAL_BACKING, FSCTL_DELETE_OBJECT_ID, FSCTL_DELETE_REPARSE_POINT, FSCTL_DISMOUNT_VOLUME, FSCTL_FILE_LEVEL_TRIM,
  FSCTL_GET_COMPRESSION, FSCTL_GET_OBJECT_ID, FSCTL_GET_REPARSE_POINT, FSCTL_IS_PATHNAME_VALID, FSCTL_IS_VOLUME_DIRTY, FSCTL_IS_VOLUME_MOUNTED, FSCTL_LOCK_VOLUME, FSCTL_MARK_HANDLE,
  FSCTL_QUERY_ALLOCATED_RANGES, FSCTL_SET_COMPRESSION, FSCTL_SET_EXTERNAL_BACKING, FSCTL_SET_OBJECT_ID, FSCTL_SET_REPARSE_POINT, FSCTL_SET_SPARSE, FSCTL_SET_ZERO_DATA, FSCTL_UNLOCK_VOLUME,
  FSCTL_WRITE_USN_CLOSE_RECORD, IO_REPARSE_TAG_MOUNT_POINT, IO_REPARSE_TAG_SYMLINK, IRP_MN_KERNEL_CALL, IRP_MN_USER_FS_REQUEST, STATUS_ACCESS_DENIED, STATUS_BUFFER_OVERFLOW,
  STATUS_BUFFER_TOO_SMALL, STATUS_DIRECTORY_NOT_EMPTY, STATUS_FILE_DELETED, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER, STATUS_IO_REPARSE_DATA_INVALID,
  STATUS_IO_REPARSE_TAG_MISMATCH, STATUS_NOT_A_REPARSE_POINT, STATUS_NOT_LOCKED, STATUS_OBJECTID_NOT_FOUND, STATUS_OBJECT_NAME_COLLISION, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { mustWait } from './breaks.ts';
import { byteBufferOf, copyOut, StructureReader, StructureWriter, transferBuffer, type ByteBuffer } from './bytes.ts';
import type { Handle, ReparsePoint } from './nodes.ts';
import { isOplockControl, oplockControl } from './oplockControl.ts';
import { complete, numberOf, pend, type ModelRequest } from './request.ts';

/** Input and output of a control code, wherever its method puts them. */
export interface Control {
  readonly request: ModelRequest;
  readonly handle: Handle;
  readonly input: unknown;
  readonly inputLength: number;
  readonly output: ByteBuffer | null;
  readonly outputLength: number;
}

type ControlHandler = (control: Control) => LowerAnswer;

const METHOD_BUFFERED = 0;
const METHOD_NEITHER = 3;

function controlOf(request: ModelRequest, handle: Handle, code: number): Control {
  const method = code & 3;
  const view = request.parameters(method === METHOD_BUFFERED ? 'FileSystemControl.Buffered' : method === METHOD_NEITHER ? 'FileSystemControl.Neither' : 'FileSystemControl.Direct');
  const input = method === METHOD_BUFFERED ? view['SystemBuffer'] : method === METHOD_NEITHER ? view['InputBuffer'] : view['InputSystemBuffer'];
  const output = method === METHOD_BUFFERED ? byteBufferOf(view['SystemBuffer']) : transferBuffer(view['OutputBuffer'], view['OutputMdlAddress']);
  return { request, handle, input, inputLength: numberOf(view['InputBufferLength']), output, outputLength: numberOf(view['OutputBufferLength']) };
}

/** Whether a control code is answered by rules of its own, and not as a recording shows it. */
export const isModelledControl = (code: number): boolean => isOplockControl(code) || handlers.has(code);

export function fsControl(request: ModelRequest): LowerAnswer {
  if (request.minor !== IRP_MN_USER_FS_REQUEST && request.minor !== IRP_MN_KERNEL_CALL) return complete(STATUS_INVALID_DEVICE_REQUEST);
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  const code = numberOf(request.parameters('FileSystemControl.Common')['FsControlCode']) >>> 0;
  if (handle.stream.deleted && code !== FSCTL_GET_OBJECT_ID) return complete(STATUS_FILE_DELETED);
  if (isOplockControl(code)) return oplockControl(request, handle, code);
  const handler = handlers.get(code);
  return handler === undefined ? complete(request.volume.shownControls.get(code) ?? STATUS_INVALID_DEVICE_REQUEST) : handler(controlOf(request, handle, code));
}

const done = complete(STATUS_SUCCESS);

/** Answers with bytes, all or nothing. */
function answer({ output, outputLength }: Control, bytes: Uint8Array): LowerAnswer {
  if (outputLength < bytes.length) return complete(STATUS_BUFFER_TOO_SMALL);
  copyOut(output, bytes);
  return complete(STATUS_SUCCESS, bytes.length);
}

// -- Reparse points ----------------------------------------------------------------------------------------------------------------

/** Tags of Microsoft have a header of 8 bytes, others a GUID behind it. */
const headerBytes = (tag: number): number => ((tag & 0x8000_0000) !== 0 ? 8 : 24);

function parseReparse(data: Uint8Array): ReparsePoint | null {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const tag = view.getUint32(0, true);
  const length = view.getUint16(4, true);
  if (headerBytes(tag) + length !== data.length) return null;
  if (tag !== IO_REPARSE_TAG_MOUNT_POINT && tag !== IO_REPARSE_TAG_SYMLINK) return { tag, target: null, data };
  const names = tag === IO_REPARSE_TAG_SYMLINK ? 20 : 16;
  if (data.length < names) return null;
  const at = names + view.getUint16(8, true);
  let target = '';
  for (let offset = 0; offset + 1 < view.getUint16(10, true) && at + offset + 1 < data.length; offset += 2) target += String.fromCharCode(view.getUint16(at + offset, true));
  return { tag, target, data };
}

const setReparsePoint: ControlHandler = ({ request, handle, input, inputLength, outputLength }) => {
  const { file, link } = handle;
  if (!request.volume.features.reparsePoints) return complete(STATUS_INVALID_DEVICE_REQUEST);
  if (outputLength !== 0 || inputLength < 8) return complete(inputLength < 8 ? STATUS_IO_REPARSE_DATA_INVALID : STATUS_INVALID_PARAMETER);
  if (file.directory && !file.isEmpty) return complete(STATUS_DIRECTORY_NOT_EMPTY);
  const data = new StructureReader(input).raw(0, inputLength);
  const parsed = data === undefined ? { tag: 0, target: null, data: null } : parseReparse(data);
  if (parsed === null) return complete(STATUS_IO_REPARSE_DATA_INVALID);
  if (file.reparse !== null && file.reparse.tag !== parsed.tag) return complete(STATUS_IO_REPARSE_TAG_MISMATCH);
  file.reparse = parsed;
  file.attributes |= FILE_ATTRIBUTE_REPARSE_POINT;
  request.volume.reportChange(link, 0x4);
  return done;
};

/** A REPARSE_DATA_BUFFER for a mount point or symbolic link that was never given as bytes. */
function buildReparse({ tag, target }: ReparsePoint): Uint8Array {
  const text = target ?? '';
  const symlink = tag === IO_REPARSE_TAG_SYMLINK;
  const names = symlink ? 20 : 16;
  const to = new StructureWriter().u32(0, tag).u16(4, names - 8 + text.length * 2 + 4).u16(6, 0).u16(8, 0).u16(10, text.length * 2).u16(12, text.length * 2 + 2).u16(14, 0);
  if (symlink) to.u32(16, 0);
  return to.text(names, text).pad(names + text.length * 2 + 4).bytes;
}

const getReparsePoint: ControlHandler = ({ handle, output, outputLength }) => {
  const { reparse } = handle.file;
  if (reparse === null) return complete(STATUS_NOT_A_REPARSE_POINT);
  if (reparse.data === null && reparse.leastBytes !== undefined) return outputLength < reparse.leastBytes ? complete(STATUS_BUFFER_OVERFLOW, outputLength) : complete(STATUS_SUCCESS, reparse.leastBytes);
  const data = reparse.data ?? buildReparse(reparse);
  if (outputLength < 8) return complete(STATUS_BUFFER_TOO_SMALL);
  copyOut(output, data.subarray(0, outputLength));
  return outputLength < data.length ? complete(STATUS_BUFFER_OVERFLOW, outputLength) : complete(STATUS_SUCCESS, data.length);
};

const deleteReparsePoint: ControlHandler = ({ request, handle, input }) => {
  const { file, link } = handle;
  if (file.reparse === null) return complete(STATUS_NOT_A_REPARSE_POINT);
  const tag = new StructureReader(input).u32('ReparseTag', 0);
  if (tag !== undefined && tag !== file.reparse.tag) return complete(STATUS_IO_REPARSE_TAG_MISMATCH);
  file.reparse = null;
  file.attributes &= ~FILE_ATTRIBUTE_REPARSE_POINT;
  request.volume.reportChange(link, 0x4);
  return done;
};

// -- Object ids --------------------------------------------------------------------------------------------------------------------

/** FILE_OBJECTID_BUFFER */
const objectIdBytes = 64;

const getObjectId: ControlHandler = (control) => {
  const { file } = control.handle;
  if (!control.request.volume.features.objectIds) return complete(STATUS_INVALID_DEVICE_REQUEST);
  if (file.deleted) return complete(STATUS_FILE_DELETED);
  return file.objectId === null ? complete(STATUS_OBJECTID_NOT_FOUND) : answer(control, file.objectId);
};

const createOrGetObjectId: ControlHandler = (control) => {
  const { file } = control.handle;
  if (!control.request.volume.features.objectIds) return complete(STATUS_INVALID_DEVICE_REQUEST);
  // Ids come from the file's own number, so that a run repeats itself.
  file.objectId ??= new StructureWriter().i64(0, file.id).i64(8, BigInt(control.request.volume.serialNumber)).pad(objectIdBytes).bytes.slice();
  return answer(control, file.objectId);
};

const setObjectId: ControlHandler = ({ request, handle, input, inputLength }) => {
  if (!request.volume.features.objectIds) return complete(STATUS_INVALID_DEVICE_REQUEST);
  if (inputLength !== objectIdBytes) return complete(STATUS_INVALID_PARAMETER);
  if (handle.file.objectId !== null) return complete(STATUS_OBJECT_NAME_COLLISION);
  handle.file.objectId = new StructureReader(input).raw(0, objectIdBytes) ?? new Uint8Array(objectIdBytes);
  return done;
};

const deleteObjectId: ControlHandler = ({ handle }) => {
  handle.file.objectId = null;
  return done;
};

// -- Data --------------------------------------------------------------------------------------------------------------------------

const setZeroData: ControlHandler = ({ request, handle, input, inputLength }) => {
  const { stream, file } = handle;
  if (inputLength < 16 || (file.directory && stream.name === '')) return complete(STATUS_INVALID_PARAMETER);
  const reader = new StructureReader(input);
  const from = reader.i64('FileOffset', 0);
  const to = reader.i64('BeyondFinalZero', 8);
  if (from !== undefined && to !== undefined && (from < 0n || to < from)) return complete(STATUS_INVALID_PARAMETER);
  if (mustWait(request, stream, 'zero-data')) return pend;
  if (from !== undefined && to !== undefined && from < stream.size) stream.contents.zero(from, (to < stream.size ? to : stream.size) - from);
  request.volume.touch(file);
  return done;
};

const queryAllocatedRanges: ControlHandler = (control) => {
  const { stream } = control.handle;
  if (control.inputLength < 16) return complete(STATUS_INVALID_PARAMETER);
  if (stream.size === 0n) return done;
  return answer(control, new StructureWriter().i64(0, 0n).i64(8, stream.size).bytes);
};

// -- Volume ------------------------------------------------------------------------------------------------------------------------

const forVolume = (handler: ControlHandler): ControlHandler => (control) => (control.handle.kind === 'volume' ? handler(control) : complete(STATUS_INVALID_PARAMETER));

const lockVolume = forVolume(({ request: { volume }, handle }) => {
  const others = [...volume.handles].some((one) => one !== handle && !one.cleanedUp);
  if (others || volume.lockedBy !== null) return complete(STATUS_ACCESS_DENIED);
  volume.lockedBy = handle.fileObject;
  return done;
});

const unlockVolume = forVolume(({ request: { volume }, handle }) => {
  if (volume.lockedBy !== handle.fileObject) return complete(STATUS_NOT_LOCKED);
  volume.lockedBy = null;
  return done;
});

/** VOL-051: open handles do not hold up a dismount; they get STATUS_VOLUME_DISMOUNTED from now on. */
const dismountVolume = forVolume(({ request: { volume, services }, handle }) => {
  if (services.is('VOL-051', 'refused-while-open') && [...volume.handles].some((one) => one !== handle && !one.cleanedUp)) return complete(STATUS_ACCESS_DENIED);
  volume.lockedBy = null;
  volume.state = 'gone';
  return done;
});

const handlers: ReadonlyMap<number, ControlHandler> = new Map<number, ControlHandler>([
  [FSCTL_SET_REPARSE_POINT, setReparsePoint], [FSCTL_GET_REPARSE_POINT, getReparsePoint], [FSCTL_DELETE_REPARSE_POINT, deleteReparsePoint],
  [FSCTL_GET_OBJECT_ID, getObjectId], [FSCTL_CREATE_OR_GET_OBJECT_ID, createOrGetObjectId], [FSCTL_SET_OBJECT_ID, setObjectId], [FSCTL_DELETE_OBJECT_ID, deleteObjectId],
  [FSCTL_SET_ZERO_DATA, setZeroData], [FSCTL_QUERY_ALLOCATED_RANGES, queryAllocatedRanges],
  [FSCTL_SET_SPARSE, ({ handle }) => { handle.file.attributes |= FILE_ATTRIBUTE_SPARSE_FILE; return done; }],
  [FSCTL_GET_COMPRESSION, (control) => answer(control, new StructureWriter().u16(0, 0).bytes)],
  [FSCTL_SET_COMPRESSION, () => done], [FSCTL_SET_EXTERNAL_BACKING, () => done], [FSCTL_DELETE_EXTERNAL_BACKING, () => done], [FSCTL_MARK_HANDLE, () => done], [FSCTL_FILE_LEVEL_TRIM, () => done], [FSCTL_IS_PATHNAME_VALID, () => done],
  [FSCTL_WRITE_USN_CLOSE_RECORD, (control) => answer(control, new StructureWriter().i64(0, 0n).bytes)],
  [FSCTL_LOCK_VOLUME, lockVolume], [FSCTL_UNLOCK_VOLUME, unlockVolume], [FSCTL_DISMOUNT_VOLUME, dismountVolume], [FSCTL_IS_VOLUME_MOUNTED, () => done],
  [FSCTL_IS_VOLUME_DIRTY, (control) => answer(control, new StructureWriter().u32(0, 0).bytes)],
]);
