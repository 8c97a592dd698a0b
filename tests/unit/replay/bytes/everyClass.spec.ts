/** For every structure that a recording has fields of: what was recorded is what a driver reads through view(). */
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../src-main/base/assert.ts';
import { view } from '../../../../src-main/driver-api/structures/struct.ts';
import { LARGE_INTEGER } from '../../../../src-main/engine/index.ts';
import { structures } from '../../../../src-main/driver-api/structures/index.ts';
import type { KBUFFER } from '../../../../src-main/driver-api/kbuffer.ts';
import { seededRandom } from '../../../../src-main/base/seededRandom.ts';
import { answerOf, bufferOf } from '../../../support/recordedBuffer.ts';

type Detail = Readonly<Record<string, unknown>>;

/** Our keys where the structure calls a member otherwise. */
const memberOf: Readonly<Record<string, string>> = { Access: 'AccessFlags', Position: 'CurrentByteOffset', Name: 'FileName', Entries: 'FileName' };

const names = ['a', 'plan.txt', 'ÄÖ ü.docx', '\u{1F600}.png', 'x'.repeat(255)];

interface Case {
  readonly structure: string;
  readonly class: number;
  readonly keys: readonly string[];
}

const times = ['CreationTime', 'LastAccessTime', 'LastWriteTime', 'ChangeTime'];
const queries: readonly Case[] = [
  { structure: 'FILE_BASIC_INFORMATION', class: 4, keys: [...times, 'FileAttributes'] },
  { structure: 'FILE_STANDARD_INFORMATION', class: 5, keys: ['AllocationSize', 'EndOfFile', 'NumberOfLinks', 'DeletePending', 'Directory'] },
  { structure: 'FILE_INTERNAL_INFORMATION', class: 6, keys: ['IndexNumber'] },
  { structure: 'FILE_EA_INFORMATION', class: 7, keys: ['EaSize'] },
  { structure: 'FILE_ACCESS_INFORMATION', class: 8, keys: ['Access'] },
  { structure: 'FILE_NAME_INFORMATION', class: 9, keys: ['Name'] },
  { structure: 'FILE_NAME_INFORMATION', class: 48, keys: ['Name'] },
  { structure: 'FILE_POSITION_INFORMATION', class: 14, keys: ['Position'] },
  { structure: 'FILE_MODE_INFORMATION', class: 16, keys: ['Mode'] },
  { structure: 'FILE_ALIGNMENT_INFORMATION', class: 17, keys: ['AlignmentRequirement'] },
  { structure: 'FILE_NETWORK_OPEN_INFORMATION', class: 34, keys: [...times, 'AllocationSize', 'EndOfFile', 'FileAttributes'] },
  { structure: 'FILE_ATTRIBUTE_TAG_INFORMATION', class: 35, keys: ['FileAttributes', 'ReparseTag'] },
  { structure: 'FILE_STAT_INFORMATION', class: 68, keys: [...times, 'AllocationSize', 'EndOfFile', 'FileAttributes', 'ReparseTag', 'NumberOfLinks'] },
  { structure: 'FILE_CASE_SENSITIVE_INFORMATION', class: 71, keys: ['Flags'] },
];
const sets: readonly Case[] = [
  { structure: 'FILE_BASIC_INFORMATION', class: 4, keys: [...times, 'FileAttributes'] },
  ...[10, 56].map((one) => ({ structure: 'FILE_RENAME_INFORMATION', class: one, keys: ['ReplaceIfExists', 'TargetName'] })),
  ...[11, 57].map((one) => ({ structure: 'FILE_LINK_INFORMATION', class: one, keys: ['ReplaceIfExists', 'TargetName'] })),
  ...[65, 66].map((one) => ({ structure: 'FILE_RENAME_INFORMATION', class: one, keys: ['Flags', 'TargetName'] })),
  ...[72, 73].map((one) => ({ structure: 'FILE_LINK_INFORMATION', class: one, keys: ['Flags', 'TargetName'] })),
  { structure: 'FILE_DISPOSITION_INFORMATION', class: 13, keys: ['DeleteFile'] },
  { structure: 'FILE_DISPOSITION_INFORMATION_EX', class: 64, keys: ['Flags'] },
  { structure: 'FILE_POSITION_INFORMATION', class: 14, keys: ['Position'] },
  { structure: 'FILE_MODE_INFORMATION', class: 16, keys: ['Mode'] },
  { structure: 'FILE_ALLOCATION_INFORMATION', class: 19, keys: ['AllocationSize'] },
  { structure: 'FILE_END_OF_FILE_INFORMATION', class: 20, keys: ['EndOfFile'] },
  { structure: 'FILE_VALID_DATA_LENGTH_INFORMATION', class: 39, keys: ['ValidDataLength'] },
  { structure: 'FILE_CASE_SENSITIVE_INFORMATION', class: 71, keys: ['Flags'] },
];
const volumes: readonly Case[] = [
  { structure: 'FILE_FS_VOLUME_INFORMATION', class: 1, keys: ['VolumeCreationTime', 'VolumeSerialNumber', 'SupportsObjects', 'VolumeLabel'] },
  { structure: 'FILE_FS_SIZE_INFORMATION', class: 3, keys: ['TotalAllocationUnits', 'AvailableAllocationUnits', 'SectorsPerAllocationUnit', 'BytesPerSector'] },
  { structure: 'FILE_FS_DEVICE_INFORMATION', class: 4, keys: ['DeviceType', 'Characteristics'] },
  { structure: 'FILE_FS_ATTRIBUTE_INFORMATION', class: 5, keys: ['FileSystemAttributes', 'MaximumComponentNameLength', 'FileSystemName'] },
  { structure: 'FILE_FS_CONTROL_INFORMATION', class: 6, keys: ['FreeSpaceStartFiltering', 'FreeSpaceThreshold', 'FreeSpaceStopFiltering', 'DefaultQuotaThreshold', 'DefaultQuotaLimit', 'FileSystemControlFlags'] },
  { structure: 'FILE_FS_FULL_SIZE_INFORMATION', class: 7, keys: ['TotalAllocationUnits', 'CallerAvailableAllocationUnits', 'ActualAvailableAllocationUnits', 'SectorsPerAllocationUnit', 'BytesPerSector'] },
  {
    structure: 'FILE_FS_SECTOR_SIZE_INFORMATION', class: 11,
    keys: [
      'LogicalBytesPerSector', 'PhysicalBytesPerSectorForAtomicity', 'PhysicalBytesPerSectorForPerformance', 'FileSystemEffectivePhysicalBytesPerSectorForAtomicity', 'Flags',
      'ByteOffsetForSectorAlignment', 'ByteOffsetForPartitionAlignment',
    ],
  },
];
const listings: readonly Case[] = [
  ['FILE_DIRECTORY_INFORMATION', 1], ['FILE_FULL_DIR_INFORMATION', 2], ['FILE_BOTH_DIR_INFORMATION', 3], ['FILE_NAMES_INFORMATION', 12], ['FILE_ID_BOTH_DIR_INFORMATION', 37],
  ['FILE_ID_FULL_DIR_INFORMATION', 38], ['FILE_ID_EXTD_DIR_INFORMATION', 60], ['FILE_ID_EXTD_BOTH_DIR_INFORMATION', 63],
].map(([structure, one]) => ({ structure: String(structure), class: Number(one), keys: ['Entries'] }));

const random = seededRandom(20);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const wide = (): number | bigint => pick<number | bigint>([0, 4096, 2 ** 32 + 5, 133_000_000_000_000_001n, 2n ** 62n + 3n]);

/** A value as a reader of traces hands it over. */
function valueFor(key: string): unknown {
  if (/^(?:DeletePending|Directory|DeleteFile|ReplaceIfExists|SupportsObjects)$/.test(key)) return random() < 0.5;
  if (key === 'TargetName') return `\\??\\C:\\dir\\${pick(names)}`;
  if (/Name$|Label$/.test(key)) return pick(names);
  const isWide = /Time$|Size$|EndOfFile$|Length$|Index|Position|Units$|Filtering|Threshold|Limit$/.test(key) && !/EaSize|ComponentNameLength|SectorsPer/.test(key);
  return isWide ? wide() : Math.floor(random() * 2 ** 31);
}

const plain = (value: unknown): unknown => {
  if (value instanceof LARGE_INTEGER) return value.QuadPart;
  return typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : value;
};

function expectView(structure: string, buffer: KBUFFER, detail: Detail, keys: readonly string[]): void {
  const type = assertExists(structures[structure]);
  const shown = view(type, buffer) as Record<string, unknown>;
  for (const key of keys) {
    const member = key === 'TargetName' ? 'FileName' : (memberOf[key] ?? key);
    expect([structure, member, plain(shown[member])]).toEqual([structure, member, plain(detail[key])]);
  }
}

const repeat = Array.from({ length: 20 });
const detailOf = ({ keys }: Case): Detail => Object.fromEntries(keys.map((key) => [key, valueFor(key)]));

describe('what was recorded is what view() reads', () => {
  it.each(queries)('query $class $structure', (one) => {
    for (const _ of repeat) {
      const detail = detailOf(one);
      const buffer = answerOf({ major: 5, length: null, detail: { FileInformationClass: one.class, ...detail } as never }, 1024);
      expectView(one.structure, buffer, detail, one.keys);
    }
  });

  it.each(sets)('set $class $structure', (one) => {
    for (const _ of repeat) {
      const detail = detailOf(one);
      const buffer = bufferOf({ major: 6, length: null, detail: { FileInformationClass: one.class, ...detail } as never }, 'InfoBuffer');
      expectView(one.structure, buffer, detail, one.keys);
      expect(buffer.length).toBeGreaterThanOrEqual(one.keys.includes('TargetName') ? 24 : 1);
    }
  });

  it.each(volumes)('volume $class $structure', (one) => {
    for (const _ of repeat) {
      const detail = detailOf(one);
      const fields = { major: 10, length: null, detail: { FsInformationClass: one.class, ...detail } as never };
      expectView(one.structure, answerOf(fields, 1024), detail, one.keys);
      expectView(one.structure, bufferOf({ ...fields, major: 11 }, 'VolumeBuffer'), detail, one.keys);
    }
  });

  it.each(listings)('listing $class $structure', (one) => {
    for (const _ of repeat) {
      const entries = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(names));
      const buffer = answerOf({ major: 12, minor: 1, length: 8192, detail: { FileInformationClass: one.class, Entries: entries } as never }, 8192);
      const seen: string[] = [];
      for (let at = 0; ; ) {
        const entry = view(assertExists(structures[one.structure]), buffer, at) as { readonly NextEntryOffset: number; readonly FileName: string };
        seen.push(entry.FileName);
        if (entry.NextEntryOffset === 0) break;
        at += entry.NextEntryOffset;
      }
      expect(seen).toEqual(entries);
    }
  });
});
