/** Macros, structures over buffers, debugging output. */
import { input, inputOutput, optionalInput, output, ownRows, rest, type RoutineRow } from '../routineRow.ts';

const status = input('Status', 'number', 'an NTSTATUS');
const flags = [input('Flags', 'number', 'the flags'), input('Flag', 'number', 'the bits to test')];
const length = input('Length', 'number', 'a length');
const alignment = input('Alignment', 'number', 'a power of two');
const array = input('array', 'readonly unknown[]', 'the array');
const handle = input('Handle', 'unknown', 'an id');

const macros = ownRows({ area: 'Macros', source: 'ntdef.h, wdm.h; driver-api-usage.md 5.8, 5.12', irql: 'any', unchecked: true }, [
  { name: 'NT_SUCCESS', returns: 'boolean', parameters: [status], meaning: 'True for success and informational codes. STATUS_PENDING is a success code.' },
  { name: 'NT_INFORMATION', returns: 'boolean', parameters: [status], meaning: 'True for informational codes.' },
  { name: 'NT_WARNING', returns: 'boolean', parameters: [status], meaning: 'True for warnings.' },
  { name: 'NT_ERROR', returns: 'boolean', parameters: [status], meaning: 'True for errors.' },
  { name: 'FlagOn', returns: 'number', parameters: flags, meaning: 'The given bits of the flags: nonzero when one is set.' },
  { name: 'BooleanFlagOn', returns: 'boolean', parameters: flags, meaning: 'Whether one of the bits is set.' },
  { name: 'min', returns: 'number', parameters: [input('a', 'number', 'one number'), input('b', 'number', 'the other')], meaning: 'The smaller one.' },
  { name: 'max', returns: 'number', parameters: [input('a', 'number', 'one number'), input('b', 'number', 'the other')], meaning: 'The larger one.' },
  { name: 'ROUND_TO_SIZE', returns: 'number', parameters: [length, alignment], meaning: 'Rounds up.' },
  { name: 'ALIGN_UP_BY', returns: 'number', parameters: [length, alignment], meaning: 'Rounds up.' },
  { name: 'ALIGN_DOWN_BY', returns: 'number', parameters: [length, alignment], meaning: 'Rounds down.' },
  { name: 'ROUND_TO_PAGES', returns: 'number', parameters: [length], meaning: 'Rounds up to whole pages of 4096 bytes.' },
  { name: 'BYTES_TO_PAGES', returns: 'number', parameters: [length], meaning: 'Pages of 4096 bytes that so many bytes need.' },
  { name: 'HandleToULong', returns: 'number', parameters: [handle], meaning: 'A process or thread id as a number; it is one here.' },
  { name: 'HandleToUlong', returns: 'number', parameters: [handle], meaning: 'As HandleToULong.' },
  { name: 'ULongToHandle', returns: 'number', parameters: [input('Value', 'number', 'an id')], meaning: 'The inverse of HandleToULong.' },
  { name: 'UlongToHandle', returns: 'number', parameters: [input('Value', 'number', 'an id')], meaning: 'The inverse of HandleToULong.' },
  { name: 'UNREFERENCED_PARAMETER', returns: 'void', parameters: [input('P', 'unknown', 'the parameter')], meaning: 'Does nothing.' },
  { name: 'ref', generics: '<T>', returns: 'Ref<T>', source: 'driver-api-usage.md 5.8', parameters: [optionalInput('initial', 'T', 'the first value')], meaning: 'A box for an out-parameter: `&variable` in C.' },
]);

const checked = ownRows({ area: 'Macros', source: 'ntdef.h, wdm.h; driver-api-usage.md 5.8', irql: 'any' }, [
  { name: 'LARGE_INTEGER', returns: 'LARGE_INTEGER', parameters: [optionalInput('QuadPart', 'LONGLONG', 'the value')], meaning: 'A 64-bit number: `{ QuadPart, LowPart, HighPart }`. As a type of a member: 8 bytes.' },
  { name: 'IsEqualGUID', source: 'guiddef.h', returns: 'boolean', parameters: [input('rguid1', 'GUID | string', 'a GUID, or its text'), input('rguid2', 'GUID | string', 'another')], meaning: 'Whether two GUIDs are the same.' },
  {
    name: 'IoInitializeDriverCreateContext', source: 'ntddk.h', returns: 'void', parameters: [output('DriverContext', 'Ref<IO_DRIVER_CREATE_CONTEXT> | IO_DRIVER_CREATE_CONTEXT', 'the structure, or a box for it')],
    meaning: 'Prepares what FltCreateFileEx2 and IoCreateFileEx take beside the parameters of a create; then set ExtraCreateParameter or TxnParameters.',
  },
  {
    name: 'IS_ALIGNED', returns: 'boolean', parameters: [input('Pointer', 'KBUFFER | number | null', 'a buffer, or a number'), alignment],
    meaning: 'Whether an address is a multiple of the alignment. An allocation begins aligned; a window on it lies where its offset says.',
  },
  { name: 'ARRAYSIZE', returns: 'number', parameters: [array], meaning: 'Number of elements.' },
  { name: 'RTL_NUMBER_OF', returns: 'number', parameters: [array], meaning: 'Number of elements.' },
  { name: 'RTL_CONSTANT_STRING', returns: 'UNICODE_STRING', parameters: [input('s', 'string', 'the text')], meaning: 'A UNICODE_STRING with this text.' },
]);

const structures = ownRows({ area: 'Structures', source: 'driver-api-usage.md 5.5, 5.12', irql: 'any' }, [
  {
    name: 'struct', generics: '<const F extends StructMembers>', returns: 'StructType<StructView<F>>', parameters: [input('members', 'F', '{ Flags: ULONG, Name: WCHAR.array(32) }; { at: 4, type: ULONG } places a member, { at: 4, type: ULONG, bits: [0, 3] } is a bit field'), optionalInput('options', '{ readonly name?: string; readonly pack?: number }', 'name for messages; pack as #pragma pack')],
    meaning: 'A structure, laid out as a 64-bit C compiler does it.',
  },
  { name: 'view', generics: '<T>', returns: 'T', parameters: [input('type', 'MemberType<T>', 'the structure'), input('buffer', 'PVOID', 'the buffer; its type may be KBUFFER | null'), optionalInput('offset', 'SIZE_T', 'where it begins')], meaning: 'The structure in a buffer: its members read and write the bytes. Text beside its length, such as FileName, has that length; storing it sets both.' },
  { name: 'sizeof', returns: 'number', parameters: [input('what', 'unknown', 'a type, a structure, a view or a buffer')], meaning: 'Size in bytes.' },
  { name: 'FIELD_OFFSET', returns: 'number', parameters: [input('type', 'StructType<any>', 'a structure'), input('field', 'string', 'name of the member')], meaning: 'Offset of a member in bytes.' },
  { name: 'RTL_FIELD_SIZE', returns: 'number', parameters: [input('type', 'StructType<any>', 'a structure'), input('field', 'string', 'name of the member')], meaning: 'Size of a member in bytes.' },
]);

const args = rest('arguments', 'unknown', 'what the format names');
const format = input('Format', 'string', '%wZ %ws %S %s %p %x %I64x %Iu %d ...');
const always = [['STATUS_SUCCESS', 'always']] as const;
const condition = input('condition', 'unknown', 'what must be true');
const debugging = ownRows({ area: 'Debugging', source: 'wdm.h, ntddk.h; driver-api-usage.md 5.8, 5.12', irql: 'any' }, [
  { name: 'DbgPrint', returns: 'NTSTATUS', parameters: [format, args], statuses: always, meaning: 'Writes a line to the event log, at the operation under way.' },
  { name: 'KdPrint', returns: 'NTSTATUS', parameters: [{ ...format, meaning: 'as DbgPrint; the double parentheses of C are not needed' }, args], statuses: always, meaning: 'As DbgPrint.' },
  { name: 'DbgPrintEx', returns: 'NTSTATUS', parameters: [input('ComponentId', 'ULONG', 'ignored'), input('Level', 'ULONG', 'ignored: everything is printed'), format, args], statuses: always, meaning: 'As DbgPrint.' },
  { name: 'KdPrintEx', returns: 'NTSTATUS', parameters: [input('ComponentId', 'ULONG', 'ignored'), input('Level', 'ULONG', 'ignored: everything is printed'), format, args], statuses: always, meaning: 'As DbgPrint.' },
  { name: 'PAGED_CODE', returns: 'void', parameters: [], meaning: 'Reports FV-090 at DISPATCH_LEVEL: pageable code must not run there.' },
  ...['ASSERT', 'NT_ASSERT', 'FLT_ASSERT'].map((name) => ({ name, returns: 'void', parameters: [condition], meaning: 'Stops the driver at this line when the condition is false.' })),
  ...['ASSERTMSG', 'NT_ASSERTMSG'].map((name) => ({ name, returns: 'void', parameters: [input('message', 'string', 'what is wrong'), condition], meaning: 'As ASSERT, with a message.' })),
  { name: 'NT_VERIFY', returns: 'boolean', parameters: [condition], meaning: 'As NT_ASSERT; returns true.' },
  ...['DbgBreakPoint', 'KdBreakPoint'].map((name) => ({ name, returns: 'void', parameters: [], meaning: 'Does nothing by itself: set a breakpoint at the line, or write `debugger`.' })),
  { name: 'KeBugCheck', returns: 'never', parameters: [input('BugCheckCode', 'ULONG', 'the code')], meaning: 'Ends the run at this line.' },
  { name: 'KeBugCheckEx', returns: 'never', parameters: [input('BugCheckCode', 'ULONG', 'the code'), ...[1, 2, 3, 4].map((number) => input(`BugCheckParameter${number}`, 'any', 'shown with the code'))], meaning: 'Ends the run at this line.' },
]);

const system = [
  ...ownRows({ area: 'System', source: 'ntifs.h: RtlRandomEx; driver-api-usage.md 5.7', irql: 'APC' }, ['RtlRandomEx', 'RtlRandom'].map((name) => ({
    name, returns: 'number', parameters: [inputOutput('Seed', 'Ref<number>', 'changed by each call')], meaning: 'A pseudo-random number below 2^31 that depends on the seed only.',
  }))),
  ...ownRows({ area: 'System', source: 'the page of the routine', irql: 'PASSIVE' }, [
    { name: 'ExUuidCreate', returns: 'NTSTATUS', parameters: [output('Uuid', 'Ref<GUID> | GUID', 'receives the GUID')], statuses: always, meaning: 'A new GUID; the same one in every run with the same seed.' },
    { name: 'MmGetSystemRoutineAddress', returns: 'Function | null', parameters: [input('SystemRoutineName', 'PUNICODE_STRING | string', 'name of a routine')], meaning: 'The routine of that name; null where it is not provided.' },
  ]),
];

export const macroRows: readonly RoutineRow[] = [...macros, ...checked, ...structures, ...debugging, ...system];
