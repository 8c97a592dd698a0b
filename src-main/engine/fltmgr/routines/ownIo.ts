/** I/O of a filter's own: callback data it allocates, reissue, taking an open back. */
import { STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { ActivationRecord } from '../activation.ts';
import { callbackDataFriend } from '../callbackData.ts';
import { refusedStatus } from '../callChecks.ts';
import type { Core } from '../core.ts';
import { AllocatedData, cancelFileOpen, performAsynchronousIo, performSynchronousIo, reissueSynchronousIo } from '../generatedIo.ts';
import { Operation } from '../operation.ts';
import { iopbFriend } from '../parameters.ts';
import { Refusal, type Definition, callerArg, dataArg, instanceArg, operationArg, refArg, refusing } from './definition.ts';

export const ownIoRoutines: Record<string, Definition> = {
  FltAllocateCallbackData: {
    refused: refusedStatus,
    run: (_core, [instance, fileObject, result], _call, activation) => {
      refArg<unknown>(result).value = new AllocatedData(instanceArg(instance), fileObject instanceof FILE_OBJECT ? fileObject : null, callerArg(activation)).data;
      return STATUS_SUCCESS;
    },
  },
  FltFreeCallbackData: { run: (core, [data], _call, activation) => freeOrReuse(core, data, activation, (owner) => free(core, owner)) },
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

/** Its memory is gone: whoever still reaches for it is told (FV-069). */
function free(core: Core, owner: AllocatedData): void {
  owner.freed = true;
  const { Iopb } = owner.data;
  iopbFriend.watch(Iopb, core.iopbWatcher);
  iopbFriend.close(Iopb);
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
