/**
 * Allocating, setting, getting and deleting contexts.
 *
 * CTX-010 to CTX-013, CTX-020 to CTX-038 of filter-manager-objects.md (FltAllocateContext; FltSetStreamContext; FltGetStreamContext;
 * FltDeleteContext; FltDeleteStreamContext). Every type goes through the same few functions: only the target differs.
 */
import {
  FLT_SECTION_CONTEXT, FLT_SET_CONTEXT_KEEP_IF_EXISTS, FLT_SET_CONTEXT_REPLACE_IF_EXISTS, FLT_VOLUME_CONTEXT, STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND,
  STATUS_FLT_CONTEXT_ALREADY_DEFINED, STATUS_FLT_CONTEXT_ALREADY_LINKED, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_MUST_BE_NONPAGED_POOL, STATUS_INSUFFICIENT_RESOURCES,
  STATUS_INVALID_BUFFER_SIZE, STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import { APC_LEVEL } from '../../kernel/irql.ts';
import { refusedStatus } from '../callChecks.ts';
import type { Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import type { Filter } from '../instance.ts';
import { contextOf, type ContextLink, type ContextRecord } from './contextRecord.ts';
import { contextTypeName, isContextType } from './contextType.ts';
import { fittingDefinition, type ContextDefinition } from './registration.ts';
import { callingFilter, ownerIsCaller, type Target } from './targets.ts';
import { wrongHandle } from '../wrongHandle.ts';

/** Largest context there is. */
const maximumSize = 0xffff;

/** POOL_TYPE: the low bit is the paged pool's. */
const isPaged = (poolType: unknown): boolean => (Number(poolType) & 1) !== 0;

/** FltAllocateContext. */
export function allocateContext(core: Core, filter: Filter, type: unknown, size: unknown, poolType: unknown, result: Ref<unknown>): number {
  result.value = null;
  if (core.is('CTX-010', 'deleting-first') && filter.unloading) return STATUS_FLT_DELETING_OBJECT;
  if (!isContextType(type) || typeof size !== 'number' || !Number.isInteger(size) || size <= 0) return STATUS_INVALID_PARAMETER;
  if (size > maximumSize) return STATUS_INVALID_BUFFER_SIZE;
  const paged = isPaged(poolType);
  if (type === FLT_VOLUME_CONTEXT && paged) {
    core.violate('OV-040', core.contexts.where(null));
    return core.is('CTX-012', 'invalid-parameter') ? STATUS_INVALID_PARAMETER : STATUS_FLT_MUST_BE_NONPAGED_POOL;
  }
  if (filter.unloading) return STATUS_FLT_DELETING_OBJECT;
  const definition = fittingDefinition(core.contexts.definitionsOf(filter), type, size, core.is('CTX-011', 'registration-order'));
  if (definition === null) return STATUS_FLT_CONTEXT_ALLOCATION_NOT_FOUND;
  if (core.options.allocate?.('FltAllocateContext') === false) return STATUS_INSUFFICIENT_RESOURCES;
  const object = makeObject(core, filter, definition, type, size, poolType);
  if (object === null) return STATUS_INSUFFICIENT_RESOURCES;
  result.value = core.contexts.allocated(filter, type, definition, size, paged, object).object;
  return STATUS_SUCCESS;
}

/** CTX-013, or what the filter's own allocate callback gives. */
function makeObject(core: Core, filter: Filter, definition: ContextDefinition, type: number, size: number, poolType: unknown): object | null {
  const { allocate } = definition;
  if (allocate === null) return core.contexts.memory.make(definition.size === null || core.is('CTX-013', 'zeroed'));
  const { activation } = core;
  const irql = activation?.irql ?? 0;
  const record = core.enter('contextAllocate', `contextAllocate ${contextTypeName(type)}`, null, filter, null, activation?.thread ?? core.systemThread, irql > APC_LEVEL ? APC_LEVEL : irql);
  record.routine = allocate;
  record.flags = type;
  const given = core.run(record, () => allocate(Number(poolType), size, type));
  if (given === null || given === undefined) return null;
  if (typeof given !== 'object' || contextOf(given) !== undefined) throw new TypeError('A context allocate callback returned no memory of its own: return a new object, or null.');
  return given;
}

/** A context the caller may do something with; undefined after the report of what is wrong with it. */
export function usableContext(core: Core, given: unknown, routine: string): ContextRecord | undefined {
  const record = contextOf(given);
  if (record === undefined) throw wrongHandle('Context', given, `${routine}: Context is no context from FltAllocateContext.`);
  if (!ownsContext(core, record)) return undefined;
  if (record.state === 'cleaning' && core.is('CTX-037', 'no-effect')) {
    core.violate('OV-044', core.contexts.where(record), { api: routine, ctx: record.label });
    return undefined;
  }
  if (record.state !== 'live' && !(routine.startsWith('FltRelease') && record.state !== 'cleaning')) {
    core.contexts.usedFreed(record);
    return undefined;
  }
  return record;
}

function ownsContext(core: Core, record: ContextRecord): boolean {
  const caller = callingFilter(core);
  if (caller === null || caller === record.filter) return true;
  core.violate('OV-039', core.contexts.where(record), { ctx: record.label });
  return false;
}

export type OldContext = Ref<unknown> | null;

/** What a set is made of, already read from the arguments. */
export interface SetRequest {
  readonly type: number;
  readonly routine: string;
  readonly operation: unknown;
  readonly context: unknown;
  readonly old: OldContext;
  /** Whose instance or filter it is. */
  readonly owner: Filter;
  readonly target: () => Target;
  /** STATUS_FLT_DELETING_OBJECT where it is going, else 0. */
  readonly ownerStatus: () => number;
}

/** FltSet...Context: CTX-020 to CTX-024. */
export function setContext(core: Core, request: SetRequest): number {
  const { old } = request;
  const status = performSet(core, request);
  const answered = status === STATUS_SUCCESS || status === STATUS_FLT_CONTEXT_ALREADY_DEFINED;
  if (!answered && old !== null && core.is('CTX-021', 'old-is-null')) old.value = null;
  return status;
}

function performSet(core: Core, request: SetRequest): number {
  const { type, routine, operation } = request;
  if (operation !== FLT_SET_CONTEXT_KEEP_IF_EXISTS && operation !== FLT_SET_CONTEXT_REPLACE_IF_EXISTS) return STATUS_INVALID_PARAMETER;
  if (contextOf(request.context) === undefined) return STATUS_INVALID_PARAMETER;
  if (!ownerIsCaller(core, request.owner, 'a context')) return STATUS_INVALID_PARAMETER;
  const context = usableContext(core, request.context, routine);
  if (context === undefined || context.type !== type) return STATUS_INVALID_PARAMETER;
  const target = placeOf(core, request);
  if (typeof target === 'number') return target;
  const presentFirst = core.is('CTX-022', 'present-first');
  if (!presentFirst && isLinked(core, context)) return STATUS_FLT_CONTEXT_ALREADY_LINKED;
  const present = core.contexts.find(type, target.target, target.owner);
  if (present !== null && operation === FLT_SET_CONTEXT_KEEP_IF_EXISTS) return keepPresent(core, present, request);
  if (presentFirst && isLinked(core, context)) return STATUS_FLT_CONTEXT_ALREADY_LINKED;
  linkNew(core, context, present, target, request);
  return STATUS_SUCCESS;
}

/** CTX-023: the target and the state of its owner, in the order of the reading. */
function placeOf(core: Core, request: SetRequest): Target {
  if (core.is('CTX-023', 'owner-first')) return request.ownerStatus() || request.target();
  const target = request.target();
  if (typeof target === 'number') return target;
  return request.ownerStatus() || target;
}

/** CTX-022. */
const isLinked = (core: Core, context: ContextRecord): boolean => context.link !== null || (context.unlinked && !core.is('CTX-022', 'unlinked-is-new'));

function keepPresent(core: Core, present: ContextRecord, { old, routine }: SetRequest): number {
  if (old !== null) {
    core.contexts.reference(present, 'old', routine);
    old.value = present.object;
  }
  return STATUS_FLT_CONTEXT_ALREADY_DEFINED;
}

function linkNew(core: Core, context: ContextRecord, present: ContextRecord | null, link: ContextLink, { old, routine }: SetRequest): void {
  if (old !== null) old.value = present?.object ?? null;
  // The new one is in place before the old one's cleanup callback runs.
  if (present === null) return core.contexts.link(context, link, routine);
  core.contexts.replace(present, context, link, routine, old !== null);
}

/** FltGet...Context. */
export function getContext(core: Core, type: number, target: Target, result: Ref<unknown>, routine: string): number {
  result.value = null;
  if (typeof target === 'number') return target;
  const record = core.contexts.find(type, target.target, target.owner);
  if (record === null) return STATUS_NOT_FOUND;
  core.contexts.reference(record, 'get', routine);
  result.value = record.object;
  return STATUS_SUCCESS;
}

/** FltDelete<Type>Context. */
export function deleteContextOf(core: Core, type: number, target: Target, ownerStatus: number, old: OldContext, routine: string): number {
  if (old !== null) old.value = null;
  if (typeof target === 'number') return target;
  if (ownerStatus !== 0) return ownerStatus;
  const record = core.contexts.find(type, target.target, target.owner);
  if (record === null) return STATUS_NOT_FOUND;
  if (old !== null) old.value = record.object;
  core.contexts.unlink(record, routine, old !== null);
  return STATUS_SUCCESS;
}

/** FltDeleteContext: CTX-026, CTX-033. */
export function deleteContext(core: Core, given: unknown): void {
  const record = usableContext(core, given, 'FltDeleteContext');
  if (record === undefined) return;
  if (record.type === FLT_SECTION_CONTEXT || !core.contexts.isHeld(record)) {
    core.violate('OV-036', core.contexts.where(record), { ctx: record.label });
    return;
  }
  core.contexts.unlink(record, 'FltDeleteContext');
}

/** FltReferenceContext. */
export function referenceContext(core: Core, given: unknown): void {
  const record = usableContext(core, given, 'FltReferenceContext');
  if (record !== undefined) core.contexts.reference(record, 'reference', 'FltReferenceContext');
}

/** FltReleaseContext: at DISPATCH_LEVEL only for contexts from nonpaged pool (CTX-036). */
export function releaseContext(core: Core, given: unknown, routine: string): number | undefined {
  const record = usableContext(core, given, routine);
  if (record === undefined) return undefined;
  const { activation } = core;
  if (activation !== null && record.paged && activation.irql > APC_LEVEL) {
    core.violate('FV-090', core.contexts.where(record), { api: routine, irql: 'DISPATCH_LEVEL', max: 'APC_LEVEL' });
    if (!core.readings.performedAboveIrql) return refusedStatus;
  }
  core.contexts.release(record, routine);
  return undefined;
}
