/** Names, kernel and runtime routines that drivers use beside the Filter Manager. Implemented in ownRoutines.ts. */
import { input, inputOutput, optionalInput, output, rest, type RoutineParameter, type RoutineRow } from '../routineRow.ts';

const own = 'own' as const;
type Fields = Partial<RoutineRow> & Pick<RoutineRow, 'name' | 'parameters' | 'returns' | 'meaning'>;

/** Rows that share area, source and IRQL. */
const rows = (shared: Pick<RoutineRow, 'area' | 'source' | 'irql'>, list: readonly Fields[]): RoutineRow[] =>
  list.map((fields) => ({ statuses: [], binding: own, ...shared, ...fields }));

const status = input('Status', 'number', 'an NTSTATUS');
const nameInfo = inputOutput('FileNameInformation', 'PFLT_FILE_NAME_INFORMATION', 'from FltGetFileNameInformation');

const names = rows({ area: 'Names', source: 'fltkernel reference; filter-manager-core.md section 7', irql: 'APC' }, [
  {
    name: 'FltGetFileNameInformation', returns: 'NTSTATUS',
    parameters: [input('CallbackData', 'PFLT_CALLBACK_DATA', 'the operation'), input('NameOptions', 'number', 'format FLT_FILE_NAME_NORMALIZED, _OPENED or _SHORT, with a query method FLT_FILE_NAME_QUERY_*'), output('FileNameInformation', 'Ref<PFLT_FILE_NAME_INFORMATION>', 'receives the name; release it')],
    statuses: [['STATUS_SUCCESS', 'the name'], ['STATUS_FLT_INVALID_NAME_REQUEST', 'in the paging path when no name is cached, or without a file object'], ['STATUS_INVALID_PARAMETER', 'no format, or no query method'], ['STATUS_FLT_NAME_CACHE_MISS', 'only the cache was asked']],
    meaning: 'The name of the file the operation is for, with its volume: `\\Device\\HarddiskVolume1\\Users\\...`. Taken from the trace, where short and normalised names are the same.',
  },
  { name: 'FltParseFileNameInformation', returns: 'NTSTATUS', parameters: [nameInfo], statuses: [['STATUS_SUCCESS', 'the parts are filled in']], meaning: 'Splits the name into volume, share, parent directory, final component, extension and stream.' },
  { name: 'FltReleaseFileNameInformation', returns: 'void', parameters: [nameInfo], meaning: 'Gives the reference back. The structure must not be used afterwards.' },
  { name: 'FltReferenceFileNameInformation', returns: 'void', parameters: [nameInfo], meaning: 'Takes one more reference.' },
]);

const buffers = rows({ area: 'Buffers', source: 'wdm.h, ntifs.h; driver-api-usage.md 5.5', irql: 'DISPATCH' }, [
  { name: 'ExAllocatePool2', returns: 'KBUFFER | null', parameters: [input('Flags', 'bigint | number', 'POOL_FLAG_NON_PAGED or POOL_FLAG_PAGED, with POOL_FLAG_UNINITIALIZED for memory that is not cleared'), input('NumberOfBytes', 'number', 'size in bytes'), input('Tag', 'string', 'four letters')], meaning: 'Allocates pool memory, zeroed unless POOL_FLAG_UNINITIALIZED is given; null without memory.' },
  { name: 'ExAllocatePoolZero', returns: 'KBUFFER | null', parameters: [input('PoolType', 'number', 'NonPagedPool, NonPagedPoolNx or PagedPool'), input('NumberOfBytes', 'number', 'size in bytes'), input('Tag', 'string', 'four letters')], meaning: 'Allocates zeroed pool memory.' },
  { name: 'ExAllocatePoolWithTag', returns: 'KBUFFER | null', parameters: [input('PoolType', 'number', 'NonPagedPool, NonPagedPoolNx or PagedPool'), input('NumberOfBytes', 'number', 'size in bytes'), input('Tag', 'string', 'four letters')], meaning: 'Allocates pool memory whose contents are undefined.' },
  { name: 'FltAllocatePoolAlignedWithTag', returns: 'KBUFFER | null', parameters: [input('Instance', 'PFLT_INSTANCE', 'whose volume gives the alignment'), input('PoolType', 'number', 'NonPagedPool, NonPagedPoolNx or PagedPool'), input('NumberOfBytes', 'number', 'size in bytes'), input('Tag', 'string', 'four letters')], meaning: 'Allocates a buffer fit for non-cached I/O.' },
  { name: 'FltFreePoolAlignedWithTag', returns: 'void', parameters: [input('Instance', 'PFLT_INSTANCE', 'as for the allocation'), input('Buffer', 'KBUFFER', 'the memory'), input('Tag', 'string', 'as for the allocation')], meaning: 'Frees what FltAllocatePoolAlignedWithTag gave.' },
  { name: 'ExFreePool', returns: 'void', parameters: [input('P', 'KBUFFER', 'the memory')], meaning: 'Frees pool memory. Using it afterwards is an error at that line.' },
  { name: 'ExFreePoolWithTag', returns: 'void', parameters: [input('P', 'KBUFFER', 'the memory'), input('Tag', 'string', 'as for the allocation')], meaning: 'Frees pool memory.' },
  { name: 'IoAllocateMdl', returns: 'PMDL | null', parameters: [input('VirtualAddress', 'KBUFFER', 'the buffer'), input('Length', 'number', 'bytes to describe'), optionalInput('SecondaryBuffer', 'boolean', 'chain to the IRP\'s MDL; not supported here'), optionalInput('ChargeQuota', 'boolean', 'ignored'), optionalInput('Irp', 'null', 'always null in a minifilter')], meaning: 'Allocates a memory descriptor list for a buffer.' },
  { name: 'MmBuildMdlForNonPagedPool', returns: 'void', parameters: [input('MemoryDescriptorList', 'PMDL', 'from IoAllocateMdl, over nonpaged pool')], meaning: 'Fills in the pages of a nonpaged buffer.' },
  { name: 'MmGetSystemAddressForMdlSafe', returns: 'KBUFFER | null', parameters: [input('Mdl', 'PMDL', 'the descriptor list'), optionalInput('Priority', 'number', 'NormalPagePriority ...')], meaning: 'The pages of an MDL as a buffer that can be used in any process.' },
  { name: 'MmGetMdlByteCount', returns: 'number', parameters: [input('Mdl', 'PMDL', 'the descriptor list')], meaning: 'How many bytes the MDL describes.' },
  { name: 'IoFreeMdl', returns: 'void', parameters: [input('Mdl', 'PMDL', 'from IoAllocateMdl')], meaning: 'Frees an MDL. Not one that has been put into callback data: that one is the Filter Manager\'s.' },
  { name: 'RtlCopyMemory', returns: 'void', irql: 'any', parameters: [input('Destination', 'KBUFFER', 'written'), input('Source', 'KBUFFER', 'read'), input('Length', 'number', 'bytes')], meaning: 'Copies bytes. Bytes that the trace did not record stay unknown in the copy.' },
  { name: 'RtlMoveMemory', returns: 'void', irql: 'any', parameters: [input('Destination', 'KBUFFER', 'written'), input('Source', 'KBUFFER', 'read'), input('Length', 'number', 'bytes')], meaning: 'Copies bytes between buffers that may overlap.' },
  { name: 'RtlZeroMemory', returns: 'void', irql: 'any', parameters: [input('Destination', 'KBUFFER', 'written'), input('Length', 'number', 'bytes')], meaning: 'Clears bytes.' },
  { name: 'RtlFillMemory', returns: 'void', irql: 'any', parameters: [input('Destination', 'KBUFFER', 'written'), input('Length', 'number', 'bytes'), input('Fill', 'number', 'the byte')], meaning: 'Fills bytes.' },
  { name: 'RtlCompareMemory', returns: 'number', irql: 'any', parameters: [input('Source1', 'KBUFFER', 'read'), input('Source2', 'KBUFFER', 'read'), input('Length', 'number', 'bytes')], meaning: 'How many bytes are the same from the start.' },
]);

const text = input('String', 'PUNICODE_STRING | string', 'the text');
const values = rows({ area: 'Values and strings', source: 'ntdef.h, wdm.h; driver-api-usage.md 5.8, 5.12', irql: 'any' }, [
  { name: 'NT_SUCCESS', returns: 'boolean', parameters: [status], meaning: 'True for success and informational codes. STATUS_PENDING is a success code.' },
  { name: 'NT_INFORMATION', returns: 'boolean', parameters: [status], meaning: 'True for informational codes.' },
  { name: 'NT_WARNING', returns: 'boolean', parameters: [status], meaning: 'True for warnings.' },
  { name: 'NT_ERROR', returns: 'boolean', parameters: [status], meaning: 'True for errors.' },
  { name: 'FlagOn', returns: 'number', parameters: [input('Flags', 'number', 'the flags'), input('Flag', 'number', 'the bits to test')], meaning: 'The given bits of the flags: nonzero when one is set.' },
  { name: 'BooleanFlagOn', returns: 'boolean', parameters: [input('Flags', 'number', 'the flags'), input('Flag', 'number', 'the bits to test')], meaning: 'Whether one of the bits is set.' },
  { name: 'ref', generics: '<T>', returns: 'Ref<T>', source: 'driver-api-usage.md 5.8', parameters: [optionalInput('initial', 'T', 'the first value')], meaning: 'A box for an out-parameter: `&variable` in C.' },
  { name: 'LARGE_INTEGER', returns: 'LARGE_INTEGER', source: 'driver-api-usage.md 5.8', parameters: [optionalInput('QuadPart', 'bigint | number', 'the value')], meaning: 'A 64-bit number: `{ QuadPart, LowPart, HighPart }`.' },
  { name: 'ARRAYSIZE', returns: 'number', parameters: [input('array', 'readonly unknown[]', 'the array')], meaning: 'Number of elements.' },
  { name: 'min', returns: 'number', parameters: [input('a', 'number', ''), input('b', 'number', '')], meaning: 'The smaller one.' },
  { name: 'max', returns: 'number', parameters: [input('a', 'number', ''), input('b', 'number', '')], meaning: 'The larger one.' },
  { name: 'ROUND_TO_SIZE', returns: 'number', parameters: [input('Length', 'number', 'a length'), input('Alignment', 'number', 'a power of two')], meaning: 'Rounds up.' },
  { name: 'RtlInitUnicodeString', returns: 'void', parameters: [output('DestinationString', 'Ref<UNICODE_STRING> | UNICODE_STRING', 'the string or a box for it'), optionalInput('SourceString', 'string', 'the text')], meaning: 'Makes a UNICODE_STRING of a text.' },
  { name: 'RtlCopyUnicodeString', returns: 'void', parameters: [output('DestinationString', 'UNICODE_STRING', 'written, as far as MaximumLength allows'), optionalInput('SourceString', 'PUNICODE_STRING | string', 'the text')], meaning: 'Copies a string.' },
  { name: 'RtlAppendUnicodeToString', returns: 'NTSTATUS', parameters: [inputOutput('Destination', 'UNICODE_STRING', 'the string'), input('Source', 'string', 'the text')], statuses: [['STATUS_SUCCESS', 'appended'], ['STATUS_BUFFER_TOO_SMALL', 'MaximumLength does not allow it']], meaning: 'Appends a text.' },
  { name: 'RtlEqualUnicodeString', returns: 'boolean', parameters: [{ ...text, name: 'String1' }, { ...text, name: 'String2' }, input('CaseInSensitive', 'boolean', 'ignore case')], meaning: 'Whether the strings are the same.' },
  { name: 'RtlCompareUnicodeString', returns: 'number', parameters: [{ ...text, name: 'String1' }, { ...text, name: 'String2' }, input('CaseInSensitive', 'boolean', 'ignore case')], meaning: 'Negative, 0 or positive.' },
  { name: 'RtlPrefixUnicodeString', returns: 'boolean', parameters: [{ ...text, name: 'String1' }, { ...text, name: 'String2' }, input('CaseInSensitive', 'boolean', 'ignore case')], meaning: 'Whether the first string begins the second.' },
  { name: 'RtlUpcaseUnicodeChar', returns: 'string', parameters: [input('SourceCharacter', 'string', 'one character')], meaning: 'The upper-case character.' },
  { name: 'FsRtlIsNameInExpression', returns: 'boolean', parameters: [input('Expression', 'PUNICODE_STRING | string', 'pattern with * and ?; upper case when case is ignored'), input('Name', 'PUNICODE_STRING | string', 'the name'), input('IgnoreCase', 'boolean', 'ignore case'), optionalInput('UpcaseTable', 'null', 'always null')], meaning: 'Whether a name matches a pattern.' },
]);

const counter: readonly RoutineParameter[] = [inputOutput('Addend', 'Ref<number> | object', 'a box, or the object that has the field'), optionalInput('Field', 'string', 'name of the field')];
const synchronisation = rows({ area: 'Synchronisation', source: 'wdm.h; driver-api-usage.md 5.12', irql: 'any' }, [
  { name: 'InterlockedIncrement', returns: 'number', parameters: counter, meaning: 'Adds 1 and returns the new value: `InterlockedIncrement(x, "Count")` or over a box.' },
  { name: 'InterlockedDecrement', returns: 'number', parameters: counter, meaning: 'Subtracts 1 and returns the new value.' },
  { name: 'KeInitializeSpinLock', returns: 'void', parameters: [inputOutput('SpinLock', 'object', 'any object that stands for the lock')], meaning: 'Makes a spin lock. Driver routines never run at the same time here, so locks only mark intent.' },
  { name: 'KeAcquireSpinLock', returns: 'void', irql: 'DISPATCH', parameters: [inputOutput('SpinLock', 'object', 'the lock'), output('OldIrql', 'Ref<number>', 'receives the IRQL')], meaning: 'Takes a spin lock.' },
  { name: 'KeReleaseSpinLock', returns: 'void', irql: 'DISPATCH', parameters: [inputOutput('SpinLock', 'object', 'the lock'), input('NewIrql', 'number', 'what KeAcquireSpinLock gave')], meaning: 'Releases a spin lock.' },
  { name: 'InitializeListHead', returns: 'void', parameters: [output('ListHead', 'LIST_ENTRY', 'the head')], meaning: 'Makes an empty list.' },
  { name: 'IsListEmpty', returns: 'boolean', parameters: [input('ListHead', 'LIST_ENTRY', 'the head')], meaning: 'Whether the list is empty.' },
  { name: 'InsertTailList', returns: 'void', parameters: [inputOutput('ListHead', 'LIST_ENTRY', 'the head'), inputOutput('Entry', 'LIST_ENTRY', 'the entry')], meaning: 'Appends an entry.' },
  { name: 'RemoveHeadList', returns: 'LIST_ENTRY', parameters: [inputOutput('ListHead', 'LIST_ENTRY', 'the head')], meaning: 'Takes the first entry off; the head itself when the list is empty.' },
  { name: 'RemoveEntryList', returns: 'boolean', parameters: [inputOutput('Entry', 'LIST_ENTRY', 'the entry')], meaning: 'Takes an entry out; true when the list is empty then.' },
]);

const system = rows({ area: 'System', source: 'wdm.h, ntifs.h; driver-api-usage.md 5.7', irql: 'any' }, [
  { name: 'KeGetCurrentIrql', returns: 'number', parameters: [], meaning: 'PASSIVE_LEVEL 0, APC_LEVEL 1, DISPATCH_LEVEL 2.' },
  { name: 'KeQuerySystemTime', returns: 'void', parameters: [output('CurrentTime', 'Ref<LARGE_INTEGER> | LARGE_INTEGER', 'receives the time in 100 ns since 1601')], meaning: 'The virtual clock: the recorded time of the operation under way.' },
  { name: 'KeQueryInterruptTime', returns: 'bigint', parameters: [], meaning: 'Time since the start of the run, in 100 ns.' },
  { name: 'PsGetCurrentProcessId', returns: 'number', parameters: [], meaning: 'Process id of the thread that is running, which in a post callback or a worker need not be the requestor\'s.' },
  { name: 'PsGetCurrentThreadId', returns: 'number', parameters: [], meaning: 'Id of the thread that is running.' },
  { name: 'PsGetCurrentThread', returns: 'PETHREAD', parameters: [], meaning: 'The thread that is running.' },
  { name: 'PsGetCurrentProcess', returns: 'PEPROCESS', parameters: [], meaning: 'The process of the thread that is running.' },
  { name: 'PsGetProcessId', returns: 'number', parameters: [input('Process', 'PEPROCESS', 'the process')], meaning: 'Its process id.' },
  { name: 'PsGetProcessImageFileName', returns: 'string', parameters: [input('Process', 'PEPROCESS', 'the process')], meaning: 'Its image name, at most 14 characters, as on Windows.' },
  { name: 'PsIsSystemThread', returns: 'boolean', parameters: [input('Thread', 'PETHREAD', 'the thread')], meaning: 'Whether it is a system thread.' },
  { name: 'RtlRandomEx', returns: 'number', parameters: [inputOutput('Seed', 'Ref<number>', 'changed by each call')], meaning: 'A pseudo-random number below 2^31 that depends on the seed only.' },
]);

const debugging = rows({ area: 'Debugging', source: 'wdm.h; driver-api-usage.md 5.8, 5.12', irql: 'any' }, [
  { name: 'DbgPrint', returns: 'NTSTATUS', parameters: [input('Format', 'string', '%wZ %ws %S %s %p %x %I64x %Iu %d ...'), rest('arguments', 'unknown', 'what the format names')], statuses: [['STATUS_SUCCESS', 'always']], meaning: 'Writes a line to the event log, at the operation under way.' },
  { name: 'KdPrint', returns: 'NTSTATUS', parameters: [input('Format', 'string', 'as DbgPrint; the double parentheses of C are not needed'), rest('arguments', 'unknown', 'what the format names')], statuses: [['STATUS_SUCCESS', 'always']], meaning: 'As DbgPrint.' },
  { name: 'PAGED_CODE', returns: 'void', parameters: [], meaning: 'Fails at DISPATCH_LEVEL or above.' },
  { name: 'ASSERT', returns: 'void', parameters: [input('condition', 'unknown', 'what must be true')], meaning: 'Stops the driver at this line when the condition is false.' },
  { name: 'UNREFERENCED_PARAMETER', returns: 'void', parameters: [input('P', 'unknown', 'the parameter')], meaning: 'Does nothing.' },
]);

export const kernelRoutines: readonly RoutineRow[] = [...names, ...buffers, ...values, ...synchronisation, ...system, ...debugging];
