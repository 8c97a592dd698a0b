/**
 * Loading, FltUnregisterFilter and unloading.
 *
 * REG-018, REG-023 to REG-037, VOL-043 of filter-manager-objects.md; CTX-050 (FltUnregisterFilter; FltLoadFilter; FltUnloadFilter;
 * PFLT_FILTER_UNLOAD_CALLBACK; writing-a-filterunloadcallback-routine; returning-status-from-a-filterunloadcallback-routine).
 */
import { ntStatusName, ntSuccess } from '../../nt/ntStatus.ts';
import {
  FLTFL_FILTER_UNLOAD_MANDATORY, FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD, FLTFL_INSTANCE_TEARDOWN_MANDATORY_FILTER_UNLOAD, FLTFL_REGISTRATION_DO_NOT_SUPPORT_SERVICE_STOP,
  STATUS_DRIVER_FAILED_PRIOR_UNLOAD, STATUS_FAILED_DRIVER_ENTRY, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_FILTER_NOT_FOUND, STATUS_IMAGE_ALREADY_LOADED,
  STATUS_INVALID_DEVICE_REQUEST, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS, STATUS_UNSUCCESSFUL,
} from '../../nt/values.generated.ts';
import { PASSIVE_LEVEL, type Irql } from '../kernel/irql.ts';
import type { EngineThread } from '../kernel/thread.ts';
import { Wait, type Blocking } from '../kernel/wait.ts';
import type { Activation } from '../observer.ts';
import type { ActivationRecord } from './activation.ts';
import type { Core } from './core.ts';
import { hooksOf } from './hooks.ts';
import { Filter, type Instance } from './instance.ts';
import { reportLeaks } from './leaks.ts';
import { lifecycleOf } from './lifecycle.ts';
import { sameName } from './services.ts';
import { beginTeardown, finishTeardown, tearDown } from './teardown.ts';
import { siteOf } from './violationSites.ts';

const where = (filter: Filter) => ({ filter, instance: null, operation: null });

export const filterNamed = (core: Core, name: string): Filter | undefined => core.filters.find((filter) => sameName(filter.name, name));

// ---- FltUnregisterFilter

/** REG-025: volumes in mount order, on each volume highest altitude first. */
function instancesInOrder(core: Core, filter: Filter): Instance[] {
  if (core.is('REG-025', 'attachment-order')) return [...filter.instances];
  return core.volumes.flatMap((volume) => volume.instances.filter((instance) => instance.filter === filter));
}

/** REG-026: what FltUnregisterFilter waits for besides the instances. */
function holdersOf(core: Core, filter: Filter): string[] {
  const holders: string[] = [];
  for (const other of new Set([filter, ...core.filters])) {
    const count = core.ledger.count(other, filter.handle);
    if (count > 0) holders.push(`${count} reference${count === 1 ? '' : 's'} to the filter, taken by ${other.name}`);
  }
  for (const { kind, label } of core.ledger.of(filter)) if (kind === 'port') holders.push(`server port ${label}`);
  for (const { index, initiator } of core.active()) if (initiator?.filter === filter) holders.push(`operation ${index}, which it issued`);
  for (const item of core.workItems) if (item.filter === filter && item.kind === 'generic') holders.push(`work item ${item.handle?.id ?? item.routine.name}`);
  for (const record of core.parked) if (record.filter === filter && record.kind === 'work') holders.push(`work routine ${record.name}`);
  return holders;
}

const idle = (core: Core, filter: Filter): boolean => holdersOf(core, filter).length === 0;

/** Work items run by themselves; everything else is for somebody to give back. */
const onlyWork = (core: Core, filter: Filter): boolean => holdersOf(core, filter).every((holder) => holder.startsWith('work'));

function* waitForReferences(core: Core, filter: Filter): Blocking<void> {
  for (let told = false; !idle(core, filter);) {
    if (!told && !onlyWork(core, filter)) {
      told = true;
      core.violate('OV-011', where(filter), { holders: holdersOf(core, filter).join(', ') });
    }
    yield lifecycleOf(core).until(() => idle(core, filter) || (!told && !onlyWork(core, filter)), { what: `the last reference to filter ${filter.name}`, holders: () => holdersOf(core, filter) });
  }
}

/** Ends a registration, in the order of REG-025. */
export function* unregisterFilter(core: Core, filter: Filter, thread: EngineThread): Blocking<void> {
  const mandatory = ((filter.unloadFlags ?? 0) & FLTFL_FILTER_UNLOAD_MANDATORY) !== 0;
  const reason = mandatory ? FLTFL_INSTANCE_TEARDOWN_MANDATORY_FILTER_UNLOAD : FLTFL_INSTANCE_TEARDOWN_FILTER_UNLOAD;
  filter.state = 'unregistering';
  const instances = instancesInOrder(core, filter);
  // VOL-043: one after the other.
  if (core.is('VOL-043', 'together')) {
    const own = instances.filter(({ state }) => state === 'attached');
    for (const instance of own) yield* beginTeardown(core, instance, thread, reason);
    for (const instance of own) yield* finishTeardown(core, instance, thread, reason);
  }
  for (const instance of instances) yield* tearDown(core, instance, thread, reason);
  core.contexts.filterUnregistered(filter);
  hooksOf(core).ports?.filterUnregistering(filter);
  yield* waitForReferences(core, filter);
  core.contexts.reportUnreleasedOld(filter);
  reportLeaks(core, filter);
  filter.state = 'absent';
  const at = core.filters.indexOf(filter);
  if (at >= 0) core.filters.splice(at, 1);
}

/** The engine ends a registration that a driver has left behind. */
function* unregisterLeftBehind(core: Core, filter: Filter, thread: EngineThread): Blocking<void> {
  if (!filter.unloading) yield* unregisterFilter(core, filter, thread);
  while (filter.state === 'unregistering') {
    yield lifecycleOf(core).until(() => filter.state === 'absent', { what: `FltUnregisterFilter of ${filter.name}`, holders: () => [filter.name] });
  }
}

// ---- loading

/** Runs DriverEntry. A registration that a failing one leaves behind is ended (REG-024). `routine`: the driver's own, which `entry` calls. */
export function* runEntry(core: Core, name: string, entry: () => unknown, thread: EngineThread, irql: Irql = PASSIVE_LEVEL, routine: Activation['routine'] = entry): Blocking<number> {
  const { loading } = lifecycleOf(core);
  const filter = new Filter(name);
  loading.add(name.toLowerCase());
  const record = core.enter('driverEntry', 'DriverEntry', null, filter, null, thread, irql);
  record.routine = routine;
  const returned = yield* core.threads.invoke(record, entry);
  loading.delete(name.toLowerCase());
  const status = typeof returned === 'number' ? returned >>> 0 : STATUS_UNSUCCESSFUL;
  const registered = filterNamed(core, name);
  if (!ntSuccess(status) && registered !== undefined) {
    core.violate('OV-012', where(registered), { status: ntStatusName(status) }, null);
    if (!core.is('REG-024', 'left-behind')) yield* unregisterLeftBehind(core, registered, thread);
  }
  return status;
}

/** FltLoadFilter, FilterLoad. */
export function* loadFilter(core: Core, name: string, thread: EngineThread): Blocking<number> {
  const lifecycle = lifecycleOf(core);
  const running = filterNamed(core, name);
  if (running !== undefined) return running.unloading ? STATUS_DRIVER_FAILED_PRIOR_UNLOAD : STATUS_IMAGE_ALREADY_LOADED;
  if (lifecycle.loading.has(name.toLowerCase())) return STATUS_IMAGE_ALREADY_LOADED;
  const service = lifecycle.service(name);
  if (service === undefined || service.entry === null) return STATUS_OBJECT_NAME_NOT_FOUND;
  const status = yield* runEntry(core, service.name, service.entry, thread);
  if (ntSuccess(status)) return STATUS_SUCCESS;
  return core.is('REG-018', 'entry-status') ? status : STATUS_FAILED_DRIVER_ENTRY;
}

// ---- unloading

/** REG-030, REG-034: the status with which an unload ends before the filter is asked; null where it is asked. */
function refusalOf(core: Core, filter: Filter, mandatory: boolean): number | null {
  if (filter.unloading || filter.unloadFlags !== null) return STATUS_FLT_DELETING_OBJECT;
  const serviceStopRefused = core.is('REG-030', 'do-not-detach') ? STATUS_FLT_DO_NOT_DETACH : STATUS_INVALID_DEVICE_REQUEST;
  if (mandatory && (filter.flags & FLTFL_REGISTRATION_DO_NOT_SUPPORT_SERVICE_STOP) !== 0) return serviceStopRefused;
  if (typeof filter.registration.FilterUnloadCallback === 'function') return null;
  return mandatory ? serviceStopRefused : STATUS_FLT_DO_NOT_DETACH;
}

function* callUnload(core: Core, filter: Filter, flags: number, thread: EngineThread): Blocking<number> {
  const routine = filter.registration.FilterUnloadCallback;
  if (typeof routine !== 'function') return STATUS_SUCCESS;
  const record: ActivationRecord = core.enter('unload', '', null, filter, null, thread, PASSIVE_LEVEL);
  record.flags = flags;
  record.routine = routine;
  const result = yield* core.threads.invoke(record, () => routine(flags));
  return typeof result === 'number' ? result >>> 0 : STATUS_SUCCESS;
}

/** H-18: what would run in a driver that is not there any more. */
function reportAlive(core: Core, filter: Filter): void {
  const own = [...core.threads.kernel.alive.values()].filter((one) => one.filter === filter).map(({ what }) => what);
  const items = core.workItems.filter((item) => item.filter === filter && (item.kind === 'io' || item.kind === 'ex')).map(({ routine }) => `work item ${routine.name}`.trimEnd());
  for (const what of [...own, ...items]) core.hint('H-18', where(filter), { what, path: what }, siteOf(core, filter.registration.FilterUnloadCallback, {}));
}

/** FltUnloadFilter, FilterUnload (REG-031); a service stop (REG-032) is mandatory. */
export function* unloadFilter(core: Core, name: string, mandatory: boolean, thread: EngineThread): Blocking<number> {
  const filter = filterNamed(core, name);
  if (filter === undefined) return STATUS_FLT_FILTER_NOT_FOUND;
  const refusal = refusalOf(core, filter, mandatory);
  if (refusal !== null) return refusal;
  const flags = mandatory ? FLTFL_FILTER_UNLOAD_MANDATORY : 0;
  filter.unloadFlags = flags;
  const status = yield* callUnload(core, filter, flags, thread);
  if (!ntSuccess(status)) {
    if (!mandatory) {
      filter.unloadFlags = null;
      return status;
    }
    core.violate('OV-014', where(filter), { status: ntStatusName(status) }, null);
  } else if (!filter.unloading) {
    core.violate('OV-015', where(filter), { status: ntStatusName(status) }, null);
    if (core.is('REG-033', 'left-loaded')) {
      filter.unloadFlags = null;
      return STATUS_SUCCESS;
    }
  }
  yield* unregisterLeftBehind(core, filter, thread);
  reportAlive(core, filter);
  return STATUS_SUCCESS;
}

/** FltUnloadFilter by a driver: of itself it waits for its own thread, for ever (REG-036). */
export function* unloadByDriver(core: Core, name: string): Blocking<number> {
  const { activation } = core;
  const thread = activation?.thread ?? core.systemThread;
  const own = activation !== null && sameName(activation.filter.name, name);
  if (own && core.is('REG-036', 'refused')) return STATUS_FLT_DELETING_OBJECT;
  const status = yield* unloadFilter(core, name, false, thread);
  if (!own || status !== STATUS_SUCCESS) return status;
  yield new Wait({ what: `the end of every thread that runs ${name}`, holders: () => [`thread ${thread.name}, which waits here itself`] });
  return status;
}
