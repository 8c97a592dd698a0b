/** IRP_MJ_FLUSH_BUFFERS. Source: MS-FSA 2.1.5.7; OPL-020 (breaks what a read breaks). Where there is a cache, what is newer in it is written. */
import type { LowerAnswer } from '../../engine/index.ts';
import { STATUS_INVALID_PARAMETER, STATUS_MEDIA_WRITE_PROTECTED, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { mustWait } from './breaks.ts';
import { pageOut } from './pageCache.ts';
import { complete, pend, type ModelRequest } from './request.ts';

export function flush(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  if (request.volume.readOnly) return complete(STATUS_MEDIA_WRITE_PROTECTED);
  if (handle.kind === 'file' && mustWait(request, handle.stream, 'flush')) return pend;
  const { cache } = handle.stream;
  return (cache === null ? null : pageOut(request, cache, () => cache.firstDirty)) ?? complete(STATUS_SUCCESS);
}
