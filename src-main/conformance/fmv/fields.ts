/**
 * Reads and writes what `get` and `set` of FMV/1 name. Source: filter-manager-core.md 9.1 (initial Iopb, actions).
 *
 * Vectors treat values as opaque words; numbers become numbers so that the engine can work with them, and codes are printed by name.
 */
import { FILE_OBJECT, instanceOf, type FLT_IO_PARAMETER_BLOCK, type ParameterView } from '../../engine/index.ts';
import { fileInformationClassFromName, fileInformationClassName, fsctlFromName, fsctlNameOf, irpMjFromName, irpMjName, irpMnFromName } from '../../nt/names.ts';
import { IRP_MN_NOTIFY_CHANGE_DIRECTORY } from '../../nt/values.generated.ts';

/** What words stand for: file objects and instances, by name. */
export interface World {
  fileObject(name: string): FILE_OBJECT;
  instanceHandle(name: string): unknown;
}

const syncTypes = ['SyncTypeOther', 'SyncTypeCreateSection'];

/** The minor function a SUB stands for, where it is one. */
export const minorOf = (major: string, sub: string | null): number => (sub === null ? 0 : (irpMnFromName(sub) ?? Number(major === 'DIRECTORY_CONTROL' || major === 'LOCK_CONTROL' ? sub : 0)) || 0);

const wordToValue = (word: string): unknown => (/^\d+$/.test(word) || /^0x[0-9a-fA-F]+$/.test(word) ? Number(word) : word === 'NULL' ? null : word);
const valueToWord = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'object') {
    if (value instanceof FILE_OBJECT) return value.id;
    const instance = instanceOf(value);
    if (instance !== undefined) return instance.name;
    if ('QuadPart' in value) return String(value.QuadPart);
  }
  return String(value);
};

/** Union member and field values with which an operation starts. */
export function initialParameters(major: string, sub: string | null): { member: string | null; values: Record<string, unknown> } {
  const transfer = { Length: 4096, ByteOffset: 0n, MdlAddress: null };
  switch (major) {
    case 'READ':
      return { member: 'Read', values: { ...transfer, ReadBuffer: 'ubuf' } };
    case 'WRITE':
      return { member: 'Write', values: { ...transfer, WriteBuffer: 'ubuf' } };
    case 'CREATE':
      return { member: 'Create', values: { Options: 0x01000000, ShareAccess: 7 } };
    case 'DIRECTORY_CONTROL':
      return { member: directoryMember(minorOf(major, sub)), values: { Length: 4096, DirectoryBuffer: 'ubuf', MdlAddress: null } };
    case 'FILE_SYSTEM_CONTROL':
      return { member: 'FileSystemControl.Common', values: { FsControlCode: sub === null ? 0 : (fsctlFromName(sub) ?? Number(sub)) } };
    case 'QUERY_INFORMATION':
      return { member: 'QueryFileInformation', values: { Length: 24, FileInformationClass: fileInformationClassFromName(sub ?? 'FileStandardInformation') ?? Number(sub) } };
    case 'SET_INFORMATION':
      return { member: 'SetFileInformation', values: { Length: 64, FileInformationClass: fileInformationClassFromName(sub ?? 'FileRenameInformation') ?? Number(sub) } };
    case 'ACQUIRE_FOR_SECTION_SYNCHRONIZATION':
      return { member: 'AcquireForSectionSynchronization', values: { SyncType: Math.max(0, syncTypes.indexOf(sub ?? '')) } };
    default:
      return { member: null, values: {} };
  }
}

const directoryMember = (minor: number): string => `DirectoryControl.${minor === IRP_MN_NOTIFY_CHANGE_DIRECTORY ? 'NotifyDirectory' : 'QueryDirectory'}`;

/** `Read.Length` -> the view that holds it and the field's name. */
function place(iopb: FLT_IO_PARAMETER_BLOCK, path: string): { view: ParameterView; field: string } {
  const parts = path.split('.');
  const field = parts.pop() ?? '';
  if (parts.length === 1 && parts[0] === 'DirectoryControl') parts.push(directoryMember(iopb.MinorFunction).slice('DirectoryControl.'.length));
  let view: ParameterView = iopb.Parameters as unknown as ParameterView;
  for (const part of parts) view = view[part] as ParameterView;
  return { view, field };
}

export function readField(iopb: FLT_IO_PARAMETER_BLOCK, path: string): string {
  if (path === 'TargetFileObject') return valueToWord(iopb.TargetFileObject);
  if (path === 'TargetInstance') return valueToWord(iopb.TargetInstance);
  if (path === 'MajorFunction') return irpMjName(iopb.MajorFunction).replace('IRP_MJ_', '');
  if (['MinorFunction', 'IrpFlags', 'OperationFlags'].includes(path)) return valueToWord((iopb as unknown as ParameterView)[path]);
  const { view, field } = place(iopb, path);
  const value = view[field];
  if (field === 'FsControlCode' && typeof value === 'number') return fsctlNameOf(value);
  if (field === 'FileInformationClass' && typeof value === 'number') return fileInformationClassName(value);
  if (path === 'Create.Options' && typeof value === 'number') return `0x${value.toString(16).padStart(8, '0')}`;
  return valueToWord(value);
}

export function writeField(iopb: FLT_IO_PARAMETER_BLOCK, path: string, word: string, world: World): void {
  if (path === 'TargetFileObject') iopb.TargetFileObject = world.fileObject(word);
  else if (path === 'TargetInstance') iopb.TargetInstance = world.instanceHandle(word) as never;
  else if (path === 'MajorFunction') iopb.MajorFunction = irpMjFromName(word) ?? Number(word);
  else if (['MinorFunction', 'IrpFlags', 'OperationFlags'].includes(path)) (iopb as unknown as ParameterView)[path] = Number(word);
  else {
    const { view, field } = place(iopb, path);
    const value = field === 'FsControlCode' ? (fsctlFromName(word) ?? wordToValue(word)) : field === 'FileInformationClass' ? (fileInformationClassFromName(word) ?? wordToValue(word)) : wordToValue(word);
    view[field] = field === 'ByteOffset' && typeof value === 'number' ? BigInt(value) : value;
  }
}
