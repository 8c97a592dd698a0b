/**
 * I/O that a filter generates, reissues or takes back.
 *
 * and the end of section 7 (FltPerformSynchronousIo; FltPerformAsynchronousIo;
 * FltReissueSynchronousIo; FltCancelFileOpen).
 */
import { ntStatusName, ntSuccess } from '../../nt/ntStatus.ts';
import {
  FLTFL_CALLBACK_DATA_DIRTY, FLTFL_CALLBACK_DATA_GENERATED_IO, FLTFL_CALLBACK_DATA_IRP_OPERATION, FLTFL_CALLBACK_DATA_REISSUED_IO, FLTFL_CALLBACK_DATA_REISSUE_MASK,
  FO_FILE_OPEN_CANCELLED, FO_HANDLE_CREATED, IRP_MJ_CLEANUP, IRP_MJ_CREATE, STATUS_CANCELLED, STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST, STATUS_FLT_IO_COMPLETE,
  STATUS_PENDING, STATUS_REPARSE, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../iomgr/fileObject.ts';
import { APC_LEVEL, irqlName, PASSIVE_LEVEL } from '../kernel/irql.ts';
import type { PFLT_COMPLETED_ASYNC_IO_CALLBACK } from '../wdk.ts';
import type { ActivationRecord } from './activation.ts';
import { FLT_CALLBACK_DATA, IO_STATUS_BLOCK, ioStatusFriend } from './callbackData.ts';
import { checkIrql, refusedStatus } from './callChecks.ts';
import type { CallRecord, Core } from './core.ts';
import type { Filter, Instance } from './instance.ts';
import { generatedOperation, startGenerated } from './issue.ts';
import type { Operation } from './operation.ts';
import { isPaging } from './operationFacts.ts';
import { ParameterBlock, parameterSlots } from './parameterBlock.ts';
import { FLT_IO_PARAMETER_BLOCK, iopbFriend } from './parameters.ts';

/** Callback data from FltAllocateCallbackData: filled in by the filter, sent by FltPerform...Io. */
export class AllocatedData {
  readonly instance: Instance;
  readonly allocatedBy: Filter;
  readonly data: FLT_CALLBACK_DATA;
  freed = false;
  /** The operation it was last sent as. */
  operation: Operation | null = null;

  constructor(instance: Instance, fileObject: FILE_OBJECT | null, activation: ActivationRecord) {
    this.instance = instance;
    this.allocatedBy = activation.filter;
    const iopb = new FLT_IO_PARAMETER_BLOCK(new ParameterBlock(0, 0, 0, 0, 0, fileObject, parameterSlots(null, {})), instance.handle);
    this.data = new FLT_CALLBACK_DATA(this, iopb, new IO_STATUS_BLOCK(), FLTFL_CALLBACK_DATA_IRP_OPERATION | FLTFL_CALLBACK_DATA_GENERATED_IO, activation.thread.ethread, 0);
  }

  reuse(): void {
    const fileObject = this.data.Iopb.TargetFileObject;
    iopbFriend.show(this.data.Iopb, new ParameterBlock(0, 0, 0, 0, 0, fileObject, parameterSlots(null, {})), this.instance.handle);
    ioStatusFriend.assign(this.data.IoStatus, STATUS_SUCCESS, 0);
  }
}

const whereOf = (core: Core, operation: Operation | null) => ({ filter: core.activation?.filter ?? null, instance: core.activation?.instance ?? null, operation });

function send(core: Core, allocated: AllocatedData, activation: ActivationRecord): Operation {
  const { instance, data } = allocated;
  const operation = generatedOperation(core, instance, iopbFriend.share(data.Iopb), data.Flags, activation.thread, activation.irql);
  allocated.operation = operation;
  return operation;
}

export function performSynchronousIo(core: Core, allocated: AllocatedData, activation: ActivationRecord, call: CallRecord | null): void {
  core.logCall(call);
  const operation = send(core, allocated, activation);
  startGenerated(core, operation, allocated.instance);
  waitFor(core, operation);
  ioStatusFriend.assign(allocated.data.IoStatus, operation.state === 'completed' ? operation.status : STATUS_PENDING, operation.information);
}

/** The caller waits: other things may happen until the operation is completed. */
function waitFor(core: Core, operation: Operation): void {
  while (operation.state !== 'completed' && core.options.pump?.() === true);
}

export function performAsynchronousIo(core: Core, allocated: AllocatedData, activation: ActivationRecord, routine: unknown, context: unknown, call: CallRecord | null): number {
  const block = iopbFriend.block(allocated.data.Iopb);
  if (block.majorFunction === IRP_MJ_CREATE) {
    core.violate('FV-114', whereOf(core, activation.operation));
    return STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST;
  }
  if (!checkIrql(core, 'FltPerformAsynchronousIo', activation.operation, isPaging(block) ? APC_LEVEL : PASSIVE_LEVEL)) return refusedStatus;
  core.logCall(call);
  const operation = send(core, allocated, activation);
  if (typeof routine === 'function') operation.asyncCallback = { routine: routine as PFLT_COMPLETED_ASYNC_IO_CALLBACK, context, data: allocated.data };
  startGenerated(core, operation, allocated.instance);
  if (operation.state !== 'completed') return STATUS_PENDING;
  return operation.completedBy === null ? STATUS_SUCCESS : STATUS_FLT_IO_COMPLETE;
}

/** The post of this very operation is running, or its safe routine in the post's context. */
function inPostOf(activation: ActivationRecord | null, operation: Operation): boolean {
  if (activation === null || activation.operation !== operation) return false;
  return activation.kind === 'post' || activation.kind === 'safe';
}

/** FltReissueSynchronousIo. False when the call is refused. */
export function reissueSynchronousIo(core: Core, operation: Operation, call: CallRecord | null): boolean {
  const { activation } = core;
  const where = whereOf(core, operation);
  const { hold } = operation;
  const { ioStatus, iopb } = operation;
  if (activation === null || operation.kind !== 'irp' || hold === null || hold.phase !== 'post' || !inPostOf(activation, operation)) {
    core.violate('FV-111', where);
    return true;
  }
  if (hold.node?.synchronized !== true && operation.major !== IRP_MJ_CREATE) {
    core.violate('FV-110', where);
    return true;
  }
  if (activation.irql > (isPaging(hold.received) ? APC_LEVEL : PASSIVE_LEVEL)) {
    core.violate('FV-112', where, { irql: irqlName(activation.irql) });
    return false;
  }
  if (operation.major === IRP_MJ_CREATE && ((iopb.TargetFileObject?.Flags ?? 0) & FO_FILE_OPEN_CANCELLED) !== 0) {
    core.violate('FV-113', where);
    core.logCall(call);
    ioStatus.Status = STATUS_CANCELLED;
    ioStatus.Information = 0;
    return true;
  }
  core.logCall(call);
  const dirty = (operation.data.Flags & FLTFL_CALLBACK_DATA_DIRTY) !== 0;
  const block = dirty ? iopbFriend.share(iopb) : hold.received;
  if (dirty) hold.reissued = block;
  const flags = (operation.baseFlags & FLTFL_CALLBACK_DATA_REISSUE_MASK) | FLTFL_CALLBACK_DATA_GENERATED_IO | FLTFL_CALLBACK_DATA_REISSUED_IO;
  const again = generatedOperation(core, hold.instance, block, flags, activation.thread, activation.irql);
  startGenerated(core, again, hold.instance);
  waitFor(core, again);
  // the result is the original's; judged like a status the filter wrote itself.
  ioStatus.Status = again.state === 'completed' ? again.status : STATUS_PENDING;
  ioStatus.Information = again.information;
  operation.data.TagData = null;
  operation.tagData = null;
  return true;
}

/** FltCancelFileOpen. */
export function cancelFileOpen(core: Core, operation: Operation | null, fileObject: FILE_OBJECT | null, call: CallRecord | null): void {
  const { activation } = core;
  const where = whereOf(core, operation);
  const instance = activation?.instance ?? null;
  if (activation === null || operation === null || instance === null || fileObject === null || operation.major !== IRP_MJ_CREATE || operation.hold?.phase !== 'post' || !inPostOf(activation, operation) || activation.irql !== PASSIVE_LEVEL) {
    return core.violate('FV-049', where);
  }
  if ((fileObject.Flags & FO_HANDLE_CREATED) !== 0) return core.violate('FV-050', where);
  const { Status: status } = operation.ioStatus;
  if (!ntSuccess(status) || status === STATUS_REPARSE) return core.violate('FV-052', where, { status: ntStatusName(status) });
  core.logCall(call);
  fileObject.Flags |= FO_FILE_OPEN_CANCELLED;
  if (core.options.cancelOpenCleanup === false) return;
  // R-3.31 (INFERRED): IRP_MJ_CLEANUP for the instances below and the file system, flagged as generated I/O.
  const block = new ParameterBlock(0, IRP_MJ_CLEANUP, 0, 0, 0, fileObject, parameterSlots(null, {}));
  const cleanup = generatedOperation(core, instance, block, FLTFL_CALLBACK_DATA_IRP_OPERATION | FLTFL_CALLBACK_DATA_GENERATED_IO, activation.thread, activation.irql);
  startGenerated(core, cleanup, instance);
  waitFor(core, cleanup);
}
