/**
 * FltClose, ObReferenceObject and ObDereferenceObject of file objects.
 *
 * GEN-003, GEN-010: the last handle causes CLEANUP, the last reference CLOSE, both from the I/O manager and in the caller's thread.
 */
import {
  FO_CLEANUP_COMPLETE, IRP_CLOSE_OPERATION, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_SYNCHRONOUS_API, STATUS_INVALID_HANDLE, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import { fileObjectFriend, type FILE_OBJECT } from '../../iomgr/fileObject.ts';
import type { Blocking } from '../../kernel/wait.ts';
import type { Core } from '../core.ts';
import type { Filter } from '../instance.ts';
import { openFilesOf, type OpenFile } from './openFiles.ts';
import { perform, type Caller, type OwnRequest } from './send.ts';

const closing = (file: OpenFile, major: number): OwnRequest => ({
  major, irpFlags: IRP_CLOSE_OPERATION | IRP_SYNCHRONOUS_API, fileObject: file.fileObject, member: null, values: {}, ioManager: true,
});

/** The file was opened and nothing holds it any more. */
export function* closeIfUnused(core: Core, file: OpenFile, caller: Caller): Blocking<void> {
  if (file.handles > 0 || file.references > 0 || !file.cleanedUp || file.closed) return;
  openFilesOf(core).closed(file);
  yield* perform(core, closing(file, IRP_MJ_CLOSE), file.volume, file.initiator, caller, `the close of ${file.name}`);
}

/** FltClose, ZwClose of a file handle. Null: it is no handle of a file that a driver opened. */
export function* closeHandle(core: Core, handle: unknown, caller: Caller): Blocking<number | null> {
  const files = openFilesOf(core);
  if (typeof handle !== 'object' || handle === null) return null;
  const file = files.dropHandle(handle);
  if (file === null) return files.wasHandle(handle) ? STATUS_INVALID_HANDLE : null;
  if (file.handles === 0) {
    yield* perform(core, closing(file, IRP_MJ_CLEANUP), file.volume, file.initiator, caller, `the cleanup of ${file.name}`);
    file.cleanedUp = true;
    file.fileObject.Flags |= FO_CLEANUP_COMPLETE;
  }
  yield* closeIfUnused(core, file, caller);
  return STATUS_SUCCESS;
}

/** One reference more; none for a file object that is gone with its operation (OV-103). */
export function referenceFile(core: Core, fileObject: FILE_OBJECT, caller: Caller): void {
  if (fileObjectFriend.isOnStack(fileObject)) core.violate('OV-103', caller);
  else openFilesOf(core).reference(fileObject, caller.filter);
}

/** One reference less; the last one closes. False when the filter has none to give back. */
export function* dereferenceFile(core: Core, fileObject: FILE_OBJECT, filter: Filter, caller: Caller): Blocking<boolean> {
  const files = openFilesOf(core);
  if (!files.dereference(fileObject, filter)) return false;
  const file = files.of(fileObject);
  if (file !== undefined) yield* closeIfUnused(core, file, caller);
  return true;
}
