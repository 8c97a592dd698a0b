/**
 * IRP_MJ_QUERY_SECURITY and IRP_MJ_SET_SECURITY: descriptors are kept as they are given, and decide nothing.
 *
 * Sources: MS-FSA 2.1.5.14, 2.1.5.18; OPL-020 (setting security breaks handle caching in the newest MS-FSA only).
 */
import type { LowerAnswer } from '../../engine/index.ts';
import { FILE_NOTIFY_CHANGE_SECURITY, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { mustWait } from './breaks.ts';
import { byteBufferOf, copyOut, StructureWriter, transferBuffer } from './bytes.ts';
import { complete, numberOf, pend, type ModelRequest } from './request.ts';

/** A self-relative descriptor with nothing in it: revision 1, SE_SELF_RELATIVE. */
const emptyDescriptor = new StructureWriter().u8(0, 1).u8(1, 0).u16(2, 0x8000).pad(20).bytes;

export function querySecurity(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  if (!request.volume.features.security) return complete(STATUS_INVALID_DEVICE_REQUEST);
  const view = request.parameters('QuerySecurity');
  const shownBytes = handle.file.security === null ? handle.file.descriptorBytes?.get(numberOf(view['SecurityInformation'])) : undefined;
  // A recording tells how long it was, not what it said.
  if (shownBytes !== undefined) return complete(numberOf(view['Length']) < shownBytes ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS, shownBytes);
  const descriptor = handle.file.security ?? emptyDescriptor;
  // Information tells the size that is needed, whether or not it fits.
  if (numberOf(view['Length']) < descriptor.length) return complete(STATUS_BUFFER_OVERFLOW, descriptor.length);
  copyOut(transferBuffer(view['SecurityBuffer'], view['MdlAddress']), descriptor);
  return complete(STATUS_SUCCESS, descriptor.length);
}

export function setSecurity(request: ModelRequest): LowerAnswer {
  const handle = request.services.handleOf(request.fileObject);
  if (handle === null) return complete(STATUS_INVALID_PARAMETER);
  if (!request.volume.features.security) return complete(STATUS_INVALID_DEVICE_REQUEST);
  if (request.services.is('OPL-020', 'breaks-handle') && mustWait(request, handle.stream, 'security')) return pend;
  const bytes = byteBufferOf(request.parameters('SetSecurity')['SecurityDescriptor']);
  if (bytes !== null && (bytes.isKnown?.(0, bytes.length) ?? true)) handle.file.security = bytes.bytes(0, bytes.length);
  handle.file.times.change = request.services.now();
  request.volume.reportChange(handle.link, FILE_NOTIFY_CHANGE_SECURITY);
  return complete(STATUS_SUCCESS);
}
