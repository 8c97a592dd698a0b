/**
 * FsFilter operations: acquire and release around sections, modified-page writing and cache flushing.
 *
 * Source: filter-manager-objects.md FIO-022 to FIO-025, OPL-027, OPL-012 (writable user sections).
 */
import type { LowerAnswer } from '../../engine/index.ts';
import { STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { complete, numberOf, type ModelRequest } from './request.ts';

/** FS_FILTER_SECTION_SYNC_TYPE: SyncTypeCreateSection; 0 is SyncTypeOther. */
const syncTypeCreateSection = 1;
/** PAGE_READWRITE, PAGE_EXECUTE_READWRITE: what OPL-020 calls write protection. */
const writableProtections: readonly number[] = [0x04, 0x40];

export function acquireForSection(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  const view = request.parameters('AcquireForSectionSynchronization');
  const creates = numberOf(view['SyncType']) === syncTypeCreateSection;
  if (handle !== null && creates && writableProtections.includes(numberOf(view['PageProtection']) & 0xff)) {
    handle.stream.writableSections++;
    handle.stream.oplockIfAny?.check('writable-section', { open: handle.fileObject }, null);
  }
  return complete(STATUS_SUCCESS);
}

/** A release cannot fail (FIO-023). */
export const release = (): LowerAnswer => complete(STATUS_SUCCESS);

export const acquireForModifiedPageWriter = (): LowerAnswer => complete(STATUS_SUCCESS);

export const acquireForCacheFlush = (): LowerAnswer => complete(STATUS_SUCCESS);
