/** The Filter Manager's own routines. Bound to the engine. Source: the reference page of each routine; filter-manager-core.md. */
import { input, optionalInput, optionalOutput, output, type RoutineRow } from '../routineRow.ts';

const engine = 'engine' as const;
const data = input('CallbackData', 'PFLT_CALLBACK_DATA', 'the operation');

const lifeCycle: readonly RoutineRow[] = [
  {
    name: 'FltRegisterFilter', area: 'Life cycle', irql: 'APC', binding: engine, returns: 'NTSTATUS', source: 'FltRegisterFilter',
    parameters: [input('Driver', 'PDRIVER_OBJECT', 'as DriverEntry got it'), input('Registration', 'FLT_REGISTRATION', 'callbacks and the operations to see'), output('RetFilter', 'Ref<PFLT_FILTER>', 'receives the filter')],
    statuses: [['STATUS_SUCCESS', 'registered; nothing is called before FltStartFiltering'], ['STATUS_INVALID_PARAMETER', 'wrong Version, an operation that cannot be registered, or a post callback for IRP_MJ_SHUTDOWN'], ['STATUS_FLT_DUPLICATE_ENTRY', 'a major function is listed twice'], ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'], ['STATUS_FLT_NOT_INITIALIZED', 'the Filter Manager has not started'], ['STATUS_OBJECT_NAME_NOT_FOUND', 'the driver\'s service key or its instance values are missing']],
    meaning: 'Registers the minifilter: which operations it wants to see, with which callbacks.',
  },
  {
    name: 'FltStartFiltering', area: 'Life cycle', irql: 'APC', binding: engine, returns: 'NTSTATUS', source: 'FltStartFiltering',
    parameters: [input('Filter', 'PFLT_FILTER', 'from FltRegisterFilter')],
    statuses: [['STATUS_SUCCESS', 'instances are attached and callbacks begin'], ['STATUS_INVALID_PARAMETER', 'filtering has been started before']],
    meaning: 'Starts filtering: the Filter Manager attaches instances and calls the registered callbacks.',
  },
  {
    name: 'FltUnregisterFilter', area: 'Life cycle', irql: 'APC', binding: engine, returns: 'void', source: 'FltUnregisterFilter', statuses: [],
    parameters: [input('Filter', 'PFLT_FILTER', 'from FltRegisterFilter')],
    meaning: 'Ends filtering. Every outstanding callback and pended operation is finished or drained first. Call it from the unload callback, or when FltStartFiltering failed.',
  },
];

const callbackData: readonly RoutineRow[] = [
  {
    name: 'FltRequestOperationStatusCallback', area: 'Callback data', irql: 'APC', binding: engine, returns: 'NTSTATUS', source: 'FltRequestOperationStatusCallback (R-5.1 to R-5.24)',
    parameters: [input('Data', 'PFLT_CALLBACK_DATA', 'the operation the pre callback is running for'), input('CallbackRoutine', 'PFLT_GET_OPERATION_STATUS_CALLBACK', 'called after IoCallDriver has returned'), optionalInput('RequesterContext', 'PVOID', 'handed to the routine unchanged')],
    statuses: [
      ['STATUS_SUCCESS', 'the routine will be called if the operation goes down'],
      ['STATUS_INVALID_PARAMETER', 'not called from a pre callback, for fast I/O or an FsFilter operation, or for IRP_MJ_CLOSE'],
      ['STATUS_FLT_DELETING_OBJECT', 'the instance is being torn down'],
      ['STATUS_INSUFFICIENT_RESOURCES', 'no memory'],
    ],
    meaning: 'Asks to be told what the drivers below returned for this operation: the only way to learn that an oplock request was granted, because a granted one stays pending. '
      + 'The I/O parameters are copied now: what the pre callback changes after this call is not in the copy (IopbSnapshot).',
  },
  {
    name: 'FltSetCallbackDataDirty', area: 'Callback data', irql: 'any', binding: engine, returns: 'void', source: 'FltSetCallbackDataDirty (R-6.6)', statuses: [],
    parameters: [inputData('Data')],
    meaning: 'Says that the parameters in Data.Iopb were changed. Without it every change to the Iopb is undone before the next filter is called. IoStatus needs no such call.',
  },
  { name: 'FltClearCallbackDataDirty', area: 'Callback data', irql: 'any', binding: engine, returns: 'void', source: 'FltClearCallbackDataDirty', statuses: [], parameters: [inputData('Data')], meaning: 'Takes FltSetCallbackDataDirty back.' },
  { name: 'FltIsCallbackDataDirty', area: 'Callback data', irql: 'any', binding: engine, returns: 'boolean', source: 'FltIsCallbackDataDirty', statuses: [], parameters: [inputData('Data')], meaning: 'Whether the dirty flag is set.' },
  { name: 'FLT_IS_IRP_OPERATION', area: 'Callback data', irql: 'any', binding: engine, returns: 'number', source: 'FLT_IS_IRP_OPERATION (R-6.2)', statuses: [], parameters: [inputData('Data')], meaning: 'Nonzero for an IRP-based operation.' },
  { name: 'FLT_IS_FASTIO_OPERATION', area: 'Callback data', irql: 'any', binding: engine, returns: 'number', source: 'FLT_IS_FASTIO_OPERATION (R-6.2)', statuses: [], parameters: [inputData('Data')], meaning: 'Nonzero for a fast I/O operation.' },
  { name: 'FLT_IS_FS_FILTER_OPERATION', area: 'Callback data', irql: 'any', binding: engine, returns: 'number', source: 'FLT_IS_FS_FILTER_OPERATION (R-6.2)', statuses: [], parameters: [inputData('Data')], meaning: 'Nonzero for a file-system filter callback (section synchronisation, cache flush ...).' },
  { name: 'FLT_IS_REISSUED_IO', area: 'Callback data', irql: 'any', binding: engine, returns: 'number', source: 'FLT_IS_REISSUED_IO (R-6.2)', statuses: [], parameters: [inputData('Data')], meaning: 'Nonzero for I/O that a minifilter reissued.' },
  { name: 'FLT_IS_SYSTEM_BUFFER', area: 'Callback data', irql: 'any', binding: engine, returns: 'number', source: 'FLT_IS_SYSTEM_BUFFER (R-6.2)', statuses: [], parameters: [inputData('Data')], meaning: 'Nonzero when the buffer comes from nonpaged pool.' },
  { name: 'FltIsOperationSynchronous', area: 'Callback data', irql: 'any', binding: engine, returns: 'boolean', source: 'FltIsOperationSynchronous (R-6.33)', statuses: [], parameters: [inputData('CallbackData')], meaning: 'Whether the caller waits for the operation. Says nothing about FLT_PREOP_SYNCHRONIZE.' },
  { name: 'FltIsIoCanceled', area: 'Callback data', irql: 'any', binding: engine, returns: 'boolean', source: 'FltIsIoCanceled (R-4.35)', statuses: [], parameters: [inputData('CallbackData')], meaning: 'Whether the IRP has been cancelled; FALSE for anything but an IRP.' },
  { name: 'FltCancelFileOpen', area: 'Callback data', irql: 'PASSIVE', binding: engine, returns: 'void', source: 'FltCancelFileOpen (R-3.26 to R-3.31)', statuses: [], parameters: [input('Instance', 'PFLT_INSTANCE', 'the caller\'s instance'), input('FileObject', 'PFILE_OBJECT', 'the file that was opened')], meaning: 'From a post-create callback: closes the file again, so that the create can be failed. Set an error status and Information 0 afterwards.' },
  { name: 'FltGetRequestorProcessId', area: 'Callback data', irql: 'DISPATCH', binding: engine, returns: 'number', source: 'FltGetRequestorProcessId', statuses: [], parameters: [inputData('CallbackData')], meaning: 'Process id of the thread that asked for the operation.' },
  { name: 'FltGetRequestorProcess', area: 'Callback data', irql: 'DISPATCH', binding: engine, returns: 'PEPROCESS | null', source: 'FltGetRequestorProcess', statuses: [], parameters: [inputData('CallbackData')], meaning: 'Process of the thread that asked for the operation.' },
  { name: 'FltGetIrpName', area: 'Callback data', irql: 'any', binding: engine, returns: 'string', source: 'FltGetIrpName', statuses: [], parameters: [input('IrpMajorCode', 'number', 'IRP_MJ_* value')], meaning: 'The name of a major function code, for messages.' },
];

const pending: readonly RoutineRow[] = [
  {
    name: 'FltCompletePendedPreOperation', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'void', source: 'FltCompletePendedPreOperation (R-4.1 to R-4.10)', statuses: [],
    parameters: [data, input('CallbackStatus', 'FLT_PREOP_CALLBACK_STATUS', 'FLT_PREOP_COMPLETE, _SUCCESS_NO_CALLBACK or _SUCCESS_WITH_CALLBACK'), optionalInput('Context', 'PVOID', 'the post callback\'s CompletionContext, only with _SUCCESS_WITH_CALLBACK')],
    meaning: 'Hands back an operation whose pre callback returned FLT_PREOP_PENDING, exactly once. With anything but FLT_PREOP_COMPLETE at most at APC_LEVEL.',
  },
  { name: 'FltCompletePendedPostOperation', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'void', source: 'FltCompletePendedPostOperation (R-4.18)', statuses: [], parameters: [data], meaning: 'Hands back an operation whose post callback returned FLT_POSTOP_MORE_PROCESSING_REQUIRED.' },
  { name: 'FltAllocateDeferredIoWorkItem', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'PFLT_DEFERRED_IO_WORKITEM | null', source: 'FltAllocateDeferredIoWorkItem (R-4.16)', statuses: [], parameters: [], meaning: 'A work item for an I/O operation; null without memory.' },
  { name: 'FltFreeDeferredIoWorkItem', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'void', source: 'FltFreeDeferredIoWorkItem (R-4.16)', statuses: [], parameters: [input('FltWorkItem', 'PFLT_DEFERRED_IO_WORKITEM', 'not queued any more')], meaning: 'Frees a work item, normally from its own routine.' },
  {
    name: 'FltQueueDeferredIoWorkItem', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'NTSTATUS', source: 'FltQueueDeferredIoWorkItem (R-4.11 to R-4.15)',
    parameters: [input('FltWorkItem', 'PFLT_DEFERRED_IO_WORKITEM', 'from FltAllocateDeferredIoWorkItem'), input('Data', 'PFLT_CALLBACK_DATA', 'an IRP operation, no paging I/O'), input('WorkerRoutine', 'PFLT_DEFERRED_IO_WORKITEM_ROUTINE', 'runs in a system thread at PASSIVE_LEVEL'), input('QueueType', 'number', 'CriticalWorkQueue or DelayedWorkQueue'), optionalInput('Context', 'PVOID', 'handed to the routine')],
    statuses: [['STATUS_SUCCESS', 'queued: return FLT_PREOP_PENDING'], ['STATUS_FLT_NOT_SAFE_TO_POST_OPERATION', 'paging I/O, no IRP, or a top-level IRP'], ['STATUS_FLT_DELETING_OBJECT', 'the instance is being torn down'], ['STATUS_INVALID_PARAMETER', 'reserved or unknown queue']],
    meaning: 'Posts the operation to a worker thread.',
  },
  { name: 'FltAllocateGenericWorkItem', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'PFLT_GENERIC_WORKITEM | null', source: 'FltAllocateGenericWorkItem (R-4.16)', statuses: [], parameters: [], meaning: 'A work item that belongs to no operation; null without memory.' },
  { name: 'FltFreeGenericWorkItem', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'void', source: 'FltFreeGenericWorkItem (R-4.16)', statuses: [], parameters: [input('FltWorkItem', 'PFLT_GENERIC_WORKITEM', 'not queued any more')], meaning: 'Frees a generic work item.' },
  {
    name: 'FltQueueGenericWorkItem', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'NTSTATUS', source: 'FltQueueGenericWorkItem (R-4.16)',
    parameters: [input('FltWorkItem', 'PFLT_GENERIC_WORKITEM', 'from FltAllocateGenericWorkItem'), input('FltObject', 'PFLT_FILTER | PFLT_INSTANCE', 'referenced while queued'), input('WorkerRoutine', 'PFLT_GENERIC_WORKITEM_ROUTINE', 'runs in a system thread at PASSIVE_LEVEL'), input('QueueType', 'number', 'CriticalWorkQueue or DelayedWorkQueue'), optionalInput('Context', 'PVOID', 'handed to the routine')],
    statuses: [['STATUS_SUCCESS', 'queued'], ['STATUS_FLT_DELETING_OBJECT', 'the filter is being unloaded, or the instance torn down']],
    meaning: 'Runs a routine in a worker thread.',
  },
  {
    name: 'FltDoCompletionProcessingWhenSafe', area: 'Pending and work', irql: 'any', binding: engine, returns: 'boolean', source: 'FltDoCompletionProcessingWhenSafe (R-3.21 to R-3.25)', statuses: [],
    parameters: [input('Data', 'PFLT_CALLBACK_DATA', 'the completed IRP operation'), input('FltObjects', 'PCFLT_RELATED_OBJECTS', 'as the post callback got them'), optionalInput('CompletionContext', 'PVOID', 'as the post callback got it'), input('Flags', 'number', 'as the post callback got them; never while draining'), input('SafePostCallback', 'PFLT_POST_OPERATION_CALLBACK', 'the part that needs PASSIVE_LEVEL or APC_LEVEL'), output('RetPostOperationStatus', 'Ref<FLT_POSTOP_CALLBACK_STATUS>', 'what the post callback must return')],
    meaning: 'Runs the rest of a post callback where it is safe: at once below DISPATCH_LEVEL, otherwise in a worker. FALSE when it cannot.',
  },
  { name: 'FltCancelIo', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'boolean', source: 'FltCancelIo (R-4.34)', statuses: [], parameters: [data], meaning: 'Cancels I/O that the filter started itself.' },
  { name: 'FltSetCancelCompletion', area: 'Pending and work', irql: 'DISPATCH', binding: engine, returns: 'NTSTATUS', source: 'FltSetCancelCompletion (R-4.28 to R-4.33)', statuses: [['STATUS_SUCCESS', 'the routine is called when the operation is cancelled'], ['STATUS_CANCELLED', 'it has been cancelled already']], parameters: [data, input('CanceledCallback', 'PFLT_COMPLETE_CANCELED_CALLBACK', 'called on cancellation')], meaning: 'Sets a cancel routine for an operation that the filter holds without a cancel-safe queue.' },
  { name: 'FltClearCancelCompletion', area: 'Pending and work', irql: 'any', binding: engine, returns: 'NTSTATUS', source: 'FltClearCancelCompletion', statuses: [['STATUS_SUCCESS', 'cleared'], ['STATUS_CANCELLED', 'the routine has run or is running']], parameters: [data], meaning: 'Takes the cancel routine back.' },
];

const buffersAndObjects: readonly RoutineRow[] = [
  { name: 'FltGetNewSystemBufferAddress', area: 'Buffers', irql: 'DISPATCH', binding: engine, returns: 'KBUFFER | null', source: 'FltGetNewSystemBufferAddress (R-6.26)', statuses: [], parameters: [data], meaning: 'In post, with FLTFL_CALLBACK_DATA_NEW_SYSTEM_BUFFER in Data.Flags: the system buffer that the file system has allocated itself, which has the data; otherwise null.' },
  { name: 'FltGetSwappedBufferMdlAddress', area: 'Buffers', irql: 'any', binding: engine, returns: 'PMDL | null', source: 'FltGetSwappedBufferMdlAddress (R-6.18)', statuses: [], parameters: [data], meaning: 'In post only: the MDL of the buffer this filter swapped in; null where it has none.' },
  { name: 'FltRetainSwappedBufferMdlAddress', area: 'Buffers', irql: 'any', binding: engine, returns: 'void', source: 'FltRetainSwappedBufferMdlAddress (R-6.17)', statuses: [], parameters: [data], meaning: 'In post only: the Filter Manager does not free the swapped-in MDL; the filter must.' },
  { name: 'FltLockUserBuffer', area: 'Buffers', irql: 'APC', binding: engine, returns: 'NTSTATUS', source: 'FltLockUserBuffer (R-6.19, R-6.35)', statuses: [['STATUS_SUCCESS', 'the MDL is in the parameters'], ['STATUS_INVALID_PARAMETER', 'the operation has no buffer that can be locked'], ['STATUS_INSUFFICIENT_RESOURCES', 'the pages cannot be locked'], ['STATUS_ACCESS_VIOLATION', 'the memory is not there any more']], parameters: [data], meaning: 'Locks the user buffer and puts an MDL for it into the parameters.' },
  { name: 'FltReissueSynchronousIo', area: 'Callback data', irql: 'APC', binding: engine, returns: 'void', source: 'FltReissueSynchronousIo (R-6.30 to R-6.32)', statuses: [], parameters: [input('InitiatingInstance', 'PFLT_INSTANCE', 'the caller\'s instance'), data], meaning: 'From a synchronised post callback: sends the operation down again with the parameters as they are now. IoStatus then holds the result. Only paging I/O may be reissued at APC_LEVEL.' },
  { name: 'FltCompareInstanceAltitudes', area: 'Contexts and objects', irql: 'DISPATCH', binding: engine, returns: 'number', source: 'FltCompareInstanceAltitudes', statuses: [], parameters: [input('Instance1', 'PFLT_INSTANCE', 'on the same volume'), input('Instance2', 'PFLT_INSTANCE', 'on the same volume')], meaning: '1, 0 or -1: the first instance is higher, the same, lower.' },
  { name: 'FltObjectReference', area: 'Contexts and objects', irql: 'DISPATCH', binding: engine, returns: 'NTSTATUS', source: 'FltObjectReference', statuses: [['STATUS_SUCCESS', 'referenced'], ['STATUS_FLT_DELETING_OBJECT', 'the object is going away']], parameters: [input('FltObject', 'PFLT_FILTER | PFLT_INSTANCE | PFLT_VOLUME', 'the object')], meaning: 'Keeps a filter, instance or volume from going away.' },
  { name: 'FltObjectDereference', area: 'Contexts and objects', irql: 'DISPATCH', binding: engine, returns: 'void', source: 'FltObjectDereference', statuses: [], parameters: [input('FltObject', 'PFLT_FILTER | PFLT_INSTANCE | PFLT_VOLUME', 'the object')], meaning: 'Gives the reference back.' },
  { name: 'FltGetRequestorProcessIdEx', area: 'Callback data', irql: 'DISPATCH', binding: engine, returns: 'number | null', source: 'FltGetRequestorProcessIdEx', statuses: [], parameters: [inputData('CallbackData')], meaning: 'As FltGetRequestorProcessId, as a handle; null where there is no process.' },
  {
    name: 'FltDecodeParameters', area: 'Callback data', irql: 'any', binding: engine, returns: 'NTSTATUS', source: 'FltDecodeParameters (R-6.34)', statuses: [['STATUS_SUCCESS', 'decoded'], ['STATUS_INVALID_PARAMETER', 'the operation has no buffer']],
    parameters: [data, optionalOutput('MdlAddressPointer', 'Ref<unknown>', 'where the MDL is'), optionalOutput('Buffer', 'Ref<unknown>', 'where the buffer is'), optionalOutput('Length', 'Ref<unknown>', 'where the length is'), optionalOutput('DesiredAccess', 'Ref<number>', 'the access the operation needs to the buffer')],
    meaning: 'Finds the buffer, MDL and length fields of an operation.',
  },
];

function inputData(name: string): ReturnType<typeof input> {
  return input(name, 'PFLT_CALLBACK_DATA', 'the operation');
}

export const filterManagerRoutines: readonly RoutineRow[] = [...lifeCycle, ...callbackData, ...pending, ...buffersAndObjects];
