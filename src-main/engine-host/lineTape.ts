/**
 * Notes the lines that a driver's routine comes to: what it takes to step back over a line.
 *
 * V8 has no way back, so the routine is run once with a conditional breakpoint at every place where a statement begins. The condition
 * calls `reached` and is false, so that the routine runs through.
 */
import type { Activation } from '../engine/index.ts';
import { driverUrlPrefix } from './control.ts';
import type { EventPlace } from './messages.ts';

/** Frames of driver code on the present stack. */
const deepest = 400;

export class LineTape {
  readonly #point: () => EventPlace;
  #of: Activation | null = null;
  #entries: number[] = [];
  /** Stop at the so many-th place from now on; 0: none. */
  #left = 0;

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

  stopAtVisit(visits: number): void {
    this.#left = visits;
  }

  /** True: stop there. */
  reached(place: number): boolean {
    if (this.#of !== null) {
      const { issued, sequence } = this.#point();
      this.#entries.push(issued, sequence, place, driverDepth());
      return false;
    }
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
