/**
 * Simulated time and threads: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 0.2 (SIM); driver-api-usage.md 5.6.
 */
import type { Assumption } from './assumption.ts';

export const simulationAssumptions: readonly Assumption[] = [];
