/**
 * What a recorded control request shows: reparse points, object ids, and how codes end that the model has no rules for.
 *
 * Sources: MS-FSCC 2.3 (FSCTL_GET_REPARSE_POINT, FSCTL_GET_OBJECT_ID, FSCTL_SET_REPARSE_POINT), MS-FSA 2.1.5.10.
 */
import { isModelledControl, settledHere, type Handle, type ModelVolume } from '../../filesystem/model/index.ts';
import { isOplockRequest } from '../../filesystem/recordedAnswers.ts';
import { ntError } from '../../nt/ntStatus.ts';
import {
  FO_SYNCHRONOUS_IO, FSCTL_DELETE_REPARSE_POINT, FSCTL_GET_OBJECT_ID, FSCTL_GET_REPARSE_POINT, IO_REPARSE_TAG_MOUNT_POINT, IO_REPARSE_TAG_SYMLINK, IRP_MJ_DEVICE_CONTROL, STATUS_BUFFER_OVERFLOW, STATUS_FLT_DISALLOW_FAST_IO,
  STATUS_NOT_A_REPARSE_POINT, STATUS_OBJECTID_NOT_FOUND, STATUS_PENDING, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { numberIn } from './recordedValues.ts';

export function showControl(volume: ModelVolume, handle: Handle | null, record: NumberedOperation): void {
  const code = numberIn(record.detail['ControlCode']) >>> 0;
  const { status } = record;
  if (status === null) return;
  if (record.major === IRP_MJ_DEVICE_CONTROL || !isModelledControl(code)) {
    const answers = status !== STATUS_PENDING && status !== STATUS_FLT_DISALLOW_FAST_IO && (record.major !== IRP_MJ_DEVICE_CONTROL || handle === null || handle.kind === 'volume');
    // The first one counts: an answer that changes shows that more stands behind it.
    if (answers && !volume.shownControls.has(code)) volume.shownControls.set(code, status);
    return;
  }
  if (handle === null || handle.kind === 'volume') return;
  const { file, fileObject, shownBy } = handle;
  // Oplocks are granted to asynchronous opens only (OPL-012).
  if (shownBy !== settledHere && isOplockRequest(code) && !ntError(status)) fileObject.Flags &= ~FO_SYNCHRONOUS_IO;
  switch (code) {
    case FSCTL_GET_REPARSE_POINT:
    case FSCTL_DELETE_REPARSE_POINT:
      return showReparsePoint(volume, handle, record);
    case FSCTL_GET_OBJECT_ID:
      if (status === STATUS_SUCCESS) file.objectId ??= new Uint8Array(64);
      else if (status === STATUS_OBJECTID_NOT_FOUND) file.objectId = null;
  }
}

function showReparsePoint(volume: ModelVolume, { file }: Handle, { status, detail }: NumberedOperation): void {
  if (status === STATUS_NOT_A_REPARSE_POINT) {
    if (file.reparse !== null && file.reparse.data === null) volume.shown.reparsePoint(file, null);
    return;
  }
  if (status !== STATUS_SUCCESS && status !== STATUS_BUFFER_OVERFLOW) return;
  const room = numberIn(detail['OutputBufferLength']);
  const leastBytes = status === STATUS_BUFFER_OVERFLOW ? room + 1 : 0;
  const known = file.reparse;
  if (known === null) volume.shown.reparsePoint(file, { tag: file.directory ? IO_REPARSE_TAG_MOUNT_POINT : IO_REPARSE_TAG_SYMLINK, target: null, data: null, leastBytes });
  else if (known.data === null && leastBytes > (known.leastBytes ?? 0)) volume.shown.reparsePoint(file, { ...known, leastBytes });
}
