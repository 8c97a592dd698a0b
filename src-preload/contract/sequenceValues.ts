/** One operation as a sequence: boxes on lanes for the I/O manager, each filter and the file system, in order of what happened. */
import type { Irql, OperationRow, ViolationRow } from './values.ts';

export type SequenceBoxKind = 'issue' | 'pre' | 'post' | 'status' | 'device' | 'done' | 'work' | 'resume' | 'cancel' | 'complete';

export interface SequenceLane {
  readonly name: string;
  readonly altitude: string | null;
  readonly kind: 'ioManager' | 'filter' | 'fileSystem';
}

/** A place in the event log. */
export interface SequencePoint {
  readonly number: number;
  readonly issued: number;
  readonly sequence: number;
}

export interface SequenceBox {
  readonly kind: SequenceBoxKind;
  /** Position in `lanes`. */
  readonly lane: number;
  /** Its first and last event; null in the recording. */
  readonly first: SequencePoint | null;
  readonly last: SequencePoint | null;
  readonly title: string;
  /** What it returned, or the status it ended with; empty where there is none. */
  readonly result: string;
  readonly tid: number;
  readonly irql: Irql;
  readonly driver: string | null;
  readonly line: number | null;
  /** Changes of the parameter block in it. */
  readonly edits: number;
  /** Calls of routines in it. */
  readonly calls: number;
  readonly findings: readonly SequenceFinding[];
}

export interface SequenceFinding extends Pick<ViolationRow, 'id' | 'severity' | 'sentence'> {
  readonly at: SequencePoint;
  readonly line: number | null;
}

/** Something asked for in one box that another one is. */
export interface SequenceLink {
  readonly from: number;
  readonly to: number;
  readonly kind: 'status' | 'work' | 'pended';
  readonly text: string;
}

/** Between two boxes the operation waited, or others were issued. */
export interface SequenceGap {
  /** Before this box. */
  readonly before: number;
  readonly isPended: boolean;
  readonly operations: number;
  /** Between the operations that were issued last on either side: what is known of its length, in ticks. */
  readonly duration: bigint | null;
}

export interface SequenceView {
  readonly operation: OperationRow;
  /** `recording`: nothing has been run, this is what the trace tells. */
  readonly from: 'run' | 'recording';
  readonly lanes: readonly SequenceLane[];
  readonly boxes: readonly SequenceBox[];
  readonly links: readonly SequenceLink[];
  readonly gaps: readonly SequenceGap[];
  /** Events that are behind what is shown here. */
  readonly isCut: boolean;
}
