/*
 * deleteGuard: the files below a folder cannot be deleted, replaced, or moved away.
 *
 * A file can go in many ways, and a guard that knows one of them guards nothing: delete-on-close comes with the open; a disposition is
 * set in either of two classes, the newer of which is a word of flags; a rename takes the file away, and a rename or a hard link of
 * another file with leave to replace puts something else in its place. All of them are refused with STATUS_ACCESS_DENIED in the pre
 * callback, because in the post it has happened already. What is *not* refused: overwriting (content is lost, but no file), taking a
 * disposition back, deleting an alternate stream, and whatever comes from kernel mode.
 *
 * Which file it is about is asked of the Filter Manager in normalized form, so that short names, relative opens and opens by id do not
 * slip by. Under the service key: `Folder` with its backslashes, and `Trusted`, the image name of a program that may do all this.
 */

const TAG = 'Dgrd';
const Globals = { Filter: null as PFLT_FILTER | null, Folder: '', Trusted: '' };

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  let status: NTSTATUS = readValues(RegistryPath);
  if (!NT_SUCCESS(status)) return status;
  const filter = ref<PFLT_FILTER>();
  status = FltRegisterFilter(DriverObject, {
    OperationRegistration: [
      [IRP_MJ_CREATE, 0, PreCreate, null],
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
  let status = ZwOpenKey(key, KEY_READ, attributes);
  if (!NT_SUCCESS(status)) return status;
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 512, TAG);
  if (buffer === null) status = STATUS_INSUFFICIENT_RESOURCES;
  else {
    const value = view(KEY_VALUE_PARTIAL_INFORMATION, buffer);
    const text = (name: string): string =>
      NT_SUCCESS(ZwQueryValueKey(key.value, name, KeyValuePartialInformation, buffer, buffer.length, ref<number>())) && value.Type === REG_SZ ? value.Data.wstr(0, value.DataLength).replace(/\0.*$/s, '') : '';
    Globals.Folder = text('Folder');
    Globals.Trusted = text('Trusted');
    ExFreePoolWithTag(buffer, TAG);
  }
  ZwClose(key.value);
  // Without the last backslash \guardian would be guarded too.
  return NT_SUCCESS(status) && !Globals.Folder.endsWith('\\') ? STATUS_INVALID_PARAMETER : status;
}

function deny(Data: PFLT_CALLBACK_DATA, why: string): FLT_PREOP_CALLBACK_STATUS {
  DbgPrint('deleteGuard: %s refused\n', why);
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}

/* The kernel, and a program that is named under the service key, may do as they like. */
function isExempt(Data: PFLT_CALLBACK_DATA): boolean {
  if (Data.RequestorMode === KernelMode) return true;
  const process = FltGetRequestorProcess(Data);
  return process !== null && Globals.Trusted !== '' && PsGetProcessImageFileName(process) === Globals.Trusted;
}

/* ---- Names ------------------------------------------------------------------------------------------------------------------------- */

/* `folder` is the guarded folder itself. */
type Place = 'inside' | 'folder' | 'outside';

/* Whole components are compared: \guard\ does not guard \guardian. A stream of a guarded file is not guarded. */
function placeOf(nameInfo: PFLT_FILE_NAME_INFORMATION): Place {
  if (nameInfo.Stream.Length > 0) return 'outside';
  const relative = nameInfo.Name.Buffer.slice(nameInfo.Volume.Buffer.length);
  if (RtlEqualUnicodeString(`${relative}\\`, Globals.Folder, true)) return 'folder';
  return RtlPrefixUnicodeString(Globals.Folder, relative, true) ? 'inside' : 'outside';
}

/* Of the operation's own file. Where the normalized name cannot be had, the opened one decides; where that cannot either, it passes. */
function placeOfTarget(Data: PFLT_CALLBACK_DATA): Place {
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  for (const format of [FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED]) {
    if (!NT_SUCCESS(FltGetFileNameInformation(Data, format | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo))) continue;
    FltParseFileNameInformation(nameInfo.value);
    const place = placeOf(nameInfo.value);
    FltReleaseFileNameInformation(nameInfo.value);
    return place;
  }
  DbgPrint('deleteGuard: a file without a name passes\n');
  return 'outside';
}

/* ---- Opens --------------------------------------------------------------------------------------------------------------------------- */

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (!FlagOn(Data.Iopb.Parameters.Create.Options, FILE_DELETE_ON_CLOSE) || isExempt(Data)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  return placeOfTarget(Data) === 'outside' ? FLT_PREOP_SUCCESS_NO_CALLBACK : deny(Data, 'delete-on-close');
}

/* ---- Dispositions, renames, links ------------------------------------------------------------------------------------------------------ */

function PreSetInformation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const set = Data.Iopb.Parameters.SetFileInformation;
  if (set.InfoBuffer === null || isExempt(Data)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  switch (set.FileInformationClass) {
    case FileDispositionInformation:
      if (!view(FILE_DISPOSITION_INFORMATION, set.InfoBuffer).DeleteFile) return FLT_PREOP_SUCCESS_NO_CALLBACK;
      return deletesGuarded(Data, FltObjects) ? deny(Data, 'deletion') : FLT_PREOP_SUCCESS_NO_CALLBACK;
    case FileDispositionInformationEx:
      // A word of flags: without this one it takes a disposition back, or speaks of delete-on-close alone.
      if (!FlagOn(view(FILE_DISPOSITION_INFORMATION_EX, set.InfoBuffer).Flags, FILE_DISPOSITION_DELETE)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
      return deletesGuarded(Data, FltObjects) ? deny(Data, 'deletion') : FLT_PREOP_SUCCESS_NO_CALLBACK;
    case FileRenameInformation:
    case FileRenameInformationEx:
      if (placeOfTarget(Data) !== 'outside') return deny(Data, 'moving away');
      return replacesGuarded(FltObjects, set.InfoBuffer, set.FileInformationClass === FileRenameInformationEx) ? deny(Data, 'replacing by a rename') : FLT_PREOP_SUCCESS_NO_CALLBACK;
    case FileLinkInformation:
    case FileLinkInformationEx:
      return replacesGuarded(FltObjects, set.InfoBuffer, set.FileInformationClass === FileLinkInformationEx) ? deny(Data, 'replacing by a link') : FLT_PREOP_SUCCESS_NO_CALLBACK;
    default:
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
}

/* The folder itself goes only when it is empty, and the file system sees to that. So as long as it holds something, that may answer. */
function deletesGuarded(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS): boolean {
  switch (placeOfTarget(Data)) {
    case 'outside': return false;
    case 'inside': return true;
    case 'folder': return !holdsFiles(FltObjects);
  }
}

/* Lists through a handle of its own: the caller's has a place in its own listing. */
function holdsFiles(FltObjects: PCFLT_RELATED_OBJECTS): boolean {
  const { Filter, Instance, Volume } = FltObjects;
  if (Instance === null || Volume === null) return false;
  const volumeName = new UNICODE_STRING('', 512);
  if (!NT_SUCCESS(FltGetVolumeName(Volume, volumeName, null))) return false;
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, volumeName.Buffer + Globals.Folder.slice(0, -1), OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, null, null);
  const handle = ref<HANDLE | null>(null);
  const directory = ref<PFILE_OBJECT | null>(null);
  const status: NTSTATUS = FltCreateFileEx(Filter, Instance, handle, directory, FILE_LIST_DIRECTORY | SYNCHRONIZE, attributes, new IO_STATUS_BLOCK(), null, FILE_ATTRIBUTE_NORMAL,
    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN, FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, null, 0, IO_IGNORE_SHARE_ACCESS_CHECK);
  if (!NT_SUCCESS(status) || handle.value === null || directory.value === null) return false;
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 1024, TAG);
  let found = false;
  if (buffer !== null) {
    for (let restart = true; !found; restart = false) {
      if (!NT_SUCCESS(FltQueryDirectoryFile(Instance, directory.value, buffer, buffer.length, FileNamesInformation, true, null, restart, null))) break;
      const { FileName } = view(FILE_NAMES_INFORMATION, buffer);
      found = FileName !== '.' && FileName !== '..';
    }
    ExFreePoolWithTag(buffer, TAG);
  }
  ObDereferenceObject(directory.value);
  FltClose(handle.value);
  return found;
}

/* Something else is put in the place of a guarded file. The destination can be relative, so the Filter Manager is asked for it. */
function replacesGuarded(FltObjects: PCFLT_RELATED_OBJECTS, buffer: KBUFFER, hasFlags: boolean): boolean {
  const { Instance, FileObject } = FltObjects;
  const rename = view(FILE_RENAME_INFORMATION, buffer);
  const replaces = hasFlags ? FlagOn(rename.Flags, FILE_RENAME_REPLACE_IF_EXISTS) !== 0 : rename.ReplaceIfExists;
  if (!replaces || Instance === null || FileObject === null) return false;
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  const status = FltGetDestinationFileNameInformation(Instance, FileObject, rename.RootDirectory, rename.FileName, rename.FileNameLength, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo);
  if (!NT_SUCCESS(status)) return false;
  FltParseFileNameInformation(nameInfo.value);
  const place = placeOf(nameInfo.value);
  FltReleaseFileNameInformation(nameInfo.value);
  return place !== 'outside';
}
