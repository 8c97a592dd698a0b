/*
 * delete: tells when a file, or an alternate stream of one, is really gone.
 *
 * Setting the delete disposition deletes nothing yet, and can be taken back; delete-on-close can come with the open; another handle can
 * keep the file alive. So whatever hints at a deletion is only noted in a stream context, and after each cleanup of such a stream the
 * file system is asked: STATUS_FILE_DELETED means that it is gone. Then an object id is asked for, to tell the end of the file from that
 * of one stream. In a transaction the answer is provisional until the transaction has ended.
 */

const DF_TAG = 'nfeD';

interface DF_INSTANCE_CONTEXT {
  VolumeGuidName: UNICODE_STRING | null;
  FileSystemType: number;
}

interface DF_STREAM_CONTEXT {
  NameInfo: PFLT_FILE_NAME_INFORMATION | null;
  /* For opens by id, on ReFS and in transactions. */
  FileId: bigint | null;
  /* Disposition changes under way. */
  NumOps: number;
  IsNotified: number;
  SetDisp: boolean;
  DeleteOnClose: boolean;
}

interface DF_TRANSACTION_CONTEXT {
  /* What was deleted in it: name and kind. */
  DeleteNotifyList: { readonly StreamContext: PFLT_CONTEXT; readonly FileDelete: boolean }[];
}

const gFilter = { Handle: null as PFLT_FILTER | null };

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_CREATE, 0, DfPreCreateCallback, DfPostCreateCallback],
  [IRP_MJ_SET_INFORMATION, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, DfPreSetInfoCallback, DfPostSetInfoCallback],
  [IRP_MJ_CLEANUP, 0, DfPreCleanupCallback, DfPostCleanupCallback],
  [IRP_MJ_OPERATION_END],
];

const ContextRegistration: FLT_CONTEXT_REGISTRATION_ROW[] = [
  [FLT_INSTANCE_CONTEXT, 0, null, 32, DF_TAG],
  [FLT_STREAM_CONTEXT, 0, DfStreamContextCleanupCallback, 64, DF_TAG],
  [FLT_TRANSACTION_CONTEXT, 0, DfTransactionContextCleanupCallback, 32, DF_TAG],
];

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  Flags: 0,
  ContextRegistration,
  OperationRegistration: Callbacks,
  FilterUnloadCallback: DfUnload,
  InstanceSetupCallback: DfInstanceSetup,
  InstanceQueryTeardownCallback: DfInstanceQueryTeardown,
  TransactionNotificationCallback: DfTransactionNotificationCallback,
};

/* ---- Life cycle ----------------------------------------------------------------------------------------------------------------- */

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, FilterRegistration, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter.Handle = filter.value;
  status = FltStartFiltering(filter.value);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  return status;
}

function DfUnload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (gFilter.Handle !== null) FltUnregisterFilter(gFilter.Handle);
  return STATUS_SUCCESS;
}

/* Only where deletion means what this driver knows of it. */
function DfInstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  PAGED_CODE();
  const { Instance, Volume } = FltObjects;
  if (Instance === null || Volume === null) return STATUS_FLT_DO_NOT_ATTACH;
  const isWritable = ref(false);
  if (!NT_SUCCESS(FltIsVolumeWritable(Volume, isWritable)) || !isWritable.value) return STATUS_FLT_DO_NOT_ATTACH;
  if (VolumeFilesystemType !== FLT_FSTYPE_NTFS && VolumeFilesystemType !== FLT_FSTYPE_REFS) return STATUS_FLT_DO_NOT_ATTACH;

  const context = ref<PFLT_CONTEXT>();
  let status = FltAllocateContext(FltObjects.Filter, FLT_INSTANCE_CONTEXT, 32, NonPagedPool, context);
  if (!NT_SUCCESS(status)) return status;
  const instanceContext: DF_INSTANCE_CONTEXT = context.value;
  instanceContext.VolumeGuidName = null;
  instanceContext.FileSystemType = VolumeFilesystemType;
  status = FltSetInstanceContext(Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  FltReleaseContext(context.value);
  return status;
}

function DfInstanceQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

/* The name is a reference of its own. */
function DfStreamContextCleanupCallback(Context: PFLT_CONTEXT, ContextType: number): void {
  const streamContext: DF_STREAM_CONTEXT = Context;
  if (streamContext.NameInfo !== null) FltReleaseFileNameInformation(streamContext.NameInfo);
}

function DfTransactionContextCleanupCallback(Context: PFLT_CONTEXT, ContextType: number): void {
  const transactionContext: DF_TRANSACTION_CONTEXT = Context;
  for (const { StreamContext } of transactionContext.DeleteNotifyList.splice(0)) FltReleaseContext(StreamContext);
}

/* ---- Contexts ---------------------------------------------------------------------------------------------------------------------- */

function DfAllocateStreamContext(StreamContext: Ref<PFLT_CONTEXT>): NTSTATUS {
  if (gFilter.Handle === null) return STATUS_UNSUCCESSFUL;
  const status = FltAllocateContext(gFilter.Handle, FLT_STREAM_CONTEXT, 64, NonPagedPool, StreamContext);
  if (!NT_SUCCESS(status)) return status;
  const streamContext: DF_STREAM_CONTEXT = StreamContext.value;
  streamContext.NameInfo = null;
  streamContext.FileId = null;
  streamContext.NumOps = 0;
  streamContext.IsNotified = 0;
  streamContext.SetDisp = false;
  streamContext.DeleteOnClose = false;
  return STATUS_SUCCESS;
}

/* Links a context to the stream, or takes the one that is there: then the given one is released. Ours is a reference either way. */
function DfSetStreamContext(FltObjects: PCFLT_RELATED_OBJECTS, Context: Ref<PFLT_CONTEXT>): NTSTATUS {
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return STATUS_INVALID_PARAMETER;
  const old = ref<PFLT_CONTEXT>();
  const status = FltSetStreamContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, Context.value, old);
  if (status !== STATUS_FLT_CONTEXT_ALREADY_DEFINED) return status;
  FltReleaseContext(Context.value);
  Context.value = old.value;
  return STATUS_SUCCESS;
}

/* The stream's context, made where there is none. `Context` may bring one that was allocated before. */
function DfGetOrSetContext(FltObjects: PCFLT_RELATED_OBJECTS, Context: Ref<PFLT_CONTEXT>): NTSTATUS {
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return STATUS_INVALID_PARAMETER;
  const found = ref<PFLT_CONTEXT>();
  let status = FltGetStreamContext(Instance, FileObject, found);
  if (NT_SUCCESS(status)) {
    if (Context.value !== null) FltReleaseContext(Context.value);
    Context.value = found.value;
    return status;
  }
  if (status !== STATUS_NOT_FOUND) {
    // Kept from the sample: a context that was allocated before stays with the caller's variable, who does not release it on a failure.
    // It leaks where streams have no contexts at all, as for a page file (STATUS_NOT_SUPPORTED).
    return status;
  }
  if (Context.value === null) {
    status = DfAllocateStreamContext(Context);
    if (!NT_SUCCESS(status)) return status;
  }
  status = DfSetStreamContext(FltObjects, Context);
  if (!NT_SUCCESS(status)) {
    FltReleaseContext(Context.value);
    Context.value = null;
  }
  return status;
}

/* ---- Opens with delete-on-close -------------------------------------------------------------------------------------------------------- */

function DfPreCreateCallback(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  if (!FlagOn(Data.Iopb.Parameters.Create.Options, FILE_DELETE_ON_CLOSE)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const streamContext = ref<PFLT_CONTEXT>(null);
  if (!NT_SUCCESS(DfAllocateStreamContext(streamContext))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  // Allocated here, where a failure costs nothing yet.
  CompletionContext.value = streamContext.value;
  return FLT_PREOP_SYNCHRONIZE;
}

function DfPostCreateCallback(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const streamContext = ref<PFLT_CONTEXT>(CompletionContext);
  if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) || !NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Status === STATUS_REPARSE) {
    FltReleaseContext(streamContext.value);
    return FLT_POSTOP_FINISHED_PROCESSING;
  }
  const status = DfGetOrSetContext(FltObjects, streamContext);
  if (NT_SUCCESS(status)) {
    (streamContext.value as DF_STREAM_CONTEXT).DeleteOnClose = true;
    FltReleaseContext(streamContext.value);
  }
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* ---- Dispositions ------------------------------------------------------------------------------------------------------------------------ */

function DfPreSetInfoCallback(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const informationClass = Data.Iopb.Parameters.SetFileInformation.FileInformationClass;
  if (informationClass !== FileDispositionInformation && informationClass !== FileDispositionInformationEx) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  const context = ref<PFLT_CONTEXT>(null);
  if (!NT_SUCCESS(DfGetOrSetContext(FltObjects, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const streamContext: DF_STREAM_CONTEXT = context.value;

  // Two at once end in an order nobody knows, so neither is believed: the count never comes back to 0, and every later cleanup asks the
  // file system. Kept from the sample.
  const race = InterlockedIncrement(streamContext, 'NumOps') > 1;
  if (!race) {
    CompletionContext.value = context.value;
    return FLT_PREOP_SYNCHRONIZE;
  }
  FltReleaseContext(context.value);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function DfPostSetInfoCallback(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const streamContext: DF_STREAM_CONTEXT = CompletionContext;
  const set = Data.Iopb.Parameters.SetFileInformation;
  if (NT_SUCCESS(Data.IoStatus.Status) && set.InfoBuffer !== null) {
    if (set.FileInformationClass === FileDispositionInformationEx) {
      const flags = view(FILE_DISPOSITION_INFORMATION_EX, set.InfoBuffer).Flags;
      const deletes = FlagOn(flags, FILE_DISPOSITION_DELETE) !== 0;
      if (FlagOn(flags, FILE_DISPOSITION_ON_CLOSE)) streamContext.DeleteOnClose = deletes;
      else streamContext.SetDisp = deletes;
    } else streamContext.SetDisp = view(FILE_DISPOSITION_INFORMATION, set.InfoBuffer).DeleteFile;
  }
  InterlockedDecrement(streamContext, 'NumOps');
  FltReleaseContext(CompletionContext);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* ---- Cleanups ---------------------------------------------------------------------------------------------------------------------------- */

function DfPreCleanupCallback(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  const context = ref<PFLT_CONTEXT>(null);
  if (Instance === null || FileObject === null || !NT_SUCCESS(FltGetStreamContext(Instance, FileObject, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  // Afterwards the name could not be had any more.
  if (!NT_SUCCESS(DfGetFileNameInformation(Data, context.value))) {
    FltReleaseContext(context.value);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  CompletionContext.value = context.value;
  return FLT_PREOP_SYNCHRONIZE;
}

/* The opened name, into the context; the one it had is given back. Kept from the sample: a name that cannot be parsed leaks. */
function DfGetFileNameInformation(Data: PFLT_CALLBACK_DATA, StreamContext: DF_STREAM_CONTEXT): NTSTATUS {
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  let status = FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo);
  if (!NT_SUCCESS(status)) return status;
  status = FltParseFileNameInformation(nameInfo.value);
  if (!NT_SUCCESS(status)) return status;
  const old = StreamContext.NameInfo;
  StreamContext.NameInfo = nameInfo.value;
  if (old !== null) FltReleaseFileNameInformation(old);
  return STATUS_SUCCESS;
}

/* In the thread of the cleanup, at PASSIVE_LEVEL: the file system can be asked. */
function DfPostCleanupCallback(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const streamContext: DF_STREAM_CONTEXT = CompletionContext;
  if (NT_SUCCESS(Data.IoStatus.Status) && !FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING)) {
    const candidate = streamContext.NumOps > 0 || streamContext.SetDisp || streamContext.DeleteOnClose;
    if (candidate && streamContext.IsNotified === 0 && FltObjects.Instance !== null && FltObjects.FileObject !== null) {
      const buffer = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(FILE_STANDARD_INFORMATION), DF_TAG);
      if (buffer !== null) {
        const status = FltQueryInformationFile(FltObjects.Instance, FltObjects.FileObject, buffer, sizeof(FILE_STANDARD_INFORMATION), FileStandardInformation, null);
        ExFreePoolWithTag(buffer, DF_TAG);
        if (status === STATUS_FILE_DELETED) DfProcessDelete(FltObjects, streamContext);
      }
    }
  }
  FltReleaseContext(CompletionContext);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* This stream is gone. With it the whole file? */
function DfProcessDelete(FltObjects: PCFLT_RELATED_OBJECTS, StreamContext: DF_STREAM_CONTEXT): void {
  const isTransaction = FltObjects.Transaction !== null;
  const status = DfIsFileDeleted(FltObjects, StreamContext, isTransaction);
  if (status === STATUS_FILE_DELETED) DfNotifyDelete(FltObjects, StreamContext, true, isTransaction);
  else if (NT_SUCCESS(status)) DfNotifyDelete(FltObjects, StreamContext, false, isTransaction);
}

/* STATUS_FILE_DELETED for the whole file, a success for one stream of it. */
function DfIsFileDeleted(FltObjects: PCFLT_RELATED_OBJECTS, StreamContext: DF_STREAM_CONTEXT, IsTransaction: boolean): NTSTATUS {
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return STATUS_INVALID_PARAMETER;
  const context = ref<PFLT_CONTEXT>();
  const known = FltGetInstanceContext(Instance, context);
  if (!NT_SUCCESS(known)) return known;
  const refs = (context.value as DF_INSTANCE_CONTEXT).FileSystemType === FLT_FSTYPE_REFS;
  FltReleaseContext(context.value);
  if (refs || IsTransaction) return DfDetectDeleteByFileId(FltObjects, StreamContext);

  // The object id belongs to the file: asking for it works as long as there is a file at all.
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(FILE_OBJECTID_BUFFER), DF_TAG);
  if (buffer === null) return STATUS_INSUFFICIENT_RESOURCES;
  const status = FltFsControlFile(Instance, FileObject, FSCTL_GET_OBJECT_ID, null, 0, buffer, sizeof(FILE_OBJECTID_BUFFER), null);
  ExFreePoolWithTag(buffer, DF_TAG);
  // No object id, but a file.
  return status === STATUS_OBJECTID_NOT_FOUND ? STATUS_SUCCESS : status;
}

/* Opens the file by its id. */
function DfDetectDeleteByFileId(FltObjects: PCFLT_RELATED_OBJECTS, StreamContext: DF_STREAM_CONTEXT): NTSTATUS {
  if (gFilter.Handle === null || StreamContext.FileId === null || StreamContext.NameInfo === null) return STATUS_FILE_DELETED;
  const id = new UNICODE_STRING();
  id.Buffer = `${StreamContext.NameInfo.Volume.Buffer}\\${[0, 16, 32, 48].map((shift) => String.fromCharCode(Number((StreamContext.FileId ?? 0n) >> BigInt(shift)) & 0xffff)).join('')}`;
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, id, OBJ_KERNEL_HANDLE, null, null);
  const driverContext = new IO_DRIVER_CREATE_CONTEXT();
  IoInitializeDriverCreateContext(driverContext);
  const handle = ref<HANDLE | null>(null);
  const status: NTSTATUS = FltCreateFileEx2(gFilter.Handle, FltObjects.Instance, handle, null, FILE_READ_ATTRIBUTES, attributes, new IO_STATUS_BLOCK(), null, FILE_ATTRIBUTE_NORMAL,
    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN, FILE_OPEN_REPARSE_POINT | FILE_OPEN_BY_FILE_ID, null, 0, IO_IGNORE_SHARE_ACCESS_CHECK, driverContext);
  switch (status) {
    // Nothing has this id any more.
    case STATUS_INVALID_PARAMETER:
      return STATUS_FILE_DELETED;
    // It is on its way, but another handle holds it.
    case STATUS_DELETE_PENDING:
      return STATUS_SUCCESS;
    default:
      if (NT_SUCCESS(status) && handle.value !== null) FltClose(handle.value);
      return status;
  }
}

/* Once for each stream. */
function DfNotifyDelete(FltObjects: PCFLT_RELATED_OBJECTS, StreamContext: DF_STREAM_CONTEXT, IsFile: boolean, IsTransaction: boolean): void {
  if (InterlockedIncrement(StreamContext, 'IsNotified') > 1 || StreamContext.NameInfo === null) return;
  DbgPrint('delete: %s %wZ\n', IsFile ? 'file' : 'stream', StreamContext.NameInfo.Name);
  if (IsTransaction) DfAddTransDeleteNotify(FltObjects, StreamContext, IsFile);
}

/* ---- Transactions -------------------------------------------------------------------------------------------------------------------------- */

/* Remembers a deletion with the transaction it was made in. */
function DfAddTransDeleteNotify(FltObjects: PCFLT_RELATED_OBJECTS, StreamContext: PFLT_CONTEXT, FileDelete: boolean): void {
  const { Instance, Transaction } = FltObjects;
  if (Instance === null || Transaction === null) return;
  const context = ref<PFLT_CONTEXT>();
  let status = FltGetTransactionContext(Instance, Transaction, context);
  if (status === STATUS_NOT_FOUND) {
    status = FltAllocateContext(FltObjects.Filter, FLT_TRANSACTION_CONTEXT, 32, NonPagedPool, context);
    if (!NT_SUCCESS(status)) return;
    (context.value as DF_TRANSACTION_CONTEXT).DeleteNotifyList = [];
    const old = ref<PFLT_CONTEXT>();
    status = FltSetTransactionContext(Instance, Transaction, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, old);
    if (status === STATUS_FLT_CONTEXT_ALREADY_DEFINED) {
      FltReleaseContext(context.value);
      context.value = old.value;
    } else if (NT_SUCCESS(status)) {
      // Kept from the sample: where enlisting fails, the reference of the caller is not given back.
      if (!NT_SUCCESS(FltEnlistInTransaction(Instance, Transaction, context.value, TRANSACTION_NOTIFY_COMMIT_FINALIZE | TRANSACTION_NOTIFY_ROLLBACK))) return;
    }
  }
  FltReferenceContext(StreamContext);
  (context.value as DF_TRANSACTION_CONTEXT).DeleteNotifyList.push({ StreamContext, FileDelete });
  FltReleaseContext(context.value);
}

function DfTransactionNotificationCallback(FltObjects: PCFLT_RELATED_OBJECTS, TransactionContext: PFLT_CONTEXT, NotificationMask: number): NTSTATUS {
  if (TransactionContext === null) return STATUS_SUCCESS;
  const transactionContext: DF_TRANSACTION_CONTEXT = TransactionContext;
  const commit = FlagOn(NotificationMask, TRANSACTION_NOTIFY_COMMIT_FINALIZE) !== 0;
  for (const { StreamContext, FileDelete } of transactionContext.DeleteNotifyList.splice(0)) {
    const streamContext: DF_STREAM_CONTEXT = StreamContext;
    if (!commit) InterlockedDecrement(streamContext, 'IsNotified');
    if (streamContext.NameInfo !== null) DbgPrint('delete: %s %wZ, %s\n', FileDelete ? 'file' : 'stream', streamContext.NameInfo.Name, commit ? 'committed' : 'saved');
    FltReleaseContext(StreamContext);
  }
  return STATUS_SUCCESS;
}
