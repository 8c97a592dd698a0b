/**
 * File routines of the kernel that go through the whole stack: ZwCreateFile and its kin.
 *
 * GEN-002, GEN-003, GEN-017 of filter-manager-objects.md; argument order of each routine's reference page. Their handles are the same as
 * those of FltCreateFile, and a file that was opened below an instance stays below it.
 */
import {
  DELETE, FILE_DELETE_ON_CLOSE, FILE_READ_ATTRIBUTES, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_QUERY_VOLUME_INFORMATION,
  IRP_MJ_READ, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_WRITE, SL_RESTART_SCAN, SL_RETURN_SINGLE_ENTRY, STATUS_INVALID_DEVICE_OBJECT_PARAMETER, STATUS_INVALID_HANDLE,
  STATUS_INVALID_PARAMETER, FO_SYNCHRONOUS_IO, FileNetworkOpenInformation,
} from '../../../nt/values.generated.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { CallRecord, Core } from '../core.ts';
import { bufferArg, largeArg, outArg, storeStatus, ulongArg } from '../ownIo/arguments.ts';
import { closeHandle } from '../ownIo/close.ts';
import { openFile } from '../ownIo/create.ts';
import { openFilesOf, type OpenFile } from '../ownIo/openFiles.ts';
import { control, queryInformation, request, setInformation, type Route } from '../ownIo/requests.ts';
import type { Caller, OwnRequest } from '../ownIo/send.ts';
import type { BlockingImplementation, Definition } from './definition.ts';
import { callerOf, createArguments, openFor } from './ownIo.ts';
import { directoryRequest } from './ownRequests.ts';

const open = (core: Core, routine: string, handle: unknown, iosb: unknown, args: readonly unknown[], caller: Caller, call: CallRecord | null): Blocking<number> =>
  openFor(core, { routine, filter: caller.filter, instance: null, handle: outArg(handle), fileObject: null, status: iosb, request: createArguments(core, routine, args) }, caller, call);

/** FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize, FileAttributes, ShareAccess, Disposition, CreateOptions, EaBuffer, EaLength. */
const zwCreate: BlockingImplementation = (core, [handle, ...args], call, activation) => open(core, 'ZwCreateFile', handle, args[2], args.slice(0, 10), callerOf(activation), call);

const zwOpen: BlockingImplementation = (core, [handle, access, object, iosb, share, options], call, activation) =>
  open(core, 'ZwOpenFile', handle, iosb, [access, object, iosb, null, 0, share, 1, options], callerOf(activation), call);

/** As ZwCreateFile, then CreateFileType, InternalParameters, Options, and a driver context or a device. */
const ioCreate = (routine: string, context: 'driver-context' | 'device' | 'none'): BlockingImplementation => (core, [handle, ...args], call, activation) => {
  const [flags, last] = [args[12], args[13]];
  const driverContext = context === 'driver-context' ? last : null;
  if (context === 'device' && last !== null && last !== undefined && !isDevice(last)) return answered(STATUS_INVALID_DEVICE_OBJECT_PARAMETER);
  return open(core, routine, handle, args[2], [...args.slice(0, 10), flags, driverContext], callerOf(activation), call);
};

const isDevice = (value: unknown): boolean => typeof value === 'object' && value !== null;

function* answered(status: number): Blocking<number> {
  return status;
}

/** The file of a handle, and the way its requests take. */
function fileOf(core: Core, routine: string, handle: unknown): { readonly file: OpenFile; readonly route: Route } | null {
  const file = openFilesOf(core).byHandle(handle);
  return file === null ? null : { file, route: { routine, volume: file.volume, instance: null } };
}

/** Sends one request for a handle and fills in the caller's IO_STATUS_BLOCK. */
function* send(core: Core, routine: string, handle: unknown, iosb: unknown, make: (file: OpenFile) => OwnRequest | number, caller: Caller, call: CallRecord | null): Blocking<number> {
  const found = fileOf(core, routine, handle);
  if (found === null) return STATUS_INVALID_HANDLE;
  const wanted = make(found.file);
  if (typeof wanted === 'number') return wanted;
  const { status, information } = yield* request(core, found.route, { ...wanted, ioManager: true }, caller, call);
  storeStatus(iosb, status, information);
  return status;
}

/** FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, Buffer, Length, ByteOffset, Key. The call waits: the handle's file object decides where. */
const transfer = (routine: string, major: typeof IRP_MJ_READ | typeof IRP_MJ_WRITE): BlockingImplementation => (core, args, call, activation) => {
  const [handle, , , , iosb, buffer, length, byteOffset, key] = args;
  const bytes = ulongArg('Length', length);
  const target = bufferArg(core, routine, buffer, bytes);
  return send(core, routine, handle, iosb, ({ fileObject }) => {
    const given = largeArg('ByteOffset', byteOffset);
    if ((given === null || given === -2n) && (fileObject.Flags & FO_SYNCHRONOUS_IO) === 0) return STATUS_INVALID_PARAMETER;
    const offset = given === null || given === -2n ? fileObject.CurrentByteOffset.QuadPart : given;
    const reading = major === IRP_MJ_READ;
    return { major, fileObject, member: reading ? 'Read' : 'Write', values: { Length: bytes, Key: ulongArg('Key', key), ByteOffset: offset, [reading ? 'ReadBuffer' : 'WriteBuffer']: target, MdlAddress: null } };
  }, callerOf(activation), call);
};

/** FileHandle, IoStatusBlock, FileInformation, Length, FileInformationClass. */
const information = (routine: string, make: typeof queryInformation): BlockingImplementation => (core, [handle, iosb, buffer, length, informationClass], call, activation) => {
  const bytes = ulongArg('Length', length);
  const target = bufferArg(core, routine, buffer, bytes);
  return send(core, routine, handle, iosb, ({ fileObject }) => make(fileObject, target, bytes, ulongArg('FileInformationClass', informationClass)), callerOf(activation), call);
};

const volumeInformation = (routine: string, major: typeof IRP_MJ_QUERY_VOLUME_INFORMATION | typeof IRP_MJ_SET_VOLUME_INFORMATION): BlockingImplementation => (core, [handle, iosb, buffer, length, informationClass], call, activation) => {
  const bytes = ulongArg('Length', length);
  const values = { Length: bytes, FsInformationClass: ulongArg('FsInformationClass', informationClass), VolumeBuffer: bufferArg(core, routine, buffer, bytes) };
  const member = major === IRP_MJ_QUERY_VOLUME_INFORMATION ? 'QueryVolumeInformation' : 'SetVolumeInformation';
  return send(core, routine, handle, iosb, ({ fileObject }) => ({ major, fileObject, member, values, systemBuffer: true }), callerOf(activation), call);
};

/** FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, FileInformation, Length, FileInformationClass, ReturnSingleEntry, FileName, RestartScan. */
const queryDirectory: BlockingImplementation = (core, args, call, activation) => {
  const [handle, , , , iosb, buffer, length, informationClass, single, name, restart] = args;
  const flags = (single === true || single === 1 ? SL_RETURN_SINGLE_ENTRY : 0) | (restart === true || restart === 1 ? SL_RESTART_SCAN : 0);
  return send(core, 'ZwQueryDirectoryFile', handle, iosb, ({ fileObject }) => ({ ...directoryRequest(core, 'ZwQueryDirectoryFile', fileObject, [buffer, length, informationClass, name], flags), major: IRP_MJ_DIRECTORY_CONTROL }), callerOf(activation), call);
};

/** FileHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, ControlCode, InputBuffer, InputBufferLength, OutputBuffer, OutputBufferLength. */
const controlFile = (routine: string, major: typeof IRP_MJ_FILE_SYSTEM_CONTROL | typeof IRP_MJ_DEVICE_CONTROL): BlockingImplementation => function* (core, args, call, activation) {
  const [handle, , , , iosb, code, input, inputLength, output, outputLength] = args;
  const inBytes = ulongArg('InputBufferLength', inputLength);
  const outBytes = ulongArg('OutputBufferLength', outputLength);
  const found = fileOf(core, routine, handle);
  if (found === null) return STATUS_INVALID_HANDLE;
  const wanted = {
    major, code: ulongArg('ControlCode', code), input: bufferArg(core, routine, input, inBytes), inputLength: inBytes, output: bufferArg(core, routine, output, outBytes), outputLength: outBytes,
  };
  const outcome = yield* control(core, found.route, found.file.fileObject, wanted, callerOf(activation), call);
  storeStatus(iosb, outcome.status, outcome.information);
  return outcome.status;
};

const flush: BlockingImplementation = (core, [handle, iosb], call, activation) =>
  send(core, 'ZwFlushBuffersFile', handle, iosb, ({ fileObject }) => ({ major: IRP_MJ_FLUSH_BUFFERS, fileObject, member: null, values: {} }), callerOf(activation), call);

/** Opens from the top, does something, closes. */
function* briefly(core: Core, routine: string, args: readonly unknown[], caller: Caller, call: CallRecord | null, act: (file: OpenFile) => Blocking<number>): Blocking<number> {
  core.logCall(call);
  const { status, file } = yield* openFile(core, { routine, instance: null, ...createArguments(core, routine, args) }, caller);
  if (file === null) return status;
  const handle = openFilesOf(core).makeHandle(file, caller.filter);
  const result = yield* act(file);
  yield* closeHandle(core, handle, caller);
  return result;
}

const deleteFile: BlockingImplementation = (core, [object], call, activation) =>
  briefly(core, 'ZwDeleteFile', [DELETE, object, null, null, 0, 7, 1, FILE_DELETE_ON_CLOSE], callerOf(activation), call, () => answered(0));

const fullAttributes: BlockingImplementation = (core, [object, buffer], call, activation) => {
  const caller = callerOf(activation);
  const target = bufferArg(core, 'ZwQueryFullAttributesFile', buffer, networkOpenBytes);
  return briefly(core, 'ZwQueryFullAttributesFile', [FILE_READ_ATTRIBUTES, object, null, null, 0, 7, 1, 0], caller, call, function* (file) {
    const route: Route = { routine: 'ZwQueryFullAttributesFile', volume: file.volume, instance: null };
    return (yield* request(core, route, { ...queryInformation(file.fileObject, target, networkOpenBytes, FileNetworkOpenInformation), ioManager: true }, caller, null)).status;
  });
};

/** sizeof(FILE_NETWORK_OPEN_INFORMATION) */
const networkOpenBytes = 56;

const blocking = (blocks: BlockingImplementation): Definition => ({ blocks, refused: STATUS_INVALID_PARAMETER });

export const zwFileRoutines: Record<string, Definition> = {
  ZwCreateFile: blocking(zwCreate),
  ZwOpenFile: blocking(zwOpen),
  IoCreateFile: blocking(ioCreate('IoCreateFile', 'none')),
  IoCreateFileEx: blocking(ioCreate('IoCreateFileEx', 'driver-context')),
  IoCreateFileSpecifyDeviceObjectHint: blocking(ioCreate('IoCreateFileSpecifyDeviceObjectHint', 'device')),
  ZwReadFile: blocking(transfer('ZwReadFile', IRP_MJ_READ)),
  ZwWriteFile: blocking(transfer('ZwWriteFile', IRP_MJ_WRITE)),
  ZwQueryInformationFile: blocking(information('ZwQueryInformationFile', queryInformation)),
  ZwSetInformationFile: blocking(information('ZwSetInformationFile', setInformation)),
  ZwQueryVolumeInformationFile: blocking(volumeInformation('ZwQueryVolumeInformationFile', IRP_MJ_QUERY_VOLUME_INFORMATION)),
  ZwSetVolumeInformationFile: blocking(volumeInformation('ZwSetVolumeInformationFile', IRP_MJ_SET_VOLUME_INFORMATION)),
  ZwQueryDirectoryFile: blocking(queryDirectory),
  ZwFsControlFile: blocking(controlFile('ZwFsControlFile', IRP_MJ_FILE_SYSTEM_CONTROL)),
  ZwDeviceIoControlFile: blocking(controlFile('ZwDeviceIoControlFile', IRP_MJ_DEVICE_CONTROL)),
  ZwFlushBuffersFile: blocking(flush),
  ZwDeleteFile: blocking(deleteFile),
  ZwQueryFullAttributesFile: blocking(fullAttributes),
};
