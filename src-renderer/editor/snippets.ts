/** Patterns of minifilters that are written again and again, as Monaco snippets. Source of each: the page of the routine it is about. */

export interface DriverSnippet {
  readonly id: 'prePost' | 'statusCallback' | 'context' | 'pend' | 'name' | 'message';
  readonly title: string;
  /** What is typed to get it. */
  readonly prefix: string;
  readonly text: readonly string[];
}

const data = 'Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS';

export const driverSnippets: readonly DriverSnippet[] = [
  {
    id: 'prePost', title: 'Pre and post callback', prefix: 'prepost', text: [
      `function Pre\${1:Read}(${data}, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {`, '  $0return FLT_PREOP_SUCCESS_WITH_CALLBACK;', '}', '',
      `function Post\${1:Read}(${data}, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {`, '  if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING)) return FLT_POSTOP_FINISHED_PROCESSING;', '  return FLT_POSTOP_FINISHED_PROCESSING;', '}',
    ],
  },
  {
    id: 'statusCallback', title: 'Ask for the operation status', prefix: 'status', text: [
      'if (FLT_IS_IRP_OPERATION(Data)) {', '  const asked = FltRequestOperationStatusCallback(Data, ${1:OperationStatus}, ${2:null});', '  if (!NT_SUCCESS(asked)) DbgPrint("no status callback: %08x", asked);', '}$0',
    ],
  },
  {
    id: 'context', title: 'Context: get or allocate, set, release', prefix: 'context', text: [
      'const { Instance, FileObject } = FltObjects;', 'const ${1:context} = ref<PVOID>();',
      'let ${2:status}: NTSTATUS = Instance === null || FileObject === null ? STATUS_NOT_SUPPORTED : FltGetStreamHandleContext(Instance, FileObject, ${1:context});', 'if (Instance !== null && FileObject !== null && ${2:status} === STATUS_NOT_FOUND) {',
      '  ${2:status} = FltAllocateContext(FltObjects.Filter, FLT_STREAMHANDLE_CONTEXT, ${3:64}, PagedPool, ${1:context});',
      '  if (NT_SUCCESS(${2:status})) ${2:status} = FltSetStreamHandleContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, ${1:context}.value, null);', '}',
      'if (NT_SUCCESS(${2:status})) {', '  $0', '}', 'if (${1:context}.value !== null) FltReleaseContext(${1:context}.value);',
    ],
  },
  {
    id: 'pend', title: 'Pend, and go on in a work item', prefix: 'pend', text: [
      'if (!FLT_IS_IRP_OPERATION(Data)) return FLT_PREOP_SUCCESS_NO_CALLBACK;', 'const ${1:item} = FltAllocateDeferredIoWorkItem();', 'if (${1:item} === null) return FLT_PREOP_SUCCESS_NO_CALLBACK;',
      'const queued = FltQueueDeferredIoWorkItem(${1:item}, Data, (Item, CallbackData, Context) => {', '  $0', '  FltFreeDeferredIoWorkItem(Item);', '  FltCompletePendedPreOperation(CallbackData, FLT_PREOP_SUCCESS_NO_CALLBACK, null);', '}, DelayedWorkQueue, null);',
      'if (NT_SUCCESS(queued)) return FLT_PREOP_PENDING;', 'FltFreeDeferredIoWorkItem(${1:item});', 'return FLT_PREOP_SUCCESS_NO_CALLBACK;',
    ],
  },
  {
    id: 'name', title: 'Ask for the name of the file', prefix: 'name', text: [
      'const ${1:name} = ref<PFLT_FILE_NAME_INFORMATION>();', 'if (NT_SUCCESS(FltGetFileNameInformation(Data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, ${1:name}))) {', '  FltParseFileNameInformation(${1:name}.value);', '  DbgPrint("%wZ", ${1:name}.value.Name);$0', '  FltReleaseFileNameInformation(${1:name}.value);', '}',
    ],
  },
  {
    id: 'message', title: 'Message to user mode', prefix: 'message', text: [
      'const ${1:buffer} = ExAllocatePool2(POOL_FLAG_PAGED, ${2:64}, "${3:Msg0}");', 'if (${1:buffer} !== null) {', '  const replyLength = ref(${2:64});', '  const sent = FltSendMessage(${4:gFilter}, ${5:gClientPort}, ${1:buffer}, ${2:64}, ${1:buffer}, replyLength, null);', '  // STATUS_TIMEOUT is a success code too, and nothing was written then.', '  if (sent === STATUS_SUCCESS) {', '    $0', '  }', '  ExFreePoolWithTag(${1:buffer}, "${3:Msg0}");', '}',
    ],
  },
];
