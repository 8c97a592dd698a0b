/**
 * Simulated time and threads: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 0.2 (SIM); driver-api-usage.md 5.6.
 */
import type { Assumption } from './assumption.ts';

export const simulationAssumptions: readonly Assumption[] = [
  { id: 'SIM-001', values: ['first-ready', 'shuffled'], implemented: ['first-ready', 'shuffled'], sentence: 'Of several threads that can go on, the one that became ready first runs first; `shuffled` takes an order from the seed.', source: 'INFERRED; driver-api-usage.md 5.6, scheduling rules' },
];
