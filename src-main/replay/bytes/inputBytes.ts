/**
 * What a request handed in, rebuilt from the recorded fields.
 *
 * Sources: MS-FSCC 2.3 (control codes), 2.4 and 2.5 (information classes); driver-api-usage.md 5.5. What was not recorded stays
 * unknown, except flags that the recorded result tells something about: they are assumed, and say so.
 */
import { byteOrigin } from '../../engine/index.ts';
import {
  FSCTL_OFFLOAD_READ, FSCTL_OFFLOAD_WRITE, FSCTL_QUERY_ALLOCATED_RANGES, FSCTL_REQUEST_OPLOCK, FSCTL_SET_ZERO_DATA, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_SECURITY,
  IRP_MJ_SET_VOLUME_INFORMATION, STATUS_OBJECT_NAME_COLLISION,
} from '../../nt/values.generated.ts';
import type { NumberedOperation } from '../../trace/record.ts';
import { numberIn } from './recordedFields.ts';
import type { StructureBytes } from './structureBytes.ts';
import { hasTargetFlags, namesTarget, setLayouts, targetLayout, volumeLayouts, type Layout } from './structureLayouts.ts';
import { targetText } from './targetNames.ts';

/** Whether anything of the input can be rebuilt. */
export function rebuildsInput(op: NumberedOperation): boolean {
  switch (op.major) {
    case IRP_MJ_SET_INFORMATION: return true;
    case IRP_MJ_SET_VOLUME_INFORMATION: return volumeLayouts.has(numberIn(op, 'FsInformationClass'));
    case IRP_MJ_FILE_SYSTEM_CONTROL: return controlInputs.has(numberIn(op, 'ControlCode') >>> 0);
    case IRP_MJ_SET_SECURITY: return true;
    default: return false;
  }
}

export function putInput(op: NumberedOperation, to: StructureBytes): void {
  switch (op.major) {
    case IRP_MJ_SET_INFORMATION: return putSetInformation(op, to);
    case IRP_MJ_SET_VOLUME_INFORMATION: return putMembers(op, volumeLayouts.get(numberIn(op, 'FsInformationClass')), to);
    case IRP_MJ_FILE_SYSTEM_CONTROL: return controlInputs.get(numberIn(op, 'ControlCode') >>> 0)?.(op, to);
    // SECURITY_DESCRIPTOR: every revision of Windows has revision 1.
    case IRP_MJ_SET_SECURITY: return to.integer(0, 1, 1, byteOrigin.assumed);
    default:
  }
}

/** The members of a structure under their keys in `detail`. */
export function putMembers({ detail }: NumberedOperation, layout: Layout | undefined, to: StructureBytes): void {
  if (layout === undefined) return;
  for (const [key, at, size] of layout.members) to.integer(at, size, detail[key]);
  if (layout.isChain === true) to.integer(0, 4, 0, byteOrigin.assumed);
  if (layout.text === undefined) return;
  const [key, lengthAt, textAt] = layout.text;
  const text = detail[key];
  const isWhole = typeof text === 'string' && detail['NameCut'] !== true;
  // Of a text that is not there, or not whole, the length fills the buffer: it can be read, and its bytes are unknown.
  if (!isWhole) to.integer(lengthAt, 4, Math.max(0, to.length - textAt) & ~1, byteOrigin.assumed);
  to.counted(lengthAt, textAt, text, isWhole);
}

function putSetInformation(op: NumberedOperation, to: StructureBytes): void {
  const informationClass = numberIn(op, 'FileInformationClass');
  if (namesTarget(informationClass)) putTarget(op, informationClass, to);
  else putMembers(op, setLayouts.get(informationClass), to);
}

function putTarget(op: NumberedOperation, informationClass: number, to: StructureBytes): void {
  const { rootAt, lengthAt, nameAt } = targetLayout;
  const { Flags: flags, ReplaceIfExists: replace } = op.detail;
  if (!hasTargetFlags(informationClass)) to.integer(0, 1, replacesTarget(op), replace === undefined ? byteOrigin.assumed : byteOrigin.rebuilt);
  else if (flags !== undefined) to.integer(0, 4, flags);
  else to.integer(0, 4, replacesTarget(op), byteOrigin.assumed);
  to.integer(rootAt, 8, 0, byteOrigin.assumed);
  const text = targetText(op);
  // A name that is not recorded fills the buffer: its bytes are unknown, but it can be read.
  if (text === null) to.integer(lengthAt, 4, Math.max(0, to.length - nameAt), byteOrigin.assumed);
  else to.counted(lengthAt, nameAt, text);
}

/** FILE_RENAME_REPLACE_IF_EXISTS, FILE_LINK_REPLACE_IF_EXISTS: bit 0 of Flags, where both forms are recorded. */
const replaceFlag = 1;

/** ReplaceIfExists as recorded; else the value that explains the result: only a target that may not be replaced collides. */
export function replacesTarget({ detail, status }: NumberedOperation): boolean {
  const { ReplaceIfExists: replace, Flags: flags } = detail;
  if (typeof replace === 'boolean') return replace;
  return typeof flags === 'number' ? (flags & replaceFlag) !== 0 : status !== STATUS_OBJECT_NAME_COLLISION;
}

type PutControl = (op: NumberedOperation, to: StructureBytes) => void;

const end = ({ offset, length }: NumberedOperation): bigint | undefined => (offset === null || length === null ? undefined : offset + BigInt(length));
const wide = (value: number | null): bigint | undefined => (value === null ? undefined : BigInt(value));

/** REQUEST_OPLOCK_INPUT_BUFFER: REQUEST_OPLOCK_CURRENT_VERSION, and its own length. */
const oplockVersion = 1;
const oplockInputBytes = 12;

const controlInputs: ReadonlyMap<number, PutControl> = new Map<number, PutControl>([
  // FILE_ZERO_DATA_INFORMATION
  [FSCTL_SET_ZERO_DATA, (op, to) => {
    to.integer(0, 8, op.offset ?? op.detail['FileOffset']);
    to.integer(8, 8, end(op) ?? op.detail['BeyondFinalZero']);
  }],
  // FILE_ALLOCATED_RANGE_BUFFER
  [FSCTL_QUERY_ALLOCATED_RANGES, (op, to) => {
    to.integer(0, 8, op.offset ?? op.detail['FileOffset']);
    to.integer(8, 8, wide(op.length) ?? op.detail['Length']);
  }],
  // FSCTL_OFFLOAD_READ_INPUT, FSCTL_OFFLOAD_WRITE_INPUT
  [FSCTL_OFFLOAD_READ, (op, to) => {
    to.integer(0, 4, 32);
    to.integer(16, 8, op.offset ?? undefined);
    to.integer(24, 8, wide(op.length));
  }],
  [FSCTL_OFFLOAD_WRITE, (op, to) => {
    to.integer(0, 4, 544);
    to.integer(8, 8, op.offset ?? undefined);
    to.integer(16, 8, wide(op.length));
  }],
  [FSCTL_REQUEST_OPLOCK, ({ detail }, to) => {
    to.integer(0, 2, oplockVersion, byteOrigin.assumed);
    to.integer(2, 2, oplockInputBytes, byteOrigin.assumed);
    to.integer(4, 4, detail['RequestedOplockLevel']);
    to.integer(8, 4, detail['Flags']);
  }],
]);
