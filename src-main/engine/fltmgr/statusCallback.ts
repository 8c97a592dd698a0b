/**
 * FltRequestOperationStatusCallback: the request, the snapshot and the delivery.
 *
 * Section 5 of filter-manager-core.md, R-5.1 to R-5.24 (FltRequestOperationStatusCallback; PFLT_GET_OPERATION_STATUS_CALLBACK).
 */
import { irqlName, APC_LEVEL, type Irql } from '../kernel/irql.ts';
import {
  FLTFL_CALLBACK_DATA_DIRTY, IRP_MJ_CLOSE, STATUS_FLT_DELETING_OBJECT, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { NTSTATUS } from '../../nt/ntStatus.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { PFLT_GET_OPERATION_STATUS_CALLBACK } from '../wdk.ts';
import { refusedStatus } from './callChecks.ts';
import type { Core } from './core.ts';
import type { FrameCall, Operation, StatusRequest } from './operation.ts';
import { FLT_IO_PARAMETER_BLOCK, iopbState } from './parameters.ts';

const routineName = 'FltRequestOperationStatusCallback';

/** fixes the order of the checks: arguments, IRQL, caller, kind, CLOSE, teardown, memory. */
export function requestStatusCallback(core: Core, operation: Operation | null, routine: unknown, requesterContext: unknown): number {
  const activation = core.activation;
  const where = { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation };
  if (activation !== null && activation.instance !== null && activation.instance.state !== 'attached' && core.is('R-5.7', 'teardown-first')) return STATUS_FLT_DELETING_OBJECT;
  if (operation === null || typeof routine !== 'function') {
    core.violate('FV-083', where);
    return operation !== null && core.is('R-5.5', 'undefined') ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
  }
  if (activation !== null && activation.irql > APC_LEVEL) {
    core.violate('FV-090', where, { api: routineName, irql: irqlName(activation.irql), max: irqlName(APC_LEVEL) });
    if (!core.readings.performedAboveIrql) return refusedStatus;
  }
  const { hold } = operation;
  if (activation?.kind !== 'pre' || activation.operation !== operation || hold === null || activation.instance === null) {
    core.violate('FV-080', where);
    return STATUS_INVALID_PARAMETER;
  }
  if (operation.kind !== 'irp') {
    core.violate('FV-082', where);
    if (!core.is('R-5.5', 'undefined')) return STATUS_INVALID_PARAMETER;
  }
  if (operation.major === IRP_MJ_CLOSE) {
    core.violate('FV-081', where);
    return STATUS_INVALID_PARAMETER;
  }
  if (activation.instance.state !== 'attached') return STATUS_FLT_DELETING_OBJECT;
  if (core.options.allocate?.(routineName) === false) return STATUS_INSUFFICIENT_RESOURCES;

  // the live block as it is, marked dirty or not. Sharing it makes the next write copy.
  const marked = core.is('R-5.11', 'marked-only') && (operation.data.Flags & FLTFL_CALLBACK_DATA_DIRTY) === 0;
  const request: StatusRequest = {
    instance: activation.instance, routine: routine as PFLT_GET_OPERATION_STATUS_CALLBACK, requesterContext, snapshot: marked ? hold.received : operation.shown.share(),
    snapshotTarget: marked ? activation.instance.handle : operation.iopb.TargetInstance, received: hold.received, site: core.site(),
  };
  const { frameCall } = hold;
  (frameCall.requests ??= []).push(request);
  (hold.requests ??= []).push(request);
  return STATUS_SUCCESS;
}

/** each request once, newest first, in the thread that made the lower call. */
export function deliverStatusCallbacks(core: Core, call: FrameCall, status: NTSTATUS, thread: EngineThread, irql: Irql): void {
  const requests = call.requests ?? [];
  call.requests = null;
  const order = core.readings.oldestRequestFirst ? requests : requests.toReversed();
  for (const request of order) deliver(core, call, request, status, thread, irql);
}

function deliver(core: Core, call: FrameCall, request: StatusRequest, status: NTSTATUS, thread: EngineThread, irql: Irql): void {
  const { operation } = call;
  const { instance } = request;
  // FltObjects describes the requester, with the file object of the snapshot.
  const objects = instance.objectsFor((core.is('R-5.20', 'live') ? operation.block : request.snapshot).targetFileObject);
  const snapshot = new FLT_IO_PARAMETER_BLOCK(request.snapshot, request.snapshotTarget);
  iopbState(snapshot).watcher = core.iopbWatcher;
  const record = core.enter('status', '', operation, instance.filter, instance, thread, irql);
  record.frameCall = call;
  record.beginStatus(request, snapshot, status, objects);
  core.run(record, () => request.routine(objects, snapshot, status, request.requesterContext));
  iopbState(snapshot).close();
  if (thread !== operation.thread) core.violate('FV-086', { filter: instance.filter, instance, operation }, { thread: thread.name }, request.site);
}

/** no lower call, no callback. Reported in request order, before the posts run. `only`: of these, the others stay. */
export function dropStatusRequests(core: Core, call: FrameCall, only: readonly StatusRequest[] | null = null): void {
  const requests = call.requests ?? [];
  const rest = only === null ? [] : requests.filter((request) => !only.includes(request));
  call.requests = rest.length === 0 ? null : rest;
  for (const { instance, requesterContext, site } of only ?? requests) {
    core.violate('FV-085', { filter: instance.filter, instance, operation: call.operation }, { ctx: String(requesterContext) }, site);
  }
}
