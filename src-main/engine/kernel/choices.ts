/**
 * Where Windows could go one way or another, and somebody who explores a run decides.
 *
 * Source: driver-api-usage.md 5.6 (scheduling rules), whose defaults are choice 0 throughout; SIM-001.
 */

/**
 * What is chosen:
 *
 * - `thread`: of several threads that can go on, the one that does
 * - `work`: of several queued work items with a free worker, the one that begins
 * - `delay`: whether a work item begins now (0) or not before the next recorded operation has been issued (1)
 * - `completion`: in which context the file system completes a request that a filter waits for
 */
export const choiceKinds = ['thread', 'work', 'delay', 'completion'] as const;
export type ChoiceKind = (typeof choiceKinds)[number];

export interface Chooser {
  /** A number from 0 to `options - 1`. `group` says, with the kind, which choices are alike: `scanner's ScanWorker`, `IRP_MJ_READ`. */
  choose(kind: ChoiceKind, options: number, group: string): number;
}
