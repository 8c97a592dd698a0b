/** Processes, threads and their notifications; questions about the running thread. Ids are numbers. */
import { input, optionalInput, optionalOutput, output, ownRows, type RoutineRow } from '../routineRow.ts';

const process = input('Process', 'PEPROCESS', 'the process');
const thread = input('Thread', 'PETHREAD', 'the thread');

const any = ownRows({ area: 'Processes and threads', source: 'ntddk.h, ntifs.h: the page of the routine; driver-api-usage.md 1.3', irql: 'any' }, [
  { name: 'PsGetCurrentProcessId', returns: 'number', parameters: [], meaning: 'Process id of the thread that is running, which in a post callback or a worker need not be the requestor\'s.' },
  { name: 'PsGetCurrentThreadId', returns: 'number', parameters: [], meaning: 'Id of the thread that is running.' },
  { name: 'PsGetCurrentThread', returns: 'PETHREAD', parameters: [], meaning: 'The thread that is running.' },
  { name: 'KeGetCurrentThread', returns: 'PETHREAD', parameters: [], meaning: 'As PsGetCurrentThread.' },
  { name: 'PsGetCurrentProcess', returns: 'PEPROCESS', parameters: [], meaning: 'The process of the thread that is running.' },
  { name: 'IoGetCurrentProcess', returns: 'PEPROCESS', parameters: [], meaning: 'As PsGetCurrentProcess.' },
  { name: 'PsGetProcessId', returns: 'number', parameters: [process], meaning: 'Its process id.' },
  { name: 'PsGetProcessImageFileName', returns: 'string', parameters: [process], meaning: 'Its image name, at most 14 characters, as on Windows.' },
  { name: 'PsGetProcessCreateTimeQuadPart', returns: 'bigint', parameters: [process], meaning: 'When it began, in 100 ns since 1601; the start of the run where the trace does not know.' },
  { name: 'PsGetProcessInheritedFromUniqueProcessId', returns: 'number', parameters: [process], meaning: 'Process id of its parent; 0 where the trace does not know.' },
  { name: 'PsGetProcessSessionId', returns: 'number', parameters: [process], meaning: 'Its session.' },
  { name: 'PsIsSystemProcess', returns: 'boolean', parameters: [process], meaning: 'Whether it is the System process.' },
  { name: 'PsGetThreadProcess', returns: 'PEPROCESS', parameters: [thread], meaning: 'Its process.' },
  { name: 'PsGetThreadProcessId', returns: 'number', parameters: [thread], meaning: 'Id of its process.' },
  ...['ZwCurrentProcess', 'NtCurrentProcess'].map((name) => ({ name, returns: 'HANDLE', parameters: [], meaning: 'A handle that stands for the process of the thread that is running.' })),
  { name: 'IoGetStackLimits', returns: 'void', parameters: [output('LowLimit', 'Ref<number>', 'receives the lowest address'), output('HighLimit', 'Ref<number>', 'receives the highest address')], meaning: 'Bounds of the stack. Stacks are not measured here: 24 KB.' },
  { name: 'IoGetRemainingStackSize', returns: 'number', parameters: [], meaning: 'Bytes left on the stack. Stacks are not measured here: 24 KB.' },
]);

const dispatch = ownRows({ area: 'Processes and threads', source: 'ntifs.h, ntddk.h: the page of the routine', irql: 'DISPATCH' }, [
  { name: 'PsGetThreadId', returns: 'number', parameters: [thread], meaning: 'Its id.' },
  { name: 'PsIsSystemThread', returns: 'boolean', parameters: [thread], meaning: 'Whether it is a system thread.' },
  { name: 'IoIsSystemThread', returns: 'boolean', parameters: [thread], meaning: 'As PsIsSystemThread.' },
  { name: 'IoThreadToProcess', returns: 'PEPROCESS', parameters: [thread], meaning: 'Its process.' },
  { name: 'ExGetPreviousMode', returns: 'number', parameters: [], meaning: 'UserMode 1 in the thread of a request from user mode, else KernelMode 0.' },
  { name: 'KeGetCurrentProcessorNumber', returns: 'number', parameters: [], meaning: 'Always 0: there is one processor.' },
]);

const apc = ownRows({ area: 'Processes and threads', source: 'ntifs.h: the page of the routine', irql: 'APC' }, [
  {
    name: 'PsLookupProcessByProcessId', returns: 'NTSTATUS', parameters: [input('ProcessId', 'number', 'the id'), output('Process', 'Ref<PEPROCESS>', 'receives the process; give it back with ObDereferenceObject')],
    statuses: [['STATUS_SUCCESS', 'found and referenced'], ['STATUS_INVALID_CID', 'no such process in the trace'], ['STATUS_INVALID_PARAMETER', 'the same, from older versions of Windows']], meaning: 'Finds a process by its id.',
  },
  {
    name: 'PsLookupThreadByThreadId', returns: 'NTSTATUS', parameters: [input('ThreadId', 'number', 'the id'), output('Thread', 'Ref<PETHREAD>', 'receives the thread; give it back with ObDereferenceObject')],
    statuses: [['STATUS_SUCCESS', 'found and referenced'], ['STATUS_INVALID_CID', 'no such thread in the trace'], ['STATUS_INVALID_PARAMETER', 'the same, from older versions of Windows']], meaning: 'Finds a thread by its id.',
  },
  { name: 'PsGetProcessExitStatus', returns: 'NTSTATUS', parameters: [process], statuses: [['STATUS_PENDING', 'it is running'], ['STATUS_SUCCESS', 'it has ended']], meaning: 'How it ended.' },
]);

const handle = input('ProcessHandle', 'HANDLE', 'from ZwOpenProcess, or ZwCurrentProcess()');
const passive = ownRows({ area: 'Processes and threads', source: 'ntifs.h, ntddk.h, wdm.h: the page of the routine', irql: 'PASSIVE' }, [
  {
    name: 'SeLocateProcessImageName', returns: 'NTSTATUS', parameters: [process, output('pImageFileName', 'Ref<UNICODE_STRING>', 'receives the path; free it with ExFreePool')],
    statuses: [['STATUS_SUCCESS', 'the image path as the trace has it, or the bare name'], ['STATUS_NOT_FOUND', 'the trace does not know it']], meaning: 'The image path of a process.',
  },
  {
    name: 'ZwOpenProcess', returns: 'NTSTATUS', parameters: [output('ProcessHandle', 'Ref<HANDLE>', 'receives the handle; close it with ZwClose'), input('DesiredAccess', 'ULONG', 'not checked'), input('ObjectAttributes', 'Ref<OBJECT_ATTRIBUTES> | OBJECT_ATTRIBUTES', 'without a name'), optionalInput('ClientId', 'Ref<CLIENT_ID> | CLIENT_ID', '{ UniqueProcess, UniqueThread }')],
    statuses: [['STATUS_SUCCESS', 'opened'], ['STATUS_INVALID_PARAMETER_MIX', 'no ClientId'], ['STATUS_INVALID_CID', 'no such process in the trace'], ['STATUS_INVALID_PARAMETER', 'a ClientId with an id that is none'], ['STATUS_ACCESS_DENIED', 'DesiredAccess asks for more than is allowed; not checked here']], meaning: 'Opens a process by its id.',
  },
  {
    name: 'ZwQueryInformationProcess', returns: 'NTSTATUS',
    parameters: [handle, input('ProcessInformationClass', 'ULONG', 'ProcessBasicInformation, ProcessSessionInformation, ProcessImageFileName or ProcessImageFileNameWin32'), optionalInput('ProcessInformation', 'KBUFFER', 'receives it: PROCESS_BASIC_INFORMATION, ULONG, or a UNICODE_STRING with its text'), input('ProcessInformationLength', 'ULONG', 'bytes there are'), optionalOutput('ReturnLength', 'Ref<number>', 'receives the bytes needed')],
    statuses: [['STATUS_SUCCESS', 'answered'], ['STATUS_INFO_LENGTH_MISMATCH', 'the buffer has another size than needed'], ['STATUS_BUFFER_TOO_SMALL', 'no room for a UNICODE_STRING'], ['STATUS_INVALID_HANDLE', 'no handle of a process'], ['STATUS_INVALID_INFO_CLASS', 'another class: not provided']],
    meaning: 'Facts about a process.',
  },
  { name: 'PsGetVersion', returns: 'boolean', parameters: [optionalOutput('MajorVersion', 'Ref<number>', '10'), optionalOutput('MinorVersion', 'Ref<number>', '0'), optionalOutput('BuildNumber', 'Ref<number>', '22621'), optionalOutput('CSDVersion', 'unknown', 'not written')], meaning: 'The Windows that is simulated. FALSE: a free build.' },
  { name: 'RtlGetVersion', returns: 'NTSTATUS', parameters: [output('lpVersionInformation', 'object', 'receives dwMajorVersion, dwMinorVersion, dwBuildNumber ...')], statuses: [['STATUS_SUCCESS', 'always']], meaning: 'The Windows that is simulated.' },
  { name: 'RtlIsNtDdiVersionAvailable', returns: 'boolean', parameters: [input('Version', 'ULONG', 'NTDDI_*')], meaning: 'Whether the simulated Windows is at least that version.' },
]);

const routine = input('NotifyRoutine', 'Function', 'called when it happens');
const remove = input('Remove', 'boolean', 'TRUE takes the routine back');
const registered = [['STATUS_SUCCESS', 'registered, or taken back'], ['STATUS_INVALID_PARAMETER', 'registered already, or 64 are'], ['STATUS_PROCEDURE_NOT_FOUND', 'taken back without having been registered']] as const;
const checkedImage = [...registered, ['STATUS_ACCESS_DENIED', 'the driver is not linked with /INTEGRITYCHECK; not checked here']] as const;
const set = [['STATUS_SUCCESS', 'registered'], ['STATUS_INVALID_PARAMETER', 'registered already, or 64 are'], ['STATUS_INSUFFICIENT_RESOURCES', 'no memory']] as const;
const gone = [['STATUS_SUCCESS', 'taken back'], ['STATUS_PROCEDURE_NOT_FOUND', 'it was not registered']] as const;
const told = 'Called when the trace tells of it; where it does not, never.';
const notifications = [
  ...ownRows({ area: 'Notifications', source: 'ntddk.h: the page of the routine', irql: 'PASSIVE' }, [
    { name: 'PsSetCreateProcessNotifyRoutine', returns: 'NTSTATUS', parameters: [routine, remove], statuses: registered, meaning: `Registers (ParentId, ProcessId, Create) for the begin and end of processes. ${told}` },
    { name: 'PsSetCreateProcessNotifyRoutineEx', returns: 'NTSTATUS', parameters: [routine, remove], statuses: checkedImage, meaning: `Registers (Process, ProcessId, CreateInfo) for the begin and end of processes; CreateInfo is NULL at the end. ${told}` },
    { name: 'PsSetCreateProcessNotifyRoutineEx2', returns: 'NTSTATUS', parameters: [input('NotifyType', 'ULONG', 'PsCreateProcessNotifySubsystems'), { ...routine, name: 'NotifyInformation' }, remove], statuses: checkedImage, meaning: 'As PsSetCreateProcessNotifyRoutineEx.' },
    { name: 'PsSetCreateThreadNotifyRoutine', returns: 'NTSTATUS', parameters: [routine], statuses: set, meaning: `Registers (ProcessId, ThreadId, Create). ${told}` },
    { name: 'PsSetLoadImageNotifyRoutine', returns: 'NTSTATUS', parameters: [routine], statuses: set, meaning: `Registers (FullImageName, ProcessId, ImageInfo). ${told}` },
    { name: 'PsSetLoadImageNotifyRoutineEx', returns: 'NTSTATUS', parameters: [routine, input('Flags', 'ULONG', '0, or PS_IMAGE_NOTIFY_CONFLICTING_ARCHITECTURE')], statuses: [...set, ['STATUS_INVALID_PARAMETER_2', 'unknown flags; not checked here']], meaning: 'As PsSetLoadImageNotifyRoutine.' },
  ]),
  ...ownRows({ area: 'Notifications', source: 'ntddk.h: the page of the routine', irql: 'APC' }, [
    { name: 'PsRemoveCreateThreadNotifyRoutine', returns: 'NTSTATUS', parameters: [routine], statuses: gone, meaning: 'Takes a thread routine back.' },
    { name: 'PsRemoveLoadImageNotifyRoutine', returns: 'NTSTATUS', parameters: [routine], statuses: gone, meaning: 'Takes an image routine back.' },
  ]),
];

export const processRows: readonly RoutineRow[] = [...any, ...dispatch, ...apc, ...passive, ...notifications];
