/** WDK objects and callback types as drivers see them. Values are in nt/values.generated.ts. */
import type { FLT_CALLBACK_DATA, FLT_RELATED_OBJECTS } from './fltmgr/callbackData.ts';
import type { PFLT_DEFERRED_IO_WORKITEM, PFLT_GENERIC_WORKITEM, PFLT_INSTANCE, Ref } from './fltmgr/handles.ts';
import type { FLT_IO_PARAMETER_BLOCK } from './fltmgr/parameters.ts';
import type { FILE_OBJECT } from './iomgr/fileObject.ts';
import type { UNICODE_STRING } from './kernel/unicodeString.ts';

export { FLT_CALLBACK_DATA, FLT_RELATED_OBJECTS } from './fltmgr/callbackData.ts';
export type { PFLT_DEFERRED_IO_WORKITEM, PFLT_FILTER, PFLT_GENERIC_WORKITEM, PFLT_INSTANCE, PFLT_VOLUME, Ref } from './fltmgr/handles.ts';
export { IO_STATUS_BLOCK } from './fltmgr/ioStatus.ts';
export { FLT_IO_PARAMETER_BLOCK, FLT_PARAMETERS, type ParameterView } from './fltmgr/parameters.ts';
export { FILE_OBJECT } from './iomgr/fileObject.ts';
export { LARGE_INTEGER } from './kernel/largeInteger.ts';
export { threadOf, type PEPROCESS, type PETHREAD } from './kernel/thread.ts';
export { UNICODE_STRING } from './kernel/unicodeString.ts';

/** A callback may be a generator function; then it uses yield* with the routines that can block (driver-api-usage.md 5.6). */
export type Returned<T> = [T] extends [void] ? unknown : T | Generator<unknown, T, void>;

export type PFLT_PRE_OPERATION_CALLBACK = (Data: FLT_CALLBACK_DATA, FltObjects: FLT_RELATED_OBJECTS, CompletionContext: Ref<unknown>) => Returned<number>;
export type PFLT_POST_OPERATION_CALLBACK = (Data: FLT_CALLBACK_DATA, FltObjects: FLT_RELATED_OBJECTS, CompletionContext: unknown, Flags: number) => Returned<number>;
export type PFLT_GET_OPERATION_STATUS_CALLBACK = (FltObjects: FLT_RELATED_OBJECTS, IopbSnapshot: FLT_IO_PARAMETER_BLOCK, OperationStatus: number, RequesterContext: unknown) => Returned<void>;
export type PFLT_INSTANCE_SETUP_CALLBACK = (FltObjects: FLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number) => Returned<number>;
export type PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK = (FltObjects: FLT_RELATED_OBJECTS, Flags: number) => Returned<number>;
export type PFLT_INSTANCE_TEARDOWN_CALLBACK = (FltObjects: FLT_RELATED_OBJECTS, Reason: number) => Returned<void>;
export type PFLT_FILTER_UNLOAD_CALLBACK = (Flags: number) => Returned<number>;
export type PFLT_DEFERRED_IO_WORKITEM_ROUTINE = (FltWorkItem: PFLT_DEFERRED_IO_WORKITEM, CallbackData: FLT_CALLBACK_DATA, Context: unknown) => Returned<void>;
export type PFLT_GENERIC_WORKITEM_ROUTINE = (FltWorkItem: PFLT_GENERIC_WORKITEM, FltObject: unknown, Context: unknown) => Returned<void>;
export type PFLT_COMPLETE_CANCELED_CALLBACK = (CallbackData: FLT_CALLBACK_DATA) => Returned<void>;
export type PFLT_COMPLETED_ASYNC_IO_CALLBACK = (CallbackData: FLT_CALLBACK_DATA, Context: unknown) => Returned<void>;

export type PFLT_CONTEXT_CLEANUP_CALLBACK = (Context: object, ContextType: number) => void;
export type PFLT_CONTEXT_ALLOCATE_CALLBACK = (PoolType: number, Size: number, ContextType: number) => object | null;
export type PFLT_CONTEXT_FREE_CALLBACK = (Pool: object, ContextType: number) => void;
export type PFLT_TRANSACTION_NOTIFICATION_CALLBACK = (FltObjects: FLT_RELATED_OBJECTS, TransactionContext: object, NotificationMask: number) => Returned<number>;
export type PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK = (Instance: PFLT_INSTANCE, SectionContext: object, Data: FLT_CALLBACK_DATA | null) => Returned<number>;
export type PFLT_GENERATE_FILE_NAME = (
  Instance: PFLT_INSTANCE, FileObject: FILE_OBJECT, CallbackData: FLT_CALLBACK_DATA | null, NameOptions: number, CacheFileNameInformation: Ref<boolean | number>, FileName: FLT_NAME_CONTROL,
) => number;
export type PFLT_NORMALIZE_NAME_COMPONENT = (
  Instance: PFLT_INSTANCE, ParentDirectory: UNICODE_STRING, VolumeNameLength: number, Component: UNICODE_STRING, ExpandComponentName: FILE_NAMES_BUFFER, ExpandComponentNameLength: number, Flags: number,
  NormalizationContext: Ref<unknown>,
) => number;
export type PFLT_NORMALIZE_NAME_COMPONENT_EX = (
  Instance: PFLT_INSTANCE, FileObject: FILE_OBJECT, ParentDirectory: UNICODE_STRING, VolumeNameLength: number, Component: UNICODE_STRING, ExpandComponentName: FILE_NAMES_BUFFER,
  ExpandComponentNameLength: number, Flags: number, NormalizationContext: Ref<unknown>,
) => number;
export type PFLT_NORMALIZE_CONTEXT_CLEANUP = (NormalizationContext: Ref<unknown>) => void;

/** Where a name provider puts the name it makes. */
export interface FLT_NAME_CONTROL {
  Name: UNICODE_STRING;
}

/** FILE_NAMES_INFORMATION that a name provider fills for one component. */
export interface FILE_NAMES_BUFFER {
  FileName: string;
  FileNameLength: number;
}

/** One row of FLT_REGISTRATION.OperationRegistration. NULL and absent are the same. */
export interface FLT_OPERATION_REGISTRATION {
  readonly MajorFunction: number;
  /** FLTFL_OPERATION_REGISTRATION_* */
  readonly Flags?: number;
  readonly PreOperation?: PFLT_PRE_OPERATION_CALLBACK | null;
  readonly PostOperation?: PFLT_POST_OPERATION_CALLBACK | null;
}

/** The same row as C writes it: `[IRP_MJ_READ, 0, PreRead, PostRead]`; `[IRP_MJ_OPERATION_END]` ends the list and may be left out. */
export type OperationRegistrationRow = readonly [
  MajorFunction: number,
  Flags?: number,
  PreOperation?: PFLT_PRE_OPERATION_CALLBACK | null,
  PostOperation?: PFLT_POST_OPERATION_CALLBACK | null,
];

export interface FLT_REGISTRATION {
  readonly Size?: number;
  /** FLT_REGISTRATION_VERSION_*; the current one when absent. */
  readonly Version?: number;
  readonly Flags?: number;
  readonly ContextRegistration?: readonly unknown[] | null;
  readonly OperationRegistration?: readonly (FLT_OPERATION_REGISTRATION | OperationRegistrationRow)[] | null;
  readonly FilterUnloadCallback?: PFLT_FILTER_UNLOAD_CALLBACK | null;
  readonly InstanceSetupCallback?: PFLT_INSTANCE_SETUP_CALLBACK | null;
  readonly InstanceQueryTeardownCallback?: PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK | null;
  readonly InstanceTeardownStartCallback?: PFLT_INSTANCE_TEARDOWN_CALLBACK | null;
  readonly InstanceTeardownCompleteCallback?: PFLT_INSTANCE_TEARDOWN_CALLBACK | null;
  readonly GenerateFileNameCallback?: PFLT_GENERATE_FILE_NAME | null;
  readonly NormalizeNameComponentCallback?: PFLT_NORMALIZE_NAME_COMPONENT | null;
  readonly NormalizeContextCleanupCallback?: PFLT_NORMALIZE_CONTEXT_CLEANUP | null;
  readonly TransactionNotificationCallback?: PFLT_TRANSACTION_NOTIFICATION_CALLBACK | null;
  readonly NormalizeNameComponentExCallback?: PFLT_NORMALIZE_NAME_COMPONENT_EX | null;
  readonly SectionNotificationCallback?: PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK | null;
}
