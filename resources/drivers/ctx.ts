/*
 * ctx: contexts on everything.
 *
 * An instance, a file, a stream and a stream-handle context each remember a name; the stream's also counts creates, cleanups and
 * closes. Shows the pattern by which a context is found or made: get it; where there is none, allocate one and set it with KEEP; where
 * somebody was faster, take theirs. Every get, allocate and set gives a reference that has to be given back.
 */

const CTX_INSTANCE_CONTEXT_TAG = 'cIxC';
const CTX_FILE_CONTEXT_TAG = 'cFxC';
const CTX_STREAM_CONTEXT_TAG = 'cSxC';
const CTX_STREAMHANDLE_CONTEXT_TAG = 'cHxC';

interface CTX_INSTANCE_CONTEXT {
  Instance: PFLT_INSTANCE;
  Volume: PFLT_VOLUME;
  VolumeName: UNICODE_STRING;
}

interface CTX_FILE_CONTEXT {
  FileName: UNICODE_STRING;
}

interface CTX_STREAM_CONTEXT {
  FileName: UNICODE_STRING;
  CreateCount: number;
  CleanupCount: number;
  CloseCount: number;
  /* Guards the members above. */
  Resource: PERESOURCE;
}

interface CTX_STREAMHANDLE_CONTEXT {
  FileName: UNICODE_STRING;
  Resource: PERESOURCE;
}

const Globals = { Filter: null as PFLT_FILTER | null };

const Callbacks: FLT_OPERATION_REGISTRATION_ROW[] = [
  [IRP_MJ_CREATE, 0, CtxPreCreate, CtxPostCreate],
  [IRP_MJ_CLEANUP, 0, CtxPreCleanup, null],
  [IRP_MJ_CLOSE, 0, CtxPreClose, null],
  [IRP_MJ_SET_INFORMATION, 0, CtxPreSetInfo, CtxPostSetInfo],
  [IRP_MJ_OPERATION_END],
];

const ContextRegistration: FLT_CONTEXT_REGISTRATION_ROW[] = [
  [FLT_INSTANCE_CONTEXT, 0, CtxContextCleanup, 32, CTX_INSTANCE_CONTEXT_TAG],
  [FLT_FILE_CONTEXT, 0, CtxContextCleanup, 16, CTX_FILE_CONTEXT_TAG],
  [FLT_STREAM_CONTEXT, 0, CtxContextCleanup, 40, CTX_STREAM_CONTEXT_TAG],
  [FLT_STREAMHANDLE_CONTEXT, 0, CtxContextCleanup, 24, CTX_STREAMHANDLE_CONTEXT_TAG],
];

const FilterRegistration: FLT_REGISTRATION = {
  Version: FLT_REGISTRATION_VERSION,
  Flags: 0,
  ContextRegistration,
  OperationRegistration: Callbacks,
  FilterUnloadCallback: CtxUnload,
  InstanceSetupCallback: CtxInstanceSetup,
  InstanceQueryTeardownCallback: CtxInstanceQueryTeardown,
  InstanceTeardownStartCallback: CtxInstanceTeardownStart,
  InstanceTeardownCompleteCallback: CtxInstanceTeardownComplete,
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

function CtxUnload(Flags: number): NTSTATUS {
  PAGED_CODE();
  if (Globals.Filter !== null) FltUnregisterFilter(Globals.Filter);
  Globals.Filter = null;
  return STATUS_SUCCESS;
}

/* The instance context: set once, here, and found again by everybody. */
function CtxInstanceSetup(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number): NTSTATUS {
  PAGED_CODE();
  const { Instance, Volume } = FltObjects;
  if (Instance === null || Volume === null) return STATUS_FLT_DO_NOT_ATTACH;
  const context = ref<PFLT_CONTEXT>();
  let status = FltAllocateContext(FltObjects.Filter, FLT_INSTANCE_CONTEXT, 32, NonPagedPool, context);
  if (!NT_SUCCESS(status)) return status;

  const instanceContext: CTX_INSTANCE_CONTEXT = context.value;
  const needed = ref<number>(0);
  FltGetVolumeName(Volume, null, needed);
  const name = new UNICODE_STRING('', needed.value);
  status = FltGetVolumeName(Volume, name, needed);
  if (NT_SUCCESS(status)) {
    instanceContext.Instance = Instance;
    instanceContext.Volume = Volume;
    instanceContext.VolumeName = name;
    status = FltSetInstanceContext(Instance, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  }
  // The instance keeps a reference of its own.
  FltReleaseContext(context.value);
  return status;
}

function CtxInstanceQueryTeardown(FltObjects: PCFLT_RELATED_OBJECTS, Flags: number): NTSTATUS {
  return STATUS_SUCCESS;
}

function CtxInstanceTeardownStart(FltObjects: PCFLT_RELATED_OBJECTS, Reason: number): void {
  // Contexts are taken off by the Filter Manager, after the complete callback.
}

function CtxInstanceTeardownComplete(FltObjects: PCFLT_RELATED_OBJECTS, Reason: number): void {
  const context = ref<PFLT_CONTEXT>();
  if (FltObjects.Instance !== null && NT_SUCCESS(FltGetInstanceContext(FltObjects.Instance, context))) FltReleaseContext(context.value);
}

/* The last reference to a context is gone. What it points to goes with it. */
function CtxContextCleanup(Context: PFLT_CONTEXT, ContextType: number): void {
  switch (ContextType) {
    case FLT_STREAM_CONTEXT:
    case FLT_STREAMHANDLE_CONTEXT:
      if (Context.Resource !== undefined) ExDeleteResourceLite(Context.Resource);
      break;
    default:
      break;
  }
}

/* ---- Operations ------------------------------------------------------------------------------------------------------------------- */

function CtxPreCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  return FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

/*
 * Names and contexts for what was opened. A failure in the middle only skips the rest.
 *
 * Kept from the sample: STATUS_REPARSE is a success code too, so names and contexts are tried on a file object that is not open. The name
 * query or the set fails then, and nothing comes of it.
 */
function CtxPostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION | null>(null);
  const streamContext = ref<PFLT_CONTEXT>(null);
  const handleContext = ref<PFLT_CONTEXT>(null);
  const fileContext = ref<PFLT_CONTEXT>(null);
  if (!NT_SUCCESS(Data.IoStatus.Status)) return FLT_POSTOP_FINISHED_PROCESSING;
  try {
    let status = FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo as Ref<PFLT_FILE_NAME_INFORMATION>);
    if (!NT_SUCCESS(status) || nameInfo.value === null) return FLT_POSTOP_FINISHED_PROCESSING;
    const name = nameInfo.value.Name;

    status = CtxFindOrCreateStreamContext(Data, FltObjects, true, streamContext, null);
    if (!NT_SUCCESS(status)) return FLT_POSTOP_FINISHED_PROCESSING;
    const stream: CTX_STREAM_CONTEXT = streamContext.value;
    CtxAcquireResourceExclusive(stream.Resource);
    stream.CreateCount++;
    status = CtxUpdateNameInStreamContext(name, stream);
    CtxReleaseResource(stream.Resource);
    if (!NT_SUCCESS(status)) return FLT_POSTOP_FINISHED_PROCESSING;

    status = CtxCreateOrReplaceStreamHandleContext(FltObjects, true, handleContext, null);
    if (!NT_SUCCESS(status)) return FLT_POSTOP_FINISHED_PROCESSING;
    const handle: CTX_STREAMHANDLE_CONTEXT = handleContext.value;
    CtxAcquireResourceExclusive(handle.Resource);
    handle.FileName = new UNICODE_STRING(name.Buffer);
    CtxReleaseResource(handle.Resource);

    // The stream's name without the stream. Kept from the sample: it is cut off without parsing, so a file whose first open is one of its
    // streams keeps that stream's name.
    const created = ref(false);
    status = CtxFindOrCreateFileContext(FltObjects, true, name, fileContext, created);
    return FLT_POSTOP_FINISHED_PROCESSING;
  } finally {
    if (nameInfo.value !== null) FltReleaseFileNameInformation(nameInfo.value);
    if (streamContext.value !== null) FltReleaseContext(streamContext.value);
    if (handleContext.value !== null) FltReleaseContext(handleContext.value);
    if (fileContext.value !== null) FltReleaseContext(fileContext.value);
  }
}

function CtxPreCleanup(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  CtxCount(Data, FltObjects, 'CleanupCount');
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function CtxPreClose(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  CtxCount(Data, FltObjects, 'CloseCount');
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}

/* Counts where there is a stream context; never makes one. */
function CtxCount(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, member: 'CleanupCount' | 'CloseCount'): void {
  const context = ref<PFLT_CONTEXT>(null);
  if (!NT_SUCCESS(CtxFindOrCreateStreamContext(Data, FltObjects, false, context, null))) return;
  const stream: CTX_STREAM_CONTEXT = context.value;
  CtxAcquireResourceExclusive(stream.Resource);
  stream[member]++;
  DbgPrint('ctx: %wZ creates=%u cleanups=%u closes=%u\n', stream.FileName, stream.CreateCount, stream.CleanupCount, stream.CloseCount);
  CtxReleaseResource(stream.Resource);
  FltReleaseContext(context.value);
}

/* Only a rename changes what the contexts say; its post callback needs the thread's own context to ask for the name again. */
function CtxPreSetInfo(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  PAGED_CODE();
  const { FileInformationClass: informationClass } = Data.Iopb.Parameters.SetFileInformation;
  return informationClass === FileRenameInformation || informationClass === FileRenameInformationEx ? FLT_PREOP_SYNCHRONIZE : FLT_PREOP_SUCCESS_NO_CALLBACK;
}

function CtxPostSetInfo(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  if (!NT_SUCCESS(Data.IoStatus.Status)) return FLT_POSTOP_FINISHED_PROCESSING;
  const nameInfo = ref<PFLT_FILE_NAME_INFORMATION | null>(null);
  const streamContext = ref<PFLT_CONTEXT>(null);
  const handleContext = ref<PFLT_CONTEXT>(null);
  try {
    let status = FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, nameInfo as Ref<PFLT_FILE_NAME_INFORMATION>);
    if (!NT_SUCCESS(status) || nameInfo.value === null) return FLT_POSTOP_FINISHED_PROCESSING;

    status = CtxFindOrCreateStreamContext(Data, FltObjects, true, streamContext, null);
    if (!NT_SUCCESS(status)) return FLT_POSTOP_FINISHED_PROCESSING;
    const stream: CTX_STREAM_CONTEXT = streamContext.value;
    CtxAcquireResourceExclusive(stream.Resource);
    CtxUpdateNameInStreamContext(nameInfo.value.Name, stream);
    CtxReleaseResource(stream.Resource);

    status = CtxCreateOrReplaceStreamHandleContext(FltObjects, true, handleContext, null);
    if (!NT_SUCCESS(status)) return FLT_POSTOP_FINISHED_PROCESSING;
    (handleContext.value as CTX_STREAMHANDLE_CONTEXT).FileName = new UNICODE_STRING(nameInfo.value.Name.Buffer);
    return FLT_POSTOP_FINISHED_PROCESSING;
  } finally {
    if (nameInfo.value !== null) FltReleaseFileNameInformation(nameInfo.value);
    if (streamContext.value !== null) FltReleaseContext(streamContext.value);
    if (handleContext.value !== null) FltReleaseContext(handleContext.value);
  }
}

/* ---- Contexts ------------------------------------------------------------------------------------------------------------------------ */

/* The context of a stream with a reference for the caller. With CreateIfNotFound there is one afterwards, whoever made it. */
function CtxFindOrCreateStreamContext(Cbd: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CreateIfNotFound: boolean, StreamContext: Ref<PFLT_CONTEXT>, ContextCreated: Ref<boolean> | null): NTSTATUS {
  PAGED_CODE();
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return STATUS_INVALID_PARAMETER;
  StreamContext.value = null;
  if (ContextCreated !== null) ContextCreated.value = false;

  const context = ref<PFLT_CONTEXT>();
  let status = FltGetStreamContext(Instance, FileObject, context);
  if (status === STATUS_NOT_FOUND && CreateIfNotFound) {
    status = CtxCreateStreamContext(context);
    if (!NT_SUCCESS(status)) return status;

    const old = ref<PFLT_CONTEXT>();
    status = FltSetStreamContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, old);
    if (!NT_SUCCESS(status)) {
      // The one just made is not needed.
      FltReleaseContext(context.value);
      if (status !== STATUS_FLT_CONTEXT_ALREADY_DEFINED) return status;
      // Somebody set theirs between our get and our set; it came with a reference.
      context.value = old.value;
      status = STATUS_SUCCESS;
    } else if (ContextCreated !== null) ContextCreated.value = true;
  }
  if (NT_SUCCESS(status)) StreamContext.value = context.value;
  return status;
}

function CtxCreateStreamContext(StreamContext: Ref<PFLT_CONTEXT>): NTSTATUS {
  if (Globals.Filter === null) return STATUS_UNSUCCESSFUL;
  const status = FltAllocateContext(Globals.Filter, FLT_STREAM_CONTEXT, 40, PagedPool, StreamContext);
  if (!NT_SUCCESS(status)) return status;
  const stream: CTX_STREAM_CONTEXT = StreamContext.value;
  stream.FileName = new UNICODE_STRING();
  stream.CreateCount = 0;
  stream.CleanupCount = 0;
  stream.CloseCount = 0;
  stream.Resource = {};
  ExInitializeResourceLite(stream.Resource);
  return STATUS_SUCCESS;
}

function CtxUpdateNameInStreamContext(Name: UNICODE_STRING, StreamContext: CTX_STREAM_CONTEXT): NTSTATUS {
  StreamContext.FileName = new UNICODE_STRING(Name.Buffer);
  return STATUS_SUCCESS;
}

/* A new context on the handle; what was there loses the handle's reference. */
function CtxCreateOrReplaceStreamHandleContext(FltObjects: PCFLT_RELATED_OBJECTS, ReplaceIfExists: boolean, StreamHandleContext: Ref<PFLT_CONTEXT>, ContextReplaced: Ref<boolean> | null): NTSTATUS {
  PAGED_CODE();
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return STATUS_INVALID_PARAMETER;
  StreamHandleContext.value = null;
  if (ContextReplaced !== null) ContextReplaced.value = false;

  const context = ref<PFLT_CONTEXT>();
  let status = FltAllocateContext(FltObjects.Filter, FLT_STREAMHANDLE_CONTEXT, 24, PagedPool, context);
  if (!NT_SUCCESS(status)) return status;
  const handle: CTX_STREAMHANDLE_CONTEXT = context.value;
  handle.FileName = new UNICODE_STRING();
  handle.Resource = {};
  ExInitializeResourceLite(handle.Resource);

  const old = ref<PFLT_CONTEXT>();
  status = FltSetStreamHandleContext(Instance, FileObject, ReplaceIfExists ? FLT_SET_CONTEXT_REPLACE_IF_EXISTS : FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, old);
  if (!NT_SUCCESS(status)) {
    FltReleaseContext(context.value);
    if (status !== STATUS_FLT_CONTEXT_ALREADY_DEFINED) return status;
    context.value = old.value;
    status = STATUS_SUCCESS;
  } else if (old.value !== null) {
    // The replaced one came with a reference: the last, if nobody else is looking at it.
    FltReleaseContext(old.value);
    if (ContextReplaced !== null) ContextReplaced.value = true;
  }
  StreamHandleContext.value = context.value;
  return status;
}

/* The context of a file with all its streams. Its name is set when it is made, and never again. */
function CtxFindOrCreateFileContext(FltObjects: PCFLT_RELATED_OBJECTS, CreateIfNotFound: boolean, FileName: UNICODE_STRING, FileContext: Ref<PFLT_CONTEXT>, ContextCreated: Ref<boolean>): NTSTATUS {
  PAGED_CODE();
  const { Instance, FileObject } = FltObjects;
  if (Instance === null || FileObject === null) return STATUS_INVALID_PARAMETER;
  const context = ref<PFLT_CONTEXT>();
  let status = FltGetFileContext(Instance, FileObject, context);
  if (status === STATUS_NOT_FOUND && CreateIfNotFound) {
    status = FltAllocateContext(FltObjects.Filter, FLT_FILE_CONTEXT, 16, PagedPool, context);
    if (!NT_SUCCESS(status)) return status;
    (context.value as CTX_FILE_CONTEXT).FileName = new UNICODE_STRING(FileName.Buffer);

    const old = ref<PFLT_CONTEXT>();
    status = FltSetFileContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, old);
    if (!NT_SUCCESS(status)) {
      FltReleaseContext(context.value);
      if (status !== STATUS_FLT_CONTEXT_ALREADY_DEFINED) return status;
      context.value = old.value;
      status = STATUS_SUCCESS;
    } else ContextCreated.value = true;
  }
  if (NT_SUCCESS(status)) FileContext.value = context.value;
  return status;
}

function CtxAcquireResourceExclusive(Resource: PERESOURCE): void {
  KeEnterCriticalRegion();
  ExAcquireResourceExclusiveLite(Resource, true);
}

function CtxReleaseResource(Resource: PERESOURCE): void {
  ExReleaseResourceLite(Resource);
  KeLeaveCriticalRegion();
}
