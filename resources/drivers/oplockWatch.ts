/*
 * oplockWatch: learns of oplocks what a post callback cannot tell.
 *
 * A granted oplock request is not completed: the file system keeps it until the oplock is broken, perhaps for hours. So its post callback
 * tells of the break. That it was granted shows only in what the drivers below return, STATUS_PENDING, and the way to that is
 * FltRequestOperationStatusCallback. A refused request is completed inside the call: then the post callback comes first, and the status
 * callback after it with the same failure.
 *
 * Never FLT_PREOP_SYNCHRONIZE for such a request: the thread would wait for the break. When this filter is detached while it holds a
 * granted request the post callback is called to clean up (draining), and the oplock stays with the file system.
 */

const Globals = { Filter: null as PFLT_FILTER | null };

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_FILE_SYSTEM_CONTROL, 0, PreFsControl, PostFsControl], [IRP_MJ_OPERATION_END]],
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
  if (Globals.Filter !== null) FltUnregisterFilter(Globals.Filter);
  return STATUS_SUCCESS;
}

/* The granular request has its level in a buffer and can be an acknowledgement too; the legacy ones are codes of their own. */
function asksForOplock(Data: PFLT_CALLBACK_DATA): boolean {
  const control = Data.Iopb.Parameters.FileSystemControl;
  switch (control.Common.FsControlCode) {
    case FSCTL_REQUEST_OPLOCK_LEVEL_1:
    case FSCTL_REQUEST_OPLOCK_LEVEL_2:
    case FSCTL_REQUEST_BATCH_OPLOCK:
    case FSCTL_REQUEST_FILTER_OPLOCK:
      return true;
    case FSCTL_REQUEST_OPLOCK: {
      const buffer = control.Buffered.SystemBuffer;
      if (buffer === null || control.Common.InputBufferLength < sizeof(REQUEST_OPLOCK_INPUT_BUFFER)) return false;
      return FlagOn(view(REQUEST_OPLOCK_INPUT_BUFFER, buffer).Flags, REQUEST_OPLOCK_INPUT_FLAG_REQUEST) !== 0;
    }
    default:
      return false;
  }
}

function PreFsControl(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  // There is no status callback for fast I/O, and no oplock is asked for that way.
  if (!FLT_IS_IRP_OPERATION(Data) || Data.Iopb.MinorFunction !== IRP_MN_USER_FS_REQUEST || !asksForOplock(Data)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const status = FltRequestOperationStatusCallback(Data, RequestReturned, null);
  if (!NT_SUCCESS(status)) DbgPrint('watch: no status callback: %08x\n', status);
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function RequestReturned(FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID): void {
  DbgPrint(OperationStatus === STATUS_PENDING ? 'watch: granted\n' : 'watch: not granted\n');
}

/* The end of the request: for a granted oplock its break, which says what is left of it. */
function PostFsControl(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) || !NT_SUCCESS(Data.IoStatus.Status)) return FLT_POSTOP_FINISHED_PROCESSING;
  const control = Data.Iopb.Parameters.FileSystemControl;
  const buffer = control.Buffered.SystemBuffer;
  if (control.Common.FsControlCode !== FSCTL_REQUEST_OPLOCK) DbgPrint('watch: broken to %s\n', Data.IoStatus.Information === FILE_OPLOCK_BROKEN_TO_LEVEL_2 ? 'level 2' : 'none');
  else if (buffer !== null && Data.IoStatus.Information >= sizeof(REQUEST_OPLOCK_OUTPUT_BUFFER)) {
    const { OriginalOplockLevel, NewOplockLevel, Flags: answer } = view(REQUEST_OPLOCK_OUTPUT_BUFFER, buffer);
    DbgPrint('watch: broken from %x to %x%s\n', OriginalOplockLevel, NewOplockLevel, FlagOn(answer, REQUEST_OPLOCK_OUTPUT_FLAG_ACK_REQUIRED) ? ', to be acknowledged' : '');
  }
  return FLT_POSTOP_FINISHED_PROCESSING;
}
