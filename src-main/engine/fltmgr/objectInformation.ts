/**
 * Information about filters, instances and volumes, as structures.
 *
 * VOL-063 (FltGetVolumeProperties; FltGetVolumeInformation; FltGetInstanceInformation; FltGetFilterInformation; FLT_VOLUME_PROPERTIES;
 * FILTER_FULL_INFORMATION; INSTANCE_FULL_INFORMATION and their kind, 64-bit layout). The caller gives bytes or a plain object; a plain
 * object gets the members by their names.
 */
import { STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { UNICODE_STRING } from '../kernel/unicodeString.ts';
import type { Ref } from './handles.ts';
import type { Filter, Instance, Volume } from './instance.ts';

export interface InformationBuffer {
  readonly buffer: object | null;
  readonly size: number;
  readonly returned: Ref<number> | null;
}

/** What a buffer of bytes can do, as far as it is needed here. */
interface Bytes {
  setU16(offset: number, value: number): void;
  setU32(offset: number, value: number): void;
  setWstr(offset: number, text: string): void;
}

const areBytes = (buffer: object): buffer is Bytes => 'setU32' in buffer && 'setWstr' in buffer;

/** A number of 2 or 4 bytes, or a text: its length beside its place in the structure, its characters behind. */
type Member =
  | { readonly name: string; readonly bytes: 2 | 4; readonly value: number }
  | { readonly name: string; readonly text: string; /** The characters start in the structure itself, at `inline`. */ readonly inline?: true };

interface Structure {
  /** Bytes without the texts. */
  readonly fixed: number;
  readonly members: readonly Member[];
}

const u32 = (name: string, value: number): Member => ({ name, bytes: 4, value });
const text = (name: string, value: string): Member => ({ name, text: value });
const inlineText = (name: string, value: string): Member => ({ name, text: value, inline: true });

const textsOf = ({ members }: Structure): string => members.map((member) => ('text' in member ? member.text : '')).join('');

function writePlain(target: Record<string, unknown>, { members, fixed }: Structure): void {
  let at = fixed;
  for (const member of members) {
    if (!('text' in member)) {
      target[member.name] = member.value;
      continue;
    }
    target[`${member.name}Length`] = member.text.length * 2;
    target[`${member.name}Buffer${member.inline === true ? '' : 'Offset'}`] = member.inline === true ? member.text : at;
    if (member.inline !== true) target[member.name] = member.text;
    at += member.text.length * 2;
  }
}

function writeBytes(target: Bytes, { members, fixed }: Structure): void {
  let place = 0;
  let at = fixed;
  for (const member of members) {
    if (!('text' in member)) {
      if (member.bytes === 2) target.setU16(place, member.value);
      else target.setU32(place, member.value);
      place += member.bytes;
      continue;
    }
    target.setU16(place, member.text.length * 2);
    place += 2;
    if (member.inline === true) {
      target.setWstr(place, member.text);
      continue;
    }
    target.setU16(place, at);
    place += 2;
    target.setWstr(at, member.text);
    at += member.text.length * 2;
  }
}

/** The whole structure, or STATUS_BUFFER_TOO_SMALL and the bytes it needs. */
function answer(structure: Structure | null, { buffer, size, returned }: InformationBuffer): number {
  if (structure === null) return STATUS_INVALID_PARAMETER;
  const needed = structure.fixed + textsOf(structure).length * 2;
  if (returned !== null) returned.value = needed;
  if (buffer === null || size < needed) return STATUS_BUFFER_TOO_SMALL;
  if (areBytes(buffer)) writeBytes(buffer, structure);
  else writePlain(buffer as Record<string, unknown>, structure);
  return STATUS_SUCCESS;
}

const frameOf = (filter: Filter): number => filter.instances[0]?.frame.number ?? 0;

/** FilterFullInformation 0, FilterAggregateBasicInformation 1, FilterAggregateStandardInformation 2. */
export function filterInformation(filter: Filter, level: number, target: InformationBuffer): number {
  const { name } = filter;
  const altitude = filter.service?.defaultInstance?.altitude ?? filter.instances[0]?.altitude ?? '';
  const common = [u32('FrameID', frameOf(filter)), u32('NumberOfInstances', filter.instances.length)];
  const minifilter = 1;
  const structures: readonly Structure[] = [
    { fixed: 14, members: [u32('NextEntryOffset', 0), ...common, inlineText('FilterName', name)] },
    { fixed: 24, members: [u32('NextEntryOffset', 0), u32('Flags', minifilter), ...common, text('FilterName', name), text('FilterAltitude', altitude)] },
    { fixed: 28, members: [u32('NextEntryOffset', 0), u32('Flags', minifilter), u32('StructureFlags', 0), ...common, text('FilterName', name), text('FilterAltitude', altitude)] },
  ];
  return answer(structures[level] ?? null, target);
}

/** InstanceBasicInformation 0, InstancePartialInformation 1, InstanceFullInformation 2, InstanceAggregateStandardInformation 3. */
export function instanceInformation(instance: Instance, level: number, target: InformationBuffer): number {
  const next = u32('NextEntryOffset', 0);
  const name = text('InstanceName', instance.name);
  const altitude = text('Altitude', instance.altitude);
  const names = [name, altitude, text('VolumeName', instance.volume.name), text('FilterName', instance.filter.name)];
  const structures: readonly Structure[] = [
    { fixed: 8, members: [next, name] },
    { fixed: 12, members: [next, name, altitude] },
    { fixed: 20, members: [next, ...names] },
    {
      fixed: 44,
      members: [
        next, u32('Flags', 1), u32('StructureFlags', 0), u32('FrameID', instance.frame.number), u32('VolumeFileSystemType', instance.volume.filesystemType), ...names,
        u32('SupportedFeatures', 0),
      ],
    },
  ];
  return answer(structures[level] ?? null, target);
}

/** FilterVolumeBasicInformation 0, FilterVolumeStandardInformation 1. */
export function volumeInformation(volume: Volume, level: number, target: InformationBuffer): number {
  const name = inlineText('FilterVolumeName', volume.name);
  const detached = volume.description.detached === true ? 1 : 0;
  const structures: readonly Structure[] = [
    { fixed: 2, members: [name] },
    { fixed: 18, members: [u32('NextEntryOffset', 0), u32('Flags', detached), u32('FrameID', 0), u32('FileSystemType', volume.filesystemType), name] },
  ];
  return answer(structures[level] ?? null, target);
}

/** sizeof(FLT_VOLUME_PROPERTIES) */
const propertiesSize = 72;

const driverNames: ReadonlyMap<number, string> = new Map([[2, '\\FileSystem\\Ntfs'], [3, '\\FileSystem\\fastfat'], [6, '\\FileSystem\\MRxSmb'], [0x1c, '\\FileSystem\\ReFS'], [0x16, '\\FileSystem\\exfat']]);

/**
 * FltGetVolumeProperties: less than the structure is STATUS_BUFFER_TOO_SMALL, less than structure and names STATUS_BUFFER_OVERFLOW,
 * a warning, with the numbers filled in.
 */
export function volumeProperties(volume: Volume, { buffer, size, returned }: InformationBuffer): number {
  const driver = driverNames.get(volume.filesystemType) ?? '';
  const fileSystemDevice = driver === '' ? '' : `\\${driver.slice(driver.lastIndexOf('\\') + 1)}`;
  const names = [['FileSystemDriverName', driver], ['FileSystemDeviceName', fileSystemDevice], ['RealDeviceName', volume.name]] as const;
  const needed = propertiesSize + names.reduce((sum, [, value]) => sum + value.length * 2, 0);
  if (returned !== null) returned.value = needed;
  if (buffer === null || size < propertiesSize) return STATUS_BUFFER_TOO_SMALL;
  const numbers = [
    ['DeviceType', volume.deviceType], ['DeviceCharacteristics', volume.description.characteristics ?? 0], ['DeviceObjectFlags', 0], ['AlignmentRequirement', 0],
  ] as const;
  if (areBytes(buffer)) {
    numbers.forEach(([, value], at) => buffer.setU32(at * 4, value));
    buffer.setU16(16, volume.sectorSize);
    buffer.setU16(18, 0);
  } else {
    Object.assign(buffer, Object.fromEntries(numbers), { SectorSize: volume.sectorSize, Reserved0: 0 });
  }
  if (size < needed) return STATUS_BUFFER_OVERFLOW;
  if (areBytes(buffer)) {
    let at = propertiesSize;
    names.forEach(([, value], index) => {
      buffer.setU16(24 + index * 16, value.length * 2);
      buffer.setU16(26 + index * 16, value.length * 2);
      buffer.setWstr(at, value);
      at += value.length * 2;
    });
  } else {
    for (const [name, value] of names) (buffer as Record<string, unknown>)[name] = new UNICODE_STRING(value);
  }
  return STATUS_SUCCESS;
}
