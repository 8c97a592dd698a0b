/** What a call came to: it returned, was refused, or has not returned yet. */
import type { Pending } from './pending.ts';

export type Outcome =
  | {
      readonly kind: 'returned';
      readonly value: unknown;
      /** For `=> names`. */
      readonly results: readonly unknown[];
      /** What a callback that makes this call has to return at once (rule 16). */
      readonly verdict?: number;
    }
  | { readonly kind: 'refused'; readonly results: readonly unknown[]; /** What the routine gave all the same: a void one nothing. */ readonly value: unknown }
  | { readonly kind: 'waiting'; readonly pending: Pending; readonly results: () => readonly unknown[] };

export const returned = (value: unknown, results: readonly unknown[] = [], verdict?: number): Outcome =>
  (verdict === undefined ? { kind: 'returned', value, results } : { kind: 'returned', value, results, verdict });

/** The outcome of a call that may have ended meanwhile. */
export function settled(outcome: Outcome): Outcome {
  return outcome.kind === 'waiting' && outcome.pending.ended && !outcome.pending.returned ? returned(outcome.pending.result, outcome.results()) : outcome;
}

