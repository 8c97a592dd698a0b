/** What the rows of FltCreateFile*, ZwCreateFile and IoCreateFile* have in common. */
import { input, optionalInput, output, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

type Statuses = RoutineRow['statuses'];

/** IO_STATUS_BLOCK of a routine; a box receives a new one. */
export const statusBlock = (name: string, meaning: string): RoutineParameter => output(name, 'Ref<IO_STATUS_BLOCK> | IO_STATUS_BLOCK', meaning);

export const fileHandle = output('FileHandle', 'Ref<HANDLE | null>', 'receives the handle; NULL on failure');
export const access = input('DesiredAccess', 'ACCESS_MASK', 'FILE_READ_DATA, DELETE, SYNCHRONIZE ... or FILE_GENERIC_READ and the like');
export const objectAttributes = input('ObjectAttributes', 'Ref<OBJECT_ATTRIBUTES> | OBJECT_ATTRIBUTES', 'from InitializeObjectAttributes: name with its device (\\Device\\HarddiskVolume1\\dir\\file), or relative to an open directory; OBJ_KERNEL_HANDLE');
export const createStatusBlock = statusBlock('IoStatusBlock', 'receives status and Information: FILE_OPENED, FILE_CREATED, FILE_OVERWRITTEN, FILE_SUPERSEDED, FILE_EXISTS or FILE_DOES_NOT_EXIST');
export const share = input('ShareAccess', 'ULONG', 'FILE_SHARE_READ, FILE_SHARE_WRITE, FILE_SHARE_DELETE');

/** DesiredAccess to EaLength. */
export const createParameters = (disposition: 'CreateDisposition' | 'Disposition'): readonly RoutineParameter[] => [
  access, objectAttributes, createStatusBlock, optionalInput('AllocationSize', 'Ref<LARGE_INTEGER> | LONGLONG', 'bytes to reserve for a new file'), input('FileAttributes', 'ULONG', 'FILE_ATTRIBUTE_* of a new file'), share,
  input(disposition, 'ULONG', 'FILE_OPEN, FILE_CREATE, FILE_OPEN_IF, FILE_OVERWRITE, FILE_OVERWRITE_IF or FILE_SUPERSEDE'),
  input('CreateOptions', 'ULONG', 'FILE_NON_DIRECTORY_FILE, FILE_SYNCHRONOUS_IO_NONALERT (with SYNCHRONIZE), FILE_COMPLETE_IF_OPLOCKED ...'), optionalInput('EaBuffer', 'KBUFFER | object', 'extended attributes of a new file: FILE_FULL_EA_INFORMATION'),
  input('EaLength', 'ULONG', 'bytes of EaBuffer'),
];

/** What can become of an open by name. */
export const openStatuses: Statuses = [
  ['STATUS_SUCCESS', 'open: close the handle'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'there is no such file, or no such device'], ['STATUS_OBJECT_PATH_NOT_FOUND', 'a directory or the device on the way is missing'],
  ['STATUS_OBJECT_PATH_SYNTAX_BAD', 'a full name does not begin with a backslash, or a relative one does'], ['STATUS_OBJECT_NAME_INVALID', 'the name has characters the file system does not allow'],
  ['STATUS_OBJECT_NAME_COLLISION', 'FILE_CREATE, and the file is there'], ['STATUS_ACCESS_DENIED', 'the file system or a filter refuses'],
  ['STATUS_SHARING_VIOLATION', 'another open does not share what is asked for'], ['STATUS_DELETE_PENDING', 'the file is being deleted'], ['STATUS_FILE_IS_A_DIRECTORY', 'FILE_NON_DIRECTORY_FILE for a directory'],
  ['STATUS_NOT_A_DIRECTORY', 'FILE_DIRECTORY_FILE for a file'], ['STATUS_OPLOCK_BREAK_IN_PROGRESS', 'FILE_COMPLETE_IF_OPLOCKED: open, and an oplock break is under way (a success code)'],
  ['STATUS_IO_REPARSE_TAG_NOT_HANDLED', 'nobody knows what to do with the file\'s reparse point'], ['STATUS_FILE_LOCK_CONFLICT', 'the log of the file system is full'], ['STATUS_INVALID_HANDLE', 'RootDirectory is no open handle'],
  ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'],
];

/** For a create from the top of the stack, whose own callbacks see it too. */
export const tooDeep: readonly [string, string] = ['STATUS_STACK_OVERFLOW', 'the filter has entered itself too often with opens of its own (OV-061)'];
