/** File names. Bound to the engine. Source: the reference page of each routine; filter-manager-objects.md 5. */
import { input, inputOutput, optionalInput, optionalOutput, output, type IrqlLimit, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

const row = (name: string, rule: string, meaning: string, parameters: readonly RoutineParameter[], statuses: RoutineRow['statuses'], returns = 'NTSTATUS', irql: IrqlLimit = 'APC'): RoutineRow => ({
  name, area: 'Names', irql, meaning, parameters, statuses, returns, source: `${name} (${rule})`, binding: 'engine',
});

const data = input('CallbackData', 'PFLT_CALLBACK_DATA', 'the operation');
const instance = input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance');
const fileObject = input('FileObject', 'PFILE_OBJECT', 'an open file');
const options = input('NameOptions', 'number', 'one format FLT_FILE_NAME_NORMALIZED, _OPENED or _SHORT, one method FLT_FILE_NAME_QUERY_*, and flags');
const received = output('FileNameInformation', 'Ref<PFLT_FILE_NAME_INFORMATION>', 'receives the name: release it');
const information = inputOutput('FileNameInformation', 'PFLT_FILE_NAME_INFORMATION', 'from FltGetFileNameInformation');

const success: readonly [string, string] = ['STATUS_SUCCESS', 'the name is there'];
const badOptions: readonly [string, string] = ['STATUS_INVALID_PARAMETER', 'not exactly one format and one method, unknown bits, or a NULL pointer'];
const cacheMiss: readonly [string, string] = ['STATUS_FLT_NAME_CACHE_MISS', 'only the cache could be asked, and it does not have the name'];
const noMemory: readonly [string, string] = ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'];
const pathStatus: readonly [string, string] = ['STATUS_OBJECT_PATH_NOT_FOUND', 'a directory on the way is missing (or what else the file system says of the path)'];

const queries: readonly RoutineRow[] = [
  row('FltGetFileNameInformation', 'NAM-010 to NAM-021', 'The name of the file the operation is for, with its volume: `\\Device\\HarddiskVolume1\\Users\\...`. The record is shared with other filters and read-only. In a replay it is the recorded name, whatever the format.', [data, options, received], [
    success, badOptions,
    ['STATUS_FLT_INVALID_NAME_REQUEST', 'asking is not safe now (paging I/O, top-level IRP, after cleanup, flush and section callbacks, APCs off), the short name in pre-create, or after STATUS_REPARSE'],
    cacheMiss, pathStatus, ['STATUS_NOT_SAME_DEVICE', 'pre-create through a junction to another volume'], ['STATUS_ACCESS_DENIED', 'opened by id without the right to traverse'], noMemory,
  ]),
  row('FltGetFileNameInformationUnsafe', 'NAM-030', 'The name of an open file without callback data. Not to be called where FltGetFileNameInformation would refuse (OV-055).', [
    fileObject, optionalInput('Instance', 'PFLT_INSTANCE', 'the caller\'s instance; NULL: the name from the top of the stack'), options, received,
  ], [success, badOptions, ['STATUS_FLT_INVALID_NAME_REQUEST', 'the file object is not open']]),
  row('FltGetDestinationFileNameInformation', 'NAM-031, NAM-032', 'The full target name of a rename or of a new hard link.', [
    input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance'), input('FileObject', 'PFILE_OBJECT', 'the file that is renamed'), optionalInput('RootDirectory', 'HANDLE', 'RootDirectory of the rename buffer'),
    input('FileName', 'string', 'FileName of the rename buffer'), input('FileNameLength', 'number', 'in bytes'), options, output('RetFileNameInformation', 'Ref<PFLT_FILE_NAME_INFORMATION>', 'receives the name: release it'),
  ], [success, badOptions, ['STATUS_FLT_INVALID_NAME_REQUEST', 'the short format, a top-level IRP, or a file that is not open'], ['STATUS_MOUNT_POINT_NOT_RESOLVED', 'a mount point on the way leads to another volume'], cacheMiss, pathStatus, noMemory]),
  row('FltGetTunneledName', 'NAM-035, NAM-036', 'After a create, rename or link: the name that tunneling has put in place of the one queried before. NULL where nothing changed.', [
    data, input('FileNameInformation', 'PFLT_FILE_NAME_INFORMATION', 'the normalized name from the pre callback'), output('RetTunneledFileNameInformation', 'Ref<PFLT_FILE_NAME_INFORMATION | null>', 'receives a new record to be released, or null'),
  ], [['STATUS_SUCCESS', 'also where nothing was tunneled'], ['STATUS_INVALID_PARAMETER', 'not in post of IRP_MJ_CREATE, or of a rename or link (OV-056)'], noMemory]),
  row('FltIsDirectory', 'FltIsDirectory', 'Whether an open file is a directory.', [fileObject, instance, output('IsDirectory', 'Ref<boolean>', 'receives the answer')], [['STATUS_SUCCESS', 'the answer is there'], ['STATUS_INVALID_PARAMETER', 'the file object is not open'], ['STATUS_NOT_SUPPORTED', 'the file system keeps no stream contexts']]),
];

const records: readonly RoutineRow[] = [
  row('FltParseFileNameInformation', 'NAM-040 to NAM-044', 'Splits the name into share, parent directory, final component, extension and stream.', [information], [['STATUS_SUCCESS', 'the parts are filled in'], ['STATUS_INVALID_PARAMETER', 'the record is gone (OV-003)']]),
  row('FltParseFileName', 'NAM-041', 'Extension, stream and final component of a name of any kind.', [
    input('FileName', 'PUNICODE_STRING', 'the name'), optionalOutput('Extension', 'Ref<UNICODE_STRING> | UNICODE_STRING', 'without the dot'), optionalOutput('Stream', 'Ref<UNICODE_STRING> | UNICODE_STRING', 'with its colon'),
    optionalOutput('FinalComponent', 'Ref<UNICODE_STRING> | UNICODE_STRING', 'what follows the last backslash'),
  ], [['STATUS_SUCCESS', 'always']]),
  row('FltReferenceFileNameInformation', 'NAM-033', 'Takes one more reference.', [information], [], 'void'),
  row('FltReleaseFileNameInformation', 'NAM-033', 'Gives the reference back. One too many is a bug check (FV-130).', [information], [], 'void'),
];

const providers: readonly RoutineRow[] = [
  row('FltPurgeFileNameInformationCache', 'NAM-051', 'A name provider: names it has made are asked for again.', [instance, optionalInput('FileObject', 'PFILE_OBJECT', 'of this file only')], [['STATUS_SUCCESS', 'dropped'], ['STATUS_INVALID_PARAMETER', 'the filter is no name provider']]),
  row('FltGetFileNameFormat', 'fltKernel.h', 'The format in name options.', [input('NameOptions', 'number', 'as a name provider got them')], [], 'number', 'any'),
  row('FltGetFileNameQueryMethod', 'fltKernel.h', 'The query method in name options.', [input('NameOptions', 'number', 'as a name provider got them')], [], 'number', 'any'),
  row('FltCheckAndGrowNameControl', 'FltCheckAndGrowNameControl', 'Makes room in the buffer of a name provider\'s result. Strings grow by themselves here.', [inputOutput('NameCtrl', 'FLT_NAME_CONTROL', 'the result'), input('NewSize', 'number', 'in bytes')], [['STATUS_SUCCESS', 'there is room'], ['STATUS_INVALID_PARAMETER', 'no FLT_NAME_CONTROL'], noMemory]),
];

export const nameRows: readonly RoutineRow[] = [...queries, ...records, ...providers];
