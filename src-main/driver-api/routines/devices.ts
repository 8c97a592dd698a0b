/** Control devices, IRPs to them, and names the I/O manager knows. */
import { input, inputOutput, optionalInput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const irp = input('Irp', 'PIRP', 'as the dispatch routine got it');
const name = (parameter: string): ReturnType<typeof input> => input(parameter, 'PUNICODE_STRING | string', 'a name like \\DosDevices\\Sample');

const passive = ownRows({ area: 'Control devices', source: 'wdm.h, ntddk.h, ntifs.h: the page of the routine', irql: 'PASSIVE' }, [
  { name: 'IoCreateSymbolicLink', returns: 'NTSTATUS', parameters: [name('SymbolicLinkName'), name('DeviceName')], statuses: [['STATUS_SUCCESS', 'made'], ['STATUS_OBJECT_NAME_COLLISION', 'the name is taken'], ['STATUS_INVALID_PARAMETER', 'no name']], meaning: 'Gives a device a name for programs. Delete it before the driver is unloaded.' },
  { name: 'IoCreateUnprotectedSymbolicLink', returns: 'NTSTATUS', parameters: [name('SymbolicLinkName'), name('DeviceName')], statuses: [['STATUS_SUCCESS', 'made'], ['STATUS_OBJECT_NAME_COLLISION', 'the name is taken'], ['STATUS_INVALID_PARAMETER', 'no name']], meaning: 'As IoCreateSymbolicLink.' },
  { name: 'IoDeleteSymbolicLink', returns: 'NTSTATUS', parameters: [name('SymbolicLinkName')], statuses: [['STATUS_SUCCESS', 'deleted'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'there is no such link']], meaning: 'Takes a link away.' },
  {
    name: 'IoReplaceFileObjectName', binding: 'engine', returns: 'NTSTATUS', parameters: [inputOutput('FileObject', 'PFILE_OBJECT', 'the file of a create that is answered with STATUS_REPARSE'), input('NewFileName', 'PUNICODE_STRING | string', 'the new name'), input('FileNameLength', 'USHORT', 'its length in bytes')],
    statuses: [['STATUS_SUCCESS', 'replaced'], ['STATUS_INVALID_PARAMETER', 'no file object, or no name'], ['STATUS_INSUFFICIENT_RESOURCES', 'no memory']], meaning: 'Gives a file object another name, in pre-create.',
  },
  ...['IoVolumeDeviceToDosName', 'RtlVolumeDeviceToDosName'].map((one) => ({
    name: one, returns: 'NTSTATUS', parameters: [input('VolumeDeviceObject', 'object', 'the volume\'s device, from FltGetDiskDeviceObject'), output('DosName', 'Ref<UNICODE_STRING> | UNICODE_STRING', 'receives C: or the like; free it with ExFreePool')],
    statuses: [['STATUS_SUCCESS', 'known'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'the volume has no drive letter that the trace knows'], ['STATUS_INVALID_PARAMETER', 'no device object'], ['STATUS_INSUFFICIENT_RESOURCES', 'no memory']] as const, meaning: 'The drive letter of a volume.',
  })),
]);

const apc = ownRows({ area: 'Control devices', source: 'wdm.h: the page of the routine', irql: 'APC' }, [
  {
    name: 'IoCreateDevice', returns: 'NTSTATUS',
    parameters: [input('DriverObject', 'PDRIVER_OBJECT', 'as DriverEntry got it'), input('DeviceExtensionSize', 'ULONG', 'bytes; DeviceExtension is an object here'), optionalInput('DeviceName', 'PUNICODE_STRING | string', '\\Device\\Sample'), input('DeviceType', 'ULONG', 'FILE_DEVICE_UNKNOWN, FILE_DEVICE_DISK_FILE_SYSTEM ...'), input('DeviceCharacteristics', 'ULONG', 'FILE_DEVICE_SECURE_OPEN ...'), input('Exclusive', 'boolean', 'FALSE'), output('DeviceObject', 'Ref<PDEVICE_OBJECT>', 'receives the device')],
    statuses: [['STATUS_SUCCESS', 'made'], ['STATUS_OBJECT_NAME_COLLISION', 'the name is taken'], ['STATUS_INSUFFICIENT_RESOURCES', 'no memory']], meaning: 'Makes a control device. Requests to it reach DriverObject.MajorFunction.',
  },
  { name: 'IoDeleteDevice', returns: 'void', parameters: [input('DeviceObject', 'PDEVICE_OBJECT', 'from IoCreateDevice')], meaning: 'Deletes a device.' },
  { name: 'FsRtlIsPagingFile', area: 'File system support', source: 'FsRtlIsPagingFile', returns: 'boolean', parameters: [input('FileObject', 'PFILE_OBJECT', 'the file')], meaning: 'Whether it is a paging file: by its name, pagefile.sys or swapfile.sys.' },
]);

const dispatch = ownRows({ area: 'Control devices', source: 'wdm.h, ntifs.h: the page of the routine', irql: 'DISPATCH' }, [
  { name: 'IoCompleteRequest', returns: 'void', parameters: [irp, input('PriorityBoost', 'UCHAR', 'IO_NO_INCREMENT')], meaning: 'Completes an IRP to a control device, with what is in its IoStatus. Once only.' },
  { name: 'IofCompleteRequest', returns: 'void', parameters: [irp, input('PriorityBoost', 'UCHAR', 'IO_NO_INCREMENT')], meaning: 'As IoCompleteRequest.' },
  { name: 'IoGetRequestorProcess', returns: 'PEPROCESS | null', parameters: [irp], meaning: 'The process of the thread that is running.' },
  { name: 'IoGetRequestorProcessId', returns: 'number', parameters: [irp], meaning: 'Its id.' },
  { name: 'IoGetTopLevelIrp', returns: 'any', parameters: [], meaning: 'The top-level IRP of the thread: NULL when a file system or the memory manager is not in the middle of something.' },
  { name: 'IoSetTopLevelIrp', returns: 'void', parameters: [optionalInput('Irp', 'PVOID', 'the value')], meaning: 'Sets the top-level IRP of the thread.' },
]);

const any = ownRows({ area: 'Control devices', source: 'wdm.h: the page of the routine', irql: 'any' }, [
  { name: 'IoGetCurrentIrpStackLocation', returns: 'PIO_STACK_LOCATION', parameters: [irp], meaning: 'The stack location of an IRP to a control device: MajorFunction, Parameters, FileObject.' },
  { name: 'IoMarkIrpPending', returns: 'void', parameters: [irp], meaning: 'Says that the dispatch routine returns STATUS_PENDING and the IRP is completed later.' },
  { name: 'IoIsOperationSynchronous', source: 'IoIsOperationSynchronous', returns: 'boolean', parameters: [irp], meaning: 'Whether the caller waits: always, for a control device.' },
]);

export const deviceRows: readonly RoutineRow[] = [...passive, ...apc, ...dispatch, ...any];
