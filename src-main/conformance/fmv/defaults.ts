/** The initial Iopb of a vector's operations, and the paths by which a script names fields. Source: filter-manager-core.md 9.1. */
import { fsctlFromName, irpMnFromName } from '../../nt/names.ts';
import { memberNameFor, type FLT_IO_PARAMETER_BLOCK } from '../../engine/index.ts';
import { majorWord, VectorError } from './words.ts';

export interface InitialParameters {
  readonly minor: number;
  readonly member: string | null;
  readonly values: Readonly<Record<string, unknown>>;
}

const syncTypes: Readonly<Record<string, number>> = { SyncTypeOther: 0, SyncTypeCreateSection: 1 };

function minorOf(sub: string | null): number {
  if (sub === null) return 0;
  const minor = irpMnFromName(sub);
  if (minor === undefined) throw new VectorError(`"${sub}" is no minor function.`);
  return minor;
}

/** Control codes are numbers inside, because the engine looks at them; any other word stays a word. */
export const controlCode = (sub: string): unknown => (/^\d+$/.test(sub) ? Number(sub) : (fsctlFromName(sub) ?? sub));

function valuesOf(major: string, sub: string | null): Readonly<Record<string, unknown>> {
  switch (major) {
    case 'READ': return { Length: '4096', ByteOffset: '0', ReadBuffer: 'ubuf', MdlAddress: null };
    case 'WRITE': return { Length: '4096', ByteOffset: '0', WriteBuffer: 'ubuf', MdlAddress: null };
    case 'CREATE': return { Options: '0x01000000', ShareAccess: '7' };
    case 'DIRECTORY_CONTROL': return { Length: '4096', DirectoryBuffer: 'ubuf', MdlAddress: null };
    case 'FILE_SYSTEM_CONTROL': return { FsControlCode: controlCode(sub ?? '0') };
    case 'QUERY_INFORMATION': return { Length: '24', FileInformationClass: sub };
    case 'SET_INFORMATION': return { Length: '64', FileInformationClass: sub };
    case 'ACQUIRE_FOR_SECTION_SYNCHRONIZATION': return { SyncType: syncTypes[sub ?? ''] ?? sub };
    default: return {};
  }
}

export function initialParameters(major: number, sub: string | null): InitialParameters {
  const name = majorWord(major);
  const minor = name === 'DIRECTORY_CONTROL' || name === 'LOCK_CONTROL' ? minorOf(sub) : 0;
  const values = valuesOf(name, sub);
  return { minor, member: memberNameFor(major, minor, name === 'FILE_SYSTEM_CONTROL' ? values['FsControlCode'] : 0), values };
}

type Fields = Record<string, unknown>;

/** Where a script's path leads: `Read.Length`, `DirectoryControl.Length` (the minor's structure), `IrpFlags`. */
export function fieldAt(iopb: FLT_IO_PARAMETER_BLOCK, path: string): { readonly object: Fields; readonly field: string } {
  const parts = path.split('.');
  const field = parts.pop() ?? '';
  if (parts.length === 0) return { object: iopb as unknown as Fields, field };
  let object = iopb.Parameters as unknown as Fields;
  for (const part of parts) object = stepInto(object, part, path);
  if (field in object) return { object, field };
  if (parts[0] === 'DirectoryControl' && parts.length === 1) {
    const member = memberNameFor(iopb.MajorFunction, iopb.MinorFunction, 0)?.split('.')[1] ?? '';
    return { object: stepInto(object, member, path), field };
  }
  throw new VectorError(`"${path}" is no field.`);
}

function stepInto(object: Fields, part: string, path: string): Fields {
  const next = object[part];
  if (typeof next !== 'object' || next === null) throw new VectorError(`"${path}" is no field.`);
  return next as Fields;
}
