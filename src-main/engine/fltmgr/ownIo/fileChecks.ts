/**
 * Whether a file object is open, so that I/O on it makes sense.
 *
 * FV-116: GEN-026 of filter-manager-objects.md; end of section 7 of filter-manager-core.md (FltReadFile: not in pre-create or post-cleanup).
 * Data can be read and written until the cleanup; what a file object says of itself can be asked until it is closed, as a filter does that
 * finds out after a cleanup whether the file is gone (driver-api-usage.md 2.8).
 */
import { FO_CLEANUP_COMPLETE, FO_FILE_OPEN_CANCELLED, IRP_MJ_CLEANUP, STATUS_FILE_CLOSED, STATUS_INVALID_PARAMETER } from '../../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../../iomgr/fileObject.ts';
import { isTargetOpen } from '../callChecks.ts';
import type { Core } from '../core.ts';
import { openFilesOf } from './openFiles.ts';
import type { Caller } from './send.ts';

export type FileUse = 'transfer' | 'query';

/** Files that filters opened are known; of others the operation under way tells whether they are open yet, or still. */
function isOpen(core: Core, fileObject: FILE_OBJECT, caller: Caller, use: FileUse): boolean {
  const closes = use === 'transfer' ? FO_CLEANUP_COMPLETE | FO_FILE_OPEN_CANCELLED : FO_FILE_OPEN_CANCELLED;
  if ((fileObject.Flags & closes) !== 0) return false;
  const file = openFilesOf(core).of(fileObject);
  if (file !== undefined) return !(file.cleanedUp && use === 'transfer') && !file.closed;
  const { operation } = caller;
  const { activation } = core;
  if (activation === null || operation === null || operation.initial.targetFileObject !== fileObject) return true;
  return isTargetOpen(activation, operation) || (use === 'query' && operation.major === IRP_MJ_CLEANUP);
}

/** 0 when the file is open; otherwise FV-116 is told and this is the routine's status. */
export function checkOpen(core: Core, fileObject: FILE_OBJECT, caller: Caller, use: FileUse): number {
  if (isOpen(core, fileObject, caller, use)) return 0;
  core.violate('FV-116', caller);
  return core.is('GEN-026', 'file-closed') ? STATUS_FILE_CLOSED : STATUS_INVALID_PARAMETER;
}
