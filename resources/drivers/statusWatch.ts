/*
 * statusWatch: what FltRequestOperationStatusCallback tells, and what it does not.
 *
 * A minifilter that wants to know what the drivers below *returned* - not how the operation ended later - asks for an
 * operation status callback in its pre callback. Two uses of it are shown here.
 *
 * 1. Oplock requests and directory change notifications. A granted oplock stays pending at the file system, perhaps for hours,
 *    so the post callback comes too late to learn that it was granted. STATUS_PENDING from below means: granted.
 *
 * 2. The snapshot trap. The I/O parameters are copied when the callback is *requested*. PreRead below asks first and swaps the
 *    read buffer afterwards, so that its status callback gets the old buffer while the file system reads into the new one.
 *    Put a breakpoint on the status callback for IRP_MJ_READ and compare the columns "snapshot" and "sent".
 *    Move the request below the swap, run again, and the two agree.
 */

const TAG = "Swap";

/* What a swap must remember until the post callback. */
interface SwapContext {
  SwappedBuffer: KBUFFER;
  OriginalBuffer: KBUFFER | null;
  Length: number;
}

let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, Registration, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;

  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

const Registration: FLT_REGISTRATION = {
  OperationRegistration: [
    [IRP_MJ_READ, 0, PreRead, PostRead],
    [IRP_MJ_FILE_SYSTEM_CONTROL, 0, PreFsControl, PostOplock],
    [IRP_MJ_DIRECTORY_CONTROL, 0, PreDirectoryControl, null],
    [IRP_MJ_OPERATION_END],
  ],
  FilterUnloadCallback: Unload,
  InstanceQueryTeardownCallback: () => STATUS_SUCCESS,
};

function Unload(Flags: number): NTSTATUS {
  FltUnregisterFilter(gFilter);
  return STATUS_SUCCESS;
}

/* ---- Reads: the snapshot trap ------------------------------------------------------------------------------------------- */

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const read = Data.Iopb.Parameters.Read;

  // Status callbacks exist for IRPs only, and there is nothing to swap in an empty read.
  if (!FLT_IS_IRP_OPERATION(Data) || read.Length === 0) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  // File systems round a non-cached read at end of file up to the sector size.
  const size = FlagOn(Data.Iopb.IrpFlags, IRP_NOCACHE) ? ROUND_TO_SIZE(read.Length, 0x200) : read.Length;
  const buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, TAG);
  if (buffer === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  const context: SwapContext = { SwappedBuffer: buffer, OriginalBuffer: read.MdlAddress === null ? read.ReadBuffer : MmGetSystemAddressForMdlSafe(read.MdlAddress, NormalPagePriority), Length: read.Length };

  // The trap: the parameters are copied here ...
  const status = FltRequestOperationStatusCallback(Data, ReadStatus, context);
  if (!NT_SUCCESS(status)) DbgPrint("no status callback for this read: %08x", status);

  // ... and changed here, so the status callback will not see the change.
  const mdl = FLT_IS_SYSTEM_BUFFER(Data) ? null : IoAllocateMdl(buffer, size);
  if (mdl !== null) MmBuildMdlForNonPagedPool(mdl);
  read.ReadBuffer = buffer;
  read.MdlAddress = mdl;
  FltSetCallbackDataDirty(Data);

  CompletionContext.value = context;
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function ReadStatus(FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID): void {
  const context: SwapContext = RequesterContext;
  if (IopbSnapshot.Parameters.Read.ReadBuffer !== context.SwappedBuffer) {
    DbgPrint("the snapshot still names the old buffer %p; the file system got %p (status %08x)",
      IopbSnapshot.Parameters.Read.ReadBuffer, context.SwappedBuffer, OperationStatus);
  }
}

function PostRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const context: SwapContext = CompletionContext;

  // The data is in our buffer; the caller waits for it in its own.
  if (!FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) && NT_SUCCESS(Data.IoStatus.Status) && context.OriginalBuffer !== null) {
    RtlCopyMemory(context.OriginalBuffer, context.SwappedBuffer, min(Data.IoStatus.Information, context.Length));
  }

  // The buffer is ours to free. Its MDL is not: the Filter Manager frees that one.
  ExFreePoolWithTag(context.SwappedBuffer, TAG);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* ---- Oplocks and change notifications: STATUS_PENDING is the answer ------------------------------------------------------- */

function IsOplockRequest(code: number): boolean {
  return code === FSCTL_REQUEST_OPLOCK || code === FSCTL_REQUEST_BATCH_OPLOCK || code === FSCTL_REQUEST_FILTER_OPLOCK
    || code === FSCTL_REQUEST_OPLOCK_LEVEL_1 || code === FSCTL_REQUEST_OPLOCK_LEVEL_2;
}

function PreFsControl(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (Data.Iopb.MinorFunction !== IRP_MN_USER_FS_REQUEST || !IsOplockRequest(Data.Iopb.Parameters.FileSystemControl.Common.FsControlCode)) {
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  const status = FltRequestOperationStatusCallback(Data, OplockStatus, null);
  if (!NT_SUCCESS(status)) DbgPrint("no status callback for this oplock request: %08x", status);

  // Never FLT_PREOP_SYNCHRONIZE here: a granted oplock would block this thread until it is broken.
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function OplockStatus(FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID): void {
  if (OperationStatus === STATUS_PENDING) DbgPrint("oplock granted (STATUS_PENDING)");
  else if (NT_SUCCESS(OperationStatus)) DbgPrint("oplock request completed at once (%08x): nothing is held", OperationStatus);
  else DbgPrint("oplock not granted (%08x)", OperationStatus);
}

function PostOplock(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  // For a granted oplock this is the break; for a refused one it ran inside IoCallDriver, before the status callback.
  if (!FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING)) DbgPrint("oplock request finished with %08x", Data.IoStatus.Status);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

function PreDirectoryControl(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (Data.Iopb.MinorFunction === IRP_MN_NOTIFY_CHANGE_DIRECTORY) {
    const status = FltRequestOperationStatusCallback(Data, NotifyStatus, null);
    if (!NT_SUCCESS(status)) DbgPrint("no status callback for this notification: %08x", status);
  }
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function NotifyStatus(FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID): void {
  if (OperationStatus === STATUS_PENDING) DbgPrint("waiting for a change of the directory (STATUS_PENDING)");
  else DbgPrint("change notification completed at once (%08x)", OperationStatus);
}
