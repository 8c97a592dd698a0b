/**
 * Pre-operation callbacks: the call, the seven return values, and what misuse does.
 *
 * The same checks serve a return and a hand-back by FltCompletePendedPreOperation.
 */
import { ntStatusName, ntSuccess } from '../../nt/ntStatus.ts';
import {
  FLT_PREOP_COMPLETE, FLT_PREOP_DISALLOW_FASTIO, FLT_PREOP_DISALLOW_FSFILTER_IO, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK,
  FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_PREOP_SYNCHRONIZE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_QUERY_OPEN,
  IRP_MJ_SHUTDOWN, IRP_MJ_VOLUME_DISMOUNT, IRP_MJ_VOLUME_MOUNT, STATUS_FLT_DISALLOW_FAST_IO, STATUS_FLT_DISALLOW_FSFILTER_IO, STATUS_FLT_INTERNAL_ERROR,
  STATUS_PENDING, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { separateFsFilterStatus } from '../iomgr/fallback.ts';
import type { Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import { isGenerator } from '../kernel/wait.ts';
import type { PFLT_PRE_OPERATION_CALLBACK } from '../wdk.ts';
import type { ActivationRecord } from './activation.ts';
import { preStatusName } from './callbackStatus.ts';
import type { Core } from './core.ts';
import { continueDown, resumeDown } from './dispatch.ts';
import { Findings } from './findings.ts';
import { isFailedRelease, sectionFailedWrongly } from './fsFilter.ts';
import type { Instance, OperationEntry } from './instance.ts';
import { CompletionNode, type EarlyResume, type FrameCall, type Hold, type Operation, type PendState } from './operation.ts';
import { cannotBeSynchronized, isOperationSynchronous, isPaging, isReadOrWrite } from './operationFacts.ts';
import { settleChanges, targetChanged, type Outcome } from './parameterChanges.ts';
import { checkOwnedFields, removeQueued } from './returnChecks.ts';
import { deliverStatusCallbacks, dropStatusRequests } from './statusCallback.ts';

/** What the frame does next; `suspended`: nothing, until the callback's thread can go on. */
export type Step = 'go-on' | 'complete' | 'pended' | 'suspended';

export function callPre(core: Core, call: FrameCall, instance: Instance, entry: OperationEntry, pre: PFLT_PRE_OPERATION_CALLBACK, thread: EngineThread, irql: Irql): Step {
  const { operation } = call;
  const { block, data } = operation;
  const hold = operation.beginHold(call, instance, null, block, thread, irql);
  operation.shown.show(block, instance.handle, operation.baseFlags);
  const record = core.enterCallback('pre', operation, instance, thread, irql);
  const objects = instance.objectsFor(block.targetFileObject);
  if (core.observer !== null) {
    record.describe(call, data, objects, pre, block, instance.handle, null);
    core.observer.callbackEntered(record);
  }
  let returned: unknown;
  try {
    returned = pre(data, objects, record.contextRef);
  } catch (error) {
    core.failed(record, error);
  }
  if (typeof returned === 'object' && isGenerator(returned)) return callPreLater(core, call, hold, entry, record, returned);
  returned = core.leave(record, returned);
  const context = record.contextRef.value ?? null;
  if (isPlain(operation, hold, returned, context, entry)) {
    core.hints?.passed(operation, hold, Number(returned));
    operation.hold = null;
    if (returned === FLT_PREOP_SUCCESS_WITH_CALLBACK && entry.post !== null) {
      call.lowestNode = new CompletionNode(instance, entry.post, context, block, call.lowestNode, null, null);
    }
    return 'go-on';
  }
  return preReturned(core, call, hold, entry, returned, context, thread, irql);
}

/** A pre callback that is a generator. When it has to wait its thread stays in it, and the frame with it. */
function callPreLater(core: Core, call: FrameCall, hold: Hold, entry: OperationEntry, record: ActivationRecord, body: Generator<unknown, unknown, void>): Step {
  const { instance, thread, irql } = hold;
  let step: Step = 'suspended';
  let late = false;
  core.threads.setAside(record, body, (returned) => {
    step = preReturned(core, call, hold, entry, returned, record.contextRef.value ?? null, thread, irql);
    if (late) continueDown(core, call, instance, step, thread, irql);
  });
  late = true;
  if (step === 'suspended') call.operation.suspendedIn = thread;
  return step;
}

/** Nothing but a plain pass-down: no check can find anything. */
function isPlain({ shown, rare }: Operation, hold: Hold, returned: unknown, context: unknown, entry: OperationEntry): boolean {
  if (returned === FLT_PREOP_SUCCESS_WITH_CALLBACK ? entry.post === null : returned !== FLT_PREOP_SUCCESS_NO_CALLBACK || context !== null) return false;
  return !shown.touched && !shown.written && rare === null && hold.rare === null;
}

function preReturned(core: Core, call: FrameCall, hold: Hold, entry: OperationEntry, returned: unknown, context: unknown, thread: EngineThread, irql: Irql): Step {
  const { operation } = call;
  if (returned !== FLT_PREOP_PENDING || operation.kind !== 'irp' || (core.readings.pagingRefused && isPaging(hold.received))) {
    return handBack(core, call, hold, entry, returned, context, true);
  }
  const findings = new Findings();
  if (context !== null) findings.add('FV-004', { ctx: String(context), status: 'FLT_PREOP_PENDING' });
  if (isPaging(hold.received)) findings.add('FV-017');
  if (hold.instance.state !== 'attached') {
    // VOL-032: the teardown-start callback has run and will not hand it back.
    findings.add('OV-026');
    if (core.is('VOL-032', 'passed-down')) {
      findings.report(core, hold.instance, operation, returned);
      return handBack(core, call, hold, entry, FLT_PREOP_SUCCESS_NO_CALLBACK, null, true);
    }
  }
  findings.report(core, hold.instance, operation, returned);
  hold.pended = true;
  hold.pendedSince = core.moment();
  hold.atPend = pendState(core, operation, context);
  operation.shown.close();
  const { early } = hold;
  if (early !== null) return resumedEarly(core, call, hold, entry, early);
  operation.state = 'pended';
  if (core.readings.servedWithPending && call.requests !== null) deliverStatusCallbacks(core, call, STATUS_PENDING, thread, irql);
  return 'pended';
}

/** What the readings of go back to when the operation is handed back; null by default. */
function pendState(core: Core, { shown }: Operation, context: unknown): PendState | null {
  const keepsContext = context !== null && core.is('R-2.26', 'kept-when-pended');
  const fixed = core.is('R-4.10', 'ignored');
  if (!keepsContext && !fixed) return null;
  return { context: keepsContext ? context : null, changes: fixed ? { block: shown.share(), target: shown.target, flags: shown.flags } : null };
}

/** it was handed back before the callback returned, and goes on in the callback's thread or, the other reading, in the one that handed it back. */
function resumedEarly(core: Core, call: FrameCall, hold: Hold, entry: OperationEntry, early: EarlyResume): Step {
  const { instance } = hold;
  const step = handBack(core, call, hold, entry, early.status, early.context, false);
  if (!core.readings.resumingThreadGoesOn || step === 'pended' || step === 'suspended') return step;
  resumeDown(core, call, instance, step, early.thread, early.irql);
  return 'pended';
}

/**
 * A filter gives the operation back with `returned`: from its pre callback, or from FltCompletePendedPreOperation.
 *
 * Reports what is wrong, then does what the value says.
 */
export function handBack(core: Core, call: FrameCall, hold: Hold, entry: OperationEntry, returned: unknown, given: unknown, fromCallback: boolean): Step {
  const { operation } = call;
  const { instance } = hold;
  const context = fromCallback ? given : sincePended(operation, hold, returned, given);
  if (asksForPost(returned) && entry.post === null && (fromCallback || !core.is('R-2.25', 'no-callback'))) {
    core.violate('FV-003', { filter: instance.filter, instance, operation }, {}, Findings.siteOf(core, instance, operation, 'FV-003', {}, returned));
  }
  const findings = new Findings();
  const refusal = refusalOf(operation, typeof returned === 'number' ? returned : Number.NaN);
  const counts = core.readings.misuseUndefined && refusal !== null && refusal !== 'FV-017';
  const value = counts ? valueUndefined(entry, returned) : typeof returned === 'number' ? returned : Number.NaN;
  if (refusal !== null) findings.add(refusal, { value: preStatusName(returned) });
  const isRefused = refusal !== null && !counts;
  const passesDown = !isRefused && (value === FLT_PREOP_SUCCESS_WITH_CALLBACK || value === FLT_PREOP_SUCCESS_NO_CALLBACK || value === FLT_PREOP_SYNCHRONIZE);
  if (context !== null && value !== FLT_PREOP_SUCCESS_WITH_CALLBACK && value !== FLT_PREOP_SYNCHRONIZE) findings.add('FV-004', { ctx: String(context), status: preStatusName(returned) }, fromCallback ? null : 'R-4.3');
  if (fromCallback) removeQueued(core, operation, instance, findings);
  checkOwnedFields(operation, operation.baseFlags, findings);
  if (value === FLT_PREOP_COMPLETE) checkCompletion(operation, findings);
  else if (value !== FLT_PREOP_PENDING && operation.shown.written) findings.add('FV-020', {}, value === FLT_PREOP_DISALLOW_FASTIO ? 'R-2.23' : null);
  if (!isRefused && !passesDown && targetChanged(operation, hold)) findings.add('FV-024');

  let outcome: Outcome = { sent: hold.received, target: null, swap: undefined };
  let synchronized = false;
  if (passesDown) {
    if (value === FLT_PREOP_SYNCHRONIZE) synchronized = checkSynchronize(core, operation, findings);
    if (operation.cancelRoutine !== null) {
      findings.add('FV-074');
      if (!core.is('R-4.33', 'kept')) operation.cancelRoutine = null;
    }
    if (operation.shown.block !== hold.received || operation.iopb.TargetInstance !== instance.handle) outcome = settleChanges(core, operation, hold, value, findings);
  }
  findings.report(core, instance, operation, returned);
  core.hints?.preReturned(operation, hold, value, synchronized);

  operation.hold = null;
  operation.state = 'running';
  operation.data.Flags = operation.baseFlags;
  operation.block = outcome.sent;
  if (!passesDown || outcome.failed === true) {
    operation.shown.show(hold.received, instance.handle, operation.baseFlags);
    finish(core, operation, isRefused || passesDown ? Number.NaN : value);
    return 'complete';
  }
  if (hold.requests !== null && core.readings.servedWithPostOnly && (value === FLT_PREOP_SUCCESS_NO_CALLBACK || entry.post === null)) dropStatusRequests(core, call, hold.requests);
  if (operation.shown.written && !core.readings.preStatusVisible) operation.shown.assign(STATUS_SUCCESS, 0);
  operation.shown.forgetWrites();
  if (value !== FLT_PREOP_SUCCESS_NO_CALLBACK && entry.post !== null) {
    const { swap } = outcome;
    const swapped = swap === undefined ? null : { buffer: swap.bufferChanged ? swap.now.buffer : null, mdl: swap.mdl === hold.freedMdl ? null : swap.mdl };
    call.lowestNode = new CompletionNode(instance, entry.post, context, hold.received, call.lowestNode, synchronized ? { thread: hold.thread, irql: hold.irql } : null, swapped);
    if (synchronized && call.entryOpen && hold.thread === call.enteredThread) call.synchronizedEntry = true;
  }
  if (outcome.target !== null) redirect(call, outcome.target);
  return 'go-on';
}

const asksForPost = (returned: unknown): boolean => returned === FLT_PREOP_SUCCESS_WITH_CALLBACK || returned === FLT_PREOP_SYNCHRONIZE;

/** The readings that look back at the moment of pending: drops what was changed since, gives back a context that came too early. */
function sincePended(operation: Operation, hold: Hold, returned: unknown, given: unknown): unknown {
  const { atPend } = hold;
  if (atPend === null) return given;
  const { changes } = atPend;
  if (changes !== null) operation.shown.show(changes.block, changes.target, changes.flags);
  return given ?? (returned === FLT_PREOP_SUCCESS_WITH_CALLBACK ? atPend.context : null);
}

/** the other reading: a refusal to let the operation on is obeyed whatever it is; any other value passes it down. */
export function valueUndefined(entry: OperationEntry, returned: unknown): number {
  if (returned === FLT_PREOP_DISALLOW_FASTIO || returned === FLT_PREOP_DISALLOW_FSFILTER_IO) return returned;
  return entry.post === null ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_SUCCESS_WITH_CALLBACK;
}

/** the violation for which the operation is failed at this filter, or null. */
function refusalOf(operation: Operation, value: number): string | null {
  const { kind, major } = operation;
  switch (value) {
    case FLT_PREOP_SUCCESS_WITH_CALLBACK:
    case FLT_PREOP_SUCCESS_NO_CALLBACK:
    case FLT_PREOP_COMPLETE:
    case FLT_PREOP_SYNCHRONIZE:
      return null;
    case FLT_PREOP_PENDING:
      // An IRP comes here only when paging I/O may not be pended (R-2.20, the other reading).
      return kind === 'irp' ? 'FV-017' : 'FV-002';
    case FLT_PREOP_DISALLOW_FASTIO:
      if (major === IRP_MJ_SHUTDOWN || major === IRP_MJ_VOLUME_MOUNT || major === IRP_MJ_VOLUME_DISMOUNT) return 'FV-006';
      return kind === 'fastio' ? null : 'FV-005';
    case FLT_PREOP_DISALLOW_FSFILTER_IO:
      return major === IRP_MJ_QUERY_OPEN ? null : 'FV-007';
    default:
      return 'FV-001';
  }
}

/** IoStatus of an operation that ends at this filter. */
function finish(core: Core, operation: Operation, value: number): void {
  const { shown } = operation;
  if (value === FLT_PREOP_DISALLOW_FASTIO) shown.assign(STATUS_FLT_DISALLOW_FAST_IO, core.is('R-2.8', 'kept') ? shown.information : 0);
  else if (value === FLT_PREOP_DISALLOW_FSFILTER_IO) shown.assign(fsFilterStatus(core), 0);
  else if (value !== FLT_PREOP_COMPLETE || (shown.status === STATUS_PENDING && !core.readings.misuseUndefined)) shown.assign(STATUS_FLT_INTERNAL_ERROR, 0);
  else if (isFailedRelease(operation) && !core.is('FIO-023', 'obeyed')) shown.assign(STATUS_SUCCESS, 0);
  shown.forgetWrites();
}

/** what stands in IoStatus after FLT_PREOP_DISALLOW_FSFILTER_IO or its counterpart in post. */
export const fsFilterStatus = (core: Core): number => (core.readings.fsFilterStatusSeparate ? separateFsFilterStatus : STATUS_FLT_DISALLOW_FSFILTER_IO);

/** */
function checkCompletion(operation: Operation, findings: Findings): void {
  const { major, shown, status } = operation;
  const words = { status: ntStatusName(status) };
  if (!shown.written) findings.add('FV-012');
  if (status === STATUS_PENDING) findings.add('FV-008');
  if (status === STATUS_FLT_DISALLOW_FAST_IO) findings.add('FV-009');
  if (major === IRP_MJ_CLEANUP || major === IRP_MJ_CLOSE) {
    if (!ntSuccess(status)) findings.add('FV-010', words);
    else if (status !== STATUS_SUCCESS) findings.add('FV-011', words);
  }
  if (sectionFailedWrongly(operation)) findings.add('FV-019', words);
  if (isFailedRelease(operation)) findings.add('OV-104', words);
}

/** whether SYNCHRONIZE is obeyed. */
function checkSynchronize(core: Core, operation: Operation, findings: Findings): boolean {
  if (operation.kind !== 'irp') {
    findings.add('FV-016');
    return false;
  }
  if (cannotBeSynchronized(core, operation)) {
    findings.add('FV-013');
    return core.readings.obeyUnsynchronizable;
  }
  if (operation.major === IRP_MJ_CREATE) findings.add('FV-015');
  if (isReadOrWrite(operation.major) && !isOperationSynchronous(operation)) findings.add('FV-014');
  return true;
}

/** the operation continues below the sibling instance, on its volume. */
function redirect(call: FrameCall, target: Instance): void {
  call.startBelow(target.frame, target.altitude);
}
