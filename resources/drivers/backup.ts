/*
 * backup: copies a file before it is changed for the first time in a session of handles.
 *
 * A stream context that is made with KEEP_IF_EXISTS says whether the content is safe already, so that a second handle of the same session
 * copies nothing; it goes with the last close, and the next session begins anew. What changes content: a write, a new end of file or
 * allocation, a section that can be written through (a mapped write itself comes too late: that is paging I/O, and only told), and an
 * open that overwrites.
 *
 * The copy is made by own I/O, which goes to the drivers below and never comes back to this one. So the lock that is held meanwhile is
 * not met again; with ZwCreateFile it would be, by the same thread. A copy that fails is told and does not stop the change.
 *
 * Where it goes: into the stream `backup` of the file. Overwriting removes a file's other streams, so for such an open the copy is the
 * file `NAME.backup` beside it.
 */

const TAG = 'Bkup';
const FOLDER = '\\docs\\';
const PIECE = 1024 * 1024;

interface StreamContext {
  BackedUp: boolean;
  /* Full name. */
  Name: string;
  Lock: PERESOURCE;
}

let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    ContextRegistration: [[FLT_STREAM_CONTEXT, 0, (context: PFLT_CONTEXT) => ExDeleteResourceLite(context.Lock), 32, TAG]],
    OperationRegistration: [
      [IRP_MJ_CREATE, 0, PreCreate, PostCreate],
      [IRP_MJ_WRITE, 0, PreWrite, null],
      [IRP_MJ_SET_INFORMATION, 0, PreSetInformation, null],
      [IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, 0, PreAcquireForSection, null],
      [IRP_MJ_OPERATION_END],
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

/* ---- Which files -------------------------------------------------------------------------------------------------------------------- */

/* The full name where it is a file of ours; null otherwise. */
function guardedName(Data: PFLT_CALLBACK_DATA): string | null {
  const name = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, name))) return null;
  FltParseFileNameInformation(name.value);
  const relative = name.value.Name.Buffer.slice(name.value.Volume.Buffer.length);
  const full = RtlPrefixUnicodeString(FOLDER, relative, true) && name.value.Stream.Length === 0 ? name.value.Name.Buffer : null;
  FltReleaseFileNameInformation(name.value);
  return full;
}

/* ---- Opens --------------------------------------------------------------------------------------------------------------------------- */

/* Overwriting destroys the content in the create: then it is copied before, through an own open of the old file. */
function* PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): Generator<unknown, FLT_PREOP_CALLBACK_STATUS, void> {
  const disposition = Data.Iopb.Parameters.Create.Options >>> 24;
  const overwrites = disposition === FILE_OVERWRITE || disposition === FILE_OVERWRITE_IF || disposition === FILE_SUPERSEDE;
  CompletionContext.value = overwrites;
  const name = overwrites ? guardedName(Data) : null;
  if (name === null || FltObjects.Instance === null) return FLT_PREOP_SYNCHRONIZE;
  const handle = ref<HANDLE | null>(null);
  const file = ref<PFILE_OBJECT | null>(null);
  const status = yield* openBelow(FltObjects, name, handle, file, FILE_READ_DATA, FILE_OPEN);
  if (NT_SUCCESS(status) && handle.value !== null && file.value !== null) {
    yield* copy(FltObjects, `${name}.backup`, file.value);
    ObDereferenceObject(file.value);
    yield* FltClose(handle.value);
  }
  return FLT_PREOP_SYNCHRONIZE;
}

function PostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  if (!NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Status === STATUS_REPARSE || Instance === null || FileObject === null || !FileObject.WriteAccess) return FLT_POSTOP_FINISHED_PROCESSING;
  const directory = ref(false);
  FltIsDirectory(FileObject, Instance, directory);
  const name = directory.value ? null : guardedName(Data);
  const context = ref<PFLT_CONTEXT>();
  if (name === null || !NT_SUCCESS(FltAllocateContext(FltObjects.Filter, FLT_STREAM_CONTEXT, 32, PagedPool, context))) return FLT_POSTOP_FINISHED_PROCESSING;
  const stream: StreamContext = context.value;
  // Nothing was there, or it has been copied already.
  stream.BackedUp = Data.IoStatus.Information === FILE_CREATED || CompletionContext === true;
  stream.Name = name;
  stream.Lock = {};
  ExInitializeResourceLite(stream.Lock);
  // Another handle of the same session may have been first.
  FltSetStreamContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  FltReleaseContext(context.value);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* ---- Changes ------------------------------------------------------------------------------------------------------------------------- */

function* PreWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): Generator<unknown, FLT_PREOP_CALLBACK_STATUS, void> {
  if (!FLT_IS_IRP_OPERATION(Data)) return FLT_PREOP_DISALLOW_FASTIO;
  const paging = FlagOn(Data.Iopb.IrpFlags, IRP_PAGING_IO) !== 0;
  yield* beforeChange(FltObjects, paging);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function* PreSetInformation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): Generator<unknown, FLT_PREOP_CALLBACK_STATUS, void> {
  const informationClass = Data.Iopb.Parameters.SetFileInformation.FileInformationClass;
  if (informationClass === FileEndOfFileInformation || informationClass === FileAllocationInformation) yield* beforeChange(FltObjects, false);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

/* Whoever maps the file to write to it changes it without a write that could wait for a copy. */
function* PreAcquireForSection(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): Generator<unknown, FLT_PREOP_CALLBACK_STATUS, void> {
  const { SyncType, PageProtection } = Data.Iopb.Parameters.AcquireForSectionSynchronization;
  const writes = PageProtection === PAGE_READWRITE || PageProtection === PAGE_EXECUTE_READWRITE;
  if (SyncType === SyncTypeCreateSection && writes) yield* beforeChange(FltObjects, false);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function* beforeChange(FltObjects: PCFLT_RELATED_OBJECTS, paging: boolean): Generator<unknown, void, void> {
  const { Instance, FileObject } = FltObjects;
  const context = ref<PFLT_CONTEXT>();
  if (Instance === null || FileObject === null || !NT_SUCCESS(FltGetStreamContext(Instance, FileObject, context))) return;
  const stream: StreamContext = context.value;
  if (paging) {
    if (!stream.BackedUp) DbgPrint('backup: a mapped write came first\n');
    FltReleaseContext(context.value);
    return;
  }
  KeEnterCriticalRegion();
  yield* ExAcquireResourceExclusiveLite(stream.Lock, true);
  if (!stream.BackedUp) {
    // Once, whether it succeeds or not: a failure is told, and does not stop the write.
    stream.BackedUp = true;
    yield* copy(FltObjects, `${stream.Name}:backup`, FileObject);
  }
  ExReleaseResourceLite(stream.Lock);
  KeLeaveCriticalRegion();
  FltReleaseContext(context.value);
}

/* ---- The copy ------------------------------------------------------------------------------------------------------------------------ */

function* openBelow(FltObjects: PCFLT_RELATED_OBJECTS, name: string, handle: Ref<HANDLE | null>, file: Ref<PFILE_OBJECT | null>, access: number, disposition: number): Generator<unknown, NTSTATUS, void> {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, null, null);
  return yield* FltCreateFileEx(FltObjects.Filter, FltObjects.Instance, handle, file, access | SYNCHRONIZE, attributes, new IO_STATUS_BLOCK(), null, FILE_ATTRIBUTE_NORMAL,
    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, disposition, FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, null, 0, IO_IGNORE_SHARE_ACCESS_CHECK);
}

/* From an open file into the file or stream of that name. */
function* copy(FltObjects: PCFLT_RELATED_OBJECTS, target: string, from: PFILE_OBJECT): Generator<unknown, void, void> {
  const { Instance } = FltObjects;
  if (Instance === null) return;
  const handle = ref<HANDLE | null>(null);
  const to = ref<PFILE_OBJECT | null>(null);
  let status: NTSTATUS = yield* openBelow(FltObjects, target, handle, to, FILE_WRITE_DATA, FILE_OVERWRITE_IF);
  const buffer = NT_SUCCESS(status) ? FltAllocatePoolAlignedWithTag(Instance, NonPagedPool, PIECE, TAG) : null;
  if (NT_SUCCESS(status) && buffer === null) status = STATUS_INSUFFICIENT_RESOURCES;
  if (buffer !== null && to.value !== null) {
    const count = ref(0);
    for (let offset = 0n; NT_SUCCESS(status); offset += BigInt(count.value)) {
      const read: NTSTATUS = yield* FltReadFile(Instance, from, LARGE_INTEGER(offset), PIECE, buffer, FLTFL_IO_OPERATION_NON_CACHED | FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET, count, null, null);
      if (read === STATUS_END_OF_FILE || (NT_SUCCESS(read) && count.value === 0)) break;
      status = read;
      if (NT_SUCCESS(status)) status = yield* FltWriteFile(Instance, to.value, LARGE_INTEGER(offset), count.value, buffer, FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET, null, null, null);
      if (count.value < PIECE) break;
    }
  }
  if (buffer !== null) FltFreePoolAlignedWithTag(Instance, buffer, TAG);
  if (to.value !== null) ObDereferenceObject(to.value);
  if (handle.value !== null) yield* FltClose(handle.value);
  if (!NT_SUCCESS(status)) DbgPrint('backup: failed %08x\n', status);
}
