/* Opens and cleanups. */
import { nameOf } from './names.ts';
import { countClosed, countOpened, type OpenFile } from './table.ts';

export const TAG = 'Optb';

/* What a handle keeps, so that its cleanup need not ask for the name again. */
interface HANDLE_CONTEXT {
  File: OpenFile;
}

export function PostCreate(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number): FLT_POSTOP_CALLBACK_STATUS {
  const { Filter, Instance, FileObject } = FltObjects;
  if (FlagOn(Flags, FLTFL_POST_OPERATION_DRAINING) || Instance === null || FileObject === null) return FLT_POSTOP_FINISHED_PROCESSING;
  if (!NT_SUCCESS(Data.IoStatus.Status) || Data.IoStatus.Status === STATUS_REPARSE) return FLT_POSTOP_FINISHED_PROCESSING;
  const name = nameOf(Data);
  const context = ref<PFLT_CONTEXT>();
  if (name === null || !NT_SUCCESS(FltAllocateContext(Filter, FLT_STREAMHANDLE_CONTEXT, 16, PagedPool, context))) return FLT_POSTOP_FINISHED_PROCESSING;
  const handle: HANDLE_CONTEXT = context.value;
  handle.File = countOpened(name);
  // Without the context its cleanup would not be counted.
  const status = FltSetStreamHandleContext(Instance, FileObject, FLT_SET_CONTEXT_KEEP_IF_EXISTS, context.value, null);
  if (!NT_SUCCESS(status)) countClosed(handle.File);
  else if (handle.File.Handles > 1) DbgPrint('openTable: %s: %d handles\n', name, handle.File.Handles);
  FltReleaseContext(context.value);
  return FLT_POSTOP_FINISHED_PROCESSING;
}

/* Handles that were opened before this filter was there have no context. */
export function PreCleanup(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const { Instance, FileObject } = FltObjects;
  const context = ref<PFLT_CONTEXT>();
  if (Instance === null || FileObject === null || !NT_SUCCESS(FltGetStreamHandleContext(Instance, FileObject, context))) return FLT_PREOP_SUCCESS_NO_CALLBACK;
  const handle: HANDLE_CONTEXT = context.value;
  countClosed(handle.File);
  FltReleaseContext(context.value);
  FltDeleteStreamHandleContext(Instance, FileObject, null);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
