/**
 * The oplock FSCTLs of a file system: requests, acknowledgements, break notification.
 *
 * Source: filter-manager-objects.md OPL-010 to OPL-016, OPL-037, OPL-050 to OPL-053.
 */
import {
  isExclusive, isTransacted, legacyRequestLevel, levelFromBits, oplockKeysEqual, oplockOutputBytes, type LegacyAcknowledgement, type LowerAnswer, type OplockAnswer, type OplockLevel,
  type OplockRequest, type OplockRequestFacts,
} from '../../engine/index.ts';
import {
  FO_SYNCHRONOUS_IO, FSCTL_OPBATCH_ACK_CLOSE_PENDING, FSCTL_OPLOCK_BREAK_ACK_NO_2, FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, FSCTL_OPLOCK_BREAK_NOTIFY, FSCTL_REQUEST_OPLOCK,
  OPLOCK_LEVEL_CACHE_HANDLE, OPLOCK_LEVEL_CACHE_READ, OPLOCK_LEVEL_CACHE_WRITE, REQUEST_OPLOCK_INPUT_FLAG_ACK, REQUEST_OPLOCK_INPUT_FLAG_COMPLETE_ACK_ON_CLOSE, REQUEST_OPLOCK_INPUT_FLAG_REQUEST, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_DEVICE_REQUEST,
  STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED, STATUS_PENDING, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { byteBufferOf, copyOut, StructureReader, StructureWriter } from './bytes.ts';
import type { Handle } from './nodes.ts';
import { complete, numberOf, pend, type ModelRequest } from './request.ts';

const acknowledgements: ReadonlyMap<number, LegacyAcknowledgement> = new Map<number, LegacyAcknowledgement>([
  [FSCTL_OPLOCK_BREAK_ACKNOWLEDGE, 'ACKNOWLEDGE'], [FSCTL_OPLOCK_BREAK_ACK_NO_2, 'ACK_NO_2'], [FSCTL_OPBATCH_ACK_CLOSE_PENDING, 'CLOSE_PENDING'],
]);

export const isOplockControl = (code: number): boolean =>
  code === FSCTL_REQUEST_OPLOCK || code === FSCTL_OPLOCK_BREAK_NOTIFY || acknowledgements.has(code) || legacyRequestLevel(code) !== undefined;

/** sizeof(REQUEST_OPLOCK_INPUT_BUFFER) */
const inputBytes = 12;

export function oplockControl(request: ModelRequest, handle: Handle, code: number): LowerAnswer {
  if (request.kind !== 'irp') return complete(STATUS_INVALID_DEVICE_REQUEST);
  if (!request.volume.features.oplocks) return complete(STATUS_NOT_SUPPORTED);
  if (handle.kind === 'volume' || handle.cleanedUp) return complete(STATUS_INVALID_PARAMETER);
  const { stream, fileObject } = handle;
  const form = acknowledgements.get(code);
  const level = legacyRequestLevel(code);
  if (form !== undefined) return settle(request, (oplockRequest) => stream.oplock.acknowledge(form, fileObject, oplockRequest), handle);
  if (level !== undefined) return requestLevel(request, handle, level);
  if (code === FSCTL_OPLOCK_BREAK_NOTIFY) return notifyBreakEnd(request, handle);
  return requestOrAcknowledge(request, handle);
}

function notifyBreakEnd(request: ModelRequest, { stream, fileObject }: Handle): LowerAnswer {
  const oplock = stream.oplockIfAny;
  if (oplock === null) return complete(STATUS_SUCCESS);
  // Running again after the break means that it is over.
  return oplock.waitForBreakEnd(fileObject, request.waiter((one) => oplock.cancelWait(one))) ? pend : complete(STATUS_SUCCESS);
}

const readHandle = OPLOCK_LEVEL_CACHE_READ | OPLOCK_LEVEL_CACHE_HANDLE;
const unknownLevel = ({ services }: ModelRequest): number => (services.is('REP-020', 'read') ? OPLOCK_LEVEL_CACHE_READ : services.is('REP-020', 'read-handle-write') ? readHandle | OPLOCK_LEVEL_CACHE_WRITE : readHandle);

/** FSCTL_REQUEST_OPLOCK (OPL-011). */
function requestOrAcknowledge(request: ModelRequest, handle: Handle): LowerAnswer {
  const view = request.parameters('FileSystemControl.Buffered');
  const buffer = view['SystemBuffer'];
  const objectForm = typeof buffer === 'object' && buffer !== null && byteBufferOf(buffer) === null;
  const tooSmall = !objectForm && (numberOf(view['InputBufferLength']) < inputBytes || numberOf(view['OutputBufferLength']) < oplockOutputBytes);
  if (tooSmall) return complete(request.services.is('OPL-011', 'invalid-parameter') ? STATUS_INVALID_PARAMETER : STATUS_BUFFER_TOO_SMALL);
  const input = new StructureReader(buffer);
  const version = input.u16('StructureVersion', 0) ?? 1;
  // A recording tells the request, not the level.
  const bits = input.u32('RequestedOplockLevel', 4) ?? unknownLevel(request);
  const flags = input.u32('Flags', 8) ?? REQUEST_OPLOCK_INPUT_FLAG_REQUEST;
  const asks = (flags & REQUEST_OPLOCK_INPUT_FLAG_REQUEST) !== 0;
  const acknowledges = (flags & REQUEST_OPLOCK_INPUT_FLAG_ACK) !== 0;
  const level = levelFromBits(bits);
  if (version !== 1 || asks === acknowledges) return complete(STATUS_INVALID_PARAMETER);
  if (level === null) return complete(STATUS_INVALID_PARAMETER);
  if (asks) return level === 'NONE' ? complete(STATUS_SUCCESS) : requestLevel(request, handle, level);
  const facts = { deletePending: handle.link.deletePending || handle.stream.deletePending, onClose: (flags & REQUEST_OPLOCK_INPUT_FLAG_COMPLETE_ACK_ON_CLOSE) !== 0 };
  return settle(request, (oplockRequest) => handle.stream.oplock.acknowledgeGranular(level, handle.fileObject, oplockRequest, facts), handle);
}

function requestLevel(request: ModelRequest, handle: Handle, level: OplockLevel): LowerAnswer {
  return settle(request, (oplockRequest) => handle.stream.oplock.request(level, factsOf(handle, level), oplockRequest), handle);
}

function factsOf({ fileObject, stream, file, link }: Handle, level: OplockLevel): OplockRequestFacts {
  const others = isExclusive(level) ? [...stream.handles].filter((one) => one.fileObject !== fileObject) : [];
  return {
    open: fileObject, directory: file.directory && stream.name === '', synchronous: (fileObject.Flags & FO_SYNCHRONOUS_IO) !== 0, transacted: isTransacted(fileObject),
    writableSection: stream.writableSections > 0, byteRangeLocks: stream.locks.any, deletePending: link.deletePending || stream.deletePending, openCount: stream.handles.size,
    otherKeyOpen: others.some((one) => !oplockKeysEqual(one.fileObject, fileObject)),
  };
}

/** Runs a request or an acknowledgement; STATUS_PENDING leaves the IRP with the oplock it holds. */
function settle(request: ModelRequest, run: (oplockRequest: OplockRequest) => OplockAnswer, handle: Handle): LowerAnswer {
  const oplockRequest: OplockRequest = {
    end: (answer) => {
      writeOutput(request, answer);
      request.services.finish(request, answer.status, answer.information);
    },
  };
  const answer = run(oplockRequest);
  if (answer.status !== STATUS_PENDING) {
    writeOutput(request, answer);
    return complete(answer.status, answer.information);
  }
  request.giveUp = () => handle.stream.oplock.cancel(oplockRequest);
  return pend;
}

function writeOutput(request: ModelRequest, { output }: OplockAnswer): void {
  if (output === null) return;
  const buffer = request.parameters('FileSystemControl.Buffered')['SystemBuffer'];
  const to = new StructureWriter().u16(0, 1).u16(2, oplockOutputBytes).u32(4, output.originalLevel).u32(8, output.newLevel).u32(12, output.flags).u32(16, output.accessMode).u16(20, output.shareMode);
  const bytes = byteBufferOf(buffer);
  if (bytes !== null && bytes.length >= oplockOutputBytes) copyOut(bytes, to.pad(oplockOutputBytes).bytes);
}
