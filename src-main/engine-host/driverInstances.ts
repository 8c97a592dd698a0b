/** What the registry says of a driver: its manifest's instances, at the altitude it has in the stack. Source: driver-api-usage.md 5.2. */
import { altitudeFrom, type ServiceDescription } from '../engine/index.ts';
import type { DriverSource } from './messages.ts';

/** The stack's altitude is that of the default instance; the others keep their own. */
export function serviceOf({ name, altitude, manifest }: DriverSource): ServiceDescription {
  const listed = manifest?.instances ?? [];
  const chosen = listed.find((one) => one.name === manifest?.defaultInstance) ?? listed[0];
  const group = manifest?.group === undefined ? {} : { group: manifest.group };
  if (chosen === undefined) return { name, instances: [{ name: manifest?.defaultInstance ?? `${name} Instance`, altitude }], ...group };
  return { name, instances: listed.map((one) => ({ ...one, altitude: one === chosen ? altitude : String(one.altitude) })), defaultInstance: chosen.name, ...group };
}

/** A sentence for the first instance whose altitude is none, or null. */
export function altitudeProblem({ name, instances }: ServiceDescription): string | null {
  const wrong = instances.find(({ altitude }) => altitudeFrom(altitude) === undefined);
  return wrong === undefined ? null : `${name}.json: instance "${wrong.name}" has the altitude "${wrong.altitude}", which is none: write digits with at most one decimal point between them, for example 328010 or 328010.5.`;
}
