/* Files below \guard\ cannot be deleted, replaced by a rename, or moved away (driver-api-usage.md 3.2). */

const GUARDED = '\\guard\\';
let gFilter: PFLT_FILTER;

export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  let status: NTSTATUS = FltRegisterFilter(DriverObject, {
    OperationRegistration: [[IRP_MJ_CREATE, 0, PreCreate, null], [IRP_MJ_SET_INFORMATION, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, PreSetInformation, null]],
    FilterUnloadCallback: () => {
      FltUnregisterFilter(gFilter);
      return STATUS_SUCCESS;
    },
  }, filter);
  if (!NT_SUCCESS(status)) return status;
  gFilter = filter.value;
  status = FltStartFiltering(gFilter);
  if (!NT_SUCCESS(status)) FltUnregisterFilter(gFilter);
  return status;
}

function deny(Data: PFLT_CALLBACK_DATA): FLT_PREOP_CALLBACK_STATUS {
  Data.IoStatus.Status = STATUS_ACCESS_DENIED;
  Data.IoStatus.Information = 0;
  return FLT_PREOP_COMPLETE;
}

/* Volume-relative, without a stream: `\guard` itself counts, `\guardian` does not. A stream of a guarded file is not guarded. */
function isGuarded(nameInfo: PFLT_FILE_NAME_INFORMATION): boolean {
  if (nameInfo.Stream.Length > 0) return false;
  const relative = nameInfo.Name.Buffer.slice(nameInfo.Volume.Buffer.length);
  return RtlPrefixUnicodeString(GUARDED, `${relative}\\`, true);
}

/* Of the operation's own file. Where the name cannot be had, only what looks guarded by its opened name is. */
function targetsGuarded(Data: PFLT_CALLBACK_DATA): boolean {
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  for (const format of [FLT_FILE_NAME_NORMALIZED, FLT_FILE_NAME_OPENED]) {
    if (!NT_SUCCESS(FltGetFileNameInformation(Data, format | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo))) continue;
    FltParseFileNameInformation(nameInfo.value);
    const guarded = isGuarded(nameInfo.value);
    FltReleaseFileNameInformation(nameInfo.value);
    return guarded;
  }
  return false;
}

function PreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  if (Data.RequestorMode === KernelMode || !FlagOn(Data.Iopb.Parameters.Create.Options, FILE_DELETE_ON_CLOSE)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  return targetsGuarded(Data) ? deny(Data) : FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function PreSetInformation(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const set = Data.Iopb.Parameters.SetFileInformation;
  if (Data.RequestorMode === KernelMode || set.InfoBuffer === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  switch (set.FileInformationClass) {
    case FileDispositionInformation:
      if (!view(FILE_DISPOSITION_INFORMATION, set.InfoBuffer).DeleteFile) return FLT_PREOP_SUCCESS_NO_CALLBACK;
      return targetsGuarded(Data) ? deny(Data) : FLT_PREOP_SUCCESS_NO_CALLBACK;
    case FileDispositionInformationEx:
      if (!FlagOn(view(FILE_DISPOSITION_INFORMATION_EX, set.InfoBuffer).Flags, FILE_DISPOSITION_DELETE)) return FLT_PREOP_SUCCESS_NO_CALLBACK;
      return targetsGuarded(Data) ? deny(Data) : FLT_PREOP_SUCCESS_NO_CALLBACK;
    case FileRenameInformation:
    case FileRenameInformationEx:
      return targetsGuarded(Data) || replacesGuarded(FltObjects, set.InfoBuffer) ? deny(Data) : FLT_PREOP_SUCCESS_NO_CALLBACK;
    case FileLinkInformation:
    case FileLinkInformationEx:
      return replacesGuarded(FltObjects, set.InfoBuffer) ? deny(Data) : FLT_PREOP_SUCCESS_NO_CALLBACK;
    default:
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }
}

/* A destination that is guarded, with leave to replace what is there. Both classes have that leave in bit 0. */
function replacesGuarded(FltObjects: PCFLT_RELATED_OBJECTS, buffer: KBUFFER): boolean {
  const rename = view(FILE_RENAME_INFORMATION, buffer);
  if (!FlagOn(rename.Flags, FILE_RENAME_REPLACE_IF_EXISTS) || FltObjects.Instance === null || FltObjects.FileObject === null) return false;
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION>();
  const status = FltGetDestinationFileNameInformation(FltObjects.Instance, FltObjects.FileObject, rename.RootDirectory, rename.FileName, rename.FileNameLength,
    FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo);
  if (!NT_SUCCESS(status)) return false;
  FltParseFileNameInformation(nameInfo.value);
  const guarded = isGuarded(nameInfo.value);
  FltReleaseFileNameInformation(nameInfo.value);
  return guarded;
}
