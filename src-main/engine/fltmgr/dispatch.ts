/**
 * The way of an operation through the frames, down and up again.
 *
 * A frame is left in one of two ways: its lower driver completes the
 * operation, or one of its filters does. A frame that makes the thread that entered it wait returns to the frame above later;
 * that is why entering and returning are separate steps here and nothing depends on the JavaScript stack.
 */
import { assertExists } from '../../base/assert.ts';
import { ntStatus, type NTSTATUS } from '../../nt/ntStatus.ts';
import { FLTFL_CALLBACK_DATA_NEW_SYSTEM_BUFFER, IRP_MJ_CREATE, STATUS_FLT_DISALLOW_FAST_IO, STATUS_PENDING } from '../../nt/values.generated.ts';
import { DISPATCH_LEVEL, PASSIVE_LEVEL, type Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { Core } from './core.ts';
import type { Frame, Instance, Route } from './instance.ts';
import type { LowerExtras } from './lowerDevice.ts';
import { CompletionNode, FrameCall, type Operation } from './operation.ts';
import { isSkipped } from './operationFacts.ts';
import { rememberMdl, memberBuffer } from './buffers.ts';
import { callPost } from './postOperation.ts';
import { callPre, type Step } from './preOperation.ts';
import { deliverStatusCallbacks, dropStatusRequests } from './statusCallback.ts';
import { operationDone } from './completion.ts';

/** The entered frame keeps the calling thread: it will return later. */
export const waits = -1;

/** Enters a frame. Returns what its dispatch routine returns, or `waits`. */
export function enterFrame(core: Core, call: FrameCall, thread: EngineThread, irql: Irql): number {
  call.operation.current = call;
  runPres(core, call, thread, irql);
  call.entryOnStack = false;
  if (isSuspended(call.operation, thread)) {
    putOff(call.operation, thread, () => settleEntry(core, call));
    return waits;
  }
  const status = entryResult(core, call);
  if (status !== waits) call.entryOpen = false;
  return status;
}

/** (a) to (c): what a frame's dispatch routine returns now, or `waits`. */
function entryResult(core: Core, call: FrameCall): number {
  const { operation } = call;
  if (call.left) return call.completedByFilter || (call.startThread !== null && !core.readings.lowerCallStatus) ? call.leftStatus : call.lowerStatus;
  if (operation.inDevice || (operation.isIrp && (call.inLowerCall || call.synchronizedEntry || (waitsForCreate(core, operation) && operation.thread === call.enteredThread)))) return waits;
  return STATUS_PENDING;
}

/** a create is synchronized with the thread that originated it, whatever filters return. */
const waitsForCreate = (core: Core, { major }: Operation): boolean => major === IRP_MJ_CREATE && !core.readings.createsNotSynchronized;

/** Lets a waiting frame return to the frame above, if its time has come. */
function settleEntry(core: Core, call: FrameCall): void {
  if (!call.entryOpen || call.entryOnStack) return;
  if (isSuspended(call.operation, call.enteredThread)) {
    putOff(call.operation, call.enteredThread, () => settleEntry(core, call));
    return;
  }
  const status = entryResult(core, call);
  if (status === waits) return;
  call.entryOpen = false;
  if (call.upper !== null) lowerReturned(core, call.upper, ntStatus(status));
}

// ---- threads that wait in a callback

/** The thread waits in a callback for this operation: nothing it does afterwards may happen yet. */
const isSuspended = (operation: Operation, thread: EngineThread): boolean => operation.rare !== null && operation.suspendedIn === thread;

function putOff(operation: Operation, thread: EngineThread, action: () => void): void {
  (operation.putOff ??= []).push({ thread, action });
}

/** The thread goes on: what was put off happens, innermost first, until it waits again. */
function resumeThread(operation: Operation, thread: EngineThread): void {
  const { putOff: list } = operation;
  if (list === null) return;
  for (let at = 0; at < list.length && !isSuspended(operation, thread);) {
    const entry = list[at];
    if (entry === undefined || entry.thread !== thread) {
      at++;
      continue;
    }
    list.splice(at, 1);
    entry.action();
  }
  if (list.length === 0) operation.putOff = null;
}

/** A pre callback that had to wait has returned: the frame goes on as if it had returned at once. */
export function continueDown(core: Core, call: FrameCall, instance: Instance, step: Step, thread: EngineThread, irql: Irql): void {
  const { operation } = call;
  operation.suspendedIn = null;
  if (step === 'go-on' || step === 'complete') resumeDown(core, call, instance, step, thread, irql);
  resumeThread(operation, thread);
}

/** A post callback that had to wait has returned. */
export function continueUp(core: Core, call: FrameCall, finished: boolean, thread: EngineThread): void {
  const { operation } = call;
  operation.suspendedIn = null;
  if (finished) resumeUp(core, call, call.postThread, call.postIrql);
  resumeThread(operation, thread);
}

// ---- down

function nextRoute(core: Core, call: FrameCall): Route | null {
  const { operation } = call;
  const current = call.frame.routes(operation.major);
  // chosen now, not from a list fixed at the start. Lists are replaced when an instance attaches or goes.
  if (call.routes !== current && !core.readings.fixedList) call.moveTo(current);
  const { routes } = call;
  while (call.next < routes.length) {
    const route = routes[call.next++] as Route;
    if (!route.instance.attached || (route.flags !== 0 && isSkipped(core, route.flags, operation))) continue;
    return route;
  }
  return null;
}

/** Runs pre callbacks until the operation is pended, completed or at the lower driver. */
export function runPres(core: Core, call: FrameCall, thread: EngineThread, irql: Irql): void {
  for (;;) {
    const route = nextRoute(core, call);
    if (route === null) {
      callLower(core, call, thread, irql);
      return;
    }
    const { instance, entry, pre } = route;
    if (pre === null) {
      // post only, as if a pre had returned WITH_CB with a NULL context.
      if (entry.post !== null && !core.readings.postOnlyIgnored) call.lowestNode = new CompletionNode(instance, entry.post, null, call.operation.block, call.lowestNode, null, null);
      continue;
    }
    const step = callPre(core, call, instance, entry, pre, thread, irql);
    if (step === 'go-on') continue;
    if (step === 'complete') completedByFilter(core, call, instance, thread, irql);
    return;
  }
}

/** The frame goes on with an operation that one of its filters handed back. */
export function resumeDown(core: Core, call: FrameCall, instance: Instance, step: 'go-on' | 'complete', thread: EngineThread, irql: Irql): void {
  if (step === 'go-on') runPres(core, call, thread, irql);
  else completedByFilter(core, call, instance, thread, irql);
  settleEntry(core, call);
}

/** decides where deferred completion processing will start; leaves it null for a plain operation. */
function fixStart(core: Core, call: FrameCall): void {
  const { operation } = call;
  if (!operation.isIrp) return;
  if (waitsForCreate(core, operation)) {
    call.startThread = operation.thread;
    call.startIrql = PASSIVE_LEVEL;
    return;
  }
  if (core.readings.ownPostOnly) return;
  let lowest = call.lowestNode;
  while (lowest !== null && lowest.synchronized === null) lowest = lowest.above;
  if (lowest === null || lowest.synchronized === null) return;
  call.startThread = lowest.synchronized.thread;
  call.startIrql = lowest.synchronized.irql;
}

function callLower(core: Core, call: FrameCall, thread: EngineThread, irql: Irql): void {
  const { operation } = call;
  fixStart(core, call);
  call.inLowerCall = true;
  call.callThread = thread;
  call.callIrql = irql;
  call.sentBlock = operation.block;
  core.observer?.lowerCalled(operation, call.frame.number, thread, irql);
  const lower = frameBelow(call.frame);
  if (lower === null) {
    callDevice(core, call, thread, irql);
    return;
  }
  const inner = new FrameCall(operation, lower, call, thread, irql);
  if (core.readings.servedInLowestFrame) {
    inner.requests = call.requests;
    call.requests = null;
  }
  const status = enterFrame(core, inner, thread, irql);
  if (status !== waits) lowerReturned(core, call, ntStatus(status));
}

function frameBelow(frame: Frame): Frame | null {
  if (frame.number === 0) return null;
  return assertExists(frame.volume.frames[frame.volume.frames.length - frame.number]);
}

function callDevice(core: Core, call: FrameCall, thread: EngineThread, irql: Irql): void {
  const { operation } = call;
  operation.sentBlock = operation.block;
  operation.shown.show(operation.block, null, operation.baseFlags);
  const answer = core.options.lowerDevice.dispatch({ operation, iopb: operation.iopb, volume: call.frame.volume, thread, irql });
  // The file system may keep its own notes in the block; they are nobody else's business.
  operation.block = operation.sentBlock;
  switch (answer.kind) {
    case 'complete':
      completeInCall(core, call, thread, irql, answer.status, answer.information, answer);
      return;
    case 'wait':
      if (core.activation !== null) throw new RangeError(`Operation ${operation.index} cannot wait in the file system while a driver's routine is running.`);
      operation.inDevice = true;
      return;
    case 'pend':
      operation.atDevice = true;
      operation.state = 'pended';
      lowerReturned(core, call, STATUS_PENDING);
      return;
    case 'pend-early':
      completeFromDevice(core, operation, answer.thread, answer.irql, answer.status, answer.information, answer);
      deviceReturned(core, call, thread, STATUS_PENDING);
      return;
    case 'decline':
      // the posts that are owed still run.
      if (core.is('R-2.33', 'no-posts')) forgetPosts(operation);
      completeFromDevice(core, operation, thread, irql, STATUS_FLT_DISALLOW_FAST_IO, 0, {});
      deviceReturned(core, call, thread, STATUS_FLT_DISALLOW_FAST_IO);
  }
}

/** The file system completes inside the call and returns the same status. */
function completeInCall(core: Core, call: FrameCall, thread: EngineThread, irql: Irql, status: number, information: number, extras: LowerExtras): void {
  const { operation } = call;
  if (operation.isIrp && core.readings.completesAfterCall) {
    lowerReturned(core, call, ntStatus(status));
    completeFromDevice(core, operation, thread, irql, status, information, extras);
    return;
  }
  completeFromDevice(core, operation, thread, irql, status, information, extras);
  deviceReturned(core, call, thread, ntStatus(status));
}

/** The thread that has waited inside the file system comes out of it. */
export function returnFromDevice(core: Core, operation: Operation, status: number, information: number): void {
  const call = assertExists(operation.current);
  operation.inDevice = false;
  completeInCall(core, call, call.callThread, call.callIrql, status, information, {});
}

/** Nobody is owed a post any more, in any frame. */
function forgetPosts(operation: Operation): void {
  for (let call = operation.current; call !== null; call = call.upper) call.lowestNode = null;
}

/** The file system's dispatch routine returns to the thread that called it, once that thread is out of the callbacks inside. */
function deviceReturned(core: Core, call: FrameCall, thread: EngineThread, status: NTSTATUS): void {
  const { operation } = call;
  if (isSuspended(operation, thread)) putOff(operation, thread, () => lowerReturned(core, call, status));
  else lowerReturned(core, call, status);
}

/** IoCallDriver of this frame has returned: status callbacks, then what completion had to wait. */
function lowerReturned(core: Core, call: FrameCall, status: NTSTATUS): void {
  const { operation } = call;
  call.inLowerCall = false;
  call.lowerStatus = status;
  if (operation.isIrp) core.observer?.lowerReturned(operation, call.frame.number, call.callThread, call.callIrql, status);
  const later = core.readings.statusAfterWait && call.startThread !== null && !call.left;
  if (call.requests !== null && !later) deliverStatusCallbacks(core, call, core.readings.ioStatusForRequests && call.left ? call.leftStatus : status, call.callThread, call.callIrql);
  if (call.completionDue) {
    call.completionDue = false;
    runPosts(core, call, assertExists(call.startThread), call.startIrql);
  }
  settleEntry(core, call);
}

// ---- up

export function completeFromDevice(core: Core, operation: Operation, thread: EngineThread, irql: Irql, status: number, information: number, extras: LowerExtras): void {
  const call = assertExists(operation.current);
  const level = operation.atDevice && operation.isIrp && core.readings.postsAtDispatch ? DISPATCH_LEVEL : irql;
  operation.atDevice = false;
  operation.state = 'running';
  operation.shown.assign(status, information);
  if (extras.mdl !== undefined) rememberMdl(operation, memberBuffer(operation), extras.mdl);
  if (extras.newSystemBuffer !== undefined) operation.newSystemBuffer = extras.newSystemBuffer;
  core.observer?.lowerCompleted(operation, thread, irql, ntStatus(status), information);
  lowerCompleted(core, call, thread, level);
}

/** Completion by the lower driver reaches this frame. */
function lowerCompleted(core: Core, call: FrameCall, thread: EngineThread, irql: Irql): void {
  if (call.startThread === null) runPosts(core, call, thread, irql);
  else if (call.inLowerCall) call.completionDue = true;
  else runPosts(core, call, call.startThread, call.startIrql);
}

/** a filter of this frame completed, disallowed or was failed. */
function completedByFilter(core: Core, call: FrameCall, instance: Instance, thread: EngineThread, irql: Irql): void {
  const { operation } = call;
  call.completedByFilter = true;
  operation.completedBy = instance;
  operation.cancelRoutine = null;
  fixStart(core, call);
  const served = core.readings.servedAtCompletion;
  if (call.requests !== null && !served) dropStatusRequests(core, call);
  const status = operation.status;
  if (call.startThread !== null) runPosts(core, call, call.startThread, call.startIrql);
  else if (core.readings.completesInOriginatingThread) runPosts(core, call, operation.thread, operation.irql);
  else runPosts(core, call, thread, irql);
  if (call.requests !== null && served) deliverStatusCallbacks(core, call, status, thread, irql);
}

/** Runs the posts that are owed, lowest first, and leaves the frame when the last is finished. */
export function runPosts(core: Core, call: FrameCall, thread: EngineThread, irql: Irql): void {
  const { operation } = call;
  const create = operation.isIrp && waitsForCreate(core, operation);
  call.postThread = thread;
  call.postIrql = irql;
  for (let node = call.lowestNode; node !== null; node = call.lowestNode) {
    call.lowestNode = node.above;
    if (node.drained) continue;
    if (create) {
      call.postThread = operation.thread;
      call.postIrql = PASSIVE_LEVEL;
    } else if (node.synchronized !== null) {
      if (core.readings.ownPostOnly && call.inLowerCall) {
        call.lowestNode = node;
        call.startThread = node.synchronized.thread;
        call.startIrql = node.synchronized.irql;
        call.completionDue = true;
        return;
      }
      call.postThread = node.synchronized.thread;
      call.postIrql = node.synchronized.irql;
    }
    if (!callPost(core, call, node)) return;
  }
  leaveFrame(core, call);
}

/** A pended post is finished: the rest follows in the resuming context. */
export function resumeUp(core: Core, call: FrameCall, thread: EngineThread, irql: Irql): void {
  runPosts(core, call, thread, irql);
  settleEntry(core, call);
}

function leaveFrame(core: Core, call: FrameCall): void {
  const { operation, upper, postThread, postIrql } = call;
  call.left = true;
  call.leftStatus = operation.status;
  if (call.requests !== null && core.readings.statusAfterWait && call.startThread !== null && !call.inLowerCall) {
    deliverStatusCallbacks(core, call, call.leftStatus, call.callThread, call.callIrql);
  }
  if (upper === null) {
    operationDone(core, operation, postThread, postIrql);
  } else {
    operation.current = upper;
    lowerCompleted(core, upper, postThread, postIrql);
  }
  settleEntry(core, call);
}

/** Flags a post sees: POST_OPERATION comes on top. */
export const completionFlags = (operation: Operation): number => operation.baseFlags | (operation.rare === null || operation.newSystemBuffer === null ? 0 : FLTFL_CALLBACK_DATA_NEW_SYSTEM_BUFFER);
