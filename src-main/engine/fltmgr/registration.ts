/**
 * FltRegisterFilter, FltStartFiltering, FltUnregisterFilter, attaching.
 *
 * R-1.15 (FLT_OPERATION_REGISTRATION; FltRegisterFilter; FltStartFiltering; PFLT_INSTANCE_SETUP_CALLBACK).
 */
import { irpMjName } from '../../nt/names.ts';
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT, FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD, FLT_REGISTRATION_VERSION_0203, IRP_MJ_DEVICE_CHANGE, IRP_MJ_OPERATION_END, IRP_MJ_POWER,
  IRP_MJ_SHUTDOWN, STATUS_FLT_DUPLICATE_ENTRY, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_FLT_INSTANCE_NAME_COLLISION, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { registrationVersions } from '../../nt/tables.generated.ts';
import { PASSIVE_LEVEL } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import type { FLT_OPERATION_REGISTRATION, FLT_REGISTRATION, OperationRegistrationRow } from '../wdk.ts';
import { altitudeFrom, compareAltitudes } from './altitude.ts';
import type { Core } from './core.ts';
import type { PFLT_FILTER, Ref } from './handles.ts';
import { Filter, Instance, type OperationEntry, type Volume } from './instance.ts';
import { startTeardown } from './teardown.ts';

const knownVersions = new Set(registrationVersions.map(([, value]) => value));

function rowOf(row: FLT_OPERATION_REGISTRATION | OperationRegistrationRow): OperationEntry {
  if ('MajorFunction' in row) return { major: row.MajorFunction, flags: row.Flags ?? 0, pre: row.PreOperation ?? null, post: row.PostOperation ?? null };
  const [major, flags, pre, post] = row;
  return { major, flags: flags ?? 0, pre: pre ?? null, post: post ?? null };
}

function nameOf(core: Core, driverObject: unknown): string {
  if (core.registeringDriver !== null) return core.registeringDriver;
  if (typeof driverObject === 'object' && driverObject !== null && 'DriverName' in driverObject) return String(driverObject.DriverName);
  return 'filter';
}

/** The registered operations by major, or the status that refuses them. */
function entriesOf(core: Core, name: string, registration: FLT_REGISTRATION): (OperationEntry | undefined)[] | number {
  const where = { filter: name, instance: null, operation: null };
  const entries: (OperationEntry | undefined)[] = new Array<OperationEntry | undefined>(256).fill(undefined);
  const seen = new Set<number>();
  for (const row of registration.OperationRegistration ?? []) {
    const entry = rowOf(row);
    const major = entry.major & 0xff;
    if (major === IRP_MJ_OPERATION_END) break;
    const words = { major: irpMjName(major) };
    if (major === IRP_MJ_SHUTDOWN && entry.post !== null) {
      core.violate('FV-100', where);
      return STATUS_INVALID_PARAMETER;
    }
    if (major === IRP_MJ_POWER || major === IRP_MJ_DEVICE_CHANGE) {
      core.violate('FV-101', where, words);
      return STATUS_INVALID_PARAMETER;
    }
    if (seen.has(major)) {
      core.violate('FV-102', where, words);
      return STATUS_FLT_DUPLICATE_ENTRY;
    }
    seen.add(major);
    if (entry.pre !== null || entry.post !== null) entries[major] = { ...entry, major };
  }
  return entries;
}

export function registerFilter(core: Core, driverObject: unknown, registration: FLT_REGISTRATION, result: Ref<PFLT_FILTER | null>): number {
  if (!knownVersions.has(registration.Version ?? FLT_REGISTRATION_VERSION_0203)) return STATUS_INVALID_PARAMETER;
  const name = nameOf(core, driverObject);
  const entries = entriesOf(core, name, registration);
  if (typeof entries === 'number') return entries;
  const filter = new Filter(name, registration, entries);
  core.filters.push(filter);
  result.value = filter.handle;
  return STATUS_SUCCESS;
}

export function startFiltering(filter: Filter): number {
  if (filter.started) return STATUS_INVALID_PARAMETER;
  filter.started = true;
  return STATUS_SUCCESS;
}

export function unregisterFilter(core: Core, filter: Filter, thread: EngineThread): void {
  filter.unloading = true;
  for (const instance of [...filter.instances]) startTeardown(core, instance, thread, FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD);
  const at = core.filters.indexOf(filter);
  if (at >= 0) core.filters.splice(at, 1);
  for (const [handle, { filter: owner }] of [...core.allocatedItems]) {
    if (owner !== filter) continue;
    core.allocatedItems.delete(handle);
    core.violate('FV-068', { filter, instance: null, operation: null }, { id: handle.id });
  }
}

/** Attaches an instance after asking InstanceSetupCallback; an error or warning status refuses. */
export function attachInstance(core: Core, filter: Filter, volume: Volume, altitude: string, name: string, flags = FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT): { readonly status: number; readonly instance: Instance | null } {
  if (altitudeFrom(altitude) === undefined) throw new RangeError(`"${altitude}" is no altitude: write digits with at most one decimal point, for example 328010 or 328010.5.`);
  const others = volume.instances;
  const sameAltitude = others.some((other) => compareAltitudes(other.altitude, altitude) === 0);
  if (sameAltitude || others.some((other) => other.name === name)) {
    core.violate('FV-103', { filter, instance: null, operation: null }, { altitude });
    return { status: sameAltitude ? STATUS_FLT_INSTANCE_ALTITUDE_COLLISION : STATUS_FLT_INSTANCE_NAME_COLLISION, instance: null };
  }
  const instance = new Instance(name, filter, volume.frameFor(altitude), altitude);
  const setup = filter.registration.InstanceSetupCallback;
  if (typeof setup === 'function') {
    const objects = instance.objectsFor(null);
    const record = core.enter('setup', '', null, filter, instance, core.systemThread, PASSIVE_LEVEL);
    record.fltObjects = objects;
    record.flags = flags;
    record.routine = setup;
    const status = core.run(record, () => setup(objects, flags, volume.deviceType, volume.filesystemType));
    if (typeof status !== 'number' || !ntSuccess(status)) return { status: typeof status === 'number' ? status >>> 0 : STATUS_INVALID_PARAMETER, instance: null };
  }
  instance.frame.insert(instance);
  filter.instances.push(instance);
  return { status: STATUS_SUCCESS, instance };
}
