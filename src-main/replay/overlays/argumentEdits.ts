/**
 * Which arguments of a recorded operation can be other ones in a branch, and the operation with them.
 *
 * Names are those of the record and of its `detail`; what a request hands in, never what the recording says it got. Source of what belongs to
 * which major function: iopb-and-constants.md (members), src-main/replay/requestParameters.ts (what becomes a parameter).
 */
import { irpMjName } from '../../nt/names.ts';
import {
  FileLinkInformation, FileLinkInformationEx, FileRenameInformation, FileRenameInformationEx, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_LOCK_CONTROL,
  IRP_MJ_QUERY_INFORMATION, IRP_MJ_QUERY_SECURITY, IRP_MJ_QUERY_VOLUME_INFORMATION, IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MJ_SET_SECURITY, IRP_MJ_SET_VOLUME_INFORMATION, IRP_MJ_WRITE,
} from '../../nt/values.generated.ts';
import type { DetailValue, NumberedOperation, ProcessIndex, TraceProcess } from '../../trace/record.ts';
import { setLayouts } from '../bytes/structureLayouts.ts';

/** `wide`: a whole number of 64 bits. */
export type ArgumentKind = 'number' | 'wide' | 'text' | 'boolean';

export interface ArgumentField {
  readonly name: string;
  readonly kind: ArgumentKind;
  /** As recorded: whole numbers in decimal, bits and codes in hexadecimal; null where it was not. */
  readonly recorded: string | null;
}

export type ArgumentValues = Readonly<Record<string, string | number | null>>;
export type EditedRecord = { readonly kind: 'edited'; readonly record: NumberedOperation } | { readonly kind: 'problem'; readonly sentence: string };

type Row = readonly [name: string, kind: ArgumentKind];

const transfer: readonly Row[] = [['offset', 'wide'], ['length', 'number'], ['Key', 'number']];
const control: readonly Row[] = [['ControlCode', 'number'], ['InputBufferLength', 'number'], ['OutputBufferLength', 'number']];
const ofVolume: readonly Row[] = [['FsInformationClass', 'number'], ['length', 'number']];
const ofSecurity: readonly Row[] = [['SecurityInformation', 'number']];

const ofMajor: ReadonlyMap<number, readonly Row[]> = new Map([
  [IRP_MJ_CREATE, [
    ['path', 'text'], ['DesiredAccess', 'number'], ['CreateDisposition', 'number'], ['CreateOptions', 'number'], ['ShareAccess', 'number'], ['FileAttributes', 'number'], ['AllocationSize', 'wide'],
  ]],
  [IRP_MJ_READ, transfer],
  [IRP_MJ_WRITE, transfer],
  [IRP_MJ_QUERY_INFORMATION, [['FileInformationClass', 'number'], ['length', 'number']]],
  [IRP_MJ_DIRECTORY_CONTROL, [['FileInformationClass', 'number'], ['length', 'number'], ['Filter', 'text']]],
  [IRP_MJ_QUERY_VOLUME_INFORMATION, ofVolume],
  [IRP_MJ_SET_VOLUME_INFORMATION, ofVolume],
  [IRP_MJ_FILE_SYSTEM_CONTROL, control],
  [IRP_MJ_DEVICE_CONTROL, control],
  [IRP_MJ_LOCK_CONTROL, [['offset', 'wide'], ['Length', 'wide'], ['Key', 'number'], ['Exclusive', 'boolean'], ['FailImmediately', 'boolean']]],
  [IRP_MJ_QUERY_SECURITY, [...ofSecurity, ['length', 'number']]],
  [IRP_MJ_SET_SECURITY, ofSecurity],
]);

const targets: readonly Row[] = [['FileName', 'text'], ['ReplaceIfExists', 'boolean']];
const extendedTargets: readonly Row[] = [['FileName', 'text'], ['Flags', 'number']];
const ofTargets: ReadonlyMap<number, readonly Row[]> = new Map([
  [FileRenameInformation, targets], [FileLinkInformation, targets], [FileRenameInformationEx, extendedTargets], [FileLinkInformationEx, extendedTargets],
]);

/** Whose request it is. */
const ofAll: readonly Row[] = [['process', 'number'], ['irpFlags', 'number']];

const byteKinds: Readonly<Record<number, ArgumentKind>> = { 1: 'boolean', 8: 'wide' };

function rowsOf(op: NumberedOperation): readonly Row[] {
  if (op.major !== IRP_MJ_SET_INFORMATION) return [...(ofMajor.get(op.major ?? -1) ?? []), ...ofAll];
  const informationClass = Number(op.detail['FileInformationClass'] ?? 0);
  const members = setLayouts.get(informationClass)?.members.map(([name, , size]): Row => [name, byteKinds[size] ?? 'number']) ?? [];
  return [...(ofTargets.get(informationClass) ?? members), ...ofAll];
}

/** The arguments of an operation that can be changed, as recorded. */
export function editableArguments(op: NumberedOperation, processes: readonly TraceProcess[]): ArgumentField[] {
  return rowsOf(op).map(([name, kind]) => ({ name, kind, recorded: textOf(recordedValue(op, name, processes), masks.has(name)) }));
}

function recordedValue(op: NumberedOperation, name: string, processes: readonly TraceProcess[]): DetailValue | undefined {
  switch (name) {
    case 'path': return op.path;
    case 'offset': return op.offset;
    case 'length': return op.length;
    case 'irpFlags': return op.irpFlags;
    case 'process': return processes[op.process]?.pid;
    default: return op.detail[name];
  }
}

/** Bits and codes: written in hexadecimal. */
const masks: ReadonlySet<string> = new Set(['DesiredAccess', 'CreateOptions', 'ShareAccess', 'FileAttributes', 'ControlCode', 'SecurityInformation', 'Flags', 'Mode', 'irpFlags']);

function textOf(value: DetailValue | undefined, isMask: boolean): string | null {
  if (value === undefined || value === null || typeof value === 'object') return null;
  if (typeof value === 'boolean') return String(Number(value));
  return isMask && typeof value === 'number' ? `0x${value.toString(16).toUpperCase()}` : String(value);
}

/** The operation with other arguments, or the sentence that says why not. */
export function withArguments(op: NumberedOperation, values: ArgumentValues, processes: readonly TraceProcess[]): EditedRecord {
  const rows = new Map(rowsOf(op));
  const fields: Record<string, unknown> = {};
  const detail: Record<string, DetailValue> = {};
  for (const [name, given] of Object.entries(values)) {
    const kind = rows.get(name);
    if (kind === undefined) return { kind: 'problem', sentence: unknownArgument(op, name, [...rows.keys()]) };
    const value = valueOf(kind, given);
    if (value === undefined) return { kind: 'problem', sentence: `${name} of #${op.index} cannot be "${String(given)}": ${expected[kind]}.` };
    if (name === 'process') {
      const found = processes.find(({ pid }) => pid === value);
      if (found === undefined) return { kind: 'problem', sentence: `process of #${op.index} cannot be ${String(given)}: the trace has no process with that id.` };
      fields['process'] = found.index satisfies ProcessIndex;
    } else if (name === 'path' || name === 'offset' || name === 'length' || name === 'irpFlags') fields[name] = value;
    else detail[name] = value;
  }
  // A target that was recorded below RootDirectory, or as an NT name, is replaced as a whole.
  const rest = 'FileName' in detail ? without(op.detail, 'TargetName') : op.detail;
  return { kind: 'edited', record: { ...op, ...fields, detail: { ...rest, ...detail } } };
}

const expected: Readonly<Record<ArgumentKind, string>> = {
  number: 'write a whole number from 0 to 4294967295, for example 4096 or 0x1000', wide: 'write a whole number, for example 4096 or 0x1000', text: 'write a text, for example C:\\docs\\plan.txt', boolean: 'write 0 or 1',
};

function unknownArgument(op: NumberedOperation, name: string, known: readonly string[]): string {
  const place = op.major === null ? op.operation : irpMjName(op.major);
  if (name === 'path') return `The path of #${op.index} is that of its handle: change the path of the operation that opened it.`;
  return `${name} is no argument of #${op.index} (${place}) that can be changed: it has ${known.join(', ')}.`;
}

const without = (detail: NumberedOperation['detail'], name: string): Record<string, DetailValue> => Object.fromEntries(Object.entries(detail).filter(([key]) => key !== name));

const mostNumber = 0xffff_ffff;
const mostWide = (1n << 63n) - 1n;

function valueOf(kind: ArgumentKind, given: string | number | null): number | bigint | string | boolean | undefined {
  if (given === null) return undefined;
  if (kind === 'text') return typeof given === 'string' && given !== '' ? given : undefined;
  const whole = wholeOf(given);
  if (whole === undefined) return undefined;
  switch (kind) {
    case 'wide': return whole >= -(1n << 63n) && whole <= mostWide ? whole : undefined;
    case 'boolean': return whole === 0n || whole === 1n ? whole === 1n : undefined;
    case 'number': return whole >= 0n && whole <= BigInt(mostNumber) ? Number(whole) : undefined;
  }
}

function wholeOf(given: string | number): bigint | undefined {
  if (typeof given === 'number') return Number.isSafeInteger(given) ? BigInt(given) : undefined;
  const text = given.trim();
  return /^(?:-?\d+|0[xX][0-9A-Fa-f]+)$/.test(text) ? BigInt(text) : undefined;
}
