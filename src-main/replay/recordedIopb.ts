/**
 * The parameter block of a recorded operation as it was issued, as far as that follows from its record.
 *
 * What the run has made for it (buffers, MDLs, file and instance objects) is in no record, and says so.
 */
import { memberNameFor, parameterMembers } from '../engine/index.ts';
import type { NumberedOperation } from '../trace/record.ts';
import { requestParameters, type BufferMaker } from './requestParameters.ts';
import { fieldText, type FieldText } from './valueText.ts';

export const notRecorded = 'not recorded';

class NotRecorded {
  readonly id = notRecorded;
}
const unknown = new NotRecorded();
const nothingMade: BufferMaker = { buffer: () => unknown, mdl: () => unknown };
const defaults = { integer: 0, large: 0n, pointer: null, raw: null } as const;

/** In the order of `describeIopb`. */
export function recordedIopb(record: NumberedOperation): FieldText[] {
  const major = record.major ?? 0;
  const text = (path: string, value: unknown): FieldText => fieldText({ path, value, type: '' }, major);
  const head = [text('MajorFunction', major), text('MinorFunction', record.minor), text('IrpFlags', record.irpFlags), text('OperationFlags', Number(record.detail['OperationFlags'] ?? 0)), text('TargetFileObject', unknown), text('TargetInstance', unknown)];
  const { member, values } = requestParameters(record, nothingMade);
  const name = memberNameFor(major, record.minor, values['FsControlCode'] ?? values['IoControlCode'], record.kind === 'fastio');
  const fields = name === null ? [] : (parameterMembers.get(name)?.fields ?? []);
  const given = name === member ? values : {};
  return [...head, ...fields.map((field) => text(`Parameters.${String(name)}.${field.name}`, given[field.name] ?? defaults[field.kind]))];
}
