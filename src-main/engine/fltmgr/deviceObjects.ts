/** DEVICE_OBJECTs of a volume: opaque, one each, compared with `===` (FltGetDeviceObject; FltGetDiskDeviceObject). */
import type { Volume } from './instance.ts';

export interface DEVICE_OBJECT {
  readonly id: string;
  /** FILE_DEVICE_* */
  readonly DeviceType: number;
  readonly StackSize: number;
  readonly SectorSize: number;
}

interface Devices {
  readonly fileSystem: DEVICE_OBJECT;
  /** None below a network file system, or when the storage is gone. */
  readonly disk: DEVICE_OBJECT | null;
}

/** FILE_DEVICE_DISK, FILE_DEVICE_DISK_FILE_SYSTEM, FILE_DEVICE_NETWORK_FILE_SYSTEM */
const disk = 0x7;
const diskFileSystem = 0x8;
const networkFileSystem = 0x14;
const devices = new WeakMap<Volume, Devices>();

function devicesOf(volume: Volume): Devices {
  let found = devices.get(volume);
  if (found === undefined) {
    const { deviceType, stackSize, sectorSize, name } = volume;
    const storage = deviceType !== networkFileSystem && volume.description.detached !== true;
    found = {
      fileSystem: Object.freeze({ id: `DEVICE_OBJECT(${name}, file system)`, DeviceType: deviceType, StackSize: stackSize, SectorSize: sectorSize }),
      disk: storage ? Object.freeze({ id: `DEVICE_OBJECT(${name})`, DeviceType: deviceType === diskFileSystem ? disk : deviceType, StackSize: 1, SectorSize: sectorSize }) : null,
    };
    devices.set(volume, found);
  }
  return found;
}

export const deviceObjectOf = (volume: Volume): DEVICE_OBJECT => devicesOf(volume).fileSystem;

export const diskDeviceObjectOf = (volume: Volume): DEVICE_OBJECT | null => devicesOf(volume).disk;
