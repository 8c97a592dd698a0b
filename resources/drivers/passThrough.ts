/*
 * passThrough: the smallest filter that sees everything.
 *
 * One pre and one post callback for all operations. The post callback is asked for every time, and neither changes anything, so
 * what a caller gets must be what it got without this filter. Start a new filter from here.
 *
 * For oplock requests and directory change notifications it also asks what the drivers below *returned*: such a request stays
 * pending for as long as the oplock is held or nothing changes, so its post callback comes much too late to learn that it was granted.
 */

let gFilterHandle: PFLT_FILTER;

/* Tells one status request from the next. It starts at 1 and is counted up before it is used, so the first context is 2. */
const OperationStatusCtx = { Count: 1 };

/* The driver's entry: registers, starts filtering, and takes the registration back where that fails. */
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  UNREFERENCED_PARAMETER(RegistryPath);

  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, FilterRegistration, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilterHandle = filter.value;

  status = FltStartFiltering(gFilterHandle);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilterHandle);
  return status;
}

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_CREATE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_CREATE_NAMED_PIPE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_CLOSE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_READ, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_WRITE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_QUERY_INFORMATION, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_SET_INFORMATION, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_QUERY_EA, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_SET_EA, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_FLUSH_BUFFERS, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_QUERY_VOLUME_INFORMATION, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_SET_VOLUME_INFORMATION, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_DIRECTORY_CONTROL, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_FILE_SYSTEM_CONTROL, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_DEVICE_CONTROL, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_INTERNAL_DEVICE_CONTROL, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  // No post callback may be registered for a shutdown, so its pre callback must not ask for one.
  [IRP_MJ_SHUTDOWN, 0, PtPreOperationNoPostOperationPassThrough, null],
  [IRP_MJ_LOCK_CONTROL, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_CLEANUP, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_CREATE_MAILSLOT, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_QUERY_SECURITY, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_SET_SECURITY, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_QUERY_QUOTA, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_SET_QUOTA, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_PNP, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_ACQUIRE_FOR_MOD_WRITE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_RELEASE_FOR_MOD_WRITE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_ACQUIRE_FOR_CC_FLUSH, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_RELEASE_FOR_CC_FLUSH, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_NETWORK_QUERY_OPEN, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_MDL_READ, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_MDL_READ_COMPLETE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_PREPARE_MDL_WRITE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_MDL_WRITE_COMPLETE, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_VOLUME_MOUNT, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_VOLUME_DISMOUNT, 0, PtPreOperationPassThrough, PtPostOperationPassThrough],
  [IRP_MJ_OPERATION_END],
];

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  Flags: 0,
  ContextRegistration: null,
  OperationRegistration: Callbacks,
  FilterUnloadCallback: PtUnload,
  InstanceSetupCallback: PtInstanceSetup,
  InstanceQueryTeardownCallback: PtInstanceQueryTeardown,
  InstanceTeardownStartCallback: PtInstanceTeardownStart,
  InstanceTeardownCompleteCallback: PtInstanceTeardownComplete,
};

/* ---- Life cycle: agrees to everything --------------------------------------------------------------------------------------- */

function PtUnload(Flags: number): NTSTATUS {
  UNREFERENCED_PARAMETER(Flags);
  PAGED_CODE();
  FltUnregisterFilter(gFilterHandle);
  return STATUS_SUCCESS;
}

function PtInstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  PAGED_CODE();
  return STATUS_SUCCESS;
}

function PtInstanceQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  PAGED_CODE();
  return STATUS_SUCCESS;
}

function PtInstanceTeardownStart(FltObjects: PCFLT_RELATED_OBJECTS, Reason: number): void {
  PAGED_CODE();
}

function PtInstanceTeardownComplete(FltObjects: PCFLT_RELATED_OBJECTS, Reason: number): void {
  PAGED_CODE();
}

/* ---- Operations --------------------------------------------------------------------------------------------------------------- */

/* Every operation but IRP_MJ_SHUTDOWN on its way down. Runs in the requestor's thread, for paging I/O at APC_LEVEL. */
function PtPreOperationPassThrough(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (PtDoRequestOperationStatus(Data)) {
    const status = FltRequestOperationStatusCallback(Data, PtOperationStatusCallback, InterlockedIncrement(OperationStatusCtx, "Count"));
    // Not knowing is no reason to fail the operation.
    if (!NT_SUCCESS(status)) DbgPrint("passThrough: no operation status for %s, %08x\n", FltGetIrpName(Data.Iopb.MajorFunction), status);
  }
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

/* What the drivers below returned. Runs in the thread that sent the operation down; ParameterSnapshot is the copy made when it was asked for. */
function PtOperationStatusCallback(FltObjects: PCFLT_RELATED_OBJECTS, ParameterSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID): void {
  DbgPrint("passThrough: status=%08x ctx=%u mj=%02x.%02x %s\n", OperationStatus, RequesterContext, ParameterSnapshot.MajorFunction, ParameterSnapshot.MinorFunction,
    FltGetIrpName(ParameterSnapshot.MajorFunction));
}

/* An operation has completed below. Up to DISPATCH_LEVEL, in any thread. */
function PtPostOperationPassThrough(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* IRP_MJ_SHUTDOWN: nobody may ask for a post callback. */
function PtPreOperationNoPostOperationPassThrough(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

/*
 * Whether the operation may stay pending for long once it is granted.
 *
 * The list is that of the legacy oplock requests; the newer FSCTL_REQUEST_OPLOCK is not in it, and is left out on purpose: this
 * driver behaves like the sample it stands for. Add it to watch today's oplocks.
 */
function PtDoRequestOperationStatus(Data: PFLT_CALLBACK_DATA): boolean {
  const iopb = Data.Iopb;
  if (iopb.MajorFunction === IRP_MJ_FILE_SYSTEM_CONTROL) {
    const code = iopb.Parameters.FileSystemControl.Common.FsControlCode;
    return code === FSCTL_REQUEST_FILTER_OPLOCK || code === FSCTL_REQUEST_BATCH_OPLOCK || code === FSCTL_REQUEST_OPLOCK_LEVEL_1 || code === FSCTL_REQUEST_OPLOCK_LEVEL_2;
  }
  return iopb.MajorFunction === IRP_MJ_DIRECTORY_CONTROL && iopb.MinorFunction === IRP_MN_NOTIFY_CHANGE_DIRECTORY;
}
