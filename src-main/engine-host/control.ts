/**
 * What the host may call in the child over the inspector: also while it is paused, or in the middle of an operation.
 *
 * The object stands in the child's main realm under `controlName`; drivers have realms of their own. Arguments and results are JSON.
 */
import type { BufferView, EngineObjects } from '../debugger/objectsData.ts';
import type { BufferWish } from './bufferView.ts';
import type { RoutineNotes } from './lineTape.ts';
import type { EventPlace, FollowGoal, StopInfo, SurveyNote } from './messages.ts';

export const controlName = '__fltreplayControl';
/** What the conditions of the debugger's own breakpoints call in a driver's realm: with the number of a place; true stops there. */
export const lineHookName = '__fltreplayLine';
/** What line breakpoints ask in a driver's realm, with their conditions; true stops there. */
export const breakpointHookName = '__fltreplayBreakpoint';
/** What the conditions of edits call in a driver's realm: whether their moment has come, and that they are done. */
export const editHookName = '__fltreplayEdit';
/** URL of the scripts in whose frame values are changed at the entry of a callback. */
export const editUrl = 'fltreplay:edit';
/** URL of the scripts whose only statement is the stop at a callback. */
export const stopUrl = 'fltreplay:stop';
export const driverUrlPrefix = 'fltreplay-driver:///';
/** Of the scripts beside drivers that play the programs they talk to. */
export const serviceUrlPrefix = 'fltreplay-service:///';

/** Where the run goes on to before it stops by itself. */
export type StepTarget =
  | { readonly kind: 'none' }
  /** The next routine of this operation, nested at most so much deeper than the one that runs when this is told, or the operation's end. */
  | { readonly kind: 'operation'; readonly operation: number; readonly deeper: number }
  | { readonly kind: 'any' }
  /** The next step of this operation through its layers. */
  | { readonly kind: 'layer'; readonly operation: number }
  /** The next operation that is issued. */
  | { readonly kind: 'issue' };

/** Which buffer: of a field of the Iopb in a column of the present stop's view, or what a variable of the driver has led to (`KBUFFER.shown`). */
export type BufferPlace = { readonly kind: 'field'; readonly column: 'received' | 'snapshot' | 'sent' | 'now'; readonly path: string } | { readonly kind: 'shown' };

export interface Whereabouts {
  /** Routines entered so far: two equal answers mean that one routine has been running in between. */
  readonly routines: number;
  readonly operation: number | null;
  readonly operationName: string;
  readonly path: string | null;
  readonly driver: string | null;
  readonly routine: string | null;
  readonly depth: number;
  /** What the child has used of the processor since it began. */
  readonly processorMilliseconds: number;
}

export interface EngineHostControl {
  /** Sends a `stopping` message for the line the child is paused at, and returns its number. */
  describeStop(reason: StopInfo['reason'], line: number): number;
  /** The same for an exception that no code of the driver's catches; 0: the run does not stop there. */
  describeException(line: number, text: string): number;
  stopWhenBroken(on: boolean): void;
  whereabouts(): Whereabouts;
  /** Each as JSON. */
  setBreakpoints(breakpoints: readonly { readonly id: number; readonly spec: string }[]): void;
  step(target: StepTarget): void;
  pause(): void;
  /** Of a follower: where to go next. */
  follow(goal: FollowGoal): void;
  /** From here on hits of breakpoints are noted: the last one without stopping, or the first one, with a stop, `after` an event where one is given; null: they stop the run again. Answers what was noted before. */
  survey(mode: 'first' | 'last' | null, after?: EventPlace | null): SurveyNote | null;
  /** Notes every line of driver code from here until the routine that runs now returns, and stops there. */
  beginTape(): void;
  /** What was noted since: issued, sequence, number of the place, depth; one after the other. */
  takeTape(): readonly number[];
  /** Notes every line of driver code from here on, routine by routine, so many at most. */
  beginNotes(most: number): void;
  /** What was noted since; notes no more. */
  endNotes(): RoutineNotes;
  /** Stops when a place has been come to so many times from now on; the places are conditional breakpoints that ask `lineHookName`. */
  stopAtVisit(visits: number): void;
  /** What the simulated system holds now. */
  objects(): EngineObjects;
  /** Bytes of a buffer; null where there is none. */
  buffer(from: BufferPlace, wish: BufferWish): BufferView | null;
  /** Between the two, reads of kernel buffers and parameters are nobody's. */
  look(begins: boolean): void;
  /** Ends the run after the operation under way, without further stops. */
  stop(): void;
  /** Delivers everything recorded so far, before the child is ended. */
  deliver(): void;
}
