/** Words for numbers in `detail` that people do not read as numbers: flags by their names, codes and addresses in hex, times as dates. */
import { createOptionNames, fileAttributeNames, flagNames, fsctlNameOf, hex, shareAccessNames } from '../nt/names.ts';
import { keyRights, keyRightSets } from '../nt/registryRights.ts';
import type { ConstantRow } from '../nt/tableRows.ts';
import { accessMask, reparseTags } from '../nt/tables.generated.ts';
import { formatTraceTime, type DetailValue, type TraceTime } from '../trace/record.ts';

const address = (value: number | bigint): string => `0x${BigInt.asUintN(64, BigInt(value)).toString(16).toUpperCase()}`;
const withHex = (names: string, value: number, digits = 8): string => (names.startsWith('0x') || names === '0' ? hex(value, digits) : `${hex(value, digits)} ${names}`);
const ofTable = (table: readonly ConstantRow[]) => (value: number | bigint) => table.find(([, known]) => known === Number(value))?.[0] ?? hex(Number(value));

const directoryRights = /LIST_DIRECTORY|ADD_FILE|ADD_SUBDIRECTORY|TRAVERSE|CREATE_PIPE_INSTANCE/;
/** One name for each bit: the file's, where files and directories have their own. */
const fileRights = accessMask.filter(([name, value]) => (value & (value - 1)) === 0 && !directoryRights.test(name));

/** 1601-01-01 and -1 stand for "leave it alone". */
const date = (value: number | bigint): string | null => (BigInt(value) > 0n && BigInt(value) < 2_650_467_744_000_000_000n ? formatTraceTime(BigInt(value) as TraceTime) : null);

/** `0x00120089 FILE_GENERIC_READ`, or bit by bit. */
function access(value: number | bigint): string {
  const mask = Number(value);
  return withHex(accessMask.find(([, rights]) => rights === mask && (rights & (rights - 1)) !== 0)?.[0] ?? flagNames(mask, fileRights), mask);
}

/** `0x00020019 KEY_READ`, or bit by bit. */
function keyAccess(value: number | bigint): string {
  const mask = Number(value);
  return withHex(keyRightSets.find(([, rights]) => rights === mask)?.[0] ?? flagNames(mask, keyRights), mask);
}

const words: Readonly<Record<string, (value: number | bigint) => string | null>> = {
  DesiredAccess: access, GrantedAccess: access, Access: access,
  CreateOptions: (value) => withHex(createOptionNames(Number(value)), Number(value), 6),
  ShareAccess: (value) => (Number(value) === 0 ? '0 (none)' : shareAccessNames(Number(value))),
  FileAttributes: (value) => withHex(fileAttributeNames(Number(value)), Number(value), 4),
  ControlCode: (value) => withHex(fsctlNameOf(Number(value)), Number(value), 6),
  OperationFlags: (value) => hex(Number(value), 2), Flags: (value) => hex(Number(value)), IrpFlags: (value) => hex(Number(value)), ExitStatus: (value) => hex(Number(value)),
  SecurityInformation: (value) => hex(Number(value)), CompletionFilter: (value) => hex(Number(value)), ReparseTag: ofTable(reparseTags),
  CreationTime: date, LastAccessTime: date, LastWriteTime: date, ChangeTime: date, VolumeCreationTime: date, CreateTime: date,
  ...Object.fromEntries([
    'Irp', 'FileObject', 'FileKey', 'DeviceObject', 'CallbackData', 'Routine', 'ImageBase', 'ImageSize', 'DriverOffset', 'Transaction', 'IndexNumber', 'ViewBase',
  ].map((key) => [key, address])),
};

const registryWords: typeof words = { DesiredAccess: keyAccess, GrantedAccess: keyAccess };

/** Keys whose values speak for themselves are left out. Rights have names of their own in the registry. */
export function detailWords(detail: { readonly [key: string]: DetailValue }, of: 'file' | 'registry' = 'file'): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const [key, value] of Object.entries(detail)) {
    if (typeof value !== 'number' && typeof value !== 'bigint') continue;
    const table = of === 'registry' && Object.hasOwn(registryWords, key) ? registryWords : words;
    const text = Object.hasOwn(table, key) ? table[key]?.(value) : undefined;
    if (text !== undefined && text !== null) out[key] = text;
  }
  return out;
}
