/**
 * Section contexts: sections a filter makes to scan a file's data.
 *
 * CTX-026 of filter-manager-objects.md (FltRegisterForDataScan; FltCreateSectionForDataScan; FltCloseSectionForDataScan;
 * FltGetSectionContext). Not simulated: the section's pages, and SectionNotificationCallback, which tells of conflicting I/O.
 */
import {
  FLT_SECTION_CONTEXT, STATUS_FLT_CONTEXT_ALREADY_DEFINED, STATUS_FLT_CONTEXT_ALREADY_LINKED, STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND, STATUS_NOT_SUPPORTED, STATUS_SUCCESS,
} from '../../../nt/values.generated.ts';
import { LARGE_INTEGER } from '../../kernel/largeInteger.ts';
import type { Core } from '../core.ts';
import type { Ref } from '../handles.ts';
import type { Instance } from '../instance.ts';
import { contextOf } from './contextRecord.ts';
import { usableContext } from './setContext.ts';
import { openFile, ownerIsCaller, ownerStatus, type Target } from './targets.ts';

/** Instances for which FltRegisterForDataScan has succeeded. */
const registered = new WeakSet<Instance>();

export function registerForDataScan(core: Core, instance: Instance): number {
  if (!ownerIsCaller(core, instance.filter, 'a data scan')) return STATUS_INVALID_PARAMETER;
  const dying = ownerStatus(instance);
  if (dying !== 0) return dying;
  registered.add(instance);
  return STATUS_SUCCESS;
}

/** One section context an instance and stream. */
export function sectionTarget(core: Core, instance: Instance, fileObject: unknown): Target {
  const open = openFile(core, fileObject);
  if (open === null || !open.support.stream) return STATUS_NOT_SUPPORTED;
  const { stream, path } = open.location;
  return { target: stream, owner: instance, label: `section of ${path}`, path: { volume: instance.volume, path } };
}

/** Where the handle, the object and the file size go; each may be NULL. */
export interface SectionResults {
  readonly handle: Ref<unknown> | null;
  readonly object: Ref<unknown> | null;
  readonly fileSize: Ref<unknown> | null;
}

export function createSectionForDataScan(core: Core, instance: Instance, fileObject: unknown, given: unknown, results: SectionResults): number {
  if (contextOf(given) === undefined || !ownerIsCaller(core, instance.filter, 'a section context')) return STATUS_INVALID_PARAMETER;
  const context = usableContext(core, given, 'FltCreateSectionForDataScan');
  if (context?.type !== FLT_SECTION_CONTEXT) return STATUS_INVALID_PARAMETER;
  if (!registered.has(instance)) return core.is('CTX-026', 'invalid-parameter') ? STATUS_INVALID_PARAMETER : STATUS_NOT_SUPPORTED;
  const target = sectionTarget(core, instance, fileObject);
  if (typeof target === 'number') return target;
  const dying = ownerStatus(instance);
  if (dying !== 0) return dying;
  if (context.link !== null || context.unlinked) return STATUS_FLT_CONTEXT_ALREADY_LINKED;
  if (core.contexts.find(FLT_SECTION_CONTEXT, target.target, instance) !== null) return STATUS_FLT_CONTEXT_ALREADY_DEFINED;
  core.contexts.link(context, target, 'FltCreateSectionForDataScan');
  if (results.handle !== null) results.handle.value = core.newHandle('SECTION_HANDLE');
  if (results.object !== null) results.object.value = core.newHandle('SECTION');
  if (results.fileSize !== null) results.fileSize.value = new LARGE_INTEGER(openFile(core, fileObject)?.location.size ?? 0n);
  return STATUS_SUCCESS;
}

export function closeSectionForDataScan(core: Core, given: unknown): number {
  const context = usableContext(core, given, 'FltCloseSectionForDataScan');
  if (context?.type !== FLT_SECTION_CONTEXT) return STATUS_INVALID_PARAMETER;
  const { link } = context;
  if (link === null) return STATUS_NOT_FOUND;
  core.contexts.unlink(context, 'FltCloseSectionForDataScan');
  core.contexts.sectionClosed(link.target);
  return STATUS_SUCCESS;
}
