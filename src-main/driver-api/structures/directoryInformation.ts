/**
 * Buffers of directory listings, change notifications and volume information.
 *
 * Source: ntifs.h, the pages of FILE_*_DIR_INFORMATION, FILE_NOTIFY_INFORMATION and FILE_FS_*_INFORMATION; 64-bit layout. Entries of a
 * listing follow one another at NextEntryOffset.
 */
import { largeIntegerType as LARGE_INTEGER, scalarTypes } from './memberTypes.ts';
import { fileId128 } from './valueClasses.ts';
import { struct } from './struct.ts';

const { BOOLEAN, CHAR, LONG, UCHAR, ULONG, WCHAR } = scalarTypes;

const entry = {
  NextEntryOffset: ULONG, FileIndex: ULONG, CreationTime: LARGE_INTEGER, LastAccessTime: LARGE_INTEGER, LastWriteTime: LARGE_INTEGER, ChangeTime: LARGE_INTEGER,
  EndOfFile: LARGE_INTEGER, AllocationSize: LARGE_INTEGER, FileAttributes: ULONG, FileNameLength: ULONG,
};
const shortName = { ShortNameLength: CHAR, ShortName: WCHAR.counted('ShortNameLength', 12) };
const FileName = WCHAR.counted('FileNameLength');

export const directoryStructs = {
  FILE_DIRECTORY_INFORMATION: struct({ ...entry, FileName }, { name: 'FILE_DIRECTORY_INFORMATION' }),
  FILE_FULL_DIR_INFORMATION: struct({ ...entry, EaSize: ULONG, FileName }, { name: 'FILE_FULL_DIR_INFORMATION' }),
  FILE_ID_FULL_DIR_INFORMATION: struct({ ...entry, EaSize: ULONG, FileId: LARGE_INTEGER, FileName }, { name: 'FILE_ID_FULL_DIR_INFORMATION' }),
  FILE_BOTH_DIR_INFORMATION: struct({ ...entry, EaSize: ULONG, ...shortName, FileName }, { name: 'FILE_BOTH_DIR_INFORMATION' }),
  FILE_ID_BOTH_DIR_INFORMATION: struct({ ...entry, EaSize: ULONG, ...shortName, FileId: LARGE_INTEGER, FileName }, { name: 'FILE_ID_BOTH_DIR_INFORMATION' }),
  FILE_ID_EXTD_DIR_INFORMATION: struct({ ...entry, EaSize: ULONG, ReparsePointTag: ULONG, FileId: fileId128, FileName }, { name: 'FILE_ID_EXTD_DIR_INFORMATION' }),
  FILE_ID_EXTD_BOTH_DIR_INFORMATION: struct({ ...entry, EaSize: ULONG, ReparsePointTag: ULONG, FileId: fileId128, ...shortName, FileName }, { name: 'FILE_ID_EXTD_BOTH_DIR_INFORMATION' }),
  FILE_NAMES_INFORMATION: struct({ NextEntryOffset: ULONG, FileIndex: ULONG, FileNameLength: ULONG, FileName }, { name: 'FILE_NAMES_INFORMATION' }),
  FILE_NOTIFY_INFORMATION: struct({ NextEntryOffset: ULONG, Action: ULONG, FileNameLength: ULONG, FileName }, { name: 'FILE_NOTIFY_INFORMATION' }),

  FILE_FS_VOLUME_INFORMATION: struct({
    VolumeCreationTime: LARGE_INTEGER, VolumeSerialNumber: ULONG, VolumeLabelLength: ULONG, SupportsObjects: BOOLEAN, VolumeLabel: WCHAR.counted('VolumeLabelLength'),
  }, { name: 'FILE_FS_VOLUME_INFORMATION' }),
  FILE_FS_LABEL_INFORMATION: struct({ VolumeLabelLength: ULONG, VolumeLabel: WCHAR.counted('VolumeLabelLength') }, { name: 'FILE_FS_LABEL_INFORMATION' }),
  FILE_FS_SIZE_INFORMATION: struct({ TotalAllocationUnits: LARGE_INTEGER, AvailableAllocationUnits: LARGE_INTEGER, SectorsPerAllocationUnit: ULONG, BytesPerSector: ULONG }, { name: 'FILE_FS_SIZE_INFORMATION' }),
  FILE_FS_FULL_SIZE_INFORMATION: struct({
    TotalAllocationUnits: LARGE_INTEGER, CallerAvailableAllocationUnits: LARGE_INTEGER, ActualAvailableAllocationUnits: LARGE_INTEGER, SectorsPerAllocationUnit: ULONG, BytesPerSector: ULONG,
  }, { name: 'FILE_FS_FULL_SIZE_INFORMATION' }),
  FILE_FS_DEVICE_INFORMATION: struct({ DeviceType: ULONG, Characteristics: ULONG }, { name: 'FILE_FS_DEVICE_INFORMATION' }),
  FILE_FS_ATTRIBUTE_INFORMATION: struct({
    FileSystemAttributes: ULONG, MaximumComponentNameLength: LONG, FileSystemNameLength: ULONG, FileSystemName: WCHAR.counted('FileSystemNameLength'),
  }, { name: 'FILE_FS_ATTRIBUTE_INFORMATION' }),
  FILE_FS_CONTROL_INFORMATION: struct({
    FreeSpaceStartFiltering: LARGE_INTEGER, FreeSpaceThreshold: LARGE_INTEGER, FreeSpaceStopFiltering: LARGE_INTEGER, DefaultQuotaThreshold: LARGE_INTEGER, DefaultQuotaLimit: LARGE_INTEGER,
    FileSystemControlFlags: ULONG,
  }, { name: 'FILE_FS_CONTROL_INFORMATION' }),
  FILE_FS_OBJECTID_INFORMATION: struct({ ObjectId: UCHAR.array(16), ExtendedInfo: UCHAR.array(48) }, { name: 'FILE_FS_OBJECTID_INFORMATION' }),
  FILE_FS_SECTOR_SIZE_INFORMATION: struct({
    LogicalBytesPerSector: ULONG, PhysicalBytesPerSectorForAtomicity: ULONG, PhysicalBytesPerSectorForPerformance: ULONG, FileSystemEffectivePhysicalBytesPerSectorForAtomicity: ULONG,
    Flags: ULONG, ByteOffsetForSectorAlignment: ULONG, ByteOffsetForPartitionAlignment: ULONG,
  }, { name: 'FILE_FS_SECTOR_SIZE_INFORMATION' }),
} as const;
