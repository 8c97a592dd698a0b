/** Where somebody is in a run. */
import type { ExecutionPoint, StopInfo } from '../../src-preload/contract/index.ts';
import type { RoutineTape } from '../debugger/lineSteps.ts';
import type { EventPlace } from '../engine-host/messages.ts';
import type { Follower } from './follower.ts';

/** A line of driver code, as a step of the routine around an event. */
export interface AtLine {
  /** Log position of the routine's entry. */
  readonly entry: number;
  readonly tape: RoutineTape;
  readonly index: number;
}

export interface Place {
  /** Position in the event log: of the event itself, or of the last one before a line. */
  readonly number: number;
  readonly line: AtLine | null;
  /** It is behind that event: lines have run since. */
  readonly isBehind: boolean;
}

export interface View {
  readonly run: number;
  readonly place: Place;
  readonly stop: StopInfo;
  /** Who stands there; null while nobody does. */
  readonly follower: Follower | null;
}

export const placeOf = ({ operation, sequence }: ExecutionPoint): EventPlace => ({ issued: operation, sequence });
