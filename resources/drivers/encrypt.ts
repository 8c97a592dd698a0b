/*
 * encrypt: plain text in the cache, cipher text on disk.
 *
 * Only reads and writes that are not cached are transformed, which are those between the cache and the disk and those of programs that
 * do without a cache. Everything cached, fast I/O above all, is plain text already. The bytes of a write are encrypted into a buffer of
 * the filter's own, because the caller's are not to be changed: for paging I/O they are the pages of the cache. A read is swapped
 * likewise, and its post callback decrypts into the buffer that was asked for, at DISPATCH_LEVEL through the MDL where it has to.
 *
 * Whether a stream is encrypted says its context, not its name: a lazy write comes after the handle is gone, in another process. So that
 * nobody meets cipher text elsewhere, a file may not leave the folder. The cipher is no cipher (every byte with 0xA5), and there is no
 * header in front of the data: both would be a matter of their own.
 */

const TAG = 'Encr';
const FOLDER = '\\enc\\';

interface Swap {
  readonly Buffer: KBUFFER;
}

let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    ContextRegistration: [[FLT_STREAM_CONTEXT, 0, null, 8, TAG]],
    OperationRegistration: [
      [IRP_MJ_CREATE, 0, () => FLT_PREOP_SYNCHRONIZE, PostCreate], [IRP_MJ_READ, 0, PreRead, PostRead], [IRP_MJ_WRITE, 0, PreWrite, PostWrite], [IRP_MJ_SET_INFORMATION, 0, PreSetInformation, null],
    ],
    FilterUnloadCallback: () => {
      FltUnregisterFilter(gFilter);
      return STATUS_SUCCESS;
    },
    InstanceQueryTeardownCallback: () => STATUS_SUCCESS,
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

function PostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  if (!NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Status === STATUS_REPARSE || Instance === null || FileObject === null) return FLT_POSTOP_FINISHED_PROCESSING;
  const directory = ref(false);
  FltIsDirectory(FileObject, Instance, directory);
  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  if (directory.value || !NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, name))) return FLT_POSTOP_FINISHED_PROCESSING;
  FltParseFileNameInformation(name.value);
  const inside = RtlPrefixUnicodeString(FOLDER, name.value.Name.Buffer.slice(name.value.Volume.Buffer.length), true);
  FltReleaseFileNameInformation(name.value);
  const context = ref<PFLT_CONTEXT>();
  if (!inside || !NT_SUCCESS(FltAllocateContext(FltObjects.Filter, FLT_STREAM_CONTEXT, 8, NonPagedPoolNx, context))) return FLT_POSTOP_FINISHED_PROCESSING;
  context.value.Encrypted = true;
  FltSetStreamContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  FltReleaseContext(context.value);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* Whether bytes of this transfer are cipher text below: not cached, and of an encrypted stream. */
function isTransformed(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS): boolean {
  if (!FLT_IS_IRP_OPERATION(Data) || !FlagOn(Data.Iopb.IrpFlags, IRP_NOCACHE) || FltObjects.Instance === null || FltObjects.FileObject === null) return false;
  const context = ref<PFLT_CONTEXT>();
  if (!NT_SUCCESS(FltGetStreamContext(FltObjects.Instance, FltObjects.FileObject, context))) return false;
  FltReleaseContext(context.value);
  return true;
}

function transform(destination: KBUFFER, source: KBUFFER, length: number): void {
  for (let at = 0; at < length; at++) destination.setU8(at, source.u8(at) ^ 0xa5);
}

const addressOf = (mdl: PMDL | null, buffer: KBUFFER | null): KBUFFER | null => (mdl === null ? buffer : MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority));

/* The file system transfers whole sectors where it does not cache. */
function swapFor(transfer: number): { readonly buffer: KBUFFER; readonly mdl: PMDL } | null {
  const length = ROUND_TO_SIZE(transfer, 0x200);
  const buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, length, TAG);
  if (buffer === null) return null;
  const mdl = IoAllocateMdl(buffer, length, false, false, null);
  if (mdl === null) {
    ExFreePoolWithTag(buffer, TAG);
    return null;
  }
  MmBuildMdlForNonPagedPool(mdl);
  return { buffer, mdl };
}

function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const read = Data.Iopb.Parameters.Read;
  if (read.Length === 0 || !isTransformed(Data, FltObjects)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const swap = swapFor(read.Length);
  if (swap === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  read.ReadBuffer = swap.buffer;
  read.MdlAddress = swap.mdl;
  FltSetCallbackDataDirty(Data);
  CompletionContext.value = { Buffer: swap.buffer } satisfies Swap;
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function PostRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const swap: Swap = CompletionContext;
  const read = Data.Iopb.Parameters.Read;
  const result = ref<FLT_POSTOP_CALLBACK_STATUS>(FLT_POSTOP_FINISHED_PROCESSING);
  if (NT_SUCCESS(Data.IoStatus.Status) && Data.IoStatus.Information > 0) {
    if (read.MdlAddress === null) {
      if (FltDoCompletionProcessingWhenSafe(Data, FltObjects, CompletionContext, Flags, PostReadWhenSafe, result)) return result.value;
      Data.IoStatus.Status = STATUS_UNSUCCESSFUL;
      Data.IoStatus.Information = 0;
    } else decrypt(Data, swap);
  }
  ExFreePoolWithTag(swap.Buffer, TAG);
  return result.value;
}

function PostReadWhenSafe(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const swap: Swap = CompletionContext;
  const status = FltLockUserBuffer(Data);
  if (NT_SUCCESS(status)) decrypt(Data, swap);
  else {
    Data.IoStatus.Status = status;
    Data.IoStatus.Information = 0;
  }
  ExFreePoolWithTag(swap.Buffer, TAG);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

function decrypt(Data: PFLT_CALLBACK_DATA, swap: Swap): void {
  const { MdlAddress, ReadBuffer } = Data.Iopb.Parameters.Read;
  const original = addressOf(MdlAddress, ReadBuffer);
  if (original !== null) transform(original, swap.Buffer, Data.IoStatus.Information);
}

/* The caller's bytes, for paging I/O the pages of the cache, stay as they are. */
function PreWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const write = Data.Iopb.Parameters.Write;
  if (write.Length === 0 || !isTransformed(Data, FltObjects)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const swap = swapFor(write.Length);
  const original = addressOf(write.MdlAddress, write.WriteBuffer);
  if (swap === null || original === null) {
    Data.IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    Data.IoStatus.Information = 0;
    return FLT_PREOP_COMPLETE;
  }
  transform(swap.buffer, original, write.Length);
  write.WriteBuffer = swap.buffer;
  write.MdlAddress = swap.mdl;
  FltSetCallbackDataDirty(Data);
  CompletionContext.value = { Buffer: swap.buffer } satisfies Swap;
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function PostWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  ExFreePoolWithTag((CompletionContext as Swap).Buffer, TAG);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* An encrypted file stays below its folder: elsewhere nobody would know that it is one. */
function PreSetInformation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const set = Data.Iopb.Parameters.SetFileInformation;
  const { Instance, FileObject } = FltObjects;
  if ((set.FileInformationClass !== FileRenameInformation && set.FileInformationClass !== FileRenameInformationEx) || set.InfoBuffer === null || Instance === null || FileObject === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const context = ref<PFLT_CONTEXT>();
  if (!NT_SUCCESS(FltGetStreamContext(Instance, FileObject, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  FltReleaseContext(context.value);
  const rename = view(FILE_RENAME_INFORMATION, set.InfoBuffer);
  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  const status = FltGetDestinationFileNameInformation(Instance, FileObject, rename.RootDirectory, rename.FileName, rename.FileNameLength, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, name);
  let inside = false;
  if (NT_SUCCESS(status)) {
    FltParseFileNameInformation(name.value);
    inside = RtlPrefixUnicodeString(FOLDER, name.value.Name.Buffer.slice(name.value.Volume.Buffer.length), true);
    FltReleaseFileNameInformation(name.value);
  }
  if (inside) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}
