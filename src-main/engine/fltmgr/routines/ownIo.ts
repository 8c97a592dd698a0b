/**
 * I/O of a filter's own: opens, transfers, callback data it allocates, reissue, taking an open back.
 *
 * filter-manager-objects.md 6.1 to 6.5; argument order of each routine's reference page.
 */
import {
  FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_SYSTEM, FILE_DIRECTORY_FILE, FILE_OPEN_IF, FILE_SYNCHRONOUS_IO_NONALERT, IRP_MJ_READ, IRP_MJ_WRITE, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_HANDLE,
  STATUS_INVALID_PARAMETER, STATUS_SUCCESS, SYNCHRONIZE,
} from '../../../nt/values.generated.ts';
import { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import { UNICODE_STRING } from '../../kernel/unicodeString.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { ActivationRecord } from '../activation.ts';
import { refusedStatus } from '../callChecks.ts';
import { callbackDataOwner } from '../callbackData.ts';
import type { CallRecord, Core } from '../core.ts';
import type { Filter, Instance } from '../instance.ts';
import { Operation } from '../operation.ts';
import { runNested } from '../runNested.ts';
import { AllocatedData, allocatedOf, freeAllocated, performAsynchronousIo, performSynchronousIo } from '../ownIo/allocatedData.ts';
import { attributesArg, bufferArg, driverContextArg, fileObjectArg, largeArg, outArg, store, storeStatus, ulongArg } from '../ownIo/arguments.ts';
import { cancelFileOpen } from '../ownIo/cancelOpen.ts';
import { closeHandle, dereferenceFile, referenceFile } from '../ownIo/close.ts';
import { openFile, type OpenRequest, type OpenResult } from '../ownIo/create.ts';
import { openFilesOf } from '../ownIo/openFiles.ts';
import { reissueOwn, reissueSynchronousIo } from '../ownIo/reissue.ts';
import { dying, type Caller } from '../ownIo/send.ts';
import { transferFile } from '../ownIo/transfer.ts';
import { type BlockingImplementation, callerArg, dataArg, type Definition, filterArg, instanceArg, nameArg, operationArg, refArg, Refusal, refusing } from './definition.ts';
import { WrongHandle } from '../wrongHandle.ts';

/** Who calls, kept across waits. */
export function callerOf(activation: ActivationRecord | null): Caller {
  const { filter, instance, operation, thread, irql } = callerArg(activation);
  return { filter, instance, operation, thread, irql };
}

// ---- opening and closing

/** The arguments that all create routines share, from DesiredAccess on. */
export interface CreateCall {
  readonly routine: string;
  readonly filter: Filter;
  readonly instance: Instance | null;
  readonly handle: unknown;
  readonly fileObject: unknown;
  readonly status: unknown;
  readonly request: Pick<OpenRequest, 'object' | 'create' | 'ecpList' | 'transaction'>;
}

/** Opens, and hands out what the routine hands out: GEN-010. */
export function* openFor(core: Core, wanted: CreateCall, caller: Caller, call: CallRecord | null): Blocking<number> {
  const handle = outArg(wanted.handle);
  const fileObject = outArg(wanted.fileObject);
  core.logCall(call);
  const result = yield* openFile(core, { routine: wanted.routine, instance: wanted.instance, ...wanted.request }, caller);
  storeStatus(wanted.status, result.status, result.information);
  handOut(core, result, handle, fileObject, wanted.filter);
  return result.status;
}

export function handOut(core: Core, { file }: OpenResult, handle: { value: unknown } | null, fileObject: { value: unknown } | null, filter: Filter): void {
  const files = openFilesOf(core);
  if (file === null) {
    store(handle, null);
    store(fileObject, null);
    return;
  }
  store(handle, files.makeHandle(file, filter));
  if (fileObject === null) return;
  files.reference(file.fileObject, filter);
  fileObject.value = file.fileObject;
}

/** The optional instance of the create routines: NULL starts at the top. */
const instanceOrNull = (value: unknown): Instance | null => (value === null || value === undefined ? null : instanceArg(value));

/** DesiredAccess, ObjectAttributes, IoStatusBlock, AllocationSize, FileAttributes, ShareAccess, CreateDisposition, CreateOptions, EaBuffer, EaLength, Flags, DriverContext */
export function createArguments(core: Core, routine: string, args: readonly unknown[]): CreateCall['request'] {
  const [access, object, , allocation, attributes, share, disposition, options, ea, eaLength, flags, driverContext] = args;
  const length = ulongArg('EaLength', eaLength);
  const { ecpList, transaction } = driverContextArg(driverContext);
  return {
    object: attributesArg(object), ecpList, transaction,
    create: {
      access: ulongArg('DesiredAccess', access), allocation: largeArg('AllocationSize', allocation) ?? 0n, attributes: ulongArg('FileAttributes', attributes), share: ulongArg('ShareAccess', share),
      disposition: ulongArg('CreateDisposition', disposition), options: ulongArg('CreateOptions', options), ea: bufferArg(core, routine, ea, length), eaLength: length, flags: ulongArg('Flags', flags),
    },
  };
}

/** `withFileObject`: a FileObject argument stands behind FileHandle. */
const fltCreate = (routine: string, withFileObject: boolean): BlockingImplementation => (core, args, call, activation) => {
  const [filter, instance, handle, ...rest] = args;
  const [fileObject, ...others] = withFileObject ? rest : [null, ...rest];
  const wanted: CreateCall = {
    routine, filter: filterArg(filter), instance: instanceOrNull(instance), handle: refArg(handle), fileObject, status: others[2], request: createArguments(core, routine, others),
  };
  return openFor(core, wanted, callerOf(activation), call);
};

const openVolume: BlockingImplementation = (core, [instance, handle, fileObject], call, activation) => {
  const known = instanceArg(instance);
  if (known.volume.deviceType === networkFileSystem) return refusedOpen(STATUS_INVALID_PARAMETER);
  const wanted: CreateCall = {
    routine: 'FltOpenVolume', filter: known.filter, instance: known, handle: refArg(handle), fileObject, status: null,
    request: createArguments(core, 'FltOpenVolume', [0x10_0081, { ObjectName: known.volume.name, Attributes: 0x240 }, null, null, 0, 7, 1, 0x20]),
  };
  return openFor(core, wanted, callerOf(activation), call);
};

/** FltCreateSystemVolumeInformationFolder: the folder is there afterwards. Its access list is the file system's business. */
function* systemVolumeInformation(core: Core, instance: unknown, caller: Caller, call: CallRecord | null): Blocking<number> {
  const known = instanceArg(instance);
  core.logCall(call);
  const object = { ObjectName: `${known.volume.name}\\System Volume Information`, Attributes: 0x240 };
  const created = createArguments(core, 'FltCreateSystemVolumeInformationFolder', [
    SYNCHRONIZE, object, null, null, FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM, 7, FILE_OPEN_IF, FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT,
  ]);
  const { status, file } = yield* openFile(core, { routine: 'FltCreateSystemVolumeInformationFolder', instance: known, ...created }, caller);
  if (file === null) return status;
  yield* closeHandle(core, openFilesOf(core).makeHandle(file, known.filter), caller);
  return STATUS_SUCCESS;
}

function* close(core: Core, handle: unknown, caller: Caller, call: CallRecord | null): Blocking<number> {
  core.logCall(call);
  const status = yield* closeHandle(core, handle, caller);
  if (status === null && typeof handle === 'object' && handle !== null) throw new WrongHandle('FileHandle', handle);
  return status ?? STATUS_INVALID_HANDLE;
}

// ---- reading and writing

/** InitiatingInstance, FileObject, ByteOffset, Length, Buffer, Flags, BytesRead, CallbackRoutine, CallbackContext, and in the Ex form Key, Mdl. */
const transfer = (routine: string, major: number): BlockingImplementation => (core, args, call, activation) => {
  const [instance, fileObject, offset, length, buffer, flags, transferred, callback, context, key, mdl] = args;
  const bytes = ulongArg('Length', length);
  return transferFile(core, {
    routine, major, instance: instanceArg(instance), fileObject: fileObjectArg(fileObject), offset: largeArg('ByteOffset', offset), length: bytes, buffer: bufferArg(core, routine, buffer, bytes),
    mdl: mdl ?? null, key: ulongArg('Key', key), flags: ulongArg('Flags', flags), transferred: outArg(transferred),
    callback: typeof callback === 'function' ? (callback as (...args: unknown[]) => unknown) : null, context: context ?? null,
  }, callerOf(activation), call);
};

// ---- callback data

function allocate(core: Core, [instance, fileObject]: readonly unknown[], result: unknown, routine: string, activation: ActivationRecord | null): number {
  const out = refArg<unknown>(result);
  const known = instanceArg(instance);
  out.value = null;
  const refused = dying(known, null);
  if (refused !== 0) return refused;
  if (core.options.allocate?.(routine) === false) return STATUS_INSUFFICIENT_RESOURCES;
  const caller = callerArg(activation);
  const allocated = new AllocatedData(known, fileObject instanceof FILE_OBJECT ? fileObject : null, caller);
  core.ledger.take(caller.filter, 'callbackData', allocated.data, `callback data for ${known.name}`, core.site());
  out.value = allocated.data;
  return STATUS_SUCCESS;
}

/** A record that may be sent: the filter's own, neither freed nor under way. */
function allocatedArg(data: unknown): AllocatedData {
  const owner = allocatedOf(dataArg(data));
  if (owner === null) throw new TypeError('CallbackData was not allocated with FltAllocateCallbackData.');
  if (owner.freed || owner.inUse) throw new WrongHandle(owner.freed ? 'CallbackData (freed)' : 'CallbackData (in use)', data);
  return owner;
}

/** GEN-033: OV-068 for what is freed already or in use, FV-115 for the record of another owner. */
function freeOrReuse(core: Core, data: unknown, activation: ActivationRecord | null, act: (owner: AllocatedData) => void): unknown {
  const owner = callbackDataOwner(dataArg(data));
  const where = { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation: owner instanceof Operation ? owner : null };
  if (!(owner instanceof AllocatedData) || owner.allocatedBy !== activation?.filter) {
    core.violate('FV-115', where);
    return new Refusal(undefined);
  }
  if (owner.freed || owner.inUse) core.violate('OV-068', where, { object: `callback data for ${owner.instance.name}` });
  else act(owner);
  return undefined;
}

const reissue: BlockingImplementation = (core, [, data], call, activation) => {
  const own = allocatedOf(dataArg(data));
  if (own !== null) return reissueOwn(core, own, operationArg(data), callerOf(activation), call);
  return answered(reissueSynchronousIo(core, operationArg(data), activation, call));
};

/** FILE_DEVICE_NETWORK_FILE_SYSTEM */
const networkFileSystem = 0x14;

function* refusedOpen(status: number): Blocking<number> {
  return status;
}

function* answered(performed: Blocking<boolean>): Blocking<unknown> {
  return (yield* performed) ? undefined : new Refusal(undefined);
}

// ---- names and references of file objects

/** IoReplaceFileObjectName (GEN-040). */
function replaceName(fileObject: unknown, name: unknown, length: unknown): number {
  const text = nameArg(name);
  const bytes = length === null || length === undefined ? text.length * 2 : ulongArg('FileNameLength', length);
  fileObjectArg(fileObject).FileName = new UNICODE_STRING(text.slice(0, bytes >>> 1));
  return STATUS_SUCCESS;
}

export const ownIoRoutines: Record<string, Definition> = {
  FltCreateFile: { blocks: fltCreate('FltCreateFile', false), refused: refusedStatus },
  FltCreateFileEx: { blocks: fltCreate('FltCreateFileEx', true), refused: refusedStatus },
  FltCreateFileEx2: { blocks: fltCreate('FltCreateFileEx2', true), refused: refusedStatus },
  FltOpenVolume: { blocks: openVolume, refused: refusedStatus },
  FltCreateSystemVolumeInformationFolder: { blocks: (core, [instance], call, activation) => systemVolumeInformation(core, instance, callerOf(activation), call), refused: refusedStatus },
  FltClose: { blocks: (core, [handle], call, activation) => close(core, handle, callerOf(activation), call), refused: refusedStatus },
  FltReadFile: { blocks: transfer('FltReadFile', IRP_MJ_READ), refused: refusedStatus },
  FltReadFileEx: { blocks: transfer('FltReadFileEx', IRP_MJ_READ), refused: refusedStatus },
  FltWriteFile: { blocks: transfer('FltWriteFile', IRP_MJ_WRITE), refused: refusedStatus },
  FltWriteFileEx: { blocks: transfer('FltWriteFileEx', IRP_MJ_WRITE), refused: refusedStatus },
  FltAllocateCallbackData: { refused: refusedStatus, run: (core, [instance, fileObject, result], _call, activation) => allocate(core, [instance, fileObject], result, 'FltAllocateCallbackData', activation) },
  FltAllocateCallbackDataEx: { refused: refusedStatus, run: (core, [instance, fileObject, , result], _call, activation) => allocate(core, [instance, fileObject], result, 'FltAllocateCallbackDataEx', activation) },
  FltFreeCallbackData: { run: (core, [data], _call, activation) => freeOrReuse(core, data, activation, (owner) => freeAllocated(core, owner)) },
  FltReuseCallbackData: {
    run: (core, [data], _call, activation) => {
      if (allocatedOf(dataArg(data))?.freed === true) throw new WrongHandle('CallbackData (freed)', data);
      return freeOrReuse(core, data, activation, (owner) => owner.reuse());
    },
  },
  FltPerformSynchronousIo: { blocks: (core, [data], call, activation) => performSynchronousIo(core, allocatedArg(data), callerOf(activation), call) },
  FltPerformAsynchronousIo: {
    ownIrql: true, refused: refusedStatus,
    run: (core, [data, routine, context], call, activation) => refusing(performAsynchronousIo(core, allocatedArg(data), callerOf(activation), routine, context ?? null, call)),
  },
  FltReissueSynchronousIo: { ownIrql: true, blocks: reissue },
  FltCancelFileOpen: { ownIrql: true, blocks: (core, [, fileObject], call, activation) => cancelFileOpen(core, fileObject instanceof FILE_OBJECT ? fileObject : null, activation, call) },
  IoReplaceFileObjectName: { run: (_core, [fileObject, name, length]) => replaceName(fileObject, name, length) },
  ObReferenceObject: {
    run: (core, [object], _call, activation) => {
      if (object instanceof FILE_OBJECT) referenceFile(core, object, callerOf(activation));
      return undefined;
    },
  },
  ObDereferenceObject: { run: (core, [object], call, activation) => dereference(core, object, callerOf(activation), call) },
};

/** References of other objects are the kernel's own business. */
function dereference(core: Core, object: unknown, caller: Caller, call: CallRecord | null): undefined {
  if (!(object instanceof FILE_OBJECT)) return undefined;
  core.logCall(call);
  if (runNested(core, dereferenceFile(core, object, caller.filter, caller)) === false) throw new WrongHandle('Object', object);
  return undefined;
}
