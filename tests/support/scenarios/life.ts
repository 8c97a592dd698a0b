/** What every scenario asks at its end. */
import type { Scenario } from './scenario.ts';

export const FltMgrStatus = { disabled: 'FLT_CBDQ_DISABLED' } as const;

/** Reports, and what the driver has not given back: empty for a driver that is in order. */
export function quiet(s: Scenario, driver: string): string[] {
  return [...s.lines().filter((line) => line.startsWith('VIOL')), ...s.leftovers(driver)];
}
