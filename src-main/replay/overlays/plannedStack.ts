/** The drivers of a run as its overlays have them: moved to another altitude, or left out. */
import type { Overlay } from '../runPlan.ts';

interface StackDriver {
  readonly id: number;
  readonly altitude: string;
}

export function plannedStack<T extends StackDriver>(drivers: readonly T[], overlays: readonly Overlay[]): readonly T[] {
  if (!overlays.some(({ kind }) => kind === 'altitude' || kind === 'off')) return drivers;
  const off = new Set(overlays.flatMap((one) => (one.kind === 'off' ? [one.driver] : [])));
  const altitudes = new Map(overlays.flatMap((one) => (one.kind === 'altitude' ? [[one.driver, one.altitude] as const] : [])));
  return drivers.filter(({ id }) => !off.has(id)).map((driver) => ({ ...driver, altitude: altitudes.get(driver.id) ?? driver.altitude }));
}
