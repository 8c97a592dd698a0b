/**
 * What a stop shows: where the run stands, the layers, the three-way Iopb view and why.
 *
 * Plain data. Member for member the same as the values of the contract that the front ends see.
 */

export type CallbackKind = 'pre' | 'post' | 'status';
export type StopIrql = 'PASSIVE' | 'APC' | 'DISPATCH';

/** A moment of a run; its text form is in executionPoint.ts. */
export interface ExecutionPoint {
  /** The recorded operation that was issued last; 0: none yet. */
  readonly operation: number;
  readonly sequence: number;
  readonly line: number | null;
  /** The how many-th time since that event that the line is reached, from 1; absent: the first. */
  readonly visit?: number;
}

export interface StackFrame {
  readonly id: number;
  readonly name: string;
  /** Driver name; null for the Filter Manager's own frames. */
  readonly driver: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** Why a run ended early: one sentence and the place in the driver. */
export interface RunProblem {
  /** It would not keep the driver from running. */
  readonly warning?: true;
  readonly kind: 'load' | 'exception' | 'endless-loop' | 'bugcheck' | 'deadlock' | 'host-died' | 'memory' | 'diverged';
  readonly message: string;
  readonly driver: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly operation: number | null;
  readonly stack: readonly StackFrame[];
}

/** The operation as one line of the list. Index 0: no operation (a driver is being loaded). */
export interface StopOperation {
  readonly index: number;
  readonly time: bigint;
  readonly duration: bigint | null;
  readonly process: string;
  readonly pid: number;
  readonly tid: number;
  readonly operation: string;
  readonly major: number | null;
  readonly minor: number;
  readonly kind: 'irp' | 'fastio' | 'fsfilter' | 'other';
  readonly path: string | null;
  readonly status: number | null;
  readonly replayed: 'none' | 'completed' | 'pending' | 'not-issued';
  readonly replayedStatus: number | null;
  readonly answer: 'recorded' | 'model' | 'filter' | 'edit' | null;
  readonly effect: 'none' | 'changed' | 'consequence' | 'redirected' | 'not-issued';
  readonly cause: number | null;
  readonly violations: number;
  readonly offset: bigint | null;
  readonly length: number | null;
}

export interface StopInfo {
  /** `unknown-bytes`: a callback reads what nobody has recorded, and the run's setting is to stop there. */
  readonly reason: 'breakpoint' | 'step' | 'pause' | 'exception' | 'unknown-bytes' | 'goto';
  readonly moment: StopMoment;
  readonly breakpointIds: readonly number[];
  readonly point: ExecutionPoint;
  readonly operation: StopOperation;
  readonly callback: CallbackKind | 'work' | 'driverEntry' | null;
  readonly driver: string | null;
  readonly driverId: number | null;
  readonly altitude: string | null;
  readonly thread: StopThread;
  readonly irql: StopIrql;
  readonly layers: readonly LayerStep[];
  readonly iopb: IopbView;
  readonly notes: readonly StopNote[];
  /** The violation or hint that is found at this very moment. */
  readonly finding?: StopNote;
  readonly stackFrames: readonly StackFrame[];
  /** `true`: stopped on a line of driver code; `false`: at the entry of a callback, no line has run. */
  readonly atLine: boolean;
}

/** Where a stop stands in its run, and what it was made from. */
export interface StopMoment {
  /** The run has gone on behind it. */
  readonly past: boolean;
  /** `live`: the run itself stands here; `rebuilt`: it was run again up to here; `recorded`: from the event log, without variables. */
  readonly basis: 'live' | 'rebuilt' | 'recorded';
  /** `recorded` only: the moment is being rebuilt, its variables follow. */
  readonly rebuilding: boolean;
  /** Why something is missing or differs; one sentence. */
  readonly note: string | null;
}

export interface StopThread {
  readonly tid: number;
  readonly pid: number;
  readonly process: string;
  readonly kind: 'requestor' | 'worker' | 'arbitrary';
}

/** What happened to the operation at one layer up to now, top down then back up. */
export interface LayerStep {
  readonly layer: number;
  readonly name: string;
  readonly altitude: string | null;
  readonly step: 'issue' | 'pre' | 'lower' | 'done' | 'post' | 'status' | 'ret';
  /** `FLT_PREOP_SUCCESS_WITH_CALLBACK`, `STATUS_SUCCESS / 4096` ...; empty while it is running. */
  readonly result: string;
  readonly here: boolean;
  /** Of a pre callback that is owed its post, and of the post under way; of a live or rebuilt moment. */
  readonly completionContext?: string;
  readonly point: ExecutionPoint;
}

export interface IopbColumn {
  readonly id: 'received' | 'snapshot' | 'sent' | 'now';
  readonly title: string;
  readonly explanation: string;
}

/** The Iopb side by side: what the layer received, what was copied, what was sent, what it is now. */
export interface IopbView {
  readonly columns: readonly IopbColumn[];
  readonly fields: readonly IopbField[];
  /** `changes`: who set it, when, as far as it is known; of a live or rebuilt moment. */
  readonly ioStatus: { readonly status: number | null; readonly information: string; readonly changes?: readonly FieldChange[] };
  /** OperationStatus handed to a status callback. */
  readonly operationStatus: number | null;
  readonly completionContext: string | null;
  readonly requesterContext: string | null;
  readonly callbackDataFlags: string;
}

export interface IopbField {
  /** `IrpFlags`, `TargetFileObject`, `Parameters.Read.ReadBuffer`. */
  readonly path: string;
  /** One text per column of the view, flags and codes decoded; null where the column has no such value (yet). */
  readonly values: readonly (string | null)[];
  /** The raw number behind the decoded text, where there is one. */
  readonly raw: readonly (string | null)[];
  readonly changed: boolean;
  readonly changes: readonly FieldChange[];
  /** Another value can be typed for `now`, which makes a branch. */
  readonly canSet?: true;
}

export interface FieldChange {
  readonly point: ExecutionPoint;
  /** `requestor`, `Filter Manager` or the driver's name. */
  readonly by: string;
  readonly line: number | null;
  readonly from: string;
  readonly to: string;
}

/** A violation or an explanation shown at a stop. */
export interface StopNote {
  readonly kind: 'violation' | 'explanation' | 'hint';
  /** `FV-084`, or the rule for an explanation. */
  readonly id: string;
  readonly severity: 'B' | 'V' | 'W' | 'I';
  readonly sentence: string;
  /** `R-5.9` */
  readonly rule: string;
  /** The document behind the rule. */
  readonly source: string;
  readonly driver: string | null;
  readonly line: number | null;
}
