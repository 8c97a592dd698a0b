/**
 * FsFilter operations that cannot fail, or not in every way.
 *
 * FIO-022, FIO-023 (flt-parameters-for-irp-mj-acquire-for-section-synchronization;
 * flt-parameters-for-irp-mj-release-for-mod-write; FS_FILTER_CALLBACK_DATA).
 */
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_RELEASE_FOR_CC_FLUSH, IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, STATUS_INSUFFICIENT_RESOURCES,
} from '../../nt/values.generated.ts';
import type { Operation } from './operation.ts';

const releases = new Set<number>([IRP_MJ_RELEASE_FOR_SECTION_SYNCHRONIZATION, IRP_MJ_RELEASE_FOR_MOD_WRITE, IRP_MJ_RELEASE_FOR_CC_FLUSH]);

/** SyncTypeCreateSection */
const createSection = 1;

/** A filter has given a release an error status: it is ignored (OV-104). */
export const isFailedRelease = ({ major, status }: Operation): boolean => releases.has(major) && !ntSuccess(status);

/** Only the acquire for creating a section may fail, and a filter may fail it only for want of resources (FV-019). */
export function sectionFailedWrongly(operation: Operation): boolean {
  const { major, status, shown } = operation;
  if (major !== IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION || ntSuccess(status)) return false;
  const syncType = Number(BigInt.asUintN(32, BigInt(Number(shown.block.slots[0]) || 0)));
  return syncType !== createSection || status !== STATUS_INSUFFICIENT_RESOURCES;
}
