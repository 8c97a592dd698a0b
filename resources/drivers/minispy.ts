/*
 * minispy: a recorder with a user-mode reader.
 *
 * The pre callback takes a record, gives it the next sequence number and fills in name and parameters; the post callback adds the
 * result and puts the record into the output list. So the list is in order of completion while sequence numbers tell the order of
 * arrival: an operation that stayed pending at the file system has a small number and a late place. A program fetches records through
 * the port \MiniSpyPort. Records are bytes (LOG_RECORD below) from the moment they are taken, as the program gets them.
 */

const SPY_TAG = 'SPlg';
const MINISPY_PORT_NAME = '\\MiniSpyPort';
const MINISPY_MAJ_VERSION = 2;
const MINISPY_MIN_VERSION = 0;

/* Bytes of a record with its name, and of the name alone. */
const RECORD_SIZE = 1024;
const DEFAULT_MAX_RECORDS_TO_ALLOCATE = 500;
const MAX_RECORDS_TO_ALLOCATE = 'MaxRecords';
const NAME_QUERY_METHOD = FLT_FILE_NAME_QUERY_ALWAYS_ALLOW_CACHE_LOOKUP;

/* LOG_RECORD.RecordType: what a record is, and why it had to be the spare one. */
const RECORD_TYPE_NORMAL = 0x00000000;
const RECORD_TYPE_FILETAG = 0x00000004;
const RECORD_TYPE_FLAG_STATIC = 0x80000000;
const RECORD_TYPE_FLAG_EXCEED_MEMORY_ALLOWANCE = 0x20000000;
const RECORD_TYPE_FLAG_OUT_OF_MEMORY = 0x10000000;

/* Commands of the program. */
const GetMiniSpyLog = 0;
const GetMiniSpyVersion = 1;

/* Extra create parameters that have a bit of their own in KnownEcpMask. */
const ECP_TYPE_FLAG_PREFETCH = 0x1;
const ECP_TYPE_FLAG_OPLOCK_KEY = 0x2;
const ECP_TYPE_FLAG_NFS = 0x4;
const ECP_TYPE_FLAG_SRV = 0x8;
const KnownEcps: readonly (readonly [type: GUID, flag: number])[] = [
  [GUID_ECP_PREFETCH_OPEN, ECP_TYPE_FLAG_PREFETCH],
  [GUID_ECP_OPLOCK_KEY, ECP_TYPE_FLAG_OPLOCK_KEY],
  [GUID_ECP_NFS_OPEN, ECP_TYPE_FLAG_NFS],
  [GUID_ECP_SRV_OPEN, ECP_TYPE_FLAG_SRV],
];

const RECORD_DATA = struct({
  OriginatingTime: LARGE_INTEGER, CompletionTime: LARGE_INTEGER,
  DeviceObject: PVOID, FileObject: PVOID, Transaction: PVOID,
  ProcessId: ULONGLONG, ThreadId: ULONGLONG,
  Information: ULONGLONG, Status: NTSTATUS,
  IrpFlags: ULONG, Flags: ULONG, CallbackMajorId: UCHAR, CallbackMinorId: UCHAR, Reserved: UCHAR.array(2),
  Arg1: PVOID, Arg2: PVOID, Arg3: PVOID, Arg4: PVOID, Arg5: PVOID, Arg6: PVOID,
  EcpCount: ULONG, KnownEcpMask: ULONG,
}, { name: 'RECORD_DATA' });

/* What the program reads: Length covers the record with its name, rounded up to 8 bytes. */
const LOG_RECORD = struct({ Length: ULONG, SequenceNumber: ULONG, RecordType: ULONG, NameLength: ULONG, Data: RECORD_DATA }, { name: 'LOG_RECORD' });

const NAME_OFFSET = sizeof(LOG_RECORD);
const MAX_NAME_SPACE = RECORD_SIZE - NAME_OFFSET;

/* What the program sends, and what it gets for GetMiniSpyVersion. */
const COMMAND_MESSAGE = struct({ Command: ULONG, Reserved: ULONG }, { name: 'COMMAND_MESSAGE' });
const MINISPYVER = struct({ Major: USHORT, Minor: USHORT }, { name: 'MINISPYVER' });

/* A record on its way: the entry of the list and the bytes. */
class RECORD_LIST {
  readonly List: LIST_ENTRY;
  readonly Buffer: KBUFFER;
  readonly LogRecord: StructOf<typeof LOG_RECORD>;

  constructor(Buffer: KBUFFER) {
    this.List = new LIST_ENTRY(this);
    this.Buffer = Buffer;
    this.LogRecord = view(LOG_RECORD, Buffer);
  }
}
type StructOf<T> = T extends { read(...where: never[]): infer V } ? V : never;

/* Everything global, with the locks that guard it. */
const MiniSpyData = {
  Filter: null as PFLT_FILTER | null,
  ServerPort: null as PFLT_PORT | null,
  ClientPort: ref<PFLT_PORT | null>(),
  OutputBufferLock: {} as PKSPIN_LOCK,
  OutputBufferList: new LIST_ENTRY(),
  FreeBufferList: {},
  MaxRecordsToAllocate: DEFAULT_MAX_RECORDS_TO_ALLOCATE,
  RecordsAllocated: 0,
  LogSequenceNumber: 0,
  /* The spare record for when there may be no other. */
  StaticBuffer: null as KBUFFER | null,
  StaticBufferInUse: 0,
};

/* ---- Life cycle ----------------------------------------------------------------------------------------------------------------- */

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  KeInitializeSpinLock(MiniSpyData.OutputBufferLock);
  InitializeListHead(MiniSpyData.OutputBufferList);
  ExInitializeNPagedLookasideList(MiniSpyData.FreeBufferList, null, null, POOL_NX_ALLOCATION, RECORD_SIZE, SPY_TAG, 0);
  MiniSpyData.StaticBuffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, RECORD_SIZE, SPY_TAG);

  SpyReadDriverParameters(RegistryPath);

  let status: NTSTATUS = STATUS_SUCCESS;
  try {
    const filter = ref<PFLT_FILTER>();
    status = FltRegisterFilter(DriverObject, FilterRegistration, filter);
    if (!NT_SUCCESS(status)) return status;
    MiniSpyData.Filter = filter.value;

    const sd = ref<PSECURITY_DESCRIPTOR>();
    status = FltBuildDefaultSecurityDescriptor(sd, FLT_PORT_ALL_ACCESS);
    if (!NT_SUCCESS(status)) return status;
    const oa = new OBJECT_ATTRIBUTES();
    InitializeObjectAttributes(oa, MINISPY_PORT_NAME, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, null, sd.value);
    const port = ref<PFLT_PORT>();
    status = FltCreateCommunicationPort(filter.value, port, oa, null, SpyConnect, SpyDisconnect, SpyMessage, 1);
    FltFreeSecurityDescriptor(sd.value);
    if (!NT_SUCCESS(status)) return status;
    MiniSpyData.ServerPort = port.value;

    status = FltStartFiltering(filter.value);
    return status;
  } finally {
    if (!NT_SUCCESS(status)) {
      if (MiniSpyData.ServerPort !== null) FltCloseCommunicationPort(MiniSpyData.ServerPort);
      if (MiniSpyData.Filter !== null) FltUnregisterFilter(MiniSpyData.Filter);
      SpyFreeBuffers();
    }
  }
}

/* MaxRecords under the service key; without it the default holds. */
function SpyReadDriverParameters(RegistryPath: PUNICODE_STRING): void {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, null, null);
  const key = ref<HANDLE>();
  if (!NT_SUCCESS(ZwOpenKey(key, KEY_READ, attributes))) return;

  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(ULONG), SPY_TAG);
  if (buffer !== null) {
    const resultLength = ref<number>();
    const status = ZwQueryValueKey(key.value, MAX_RECORDS_TO_ALLOCATE, KeyValuePartialInformation, buffer, buffer.length, resultLength);
    if (NT_SUCCESS(status)) {
      const value = view(KEY_VALUE_PARTIAL_INFORMATION, buffer);
      if (value.Type === REG_DWORD) MiniSpyData.MaxRecordsToAllocate = value.Data.u32(0);
    }
    ExFreePoolWithTag(buffer, SPY_TAG);
  }
  ZwClose(key.value);
}

function SpyFilterUnload(Flags: number): NTSTATUS {
  // No new connection first, then no new operation, then nobody is left who could touch the list.
  if (MiniSpyData.ServerPort !== null) FltCloseCommunicationPort(MiniSpyData.ServerPort);
  if (MiniSpyData.Filter !== null) FltUnregisterFilter(MiniSpyData.Filter);
  SpyEmptyOutputBufferList();
  SpyFreeBuffers();
  return STATUS_SUCCESS;
}

function SpyFreeBuffers(): void {
  ExDeleteNPagedLookasideList(MiniSpyData.FreeBufferList);
  if (MiniSpyData.StaticBuffer !== null) ExFreePoolWithTag(MiniSpyData.StaticBuffer, SPY_TAG);
}

function SpyQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

/* ---- The port -------------------------------------------------------------------------------------------------------------------- */

function SpyConnect(ClientPort: PFLT_PORT, ServerPortCookie: PVOID, ConnectionContext: PVOID, SizeOfContext: number, ConnectionCookie: Ref<PVOID>): NTSTATUS {
  FLT_ASSERT(MiniSpyData.ClientPort.value === null);
  MiniSpyData.ClientPort.value = ClientPort;
  return STATUS_SUCCESS;
}

function SpyDisconnect(ConnectionCookie: PVOID): void {
  if (MiniSpyData.Filter !== null) FltCloseClientPort(MiniSpyData.Filter, MiniSpyData.ClientPort);
}

/*
 * A command of the program. Both buffers are the program's own memory: every touch of them can fault, and the program may change
 * what it has sent at any moment, so the command is read once.
 */
function SpyMessage(ConnectionCookie: PVOID, InputBuffer: KBUFFER | null, InputBufferSize: number, OutputBuffer: KBUFFER | null, OutputBufferSize: number, ReturnOutputBufferLength: Ref<number>): NTSTATUS {
  if (InputBuffer === null || InputBufferSize < FIELD_OFFSET(COMMAND_MESSAGE, 'Reserved')) return STATUS_INVALID_PARAMETER;

  let command: number;
  try {
    command = InputBuffer.u32(0);
  } catch (exception) {
    return exceptionCode(exception);
  }

  switch (command) {
    case GetMiniSpyLog:
      if (OutputBuffer === null || OutputBufferSize === 0) return STATUS_INVALID_PARAMETER;
      // Records hold 64-bit numbers, so they must lie on 8 bytes.
      if (!IS_ALIGNED(OutputBuffer, 8)) return STATUS_DATATYPE_MISALIGNMENT;
      return SpyGetLog(OutputBuffer, OutputBufferSize, ReturnOutputBufferLength);

    case GetMiniSpyVersion: {
      if (OutputBuffer === null || OutputBufferSize < sizeof(MINISPYVER)) return STATUS_INVALID_PARAMETER;
      if (!IS_ALIGNED(OutputBuffer, 4)) return STATUS_DATATYPE_MISALIGNMENT;
      try {
        const version = view(MINISPYVER, OutputBuffer);
        version.Major = MINISPY_MAJ_VERSION;
        version.Minor = MINISPY_MIN_VERSION;
      } catch (exception) {
        return exceptionCode(exception);
      }
      ReturnOutputBufferLength.value = sizeof(MINISPYVER);
      return STATUS_SUCCESS;
    }

    default:
      return STATUS_INVALID_PARAMETER;
  }
}

/* GetExceptionCode(), or the exception again where it is none of memory. */
function exceptionCode(exception: unknown): NTSTATUS {
  const { GetExceptionCode } = exception as { GetExceptionCode?: () => number };
  if (GetExceptionCode === undefined) throw exception;
  return GetExceptionCode.call(exception);
}

/* As many whole records as fit, oldest completion first. A record that does not fit stays where it is. */
function SpyGetLog(OutputBuffer: KBUFFER, OutputBufferLength: number, ReturnOutputBufferLength: Ref<number>): NTSTATUS {
  let bytesWritten = 0;
  let recordsAvailable = false;
  let status: NTSTATUS = STATUS_NO_MORE_ENTRIES;
  const oldIrql = ref<number>();

  KeAcquireSpinLock(MiniSpyData.OutputBufferLock, oldIrql);
  while (!IsListEmpty(MiniSpyData.OutputBufferList) && OutputBufferLength > 0) {
    recordsAvailable = true;
    const recordList = CONTAINING_RECORD<RECORD_LIST>(RemoveHeadList(MiniSpyData.OutputBufferList), RECORD_LIST, 'List');
    const length = recordList.LogRecord.Length;

    if (OutputBufferLength < length) {
      InsertHeadList(MiniSpyData.OutputBufferList, recordList.List);
      break;
    }
    // The program's memory may be paged out: not under a spin lock.
    KeReleaseSpinLock(MiniSpyData.OutputBufferLock, oldIrql.value);
    try {
      RtlCopyMemory(OutputBuffer.at(bytesWritten), recordList.Buffer, length);
    } catch (exception) {
      KeAcquireSpinLock(MiniSpyData.OutputBufferLock, oldIrql);
      InsertHeadList(MiniSpyData.OutputBufferList, recordList.List);
      KeReleaseSpinLock(MiniSpyData.OutputBufferLock, oldIrql.value);
      return exceptionCode(exception);
    }
    bytesWritten += length;
    OutputBufferLength -= length;
    SpyFreeRecord(recordList);
    KeAcquireSpinLock(MiniSpyData.OutputBufferLock, oldIrql);
  }
  KeReleaseSpinLock(MiniSpyData.OutputBufferLock, oldIrql.value);

  if (bytesWritten > 0) status = STATUS_SUCCESS;
  else if (recordsAvailable) status = STATUS_BUFFER_TOO_SMALL;
  ReturnOutputBufferLength.value = bytesWritten;
  return status;
}

/* ---- Records --------------------------------------------------------------------------------------------------------------------- */

/* A fresh record, or null; `recordType` says what it is. */
function SpyAllocateBuffer(recordType: Ref<number>): RECORD_LIST | null {
  recordType.value = RECORD_TYPE_NORMAL;
  if (MiniSpyData.RecordsAllocated >= MiniSpyData.MaxRecordsToAllocate) {
    recordType.value = RECORD_TYPE_FLAG_EXCEED_MEMORY_ALLOWANCE;
    return null;
  }
  InterlockedIncrement(MiniSpyData, 'RecordsAllocated');
  const buffer: KBUFFER | null = ExAllocateFromNPagedLookasideList(MiniSpyData.FreeBufferList);
  if (buffer === null) {
    InterlockedDecrement(MiniSpyData, 'RecordsAllocated');
    recordType.value = RECORD_TYPE_FLAG_OUT_OF_MEMORY;
    return null;
  }
  return new RECORD_LIST(buffer);
}

/* A record with the next sequence number. Where there is none, neither memory nor the spare one, no number is used up either. */
function SpyNewRecord(): RECORD_LIST | null {
  const recordType = ref<number>();
  let record = SpyAllocateBuffer(recordType);
  if (record === null && MiniSpyData.StaticBuffer !== null && InterlockedExchange(MiniSpyData, 'StaticBufferInUse', 1) === 0) {
    record = new RECORD_LIST(MiniSpyData.StaticBuffer);
    recordType.value |= RECORD_TYPE_FLAG_STATIC;
  }
  if (record === null) return null;

  RtlZeroMemory(record.Buffer, NAME_OFFSET);
  record.LogRecord.RecordType = recordType.value >>> 0;
  record.LogRecord.Length = NAME_OFFSET;
  record.LogRecord.SequenceNumber = InterlockedIncrement(MiniSpyData, 'LogSequenceNumber');
  return record;
}

function SpyFreeRecord(record: RECORD_LIST): void {
  if (FlagOn(record.LogRecord.RecordType, RECORD_TYPE_FLAG_STATIC)) {
    InterlockedExchange(MiniSpyData, 'StaticBufferInUse', 0);
    return;
  }
  InterlockedDecrement(MiniSpyData, 'RecordsAllocated');
  ExFreeToNPagedLookasideList(MiniSpyData.FreeBufferList, record.Buffer);
}

/* Puts a name into a record, cut to the room there is. */
function SpySetRecordName(record: RECORD_LIST, name: string): void {
  const text = name.slice(0, MAX_NAME_SPACE / 2);
  record.Buffer.setWstr(NAME_OFFSET, text);
  record.LogRecord.NameLength = text.length * 2;
  record.LogRecord.Length = ROUND_TO_SIZE(NAME_OFFSET + text.length * 2, 8);
}

function SpyLogPreOperationData(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, record: RECORD_LIST): void {
  const recordData = record.LogRecord.Data;
  const device = ref<PDEVICE_OBJECT>();
  if (FltObjects.Volume !== null && NT_SUCCESS(FltGetDeviceObject(FltObjects.Volume, device))) {
    recordData.DeviceObject = device.value;
    ObDereferenceObject(device.value);
  }
  recordData.CallbackMajorId = Data.Iopb.MajorFunction;
  recordData.CallbackMinorId = Data.Iopb.MinorFunction;
  recordData.IrpFlags = Data.Iopb.IrpFlags;
  recordData.Flags = Data.Flags;
  recordData.FileObject = FltObjects.FileObject;
  recordData.Transaction = FltObjects.Transaction;
  // Whoever runs now, which for a request of a driver is not the program that caused it.
  recordData.ProcessId = BigInt(HandleToULong(PsGetCurrentProcessId()));
  recordData.ThreadId = BigInt(HandleToULong(PsGetCurrentThreadId()));

  const { Others } = Data.Iopb.Parameters;
  recordData.Arg1 = Others.Argument1;
  recordData.Arg2 = Others.Argument2;
  recordData.Arg3 = Others.Argument3;
  recordData.Arg4 = Others.Argument4;
  recordData.Arg5 = Others.Argument5;
  recordData.Arg6 = rawPointer(Others.Argument6);
  KeQuerySystemTime(recordData.OriginatingTime);
}

/* Argument6 is a LARGE_INTEGER in the structure; a record keeps its 64 bits. */
function rawPointer(value: PVOID): PVOID {
  return value instanceof LARGE_INTEGER ? (value as LARGE_INTEGER).QuadPart : value;
}

function SpyLogPostOperationData(Data: PFLT_CALLBACK_DATA, record: RECORD_LIST): void {
  record.LogRecord.Data.Status = Data.IoStatus.Status;
  record.LogRecord.Data.Information = BigInt(Data.IoStatus.Information);
  KeQuerySystemTime(record.LogRecord.Data.CompletionTime);
}

/* From now on the program can see it. */
function SpyLog(record: RECORD_LIST): void {
  const oldIrql = ref<number>();
  KeAcquireSpinLock(MiniSpyData.OutputBufferLock, oldIrql);
  InsertTailList(MiniSpyData.OutputBufferList, record.List);
  KeReleaseSpinLock(MiniSpyData.OutputBufferLock, oldIrql.value);
}

function SpyEmptyOutputBufferList(): void {
  const oldIrql = ref<number>();
  KeAcquireSpinLock(MiniSpyData.OutputBufferLock, oldIrql);
  while (!IsListEmpty(MiniSpyData.OutputBufferList)) {
    const record = CONTAINING_RECORD<RECORD_LIST>(RemoveHeadList(MiniSpyData.OutputBufferList), RECORD_LIST, 'List');
    KeReleaseSpinLock(MiniSpyData.OutputBufferLock, oldIrql.value);
    SpyFreeRecord(record);
    KeAcquireSpinLock(MiniSpyData.OutputBufferLock, oldIrql);
  }
  KeReleaseSpinLock(MiniSpyData.OutputBufferLock, oldIrql.value);
}

/* ---- Names and extra create parameters ------------------------------------------------------------------------------------------------ */

/* The normalized name; failing that the opened name behind the reason, in angle brackets; failing that both reasons. */
function SpyNameOf(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS): string {
  if (FltObjects.FileObject === null) return '<nothing was opened, so there is no name>';
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  const status = FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | NAME_QUERY_METHOD, nameInfo);
  if (NT_SUCCESS(status)) {
    const name = nameInfo.value.Name.Buffer;
    FltReleaseFileNameInformation(nameInfo.value);
    return name;
  }
  const openedStatus = FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | NAME_QUERY_METHOD, nameInfo);
  if (NT_SUCCESS(openedStatus)) {
    const name = nameInfo.value.Name.Buffer;
    FltReleaseFileNameInformation(nameInfo.value);
    return `<0x${code(status)}> ${name}`;
  }
  return `<no name: normalized 0x${code(status)}, opened 0x${code(openedStatus)}>`;
}

const code = (status: NTSTATUS): string => status.toString(16).padStart(8, '0');

/* How many extra create parameters a create brings, and which of them are known. Those from user mode could be anything. */
function SpyParseEcps(Data: PFLT_CALLBACK_DATA, record: RECORD_LIST): void {
  const filter = MiniSpyData.Filter;
  if (filter === null) return;
  const ecpList = ref<PECP_LIST>();
  if (!NT_SUCCESS(FltGetEcpListFromCallbackData(filter, Data, ecpList)) || ecpList.value === null) return;

  let ecpContext: PVOID = null;
  const next = ref<PVOID>();
  const ecpType = ref<string>();
  while (NT_SUCCESS(FltGetNextExtraCreateParameter(filter, ecpList.value, ecpContext, ecpType, next, null))) {
    ecpContext = next.value;
    record.LogRecord.Data.EcpCount++;
    if (FltIsEcpFromUserMode(filter, ecpContext)) continue;
    const known = KnownEcps.find(([type]) => IsEqualGUID(ecpType.value, type));
    if (known !== undefined) record.LogRecord.Data.KnownEcpMask |= known[1];
  }
}

/* ---- Operations ---------------------------------------------------------------------------------------------------------------------- */

function SpyPreOperationCallback(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const recordList = SpyNewRecord();
  if (recordList === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  SpySetRecordName(recordList, SpyNameOf(Data, FltObjects));
  if (Data.Iopb.MajorFunction === IRP_MJ_CREATE) SpyParseEcps(Data, recordList);
  SpyLogPreOperationData(Data, FltObjects, recordList);

  if (Data.Iopb.MajorFunction === IRP_MJ_SHUTDOWN) {
    // There is no post callback for it. The status in this record is the one nobody has set yet.
    SpyPostOperationCallback(Data, FltObjects, recordList, 0);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  CompletionContext.value = recordList;
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

/* Up to DISPATCH_LEVEL: everything touched here is nonpaged. */
function SpyPostOperationCallback(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const recordList: RECORD_LIST = CompletionContext;

  // The operation has not completed: the instance is going away. Its record vanishes.
  if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING)) {
    SpyFreeRecord(recordList);
    return FLT_POSTOP_FINISHED_PROCESSING;
  }

  SpyLogPostOperationData(Data, recordList);

  // A create that met a reparse point tells more than one record holds.
  const reparse = Data.TagData === null ? null : SpyNewRecord();
  if (reparse !== null) {
    RtlCopyMemory(reparse.Buffer.at(FIELD_OFFSET(LOG_RECORD, 'Data')), recordList.Buffer.at(FIELD_OFFSET(LOG_RECORD, 'Data')), sizeof(RECORD_DATA));
    reparse.LogRecord.RecordType = (reparse.LogRecord.RecordType | RECORD_TYPE_FILETAG) >>> 0;
    SpySetRecordName(reparse, `tag 0x${code(Number(Data.TagData.FileTag))}`);
  }
  SpyLog(recordList);
  if (reparse !== null) SpyLog(reparse);

  if (FltObjects.Transaction !== null && Data.Iopb.MajorFunction === IRP_MJ_CREATE && Data.IoStatus.Status === STATUS_SUCCESS) SpyEnlistInTransaction(FltObjects);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* Once for each transaction: the context on it says that it has been done. */
function SpyEnlistInTransaction(FltObjects: PCFLT_RELATED_OBJECTS): void {
  const { Instance, Transaction } = FltObjects;
  if (Instance === null || Transaction === null) return;
  const existing = ref<PFLT_CONTEXT>();
  if (NT_SUCCESS(FltGetTransactionContext(Instance, Transaction, existing))) {
    FltReleaseContext(existing.value);
    return;
  }
  const context = ref<PFLT_CONTEXT>();
  if (!NT_SUCCESS(FltAllocateContext(FltObjects.Filter, FLT_TRANSACTION_CONTEXT, 8, PagedPool, context))) return;
  context.value.Count = 0;

  const old = ref<PFLT_CONTEXT>();
  let status = FltSetTransactionContext(Instance, Transaction, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, old);
  if (NT_SUCCESS(status)) {
    status = FltEnlistInTransaction(Instance, Transaction, context.value, FLT_MAX_TRANSACTION_NOTIFICATIONS);
    // Somebody else of this instance was first: that enlistment is as good.
    if (!NT_SUCCESS(status) && status !== STATUS_FLT_ALREADY_ENLISTED) FltDeleteTransactionContext(Instance, Transaction, null);
  } else if (old.value !== null) FltReleaseContext(old.value);
  FltReleaseContext(context.value);
}

/* The end of a transaction is an operation like any other in the log. */
function SpyKtmNotificationCallback(FltObjects: PCFLT_RELATED_OBJECTS, TransactionContext: PFLT_CONTEXT, TransactionNotification: number): NTSTATUS {
  const recordList = SpyNewRecord();
  if (recordList !== null) {
    recordList.LogRecord.Data.CallbackMajorId = IRP_MJ_TRANSACTION_NOTIFY;
    recordList.LogRecord.Data.Flags = TransactionNotification >>> 0;
    recordList.LogRecord.Data.Transaction = FltObjects.Transaction;
    KeQuerySystemTime(recordList.LogRecord.Data.OriginatingTime);
    SpyLog(recordList);
  }
  return STATUS_SUCCESS;
}

/* A major code of this driver's own, which no operation has. */
const IRP_MJ_TRANSACTION_NOTIFY = 0x28;

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_CREATE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_CREATE_NAMED_PIPE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_CLOSE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_READ, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_WRITE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_QUERY_INFORMATION, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_SET_INFORMATION, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_QUERY_EA, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_SET_EA, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_FLUSH_BUFFERS, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_QUERY_VOLUME_INFORMATION, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_SET_VOLUME_INFORMATION, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_DIRECTORY_CONTROL, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_FILE_SYSTEM_CONTROL, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_DEVICE_CONTROL, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_INTERNAL_DEVICE_CONTROL, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_SHUTDOWN, 0, SpyPreOperationCallback, null],
  [IRP_MJ_LOCK_CONTROL, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_CLEANUP, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_CREATE_MAILSLOT, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_QUERY_SECURITY, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_SET_SECURITY, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_QUERY_QUOTA, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_SET_QUOTA, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_PNP, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_ACQUIRE_FOR_MOD_WRITE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_RELEASE_FOR_MOD_WRITE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_ACQUIRE_FOR_CC_FLUSH, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_RELEASE_FOR_CC_FLUSH, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_QUERY_OPEN, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_NETWORK_QUERY_OPEN, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_MDL_READ, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_MDL_READ_COMPLETE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_PREPARE_MDL_WRITE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_MDL_WRITE_COMPLETE, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_VOLUME_MOUNT, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_VOLUME_DISMOUNT, 0, SpyPreOperationCallback, SpyPostOperationCallback],
  [IRP_MJ_OPERATION_END],
];

const Contexts: FLT_CONTEXT_REGISTRATION_ROW[] = [
  [FLT_TRANSACTION_CONTEXT, 0, null, 8, 'SPtx'],
];

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  // Pipes and mailslots are watched too.
  Flags: FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS,
  ContextRegistration: Contexts,
  OperationRegistration: Callbacks,
  FilterUnloadCallback: SpyFilterUnload,
  InstanceSetupCallback: null,
  InstanceQueryTeardownCallback: SpyQueryTeardown,
  TransactionNotificationCallback: SpyKtmNotificationCallback,
};
