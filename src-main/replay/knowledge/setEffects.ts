/**
 * The effects of recorded requests that the model did not carry out, or carried out otherwise: names and sizes are put right.
 *
 * Source: MS-FSA 2.1.5.15 (what each class does when it succeeds).
 */
import type { Handle, ModelVolume } from '../../filesystem/model/index.ts';
import {
  FileDispositionInformation, FileDispositionInformationEx, FileEndOfFileInformation, FileLinkInformation, FileLinkInformationEx, FileRenameInformation, FileRenameInformationEx, IRP_MJ_SET_INFORMATION,
  IRP_MJ_WRITE, IRP_PAGING_IO,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { bigintIn, numberIn } from './recordedValues.ts';
import { deletes, targetIn } from './setEvidence.ts';

export function redoSet(volume: ModelVolume, handle: Handle, record: NumberedOperation): void {
  const { major, detail, index } = record;
  if (major === IRP_MJ_WRITE) return redoWrite(volume, handle, record);
  if (major !== IRP_MJ_SET_INFORMATION) return;
  const { stream, link } = handle;
  switch (numberIn(detail['FileInformationClass'])) {
    case FileEndOfFileInformation: {
      const size = bigintIn(detail['EndOfFile']);
      if (size !== null && detail['AdvanceOnly'] !== true) volume.shown.size(stream, size, 'exact', index, 'resync');
      return;
    }
    case FileDispositionInformation:
    case FileDispositionInformationEx:
      if (stream.name === '') volume.shown.deletePending(link, deletes(record), 'resync');
      else stream.deletePending = deletes(record);
      return;
    case FileRenameInformation:
    case FileRenameInformationEx: {
      const target = targetIn(record.detail);
      if (target !== null && stream.name === '') volume.shown.renamed(link, target, index);
      return;
    }
    case FileLinkInformation:
    case FileLinkInformationEx: {
      const target = targetIn(record.detail);
      if (target !== null) volume.shown.linked(handle.file, target, index);
    }
  }
}

function redoWrite(volume: ModelVolume, { stream, kind }: Handle, { offset, length, irpFlags, index }: NumberedOperation): void {
  if (kind === 'volume' || offset === null || offset < 0n || length === null || (irpFlags & IRP_PAGING_IO) !== 0) return;
  const end = offset + BigInt(length);
  if (end > stream.size) volume.shown.size(stream, end, 'least', index, 'resync');
}
