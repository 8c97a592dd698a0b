/*
 * nullFilter: a minifilter that does nothing.
 *
 * It registers no operation and no context. What is left is the life of a driver: DriverEntry registers and starts filtering,
 * instances come and go, and unloading unregisters. Its instance definition suppresses automatic attachment, so it attaches only
 * where somebody asks for it, and even then no I/O ever reaches it. Useful to see what loading, attaching and detaching are alone.
 */

/* Everything the filter remembers: what FltRegisterFilter gave it. */
interface NULL_FILTER_DATA {
  FilterHandle: PFLT_FILTER | null;
}

const NullFilterData: NULL_FILTER_DATA = { FilterHandle: null };

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  Flags: 0,
  // Neither contexts nor operations: an empty registration is a legal one.
  ContextRegistration: null,
  OperationRegistration: null,
  FilterUnloadCallback: NullUnload,
  // No setup callback: every attachment is agreed to.
  InstanceSetupCallback: null,
  InstanceQueryTeardownCallback: NullQueryTeardown,
};

/* Called once when the driver is loaded. A failure after the registration must take it back. */
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  UNREFERENCED_PARAMETER(RegistryPath);

  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, FilterRegistration, filter);
  if (!NT_SUCCESS(status)) return status;
  NullFilterData.FilterHandle = filter.value;

  status = FltStartFiltering(filter.value);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  return status;
}

/* The driver is to go. Nothing is outstanding, so it always agrees. */
function NullUnload(Flags: number): NTSTATUS {
  UNREFERENCED_PARAMETER(Flags);
  PAGED_CODE();
  if (NullFilterData.FilterHandle !== null) FltUnregisterFilter(NullFilterData.FilterHandle);
  return STATUS_SUCCESS;
}

/* Somebody detaches an instance by hand. Without this callback the Filter Manager would refuse with STATUS_FLT_DO_NOT_DETACH. */
function NullQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  UNREFERENCED_PARAMETER(FltObjects);
  UNREFERENCED_PARAMETER(Flags);
  PAGED_CODE();
  return STATUS_SUCCESS;
}
