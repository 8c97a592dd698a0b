/**
 * IRP_MJ_QUERY_VOLUME_INFORMATION and IRP_MJ_SET_VOLUME_INFORMATION.
 *
 * Sources: MS-FSA 2.1.5.13, 2.1.5.17; MS-FSCC 2.5 (layouts). Sizes are those the volume was set up with; half of it counts as free.
 */
import type { LowerAnswer } from '../../engine/index.ts';
import {
  FileFsAttributeInformation, FileFsControlInformation, FileFsDeviceInformation, FileFsFullSizeInformation, FileFsLabelInformation, FileFsObjectIdInformation, FileFsSectorSizeInformation,
  FileFsSizeInformation, FileFsVolumeInformation, STATUS_BUFFER_OVERFLOW, STATUS_INFO_LENGTH_MISMATCH, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_INFO_CLASS, STATUS_INVALID_PARAMETER,
  STATUS_MEDIA_WRITE_PROTECTED, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { byteBufferOf, copyOut, StructureReader, StructureWriter } from './bytes.ts';
import { complete, numberOf, type ModelRequest } from './request.ts';
import type { ModelVolume } from './volume.ts';

const clusterBytes = 4096n;

interface VolumeClass {
  readonly fixed: number;
  readonly build: (to: StructureWriter, volume: ModelVolume) => void;
}

/** FILE_CASE_SENSITIVE_SEARCH and its kind: what NTFS and FAT report. */
function fileSystemAttributes({ features, readOnly }: ModelVolume): number {
  const ntfs = features.security ? 0x1 | 0x2 | 0x8 | 0x10 : 0;
  const streams = features.streams ? 0x4_0000 : 0;
  const rest = 0x2 | 0x4 | (features.reparsePoints ? 0x80 : 0) | (features.objectIds ? 0x1_0000 : 0) | (features.hardLinks ? 0x40_0000 : 0) | (features.extendedAttributes ? 0x80_0000 : 0);
  return ntfs | streams | rest | (readOnly ? 0x8_0000 : 0);
}

function sizes(to: StructureWriter, volume: ModelVolume, full: boolean): void {
  const clusters = volume.totalBytes / clusterBytes;
  const free = clusters / 2n;
  to.i64(0, clusters).i64(8, free);
  const at = full ? 24 : 16;
  if (full) to.i64(16, free);
  to.u32(at, Number(clusterBytes) / volume.sectorSize).u32(at + 4, volume.sectorSize);
}

const classes: ReadonlyMap<number, VolumeClass> = new Map<number, VolumeClass>([
  [FileFsVolumeInformation, { fixed: 24, build: (to, volume) => void to.i64(0, volume.createdAt).u32(8, volume.serialNumber).u32(12, volume.label.length * 2).u8(16, Number(volume.features.objectIds)).u8(17, 0).text(18, volume.label).pad(24) }],
  [FileFsSizeInformation, { fixed: 24, build: (to, volume) => sizes(to, volume, false) }],
  [FileFsDeviceInformation, { fixed: 8, build: (to, volume) => void to.u32(0, volume.fileSystem === 'RDR' ? 0x14 : 7).u32(4, volume.fileSystem === 'RDR' ? 0x10 : 0x2_0020) }],
  [FileFsAttributeInformation, { fixed: 16, build: (to, volume) => {
    const name = volume.fileSystem === 'FAT' ? 'FAT32' : volume.fileSystem === 'RDR' ? 'NTFS' : volume.fileSystem;
    to.u32(0, fileSystemAttributes(volume)).u32(4, 255).u32(8, name.length * 2).text(12, name);
  } }],
  [FileFsControlInformation, { fixed: 48, build: (to) => void to.pad(48) }],
  [FileFsFullSizeInformation, { fixed: 32, build: (to, volume) => sizes(to, volume, true) }],
  [FileFsObjectIdInformation, { fixed: 64, build: (to, volume) => void to.i64(0, BigInt(volume.serialNumber)).pad(64) }],
  [FileFsSectorSizeInformation, { fixed: 28, build: (to, { sectorSize }) => void to.u32(0, sectorSize).u32(4, sectorSize).u32(8, sectorSize).u32(12, sectorSize).u32(16, 3).u32(20, 0).u32(24, 0) }],
]);

export function queryVolumeInformation(request: ModelRequest): LowerAnswer {
  const view = request.parameters('QueryVolumeInformation');
  const row = classes.get(numberOf(view['FsInformationClass']));
  const length = numberOf(view['Length']);
  if (row === undefined) return complete(STATUS_INVALID_INFO_CLASS);
  if (length < row.fixed) return complete(STATUS_INFO_LENGTH_MISMATCH);
  const to = new StructureWriter();
  row.build(to, request.volume);
  copyOut(byteBufferOf(view['VolumeBuffer']), to.bytes.subarray(0, length));
  return to.length > length ? complete(STATUS_BUFFER_OVERFLOW, length) : complete(STATUS_SUCCESS, to.length);
}

export function setVolumeInformation(request: ModelRequest): LowerAnswer {
  const view = request.parameters('SetVolumeInformation');
  if (request.volume.readOnly) return complete(STATUS_MEDIA_WRITE_PROTECTED);
  switch (numberOf(view['FsInformationClass'])) {
    case FileFsLabelInformation: {
      const info = new StructureReader(view['VolumeBuffer']);
      const label = info.text('VolumeLabel', 4, info.u32('VolumeLabelLength', 0));
      if (label !== undefined && label.length > 32) return complete(STATUS_INVALID_PARAMETER);
      if (label !== undefined) request.volume.label = label;
      return complete(STATUS_SUCCESS);
    }
    case FileFsControlInformation:
    case FileFsObjectIdInformation:
      return complete(STATUS_SUCCESS);
    default:
      return complete(STATUS_INVALID_DEVICE_REQUEST);
  }
}
