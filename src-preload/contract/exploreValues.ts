/** What exploring schedules has found: outcomes, and how to reproduce each. */
import type { RunProblem } from './values.ts';
import type { RunSettings } from './runSettings.ts';

/** How much is tried. */
export interface ExploreLimits {
  /** Runs in all. */
  readonly runs: number;
  /** Of these, schedules by chance. */
  readonly seeds: number;
  /** Deviations from the plain run at a time. */
  readonly depth: 1 | 2;
}

/** A kind of violation or hint: the same id at the same place of a driver, however often; the rest is of the first one. */
export interface ExploredFinding {
  readonly id: string;
  readonly severity: string;
  readonly hint: boolean;
  readonly driver: string;
  readonly line: number | null;
  readonly sentence: string;
  readonly operation: number;
  readonly issued: number;
  readonly sequence: number;
  /** The plain run does not show it. */
  readonly isNew: boolean;
}

/** Runs with the same final results, findings and end. */
export interface ExploredOutcome {
  readonly id: number;
  readonly runs: number;
  /** The first run that had it: in words, and as `run.start` takes it. */
  readonly title: string;
  readonly schedule: string;
  /** The schedule is a short one that comes out the same, in words; null: it is as that run had it. */
  readonly reduced: { readonly words: string; readonly before: number; readonly now: number; /** Without any one of them it comes out otherwise. */ readonly isMinimal: boolean } | null;
  readonly settings: RunSettings;
  /** Against the plain run: operations that ended otherwise, and the first of them. */
  readonly changed: number;
  readonly firstChanged: number | null;
  readonly findings: readonly ExploredFinding[];
  readonly problem: Pick<RunProblem, 'kind' | 'message' | 'driver' | 'line' | 'operation'> | null;
}

export interface ExploreReport {
  readonly traceId: number;
  readonly seed: number;
  readonly state: 'running' | 'done' | 'cancelled';
  readonly limits: ExploreLimits;
  /** Runs that have ended. */
  readonly runs: number;
  /** The first is the plain run's. */
  readonly outcomes: readonly ExploredOutcome[];
  /** Places of the plain run where Windows could go another way. */
  readonly choices: number;
  readonly classes: readonly { readonly kind: 'thread' | 'work' | 'delay' | 'completion'; readonly group: string; readonly count: number }[];
  /** Single deviations that exist, and how many of them were tried; pairs, policies and schedules by chance that were tried, and parts of schedules, to find short ones. */
  readonly single: number;
  readonly tried: { readonly single: number; readonly pairs: number; readonly policies: number; readonly chance: number; readonly parts: number };
  /** All schedules that go another way than the plain run at up to so many of its places, and how many of them were run. */
  readonly bound: { readonly deviations: 1 | 2; readonly schedules: number; readonly run: number };
}
