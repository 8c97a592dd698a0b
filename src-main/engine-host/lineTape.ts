/**
 * Notes the lines that a driver's routine comes to: what it takes to step back over a line. Either those of one routine, or of all that run.
 *
 * V8 has no way back, so the routine is run once with a conditional breakpoint at every place where a statement begins. The condition
 * calls `reached` and is false, so that the routine runs through.
 */
import type { Activation } from '../engine/index.ts';
import { driverUrlPrefix } from './control.ts';
import type { EventPlace } from './messages.ts';

/** Frames of driver code on the present stack. */
const deepest = 400;
const numbersPerNote = 4;

/** A routine that has run from its entry to its return while all were noted. */
export interface NotedRoutine {
  /** The event of its entry. */
  readonly issued: number;
  readonly sequence: number;
  readonly driver: string;
  /** Its notes, with those of routines inside it. */
  readonly from: number;
  readonly to: number;
}

export interface RoutineNotes {
  readonly numbers: readonly number[];
  readonly routines: readonly NotedRoutine[];
}

export class LineTape {
  readonly #point: () => EventPlace;
  #of: Activation | null = null;
  #entries: number[] = [];
  /** Stop at the so many-th place from now on; 0: none. */
  #left = 0;
  /** Notes that there may be when all routines are noted; 0: they are not. */
  #most = 0;
  /** Those that have not returned. */
  #open: { readonly activation: Activation; readonly at: EventPlace; readonly from: number }[] = [];
  #routines: NotedRoutine[] = [];

  constructor(point: () => EventPlace) {
    this.#point = point;
  }

  begin(of: Activation | null): void {
    this.#of = of;
    this.#entries = [];
  }

  get isNoting(): boolean {
    return this.#of !== null;
  }

  /** Whether its routine is about to have returned. */
  ends(activation: Activation): boolean {
    return this.#of !== null && this.#of === activation;
  }

  end(): void {
    this.#of = null;
  }

  take(): readonly number[] {
    return this.#entries;
  }

  // ---- all routines

  get notesAll(): boolean {
    return this.#most > 0;
  }

  beginAll(most: number): void {
    this.#most = most;
    this.#entries = [];
    this.#open = [];
    this.#routines = [];
  }

  endAll(): RoutineNotes {
    const noted = { numbers: this.#entries, routines: this.#routines };
    this.beginAll(0);
    return noted;
  }

  entered(activation: Activation): void {
    this.#open.push({ activation, at: this.#point(), from: this.#entries.length / numbersPerNote });
  }

  returned(activation: Activation): void {
    const at = this.#open.findLastIndex((one) => one.activation === activation);
    const own = this.#open[at];
    if (own === undefined) return;
    this.#open.length = at;
    this.#routines.push({ ...own.at, driver: activation.filter.name, from: own.from, to: this.#entries.length / numbersPerNote });
  }

  #note(place: number): false {
    const { issued, sequence } = this.#point();
    this.#entries.push(issued, sequence, place, driverDepth());
    return false;
  }

  #noteOfAll(place: number): false {
    if (this.#open.length === 0) return false;
    if (this.#entries.length < this.#most * numbersPerNote) return this.#note(place);
    // What has not returned by now will not be whole.
    this.#open = [];
    return false;
  }

  stopAtVisit(visits: number): void {
    this.#left = visits;
  }

  /** True: stop there. */
  reached(place: number): boolean {
    if (this.#of !== null) return this.#note(place);
    if (this.#most > 0) return this.#noteOfAll(place);
    return this.#left > 0 && --this.#left === 0;
  }
}

function countFrames(_error: unknown, frames: readonly NodeJS.CallSite[]): number {
  return frames.reduce((sum, frame) => (frame.getFileName()?.startsWith(driverUrlPrefix) === true ? sum + 1 : sum), 0);
}

function driverDepth(): number {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.prepareStackTrace = countFrames;
  Error.stackTraceLimit = deepest;
  const holder: { stack?: number } = {};
  Error.captureStackTrace(holder, driverDepth);
  const depth = holder.stack ?? 0;
  Error.stackTraceLimit = stackTraceLimit;
  Error.prepareStackTrace = prepareStackTrace;
  return depth;
}
