/* A filter that looks at every read before it goes down, and asks for no post callback. */

let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]],
    FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;

  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const read = Data.Iopb.Parameters.Read;
  DbgPrint("read of %u bytes at %I64d", read.Length, read.ByteOffset.QuadPart);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
