/**
 * What the life of filters, instances and volumes means for the other areas of the Filter Manager.
 *
 * Each area enters what it has to do; an area that is not there is not asked.
 */
import type { ContextDefinition } from './contexts/registration.ts';
import type { Core } from './core.ts';
import type { Filter, Instance, Volume } from './instance.ts';

export interface ContextHooks {
  /** What the filter may allocate, checked. */
  register(filter: Filter, definitions: readonly ContextDefinition[]): void;
  /** VOL-038, VOL-016: the contexts the instance had set are unlinked, in the order of the rule. */
  instanceTornDown(instance: Instance): void;
  /** VOL-050: the volume contexts of all filters. */
  volumeGone(volume: Volume): void;
  /** REG-025: the volume contexts of the filter. */
  filterUnregistered(filter: Filter): void;
  /** OV-042, before the report of everything else that is left. */
  reportUnreleasedOld(filter: Filter): void;
}

export interface PortHooks {
  /** REG-025, COM-037: client ports are closed. */
  filterUnregistering(filter: Filter): void;
}

export interface FileHooks {
  /** Printable names of the files that were opened through the instance and are still open (VOL-039). */
  openThrough(instance: Instance): readonly string[];
}

export interface Hooks {
  contexts: ContextHooks | null;
  ports: PortHooks | null;
  files: FileHooks | null;
}

const hooks = new WeakMap<Core, Hooks>();

export function hooksOf(core: Core): Hooks {
  let found = hooks.get(core);
  if (found === undefined) {
    found = { contexts: null, ports: null, files: null };
    hooks.set(core, found);
  }
  return found;
}
