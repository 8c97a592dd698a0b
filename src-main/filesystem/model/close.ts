/**
 * IRP_MJ_CLOSE: the last reference to a file object is gone.
 *
 * Source: filter-manager-objects.md CTX-040, CTX-041: the stream lives as long as any file object on it, the file as long as any
 * of its streams; caching keeps nothing longer here.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import { STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { complete, type ModelRequest } from './request.ts';

export function close(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null || handle.closed) return complete(STATUS_SUCCESS);
  handle.closed = true;
  request.services.closed(handle);
  const { stream, file } = handle;
  stream.references--;
  file.references--;
  const { listener } = request.volume;
  if (stream.references === 0) {
    // Nothing tells when a section is closed: it lives as long as the stream is open.
    stream.writableSections = 0;
    listener?.streamFreed(stream.fsContext);
  }
  if (file.references === 0) listener?.fileFreed(file);
  return complete(STATUS_SUCCESS);
}
