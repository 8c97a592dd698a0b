/** What the engine tells somebody who watches: a recorder, a debugger, the conformance runner. */
import { filePlace } from '../base/driverLines.ts';
import type { NTSTATUS } from '../nt/ntStatus.ts';
import type { FLT_CALLBACK_DATA, FLT_RELATED_OBJECTS } from './fltmgr/callbackData.ts';
import type { Filter, Instance } from './fltmgr/instance.ts';
import type { Operation } from './fltmgr/operation.ts';
import type { FLT_IO_PARAMETER_BLOCK } from './fltmgr/parameters.ts';
import type { WorkItem } from './fltmgr/workItems.ts';
import type { Irql } from './kernel/irql.ts';
import type { EngineThread } from './kernel/thread.ts';

/** The driver's call that is under way, where the host knows the place of each call beforehand: it says so around the call. */
export interface CallUnderWay {
  site: CallSite | null;
}

/** A place in driver source, from the host's own knowledge of the stack. Lines and columns from 1. */
export interface CallSite {
  readonly driver: string;
  /** A driver line (base/driverLines.ts). */
  readonly line: number;
  readonly column: number;
  /** Name of the driver's file; absent where it is the one with DriverEntry. */
  readonly file?: string;
}

/** `line 12`, `line 12 of names.ts` */
export const siteText = ({ line, file }: Pick<CallSite, 'line' | 'file'>): string => (file === undefined ? `line ${line}` : `line ${filePlace(line).line} of ${file}`);

/** What about a routine is meant when its line is asked for: the statement that returned a value, or that stored the completion context. */
export interface RoutineAspect {
  /** WDK name of the value. */
  readonly returns?: string;
  readonly setsContext?: boolean;
}

/**
 * Kinds of driver routines the engine calls.
 *
 * `drain` is a post callback with FLTFL_POST_OPERATION_DRAINING; `safe` the routine of FltDoCompletionProcessingWhenSafe;
 * `cancel` the one of FltSetCancelCompletion; `queue` a callback of a cancel-safe queue; `async` the completion callback of
 * generated I/O; `routine` a routine the host ran on its own account; `thread` one of PsCreateSystemThread; `dpc` a deferred procedure
 * call. Context callbacks have the context as `completionContext` and its type as `flags`; `transaction` has the notification there.
 */
export type ActivationKind =
  | 'driverEntry' | 'unload' | 'setup' | 'queryTeardown' | 'teardownStart' | 'teardownComplete'
  | 'pre' | 'post' | 'drain' | 'status' | 'work' | 'safe' | 'cancel' | 'queue' | 'async' | 'routine' | 'thread' | 'dpc'
  | 'portConnect' | 'portDisconnect' | 'portMessage'
  | 'contextCleanup' | 'contextAllocate' | 'contextFree' | 'transaction' | 'generateName' | 'normalizeName' | 'normalizeCleanup';

/** One call of a driver routine. Objects are reused: observers must not keep them beyond the callback's return. */
export interface Activation {
  readonly kind: ActivationKind;
  /** Name of a work, queue or host routine; empty for the others. */
  readonly name: string;
  readonly operation: Operation | null;
  readonly filter: Filter;
  /** Null for driver entry, unload and generic work items. */
  readonly instance: Instance | null;
  readonly thread: EngineThread;
  readonly irql: Irql;
  /** Nesting of driver routines, from 0. */
  readonly depth: number;
  readonly parent: Activation | null;
  readonly data: FLT_CALLBACK_DATA | null;
  readonly fltObjects: FLT_RELATED_OBJECTS | null;
  /** The user's function. */
  readonly routine: ((...args: never[]) => unknown) | null;
  /** pre: what the callback has stored so far; post, drain, safe: the context it is given. */
  readonly completionContext: unknown;
  /** post: FLTFL_POST_OPERATION_*; setup and teardown: flags or reason. */
  readonly flags: number;
  /** status: the copy made at the request, OperationStatus and RequesterContext. */
  readonly iopbSnapshot: FLT_IO_PARAMETER_BLOCK | null;
  readonly operationStatus: NTSTATUS;
  readonly requesterContext: unknown;
  /** status: where the request was made, as far as `callSite` knows. */
  readonly requestSite: CallSite | null;
  /** What this filter's pre received; null where there is no such block. A copy, made when asked for. */
  readonly received: FLT_IO_PARAMETER_BLOCK | null;
  /** What the frame's lower driver was sent. A copy, made when asked for. */
  readonly sent: FLT_IO_PARAMETER_BLOCK | null;
  /** The live block. */
  readonly now: FLT_IO_PARAMETER_BLOCK | null;
}

export type Severity = 'B' | 'V' | 'W' | 'I';

export interface Violation {
  /** `FV-084` */
  readonly id: string;
  readonly severity: Severity;
  readonly sentence: string;
  /** `R-5.9` */
  readonly rule: string;
  /** The document behind the rule. */
  readonly source: string;
  readonly filter: Filter | null;
  readonly instance: Instance | null;
  readonly operation: Operation | null;
  /** Where the driver was when it was found; after a callback's return, the write, call or statement that caused it. Null where no driver code did. */
  readonly site: CallSite | null;
}

/** One call of an Flt routine by a driver. `result` is undefined until the call has returned. */
export interface ApiCall {
  readonly name: string;
  readonly args: readonly unknown[];
  result: unknown;
  /** False while it is under way: `apiReturned` follows. */
  readonly returned: boolean;
  readonly filter: Filter | null;
  readonly operation: Operation | null;
  readonly site: CallSite | null;
}

export type SilentCall = (name: string, args: readonly unknown[]) => void;

/** An event of a run: the operation that was issued last, and events since. */
export interface EventPoint {
  readonly issued: number;
  readonly sequence: number;
}

/** A write to a field of an operation's Iopb. */
export interface IopbChange {
  /** WDK path: `IrpFlags`, `Parameters.Read.Length`. */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
  /** `requestor`, `Filter Manager`, or the driver's name. */
  readonly by: string;
  readonly site: CallSite | null;
  /** Execution point, for the observer that numbers events; 0 until it does. */
  issued: number;
  sequence: number;
}

export type QueueStep = 'acquire' | 'insert' | 'peek' | 'remove' | 'release' | 'canceled';

/**
 * What happens on a connection. `delivered` and `answered` belong to FltSendMessage, `received` and `returned` to FilterSendMessage;
 * `notTaken` is a reply that nobody waits for; `cut`: by the end of the filter.
 */
export type PortStep = 'connected' | 'refused' | 'clientPortClosed' | 'handleClosed' | 'cut' | 'delivered' | 'answered' | 'notTaken' | 'timedOut' | 'received' | 'returned';

export interface PortFacts {
  /** MessageId of FltSendMessage. */
  readonly message?: bigint;
  /** Bytes: of the connection context, the message, the reply or the output. */
  readonly size?: number;
  /** delivered: bytes of the reply that is wanted, header included; 0 for none. */
  readonly replyLength?: number;
  /** refused, returned: of the callback; answered: of the reply header. */
  readonly status?: NTSTATUS;
}

export type EngineEvent =
  /** Told when a call is logged: at once for calls that cause others, else at its return. */
  | { readonly kind: 'api'; readonly call: ApiCall }
  /** A call told of before has returned; its `result` is set. */
  | { readonly kind: 'apiReturned'; readonly call: ApiCall }
  /** `stops`: a debugger offers to stop here (filter-manager-core.md 8); false for warnings and for what the user has zapped. */
  | { readonly kind: 'violation'; readonly violation: Violation; readonly stops: boolean; readonly rule: string }
  | { readonly kind: 'change'; readonly operation: Operation; readonly change: IopbChange; readonly rule: string }
  | { readonly kind: 'workQueued'; readonly item: WorkItem; readonly rule: string }
  | { readonly kind: 'freemdl'; readonly operation: Operation; readonly filter: Filter; readonly mdl: unknown; readonly rule: string }
  | { readonly kind: 'cancel'; readonly operation: Operation; readonly thread: EngineThread; readonly irql: Irql; readonly rule: string }
  | { readonly kind: 'queueStep'; readonly filter: Filter; readonly operation: Operation | null; readonly step: QueueStep; readonly rule: string }
  | { readonly kind: 'teardown'; readonly instance: Instance; readonly phase: 'start' | 'complete'; readonly rule: string }
  /** A routine's thread has to wait; `nested`: on the stack, because the routine is a plain function. */
  | { readonly kind: 'wait'; readonly activation: Activation; readonly what: string; readonly holders: readonly string[]; readonly nested: boolean; readonly rule: string }
  /** Its wait is over; the activation's depth and parent are those of now. */
  | { readonly kind: 'resume'; readonly activation: Activation; readonly what: string; readonly nested: boolean; readonly rule: string }
  /** The Filter Manager takes a context off what it was set on: the object or its instance goes away. */
  | { readonly kind: 'context'; readonly filter: Filter; readonly instance: Instance | null; readonly label: string; readonly step: 'unlinked'; readonly reason: string; readonly rule: string }
  /** The I/O manager comes again after a refused fast I/O or FsFilter call. */
  | { readonly kind: 'fallback'; readonly operation: Operation; readonly major: number; readonly rule: string }
  /** A create ended in STATUS_REPARSE and is sent again as `name`; it is given up when `goesOn` is false. */
  | { readonly kind: 'reparse'; readonly operation: Operation; readonly name: string; readonly volume: string; readonly goesOn: boolean; readonly rule: string }
  /** Something happened on a connection to a communication port. */
  | ({ readonly kind: 'port'; readonly filter: Filter; readonly port: string; readonly connection: string; readonly process: string; readonly step: PortStep; readonly rule: string } & PortFacts)
  /** A suspicion, or a bug that no rule forbids; `id` is one of hints.ts. Told once for each line of a driver. */
  | {
      readonly kind: 'hint'; readonly id: string; readonly sentence: string; readonly advice: string; readonly source: string; readonly filter: Filter | null;
      readonly instance: Instance | null; readonly operation: Operation | null; readonly site: CallSite | null;
    }
  | { readonly kind: 'bugcheck'; readonly code: number; readonly parameter1: number; readonly site: CallSite | null; readonly operation: Operation | null; readonly violation: Violation; readonly rule: string };

/** All methods are called synchronously; the debugger blocks inside `callbackEntered`. */
export interface EngineObserver {
  /** Where the run stands, for an observer that numbers events: the last one it was told of. */
  readonly point?: EventPoint;
  operationIssued(operation: Operation): void;
  callbackEntered(activation: Activation): void;
  /** `result` is what the routine returned, as it returned it. */
  callbackReturned(activation: Activation, result: unknown): void;
  /** A routine is called that the log leaves out. Absent: nobody asks. */
  readonly silentCall?: SilentCall | undefined;
  /** An exception of the driver's own leaves a routine; the run ends with it. */
  routineFailed?(activation: Activation, error: unknown): void;
  /** FltMgr calls the lower driver of a frame; `frame` 0 is the lowest, whose lower driver is the file system. */
  lowerCalled(operation: Operation, frame: number, thread: EngineThread, irql: Irql): void;
  /** The file system completes the operation. */
  lowerCompleted(operation: Operation, thread: EngineThread, irql: Irql, status: NTSTATUS, information: number): void;
  /** The lower call of a frame has returned `status`. IRPs only. */
  lowerReturned(operation: Operation, frame: number, thread: EngineThread, irql: Irql, status: NTSTATUS): void;
  operationCompleted(operation: Operation): void;
  event(event: EngineEvent): void;
}
