/** Decides in the child, before every callback, whether the run stops there. */
import { CallbackBreakpoints } from '../debugger/breakpoints.ts';
import { buildStop, operationEnd, type StopSources, type StopSubject } from '../debugger/stopBuilder.ts';
import type { Activation, Operation } from '../engine/index.ts';
import { Recorder, type RecorderOptions } from '../replay/recorder.ts';
import type { StepTarget } from './control.ts';
import type { BreakpointData, DriverSource, HostMessage, StopInfo } from './messages.ts';

/** Holds the child: the `debugger` statement of a realm's stop script. */
export type StopFunction = (
  stopNumber: number, routine: unknown, Data: unknown, FltObjects: unknown, CompletionContext: unknown, IopbSnapshot: unknown, OperationStatus: unknown, RequesterContext: unknown, Flags: unknown,
) => void;

/** After so many operations that no driver had a callback for, a pause stops at the end of one. */
const operationsWithoutCallback = 8;

export interface StopsOptions {
  readonly drivers: readonly DriverSource[];
  readonly send: (message: HostMessage) => void;
  /** The stop function of a driver's realm; null: any realm will do. */
  readonly stopFunction: (driver: string | null) => StopFunction | null;
}

/** A recorder that can stop. */
export class StoppingRecorder extends Recorder {
  readonly breakpoints = new CallbackBreakpoints();
  readonly #stops: StopsOptions;
  readonly #sources: StopSources;
  #step: StepTarget = { kind: 'none' };
  #pause = false;
  /** Operations that have ended since a pause was asked for, without a callback to stop at. */
  #endedSincePause = 0;
  #released = false;
  #number = 0;
  /** Routines entered so far. */
  routines = 0;

  constructor(options: RecorderOptions, sources: Omit<StopSources, 'recorder'>, stops: StopsOptions) {
    super(options);
    this.#stops = stops;
    this.#sources = { ...sources, recorder: this };
  }

  setBreakpoints(breakpoints: readonly BreakpointData[]): void {
    const names = new Map(this.#stops.drivers.map((driver) => [driver.id, driver.name]));
    const callbacks = breakpoints.flatMap((one) => (one.kind === 'callback' ? [{ ...one, driver: one.driverId === null ? null : (names.get(one.driverId) ?? '') }] : []));
    this.breakpoints.set(callbacks);
  }

  step(target: StepTarget): void {
    this.#step = target;
  }

  requestPause(): void {
    this.#pause = true;
    this.#endedSincePause = 0;
  }

  /** No more stops: the run is to end. */
  release(): void {
    this.#released = true;
    this.breakpoints.set([]);
    this.#step = { kind: 'none' };
    this.#pause = false;
  }

  override callbackEntered(activation: Activation): void {
    super.callbackEntered(activation);
    this.routines++;
    if (this.#released) return;
    const hits = this.breakpoints.hitBy(activation);
    const reason = hits !== null ? 'breakpoint' : this.#pause ? 'pause' : this.#stepEnds(activation) ? 'step' : null;
    if (reason !== null) this.#hold(activation, activation, reason, hits ?? []);
  }

  /** A callback is about to read bytes that nobody recorded. */
  stopAtUnknown(activation: Activation): void {
    this.#hold(activation, activation, 'unknown-bytes', []);
  }

  override operationCompleted(operation: Operation): void {
    super.operationCompleted(operation);
    if (this.#step.kind === 'operation' && this.#step.operation === operation.index) this.#hold(operationEnd(operation), null, 'step', []);
    else if (this.#pause && ++this.#endedSincePause >= operationsWithoutCallback) this.#hold(operationEnd(operation), null, 'pause', []);
  }

  /** Tells the host about a stop; the host knows the frames. Returns the stop's number. */
  announce(subject: StopSubject, reason: StopInfo['reason'], breakpointIds: readonly number[], line: number | null): number {
    this.#step = { kind: 'none' };
    this.#pause = false;
    const number = ++this.#number;
    this.#stops.send({ kind: 'eventPage', page: this.peek(), final: false });
    // The list shows what has been replayed so far; nothing is closed by that.
    this.flushResults(0, true);
    this.#stops.send({ kind: 'stopping', number, stop: buildStop(subject, { reason, breakpointIds, line, stackFrames: [] }, this.#sources) });
    return number;
  }

  #hold(subject: StopSubject, activation: Activation | null, reason: StopInfo['reason'], breakpointIds: readonly number[]): void {
    if (this.#released) return;
    const stop = this.#stops.stopFunction(activation?.filter.name ?? null);
    if (stop === null) return;
    const number = this.announce(subject, reason, breakpointIds, null);
    stop(number, subject.routine, subject.data, subject.fltObjects, subject.completionContext, subject.iopbSnapshot, subject.operationStatus, subject.requesterContext, subject.flags);
  }

  #stepEnds(activation: Activation): boolean {
    const step = this.#step;
    if (step.kind === 'any') return true;
    return step.kind === 'operation' && activation.operation?.index === step.operation && activation.depth <= step.maximumDepth;
  }
}
