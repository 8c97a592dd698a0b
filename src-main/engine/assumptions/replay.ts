/** What a replay takes for granted where the recording ends: decisions of this program, named REP-nnn. */
import type { Assumption } from './assumption.ts';

export const replayAssumptions: readonly Assumption[] = [
  { id: 'REP-001', values: ['closed-at-once', 'left-open'], implemented: ['closed-at-once', 'left-open'], sentence: 'A file that a program opens in this run, although it failed to in the recording, is closed at once: what the program would have done with it is not known.', source: 'INFERRED; no recording can tell' },
  { id: 'REP-010', values: ['refused-again', 'answerer-decides'], implemented: ['refused-again', 'answerer-decides'], sentence: 'A fast I/O or FsFilter call that was refused in the recording is refused again below the stack even where something it depends on has changed, except where the model alone answers: the filter that refused it stood below the recorder.', source: 'INFERRED; filter-manager-core.md R-2.32, R-2.33' },
  { id: 'REP-020', values: ['read-handle', 'read', 'read-handle-write'], implemented: ['read-handle', 'read', 'read-handle-write'], sentence: 'FSCTL_REQUEST_OPLOCK whose level was not recorded asks for read and handle caching.', source: 'INFERRED: recordings have no input bytes; the shell and the prefetcher ask for RH' },
  { id: 'REP-021', values: ['may-have-ended', 'still-open'], implemented: ['may-have-ended', 'still-open'], sentence: 'In a recording without closes an open that stands in the way of a later one has ended meanwhile.', source: 'INFERRED: the recorder filtered the closes out' },
];
