/**
 * Control devices: what a driver offers to programs beside its filter, and the IRPs that reach it.
 *
 * Source: IoCreateDevice, IoCreateSymbolicLink, DRIVER_OBJECT, IRP, IO_STACK_LOCATION; driver-api-usage.md 2.11 (cdo). IRPs come from
 * whoever stands for a program (a script, a console); there is one stack location, since nothing is below a control device.
 */
import { UNICODE_STRING } from '../engine/index.ts';
import { STATUS_INVALID_DEVICE_REQUEST, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_PENDING } from '../nt/values.generated.ts';

/** IRP_MJ_CREATE to IRP_MJ_PNP */
const majorFunctions = 28;

type Dispatch = (deviceObject: DEVICE_OBJECT, irp: IRP) => unknown;

export class DRIVER_OBJECT {
  readonly DriverName: UNICODE_STRING;
  /** Dispatch routines by IRP_MJ_*. */
  readonly MajorFunction: (Dispatch | null)[] = Array.from({ length: majorFunctions }, () => null);
  FastIoDispatch: object | null = null;
  DriverUnload: ((driverObject: DRIVER_OBJECT) => void) | null = null;
  DeviceObject: DEVICE_OBJECT | null = null;
  Flags = 0;

  constructor(serviceName: string) {
    this.DriverName = new UNICODE_STRING(`\\FileSystem\\${serviceName}`);
  }
}

export class DEVICE_OBJECT {
  readonly id: string;
  readonly DriverObject: unknown;
  readonly DeviceType: number;
  readonly Characteristics: number;
  /** DO_*: a new device is initializing until the driver clears the bit or DriverEntry returns. */
  Flags = 0x80;
  /** What the driver keeps with its device. */
  readonly DeviceExtension: Record<string, unknown> = {};
  readonly DeviceExtensionSize: number;
  NextDevice: DEVICE_OBJECT | null = null;
  readonly name: string;
  readonly exclusive: boolean;

  constructor(number: number, driver: unknown, options: { readonly name: string; readonly type: number; readonly characteristics: number; readonly extensionSize: number; readonly exclusive: boolean }) {
    this.id = `DEVICE_OBJECT(${options.name === '' ? `#${number}` : options.name})`;
    this.DriverObject = driver;
    this.DeviceType = options.type;
    this.Characteristics = options.characteristics;
    this.DeviceExtensionSize = options.extensionSize;
    this.name = options.name;
    this.exclusive = options.exclusive;
  }
}

/** The one stack location of an IRP to a control device. */
export interface IO_STACK_LOCATION {
  readonly MajorFunction: number;
  readonly MinorFunction: number;
  Flags: number;
  Control: number;
  readonly Parameters: Readonly<Record<string, object>>;
  readonly DeviceObject: DEVICE_OBJECT;
  readonly FileObject: object | null;
}

export class IRP {
  readonly id: string;
  readonly IoStatus = { Status: 0, Information: 0 };
  readonly AssociatedIrp: { SystemBuffer: unknown };
  UserBuffer: unknown = null;
  MdlAddress: unknown = null;
  readonly RequestorMode: number;
  Cancel = false;
  PendingReturned = false;
  readonly #location: IO_STACK_LOCATION;
  #completed = false;
  #pending = false;

  constructor(number: number, location: IO_STACK_LOCATION, systemBuffer: unknown, requestorMode: number) {
    this.id = `IRP#${number}`;
    this.#location = location;
    this.AssociatedIrp = { SystemBuffer: systemBuffer };
    this.RequestorMode = requestorMode;
  }

  static location(irp: IRP): IO_STACK_LOCATION {
    return irp.#location;
  }

  /** False when it has been completed before. */
  static complete(irp: IRP): boolean {
    if (irp.#completed) return false;
    irp.#completed = true;
    return true;
  }

  static markPending(irp: IRP): void {
    irp.#pending = true;
  }

  static state(irp: IRP): { readonly completed: boolean; readonly pending: boolean } {
    return { completed: irp.#completed, pending: irp.#pending };
  }
}

/** A request of a program to a device. */
export interface DeviceRequest {
  readonly major: number;
  readonly minor?: number;
  /** The members of IO_STACK_LOCATION.Parameters, by their names: `{ DeviceIoControl: { IoControlCode, ... } }`. */
  readonly parameters?: Readonly<Record<string, object>>;
  readonly systemBuffer?: unknown;
  readonly fileObject?: object | null;
}

export interface DeviceAnswer {
  readonly status: number;
  readonly information: number;
  /** Set while the driver holds the IRP. */
  readonly irp: IRP;
}

const caseless = (name: string): string => name.toUpperCase();
const userMode = 1;

export class ControlDevices {
  readonly #next: () => number;
  readonly #byName = new Map<string, DEVICE_OBJECT>();
  readonly #links = new Map<string, string>();

  constructor(next: () => number) {
    this.#next = next;
  }

  has(name: string): boolean {
    return name !== '' && (this.#byName.has(caseless(name)) || this.#links.has(caseless(name)));
  }

  create(driver: unknown, options: ConstructorParameters<typeof DEVICE_OBJECT>[2]): DEVICE_OBJECT {
    const device = new DEVICE_OBJECT(this.#next(), driver, options);
    if (options.name !== '') this.#byName.set(caseless(options.name), device);
    if (driver instanceof DRIVER_OBJECT) {
      device.NextDevice = driver.DeviceObject;
      driver.DeviceObject = device;
    }
    return device;
  }

  delete(device: DEVICE_OBJECT): void {
    if (this.#byName.get(caseless(device.name)) === device) this.#byName.delete(caseless(device.name));
    const driver = device.DriverObject;
    if (!(driver instanceof DRIVER_OBJECT)) return;
    if (driver.DeviceObject === device) driver.DeviceObject = device.NextDevice;
    else for (let one = driver.DeviceObject; one !== null; one = one.NextDevice) if (one.NextDevice === device) one.NextDevice = device.NextDevice;
  }

  link(name: string, target: string): void {
    this.#links.set(caseless(name), target);
  }

  unlink(name: string): boolean {
    return this.#links.delete(caseless(name));
  }

  /** A device by its name or by a symbolic link. */
  find(name: string): DEVICE_OBJECT | null {
    const target = this.#links.get(caseless(name)) ?? name;
    return this.#byName.get(caseless(target)) ?? null;
  }

  /** Sends an IRP to the driver's dispatch routine; without one it fails as the I/O manager's own routine does. */
  send(name: string, request: DeviceRequest): DeviceAnswer {
    const device = this.find(name);
    const location: IO_STACK_LOCATION = {
      MajorFunction: request.major, MinorFunction: request.minor ?? 0, Flags: 0, Control: 0, Parameters: request.parameters ?? {}, DeviceObject: device ?? noDevice, FileObject: request.fileObject ?? null,
    };
    const irp = new IRP(this.#next(), location, request.systemBuffer ?? null, userMode);
    if (device === null) return { status: STATUS_OBJECT_NAME_NOT_FOUND, information: 0, irp };
    const driver = device.DriverObject;
    const dispatch = driver instanceof DRIVER_OBJECT ? driver.MajorFunction[request.major] : null;
    if (typeof dispatch !== 'function') return { status: STATUS_INVALID_DEVICE_REQUEST, information: 0, irp };
    const returned = Number(dispatch(device, irp)) >>> 0;
    const { completed, pending } = IRP.state(irp);
    if (!completed && (pending || returned === STATUS_PENDING)) return { status: STATUS_PENDING, information: 0, irp };
    return { status: irp.IoStatus.Status >>> 0, information: irp.IoStatus.Information, irp };
  }
}

const noDevice = new DEVICE_OBJECT(0, null, { name: '', type: 0, characteristics: 0, extensionSize: 0, exclusive: false });
