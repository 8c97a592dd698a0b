/**
 * Handing back pended operations, work items, safe completion and cancellation.
 *
 *
 */
import { assertExists } from '../../base/assert.ts';
import {
  FLTFL_CALLBACK_DATA_DRAINING_IO, FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLT_PREOP_COMPLETE, FLT_PREOP_DISALLOW_FSFILTER_IO, FLT_PREOP_SUCCESS_NO_CALLBACK,
  FLT_PREOP_SUCCESS_WITH_CALLBACK, STATUS_CANCELLED, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_NOT_SAFE_TO_POST_OPERATION, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { APC_LEVEL, PASSIVE_LEVEL, type Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { PFLT_COMPLETE_CANCELED_CALLBACK } from '../wdk.ts';
import type { FLT_CALLBACK_DATA } from './callbackData.ts';
import { preStatusName } from './callbackStatus.ts';
import { type CallRecord, type Core, isSafeIrql } from './core.ts';
import { completeFromDevice, resumeDown, resumeUp } from './dispatch.ts';
import { Findings } from './findings.ts';
import type { Ref } from './handles.ts';
import type { Filter, Instance } from './instance.ts';
import type { Hold, Operation } from './operation.ts';
import { isPaging } from './operationFacts.ts';
import { cancelKept } from './oplockHolds.ts';
import { acceptedValue, finishPost } from './postOperation.ts';
import { handBack, valueUndefined } from './preOperation.ts';
import { cancelQueued } from './queues.ts';
import { rememberCall } from './violationSites.ts';
import type { WorkItem } from './workItems.ts';

const whereOf = (core: Core, operation: Operation | null) => ({ filter: core.activation?.filter ?? null, instance: core.activation?.instance ?? null, operation });

/** The hold of the calling filter on the operation, or null. */
function ownHold(core: Core, operation: Operation): Hold | null {
  const { hold } = operation;
  return hold !== null && hold.instance.filter === core.activation?.filter ? hold : null;
}

/** a status that FltCompletePendedPreOperation does not take has an effect only by another reading. */
const isObeyed = (core: Core, status: number): boolean => core.readings.misuseUndefined || (status === FLT_PREOP_DISALLOW_FSFILTER_IO && core.is('R-4.2', 'accepted'));

/** FltCompletePendedPreOperation. A refused call leaves the operation pended. */
export function completePendedPre(core: Core, operation: Operation, status: number, context: unknown, call: CallRecord | null): void {
  core.logCall(call);
  const activation = assertExists(core.activation);
  const where = whereOf(core, operation);
  const accepted = status === FLT_PREOP_COMPLETE || status === FLT_PREOP_SUCCESS_NO_CALLBACK || status === FLT_PREOP_SUCCESS_WITH_CALLBACK;
  if (!accepted) core.violate('FV-060', where, { status: preStatusName(status) });
  if (!accepted && !isObeyed(core, status)) return;
  if (accepted && status !== FLT_PREOP_COMPLETE && activation.irql > APC_LEVEL) {
    core.violate('FV-061', where);
    if (!core.readings.misuseUndefined) return;
  }
  const hold = ownHold(core, operation);
  if (hold?.phase === 'post') return core.violate('FV-063', where);
  if (hold === null || hold.early !== null) return core.violate('FV-064', where);
  const { thread, irql } = activation;
  const { instance, frameCall } = hold;
  const entry = assertExists(instance.filter.entries[operation.major]);
  const value = accepted || !core.readings.misuseUndefined ? status : valueUndefined(entry, status);
  if (!hold.pended) {
    hold.early = { status: value, context, thread, irql };
    operation.shown.close();
    return;
  }
  const step = handBack(core, frameCall, hold, entry, value, context, false);
  resumeDown(core, frameCall, instance, step === 'complete' ? 'complete' : 'go-on', thread, irql);
}

/** FltCompletePendedPostOperation. */
export function completePendedPost(core: Core, operation: Operation, call: CallRecord | null): void {
  core.logCall(call);
  const activation = assertExists(core.activation);
  const where = whereOf(core, operation);
  const hold = ownHold(core, operation);
  if (hold?.phase === 'pre') return core.violate('FV-062', where);
  if (hold === null || hold.early !== null) return core.violate('FV-064', where);
  const { thread, irql } = activation;
  if (!hold.pended || activeSafeRoutine(core, operation, hold)) {
    hold.early = { status: FLT_POSTOP_FINISHED_PROCESSING, context: null, thread, irql };
    operation.shown.close();
    return;
  }
  const inPost = core.is('R-3.10', 'posts-context');
  finishHeldPost(core, operation, hold, FLT_POSTOP_FINISHED_PROCESSING, new Findings(), inPost ? hold.thread : thread, inPost ? hold.irql : irql);
}

/** A safe routine of this hold is still running: its return decides, and the call counts as early. */
function activeSafeRoutine(core: Core, operation: Operation, hold: Hold): boolean {
  for (let record = core.activation; record !== null; record = record.parent) {
    if (record.kind === 'safe' && record.operation === operation && record.instance === hold.instance) return true;
  }
  for (const record of core.parked) {
    if (record.kind === 'safe' && record.operation === operation && record.instance === hold.instance) return true;
  }
  return false;
}

function finishHeldPost(core: Core, operation: Operation, hold: Hold, value: number, findings: Findings, thread: EngineThread, irql: Irql): void {
  const { frameCall } = hold;
  finishPost(core, operation, hold, value, findings);
  resumeUp(core, frameCall, thread, irql);
}

/** FltDoCompletionProcessingWhenSafe, after the table of. */
export function doCompletionProcessingWhenSafe(core: Core, operation: Operation, data: FLT_CALLBACK_DATA, safe: unknown, args: { readonly objects: unknown; readonly context: unknown; readonly flags: unknown }, answer: Ref<number>, call: CallRecord | null): boolean {
  const activation = assertExists(core.activation);
  const { hold } = operation;
  const possible = activation.kind === 'post' && activation.operation === operation && hold !== null && typeof safe === 'function';
  const legal = possible && operation.kind === 'irp';
  if (!legal) core.violate('FV-044', whereOf(core, operation));
  if (!(legal || (possible && core.readings.misuseUndefined)) || activation.instance === null) {
    answer.value = FLT_POSTOP_FINISHED_PROCESSING;
    return false;
  }
  const { instance } = activation;
  const routine = safe as (...values: unknown[]) => unknown;
  if (isSafeIrql(activation.irql)) {
    core.logCall(call);
    const record = core.enter('safe', routine.name, operation, instance.filter, instance, activation.thread, activation.irql);
    record.data = data;
    record.routine = routine;
    record.givenContext = args.context;
    const result = core.run(record, () => routine(data, args.objects, args.context, args.flags));
    answer.value = typeof result === 'number' ? result : Number.NaN;
    hold.safeStatus = answer.value;
    return true;
  }
  if (isPaging(hold.received) || (instance.state !== 'attached' && !core.is('R-3.22', 'queued'))) {
    answer.value = FLT_POSTOP_FINISHED_PROCESSING;
    hold.safeStatus = answer.value;
    return false;
  }
  core.queueWorkItem({ kind: 'safe', filter: instance.filter, instance, operation, routine, handle: null, context: args.context, queueType: 0 });
  answer.value = FLT_POSTOP_MORE_PROCESSING_REQUIRED;
  hold.safeStatus = answer.value;
  return true;
}

/** FltQueueDeferredIoWorkItem. `draining`: the data is the copy of a draining post. */
export function queueDeferredIo(core: Core, operation: Operation, data: FLT_CALLBACK_DATA, item: { readonly handle: WorkItem['handle']; readonly routine: WorkItem['routine']; readonly queueType: number; readonly context: unknown }): number {
  const activation = assertExists(core.activation);
  const where = whereOf(core, operation);
  if (operation.kind !== 'irp') {
    core.violate('FV-065', where);
    return core.is('R-4.13', 'invalid-parameter') ? STATUS_INVALID_PARAMETER : STATUS_FLT_NOT_SAFE_TO_POST_OPERATION;
  }
  if (item.queueType !== 0 && item.queueType !== 1) {
    core.violate('FV-066', where);
    return core.is('R-4.15', 'not-safe') ? STATUS_FLT_NOT_SAFE_TO_POST_OPERATION : STATUS_INVALID_PARAMETER;
  }
  const instance = activation.instance ?? operation.hold?.instance ?? null;
  if ((instance !== null && instance.state !== 'attached') || (data.Flags & FLTFL_CALLBACK_DATA_DRAINING_IO) !== 0) return STATUS_FLT_DELETING_OBJECT;
  if (isPaging(operation.block) || operation.topLevelIrp) return STATUS_FLT_NOT_SAFE_TO_POST_OPERATION;
  core.queueWorkItem({ kind: 'deferred', filter: activation.filter, instance, operation, ...item });
  rememberCall(core, operation, 'queue');
  operation.shown.close();
  return STATUS_SUCCESS;
}

/** Runs a work item that has been taken out of its queue. Safe routines finish the post they belong to. */
export function runWorkItem(core: Core, item: WorkItem, thread: EngineThread, irql: Irql = PASSIVE_LEVEL): void {
  const { operation, filter, instance, routine } = item;
  const { threads } = core;
  if (item.kind === 'context') {
    (routine as (thread: EngineThread, irql: Irql) => void)(thread, irql);
    return;
  }
  const record = core.enter(item.kind === 'safe' ? 'safe' : 'work', routine.name, operation, filter, instance, thread, irql);
  record.routine = routine;
  threads.workers.take(thread);
  const run = routine as (...values: unknown[]) => unknown;
  if (item.kind !== 'safe' || operation === null) {
    record.data = operation?.data ?? null;
    threads.runThen(record, () => run(...workArguments(item)), () => threads.workers.giveBack(thread));
    return;
  }
  record.data = operation.data;
  record.givenContext = item.context;
  const objects = instance?.objectsFor(operation.iopb.TargetFileObject) ?? null;
  threads.runThen(record, () => run(operation.data, objects, item.context, 0), (result) => {
    threads.workers.giveBack(thread);
    safeRoutineReturned(core, operation, instance, result, thread, irql);
  });
}

/** What a work routine is called with: a deferred item gets the callback data, a generic one its instance or filter. */
function workArguments(item: WorkItem): unknown[] {
  const { kind, handle, context, operation, instance, filter } = item;
  switch (kind) {
    case 'deferred':
      return [handle, operation?.data, context];
    case 'io':
    case 'ex':
      return [...(item.arguments ?? [])];
    default:
      return [handle, instance?.handle ?? filter.handle, context];
  }
}

function safeRoutineReturned(core: Core, operation: Operation, instance: Instance | null, result: unknown, thread: EngineThread, irql: Irql): void {
  const { hold } = operation;
  if (hold === null || hold.instance !== instance || hold.phase !== 'post') return;
  const findings = new Findings();
  const value = acceptedValue(core, operation, typeof result === 'number' ? result : Number.NaN, findings);
  if (value === FLT_POSTOP_MORE_PROCESSING_REQUIRED && hold.early === null) {
    findings.report(core, hold.instance, operation, result);
    return;
  }
  if (hold.pended) finishHeldPost(core, operation, hold, FLT_POSTOP_FINISHED_PROCESSING, findings, thread, irql);
  else hold.early ??= { status: value, context: null, thread, irql };
}

/** FltSetCancelCompletion. */
export function setCancelCompletion(core: Core, operation: Operation, routine: unknown): number {
  const activation = assertExists(core.activation);
  const where = whereOf(core, operation);
  const refusal = core.is('R-4.30', 'not-supported') ? STATUS_NOT_SUPPORTED : STATUS_INVALID_PARAMETER;
  if (operation.kind !== 'irp' || isPaging(operation.block)) {
    core.violate('FV-072', where);
    return refusal;
  }
  if (operation.queue !== null) {
    core.violate('FV-073', where);
    return refusal;
  }
  if (operation.canceled) return STATUS_CANCELLED;
  const instance = activation.instance ?? operation.hold?.instance;
  if (instance === undefined || typeof routine !== 'function') return STATUS_INVALID_PARAMETER;
  operation.cancelRoutine = { instance, routine: routine as PFLT_COMPLETE_CANCELED_CALLBACK };
  rememberCall(core, operation, 'cancel');
  return STATUS_SUCCESS;
}

/** FltClearCancelCompletion: whoever wins owns the completion. */
export function clearCancelCompletion(operation: Operation, filter: Filter | null): number {
  if (operation.cancelRoutine === null || operation.cancelRoutine.instance.filter !== filter) return STATUS_CANCELLED;
  operation.cancelRoutine = null;
  return STATUS_SUCCESS;
}

/**
 * The IRP is cancelled: by the I/O manager, by FltCancelIo or by a teardown that cannot drain it.
 *
 * Returns whether there was somebody to tell. Without a queue, a cancel routine or a pending lower driver only the bit is set.
 */
export function cancelOperation(core: Core, operation: Operation, thread: EngineThread, irql: Irql): boolean {
  if (operation.state === 'completed') return false;
  core.event({ kind: 'cancel', operation, thread, irql, rule: 'R-4.32' });
  operation.canceled = true;
  if (cancelKept(operation)) return true;
  if (operation.cancelWaits !== null) for (const wait of operation.cancelWaits) wait.settle(STATUS_CANCELLED);
  if (operation.queue !== null) {
    cancelQueued(core, operation.queue, operation, thread, irql);
    return true;
  }
  if (operation.cancelRoutine !== null) {
    const { instance, routine } = operation.cancelRoutine;
    operation.cancelRoutine = null;
    const record = core.enter('cancel', '', operation, instance.filter, instance, thread, irql);
    record.data = operation.data;
    record.routine = routine;
    core.run(record, () => routine(operation.data));
    return true;
  }
  const { hold } = operation;
  if (!operation.atDevice && hold?.pended === true) core.hint('E-11', { filter: hold.instance.filter, instance: hold.instance, operation }, {}, null);
  if (!operation.atDevice || core.options.lowerDevice.cancel?.(operation) === false) return false;
  completeFromDevice(core, operation, thread, irql, STATUS_CANCELLED, 0, {});
  return true;
}
