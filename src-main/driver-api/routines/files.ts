/**
 * File routines of the kernel: they enter the stack at its top, so that the caller's own callbacks see them. Bound to the engine.
 * Source: the reference page of each routine (ntifs.h, wdm.h, ntddk.h); filter-manager-objects.md GEN-002, GEN-003, GEN-017.
 */
import { input, optionalInput, optionalOutput, output, type RoutineParameter, type RoutineRow } from '../routineRow.ts';
import { access, createParameters, createStatusBlock, fileHandle, objectAttributes, openStatuses, share, statusBlock, tooDeep } from './createParameters.ts';

type Statuses = RoutineRow['statuses'];

const row = (name: string, meaning: string, parameters: readonly RoutineParameter[], statuses: Statuses, rule = 'GEN-002, GEN-003'): RoutineRow => ({
  name, area: 'Files from the top of the stack', irql: 'PASSIVE', meaning, parameters, statuses, returns: 'NTSTATUS', source: `${name} (${rule})`, binding: 'engine',
});

const handle = input('FileHandle', 'HANDLE', 'an open handle; one of FltCreateFile with an instance still starts below that instance');
const event = optionalInput('Event', 'HANDLE', 'NULL: the call waits');
const apc = [event, optionalInput('ApcRoutine', 'PVOID', 'NULL'), optionalInput('ApcContext', 'PVOID', 'NULL')];
const block = statusBlock('IoStatusBlock', 'receives status and Information, bytes as a rule');
const bytes = input('Length', 'ULONG', 'bytes of the buffer');
const into = (name: string, what: string): RoutineParameter => output(name, 'KBUFFER | object', `receives ${what}: a buffer, or the view of a structure`);
const from = (name: string, what: string): RoutineParameter => input(name, 'KBUFFER | object', `${what}: a buffer, or the view of a structure`);

const success: readonly [string, string] = ['STATUS_SUCCESS', 'done'];
const badHandle: readonly [string, string] = ['STATUS_INVALID_HANDLE', 'no open handle of a file'];
const denied: readonly [string, string] = ['STATUS_ACCESS_DENIED', 'the handle was not opened for this, or somebody on the stack refuses'];
const badLength: readonly [string, string] = ['STATUS_INFO_LENGTH_MISMATCH', 'Length is less than the fixed part of the structure'];
const badClass: readonly [string, string] = ['STATUS_INVALID_INFO_CLASS', 'the file system does not know the class'];
const overflow: readonly [string, string] = ['STATUS_BUFFER_OVERFLOW', 'a part of the answer is there (a warning: NT_SUCCESS is false)'];
const dismounted: readonly [string, string] = ['STATUS_VOLUME_DISMOUNTED', 'the volume is gone'];
const noMemory: readonly [string, string] = ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'];

const ioOptions = [
  input('CreateFileType', 'number', 'CreateFileTypeNone'), optionalInput('InternalParameters', 'PVOID', 'NULL'), input('Options', 'ULONG', 'IO_NO_PARAMETER_CHECKING, IO_IGNORE_SHARE_ACCESS_CHECK, IO_FORCE_ACCESS_CHECK ...'),
];
const ioCreate = (name: string, meaning: string, more: readonly RoutineParameter[], statuses: Statuses): RoutineRow =>
  row(name, meaning, [fileHandle, ...createParameters('Disposition'), ...ioOptions, ...more], [...openStatuses, tooDeep, ...statuses], 'GEN-002, GEN-017');
const otherDevice: Statuses = [
  ['STATUS_INVALID_DEVICE_OBJECT_PARAMETER', 'the device is not on the stack of the name\'s volume'], ['STATUS_MOUNT_POINT_NOT_RESOLVED', 'a mount point on the way leads to another volume than the device\'s'],
];

const opening: readonly RoutineRow[] = [
  row('ZwCreateFile', 'Opens or creates a file. Close the handle with ZwClose.', [fileHandle, ...createParameters('CreateDisposition')], [...openStatuses, tooDeep], 'GEN-002, GEN-017'),
  row('ZwOpenFile', 'Opens a file that is there. Close the handle with ZwClose.', [fileHandle, access, objectAttributes, createStatusBlock, share, input('OpenOptions', 'ULONG', 'as CreateOptions of ZwCreateFile')], [...openStatuses.filter(([status]) => status !== 'STATUS_OBJECT_NAME_COLLISION'), tooDeep], 'GEN-002, GEN-017'),
  ioCreate('IoCreateFile', 'As ZwCreateFile, with options of the I/O manager.', [], []),
  ioCreate('IoCreateFileEx', 'As IoCreateFile, with extra create parameters, a device to start from and a transaction.', [
    optionalInput('DriverContext', 'Ref<IO_DRIVER_CREATE_CONTEXT> | IO_DRIVER_CREATE_CONTEXT', 'prepared with IoInitializeDriverCreateContext'),
  ], [...otherDevice, ['STATUS_STOPPED_ON_SYMLINK', 'IO_STOP_ON_SYMLINK, and there is a symbolic link on the way']]),
  ioCreate('IoCreateFileSpecifyDeviceObjectHint', 'As IoCreateFile, for legacy filters that start below themselves. A minifilter uses FltCreateFile with its instance.', [
    optionalInput('DeviceObject', 'PDEVICE_OBJECT', 'where to start; the request goes from the top of the stack all the same'),
  ], otherDevice),
];

const key = optionalInput('Key', 'Ref<number> | number', 'key of a byte-range lock');
const offset = optionalInput('ByteOffset', 'Ref<LARGE_INTEGER> | LONGLONG', 'where in the file, in bytes; NULL: at the current position, only for a handle opened for synchronous I/O');
const transferStatuses = (more: readonly [string, string]): Statuses => [
  success, more, ['STATUS_FILE_LOCK_CONFLICT', 'another owner has locked a part of the range'], ['STATUS_INVALID_PARAMETER', 'a missing ByteOffset has no position to stand for, or a non-cached transfer is not aligned'], denied, badHandle,
];

const transfers: readonly RoutineRow[] = [
  row('ZwReadFile', 'Reads.', [handle, ...apc, block, into('Buffer', 'the data'), bytes, offset, key], transferStatuses(['STATUS_END_OF_FILE', 'nothing at ByteOffset or behind it'])),
  row('ZwWriteFile', 'Writes.', [handle, ...apc, block, from('Buffer', 'the data'), bytes, offset, key], transferStatuses(['STATUS_DISK_FULL', 'no room'])),
  row('ZwFlushBuffersFile', 'Writes what is cached of a file to the volume.', [handle, block], [success, ['STATUS_MEDIA_WRITE_PROTECTED', 'the volume cannot be written'], dismounted, denied, badHandle]),
];

const fileClass = input('FileInformationClass', 'number', 'FILE_INFORMATION_CLASS: FileStandardInformation ...');
const volumeClass = input('FsInformationClass', 'number', 'FS_INFORMATION_CLASS: FileFsVolumeInformation ...');
const controlStatuses: Statuses = [success, ['STATUS_INVALID_DEVICE_REQUEST', 'nobody knows the code'], ['STATUS_BUFFER_TOO_SMALL', 'OutputBuffer does not hold the answer'], overflow, denied, badHandle];
const control = (name: string, code: string, meaning: string): RoutineRow => row(name, meaning, [
  handle, ...apc, block, input(code, 'ULONG', name === 'ZwFsControlFile' ? 'FSCTL_*' : 'IOCTL_*'), optionalInput('InputBuffer', 'KBUFFER | object', 'what the control code takes'), input('InputBufferLength', 'ULONG', 'bytes of it'),
  optionalOutput('OutputBuffer', 'KBUFFER | object', 'receives what the control code gives'), input('OutputBufferLength', 'ULONG', 'bytes of it'),
], controlStatuses);

const questions: readonly RoutineRow[] = [
  row('ZwQueryInformationFile', 'Asks for information about a file.', [handle, block, into('FileInformation', 'the structure'), bytes, fileClass], [success, overflow, badLength, badClass, denied, badHandle]),
  row('ZwSetInformationFile', 'Changes a file.', [handle, block, from('FileInformation', 'the structure'), bytes, fileClass], [success, badLength, badClass, denied, ['STATUS_CANNOT_DELETE', 'a disposition that the file does not allow'], ['STATUS_OBJECT_NAME_COLLISION', 'the target of a rename or link is there'], badHandle]),
  row('ZwQueryVolumeInformationFile', 'Asks for information about the volume of a file.', [handle, block, into('FsInformation', 'the structure'), bytes, volumeClass], [success, overflow, badLength, badClass, dismounted, badHandle]),
  row('ZwSetVolumeInformationFile', 'Changes the volume of a file.', [handle, block, from('FsInformation', 'the structure'), bytes, volumeClass], [success, badLength, badClass, noMemory, denied, badHandle]),
  row('ZwQueryDirectoryFile', 'Lists a directory.', [
    handle, ...apc, block, into('FileInformation', 'the entries, chained by NextEntryOffset'), bytes, fileClass, input('ReturnSingleEntry', 'boolean', 'TRUE: one entry a call'),
    optionalInput('FileName', 'PUNICODE_STRING | string', 'name or pattern with wildcards; the first call of a scan decides; NULL: all'), input('RestartScan', 'boolean', 'TRUE: from the first entry on'),
  ], [success, ['STATUS_NO_MORE_FILES', 'the scan is at its end'], ['STATUS_NO_SUCH_FILE', 'nothing matches at all'], overflow, badLength, badClass, badHandle]),
  control('ZwFsControlFile', 'FsControlCode', 'Sends a control code to the file system.'),
  control('ZwDeviceIoControlFile', 'IoControlCode', 'Sends a control code to the device.'),
  row('ZwDeleteFile', 'Deletes a file by its name: an open with FILE_DELETE_ON_CLOSE, and a close.', [objectAttributes], openStatuses.map(([status, when]) => (status === 'STATUS_SUCCESS' ? success : [status, when] as const)).filter(([status]) => status !== 'STATUS_OBJECT_NAME_COLLISION')),
  row('ZwQueryFullAttributesFile', 'Asks for times, sizes and attributes of a file by its name: an open, a query and a close.', [objectAttributes, into('FileInformation', 'FILE_NETWORK_OPEN_INFORMATION')], openStatuses.map(([status, when]) => (status === 'STATUS_SUCCESS' ? success : [status, when] as const)).filter(([status]) => status !== 'STATUS_OBJECT_NAME_COLLISION')),
];

export const topOfStackRows: readonly RoutineRow[] = [...opening, ...transfers, ...questions];
