/**
 * Procmon's words for values that several readers decode: dispositions, open results, class names.
 *
 * Source: procmon-formats.md 10.4 (CreateFile) and 10.5.
 */
import { fileInformationClassName, fsInformationClassName } from '../../../nt/names.ts';

export const dispositions = ['Supersede', 'Open', 'Create', 'OpenIf', 'Overwrite', 'OverwriteIf'] as const;
export const openResults = ['Superseded', 'Opened', 'Created', 'Overwritten', 'Exists', 'DoesNotExist'] as const;
export const syncTypes = ['SyncTypeOther', 'SyncTypeCreateSection'] as const;

/** Detail values that are 64 bits wide in the source: a number where that is exact, else a bigint. */
export const wideKeys: ReadonlySet<string> = new Set([
  'AllocationSize', 'EndOfFile', 'ValidDataLength', 'Position', 'IndexNumber', 'CreationTime', 'LastAccessTime', 'LastWriteTime', 'ChangeTime',
  'EndingOffset', 'Offset', 'Length', 'TotalAllocationUnits', 'AvailableAllocationUnits', 'CallerAvailableAllocationUnits',
  'ActualAvailableAllocationUnits', 'VolumeCreationTime',
]);

/** A 64-bit value as `detail` keeps it. */
export function wideValue(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Information classes are bytes in a log: names are looked up once. */
export const fileClassNames: readonly string[] = Array.from({ length: 256 }, (_, value) => fileInformationClassName(value));
export const volumeClassNames: readonly string[] = Array.from({ length: 256 }, (_, value) => fsInformationClassName(value));
