/** The part of fltkernel.d.ts that is written by hand: objects and callback types. Source: driver-api-usage.md 5.3 to 5.5, 5.8. */
export const fixedDeclarations = `/** An NTSTATUS: an unsigned 32-bit number, e.g. 0xC0000022. */
declare type NTSTATUS = number;
/** Any pointer: kept as it is. */
declare type PVOID = any;

/**
 * What a routine that can block gives: its result at once in a plain function, something for yield* in a generator function.
 * A number or boolean stays one, so that \`let status = FltCreateFile(...)\` makes a variable for any NTSTATUS.
 */
declare type Blocks<T> = 0 extends 1 & T ? any : [T] extends [void] ? Generator<unknown, void, void> : [number] extends [T] ? T : [boolean] extends [T] ? T : T & Generator<unknown, T, void>;
/** For yield* only: other routines give nothing to go on with. */
interface Number { [Symbol.iterator](): Generator<unknown, number, void>; }
interface Boolean { [Symbol.iterator](): Generator<unknown, boolean, void>; }
/** A callback may be a generator function, so that it can wait with yield*. */
declare type Returned<T> = [T] extends [void] ? unknown : T | Generator<unknown, T, void>;

/** A box for an out-parameter: \`&variable\` in C. Made by ref(). */
interface Ref<T> { value: T; }

interface LARGE_INTEGER {
  QuadPart: bigint;
  /** ULONG */
  LowPart: number;
  /** LONG */
  HighPart: number;
}

/** Length and MaximumLength count bytes, as in C; Buffer is the text itself. */
declare class UNICODE_STRING {
  constructor(text?: string, maximumLength?: number);
  Buffer: string;
  Length: number;
  MaximumLength: number;
}
declare type PUNICODE_STRING = UNICODE_STRING;

/** One byte a character, beside UNICODE_STRING. */
declare class ANSI_STRING {
  constructor(text?: string, maximumLength?: number);
  Buffer: string;
  Length: number;
  MaximumLength: number;
}

/** An entry or the head of a list. \`record.Links = new LIST_ENTRY(record)\` lets CONTAINING_RECORD find the record. */
declare class LIST_ENTRY {
  constructor(owner?: object);
  Flink: LIST_ENTRY;
  Blink: LIST_ENTRY;
  readonly Owner?: object;
}

/** An open handle, compared with ===. */
interface HANDLE { readonly id: string; }

/** Kernel objects: any object of the driver's own stands for the structure, {} will do. */
declare type PRKEVENT = object;
declare type PKEVENT = object;
declare type PRKSEMAPHORE = object;
declare type PRKMUTEX = object;
declare type PRKQUEUE = object;
declare type PERESOURCE = object;
declare type PFAST_MUTEX = object;
declare type PKGUARDED_MUTEX = object;
declare type PEX_PUSH_LOCK = object;
declare type PKSPIN_LOCK = object;
declare type PKLOCK_QUEUE_HANDLE = object;
declare type PEX_RUNDOWN_REF = object;
declare type PKTIMER = object;
declare type PRKDPC = object;
declare type PIO_WORKITEM = object;
declare type PWORK_QUEUE_ITEM = object;
declare type PEX_TIMER = object;
declare type ERESOURCE_THREAD = PETHREAD;
declare type KDEFERRED_ROUTINE = (Dpc: PRKDPC, DeferredContext: PVOID, SystemArgument1: PVOID, SystemArgument2: PVOID) => void;
declare type EXT_CALLBACK = (Timer: PEX_TIMER, Context: PVOID) => void;
declare type KSTART_ROUTINE = (StartContext: PVOID) => unknown;
declare type WORKER_THREAD_ROUTINE = (Parameter: PVOID) => unknown;
declare type IO_WORKITEM_ROUTINE = (DeviceObject: PVOID, Context: PVOID) => unknown;
declare type IO_WORKITEM_ROUTINE_EX = (IoObject: PVOID, Context: PVOID, IoWorkItem: PIO_WORKITEM) => unknown;

interface POBJECT_TYPE { readonly id: string; }
interface CLIENT_ID { UniqueProcess: number | null; UniqueThread?: number | null; }
interface GENERIC_MAPPING { GenericRead: number; GenericWrite: number; GenericExecute: number; GenericAll: number; }

/** What an object to be opened is called. Filled by InitializeObjectAttributes. */
declare class OBJECT_ATTRIBUTES {
  RootDirectory: HANDLE | null;
  ObjectName: UNICODE_STRING | string | null;
  /** OBJ_* */
  Attributes: number;
  SecurityDescriptor: any;
  SecurityQualityOfService: any;
}
declare type POBJECT_ATTRIBUTES = OBJECT_ATTRIBUTES;

/** One row of RtlQueryRegistryValues; a row without routine, name and flags ends the table. */
interface RTL_QUERY_REGISTRY_TABLE {
  QueryRoutine?: ((ValueName: string | null, ValueType: number, ValueData: KBUFFER | null, ValueLength: number, Context: any, EntryContext: any) => NTSTATUS) | null;
  /** RTL_QUERY_REGISTRY_* */
  Flags?: number;
  Name?: string | UNICODE_STRING | null;
  EntryContext?: any;
  DefaultType?: number;
  DefaultData?: unknown;
  DefaultLength?: number;
}

/** \`new GUID("{d4a3f1c2-0000-0000-0000-000000000000}")\` */
declare class GUID {
  constructor(text?: string);
  Data1: number;
  Data2: number;
  Data3: number;
  Data4: number[];
  toString(): string;
}

declare class LUID {
  constructor(lowPart?: number, highPart?: number);
  LowPart: number;
  HighPart: number;
}

declare class TIME_FIELDS {
  Year: number;
  Month: number;
  Day: number;
  Hour: number;
  Minute: number;
  Second: number;
  Milliseconds: number;
  /** 0 is Sunday. */
  Weekday: number;
}

/** Numbers of C, by their width. Each is the type of a structure's member too: \`struct({ Flags: ULONG })\`. */
declare type UCHAR = number;
declare type USHORT = number;
declare type ULONG = number;
declare type LONG = number;
declare type SIZE_T = number;
declare type ULONG_PTR = number;
declare type ACCESS_MASK = number;
declare type BOOLEAN = boolean;
/** 64 bits: a bigint, a number that fits, or a LARGE_INTEGER. */
declare type LONGLONG = bigint | number | LARGE_INTEGER;
declare type ULONGLONG = bigint;

/** The type of a structure's member. */
interface MemberType<T> {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly alignment: number;
  array(count: number): MemberType<readonly T[]>;
  read(...where: never[]): T;
}
/** WCHAR: an array is a text. */
interface WideMemberType extends Omit<MemberType<string>, 'array'> {
  array(count: number): MemberType<string>;
  /** A text whose length in bytes is another member. */
  counted(lengthField: string, capacity?: number): MemberType<string>;
}
/** UCHAR, CHAR: an array is a window on the bytes, or a text. */
interface ByteMemberType<A> extends Omit<MemberType<number>, 'array'> {
  array(count: number): MemberType<A>;
  counted(lengthField: string): MemberType<KBUFFER>;
}
interface StructType<T> extends MemberType<T> {
  readonly fields: readonly { readonly name: string; readonly offset: number }[];
}
declare type StructMember = { read(...where: never[]): unknown } | typeof LARGE_INTEGER | typeof GUID | typeof LUID | typeof TIME_FIELDS | typeof UNICODE_STRING;
interface StructMembers { readonly [name: string]: StructMember | { readonly at?: number; readonly type: StructMember; readonly bits?: readonly [first: number, count: number] }; }
declare type StructValue<M> =
  M extends { read(...where: never[]): infer T } ? T
  : M extends new (...args: never[]) => infer C ? C
  : M extends (...args: never[]) => infer R ? R
  : M extends { readonly type: infer I } ? StructValue<I>
  : never;
declare type StructView<F> = { -readonly [K in keyof F]: StructValue<F[K]> };

/** IRP to a control device. */
interface IRP {
  readonly id: string;
  readonly IoStatus: IO_STATUS_BLOCK;
  readonly AssociatedIrp: { SystemBuffer: KBUFFER | null };
  UserBuffer: KBUFFER | null;
  MdlAddress: MDL | null;
  readonly RequestorMode: number;
  Cancel: boolean;
}
declare type PIRP = IRP;
interface IO_STACK_LOCATION {
  readonly MajorFunction: number;
  readonly MinorFunction: number;
  Flags: number;
  Control: number;
  readonly Parameters: any;
  readonly DeviceObject: DEVICE_OBJECT;
  readonly FileObject: FILE_OBJECT | null;
}
declare type PIO_STACK_LOCATION = IO_STACK_LOCATION;
interface DEVICE_OBJECT {
  readonly id: string;
  readonly DriverObject: DRIVER_OBJECT;
  readonly DeviceType: number;
  readonly Characteristics: number;
  /** DO_* */
  Flags: number;
  /** Whatever the driver keeps with its device. */
  readonly DeviceExtension: any;
}
declare type PDEVICE_OBJECT = DEVICE_OBJECT;

/** What C calls PVOID to bytes. Bytes that the trace did not record come from a seeded pattern. Offsets and lengths in bytes. */
interface KBUFFER {
  readonly id: string;
  readonly kind: 'user' | 'system' | 'paged' | 'nonpaged' | 'mdl' | 'message';
  readonly length: number;
  readonly freed: boolean;
  /** Whether these bytes were recorded or written; false for bytes the pattern made up. */
  isKnown(offset?: number, length?: number): boolean;
  /** A window on the same bytes. */
  at(offset: number, length?: number): KBUFFER;
  u8(offset: number): number;
  u16(offset: number): number;
  u32(offset: number): number;
  u64(offset: number): bigint;
  setU8(offset: number, value: number): void;
  setU16(offset: number, value: number): void;
  setU32(offset: number, value: number): void;
  setU64(offset: number, value: bigint): void;
  /** UTF-16 text of so many bytes. */
  wstr(offset: number, bytes: number): string;
  setWstr(offset: number, text: string): void;
  /** A copy. */
  bytes(offset?: number, length?: number): Uint8Array;
}

/** Memory descriptor list. */
interface MDL {
  readonly id: string;
  readonly ByteCount: number;
  readonly ByteOffset: number;
  Next: MDL | null;
}
declare type PMDL = MDL;

interface PFLT_FILTER { readonly id: string; }
interface PFLT_INSTANCE { readonly id: string; }
interface PFLT_VOLUME { readonly id: string; }
interface PFLT_DEFERRED_IO_WORKITEM { readonly id: string; }
interface PFLT_GENERIC_WORKITEM { readonly id: string; }
interface PETHREAD { readonly id: string; }
interface PEPROCESS { readonly id: string; readonly pid: number; readonly imageName: string; }
interface DRIVER_OBJECT {
  readonly DriverName: UNICODE_STRING;
  /** Dispatch routines for control devices, by IRP_MJ_*. */
  readonly MajorFunction: (((DeviceObject: DEVICE_OBJECT, Irp: IRP) => NTSTATUS) | null)[];
  FastIoDispatch: object | null;
  DriverUnload: ((DriverObject: DRIVER_OBJECT) => void) | null;
  readonly DeviceObject: DEVICE_OBJECT | null;
  Flags: number;
}
declare type PDRIVER_OBJECT = DRIVER_OBJECT;

/** An open file. FileName is what the create was given: use FltGetFileNameInformation for decisions. */
interface FILE_OBJECT {
  readonly id: string;
  FileName: UNICODE_STRING;
  RelatedFileObject: FILE_OBJECT | null;
  /** FO_* */
  Flags: number;
  ReadAccess: boolean;
  WriteAccess: boolean;
  DeleteAccess: boolean;
  SharedRead: boolean;
  SharedWrite: boolean;
  SharedDelete: boolean;
  FsContext: object | null;
  FsContext2: object | null;
  SectionObjectPointer: object | null;
  Vpb: object | null;
  DeviceObject: object | null;
  PrivateCacheMap: object | null;
  CurrentByteOffset: LARGE_INTEGER;
}
declare type PFILE_OBJECT = FILE_OBJECT;

interface FLT_IO_PARAMETER_BLOCK {
  /** IRP_* */
  IrpFlags: number;
  /** IRP_MJ_* as an unsigned byte. Not to be changed. */
  MajorFunction: number;
  MinorFunction: number;
  /** SL_* */
  OperationFlags: number;
  Reserved: number;
  TargetFileObject: PFILE_OBJECT | null;
  TargetInstance: PFLT_INSTANCE | null;
  readonly Parameters: FLT_PARAMETERS;
}
declare type PFLT_IO_PARAMETER_BLOCK = FLT_IO_PARAMETER_BLOCK;

interface FLT_CALLBACK_DATA {
  /** FLTFL_CALLBACK_DATA_* */
  Flags: number;
  readonly Thread: PETHREAD | null;
  /** The changeable parameters. Call FltSetCallbackDataDirty after a change. */
  readonly Iopb: FLT_IO_PARAMETER_BLOCK;
  /** Written by a pre callback that returns FLT_PREOP_COMPLETE and by post callbacks. */
  IoStatus: IO_STATUS_BLOCK;
  TagData: any;
  /** For a queue of the filter's own while it holds the operation. Shares storage with FilterContext. */
  readonly QueueLinks: LIST_ENTRY;
  readonly QueueContext: any[];
  /** Four words for a filter's own queue while it holds the operation. */
  readonly FilterContext: any[];
  /** KernelMode 0, UserMode 1 */
  readonly RequestorMode: number;
}
declare type PFLT_CALLBACK_DATA = FLT_CALLBACK_DATA;

interface FLT_RELATED_OBJECTS {
  readonly Filter: PFLT_FILTER;
  readonly Volume: PFLT_VOLUME | null;
  readonly Instance: PFLT_INSTANCE | null;
  readonly FileObject: PFILE_OBJECT | null;
  readonly Transaction: PKTRANSACTION | null;
}
declare type PFLT_RELATED_OBJECTS = FLT_RELATED_OBJECTS;
declare type PCFLT_RELATED_OBJECTS = FLT_RELATED_OBJECTS;

/** The parts are empty until FltParseFileNameInformation has been called. */
interface FLT_FILE_NAME_INFORMATION {
  readonly Format: number;
  readonly Name: UNICODE_STRING;
  readonly Volume: UNICODE_STRING;
  readonly Share: UNICODE_STRING;
  readonly Extension: UNICODE_STRING;
  readonly Stream: UNICODE_STRING;
  readonly FinalComponent: UNICODE_STRING;
  readonly ParentDir: UNICODE_STRING;
  readonly NamesParsed: number;
}
declare type PFLT_FILE_NAME_INFORMATION = FLT_FILE_NAME_INFORMATION;

/** A context: whatever properties the driver puts on it. Counted; freed with the last reference. */
declare type PFLT_CONTEXT = any;
interface PKTRANSACTION { readonly id: string; }

/** What FltGetContexts fills: null where there is no context. */
interface FLT_RELATED_CONTEXTS {
  VolumeContext?: PFLT_CONTEXT;
  InstanceContext?: PFLT_CONTEXT;
  FileContext?: PFLT_CONTEXT;
  StreamContext?: PFLT_CONTEXT;
  StreamHandleContext?: PFLT_CONTEXT;
  TransactionContext?: PFLT_CONTEXT;
}
interface FLT_RELATED_CONTEXTS_EX extends FLT_RELATED_CONTEXTS {
  SectionContext?: PFLT_CONTEXT;
}

/** Runs when the last reference is gone, at APC_LEVEL or below. Must not touch the count of its context. */
declare type PFLT_CONTEXT_CLEANUP_CALLBACK = (Context: PFLT_CONTEXT, ContextType: number) => void;
/** Gives the memory of a context, or null. */
declare type PFLT_CONTEXT_ALLOCATE_CALLBACK = (PoolType: number, Size: number, ContextType: number) => object | null;
declare type PFLT_CONTEXT_FREE_CALLBACK = (Pool: any, ContextType: number) => void;

/** One kind of context; also written \`[FLT_STREAM_CONTEXT, 0, Cleanup, Size, 'Tag']\`. */
interface FLT_CONTEXT_REGISTRATION {
  ContextType: number;
  /** FLTFL_CONTEXT_REGISTRATION_* */
  Flags?: number;
  ContextCleanupCallback?: PFLT_CONTEXT_CLEANUP_CALLBACK | null;
  /** In bytes; FLT_VARIABLE_SIZED_CONTEXTS for any size; or a struct. */
  Size?: number | bigint | object;
  PoolTag?: string | number;
  ContextAllocateCallback?: PFLT_CONTEXT_ALLOCATE_CALLBACK | null;
  ContextFreeCallback?: PFLT_CONTEXT_FREE_CALLBACK | null;
}
declare type FLT_CONTEXT_REGISTRATION_ROW = readonly [
  ContextType: number, Flags?: number, ContextCleanupCallback?: PFLT_CONTEXT_CLEANUP_CALLBACK | null, Size?: number | bigint | object, PoolTag?: string | number,
  ContextAllocateCallback?: PFLT_CONTEXT_ALLOCATE_CALLBACK | null, ContextFreeCallback?: PFLT_CONTEXT_FREE_CALLBACK | null,
];

/** Returns STATUS_PENDING to answer later, with FltPrepareComplete and the like. */
declare type PFLT_TRANSACTION_NOTIFICATION_CALLBACK = (FltObjects: PCFLT_RELATED_OBJECTS, TransactionContext: PFLT_CONTEXT, NotificationMask: number) => NTSTATUS;
declare type PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK = (Instance: PFLT_INSTANCE, SectionContext: PFLT_CONTEXT, Data: PFLT_CALLBACK_DATA | null) => NTSTATUS;

/** Where a name provider puts the name it makes. */
interface FLT_NAME_CONTROL { Name: UNICODE_STRING; }
/** FILE_NAMES_INFORMATION for one component, as a name provider fills it. */
interface FILE_NAMES_BUFFER { FileName: string; FileNameLength: number; }
/** Makes the name that filters above will see. */
declare type PFLT_GENERATE_FILE_NAME = (Instance: PFLT_INSTANCE, FileObject: PFILE_OBJECT, CallbackData: PFLT_CALLBACK_DATA | null, NameOptions: number, CacheFileNameInformation: Ref<boolean | number>, FileName: FLT_NAME_CONTROL) => NTSTATUS;
declare type PFLT_NORMALIZE_NAME_COMPONENT = (Instance: PFLT_INSTANCE, ParentDirectory: UNICODE_STRING, VolumeNameLength: number, Component: UNICODE_STRING, ExpandComponentName: FILE_NAMES_BUFFER, ExpandComponentNameLength: number, Flags: number, NormalizationContext: Ref<any>) => NTSTATUS;
declare type PFLT_NORMALIZE_NAME_COMPONENT_EX = (Instance: PFLT_INSTANCE, FileObject: PFILE_OBJECT, ParentDirectory: UNICODE_STRING, VolumeNameLength: number, Component: UNICODE_STRING, ExpandComponentName: FILE_NAMES_BUFFER, ExpandComponentNameLength: number, Flags: number, NormalizationContext: Ref<any>) => NTSTATUS;
declare type PFLT_NORMALIZE_CONTEXT_CLEANUP = (NormalizationContext: Ref<any>) => void;

/** Runs before the operation goes down. IRQL <= APC_LEVEL. */
declare type PFLT_PRE_OPERATION_CALLBACK = (Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>) => Returned<FLT_PREOP_CALLBACK_STATUS>;
/** Runs when the operation has completed below. IRQL <= DISPATCH_LEVEL, in any thread. */
declare type PFLT_POST_OPERATION_CALLBACK = (Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: PVOID, Flags: number) => Returned<FLT_POSTOP_CALLBACK_STATUS>;
/** Runs after IoCallDriver has returned. IopbSnapshot is the copy made at the request; OperationStatus what the lower driver returned. */
declare type PFLT_GET_OPERATION_STATUS_CALLBACK = (FltObjects: PCFLT_RELATED_OBJECTS, IopbSnapshot: PFLT_IO_PARAMETER_BLOCK, OperationStatus: NTSTATUS, RequesterContext: PVOID) => Returned<void>;
declare type PFLT_INSTANCE_SETUP_CALLBACK = (FltObjects: PCFLT_RELATED_OBJECTS, Flags: number, VolumeDeviceType: number, VolumeFilesystemType: number) => Returned<NTSTATUS>;
declare type PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK = (FltObjects: PCFLT_RELATED_OBJECTS, Flags: number) => Returned<NTSTATUS>;
declare type PFLT_INSTANCE_TEARDOWN_CALLBACK = (FltObjects: PCFLT_RELATED_OBJECTS, Reason: number) => Returned<void>;
declare type PFLT_FILTER_UNLOAD_CALLBACK = (Flags: number) => Returned<NTSTATUS>;
declare type PFLT_DEFERRED_IO_WORKITEM_ROUTINE = (FltWorkItem: PFLT_DEFERRED_IO_WORKITEM, CallbackData: PFLT_CALLBACK_DATA, Context: PVOID) => Returned<void>;
/** Any object of the driver that stands for the oplocks of one stream. */
declare type POPLOCK = object;
declare type PFLT_GENERIC_WORKITEM_ROUTINE = (FltWorkItem: PFLT_GENERIC_WORKITEM, FltObject: any, Context: PVOID) => Returned<void>;
declare type PFLT_COMPLETE_CANCELED_CALLBACK = (CallbackData: PFLT_CALLBACK_DATA) => Returned<void>;

/** One operation to see; also written \`[IRP_MJ_READ, 0, PreRead, PostRead]\`. */
interface FLT_OPERATION_REGISTRATION {
  MajorFunction: number;
  /** FLTFL_OPERATION_REGISTRATION_* */
  Flags?: number;
  PreOperation?: PFLT_PRE_OPERATION_CALLBACK | null;
  PostOperation?: PFLT_POST_OPERATION_CALLBACK | null;
}
declare type FLT_OPERATION_REGISTRATION_ROW = readonly [MajorFunction: number, Flags?: number, PreOperation?: PFLT_PRE_OPERATION_CALLBACK | null, PostOperation?: PFLT_POST_OPERATION_CALLBACK | null];

/** What FltRegisterFilter is given. A callback that is left out is NULL. */
interface FLT_REGISTRATION {
  Size?: number;
  /** FLT_REGISTRATION_VERSION */
  Version?: number;
  /** FLTFL_REGISTRATION_* */
  Flags?: number;
  ContextRegistration?: readonly (FLT_CONTEXT_REGISTRATION | FLT_CONTEXT_REGISTRATION_ROW)[] | null;
  OperationRegistration?: readonly (FLT_OPERATION_REGISTRATION | FLT_OPERATION_REGISTRATION_ROW)[] | null;
  FilterUnloadCallback?: PFLT_FILTER_UNLOAD_CALLBACK | null;
  InstanceSetupCallback?: PFLT_INSTANCE_SETUP_CALLBACK | null;
  InstanceQueryTeardownCallback?: PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK | null;
  InstanceTeardownStartCallback?: PFLT_INSTANCE_TEARDOWN_CALLBACK | null;
  InstanceTeardownCompleteCallback?: PFLT_INSTANCE_TEARDOWN_CALLBACK | null;
  GenerateFileNameCallback?: PFLT_GENERATE_FILE_NAME | null;
  NormalizeNameComponentCallback?: PFLT_NORMALIZE_NAME_COMPONENT | null;
  NormalizeContextCleanupCallback?: PFLT_NORMALIZE_CONTEXT_CLEANUP | null;
  TransactionNotificationCallback?: PFLT_TRANSACTION_NOTIFICATION_CALLBACK | null;
  NormalizeNameComponentExCallback?: PFLT_NORMALIZE_NAME_COMPONENT_EX | null;
  SectionNotificationCallback?: PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK | null;
}

/** The System process. */
declare const PsInitialSystemProcess: PEPROCESS;

/** Output goes to the event log, as DbgPrint's does. */
declare const console: { log(...values: unknown[]): void };
`;
