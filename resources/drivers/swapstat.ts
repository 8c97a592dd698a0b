/*
 * swapstat: when the snapshot of an operation-status request is taken.
 *
 * FltRequestOperationStatusCallback copies the parameter block at the call. What the pre callback changes afterwards is not in the copy,
 * although the file system gets it; and a copied pointer stays a pointer, whatever becomes of the memory behind it. Values under the
 * service key (DWORD) choose the experiment:
 *
 *   (none)         asks, then swaps ReadBuffer and its MDL: the snapshot has the old buffer, the file system the new one
 *   SwapFirst      swaps, then asks: the snapshot has the new buffer
 *   HalveLength    reads half as much, decided after asking: the snapshot has the old length
 *   ReadThrough    the status callback looks at the bytes behind the snapshot's buffer; with SwapFirst and a read that completes inside
 *                  the call, the post has freed them by then
 *   AskEverywhere  asks where nobody may: in a post callback and for a close
 *
 * Fast I/O has no status callback either: such a read asks in vain and passes.
 */

const TAG = 'Swst';

/* From pre to post, and to the status callback. */
interface Context {
  readonly Original: KBUFFER | null;
  readonly Swapped: KBUFFER;
}

const Globals = { Filter: null as PFLT_FILTER | null, SwapFirst: false, HalveLength: false, ReadThrough: false, AskEverywhere: false };

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  readValues(RegistryPath);
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [
      [IRP_MJ_READ, 0, PreRead, PostRead],
      ...(Globals.AskEverywhere ? [[IRP_MJ_CLOSE, 0, PreClose, null] as FLT_OPERATION_REGISTRATION_ROW] : []),
      [IRP_MJ_OPERATION_END],
    ],
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

function readValues(RegistryPath: PUNICODE_STRING): void {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, null, null);
  const key = ref<HANDLE>();
  if (!NT_SUCCESS(ZwOpenKey(key, KEY_READ, attributes))) return;
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 64, TAG);
  if (buffer !== null) {
    const isSet = (name: string): boolean =>
      NT_SUCCESS(ZwQueryValueKey(key.value, name, KeyValuePartialInformation, buffer, buffer.length, ref<number>())) && view(KEY_VALUE_PARTIAL_INFORMATION, buffer).Data.u32(0) !== 0;
    Globals.SwapFirst = isSet('SwapFirst');
    Globals.HalveLength = isSet('HalveLength');
    Globals.ReadThrough = isSet('ReadThrough');
    Globals.AskEverywhere = isSet('AskEverywhere');
    ExFreePoolWithTag(buffer, TAG);
  }
  ZwClose(key.value);
}

function ask(Data: PFLT_CALLBACK_DATA, context: Context | null, where: string): void {
  const status = FltRequestOperationStatusCallback(Data, OperationStatusCallback, context);
  if (!NT_SUCCESS(status)) DbgPrint('no status callback %s: %08x\n', where, status);
}

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const read = Data.Iopb.Parameters.Read;
  if (!FLT_IS_IRP_OPERATION(Data)) {
    ask(Data, null, 'for fast I/O');
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  if (read.Length === 0) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  // A file system that does not cache a read fills whole sectors.
  const swapped = ExAllocatePool2(POOL_FLAG_NON_PAGED, ROUND_TO_SIZE(read.Length, 0x200), TAG);
  if (swapped === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const mdl = FLT_IS_SYSTEM_BUFFER(Data) ? null : IoAllocateMdl(swapped, swapped.length, false, false, null);
  if (mdl !== null) MmBuildMdlForNonPagedPool(mdl);
  const context: Context = { Original: read.MdlAddress === null ? read.ReadBuffer : MmGetSystemAddressForMdlSafe(read.MdlAddress, NormalPagePriority), Swapped: swapped };

  if (!Globals.SwapFirst) ask(Data, context, 'for this read');
  if (Globals.HalveLength) read.Length /= 2;
  read.ReadBuffer = swapped;
  read.MdlAddress = mdl;
  FltSetCallbackDataDirty(Data);
  if (Globals.SwapFirst) ask(Data, context, 'for this read');

  CompletionContext.value = context;
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

/* After the call to the drivers below has returned. Where they completed the read inside it, the post callback has run before. */
function OperationStatusCallback(FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID): void {
  const context: Context = RequesterContext;
  const { ReadBuffer, Length } = IopbSnapshot.Parameters.Read;
  DbgPrint('status buffer is the old one: %d\n', Number(ReadBuffer !== context.Swapped));
  DbgPrint('status length: %u\n', Length);
  if (Globals.ReadThrough && ReadBuffer !== null) DbgPrint('status first byte: %02x\n', ReadBuffer.u8(0));
}

function PostRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const context: Context = CompletionContext;
  const { ReadBuffer, Length } = Data.Iopb.Parameters.Read;
  // Whatever the pre callback has put into the parameters, the post callback sees those it was given.
  DbgPrint('post buffer is the old one: %d\n', Number(ReadBuffer !== context.Swapped));
  DbgPrint('post length: %u\n', Length);
  if (Globals.AskEverywhere) ask(Data, context, 'in a post callback');
  if (NT_SUCCESS(Data.IoStatus.Status) && context.Original !== null) RtlCopyMemory(context.Original, context.Swapped, Data.IoStatus.Information);
  ExFreePoolWithTag(context.Swapped, TAG);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

function PreClose(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  ask(Data, null, 'for a close');
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
