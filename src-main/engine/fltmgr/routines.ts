/**
 * The Flt routines the engine provides: exact WDK names and argument order.
 *
 * Who calls is known from the activation that is running. IRQL is checked here for all that have a plain limit.
 */
import { irpMjName } from '../../nt/names.ts';
import {
  FLTFL_CALLBACK_DATA_DIRTY, FLTFL_CALLBACK_DATA_FAST_IO_OPERATION, FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION, FLTFL_CALLBACK_DATA_IRP_OPERATION,
  FLTFL_CALLBACK_DATA_REISSUED_IO, FLTFL_CALLBACK_DATA_SYSTEM_BUFFER, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_INSTANCE_NOT_FOUND, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { EngineRoutine } from '../index.ts';
import { FILE_OBJECT } from '../iomgr/fileObject.ts';
import type { FLT_REGISTRATION } from '../wdk.ts';
import type { ActivationRecord } from './activation.ts';
import { compareAltitudes } from './altitude.ts';
import { callbackDataFriend, FLT_CALLBACK_DATA } from './callbackData.ts';
import type { CancelSafeQueue, CancelSafeQueueRoutines } from './cancelSafeQueue.ts';
import { checkIrql, REFUSED, refusedStatus } from './callChecks.ts';
import { CallRecord, type Core } from './core.ts';
import { AllocatedData, cancelFileOpen, performAsynchronousIo, performSynchronousIo, reissueSynchronousIo } from './generatedIo.ts';
import type { PFLT_FILTER, Ref } from './handles.ts';
import { filterOf, instanceOf, volumeOf, type Filter, type Instance } from './instance.ts';
import { decodeParameters, lockUserBuffer, retainSwappedBufferMdl, swappedBufferMdl } from './lockUserBuffer.ts';
import { Operation } from './operation.ts';
import { isOperationSynchronous } from './operationFacts.ts';
import {
  cancelOperation, clearCancelCompletion, completePendedPost, completePendedPre, doCompletionProcessingWhenSafe, queueDeferredIo, setCancelCompletion,
} from './pending.ts';
import { insertIo, removeIo, removeNextIo, setEnabled } from './queues.ts';
import { registerFilter, startFiltering, unregisterFilter } from './registration.ts';
import { requestStatusCallback } from './statusCallback.ts';
import { detachManually } from './teardown.ts';
import type { WorkItem } from './workItems.ts';

/** Answer of a refused call; `given` is what the driver gets. */
class Refusal {
  readonly given: unknown;
  constructor(given: unknown) {
    this.given = given;
  }
}

type Implementation = (core: Core, args: readonly unknown[], call: CallRecord | null, activation: ActivationRecord | null) => unknown;

interface Definition {
  readonly run: Implementation;
  /** Checks IRQL itself. */
  readonly ownIrql?: boolean;
  /** What a refused call gives the driver: an error status, NULL, nothing. */
  readonly refused?: unknown;
  /** Macros and plain questions: no event. */
  readonly silent?: boolean;
  /** Belongs to no operation although one is an argument (cancel-safe queues). */
  readonly noOperation?: boolean;
}

// ---- arguments

function dataArg(value: unknown): FLT_CALLBACK_DATA {
  if (value instanceof FLT_CALLBACK_DATA) return value;
  throw new TypeError('CallbackData is no FLT_CALLBACK_DATA.');
}

function operationArg(value: unknown): Operation {
  const owner = callbackDataFriend.owner(dataArg(value));
  if (owner instanceof Operation) return owner;
  if (owner instanceof AllocatedData && owner.operation !== null) return owner.operation;
  throw new TypeError('CallbackData belongs to no operation that is under way.');
}

function ownerOf(args: readonly unknown[]): Operation | null {
  for (const arg of args) {
    if (!(arg instanceof FLT_CALLBACK_DATA)) continue;
    const owner = callbackDataFriend.owner(arg);
    return owner instanceof Operation ? owner : null;
  }
  return null;
}

function refArg<T>(value: unknown): Ref<T> {
  if (typeof value === 'object' && value !== null && 'value' in value) return value as Ref<T>;
  throw new TypeError('An out-parameter is missing: pass ref().');
}

function filterArg(value: unknown): Filter {
  const filter = filterOf(value);
  if (filter === undefined) throw new TypeError('Filter is no PFLT_FILTER.');
  return filter;
}

function instanceArg(value: unknown): Instance {
  const instance = instanceOf(value);
  if (instance === undefined) throw new TypeError('Instance is no PFLT_INSTANCE.');
  return instance;
}

function queueArg(core: Core, value: unknown): CancelSafeQueue {
  const queue = typeof value === 'object' && value !== null ? core.queues.get(value) : undefined;
  if (queue === undefined) throw new TypeError('The queue was not initialized with FltCbdqInitialize.');
  return queue;
}

function callerArg(activation: ActivationRecord | null): ActivationRecord {
  if (activation === null) throw new TypeError('An Flt routine was called outside a callback.');
  return activation;
}

// ---- routines

const registration: Record<string, Definition> = {
  FltRegisterFilter: { run: (core, [driver, table, filter]) => registerFilter(core, driver, table as FLT_REGISTRATION, refArg<PFLT_FILTER | null>(filter)), refused: refusedStatus },
  FltStartFiltering: { run: (_core, [filter]) => startFiltering(filterArg(filter)), refused: refusedStatus },
  FltUnregisterFilter: { run: (core, [filter], _call, activation) => unregisterFilter(core, filterArg(filter), activation?.thread ?? core.systemThread) },
  FltDetachVolume: {
    refused: refusedStatus,
    run: (core, [filter, volume, name], _call, activation) => {
      const wanted = typeof name === 'object' && name !== null ? String(name) : name;
      const instance = filterArg(filter).instances.find((one) => one.volume === volumeOf(volume) && (wanted === null || wanted === undefined || one.name === wanted));
      return instance === undefined ? STATUS_FLT_INSTANCE_NOT_FOUND : detachManually(core, instance, activation?.thread ?? core.systemThread);
    },
  },
};

const dirtyBit = (data: FLT_CALLBACK_DATA, set: boolean): void => {
  data.Flags = (set ? data.Flags | FLTFL_CALLBACK_DATA_DIRTY : data.Flags & ~FLTFL_CALLBACK_DATA_DIRTY) >>> 0;
};

const flagMacro = (bit: number): Definition => ({ silent: true, run: (_core, [data]) => (((data as { Flags: number }).Flags & bit) >>> 0) });

const callbackData: Record<string, Definition> = {
  FltSetCallbackDataDirty: { run: (_core, [data]) => dirtyBit(dataArg(data), true) },
  FltClearCallbackDataDirty: { run: (_core, [data]) => dirtyBit(dataArg(data), false) },
  FltIsCallbackDataDirty: { silent: true, run: (_core, [data]) => (dataArg(data).Flags & FLTFL_CALLBACK_DATA_DIRTY) !== 0 },
  // the macros give the bit, not a truth value.
  FLT_IS_IRP_OPERATION: flagMacro(FLTFL_CALLBACK_DATA_IRP_OPERATION),
  FLT_IS_FASTIO_OPERATION: flagMacro(FLTFL_CALLBACK_DATA_FAST_IO_OPERATION),
  FLT_IS_FS_FILTER_OPERATION: flagMacro(FLTFL_CALLBACK_DATA_FS_FILTER_OPERATION),
  FLT_IS_REISSUED_IO: flagMacro(FLTFL_CALLBACK_DATA_REISSUED_IO),
  FLT_IS_SYSTEM_BUFFER: flagMacro(FLTFL_CALLBACK_DATA_SYSTEM_BUFFER),
  FltGetIrpName: { silent: true, run: (_core, [major]) => irpMjName(Number(major) & 0xff) },
  FltIsOperationSynchronous: { run: (_core, [data]) => isOperationSynchronous(operationArg(data)) },
  FltIsIoCanceled: {
    run: (core, [data], _call, activation) => {
      const operation = operationArg(data);
      if (operation.kind === 'irp') return operation.canceled;
      core.violate('FV-075', { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation });
      return false;
    },
  },
  FltGetRequestorProcess: { silent: true, refused: null, run: (_core, [data]) => operationArg(data).thread.eprocess },
  FltGetRequestorProcessId: { silent: true, refused: 0, run: (_core, [data]) => operationArg(data).thread.pid },
  FltGetRequestorProcessIdEx: { silent: true, refused: 0, run: (_core, [data]) => operationArg(data).thread.pid },
  FltGetNewSystemBufferAddress: { refused: null, run: (_core, [data]) => operationArg(data).newSystemBuffer },
  FltRequestOperationStatusCallback: {
    ownIrql: true, refused: refusedStatus,
    run: (core, [data, routine, context]) => requestStatusCallback(core, data instanceof FLT_CALLBACK_DATA ? operationArg(data) : null, routine, context ?? null),
  },
};

const pending: Record<string, Definition> = {
  FltCompletePendedPreOperation: { ownIrql: true, run: (core, [data, status, context], call) => completePendedPre(core, operationArg(data), Number(status), context ?? null, call) },
  FltCompletePendedPostOperation: { run: (core, [data], call) => completePendedPost(core, operationArg(data), call) },
  FltAllocateDeferredIoWorkItem: { refused: null, run: (core, _args, _call, activation) => allocateItem(core, 'FLT_DEFERRED_IO_WORKITEM', 'FltAllocateDeferredIoWorkItem', activation) },
  FltFreeDeferredIoWorkItem: { run: (core, [item], _call, activation) => freeItem(core, item, activation) },
  FltQueueDeferredIoWorkItem: {
    refused: refusedStatus,
    run: (core, [item, data, routine, queueType, context]) =>
      queueDeferredIo(core, operationArg(data), dataArg(data), { handle: item as WorkItem['handle'], routine: routine as WorkItem['routine'], queueType: Number(queueType), context: context ?? null }),
  },
  FltAllocateGenericWorkItem: { refused: null, run: (core, _args, _call, activation) => allocateItem(core, 'FLT_GENERIC_WORKITEM', 'FltAllocateGenericWorkItem', activation) },
  FltFreeGenericWorkItem: { run: (core, [item], _call, activation) => freeItem(core, item, activation) },
  FltQueueGenericWorkItem: {
    refused: refusedStatus,
    run: (core, [item, object, routine, queueType, context], _call, activation) => {
      const { filter } = callerArg(activation);
      if (filter.unloading) return STATUS_FLT_DELETING_OBJECT;
      core.queueWorkItem({
        kind: 'generic', filter, instance: instanceOf(object) ?? null, operation: null, routine: routine as WorkItem['routine'], handle: item as WorkItem['handle'],
        context: context ?? null, queueType: Number(queueType),
      });
      return STATUS_SUCCESS;
    },
  },
  FltDoCompletionProcessingWhenSafe: {
    run: (core, [data, objects, context, flags, safe, answer], call) =>
      doCompletionProcessingWhenSafe(core, operationArg(data), dataArg(data), safe, { objects, context: context ?? null, flags: flags ?? 0 }, refArg<number>(answer), call),
  },
  FltSetCancelCompletion: { refused: refusedStatus, run: (core, [data, routine]) => setCancelCompletion(core, operationArg(data), routine) },
  FltClearCancelCompletion: { run: (_core, [data], _call, activation) => clearCancelCompletion(operationArg(data), activation?.filter ?? null) },
  FltCancelIo: {
    refused: false,
    run: (core, [data], _call, activation) => {
      const operation = operationArg(data);
      const { thread, irql, filter, instance } = callerArg(activation);
      if (operation.initiator?.filter !== filter) {
        core.violate('FV-076', { filter, instance, operation });
        return false;
      }
      return operation.kind === 'irp' && !operation.canceled && cancelOperation(core, operation, thread, irql);
    },
  },
};

function allocateItem(core: Core, kind: string, routine: string, activation: ActivationRecord | null): unknown {
  if (core.options.allocate?.(routine) === false) return null;
  const handle = core.newHandle(kind);
  core.allocatedItems.set(handle, { filter: callerArg(activation).filter });
  return handle;
}

/** an item that is queued, or was freed before, is not freed. */
function freeItem(core: Core, item: unknown, activation: ActivationRecord | null): void {
  const handle = item as { readonly id: string };
  const queued = core.workItems.some((one) => one.handle === handle);
  if (!queued && core.allocatedItems.delete(handle)) return;
  core.violate('FV-068', { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation: null }, { id: handle?.id ?? String(item) });
}

const queues: Record<string, Definition> = {
  FltCbdqInitialize: {
    run: (core, [instance, queue, InsertIo, RemoveIo, PeekNextIo, Acquire, Release, CompleteCanceledIo]) => {
      if (typeof queue !== 'object' || queue === null) return STATUS_INVALID_PARAMETER;
      const routines = { InsertIo, RemoveIo, PeekNextIo, Acquire, Release, CompleteCanceledIo } as CancelSafeQueueRoutines;
      core.queues.set(queue, { handle: queue, instance: instanceArg(instance), routines, enabled: true, contexts: new Map() });
      return STATUS_SUCCESS;
    },
  },
  FltCbdqInsertIo: {
    ownIrql: true, refused: refusedStatus,
    run: (core, [queue, data, context, insertContext]) => refusing(insertIo(core, queueArg(core, queue), operationArg(data), context ?? null, insertContext ?? null)),
  },
  FltCbdqRemoveNextIo: { ownIrql: true, noOperation: true, run: (core, [queue, context]) => removed(removeNextIo(core, queueArg(core, queue), context ?? null)) },
  FltCbdqRemoveIo: { ownIrql: true, noOperation: true, run: (core, [queue, context]) => removed(removeIo(core, queueArg(core, queue), context ?? null)) },
  FltCbdqDisable: { ownIrql: true, noOperation: true, run: (core, [queue]) => (setEnabled(core, queueArg(core, queue), false) ? undefined : new Refusal(undefined)) },
  FltCbdqEnable: { ownIrql: true, noOperation: true, run: (core, [queue]) => (setEnabled(core, queueArg(core, queue), true) ? undefined : new Refusal(undefined)) },
};

const refusing = (status: number): unknown => (status === refusedStatus ? new Refusal(status) : status);

function removed(answer: { readonly operation: Operation | null; readonly refused: boolean }): unknown {
  if (answer.refused) return new Refusal(null);
  return answer.operation === null ? null : answer.operation.data;
}

const generated: Record<string, Definition> = {
  FltAllocateCallbackData: {
    refused: refusedStatus,
    run: (_core, [instance, fileObject, result], _call, activation) => {
      refArg<unknown>(result).value = new AllocatedData(instanceArg(instance), fileObject instanceof FILE_OBJECT ? fileObject : null, callerArg(activation)).data;
      return STATUS_SUCCESS;
    },
  },
  FltFreeCallbackData: { run: (core, [data], _call, activation) => freeOrReuse(core, data, activation, (owner) => { owner.freed = true; }) },
  FltReuseCallbackData: { run: (core, [data], _call, activation) => freeOrReuse(core, data, activation, (owner) => owner.reuse()) },
  FltPerformSynchronousIo: { run: (core, [data], call, activation) => performSynchronousIo(core, allocatedArg(data), callerArg(activation), call) },
  FltPerformAsynchronousIo: {
    ownIrql: true, refused: refusedStatus,
    run: (core, [data, routine, context], call, activation) => refusing(performAsynchronousIo(core, allocatedArg(data), callerArg(activation), routine, context ?? null, call)),
  },
  FltReissueSynchronousIo: { ownIrql: true, run: (core, [, data], call) => (reissueSynchronousIo(core, operationArg(data), call) ? undefined : new Refusal(undefined)) },
  FltCancelFileOpen: {
    ownIrql: true,
    run: (core, [, fileObject], call, activation) => cancelFileOpen(core, activation?.operation ?? null, fileObject instanceof FILE_OBJECT ? fileObject : null, call),
  },
};

function allocatedArg(data: unknown): AllocatedData {
  const owner = callbackDataFriend.owner(dataArg(data));
  if (owner instanceof AllocatedData && !owner.freed) return owner;
  throw new TypeError('CallbackData was not allocated with FltAllocateCallbackData, or is freed.');
}

/** FV-115: only callback data the filter allocated itself. */
function freeOrReuse(core: Core, data: unknown, activation: ActivationRecord | null, act: (owner: AllocatedData) => void): unknown {
  const owner = callbackDataFriend.owner(dataArg(data));
  if (owner instanceof AllocatedData && !owner.freed && owner.allocatedBy === activation?.filter) {
    act(owner);
    return undefined;
  }
  core.violate('FV-115', { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation: owner instanceof Operation ? owner : null });
  return new Refusal(undefined);
}

const buffers: Record<string, Definition> = {
  FltLockUserBuffer: { refused: refusedStatus, run: (core, [data]) => lockUserBuffer(core, operationArg(data), dataArg(data)) },
  FltDecodeParameters: {
    run: (_core, [data, mdl, buffer, length, access]) => {
      const decoded = decodeParameters(dataArg(data).Iopb);
      if (decoded === null) return STATUS_INVALID_PARAMETER;
      for (const [target, value] of [[mdl, decoded.mdl], [buffer, decoded.buffer], [length, decoded.length], [access, decoded.access]]) {
        if (target !== null && target !== undefined) refArg<unknown>(target).value = value;
      }
      return STATUS_SUCCESS;
    },
  },
  FltGetSwappedBufferMdlAddress: { run: (core, [data]) => swappedBufferMdl(core, operationArg(data)) },
  FltRetainSwappedBufferMdlAddress: { run: (core, [data]) => retainSwappedBufferMdl(core, operationArg(data)) },
};

const handles: Record<string, Definition> = {
  FltCompareInstanceAltitudes: { silent: true, run: (_core, [a, b]) => compareAltitudes(instanceArg(a).altitude, instanceArg(b).altitude) },
  FltGetVolumeFromInstance: {
    refused: refusedStatus,
    run: (_core, [instance, result]) => {
      refArg<unknown>(result).value = instanceArg(instance).volume.handle;
      return STATUS_SUCCESS;
    },
  },
  FltObjectReference: { silent: true, refused: refusedStatus, run: () => STATUS_SUCCESS },
  FltObjectDereference: { silent: true, run: () => undefined },
};

function bind(core: Core, name: string, definition: Definition): EngineRoutine {
  const { run, ownIrql = false, refused, silent = false, noOperation = false } = definition;
  return (...args) => {
    const { activation } = core;
    const operation = noOperation ? null : (ownerOf(args) ?? (name === 'FltCancelFileOpen' || name.startsWith('FltPerform') ? (activation?.operation ?? null) : null));
    const call = silent || core.observer === null ? null : new CallRecord(name, args, activation?.filter ?? null, operation, null);
    if (!ownIrql && !checkIrql(core, name, operation)) {
      core.returnCall(call, REFUSED);
      return refused;
    }
    const result = run(core, args, call, activation);
    if (result instanceof Refusal || result === refusedStatus) {
      core.returnCall(call, REFUSED);
      return result instanceof Refusal ? result.given : result;
    }
    core.returnCall(call, result);
    return result;
  };
}

/** Every routine, bound to one engine. */
export function makeRoutines(core: Core): Readonly<Record<string, EngineRoutine>> {
  const all = { ...registration, ...callbackData, ...pending, ...queues, ...generated, ...buffers, ...handles };
  return Object.freeze(Object.fromEntries(Object.entries(all).map(([name, definition]) => [name, bind(core, name, definition)])));
}
