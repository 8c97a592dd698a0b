/*
 * simrep: shows a directory under another name by reparsing.
 *
 * An open of something below OldMapping is completed with STATUS_REPARSE after the name in the file object was replaced; the I/O
 * manager then starts again at the top of the stack with the new name, as it does for a mount point. Filters above see two creates, the
 * first of which is no open file. With the service value RemapRenamesAndLinks the destinations of renames and links are followed too.
 */

const SIMREP_TAG = 'pRiS';

/* The mapping, names relative to the volume. Either both end in a backslash or neither does. */
const Globals = {
  Filter: null as PFLT_FILTER | null,
  OldMapping: new UNICODE_STRING(),
  NewMapping: new UNICODE_STRING(),
  RemapRenamesAndLinks: false,
};

/* What a name that is mapped leads to. */
interface Mapped {
  readonly Matches: boolean;
  /* Full name with the volume. */
  readonly NewName: string;
}

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_CREATE, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, SimRepPreCreate, null],
  [IRP_MJ_NETWORK_QUERY_OPEN, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, SimRepPreNetworkQueryOpen, null],
];
const RenameCallbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_SET_INFORMATION, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, SimRepPreSetInformation, null],
];

/* ---- Life cycle ----------------------------------------------------------------------------------------------------------------- */

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  let status: NTSTATUS = SimRepSetConfiguration(RegistryPath);
  if (!NT_SUCCESS(status)) return status;

  // Being a name provider costs every other filter something, so it is one only when it has to be.
  const remaps = Globals.RemapRenamesAndLinks;
  const registration: FLT_REGISTRATION = {
    Version: FLT_REGISTRATION_VERSION,
    Flags: 0,
    ContextRegistration: null,
    OperationRegistration: remaps ? [...Callbacks, ...RenameCallbacks, [IRP_MJ_OPERATION_END]] : [...Callbacks, [IRP_MJ_OPERATION_END]],
    FilterUnloadCallback: SimRepUnload,
    InstanceSetupCallback: SimRepInstanceSetup,
    InstanceQueryTeardownCallback: SimRepInstanceQueryTeardown,
    GenerateFileNameCallback: remaps ? SimRepGenerateFileName : null,
    NormalizeNameComponentCallback: remaps ? SimRepNormalizeNameComponent : null,
  };
  const filter = ref<PFLT_FILTER>();
  status = FltRegisterFilter(DriverObject, registration, filter);
  if (!NT_SUCCESS(status)) return status;
  Globals.Filter = filter.value;
  status = FltStartFiltering(filter.value);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(filter.value);
  return status;
}

/* OldMapping, NewMapping and RemapRenamesAndLinks under the service key. A mapping that is none keeps the driver from loading. */
function SimRepSetConfiguration(RegistryPath: PUNICODE_STRING): NTSTATUS {
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, RegistryPath, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, null, null);
  const key = ref<HANDLE>();
  let status = ZwOpenKey(key, KEY_READ, attributes);
  if (!NT_SUCCESS(status)) return status;

  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 1024, SIMREP_TAG);
  if (buffer === null) {
    ZwClose(key.value);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  const length = ref<number>();
  const value = view(KEY_VALUE_PARTIAL_INFORMATION, buffer);
  const query = (name: string, type: number): NTSTATUS => {
    const queried = ZwQueryValueKey(key.value, name, KeyValuePartialInformation, buffer, buffer.length, length);
    if (!NT_SUCCESS(queried)) return queried;
    return value.Type === type ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
  };
  const text = (): string => value.Data.wstr(0, value.DataLength).replace(/\0.*$/s, '');

  status = query('OldMapping', REG_SZ);
  if (NT_SUCCESS(status)) {
    RtlInitUnicodeString(Globals.OldMapping, text());
    status = query('NewMapping', REG_SZ);
    if (NT_SUCCESS(status)) RtlInitUnicodeString(Globals.NewMapping, text());
  }
  if (NT_SUCCESS(query('RemapRenamesAndLinks', REG_DWORD))) Globals.RemapRenamesAndLinks = value.Data.u32(0) !== 0;
  ExFreePoolWithTag(buffer, SIMREP_TAG);
  ZwClose(key.value);
  if (!NT_SUCCESS(status)) return status;

  const endsInBackslash = (name: UNICODE_STRING): boolean => name.Buffer.endsWith('\\');
  if (endsInBackslash(Globals.OldMapping) !== endsInBackslash(Globals.NewMapping)) return STATUS_INVALID_PARAMETER;
  return STATUS_SUCCESS;
}

function SimRepUnload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (Globals.Filter !== null) FltUnregisterFilter(Globals.Filter);
  return STATUS_SUCCESS;
}

/* Only where somebody asks for it: a mapping makes sense on one volume. */
function SimRepInstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  PAGED_CODE();
  return FlagOn(Flags, FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT) ? STATUS_FLT_DO_NOT_ATTACH : STATUS_SUCCESS;
}

function SimRepInstanceQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

/* ---- Opens ------------------------------------------------------------------------------------------------------------------------- */

function SimRepPreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  const iopb = Data.Iopb;
  const fileObject = FltObjects.FileObject;
  if (fileObject === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  // A page file is opened by its true name; a volume has none to map; an id is none.
  if (FlagOn(iopb.OperationFlags, SL_OPEN_PAGING_FILE)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (FlagOn(fileObject.Flags, FO_VOLUME_OPEN)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  if (FlagOn(iopb.Parameters.Create.Options, FILE_OPEN_BY_FILE_ID)) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  // The parent of the destination of a rename. Its name query would give the parent's name.
  const targetDirectory = FlagOn(iopb.OperationFlags, SL_OPEN_TARGET_DIRECTORY) !== 0;
  if (targetDirectory && !Globals.RemapRenamesAndLinks) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION | null>(null);
  let status: NTSTATUS;
  if (targetDirectory) {
    // The whole name is wanted: without the flag, and past the cache, which knows the other meaning.
    iopb.OperationFlags &= ~SL_OPEN_TARGET_DIRECTORY;
    status = FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_FILESYSTEM_ONLY, nameInfo as Ref<PFLT_FILE_NAME_INFORMATION>);
    iopb.OperationFlags |= SL_OPEN_TARGET_DIRECTORY;
  } else status = FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo as Ref<PFLT_FILE_NAME_INFORMATION>);

  try {
    if (NT_SUCCESS(status) && nameInfo.value !== null) status = FltParseFileNameInformation(nameInfo.value);
    if (!NT_SUCCESS(status) || nameInfo.value === null) return fail(Data, status);

    const mapped = SimRepMungeName(nameInfo.value, !FlagOn(iopb.OperationFlags, SL_CASE_SENSITIVE));
    if (!mapped.Matches) return FLT_PREOP_SUCCESS_NO_CALLBACK;

    status = IoReplaceFileObjectName(fileObject, mapped.NewName, mapped.NewName.length * 2);
    if (!NT_SUCCESS(status)) return fail(Data, status);
    DbgPrint('simrep: %wZ leads to %ws\n', nameInfo.value.Name, mapped.NewName);
    Data.IoStatus.Status = STATUS_REPARSE;
    Data.IoStatus.Information = IO_REPARSE;
    return FLT_PREOP_COMPLETE;
  } finally {
    if (nameInfo.value !== null) FltReleaseFileNameInformation(nameInfo.value);
  }
}

/* Kept from the sample: Information is left as it is, which is zero. */
function fail(Data: PFLT_CALLBACK_DATA, status: NTSTATUS): FLT_PREOP_CALLBACK_STATUS {
  Data.IoStatus.Status = status;
  return FLT_PREOP_COMPLETE;
}

/* Whether a name lies in the mapping: it equals it, or goes on with a backslash. */
function SimRepCompareMapping(Name: string, Mapping: string, IgnoreCase: boolean): boolean {
  if (!RtlPrefixUnicodeString(Mapping, Name, IgnoreCase)) return false;
  return Name.length === Mapping.length || Mapping.endsWith('\\') || Name[Mapping.length] === '\\';
}

/* The name with the mapping replaced: volume, new mapping, what was behind the old one. */
function SimRepMungeName(NameInfo: PFLT_FILE_NAME_INFORMATION, IgnoreCase: boolean): Mapped {
  const volume = NameInfo.Volume.Buffer;
  const relative = NameInfo.Name.Buffer.slice(volume.length);
  const { OldMapping, NewMapping } = Globals;
  const matches = SimRepCompareMapping(relative, OldMapping.Buffer, IgnoreCase);
  return { Matches: matches, NewName: volume + NewMapping.Buffer + relative.slice(OldMapping.Buffer.length) };
}

/* Attributes by name, without a handle. There is nothing to reparse: it shall come again as a create. */
function SimRepPreNetworkQueryOpen(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  const { FileObject } = FltObjects;
  if (FileObject === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const ignoreCase = !FlagOn(FileObject.Flags, FO_OPENED_CASE_SENSITIVE);
  return SimRepCompareMapping(FileObject.FileName.Buffer, Globals.OldMapping.Buffer, ignoreCase) ? FLT_PREOP_DISALLOW_FASTIO : FLT_PREOP_SUCCESS_NO_CALLBACK;
}

/* ---- Renames and links ---------------------------------------------------------------------------------------------------------------- */

/* Registered with RemapRenamesAndLinks only. */
function SimRepPreSetInformation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  const { Instance, FileObject } = FltObjects;
  const set = Data.Iopb.Parameters.SetFileInformation;
  if (Instance === null || FileObject === null || set.InfoBuffer === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  switch (set.FileInformationClass) {
    case FileRenameInformation:
    case FileRenameInformationEx:
    case FileLinkInformation:
      break;
    // Kept from the sample: it does not know FileLinkInformationEx, and passes it.
    default:
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
  const rename = view(FILE_RENAME_INFORMATION, set.InfoBuffer);
  // Renaming a stream stays within its file.
  if (rename.FileName.startsWith(':')) return FLT_PREOP_SUCCESS_NO_CALLBACK;

  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION | null>(null);
  let buffer: KBUFFER | null = null;
  try {
    // As its own name provider: the name that filters below would be told.
    let status = FltGetDestinationFileNameInformation(Instance, FileObject, rename.RootDirectory, rename.FileName, rename.FileNameLength,
      FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT | FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER, nameInfo as Ref<PFLT_FILE_NAME_INFORMATION>);
    if (NT_SUCCESS(status) && nameInfo.value !== null) status = FltParseFileNameInformation(nameInfo.value);
    if (!NT_SUCCESS(status) || nameInfo.value === null) return fail(Data, status);

    const mapped = SimRepMungeName(nameInfo.value, true);
    const relative = nameInfo.value.Name.Buffer.slice(nameInfo.value.Volume.Buffer.length);
    const underNew = SimRepCompareMapping(relative, Globals.NewMapping.Buffer, true);
    if (!mapped.Matches && !underNew) return FLT_PREOP_SUCCESS_NO_CALLBACK;
    const newName = mapped.Matches ? mapped.NewName : nameInfo.value.Name.Buffer;

    const length = FIELD_OFFSET(FILE_RENAME_INFORMATION, 'FileName') + newName.length * 2;
    buffer = ExAllocatePool2(POOL_FLAG_PAGED, max(length, sizeof(FILE_RENAME_INFORMATION)), SIMREP_TAG);
    if (buffer === null) return fail(Data, STATUS_INSUFFICIENT_RESOURCES);
    const munged = view(FILE_RENAME_INFORMATION, buffer);
    munged.Flags = set.FileInformationClass === FileRenameInformationEx ? rename.Flags : Number(rename.ReplaceIfExists);
    munged.RootDirectory = null;
    munged.FileName = newName;

    status = FltSetInformationFile(Instance, FileObject, buffer, buffer.length, set.FileInformationClass);
    DbgPrint('simrep: the destination is %ws, %08x\n', newName, status);
    Data.IoStatus.Status = status;
    Data.IoStatus.Information = 0;
    return FLT_PREOP_COMPLETE;
  } finally {
    if (nameInfo.value !== null) FltReleaseFileNameInformation(nameInfo.value);
    if (buffer !== null) ExFreePoolWithTag(buffer, SIMREP_TAG);
  }
}

/* The name of a file as filters above shall know it: the one it has below. */
function SimRepGenerateFileName(Instance: PFLT_INSTANCE, FileObject: PFILE_OBJECT, Data: PFLT_CALLBACK_DATA | null, NameOptions: number, CacheFileNameInformation: Ref<boolean | number>, FileName: FLT_NAME_CONTROL): NTSTATUS {
  PAGED_CODE();
  const options = (NameOptions & ~FLT_FILE_NAME_REQUEST_FROM_CURRENT_PROVIDER) >>> 0;
  const below = ref<PFLT_FILE_NAME_INFORMATION>();
  let status = Data === null ? FltGetFileNameInformationUnsafe(FileObject, Instance, options, below) : FltGetFileNameInformation(Data, options, below);
  if (!NT_SUCCESS(status)) return status;
  status = FltCheckAndGrowNameControl(FileName, below.value.Name.Length);
  if (NT_SUCCESS(status)) {
    RtlCopyUnicodeString(FileName.Name, below.value.Name);
    CacheFileNameInformation.value = true;
  }
  FltReleaseFileNameInformation(below.value);
  return status;
}

/* The long form of one component: what a listing of its directory says. */
function SimRepNormalizeNameComponent(Instance: PFLT_INSTANCE, ParentDirectory: UNICODE_STRING, VolumeNameLength: number, Component: UNICODE_STRING, ExpandComponentName: FILE_NAMES_BUFFER, ExpandComponentNameLength: number, Flags: number, NormalizationContext: Ref<PVOID>): NTSTATUS {
  PAGED_CODE();
  if (Globals.Filter === null) return STATUS_UNSUCCESSFUL;
  const attributes = new OBJECT_ATTRIBUTES();
  InitializeObjectAttributes(attributes, ParentDirectory, OBJ_KERNEL_HANDLE | (FlagOn(Flags, FLTFL_NORMALIZE_NAME_CASE_SENSITIVE) ? 0 : OBJ_CASE_INSENSITIVE), null, null);
  const handle = ref<HANDLE | null>(null);
  const directory = ref<PFILE_OBJECT | null>(null);
  const iosb = new IO_STATUS_BLOCK();
  let status: NTSTATUS = FltCreateFileEx(Globals.Filter, Instance, handle, directory, FILE_LIST_DIRECTORY | SYNCHRONIZE, attributes, iosb, null, FILE_ATTRIBUTE_NORMAL,
    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, FILE_OPEN, FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT, null, 0, IO_IGNORE_SHARE_ACCESS_CHECK);
  if (!NT_SUCCESS(status) || handle.value === null || directory.value === null) return status;
  const buffer = ExAllocatePool2(POOL_FLAG_PAGED, 1024, SIMREP_TAG);
  if (buffer === null) status = STATUS_INSUFFICIENT_RESOURCES;
  else {
    status = FltQueryDirectoryFile(Instance, directory.value, buffer, buffer.length, FileNamesInformation, true, Component, true, null);
    if (NT_SUCCESS(status)) {
      const names = view(FILE_NAMES_INFORMATION, buffer);
      ExpandComponentName.FileName = names.FileName;
      ExpandComponentName.FileNameLength = names.FileNameLength;
    }
    ExFreePoolWithTag(buffer, SIMREP_TAG);
  }
  ObDereferenceObject(directory.value);
  FltClose(handle.value);
  return status;
}
