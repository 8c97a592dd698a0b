/**
 * What the host may call in the child over the inspector: also while it is paused, or in the middle of an operation.
 *
 * The object stands in the child's main realm under `controlName`; drivers have realms of their own. Arguments and results are JSON.
 */
import type { BreakpointData, StopInfo } from './messages.ts';

export const controlName = '__fltreplayControl';
/** URL of the scripts whose only statement is the stop at a callback. */
export const stopUrl = 'fltreplay:stop';
export const driverUrlPrefix = 'fltreplay-driver:///';
/** Of the scripts beside drivers that play the programs they talk to. */
export const serviceUrlPrefix = 'fltreplay-service:///';

/** Where the run goes on to before it stops by itself. */
export type StepTarget =
  | { readonly kind: 'none' }
  /** The next routine of this operation, nested no deeper than this, or the operation's end. */
  | { readonly kind: 'operation'; readonly operation: number; readonly maximumDepth: number }
  | { readonly kind: 'any' };

export interface Whereabouts {
  /** Routines entered so far: two equal answers mean that one routine has been running in between. */
  readonly routines: number;
  readonly operation: number | null;
  readonly operationName: string;
  readonly path: string | null;
  readonly driver: string | null;
  readonly routine: string | null;
  readonly depth: number;
}

export interface EngineHostControl {
  /** Sends a `stopping` message for the line the child is paused at, and returns its number. */
  describeStop(reason: StopInfo['reason'], breakpointIds: readonly number[], line: number): number;
  whereabouts(): Whereabouts;
  setBreakpoints(breakpoints: readonly BreakpointData[]): void;
  step(target: StepTarget): void;
  pause(): void;
  /** Ends the run after the operation under way, without further stops. */
  stop(): void;
  /** Delivers everything recorded so far, before the child is ended. */
  deliver(): void;
}
