/**
 * Teardown of an instance: start, drain, complete.
 *
 * R-5.21 (PFLT_INSTANCE_TEARDOWN_CALLBACK; PFLT_INSTANCE_QUERY_TEARDOWN_CALLBACK).
 */
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  FLTFL_CALLBACK_DATA_DRAINING_IO, FLTFL_CALLBACK_DATA_POST_OPERATION, FLTFL_INSTANCE_TEARDOWN_MANUAL, FLTFL_POST_OPERATION_DRAINING, FLT_POSTOP_FINISHED_PROCESSING,
  STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_POST_OPERATION_CLEANUP, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { PASSIVE_LEVEL } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { ActivationKind } from '../observer.ts';
import { FLT_CALLBACK_DATA, IO_STATUS_BLOCK } from './callbackData.ts';
import type { Core } from './core.ts';
import type { Instance } from './instance.ts';
import type { CompletionNode, FrameCall, Operation } from './operation.ts';
import { FLT_IO_PARAMETER_BLOCK } from './parameters.ts';
import { cancelOperation } from './pending.ts';

/** Manual detach: an absent query-teardown callback refuses, and so does an error or warning status. */
export function queryTeardown(core: Core, instance: Instance, thread: EngineThread): number {
  const routine = instance.filter.registration.InstanceQueryTeardownCallback;
  if (typeof routine !== 'function') return STATUS_FLT_DO_NOT_DETACH;
  const objects = instance.objectsFor(null);
  const record = core.enter('queryTeardown', '', null, instance.filter, instance, thread, PASSIVE_LEVEL);
  record.fltObjects = objects;
  record.routine = routine;
  const result = core.run(record, () => routine(objects, 0));
  return typeof result === 'number' ? result >>> 0 : STATUS_SUCCESS;
}

export function detachManually(core: Core, instance: Instance, thread: EngineThread): number {
  const status = queryTeardown(core, instance, thread);
  if (ntSuccess(status)) startTeardown(core, instance, thread, FLTFL_INSTANCE_TEARDOWN_MANUAL);
  return status;
}

function runTeardownCallback(core: Core, kind: ActivationKind, instance: Instance, thread: EngineThread, reason: number): void {
  const { InstanceTeardownStartCallback, InstanceTeardownCompleteCallback } = instance.filter.registration;
  const routine = kind === 'teardownStart' ? InstanceTeardownStartCallback : InstanceTeardownCompleteCallback;
  if (typeof routine !== 'function') return;
  const objects = instance.objectsFor(null);
  const record = core.enter(kind, '', null, instance.filter, instance, thread, PASSIVE_LEVEL);
  record.fltObjects = objects;
  record.flags = reason;
  record.routine = routine;
  core.run(record, () => routine(objects, reason));
}

/** From here on new operations skip the instance. */
function markTeardown(core: Core, instance: Instance, thread: EngineThread, reason: number): void {
  instance.state = 'tearing-down';
  core.teardowns.push({ instance, thread, reason });
  core.event({ kind: 'teardown', instance, phase: 'start', rule: 'R-1.16' });
}

/** A teardown that another thread starts while a callback runs: teardown-start has run there already. */
export function startTeardownRace(core: Core, instance: Instance): void {
  if (instance.state === 'attached') markTeardown(core, instance, core.systemThread, FLTFL_INSTANCE_TEARDOWN_MANUAL);
}

export function startTeardown(core: Core, instance: Instance, thread: EngineThread, reason: number): void {
  if (instance.state !== 'attached') return;
  markTeardown(core, instance, thread, reason);
  runTeardownCallback(core, 'teardownStart', instance, thread, reason);
  const held = core.active().filter(({ hold }) => hold?.pended === true && hold.instance === instance);
  if (held.length > 0) core.violate('FV-120', { filter: instance.filter, instance, operation: null }, { n: String(held.length) }, null);
  for (const operation of core.active()) {
    if (core.readings.requestDroppedAtTeardown) dropRequests(operation, instance);
    drainOperation(core, operation, instance, thread);
  }
}

const frameCallsOf = (operation: Operation): FrameCall[] => {
  const calls: FrameCall[] = [];
  for (let call = operation.current; call !== null; call = call.upper) calls.push(call);
  return calls;
};

function dropRequests(operation: Operation, instance: Instance): void {
  for (const call of frameCallsOf(operation)) {
    const rest = call.requests?.filter((request) => request.instance !== instance) ?? [];
    call.requests = rest.length === 0 ? null : rest;
  }
}

/** calls the post that is owed now, or cancels what cannot be drained. */
function drainOperation(core: Core, operation: Operation, instance: Instance, thread: EngineThread): void {
  for (const call of frameCallsOf(operation)) {
    for (let node = call.lowestNode; node !== null; node = node.above) {
      if (node.instance !== instance || node.drained) continue;
      if (node.swapped) {
        cancelOperation(core, operation, thread, PASSIVE_LEVEL);
        return;
      }
      drainNode(core, call, node, thread);
    }
  }
}

/** R-3.13 (INFERRED): in the teardown thread at PASSIVE; `Data` is a copy, writes to it go nowhere. */
function drainNode(core: Core, call: FrameCall, node: CompletionNode, thread: EngineThread): void {
  const { operation } = call;
  const { instance, received, completionContext, post } = node;
  node.drained = true;
  const status = core.readings.drainStatusUnchanged ? operation.ioStatus.Status : STATUS_FLT_POST_OPERATION_CLEANUP;
  const flags = operation.baseFlags | FLTFL_CALLBACK_DATA_DRAINING_IO | FLTFL_CALLBACK_DATA_POST_OPERATION;
  const iopb = new FLT_IO_PARAMETER_BLOCK(received, instance.handle);
  const data = new FLT_CALLBACK_DATA(operation, iopb, new IO_STATUS_BLOCK(status, 0), flags, operation.thread.ethread, operation.requestorMode);
  const objects = instance.objectsFor(received.targetFileObject);
  const record = core.enter('drain', '', operation, instance.filter, instance, thread, PASSIVE_LEVEL);
  record.frameCall = call;
  record.data = data;
  record.fltObjects = objects;
  record.routine = post;
  record.givenContext = completionContext;
  record.flags = FLTFL_POST_OPERATION_DRAINING;
  record.receivedBlock = received;
  record.receivedTarget = instance.handle;
  const result = core.run(record, () => post(data, objects, completionContext, FLTFL_POST_OPERATION_DRAINING));
  if (result !== FLT_POSTOP_FINISHED_PROCESSING) core.violate('FV-043', { filter: instance.filter, instance, operation }, {}, null);
}

/** Whether an operation still needs the instance. */
function isHeld(core: Core, instance: Instance): boolean {
  for (let record = core.activation; record !== null; record = record.parent) {
    if (record.instance === instance) return true;
  }
  for (let operation = core.firstActive; operation !== null; operation = operation.nextActive) {
    if (operation.initiator === instance || operation.hold?.instance === instance) return true;
    for (let call = operation.current; call !== null; call = call.upper) {
      for (let node = call.lowestNode; node !== null; node = node.above) {
        if (node.instance === instance && !node.drained) return true;
      }
      if (call.requests?.some((request) => request.instance === instance) === true) return true;
    }
  }
  return false;
}

/** instances that became free complete in the order in which their teardown started. */
export function completeTeardowns(core: Core): void {
  if (core.teardowns.length === 0) return;
  for (const teardown of [...core.teardowns]) {
    const { instance, thread, reason } = teardown;
    if (isHeld(core, instance)) continue;
    core.teardowns.splice(core.teardowns.indexOf(teardown), 1);
    instance.state = 'detached';
    instance.frame.remove(instance);
    instance.filter.instances.splice(instance.filter.instances.indexOf(instance), 1);
    core.event({ kind: 'teardown', instance, phase: 'complete', rule: 'R-1.17' });
    runTeardownCallback(core, 'teardownComplete', instance, thread, reason);
  }
}

