/**
 * Where the file system asks its oplock package.
 *
 * Source: filter-manager-objects.md OPL-020. Paging I/O and generated directory changes never wait; fast I/O is declined before it
 * could have to (OPL-075).
 */
import type { CheckOptions, OplockOperation } from '../../engine/index.ts';
import type { ModelFile, ModelStream } from './nodes.ts';
import type { ModelRequest } from './request.ts';

/** Breaks what the request is incompatible with; true: it has to wait, and the handler returns `pend`. */
export function mustWait(request: ModelRequest, stream: ModelStream, operation: OplockOperation, options: CheckOptions = {}): boolean {
  const oplock = stream.oplockIfAny;
  if (oplock === null || request.fileObject === null || request.paging || !request.checksOplocks) return false;
  const waiter = request.kind === 'irp' ? request.waiter((one) => oplock.cancelWait(one)) : null;
  return oplock.check(operation, { open: request.fileObject }, waiter, options) === 'wait';
}

/** A child of the directory was created, deleted or renamed. Never waits: directories hold R and RH only. */
export function breakDirectory(request: ModelRequest, directory: ModelFile | null): void {
  const oplock = directory?.defaultStream.oplockIfAny ?? null;
  if (oplock !== null && request.fileObject !== null) oplock.check('child-change', { open: request.fileObject }, null);
}

/** OPL-075: fast I/O that reads or writes data is not for streams whose oplocks might have to be broken. */
export const oplockForbidsFastIo = (stream: ModelStream): boolean => stream.oplockIfAny !== null && !stream.oplockIfAny.fastIoIsPossible;
