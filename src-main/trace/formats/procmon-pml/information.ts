/**
 * Buffers of the information operations: answers that were captured, and what Set operations handed in.
 *
 * Source: procmon-formats.md 10.4. After STATUS_BUFFER_OVERFLOW the end of an answer is stale (16.3), so that only bytes inside
 * the captured blob are ever read, and cut names are marked.
 */
import { decodeUtf16 } from '../../byteText.ts';
import type { DetailValue } from '../../record.ts';
import { fileClassNames, volumeClassNames } from '../procmon/vocabulary.ts';
import { networkOpenDetail, wideAt } from './values.ts';

type Detail = { [key: string]: DetailValue };

const fixedSizes = new Map([
  [4, 40], [5, 24], [6, 8], [7, 4], [14, 8], [34, 56], [35, 8],
]);

/** Size of the answer of a class whose answers all have one size. */
export const fixedAnswerSize = (fileClass: number): number | undefined => fixedSizes.get(fileClass);

/** QueryInformation: class, and the answer where Procmon captured one. The parameters' class may differ from the byte Procmon shows. */
export function fileInformation(fileClass: number, shown: number, bytes: Uint8Array, view: DataView, at: number, size: number): Detail {
  const Class = fileClassNames[shown] ?? `class ${shown}`;
  if (size === 0) return { Class, FileInformationClass: fileClass };
  switch (shown) {
    case 4: return size < 36 ? { Class, FileInformationClass: fileClass } : { Class, FileInformationClass: fileClass, ...basic(view, at) };
    case 5: return size < 22 ? { Class, FileInformationClass: fileClass } : { Class, FileInformationClass: fileClass, ...standard(view, at) };
    case 6: return size < 8 ? { Class, FileInformationClass: fileClass } : { Class, FileInformationClass: fileClass, IndexNumber: wideAt(view, at) };
    case 7: return size < 4 ? { Class, FileInformationClass: fileClass } : { Class, FileInformationClass: fileClass, EaSize: view.getUint32(at, true) };
    case 9: case 48: return { Class, FileInformationClass: fileClass, ...name(bytes, view, at, size) };
    case 14: return size < 8 ? { Class, FileInformationClass: fileClass } : { Class, FileInformationClass: fileClass, Position: wideAt(view, at) };
    case 18: return { Class, FileInformationClass: fileClass, ...all(bytes, view, at, size) };
    case 34: return size < 52 ? { Class, FileInformationClass: fileClass } : { Class, FileInformationClass: fileClass, ...networkOpenDetail(view, at) };
    case 35:
      return size < 8
        ? { Class, FileInformationClass: fileClass }
        : { Class, FileInformationClass: fileClass, FileAttributes: view.getUint32(at, true), ReparseTag: view.getUint32(at + 4, true) };
    default: return { Class, FileInformationClass: fileClass };
  }
}

/** FILE_BASIC_INFORMATION. */
function basic(view: DataView, at: number): Detail {
  return {
    CreationTime: wideAt(view, at),
    LastAccessTime: wideAt(view, at + 8),
    LastWriteTime: wideAt(view, at + 16),
    ChangeTime: wideAt(view, at + 24),
    FileAttributes: view.getUint32(at + 32, true),
  };
}

/** FILE_STANDARD_INFORMATION. */
function standard(view: DataView, at: number): Detail {
  return {
    AllocationSize: wideAt(view, at),
    EndOfFile: wideAt(view, at + 8),
    NumberOfLinks: view.getUint32(at + 16, true),
    DeletePending: view.getUint8(at + 20) !== 0,
    Directory: view.getUint8(at + 21) !== 0,
  };
}

/** FILE_NAME_INFORMATION: u32 bytes, text. */
function name(bytes: Uint8Array, view: DataView, at: number, size: number): Detail {
  if (size < 4) return {};
  const wanted = view.getUint32(at, true);
  const here = Math.min(wanted, size - 4);
  const detail: Detail = { Name: decodeUtf16(bytes, at + 4, at + 4 + here) };
  if (here < wanted) detail['NameCut'] = true;
  return detail;
}

/** FILE_ALL_INFORMATION: eight structures in a row, the name last. */
function all(bytes: Uint8Array, view: DataView, at: number, size: number): Detail {
  if (size < 96) return {};
  return {
    ...basic(view, at),
    ...standard(view, at + 40),
    IndexNumber: wideAt(view, at + 64),
    EaSize: view.getUint32(at + 72, true),
    Access: view.getUint32(at + 76, true),
    Position: wideAt(view, at + 80),
    Mode: view.getUint32(at + 88, true),
    AlignmentRequirement: view.getUint32(at + 92, true),
    ...name(bytes, view, at + 96, size - 96),
  };
}

/** SetInformation: the caller's buffer of `size` bytes. */
export function setInformation(fileClass: number, bytes: Uint8Array, view: DataView, at: number, size: number, pointerSize: number): Detail {
  const detail: Detail = { Class: fileClassNames[fileClass] ?? `class ${fileClass}`, FileInformationClass: fileClass };
  switch (fileClass) {
    case 4:
      return size < 36 ? detail : { ...detail, ...basic(view, at) };
    case 10: case 11:
      if (size >= 1) detail['ReplaceIfExists'] = view.getUint8(at) !== 0;
      break;
    case 65: case 66: case 72:
      if (size >= 4) detail['Flags'] = view.getUint32(at, true);
      break;
    case 13:
      if (size >= 1) detail['DeleteFile'] = view.getUint8(at) !== 0;
      break;
    case 64:
      if (size >= 4) detail['Flags'] = view.getUint32(at, true);
      break;
    case 71: case 74:
      if (size >= 4) detail[fileClass === 71 ? 'Flags' : 'StorageReserveId'] = view.getUint32(at, true);
      break;
    case 14: case 19: case 20: case 39:
      if (size >= 8) detail[sizeKeys[fileClass] ?? 'Value'] = wideAt(view, at);
      break;
    case 23:
      if (size >= 8) Object.assign(detail, { ReadMode: view.getUint32(at, true), CompletionMode: view.getUint32(at + 4, true) });
      break;
    case 40:
      Object.assign(detail, name(bytes, view, at, size));
      break;
  }
  if (fileClass === 10 || fileClass === 11 || fileClass === 65 || fileClass === 66 || fileClass === 72) {
    const nameAt = 2 * pointerSize;
    // The name as the caller gave it; relative to a directory handle, or a full NT path.
    if (size >= nameAt + 4) detail['TargetName'] = name(bytes, view, at + nameAt, size - nameAt)['Name'] ?? '';
  }
  return detail;
}

const sizeKeys: { readonly [fileClass: number]: string } = { 14: 'Position', 19: 'AllocationSize', 20: 'EndOfFile', 39: 'ValidDataLength' };

/** FILE_FS_SECTOR_SIZE_INFORMATION: seven u32. */
const sectorSizeKeys = [
  'LogicalBytesPerSector', 'PhysicalBytesPerSectorForAtomicity', 'PhysicalBytesPerSectorForPerformance', 'FileSystemEffectivePhysicalBytesPerSectorForAtomicity', 'Flags',
  'ByteOffsetForSectorAlignment', 'ByteOffsetForPartitionAlignment',
] as const;

/** Query and SetVolumeInformation. `complete` is false where the end of the answer is stale. */
export function volumeInformation(volumeClass: number, bytes: Uint8Array, view: DataView, at: number, size: number, complete: boolean): Detail {
  const detail: Detail = { Class: volumeClassNames[volumeClass] ?? `class ${volumeClass}`, FsInformationClass: volumeClass };
  const text = (lengthAt: number, textAt: number): string =>
    decodeUtf16(bytes, at + textAt, at + Math.min(size, textAt + view.getUint32(at + lengthAt, true)));
  if (volumeClass === 1 && size >= 18) {
    Object.assign(detail, {
      VolumeCreationTime: wideAt(view, at),
      VolumeSerialNumber: view.getUint32(at + 8, true),
      SupportsObjects: view.getUint8(at + 16) !== 0,
      ...(complete ? { VolumeLabel: text(12, 18) } : {}),
    });
  } else if (volumeClass === 3 && size >= 24) {
    Object.assign(detail, {
      TotalAllocationUnits: wideAt(view, at),
      AvailableAllocationUnits: wideAt(view, at + 8),
      SectorsPerAllocationUnit: view.getUint32(at + 16, true),
      BytesPerSector: view.getUint32(at + 20, true),
    });
  } else if (volumeClass === 4 && size >= 8) {
    Object.assign(detail, { DeviceType: view.getUint32(at, true), Characteristics: view.getUint32(at + 4, true) });
  } else if (volumeClass === 5 && size >= 12) {
    Object.assign(detail, {
      FileSystemAttributes: view.getUint32(at, true),
      MaximumComponentNameLength: view.getInt32(at + 4, true),
      ...(complete ? { FileSystemName: text(8, 12) } : {}),
    });
  } else if (volumeClass === 7 && size >= 32) {
    Object.assign(detail, {
      TotalAllocationUnits: wideAt(view, at),
      CallerAvailableAllocationUnits: wideAt(view, at + 8),
      ActualAvailableAllocationUnits: wideAt(view, at + 16),
      SectorsPerAllocationUnit: view.getUint32(at + 24, true),
      BytesPerSector: view.getUint32(at + 28, true),
    });
  } else if (volumeClass === 8 && size >= 16) {
    let id = '';
    for (let i = 0; i < 16; i++) id += (bytes[at + i] ?? 0).toString(16).padStart(2, '0').toUpperCase();
    detail['ObjectId'] = id;
  } else if (volumeClass === 11 && size >= 28) {
    sectorSizeKeys.forEach((key, i) => (detail[key] = view.getUint32(at + i * 4, true)));
  }
  return detail;
}

/** Directory classes: where an entry's name length and name stand. */
const entryLayouts = new Map<number, readonly [lengthAt: number, nameAt: number]>([
  [1, [0x3c, 0x40]], [2, [0x3c, 0x44]], [3, [0x3c, 0x5e]], [12, [0x08, 0x0c]], [37, [0x3c, 0x68]], [38, [0x3c, 0x50]], [50, [0x3c, 0x5c]],
  [60, [0x3c, 0x58]], [63, [0x3c, 0x72]],
]);

/** Names in a directory listing; `end` is where the last one ends, `whole` is false where the captured blob cuts one off. */
export function directoryEntries(
  fileClass: number, bytes: Uint8Array, view: DataView, at: number, size: number,
): { readonly names: readonly string[]; readonly end: number; readonly whole: boolean } {
  const layout = entryLayouts.get(fileClass);
  const names: string[] = [];
  if (layout === undefined) return { names, end: 0, whole: false };
  const [lengthAt, nameAt] = layout;
  let entry = 0;
  for (;;) {
    if (entry + nameAt > size) return { names, end: entry, whole: false };
    const next = view.getUint32(at + entry, true);
    const end = entry + nameAt + view.getUint32(at + entry + lengthAt, true);
    if (end > size) return { names, end: entry, whole: false };
    names.push(decodeUtf16(bytes, at + entry + nameAt, at + end));
    if (next === 0) return { names, end, whole: true };
    // Entries do not overlap; where they seem to, the buffer is stale.
    if (entry + next < end) return { names, end, whole: false };
    entry += next;
  }
}
