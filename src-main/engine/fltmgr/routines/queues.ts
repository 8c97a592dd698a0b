/** Cancel-safe queues. */
import { STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import type { CancelSafeQueueRoutines } from '../cancelSafeQueue.ts';
import { refusedStatus } from '../callChecks.ts';
import type { Operation } from '../operation.ts';
import { insertIo, removeIo, removeNextIo, setEnabled } from '../queues.ts';
import { Refusal, type Definition, instanceArg, operationArg, queueArg, refusing } from './definition.ts';

export const queueRoutines: Record<string, Definition> = {
  FltCbdqInitialize: {
    run: (core, [instance, queue, InsertIo, RemoveIo, PeekNextIo, Acquire, Release, CompleteCanceledIo]) => {
      if (typeof queue !== 'object' || queue === null) return STATUS_INVALID_PARAMETER;
      const routines = { InsertIo, RemoveIo, PeekNextIo, Acquire, Release, CompleteCanceledIo } as CancelSafeQueueRoutines;
      const owner = instanceArg(instance);
      const initialized = { handle: queue, instance: owner, routines, enabled: true, contexts: new Map() };
      core.queues.set(queue, initialized);
      owner.queues.push(initialized);
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

function removed(answer: { readonly operation: Operation | null; readonly refused: boolean }): unknown {
  if (answer.refused) return new Refusal(null);
  return answer.operation === null ? null : answer.operation.data;
}
