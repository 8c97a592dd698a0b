/*
 * passThrough: the smallest filter that sees everything.
 *
 * One pre and one post callback for all operations. The post callback is asked for every time, and neither changes anything, so
 * what a caller gets must be what it got without this filter. Start a new filter from here.
 */

let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, { OperationRegistration: Callbacks, FilterUnloadCallback: Unload, InstanceQueryTeardownCallback: QueryTeardown }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;

  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_CREATE, 0, PreOperation, PostOperation],
  [IRP_MJ_CREATE_NAMED_PIPE, 0, PreOperation, PostOperation],
  [IRP_MJ_CLOSE, 0, PreOperation, PostOperation],
  [IRP_MJ_READ, 0, PreOperation, PostOperation],
  [IRP_MJ_WRITE, 0, PreOperation, PostOperation],
  [IRP_MJ_QUERY_INFORMATION, 0, PreOperation, PostOperation],
  [IRP_MJ_SET_INFORMATION, 0, PreOperation, PostOperation],
  [IRP_MJ_QUERY_EA, 0, PreOperation, PostOperation],
  [IRP_MJ_SET_EA, 0, PreOperation, PostOperation],
  [IRP_MJ_FLUSH_BUFFERS, 0, PreOperation, PostOperation],
  [IRP_MJ_QUERY_VOLUME_INFORMATION, 0, PreOperation, PostOperation],
  [IRP_MJ_SET_VOLUME_INFORMATION, 0, PreOperation, PostOperation],
  [IRP_MJ_DIRECTORY_CONTROL, 0, PreOperation, PostOperation],
  [IRP_MJ_FILE_SYSTEM_CONTROL, 0, PreOperation, PostOperation],
  [IRP_MJ_DEVICE_CONTROL, 0, PreOperation, PostOperation],
  [IRP_MJ_INTERNAL_DEVICE_CONTROL, 0, PreOperation, PostOperation],
  // No post callback may be registered for a shutdown, so its pre callback must not ask for one.
  [IRP_MJ_SHUTDOWN, 0, PreOperationNoPost, null],
  [IRP_MJ_LOCK_CONTROL, 0, PreOperation, PostOperation],
  [IRP_MJ_CLEANUP, 0, PreOperation, PostOperation],
  [IRP_MJ_CREATE_MAILSLOT, 0, PreOperation, PostOperation],
  [IRP_MJ_QUERY_SECURITY, 0, PreOperation, PostOperation],
  [IRP_MJ_SET_SECURITY, 0, PreOperation, PostOperation],
  [IRP_MJ_QUERY_QUOTA, 0, PreOperation, PostOperation],
  [IRP_MJ_SET_QUOTA, 0, PreOperation, PostOperation],
  [IRP_MJ_PNP, 0, PreOperation, PostOperation],
  [IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, 0, PreOperation, PostOperation],
  [IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, 0, PreOperation, PostOperation],
  [IRP_MJ_ACQUIRE_FOR_MOD_WRITE, 0, PreOperation, PostOperation],
  [IRP_MJ_RELEASE_FOR_MOD_WRITE, 0, PreOperation, PostOperation],
  [IRP_MJ_ACQUIRE_FOR_CC_FLUSH, 0, PreOperation, PostOperation],
  [IRP_MJ_RELEASE_FOR_CC_FLUSH, 0, PreOperation, PostOperation],
  [IRP_MJ_QUERY_OPEN, 0, PreOperation, PostOperation],
  [IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, 0, PreOperation, PostOperation],
  [IRP_MJ_NETWORK_QUERY_OPEN, 0, PreOperation, PostOperation],
  [IRP_MJ_MDL_READ, 0, PreOperation, PostOperation],
  [IRP_MJ_MDL_READ_COMPLETE, 0, PreOperation, PostOperation],
  [IRP_MJ_PREPARE_MDL_WRITE, 0, PreOperation, PostOperation],
  [IRP_MJ_MDL_WRITE_COMPLETE, 0, PreOperation, PostOperation],
  [IRP_MJ_VOLUME_MOUNT, 0, PreOperation, PostOperation],
  [IRP_MJ_VOLUME_DISMOUNT, 0, PreOperation, PostOperation],
  [IRP_MJ_OPERATION_END],
];

function Unload(Flags: number): NTSTATUS {
  FltUnregisterFilter(gFilter);
  return STATUS_SUCCESS;
}

function QueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

function PreOperation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function PreOperationNoPost(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function PostOperation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  return FLT_POSTOP_FINISHED_PROCESSING;
}
