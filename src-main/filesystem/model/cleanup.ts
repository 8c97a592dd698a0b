/**
 * IRP_MJ_CLEANUP: the last handle of a file object is closed.
 *
 * Sources: MS-FSA 2.1.5.5 (close of an open), filter-manager-objects.md OPL-060 (oplocks last), NAM-036, VOL-003; delete sample of
 * driver-api-usage.md 2.8 (a POSIX delete takes the name at once, the file stays for other handles).
 */
import { fileAction, type LowerAnswer } from '../../engine/index.ts';
import { FO_CLEANUP_COMPLETE, STATUS_DELETE_PENDING, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { breakDirectory } from './breaks.ts';
import type { Handle, Link, ModelStream } from './nodes.ts';
import { complete, type ModelRequest } from './request.ts';

export function cleanup(request: ModelRequest): LowerAnswer {
  const { fileObject, services, volume } = request;
  const handle = services.handleOf(fileObject);
  if (fileObject === null || handle === null || handle.cleanedUp) return complete(STATUS_SUCCESS);
  handle.cleanedUp = true;
  fileObject.Flags |= FO_CLEANUP_COMPLETE;
  if (volume.lockedBy === fileObject) volume.lockedBy = null;
  volume.notify.cleanup(fileObject);
  if (handle.kind === 'volume') return complete(STATUS_SUCCESS);
  const { stream } = handle;
  stream.locks.cleanup(fileObject);
  if (handle.share !== null) stream.share.remove(handle.share);
  stream.handles.delete(handle);
  handle.link.handles--;
  if (handle.deleteOnClose) markForDeletion(handle);
  if (volume.state === 'mounted') removeWhatIsMarked(request, handle);
  stream.oplockIfAny?.cleanup(fileObject);
  return complete(STATUS_SUCCESS);
}

/** Delete-on-close becomes a delete disposition when the handle goes; a directory that is not empty stays. */
function markForDeletion(handle: Handle): void {
  if (handle.stream.name !== '') handle.stream.deletePending = true;
  else if (handle.link.parent !== null && !(handle.file.directory && !handle.file.isEmpty)) handle.link.deletePending = true;
}

function removeWhatIsMarked(request: ModelRequest, handle: Handle): void {
  const { stream, link } = handle;
  if (stream.deletePending && !stream.deleted && !stream.isOpen) removeStream(request, handle, stream);
  if (link.deletePending && !link.removed && (handle.posixDelete || link.handles === 0)) removeName(request, handle, link);
  settleDeletion(handle);
}

function removeStream(request: ModelRequest, handle: Handle, stream: ModelStream): void {
  stream.file.removeStream(stream);
  request.volume.report(handle.link.parent, `${handle.link.name}:${stream.name}`, fileAction.removedStream, 0x200);
}

function removeName(request: ModelRequest, handle: Handle, link: Link): void {
  const { volume } = request;
  const parent = link.parent;
  if (handle.file.directory) volume.notify.directoryGone(handle.file, STATUS_DELETE_PENDING);
  const spelled = handle.openedPath.slice(handle.openedPath.lastIndexOf('\\') + 1).replace(/:.*$/, '');
  volume.removeLink(link, spelled);
  breakDirectory(request, parent);
  volume.reportName(link, fileAction.removed, parent);
}

/** Without names and handles the file is gone: queries through a file object that is left answer STATUS_FILE_DELETED. */
function settleDeletion(handle: Handle): void {
  const { file } = handle;
  if (file.links.length > 0 || file.handleCount > 0) return;
  file.deleted = true;
  for (const stream of file.streams) stream.deleted = true;
}
