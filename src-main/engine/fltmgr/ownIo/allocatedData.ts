/**
 * Callback data of a filter's own: FltAllocateCallbackData, FltPerformSynchronousIo, FltPerformAsynchronousIo.
 *
 * GEN-030 to GEN-033 of filter-manager-objects.md; end of section 7 of filter-manager-core.md.
 */
import {
  FLTFL_CALLBACK_DATA_GENERATED_IO, FLTFL_CALLBACK_DATA_IRP_OPERATION, IRP_MJ_CREATE, STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST, STATUS_FLT_IO_COMPLETE, STATUS_PENDING, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import { APC_LEVEL, PASSIVE_LEVEL } from '../../kernel/irql.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { PFLT_COMPLETED_ASYNC_IO_CALLBACK } from '../../wdk.ts';
import { callbackDataOwner, FLT_CALLBACK_DATA } from '../callbackData.ts';
import { checkIrql, refusedStatus } from '../callChecks.ts';
import type { CallRecord, Core } from '../core.ts';
import type { Filter, Instance } from '../instance.ts';
import { generatedOperation } from '../issue.ts';
import type { Operation } from '../operation.ts';
import { isPaging } from '../operationFacts.ts';
import { ParameterBlock, parameterSlots } from '../parameterBlock.ts';
import { FLT_IO_PARAMETER_BLOCK, iopbState } from '../parameters.ts';
import { start, startingPlace, untilCompleted, type Caller } from './send.ts';

const emptyBlock = (fileObject: FILE_OBJECT | null): ParameterBlock => new ParameterBlock(0, 0, 0, 0, 0, fileObject, parameterSlots(null, {}));

const ownFlags = FLTFL_CALLBACK_DATA_IRP_OPERATION | FLTFL_CALLBACK_DATA_GENERATED_IO;

/** Callback data from FltAllocateCallbackData: filled in by the filter, sent by FltPerform...Io. */
export class AllocatedData {
  readonly instance: Instance;
  readonly allocatedBy: Filter;
  readonly data: FLT_CALLBACK_DATA;
  freed = false;
  /** The operation it was last sent as. */
  operation: Operation | null = null;
  /** It was last sent by FltPerformSynchronousIo. */
  synchronous = false;

  constructor(instance: Instance, fileObject: FILE_OBJECT | null, caller: Pick<Caller, 'filter' | 'thread'>) {
    this.instance = instance;
    this.allocatedBy = caller.filter;
    const iopb = new FLT_IO_PARAMETER_BLOCK(emptyBlock(fileObject), instance.handle);
    this.data = new FLT_CALLBACK_DATA(this, iopb, ownFlags, caller.thread.ethread, 0);
  }

  /** Sent, and not completed: GEN-033. */
  get inUse(): boolean {
    return this.operation !== null && this.operation.state !== 'completed';
  }

  /** GEN-031: target instance and file object stay, the rest is cleared. */
  reuse(): void {
    const fileObject = this.data.Iopb.TargetFileObject;
    iopbState(this.data.Iopb).show(emptyBlock(fileObject), this.instance.handle, ownFlags);
    iopbState(this.data.Iopb).assign(STATUS_SUCCESS, 0);
    this.data.TagData = null;
    this.operation = null;
    this.synchronous = false;
  }
}

/** The record behind callback data that a filter allocated; null for an operation's own. */
export function allocatedOf(data: FLT_CALLBACK_DATA): AllocatedData | null {
  const owner = callbackDataOwner(data);
  return owner instanceof AllocatedData ? owner : null;
}

export function freeAllocated(core: Core, allocated: AllocatedData): void {
  allocated.freed = true;
  core.ledger.giveBack(allocated.allocatedBy, allocated.data);
}

function prepare(core: Core, allocated: AllocatedData, caller: Caller): Operation {
  const { instance, data } = allocated;
  const operation = generatedOperation(core, instance, iopbState(data.Iopb).share(), data.Flags, caller.thread, caller.irql);
  allocated.operation = operation;
  return operation;
}

const placeOf = (core: Core, operation: Operation, { instance }: AllocatedData): Instance | null => startingPlace(core, instance, operation.initial.targetFileObject);

export function* performSynchronousIo(core: Core, allocated: AllocatedData, caller: Caller, call: CallRecord | null): Blocking<void> {
  core.logCall(call);
  const operation = prepare(core, allocated, caller);
  allocated.synchronous = true;
  start(core, operation, placeOf(core, operation, allocated));
  yield* untilCompleted(operation, 'FltPerformSynchronousIo');
  iopbState(allocated.data.Iopb).assign(operation.status, operation.information);
  allocated.data.TagData = operation.data.TagData;
}

export function performAsynchronousIo(core: Core, allocated: AllocatedData, caller: Caller, routine: unknown, context: unknown, call: CallRecord | null): number {
  const block = iopbState(allocated.data.Iopb).block;
  const callback = typeof routine === 'function' ? (routine as PFLT_COMPLETED_ASYNC_IO_CALLBACK) : null;
  if (block.majorFunction === IRP_MJ_CREATE) {
    core.violate('FV-114', caller);
    const status = core.is('GEN-032', 'unchanged') ? allocated.data.IoStatus.Status : STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST;
    if (callback !== null) runCompletion(core, allocated, callback, context, status, 0, caller);
    return STATUS_FLT_INVALID_ASYNCHRONOUS_REQUEST;
  }
  if (!checkIrql(core, 'FltPerformAsynchronousIo', caller.operation, isPaging(block) ? APC_LEVEL : PASSIVE_LEVEL)) return refusedStatus;
  core.logCall(call);
  const operation = prepare(core, allocated, caller);
  allocated.synchronous = false;
  if (callback !== null) operation.asyncCallback = { routine: callback, context, data: allocated.data };
  start(core, operation, placeOf(core, operation, allocated));
  if (operation.state !== 'completed') return STATUS_PENDING;
  return operation.completedBy === null ? STATUS_SUCCESS : STATUS_FLT_IO_COMPLETE;
}

/** Runs a completion callback for a request that was never sent. */
export function runCompletion(core: Core, allocated: AllocatedData, routine: (...args: never[]) => unknown, context: unknown, status: number, information: number, caller: Caller): void {
  iopbState(allocated.data.Iopb).assign(status, information);
  const record = core.enter('async', '', null, caller.filter, allocated.instance, caller.thread, caller.irql);
  record.data = allocated.data;
  record.routine = routine;
  core.run(record, () => (routine as PFLT_COMPLETED_ASYNC_IO_CALLBACK)(allocated.data, context));
}
