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
import type { CallSite, EventPoint, IopbChange } from '../observer.ts';
import type { PFLT_COMPLETED_ASYNC_IO_CALLBACK, PFLT_COMPLETE_CANCELED_CALLBACK, PFLT_GET_OPERATION_STATUS_CALLBACK, PFLT_POST_OPERATION_CALLBACK } from '../wdk.ts';
import { compareAltitudes } from './altitude.ts';
import { callbackDataOwner, FLT_CALLBACK_DATA } from './callbackData.ts';
import type { CancelSafeQueue } from './cancelSafeQueue.ts';
import type { PFLT_INSTANCE } from './handles.ts';
import type { Frame, Instance, Route, Volume } from './instance.ts';
import type { ParameterBlock } from './parameterBlock.ts';
import { FLT_IO_PARAMETER_BLOCK, type IopbState, iopbState } from './parameters.ts';
import { installRareFields } from './rareFields.ts';
import type { WorkItem } from './workItems.ts';

/** Where a filter that returned SYNCHRONIZE waits for its post. */
export interface SynchronizedAt {
  readonly thread: EngineThread;
  readonly irql: Irql;
}

/** A buffer or an MDL that a filter swapped in: its operation cannot be drained. */
export interface SwappedIn {
  /** The buffer it put in, and the MDL that FltMgr frees after its post; null where it put in none. */
  readonly buffer: unknown;
  mdl: unknown;
}

/** What FltMgr keeps for a filter that is owed a post callback (filter-manager-core.md 1.1). */
export class CompletionNode {
  readonly instance: Instance;
  readonly post: PFLT_POST_OPERATION_CALLBACK;
  readonly completionContext: unknown;
  /** What its pre received: what its post will see. */
  readonly received: ParameterBlock;
  /** Of the next filter above that is owed a post. */
  readonly above: CompletionNode | null;
  readonly synchronized: SynchronizedAt | null;
  readonly swapped: SwappedIn | null;
  drained = false;

  constructor(instance: Instance, post: PFLT_POST_OPERATION_CALLBACK, completionContext: unknown, received: ParameterBlock, above: CompletionNode | null, synchronized: SynchronizedAt | null, swapped: SwappedIn | null) {
    this.instance = instance;
    this.post = post;
    this.completionContext = completionContext;
    this.received = received;
    this.above = above;
    this.synchronized = synchronized;
    this.swapped = swapped;
  }
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

/** A pre callback has returned FLT_PREOP_PENDING: the completion context it gave all the same, and its parameters, where a reading asks for them. */
export interface PendState {
  readonly context: unknown;
  readonly changes: { readonly block: ParameterBlock; readonly target: PFLT_INSTANCE | null; readonly flags: number } | null;
}

/** Since when a filter has kept an operation. */
export interface PendedSince {
  /** Virtual time, 100 ns since 1601. */
  readonly time: bigint;
  /** The last event before; null where nobody numbers events. */
  readonly point: EventPoint | null;
}

class RareHoldFields {
  pended = false;
  pendedSince: PendedSince | null = null;
  early: EarlyResume | null = null;
  atPend: PendState | null = null;
  requests: StatusRequest[] | null = null;
  lockedMdl: unknown = null;
  reissued: ParameterBlock | null = null;
  safeStatus: number | null = null;
  retainMdl = false;
  freedMdl: unknown = null;
  cancelledOpen: CallSite | true | null = null;
}

/** A callback of a filter that holds the operation, from the call until the filter hands it back. One object an operation, reused. */
export class Hold {
  instance: Instance;
  frameCall: FrameCall;
  node: CompletionNode | null;
  /** What the callback received. */
  received: ParameterBlock;
  thread: EngineThread;
  irql: Irql;
  /** IoStatus as the post got it. */
  entryStatus = 0 as NTSTATUS;
  /** Null as long as none of the fields declared below was set. */
  rare: RareHoldFields | null = null;
  /** False while the callback itself is still running. */
  declare pended: boolean;
  declare pendedSince: PendedSince | null;
  declare early: EarlyResume | null;
  /** What the callback left when it pended the operation, for the readings that go back to it. */
  declare atPend: PendState | null;
  /** Requests made in this pre, for FV-084. */
  declare requests: StatusRequest[] | null;
  /** The MDL that FltLockUserBuffer put into the field during this hold. */
  declare lockedMdl: unknown;
  /** The parameters a reissue in this post has used. */
  declare reissued: ParameterBlock | null;
  /** FltDoCompletionProcessingWhenSafe answered this, and the post must return it. */
  declare safeStatus: number | null;
  declare retainMdl: boolean;
  /** The MDL in the callback data that the filter has freed by mistake. */
  declare freedMdl: unknown;
  /** Where this post cancelled the open; true where the line is not known. */
  declare cancelledOpen: CallSite | true | null;

  static {
    installRareFields(this, RareHoldFields);
  }

  constructor(frameCall: FrameCall, instance: Instance, node: CompletionNode | null, received: ParameterBlock, thread: EngineThread, irql: Irql) {
    this.instance = instance;
    this.frameCall = frameCall;
    this.node = node;
    this.received = received;
    this.thread = thread;
    this.irql = irql;
  }

  /** Only a post has a completion node. */
  get phase(): 'pre' | 'post' {
    return this.node === null ? 'pre' : 'post';
  }

  beginAgain(frameCall: FrameCall, instance: Instance, node: CompletionNode | null, received: ParameterBlock, thread: EngineThread, irql: Irql): void {
    this.frameCall = frameCall;
    this.instance = instance;
    this.node = node;
    this.received = received;
    this.thread = thread;
    this.irql = irql;
    this.rare = null;
  }
}

function firstBelow(routes: readonly Route[], altitude: string): number {
  const index = routes.findIndex(({ instance }) => compareAltitudes(instance.altitude, altitude) < 0);
  return index < 0 ? routes.length : index;
}

/** The passage of an operation through one frame. */
export class FrameCall {
  readonly operation: Operation;
  /** Changes when the operation is redirected to another volume. */
  frame: Frame;
  readonly upper: FrameCall | null;
  /** Instances still to come start at `next`. */
  routes: readonly Route[];
  next = 0;
  /** Where it started among them, and the altitude below which that was; null: at the top of the frame. */
  first = 0;
  startedBelow: string | null = null;
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
    this.routes = frame.routes(operation.major);
    this.enteredThread = thread;
    this.callThread = thread;
    this.callIrql = irql;
    this.postThread = thread;
    this.lowerStatus = 0 as NTSTATUS;
    this.leftStatus = 0 as NTSTATUS;
  }

  /** Goes on in a frame below an altitude. */
  startBelow(frame: Frame, altitude: string): void {
    this.frame = frame;
    this.routes = frame.routes(this.operation.major);
    this.startedBelow = altitude;
    this.next = firstBelow(this.routes, altitude);
    this.first = this.next;
  }

  /** Goes on in another list of the frame, below the instance that was reached last. */
  moveTo(routes: readonly Route[]): void {
    const reached = this.next > this.first ? (this.routes[this.next - 1]?.instance.altitude ?? null) : this.startedBelow;
    this.routes = routes;
    this.next = reached === null ? 0 : firstBelow(routes, reached);
    this.first = this.next;
    this.startedBelow = reached;
  }
}

export type OperationState = 'running' | 'pended' | 'completed';

interface CancelRoutine {
  readonly instance: Instance;
  readonly routine: PFLT_COMPLETE_CANCELED_CALLBACK;
}

/** What a thread would do next for an operation, once it is out of the callback in which it waits. */
interface PutOff {
  readonly thread: EngineThread;
  readonly action: () => void;
}

interface AsyncCallback {
  readonly routine: PFLT_COMPLETED_ASYNC_IO_CALLBACK;
  readonly context: unknown;
  readonly data: FLT_CALLBACK_DATA;
}

const noChanges: readonly IopbChange[] = Object.freeze([]);

/** What an operation comes from: the request of the I/O manager, or the little a filter's own I/O needs. */
export type OperationOrigin = Pick<IoRequest, 'kind' | 'thread' | 'irql' | 'requestorMode' | 'topLevelIrp' | 'canceled'>;

class RareOperationFields {
  initiator: Instance | null = null;
  topLevelIrp = false;
  canceled = false;
  newSystemBuffer: unknown = null;
  completedBy: Instance | null = null;
  tagData: unknown = null;
  iopbHistory: readonly IopbChange[] = noChanges;
  ioStatusHistory: readonly IopbChange[] = noChanges;
  callSites: Map<string, CallSite> | null = null;
  lockedMdls: Map<unknown, unknown> | null = null;
  cancelRoutine: CancelRoutine | null = null;
  queue: CancelSafeQueue | null = null;
  queueContext: unknown = null;
  workItems: WorkItem[] | null = null;
  suspendedIn: EngineThread | null = null;
  putOff: PutOff[] | null = null;
  cancelWaits: Set<Wait> | null = null;
  asyncCallback: AsyncCallback | null = null;
  onCompleted: ((operation: Operation) => void) | null = null;
  successor: Operation | null = null;
  followUp: ((operation: Operation) => void) | null = null;
}

export class Operation {
  /** Number of the operation in events. */
  readonly index: number;
  readonly kind: OperationKind;
  /** `kind` is `irp`: asked so often that a boolean pays. */
  readonly isIrp: boolean;
  readonly major: number;
  /** What was issued; null for I/O that a filter generated. */
  readonly request: IoRequest | null;
  readonly thread: EngineThread;
  readonly irql: Irql;
  readonly volume: Volume;
  /** The live callback data. */
  readonly data: FLT_CALLBACK_DATA;
  readonly iopb: FLT_IO_PARAMETER_BLOCK;
  /** What is behind them: the values that drivers see now. */
  readonly shown: IopbState;
  readonly initial: ParameterBlock;
  /** Flags without DIRTY, POST_OPERATION and DRAINING_IO. */
  readonly baseFlags: number;
  readonly requestorMode: number;
  state: OperationState = 'running';
  /** The file system holds the IRP. */
  atDevice = false;
  /** The thread that called the file system is still inside it. */
  inDevice = false;
  current: FrameCall | null = null;
  /** The values that go down, or that the callback under way received. */
  block: ParameterBlock;
  /** The filter that holds the operation; there is one at most. */
  hold: Hold | null = null;
  holdStorage: Hold | null = null;
  /** Handed to the file system; null as long as it was not. */
  sentBlock: ParameterBlock | null = null;
  /** For the host's own use. */
  tag: unknown = null;
  /** Null as long as none of the fields declared below was set. */
  rare: RareOperationFields | null = null;
  /** The instance that generated or reissued it; null for the I/O manager's own. */
  declare initiator: Instance | null;
  declare topLevelIrp: boolean;
  declare canceled: boolean;
  declare newSystemBuffer: unknown;
  /** The filter that completed it in pre; null for the file system. */
  declare completedBy: Instance | null;
  /** TagData as last accepted. */
  declare tagData: unknown;
  /** Every write to the Iopb since the issue, when the engine tracks writes. */
  declare iopbHistory: readonly IopbChange[];
  /** Every write of a driver to IoStatus, in the same case. */
  declare ioStatusHistory: readonly IopbChange[];
  /** Where routines were called of which a violation may tell later, when the engine tracks writes. */
  declare callSites: Map<string, CallSite> | null;
  /** MDLs by the buffer they describe, made by FltLockUserBuffer or the file system. */
  declare lockedMdls: Map<unknown, unknown> | null;
  declare cancelRoutine: CancelRoutine | null;
  declare queue: CancelSafeQueue | null;
  /** Context it was inserted with, for FltCbdqRemoveIo. */
  declare queueContext: unknown;
  /** Deferred work items and safe routines that wait in a work queue. */
  declare workItems: WorkItem[] | null;
  /** The thread that is in a callback which waits: what that thread would do next for this operation is put off. */
  declare suspendedIn: EngineThread | null;
  declare putOff: PutOff[] | null;
  /** Waits that end when the operation is cancelled (FltCancellableWaitFor...). */
  declare cancelWaits: Set<Wait> | null;
  declare asyncCallback: AsyncCallback | null;
  /** Called at once when the operation is completed: a thread waits for it. */
  declare onCompleted: ((operation: Operation) => void) | null;
  /** The request that the I/O manager sent instead, after STATUS_REPARSE (GEN-040). */
  declare successor: Operation | null;
  /** Called after the event in which the operation completes. */
  declare followUp: ((operation: Operation) => void) | null;
  /** Neighbours in the engine's list of operations under way. */
  previousActive: Operation | null = null;
  nextActive: Operation | null = null;

  static {
    installRareFields(this, RareOperationFields);
  }

  /** `request`: null for I/O that a filter generated. */
  constructor(index: number, origin: OperationOrigin, block: ParameterBlock, volume: Volume, initiator: Instance | null, baseFlags: number, request: IoRequest | null) {
    const { thread } = origin;
    this.index = index;
    this.kind = origin.kind;
    this.isIrp = origin.kind === 'irp';
    this.initial = block;
    this.major = block.majorFunction;
    this.request = request;
    this.thread = thread;
    this.irql = origin.irql;
    this.volume = volume;
    this.baseFlags = baseFlags;
    if (initiator !== null) this.initiator = initiator;
    if (origin.topLevelIrp === true) this.topLevelIrp = true;
    if (origin.canceled === true) this.canceled = true;
    this.iopb = new FLT_IO_PARAMETER_BLOCK(block, null);
    this.shown = iopbState(this.iopb);
    this.requestorMode = origin.requestorMode;
    this.data = new FLT_CALLBACK_DATA(this, this.iopb, baseFlags, thread.ethread, origin.requestorMode);
    this.block = block;
  }

  get minor(): number {
    return this.initial.minorFunction;
  }

  /** IoStatus.Status as it stands; final once `state` is `completed`. */
  get status(): NTSTATUS {
    return this.shown.status;
  }

  get information(): number {
    return this.shown.information;
  }

  /** Takes the one Hold of this operation into use. */
  beginHold(frameCall: FrameCall, instance: Instance, node: CompletionNode | null, received: ParameterBlock, thread: EngineThread, irql: Irql): Hold {
    const stored = this.holdStorage;
    if (stored !== null) {
      stored.beginAgain(frameCall, instance, node, received, thread, irql);
      this.hold = stored;
      return stored;
    }
    const hold = new Hold(frameCall, instance, node, received, thread, irql);
    this.holdStorage = hold;
    this.hold = hold;
    return hold;
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
    return new FLT_IO_PARAMETER_BLOCK(this.shown.share(), this.shown.target);
  }
}

/** The operation behind callback data; null for data that a filter allocated. */
export function operationOf(data: FLT_CALLBACK_DATA): Operation | null {
  const owner = callbackDataOwner(data);
  return owner instanceof Operation ? owner : null;
}
