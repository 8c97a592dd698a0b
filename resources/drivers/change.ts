/*
 * change: which files were written to.
 *
 * A file context per file (not per stream) remembers that something was written, set or shortened. At each close of a file that was
 * changed its id is printed. In a transaction the mark is kept apart and counts only when the transaction is committed.
 */

const CG_TAG = 'hcgC';

interface CG_INSTANCE_CONTEXT {
  Volume: PFLT_VOLUME;
  FileSystemType: number;
}

interface CG_FILE_CONTEXT {
  /* 64 bits on NTFS; ReFS has 128. */
  FileID: string;
  Dirty: boolean;
  TxDirty: boolean;
  /* The transaction that owns the file; null for none. */
  TxContext: CG_TRANSACTION_CONTEXT | null;
}

interface CG_TRANSACTION_CONTEXT {
  /* File contexts that take part, each with a reference. */
  ScListHead: CG_FILE_CONTEXT[];
  ListDrained: boolean;
}

const Globals = { Filter: null as PFLT_FILTER | null };

/* Rights by which a handle can change or delete a file. */
const CG_WRITE_ACCESS = FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE | FILE_WRITE_ATTRIBUTES | FILE_WRITE_EA | WRITE_DAC | WRITE_OWNER | ACCESS_SYSTEM_SECURITY;

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_CREATE, 0, CgPreCreate, CgPostCreate],
  [IRP_MJ_CLOSE, 0, CgPreClose, null],
  [IRP_MJ_WRITE, 0, CgPreWrite, null],
  [IRP_MJ_SET_INFORMATION, 0, CgPreSetInfo, null],
  [IRP_MJ_FILE_SYSTEM_CONTROL, 0, CgPreFsctl, null],
  [IRP_MJ_OPERATION_END],
];

const ContextRegistration: FLT_CONTEXT_REGISTRATION_ROW[] = [
  [FLT_INSTANCE_CONTEXT, 0, null, 16, CG_TAG],
  [FLT_FILE_CONTEXT, 0, null, 48, CG_TAG],
  [FLT_TRANSACTION_CONTEXT, 0, null, 32, CG_TAG],
];

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  Flags: 0,
  ContextRegistration,
  OperationRegistration: Callbacks,
  FilterUnloadCallback: CgUnload,
  InstanceSetupCallback: CgInstanceSetup,
  InstanceQueryTeardownCallback: CgInstanceQueryTeardown,
  TransactionNotificationCallback: CgKtmNotificationCallback,
};

/* ---- Life cycle ----------------------------------------------------------------------------------------------------------------- */

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, FilterRegistration, filter);
  if (!NT_SUCCESS(status)) return status;
  Globals.Filter = filter.value;
  status = FltStartFiltering(filter.value);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  return status;
}

function CgUnload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (Globals.Filter !== null) FltUnregisterFilter(Globals.Filter);
  return STATUS_SUCCESS;
}

function CgInstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  PAGED_CODE();
  const { Instance, Volume } = FltObjects;
  if (Instance === null || Volume === null) return STATUS_FLT_DO_NOT_ATTACH;
  const isWritable = ref(false);
  if (!NT_SUCCESS(FltIsVolumeWritable(Volume, isWritable)) || !isWritable.value) return STATUS_FLT_DO_NOT_ATTACH;
  if (VolumeFilesystemType !== FLT_FSTYPE_NTFS && VolumeFilesystemType !== FLT_FSTYPE_REFS) return STATUS_FLT_DO_NOT_ATTACH;

  const context = ref<PFLT_CONTEXT>();
  let status = FltAllocateContext(FltObjects.Filter, FLT_INSTANCE_CONTEXT, 16, NonPagedPool, context);
  if (!NT_SUCCESS(status)) return status;
  const instanceContext: CG_INSTANCE_CONTEXT = context.value;
  instanceContext.Volume = Volume;
  instanceContext.FileSystemType = VolumeFilesystemType;
  status = FltSetInstanceContext(Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  FltReleaseContext(context.value);
  return status;
}

function CgInstanceQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

/* ---- Operations -------------------------------------------------------------------------------------------------------------------- */

function CgPreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  return FLT_PREOP_SYNCHRONIZE;
}

function CgPostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  if (!NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Status === STATUS_REPARSE || Instance === null || FileObject === null) return FLT_POSTOP_FINISHED_PROCESSING;

  const context = ref<PFLT_CONTEXT>();
  const isDirectory = ref(false);
  if (!NT_SUCCESS(FltIsDirectory(FileObject, Instance, isDirectory)) || isDirectory.value) return FLT_POSTOP_FINISHED_PROCESSING;
  if (!NT_SUCCESS(CgFindOrCreateFileContext(FltObjects, context))) return FLT_POSTOP_FINISHED_PROCESSING;

  const desiredAccess = Data.Iopb.Parameters.Create.SecurityContext?.DesiredAccess ?? 0;
  if (FlagOn(desiredAccess, CG_WRITE_ACCESS)) CgProcessPreviousTransaction(FltObjects, context.value);
  FltReleaseContext(context.value);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* The file context, with the file's id in it. */
function CgFindOrCreateFileContext(FltObjects: PCFLT_RELATED_OBJECTS, FileContext: Ref<PFLT_CONTEXT>): NTSTATUS {
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return STATUS_INVALID_PARAMETER;
  let status = FltGetFileContext(Instance, FileObject, FileContext);
  if (status !== STATUS_NOT_FOUND) return status;

  const id = ref('');
  status = CgGetFileId(FltObjects, id);
  if (!NT_SUCCESS(status)) return status;
  const context = ref<PFLT_CONTEXT>();
  status = FltAllocateContext(FltObjects.Filter, FLT_FILE_CONTEXT, 48, PagedPool, context);
  if (!NT_SUCCESS(status)) return status;
  const fileContext: CG_FILE_CONTEXT = context.value;
  fileContext.FileID = id.value;
  fileContext.Dirty = false;
  fileContext.TxDirty = false;
  fileContext.TxContext = null;

  const old = ref<PFLT_CONTEXT>();
  status = FltSetFileContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, old);
  if (status === STATUS_FLT_CONTEXT_ALREADY_DEFINED) {
    FltReleaseContext(context.value);
    FileContext.value = old.value;
    return STATUS_SUCCESS;
  }
  if (!NT_SUCCESS(status)) {
    FltReleaseContext(context.value);
    return status;
  }
  FileContext.value = context.value;
  return STATUS_SUCCESS;
}

/* FileInternalInformation on NTFS, FileIdInformation on ReFS. */
function CgGetFileId(FltObjects: PCFLT_RELATED_OBJECTS, FileId: Ref<string>): NTSTATUS {
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return STATUS_INVALID_PARAMETER;
  const fileSystemType = ref<number>();
  FltGetFileSystemType(Instance, fileSystemType);
  const refs = fileSystemType.value === FLT_FSTYPE_REFS;
  const size = refs ? sizeof(FILE_ID_INFORMATION) : sizeof(FILE_INTERNAL_INFORMATION);
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, size, CG_TAG);
  if (buffer === null) return STATUS_INSUFFICIENT_RESOURCES;
  const status = FltQueryInformationFile(Instance, FileObject, buffer, size, refs ? FileIdInformation : FileInternalInformation, null);
  if (NT_SUCCESS(status)) FileId.value = refs ? `${buffer.u64(16).toString(16).padStart(16, '0')}${buffer.u64(8).toString(16).padStart(16, '0')}` : buffer.u64(0).toString(16).padStart(16, '0');
  ExFreePoolWithTag(buffer, CG_TAG);
  return status;
}

function CgPreClose(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  const context = ref<PFLT_CONTEXT>();
  if (Instance === null || FileObject === null || !NT_SUCCESS(FltGetFileContext(Instance, FileObject, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const fileContext: CG_FILE_CONTEXT = context.value;
  // Kept from the sample: the mark stays, so every later close prints it again. A transacted file is told of at the commit.
  if (FltObjects.Transaction === null && fileContext.Dirty) DbgPrint('change: %s dirty\n', fileContext.FileID);
  FltReleaseContext(context.value);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function CgPreWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  CgMarkDirty(FltObjects);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function CgPreSetInfo(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  switch (Data.Iopb.Parameters.SetFileInformation.FileInformationClass) {
    case FileEndOfFileInformation:
    case FileValidDataLengthInformation:
      CgMarkDirty(FltObjects);
      break;
    default:
      break;
  }
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function CgPreFsctl(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  switch (Data.Iopb.Parameters.FileSystemControl.Common.FsControlCode) {
    // What a savepoint would undo is not remembered, so there shall be none.
    case FSCTL_TXFS_SAVEPOINT_INFORMATION:
      Data.IoStatus.Status = STATUS_NOT_SUPPORTED;
      Data.IoStatus.Information = 0;
      return FLT_PREOP_COMPLETE;
    case FSCTL_OFFLOAD_WRITE:
    case FSCTL_WRITE_RAW_ENCRYPTED:
    case FSCTL_SET_ZERO_DATA:
      CgMarkDirty(FltObjects);
      break;
    default:
      break;
  }
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

/* Kept from the sample: it is marked before the operation, so one that fails below has marked it too. */
function CgMarkDirty(FltObjects: PCFLT_RELATED_OBJECTS): void {
  const { Instance, FileObject } = FltObjects;
  const context = ref<PFLT_CONTEXT>();
  if (Instance === null || FileObject === null || !NT_SUCCESS(FltGetFileContext(Instance, FileObject, context))) return;
  const fileContext: CG_FILE_CONTEXT = context.value;
  if (fileContext.TxContext === null) fileContext.Dirty = true;
  else fileContext.TxDirty = true;
  FltReleaseContext(context.value);
}

/* ---- Transactions ---------------------------------------------------------------------------------------------------------------------- */

/* A file opened for writing belongs to the transaction it is opened in, and to no earlier one any more. */
function CgProcessPreviousTransaction(FltObjects: PCFLT_RELATED_OBJECTS, FileContext: CG_FILE_CONTEXT): void {
  const { Instance, Transaction } = FltObjects;
  const previous = FileContext.TxContext;
  let mine: PFLT_CONTEXT = null;
  const context = ref<PFLT_CONTEXT>(null);
  if (Instance !== null && Transaction !== null && NT_SUCCESS(CgFindOrCreateTransactionContext(FltObjects, context))) mine = context.value;

  if (previous !== mine) {
    if (previous !== null) {
      // A transaction has to be over before another one may write to the file.
      if (previous.ListDrained) FileContext.TxDirty = false;
      FileContext.TxContext = null;
    }
    if (mine !== null && !(mine as CG_TRANSACTION_CONTEXT).ListDrained) {
      FileContext.TxContext = mine;
      FltReferenceContext(FileContext);
      (mine as CG_TRANSACTION_CONTEXT).ScListHead.push(FileContext);
    }
  }
  if (mine !== null) FltReleaseContext(mine);
}

function CgFindOrCreateTransactionContext(FltObjects: PCFLT_RELATED_OBJECTS, TransactionContext: Ref<PFLT_CONTEXT>): NTSTATUS {
  const { Instance, Transaction } = FltObjects;
  if (Instance === null || Transaction === null) return STATUS_INVALID_PARAMETER;
  let status = FltGetTransactionContext(Instance, Transaction, TransactionContext);
  if (status !== STATUS_NOT_FOUND) return status;
  const context = ref<PFLT_CONTEXT>();
  status = FltAllocateContext(FltObjects.Filter, FLT_TRANSACTION_CONTEXT, 32, PagedPool, context);
  if (!NT_SUCCESS(status)) return status;
  const transactionContext: CG_TRANSACTION_CONTEXT = context.value;
  transactionContext.ScListHead = [];
  transactionContext.ListDrained = false;
  const old = ref<PFLT_CONTEXT>();
  status = FltSetTransactionContext(Instance, Transaction, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, old);
  if (status === STATUS_FLT_CONTEXT_ALREADY_DEFINED) {
    FltReleaseContext(context.value);
    TransactionContext.value = old.value;
    return STATUS_SUCCESS;
  }
  if (NT_SUCCESS(status)) status = FltEnlistInTransaction(Instance, Transaction, context.value, TRANSACTION_NOTIFY_COMMIT_FINALIZE | TRANSACTION_NOTIFY_ROLLBACK);
  if (status === STATUS_FLT_ALREADY_ENLISTED) status = STATUS_SUCCESS;
  if (!NT_SUCCESS(status)) {
    FltDeleteTransactionContext(Instance, Transaction, null);
    FltReleaseContext(context.value);
    return status;
  }
  TransactionContext.value = context.value;
  return STATUS_SUCCESS;
}

function CgKtmNotificationCallback(FltObjects: PCFLT_RELATED_OBJECTS, TransactionContext: PFLT_CONTEXT, TransactionNotification: number): NTSTATUS {
  if (TransactionContext === null) return STATUS_SUCCESS;
  const context: CG_TRANSACTION_CONTEXT = TransactionContext;
  const committed = FlagOn(TransactionNotification, TRANSACTION_NOTIFY_COMMIT_FINALIZE) !== 0;
  context.ListDrained = true;
  for (let file = context.ScListHead.shift(); file !== undefined; file = context.ScListHead.shift()) {
    if (committed) {
      file.Dirty = file.Dirty || file.TxDirty;
      if (file.Dirty) DbgPrint('change: %s dirty, committed\n', file.FileID);
    }
    file.TxDirty = false;
    file.TxContext = null;
    FltReleaseContext(file);
  }
  return STATUS_SUCCESS;
}
