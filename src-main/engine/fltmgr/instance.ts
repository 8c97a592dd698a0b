/**
 * Filters, their instances, and the frames and volumes they stand in.
 *
 * R-1.3 (filter-manager-concepts): a volume's device stack holds one or more frames with legacy filters between them;
 * an instance belongs to the frame whose range covers its altitude.
 */
import { fileObjectFriend, type FILE_OBJECT } from '../iomgr/fileObject.ts';
import type { IoVolume } from '../iomgr/request.ts';
import type {
  FLT_REGISTRATION, PFLT_POST_OPERATION_CALLBACK, PFLT_PRE_OPERATION_CALLBACK,
} from '../wdk.ts';
import { compareAltitudes } from './altitude.ts';
import { FLT_RELATED_OBJECTS } from './callbackData.ts';
import type { CancelSafeQueue } from './cancelSafeQueue.ts';
import { makeHandle, type PFLT_FILTER, type PFLT_INSTANCE, type PFLT_VOLUME } from './handles.ts';
import type { InstanceDefinition, Service } from './services.ts';

/** What a filter registered for one major function. */
export interface OperationEntry {
  readonly major: number;
  /** FLTFL_OPERATION_REGISTRATION_* */
  readonly flags: number;
  readonly pre: PFLT_PRE_OPERATION_CALLBACK | null;
  readonly post: PFLT_POST_OPERATION_CALLBACK | null;
}

/** The states of filter-manager-objects.md 1.5; `absent` also after its end. */
export type FilterState = 'absent' | 'loading' | 'registered' | 'filtering' | 'unregistering';

const noEntries: readonly (OperationEntry | undefined)[] = new Array<OperationEntry | undefined>(256).fill(undefined);

export class Filter {
  readonly name: string;
  readonly handle: PFLT_FILTER;
  /** What was registered, as it was then (REG-001). */
  registration: FLT_REGISTRATION;
  /** By major function; empty where the filter registered nothing. */
  entries: readonly (OperationEntry | undefined)[];
  /** In the order in which they attached. */
  readonly instances: Instance[] = [];
  state: FilterState = 'loading';
  /** Its key in the registry; null for a driver the host attaches by hand. */
  service: Service | null = null;
  /** FltObjectReference on it, by whomever. */
  references = 0;
  /** The observer's own number for it; -1 as long as it has none. */
  observedAs = -1;
  /** An unload callback is running, or FltUnregisterFilter follows from it: 0x1 for a mandatory one. */
  unloadFlags: number | null = null;

  constructor(name: string, registration: FLT_REGISTRATION = {}, entries: readonly (OperationEntry | undefined)[] = noEntries) {
    this.name = name;
    this.registration = registration;
    this.entries = entries;
    this.handle = makeHandle(`PFLT_FILTER(${name})`);
    filterByHandle.set(this.handle, this);
  }

  get started(): boolean {
    return this.state === 'filtering';
  }

  get unloading(): boolean {
    return this.state === 'unregistering' || this.state === 'absent';
  }

  /** FLTFL_REGISTRATION_* */
  get flags(): number {
    return this.registration.Flags ?? 0;
  }

  /** Its handle is dead (SIM-004). */
  get gone(): boolean {
    return this.state === 'absent';
  }
}

/** `none`: no longer on its volume, or never there. */
export type InstanceState = 'attached' | 'tearing' | 'none';

export class Instance {
  /** Unique on its volume. */
  readonly name: string;
  readonly filter: Filter;
  readonly volume: Volume;
  readonly frame: Frame;
  readonly altitude: string;
  readonly handle: PFLT_INSTANCE;
  /** Null where FltAttachVolumeAtAltitude or the host made it. */
  readonly definition: InstanceDefinition | null;
  #state: InstanceState = 'attached';
  /** `state` is `attached`: asked for every callback, so that a boolean pays. */
  attached = true;
  /** FltObjectReference on it, and pointers that were handed out referenced. */
  references = 0;
  /** Cancel-safe queues that were initialized for it. */
  readonly queues: CancelSafeQueue[] = [];
  #objects: FLT_RELATED_OBJECTS | null = null;

  constructor(name: string, filter: Filter, frame: Frame, altitude: string, definition: InstanceDefinition | null = null) {
    this.name = name;
    this.filter = filter;
    this.frame = frame;
    this.volume = frame.volume;
    this.altitude = altitude;
    this.definition = definition;
    this.handle = makeHandle(`PFLT_INSTANCE(${name})`);
    instanceByHandle.set(this.handle, this);
  }

  get state(): InstanceState {
    return this.#state;
  }

  set state(state: InstanceState) {
    this.#state = state;
    this.attached = state === 'attached';
  }

  /** Freed: detached, and the last reference was given back (VOL-030, step 7). */
  get gone(): boolean {
    return this.state === 'none' && this.references === 0;
  }

  /** FltObjects for a file object. The last one is kept: neighbouring callbacks mostly share it. */
  objectsFor(fileObject: FILE_OBJECT | null): FLT_RELATED_OBJECTS {
    if (this.#objects === null || this.#objects.FileObject !== fileObject) {
      this.#objects = new FLT_RELATED_OBJECTS(this.filter.handle, this.volume.handle, this.handle, fileObject, fileObject === null ? null : fileObjectFriend.transaction(fileObject));
    }
    return this.#objects;
  }

  /** FltObjects of a transaction's notification. */
  objectsForTransaction(transaction: object): FLT_RELATED_OBJECTS {
    return new FLT_RELATED_OBJECTS(this.filter.handle, this.volume.handle, this.handle, null, transaction);
  }
}

/** An instance that is called for a major function, with its row of the registration. */
export class Route {
  readonly instance: Instance;
  readonly entry: OperationEntry;
  readonly pre: PFLT_PRE_OPERATION_CALLBACK | null;
  readonly flags: number;

  constructor(instance: Instance, entry: OperationEntry) {
    this.instance = instance;
    this.entry = entry;
    this.pre = entry.pre;
    this.flags = entry.flags;
  }
}

/** One FltMgr device object in a volume's stack. Number 0 is the lowest. */
export class Frame {
  readonly number: number;
  readonly volume: Volume;
  /** Lowest altitude it covers; null for the lowest frame. */
  readonly floor: string | null;
  #instances: readonly Instance[] = [];
  /** By major function, as far as they were asked for. */
  #routes: (readonly Route[] | undefined)[] = [];

  constructor(number: number, volume: Volume, floor: string | null) {
    this.number = number;
    this.volume = volume;
    this.floor = floor;
  }

  /** Highest altitude first. Replaced, never changed in place: an operation on its way holds the list it started with. */
  get instances(): readonly Instance[] {
    return this.#instances;
  }

  insert(instance: Instance): void {
    const at = this.#instances.findIndex((other) => compareAltitudes(other.altitude, instance.altitude) < 0);
    this.#replace(at < 0 ? [...this.#instances, instance] : this.#instances.toSpliced(at, 0, instance));
  }

  remove(instance: Instance): void {
    this.#replace(this.#instances.filter((other) => other !== instance));
  }

  /** The instances that registered the major function, highest first: another list after each insertion and removal. */
  routes(major: number): readonly Route[] {
    return this.#routes[major] ?? this.#makeRoutes(major);
  }

  /** Registered callbacks are others now. */
  forgetRoutes(): void {
    this.#routes = [];
  }

  #replace(instances: readonly Instance[]): void {
    this.#instances = instances;
    this.forgetRoutes();
  }

  #makeRoutes(major: number): readonly Route[] {
    const made = this.#instances.flatMap((instance) => {
      const entry = instance.filter.entries[major];
      return entry === undefined ? [] : [new Route(instance, entry)];
    });
    this.#routes[major] = made;
    return made;
  }
}

export interface VolumeDescription {
  /** Device name, e.g. `\\Device\\HarddiskVolume1`. */
  readonly name: string;
  /**
   * One legacy filter for each altitude given, directly below the minifilters at or above that altitude. Highest first. Each
   * splits the stack into two frames.
   */
  readonly legacyFiltersBelow?: readonly string[];
  /** FILE_DEVICE_*, FLT_FSTYPE_* as instance setup is told; disk and NTFS when absent. */
  readonly deviceType?: number;
  readonly filesystemType?: number;
  readonly sectorSize?: number;
  /** Of the device object; a redirected operation needs at least its own. */
  readonly stackSize?: number;
  /** False: known, and to be mounted with `mountVolume`. */
  readonly mounted?: boolean;
  /** Direct access (REG-005), no storage stack any more, developer volume, trusted by an administrator (VOL-010). */
  readonly dax?: boolean;
  readonly detached?: boolean;
  readonly developer?: boolean;
  readonly trusted?: boolean;
  /** VOL-063; writable and no snapshot when absent. */
  readonly writable?: boolean;
  readonly snapshot?: boolean;
  /** `\??\Volume{...}`; none when absent. */
  readonly guidName?: string;
  /** FILE_REMOVABLE_MEDIA and the like, as in the device object. */
  readonly characteristics?: number;
}

/** VOL-002; `unmounted` before the file system has mounted it. */
export type VolumeState = 'unmounted' | 'mounted' | 'dismounting' | 'gone';

export class Volume implements IoVolume {
  readonly name: string;
  readonly description: VolumeDescription;
  readonly handle: PFLT_VOLUME;
  /** Upper frame first. */
  readonly frames: readonly Frame[];
  readonly deviceType: number;
  readonly filesystemType: number;
  readonly sectorSize: number;
  readonly stackSize: number;
  state: VolumeState;
  /** Mounted, and no create has come yet: filters are asked then (VOL-012). */
  setupDue = false;
  /** FltObjectReference on it, and pointers that were handed out referenced. */
  references = 0;

  constructor(description: VolumeDescription) {
    this.name = description.name;
    this.description = description;
    const floors = [...(description.legacyFiltersBelow ?? []), null];
    this.frames = floors.map((floor, index) => new Frame(floors.length - 1 - index, this, floor));
    this.deviceType = description.deviceType ?? 8;
    this.filesystemType = description.filesystemType ?? 2;
    this.sectorSize = description.sectorSize ?? 512;
    this.stackSize = description.stackSize ?? 1;
    this.state = description.mounted === false ? 'unmounted' : 'mounted';
    this.handle = makeHandle(`PFLT_VOLUME(${description.name})`);
    volumeByHandle.set(this.handle, this);
  }

  get gone(): boolean {
    return this.state === 'gone' && this.references === 0;
  }

  frameFor(altitude: string): Frame {
    const frame = this.frames.find(({ floor }) => floor === null || compareAltitudes(altitude, floor) >= 0);
    if (frame === undefined) throw new Error(`volume ${this.name} has no frame`);
    return frame;
  }

  get instances(): readonly Instance[] {
    return this.frames.flatMap((frame) => frame.instances);
  }
}

const filterByHandle = new WeakMap<object, Filter>();
const instanceByHandle = new WeakMap<object, Instance>();
const volumeByHandle = new WeakMap<object, Volume>();

const lookUp = <T>(map: WeakMap<object, T>, handle: unknown): T | undefined => (typeof handle === 'object' && handle !== null ? map.get(handle) : undefined);

/** What is behind an opaque handle; undefined for anything else a driver may pass. */
export const filterOf = (handle: unknown): Filter | undefined => lookUp(filterByHandle, handle);
export const instanceOf = (handle: unknown): Instance | undefined => lookUp(instanceByHandle, handle);
export const volumeOf = (handle: unknown): Volume | undefined => lookUp(volumeByHandle, handle);
