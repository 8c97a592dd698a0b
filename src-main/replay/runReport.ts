/** What a run says of itself when it ends: how far it is the recording, who answered, what was affected by what. Plain data. */
import type { EditOutcome } from './overlays/plannedEdits.ts';
import type { GroundTruthReport } from './groundTruth/groundTruthReport.ts';

/** Replayed against recorded results of one kind of operation. Only operations that the recording shows completed are compared. */
export interface FidelityRow {
  /** The source's own name. */
  readonly operation: string;
  readonly compared: number;
  readonly equal: number;
}

/** Why results differ from the recording, with the first operation of each reason. */
export interface DifferenceReason {
  readonly id: string;
  readonly sentence: string;
  readonly count: number;
  readonly first: number;
}

export interface FidelityReport {
  readonly compared: number;
  readonly equal: number;
  /** The most frequent kind first. */
  readonly rows: readonly FidelityRow[];
  readonly reasons: readonly DifferenceReason[];
}

/** Where driver code has looked at bytes that nobody recorded. */
export interface UnknownRead {
  readonly driver: string;
  readonly line: number;
  readonly count: number;
  /** The first operation. */
  readonly first: number;
}

export interface RunReport {
  /** It was ended before its last operation: what was under way then has no outcome. */
  readonly stopped?: true;
  /** Against the minifilter events of the trace; null where it has none. The host adds it when the run has ended. */
  readonly groundTruth: GroundTruthReport | null;
  readonly fidelity: FidelityReport;
  /** How many recorded operations were answered as recorded, by the model file system, by a filter. */
  readonly answers: { readonly recorded: number; readonly model: number; readonly filter: number; readonly edit?: number };
  /** Operations that a change has touched, by what became of them. */
  readonly affected: { readonly changed: number; readonly consequence: number; readonly redirected: number; readonly notIssued: number };
  /** Callbacks that read unknown bytes, and where. */
  readonly unknownReads: { readonly count: number; readonly places: readonly UnknownRead[] };
  /** What became of the run's overlays, in the order of its plan. Absent where it has none. */
  readonly edits?: readonly EditOutcome[];
  /** Drivers that went on with another version, and what they kept. Absent where there was none. */
  readonly switches?: readonly { readonly driver: number; readonly version: number; readonly from: number; readonly carried: readonly string[]; readonly fresh: readonly string[]; readonly gone: readonly string[]; readonly stays: readonly { readonly name: string; readonly line: number | null; readonly what: string }[] }[];
}
