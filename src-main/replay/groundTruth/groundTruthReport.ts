/** What a comparison of recorded with replayed callbacks says. Plain data. */
import type { CallbackPhase } from './recordedCallbacks.ts';

/**
 * - `missing-callback`: ran in the recording, not in the run
 * - `extra-callback`: ran in the run, not in the recording
 * - `other-order`: the same callbacks, one after the other in another order
 * - `other-status`: IoStatus.Status before or after a callback is not the recorded one
 */
export const callbackDifferenceKinds = ['missing-callback', 'extra-callback', 'other-order', 'other-status'] as const;
export type CallbackDifferenceKind = (typeof callbackDifferenceKinds)[number];

/** The first difference of an operation. */
export interface CallbackDifference {
  readonly operation: number;
  readonly kind: CallbackDifferenceKind;
  readonly phase: CallbackPhase;
  /** The driver of the stack. */
  readonly driver: string;
  /** Of `other-status`: the two; else null. The replayed one is null too where the callback went on without an end. */
  readonly recorded: number | null;
  readonly replayed: number | null;
}

/** A filter of the recorded machine; `driver`: who stands for it in the stack, null for nobody. */
export interface RecordedFilter {
  readonly name: string;
  readonly callbacks: number;
  readonly driver: string | null;
}

export interface GroundTruthReport {
  /** Operations of which the recording has callbacks and the run has seen the end. */
  readonly compared: number;
  readonly same: number;
  readonly different: number;
  readonly kinds: readonly { readonly kind: CallbackDifferenceKind; readonly count: number; readonly first: number }[];
  /** The first of all. */
  readonly differences: readonly CallbackDifference[];
  /** Those with most callbacks first. */
  readonly filters: readonly RecordedFilter[];
  /** Drivers of the stack that stand for no recorded filter: their callbacks are not compared. */
  readonly withoutRecording: readonly string[];
}
