/**
 * What a branch has in common with its parent: the rows before the first operation at which it may differ.
 *
 * They are not stored again. An engine host runs up to that operation as a follower does; the page of events that is open there is the first one of the
 * branch, and the hash of the log before it says whether the parent's pages are the same.
 */
import type { RunReader, SessionReader, StoredRun } from '../session/index.ts';
import type { PageStart } from '../engine-host/messages.ts';
import { differsFrom } from './runDifferences.ts';
import { notTheSame } from './runDivergence.ts';
import { planOf } from './storedRuns.ts';

export interface SharedPast {
  readonly parent: StoredRun;
  /** The branch is recorded from the page on that is open before this operation is issued. */
  readonly before: number;
  /** An engine host that has followed the parent up to somewhere before can go on as the branch: no driver's code is another one from there on. */
  readonly canTakeOver: boolean;
}

/** Null where there is nothing to share, or no telling whether it would be the same. */
export function sharedPast(reader: SessionReader, branch: StoredRun): SharedPast | null {
  const from = differsFrom(reader, branch);
  const parent = branch.parent === null ? undefined : reader.runs.run(branch.parent);
  if (from === null || parent === undefined || parent.lastOperation !== branch.lastOperation) return null;
  const { runs } = reader;
  const last = runs.pageAt(parent.id, runs.eventCount(parent.id) - 1);
  // Pages of older versions have no hash to compare with.
  if (last === null || (last.first > 0 && (runs.chainOf(parent.id, 0)?.chain ?? null) === null)) return null;
  const { issued } = last.columns;
  const isReached = from <= (issued[last.count - 1] ?? 0);
  // What a parent that was ended early has not come to, it does not have: its last page is where the branch begins at the latest.
  const before = Math.max(parent.firstOperation, isReached ? from : Math.min(from, issued[0] ?? 0));
  return { parent, before, canTakeOver: JSON.stringify(planOf(parent).switches) === JSON.stringify(planOf(branch).switches) };
}

/** Where a log is not the parent's: in the page that begins with log position `first`. */
export interface PastDifference {
  readonly first: number;
  readonly sentence: string;
}

const differs = (first: number, count: number): PastDifference => ({ first, sentence: notTheSame(first, count) });

/** Whether a page that was passed on the way is the parent's, by the hash of the log up to its end. */
export function pageDifference(runs: RunReader, parent: number, first: number, count: number, chain: string): PastDifference | null {
  const recorded = runs.chainOf(parent, first);
  return recorded?.count === count && recorded.chain !== chain ? differs(first, count) : null;
}

/** Whether the parent has the log before a page, by its hash. */
export function pastDifference(runs: RunReader, parent: number, { first, chain }: PageStart): PastDifference | null {
  const recorded = first === 0 ? null : runs.pageBefore(parent, first);
  return first === 0 || recorded?.chain === chain ? null : differs(recorded?.first ?? 0, first - (recorded?.first ?? 0));
}
