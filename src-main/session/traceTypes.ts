/** What the store says of a trace, its operations, and what lies beside them. */
import type {
  ContextClass, ContextEvent, DamageReport, NumberedOperation, OperationIndex, SkippedReason, TraceTime,
} from '../trace/record.ts';
import type { DetailObject } from './detailText.ts';

export interface StoredTrace {
  readonly id: number;
  readonly name: string;
  readonly sourcePath: string | null;
  readonly sha256: string;
  readonly format: string;
  readonly synthetic: boolean;
  readonly state: 'importing' | 'complete' | 'cancelled' | 'failed';
  readonly operations: number;
  readonly processes: number;
  /** Context events, all classes. */
  readonly contextEvents: number;
  /** Added to every time of the trace, in ticks: what brings it onto the session's clock. */
  readonly clockOffset: bigint;
  /** On the session's clock, as every time that a reader returns. */
  readonly firstTime: bigint | null;
  readonly lastTime: bigint | null;
  readonly report: StoredReport;
}

export interface StoredReport {
  readonly events: number;
  readonly bytes: number;
  readonly skipped: readonly SkippedReason[];
  readonly skippedOperations: readonly { readonly operation: string; readonly count: number }[];
  /** The operations by the source's own name for their records; empty where that is the operation's name. */
  readonly operationEvents: readonly { readonly event: string; readonly count: number }[];
  readonly damaged: readonly DamageReport[];
  readonly system: DetailObject;
  /** True where sorting by time was cancelled: numbers follow the source then. */
  readonly unordered: boolean;
}

/** A row of the list: an operation without its details, with the name of its process. */
export type ListedOperation = Omit<NumberedOperation, 'detail' | 'provenance'> & { readonly processName: string; readonly pid: number };

export type StoredOperation = NumberedOperation & { readonly processName: string; readonly pid: number; readonly hasStack: boolean };

/** A frame of a recorded stack and the module it lies in. */
export interface StoredStackFrame {
  readonly address: bigint;
  /** Above the highest user address. */
  readonly kernel: boolean;
  /** Path of the image; null where no module is known there. */
  readonly module: string | null;
  /** Bytes from the module's base; null without a module. */
  readonly offset: number | null;
  /** What the source itself said of the frame. */
  readonly location: string | null;
}

/** Which context events; null is any. */
export interface ContextFilter {
  readonly classes: readonly ContextClass[] | null;
  /** In the name, path or process name, without case. */
  readonly text: string | null;
  /** `sourceIndex` of the operation they belong to. */
  readonly operation: number | null;
}

/** A context event as stored. `position`: from 1, in order of time, ties in the source's order. */
export type StoredContextEvent = ContextEvent & { readonly position: number; readonly processName: string | null; readonly pid: number | null };

/** A place where the recorder dropped events. */
export interface LostMark {
  readonly time: TraceTime;
  /** The first operation at or after it; null where there is none. */
  readonly before: OperationIndex | null;
  readonly name: string;
  readonly detail: DetailObject;
}
