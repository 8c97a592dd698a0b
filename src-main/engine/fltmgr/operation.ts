/**
 * One operation on its way through the stack, and its passage through each frame.
 *
 * each operation has its own callback data, completion nodes, pend state and status-callback requests. Nothing here
 * relies on the JavaScript stack: an operation that is pended, waiting or at the file system is described by these fields alone.
 */
import type { NTSTATUS } from '../../nt/ntStatus.ts';
import type { OperationKind, IoRequest } from '../iomgr/request.ts';
import type { Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Wait } from '../kernel/wait.ts';
import type { CallSite, IopbChange } from '../observer.ts';
import type { PFLT_COMPLETED_ASYNC_IO_CALLBACK, PFLT_COMPLETE_CANCELED_CALLBACK, PFLT_GET_OPERATION_STATUS_CALLBACK, PFLT_POST_OPERATION_CALLBACK } from '../wdk.ts';
import { callbackDataFriend, FLT_CALLBACK_DATA, IO_STATUS_BLOCK } from './callbackData.ts';
import type { CancelSafeQueue } from './cancelSafeQueue.ts';
import type { PFLT_INSTANCE } from './handles.ts';
import type { Frame, Instance, Volume } from './instance.ts';
import type { ParameterBlock } from './parameterBlock.ts';
import { FLT_IO_PARAMETER_BLOCK, iopbFriend } from './parameters.ts';
import type { WorkItem } from './workItems.ts';

/** What FltMgr keeps for a filter that is owed a post callback (filter-manager-core.md 1.1). */
export interface CompletionNode {
  readonly instance: Instance;
  readonly post: PFLT_POST_OPERATION_CALLBACK;
  readonly completionContext: unknown;
  /** What its pre received: what its post will see. */
  readonly received: ParameterBlock;
  readonly thread: EngineThread;
  readonly irql: Irql;
  synchronized: boolean;
  drained: boolean;
  /** Of the next filter above that is owed a post. */
  readonly above: CompletionNode | null;
  /** The filter swapped a buffer or an MDL, so the operation cannot be drained. */
  readonly swapped: boolean;
  /** The buffer it put in, and the MDL that FltMgr frees after its post; null where it put in none. */
  readonly swappedBuffer: unknown;
  readonly swappedMdl: unknown;
}

/** A request of FltRequestOperationStatusCallback. */
export interface StatusRequest {
  readonly instance: Instance;
  readonly routine: PFLT_GET_OPERATION_STATUS_CALLBACK;
  readonly requesterContext: unknown;
  readonly snapshot: ParameterBlock;
  readonly snapshotTarget: PFLT_INSTANCE | null;
  /** What the requester's pre had received. */
  readonly received: ParameterBlock;
  readonly site: CallSite | null;
}

/** An FltCompletePended... call that came before the callback had returned. */
export interface EarlyResume {
  readonly status: number;
  readonly context: unknown;
  readonly thread: EngineThread;
  readonly irql: Irql;
}

/** A callback of a filter that holds the operation, from the call until the filter hands it back. One object an operation, reused. */
export class Hold {
  phase: 'pre' | 'post' = 'pre';
  instance: Instance;
  frameCall: FrameCall;
  node: CompletionNode | null = null;
  /** What the callback received. */
  received: ParameterBlock;
  thread: EngineThread;
  irql: Irql = 0;
  /** False while the callback itself is still running. */
  pended = false;
  early: EarlyResume | null = null;
  /** Requests made in this pre, for FV-084. */
  requests: StatusRequest[] | null = null;
  /** The MDL that FltLockUserBuffer put into the field during this hold. */
  lockedMdl: unknown = null;
  /** The parameters a reissue in this post has used. */
  reissued: ParameterBlock | null = null;
  /** FltDoCompletionProcessingWhenSafe answered this, and the post must return it. */
  safeStatus: number | null = null;
  retainMdl = false;
  /** IoStatus as the post got it. */
  entryStatus = 0 as NTSTATUS;

  constructor(frameCall: FrameCall, instance: Instance, received: ParameterBlock, thread: EngineThread) {
    this.frameCall = frameCall;
    this.instance = instance;
    this.received = received;
    this.thread = thread;
  }

  begin(phase: 'pre' | 'post', frameCall: FrameCall, instance: Instance, node: CompletionNode | null, received: ParameterBlock, thread: EngineThread, irql: Irql): void {
    this.phase = phase;
    this.frameCall = frameCall;
    this.instance = instance;
    this.node = node;
    this.received = received;
    this.thread = thread;
    this.irql = irql;
    this.pended = false;
    this.early = null;
    this.requests = null;
    this.lockedMdl = null;
    this.reissued = null;
    this.safeStatus = null;
    this.retainMdl = false;
  }
}

/** The passage of an operation through one frame. */
export class FrameCall {
  readonly operation: Operation;
  /** Changes when the operation is redirected to another volume. */
  frame: Frame;
  readonly upper: FrameCall | null;
  /** Instances still to come start at `next`. */
  list: readonly Instance[];
  next = 0;
  /** Altitude of the last instance that was reached. */
  position: string | null = null;
  /** The lowest completion node; the others hang above it. */
  lowestNode: CompletionNode | null = null;
  requests: StatusRequest[] | null = null;
  /** Who called this frame, and whether that call has not returned yet, for the caller as well as on our stack. */
  enteredThread: EngineThread;
  entryOpen = true;
  entryOnStack = true;
  /** A node was synchronized by the thread that entered. */
  synchronizedEntry = false;
  inLowerCall = false;
  callThread: EngineThread;
  callIrql: Irql;
  lowerStatus: NTSTATUS;
  /** Completion of the lower call has reached this frame, and waits for the synchronized start. */
  completionDue = false;
  /** Context in which deferred completion processing starts. */
  startThread: EngineThread | null = null;
  startIrql: Irql = 0;
  completedByFilter = false;
  /** The Iopb as the frame's lower driver got it. */
  sentBlock: ParameterBlock | null = null;
  /** Context in which posts are running, or go on. */
  postThread: EngineThread;
  postIrql: Irql = 0;
  /** The frame's last post is finished. */
  left = false;
  leftStatus: NTSTATUS;

  constructor(operation: Operation, frame: Frame, upper: FrameCall | null, thread: EngineThread, irql: Irql) {
    this.operation = operation;
    this.frame = frame;
    this.upper = upper;
    this.list = frame.instances;
    this.enteredThread = thread;
    this.callThread = thread;
    this.callIrql = irql;
    this.postThread = thread;
    this.lowerStatus = 0 as NTSTATUS;
    this.leftStatus = 0 as NTSTATUS;
  }
}

export type OperationState = 'running' | 'pended' | 'completed';

export class Operation {
  /** Number of the operation in events. */
  readonly index: number;
  readonly kind: OperationKind;
  readonly major: number;
  readonly minor: number;
  /** What was issued; null for I/O that a filter generated. */
  readonly request: IoRequest | null;
  readonly thread: EngineThread;
  readonly irql: Irql;
  readonly volume: Volume;
  /** The instance that generated or reissued it; null for the I/O manager's own. */
  readonly initiator: Instance | null;
  /** The live callback data. */
  readonly data: FLT_CALLBACK_DATA;
  readonly iopb: FLT_IO_PARAMETER_BLOCK;
  readonly ioStatus: IO_STATUS_BLOCK;
  readonly initial: ParameterBlock;
  /** Flags without DIRTY, POST_OPERATION and DRAINING_IO. */
  readonly baseFlags: number;
  readonly requestorMode: number;
  readonly topLevelIrp: boolean;
  state: OperationState = 'running';
  canceled: boolean;
  /** The file system holds the IRP. */
  atDevice = false;
  newSystemBuffer: unknown = null;
  /** Whoever completed it: the file system, or a filter in pre. */
  completedBy: Instance | null = null;
  current: FrameCall | null = null;
  /** The values that go down, or that the callback under way received. */
  block: ParameterBlock;
  /** The filter that holds the operation; there is one at most. */
  hold: Hold | null = null;
  holdStorage: Hold | null = null;
  /** TagData as last accepted. */
  tagData: unknown = null;
  /** Handed to the file system; null as long as it was not. */
  sentBlock: ParameterBlock | null = null;
  /** Every write to the Iopb since the issue, when the engine tracks writes. */
  iopbHistory: IopbChange[] = [];
  /** Where routines were called of which a violation may tell later, when the engine tracks writes. */
  callSites: Map<string, CallSite> | null = null;
  /** MDLs by the buffer they describe, made by FltLockUserBuffer or the file system. */
  lockedMdls: Map<unknown, unknown> | null = null;
  cancelRoutine: { readonly instance: Instance; readonly routine: PFLT_COMPLETE_CANCELED_CALLBACK } | null = null;
  queue: CancelSafeQueue | null = null;
  /** Context it was inserted with, for FltCbdqRemoveIo. */
  queueContext: unknown = null;
  /** Deferred work items and safe routines that wait in a work queue. */
  workItems: WorkItem[] | null = null;
  /** The thread that is in a callback which waits: what that thread would do next for this operation is put off. */
  suspendedIn: EngineThread | null = null;
  putOff: { readonly thread: EngineThread; readonly action: () => void }[] | null = null;
  /** Waits that end when the operation is cancelled (FltCancellableWaitFor...). */
  cancelWaits: Set<Wait> | null = null;
  asyncCallback: { readonly routine: PFLT_COMPLETED_ASYNC_IO_CALLBACK; readonly context: unknown; readonly data: FLT_CALLBACK_DATA } | null = null;
  /** Called at once when the operation is completed: a thread waits for it. */
  onCompleted: ((operation: Operation) => void) | null = null;
  /** The request that the I/O manager sent instead, after STATUS_REPARSE (GEN-040). */
  successor: Operation | null = null;
  /** Called after the event in which the operation completes. */
  followUp: ((operation: Operation) => void) | null = null;
  /** For the host's own use. */
  tag: unknown = null;
  /** Neighbours in the engine's list of operations under way. */
  previousActive: Operation | null = null;
  nextActive: Operation | null = null;

  constructor(init: {
    index: number; kind: OperationKind; block: ParameterBlock; request: IoRequest | null; thread: EngineThread; irql: Irql; volume: Volume;
    initiator: Instance | null; baseFlags: number; requestorMode: number; topLevelIrp: boolean; canceled: boolean;
  }) {
    this.index = init.index;
    this.kind = init.kind;
    this.initial = init.block;
    this.major = init.block.majorFunction;
    this.minor = init.block.minorFunction;
    this.request = init.request;
    this.thread = init.thread;
    this.irql = init.irql;
    this.volume = init.volume;
    this.initiator = init.initiator;
    this.baseFlags = init.baseFlags;
    this.topLevelIrp = init.topLevelIrp;
    this.canceled = init.canceled;
    this.iopb = new FLT_IO_PARAMETER_BLOCK(init.block, null);
    this.ioStatus = new IO_STATUS_BLOCK();
    this.data = new FLT_CALLBACK_DATA(this, this.iopb, this.ioStatus, init.baseFlags, init.thread.ethread, init.requestorMode);
    this.requestorMode = init.requestorMode;
    this.block = init.block;
  }

  /** IoStatus.Status as it stands; final once `state` is `completed`. */
  get status(): NTSTATUS {
    return this.ioStatus.Status;
  }

  get information(): number {
    return this.ioStatus.Information;
  }

  /** Takes the one Hold of this operation into use. */
  beginHold(phase: 'pre' | 'post', frameCall: FrameCall, instance: Instance, node: CompletionNode | null, received: ParameterBlock, thread: EngineThread, irql: Irql): Hold {
    this.holdStorage ??= new Hold(frameCall, instance, received, thread);
    this.holdStorage.begin(phase, frameCall, instance, node, received, thread, irql);
    this.hold = this.holdStorage;
    return this.holdStorage;
  }

  /** The Iopb as the file system got it, or null. A copy. */
  get sent(): FLT_IO_PARAMETER_BLOCK | null {
    return this.sentBlock === null ? null : new FLT_IO_PARAMETER_BLOCK(this.sentBlock, null);
  }

  /** The Iopb as it was issued. A copy. */
  get issued(): FLT_IO_PARAMETER_BLOCK {
    return new FLT_IO_PARAMETER_BLOCK(this.initial, null);
  }

  /** The Iopb as it is now. A copy. */
  get now(): FLT_IO_PARAMETER_BLOCK {
    return new FLT_IO_PARAMETER_BLOCK(iopbFriend.share(this.iopb), this.iopb.TargetInstance);
  }
}

/** The operation behind callback data; null for data that a filter allocated. */
export function operationOf(data: FLT_CALLBACK_DATA): Operation | null {
  const owner = callbackDataFriend.owner(data);
  return owner instanceof Operation ? owner : null;
}
