/** Handing back, work items, safe completion, cancellation. */
import { STATUS_FLT_DELETING_OBJECT, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import type { ActivationRecord } from '../activation.ts';
import { refusedStatus } from '../callChecks.ts';
import type { Core } from '../core.ts';
import { filterOf, instanceOf } from '../instance.ts';
import { cancelOperation, clearCancelCompletion, completePendedPost, completePendedPre, doCompletionProcessingWhenSafe, queueDeferredIo, setCancelCompletion } from '../pending.ts';
import type { WorkItem } from '../workItems.ts';
import { type Definition, callerArg, dataArg, operationArg, refArg } from './definition.ts';

export const pendingRoutines: Record<string, Definition> = {
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
      const instance = instanceOf(object) ?? null;
      // VOL-042: no new work in the name of what is going.
      if (filter.unloading || filterOf(object)?.unloading === true || (instance !== null && instance.state !== 'attached')) return STATUS_FLT_DELETING_OBJECT;
      core.queueWorkItem({
        kind: 'generic', filter, instance, operation: null, routine: routine as WorkItem['routine'], handle: item as WorkItem['handle'],
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
