/**
 * IRP_MJ_LOCK_CONTROL, as IRP and as fast I/O.
 *
 * Sources: MS-FSA 2.1.5.8, 2.1.5.9; IC-040 (where the flags are); filter-manager-objects.md OPL-020 (lock and unlock break oplocks).
 */
import type { ByteRangeLock, LowerAnswer } from '../../engine/index.ts';
import {
  IRP_MN_LOCK, IRP_MN_UNLOCK_ALL, IRP_MN_UNLOCK_ALL_BY_KEY, IRP_MN_UNLOCK_SINGLE, SL_EXCLUSIVE_LOCK, SL_FAIL_IMMEDIATELY, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_LOCK_RANGE,
  STATUS_INVALID_PARAMETER, STATUS_LOCK_NOT_GRANTED, STATUS_RANGE_NOT_LOCKED, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { mustWait, oplockForbidsFastIo } from './breaks.ts';
import type { Handle } from './nodes.ts';
import { bigintOf, complete, decline, numberOf, pend, type ModelRequest } from './request.ts';

export function lockControl(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null || handle.kind === 'volume' || (handle.file.directory && handle.stream.name === '')) return complete(STATUS_INVALID_PARAMETER);
  if (request.kind === 'fastio' && (!request.volume.features.fastIo || oplockForbidsFastIo(handle.stream))) return decline;
  const view = request.parameters('LockControl');
  const wanted: ByteRangeLock = {
    fileObject: handle.fileObject, process: request.requestorProcess, key: numberOf(view['Key']), offset: bigintOf(view['ByteOffset']), length: bigintOf(view['Length']),
    exclusive: (request.operationFlags & SL_EXCLUSIVE_LOCK) !== 0 || numberOf(view['ExclusiveLock']) !== 0,
  };
  if (wanted.offset < 0n || wanted.length < 0n) return complete(STATUS_INVALID_LOCK_RANGE);
  if (mustWait(request, handle.stream, 'lock')) return pend;
  return request.minor === IRP_MN_LOCK ? lock(request, handle, wanted, numberOf(view['FailImmediately']) !== 0 || (request.operationFlags & SL_FAIL_IMMEDIATELY) !== 0) : unlock(request, handle, wanted);
}

function lock(request: ModelRequest, { stream }: Handle, wanted: ByteRangeLock, failsImmediately: boolean): LowerAnswer {
  if (stream.locks.tryLock(wanted)) return complete(STATUS_SUCCESS);
  if (request.kind === 'fastio') return decline;
  if (failsImmediately) return complete(STATUS_LOCK_NOT_GRANTED);
  const giveUp = stream.locks.wait(wanted, (granted) => {
    request.giveUp = null;
    request.services.finish(request, granted ? STATUS_SUCCESS : STATUS_RANGE_NOT_LOCKED, 0);
  });
  request.giveUp = giveUp;
  return pend;
}

/** A lock from before the recording; true where there was one. */
function unlockUnseen(handle: Handle, { key, offset, length }: ByteRangeLock): boolean {
  const at = handle.unseenLocks?.findIndex((one) => one.key === key && one.offset === offset && one.length === length) ?? -1;
  if (at >= 0) handle.unseenLocks?.splice(at, 1);
  return at >= 0;
}

function unlock(request: ModelRequest, handle: Handle, range: ByteRangeLock): LowerAnswer {
  const { stream, fileObject } = handle;
  switch (request.minor) {
    case IRP_MN_UNLOCK_SINGLE:
      return complete(stream.locks.unlock(range, range.offset, range.length) || unlockUnseen(handle, range) ? STATUS_SUCCESS : STATUS_RANGE_NOT_LOCKED);
    case IRP_MN_UNLOCK_ALL:
      stream.locks.unlockAll(fileObject, { process: range.process });
      return complete(STATUS_SUCCESS);
    case IRP_MN_UNLOCK_ALL_BY_KEY:
      stream.locks.unlockAll(fileObject, { process: range.process, key: range.key });
      return complete(STATUS_SUCCESS);
    default:
      return complete(STATUS_INVALID_DEVICE_REQUEST);
  }
}
