/**
 * What a breakpoint stops at, for which operations, and what it does then.
 *
 * Plain data, kept as JSON in the session and in exported files. Member for member the same as the contract's (src-preload/contract/breakpointValues.ts).
 */
import type { StopIrql } from './stop.ts';

/** Routines of a driver, as a reader groups them; in the order of the bits of a mask. */
export const breakpointCallbacks = [
  'pre', 'post', 'status', 'work', 'safePost', 'timer', 'thread', 'cancel', 'queue', 'completion', 'contextCleanup', 'context', 'message', 'port', 'driverEntry', 'instanceSetup', 'teardown', 'unload', 'transaction', 'name', 'routine',
] as const;
export type BreakpointCallback = (typeof breakpointCallbacks)[number];

export type BreakpointSeverity = 'B' | 'V' | 'W' | 'I';

export type BreakpointAt =
  /** The entry of a driver's routine. Empty: of any. */
  | { readonly kind: 'callback'; readonly callbacks: readonly BreakpointCallback[] }
  /** A line of the driver's source. */
  | { readonly kind: 'line'; readonly line: number }
  /** A field of an operation's Iopb is changed, whoever does it: `Parameters.Write.Length`, a pattern, `*`. */
  | { readonly kind: 'change'; readonly field: string }
  /** A violation or hint is found: by id (empty: any), of that severity or worse (empty: any), but for those in `except`: `FV-084`, or `FV-084 of NAME` for those of one driver. */
  | { readonly kind: 'violation'; readonly id: string; readonly severity: BreakpointSeverity | ''; readonly except: readonly string[] }
  /** A driver calls a routine: its name or a pattern. */
  | { readonly kind: 'api'; readonly routine: string }
  | { readonly kind: 'operation'; readonly step: 'issue' | 'complete' }
  /** An operation ends with another status than recorded. */
  | { readonly kind: 'difference' }
  /** An operation is under way for longer than `ticks` (100 ns of the run's clock), is so still at the end of the run, or ends before an earlier one of the same kind on the same file object. */
  | { readonly kind: 'pending'; readonly what: 'longerThan' | 'never' | 'outOfOrder'; readonly ticks: bigint | null };

/** Which operations, each as narrow as it says. */
export interface BreakpointWhere {
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
  readonly irql: StopIrql | '';
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

export interface Breakpoint {
  readonly id: number;
  readonly spec: BreakpointSpec;
}

export const anyOperation: BreakpointWhere = { major: null, minor: null, fsctl: '', informationClass: '', path: '', process: '', tid: null, status: '', irql: '', operationKind: null };

/** A breakpoint with everything that is not said left open. */
export function breakpointSpec({ where, ...rest }: Pick<BreakpointSpec, 'at'> & Partial<Omit<BreakpointSpec, 'where'>> & { readonly where?: Partial<BreakpointWhere> }): BreakpointSpec {
  return { driverId: null, condition: '', hitCondition: '', logMessage: '', once: false, dependsOn: null, group: '', ...rest, where: { ...anyOperation, ...where } };
}

/** JSON has no bigint: the one there is, `ticks`, is a decimal text. */
export function breakpointJson(spec: BreakpointSpec): string {
  return JSON.stringify(spec, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
