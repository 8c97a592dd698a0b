/** What a replay takes for granted where the recording ends: decisions of this program, named REP-nnn. */
import type { Assumption } from './assumption.ts';

export const replayAssumptions: readonly Assumption[] = [
  { id: 'REP-001', values: ['closed-at-once', 'left-open'], implemented: ['closed-at-once', 'left-open'], sentence: 'A file that a program opens in this run, although it failed to in the recording, is closed at once: what the program would have done with it is not known.', source: 'INFERRED; no recording can tell' },
];
