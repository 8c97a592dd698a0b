/*
 * minispy: a logger.
 *
 * The pre callback takes a record with a sequence number, the name and the parameters; the post callback completes it with the
 * result and prints it. So lines appear in order of completion while sequence numbers tell the order of arrival: an operation that
 * stays pending at the file system has a small number and a late line.
 */

/* One operation on its way. */
interface LogRecord {
  SequenceNumber: number;
  Name: string;
  ProcessId: number;
  ThreadId: number;
  OriginatingTime: bigint;
  MajorFunction: number;
  MinorFunction: number;
  IrpFlags: number;
}

let gFilter: PFLT_FILTER;

const Global = { SequenceNumber: 0, Outstanding: 0 };

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, { OperationRegistration: Callbacks, FilterUnloadCallback: SpyFilterUnload, InstanceQueryTeardownCallback: () => STATUS_SUCCESS }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;

  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

const Logged: number[] = [
  IRP_MJ_CREATE, IRP_MJ_CLOSE, IRP_MJ_READ, IRP_MJ_WRITE, IRP_MJ_QUERY_INFORMATION, IRP_MJ_SET_INFORMATION, IRP_MJ_QUERY_EA, IRP_MJ_SET_EA,
  IRP_MJ_FLUSH_BUFFERS, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL,
  IRP_MJ_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_CLEANUP, IRP_MJ_QUERY_SECURITY, IRP_MJ_SET_SECURITY,
  IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_OPEN,
];

const Callbacks: FLT_OPERATION_REGISTRATION[] = Logged.map((MajorFunction) => ({ MajorFunction, PreOperation: SpyPreOperation, PostOperation: SpyPostOperation }));

function SpyFilterUnload(Flags: number): NTSTATUS {
  FltUnregisterFilter(gFilter);
  return STATUS_SUCCESS;
}

/* The name of the file, or what the name query answered in angle brackets. */
function NameOf(Data: PFLT_CALLBACK_DATA): string {
  if (Data.Iopb.TargetFileObject === null) return "(no file object)";
  const information = ref<PFLT_FILE_NAME_INFORMATION>();
  const status = FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP, information);
  if (!NT_SUCCESS(status)) return `<${status.toString(16)}>`;
  const name = information.value.Name.Buffer;
  FltReleaseFileNameInformation(information.value);
  return name;
}

function SpyPreOperation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const time = ref<LARGE_INTEGER>();
  KeQuerySystemTime(time);
  const record: LogRecord = {
    SequenceNumber: InterlockedIncrement(Global, "SequenceNumber"),
    Name: NameOf(Data),
    ProcessId: FltGetRequestorProcessId(Data),
    ThreadId: PsGetCurrentThreadId(),
    OriginatingTime: time.value.QuadPart,
    MajorFunction: Data.Iopb.MajorFunction,
    MinorFunction: Data.Iopb.MinorFunction,
    IrpFlags: Data.Iopb.IrpFlags,
  };
  InterlockedIncrement(Global, "Outstanding");
  CompletionContext.value = record;
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function SpyPostOperation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const record: LogRecord = CompletionContext;
  InterlockedDecrement(Global, "Outstanding");

  // The operation has not completed: the instance is going away. There is no result to print.
  if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING)) return FLT_POSTOP_FINISHED_PROCESSING;

  DbgPrint("%06u %s.%02x pid %u tid %u flags %08x %08x/%Iu %s", record.SequenceNumber, FltGetIrpName(record.MajorFunction), record.MinorFunction,
    record.ProcessId, record.ThreadId, record.IrpFlags, Data.IoStatus.Status, Data.IoStatus.Information, record.Name);
  return FLT_POSTOP_FINISHED_PROCESSING;
}
