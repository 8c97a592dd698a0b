/**
 * What a filter still holds when it is unregistered.
 *
 * CTX-050, CTX-051, R-8 (FV-133: file-system-filter-verification); OV-062, OV-063, OV-070, OV-083, OV-094 for what has a violation of its own;
 * R-4.16 (FV-068) for work items.
 */
import { filePlace } from '../../base/driverLines.ts';
import type { CallSite } from '../observer.ts';
import type { Core } from './core.ts';
import type { Filter } from './instance.ts';
import type { Holding, HoldingKind } from './ledger.ts';

/** Kinds that are listed on their own, in the order in which they are told. Pool memory is not FltMgr's. */
const ownViolation: readonly (readonly [kind: HoldingKind, id: string])[] = [
  ['handle', 'OV-062'],
  ['fileObject', 'OV-063'],
  ['ecpList', 'OV-070'],
  ['clientPort', 'OV-083'],
  ['oplock', 'OV-094'],
];

const listed = new Set<HoldingKind>(['context', 'name', 'callbackData', 'filter', 'instance', 'volume', 'port']);

const takenAt = ({ driver, line, file }: CallSite): string => (file === undefined ? `${driver}:${line}` : `${file}:${filePlace(line).line}`);

/** `stream context c1 (2 references, taken at ctx.ts:14, ctx.ts:20)` */
function describe({ label, count, sites }: Holding): string {
  const known = sites.filter((site) => site !== null).map(takenAt);
  const places = known.length === 0 ? '' : `, taken at ${known.join(', ')}`;
  return `${label} (${count} reference${count === 1 ? '' : 's'}${places})`;
}

const firstSite = (holdings: readonly Holding[]): CallSite | null => holdings.flatMap(({ sites }) => sites).find((site) => site !== null) ?? null;

/** A running filter may listen and be connected; all else that it holds at the end of a scenario nobody will give back. */
const heldWhileRunning = new Set<HoldingKind>(['port', 'clientPort']);

/** `running`: the scenario ends, not the filter. */
export function reportLeaks(core: Core, filter: Filter, running = false): void {
  const where = { filter, instance: null, operation: null };
  const holdings = core.ledger.of(filter).filter(({ kind }) => !running || !heldWhileRunning.has(kind));
  const tell = (id: string, found: readonly Holding[]): void => {
    if (found.length > 0) core.violate(id, where, { objects: found.map(describe).join(', '), object: found.map(({ label }) => label).join(', ') }, firstSite(found));
  };
  const held = holdings.filter(({ kind }) => listed.has(kind));
  if (core.is('CTX-050', 'one-each')) for (const holding of held) tell('FV-133', [holding]);
  else tell('FV-133', held);
  for (const [kind, id] of ownViolation) tell(id, holdings.filter((holding) => holding.kind === kind));
  for (const [handle, { filter: owner }] of [...core.allocatedItems]) {
    if (owner !== filter) continue;
    core.allocatedItems.delete(handle);
    core.violate('FV-068', where, { id: handle.id });
  }
}
