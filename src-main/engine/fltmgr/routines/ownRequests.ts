/**
 * Queries and changes of a filter's own: FltQueryInformationFile and its kin.
 *
 * GEN-026, GEN-041 of filter-manager-objects.md; argument order of each routine's reference page.
 */
import {
  FILE_READ_ATTRIBUTES, FLT_FLUSH_TYPE_DATA_SYNC_ONLY, FLT_FLUSH_TYPE_FILE_DATA_ONLY, FLT_FLUSH_TYPE_FLUSH_AND_PURGE, FLT_FLUSH_TYPE_NO_SYNC, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL,
  IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_QUERY_EA, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_SET_EA, IRP_MJ_SET_SECURITY, IRP_MJ_SET_VOLUME_INFORMATION,
  IRP_MN_FLUSH_AND_PURGE, IRP_MN_FLUSH_DATA_ONLY, IRP_MN_FLUSH_DATA_SYNC_ONLY, IRP_MN_FLUSH_NO_SYNC, IRP_MN_QUERY_DIRECTORY, SL_INDEX_SPECIFIED, SL_RESTART_SCAN, SL_RETURN_SINGLE_ENTRY,
  STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL,
} from '../../../nt/values.generated.ts';
import { UNICODE_STRING } from '../../kernel/unicodeString.ts';
import type { Blocking } from '../../kernel/wait.ts';
import { refusedStatus } from '../callChecks.ts';
import type { CallRecord, Core } from '../core.ts';
import { bufferArg, fileObjectArg, inputBytes, outArg, store, storeStatus, ulongArg } from '../ownIo/arguments.ts';
import { closeHandle } from '../ownIo/close.ts';
import { openFile } from '../ownIo/create.ts';
import { guidText } from '../ownIo/ecp.ts';
import { openFilesOf } from '../ownIo/openFiles.ts';
import { control, guidBytes, queryInformation, request, type Route, setInformation, tagFile, untagFile } from '../ownIo/requests.ts';
import type { Caller, OwnRequest } from '../ownIo/send.ts';
import { type BlockingImplementation, type Definition, filterArg, instanceArg, textArg } from './definition.ts';
import { callerOf, createArguments } from './ownIo.ts';

export const routeOf = (routine: string, instance: unknown): Route => {
  const known = instanceArg(instance);
  return { routine, volume: known.volume, instance: known };
};

/** Sends a request, and tells its length where the routine has a variable for it. */
function* answer(core: Core, route: Route, wanted: OwnRequest, returned: unknown, caller: Caller, call: CallRecord | null): Blocking<number> {
  const { status, information } = yield* request(core, route, wanted, caller, call);
  store(outArg(returned), information);
  return status;
}

const flag = (value: unknown, bit: number): number => (value === true || (typeof value === 'number' && value !== 0) ? bit : 0);

const query: BlockingImplementation = (core, [instance, fileObject, buffer, length, informationClass, returned], call, activation) => {
  const bytes = ulongArg('Length', length);
  const wanted = queryInformation(fileObjectArg(fileObject), bufferArg(core, 'FltQueryInformationFile', buffer, bytes), bytes, ulongArg('FileInformationClass', informationClass));
  return answer(core, routeOf('FltQueryInformationFile', instance), wanted, returned, callerOf(activation), call);
};

const set: BlockingImplementation = (core, [instance, fileObject, buffer, length, informationClass], call, activation) => {
  const bytes = ulongArg('Length', length);
  const wanted = setInformation(fileObjectArg(fileObject), bufferArg(core, 'FltSetInformationFile', buffer, bytes), bytes, ulongArg('FileInformationClass', informationClass));
  return answer(core, routeOf('FltSetInformationFile', instance), wanted, null, callerOf(activation), call);
};

// ---- volumes

const volumeRequest = (core: Core, routine: string, major: number, fileObject: unknown, [buffer, length, informationClass]: readonly unknown[]): OwnRequest => {
  const bytes = ulongArg('Length', length);
  const setting = major === IRP_MJ_SET_VOLUME_INFORMATION;
  return {
    major, fileObject: fileObject === null ? null : fileObjectArg(fileObject), member: setting ? 'SetVolumeInformation' : 'QueryVolumeInformation',
    values: { Length: bytes, FsInformationClass: ulongArg('FsInformationClass', informationClass), VolumeBuffer: bufferArg(core, routine, buffer, bytes) }, systemBuffer: true,
  };
};

/** Instance, Iosb, FsInformation, Length, FsInformationClass: no file object. */
const ofVolume = (routine: string, major: number): BlockingImplementation => function* (core, [instance, iosb, ...rest], call, activation) {
  const { status, information } = yield* request(core, routeOf(routine, instance), volumeRequest(core, routine, major, null, rest), callerOf(activation), call);
  storeStatus(iosb, status, information);
  return status;
};

const volumeOfFile: BlockingImplementation = (core, [instance, fileObject, buffer, length, informationClass, returned], call, activation) => {
  const wanted = volumeRequest(core, 'FltQueryVolumeInformationFile', IRP_MJ_QUERY_VOLUME_INFORMATION, fileObject, [buffer, length, informationClass]);
  return answer(core, routeOf('FltQueryVolumeInformationFile', instance), wanted, returned, callerOf(activation), call);
};

// ---- directories, extended attributes, security

export function directoryRequest(core: Core, routine: string, fileObject: unknown, [buffer, length, informationClass, name]: readonly unknown[], operationFlags: number): OwnRequest {
  const bytes = ulongArg('Length', length);
  const pattern = textArg(name);
  return {
    major: IRP_MJ_DIRECTORY_CONTROL, minor: IRP_MN_QUERY_DIRECTORY, operationFlags, fileObject: fileObjectArg(fileObject), member: 'DirectoryControl.QueryDirectory',
    values: {
      Length: bytes, FileName: pattern === null ? null : new UNICODE_STRING(pattern), FileInformationClass: ulongArg('FileInformationClass', informationClass), FileIndex: 0,
      DirectoryBuffer: bufferArg(core, routine, buffer, bytes), MdlAddress: null,
    },
  };
}

const queryDirectory: BlockingImplementation = (core, [instance, fileObject, buffer, length, informationClass, single, name, restart, returned], call, activation) => {
  const flags = flag(single, SL_RETURN_SINGLE_ENTRY) | flag(restart, SL_RESTART_SCAN);
  return answer(core, routeOf('FltQueryDirectoryFile', instance), directoryRequest(core, 'FltQueryDirectoryFile', fileObject, [buffer, length, informationClass, name], flags), returned, callerOf(activation), call);
};

const queryDirectoryEx: BlockingImplementation = (core, [instance, fileObject, buffer, length, informationClass, flags, name, returned], call, activation) => {
  const wanted = directoryRequest(core, 'FltQueryDirectoryFileEx', fileObject, [buffer, length, informationClass, name], ulongArg('QueryFlags', flags) & 0xff);
  return answer(core, routeOf('FltQueryDirectoryFileEx', instance), wanted, returned, callerOf(activation), call);
};

const queryEa: BlockingImplementation = (core, [instance, fileObject, buffer, length, single, list, listLength, index, restart, returned], call, activation) => {
  const bytes = ulongArg('Length', length);
  const indexed = index !== null && index !== undefined;
  const at = indexed ? ulongArg('EaIndex', typeof index === 'object' && 'value' in index ? index.value : index) : 0;
  return answer(core, routeOf('FltQueryEaFile', instance), {
    major: IRP_MJ_QUERY_EA, operationFlags: flag(single, SL_RETURN_SINGLE_ENTRY) | flag(restart, SL_RESTART_SCAN) | (indexed ? SL_INDEX_SPECIFIED : 0), fileObject: fileObjectArg(fileObject), member: 'QueryEa',
    values: { Length: bytes, EaList: list ?? null, EaListLength: ulongArg('EaListLength', listLength), EaIndex: at, EaBuffer: bufferArg(core, 'FltQueryEaFile', buffer, bytes), MdlAddress: null },
  }, returned, callerOf(activation), call);
};

const setEa: BlockingImplementation = (core, [instance, fileObject, buffer, length], call, activation) => {
  const bytes = ulongArg('Length', length);
  const values = { Length: bytes, EaBuffer: bufferArg(core, 'FltSetEaFile', buffer, bytes), MdlAddress: null };
  return answer(core, routeOf('FltSetEaFile', instance), { major: IRP_MJ_SET_EA, fileObject: fileObjectArg(fileObject), member: 'SetEa', values }, null, callerOf(activation), call);
};

const querySecurity: BlockingImplementation = function* (core, [instance, fileObject, what, buffer, length, needed], call, activation) {
  const bytes = ulongArg('Length', length);
  const values = { SecurityInformation: ulongArg('SecurityInformation', what), Length: bytes, SecurityBuffer: bufferArg(core, 'FltQuerySecurityObject', buffer, bytes), MdlAddress: null };
  const wanted: OwnRequest = { major: IRP_MJ_QUERY_SECURITY, fileObject: fileObjectArg(fileObject), member: 'QuerySecurity', values };
  const { status, information } = yield* request(core, routeOf('FltQuerySecurityObject', instance), wanted, callerOf(activation), call);
  store(outArg(needed), information);
  // A buffer that does not hold the descriptor is too small for the caller, whatever the file system calls it.
  return status === STATUS_BUFFER_OVERFLOW ? STATUS_BUFFER_TOO_SMALL : status;
};

const setSecurity: BlockingImplementation = (core, [instance, fileObject, what, descriptor], call, activation) => {
  const values = { SecurityInformation: ulongArg('SecurityInformation', what), SecurityDescriptor: descriptor ?? null };
  return answer(core, routeOf('FltSetSecurityObject', instance), { major: IRP_MJ_SET_SECURITY, fileObject: fileObjectArg(fileObject), member: 'SetSecurity', values }, null, callerOf(activation), call);
};

// ---- control codes, flush

const controlFile = (routine: string, major: typeof IRP_MJ_FILE_SYSTEM_CONTROL | typeof IRP_MJ_DEVICE_CONTROL): BlockingImplementation => function* (core, args, call, activation) {
  const [instance, fileObject, code, input, inputLength, output, outputLength, returned] = args;
  const inBytes = ulongArg('InputBufferLength', inputLength);
  const outBytes = ulongArg('OutputBufferLength', outputLength);
  const wanted = {
    major, code: ulongArg('ControlCode', code), input: bufferArg(core, routine, input, inBytes), inputLength: inBytes, output: bufferArg(core, routine, output, outBytes), outputLength: outBytes,
  };
  const { status, information } = yield* control(core, routeOf(routine, instance), fileObjectArg(fileObject), wanted, callerOf(activation), call);
  store(outArg(returned), information);
  return status;
};

const flushMinors: readonly (readonly [number, number])[] = [
  [FLT_FLUSH_TYPE_FLUSH_AND_PURGE, IRP_MN_FLUSH_AND_PURGE], [FLT_FLUSH_TYPE_FILE_DATA_ONLY, IRP_MN_FLUSH_DATA_ONLY], [FLT_FLUSH_TYPE_NO_SYNC, IRP_MN_FLUSH_NO_SYNC],
  [FLT_FLUSH_TYPE_DATA_SYNC_ONLY, IRP_MN_FLUSH_DATA_SYNC_ONLY],
];

const flush = (routine: string): BlockingImplementation => (core, [instance, fileObject, type], call, activation) => {
  const minor = flushMinors.find(([flushType]) => flushType === type)?.[1] ?? 0;
  return answer(core, routeOf(routine, instance), { major: IRP_MJ_FLUSH_BUFFERS, minor, fileObject: fileObjectArg(fileObject), member: null, values: {} }, null, callerOf(activation), call);
};

// ---- reparse points

const tag: BlockingImplementation = (core, [instance, fileObject, fileTag, guid, data, length], call, activation) =>
  tagFile(core, routeOf('FltTagFile', instance), fileObjectArg(fileObject), { tag: ulongArg('FileTag', fileTag), guid: guidBytes(guidText(guid)), data: inputBytes(core, data, ulongArg('DataBufferLength', length)) }, null, callerOf(activation), call);

const tagEx: BlockingImplementation = (core, [instance, fileObject, fileTag, guid, data, length, existingTag, existingGuid, flags], call, activation) =>
  tagFile(
    core, routeOf('FltTagFileEx', instance), fileObjectArg(fileObject), { tag: ulongArg('FileTag', fileTag), guid: guidBytes(guidText(guid)), data: inputBytes(core, data, ulongArg('DataBufferLength', length)) },
    { tag: ulongArg('ExistingFileTag', existingTag), guid: guidBytes(guidText(existingGuid)), flags: ulongArg('Flags', flags) }, callerOf(activation), call,
  );

const untag: BlockingImplementation = (core, [instance, fileObject, fileTag, guid], call, activation) =>
  untagFile(core, routeOf('FltUntagFile', instance), fileObjectArg(fileObject), ulongArg('FileTag', fileTag), guidBytes(guidText(guid)), callerOf(activation), call);

// ---- by name

/** FltQueryInformationByName: here an open, a query and a close, below the instance or from the top. */
const byName: BlockingImplementation = function* (core, [filter, instance, object, iosb, buffer, length, informationClass, driverContext], call, activation) {
  const caller = callerOf(activation);
  const owner = filterArg(filter);
  const known = instance === null || instance === undefined ? null : instanceArg(instance);
  const bytes = ulongArg('Length', length);
  const target = bufferArg(core, 'FltQueryInformationByName', buffer, bytes);
  core.logCall(call);
  const created = createArguments(core, 'FltQueryInformationByName', [FILE_READ_ATTRIBUTES, object, null, null, 0, 7, 1, 0, null, 0, 0, driverContext]);
  const { status, information, file } = yield* openFile(core, { routine: 'FltQueryInformationByName', instance: known, ...created }, caller);
  if (file === null) {
    storeStatus(iosb, status, information);
    return status;
  }
  const handle = openFilesOf(core).makeHandle(file, owner);
  const outcome = yield* request(core, { routine: 'FltQueryInformationByName', volume: file.volume, instance: known }, queryInformation(file.fileObject, target, bytes, ulongArg('FileInformationClass', informationClass)), caller, null);
  yield* closeHandle(core, handle, caller);
  storeStatus(iosb, outcome.status, outcome.information);
  return outcome.status;
};

const blocking = (blocks: BlockingImplementation): Definition => ({ blocks, refused: refusedStatus });

export const ownRequestRoutines: Record<string, Definition> = {
  FltQueryInformationFile: blocking(query),
  FltSetInformationFile: blocking(set),
  FltQueryVolumeInformation: blocking(ofVolume('FltQueryVolumeInformation', IRP_MJ_QUERY_VOLUME_INFORMATION)),
  FltSetVolumeInformation: blocking(ofVolume('FltSetVolumeInformation', IRP_MJ_SET_VOLUME_INFORMATION)),
  FltQueryVolumeInformationFile: blocking(volumeOfFile),
  FltQueryDirectoryFile: blocking(queryDirectory),
  FltQueryDirectoryFileEx: blocking(queryDirectoryEx),
  FltQueryEaFile: blocking(queryEa),
  FltSetEaFile: blocking(setEa),
  FltQuerySecurityObject: blocking(querySecurity),
  FltSetSecurityObject: blocking(setSecurity),
  FltFsControlFile: blocking(controlFile('FltFsControlFile', IRP_MJ_FILE_SYSTEM_CONTROL)),
  FltDeviceIoControlFile: blocking(controlFile('FltDeviceIoControlFile', IRP_MJ_DEVICE_CONTROL)),
  FltFlushBuffers: blocking(flush('FltFlushBuffers')),
  FltFlushBuffers2: blocking(flush('FltFlushBuffers2')),
  FltTagFile: blocking(tag),
  FltTagFileEx: blocking(tagEx),
  FltUntagFile: blocking(untag),
  FltQueryInformationByName: blocking(byName),
};
