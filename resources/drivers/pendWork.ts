/*
 * pendWork: a read that has to wait for a worker, the wrong way and the right way.
 *
 * Before a file below \pend\ is read, something slow is looked up in a worker thread. The wrong way waits for it in the pre callback, and
 * holds the lock meanwhile that the worker takes as well: each waits for the other, for ever, and every later read waits for both.
 * The right way gives the thread back: the read is pended, and the work item lets it go on when it is ready. Set WAIT_UNDER_LOCK to
 * false to see it. Paging I/O is left alone, as nobody may wait for it and it cannot be queued, and so is fast I/O.
 */

const WAIT_UNDER_LOCK = true;

const FOLDER = '\\pend\\';
/* What the look-up takes, in 100 ns, as a time from now: 20 ms. */
const LOOK_UP_TIME = -200_000n;

const Globals = { Filter: null as PFLT_FILTER | null, Lock: {} as PFAST_MUTEX, LookedUp: 0 };

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  ExInitializeFastMutex(Globals.Lock);
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_READ, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreRead, PostRead]],
    FilterUnloadCallback: Unload,
    InstanceQueryTeardownCallback: () => STATUS_SUCCESS,
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  Globals.Filter = filter.value;
  status = FltStartFiltering(filter.value);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  return status;
}

function Unload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (Globals.Filter !== null) FltUnregisterFilter(Globals.Filter);
  return STATUS_SUCCESS;
}

function isOurs(Data: PFLT_CALLBACK_DATA): boolean {
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo))) return false;
  FltParseFileNameInformation(nameInfo.value);
  const volume = nameInfo.value.Volume.Buffer;
  const ours = RtlPrefixUnicodeString(volume + FOLDER, nameInfo.value.Name, true);
  FltReleaseFileNameInformation(nameInfo.value);
  return ours;
}

/* In the thread of the program that reads. */
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (!FLT_IS_IRP_OPERATION(Data) || Globals.Filter === null || !isOurs(Data)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  return WAIT_UNDER_LOCK ? waitForWorker(Globals.Filter) : pend(Data);
}

/* Wrong: the lock is held until the worker is done, and the worker needs it to be done. */
function waitForWorker(filter: PFLT_FILTER): FLT_PREOP_CALLBACK_STATUS {
  const item = FltAllocateGenericWorkItem();
  if (item === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const done: PRKEVENT = {};
  KeInitializeEvent(done, NotificationEvent, false);
  ExAcquireFastMutex(Globals.Lock);
  if (NT_SUCCESS(FltQueueGenericWorkItem(item, filter, LookUp, DelayedWorkQueue, done))) KeWaitForSingleObject(done, Executive, KernelMode, false, null);
  else FltFreeGenericWorkItem(item);
  ExReleaseFastMutex(Globals.Lock);
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function LookUp(FltWorkItem: PFLT_GENERIC_WORKITEM, FltObject: PFLT_FILTER | PFLT_INSTANCE, Context: PVOID): void {
  lookUp();
  KeSetEvent(Context as PRKEVENT, 0, false);
  FltFreeGenericWorkItem(FltWorkItem);
}

/* Right: the thread goes back to the Filter Manager, and the read with it, until the work item has an answer. */
function pend(Data: PFLT_CALLBACK_DATA): FLT_PREOP_CALLBACK_STATUS {
  const item = FltAllocateDeferredIoWorkItem();
  if (item === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (NT_SUCCESS(FltQueueDeferredIoWorkItem(item, Data, LookUpAndGoOn, DelayedWorkQueue, null))) return FLT_PREOP_PENDING;
  FltFreeDeferredIoWorkItem(item);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

/* In a worker of the system. */
function LookUpAndGoOn(FltWorkItem: PFLT_DEFERRED_IO_WORKITEM, Data: PFLT_CALLBACK_DATA, Context: PVOID): void {
  lookUp();
  FltFreeDeferredIoWorkItem(FltWorkItem);
  FltCompletePendedPreOperation(Data, FLT_PREOP_SUCCESS_WITH_CALLBACK, null);
}

/* The slow part is done without the lock; only counting needs it. */
function lookUp(): void {
  KeDelayExecutionThread(KernelMode, false, LARGE_INTEGER(LOOK_UP_TIME));
  ExAcquireFastMutex(Globals.Lock);
  Globals.LookedUp++;
  ExReleaseFastMutex(Globals.Lock);
}

function PostRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  if (!FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING)) DbgPrint('pendWork: %u bytes after %u look-ups\n', Data.IoStatus.Information, Globals.LookedUp);
  return FLT_POSTOP_FINISHED_PROCESSING;
}
