/**
 * Fast I/O that has no IRP form: checks, MDL access to cached data, query-open by name.
 *
 * Sources: filter-manager-objects.md 9.1, 9.3 (FIO-020, FIO-026), OPL-075; IFS:flt-parameters-for-irp-mj-mdl-read.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import { FileNetworkOpenInformation, STATUS_END_OF_FILE, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS, STATUS_VOLUME_DISMOUNTED } from '../../nt/values.generated.ts';
import { oplockForbidsFastIo } from './breaks.ts';
import { parseName } from './names.ts';
import type { Handle } from './nodes.ts';
import { answerClass, passingHandle } from './queryInformation.ts';
import { bigintOf, complete, decline, numberOf, type ModelRequest } from './request.ts';

export function checkIfPossible(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null || !request.volume.features.fastIo || oplockForbidsFastIo(handle.stream)) return decline;
  const view = request.parameters('FastIoCheckIfPossible');
  const owner = { fileObject: handle.fileObject, process: request.requestorProcess, key: numberOf(view['LockKey']) };
  const offset = bigintOf(view['FileOffset']);
  const length = BigInt(numberOf(view['Length']));
  const { locks } = handle.stream;
  const allowed = numberOf(view['CheckForReadOperation']) !== 0 ? locks.allowsRead(owner, offset, length) : locks.allowsWrite(owner, offset, length);
  return allowed ? complete(STATUS_SUCCESS) : decline;
}

/** FIO-026: a chain of MDLs for cached data, only once the file object is cached. */
const cached = (request: ModelRequest, handle: Handle | null): handle is Handle =>
  handle !== null && request.volume.features.fastIo && handle.fileObject.PrivateCacheMap !== null && !oplockForbidsFastIo(handle.stream);

export function mdlRead(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (!cached(request, handle)) return decline;
  const view = request.parameters('MdlRead');
  const offset = bigintOf(view['FileOffset']);
  const length = BigInt(numberOf(view['Length']));
  if (length > 0n && offset >= handle.stream.size) return complete(STATUS_END_OF_FILE);
  const rest = handle.stream.size - offset;
  return complete(STATUS_SUCCESS, Number(length < rest ? length : rest));
}

export function prepareMdlWrite(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (!cached(request, handle) || request.volume.readOnly) return decline;
  const view = request.parameters('PrepareMdlWrite');
  const length = numberOf(view['Length']);
  const end = bigintOf(view['FileOffset']) + BigInt(length);
  if (end > handle.stream.size) handle.stream.growTo(end);
  handle.stream.contents.write(bigintOf(view['FileOffset']), length, null);
  return complete(STATUS_SUCCESS, length);
}

export const mdlComplete = (): LowerAnswer => complete(STATUS_SUCCESS);

/** The path of a request that has a name but no open (FIO-020, FIO-021). Reparse points go the slow way. */
function askedHandle(request: ModelRequest): Handle | LowerAnswer {
  const { fileObject, volume } = request;
  if (fileObject === null) return complete(STATUS_INVALID_PARAMETER);
  if (volume.state !== 'mounted') return complete(STATUS_VOLUME_DISMOUNTED);
  const above = fileObject.RelatedFileObject === null ? null : request.services.handleOf(fileObject.RelatedFileObject);
  const parsed = parseName(fileObject.FileName.Buffer, volume.features.streams);
  if (parsed.status !== STATUS_SUCCESS || fileObject.FileName.Buffer === '') return decline;
  const walk = volume.walk(above?.link ?? volume.root, parsed, false);
  const stream = walk.link?.file.stream(parsed.stream);
  if (walk.status !== STATUS_SUCCESS) return complete(walk.status);
  // What else cannot be answered here is left to an ordinary open, which finds the right status.
  if (walk.reparse !== null || walk.link?.deletePending === true) return decline;
  if (walk.link === null || stream === undefined) return complete(STATUS_OBJECT_NAME_NOT_FOUND);
  return passingHandle(fileObject, walk.link, stream, 0x80);
}

/** sizeof(FILE_NETWORK_OPEN_INFORMATION) */
const networkOpenBytes = 56;

export function networkQueryOpen(request: ModelRequest): LowerAnswer {
  const handle = askedHandle(request);
  if (handle.kind !== 'file') return handle as LowerAnswer;
  return answerClass(FileNetworkOpenInformation, networkOpenBytes, request.parameters('NetworkQueryOpen')['NetworkInformation'], handle, request.volume);
}

/** FIO-021: the file system leaves Information alone. */
export function queryOpen(request: ModelRequest): LowerAnswer {
  const handle = askedHandle(request);
  if (handle.kind !== 'file') return handle as LowerAnswer;
  const view = request.parameters('QueryOpen');
  const answer = answerClass(numberOf(view['FileInformationClass']), numberOf(view['Length']), view['FileInformation'], handle, request.volume);
  return answer.kind === 'complete' ? complete(answer.status) : answer;
}
