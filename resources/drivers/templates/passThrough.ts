/* A filter that sees reads and changes nothing. */

let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_READ, 0, PreRead, PostRead]],
    FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;

  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function PostRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  return FLT_POSTOP_FINISHED_PROCESSING;
}
