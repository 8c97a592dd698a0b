/**
 * Control devices and their IRPs; device and file names that drivers ask the I/O manager for.
 *
 * Source: IoCreateDevice, IoCreateSymbolicLink, IoCompleteRequest, IoReplaceFileObjectName, IoVolumeDeviceToDosName and their pages;
 * driver-api-usage.md 2.11.
 */
import { UNICODE_STRING, volumeOf, type FILE_OBJECT, type Ref } from '../../engine/index.ts';
import { STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { DEVICE_OBJECT, IRP } from '../controlDevices.ts';
import { runningActivation } from '../driverWorld.ts';
import type { DriverServices, Routines } from '../services.ts';
import { isTrue, store, textOf } from './common.ts';

function deviceRoutines(services: DriverServices): Routines {
  const { devices, ledger } = services;
  /** A link is an object of its own in the ledger, by its name. */
  const links = new Map<string, object>();
  const link = (name: unknown, target: unknown): number => {
    const text = textOf(name);
    if (text === '') return STATUS_INVALID_PARAMETER;
    if (devices.has(text)) return STATUS_OBJECT_NAME_COLLISION;
    devices.link(text, textOf(target));
    const mark = { id: `symbolic link ${text}` };
    links.set(text.toUpperCase(), mark);
    services.take('symbolicLink', mark, mark.id);
    return STATUS_SUCCESS;
  };
  return {
    IoCreateDevice: (driver: object, extensionSize: number, name: unknown, type: number, characteristics: number, exclusive: unknown, out: Ref<DEVICE_OBJECT>) => {
      const text = textOf(name);
      if (devices.has(text)) return STATUS_OBJECT_NAME_COLLISION;
      if (!services.mayAllocate('IoCreateDevice')) return STATUS_INSUFFICIENT_RESOURCES;
      const device = devices.create(driver, { name: text, type, characteristics, extensionSize, exclusive: isTrue(exclusive) });
      services.take('device', device, device.id);
      out.value = device;
      return STATUS_SUCCESS;
    },
    IoDeleteDevice: (device: DEVICE_OBJECT) => {
      if (!(device instanceof DEVICE_OBJECT)) throw new TypeError('IoDeleteDevice: this is no device that IoCreateDevice made');
      if (!ledger.giveBack(device)) throw new RangeError(`IoDeleteDevice: ${device.id} has been deleted already`);
      devices.delete(device);
    },
    IoCreateSymbolicLink: link,
    IoCreateUnprotectedSymbolicLink: link,
    IoDeleteSymbolicLink: (name: unknown) => {
      const text = textOf(name);
      if (!devices.unlink(text)) return STATUS_OBJECT_NAME_NOT_FOUND;
      const mark = links.get(text.toUpperCase());
      if (mark !== undefined) ledger.giveBack(mark);
      return STATUS_SUCCESS;
    },
  };
}

const irpOf = (routine: string, irp: unknown): IRP => {
  if (irp instanceof IRP) return irp;
  throw new TypeError(`${routine}: this is no IRP of a control device; the operations of a minifilter have callback data instead`);
};

function irpRoutines(services: DriverServices): Routines {
  const complete = (routine: string) => (irp: unknown): void => {
    if (!IRP.complete(irpOf(routine, irp))) throw new RangeError(`${routine}: the IRP has been completed already (MULTIPLE_IRP_COMPLETE_REQUESTS, 0x44)`);
  };
  return {
    IoGetCurrentIrpStackLocation: (irp: unknown) => IRP.location(irpOf('IoGetCurrentIrpStackLocation', irp)),
    IoCompleteRequest: complete('IoCompleteRequest'),
    IofCompleteRequest: complete('IofCompleteRequest'),
    IoMarkIrpPending: (irp: unknown) => {
      IRP.markPending(irpOf('IoMarkIrpPending', irp));
    },
    IoGetRequestorProcess: () => runningActivation(services.world)?.thread.eprocess ?? null,
    IoGetRequestorProcessId: () => runningActivation(services.world)?.thread.pid ?? 4,
    IoIsOperationSynchronous: () => true,
  };
}

/** Top-level IRPs by thread. A request can be under one from the start (IoRequest.topLevelIrp). */
function topLevelRoutines(services: DriverServices): Routines {
  const set = new WeakMap<object, unknown>();
  const here = Object.freeze({ id: 'the top-level IRP of this thread' });
  return {
    IoGetTopLevelIrp: () => {
      const activation = runningActivation(services.world);
      if (activation === null) return null;
      const own = set.get(activation.thread);
      if (own !== undefined) return own;
      return activation.operation?.topLevelIrp === true && activation.operation.thread === activation.thread ? here : null;
    },
    IoSetTopLevelIrp: (irp: unknown) => {
      const activation = runningActivation(services.world);
      if (activation !== null) set.set(activation.thread, irp ?? null);
    },
  };
}

/** `\Device\HarddiskVolume3` of a device object, a volume or a name. */
function deviceNameOf(device: unknown): string {
  const volume = volumeOf(device);
  if (volume !== undefined) return volume.name;
  if (device instanceof DEVICE_OBJECT) return device.name;
  if (typeof device === 'object' && device !== null) {
    for (const field of ['name', 'DeviceName', 'volume'] as const) {
      const value = (device as Record<string, unknown>)[field];
      if (typeof value === 'string') return value;
      const inner = volumeOf(value);
      if (inner !== undefined) return inner.name;
    }
  }
  return '';
}

function nameRoutines(services: DriverServices): Routines {
  const dosName = (device: unknown, out: Ref<UNICODE_STRING> | UNICODE_STRING): number => {
    const name = services.world.dosName?.(deviceNameOf(device)) ?? null;
    if (name === null) return STATUS_OBJECT_NAME_NOT_FOUND;
    store(out, new UNICODE_STRING(name), (string) => {
      string.Buffer = name;
    });
    const kept = 'value' in out ? out.value : out;
    services.take('string', kept, `DOS name "${name}"`);
    return STATUS_SUCCESS;
  };
  return {
    IoVolumeDeviceToDosName: dosName,
    RtlVolumeDeviceToDosName: dosName,
    FsRtlIsPagingFile: (fileObject: FILE_OBJECT) => /\\(?:pagefile|swapfile)\.sys$/i.test(services.world.fileName(fileObject)?.path ?? fileObject.FileName.Buffer),
  };
}

export const ioManagerRoutines = (services: DriverServices): Routines => ({ ...deviceRoutines(services), ...irpRoutines(services), ...topLevelRoutines(services), ...nameRoutines(services) });
