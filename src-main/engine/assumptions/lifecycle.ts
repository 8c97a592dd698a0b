/**
 * Registration, altitudes, volumes and instances: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 1 to 3 (REG, ALT, VOL).
 */
import type { Assumption } from './assumption.ts';

export const lifecycleAssumptions: readonly Assumption[] = [];
