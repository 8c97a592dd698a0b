/**
 * Looking filters, volumes and instances up. Every pointer that is handed out is referenced.
 *
 * VOL-001, VOL-053, VOL-060 to VOL-063 of filter-manager-objects.md (FltEnumerateInstances; FltEnumerateVolumes;
 * FltEnumerateFilters; FltGetUpperInstance; FltGetTopInstance; FltGetVolumeInstanceFromName; FltGetVolumeFromName).
 */
import { STATUS_BUFFER_TOO_SMALL, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_FILTER_NOT_FOUND, STATUS_FLT_INSTANCE_NOT_FOUND, STATUS_FLT_VOLUME_NOT_FOUND, STATUS_INVALID_PARAMETER, STATUS_NO_MORE_ENTRIES, STATUS_SUCCESS } from '../../nt/values.generated.ts';
import { FILE_OBJECT } from '../iomgr/fileObject.ts';
import { isOffered } from './attach.ts';
import type { Core } from './core.ts';
import { deviceObjectOf, diskDeviceObjectOf } from './deviceObjects.ts';
import type { Ref } from './handles.ts';
import type { Filter, Instance, Volume } from './instance.ts';
import { isDying, takeReference, type FltObject } from './references.ts';
import { sameName } from './services.ts';
import { instanceNamed } from './teardown.ts';
import { filterNamed } from './unload.ts';

/** Hands one object out, or the status for there being none. */
function give(core: Core, object: FltObject | null | undefined, result: Ref<unknown>, missing: number): number {
  result.value = null;
  if (object === null || object === undefined) return missing;
  if (isDying(object)) return STATUS_FLT_DELETING_OBJECT;
  takeReference(core, object);
  result.value = object.handle;
  return STATUS_SUCCESS;
}

export interface CallerArray {
  /** Absent: only the count is asked for. */
  readonly list: unknown[] | null;
  readonly size: number;
  readonly count: Ref<number>;
}

/** VOL-060: fills the caller's array, or says how much it would need. */
function fill(core: Core, objects: readonly FltObject[], { list, size, count }: CallerArray): number {
  const given = core.is('VOL-060', 'newest-first') ? objects.toReversed() : objects;
  count.value = given.length;
  if (given.length === 0) return STATUS_SUCCESS;
  if (list === null || size < given.length) return STATUS_BUFFER_TOO_SMALL;
  given.forEach((object, at) => {
    takeReference(core, object);
    list[at] = object.handle;
  });
  return STATUS_SUCCESS;
}

const isThere = (volume: Volume): boolean => volume.state === 'mounted';

/** Volumes a filter knows of, by mount. */
const volumesOf = (core: Core, filter: Filter): Volume[] => core.volumes.filter((volume) => isThere(volume) && isOffered(filter, volume));

export function enumerateInstances(core: Core, volume: Volume | null, filter: Filter | null, array: CallerArray): number {
  if (volume === null && filter === null) return STATUS_INVALID_PARAMETER;
  const volumes = volume === null ? core.volumes : [volume];
  const instances = volumes.flatMap((one) => one.instances).filter((instance) => instance.state === 'attached' && (filter === null || instance.filter === filter));
  return fill(core, instances, array);
}

export const enumerateVolumes = (core: Core, filter: Filter, array: CallerArray): number => fill(core, volumesOf(core, filter), array);

export const enumerateFilters = (core: Core, array: CallerArray): number => fill(core, core.filters.filter((filter) => !filter.unloading), array);

/** FltGetUpperInstance (-1), FltGetLowerInstance (1). */
export function neighbour(core: Core, instance: Instance, step: -1 | 1, result: Ref<unknown>): number {
  const { instances } = instance.volume;
  const at = instances.indexOf(instance);
  return give(core, at < 0 ? null : instances[at + step], result, STATUS_NO_MORE_ENTRIES);
}

export const topInstance = (core: Core, volume: Volume, result: Ref<unknown>): number => give(core, volume.instances[0], result, STATUS_NO_MORE_ENTRIES);

export const bottomInstance = (core: Core, volume: Volume, result: Ref<unknown>): number => give(core, volume.instances.at(-1), result, STATUS_NO_MORE_ENTRIES);

/** VOL-062. Without a filter the instance name is looked for among all. */
export function instanceFromName(core: Core, filter: Filter | null, volume: Volume, name: string | null, result: Ref<unknown>): number {
  const found = filter === null ? volume.instances.find((one) => name === null || sameName(one.name, name)) : instanceNamed(filter, volume, name);
  return give(core, found, result, STATUS_FLT_INSTANCE_NOT_FOUND);
}

/** VOL-053: the newest object of that name decides. */
export function volumeFromName(core: Core, filter: Filter, name: string, result: Ref<unknown>): number {
  const found = core.volumes.findLast((volume) => sameName(volume.name, name) && volume.state !== 'gone' && volume.state !== 'unmounted' && isOffered(filter, volume));
  return give(core, found, result, STATUS_FLT_VOLUME_NOT_FOUND);
}

export function volumeFromFileObject(core: Core, filter: Filter, fileObject: unknown, result: Ref<unknown>): number {
  if (!(fileObject instanceof FILE_OBJECT)) throw new TypeError('FileObject is no FILE_OBJECT.');
  return volumeFromName(core, filter, fileObject.volume, result);
}

/** The device object of the file system's volume, or of the disk below it. */
export function volumeFromDeviceObject(core: Core, filter: Filter, deviceObject: unknown, result: Ref<unknown>): number {
  const found = volumesOf(core, filter).find((volume) => deviceObjectOf(volume) === deviceObject || diskDeviceObjectOf(volume) === deviceObject);
  return give(core, found, result, STATUS_FLT_VOLUME_NOT_FOUND);
}

export const volumeOfInstance = (core: Core, instance: Instance, result: Ref<unknown>): number => give(core, instance.volume, result, STATUS_FLT_VOLUME_NOT_FOUND);

export const filterOfInstance = (core: Core, instance: Instance, result: Ref<unknown>): number => give(core, instance.filter, result, STATUS_FLT_FILTER_NOT_FOUND);

export const filterFromName = (core: Core, name: string, result: Ref<unknown>): number => give(core, filterNamed(core, name), result, STATUS_FLT_FILTER_NOT_FOUND);
