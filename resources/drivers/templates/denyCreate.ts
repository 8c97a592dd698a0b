/* A filter that refuses to open certain files. Nothing below is asked, and no filter below sees the create. */

let gFilter: PFLT_FILTER;

/* Compared with the final component of the name, without case. */
const DENIED = "*.LOCKED";

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, null]],
    FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;

  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, name))) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  FltParseFileNameInformation(name.value);
  const denied = FsRtlIsNameInExpression(DENIED, name.value.FinalComponent, true);
  if (denied) DbgPrint("denied: %wZ", name.value.Name);
  FltReleaseFileNameInformation(name.value);
  if (!denied) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}
