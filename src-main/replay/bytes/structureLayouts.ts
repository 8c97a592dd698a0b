/**
 * Where the members of information structures stand, by the keys under which recordings have them.
 *
 * Sources: MS-FSCC 2.4 and 2.5 (structures, 64-bit layout), src-main/trace/README.md (keys).
 */
import {
  FileAccessInformation, FileAlignmentInformation, FileAllInformation, FileAllocationInformation, FileAlternateNameInformation, FileAttributeTagInformation, FileBasicInformation,
  FileBothDirectoryInformation, FileCaseSensitiveInformation, FileCompressionInformation, FileDirectoryInformation, FileDispositionInformation, FileDispositionInformationEx, FileEaInformation,
  FileEndOfFileInformation, FileFsAttributeInformation, FileFsControlInformation, FileFsDeviceInformation, FileFsFullSizeInformation, FileFsLabelInformation, FileFsObjectIdInformation,
  FileFsSectorSizeInformation, FileFsSizeInformation, FileFsVolumeInformation, FileFullDirectoryInformation, FileIdBothDirectoryInformation, FileIdExtdBothDirectoryInformation,
  FileIdExtdDirectoryInformation, FileIdFullDirectoryInformation, FileIdGlobalTxDirectoryInformation, FileIdInformation, FileInternalInformation, FileLinkInformation,
  FileLinkInformationBypassAccessCheck, FileLinkInformationEx, FileLinkInformationExBypassAccessCheck, FileModeInformation, FileNameInformation, FileNamesInformation,
  FileNetworkOpenInformation, FileNormalizedNameInformation, FilePipeInformation, FilePositionInformation, FileRenameInformation, FileRenameInformationBypassAccessCheck, FileRenameInformationEx,
  FileRenameInformationExBypassAccessCheck, FileShortNameInformation, FileStandardInformation, FileStandardLinkInformation, FileStatInformation, FileStorageReserveIdInformation, FileStreamInformation,
  FileValidDataLengthInformation,
} from '../../nt/values.generated.ts';

/** A member: key in `detail`, offset, bytes. */
export type Member = readonly [key: string, at: number, size: 1 | 2 | 4 | 8];
/** A counted text behind the members. */
export type CountedText = readonly [key: string, lengthAt: number, textAt: number];

export interface Layout {
  /** Bytes without the text: what has to fit. */
  readonly size: number;
  readonly members: readonly Member[];
  readonly text?: CountedText;
  /** A list whose entries are not recorded: the first one is made to be the last. */
  readonly isChain?: boolean;
}

const times = (at: number): readonly Member[] => [['CreationTime', at, 8], ['LastAccessTime', at + 8, 8], ['LastWriteTime', at + 16, 8], ['ChangeTime', at + 24, 8]];
const basic: readonly Member[] = [...times(0), ['FileAttributes', 32, 4]];
const standard = (at: number): readonly Member[] => [['AllocationSize', at, 8], ['EndOfFile', at + 8, 8], ['NumberOfLinks', at + 16, 4], ['DeletePending', at + 20, 1], ['Directory', at + 21, 1]];

/** FILE_NETWORK_OPEN_INFORMATION, which has a request of its own as well. */
export const networkOpenLayout: Layout = { size: 56, members: [...times(0), ['AllocationSize', 32, 8], ['EndOfFile', 40, 8], ['FileAttributes', 48, 4]] };

/** Classes that a query answers with. */
export const fileLayouts: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  [FileBasicInformation, { size: 40, members: basic }],
  [FileStandardInformation, { size: 24, members: standard(0) }],
  [FileInternalInformation, { size: 8, members: [['IndexNumber', 0, 8]] }],
  [FileEaInformation, { size: 4, members: [['EaSize', 0, 4]] }],
  [FileAccessInformation, { size: 4, members: [['Access', 0, 4]] }],
  [FileNameInformation, { size: 4, members: [], text: ['Name', 0, 4] }],
  [FileNormalizedNameInformation, { size: 4, members: [], text: ['Name', 0, 4] }],
  [FileAlternateNameInformation, { size: 4, members: [], text: ['Name', 0, 4] }],
  [FilePositionInformation, { size: 8, members: [['Position', 0, 8]] }],
  [FileModeInformation, { size: 4, members: [['Mode', 0, 4]] }],
  [FileAlignmentInformation, { size: 4, members: [['AlignmentRequirement', 0, 4]] }],
  [FileAllInformation, {
    size: 100,
    members: [...basic, ...standard(40), ['IndexNumber', 64, 8], ['EaSize', 72, 4], ['Access', 76, 4], ['Position', 80, 8], ['Mode', 88, 4], ['AlignmentRequirement', 92, 4]], text: ['Name', 96, 100],
  }],
  [FileEndOfFileInformation, { size: 8, members: [['EndOfFile', 0, 8]] }],
  [FileStreamInformation, { size: 24, members: [], text: ['StreamName', 4, 24], isChain: true }],
  [FileCompressionInformation, { size: 16, members: [] }],
  [FileNetworkOpenInformation, networkOpenLayout],
  [FileAttributeTagInformation, { size: 8, members: [['FileAttributes', 0, 4], ['ReparseTag', 4, 4]] }],
  [FileStandardLinkInformation, { size: 12, members: [['NumberOfLinks', 0, 4], ['DeletePending', 8, 1], ['Directory', 9, 1]] }],
  [FileIdInformation, { size: 24, members: [] }],
  [FileStatInformation, { size: 72, members: [...times(8), ['AllocationSize', 40, 8], ['EndOfFile', 48, 8], ['FileAttributes', 56, 4], ['ReparseTag', 60, 4], ['NumberOfLinks', 64, 4], ['Access', 68, 4]] }],
  [FileCaseSensitiveInformation, { size: 4, members: [['Flags', 0, 4]] }],
]);

/** Classes that set something, except renames and links. */
export const setLayouts: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  [FileBasicInformation, { size: 40, members: basic }],
  [FileDispositionInformation, { size: 1, members: [['DeleteFile', 0, 1]] }],
  [FileDispositionInformationEx, { size: 4, members: [['Flags', 0, 4]] }],
  [FilePositionInformation, { size: 8, members: [['Position', 0, 8]] }],
  [FileModeInformation, { size: 4, members: [['Mode', 0, 4]] }],
  [FileAllocationInformation, { size: 8, members: [['AllocationSize', 0, 8]] }],
  [FileEndOfFileInformation, { size: 8, members: [['EndOfFile', 0, 8]] }],
  [FilePipeInformation, { size: 8, members: [['ReadMode', 0, 4], ['CompletionMode', 4, 4]] }],
  [FileValidDataLengthInformation, { size: 8, members: [['ValidDataLength', 0, 8]] }],
  [FileShortNameInformation, { size: 4, members: [], text: ['Name', 0, 4] }],
  [FileCaseSensitiveInformation, { size: 4, members: [['Flags', 0, 4]] }],
  [FileStorageReserveIdInformation, { size: 4, members: [['StorageReserveId', 0, 4]] }],
]);

/** FILE_FS_*_INFORMATION, asked for or set. */
export const volumeLayouts: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  [FileFsVolumeInformation, { size: 18, members: [['VolumeCreationTime', 0, 8], ['VolumeSerialNumber', 8, 4], ['SupportsObjects', 16, 1]], text: ['VolumeLabel', 12, 18] }],
  [FileFsLabelInformation, { size: 4, members: [], text: ['VolumeLabel', 0, 4] }],
  [FileFsSizeInformation, { size: 24, members: [['TotalAllocationUnits', 0, 8], ['AvailableAllocationUnits', 8, 8], ['SectorsPerAllocationUnit', 16, 4], ['BytesPerSector', 20, 4]] }],
  [FileFsDeviceInformation, { size: 8, members: [['DeviceType', 0, 4], ['Characteristics', 4, 4]] }],
  [FileFsAttributeInformation, { size: 12, members: [['FileSystemAttributes', 0, 4], ['MaximumComponentNameLength', 4, 4]], text: ['FileSystemName', 8, 12] }],
  [FileFsControlInformation, {
    size: 48,
    members: [['FreeSpaceStartFiltering', 0, 8], ['FreeSpaceThreshold', 8, 8], ['FreeSpaceStopFiltering', 16, 8], ['DefaultQuotaThreshold', 24, 8], ['DefaultQuotaLimit', 32, 8], ['FileSystemControlFlags', 40, 4]],
  }],
  [FileFsFullSizeInformation, {
    size: 32,
    members: [['TotalAllocationUnits', 0, 8], ['CallerAvailableAllocationUnits', 8, 8], ['ActualAvailableAllocationUnits', 16, 8], ['SectorsPerAllocationUnit', 24, 4], ['BytesPerSector', 28, 4]],
  }],
  [FileFsObjectIdInformation, { size: 64, members: [] }],
  [FileFsSectorSizeInformation, {
    size: 28,
    members: [
      ['LogicalBytesPerSector', 0, 4], ['PhysicalBytesPerSectorForAtomicity', 4, 4], ['PhysicalBytesPerSectorForPerformance', 8, 4],
      ['FileSystemEffectivePhysicalBytesPerSectorForAtomicity', 12, 4], ['Flags', 16, 4], ['ByteOffsetForSectorAlignment', 20, 4], ['ByteOffsetForPartitionAlignment', 24, 4],
    ],
  }],
]);

/** Entries of a listing: where the length of the name stands, and the name. */
export const entryLayouts: ReadonlyMap<number, readonly [lengthAt: number, nameAt: number]> = new Map<number, readonly [number, number]>([
  [FileDirectoryInformation, [60, 64]], [FileFullDirectoryInformation, [60, 68]], [FileBothDirectoryInformation, [60, 94]], [FileNamesInformation, [8, 12]],
  [FileIdBothDirectoryInformation, [60, 104]], [FileIdFullDirectoryInformation, [60, 80]], [FileIdGlobalTxDirectoryInformation, [60, 92]],
  [FileIdExtdDirectoryInformation, [60, 88]], [FileIdExtdBothDirectoryInformation, [60, 114]],
]);

/** FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION: flags at 0, RootDirectory at 8, the length of the name at 16, the name at 20. */
export const targetLayout = { rootAt: 8, lengthAt: 16, nameAt: 20, least: 24 } as const;

const renameClasses: ReadonlySet<number> = new Set([
  FileRenameInformation, FileRenameInformationBypassAccessCheck, FileRenameInformationEx, FileRenameInformationExBypassAccessCheck,
]);
const linkClasses: ReadonlySet<number> = new Set([FileLinkInformation, FileLinkInformationBypassAccessCheck, FileLinkInformationEx, FileLinkInformationExBypassAccessCheck]);
const flagClasses: ReadonlySet<number> = new Set([
  FileRenameInformationEx, FileRenameInformationExBypassAccessCheck, FileLinkInformationEx, FileLinkInformationExBypassAccessCheck,
]);

/** Whether a class names a target: a rename or a hard link. */
export const namesTarget = (informationClass: number): boolean => renameClasses.has(informationClass) || linkClasses.has(informationClass);
/** Whether its first member is ULONG Flags and not BOOLEAN ReplaceIfExists. */
export const hasTargetFlags = (informationClass: number): boolean => flagClasses.has(informationClass);
