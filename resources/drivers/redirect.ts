/*
 * redirect: what is opened below one folder is found in another, in two ways to compare.
 *
 *   reparse   The name in the file object is replaced and the create is completed with STATUS_REPARSE. The I/O manager begins again at
 *             the top of the stack of wherever the new name leads, which may be another volume. Filters above see two creates, the first
 *             of which opens nothing. A filter's own FltCreateFile does not follow to another volume (STATUS_MOUNT_POINT_NOT_RESOLVED).
 *   rewrite   The name is replaced and the create goes on downwards. One create, cheap; but it stays on the volume, and filters above have
 *             seen a name that the file system never gets. (Only a name provider could make them agree.)
 *
 * A third way, to open elsewhere and forward every operation, would need file objects of its own kind for everything that follows.
 *
 * Names relative to the volume, both with a backslash at the end: `From`, and `To`, which with `\Device\...` in front names another volume.
 * What lies below `To` is left alone, so that a mapping into itself does not go round until the I/O manager gives up.
 */

const TAG = 'Rdir';
const Globals = { Filter: null as PFLT_FILTER | null, From: '', To: '', Rewrites: false };

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  let status: NTSTATUS = readValues(RegistryPath);
  if (!NT_SUCCESS(status)) return status;
  const filter = ref<PFLT_FILTER>();
  status = FltRegisterFilter(DriverObject, {
    OperationRegistration: [
      [IRP_MJ_CREATE, 0, PreCreate, null],
      // Questions about a name without an open: they come again as a create.
      [IRP_MJ_NETWORK_QUERY_OPEN, 0, () => FLT_PREOP_DISALLOW_FASTIO, null],
      [IRP_MJ_QUERY_OPEN, 0, () => FLT_PREOP_DISALLOW_FSFILTER_IO, null],
      [IRP_MJ_SET_INFORMATION, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreSetInformation, null],
      [IRP_MJ_OPERATION_END],
    ],
    FilterUnloadCallback: Unload,
    InstanceQueryTeardownCallback: () => STATUS_SUCCESS,
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  Globals.Filter = filter.value;
  status = FltStartFiltering(filter.value);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  return status;
}

function Unload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (Globals.Filter !== null) FltUnregisterFilter(Globals.Filter);
  return STATUS_SUCCESS;
}

function readValues(RegistryPath: PUNICODE_STRING): NTSTATUS {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, null, null);
  const key = ref<HANDLE>();
  const status = ZwOpenKey(key, KEY_READ, attributes);
  if (!NT_SUCCESS(status)) return status;
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 1024, TAG);
  if (buffer !== null) {
    const value = view(KEY_VALUE_PARTIAL_INFORMATION, buffer);
    const text = (name: string): string =>
      NT_SUCCESS(ZwQueryValueKey(key.value, name, KeyValuePartialInformation, buffer, buffer.length, ref<number>())) && value.Type === REG_SZ ? value.Data.wstr(0, value.DataLength).replace(/\0.*$/s, '') : '';
    Globals.From = text('From');
    Globals.To = text('To');
    Globals.Rewrites = text('Way') === 'rewrite';
    ExFreePoolWithTag(buffer, TAG);
  }
  ZwClose(key.value);
  if (buffer === null) return STATUS_INSUFFICIENT_RESOURCES;
  const sound = Globals.From.endsWith('\\') && Globals.To.endsWith('\\') && !(Globals.Rewrites && namesVolume(Globals.To));
  return sound ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

const namesVolume = (name: string): boolean => RtlPrefixUnicodeString('\\Device\\', name, true);

/* The full name that a full name leads to; null where it stays what it is. */
function targetOf(nameInfo: PFLT_FILE_NAME_INFORMATION): string | null {
  const volume = nameInfo.Volume.Buffer;
  const full = nameInfo.Name.Buffer;
  const relative = full.slice(volume.length);
  const to = namesVolume(Globals.To) ? Globals.To : volume + Globals.To;
  if (RtlPrefixUnicodeString(to, full, true) || !RtlPrefixUnicodeString(Globals.From, relative, true)) return null;
  return to + relative.slice(Globals.From.length);
}

/* ---- Opens --------------------------------------------------------------------------------------------------------------------------- */

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const { FileObject } = FltObjects;
  const { OperationFlags, Parameters } = Data.Iopb;
  // A volume and an id have no name to redirect, a page file must be where it is, and the parent of a rename's destination is opened for
  // its own sake: that destination is looked at when the rename comes. FILE_OPEN_REPARSE_POINT changes nothing, there is no link to open.
  if (FileObject === null || FlagOn(FileObject.Flags, FO_VOLUME_OPEN) || FlagOn(Parameters.Create.Options, FILE_OPEN_BY_FILE_ID)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (FlagOn(OperationFlags, SL_OPEN_PAGING_FILE | SL_OPEN_TARGET_DIRECTORY)) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  FltParseFileNameInformation(nameInfo.value);
  const target = targetOf(nameInfo.value);
  const volumeLength = nameInfo.value.Volume.Buffer.length;
  FltReleaseFileNameInformation(nameInfo.value);
  if (target === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  const name = Globals.Rewrites ? target.slice(volumeLength) : target;
  const status = IoReplaceFileObjectName(FileObject, name, name.length * 2);
  if (!NT_SUCCESS(status)) {
    Data.IoStatus.Status = status;
    Data.IoStatus.Information = 0;
    return FLT_PREOP_COMPLETE;
  }
  DbgPrint('redirect: to %ws\n', target);
  if (Globals.Rewrites) {
    // The new name is whole, so it is relative to nothing.
    FileObject.RelatedFileObject = null;
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  Data.IoStatus.Status = STATUS_REPARSE;
  Data.IoStatus.Information = IO_REPARSE;
  return FLT_PREOP_COMPLETE;
}

/* ---- Renames and links ----------------------------------------------------------------------------------------------------------------- */

/* A destination below `From` is rewritten, or refused where it would have to be on another volume: never half of it. */
function PreSetInformation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  const set = Data.Iopb.Parameters.SetFileInformation;
  if (Instance === null || FileObject === null || set.InfoBuffer === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  switch (set.FileInformationClass) {
    case FileRenameInformation:
    case FileRenameInformationEx:
    case FileLinkInformation:
    case FileLinkInformationEx:
      break;
    default:
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  const rename = view(FILE_RENAME_INFORMATION, set.InfoBuffer);
  // A stream that is renamed stays in its file.
  if (rename.FileName.startsWith(':')) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  if (!NT_SUCCESS(FltGetDestinationFileNameInformation(Instance, FileObject, rename.RootDirectory, rename.FileName, rename.FileNameLength, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo))) {
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  FltParseFileNameInformation(nameInfo.value);
  const target = targetOf(nameInfo.value);
  const sameVolume = target !== null && RtlPrefixUnicodeString(`${nameInfo.value.Volume.Buffer}\\`, target, true);
  FltReleaseFileNameInformation(nameInfo.value);
  if (target === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  Data.IoStatus.Status = sameVolume ? renameTo(Instance, FileObject, set.FileInformationClass, rename.Flags, target) : STATUS_NOT_SAME_DEVICE;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}

/* The same request with another destination, sent to the drivers below. */
function renameTo(Instance: PFLT_INSTANCE, FileObject: PFILE_OBJECT, informationClass: number, flags: number, target: string): NTSTATUS {
  const length = max(FIELD_OFFSET(FILE_RENAME_INFORMATION, 'FileName') + target.length * 2, sizeof(FILE_RENAME_INFORMATION));
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, length, TAG);
  if (buffer === null) return STATUS_INSUFFICIENT_RESOURCES;
  const rename = view(FILE_RENAME_INFORMATION, buffer);
  // A BOOLEAN in the older classes, flags in the newer: leave to replace is bit 0 of both.
  rename.Flags = flags;
  rename.RootDirectory = null;
  rename.FileName = target;
  const status = FltSetInformationFile(Instance, FileObject, buffer, length, informationClass);
  DbgPrint('redirect: destination %ws, %08x\n', target, status);
  ExFreePoolWithTag(buffer, TAG);
  return status;
}
