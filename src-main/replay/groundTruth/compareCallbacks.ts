/**
 * Recorded against replayed callbacks of one operation: which ran, in which order, and with which status.
 *
 * Only filters that are on both sides are compared. Source for the order: filter-manager-core.md, R-1.5 (pre from the top down, post from the bottom up);
 * it is not looked at by itself, as both sides have one.
 */
import type { CallbackDifference } from './groundTruthReport.ts';
import type { CallbackPhase, RecordedCallback, RecordedPhases } from './recordedCallbacks.ts';
import type { ReplayedCallback } from './replayedCallbacks.ts';

/** Who is who. Drivers have their names in the stack. */
export interface FilterNames {
  /** Null for a recorded filter that nobody stands for. */
  driverOfRecorded(filter: string): string | null;
  /** Null for a layer that stands for no recorded filter. */
  driverOfLayer(layer: number): string | null;
}

/** One callback, by the name of its driver. */
interface Named {
  readonly phase: CallbackPhase;
  readonly driver: string;
}

type NamedRecorded = Named & RecordedCallback;
type NamedReplayed = Named & ReplayedCallback;

/** Null where nothing differs. */
export function compareCallbacks(operation: number, recorded: readonly RecordedCallback[], replayed: readonly ReplayedCallback[], names: FilterNames, phases: RecordedPhases): CallbackDifference | null {
  const known = recorded.flatMap((one) => named(one, names.driverOfRecorded(one.filter)));
  const ran = replayed.flatMap((one) => named(one, names.driverOfLayer(one.layer)));
  let at = 0;
  for (const one of ran) {
    const expected = known[at];
    if (expected !== undefined && isSame(expected, one)) {
      const difference = statusDifference(operation, expected, one);
      if (difference !== null) return difference;
      at++;
    } else if (phases[one.phase]) return outOfLine(operation, expected, one, known.slice(at), ran.slice(ran.indexOf(one)));
  }
  const missing = known[at];
  return missing === undefined ? null : plain(operation, 'missing-callback', missing);
}

const named = <T extends object>(callback: T, driver: string | null): (T & { readonly driver: string })[] => (driver === null ? [] : [{ ...callback, driver }]);

const isSame = (a: Named, b: Named): boolean => a.phase === b.phase && a.driver === b.driver;

const plain = (operation: number, kind: CallbackDifference['kind'], { phase, driver }: Named): CallbackDifference => ({ operation, kind, phase, driver, recorded: null, replayed: null });

/** The first place where the two lists part: one of the two callbacks is not in the other list at all, or both come elsewhere. */
function outOfLine(operation: number, expected: NamedRecorded | undefined, one: NamedReplayed, known: readonly Named[], ran: readonly Named[]): CallbackDifference {
  if (expected !== undefined && !ran.some((other) => isSame(other, expected))) return plain(operation, 'missing-callback', expected);
  if (!known.some((other) => isSame(other, one))) return plain(operation, 'extra-callback', one);
  return plain(operation, 'other-order', one);
}

/** Where the recording has a status. */
function statusDifference(operation: number, { phase, driver, before, after }: NamedRecorded, one: NamedReplayed): CallbackDifference | null {
  const differs = (recorded: number, replayed: number | null): CallbackDifference => ({ operation, kind: 'other-status', phase, driver, recorded, replayed });
  if (before !== null && before !== one.before) return differs(before, one.before);
  return after !== null && after !== one.after ? differs(after, one.after) : null;
}
