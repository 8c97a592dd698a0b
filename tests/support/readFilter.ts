/** A driver that is called before reads and can be unloaded. `body`: what it does then, from line 10. */
export const readFilterSource = (body: string): string => `let filter: PFLT_FILTER;
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const made = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]], FilterUnloadCallback: () => { FltUnregisterFilter(filter); return STATUS_SUCCESS; } }, made);
  if (!NT_SUCCESS(status)) return status;
  filter = made.value;
  return FltStartFiltering(filter);
}
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  ${body}
}
`;
