/**
 * How long a request's buffer was: as recorded, else what its structure takes.
 *
 * Source: MS-FSCC 2.4, 2.5 (sizes). Text exports and ETW record no lengths of information buffers.
 */
import { IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_VOLUME_INFORMATION, STATUS_BUFFER_OVERFLOW } from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { answerBytes, answerLayout } from './answerBytes.ts';
import { numberIn } from './recordedFields.ts';
import { namesTarget, setLayouts, volumeLayouts, type Layout } from './structureLayouts.ts';
import { targetBytes, targetEnd } from './targetNames.ts';

/** Room for lists and texts whose length was not recorded: a page. */
const listBytes = 4096;
/** Room for what is no list, of a class that is not laid out: more than any fixed structure of MS-FSCC takes. */
const otherBytes = 128;

export function bufferLength(op: NumberedOperation): number {
  if (op.length !== null) return longEnough(op, op.length);
  switch (op.major) {
    case IRP_MJ_SET_INFORMATION: return setBytes(op, numberIn(op, 'FileInformationClass'));
    case IRP_MJ_SET_VOLUME_INFORMATION: return structureBytes(op, volumeLayouts.get(numberIn(op, 'FsInformationClass')));
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_QUERY_VOLUME_INFORMATION: return queryBytes(op);
    case IRP_MJ_DIRECTORY_CONTROL: return Math.max(listBytes, answerBytes(op));
    default: return 0;
  }
}

/** A target that was given below RootDirectory takes more room as the full name that stands for it here. */
function longEnough(op: NumberedOperation, length: number): number {
  if (op.major !== IRP_MJ_SET_INFORMATION || !namesTarget(numberIn(op, 'FileInformationClass'))) return length;
  const { TargetName: given, FileName: dos } = op.detail;
  if (typeof given !== 'string' && typeof dos !== 'string') return length;
  // Callers may leave out the padding at the end, but not a part of the name.
  return length >= targetEnd(op) ? length : targetBytes(op);
}

function setBytes(op: NumberedOperation, informationClass: number): number {
  return namesTarget(informationClass) ? targetBytes(op) : structureBytes(op, setLayouts.get(informationClass));
}

function structureBytes({ detail }: NumberedOperation, layout: Layout | undefined): number {
  if (layout === undefined) return otherBytes;
  const text = layout.text === undefined ? undefined : detail[layout.text[0]];
  return typeof text === 'string' ? layout.size + text.length * 2 : layout.size;
}

/** A text that did not fit leaves room for its length only. */
function queryBytes(op: NumberedOperation): number {
  const layout = answerLayout(op);
  if (layout === undefined) return otherBytes;
  if (layout.text === undefined) return layout.size;
  return op.status === STATUS_BUFFER_OVERFLOW ? Math.max(8, answerBytes(op)) : listBytes;
}
