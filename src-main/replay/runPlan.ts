/**
 * What a run does otherwise than its stack, trace and settings say: the edits that make a branch of it.
 *
 * Plain data, kept with the run, so that it can be run again exactly: by a follower that rebuilds a moment, and by branches of the branch.
 */
import type { SchedulePlan } from './scheduleChoices.ts';

/** A moment of the parent run: the `sequence`-th event since operation `issued`. */
export interface PlanPoint {
  readonly issued: number;
  readonly sequence: number;
  /** A line of driver code reached behind that event, and the how many-th time since then, from 1; null: the event itself. */
  readonly line: number | null;
  readonly visit: number;
}

/** From operation `from` on, a driver runs with another version of its source; what its older code has built stays. */
export interface DriverSwitch {
  readonly from: number;
  readonly driver: number;
  readonly version: number;
}

/** One change without code. */
export type Overlay =
  /** An expression evaluated in the driver's frame when the run comes to that moment. */
  | { readonly kind: 'assign'; readonly point: PlanPoint; readonly driver: string; readonly expression: string }
  /** What a callback returns instead of its own value; `point` is its event. */
  | {
      readonly kind: 'return'; readonly point: PlanPoint; readonly value: number;
      /** What IoStatus holds then; absent: what the callback has left there. */
      readonly status?: number; readonly information?: number;
      /** For people: the callback (`the pre callback of statusWatch for #64`), and the value's name. */
      readonly what?: string; readonly name?: string;
    }
  /** How the file system answers an operation. */
  | { readonly kind: 'ioStatus'; readonly operation: number; readonly status: number; readonly information: number }
  /** Other arguments of a recorded operation: members of the record by name, numbers beyond 2^53 as decimal text. */
  | { readonly kind: 'arguments'; readonly operation: number; readonly values: Readonly<Record<string, string | number | null>> }
  | { readonly kind: 'skip'; readonly operation: number }
  /** Issued once more, right behind. */
  | { readonly kind: 'duplicate'; readonly operation: number }
  /** A copy of recorded operation `like`, with other arguments, issued right behind operation `after`. */
  | { readonly kind: 'insert'; readonly after: number; readonly like: number; readonly values: Readonly<Record<string, string | number | null>> }
  | { readonly kind: 'altitude'; readonly driver: number; readonly altitude: string }
  | { readonly kind: 'off'; readonly driver: number };

export interface RunPlan {
  /** Ways taken where Windows could go several; null: the first throughout, nothing is counted. */
  readonly schedule: SchedulePlan | null;
  /** Filter expression: only these operations are issued. */
  readonly where: string | null;
  /** Folder with contents for files of the trace. */
  readonly unknownFolder: string | null;
  readonly overlays: readonly Overlay[];
  readonly switches: readonly DriverSwitch[];
}

export const emptyPlan: RunPlan = { schedule: null, where: null, unknownFolder: null, overlays: [], switches: [] };
