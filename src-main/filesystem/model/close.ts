/**
 * IRP_MJ_CLOSE: the last reference to a file object is gone.
 *
 * Source: filter-manager-objects.md CTX-040, CTX-041: the stream lives as long as any file object on it, the file as long as any
 * of its streams; caching keeps nothing longer here.
 */
import type { FileSystemListener, LowerAnswer } from '../../engine/index.ts';
import { STATUS_SUCCESS } from '../../nt/values.generated.ts';
import type { Handle } from './nodes.ts';
import { complete, type ModelRequest } from './request.ts';

export function close(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null || handle.closed) return complete(STATUS_SUCCESS);
  request.services.closed(handle);
  closeHandle(handle, request.volume.listener);
  return complete(STATUS_SUCCESS);
}

export function closeHandle(handle: Handle, listener: FileSystemListener | null): void {
  handle.closed = true;
  const { stream, file } = handle;
  stream.references--;
  file.references--;
  if (stream.references === 0) {
    // Nothing tells when a section is closed: it lives as long as the stream is open.
    stream.writableSections = 0;
    listener?.streamFreed(stream.fsContext);
    stream.forgetOpens();
  }
  if (file.references === 0) listener?.fileFreed(file);
}
