/** The fields of a parameter block in the order in which a person reads them. */
import { readSlot, type ParameterMember } from './parameterBlock.ts';
import { memberForBlock } from './parameterShapes.ts';
import { type FLT_IO_PARAMETER_BLOCK, iopbState } from './parameters.ts';

export { memberNameFor } from './parameterShapes.ts';

export interface IopbFieldValue {
  /** WDK path: `IrpFlags`, `Parameters.Read.ReadBuffer`. */
  readonly path: string;
  /** Raw: 64-bit values as bigint, objects as they are. */
  readonly value: unknown;
  /** WDK type of the field. */
  readonly type: string;
}

/** The member a live block belongs to. */
export const memberOfIopb = (iopb: FLT_IO_PARAMETER_BLOCK, fastIo = false): ParameterMember | null => memberForBlock(iopbState(iopb).block, fastIo);

/** Only the fields that the major function's member has, plus the head of the block. */
export function describeIopb(iopb: FLT_IO_PARAMETER_BLOCK): IopbFieldValue[] {
  const block = iopbState(iopb).block;
  const head: IopbFieldValue[] = [
    { path: 'MajorFunction', value: block.majorFunction, type: 'UCHAR' },
    { path: 'MinorFunction', value: block.minorFunction, type: 'UCHAR' },
    { path: 'IrpFlags', value: block.irpFlags, type: 'ULONG' },
    { path: 'OperationFlags', value: block.operationFlags, type: 'UCHAR' },
    { path: 'TargetFileObject', value: block.targetFileObject, type: 'PFILE_OBJECT' },
    { path: 'TargetInstance', value: iopbState(iopb).target, type: 'PFLT_INSTANCE' },
  ];
  const member = memberOfIopb(iopb);
  if (member === null) return head;
  return [...head, ...member.fields.map((field) => ({ path: `Parameters.${member.name}.${field.name}`, value: readSlot(block.slots, field), type: field.type }))];
}
