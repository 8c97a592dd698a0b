/** Filters, instances and volumes as objects: references, neighbours, lists, names and properties. */
import { STATUS_BUFFER_TOO_SMALL, STATUS_FLT_NO_DEVICE_OBJECT, STATUS_NOT_FOUND, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import { UNICODE_STRING } from '../../kernel/unicodeString.ts';
import { compareAltitudes } from '../altitude.ts';
import { refusedStatus } from '../callChecks.ts';
import { deviceObjectOf, diskDeviceObjectOf } from '../deviceObjects.ts';
import type { Ref } from '../handles.ts';
import { Filter, Instance, type Volume } from '../instance.ts';
import {
  bottomInstance, enumerateFilters, enumerateInstances, enumerateVolumes, filterFromName, filterOfInstance, instanceFromName, neighbour, topInstance, volumeFromDeviceObject,
  volumeFromFileObject, volumeFromName, volumeOfInstance, type CallerArray,
} from '../lookups.ts';
import { filterInformation, instanceInformation, volumeInformation, volumeProperties, type InformationBuffer } from '../objectInformation.ts';
import { dereferenceObject, referenceObject } from '../references.ts';
import { type Definition, filterArg, instanceArg, nameArg, objectArg, refArg, textArg, volumeArg } from './definition.ts';
import { WrongHandle } from '../wrongHandle.ts';

const isNull = (value: unknown): boolean => value === null || value === undefined;

function arrayArg(list: unknown, size: unknown, count: unknown): CallerArray {
  if (!isNull(list) && !Array.isArray(list)) throw new TypeError('The list is no array.');
  return { list: isNull(list) ? null : (list as unknown[]), size: Number(size ?? 0), count: refArg<number>(count) };
}

/** The volume an FltObject stands on. */
function volumeOfObject(value: unknown): Volume {
  const object = objectArg(value);
  if (object instanceof Filter) throw new WrongHandle('FltObject', value);
  return object instanceof Instance ? object.volume : object;
}

/** A name into the caller's UNICODE_STRING; too small, or NULL: STATUS_BUFFER_TOO_SMALL with the bytes needed. */
function giveName(text: string, target: unknown, needed: unknown): number {
  const bytes = text.length * 2;
  if (!isNull(needed)) refArg<number>(needed).value = bytes;
  if (!isNull(target) && !(target instanceof UNICODE_STRING)) throw new TypeError('The name is no UNICODE_STRING.');
  if (!(target instanceof UNICODE_STRING) || target.MaximumLength < bytes) return STATUS_BUFFER_TOO_SMALL;
  target.Buffer = text;
  return STATUS_SUCCESS;
}

const information = (buffer: unknown, size: unknown, returned: unknown): InformationBuffer => ({
  buffer: isNull(buffer) ? null : (buffer as object), size: Number(size ?? 0), returned: isNull(returned) ? null : refArg<number>(returned),
});

const given = <T>(result: unknown, value: T): number => {
  refArg<T>(result).value = value;
  return STATUS_SUCCESS;
};

const references: Record<string, Definition> = {
  FltObjectReference: { silent: true, refused: refusedStatus, run: (core, [object]) => referenceObject(core, objectArg(object)) },
  FltObjectDereference: {
    silent: true,
    run: (core, [object]) => {
      if (!dereferenceObject(core, objectArg(object))) throw new WrongHandle('FltObject', object);
    },
  },
};

const lists: Record<string, Definition> = {
  FltEnumerateInstances: {
    refused: refusedStatus,
    run: (core, [volume, filter, list, size, count]) => enumerateInstances(core, isNull(volume) ? null : volumeArg(volume), isNull(filter) ? null : filterArg(filter), arrayArg(list, size, count)),
  },
  FltEnumerateVolumes: { refused: refusedStatus, run: (core, [filter, list, size, count]) => enumerateVolumes(core, filterArg(filter), arrayArg(list, size, count)) },
  FltEnumerateFilters: { refused: refusedStatus, run: (core, [list, size, count]) => enumerateFilters(core, arrayArg(list, size, count)) },
};

const out = (result: unknown): Ref<unknown> => refArg<unknown>(result);

const lookups: Record<string, Definition> = {
  FltCompareInstanceAltitudes: { silent: true, refused: 0, run: (core, [a, b]) => compareAltitudes(instanceArg(a).altitude, instanceArg(b).altitude) * (core.is('ALT-006', 'sign-only') ? 2 : 1) },
  FltGetUpperInstance: { refused: refusedStatus, run: (core, [instance, result]) => neighbour(core, instanceArg(instance), -1, out(result)) },
  FltGetLowerInstance: { refused: refusedStatus, run: (core, [instance, result]) => neighbour(core, instanceArg(instance), 1, out(result)) },
  FltGetTopInstance: { refused: refusedStatus, run: (core, [volume, result]) => topInstance(core, volumeArg(volume), out(result)) },
  FltGetBottomInstance: { refused: refusedStatus, run: (core, [volume, result]) => bottomInstance(core, volumeArg(volume), out(result)) },
  FltGetVolumeInstanceFromName: {
    refused: refusedStatus,
    run: (core, [filter, volume, name, result]) => instanceFromName(core, isNull(filter) ? null : filterArg(filter), volumeArg(volume), textArg(name), out(result)),
  },
  FltGetVolumeFromName: { refused: refusedStatus, run: (core, [filter, name, result]) => volumeFromName(core, filterArg(filter), nameArg(name), out(result)) },
  FltGetVolumeFromFileObject: { refused: refusedStatus, run: (core, [filter, fileObject, result]) => volumeFromFileObject(core, filterArg(filter), fileObject, out(result)) },
  FltGetVolumeFromDeviceObject: { refused: refusedStatus, run: (core, [filter, device, result]) => volumeFromDeviceObject(core, filterArg(filter), device, out(result)) },
  FltGetVolumeFromInstance: { refused: refusedStatus, run: (core, [instance, result]) => volumeOfInstance(core, instanceArg(instance), out(result)) },
  FltGetFilterFromInstance: { refused: refusedStatus, run: (core, [instance, result]) => filterOfInstance(core, instanceArg(instance), out(result)) },
  FltGetFilterFromName: { refused: refusedStatus, run: (core, [name, result]) => filterFromName(core, nameArg(name), out(result)) },
};

const properties: Record<string, Definition> = {
  FltGetVolumeName: { refused: refusedStatus, run: (_core, [volume, name, needed]) => giveName(volumeArg(volume).name, name, needed) },
  FltGetVolumeGuidName: {
    refused: refusedStatus,
    run: (_core, [volume, name, needed]) => {
      const { guidName } = volumeArg(volume).description;
      return guidName === undefined ? STATUS_NOT_FOUND : giveName(guidName, name, needed);
    },
  },
  FltGetVolumeProperties: { refused: refusedStatus, run: (_core, [volume, buffer, size, returned]) => volumeProperties(volumeArg(volume), information(buffer, size, returned)) },
  FltGetVolumeInformation: {
    refused: refusedStatus, run: (_core, [volume, level, buffer, size, returned]) => volumeInformation(volumeArg(volume), Number(level), information(buffer, size, returned)),
  },
  FltGetInstanceInformation: {
    refused: refusedStatus, run: (_core, [instance, level, buffer, size, returned]) => instanceInformation(instanceArg(instance), Number(level), information(buffer, size, returned)),
  },
  FltGetFilterInformation: {
    refused: refusedStatus, run: (_core, [filter, level, buffer, size, returned]) => filterInformation(filterArg(filter), Number(level), information(buffer, size, returned)),
  },
  FltGetFileSystemType: { refused: refusedStatus, run: (_core, [object, result]) => given(result, volumeOfObject(object).filesystemType) },
  FltIsVolumeWritable: { refused: refusedStatus, run: (_core, [object, result]) => given(result, volumeOfObject(object).description.writable !== false) },
  FltIsVolumeSnapshot: { refused: refusedStatus, run: (_core, [object, result]) => given(result, volumeOfObject(object).description.snapshot === true) },
  FltGetDeviceObject: { refused: refusedStatus, run: (_core, [volume, result]) => given(result, deviceObjectOf(volumeArg(volume))) },
  FltGetDiskDeviceObject: {
    refused: refusedStatus,
    run: (_core, [volume, result]) => {
      const device = diskDeviceObjectOf(volumeArg(volume));
      out(result).value = device;
      return device === null ? STATUS_FLT_NO_DEVICE_OBJECT : STATUS_SUCCESS;
    },
  },
};

export const objectRoutines: Record<string, Definition> = { ...references, ...lists, ...lookups, ...properties };
