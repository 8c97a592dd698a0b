/**
 * FltCancelFileOpen.
 *
 * of filter-manager-core.md; GEN-042 of filter-manager-objects.md. The CLOSE that follows is the I/O manager's, that
 * is: of whoever issued the create.
 */
import { ntStatusName, ntSuccess } from '../../../nt/ntStatus.ts';
import { FO_FILE_OPEN_CANCELLED, FO_HANDLE_CREATED, IRP_MJ_CLEANUP, IRP_MJ_CREATE, STATUS_REPARSE } from '../../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import { PASSIVE_LEVEL } from '../../kernel/irql.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { ActivationRecord } from '../activation.ts';
import type { CallRecord, Core } from '../core.ts';
import type { Instance } from '../instance.ts';
import type { Operation } from '../operation.ts';
import { inPostOf } from './reissue.ts';
import { ownOperation, start, untilCompleted, whenCompleted } from './send.ts';

export function* cancelFileOpen(core: Core, fileObject: FILE_OBJECT | null, activation: ActivationRecord | null, call: CallRecord | null): Blocking<void> {
  const operation = activation?.operation ?? null;
  const instance = activation?.instance ?? null;
  const where = { filter: activation?.filter ?? null, instance, operation };
  if (activation === null || operation === null || instance === null || fileObject === null || operation.major !== IRP_MJ_CREATE || operation.hold?.phase !== 'post' || !inPostOf(activation, operation) || activation.irql !== PASSIVE_LEVEL) {
    return core.violate('FV-049', where);
  }
  if ((fileObject.Flags & FO_HANDLE_CREATED) !== 0) return core.violate('FV-050', where);
  const { status } = operation;
  if (!ntSuccess(status) || status === STATUS_REPARSE) return core.violate('FV-052', where, { status: ntStatusName(status) });
  core.logCall(call);
  fileObject.Flags |= FO_FILE_OPEN_CANCELLED;
  if (core.options.cancelOpenCleanup === false) return;
  // R-3.31 (INFERRED): IRP_MJ_CLEANUP for the instances below and the file system, flagged as generated I/O.
  if (core.is('R-3.31', 'after-the-create')) whenCompleted(operation, () => void sendCleanup(core, fileObject, instance, activation));
  else yield* untilCompleted(sendCleanup(core, fileObject, instance, activation), 'the cleanup of a cancelled open');
}

function sendCleanup(core: Core, fileObject: FILE_OBJECT, instance: Instance, { thread, irql }: ActivationRecord): Operation {
  const cleanup = ownOperation(core, { major: IRP_MJ_CLEANUP, fileObject, member: null, values: {} }, instance.volume, instance, thread, irql);
  start(core, cleanup, instance);
  return cleanup;
}
