/**
 * What a recorded query by name (IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_OPEN) shows.
 *
 * Sources: FIO-020, FIO-021. A refusal comes from a filter of the recorded machine that is not in this stack: such filters refuse on
 * a whole volume, so the first query decides for the volume, until one is answered (REP-010).
 */
import type { ModelVolume } from '../../filesystem/model/index.ts';
import { STATUS_FLT_DISALLOW_FAST_IO, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { parentOf, showMissingPath } from './createEvidence.ts';
import { bigintIn, numberIn } from './recordedValues.ts';

export function showQueryOpen(volume: ModelVolume, { major, status, detail, index }: NumberedOperation, path: string, infersRefusals: boolean): void {
  if (major === null || path === '') return;
  if (status === STATUS_FLT_DISALLOW_FAST_IO) {
    if (infersRefusals && !volume.answersFastIo.has(major)) volume.refusedFastIo.add(major);
    return;
  }
  volume.answersFastIo.add(major);
  volume.refusedFastIo.delete(major);
  if (status === STATUS_OBJECT_PATH_NOT_FOUND) return showMissingPath(volume, path, 'prior');
  if (status === STATUS_OBJECT_NAME_NOT_FOUND) {
    volume.shown.absent(path);
    const parent = parentOf(path);
    if (parent !== '') volume.shown.exists(parent, 'directory', index);
    return;
  }
  if (status !== STATUS_SUCCESS) return;
  const link = volume.shown.exists(path, null, index);
  if (link === null) return;
  const { file } = link;
  const attributes = numberIn(detail['FileAttributes']);
  if (attributes !== 0) volume.shown.attributes(file, attributes, index);
  const size = bigintIn(detail['EndOfFile']);
  if (size !== null && !file.directory) volume.shown.size(volume.findStream(path) ?? file.defaultStream, size, 'exact', index);
}
