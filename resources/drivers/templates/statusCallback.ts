/* A filter that asks what the drivers below return for oplock requests. */

let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_FILE_SYSTEM_CONTROL, 0, PreFsControl, null]],
    FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;

  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

function PreFsControl(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (Data.Iopb.Parameters.FileSystemControl.Common.FsControlCode === FSCTL_REQUEST_OPLOCK) {
    FltRequestOperationStatusCallback(Data, OplockStatus, null);
  }
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function OplockStatus(FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID): void {
  DbgPrint(OperationStatus === STATUS_PENDING ? "granted" : "not granted (%08x)", OperationStatus);
}
