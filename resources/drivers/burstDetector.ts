/*
 * burstDetector: a process that makes many files unreadable in a short time is stopped.
 *
 * What counts: a write of data that looks encrypted, an open that empties a file or deletes it on close, a deletion, a rename to another
 * extension or out of a protected folder. Counted are distinct files by their ids, so that a file that is renamed back and forth is one
 * file, and only what has succeeded, which is why all but writes are counted in the post callback. With `Limit` files within
 * `WindowSeconds` a process is flagged: a work item tells the program behind \BurstPort, and from then on the process is refused
 * whatever changes files. Reading goes on.
 *
 * Looking encrypted is a matter of entropy, in bits a byte. A compressed picture has as much as cipher text, so a file whose own content
 * was as random when the handle read it is not counted. The system, the program itself and paging I/O are never looked at: the last
 * has other threads, other processes, and no business waiting.
 *
 * In a replay the bytes of a write may not have been recorded. Then there is no entropy, which is not an entropy of zero.
 */

const TAG = 'Brst';
/* At most so much of a write is looked at. */
const SAMPLE = 4096;
/* Bits a byte from which on data looks encrypted. */
const ENCRYPTED = 7.2;
const TICKS_PER_SECOND = 10_000_000n;

const BURST_NOTE = struct({ ProcessId: ULONG, Files: ULONG, ImageName: WCHAR.array(16) }, { name: 'BURST_NOTE' });

/* On a file object that was opened to change or to delete the file. */
interface HANDLE_CONTEXT {
  FileId: bigint;
  WriteCounted: boolean;
  DeleteCounted: boolean;
  /* Of what this handle read first; null as long as that is not known. */
  OriginalEntropy: number | null;
}

interface Event {
  readonly Time: bigint;
  readonly File: unknown;
  readonly Kind: string;
}

interface ProcessState {
  readonly Process: PEPROCESS;
  Events: Event[];
  Flagged: boolean;
}

const Globals = {
  Filter: null as PFLT_FILTER | null,
  ServerPort: null as PFLT_PORT | null,
  ClientPort: ref<PFLT_PORT | null>(null),
  ServiceProcess: null as PEPROCESS | null,
  /* Guards the states. Nothing is asked of the file system while it is held. */
  Lock: {} as PFAST_MUTEX,
  States: new Map<PEPROCESS, ProcessState>(),
  WindowSeconds: 10,
  Limit: 5,
  Protected: '',
};

/* ---- Life cycle ----------------------------------------------------------------------------------------------------------------- */

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  readValues(RegistryPath);
  ExInitializeFastMutex(Globals.Lock);
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    ContextRegistration: [[FLT_STREAMHANDLE_CONTEXT, 0, null, 32, TAG]],
    OperationRegistration: [
      [IRP_MJ_CREATE, 0, PreCreate, PostCreate],
      [IRP_MJ_READ, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreRead, PostRead],
      [IRP_MJ_WRITE, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreWrite, null],
      [IRP_MJ_SET_INFORMATION, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreSetInformation, PostSetInformation],
      [IRP_MJ_CLEANUP, 0, PreCleanup, null],
      [IRP_MJ_OPERATION_END],
    ],
    FilterUnloadCallback: Unload,
    InstanceQueryTeardownCallback: () => STATUS_SUCCESS,
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  Globals.Filter = filter.value;
  status = openPort(filter.value);
  if (NT_SUCCESS(status)) {
    status = PsSetCreateProcessNotifyRoutine(ProcessNotify, false);
    if (NT_SUCCESS(status)) {
      status = FltStartFiltering(filter.value);
      if (NT_SUCCESS(status)) return status;
      PsSetCreateProcessNotifyRoutine(ProcessNotify, true);
    }
    if (Globals.ServerPort !== null) FltCloseCommunicationPort(Globals.ServerPort);
  }
  FltUnregisterFilter(filter.value);
  return status;
}

function Unload(Flags: number): NTSTATUS {
  PAGED_CODE();
  PsSetCreateProcessNotifyRoutine(ProcessNotify, true);
  if (Globals.ServerPort !== null) FltCloseCommunicationPort(Globals.ServerPort);
  if (Globals.Filter !== null) FltUnregisterFilter(Globals.Filter);
  Globals.States.clear();
  return STATUS_SUCCESS;
}

function readValues(RegistryPath: PUNICODE_STRING): void {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, null, null);
  const key = ref<HANDLE>();
  if (!NT_SUCCESS(ZwOpenKey(key, KEY_READ, attributes))) return;
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 512, TAG);
  if (buffer !== null) {
    const value = view(KEY_VALUE_PARTIAL_INFORMATION, buffer);
    const has = (name: string, type: number): boolean => NT_SUCCESS(ZwQueryValueKey(key.value, name, KeyValuePartialInformation, buffer, buffer.length, ref<number>())) && value.Type === type;
    if (has('WindowSeconds', REG_DWORD)) Globals.WindowSeconds = value.Data.u32(0);
    if (has('Limit', REG_DWORD)) Globals.Limit = value.Data.u32(0);
    if (has('Protected', REG_SZ)) Globals.Protected = value.Data.wstr(0, value.DataLength).replace(/\0.*$/s, '');
    ExFreePoolWithTag(buffer, TAG);
  }
  ZwClose(key.value);
}

/* An id is given again as soon as its process is gone: the newcomer starts clean. */
function ProcessNotify(ParentId: number, ProcessId: number, Create: boolean): void {
  if (Create) return;
  ExAcquireFastMutex(Globals.Lock);
  for (const process of [...Globals.States.keys()]) if (PsGetProcessId(process) === ProcessId) Globals.States.delete(process);
  ExReleaseFastMutex(Globals.Lock);
}

/* ---- The port ----------------------------------------------------------------------------------------------------------------------- */

function openPort(filter: PFLT_FILTER): NTSTATUS {
  const descriptor = ref<PSECURITY_DESCRIPTOR>();
  let status: NTSTATUS = FltBuildDefaultSecurityDescriptor(descriptor, FLT_PORT_ALL_ACCESS);
  if (!NT_SUCCESS(status)) return status;
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, '\\BurstPort', OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, null, descriptor.value);
  const port = ref<PFLT_PORT>();
  status = FltCreateCommunicationPort(filter, port, attributes, null, PortConnect, PortDisconnect, null, 1);
  FltFreeSecurityDescriptor(descriptor.value);
  if (NT_SUCCESS(status)) Globals.ServerPort = port.value;
  return status;
}

function PortConnect(ClientPort: PFLT_PORT, ServerPortCookie: PVOID, ConnectionContext: PVOID, SizeOfContext: number, ConnectionCookie: Ref<PVOID>): NTSTATUS {
  Globals.ServiceProcess = PsGetCurrentProcess();
  Globals.ClientPort.value = ClientPort;
  return STATUS_SUCCESS;
}

function PortDisconnect(ConnectionCookie: PVOID): void {
  if (Globals.Filter !== null) FltCloseClientPort(Globals.Filter, Globals.ClientPort);
  Globals.ServiceProcess = null;
}

/* In a worker: the thread that wrote goes on meanwhile. Nobody waits for an answer, and for the program to fetch the message not long. */
function TellService(FltWorkItem: PFLT_GENERIC_WORKITEM, FltObject: PFLT_FILTER | PFLT_INSTANCE, Context: PVOID): void {
  const { ProcessId, Files, ImageName } = Context as { readonly ProcessId: number; readonly Files: number; readonly ImageName: string };
  FltFreeGenericWorkItem(FltWorkItem);
  const buffer = Globals.Filter === null ? null : ExAllocatePool2(POOL_FLAG_PAGED, sizeof(BURST_NOTE), TAG);
  if (Globals.Filter === null || buffer === null) return;
  const note = view(BURST_NOTE, buffer);
  note.ProcessId = ProcessId;
  note.Files = Files;
  note.ImageName = ImageName;
  FltSendMessage(Globals.Filter, Globals.ClientPort, buffer, buffer.length, null, null, LARGE_INTEGER(-TICKS_PER_SECOND));
  ExFreePoolWithTag(buffer, TAG);
}

/* ---- Counting ----------------------------------------------------------------------------------------------------------------------- */

/* Whose operation it is; null for those that are never looked at. */
function suspectOf(Data: PFLT_CALLBACK_DATA): PEPROCESS | null {
  const process = FltGetRequestorProcess(Data);
  if (process === null || PsGetProcessId(process) === 4 || process === Globals.ServiceProcess || FlagOn(Data.Iopb.IrpFlags, IRP_PAGING_IO)) return null;
  return process;
}

function isFlagged(process: PEPROCESS): boolean {
  ExAcquireFastMutex(Globals.Lock);
  const flagged = Globals.States.get(process)?.Flagged === true;
  ExReleaseFastMutex(Globals.Lock);
  return flagged;
}

/* `file` is compared by identity or value: the file's id. */
function count(process: PEPROCESS, file: unknown, kind: string): void {
  const now = ref(LARGE_INTEGER(0n));
  KeQuerySystemTime(now);
  const time = now.value.QuadPart;
  let files = 0;
  ExAcquireFastMutex(Globals.Lock);
  let state = Globals.States.get(process);
  if (state === undefined) {
    state = { Process: process, Events: [], Flagged: false };
    Globals.States.set(process, state);
  }
  const oldest = time - BigInt(Globals.WindowSeconds) * TICKS_PER_SECOND;
  state.Events = state.Events.filter((event) => event.Time > oldest);
  state.Events.push({ Time: time, File: file, Kind: kind });
  const distinct = new Set(state.Events.map((event) => event.File)).size;
  if (!state.Flagged && distinct >= Globals.Limit) {
    state.Flagged = true;
    files = distinct;
  }
  ExReleaseFastMutex(Globals.Lock);
  if (files > 0) flagged(process, files);
}

function flagged(process: PEPROCESS, files: number): void {
  const id = PsGetProcessId(process);
  DbgPrint('burst: %u flagged files=%u\n', id, files);
  const item = FltAllocateGenericWorkItem();
  if (item === null || Globals.Filter === null) return;
  const note = { ProcessId: id, Files: files, ImageName: PsGetProcessImageFileName(process) };
  if (!NT_SUCCESS(FltQueueGenericWorkItem(item, Globals.Filter, TellService, DelayedWorkQueue, note))) FltFreeGenericWorkItem(item);
}

function deny(Data: PFLT_CALLBACK_DATA): FLT_PREOP_CALLBACK_STATUS {
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}

/* The context of the handle; to be released. Null for handles that were opened before this filter was there. */
function contextOf(FltObjects: PCFLT_RELATED_OBJECTS): HANDLE_CONTEXT | null {
  const { Instance, FileObject } = FltObjects;
  const context = ref<PFLT_CONTEXT>();
  return Instance !== null && FileObject !== null && NT_SUCCESS(FltGetStreamHandleContext(Instance, FileObject, context)) ? context.value : null;
}

/* ---- Opens --------------------------------------------------------------------------------------------------------------------------- */

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const process = suspectOf(Data);
  if (process === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const { Options, SecurityContext } = Data.Iopb.Parameters.Create;
  const disposition = Options >>> 24;
  const empties = disposition === FILE_SUPERSEDE || disposition === FILE_OVERWRITE || disposition === FILE_OVERWRITE_IF;
  const deletes = FlagOn(Options, FILE_DELETE_ON_CLOSE) !== 0;
  const changes = FlagOn(SecurityContext?.DesiredAccess ?? 0, FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE) !== 0;
  if (!empties && !deletes && !changes) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (isFlagged(process)) return deny(Data);
  CompletionContext.value = empties || deletes;
  return FLT_PREOP_SYNCHRONIZE;
}

function PostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  if (!NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Status === STATUS_REPARSE || Instance === null || FileObject === null) return FLT_POSTOP_FINISHED_PROCESSING;
  const id = fileIdOf(Instance, FileObject);
  const process = suspectOf(Data);
  if (id === null || process === null) return FLT_POSTOP_FINISHED_PROCESSING;
  const context = ref<PFLT_CONTEXT>();
  if (NT_SUCCESS(FltAllocateContext(FltObjects.Filter, FLT_STREAMHANDLE_CONTEXT, 32, NonPagedPoolNx, context))) {
    const handle: HANDLE_CONTEXT = context.value;
    handle.FileId = id;
    handle.WriteCounted = false;
    handle.DeleteCounted = false;
    handle.OriginalEntropy = null;
    FltSetStreamHandleContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
    FltReleaseContext(context.value);
  }
  // A file that the open has made had no content.
  if (CompletionContext === true && Data.IoStatus.Information !== FILE_CREATED) count(process, id, 'content destroyed');
  return FLT_POSTOP_FINISHED_PROCESSING;
}

function fileIdOf(Instance: PFLT_INSTANCE, FileObject: PFILE_OBJECT): bigint | null {
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(FILE_INTERNAL_INFORMATION), TAG);
  if (buffer === null) return null;
  const status = FltQueryInformationFile(Instance, FileObject, buffer, buffer.length, FileInternalInformation, null);
  const id = NT_SUCCESS(status) ? view(FILE_INTERNAL_INFORMATION, buffer).IndexNumber.QuadPart : null;
  ExFreePoolWithTag(buffer, TAG);
  return id;
}

/* ---- Content ------------------------------------------------------------------------------------------------------------------------- */

/* Bits a byte; null where the bytes are not known. */
function entropyOf(buffer: KBUFFER, length: number): number | null {
  const sample = min(length, SAMPLE);
  // Not of the WDK: only in a replay can there be bytes that nobody knows.
  if (!buffer.isKnown(0, sample)) return null;
  const counts = new Array<number>(256).fill(0);
  for (const byte of buffer.bytes(0, sample)) counts[byte] = (counts[byte] ?? 0) + 1;
  let sum = 0;
  for (const times of counts) if (times > 0) sum += times * log2(times);
  return log2(sample) - sum / sample;
}

/* By squaring, as it is done without a floating-point library. */
function log2(value: number): number {
  let result = 0;
  for (; value >= 2; value /= 2) result++;
  for (let bit = 0.5; bit > 1e-9; bit /= 2) {
    value *= value;
    if (value < 2) continue;
    value /= 2;
    result += bit;
  }
  return result;
}

/* The bytes through the MDL where there is one. The caller's own memory may be gone: that is an exception. */
function entropyOfTransfer(buffer: KBUFFER | null, mdl: PMDL | null, length: number): number | null {
  const bytes = mdl === null ? buffer : MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute);
  if (bytes === null || length === 0) return null;
  try {
    return entropyOf(bytes, length);
  } catch {
    return null;
  }
}

/* What a handle reads first is what the file was like. */
function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const context = suspectOf(Data) === null ? null : contextOf(FltObjects);
  if (context === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (context.OriginalEntropy === null && !context.WriteCounted) {
    CompletionContext.value = context;
    return FLT_PREOP_SUCCESS_WITH_CALLBACK;
  }
  FltReleaseContext(context);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function PostRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const context: HANDLE_CONTEXT = CompletionContext;
  const { ReadBuffer, MdlAddress } = Data.Iopb.Parameters.Read;
  // Without an MDL the memory is the caller's: only in its thread, and where it may be paged in. Else the next read tells.
  const reachable = MdlAddress !== null || FLT_IS_SYSTEM_BUFFER(Data) || (KeGetCurrentIrql() < DISPATCH_LEVEL && PsGetCurrentThread() === Data.Thread);
  if (NT_SUCCESS(Data.IoStatus.Status) && !FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) && reachable) context.OriginalEntropy = entropyOfTransfer(ReadBuffer, MdlAddress, Data.IoStatus.Information);
  FltReleaseContext(CompletionContext);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* Looks, counts and lets go: a write waits for nothing. */
function PreWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const process = suspectOf(Data);
  if (process === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (isFlagged(process)) return deny(Data);
  const { WriteBuffer, MdlAddress, Length } = Data.Iopb.Parameters.Write;
  const context = contextOf(FltObjects);
  if (Length > 0 && context?.WriteCounted !== true) {
    const entropy = entropyOfTransfer(WriteBuffer, MdlAddress, Length);
    if (entropy === null) DbgPrint('burst: data unknown\n');
    else if (entropy >= ENCRYPTED && (context?.OriginalEntropy ?? 0) < ENCRYPTED) {
      if (context !== null) context.WriteCounted = true;
      // Without a context the file system's own object stands for the file: it is the same for every handle while one is open.
      const file = context === null ? (FltObjects.FileObject?.FsContext ?? null) : context.FileId;
      if (file !== null) count(process, file, 'encrypted');
    }
  }
  if (context !== null) FltReleaseContext(context);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

/* ---- Renames and deletions -------------------------------------------------------------------------------------------------------------- */

function PreSetInformation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const process = suspectOf(Data);
  if (process === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (isFlagged(process)) return deny(Data);
  const { FileInformationClass, InfoBuffer } = Data.Iopb.Parameters.SetFileInformation;
  if (InfoBuffer === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  switch (FileInformationClass) {
    case FileDispositionInformation:
      if (!view(FILE_DISPOSITION_INFORMATION, InfoBuffer).DeleteFile) return FLT_PREOP_SUCCESS_NO_CALLBACK;
      CompletionContext.value = 'deleted';
      return FLT_PREOP_SYNCHRONIZE;
    case FileDispositionInformationEx:
      if (!FlagOn(view(FILE_DISPOSITION_INFORMATION_EX, InfoBuffer).Flags, FILE_DISPOSITION_DELETE)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
      CompletionContext.value = 'deleted';
      return FLT_PREOP_SYNCHRONIZE;
    case FileRenameInformation:
    case FileRenameInformationEx: {
      const kind = renameKind(Data, FltObjects, InfoBuffer);
      if (kind === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
      CompletionContext.value = kind;
      return FLT_PREOP_SYNCHRONIZE;
    }
    default:
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
}

/* What is suspicious about a rename; null for nothing. */
function renameKind(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, InfoBuffer: KBUFFER): string | null {
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return null;
  const rename = view(FILE_RENAME_INFORMATION, InfoBuffer);
  const from = ref<PFLT_FILE_NAME_INFORMATION>();
  const to = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, from))) return null;
  if (!NT_SUCCESS(FltGetDestinationFileNameInformation(Instance, FileObject, rename.RootDirectory, rename.FileName, rename.FileNameLength, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, to))) {
    FltReleaseFileNameInformation(from.value);
    return null;
  }
  FltParseFileNameInformation(from.value);
  FltParseFileNameInformation(to.value);
  let kind: string | null = null;
  if (!RtlEqualUnicodeString(from.value.Extension, to.value.Extension, true)) kind = 'extension changed';
  else if (Globals.Protected !== '' && isProtected(from.value) && !isProtected(to.value)) kind = 'moved out';
  FltReleaseFileNameInformation(from.value);
  FltReleaseFileNameInformation(to.value);
  return kind;
}

const isProtected = (nameInfo: PFLT_FILE_NAME_INFORMATION): boolean => RtlPrefixUnicodeString(Globals.Protected, nameInfo.ParentDir, true);

/* Synchronized, so in the thread that asked and at PASSIVE_LEVEL. What has failed does not count. */
function PostSetInformation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const process = suspectOf(Data);
  if (!NT_SUCCESS(Data.IoStatus.Status) || process === null) return FLT_POSTOP_FINISHED_PROCESSING;
  const kind: string = CompletionContext;
  const context = contextOf(FltObjects);
  const again = kind === 'deleted' && context?.DeleteCounted === true;
  if (context !== null && kind === 'deleted') context.DeleteCounted = true;
  const file = context === null ? (FltObjects.FileObject?.FsContext ?? null) : context.FileId;
  if (context !== null) FltReleaseContext(context);
  if (!again && file !== null) count(process, file, kind);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* Nothing more is counted through this handle; paging I/O may keep its file object for long. */
function PreCleanup(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (FltObjects.Instance !== null && FltObjects.FileObject !== null) FltDeleteStreamHandleContext(FltObjects.Instance, FltObjects.FileObject, null);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
