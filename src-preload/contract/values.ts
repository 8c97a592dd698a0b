/**
 * Values that cross between the renderer, the command line and the host.
 *
 * Plain data plus bigint and Uint8Array only. Declared apart from the engine's and the store's own types, so that a change in
 * there cannot change a message by accident. Times are 100 ns ticks since 1601 as bigint; statuses unsigned 32-bit numbers.
 */

import type { DriverFile, NamedFile } from '../../src-main/base/driverLines.ts';
import type { RunEdit } from './branchValues.ts';
import type { RunSettings } from './runSettings.ts';
import type { TraceFormatInfo, TraceInfo } from './traceValues.ts';

export type Irql = 'PASSIVE' | 'APC' | 'DISPATCH';
export type OperationKind = 'irp' | 'fastio' | 'fsfilter' | 'other';
export type Provenance = 'recorded' | 'derived' | 'assumed';
export type DetailValue = null | boolean | number | bigint | string | readonly DetailValue[] | { readonly [key: string]: DetailValue };

export interface AppInfo {
  readonly version: string;
  readonly shell: 'electron' | 'web' | 'cli';
  readonly platform: string;
  /** `full`: the engine host runs under Node's permission model; `reduced`: the runtime refused it, said in one sentence in `sandboxNote`. */
  readonly sandbox: 'full' | 'reduced' | 'unknown';
  readonly sandboxNote: string | null;
  /** Folder where sessions made from traces are put. */
  readonly sessionsFolder: string;
  readonly recentSessions: readonly RecentSession[];
  readonly recentTraces: readonly RecentTrace[];
  /** The bundled sample sessions, in the order in which one would look at them. */
  readonly samples: readonly SampleInfo[];
  /** Everything that can be imported. */
  readonly formats: readonly TraceFormatInfo[];
}

/** A bundled sample session. */
export interface SampleInfo {
  /** Of its file and its session, e.g. `first-light`. */
  readonly name: string;
  readonly title: string;
  /** One sentence. */
  readonly shows: string;
}

export interface RecentSession {
  readonly path: string;
  readonly name: string;
  readonly openedAt: bigint;
}

/** A trace file that was imported; it may be gone by now. */
export interface RecentTrace {
  readonly path: string;
  readonly name: string;
  readonly formatTitle: string;
  readonly openedAt: bigint;
}

export interface SessionInfo {
  readonly path: string;
  readonly name: string;
  /** Made from a bundled, synthetic sample. */
  readonly sample: boolean;
  /** Which one; null for a session of the user's own. */
  readonly sampleName: string | null;
  readonly traces: readonly TraceInfo[];
  readonly runs: readonly RunInfo[];
  /** Drivers in here were written by this user, or the user said so; otherwise they are shown but not run. */
  readonly trusted: boolean;
}

export type ReplayedState = 'none' | 'completed' | 'pending' | 'not-issued';
/** As it was recorded, by the model file system, by a filter, by an edit of the run. */
export type AnswerSource = 'recorded' | 'model' | 'filter' | 'edit';
/**
 * What a change in the run has done to an operation: a filter changed it, something it depends on was changed, its file object leads
 * elsewhere, it was not issued.
 */
export type Effect = 'none' | 'changed' | 'consequence' | 'redirected' | 'not-issued';

/** One line of the operation list. */
export interface OperationRow {
  readonly index: number;
  readonly time: bigint;
  readonly duration: bigint | null;
  readonly process: string;
  readonly pid: number;
  readonly tid: number;
  readonly operation: string;
  readonly major: number | null;
  readonly minor: number;
  readonly kind: OperationKind;
  readonly path: string | null;
  readonly status: number | null;
  readonly replayed: ReplayedState;
  readonly replayedStatus: number | null;
  /** Who gave the answer it ended with in the run; null where the run did not reach it, or it was not issued. */
  readonly answer: AnswerSource | null;
  readonly effect: Effect;
  /** The operation because of which it has its effect. */
  readonly cause: number | null;
  /** How many violations (severity B, V and W) the current run reported for it. */
  readonly violations: number;
  readonly offset: bigint | null;
  readonly length: number | null;
}

export interface OperationDetail extends OperationRow {
  readonly traceId: number;
  readonly majorName: string | null;
  readonly minorName: string | null;
  readonly statusName: string | null;
  readonly irpFlags: number;
  readonly irpFlagNames: string;
  readonly information: number | null;
  readonly detail: { readonly [key: string]: DetailValue };
  /** How a value of `detail` is written, where that is not as its number: `0x00120089 FILE_GENERIC_READ`, a date, an address. */
  readonly detailWords: { readonly [key: string]: string };
  readonly provenance: { readonly [field: string]: Provenance };
  readonly processInfo: ProcessInfo;
  /** Position among all records of the source, from 0. */
  readonly sourceIndex: number;
  /** `operations.stack` has a stack for it. */
  readonly hasStack: boolean;
}

export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number | null;
  readonly name: string;
  readonly imagePath: string | null;
  readonly commandLine: string | null;
  readonly user: string | null;
}

export interface DriverInfo {
  readonly id: number;
  /** File name without extension, also the service name, e.g. `statusWatch`. */
  readonly name: string;
  readonly description: string;
  /** A decimal of any length, as text. */
  readonly altitude: string;
  readonly enabled: boolean;
  readonly bundled: boolean;
  /** Counts up with every saved change of the source. */
  readonly version: number;
  readonly source: string;
  /** Its service script; empty or absent: none. */
  readonly service?: string;
  /** The name of that script's file where the manifest says it; else it is NAME.service.ts. */
  readonly serviceName?: string;
  /** The files beside the one that has DriverEntry, which is `source`. Lines anywhere are driver lines (src-main/base/driverLines.ts). */
  readonly files: readonly DriverFile[];
  /** Files that older versions have, under the last name that each had. */
  readonly formerFiles: readonly NamedFile[];
}

export interface NewDriverFile {
  readonly name: string;
  readonly text: string;
}

/** A driver that comes with FltReplay, in the session or not. */
export interface BundledDriverInfo {
  readonly name: string;
  readonly description: string;
  readonly altitude: string;
}

export interface DriverProblem {
  readonly driver: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** 1-based; null where the problem has no place. */
  readonly line: number | null;
  readonly column: number | null;
}

export type CallbackKind = 'pre' | 'post' | 'status';

export interface RunInfo {
  readonly id: number;
  readonly name: string;
  readonly traceId: number;
  readonly state: Exclude<RunState['kind'], 'travelling'>;
  readonly startedAt: bigint;
  readonly seed: number;
  readonly settings: RunSettings;
  readonly assumptions: { readonly [name: string]: string };
  readonly layers: readonly LayerInfo[];
  /** From which operation on, and to which (inclusive), this run issued. */
  readonly firstOperation: number;
  readonly lastOperation: number;
  readonly operations: number;
  readonly events: number;
  readonly violations: number;
  /** How many final statuses differ from the recording. */
  readonly differences: number;
  /** Hash over the event log, hex; null while it runs. */
  readonly eventHash: string | null;
  readonly problem: RunProblem | null;
  /** The run it is a branch of. */
  readonly parentId: number | null;
  /** The drivers it began with, in the versions it goes on with: where one takes over on the way, that one. */
  readonly drivers: readonly { readonly id: number; readonly version: number }[];
  /** What distinguishes it from that run, in words: `#64 is skipped`, `statusWatch version 3 from #1200 on`, `seed 7`. */
  readonly differs: readonly string[];
  /** The first operation at which it can differ from its parent; null: from the start, or it has none. */
  readonly differsFrom: number | null;
  /** The run whose events before log position `events` are its own too, stored once; null: it has all of its own. */
  readonly shared: { readonly runId: number; readonly name: string; readonly events: number } | null;
  /** Its changes without code, with what became of them. */
  readonly edits: readonly RunEdit[];
  /** Null while it runs, and for runs of older versions. */
  readonly report: RunReport | null;
}

/** What a callback did otherwise than recorded: did not run, ran although it had not, ran in another order, met or left another IoStatus.Status. */
export type CallbackDifferenceKind = 'missing-callback' | 'extra-callback' | 'other-order' | 'other-status';

/** The first difference of an operation. */
export interface CallbackDifference {
  readonly operation: number;
  readonly kind: CallbackDifferenceKind;
  readonly phase: 'pre' | 'post';
  /** In the stack. */
  readonly driver: string;
  /** Of another status: the two. The replayed one is null where a pre callback went on instead of ending the operation. */
  readonly recorded: number | null;
  readonly replayed: number | null;
}

/** Callbacks of a run beside those that the trace recorded, operation by operation. */
export interface GroundTruthReport {
  readonly compared: number;
  readonly same: number;
  readonly different: number;
  readonly kinds: readonly { readonly kind: CallbackDifferenceKind; readonly count: number; readonly first: number }[];
  /** The first of all. */
  readonly differences: readonly CallbackDifference[];
  /** Filters of the recorded machine; `driver`: who stands for it in the stack, null for nobody: its callbacks are not compared. */
  readonly filters: readonly { readonly name: string; readonly callbacks: number; readonly driver: string | null }[];
  /** Drivers of the stack that stand for no recorded filter: theirs are not compared either. */
  readonly withoutRecording: readonly string[];
}

/** How far a run is the recording, who answered, and what was affected. */
export interface RunReport {
  /** It was ended before its last operation: what was under way then has no outcome. */
  readonly stopped?: true;
  readonly fidelity: {
    /** Operations that the recording shows completed, and how many of them ended with the recorded status. */
    readonly compared: number;
    readonly equal: number;
    readonly rows: readonly { readonly operation: string; readonly compared: number; readonly equal: number }[];
    /** Why results differ, with the first operation of each reason. */
    readonly reasons: readonly { readonly id: string; readonly sentence: string; readonly count: number; readonly first: number }[];
  };
  readonly answers: { readonly recorded: number; readonly model: number; readonly filter: number; readonly edit?: number };
  readonly affected: { readonly changed: number; readonly consequence: number; readonly redirected: number; readonly notIssued: number };
  /** Against the minifilter events of the trace; null where it has none. */
  readonly groundTruth: GroundTruthReport | null;
  readonly unknownReads: { readonly count: number; readonly places: readonly { readonly driver: string; readonly line: number; readonly count: number; readonly first: number }[] };
  /** What became of the edits of the run, by their place in its plan; absent where it has none. */
  readonly edits?: readonly { readonly overlay: number; readonly applied: boolean; readonly note: string }[];
}

/** An operation because of which others ended otherwise than recorded: how many, by what became of them. It counts itself where a filter changed it. */
export interface AffectedCause {
  readonly operation: OperationRow;
  readonly counts: RunReport['affected'];
}

export interface LayerInfo {
  readonly layer: number;
  readonly kind: 'ioManager' | 'filter' | 'fileSystem';
  readonly name: string;
  readonly altitude: string | null;
  readonly driverId: number | null;
}

/** Why a run ended early: one sentence and the place in the driver. */
export interface RunProblem {
  readonly kind: 'load' | 'exception' | 'endless-loop' | 'bugcheck' | 'deadlock' | 'host-died' | 'memory' | 'diverged';
  readonly message: string;
  readonly driver: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly operation: number | null;
  readonly stack: readonly StackFrame[];
}

export type RunState =
  | { readonly kind: 'idle' }
  /** `rebuilding`: of a branch, the run goes on as its parent up to operation `before`, and is at `operation`. */
  | { readonly kind: 'starting'; readonly runId: number; readonly rebuilding?: { readonly operation: number; readonly before: number } }
  | { readonly kind: 'running'; readonly runId: number; readonly operation: number; readonly done: number; readonly total: number; readonly operationsPerSecond: number }
  /** Also in the past, see `stop.moment`. */
  | { readonly kind: 'stopped'; readonly runId: number; readonly stop: StopInfo }
  /** On the way to another moment of a run: what goes on, and how far (`total` 0: unknown). `stop`: the place it began at, and where a cancel ends it. */
  | { readonly kind: 'travelling'; readonly runId: number; readonly what: string; readonly done: number; readonly total: number; readonly stop: StopInfo | null }
  | { readonly kind: 'ended'; readonly runId: number; readonly outcome: 'completed' | 'stopped' | 'failed' };

/** An execution point: `18204:7` is the seventh event since operation 18204 was issued; `18204:7:29.3` is line 29 reached behind it, the third time. */
export interface ExecutionPoint {
  /** The operation that was issued last. */
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

export interface StopInfo {
  /** `unknown-bytes`: a callback reads what nobody has recorded, and the run's setting is to stop there. */
  readonly reason: 'breakpoint' | 'step' | 'pause' | 'exception' | 'unknown-bytes' | 'goto';
  readonly moment: StopMoment;
  readonly breakpointIds: readonly number[];
  readonly point: ExecutionPoint;
  readonly operation: OperationRow;
  readonly callback: CallbackKind | 'work' | 'driverEntry' | null;
  readonly driver: string | null;
  readonly driverId: number | null;
  readonly altitude: string | null;
  readonly thread: ThreadInfo;
  readonly irql: Irql;
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

export interface ThreadInfo {
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

/** The three-way view. At a pre or post callback `snapshot` is what this layer received and `sent` what it (or the layer below) was sent so far. */
export interface IopbView {
  readonly columns: readonly { readonly id: 'received' | 'snapshot' | 'sent' | 'now'; readonly title: string; readonly explanation: string }[];
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

export interface Scope {
  readonly name: string;
  readonly variablesReference: number;
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  /** 0: no children. */
  readonly variablesReference: number;
}

export type EventKind =
  | 'issue' | 'pre' | 'post' | 'status' | 'lower' | 'done' | 'ret' | 'complete' | 'api' | 'change' | 'violation' | 'hint' | 'log' | 'work' | 'cancel' | 'teardown' | 'error' | 'load' | 'wait' | 'port' | 'unknown';

/** One line of the event log. */
export interface EventRow {
  /** Position in the run's log, from 0. */
  readonly number: number;
  /** The operation it belongs to; 0: none. */
  readonly operation: number;
  /** Execution point `issued:sequence`: the operation issued last, whichever operation the event belongs to, and events since. */
  readonly issued: number;
  readonly sequence: number;
  readonly kind: EventKind;
  /** Nesting, for indentation. */
  readonly depth: number;
  readonly layer: number;
  readonly layerName: string;
  readonly tid: number;
  readonly irql: Irql;
  /** The line as text: what happened, with names. */
  readonly text: string;
  readonly line: number | null;
  readonly driver: string | null;
  /** `R-5.14`; empty where the event needs none. */
  readonly rule: string;
  /** The assumption the rule rests on, e.g. `R-5.14`; null where a document settles it. */
  readonly assumption: string | null;
  /** Violation id. */
  readonly violation: string | null;
  readonly severity: 'B' | 'V' | 'W' | 'I' | null;
}

/** A rule of the Filter Manager. */
export interface RuleInfo {
  /** `R-5.9`, `CTX-020` */
  readonly id: string;
  /** Prose, and tables as lines of cells between bars. */
  readonly text: string;
  readonly source: string;
  readonly inferred: boolean;
}

/** A decision the documents leave open. */
export interface AssumptionInfo {
  /** Its rule. */
  readonly id: string;
  /** What it is about; assumptions of one area stand together. */
  readonly area: string;
  readonly sentence: string;
  /** Readings by word, the default first; only those that can be chosen. */
  readonly values: readonly string[];
  readonly source: string;
}

export interface EventWhy {
  readonly event: EventRow;
  /** Null where the event follows from no numbered rule, e.g. a line of DbgPrint. */
  readonly rule: RuleInfo | null;
  readonly assumption: (AssumptionInfo & { /** The reading of this run. */ readonly chosen: string }) | null;
}

export type AskedCallback = 'pre' | 'post' | 'status';

export interface CalledWhy {
  readonly called: boolean;
  readonly sentence: string;
  readonly rule: RuleInfo | null;
  readonly assumption: EventWhy['assumption'];
  /** Execution point of the event that decides; null where there is none. */
  readonly point: { readonly issued: number; readonly sequence: number } | null;
}

export interface ViolationRow {
  readonly id: string;
  /** A suspicion, or a bug that no rule forbids: no violation. */
  readonly hint: boolean;
  readonly severity: 'B' | 'V' | 'W' | 'I';
  readonly sentence: string;
  readonly rule: string;
  readonly source: string;
  readonly driver: string;
  readonly line: number | null;
  readonly operation: number;
  readonly issued: number;
  readonly sequence: number;
}

export interface MajorInfo {
  readonly value: number;
  readonly name: string;
  readonly meaning: string;
}

/** A status with its WDK name; where several names share a value, the one the WDK's own tools print. */
export interface StatusName {
  readonly value: number;
  readonly name: string;
}

export type SqlValue = null | number | bigint | string | Uint8Array;

export interface QueryAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** Rows beyond the limit were left out. */
  readonly more: boolean;
}

export interface ConformanceReport {
  readonly results: readonly ConformanceResult[];
  readonly subtotals: readonly { readonly heading: string; readonly passed: number; readonly failed: number }[];
}

export interface ConformanceResult {
  readonly id: string;
  readonly title: string;
  readonly heading: string;
  readonly passed: boolean;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
  /** Why it could not be run or parsed. */
  readonly problem: string | null;
}
