/*
 * scanner: asks a program whether a file may be used.
 *
 * After a file of a watched type was opened, its first bytes are read and sent through the port \ScannerPort; where the program finds
 * them unsafe the open is cancelled. A file that was opened for writing gets a stream-handle context that says "scan me again", so that
 * writes are shown to the program too, and the whole once more when the handle is cleaned up. Without a connected program everything is
 * safe. While a message waits for its answer the thread that opened the file waits with it.
 */

const SCANNER_TAG = 'Scan';
const SCANNER_PORT_NAME = '\\ScannerPort';
const SCANNER_READ_BUFFER_SIZE = 1024;

/* What the program gets, and what it answers. */
const SCANNER_NOTIFICATION = struct({ BytesToScan: ULONG, Reserved: ULONG, Contents: UCHAR.array(1024) }, { name: 'SCANNER_NOTIFICATION' });
const SCANNER_REPLY = struct({ SafeToOpen: BOOLEAN }, { name: 'SCANNER_REPLY' });

/* On a file object that was opened for writing. */
interface SCANNER_STREAM_HANDLE_CONTEXT {
  RescanRequired: boolean;
}

const ScannerData = {
  Filter: null as PFLT_FILTER | null,
  ServerPort: null as PFLT_PORT | null,
  /* The connected program; its own opens are not scanned. */
  UserProcess: null as PEPROCESS | null,
  ClientPort: ref<PFLT_PORT | null>(),
};

/* File types to look at, without their dot. */
let ScannedExtensions: UNICODE_STRING[] = [];
const ScannedExtensionDefault = 'doc';

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_CREATE, 0, ScannerPreCreate, ScannerPostCreate],
  [IRP_MJ_CLEANUP, 0, ScannerPreCleanup, null],
  [IRP_MJ_WRITE, 0, ScannerPreWrite, null],
  [IRP_MJ_FILE_SYSTEM_CONTROL, 0, ScannerPreFileSystemControl, null],
  [IRP_MJ_OPERATION_END],
];

const ContextRegistration: FLT_CONTEXT_REGISTRATION_ROW[] = [
  [FLT_STREAMHANDLE_CONTEXT, 0, null, 8, SCANNER_TAG],
];

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  Flags: 0,
  ContextRegistration,
  OperationRegistration: Callbacks,
  FilterUnloadCallback: ScannerUnload,
  InstanceSetupCallback: ScannerInstanceSetup,
  InstanceQueryTeardownCallback: ScannerQueryTeardown,
};

/* ---- Life cycle ----------------------------------------------------------------------------------------------------------------- */

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, FilterRegistration, filter);
  if (!NT_SUCCESS(status)) return status;
  ScannerData.Filter = filter.value;

  ScannerInitializeScannedExtensions(RegistryPath);

  const sd = ref<PSECURITY_DESCRIPTOR>();
  status = FltBuildDefaultSecurityDescriptor(sd, FLT_PORT_ALL_ACCESS);
  if (NT_SUCCESS(status)) {
    const oa = new OBJECT_ATTRIBUTES();
    InitializeObjectAttributes(oa, SCANNER_PORT_NAME, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, null, sd.value);
    const port = ref<PFLT_PORT>();
    // No message routine: the program only answers. One connection.
    status = FltCreateCommunicationPort(filter.value, port, oa, null, ScannerPortConnect, ScannerPortDisconnect, null, 1);
    FltFreeSecurityDescriptor(sd.value);
    if (NT_SUCCESS(status)) {
      ScannerData.ServerPort = port.value;
      status = FltStartFiltering(filter.value);
      if (NT_SUCCESS(status)) return STATUS_SUCCESS;
      FltCloseCommunicationPort(port.value);
    }
  }
  ScannerFreeExtensions();
  FltUnregisterFilter(filter.value);
  return status;
}

/* The value Extensions under the service key: texts, each ended by a zero character. */
function ScannerInitializeScannedExtensions(RegistryPath: PUNICODE_STRING): void {
  ScannedExtensions = [new UNICODE_STRING(ScannedExtensionDefault)];
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, null, null);
  const key = ref<HANDLE>();
  if (!NT_SUCCESS(ZwOpenKey(key, KEY_READ, attributes))) return;

  const length = ref<number>(0);
  let status = ZwQueryValueKey(key.value, 'Extensions', KeyValuePartialInformation, null, 0, length);
  if (status === STATUS_BUFFER_TOO_SMALL || status === STATUS_BUFFER_OVERFLOW) {
    const buffer = ExAllocatePool2(POOL_FLAG_PAGED, length.value, SCANNER_TAG);
    if (buffer !== null) {
      status = ZwQueryValueKey(key.value, 'Extensions', KeyValuePartialInformation, buffer, buffer.length, length);
      const value = view(KEY_VALUE_PARTIAL_INFORMATION, buffer);
      if (NT_SUCCESS(status) && value.Type === REG_MULTI_SZ) {
        const texts = value.Data.wstr(0, value.DataLength).split('\0').filter((text) => text !== '');
        ScannedExtensions = texts.map((text) => new UNICODE_STRING(text));
      }
      ExFreePoolWithTag(buffer, SCANNER_TAG);
    }
  }
  ZwClose(key.value);
}

function ScannerFreeExtensions(): void {
  ScannedExtensions = [];
}

function ScannerUnload(Flags: number): NTSTATUS {
  // Kept from the sample: the list goes before the callbacks that look at it. A create that is just being handled finds no extension
  // any more and is not scanned; in C it would read freed memory. Correct is FltUnregisterFilter first.
  ScannerFreeExtensions();
  if (ScannerData.ServerPort !== null) FltCloseCommunicationPort(ScannerData.ServerPort);
  if (ScannerData.Filter !== null) FltUnregisterFilter(ScannerData.Filter);
  return STATUS_SUCCESS;
}

function ScannerInstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  PAGED_CODE();
  // Files of a network volume are scanned where they are.
  return VolumeDeviceType === FILE_DEVICE_NETWORK_FILE_SYSTEM ? STATUS_FLT_DO_NOT_ATTACH : STATUS_SUCCESS;
}

function ScannerQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

/* ---- The port -------------------------------------------------------------------------------------------------------------------- */

function ScannerPortConnect(ClientPort: PFLT_PORT, ServerPortCookie: PVOID, ConnectionContext: PVOID, SizeOfContext: number, ConnectionCookie: Ref<PVOID>): NTSTATUS {
  PAGED_CODE();
  FLT_ASSERT(ScannerData.ClientPort.value === null);
  FLT_ASSERT(ScannerData.UserProcess === null);
  ScannerData.UserProcess = PsGetCurrentProcess();
  ScannerData.ClientPort.value = ClientPort;
  return STATUS_SUCCESS;
}

function ScannerPortDisconnect(ConnectionCookie: PVOID): void {
  PAGED_CODE();
  if (ScannerData.Filter !== null) FltCloseClientPort(ScannerData.Filter, ScannerData.ClientPort);
  ScannerData.UserProcess = null;
}

/* ---- Operations -------------------------------------------------------------------------------------------------------------------- */

function ScannerPreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  // The program itself opens what it looks into: it would wait for itself.
  if (Data.Thread !== null && IoThreadToProcess(Data.Thread) === ScannerData.UserProcess) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function ScannerpCheckExtension(Extension: UNICODE_STRING): boolean {
  if (Extension.Length === 0) return false;
  return ScannedExtensions.some((scanned) => RtlEqualUnicodeString(scanned, Extension, true));
}

/* The file is open below us: the place to read from it. */
function ScannerPostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  // STATUS_REPARSE is a success code, and nothing is open: the create comes again with another name.
  if (!NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Status === STATUS_REPARSE) return FLT_POSTOP_FINISHED_PROCESSING;

  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  const status = FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo);
  if (!NT_SUCCESS(status)) return FLT_POSTOP_FINISHED_PROCESSING;
  FltParseFileNameInformation(nameInfo.value);
  const scanFile = ScannerpCheckExtension(nameInfo.value.Extension);
  FltReleaseFileNameInformation(nameInfo.value);
  if (!scanFile || FltObjects.Instance === null || FltObjects.FileObject === null) return FLT_POSTOP_FINISHED_PROCESSING;

  const safeToOpen = ref(true);
  ScannerpScanFileInUserMode(FltObjects.Instance, FltObjects.FileObject, safeToOpen);
  if (!safeToOpen.value) {
    DbgPrint('scanner: unsafe, the open of %s is undone\n', FltObjects.FileObject.id);
    FltCancelFileOpen(FltObjects.Instance, FltObjects.FileObject);
    Data.IoStatus.Status = STATUS_ACCESS_DENIED;
    Data.IoStatus.Information = 0;
    return FLT_POSTOP_FINISHED_PROCESSING;
  }

  // Whoever may write can make it unsafe later.
  if (FltObjects.FileObject.WriteAccess) {
    const context = ref<PFLT_CONTEXT>();
    if (NT_SUCCESS(FltAllocateContext(FltObjects.Filter, FLT_STREAMHANDLE_CONTEXT, 8, PagedPool, context))) {
      const scannerContext: SCANNER_STREAM_HANDLE_CONTEXT = context.value;
      scannerContext.RescanRequired = true;
      // Whether it could be set or not: without it the file is not scanned again, which is no reason to fail the open.
      FltSetStreamHandleContext(FltObjects.Instance, FltObjects.FileObject, FLT_SET_CONTEXT_REPLACE_IF_EXISTS, context.value, null);
      FltReleaseContext(context.value);
    }
  }
  return FLT_POSTOP_FINISHED_PROCESSING;
}

function ScannerPreCleanup(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  const context = ref<PFLT_CONTEXT>();
  if (Instance === null || FileObject === null || !NT_SUCCESS(FltGetStreamHandleContext(Instance, FileObject, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  if ((context.value as SCANNER_STREAM_HANDLE_CONTEXT).RescanRequired) {
    const safe = ref(true);
    ScannerpScanFileInUserMode(Instance, FileObject, safe);
    // Too late to undo anything.
    if (!safe.value) DbgPrint('scanner: unsafe when it was cleaned up: %s\n', FileObject.id);
  }
  FltReleaseContext(context.value);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

/* What is about to be written, the first bytes of it. */
function ScannerPreWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  const { Filter, ClientPort } = ScannerData;
  if (Filter === null || ClientPort.value === null || Instance === null || FileObject === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const context = ref<PFLT_CONTEXT>();
  if (!NT_SUCCESS(FltGetStreamHandleContext(Instance, FileObject, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  let notification: KBUFFER | null = null;
  let safe = true;
  try {
    const write = Data.Iopb.Parameters.Write;
    if (write.Length === 0) return FLT_PREOP_SUCCESS_NO_CALLBACK;

    const buffer: KBUFFER | null = write.MdlAddress === null ? write.WriteBuffer : MmGetSystemAddressForMdlSafe(write.MdlAddress, NormalPagePriority | MdlMappingNoExecute);
    notification = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(SCANNER_NOTIFICATION), SCANNER_TAG);
    if (buffer === null || notification === null) {
      Data.IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
      Data.IoStatus.Information = 0;
      return FLT_PREOP_COMPLETE;
    }

    const message = view(SCANNER_NOTIFICATION, notification);
    message.BytesToScan = min(write.Length, SCANNER_READ_BUFFER_SIZE);
    try {
      // The program's own memory: it can vanish under us.
      RtlCopyMemory(message.Contents, buffer, message.BytesToScan);
    } catch (exception) {
      Data.IoStatus.Status = (exception as { GetExceptionCode(): NTSTATUS }).GetExceptionCode();
      Data.IoStatus.Information = 0;
      return FLT_PREOP_COMPLETE;
    }

    const replyLength = ref(sizeof(SCANNER_REPLY));
    const status = FltSendMessage(Filter, ClientPort, notification, sizeof(SCANNER_NOTIFICATION), notification, replyLength, null);
    if (status === STATUS_SUCCESS) safe = view(SCANNER_REPLY, notification).SafeToOpen;
    else DbgPrint('scanner: nobody looked at this write, %08x\n', status);

    if (!safe) {
      DbgPrint('scanner: unsafe data in a write\n');
      // Paging I/O writes what is in the cache already: failing it would lose data, so it is only told.
      if (!FlagOn(Data.Iopb.IrpFlags, IRP_PAGING_IO)) {
        Data.IoStatus.Status = STATUS_ACCESS_DENIED;
        Data.IoStatus.Information = 0;
        return FLT_PREOP_COMPLETE;
      }
    }
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  } finally {
    if (notification !== null) ExFreePoolWithTag(notification, SCANNER_TAG);
    FltReleaseContext(context.value);
  }
}

/* An offloaded write brings data that nobody can look at. */
function ScannerPreFileSystemControl(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  if (ScannerData.ClientPort.value === null || Instance === null || FileObject === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const context = ref<PFLT_CONTEXT>();
  if (!NT_SUCCESS(FltGetStreamHandleContext(Instance, FileObject, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  FltReleaseContext(context.value);

  if (Data.Iopb.Parameters.FileSystemControl.Common.FsControlCode !== FSCTL_OFFLOAD_WRITE) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  DbgPrint('scanner: an offloaded write is refused\n');
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}

/*
 * Reads the beginning of a file and lets the program look at it. Whatever goes wrong, the file counts as safe.
 *
 * The read is non-cached, starts below this instance, and leaves the file position alone.
 */
function ScannerpScanFileInUserMode(Instance: PFLT_INSTANCE, FileObject: PFILE_OBJECT, SafeToOpen: Ref<boolean>): NTSTATUS {
  SafeToOpen.value = true;
  if (ScannerData.Filter === null || ScannerData.ClientPort.value === null) return STATUS_SUCCESS;

  const volume = ref<PFLT_VOLUME>();
  let status = FltGetVolumeFromInstance(Instance, volume);
  if (!NT_SUCCESS(status)) return status;

  let buffer: KBUFFER | null = null;
  let notification: KBUFFER | null = null;
  try {
    const properties = { SectorSize: 0 };
    const returned = ref<number>();
    status = FltGetVolumeProperties(volume.value, properties, 256, returned);
    if (NT_ERROR(status)) return status;

    // Non-cached reads come in whole sectors.
    const length = max(SCANNER_READ_BUFFER_SIZE, properties.SectorSize);
    buffer = FltAllocatePoolAlignedWithTag(Instance, NonPagedPool, length, SCANNER_TAG);
    notification = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(SCANNER_NOTIFICATION), SCANNER_TAG);
    if (buffer === null || notification === null) return STATUS_INSUFFICIENT_RESOURCES;

    const offset = LARGE_INTEGER(0n);
    const bytesRead = ref(0);
    status = FltReadFile(Instance, FileObject, offset, length, buffer, FLTFL_IO_OPERATION_NON_CACHED | FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET, bytesRead, null, null);
    if (!NT_SUCCESS(status) || bytesRead.value === 0) return status;

    // Kept from the sample: the count is what was read, which with large sectors can be more than the 1024 bytes that are sent.
    const message = view(SCANNER_NOTIFICATION, notification);
    message.BytesToScan = bytesRead.value;
    RtlCopyMemory(message.Contents, buffer, min(message.BytesToScan, SCANNER_READ_BUFFER_SIZE));

    const replyLength = ref(sizeof(SCANNER_REPLY));
    status = FltSendMessage(ScannerData.Filter, ScannerData.ClientPort, notification, sizeof(SCANNER_NOTIFICATION), notification, replyLength, null);
    if (status === STATUS_SUCCESS) SafeToOpen.value = view(SCANNER_REPLY, notification).SafeToOpen;
    else DbgPrint('scanner: nobody looked at this file, %08x\n', status);
    return status;
  } finally {
    if (buffer !== null) FltFreePoolAlignedWithTag(Instance, buffer, SCANNER_TAG);
    if (notification !== null) ExFreePoolWithTag(notification, SCANNER_TAG);
    FltObjectDereference(volume.value);
  }
}
