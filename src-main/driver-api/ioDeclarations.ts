/**
 * The hand-written part of fltkernel.d.ts for ports, cancel-safe queues, I/O of a filter's own and extra create parameters.
 * Source: driver-api-usage.md 5.5, 5.10; the reference pages of the callback types and structures.
 */
export const ioDeclarations = `/** Status and Information of a routine: \`const iosb = new IO_STATUS_BLOCK()\`, or a box made by ref(). */
declare class IO_STATUS_BLOCK {
  Status: NTSTATUS;
  /** Bytes transferred, or what the operation says it is. */
  Information: number;
}

/** A server or client port of the Filter Manager. */
interface PFLT_PORT { readonly id: string; }
/** From FltBuildDefaultSecurityDescriptor, or any object for RtlCreateSecurityDescriptor. */
interface SECURITY_DESCRIPTOR { [member: string]: any; }
declare type PSECURITY_DESCRIPTOR = SECURITY_DESCRIPTOR;

/** A program connects. Stores what the other callbacks shall get into ConnectionPortCookie; an error status refuses. ConnectionContext is a copy. */
declare type PFLT_CONNECT_NOTIFY = (ClientPort: PFLT_PORT, ServerPortCookie: PVOID, ConnectionContext: KBUFFER | null, SizeOfContext: number, ConnectionPortCookie: Ref<PVOID>) => Returned<NTSTATUS>;
/** The connection has ended: call FltCloseClientPort. */
declare type PFLT_DISCONNECT_NOTIFY = (ConnectionCookie: PVOID) => Returned<void>;
/** A program sends a message. Both buffers are the program's own: they can vanish any time, so touch them in try and catch only. */
declare type PFLT_MESSAGE_NOTIFY = (PortCookie: PVOID, InputBuffer: KBUFFER | null, InputBufferLength: number, OutputBuffer: KBUFFER | null, OutputBufferLength: number, ReturnOutputBufferLength: Ref<number>) => Returned<NTSTATUS>;

/** A cancel-safe queue: any object of the driver's own. Its callbacks get this very object, so it can carry the list, the lock, or what CONTAINING_RECORD would find. */
interface FLT_CALLBACK_DATA_QUEUE {
  /** What Acquire takes; a spin lock when absent. With the others the queue may not be used above APC_LEVEL. */
  LockKind?: 'spin' | 'mutex' | 'resource';
  [member: string]: any;
}
declare type PFLT_CALLBACK_DATA_QUEUE = FLT_CALLBACK_DATA_QUEUE;
/** Names one insertion: any object. */
declare type PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT = object;
/** Puts Cbd in. The lock is held. */
declare type PFLT_CALLBACK_DATA_QUEUE_INSERT_IO = (Cbdq: PFLT_CALLBACK_DATA_QUEUE, Cbd: PFLT_CALLBACK_DATA, InsertContext: PVOID) => NTSTATUS;
/** Takes Cbd out. The lock is held. */
declare type PFLT_CALLBACK_DATA_QUEUE_REMOVE_IO = (Cbdq: PFLT_CALLBACK_DATA_QUEUE, Cbd: PFLT_CALLBACK_DATA) => void;
/** The next match behind Cbd, the first for null. The lock is held. */
declare type PFLT_CALLBACK_DATA_QUEUE_PEEK_NEXT_IO = (Cbdq: PFLT_CALLBACK_DATA_QUEUE, Cbd: PFLT_CALLBACK_DATA | null, PeekContext: PVOID) => PFLT_CALLBACK_DATA | null;
/** Takes the lock; Irql is for the old level of a spin lock. */
declare type PFLT_CALLBACK_DATA_QUEUE_ACQUIRE = (Cbdq: PFLT_CALLBACK_DATA_QUEUE, Irql: Ref<number>) => void;
/** Releases the lock. */
declare type PFLT_CALLBACK_DATA_QUEUE_RELEASE = (Cbdq: PFLT_CALLBACK_DATA_QUEUE, Irql: number) => void;
/** Completes an operation that was cancelled and has been taken out already. The lock is not held. */
declare type PFLT_CALLBACK_DATA_QUEUE_COMPLETE_CANCELED_IO = (Cbdq: PFLT_CALLBACK_DATA_QUEUE, Cbd: PFLT_CALLBACK_DATA) => void;

/** I/O of the filter's own has ended; CallbackData.IoStatus says how. IRQL <= DISPATCH_LEVEL, in any thread. */
declare type PFLT_COMPLETED_ASYNC_IO_CALLBACK = (CallbackData: PFLT_CALLBACK_DATA, Context: PVOID) => Returned<void>;

/** A list of extra create parameters. */
interface PECP_LIST { readonly id: string; }
/** The parameter's context is about to be freed. EcpType is its GUID as text. */
declare type PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK = (EcpContext: PVOID, EcpType: string) => void;

/** What a create gets beside its parameters. Prepare it with IoInitializeDriverCreateContext. */
declare class IO_DRIVER_CREATE_CONTEXT {
  Size: number;
  ExtraCreateParameter: PECP_LIST | null;
  DeviceObjectHint: PVOID;
  TxnParameters: TXN_PARAMETER_BLOCK | null;
}
/** The transaction a create takes part in. */
interface TXN_PARAMETER_BLOCK { Length?: number; TxFsContext?: number; TransactionObject: PKTRANSACTION | null; }
`;
