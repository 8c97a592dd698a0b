/**
 * FltReissueSynchronousIo.
 *
 * of filter-manager-core.md; GEN-035 of filter-manager-objects.md.
 */
import {
  FLTFL_CALLBACK_DATA_DIRTY, FLTFL_CALLBACK_DATA_GENERATED_IO, FLTFL_CALLBACK_DATA_REISSUED_IO, FLTFL_CALLBACK_DATA_REISSUE_MASK, FO_FILE_OPEN_CANCELLED, IRP_MJ_CREATE, STATUS_CANCELLED,
} from '../../../nt/values.generated.ts';
import { APC_LEVEL, irqlName, PASSIVE_LEVEL } from '../../kernel/irql.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { ActivationRecord } from '../activation.ts';
import type { CallRecord, Core } from '../core.ts';
import type { Instance } from '../instance.ts';
import { generatedOperation } from '../issue.ts';
import type { Operation } from '../operation.ts';
import { isPaging } from '../operationFacts.ts';
import type { ParameterBlock } from '../parameterBlock.ts';
import type { AllocatedData } from './allocatedData.ts';
import { start, startingPlace, untilCompleted, type Caller } from './send.ts';
import { iopbState } from '../parameters.ts';

/** The post of this very operation is running, or its safe routine in the post's context. */
export function inPostOf(activation: ActivationRecord | null, operation: Operation): boolean {
  if (activation === null || activation.operation !== operation) return false;
  return activation.kind === 'post' || activation.kind === 'safe';
}

const keptFlags = (operation: Operation): number => (operation.baseFlags & FLTFL_CALLBACK_DATA_REISSUE_MASK) | FLTFL_CALLBACK_DATA_GENERATED_IO | FLTFL_CALLBACK_DATA_REISSUED_IO;

function* send(core: Core, original: Operation, initiator: Instance, block: ParameterBlock, caller: Caller): Blocking<Operation> {
  const again = generatedOperation(core, initiator, block, keptFlags(original), caller.thread, caller.irql);
  start(core, again, startingPlace(core, initiator, block.targetFileObject));
  yield* untilCompleted(again, 'FltReissueSynchronousIo');
  return again;
}

/** False when the call is refused. */
export function* reissueSynchronousIo(core: Core, operation: Operation, activation: ActivationRecord | null, call: CallRecord | null): Blocking<boolean> {
  const where = { filter: activation?.filter ?? null, instance: activation?.instance ?? null, operation };
  const { hold, iopb, shown } = operation;
  if (activation === null || operation.kind !== 'irp' || hold === null || hold.phase !== 'post' || !inPostOf(activation, operation)) {
    core.violate('FV-111', where);
    return true;
  }
  const create = operation.major === IRP_MJ_CREATE;
  if ((hold.node?.synchronized ?? null) === null && !(create && !core.is('R-6.30', 'synchronized-only'))) {
    core.violate('FV-110', where);
    return true;
  }
  if (activation.irql > (isPaging(hold.received) ? APC_LEVEL : PASSIVE_LEVEL)) {
    core.violate('FV-112', where, { irql: irqlName(activation.irql) });
    if (!core.readings.performedAboveIrql) return false;
  }
  if (create && ((iopb.TargetFileObject?.Flags ?? 0) & FO_FILE_OPEN_CANCELLED) !== 0) {
    core.violate('FV-113', where);
    core.logCall(call);
    shown.assign(STATUS_CANCELLED, 0);
    shown.written = true;
    return true;
  }
  core.logCall(call);
  const dirty = (operation.data.Flags & FLTFL_CALLBACK_DATA_DIRTY) !== 0;
  const block = dirty ? iopbState(iopb).share() : hold.received;
  if (dirty) hold.reissued = block;
  const { filter, instance, thread, irql } = activation;
  const again = yield* send(core, operation, hold.instance, block, { filter, instance, operation, thread, irql });
  // the result is the original's; judged like a status the filter wrote itself.
  shown.assign(again.status, again.information);
  shown.written = true;
  operation.data.TagData = null;
  operation.tagData = null;
  return true;
}

/** GEN-035: a request the filter itself generated and performed synchronously may be reissued anywhere. */
export function* reissueOwn(core: Core, allocated: AllocatedData, original: Operation, caller: Caller, call: CallRecord | null): Blocking<void> {
  if (!allocated.synchronous || allocated.inUse || allocated.allocatedBy !== caller.filter) {
    core.violate('FV-111', { ...caller, operation: original });
    return;
  }
  core.logCall(call);
  const again = yield* send(core, original, allocated.instance, iopbState(allocated.data.Iopb).share(), caller);
  allocated.operation = again;
  iopbState(allocated.data.Iopb).assign(again.status, again.information);
  allocated.data.TagData = null;
}
