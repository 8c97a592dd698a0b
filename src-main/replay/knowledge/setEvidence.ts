/**
 * What a recorded set-information shows of the state it met: what stood in its way, or did not.
 *
 * Sources: MS-FSA 2.1.5.15 (disposition, link, rename, end of file); the keys of `detail` in src-main/trace/README.md.
 */
import { notShown, settledHere, type Claim, type Handle, type ModelVolume } from '../../filesystem/model/index.ts';
import {
  FILE_ATTRIBUTE_READONLY, FileAllocationInformation, FileDispositionInformation, FileDispositionInformationEx, FileEndOfFileInformation, FileLinkInformation, FileLinkInformationEx, FileRenameInformation,
  FileRenameInformationEx, STATUS_CANNOT_DELETE, STATUS_DIRECTORY_NOT_EMPTY, STATUS_OBJECT_NAME_COLLISION, STATUS_SUCCESS, STATUS_USER_MAPPED_FILE,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { splitPath } from '../recordedPaths.ts';
import { parentOf } from './createEvidence.ts';
import { numberIn } from './recordedValues.ts';

export function showSet(volume: ModelVolume, handle: Handle, record: NumberedOperation, closesAreLost: boolean, claim: Claim): void {
  switch (numberIn(record.detail['FileInformationClass'])) {
    case FileDispositionInformation:
    case FileDispositionInformationEx:
      return showDisposition(volume, handle, record, closesAreLost);
    case FileRenameInformation:
    case FileRenameInformationEx:
    case FileLinkInformation:
    case FileLinkInformationEx:
      return showTarget(volume, record, claim);
    case FileEndOfFileInformation:
    case FileAllocationInformation:
      // Nothing tells when a section is closed, but that a size could be changed does.
      if (record.status === STATUS_SUCCESS) handle.stream.writableSections = 0;
      else if (record.status === STATUS_USER_MAPPED_FILE) handle.stream.writableSections = Math.max(1, handle.stream.writableSections);
  }
}

/** Whether it asks for the deletion, or takes it back. */
export const deletes = ({ detail }: NumberedOperation): boolean => detail['DeleteFile'] === true || numberIn(detail['DeleteFile']) !== 0 || (numberIn(detail['Flags']) & 1) !== 0;

function showDisposition(volume: ModelVolume, { file, stream }: Handle, record: NumberedOperation, closesAreLost: boolean): void {
  if (!deletes(record) || stream.name !== '') return;
  const inferred = file.attributesShownBy !== settledHere;
  const { status } = record;
  if (status === STATUS_SUCCESS) {
    if (inferred) file.attributes &= ~FILE_ATTRIBUTE_READONLY;
    file.holdsUnnamed = false;
    for (const child of [...file.children]) {
      // What was marked for deletion is gone by now, though nobody saw its last close.
      if (closesAreLost && child.deletePending) volume.shown.removeName(child, 'resync');
      else if (child.handles === 0) volume.shown.removeName(child, 'prior');
    }
  } else if (status === STATUS_CANNOT_DELETE && file.attributesShownBy === notShown) file.attributes |= FILE_ATTRIBUTE_READONLY;
  else if (status === STATUS_DIRECTORY_NOT_EMPTY && file.isEmpty) file.holdsUnnamed = true;
}

/** Path of the new name in its volume; null where the recording does not tell it in full. */
export function targetIn(detail: NumberedOperation['detail']): string | null {
  const dos = detail['FileName'];
  if (typeof dos === 'string' && dos.includes('\\')) return splitPath(dos).name;
  const given = detail['TargetName'];
  if (typeof given !== 'string') return null;
  const systemRoot = /^\\SystemRoot(\\.*)$/is.exec(given);
  if (systemRoot !== null) return `\\Windows${systemRoot[1] ?? ''}`;
  const local = /^\\(?:\?\?|DosDevices)\\([A-Z]:\\.*)$/is.exec(given);
  return local === null ? null : splitPath(local[1] ?? '').name;
}

function showTarget(volume: ModelVolume, { detail, status, index }: NumberedOperation, claim: Claim): void {
  const path = targetIn(detail);
  if (path === null) return;
  const replaces = detail['ReplaceIfExists'] === true || (numberIn(detail['Flags']) & 1) !== 0;
  if (status === STATUS_OBJECT_NAME_COLLISION) volume.shown.exists(path, null, index, claim);
  if (status !== STATUS_SUCCESS) return;
  const parent = parentOf(path);
  if (parent !== '') volume.shown.exists(parent, 'directory', index, claim);
  const target = volume.find(path);
  if (target === null) return;
  // A change of case alone finds the file itself.
  if (!replaces && target.handles === 0) volume.shown.removeName(target, 'prior');
  else if (target.file.attributesShownBy !== settledHere) target.file.attributes &= ~FILE_ATTRIBUTE_READONLY;
}
