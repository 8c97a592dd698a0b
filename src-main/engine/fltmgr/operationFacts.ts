/** Questions about an operation that several rules ask. */
import { fsctl } from '../../nt/tables.generated.ts';
import {
  FO_SYNCHRONOUS_IO, FO_VOLUME_OPEN, FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO, FLTFL_OPERATION_REGISTRATION_SKIP_NON_CACHED_NON_PAGING_IO,
  FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL,
  IRP_MJ_CREATE, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, IRP_MN_LOCK, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX, IRP_NOCACHE, FSCTL_REQUEST_OPLOCK,
  IRP_PAGING_IO, IRP_SYNCHRONOUS_API, IRP_SYNCHRONOUS_PAGING_IO,
} from '../../nt/values.generated.ts';
import type { FILE_OBJECT } from '../iomgr/fileObject.ts';
import type { Core } from './core.ts';
import type { Operation } from './operation.ts';
import type { ParameterBlock } from './parameterBlock.ts';

export const isPaging = (block: ParameterBlock): boolean => (block.irpFlags & IRP_PAGING_IO) !== 0;
export const isReadOrWrite = (major: number): boolean => major === IRP_MJ_READ || major === IRP_MJ_WRITE;

const isVolumeOpen = (fileObject: FILE_OBJECT | null): boolean => ((fileObject?.Flags ?? 0) & FO_VOLUME_OPEN) !== 0;

/**
 * Whether the operation is on a volume handle.
 *
 * REG-014: a file that is being opened has no flag yet, so the name decides: an empty one opens the volume itself, or the volume
 * that the related file object stands for.
 */
function isOnVolume(core: Core, major: number, fileObject: FILE_OBJECT | null): boolean {
  if (isVolumeOpen(fileObject)) return true;
  if (major !== IRP_MJ_CREATE || fileObject === null || core.is('REG-014', 'by-flag')) return false;
  const { RelatedFileObject: related } = fileObject;
  return fileObject.FileName.Length === 0 && (related === null || isVolumeOpen(related));
}

/** REG-011 to REG-016: whether registration flags hide the operation from a filter. Called only when there are flags. */
export function isSkipped(core: Core, flags: number, operation: Operation): boolean {
  const block = core.is('REG-011', 'as-issued') ? operation.initial : operation.block;
  if ((flags & FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO) !== 0 && !isOnVolume(core, operation.major, block.targetFileObject)) return true;
  if (!isReadOrWrite(operation.major)) return false;
  if (operation.kind === 'fastio') return (flags & FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO) !== 0;
  const paging = isPaging(block);
  const cached = (block.irpFlags & IRP_NOCACHE) === 0;
  if (paging) return (flags & FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO) !== 0;
  return (flags & (cached ? FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO : FLTFL_OPERATION_REGISTRATION_SKIP_NON_CACHED_NON_PAGING_IO)) !== 0;
}

const oplockRequests = new Set(
  fsctl.filter(({ name }) => /^FSCTL_REQUEST_(FILTER_OPLOCK|BATCH_OPLOCK|OPLOCK_LEVEL_1|OPLOCK_LEVEL_2|OPLOCK)$/.test(name)).map(({ value }) => value),
);

/** Control codes stand in the third slot of every form of FileSystemControl and DeviceIoControl. */
const controlCodeSlot = 2;

/** requests that stay at the file system until something happens. */
export function cannotBeSynchronized(core: Core, operation: Operation): boolean {
  const { major, minor } = operation;
  if (major === IRP_MJ_FILE_SYSTEM_CONTROL) {
    const code = operation.shown.block.slots[controlCodeSlot] as number;
    return oplockRequests.has(code) && !(code === FSCTL_REQUEST_OPLOCK && core.is('R-2.28', 'documented-only'));
  }
  if (major === IRP_MJ_DIRECTORY_CONTROL) return minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY || minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX;
  return major === IRP_MJ_LOCK_CONTROL && minor === IRP_MN_LOCK;
}

/** R-6.33 (FltIsOperationSynchronous), in the order in which the page asks. */
export function isOperationSynchronous(operation: Operation): boolean {
  if (operation.kind !== 'irp') return true;
  const block = operation.shown.block;
  if (isPaging(block)) return (block.irpFlags & IRP_SYNCHRONOUS_PAGING_IO) !== 0;
  if (((block.targetFileObject?.Flags ?? 0) & FO_SYNCHRONOUS_IO) !== 0) return true;
  if ((block.irpFlags & IRP_SYNCHRONOUS_API) !== 0) return true;
  const { major } = operation;
  if (major !== IRP_MJ_DEVICE_CONTROL && major !== IRP_MJ_INTERNAL_DEVICE_CONTROL && major !== IRP_MJ_FILE_SYSTEM_CONTROL) return false;
  const code = block.slots[controlCodeSlot];
  return typeof code === 'number' && (code & 3) === 0;
}
