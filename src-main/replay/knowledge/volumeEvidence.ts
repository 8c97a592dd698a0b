/** What a recorded query shows of a volume itself. Source: MS-FSCC 2.5. */
import type { ModelVolume } from '../../filesystem/model/index.ts';
import { ntSuccess } from '../../nt/ntStatus.ts';
import { STATUS_BUFFER_OVERFLOW } from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { bigintIn } from './recordedValues.ts';

export function showVolume(volume: ModelVolume, { status, detail }: NumberedOperation): void {
  if (status === null || (!ntSuccess(status) && status !== STATUS_BUFFER_OVERFLOW)) return;
  const label = detail['VolumeLabel'];
  if (typeof label === 'string') volume.label = label;
  const serial = detail['VolumeSerialNumber'];
  if (typeof serial === 'number') volume.serialNumber = serial;
  volume.createdAt = bigintIn(detail['VolumeCreationTime']) ?? volume.createdAt;
}
