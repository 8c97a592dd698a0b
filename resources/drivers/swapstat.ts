/* The snapshot trap (driver-api-usage.md 3.6): asks for the status of a read first, and changes the parameters afterwards. `Order` and `Halve` under the service key. */

interface Context {
  readonly Original: KBUFFER | null;
  readonly Swapped: KBUFFER;
}

let gFilter: PFLT_FILTER;
const options = { SwapFirst: false, HalveLength: false };

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  options.SwapFirst = readValue(RegistryPath, 'SwapFirst') !== 0;
  options.HalveLength = readValue(RegistryPath, 'HalveLength') !== 0;
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_READ, 0, PreRead, PostRead]],
    FilterUnloadCallback: () => {
      FltUnregisterFilter(gFilter);
      return STATUS_SUCCESS;
    },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

function readValue(RegistryPath: PUNICODE_STRING, name: string): number {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, RegistryPath, OBJ_CASE_INSENSITIVE, null, null);
  const key = ref<HANDLE>();
  if (!NT_SUCCESS(ZwOpenKey(key, KEY_READ, attributes))) return 0;
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 64, 'Swst');
  const length = ref<number>();
  let value = 0;
  if (buffer !== null) {
    if (NT_SUCCESS(ZwQueryValueKey(key.value, name, KeyValuePartialInformation, buffer, 64, length))) value = view(KEY_VALUE_PARTIAL_INFORMATION, buffer).Data.u32(0);
    ExFreePoolWithTag(buffer, 'Swst');
  }
  ZwClose(key.value);
  return value;
}

function ask(Data: PFLT_CALLBACK_DATA, context: Context | null): void {
  const status = FltRequestOperationStatusCallback(Data, Status, context);
  if (!NT_SUCCESS(status)) DbgPrint('swapstat: %08x\n', status);
}

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const read = Data.Iopb.Parameters.Read;
  if (!FLT_IS_IRP_OPERATION(Data)) {
    ask(Data, null);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  const swapped = ExAllocatePool2(POOL_FLAG_NON_PAGED, read.Length, 'Swst');
  if (swapped === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const context: Context = { Original: read.ReadBuffer, Swapped: swapped };
  if (!options.SwapFirst) ask(Data, context);
  if (options.HalveLength) read.Length /= 2;
  const mdl = IoAllocateMdl(swapped, swapped.length, false, false, null);
  if (mdl !== null) MmBuildMdlForNonPagedPool(mdl);
  read.ReadBuffer = swapped;
  read.MdlAddress = mdl;
  FltSetCallbackDataDirty(Data);
  if (options.SwapFirst) ask(Data, context);
  CompletionContext.value = context;
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function Status(FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID): void {
  const context: Context = RequesterContext;
  const { ReadBuffer, Length } = IopbSnapshot.Parameters.Read;
  DbgPrint('swapstat: snapshot has %s buffer, length %u\n', ReadBuffer === context.Swapped ? 'the new' : ReadBuffer === context.Original ? 'the old' : 'another', Length);
}

function PostRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const context: Context = CompletionContext;
  const { ReadBuffer, Length } = Data.Iopb.Parameters.Read;
  DbgPrint('swapstat: post has %s buffer, length %u\n', ReadBuffer === context.Original ? 'the old' : 'another', Length);
  if (NT_SUCCESS(Data.IoStatus.Status) && context.Original !== null) RtlCopyMemory(context.Original, context.Swapped, Data.IoStatus.Information);
  ExFreePoolWithTag(context.Swapped, 'Swst');
  return FLT_POSTOP_FINISHED_PROCESSING;
}
