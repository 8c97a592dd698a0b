/**
 * Simulated time and threads: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 0.2 (SIM); driver-api-usage.md 5.6.
 */
import type { Assumption } from './assumption.ts';

export const simulationAssumptions: readonly Assumption[] = [
  { id: 'SIM-001', values: ['first-ready', 'shuffled', 'work-first'], implemented: ['first-ready', 'shuffled', 'work-first'], sentence: 'Of several threads that can go on, the one that became ready first runs first; `shuffled` takes an order from the seed; with `work-first` a work item runs before the routine that queued it goes on.', source: 'INFERRED; driver-api-usage.md 5.6, scheduling rules' },
];
