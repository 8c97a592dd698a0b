/** A driver that does I/O of its own: a copy before the first write, a marker file, callback data, a look at itself from the top. Source: filter-manager-objects.md 6.1 to 6.4. */
import { describe, expect, it } from 'vitest';
import { STATUS_SUCCESS } from '../../../../src-main/nt/values.generated.ts';
import { LoadedDrivers, textIn } from '../../../support/driver-api/loadedDrivers.ts';
import { typeErrors } from '../../../support/driver-api/typeErrors.ts';

const source = `
const VOLUME = "\\\\Device\\\\HarddiskVolume1";
let gFilter: PFLT_FILTER;

/** Opens below us, so that our own callbacks are not entered. */
function OpenBelow(Instance: PFLT_INSTANCE, Path: string, Access: number, Disposition: number, Handle: Ref<HANDLE>, FileObject: Ref<PFILE_OBJECT>, Information: Ref<number>): NTSTATUS {
  const attributes = ref<OBJECT_ATTRIBUTES>();
  const name = new UNICODE_STRING(VOLUME + Path);
  InitializeObjectAttributes(attributes, name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, null, null);
  const iosb = ref<IO_STATUS_BLOCK>();
  const status = FltCreateFileEx(gFilter, Instance, Handle, FileObject, Access | SYNCHRONIZE, attributes, iosb, null, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_READ | FILE_SHARE_WRITE, Disposition,
    FILE_NON_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, null, 0, IO_IGNORE_SHARE_ACCESS_CHECK);
  Information.value = iosb.value.Information;
  return status;
}

function CopyWithZw(Path: string): void {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, new UNICODE_STRING(VOLUME + Path), OBJ_KERNEL_HANDLE, null, null);
  const handle = ref<HANDLE>();
  const iosb = new IO_STATUS_BLOCK();
  let status = ZwCreateFile(handle, FILE_GENERIC_READ, attributes, iosb, null, FILE_ATTRIBUTE_NORMAL, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, null, 0);
  if (!NT_SUCCESS(status)) {
    DbgPrint("top: %08x", status);
    return;
  }
  const file = ref<PFILE_OBJECT>();
  status = ObReferenceObjectByHandle(handle.value, 0, IoFileObjectType, KernelMode, file, null);
  DbgPrint("object: %08x %wZ", status, file.value.FileName);
  if (NT_SUCCESS(status)) ObDereferenceObject(file.value);
  const info = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(FILE_STANDARD_INFORMATION), "OwnS");
  if (info !== null) {
    status = ZwQueryInformationFile(handle.value, iosb, info, sizeof(FILE_STANDARD_INFORMATION), FileStandardInformation);
    DbgPrint("size: %08x %I64d (%Iu bytes)", status, view(FILE_STANDARD_INFORMATION, info).EndOfFile.QuadPart, iosb.Information);
    ExFreePoolWithTag(info, "OwnS");
  }
  DbgPrint("close: %08x %08x", ZwClose(handle.value), ZwClose(handle.value));
}

function PreWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (FltObjects.Instance === null || FltObjects.FileObject === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const [handle, file, how, done] = [ref<HANDLE>(), ref<PFILE_OBJECT>(), ref(0), ref(0)];
  const old = ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, "OwnO");
  if (old === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const read = FltReadFile(FltObjects.Instance, FltObjects.FileObject, LARGE_INTEGER(0), 16, old, FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET, done, null, null);
  DbgPrint("before: %08x %u", read, done.value);
  if (NT_SUCCESS(read)) {
    const status = OpenBelow(FltObjects.Instance, "\\\\backup.txt", FILE_GENERIC_WRITE, FILE_OVERWRITE_IF, handle, file, how);
    DbgPrint("backup: %08x %s", status, how.value === FILE_CREATED ? "created" : "overwritten");
    if (NT_SUCCESS(status)) {
      DbgPrint("copied: %08x", FltWriteFile(FltObjects.Instance, file.value, LARGE_INTEGER(0), done.value, old, 0, done, null, null));
      FltFlushBuffers(FltObjects.Instance, file.value);
      DbgPrint("closed: %08x", FltClose(handle.value));
      ObDereferenceObject(file.value);
    }
  }
  ExFreePoolWithTag(old, "OwnO");
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

function AsyncDone(CallbackData: PFLT_CALLBACK_DATA, Context: PVOID): void {
  DbgPrint("async: %08x %Iu", CallbackData.IoStatus.Status, CallbackData.IoStatus.Information);
  ExFreePoolWithTag(Context, "OwnA");
  FltFreeCallbackData(CallbackData);
}

function PostWrite(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) || FltObjects.Instance === null) return FLT_POSTOP_FINISHED_PROCESSING;
  const own = ref<PFLT_CALLBACK_DATA>();
  const buffer = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, "OwnA");
  if (buffer === null) return FLT_POSTOP_FINISHED_PROCESSING;
  if (!NT_SUCCESS(FltAllocateCallbackData(FltObjects.Instance, FltObjects.FileObject, own))) {
    ExFreePoolWithTag(buffer, "OwnA");
    return FLT_POSTOP_FINISHED_PROCESSING;
  }
  const iopb = own.value.Iopb;
  iopb.MajorFunction = IRP_MJ_QUERY_INFORMATION;
  iopb.Parameters.QueryFileInformation.Length = 64;
  iopb.Parameters.QueryFileInformation.FileInformationClass = FileStandardInformation;
  iopb.Parameters.QueryFileInformation.InfoBuffer = buffer;
  FltPerformSynchronousIo(own.value);
  DbgPrint("sync: %08x %I64d", own.value.IoStatus.Status, view(FILE_STANDARD_INFORMATION, buffer).EndOfFile.QuadPart);
  FltReuseCallbackData(own.value);
  own.value.Iopb.MajorFunction = IRP_MJ_READ;
  own.value.Iopb.Parameters.Read.Length = 4;
  own.value.Iopb.Parameters.Read.ByteOffset = LARGE_INTEGER(0);
  own.value.Iopb.Parameters.Read.ReadBuffer = buffer;
  DbgPrint("sent: %08x", FltPerformAsynchronousIo(own.value, AsyncDone, buffer));
  return FLT_POSTOP_FINISHED_PROCESSING;
}

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  DbgPrint("create of %s", Data.RequestorMode === KernelMode ? "a driver" : "a program");
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function PreCleanup(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (Data.RequestorMode === UserMode) CopyWithZw("\\\\backup.txt");
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function InstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  if (FltObjects.Instance === null) return STATUS_FLT_DO_NOT_ATTACH;
  const sizes = struct({ TotalAllocationUnits: LARGE_INTEGER, AvailableAllocationUnits: LARGE_INTEGER, SectorsPerAllocationUnit: ULONG, BytesPerSector: ULONG });
  const memory = ExAllocatePool2(POOL_FLAG_PAGED, sizeof(sizes), "OwnV");
  if (memory === null) return STATUS_INSUFFICIENT_RESOURCES;
  const iosb = new IO_STATUS_BLOCK();
  const status = FltQueryVolumeInformation(FltObjects.Instance, iosb, memory, sizeof(sizes), FileFsSizeInformation);
  DbgPrint("volume: %08x, sectors of %u", status, view(sizes, memory).BytesPerSector);
  ExFreePoolWithTag(memory, "OwnV");
  DbgPrint("folder: %08x", FltCreateSystemVolumeInformationFolder(FltObjects.Instance));
  return STATUS_SUCCESS;
}

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  const status = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate], [IRP_MJ_WRITE, 0, PreWrite, PostWrite], [IRP_MJ_CLEANUP, 0, PreCleanup]],
    InstanceSetupCallback: InstanceSetup,
    FilterUnloadCallback: () => { FltUnregisterFilter(gFilter); return STATUS_SUCCESS; },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  return FltStartFiltering(gFilter);
}
`;

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('a driver with I/O of its own', () => {
  it('is a sound program to the type checker', () => {
    expect(typeErrors({ '/keep.ts': source })).toEqual([]);
  });

  it('asks the volume and makes a folder while it attaches', () => {
    const run = new LoadedDrivers([{ name: 'keep', source }]);
    expect(run.printed).toEqual(['volume: 00000000, sectors of 512', 'folder: 00000000']);
    const folder = run.model.find('\\System Volume Information')?.file;
    // FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_SYSTEM, FILE_ATTRIBUTE_DIRECTORY
    expect((folder?.attributes ?? 0) & 0x16).toBe(0x16);
  });

  it('copies below itself before a write, and looks from the top afterwards', () => {
    const run = new LoadedDrivers([{ name: 'keep', source }]);
    run.model.makeFile('\\a.txt', { contents: bytesOf('old contents!!') });
    const { file } = run.create('\\a.txt');
    run.printed.length = 0;
    expect(run.write(file, 'NEW').status).toBe(STATUS_SUCCESS);
    expect(run.printed).toEqual([
      'before: 00000000 14', 'backup: 00000000 created', 'copied: 00000000', 'closed: 00000000', 'sync: 00000000 14', 'async: 00000000 4', 'sent: 00000000',
    ]);
    run.printed.length = 0;
    run.close(file);
    expect(run.printed).toEqual(['create of a driver', 'object: 00000000 \\backup.txt', 'size: 00000000 14 (24 bytes)', 'close: 00000000 c0000008']);
    // The program reads what the driver has kept.
    const kept = run.create('\\backup.txt');
    expect(textIn(run.read(kept.file, 32).buffer.bytes())).toBe('old contents!!');
    expect(run.ids()).toEqual([]);
    run.close(kept.file);
    expect(run.unload('keep')).toBe(STATUS_SUCCESS);
    expect(run.ids()).toEqual([]);
  });

  it('shows its creates only to those below', () => {
    const watch = `
      export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
        const filter = ref<PFLT_FILTER>();
        FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_CREATE, 0, (Data, FltObjects, CompletionContext) => { DbgPrint("NAME %wZ", FltObjects.FileObject?.FileName); return FLT_PREOP_SUCCESS_NO_CALLBACK; }]] }, filter);
        return FltStartFiltering(filter.value);
      }`;
    const seen = (['above', 'below'] as const).map((name) => {
      const run = new LoadedDrivers([{ name, source: watch.replaceAll('NAME', name), altitude: name === 'above' ? '330000' : '310000' }, { name: 'keep', source }]);
      run.model.makeFile('\\a.txt', { contents: bytesOf('old') });
      const { file } = run.create('\\a.txt');
      run.write(file, 'NEW');
      return run.printed.filter((line) => line.startsWith(`${name} `));
    });
    expect(seen).toEqual([['above \\a.txt'], ['below \\System Volume Information', 'below \\a.txt', 'below \\backup.txt']]);
  });
});
