/*
 * swapBuffers: every read, write and directory listing goes through a buffer of the filter's own.
 *
 * What an encrypting or compressing filter is built on. Before the operation goes down, the caller's buffer in the parameters is
 * replaced by one of ours; when it has completed, the Filter Manager shows the caller's own buffer again, and the data is copied
 * there. Below the filter nobody notices. The data itself is not changed here.
 *
 * Who frees what: the buffer is ours, in the post callback. The MDL we made for it belongs to the Filter Manager from then on.
 */

const BUFFER_SWAP_TAG = 'bdBS';
const CONTEXT_TAG = 'xcBS';

const MIN_SECTOR_SIZE = 0x200;

/* What is known of a volume: what to round non-cached transfers up to, and its name for messages. */
interface VOLUME_CONTEXT {
  Name: UNICODE_STRING;
  SectorSize: number;
}

/* From pre to post: the context for its name, and the buffer to copy from and to free. */
interface PRE_2_POST_CONTEXT {
  readonly VolCtx: PFLT_CONTEXT;
  readonly SwappedBuffer: KBUFFER;
}

const Globals = { FilterHandle: null as PFLT_FILTER | null };

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_READ, 0, SwapPreReadBuffers, SwapPostReadBuffers],
  [IRP_MJ_WRITE, 0, SwapPreWriteBuffers, SwapPostWriteBuffers],
  [IRP_MJ_DIRECTORY_CONTROL, 0, SwapPreDirCtrlBuffers, SwapPostDirCtrlBuffers],
  [IRP_MJ_OPERATION_END],
];

const ContextNotifications: FLT_CONTEXT_REGISTRATION_ROW[] = [
  [FLT_VOLUME_CONTEXT, 0, null, 16, CONTEXT_TAG],
];

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  Flags: 0,
  ContextRegistration: ContextNotifications,
  OperationRegistration: Callbacks,
  FilterUnloadCallback: FilterUnload,
  InstanceSetupCallback: InstanceSetup,
  InstanceQueryTeardownCallback: InstanceQueryTeardown,
};

/* ---- Life cycle ----------------------------------------------------------------------------------------------------------------- */

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, FilterRegistration, filter);
  if (!NT_SUCCESS(status)) return status;
  Globals.FilterHandle = filter.value;
  status = FltStartFiltering(filter.value);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  return status;
}

function FilterUnload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (Globals.FilterHandle !== null) FltUnregisterFilter(Globals.FilterHandle);
  return STATUS_SUCCESS;
}

function InstanceQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

/* Attaches everywhere, also where the context cannot be had: then nothing is swapped there. */
function InstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  PAGED_CODE();
  const { Filter, Volume } = FltObjects;
  if (Volume === null) return STATUS_SUCCESS;
  const context = ref<PFLT_CONTEXT>();
  let status = FltAllocateContext(Filter, FLT_VOLUME_CONTEXT, 16, NonPagedPool, context);
  if (!NT_SUCCESS(status)) return STATUS_SUCCESS;

  const properties = { SectorSize: 0 };
  const returned = ref<number>();
  status = FltGetVolumeProperties(Volume, properties, 1024, returned);
  if (NT_SUCCESS(status) || status === STATUS_BUFFER_OVERFLOW) {
    const volCtx: VOLUME_CONTEXT = context.value;
    volCtx.SectorSize = max(properties.SectorSize, MIN_SECTOR_SIZE);
    volCtx.Name = VolumeName(Volume);
    // Another instance of this filter may have been here first: its context is as good.
    FltSetVolumeContext(Volume, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  }
  FltReleaseContext(context.value);
  return STATUS_SUCCESS;
}

/* `\Device\HarddiskVolume1`, for messages. */
function VolumeName(Volume: PFLT_VOLUME): UNICODE_STRING {
  const needed = ref<number>();
  FltGetVolumeName(Volume, null, needed);
  const name = new UNICODE_STRING('', needed.value);
  FltGetVolumeName(Volume, name, needed);
  return name;
}

/* ---- Reads ------------------------------------------------------------------------------------------------------------------------- */

function SwapPreReadBuffers(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const iopb = Data.Iopb;
  const read = iopb.Parameters.Read;
  let newBuf: KBUFFER | null = null;
  let newMdl: PMDL | null = null;
  const volCtx = ref<PFLT_CONTEXT>(null);
  let retValue: FLT_PREOP_CALLBACK_STATUS = FLT_PREOP_SUCCESS_NO_CALLBACK;
  try {
    let readLen = read.Length;
    if (readLen === 0) return retValue;
    if (FltObjects.Volume === null || FltObjects.Instance === null || !NT_SUCCESS(FltGetVolumeContext(FltObjects.Filter, FltObjects.Volume, volCtx))) return retValue;

    // A non-cached read fills whole sectors, whatever its length says.
    if (FlagOn(iopb.IrpFlags, IRP_NOCACHE)) readLen = ROUND_TO_SIZE(readLen, (volCtx.value as VOLUME_CONTEXT).SectorSize);

    newBuf = FltAllocatePoolAlignedWithTag(FltObjects.Instance, NonPagedPool, readLen, BUFFER_SWAP_TAG);
    if (newBuf === null) return retValue;

    // Only an IRP has an MDL.
    if (FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_IRP_OPERATION)) {
      newMdl = IoAllocateMdl(newBuf, readLen, false, false, null);
      if (newMdl === null) return retValue;
      MmBuildMdlForNonPagedPool(newMdl);
    }

    const p2pCtx: PRE_2_POST_CONTEXT = { VolCtx: volCtx.value, SwappedBuffer: newBuf };
    read.ReadBuffer = newBuf;
    read.MdlAddress = newMdl;
    FltSetCallbackDataDirty(Data);
    CompletionContext.value = p2pCtx;
    retValue = FLT_PREOP_SUCCESS_WITH_CALLBACK;
    return retValue;
  } finally {
    // What the post callback gets it also gives back.
    if (retValue !== FLT_PREOP_SUCCESS_WITH_CALLBACK) {
      if (newBuf !== null && FltObjects.Instance !== null) FltFreePoolAlignedWithTag(FltObjects.Instance, newBuf, BUFFER_SWAP_TAG);
      if (newMdl !== null) IoFreeMdl(newMdl);
      if (volCtx.value !== null) FltReleaseContext(volCtx.value);
    }
  }
}

/* The parameters are the caller's again. Up to DISPATCH_LEVEL, in any thread. */
function SwapPostReadBuffers(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const p2pCtx: PRE_2_POST_CONTEXT = CompletionContext;
  const read = Data.Iopb.Parameters.Read;
  const retValue = ref<FLT_POSTOP_CALLBACK_STATUS>(FLT_POSTOP_FINISHED_PROCESSING);
  let cleanupAllocatedBuffer = true;

  // An operation with swapped buffers is never drained: the system waits for it instead.
  FLT_ASSERT(!FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING));
  try {
    if (!NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Information === 0) return retValue.value;

    let origBuf: KBUFFER | null;
    if (read.MdlAddress !== null) {
      origBuf = MmGetSystemAddressForMdlSafe(read.MdlAddress, NormalPagePriority | MdlMappingNoExecute);
      if (origBuf === null) {
        Data.IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
        Data.IoStatus.Information = 0;
        return retValue.value;
      }
    } else if (FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER | FLTFL_CALLBACK_DATA_FAST_IO_OPERATION)) {
      // A buffer of the system is good anywhere; fast I/O completes in the caller's own thread.
      origBuf = read.ReadBuffer;
    } else {
      // The memory of a process that may not be the present one, perhaps at DISPATCH_LEVEL.
      if (FltDoCompletionProcessingWhenSafe(Data, FltObjects, CompletionContext, Flags, SwapPostReadBuffersWhenSafe, retValue)) {
        cleanupAllocatedBuffer = false;
      } else {
        Data.IoStatus.Status = STATUS_UNSUCCESSFUL;
        Data.IoStatus.Information = 0;
      }
      return retValue.value;
    }

    CopyGuarded(Data, origBuf, p2pCtx.SwappedBuffer, Data.IoStatus.Information);
    return retValue.value;
  } finally {
    if (cleanupAllocatedBuffer) FreeSwap(FltObjects, p2pCtx);
  }
}

/* At PASSIVE_LEVEL or APC_LEVEL, perhaps in a worker: the buffer has to be locked before it is touched. */
function SwapPostReadBuffersWhenSafe(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const p2pCtx: PRE_2_POST_CONTEXT = CompletionContext;
  const status = FltLockUserBuffer(Data);
  if (NT_SUCCESS(status)) CopyToLocked(Data, Data.Iopb.Parameters.Read.MdlAddress, p2pCtx.SwappedBuffer, Data.IoStatus.Information);
  else {
    Data.IoStatus.Status = status;
    Data.IoStatus.Information = 0;
  }
  FreeSwap(FltObjects, p2pCtx);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* ---- Directory listings, and change notifications, which have their fields at the same places ---------------------------------------- */

function SwapPreDirCtrlBuffers(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const query = Data.Iopb.Parameters.DirectoryControl.QueryDirectory;
  let newBuf: KBUFFER | null = null;
  let newMdl: PMDL | null = null;
  const volCtx = ref<PFLT_CONTEXT>(null);
  let retValue: FLT_PREOP_CALLBACK_STATUS = FLT_PREOP_SUCCESS_NO_CALLBACK;
  try {
    if (query.Length === 0) return retValue;
    if (FltObjects.Volume === null || !NT_SUCCESS(FltGetVolumeContext(FltObjects.Filter, FltObjects.Volume, volCtx))) return retValue;

    // The whole of it is copied back, so nothing of ours may show through: zeroed.
    newBuf = ExAllocatePool2(POOL_FLAG_NON_PAGED, query.Length, BUFFER_SWAP_TAG);
    if (newBuf === null) return retValue;
    if (FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_IRP_OPERATION)) {
      newMdl = IoAllocateMdl(newBuf, query.Length, false, false, null);
      if (newMdl === null) return retValue;
      MmBuildMdlForNonPagedPool(newMdl);
    }

    const p2pCtx: PRE_2_POST_CONTEXT = { VolCtx: volCtx.value, SwappedBuffer: newBuf };
    query.DirectoryBuffer = newBuf;
    query.MdlAddress = newMdl;
    FltSetCallbackDataDirty(Data);
    CompletionContext.value = p2pCtx;
    retValue = FLT_PREOP_SUCCESS_WITH_CALLBACK;
    return retValue;
  } finally {
    if (retValue !== FLT_PREOP_SUCCESS_WITH_CALLBACK) {
      if (newBuf !== null) ExFreePool(newBuf);
      if (newMdl !== null) IoFreeMdl(newMdl);
      if (volCtx.value !== null) FltReleaseContext(volCtx.value);
    }
  }
}

function SwapPostDirCtrlBuffers(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const p2pCtx: PRE_2_POST_CONTEXT = CompletionContext;
  const query = Data.Iopb.Parameters.DirectoryControl.QueryDirectory;
  const retValue = ref<FLT_POSTOP_CALLBACK_STATUS>(FLT_POSTOP_FINISHED_PROCESSING);
  let cleanupAllocatedBuffer = true;
  FLT_ASSERT(!FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING));
  try {
    if (!NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Information === 0) return retValue.value;

    let origBuf: KBUFFER | null;
    if (query.MdlAddress !== null) {
      origBuf = MmGetSystemAddressForMdlSafe(query.MdlAddress, NormalPagePriority | MdlMappingNoExecute);
      if (origBuf === null) {
        Data.IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
        Data.IoStatus.Information = 0;
        return retValue.value;
      }
    } else if (FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER | FLTFL_CALLBACK_DATA_FAST_IO_OPERATION)) {
      origBuf = query.DirectoryBuffer;
    } else {
      if (FltDoCompletionProcessingWhenSafe(Data, FltObjects, CompletionContext, Flags, SwapPostDirCtrlBuffersWhenSafe, retValue)) {
        cleanupAllocatedBuffer = false;
      } else {
        Data.IoStatus.Status = STATUS_UNSUCCESSFUL;
        Data.IoStatus.Information = 0;
      }
      return retValue.value;
    }
    // The whole length, not Information: a listing that ends early may still have changed what lies behind it.
    CopyGuarded(Data, origBuf, p2pCtx.SwappedBuffer, query.Length);
    return retValue.value;
  } finally {
    if (cleanupAllocatedBuffer) FreePlainSwap(p2pCtx);
  }
}

function SwapPostDirCtrlBuffersWhenSafe(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const p2pCtx: PRE_2_POST_CONTEXT = CompletionContext;
  const status = FltLockUserBuffer(Data);
  if (NT_SUCCESS(status)) {
    const query = Data.Iopb.Parameters.DirectoryControl.QueryDirectory;
    CopyToLocked(Data, query.MdlAddress, p2pCtx.SwappedBuffer, query.Length);
  } else {
    Data.IoStatus.Status = status;
    Data.IoStatus.Information = 0;
  }
  FreePlainSwap(p2pCtx);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* ---- Writes ------------------------------------------------------------------------------------------------------------------------- */

function SwapPreWriteBuffers(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const iopb = Data.Iopb;
  const write = iopb.Parameters.Write;
  let newBuf: KBUFFER | null = null;
  let newMdl: PMDL | null = null;
  const volCtx = ref<PFLT_CONTEXT>(null);
  let retValue: FLT_PREOP_CALLBACK_STATUS = FLT_PREOP_SUCCESS_NO_CALLBACK;
  try {
    let writeLen = write.Length;
    if (writeLen === 0) return retValue;
    if (FltObjects.Volume === null || FltObjects.Instance === null || !NT_SUCCESS(FltGetVolumeContext(FltObjects.Filter, FltObjects.Volume, volCtx))) return retValue;
    if (FlagOn(iopb.IrpFlags, IRP_NOCACHE)) writeLen = ROUND_TO_SIZE(writeLen, (volCtx.value as VOLUME_CONTEXT).SectorSize);

    newBuf = FltAllocatePoolAlignedWithTag(FltObjects.Instance, NonPagedPool, writeLen, BUFFER_SWAP_TAG);
    if (newBuf === null) return retValue;
    if (FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_IRP_OPERATION)) {
      newMdl = IoAllocateMdl(newBuf, writeLen, false, false, null);
      if (newMdl === null) return retValue;
      MmBuildMdlForNonPagedPool(newMdl);
    }

    let origBuf: KBUFFER | null;
    if (write.MdlAddress !== null) {
      FLT_ASSERT(FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_IRP_OPERATION));
      origBuf = MmGetSystemAddressForMdlSafe(write.MdlAddress, NormalPagePriority | MdlMappingNoExecute);
      if (origBuf === null) {
        Data.IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
        Data.IoStatus.Information = 0;
        retValue = FLT_PREOP_COMPLETE;
        return retValue;
      }
    } else origBuf = write.WriteBuffer;

    try {
      // Kept from the sample: the rounded length, which for a non-cached write that is no whole number of sectors reads past the
      // caller's data. Such a write is refused by the file system anyway.
      if (origBuf !== null) RtlCopyMemory(newBuf, origBuf, writeLen);
    } catch (exception) {
      Data.IoStatus.Status = (exception as { GetExceptionCode(): NTSTATUS }).GetExceptionCode();
      Data.IoStatus.Information = 0;
      retValue = FLT_PREOP_COMPLETE;
      return retValue;
    }

    const p2pCtx: PRE_2_POST_CONTEXT = { VolCtx: volCtx.value, SwappedBuffer: newBuf };
    write.WriteBuffer = newBuf;
    write.MdlAddress = newMdl;
    FltSetCallbackDataDirty(Data);
    CompletionContext.value = p2pCtx;
    retValue = FLT_PREOP_SUCCESS_WITH_CALLBACK;
    return retValue;
  } finally {
    if (retValue !== FLT_PREOP_SUCCESS_WITH_CALLBACK) {
      if (newBuf !== null && FltObjects.Instance !== null) FltFreePoolAlignedWithTag(FltObjects.Instance, newBuf, BUFFER_SWAP_TAG);
      if (newMdl !== null) IoFreeMdl(newMdl);
      if (volCtx.value !== null) FltReleaseContext(volCtx.value);
    }
  }
}

/* Nothing to copy back. */
function SwapPostWriteBuffers(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  FLT_ASSERT(!FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING));
  FreeSwap(FltObjects, CompletionContext);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* ---- Shared ---------------------------------------------------------------------------------------------------------------------------- */

/* Copies to memory that may fault; then the operation fails with the exception's code. */
function CopyGuarded(Data: PFLT_CALLBACK_DATA, destination: KBUFFER | null, source: KBUFFER, length: number): void {
  if (destination === null) return;
  try {
    RtlCopyMemory(destination, source, length);
  } catch (exception) {
    Data.IoStatus.Status = (exception as { GetExceptionCode(): NTSTATUS }).GetExceptionCode();
    Data.IoStatus.Information = 0;
  }
}

/* Copies to what FltLockUserBuffer has locked. */
function CopyToLocked(Data: PFLT_CALLBACK_DATA, mdl: PMDL | null, source: KBUFFER, length: number): void {
  const origBuf = mdl === null ? null : MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute);
  if (origBuf === null) {
    Data.IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    Data.IoStatus.Information = 0;
  } else RtlCopyMemory(origBuf, source, length);
}

function FreeSwap(FltObjects: PCFLT_RELATED_OBJECTS, p2pCtx: PRE_2_POST_CONTEXT): void {
  if (FltObjects.Instance !== null) FltFreePoolAlignedWithTag(FltObjects.Instance, p2pCtx.SwappedBuffer, BUFFER_SWAP_TAG);
  FltReleaseContext(p2pCtx.VolCtx);
}

function FreePlainSwap(p2pCtx: PRE_2_POST_CONTEXT): void {
  ExFreePool(p2pCtx.SwappedBuffer);
  FltReleaseContext(p2pCtx.VolCtx);
}
