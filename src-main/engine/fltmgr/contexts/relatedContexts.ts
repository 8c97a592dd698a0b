/**
 * FltGetContexts, FltReleaseContexts and their Ex forms: contexts of many types at once.
 *
 * CTX-031, CTX-032, CTX-034 of filter-manager-objects.md (FltGetContexts; FltGetContextsEx; FltReleaseContexts;
 * FLT_RELATED_CONTEXTS, FLT_RELATED_CONTEXTS_EX).
 */
import { FLT_SECTION_CONTEXT, FLT_TRANSACTION_CONTEXT, FLT_VOLUME_CONTEXT, STATUS_INVALID_PARAMETER, STATUS_SUCCESS } from '../../../nt/values.generated.ts';
import type { Core } from '../core.ts';
import { filterOf, instanceOf, volumeOf } from '../instance.ts';
import { contextOf, type ContextRecord } from './contextRecord.ts';
import { FLT_ALL_CONTEXTS, relatedMembers, type RelatedMember } from './contextType.ts';
import { sectionTarget } from './dataScan.ts';
import { releaseContext } from './setContext.ts';
import { callingFilter, targetOf, volumeTarget, type Target } from './targets.ts';

/** FLT_RELATED_CONTEXTS has no SectionContext; sizes of both in bytes. */
const plainSize = 48;
const extendedSize = 56;

type Members = Partial<Record<RelatedMember, unknown>>;

/** The structure itself, or the one in a box. */
function membersOf(given: unknown): Members {
  if (typeof given !== 'object' || given === null) throw new TypeError('Contexts is no FLT_RELATED_CONTEXTS: pass an object for the members.');
  if (!('value' in given)) return given;
  if (typeof given.value === 'object' && given.value !== null) return given.value;
  const members: Members = {};
  given.value = members;
  return members;
}

interface RelatedObjects {
  readonly Filter?: unknown;
  readonly Volume?: unknown;
  readonly Instance?: unknown;
  readonly FileObject?: unknown;
  readonly Transaction?: unknown;
}

function targetFor(core: Core, type: number, objects: RelatedObjects): Target {
  const instance = instanceOf(objects.Instance);
  if (type === FLT_VOLUME_CONTEXT) {
    const filter = filterOf(objects.Filter) ?? instance?.filter ?? callingFilter(core);
    const volume = volumeOf(objects.Volume) ?? instance?.volume;
    return filter === null || volume === undefined ? STATUS_INVALID_PARAMETER : volumeTarget(filter, volume);
  }
  if (instance === undefined) return STATUS_INVALID_PARAMETER;
  if (type === FLT_SECTION_CONTEXT) return sectionTarget(core, instance, objects.FileObject);
  return targetOf(core, type, instance, type === FLT_TRANSACTION_CONTEXT ? objects.Transaction : objects.FileObject, true);
}

function getContexts(core: Core, given: unknown, desired: number, contexts: unknown, extended: boolean, routine: string): void {
  if (typeof given !== 'object' || given === null) throw new TypeError('FltObjects is no FLT_RELATED_OBJECTS.');
  const members = membersOf(contexts);
  for (const [type, member] of relatedMembers) {
    if (type === FLT_SECTION_CONTEXT && !extended) continue;
    const target = (desired & type) === 0 ? STATUS_INVALID_PARAMETER : targetFor(core, type, given);
    const record: ContextRecord | null = typeof target === 'number' ? null : core.contexts.find(type, target.target, target.owner);
    if (record !== null) core.contexts.reference(record, 'get', routine);
    members[member] = record?.object ?? null;
  }
}

/** FltGetContexts: answers nothing; a type it does not know is not found. */
export function getRelatedContexts(core: Core, objects: unknown, desired: unknown, contexts: unknown): void {
  getContexts(core, objects, Number(desired), contexts, false, 'FltGetContexts');
}

export function getRelatedContextsEx(core: Core, objects: unknown, desired: unknown, size: unknown, contexts: unknown): number {
  const types = Number(desired);
  if (!Number.isInteger(types) || (types & ~FLT_ALL_CONTEXTS) !== 0) return STATUS_INVALID_PARAMETER;
  if (typeof size !== 'number' || size < plainSize) return STATUS_INVALID_PARAMETER;
  getContexts(core, objects, types, contexts, size >= extendedSize, 'FltGetContextsEx');
  return STATUS_SUCCESS;
}

/** FltReleaseContexts, FltReleaseContextsEx. */
export function releaseRelatedContexts(core: Core, contexts: unknown, extended: boolean, routine: string): void {
  const members = membersOf(contexts);
  for (const [type, member] of relatedMembers) {
    if (type === FLT_SECTION_CONTEXT && !extended) continue;
    const object = members[member] ?? null;
    if (object === null) continue;
    const record = contextOf(object);
    if (record !== undefined && !core.contexts.isHeld(record)) core.violate('OV-045', core.contexts.where(record), { ctx: record.label });
    releaseContext(core, object, routine);
    if (core.is('CTX-034', 'cleared')) members[member] = null;
  }
}
