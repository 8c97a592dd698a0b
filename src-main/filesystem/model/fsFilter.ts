/**
 * FsFilter operations: acquire and release around sections, modified-page writing and cache flushing.
 *
 * Source: filter-manager-objects.md FIO-022 to FIO-025, OPL-027, OPL-012 (writable user sections). Which success a section that is
 * about to be made gets tells the memory manager whether anybody can write: the writers of the share access decide, as in the WDK's
 * FASTFAT sample, and as every recording shows of NTFS. Nobody asks it of a directory or a volume.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import { STATUS_FILE_LOCKED_WITH_ONLY_READERS, STATUS_FILE_LOCKED_WITH_WRITERS, STATUS_SUCCESS } from '../../nt/values.generated.ts';
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
  if (!creates || handle === null) return complete(STATUS_SUCCESS);
  return complete(handle.stream.share.hasWriters ? STATUS_FILE_LOCKED_WITH_WRITERS : STATUS_FILE_LOCKED_WITH_ONLY_READERS);
}

/** A release cannot fail (FIO-023). */
export const release = (): LowerAnswer => complete(STATUS_SUCCESS);

export const acquireForModifiedPageWriter = (): LowerAnswer => complete(STATUS_SUCCESS);

export const acquireForCacheFlush = (): LowerAnswer => complete(STATUS_SUCCESS);
