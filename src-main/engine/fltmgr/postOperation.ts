/**
 * Post-operation callbacks: the call, the three return values, pending, and what misuse does.
 *
 *
 */
import { ntError, ntStatusName, ntSuccess } from '../../nt/ntStatus.ts';
import {
  FLTFL_CALLBACK_DATA_POST_OPERATION, FLT_POSTOP_DISALLOW_FSFILTER_IO, FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED, FO_FILE_OPEN_CANCELLED,
  IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_QUERY_OPEN, STATUS_FLT_DISALLOW_FAST_IO, STATUS_PENDING, STATUS_REPARSE,
} from '../../nt/values.generated.ts';
import { isGenerator } from '../kernel/wait.ts';
import type { ActivationRecord } from './activation.ts';
import { bufferFields, withLockedMdl } from './buffers.ts';
import { postStatusName } from './callbackStatus.ts';
import type { Core } from './core.ts';
import { completionFlags, continueUp, resumeUp } from './dispatch.ts';
import { Findings } from './findings.ts';
import { isFailedRelease, sectionFailedWrongly } from './fsFilter.ts';
import type { CompletionNode, EarlyResume, FrameCall, Hold, Operation } from './operation.ts';
import { changedFields } from './parameterChanges.ts';
import { fsFilterStatus } from './preOperation.ts';
import { checkOwnedFields, removeQueued } from './returnChecks.ts';

/** Calls one post. True when the filter is finished with the operation, false when it holds it or has to wait. */
export function callPost(core: Core, call: FrameCall, node: CompletionNode): boolean {
  const { operation, postThread, postIrql } = call;
  const { instance } = node;
  const { data, shown } = operation;
  const received = operation.rare === null || operation.lockedMdls === null ? node.received : withLockedMdl(core, operation, node.received);
  const flags = completionFlags(operation) | FLTFL_CALLBACK_DATA_POST_OPERATION;
  const hold = operation.beginHold(call, instance, node, received, postThread, postIrql);
  hold.entryStatus = shown.status;
  if (shown.written) shown.forgetWrites();
  shown.show(received, instance.handle, flags);
  const record = core.enterCallback('post', operation, instance, postThread, postIrql);
  const objects = instance.objectsFor(received.targetFileObject);
  if (core.observer !== null) {
    record.describe(call, data, objects, node.post, received, instance.handle, node.completionContext);
    core.observer.callbackEntered(record);
  }
  let returned: unknown;
  try {
    returned = node.post(data, objects, node.completionContext, 0);
  } catch (error) {
    core.failed(record, error);
  }
  if (typeof returned === 'object' && isGenerator(returned)) return callPostLater(core, call, hold, record, returned);
  returned = core.leave(record, returned);
  if (isPlain(operation, hold, returned)) {
    operation.hold = null;
    return true;
  }
  return postReturned(core, operation, hold, returned);
}

/** A post callback that is a generator. When it has to wait, completion processing stays with its thread. */
function callPostLater(core: Core, call: FrameCall, hold: Hold, record: ActivationRecord, body: Generator<unknown, unknown, void>): boolean {
  const { operation } = call;
  const { thread } = hold;
  let finished: boolean | null = null;
  let late = false;
  core.threads.setAside(record, body, (returned) => {
    finished = postReturned(core, operation, hold, returned);
    if (late) continueUp(core, call, finished, thread);
  });
  late = true;
  if (finished === null) operation.suspendedIn = thread;
  return finished ?? false;
}

/** A plain FINISHED: no check can find anything and nothing is to be freed. */
function isPlain({ shown, rare }: Operation, hold: Hold, returned: unknown): boolean {
  return returned === FLT_POSTOP_FINISHED_PROCESSING && !shown.touched && !shown.written && rare === null && hold.rare === null && hold.node?.swapped === null;
}

function postReturned(core: Core, operation: Operation, hold: Hold, returned: unknown): boolean {
  const findings = new Findings();
  let value = typeof returned === 'number' ? returned : Number.NaN;
  if (hold.safeStatus !== null && value !== hold.safeStatus) {
    findings.add('FV-045', { value: postStatusName(returned), expected: postStatusName(hold.safeStatus) });
    if (!core.readings.misuseUndefined) value = hold.safeStatus;
  }
  value = acceptedValue(core, operation, value, findings);
  if (value === FLT_POSTOP_MORE_PROCESSING_REQUIRED) {
    findings.report(core, hold.instance, operation, returned);
    hold.pended = true;
    hold.pendedSince = core.moment();
    operation.shown.close();
    operation.state = 'pended';
    if (core.is('R-6.20', 'at-return')) freeSwappedMdl(core, operation, hold);
    return hold.early !== null && finishEarly(core, operation, hold, hold.early);
  }
  removeQueued(core, operation, hold.instance, findings);
  finishPost(core, operation, hold, value, findings, returned);
  return true;
}

/** handed back before the callback returned. True when the callback's thread goes on, false when the other one has done so. */
function finishEarly(core: Core, operation: Operation, hold: Hold, { thread, irql }: EarlyResume): boolean {
  const { frameCall } = hold;
  finishPost(core, operation, hold, FLT_POSTOP_FINISHED_PROCESSING, new Findings());
  if (!core.readings.resumingThreadGoesOn) return true;
  resumeUp(core, frameCall, thread, irql);
  return false;
}

/** what counts instead of a value that is not allowed here. */
export function acceptedValue(core: Core, operation: Operation, value: number, findings: Findings): number {
  switch (value) {
    case FLT_POSTOP_FINISHED_PROCESSING:
      return value;
    case FLT_POSTOP_MORE_PROCESSING_REQUIRED:
      if (operation.kind === 'irp') return value;
      findings.add('FV-041');
      return FLT_POSTOP_FINISHED_PROCESSING;
    case FLT_POSTOP_DISALLOW_FSFILTER_IO:
      if (operation.major === IRP_MJ_QUERY_OPEN) return value;
      findings.add('FV-007', {}, 'R-3.18');
      return core.is('R-3.18', 'obeyed') ? value : FLT_POSTOP_FINISHED_PROCESSING;
    default:
      findings.add('FV-040', { value: postStatusName(value) });
      return FLT_POSTOP_FINISHED_PROCESSING;
  }
}

/** The filter hands the operation back after its post, its safe routine or FltCompletePendedPostOperation. */
export function finishPost(core: Core, operation: Operation, hold: Hold, value: number, findings: Findings, returned: unknown = value): void {
  const { instance, received } = hold;
  const { shown } = operation;
  const flags = completionFlags(operation) | FLTFL_CALLBACK_DATA_POST_OPERATION;
  checkOwnedFields(operation, flags, findings);
  checkPostChanges(operation, hold, findings);
  if (shown.written) checkPostStatus(core, operation, hold, findings);
  findings.report(core, instance, operation, returned);
  core.hints?.postReturned(operation, hold, returned);
  if (isFailedRelease(operation) && !core.is('FIO-023', 'obeyed')) shown.assign(hold.entryStatus, 0);
  if (value === FLT_POSTOP_DISALLOW_FSFILTER_IO) shown.assign(fsFilterStatus(core), 0);
  shown.forgetWrites();
  shown.show(received, instance.handle, flags);
  operation.hold = null;
  operation.state = 'running';
  freeSwappedMdl(core, operation, hold);
}

/** FltMgr frees the MDL that was swapped in, once; buffers are always the filter's. */
function freeSwappedMdl(core: Core, operation: Operation, hold: Hold): void {
  const mdl = hold.node?.swapped?.mdl ?? null;
  if (mdl === null || hold.retainMdl) return;
  hold.retainMdl = hold.pended;
  core.event({ kind: 'freemdl', operation, filter: hold.instance.filter, mdl, rule: hold.pended ? 'R-6.20' : 'R-6.17' });
  core.options.freeMdl?.(mdl);
}

/** an Iopb change in post that no reissue has used. The MDL of FltLockUserBuffer is no change of the filter's. */
function checkPostChanges(operation: Operation, hold: Hold, findings: Findings): void {
  const live = operation.shown.block;
  const { received } = hold;
  const targetWritten = operation.iopb.TargetInstance !== hold.instance.handle;
  if (live === received && !targetWritten) return;
  const fields = changedFields(operation, hold.reissued ?? received, live).filter((path) => !isLockedMdl(operation, hold, path));
  if (live.majorFunction !== received.majorFunction) fields.unshift('MajorFunction');
  if (targetWritten) fields.push('TargetInstance');
  if (fields.length > 0) findings.add('FV-031', { fields: fields.join(', ') });
}

const isLockedMdl = (operation: Operation, hold: Hold, path: string): boolean => hold.lockedMdl !== null && path.endsWith('MdlAddress') && bufferFields(operation, operation.shown.block)?.mdl === hold.lockedMdl;

/** judged only when the filter wrote IoStatus. */
function checkPostStatus(core: Core, operation: Operation, hold: Hold, findings: Findings): void {
  const { major, status, information } = operation;
  const words = { status: ntStatusName(status) };
  if ((major === IRP_MJ_CLEANUP || major === IRP_MJ_CLOSE) && !ntSuccess(status)) findings.add('FV-010', words, 'R-3.20');
  if (sectionFailedWrongly(operation)) findings.add('FV-019', words);
  if (isFailedRelease(operation)) findings.add('OV-104', words);
  if (status === STATUS_FLT_DISALLOW_FAST_IO || (status === STATUS_PENDING && !core.is('R-3.20', 'not-reported'))) findings.add('FV-046', words);
  const opened = ntSuccess(hold.entryStatus) && hold.entryStatus !== STATUS_REPARSE;
  const cancelled = ((hold.received.targetFileObject?.Flags ?? 0) & FO_FILE_OPEN_CANCELLED) !== 0;
  if (major === IRP_MJ_CREATE && opened && !ntSuccess(status) && !cancelled) findings.add('FV-048');
  if (ntError(status) && information !== 0) findings.add('FV-053', { n: String(information) });
}
