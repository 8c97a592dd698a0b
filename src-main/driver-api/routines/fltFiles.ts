/** Queries and changes below an instance. Bound to the engine. Source: the reference page of each routine; filter-manager-objects.md 6.3, 6.5 (GEN-026, GEN-041). */
import { input, optionalInput, optionalOutput, output, type RoutineParameter, type RoutineRow } from '../routineRow.ts';
import { objectAttributes, openStatuses, statusBlock } from './createParameters.ts';

type Statuses = RoutineRow['statuses'];

const row = (name: string, meaning: string, parameters: readonly RoutineParameter[], statuses: Statuses, rule = 'GEN-026'): RoutineRow => ({
  name, area: 'Own I/O', irql: 'PASSIVE', meaning, parameters, statuses, returns: 'NTSTATUS', source: `${name} (${rule})`, binding: 'engine',
});

const instance = input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance: only filters below it see the request');
const initiator = { ...instance, name: 'InitiatingInstance' };
const file = input('FileObject', 'PFILE_OBJECT', 'an open file');
const volumeFile = input('FileObject', 'PFILE_OBJECT', 'any open file or directory on the volume, or the volume itself');
const bytes = input('Length', 'ULONG', 'bytes of the buffer');
const into = (name: string, what: string): RoutineParameter => output(name, 'KBUFFER | object', `receives ${what}: a buffer, or the view of a structure`);
const from = (name: string, what: string): RoutineParameter => input(name, 'KBUFFER | object', `${what}: a buffer, or the view of a structure`);
const fileClass = (examples: string): RoutineParameter => input('FileInformationClass', 'number', `FILE_INFORMATION_CLASS: ${examples}`);
const volumeClass = (examples: string): RoutineParameter => input('FsInformationClass', 'number', `FS_INFORMATION_CLASS: ${examples}`);
const returned = optionalOutput('LengthReturned', 'Ref<number>', 'receives the bytes stored');

const success: readonly [string, string] = ['STATUS_SUCCESS', 'done'];
const notOpen: readonly [string, string] = ['STATUS_INVALID_PARAMETER', 'the file is not open (FV-116: before its create or after its cleanup), or the file system does not take the request'];
const deleting: readonly [string, string] = ['STATUS_FLT_DELETING_OBJECT', 'the instance is being torn down'];
const dismounted: readonly [string, string] = ['STATUS_VOLUME_DISMOUNTED', 'the volume is gone'];
const badClass: readonly [string, string] = ['STATUS_INVALID_INFO_CLASS', 'the file system does not know the class'];
const badLength: readonly [string, string] = ['STATUS_INFO_LENGTH_MISMATCH', 'Length is less than the fixed part of the structure'];
const overflow: readonly [string, string] = ['STATUS_BUFFER_OVERFLOW', 'the fixed part is there, a name behind it is cut off (a warning: NT_SUCCESS is false)'];
const denied: readonly [string, string] = ['STATUS_ACCESS_DENIED', 'the file object was not opened for this'];
const noMemory: readonly [string, string] = ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'];
const common: Statuses = [notOpen, deleting];

const information: readonly RoutineRow[] = [
  row('FltQueryInformationFile', 'Asks for information about an open file: IRP_MJ_QUERY_INFORMATION.', [instance, file, into('FileInformation', 'the structure'), bytes, fileClass('FileStandardInformation, FileBasicInformation ...'), returned], [
    success, overflow, badLength, badClass, dismounted, denied, ...common,
  ]),
  row('FltSetInformationFile', 'Changes an open file: IRP_MJ_SET_INFORMATION. Rename and link targets are full names, or relative to RootDirectory.', [
    instance, file, from('FileInformation', 'the structure'), bytes, fileClass('FileDispositionInformation, FileRenameInformation, FileEndOfFileInformation ...'),
  ], [success, badLength, badClass, denied, ['STATUS_CANNOT_DELETE', 'a disposition that the file does not allow'], ['STATUS_OBJECT_NAME_COLLISION', 'the target of a rename or link is there'], ...common]),
  row('FltQueryVolumeInformation', 'Asks for information about the volume of an instance, without a file: IRP_MJ_QUERY_VOLUME_INFORMATION.', [
    instance, statusBlock('Iosb', 'receives status and bytes stored'), into('FsInformation', 'the structure'), bytes, volumeClass('FileFsVolumeInformation, FileFsSizeInformation, FileFsAttributeInformation ...'),
  ], [success, overflow, badLength, badClass, noMemory, deleting, ['STATUS_INVALID_PARAMETER', 'the volume belongs to a network file system, or a wrong class']]),
  row('FltSetVolumeInformation', 'Changes the volume of an instance, without a file: IRP_MJ_SET_VOLUME_INFORMATION.', [
    instance, statusBlock('Iosb', 'receives status and bytes set'), from('FsInformation', 'the structure'), bytes, volumeClass('FileFsControlInformation, FileFsLabelInformation, FileFsObjectIdInformation'),
  ], [success, badLength, badClass, noMemory, deleting, ['STATUS_INVALID_PARAMETER', 'a class that cannot be set']]),
  row('FltQueryVolumeInformationFile', 'Asks for information about the volume of an open file: IRP_MJ_QUERY_VOLUME_INFORMATION.', [
    instance, volumeFile, into('FsInformation', 'the structure'), bytes, volumeClass('FileFsVolumeInformation, FileFsSizeInformation ...'), returned,
  ], [success, overflow, badLength, badClass, dismounted, ...common]),
  row('FltQueryInformationByName', 'Asks for information about a file by its name. Here: an open, a query and a close.', [
    input('Filter', 'PFLT_FILTER', 'the caller\'s own filter'), optionalInput('Instance', 'PFLT_INSTANCE', 'the caller\'s instance; NULL: from the top of the stack'), objectAttributes, statusBlock('IoStatusBlock', 'receives status and bytes stored'),
    into('FileInformation', 'the structure'), bytes, fileClass('FileStatInformation, FileStatLxInformation, FileCaseSensitiveInformation'),
    optionalInput('DriverContext', 'Ref<IO_DRIVER_CREATE_CONTEXT> | IO_DRIVER_CREATE_CONTEXT', 'as for FltCreateFileEx2'),
  ], [...openStatuses.map(([status, when]) => (status === 'STATUS_SUCCESS' ? success : [status, when] as const)), badLength, badClass, deleting], 'GEN-012, GEN-026'),
];

const singleEntry = input('ReturnSingleEntry', 'boolean', 'TRUE: one entry a call');
const restart = input('RestartScan', 'boolean', 'TRUE: from the first entry on');
const pattern = optionalInput('FileName', 'PUNICODE_STRING | string', 'name or pattern with wildcards; the first call of a scan decides; NULL: all');
const entries = into('FileInformation', 'the entries, chained by NextEntryOffset');
const directoryStatuses: Statuses = [
  success, ['STATUS_NO_MORE_FILES', 'the scan is at its end'], ['STATUS_NO_SUCH_FILE', 'nothing matches at all'], ['STATUS_BUFFER_OVERFLOW', 'not even one whole entry fits (a warning)'], badLength, badClass, ...common,
];
const directoryClass = fileClass('FileBothDirectoryInformation, FileIdBothDirectoryInformation, FileNamesInformation ...');
const eaStatuses: Statuses = [
  success, ['STATUS_EAS_NOT_SUPPORTED', 'the file system has no extended attributes'], ['STATUS_NO_EAS_ON_FILE', 'the file has none'], ['STATUS_NO_MORE_EAS', 'the scan is at its end'],
  ['STATUS_BUFFER_OVERFLOW', 'not all of them fit (a warning)'], ['STATUS_BUFFER_TOO_SMALL', 'not even one fits'], noMemory, ...common,
];
const securityStatuses: Statuses = [success, denied, noMemory, ...common];

const contents: readonly RoutineRow[] = [
  row('FltQueryDirectoryFile', 'Lists a directory: IRP_MJ_DIRECTORY_CONTROL, IRP_MN_QUERY_DIRECTORY.', [instance, { ...file, meaning: 'an open directory' }, entries, bytes, directoryClass, singleEntry, pattern, restart, returned], directoryStatuses),
  row('FltQueryDirectoryFileEx', 'As FltQueryDirectoryFile, with flags.', [
    instance, { ...file, meaning: 'an open directory' }, entries, bytes, directoryClass, input('QueryFlags', 'ULONG', 'SL_RESTART_SCAN, SL_RETURN_SINGLE_ENTRY, SL_INDEX_SPECIFIED, SL_RETURN_ON_DISK_ENTRIES_ONLY, SL_NO_CURSOR_UPDATE'), pattern, returned,
  ], directoryStatuses),
  row('FltQueryEaFile', 'Reads extended attributes: IRP_MJ_QUERY_EA.', [
    instance, file, into('ReturnedEaData', 'FILE_FULL_EA_INFORMATION entries'), bytes, singleEntry, optionalInput('EaList', 'KBUFFER | object', 'which ones: FILE_GET_EA_INFORMATION entries; NULL: all'),
    input('EaListLength', 'ULONG', 'bytes of EaList'), optionalInput('EaIndex', 'Ref<number> | number', 'number of the first one, from 1; NULL: by the scan'), restart, returned,
  ], eaStatuses),
  row('FltSetEaFile', 'Writes extended attributes: IRP_MJ_SET_EA.', [instance, file, from('EaBuffer', 'FILE_FULL_EA_INFORMATION entries'), bytes], [
    success, ['STATUS_EAS_NOT_SUPPORTED', 'the file system has no extended attributes'], ['STATUS_EA_LIST_INCONSISTENT', 'the entries are not well formed'], ['STATUS_INVALID_EA_NAME', 'a name has characters that are not allowed'], denied, ...common,
  ]),
  row('FltQuerySecurityObject', 'Reads the security descriptor of a file: IRP_MJ_QUERY_SECURITY.', [
    instance, file, input('SecurityInformation', 'ULONG', 'OWNER_SECURITY_INFORMATION, GROUP_SECURITY_INFORMATION, DACL_SECURITY_INFORMATION, SACL_SECURITY_INFORMATION'),
    { ...output('SecurityDescriptor', 'KBUFFER', 'receives the self-relative descriptor; NULL with Length 0 asks for the size'), direction: 'inout', optional: true }, bytes, optionalOutput('LengthNeeded', 'Ref<number>', 'receives the bytes the descriptor has'),
  ], [...securityStatuses, ['STATUS_BUFFER_TOO_SMALL', 'the descriptor is longer than Length; LengthNeeded says how long']]),
  row('FltSetSecurityObject', 'Changes the security of a file: IRP_MJ_SET_SECURITY.', [
    instance, file, input('SecurityInformation', 'ULONG', 'which parts'), input('SecurityDescriptor', 'PSECURITY_DESCRIPTOR | KBUFFER | object', 'the new parts'),
  ], [...securityStatuses, ['STATUS_INVALID_SECURITY_DESCR', 'no well-formed descriptor'], ['STATUS_INVALID_ACL', 'no well-formed access list'], ['STATUS_INVALID_SID', 'no well-formed SID'], ['STATUS_UNKNOWN_REVISION', 'a revision nobody knows'],
    ['STATUS_ACCESS_VIOLATION', 'the descriptor cannot be read'], ['STATUS_NOT_IMPLEMENTED', 'the volume belongs to a network file system and the request cannot be sent on']]),
  row('FltFlushBuffers', 'Writes what is cached of a file to the volume: IRP_MJ_FLUSH_BUFFERS.', [instance, { ...file, meaning: 'an open file, directory or volume' }], [success, ['STATUS_MEDIA_WRITE_PROTECTED', 'the volume cannot be written'], dismounted, ...common]),
  row('FltFlushBuffers2', 'As FltFlushBuffers, with a choice of what to flush.', [
    instance, { ...file, meaning: 'an open file, directory or volume' }, input('FlushType', 'ULONG', '0, or one of FLT_FLUSH_TYPE_FLUSH_AND_PURGE, _FILE_DATA_ONLY, _NO_SYNC, _DATA_SYNC_ONLY'),
    optionalInput('CallbackData', 'PFLT_CALLBACK_DATA', 'the operation this is done for'),
  ], [success, ['STATUS_MEDIA_WRITE_PROTECTED', 'the volume cannot be written'], dismounted, ...common]),
];

const control = (name: string, code: string, meaning: string, optionalResult: boolean): RoutineRow => row(name, meaning, [
  instance, file, input(code, 'ULONG', name === 'FltFsControlFile' ? 'FSCTL_*' : 'IOCTL_*'), optionalInput('InputBuffer', 'KBUFFER | object', 'what the control code takes'), input('InputBufferLength', 'ULONG', 'bytes of it'),
  { ...into('OutputBuffer', 'what the control code gives'), optional: optionalResult }, input('OutputBufferLength', 'ULONG', 'bytes of it'), returned,
], [
  success, ['STATUS_INVALID_DEVICE_REQUEST', 'the file system does not know the code'], ['STATUS_BUFFER_TOO_SMALL', 'OutputBuffer does not hold the answer'], ['STATUS_BUFFER_OVERFLOW', 'a part of the answer is there (a warning)'], denied, ...common,
]);

const tag = input('FileTag', 'ULONG', 'reparse tag');
const guid = optionalInput('Guid', 'GUID | string', 'owner of the tag; NULL only for tags of Microsoft\'s');
const mismatch: readonly [string, string] = ['STATUS_IO_REPARSE_TAG_MISMATCH', 'the file has a reparse point with another tag'];
const conflict: readonly [string, string] = ['STATUS_REPARSE_ATTRIBUTE_CONFLICT', 'the GUID of the file\'s reparse point is another one'];
const tagStatuses: Statuses = [success, ['STATUS_INVALID_DEVICE_REQUEST', 'the file system has no reparse points'], mismatch, conflict, noMemory, ...common];
const tagData = [from('DataBuffer', 'what the owner of the tag keeps'), { ...bytes, name: 'DataBufferLength', type: 'USHORT' }];

const controls: readonly RoutineRow[] = [
  control('FltFsControlFile', 'FsControlCode', 'Sends a control code to the file system: IRP_MJ_FILE_SYSTEM_CONTROL.', true),
  control('FltDeviceIoControlFile', 'IoControlCode', 'Sends a control code to the device: IRP_MJ_DEVICE_CONTROL.', true),
  row('FltTagFile', 'Makes a file a reparse point, or changes it: FSCTL_SET_REPARSE_POINT.', [initiator, file, tag, guid, ...tagData], tagStatuses, 'GEN-041'),
  row('FltTagFileEx', 'As FltTagFile, if the file has the reparse point that is expected: FSCTL_SET_REPARSE_POINT_EX.', [
    initiator, file, tag, guid, ...tagData, input('ExistingFileTag', 'ULONG', 'tag that is expected; 0: none'), optionalInput('ExistingGuid', 'GUID | string', 'its owner'),
    input('Flags', 'ULONG', '0, or REPARSE_DATA_EX_FLAG_GIVEN_TAG_OR_NONE: no reparse point will do too'),
  ], tagStatuses, 'GEN-041'),
  row('FltUntagFile', 'Removes a reparse point: FSCTL_DELETE_REPARSE_POINT.', [initiator, file, tag, guid], [success, ['STATUS_NOT_A_REPARSE_POINT', 'the file has none'], mismatch, conflict, ...common], 'GEN-041'),
];

export const fileRows: readonly RoutineRow[] = [...information, ...contents, ...controls];
