/**
 * Services: what the registry says of a filter before it runs.
 *
 * ALT-020 (creating-an-inf-file-for-a-minifilter-driver; sample: minispy): instance definitions with altitude and flags, one of
 * them the default; REG-018: without key or definition a filter cannot register.
 */

/** "Do not attach automatically" and "do not attach manually" in `InstanceDefinition.flags`. */
export const noAutomaticAttachment = 0x1;
export const noManualAttachment = 0x2;

export interface InstanceDefinition {
  readonly name: string;
  readonly altitude: string;
  readonly flags: number;
}

export interface ServiceDescription {
  /** Service and driver name. */
  readonly name: string;
  /** Empty: there is no service key, or nothing in it. The first is the default where `defaultInstance` names none. */
  readonly instances: readonly { readonly name: string; readonly altitude: string; readonly flags?: number }[];
  readonly defaultInstance?: string;
  /** Load-order group, e.g. `FSFilter Anti-Virus` (OV-021). */
  readonly group?: string;
  /** DriverEntry, for FltLoadFilter and `loadFilter`. May be a generator function. */
  readonly entry?: () => unknown;
}

export interface Service {
  readonly name: string;
  readonly instances: readonly InstanceDefinition[];
  readonly defaultInstance: InstanceDefinition | null;
  readonly group: string | null;
  readonly entry: (() => unknown) | null;
}

export function serviceFrom(description: ServiceDescription): Service {
  const instances = description.instances.map(({ name, altitude, flags }) => ({ name, altitude, flags: flags ?? 0 }));
  const { defaultInstance, group, entry } = description;
  return {
    name: description.name, instances, defaultInstance: instances.find(({ name }) => name === defaultInstance) ?? instances[0] ?? null, group: group ?? null, entry: entry ?? null,
  };
}

/** Names in the registry and of filters and instances differ in more than case. */
export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
