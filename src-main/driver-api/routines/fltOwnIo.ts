/** I/O of a filter's own: opening, closing, reading, writing, callback data it allocates. Bound to the engine. Source: the reference page of each routine; filter-manager-objects.md 6.1 to 6.4. */
import { input, inputOutput, optionalInput, optionalOutput, output, type IrqlLimit, type RoutineParameter, type RoutineRow } from '../routineRow.ts';
import { createParameters, fileHandle, openStatuses } from './createParameters.ts';

const row = (name: string, rule: string, meaning: string, parameters: readonly RoutineParameter[], statuses: RoutineRow['statuses'], returns = 'NTSTATUS', irql: IrqlLimit = 'PASSIVE'): RoutineRow => ({
  name, area: 'Own I/O', irql, meaning, parameters, statuses, returns, source: `${name} (${rule})`, binding: 'engine',
});

const filter = input('Filter', 'PFLT_FILTER', 'the caller\'s own filter');
const below = optionalInput('Instance', 'PFLT_INSTANCE', 'the caller\'s instance: only filters below it see the request; NULL: from the top, the caller\'s own callbacks included');
const fileObjectOut = output('FileObject', 'Ref<PFILE_OBJECT | null>', 'receives the file object, referenced: give it back with ObDereferenceObject');
const deleting: readonly [string, string] = ['STATUS_FLT_DELETING_OBJECT', 'the instance or the filter is being torn down'];
const noMemory: readonly [string, string] = ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'];
const invalid = (when: string): readonly [string, string] => ['STATUS_INVALID_PARAMETER', when];

const createStatuses: RoutineRow['statuses'] = [
  ...openStatuses, ['STATUS_MOUNT_POINT_NOT_RESOLVED', 'a mount point or link on the way leads to another volume than that of Instance'],
  ['STATUS_INVALID_DEVICE_OBJECT_PARAMETER', 'the name is on another volume than Instance'], ['STATUS_STACK_OVERFLOW', 'Instance is NULL and the filter has entered itself too often (OV-061)'], deleting,
];
const flags = input('Flags', 'ULONG', '0, IO_IGNORE_SHARE_ACCESS_CHECK, IO_FORCE_ACCESS_CHECK ...');
const create = (name: string, meaning: string, between: readonly RoutineParameter[], behind: readonly RoutineParameter[] = []): RoutineRow =>
  row(name, 'GEN-001 to GEN-003, GEN-010 to GEN-017', meaning, [filter, below, fileHandle, ...between, ...createParameters('CreateDisposition'), flags, ...behind], createStatuses);
const notTopLevel = 'Not while a top-level IRP is set (OV-060).';

const opening: readonly RoutineRow[] = [
  create('FltCreateFile', `Opens or creates a file. Close the handle with FltClose. ${notTopLevel}`, []),
  create('FltCreateFileEx', `As FltCreateFile, with the file object, which the routines below want. ${notTopLevel}`, [fileObjectOut]),
  create('FltCreateFileEx2', `As FltCreateFileEx, with extra create parameters and transaction. ${notTopLevel}`, [{ ...fileObjectOut, optional: true }], [
    optionalInput('DriverContext', 'Ref<IO_DRIVER_CREATE_CONTEXT> | IO_DRIVER_CREATE_CONTEXT', 'prepared with IoInitializeDriverCreateContext; a list in ExtraCreateParameter stays the caller\'s to free'),
  ]),
  row('FltOpenVolume', 'GEN-010', `Opens the volume an instance is attached to. ${notTopLevel}`, [
    input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance'), output('VolumeHandle', 'Ref<HANDLE | null>', 'receives the handle: close it with FltClose'), { ...fileObjectOut, name: 'VolumeFileObject', optional: true },
  ], [['STATUS_SUCCESS', 'open'], invalid('the volume belongs to a network file system'), ['STATUS_ACCESS_DENIED', 'the file system or a filter refuses'], deleting, noMemory]),
  row('FltClose', 'GEN-003, GEN-010', 'Closes a handle of FltCreateFile and its relatives: IRP_MJ_CLEANUP with the last one, IRP_MJ_CLOSE with the last reference, both only for those below the instance that opened.', [input('FileHandle', 'HANDLE', 'the handle')], [['STATUS_SUCCESS', 'closed'], ['STATUS_INVALID_HANDLE', 'no open handle of a file']]),
  row('FltCreateSystemVolumeInformationFolder', 'GEN-001', 'Makes \\System Volume Information on the volume of an instance, hidden and system, where it is missing.', [
    input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance'),
  ], [['STATUS_SUCCESS', 'it is there'], ['STATUS_ACCESS_DENIED', 'the file system or a filter below refuses'], deleting, noMemory]),
];

const fileObject = input('FileObject', 'PFILE_OBJECT', 'an open file: FltObjects.FileObject after its create, or one of FltCreateFileEx');
const callbackRoutine = optionalInput('CallbackRoutine', 'PFLT_COMPLETED_ASYNC_IO_CALLBACK', 'called once when the transfer has ended, also when it failed at once; NULL: the call waits');
const callbackContext = optionalInput('CallbackContext', 'PVOID', 'handed to CallbackRoutine');

function transfer(name: string, verb: 'Reads' | 'Writes'): RoutineRow {
  const reading = verb === 'Reads';
  const buffer = reading ? output('Buffer', 'KBUFFER | object', 'receives the data') : input('Buffer', 'KBUFFER | object', 'the data');
  const more = [optionalInput('Key', 'number', 'key of a byte-range lock'), optionalInput('Mdl', 'PMDL', 'describes Buffer; given, the caller\'s to free')];
  return row(name, 'GEN-020 to GEN-025', `${verb} below an instance. Without CallbackRoutine the call waits.${name.endsWith('Ex') ? ' With lock key and MDL.' : ''}`, [
    input('InitiatingInstance', 'PFLT_INSTANCE', 'the caller\'s instance: only filters below it see the transfer'), fileObject,
    optionalInput('ByteOffset', 'Ref<LARGE_INTEGER> | LONGLONG', 'where in the file, in bytes; NULL: at CurrentByteOffset, only for a file opened for synchronous I/O'), input('Length', 'ULONG', 'bytes'), buffer,
    input('Flags', 'ULONG', '0 or FLTFL_IO_OPERATION_*: NON_CACHED wants offset, length and buffer aligned to the sector size; DO_NOT_UPDATE_BYTE_OFFSET leaves the position alone'),
    optionalOutput(reading ? 'BytesRead' : 'BytesWritten', 'Ref<number>', 'receives the bytes transferred'), callbackRoutine, callbackContext, ...(name.endsWith('Ex') ? more : []),
  ], [
    ['STATUS_SUCCESS', 'transferred'], ['STATUS_PENDING', 'with CallbackRoutine: under way'], ...(reading ? [['STATUS_END_OF_FILE', 'nothing at ByteOffset or behind it'] as const] : [['STATUS_DISK_FULL', 'no room'] as const]),
    ['STATUS_FILE_LOCK_CONFLICT', 'another owner has locked a part of the range'], ['STATUS_ACCESS_DENIED', 'the file system or a filter below refuses'],
    invalid('the file is not open (FV-116: before its create or after its cleanup), a missing ByteOffset has no position to stand for, or a non-cached transfer is not aligned'), deleting, noMemory,
  ]);
}

const transfers: readonly RoutineRow[] = [transfer('FltReadFile', 'Reads'), transfer('FltReadFileEx', 'Reads'), transfer('FltWriteFile', 'Writes'), transfer('FltWriteFileEx', 'Writes')];

const newData = output('RetNewCallbackData', 'Ref<PFLT_CALLBACK_DATA | null>', 'receives the record: fill in Iopb.MajorFunction and Iopb.Parameters, send it, and give it back with FltFreeCallbackData');
const own = inputOutput('CallbackData', 'PFLT_CALLBACK_DATA', 'from FltAllocateCallbackData, not under way');
const allocateStatuses: RoutineRow['statuses'] = [['STATUS_SUCCESS', 'allocated'], deleting, noMemory];

const callbackData: readonly RoutineRow[] = [
  row('FltAllocateCallbackData', 'GEN-005, GEN-006, GEN-030', 'Allocates callback data for I/O of the filter\'s own, below an instance. Always IRP-based.', [
    input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance: the request starts below it'), optionalInput('FileObject', 'PFILE_OBJECT', 'becomes Iopb.TargetFileObject'), newData,
  ], allocateStatuses, 'NTSTATUS', 'APC'),
  row('FltAllocateCallbackDataEx', 'GEN-030', 'As FltAllocateCallbackData; memory that sending will need can be allocated at once.', [
    input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance'), optionalInput('FileObject', 'PFILE_OBJECT', 'becomes Iopb.TargetFileObject'), input('Flags', 'ULONG', '0, or FLT_ALLOCATE_CALLBACK_DATA_PREALLOCATE_ALL_MEMORY'), newData,
  ], allocateStatuses, 'NTSTATUS', 'APC'),
  row('FltFreeCallbackData', 'GEN-033', 'Frees callback data of FltAllocateCallbackData, once, and not while it is under way (OV-068).', [input('CallbackData', 'PFLT_CALLBACK_DATA', 'from FltAllocateCallbackData')], [], 'void', 'DISPATCH'),
  row('FltReuseCallbackData', 'GEN-031', 'Clears callback data for another request; instance and file object stay.', [own], [], 'void', 'APC'),
  row('FltPerformSynchronousIo', 'GEN-001, GEN-031', 'Sends callback data to the filters below and the file system, and waits. The outcome is in its IoStatus.', [own], [], 'void', 'APC'),
  row('FltPerformAsynchronousIo', 'GEN-032', 'Sends callback data and does not wait. Not at APC_LEVEL unless it is paging I/O. The callback runs once whatever is returned; how the request ended is in IoStatus, not in the status returned.', [
    own, input('CallbackRoutine', 'PFLT_COMPLETED_ASYNC_IO_CALLBACK', 'called when the request has ended, at DISPATCH_LEVEL or below, in any thread'), optionalInput('CallbackContext', 'PVOID', 'handed to CallbackRoutine'),
  ], [
    ['STATUS_PENDING', 'under way'], ['STATUS_SUCCESS', 'the file system has completed it'], ['STATUS_FLT_IO_COMPLETE', 'a filter below has completed it in its pre callback'],
    ['STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST', 'a create: it can be sent with FltPerformSynchronousIo only (FV-114)'],
  ], 'NTSTATUS', 'APC'),
];

export const ownIoRows: readonly RoutineRow[] = [...opening, ...transfers, ...callbackData];
