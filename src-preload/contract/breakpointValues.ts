/** Breakpoints: what they stop at, for which operations, and what they do then. */
import type { Irql } from './values.ts';

/** Routines of a driver as breakpoints group them. */
export const breakpointCallbacks = [
  'pre', 'post', 'status', 'work', 'safePost', 'timer', 'thread', 'cancel', 'queue', 'completion', 'contextCleanup', 'context', 'message', 'port', 'driverEntry', 'instanceSetup', 'teardown', 'unload', 'transaction', 'name', 'routine',
] as const;
export type BreakpointCallback = (typeof breakpointCallbacks)[number];

export type BreakpointAt =
  /** The entry of a driver's routine. Empty: of any. */
  | { readonly kind: 'callback'; readonly callbacks: readonly BreakpointCallback[] }
  /** A line of the driver's source. */
  | { readonly kind: 'line'; readonly line: number }
  /** A field of an operation's Iopb is changed, whoever does it: `Parameters.Write.Length`, a pattern, `*`. */
  | { readonly kind: 'change'; readonly field: string }
  /** A violation or hint is found: by id (empty: any), of that severity or worse (empty: any), but for those in `except`: `FV-084`, or `FV-084 of NAME` for those of one driver. */
  | { readonly kind: 'violation'; readonly id: string; readonly severity: 'B' | 'V' | 'W' | 'I' | ''; readonly except: readonly string[] }
  /** A driver calls a routine: its name or a pattern. */
  | { readonly kind: 'api'; readonly routine: string }
  | { readonly kind: 'operation'; readonly step: 'issue' | 'complete' }
  /** An operation ends with another status than recorded. */
  | { readonly kind: 'difference' }
  /** An operation is under way for longer than `ticks` (100 ns of the run's clock), is so still at the end of the run, or ends before an earlier one of the same kind on the same file object. */
  | { readonly kind: 'pending'; readonly what: 'longerThan' | 'never' | 'outOfOrder'; readonly ticks: bigint | null };

/** Which operations, each as narrow as it says. */
export interface BreakpointWhere {
  /** IRP_MJ_* value, null: any. */
  readonly major: number | null;
  readonly minor: number | null;
  /** Name or number; empty: any. */
  readonly fsctl: string;
  readonly informationClass: string;
  /** Pattern with * and ?, compared without case; empty: any. */
  readonly path: string;
  /** Name pattern, or a process id. */
  readonly process: string;
  /** The thread that issued the operation, or in which this happens. */
  readonly tid: number | null;
  /** `STATUS_X`, `0x...`, `success`, `information`, `warning`, `error`: post IoStatus, status OperationStatus, the end of an operation its own; elsewhere the recorded result. */
  readonly status: string;
  readonly irql: Irql | '';
  readonly operationKind: 'irp' | 'fastio' | 'fsfilter' | null;
}

export interface BreakpointSpec {
  readonly at: BreakpointAt;
  /** Null: any driver. */
  readonly driverId: number | null;
  readonly where: BreakpointWhere;
  /** Expression in the driver's language; empty: none. */
  readonly condition: string;
  /** `5`, `=5`, `>=5`, `<5`, `%10`; empty: every time. */
  readonly hitCondition: string;
  /** Written instead of stopping, with `{expressions}`; empty: stop. */
  readonly logMessage: string;
  /** Gone after its first hit. */
  readonly once: boolean;
  /** Id of the breakpoint that has to have been hit before. */
  readonly dependsOn: number | null;
  /** Empty: none. */
  readonly group: string;
}

/** What is not said is left open. */
export type BreakpointDraft = Pick<BreakpointSpec, 'at'> & Partial<Omit<BreakpointSpec, 'where'>> & { readonly where?: Partial<BreakpointWhere> };

export const anyOperation: BreakpointWhere = { major: null, minor: null, fsctl: '', informationClass: '', path: '', process: '', tid: null, status: '', irql: '', operationKind: null };

export function breakpointSpec({ where, ...rest }: BreakpointDraft): BreakpointSpec {
  return { driverId: null, condition: '', hitCondition: '', logMessage: '', once: false, dependsOn: null, group: '', ...rest, where: { ...anyOperation, ...where } };
}

export interface BreakpointInfo {
  readonly id: number;
  readonly enabled: boolean;
  readonly spec: BreakpointSpec;
  /** Hits in the current or last run. */
  readonly hits: number;
  /** For lines: the line where it really stands, once loaded; null where it could not be placed. */
  readonly verifiedLine: number | null;
  /** Why it will not stop, or what its condition threw. */
  readonly message: string | null;
}

/** What is wrong with a breakpoint: in one of its texts, from column 1 on. */
export interface BreakpointProblem {
  readonly message: string;
  readonly member: 'condition' | 'logMessage' | null;
  readonly column: number | null;
}

/** A breakpoint with a log message was hit. The debugger's line, not the run's. */
export interface BreakpointLogLine {
  readonly breakpointId: number;
  readonly text: string;
  /** Execution point `operation:sequence`. */
  readonly operation: number;
  readonly sequence: number;
  readonly driver: string | null;
  /** 0: none. */
  readonly line: number;
}
