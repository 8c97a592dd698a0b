/** Pool memory and lookaside lists. Sizes count bytes; tags are four letters. */
import { input, inputOutput, optionalInput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const bytes = input('NumberOfBytes', 'SIZE_T', 'size in bytes');
const tag = input('Tag', 'string | number', 'four letters');
const type = input('PoolType', 'ULONG', 'NonPagedPool, NonPagedPoolNx or PagedPool (at most at APC_LEVEL)');
const flags = input('Flags', 'bigint | number', 'exactly one of POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED; with POOL_FLAG_UNINITIALIZED the memory is not cleared');
const memory = 'KBUFFER | null';

const allocation = ownRows({ area: 'Pool', source: 'wdm.h: ExAllocatePool2 and its relatives; driver-api-usage.md 5.5', irql: 'DISPATCH' }, [
  { name: 'ExAllocatePool2', returns: memory, parameters: [flags, bytes, tag], meaning: 'Allocates pool memory, zeroed unless POOL_FLAG_UNINITIALIZED is given; null without memory or with flags that contradict one another.' },
  { name: 'ExAllocatePool3', returns: memory, parameters: [flags, bytes, tag, optionalInput('ExtendedParameters', 'unknown', 'ignored'), optionalInput('ExtendedParametersCount', 'ULONG', 'ignored')], meaning: 'As ExAllocatePool2.' },
  { name: 'ExAllocatePoolZero', returns: memory, parameters: [type, bytes, tag], meaning: 'Allocates zeroed pool memory; null without memory.' },
  { name: 'ExAllocatePoolQuotaZero', returns: memory, parameters: [type, bytes, tag], meaning: 'As ExAllocatePoolZero; quotas are not kept.' },
  { name: 'ExAllocatePoolUninitialized', returns: memory, parameters: [type, bytes, tag], meaning: 'Allocates pool memory whose contents are undefined.' },
  { name: 'ExAllocatePoolWithTag', returns: memory, parameters: [type, bytes, tag], meaning: 'Allocates pool memory whose contents are undefined. Deprecated: use ExAllocatePool2.' },
  { name: 'ExAllocatePoolWithTagPriority', returns: memory, parameters: [type, bytes, tag, optionalInput('Priority', 'ULONG', 'ignored')], meaning: 'As ExAllocatePoolWithTag.' },
  { name: 'ExAllocatePoolWithQuotaTag', returns: memory, parameters: [type, bytes, tag], meaning: 'As ExAllocatePoolWithTag; quotas are not kept.' },
  { name: 'ExAllocatePool', returns: memory, parameters: [type, bytes], meaning: 'Allocates pool memory without a tag. Deprecated: use ExAllocatePool2.' },
  { name: 'ExFreePool', returns: 'void', parameters: [input('P', 'KBUFFER | UNICODE_STRING', 'the memory; or a string that SeLocateProcessImageName or IoVolumeDeviceToDosName gave')], meaning: 'Frees pool memory. Using it afterwards is an error at that line. Paged pool at most at APC_LEVEL.' },
  { name: 'ExFreePoolWithTag', returns: 'void', parameters: [input('P', 'KBUFFER | UNICODE_STRING', 'the memory'), { ...tag, meaning: 'as for the allocation' }], meaning: 'Frees pool memory; another tag than that of the allocation is BAD_POOL_CALLER.' },
  { name: 'ExFreePool2', returns: 'void', parameters: [input('P', 'KBUFFER', 'the memory'), { ...tag, meaning: 'as for the allocation' }, optionalInput('ExtendedParameters', 'unknown', 'ignored'), optionalInput('ExtendedParametersCount', 'ULONG', 'ignored')], meaning: 'As ExFreePoolWithTag.' },
  { name: 'FltAllocatePoolAlignedWithTag', source: 'FltAllocatePoolAlignedWithTag', returns: memory, parameters: [input('Instance', 'PFLT_INSTANCE', 'whose volume gives the alignment'), type, bytes, tag], meaning: 'Allocates a buffer fit for non-cached I/O; null without memory.' },
  { name: 'FltFreePoolAlignedWithTag', source: 'FltFreePoolAlignedWithTag', returns: 'void', parameters: [input('Instance', 'PFLT_INSTANCE', 'as for the allocation'), input('Buffer', 'KBUFFER', 'the memory'), { ...tag, meaning: 'as for the allocation' }], meaning: 'Frees what FltAllocatePoolAlignedWithTag gave.' },
  { name: 'ExInitializeDriverRuntime', source: 'ExInitializeDriverRuntime', irql: 'any', returns: 'void', parameters: [optionalInput('RuntimeFlags', 'ULONG', 'DrvRtPoolNxOptIn')], meaning: 'Opts in to pool that cannot be executed. No effect here.' },
]);

const list = (name: string): ReturnType<typeof inputOutput> => inputOutput('Lookaside', name, 'any object that stands for the list');
const size = input('Size', 'SIZE_T', 'bytes of an entry');
const allocate = optionalInput('Allocate', 'Function', 'makes an entry; NULL: pool');
const free = optionalInput('Free', 'Function', 'frees an entry; NULL: pool');

const legacy = (kind: 'NPaged' | 'Paged', irql: 'DISPATCH' | 'APC'): readonly RoutineRow[] => ownRows({ area: 'Pool', source: `wdm.h: Ex${kind === 'NPaged' ? 'InitializeNPaged' : 'InitializePaged'}LookasideList`, irql }, [
  { name: `ExInitialize${kind}LookasideList`, returns: 'void', parameters: [list('object'), allocate, free, input('Flags', 'ULONG', '0'), size, tag, input('Depth', 'USHORT', 'always 0')], meaning: 'Makes a list of entries of one size. Delete it before the driver is unloaded.' },
  { name: `ExAllocateFrom${kind}LookasideList`, returns: 'any', parameters: [list('object')], meaning: 'An entry, with undefined contents; null without memory.' },
  { name: `ExFreeTo${kind}LookasideList`, returns: 'void', parameters: [list('object'), input('Entry', 'PVOID', 'an entry')], meaning: 'Gives an entry back.' },
  { name: `ExDelete${kind}LookasideList`, returns: 'void', parameters: [list('object')], meaning: 'Deletes the list. Entries that are still out are leaks.' },
]);

const extended = ownRows({ area: 'Pool', source: 'wdm.h: ExInitializeLookasideListEx', irql: 'DISPATCH' }, [
  {
    name: 'ExInitializeLookasideListEx', returns: 'NTSTATUS', parameters: [output('Lookaside', 'object', 'any object that stands for the list'), allocate, free, type, input('Flags', 'ULONG', '0, EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL or _FAIL_NO_RAISE'), size, tag, input('Depth', 'USHORT', 'always 0')],
    statuses: [['STATUS_SUCCESS', 'made'], ['STATUS_INVALID_PARAMETER_4', 'no such pool type'], ['STATUS_INVALID_PARAMETER_5', 'no such flags']], meaning: 'Makes a list of entries of one size. Delete it before the driver is unloaded.',
  },
  { name: 'ExAllocateFromLookasideListEx', returns: 'any', parameters: [list('object')], meaning: 'An entry, with undefined contents; null without memory.' },
  { name: 'ExFreeToLookasideListEx', returns: 'void', parameters: [list('object'), input('Entry', 'PVOID', 'an entry')], meaning: 'Gives an entry back.' },
  { name: 'ExDeleteLookasideListEx', returns: 'void', parameters: [list('object')], meaning: 'Deletes the list.' },
  { name: 'ExFlushLookasideListEx', returns: 'void', parameters: [list('object')], meaning: 'Frees the entries the list keeps. It keeps none here.' },
]);

export const poolRows: readonly RoutineRow[] = [...allocation, ...legacy('NPaged', 'DISPATCH'), ...legacy('Paged', 'APC'), ...extended];
