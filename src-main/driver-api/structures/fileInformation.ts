/**
 * Buffers of file information: what IRP_MJ_QUERY_INFORMATION, IRP_MJ_SET_INFORMATION and IRP_MJ_QUERY_EA carry.
 *
 * Source: ntifs.h and wdm.h, the pages of the FILE_*_INFORMATION structures; 64-bit layout.
 */
import { largeIntegerType as LARGE_INTEGER, scalarTypes } from './memberTypes.ts';
import { fileId128, guidType } from './valueClasses.ts';
import { struct } from './struct.ts';

const { BOOLEAN, CHAR, HANDLE, LONGLONG, UCHAR, ULONG, ULONGLONG, USHORT, WCHAR } = scalarTypes;

const times = { CreationTime: LARGE_INTEGER, LastAccessTime: LARGE_INTEGER, LastWriteTime: LARGE_INTEGER, ChangeTime: LARGE_INTEGER };

const FILE_BASIC_INFORMATION = struct({ ...times, FileAttributes: ULONG }, { name: 'FILE_BASIC_INFORMATION' });
const FILE_STANDARD_INFORMATION = struct({ AllocationSize: LARGE_INTEGER, EndOfFile: LARGE_INTEGER, NumberOfLinks: ULONG, DeletePending: BOOLEAN, Directory: BOOLEAN }, { name: 'FILE_STANDARD_INFORMATION' });
const FILE_INTERNAL_INFORMATION = struct({ IndexNumber: LARGE_INTEGER }, { name: 'FILE_INTERNAL_INFORMATION' });
const FILE_EA_INFORMATION = struct({ EaSize: ULONG }, { name: 'FILE_EA_INFORMATION' });
const FILE_ACCESS_INFORMATION = struct({ AccessFlags: ULONG }, { name: 'FILE_ACCESS_INFORMATION' });
const FILE_POSITION_INFORMATION = struct({ CurrentByteOffset: LARGE_INTEGER }, { name: 'FILE_POSITION_INFORMATION' });
const FILE_MODE_INFORMATION = struct({ Mode: ULONG }, { name: 'FILE_MODE_INFORMATION' });
const FILE_ALIGNMENT_INFORMATION = struct({ AlignmentRequirement: ULONG }, { name: 'FILE_ALIGNMENT_INFORMATION' });
const FILE_NAME_INFORMATION = struct({ FileNameLength: ULONG, FileName: WCHAR.counted('FileNameLength') }, { name: 'FILE_NAME_INFORMATION' });

// ReplaceIfExists of the old class and Flags of the Ex class lie over each other.
const renameMembers = {
  ReplaceIfExists: { at: 0, type: BOOLEAN }, Flags: { at: 0, type: ULONG }, RootDirectory: { at: 8, type: HANDLE }, FileNameLength: ULONG, FileName: WCHAR.counted('FileNameLength'),
};

export const fileInformationStructs = {
  FILE_BASIC_INFORMATION, FILE_STANDARD_INFORMATION, FILE_INTERNAL_INFORMATION, FILE_EA_INFORMATION, FILE_ACCESS_INFORMATION, FILE_POSITION_INFORMATION, FILE_MODE_INFORMATION,
  FILE_ALIGNMENT_INFORMATION, FILE_NAME_INFORMATION,
  FILE_ALL_INFORMATION: struct({
    BasicInformation: FILE_BASIC_INFORMATION, StandardInformation: FILE_STANDARD_INFORMATION, InternalInformation: FILE_INTERNAL_INFORMATION, EaInformation: FILE_EA_INFORMATION,
    AccessInformation: FILE_ACCESS_INFORMATION, PositionInformation: FILE_POSITION_INFORMATION, ModeInformation: FILE_MODE_INFORMATION, AlignmentInformation: FILE_ALIGNMENT_INFORMATION,
    NameInformation: FILE_NAME_INFORMATION,
  }, { name: 'FILE_ALL_INFORMATION' }),
  FILE_STANDARD_INFORMATION_EX: struct({
    AllocationSize: LARGE_INTEGER, EndOfFile: LARGE_INTEGER, NumberOfLinks: ULONG, DeletePending: BOOLEAN, Directory: BOOLEAN, AlternateStream: BOOLEAN, MetadataAttribute: BOOLEAN,
  }, { name: 'FILE_STANDARD_INFORMATION_EX' }),
  FILE_NETWORK_OPEN_INFORMATION: struct({ ...times, AllocationSize: LARGE_INTEGER, EndOfFile: LARGE_INTEGER, FileAttributes: ULONG }, { name: 'FILE_NETWORK_OPEN_INFORMATION' }),
  FILE_RENAME_INFORMATION: struct(renameMembers, { name: 'FILE_RENAME_INFORMATION' }),
  FILE_LINK_INFORMATION: struct(renameMembers, { name: 'FILE_LINK_INFORMATION' }),
  FILE_DISPOSITION_INFORMATION: struct({ DeleteFile: BOOLEAN }, { name: 'FILE_DISPOSITION_INFORMATION' }),
  FILE_DISPOSITION_INFORMATION_EX: struct({ Flags: ULONG }, { name: 'FILE_DISPOSITION_INFORMATION_EX' }),
  FILE_END_OF_FILE_INFORMATION: struct({ EndOfFile: LARGE_INTEGER }, { name: 'FILE_END_OF_FILE_INFORMATION' }),
  FILE_ALLOCATION_INFORMATION: struct({ AllocationSize: LARGE_INTEGER }, { name: 'FILE_ALLOCATION_INFORMATION' }),
  FILE_VALID_DATA_LENGTH_INFORMATION: struct({ ValidDataLength: LARGE_INTEGER }, { name: 'FILE_VALID_DATA_LENGTH_INFORMATION' }),
  FILE_STREAM_INFORMATION: struct({
    NextEntryOffset: ULONG, StreamNameLength: ULONG, StreamSize: LARGE_INTEGER, StreamAllocationSize: LARGE_INTEGER, StreamName: WCHAR.counted('StreamNameLength'),
  }, { name: 'FILE_STREAM_INFORMATION' }),
  FILE_COMPRESSION_INFORMATION: struct({
    CompressedFileSize: LARGE_INTEGER, CompressionFormat: USHORT, CompressionUnitShift: UCHAR, ChunkShift: UCHAR, ClusterShift: UCHAR, Reserved: UCHAR.array(3),
  }, { name: 'FILE_COMPRESSION_INFORMATION' }),
  FILE_ATTRIBUTE_TAG_INFORMATION: struct({ FileAttributes: ULONG, ReparseTag: ULONG }, { name: 'FILE_ATTRIBUTE_TAG_INFORMATION' }),
  FILE_REPARSE_POINT_INFORMATION: struct({ FileReference: LONGLONG, Tag: ULONG }, { name: 'FILE_REPARSE_POINT_INFORMATION' }),
  FILE_OBJECTID_INFORMATION: struct({ FileReference: LONGLONG, ObjectId: UCHAR.array(16), ExtendedInfo: UCHAR.array(48) }, { name: 'FILE_OBJECTID_INFORMATION' }),
  FILE_ID_INFORMATION: struct({ VolumeSerialNumber: ULONGLONG, FileId: fileId128 }, { name: 'FILE_ID_INFORMATION' }),
  FILE_STAT_INFORMATION: struct({
    FileId: LARGE_INTEGER, ...times, AllocationSize: LARGE_INTEGER, EndOfFile: LARGE_INTEGER, FileAttributes: ULONG, ReparseTag: ULONG, NumberOfLinks: ULONG, EffectiveAccess: ULONG,
  }, { name: 'FILE_STAT_INFORMATION' }),
  FILE_CASE_SENSITIVE_INFORMATION: struct({ Flags: ULONG }, { name: 'FILE_CASE_SENSITIVE_INFORMATION' }),
  FILE_FULL_EA_INFORMATION: struct({ NextEntryOffset: ULONG, Flags: UCHAR, EaNameLength: UCHAR, EaValueLength: USHORT, EaName: CHAR.array(1) }, { name: 'FILE_FULL_EA_INFORMATION' }),
  FILE_GET_EA_INFORMATION: struct({ NextEntryOffset: ULONG, EaNameLength: UCHAR, EaName: CHAR.array(1) }, { name: 'FILE_GET_EA_INFORMATION' }),

  FILE_OBJECTID_BUFFER: struct({ ObjectId: UCHAR.array(16), ExtendedInfo: UCHAR.array(48) }, { name: 'FILE_OBJECTID_BUFFER' }),
  FILE_ZERO_DATA_INFORMATION: struct({ FileOffset: LARGE_INTEGER, BeyondFinalZero: LARGE_INTEGER }, { name: 'FILE_ZERO_DATA_INFORMATION' }),
  REQUEST_OPLOCK_INPUT_BUFFER: struct({ StructureVersion: USHORT, StructureLength: USHORT, RequestedOplockLevel: ULONG, Flags: ULONG }, { name: 'REQUEST_OPLOCK_INPUT_BUFFER' }),
  REQUEST_OPLOCK_OUTPUT_BUFFER: struct({
    StructureVersion: USHORT, StructureLength: USHORT, OriginalOplockLevel: ULONG, NewOplockLevel: ULONG, Flags: ULONG, AccessMode: ULONG, ShareMode: USHORT,
  }, { name: 'REQUEST_OPLOCK_OUTPUT_BUFFER' }),
  REPARSE_DATA_BUFFER: struct({
    ReparseTag: ULONG, ReparseDataLength: USHORT, Reserved: USHORT,
    SymbolicLinkReparseBuffer: {
      at: 8, type: struct({ SubstituteNameOffset: USHORT, SubstituteNameLength: USHORT, PrintNameOffset: USHORT, PrintNameLength: USHORT, Flags: ULONG, PathBuffer: WCHAR.array(1) }, { name: 'SymbolicLinkReparseBuffer' }),
    },
    MountPointReparseBuffer: {
      at: 8, type: struct({ SubstituteNameOffset: USHORT, SubstituteNameLength: USHORT, PrintNameOffset: USHORT, PrintNameLength: USHORT, PathBuffer: WCHAR.array(1) }, { name: 'MountPointReparseBuffer' }),
    },
    GenericReparseBuffer: { at: 8, type: struct({ DataBuffer: UCHAR.array(1) }, { name: 'GenericReparseBuffer' }) },
  }, { name: 'REPARSE_DATA_BUFFER' }),
  REPARSE_GUID_DATA_BUFFER: struct({ ReparseTag: ULONG, ReparseDataLength: USHORT, Reserved: USHORT, ReparseGuid: guidType, DataBuffer: UCHAR.counted('ReparseDataLength') }, { name: 'REPARSE_GUID_DATA_BUFFER' }),
} as const;
