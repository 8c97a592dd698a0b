/** A driver that sees reads before they go down, by the routines that a test gives. */

/** `routines`: PreRead and what it calls. */
export const readDriver = (routines: string): string => `
let gFilterHandle: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status: NTSTATUS = FltRegisterFilter(DriverObject, {
    Version: FLT_REGISTRATION_VERSION, Flags: 0, ContextRegistration: null, FilterUnloadCallback: null,
    OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null], [IRP_MJ_OPERATION_END]],
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilterHandle = filter.value;
  return FltStartFiltering(gFilterHandle);
}

${routines}`;
