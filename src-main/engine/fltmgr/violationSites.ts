/**
 * The driver's line of a violation that was found when no code of the driver was on the stack: after a callback's return.
 *
 * JavaScript does not tell which return statement was taken. The most honest line there is: where the driver wrote what is wrong
 * (kept with the write), else the statement of its routine that explains it (from the source), else the routine itself.
 */
import { FLT_PREOP_PENDING } from '../../nt/values.generated.ts';
import type { CallSite, RoutineAspect } from '../observer.ts';
import { postStatusName, preStatusName } from './callbackStatus.ts';
import type { Core } from './core.ts';
import type { Filter, Instance } from './instance.ts';
import type { Operation } from './operation.ts';

type Routine = (...args: never[]) => unknown;

/** Violations about an IoStatus that the driver wrote. */
const aboutIoStatus = new Set(['FV-008', 'FV-009', 'FV-010', 'FV-011', 'FV-019', 'FV-020', 'FV-046', 'FV-048', 'FV-053', 'OV-104']);

/** Violations about fields of the Iopb, by paths; those that name their fields themselves are not here. */
const aboutFields: Readonly<Record<string, RegExp>> = {
  'FV-022': /^(MajorFunction|Reserved)$/, 'FV-024': /^Target/, 'FV-025': /^TargetInstance$/, 'FV-026': /^Target/, 'FV-027': /(Buffer|MdlAddress)$/, 'FV-028': /(Buffer|MdlAddress)$/,
  'FV-030': /(Buffer|MdlAddress)$/,
};

/** Violations about a routine that was called before: kept by the call, see `rememberCall`. */
const aboutCalls: Readonly<Record<string, CallKind>> = { 'FV-067': 'queue', 'FV-077': 'queue', 'FV-074': 'cancel' };

/** Routines that are behind violations of the life cycle. */
const registered: Readonly<Record<string, 'InstanceSetupCallback' | 'InstanceTeardownStartCallback' | 'InstanceTeardownCompleteCallback' | 'FilterUnloadCallback'>> = {
  'FV-120': 'InstanceTeardownStartCallback', 'OV-026': 'InstanceTeardownStartCallback', 'OV-027': 'InstanceTeardownStartCallback', 'OV-032': 'InstanceTeardownStartCallback',
  'OV-030': 'InstanceTeardownCompleteCallback', 'OV-014': 'FilterUnloadCallback', 'OV-015': 'FilterUnloadCallback', 'FV-133': 'FilterUnloadCallback', 'FV-068': 'FilterUnloadCallback',
};

/** Found in a draining callback, which no hold tells of. */
const ofPost = new Set(['FV-043', 'OV-029']);

export type CallKind = 'queue' | 'cancel';

/** Keeps the line of a call that may turn out to be wrong only when the callback returns. */
export function rememberCall(core: Core, operation: Operation, kind: CallKind): void {
  const { activation } = core;
  if (!core.trackWrites || activation === null) return;
  const site = core.site();
  if (site !== null) (operation.callSites ??= new Map()).set(`${kind} ${activation.filter.name}`, site);
}

/** What the driver wrote or called, of which a finding tells. */
export function causeOf(operation: Operation, instance: Instance, id: string, words: Readonly<Record<string, string>>): CallSite | null {
  const { filter: { name } } = instance;
  const call = aboutCalls[id];
  if (call !== undefined) return operation.callSites?.get(`${call} ${name}`) ?? null;
  if (aboutIoStatus.has(id)) return operation.shown.writtenAt;
  const named = words['fields']?.split(', ');
  const pattern = aboutFields[id];
  if (named === undefined && pattern === undefined) return null;
  const isMeant = (field: string): boolean => named?.includes(field) ?? pattern?.test(field) ?? false;
  return operation.iopbHistory.findLast((change) => change.by === name && change.site !== null && isMeant(change.field))?.site ?? null;
}

/** The line of a callback that returned `returned`; `id` tells what else about it is meant. */
export function returnSite(core: Core, operation: Operation, filter: Filter, id: string, returned: unknown): CallSite | null {
  const { hold } = operation;
  const routine = hold?.phase === 'post' ? hold.node?.post : filter.entries[operation.major]?.pre;
  const about: RoutineAspect = id === 'FV-004' ? { setsContext: true } : hold?.phase === 'post' ? { returns: postStatusName(returned) } : { returns: preStatusName(returned) };
  return siteOf(core, routine, about);
}

/** The line of a violation that came without one; null where no code of the driver is behind it. */
export function fallbackSite(core: Core, id: string, filter: Filter, operation: Operation | null): CallSite | null {
  const name = registered[id];
  if (name !== undefined) return siteOf(core, filter.registration[name], {});
  if (operation === null) return null;
  const entry = filter.entries[operation.major];
  if (id === 'FV-018') return siteOf(core, entry?.pre, { returns: preStatusName(FLT_PREOP_PENDING) });
  const { hold } = operation;
  const inPost = ofPost.has(id) || (hold?.instance.filter === filter && hold.phase === 'post');
  return siteOf(core, inPost ? entry?.post : (entry?.pre ?? entry?.post), {});
}

export function siteOf(core: Core, routine: unknown, about: RoutineAspect): CallSite | null {
  return typeof routine === 'function' ? (core.options.routineSite?.(routine as Routine, about) ?? null) : null;
}
