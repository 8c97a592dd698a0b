/**
 * IRP_MJ_DEVICE_CONTROL: handed on to the device below for the volume, refused for files.
 *
 * Source: the WDK's FASTFAT sample (only opens of the volume pass). There is no device below: what a recording shows of its answers
 * is repeated, everything else is STATUS_INVALID_DEVICE_REQUEST. Fast I/O is not offered for it.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import { STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER } from '../../nt/values.generated.ts';
import { complete, decline, numberOf, type ModelRequest } from './request.ts';

export function deviceControl(request: ModelRequest): LowerAnswer {
  if (request.kind === 'fastio') return decline;
  const handle = request.services.handleOf(request.fileObject);
  if (handle !== null && handle.kind !== 'volume') return complete(STATUS_INVALID_PARAMETER);
  const code = numberOf(request.parameters('DeviceIoControl.Common')['IoControlCode']) >>> 0;
  return complete(request.volume.shownControls.get(code) ?? STATUS_INVALID_DEVICE_REQUEST);
}
