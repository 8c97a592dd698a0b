/** Requests about reducing a run to a minimal trace and stack that still show something. */
import type { RunInfo } from './values.ts';
import type { ShrinkReport, ShrinkTarget } from './shrinkValues.ts';

type None = Record<string, never>;

export interface ShrinkRequests {
  /** Starts; one at a time, an earlier one ends. Answers at once, `shrink.changed` tells the rest. */
  'shrink.start': { params: { runId: number; target: ShrinkTarget }; result: ShrinkReport };
  /** The last one of this session; null where there was none. */
  'shrink.report': { params: None; result: ShrinkReport | null };
  /** The smallest so far stays. */
  'shrink.cancel': { params: None; result: None };
  /** Runs the smallest so far in this session, recorded and with breakpoints, as a branch of the run that was reduced. */
  'shrink.run': { params: None; result: RunInfo };
  /** Writes the smallest so far into a folder, made if absent: trace, drivers, what is expected, and how to run it. `command`: the line that shows it again, from there. */
  'shrink.save': { params: { folder: string }; result: { folder: string; files: readonly string[]; command: string } };
}
