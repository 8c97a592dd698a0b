/**
 * Attaching instances: automatically at a filter's start and to new volumes, by hand, and by the host.
 *
 * ALT-020 to ALT-029, VOL-010 to VOL-019 of filter-manager-objects.md; R-1.3 (FltStartFiltering; FltAttachVolume;
 * FltAttachVolumeAtAltitude; FilterAttach; PFLT_INSTANCE_SETUP_CALLBACK).
 */
import { ntStatusName, ntSuccess } from '../../nt/ntStatus.ts';
import {
  FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT, FLTFL_INSTANCE_SETUP_DETACHED_VOLUME, FLTFL_INSTANCE_SETUP_DEV_VOLUME, FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT,
  FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME, FLTFL_INSTANCE_SETUP_TRUSTED_VOLUME, FLTFL_INSTANCE_TEARDOWN_INTERNAL_ERROR, FLTFL_REGISTRATION_SUPPORT_DAX_VOLUME,
  FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS, FLT_FSTYPE_MSFS, FLT_FSTYPE_NPFS, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_DO_NOT_ATTACH, STATUS_FLT_FILTER_NOT_READY,
  STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_FLT_INSTANCE_NAME_COLLISION, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { PASSIVE_LEVEL } from '../kernel/irql.ts';
import type { Blocking } from '../kernel/wait.ts';
import { altitudeFrom, compareAltitudes } from './altitude.ts';
import type { Core } from './core.ts';
import { Instance, type Filter, type Volume } from './instance.ts';
import { runNested } from './runNested.ts';
import { noAutomaticAttachment, noManualAttachment, sameName, type InstanceDefinition } from './services.ts';
import { runTeardownCallback } from './teardownCallbacks.ts';
import { siteOf } from './violationSites.ts';

/** INSTANCE_NAME_MAX_CHARS */
const instanceNameMaxChars = 255;

export interface Attachment {
  readonly status: number;
  readonly instance: Instance | null;
}

const refused = (status: number): Attachment => ({ status, instance: null });

/** REG-005, VOL-001: whether the filter asked for volumes of this kind. */
export function isOffered(filter: Filter, volume: Volume): boolean {
  const pipes = volume.filesystemType === FLT_FSTYPE_NPFS || volume.filesystemType === FLT_FSTYPE_MSFS;
  if (pipes && (filter.flags & FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS) === 0) return false;
  return volume.description.dax !== true || (filter.flags & FLTFL_REGISTRATION_SUPPORT_DAX_VOLUME) !== 0;
}

/** VOL-010: what the volume adds to the flags of the setup callback. */
function volumeFlags({ description }: Volume): number {
  return (description.detached === true ? FLTFL_INSTANCE_SETUP_DETACHED_VOLUME : 0) | (description.developer === true ? FLTFL_INSTANCE_SETUP_DEV_VOLUME : 0)
    | (description.trusted === true ? FLTFL_INSTANCE_SETUP_TRUSTED_VOLUME : 0);
}

/** ALT-005: altitudes that compare equal are one, whatever their text. */
const sameAltitude = (core: Core, a: string, b: string): boolean => (core.is('ALT-005', 'by-text') ? a === b : compareAltitudes(a, b) === 0);

/** ALT-023 to ALT-026: the status of a collision, found before the setup callback is called; null where there is none. */
function collision(core: Core, volume: Volume, name: string, altitude: string): number | null {
  const everywhere = core.is('ALT-023', 'per-system') ? core.volumes.flatMap(({ instances }) => instances) : volume.instances;
  const nameTaken = everywhere.some((other) => sameName(other.name, name)) ? STATUS_FLT_INSTANCE_NAME_COLLISION : null;
  const altitudeStatus = core.is('ALT-025', 'object-name-collision') ? STATUS_OBJECT_NAME_COLLISION : STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
  const altitudeTaken = volume.instances.some((other) => sameAltitude(core, other.altitude, altitude)) ? altitudeStatus : null;
  return core.is('ALT-026', 'altitude-first') ? (altitudeTaken ?? nameTaken) : (nameTaken ?? altitudeTaken);
}

/** Asks the setup callback; an absent one accepts (VOL-013, VOL-014). */
function* setUp(core: Core, instance: Instance, flags: number): Blocking<number> {
  const { filter, volume } = instance;
  const routine = filter.registration.InstanceSetupCallback;
  if (typeof routine !== 'function') return STATUS_SUCCESS;
  const objects = instance.objectsFor(null);
  const record = core.enter('setup', '', null, filter, instance, core.activation?.thread ?? core.systemThread, PASSIVE_LEVEL);
  record.fltObjects = objects;
  record.flags = flags | volumeFlags(volume);
  record.routine = routine;
  const status = yield* core.threads.invoke(record, () => routine(objects, record.flags, volume.deviceType, volume.filesystemType));
  const value = typeof status === 'number' ? status >>> 0 : STATUS_INVALID_PARAMETER;
  if (!ntSuccess(value) && value !== STATUS_FLT_DO_NOT_ATTACH) {
    core.hint('H-16', { filter, instance, operation: null }, { status: ntStatusName(value) }, siteOf(core, routine, { returns: ntStatusName(value) }));
  }
  return value;
}

/** VOL-016: no teardown callback; contexts that were set on the instance go. */
function cancelAttachment(core: Core, instance: Instance): void {
  if (core.is('VOL-016', 'torn-down')) {
    const thread = core.activation?.thread ?? core.systemThread;
    runTeardownCallback(core, 'teardownStart', instance, thread, FLTFL_INSTANCE_TEARDOWN_INTERNAL_ERROR);
    runTeardownCallback(core, 'teardownComplete', instance, thread, FLTFL_INSTANCE_TEARDOWN_INTERNAL_ERROR);
  }
  instance.state = 'none';
  core.contexts.instanceTornDown(instance);
}

interface Wanted {
  readonly name: string;
  readonly altitude: string;
  readonly definition: InstanceDefinition | null;
  readonly flags: number;
}

/** From here on operations come to the instance. */
function join(instance: Instance): void {
  instance.frame.insert(instance);
  instance.filter.instances.push(instance);
}

function part(instance: Instance): void {
  const { instances } = instance.filter;
  instance.frame.remove(instance);
  if (instances.includes(instance)) instances.splice(instances.indexOf(instance), 1);
}

/** Collision, setup, insertion. */
function* attach(core: Core, filter: Filter, volume: Volume, wanted: Wanted): Blocking<Attachment> {
  const { name, altitude, definition, flags } = wanted;
  const taken = collision(core, volume, name, altitude);
  if (taken !== null) {
    // ALT-029
    if (!core.is('ALT-029', 'not-reported')) core.violate('FV-103', { filter, instance: null, operation: null }, { altitude });
    return refused(taken);
  }
  const instance = new Instance(name, filter, volume.frameFor(altitude), altitude, definition);
  // VOL-015
  const early = core.is('VOL-015', 'during-setup');
  if (early) join(instance);
  const status = yield* setUp(core, instance, flags);
  if (!ntSuccess(status)) {
    cancelAttachment(core, instance);
    if (early) part(instance);
    return refused(status);
  }
  if (!early) join(instance);
  return { status: STATUS_SUCCESS, instance };
}

/** The host attaches an instance itself: a stack that was put together by hand. */
export function attachByHost(core: Core, filter: Filter, volume: Volume, altitude: string, name: string, flags = FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT): Attachment {
  if (altitudeFrom(altitude) === undefined) throw new RangeError(`"${altitude}" is no altitude: write digits with at most one decimal point, for example 328010 or 328010.5.`);
  return runNested(core, attach(core, filter, volume, { name, altitude, definition: null, flags }));
}

// ---- automatic

/** ALT-021, ALT-028: one instance for each definition that may; a collision drops it. The first failure status counts for ALT-028's other reading. */
function* attachDefinitions(core: Core, filter: Filter, volume: Volume, flags: number): Blocking<number> {
  if (!isOffered(filter, volume)) return STATUS_SUCCESS;
  let definitions = (filter.service?.instances ?? []).filter((one) => (one.flags & noAutomaticAttachment) === 0);
  if (core.is('ALT-021', 'highest-first')) definitions = definitions.toSorted((a, b) => compareAltitudes(b.altitude, a.altitude));
  for (const definition of definitions) {
    if (filter.instances.some((one) => one.volume === volume && one.definition === definition)) continue;
    if (altitudeFrom(definition.altitude) === undefined) continue;
    const { status } = yield* attach(core, filter, volume, { name: definition.name, altitude: definition.altitude, definition, flags });
    const collided = status === STATUS_FLT_INSTANCE_NAME_COLLISION || status === STATUS_FLT_INSTANCE_ALTITUDE_COLLISION || status === STATUS_OBJECT_NAME_COLLISION;
    if (collided && core.is('ALT-028', 'start-fails')) return status;
  }
  return STATUS_SUCCESS;
}

/** VOL-011: a filter that starts, on every mounted volume, in mount order. */
export function attachToMounted(core: Core, filter: Filter, flags: number): number {
  const volumes = core.volumes.filter(({ state }) => state === 'mounted');
  if (core.is('VOL-011', 'newest-first')) volumes.reverse();
  for (const volume of volumes) {
    const status = runNested(core, attachDefinitions(core, filter, volume, flags));
    if (!ntSuccess(status)) return status;
  }
  return STATUS_SUCCESS;
}

/** A volume that the running filters are to have as if it had been there when they started. */
export function attachRunningFilters(core: Core, volume: Volume): void {
  for (const filter of [...core.filters]) if (filter.state === 'filtering') runNested(core, attachDefinitions(core, filter, volume, FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT));
}

const highestDefinition = (filter: Filter): string =>
  (filter.service?.instances ?? []).map(({ altitude }) => altitude).reduce((highest, one) => (compareAltitudes(one, highest) > 0 ? one : highest), '0');

/** VOL-012: the first create on a new volume has come; filters are asked highest altitude first. */
export function setUpNewVolume(core: Core, volume: Volume): void {
  volume.setupDue = false;
  const filters = core.filters.filter(({ state }) => state === 'filtering').sort((a, b) => compareAltitudes(highestDefinition(b), highestDefinition(a)));
  for (const filter of filters) runNested(core, attachDefinitions(core, filter, volume, FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT | FLTFL_INSTANCE_SETUP_NEWLY_MOUNTED_VOLUME));
}

// ---- manual

/** VOL-017: what stands before everything else, or null. */
function notReady(filter: Filter, volume: Volume): number | null {
  if (filter.unloading || volume.state === 'dismounting' || volume.state === 'gone') return STATUS_FLT_DELETING_OBJECT;
  return filter.state === 'filtering' ? null : STATUS_FLT_FILTER_NOT_READY;
}

const manual = FLTFL_INSTANCE_SETUP_MANUAL_ATTACHMENT;

/** FltAttachVolume and FilterAttach: by the name of a definition, NULL for the default one (VOL-018). */
export function* attachVolume(core: Core, filter: Filter, volume: Volume, name: string | null): Blocking<Attachment> {
  const service = filter.service;
  const definition = name === null ? (service?.defaultInstance ?? null) : (service?.instances.find((one) => sameName(one.name, name)) ?? null);
  const state = notReady(filter, volume);
  const definitionFirst = core.is('VOL-017', 'definition-first');
  if (definitionFirst && definition === null) return refused(STATUS_OBJECT_NAME_NOT_FOUND);
  if (state !== null) return refused(state);
  if (definition === null) return refused(STATUS_OBJECT_NAME_NOT_FOUND);
  if ((definition.flags & noManualAttachment) !== 0 || !isOffered(filter, volume)) return refused(STATUS_FLT_DO_NOT_ATTACH);
  if (!isAltitude(core, definition.altitude)) return refused(STATUS_INVALID_PARAMETER);
  return yield* attach(core, filter, volume, { name: definition.name, altitude: definition.altitude, definition, flags: manual });
}

const isAltitude = (core: Core, text: string): boolean => altitudeFrom(text, core.is('ALT-002', 'point-at-end')) !== undefined;

/** ALT-027: a name made of filter and altitude. */
function madeName(core: Core, filter: Filter, altitude: string): string {
  const separator = core.is('ALT-027', 'joined') ? '' : ' - ';
  return `${filter.name}${separator}${altitude}`.slice(0, instanceNameMaxChars);
}

/** FltAttachVolumeAtAltitude and FilterAttachAtAltitude: any altitude and name, without a definition. */
export function* attachVolumeAtAltitude(core: Core, filter: Filter, volume: Volume, altitude: string, name: string | null): Blocking<Attachment> {
  const state = notReady(filter, volume);
  if (state !== null) return refused(state);
  if (!isOffered(filter, volume)) return refused(STATUS_FLT_DO_NOT_ATTACH);
  if (!isAltitude(core, altitude)) return refused(STATUS_INVALID_PARAMETER);
  return yield* attach(core, filter, volume, { name: name ?? madeName(core, filter, altitude), altitude, definition: null, flags: manual });
}
