/**
 * FltRegisterFilter and FltStartFiltering: what a filter says of itself, and the checks on it.
 *
 * REG-001 to REG-010, REG-018 to REG-021 of filter-manager-objects.md, R-1.15 (FLT_REGISTRATION;
 * FLT_OPERATION_REGISTRATION; FltRegisterFilter; FltStartFiltering).
 */
import { irpMjName } from '../../nt/names.ts';
import { ntSuccess } from '../../nt/ntStatus.ts';
import {
  FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT, FLT_REGISTRATION_VERSION_0203, IRP_MJ_DEVICE_CHANGE, IRP_MJ_OPERATION_END, IRP_MJ_POWER, IRP_MJ_SHUTDOWN,
  STATUS_FLT_DUPLICATE_ENTRY, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS,
} from '../../nt/values.generated.ts';
import { registrationVersions } from '../../nt/tables.generated.ts';
import type { FLT_OPERATION_REGISTRATION, FLT_REGISTRATION, OperationRegistrationRow } from '../wdk.ts';
import { attachToMounted } from './attach.ts';
import { settleContextRegistration, type ContextDefinition } from './contexts/registration.ts';
import type { Core } from './core.ts';
import type { PFLT_FILTER, Ref } from './handles.ts';
import { Filter, type OperationEntry } from './instance.ts';
import { lifecycleOf } from './lifecycle.ts';
import { loadOrderGroupOf } from './loadOrderGroups.ts';
import { sameName, type Service } from './services.ts';

const routineRegistration = 'FltRegisterFilter';

const knownVersions = new Set(registrationVersions.map(([, value]) => value));

/** Members by the version they came with; what is newer than the version given is not looked at (REG-002). */
const membersSince: readonly (readonly [version: number, names: readonly (keyof FLT_REGISTRATION)[]])[] = [
  [0x0200, [
    'FilterUnloadCallback', 'InstanceSetupCallback', 'InstanceQueryTeardownCallback', 'InstanceTeardownStartCallback', 'InstanceTeardownCompleteCallback', 'GenerateFileNameCallback',
    'NormalizeNameComponentCallback', 'NormalizeContextCleanupCallback',
  ]],
  [0x0202, ['TransactionNotificationCallback', 'NormalizeNameComponentExCallback']],
  [0x0203, ['SectionNotificationCallback']],
];

const nameProvider = new Set<string>(['GenerateFileNameCallback', 'NormalizeNameComponentCallback', 'NormalizeContextCleanupCallback', 'NormalizeNameComponentExCallback']);

/**
 * The record as it is now, with the members its version has. Undefined: a name provider member is no routine (REG-003).
 *
 * A member of another kind that is neither NULL nor a function has no status of its own: on Windows it would be called and crash.
 */
function settledRecord(registration: FLT_REGISTRATION, version: number): FLT_REGISTRATION | undefined {
  const record: Record<string, unknown> = {
    Version: version, Flags: Number(registration.Flags ?? 0) >>> 0, ContextRegistration: registration.ContextRegistration ?? null, OperationRegistration: registration.OperationRegistration ?? null,
  };
  for (const name of membersSince.filter(([since]) => since <= version).flatMap(([, names]) => names)) {
    const member: unknown = registration[name] ?? null;
    if (member !== null && typeof member !== 'function') {
      if (nameProvider.has(name)) return undefined;
      throw new TypeError(`${routineRegistration}: ${name} is neither NULL nor a function.`);
    }
    record[name] = member;
  }
  return record;
}

/** REG-001, the other reading: the members are looked up in the driver's own record at each use. */
function liveRecord(settled: FLT_REGISTRATION, original: FLT_REGISTRATION): FLT_REGISTRATION {
  const live = { ...settled };
  for (const name of Object.keys(settled)) {
    if (name.endsWith('Callback')) Object.defineProperty(live, name, { get: () => original[name as keyof FLT_REGISTRATION] ?? null });
  }
  return live;
}

function rowOf(row: unknown): OperationEntry {
  if (typeof row !== 'object' || row === null) throw new TypeError(`${routineRegistration}: an entry of OperationRegistration is no FLT_OPERATION_REGISTRATION.`);
  const entry = 'MajorFunction' in row ? (row as FLT_OPERATION_REGISTRATION) : null;
  const [major, flags, pre, post] = entry === null ? (row as OperationRegistrationRow) : [entry.MajorFunction, entry.Flags, entry.PreOperation, entry.PostOperation];
  if (typeof major !== 'number') throw new TypeError(`${routineRegistration}: an entry of OperationRegistration has no MajorFunction.`);
  for (const routine of [pre, post]) {
    if (routine !== undefined && routine !== null && typeof routine !== 'function') throw new TypeError(`${routineRegistration}: a callback for ${irpMjName(major & 0xff)} is neither NULL nor a function.`);
  }
  return { major: major & 0xff, flags: Number(flags ?? 0) >>> 0, pre: pre ?? null, post: post ?? null };
}

interface Refusal {
  readonly violation: string | null;
  readonly status: number;
  /** The registration goes on without the entry (the other readings of REG-007, REG-009). */
  readonly goesOn: boolean;
}

/** REG-007 to REG-010. */
function entryRefusal(core: Core, entry: OperationEntry, seen: ReadonlySet<number>): Refusal | null {
  const { major, pre, post } = entry;
  const unsuitable = { status: STATUS_INVALID_PARAMETER, goesOn: core.is('REG-007', 'dropped') };
  if (major === IRP_MJ_SHUTDOWN && post !== null) return { ...unsuitable, violation: 'FV-100' };
  if (major === IRP_MJ_POWER || major === IRP_MJ_DEVICE_CHANGE) return { ...unsuitable, violation: 'FV-101' };
  if (seen.has(major)) return { violation: 'FV-102', status: STATUS_FLT_DUPLICATE_ENTRY, goesOn: core.is('REG-009', 'first-counts') };
  if (pre === null && post === null && core.is('REG-010', 'refused')) return { violation: null, status: STATUS_INVALID_PARAMETER, goesOn: false };
  return null;
}

/** The registered operations by major, or the status that refuses them. */
function entriesOf(core: Core, name: string, registration: FLT_REGISTRATION): (OperationEntry | undefined)[] | number {
  const where = { filter: name, instance: null, operation: null };
  const entries: (OperationEntry | undefined)[] = new Array<OperationEntry | undefined>(256).fill(undefined);
  const rows: unknown = registration.OperationRegistration ?? [];
  if (!Array.isArray(rows)) throw new TypeError(`${routineRegistration}: OperationRegistration is no array.`);
  const seen = new Set<number>();
  let ended = false;
  for (const row of rows as readonly unknown[]) {
    const entry = rowOf(row);
    ended = entry.major === IRP_MJ_OPERATION_END;
    if (ended) break;
    const refusal = entryRefusal(core, entry, seen);
    if (refusal !== null) {
      if (refusal.violation !== null) core.violate(refusal.violation, where, { major: irpMjName(entry.major) });
      if (refusal.goesOn) continue;
      return refusal.status;
    }
    seen.add(entry.major);
    if (entry.pre !== null || entry.post !== null) entries[entry.major] = entry;
  }
  if (rows.length > 0 && !ended && core.is('OV-016', 'end-entry')) core.violate('OV-016', where);
  return entries;
}

/** The name the driver was loaded under. */
function nameOf(core: Core, driverObject: unknown): string {
  const { activation } = core;
  if (activation !== null) return activation.filter.name;
  if (typeof driverObject === 'object' && driverObject !== null && 'DriverName' in driverObject) {
    const { DriverName: name } = driverObject;
    const text = typeof name === 'object' && name !== null && 'Buffer' in name ? String(name.Buffer) : String(name);
    return text.slice(text.lastIndexOf('\\') + 1);
  }
  return 'filter';
}

/** OV-021 for each definition whose altitude is not in the declared group (ALT-009). */
function checkGroup(core: Core, filter: Filter, service: Service): void {
  if (service.group === null) return;
  const reading = { wholePart: !core.is('ALT-009', 'whole-number'), allocated: core.is('ALT-011', 'allocated-altitudes') };
  for (const { altitude } of service.instances) {
    const actual = loadOrderGroupOf(altitude, reading);
    if (actual !== null && sameName(actual.name, service.group)) continue;
    core.violate('OV-021', { filter, instance: null, operation: null }, { group: service.group, altitude, actual: actual?.name ?? 'no group' });
  }
}

interface Settled {
  readonly record: FLT_REGISTRATION;
  readonly entries: (OperationEntry | undefined)[];
  readonly contexts: readonly ContextDefinition[];
}

function settle(core: Core, name: string, registration: FLT_REGISTRATION): Settled | number {
  const version = registration.Version ?? FLT_REGISTRATION_VERSION_0203;
  if (!knownVersions.has(version) || (version !== FLT_REGISTRATION_VERSION_0203 && core.is('REG-002', 'current-only'))) return STATUS_INVALID_PARAMETER;
  const record = settledRecord(registration, version);
  if (record === undefined) return STATUS_INVALID_PARAMETER;
  // REG-005: 0x1, 0x2, 0x4 and 0x8 are known; other bits are stored and ignored.
  if ((record.Flags ?? 0) > 0xf && core.is('REG-005', 'refused')) return STATUS_INVALID_PARAMETER;
  const entries = entriesOf(core, name, record);
  if (typeof entries === 'number') return entries;
  const contexts = settleContextRegistration(record, (id, word) => core.is(id, word));
  if (typeof contexts === 'number') return contexts;
  return { record: core.is('REG-001', 'live') ? liveRecord(record, registration) : record, entries, contexts };
}

/** The filter of the driver that calls, as long as it has not registered; else a new one. */
function filterToRegister(core: Core, name: string): Filter {
  const caller = core.activation?.filter;
  return caller?.state === 'loading' && !core.filters.includes(caller) ? caller : new Filter(name);
}

export function registerFilter(core: Core, driverObject: unknown, registration: unknown, result: Ref<PFLT_FILTER | null>): number {
  if (typeof registration !== 'object' || registration === null) throw new TypeError(`${routineRegistration}: Registration is no FLT_REGISTRATION.`);
  const name = nameOf(core, driverObject);
  const where = { filter: name, instance: null, operation: null };
  if (core.filters.some((other) => sameName(other.name, name))) {
    core.violate('OV-010', where);
    return core.is('REG-019', 'invalid-parameter') ? STATUS_INVALID_PARAMETER : STATUS_OBJECT_NAME_COLLISION;
  }
  const settled = settle(core, name, registration);
  if (typeof settled === 'number') return settled;
  const service = lifecycleOf(core).service(name) ?? null;
  if (service?.instances.length === 0) return STATUS_OBJECT_NAME_NOT_FOUND;
  const filter = filterToRegister(core, name);
  filter.registration = settled.record;
  filter.entries = settled.entries;
  core.contexts.register(filter, settled.contexts);
  filter.service = service;
  filter.state = 'registered';
  core.filters.push(filter);
  if (service !== null) checkGroup(core, filter, service);
  result.value = filter.handle;
  return STATUS_SUCCESS;
}

/** FltStartFiltering: all automatic attachments to mounted volumes happen inside the call (REG-021). */
export function startFiltering(core: Core, filter: Filter): number {
  if (filter.state !== 'registered') return STATUS_INVALID_PARAMETER;
  filter.state = 'filtering';
  if (core.is('REG-021', 'after-the-call')) {
    core.afterEvent.push(() => {
      attachToMounted(core, filter, FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT);
    });
    return STATUS_SUCCESS;
  }
  const status = attachToMounted(core, filter, FLTFL_INSTANCE_SETUP_AUTOMATIC_ATTACHMENT);
  // ALT-028, the other reading: a collision fails the call.
  if (ntSuccess(status)) return STATUS_SUCCESS;
  filter.state = 'registered';
  return status;
}
