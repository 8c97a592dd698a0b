/*
 * cancelSafe: delays reads in a cancel-safe queue.
 *
 * A read below the operating path is pended and put into a queue of the instance. A work item, of which there is never more than one,
 * takes one read out of it per tick and lets it go on. While it is queued a read can be cancelled at any moment: the Filter Manager takes it
 * out under the queue's lock and hands it to the cancel routine, so it is never both cancelled and processed. When the instance goes
 * away everything that is queued goes on at once.
 */

const INSTANCE_CONTEXT_TAG = 'IcIN';
const QUEUE_CONTEXT_TAG = 'IcQC';

/* One tick, in 100 ns, where the service key says nothing else: 15 seconds. */
const DEFAULT_OPERATING_DELAY = 150_000_000;
const DEFAULT_OPERATING_PATH = '\\';

/* What an instance keeps: the queue, the list behind it with its lock, and what stops the worker. */
class INSTANCE_CONTEXT {
  Instance: PFLT_INSTANCE;
  /* Handed around by the Filter Manager; CONTAINING_RECORD leads back from it. Its lock is a mutex, so it may not be used above APC_LEVEL. */
  readonly Cbdq = { Owner: this as INSTANCE_CONTEXT, LockKind: 'mutex' as const };
  readonly QueueHead = new LIST_ENTRY();
  readonly Lock: PFAST_MUTEX = {};
  /* How many reasons there are for the worker to live; it ends with the last. */
  WorkerThreadFlag = 0;
  readonly TeardownEvent: PRKEVENT = {};

  constructor(Instance: PFLT_INSTANCE) {
    this.Instance = Instance;
  }
}

/* One for each queued read. */
interface QUEUE_CONTEXT {
  readonly CbdqIoContext: object;
}

const Globals = {
  FilterHandle: null as PFLT_FILTER | null,
  QueueContextLookaside: {},
  OperatingPath: DEFAULT_OPERATING_PATH,
  TimeDelay: DEFAULT_OPERATING_DELAY,
};

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_READ, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreRead, null],
  [IRP_MJ_OPERATION_END],
];

const ContextRegistration: FLT_CONTEXT_REGISTRATION_ROW[] = [
  [FLT_INSTANCE_CONTEXT, 0, null, 8, INSTANCE_CONTEXT_TAG],
];

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  Flags: 0,
  ContextRegistration,
  OperationRegistration: Callbacks,
  FilterUnloadCallback: Unload,
  InstanceSetupCallback: InstanceSetup,
  InstanceQueryTeardownCallback: InstanceQueryTeardown,
  InstanceTeardownStartCallback: InstanceTeardownStart,
  InstanceTeardownCompleteCallback: InstanceTeardownComplete,
};

/* ---- Life cycle ----------------------------------------------------------------------------------------------------------------- */

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  ExInitializeNPagedLookasideList(Globals.QueueContextLookaside, null, null, POOL_NX_ALLOCATION, 16, QUEUE_CONTEXT_TAG, 0);
  SetConfiguration(RegistryPath);

  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, FilterRegistration, filter);
  if (NT_SUCCESS(status)) {
    Globals.FilterHandle = filter.value;
    status = FltStartFiltering(filter.value);
    if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  }
  if (!NT_SUCCESS(status)) ExDeleteNPagedLookasideList(Globals.QueueContextLookaside);
  return status;
}

/* OperatingPath and OperatingDelay under the service key. */
function SetConfiguration(RegistryPath: PUNICODE_STRING): void {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, null, null);
  const key = ref<HANDLE>();
  if (!NT_SUCCESS(ZwOpenKey(key, KEY_READ, attributes))) return;

  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 1024, INSTANCE_CONTEXT_TAG);
  if (buffer !== null) {
    const length = ref<number>();
    const value = view(KEY_VALUE_PARTIAL_INFORMATION, buffer);
    if (NT_SUCCESS(ZwQueryValueKey(key.value, 'OperatingDelay', KeyValuePartialInformation, buffer, buffer.length, length)) && value.Type === REG_DWORD) {
      Globals.TimeDelay = value.Data.u32(0);
    }
    if (NT_SUCCESS(ZwQueryValueKey(key.value, 'OperatingPath', KeyValuePartialInformation, buffer, buffer.length, length)) && value.Type === REG_SZ) {
      const text = value.Data.wstr(0, value.DataLength).replace(/\0.*$/s, '');
      // A directory, so that the path \dir does not cover \directory.
      Globals.OperatingPath = text.endsWith('\\') ? text : `${text}\\`;
    }
    ExFreePoolWithTag(buffer, INSTANCE_CONTEXT_TAG);
  }
  ZwClose(key.value);
}

function Unload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (Globals.FilterHandle !== null) FltUnregisterFilter(Globals.FilterHandle);
  ExDeleteNPagedLookasideList(Globals.QueueContextLookaside);
  return STATUS_SUCCESS;
}

function InstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  PAGED_CODE();
  if (FltObjects.Instance === null) return STATUS_FLT_DO_NOT_ATTACH;
  const context = ref<PFLT_CONTEXT>();
  let status = FltAllocateContext(FltObjects.Filter, FLT_INSTANCE_CONTEXT, 8, NonPagedPoolNx, context);
  if (!NT_SUCCESS(status)) return status;

  const instCtx = new INSTANCE_CONTEXT(FltObjects.Instance);
  context.value.Instance = instCtx;
  ExInitializeFastMutex(instCtx.Lock);
  InitializeListHead(instCtx.QueueHead);
  KeInitializeEvent(instCtx.TeardownEvent, NotificationEvent, false);
  status = FltCbdqInitialize(FltObjects.Instance, instCtx.Cbdq, CsqInsertIo, CsqRemoveIo, CsqPeekNextIo, CsqAcquire, CsqRelease, CsqCompleteCanceledIo);
  if (NT_SUCCESS(status)) status = FltSetInstanceContext(FltObjects.Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  FltReleaseContext(context.value);
  return status;
}

function InstanceQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

/* Nothing new is queued from here on, and what is queued goes on; the worker is woken and finds nothing. */
function InstanceTeardownStart(FltObjects: PCFLT_RELATED_OBJECTS, Reason: number): void {
  const context = ref<PFLT_CONTEXT>();
  if (FltObjects.Instance === null || !NT_SUCCESS(FltGetInstanceContext(FltObjects.Instance, context))) return;
  const instCtx: INSTANCE_CONTEXT = context.value.Instance;

  FltCbdqDisable(instCtx.Cbdq);
  for (let data = FltCbdqRemoveNextIo(instCtx.Cbdq, null); data !== null; data = FltCbdqRemoveNextIo(instCtx.Cbdq, null)) {
    FreeQueueContext(data);
    FltCompletePendedPreOperation(data, FLT_PREOP_SUCCESS_NO_CALLBACK, null);
  }
  KeSetEvent(instCtx.TeardownEvent, 0, false);
  FltReleaseContext(context.value);
}

function InstanceTeardownComplete(FltObjects: PCFLT_RELATED_OBJECTS, Reason: number): void {
  // The instance context goes with the instance.
}

/* ---- The queue: the Filter Manager calls these, the first three under the lock ---------------------------------------------------- */

function InstanceOf(DataQueue: PVOID): INSTANCE_CONTEXT {
  return CONTAINING_RECORD<INSTANCE_CONTEXT>(DataQueue, INSTANCE_CONTEXT, 'Cbdq');
}

/* Appends. The first in an empty queue starts the worker, unless one is still in its last tick. */
function CsqInsertIo(DataQueue: PVOID, Data: PFLT_CALLBACK_DATA, Context: PVOID): NTSTATUS {
  const instCtx = InstanceOf(DataQueue);
  const wasEmpty = IsListEmpty(instCtx.QueueHead);
  InsertTailList(instCtx.QueueHead, Data.QueueLinks);

  if (wasEmpty && InterlockedIncrement(instCtx, 'WorkerThreadFlag') === 1) {
    const status = QueueWorker(instCtx);
    if (!NT_SUCCESS(status)) {
      InterlockedDecrement(instCtx, 'WorkerThreadFlag');
      RemoveTailList(instCtx.QueueHead);
      return status;
    }
  }
  return STATUS_SUCCESS;
}

function CsqRemoveIo(DataQueue: PVOID, Data: PFLT_CALLBACK_DATA): void {
  RemoveEntryList(Data.QueueLinks);
}

/* The first, or the one behind Data. All are alike, so what is looked for does not matter. */
function CsqPeekNextIo(DataQueue: PVOID, Data: PFLT_CALLBACK_DATA | null, PeekContext: PVOID): PFLT_CALLBACK_DATA | null {
  const instCtx = InstanceOf(DataQueue);
  const next = Data === null ? instCtx.QueueHead.Flink : Data.QueueLinks.Flink;
  return next === instCtx.QueueHead ? null : CONTAINING_RECORD<PFLT_CALLBACK_DATA>(next, 'FLT_CALLBACK_DATA', 'QueueLinks');
}

function CsqAcquire(DataQueue: PVOID, Irql: Ref<number>): void {
  ExAcquireFastMutex(InstanceOf(DataQueue).Lock);
}

function CsqRelease(DataQueue: PVOID, Irql: number): void {
  ExReleaseFastMutex(InstanceOf(DataQueue).Lock);
}

/* A queued read was cancelled; it is out of the queue already. */
function CsqCompleteCanceledIo(DataQueue: PVOID, Data: PFLT_CALLBACK_DATA): void {
  Data.IoStatus.Status = STATUS_CANCELLED;
  Data.IoStatus.Information = 0;
  FreeQueueContext(Data);
  FltCompletePendedPreOperation(Data, FLT_PREOP_COMPLETE, null);
}

function FreeQueueContext(Data: PFLT_CALLBACK_DATA): void {
  ExFreeToNPagedLookasideList(Globals.QueueContextLookaside, Data.QueueContext[0]);
}

/* ---- Reads ------------------------------------------------------------------------------------------------------------------------- */

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  // The memory manager and file systems in the middle of something else must not be held up.
  if (FlagOn(Data.Iopb.IrpFlags, IRP_PAGING_IO | IRP_SYNCHRONOUS_PAGING_IO) || IoGetTopLevelIrp() !== null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (FltObjects.Instance === null || !IsInOperatingPath(Data)) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  // Fast I/O cannot be pended: it comes again as an IRP.
  if (!FLT_IS_IRP_OPERATION(Data)) return FLT_PREOP_DISALLOW_FASTIO;

  const context = ref<PFLT_CONTEXT>();
  if (!NT_SUCCESS(FltGetInstanceContext(FltObjects.Instance, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const instCtx: INSTANCE_CONTEXT = context.value.Instance;

  let result: FLT_PREOP_CALLBACK_STATUS = FLT_PREOP_SUCCESS_NO_CALLBACK;
  const queueContext: KBUFFER | null = ExAllocateFromNPagedLookasideList(Globals.QueueContextLookaside);
  if (queueContext !== null) {
    Data.QueueContext[0] = queueContext;
    // From a success on the read may be gone already: nothing of it may be touched any more.
    const status = FltCbdqInsertIo(instCtx.Cbdq, Data, queueContext, null);
    if (NT_SUCCESS(status)) result = FLT_PREOP_PENDING;
    else ExFreeToNPagedLookasideList(Globals.QueueContextLookaside, queueContext);
  }
  FltReleaseContext(context.value);
  return result;
}

function IsInOperatingPath(Data: PFLT_CALLBACK_DATA): boolean {
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo))) return false;
  let inside = false;
  if (NT_SUCCESS(FltParseFileNameInformation(nameInfo.value))) inside = RtlPrefixUnicodeString(Globals.OperatingPath, nameInfo.value.ParentDir, true);
  FltReleaseFileNameInformation(nameInfo.value);
  return inside;
}

/* ---- The worker ---------------------------------------------------------------------------------------------------------------------- */

/* The work item keeps the instance until it has run. */
function QueueWorker(instCtx: INSTANCE_CONTEXT): NTSTATUS {
  const workItem = FltAllocateGenericWorkItem();
  if (workItem === null) return STATUS_INSUFFICIENT_RESOURCES;
  const status = FltQueueGenericWorkItem(workItem, instCtx.Instance, PreReadWorkItemRoutine, DelayedWorkQueue, null);
  if (!NT_SUCCESS(status)) FltFreeGenericWorkItem(workItem);
  return status;
}

/*
 * One read a tick, until a tick finds none. The counter is set to 1 before looking: a read that comes while this one is being
 * processed finds the queue empty, counts it up to 2, and so keeps the worker alive instead of starting another one.
 *
 * A generator function, because it waits: its thread is set aside until the tick is over, and the world goes on meanwhile.
 */
function* PreReadWorkItemRoutine(WorkItem: PFLT_GENERIC_WORKITEM, FltObject: PVOID, Context: PVOID): Generator<unknown, void, void> {
  const context = ref<PFLT_CONTEXT>();
  if (NT_SUCCESS(FltGetInstanceContext(FltObject, context))) {
    const instCtx: INSTANCE_CONTEXT = context.value.Instance;
    const delay = LARGE_INTEGER(-BigInt(Globals.TimeDelay));
    for (;;) {
      yield* KeWaitForSingleObject(instCtx.TeardownEvent, Executive, KernelMode, false, delay);
      InterlockedExchange(instCtx, 'WorkerThreadFlag', 1);

      const data = FltCbdqRemoveNextIo(instCtx.Cbdq, null);
      if (data !== null) CompleteRead(data);
      else if (InterlockedDecrement(instCtx, 'WorkerThreadFlag') === 0) break;
    }
    FltReleaseContext(context.value);
  }
  FltFreeGenericWorkItem(WorkItem);
}

/* Lets a read go on, with its buffer locked: this thread is not the one the buffer belongs to. */
function CompleteRead(Data: PFLT_CALLBACK_DATA): void {
  let callbackStatus: FLT_PREOP_CALLBACK_STATUS = FLT_PREOP_SUCCESS_NO_CALLBACK;
  const read = Data.Iopb.Parameters.Read;
  if (!FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER) && read.MdlAddress === null && read.Length > 0) {
    const status = FltLockUserBuffer(Data);
    if (!NT_SUCCESS(status)) {
      Data.IoStatus.Status = status;
      Data.IoStatus.Information = 0;
      callbackStatus = FLT_PREOP_COMPLETE;
    }
  }
  FreeQueueContext(Data);
  FltCompletePendedPreOperation(Data, callbackStatus, null);
}
