/**
 * Simulated time and threads: decisions the documents leave open.
 *
 * Source: filter-manager-objects.md 0.2 (SIM); driver-api-usage.md 5.6.
 */
import type { Assumption } from './assumption.ts';

export const simulationAssumptions: readonly Assumption[] = [
  { id: 'SIM-001', values: ['first-ready', 'shuffled', 'work-first'], implemented: ['first-ready', 'shuffled', 'work-first'], sentence: 'Of several threads that can go on, the one that became ready first runs first; `shuffled` takes an order from the seed; with `work-first` a work item runs before the routine that queued it goes on.', source: 'INFERRED; driver-api-usage.md 5.6, scheduling rules' },
  { id: 'SIM-004', values: ['invalid-parameter', 'deleting-object'], implemented: ['invalid-parameter', 'deleting-object'], sentence: 'A routine that is given a handle whose object is gone answers STATUS_INVALID_PARAMETER.', source: 'INFERRED; on Windows this is memory corruption, the other reading is what a routine answers for an object that is going' },
];

/** INFERRED rules that no other reading could make the engine behave otherwise by. */
export const undecidable: Readonly<Record<string, string>> = {
  'SIM-003': 'how a hang is shown, not what hangs',
  'SIM-005': 'the world of the object vectors; the engine has frames',
};
