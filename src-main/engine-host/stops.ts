/** Decides in the child, before every callback, whether the run stops there. */
import type { StopNote } from '../debugger/stop.ts';
import { buildStop, nowhere, operationEnd, type StopSources, type StopSubject } from '../debugger/stopBuilder.ts';
import type { Activation, EngineEvent, EngineThread, Irql, Operation, SilentCall, Violation } from '../engine/index.ts';
import type { NTSTATUS } from '../nt/ntStatus.ts';
import type { ReturnEdits } from '../replay/overlays/returnEdits.ts';
import { Recorder, type RecorderOptions } from '../replay/recorder.ts';
import type { UnknownLook } from '../replay/bytes/unknownReads.ts';
import { bugCheckNote, brokenNote, exceptionLine, exceptionNote, exceptionText } from './brokenNotes.ts';
import type { AssignEdits } from './assignEdits.ts';
import type { BreakpointStop, BreakpointWatch, LineRow } from './breakpointWatch.ts';
import type { StepTarget } from './control.ts';
import { LineTape } from './lineTape.ts';
import { Survey } from './survey.ts';
import type { BreakpointData, DriverSource, EventPlace, HostMessage, StopInfo, SurveyNote } from './messages.ts';

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
  /** The routine that runs. */
  readonly activation: () => Activation | null;
  /** Does something that is no doing of the driver's: looking at a stop must leave nothing in the log. */
  readonly aside: (action: () => void) => void;
  /** Nothing but stops is sent: what happens is recorded already. */
  readonly follows: () => boolean;
  /** What callbacks return by edits of the run; absent: none. */
  readonly returns?: ReturnEdits;
  readonly breakpoints: (recorder: StoppingRecorder) => BreakpointWatch;
  readonly stopsWhenBroken: boolean;
  /** Values that edits change at the entry of callbacks; absent: none. */
  readonly assigns?: () => AssignEdits | null;
}

/** The operation an event is about. */
function operationOf(event: EngineEvent): Operation | null {
  if (event.kind === 'api') return event.call.operation;
  if (event.kind === 'violation' || event.kind === 'bugcheck') return event.violation.operation;
  return 'operation' in event ? event.operation : null;
}

/** A recorder that can stop. */
export class StoppingRecorder extends Recorder {
  readonly breakpoints: BreakpointWatch;
  /** Where a breakpoint asks for calls that the log leaves out. */
  silentCall: SilentCall | undefined = undefined;
  readonly #stops: StopsOptions;
  readonly #sources: StopSources;
  #step: StepTarget = { kind: 'none' };
  #maximumDepth = 0;
  #pause = false;
  /** Operations that have ended since a pause was asked for, without a callback to stop at. */
  #endedSincePause = 0;
  #released = false;
  #number = 0;
  /** The event to stop at; sequence -1: none. */
  #targetIssued = 0;
  #targetSequence = -1;
  #survey: Survey | null = null;
  readonly tape: LineTape;
  #stopsWhenBroken: boolean;
  /** The routine and the violation of which the reader knows already why they end the run. */
  #shownRoutine: Activation | null = null;
  #shownViolation: Violation | null = null;
  /** What the last stop is about. */
  subject: StopSubject | null = null;
  /** Routines entered so far. */
  routines = 0;

  constructor(options: RecorderOptions, sources: Omit<StopSources, 'recorder'>, stops: StopsOptions) {
    super(options);
    this.#stops = stops;
    this.#sources = { ...sources, recorder: this };
    this.tape = new LineTape(() => this.point);
    this.breakpoints = stops.breakpoints(this);
    this.#stopsWhenBroken = stops.stopsWhenBroken;
  }

  takeSurvey(mode: 'first' | 'last' | null, after: EventPlace | null = null): SurveyNote | null {
    const noted = this.#survey?.note ?? null;
    this.#survey = mode === null ? null : new Survey(mode, after);
    return noted;
  }

  /** V8 has come to a line with breakpoints. True stops there. */
  lineBreakpoint(rows: readonly LineRow[]): boolean {
    const survey = this.#survey;
    if (survey === null) return this.breakpoints.line(rows);
    const visit = survey.visit(this.point, rows[0]?.[0] ?? 0);
    if (!this.breakpoints.line(rows)) return false;
    // Where it stops, what was hit is taken with the stop.
    if (survey.hit(this.point, [], visit)) return true;
    survey.hit(this.point, this.breakpoints.takeLineHits()?.ids ?? [], visit);
    return false;
  }

  /** Stop when that event has been recorded, whatever it is; null: do not. */
  runTo(target: EventPlace | null): void {
    this.#targetIssued = target?.issued ?? 0;
    this.#targetSequence = target?.sequence ?? -1;
  }

  /** The event to stop at is behind the run. */
  get hasMissed(): boolean {
    if (this.#targetSequence < 0) return false;
    const { issued, sequence } = this.point;
    return issued > this.#targetIssued || (issued === this.#targetIssued && sequence >= this.#targetSequence);
  }

  setBreakpoints(breakpoints: readonly BreakpointData[]): void {
    if (this.#released) return;
    this.breakpoints.setBreakpoints(breakpoints);
    this.silentCall = this.breakpoints.watchesCalls ? (name, args) => this.#breakInside(this.breakpoints.call(name, args)) : undefined;
  }

  /** `depth`: of the routine that runs. */
  step(target: StepTarget, depth = 0): void {
    // From its last routine, e.g. a status callback that ran after its end, there is nothing more of it to go to.
    this.#step = 'operation' in target && this.subject?.operation?.state === 'completed' ? { kind: 'any' } : target;
    if (target.kind === 'operation') this.#maximumDepth = depth + target.deeper;
  }

  requestPause(): void {
    this.#pause = true;
    this.#endedSincePause = 0;
  }

  /** No more stops: the run is to end. */
  release(): void {
    this.#released = true;
    this.breakpoints.setBreakpoints([]);
    this.silentCall = undefined;
    this.#stopsWhenBroken = false;
    this.#step = { kind: 'none' };
    this.#pause = false;
  }

  override callbackEntered(activation: Activation): void {
    super.callbackEntered(activation);
    this.routines++;
    if (this.tape.notesAll) this.tape.entered(activation);
    const { returns, assigns } = this.#stops;
    const stopsAtReturn = returns?.entered(activation, this.point.issued, this.point.sequence) === true;
    const stopsAtEdit = assigns?.()?.entered(activation) === true || stopsAtReturn;
    if (this.#released) return;
    if (stopsAtEdit || (this.sequence === this.#targetSequence && this.#isTarget())) return this.#hold(activation, activation, 'goto', []);
    if (this.breakpoints.watchesTime) this.#breakInside(this.breakpoints.overdue());
    const hits = this.breakpoints.watchesCallbacks ? this.breakpoints.callback(activation) : null;
    const reason = hits !== null ? 'breakpoint' : this.#pause ? 'pause' : this.#stepEnds(activation) ? 'step' : null;
    if (reason !== null) this.#hold(activation, activation, reason, hits?.ids ?? [], false, hits?.notes ?? []);
  }

  /** A callback is about to read bytes that nobody recorded. */
  stopAtUnknown(activation: Activation): void {
    this.#hold(activation, activation, 'unknown-bytes', []);
  }

  override operationCompleted(operation: Operation): void {
    const { differences } = this;
    super.operationCompleted(operation);
    this.#recorded(operation);
    if (this.breakpoints.watchesOperations) {
      this.#breakInside(this.breakpoints.overdue());
      this.#breakInside(this.breakpoints.completed(operation, this.differences > differences));
    }
    if ((this.#step.kind === 'operation' || this.#step.kind === 'layer') && this.#step.operation === operation.index) this.#hold(operationEnd(operation), null, 'step', []);
    else if (this.#pause && ++this.#endedSincePause >= operationsWithoutCallback) this.#hold(operationEnd(operation), null, 'pause', []);
  }

  /** Tells the host about a stop; the host knows the frames. Returns the stop's number. */
  announce(subject: StopSubject, reason: StopInfo['reason'], breakpointIds: readonly number[], line: number | null, notes: readonly StopNote[] = [], finding: StopNote | null = null): number {
    this.subject = subject;
    this.#step = { kind: 'none' };
    this.#pause = false;
    const number = ++this.#number;
    if (this.#stops.follows()) this.#stops.send({ kind: 'prefix', ...this.prefix() });
    else {
      this.#stops.send({ kind: 'eventPage', page: this.peek(), final: false });
      // The list shows what has been replayed so far; nothing is closed by that.
      this.flushResults(0, true);
    }
    this.#stops.send({ kind: 'stopping', number, stop: buildStop(subject, { reason, breakpointIds, line, stackFrames: [], notes, finding }, this.#sources) });
    return number;
  }

  /** `inside`: in the middle of a routine, whose own frames say where. */
  #hold(subject: StopSubject, activation: Activation | null, reason: StopInfo['reason'], breakpointIds: readonly number[], inside = false, notes: readonly StopNote[] = [], finding: StopNote | null = null): void {
    if (this.#released) return;
    const survey = reason === 'breakpoint' ? this.#survey : null;
    if (survey?.hit(this.point, breakpointIds, 0) === false) return;
    const stop = this.#stops.stopFunction(activation?.filter.name ?? null);
    if (stop === null) return;
    this.#stops.aside(() => {
      const number = this.announce(subject, reason, breakpointIds, null, notes, finding);
      stop(number, inside ? undefined : subject.routine, subject.data, subject.fltObjects, subject.completionContext, subject.iopbSnapshot, subject.operationStatus, subject.requesterContext, subject.flags);
    });
  }

  // ---- stopping at an event, whatever it is

  override operationIssued(operation: Operation): void {
    super.operationIssued(operation);
    this.#recorded(operation);
    if (this.breakpoints.watchesOperations) {
      this.#breakInside(this.breakpoints.overdue());
      this.#breakInside(this.breakpoints.issued(operation));
    }
    if (this.#step.kind === 'issue' && operation.initiator === null) this.#hold(operationEnd(operation), null, 'step', []);
    else this.#layered(operation);
  }

  override lowerCalled(operation: Operation, frame: number, thread: EngineThread, irql: Irql): void {
    super.lowerCalled(operation, frame, thread, irql);
    this.#recorded(operation);
    this.#layered(operation);
  }

  override lowerCompleted(operation: Operation, thread: EngineThread, irql: Irql, status: NTSTATUS, information: number): void {
    super.lowerCompleted(operation, thread, irql, status, information);
    this.#recorded(operation);
    this.#layered(operation);
  }

  override lowerReturned(operation: Operation, frame: number, thread: EngineThread, irql: Irql, status: NTSTATUS): void {
    super.lowerReturned(operation, frame, thread, irql, status);
    this.#recorded(operation);
    this.#layered(operation);
  }

  override event(event: EngineEvent): void {
    super.event(event);
    if (this.sequence === this.#targetSequence && this.#isTarget()) this.#holdInside(operationOf(event));
    if (this.breakpoints.watchesEvents) {
      const hits = this.breakpoints.event(event);
      if (hits !== null && event.kind === 'violation') this.#shownViolation = event.violation;
      this.#breakInside(hits);
    }
    if (event.kind === 'bugcheck' && this.#stopsWhenBroken && event.violation !== this.#shownViolation) this.#breaksOff(event.operation, bugCheckNote(event));
  }

  override log(text: string, activation: Activation | null, line: number, driver: string): void {
    super.log(text, activation, line, driver);
    this.#recorded(null);
  }

  override print(text: string, layer: number, line: number, script: string): void {
    super.print(text, layer, line, script);
    this.#recorded(null);
  }

  override unknownRead(look: UnknownLook): void {
    super.unknownRead(look);
    this.#recorded(null);
  }

  override note(kind: 'error' | 'load', operation: Operation | null, layer: number, line: number, detail: object): void {
    super.note(kind, operation, layer, line, detail);
    this.#recorded(operation);
  }

  // ---- where the run breaks off

  stopWhenBroken(on: boolean): void {
    this.#stopsWhenBroken = on && !this.#released;
  }

  /** At the line that throws; 0: the run does not stop there. */
  announceException(activation: Activation, line: number, text: string): number {
    if (!this.#stopsWhenBroken || this.#shownRoutine === activation) return 0;
    this.#shownRoutine = activation;
    return this.announce(activation, 'exception', [], line, [exceptionNote(activation, text, line)]);
  }

  /** An exception has left a routine, and V8 did not stop where it was thrown. */
  routineFailed(activation: Activation, error: unknown): void {
    if (!this.#stopsWhenBroken || this.#shownRoutine === activation) return;
    this.#shownRoutine = activation;
    this.#hold(activation, activation, 'exception', [], true, [exceptionNote(activation, exceptionText(error), exceptionLine(error))]);
  }

  /** The run is over before its time, for another reason. */
  brokeOff(operation: Operation | null, sentence: string): void {
    if (this.#stopsWhenBroken) this.#breaksOff(operation, brokenNote(sentence));
  }

  #breaksOff(operation: Operation | null, note: StopNote): void {
    const activation = this.#stops.activation();
    this.#hold(activation ?? (operation === null ? nowhere : operationEnd(operation)), activation, 'exception', [], true, [note]);
  }

  override callbackReturned(activation: Activation, result: unknown): void {
    if (this.tape.ends(activation)) this.stopAtTapeEnd(activation);
    if (this.tape.notesAll) this.tape.returned(activation);
    super.callbackReturned(activation, result);
  }

  /** The routine whose lines are noted has come to its end, or threw. */
  stopAtTapeEnd(activation: Activation | null): void {
    this.tape.end();
    this.#hold(activation ?? nowhere, activation, 'goto', [], true);
  }

  /** After every event: one comparison where there is nothing to stop at. */
  #recorded(operation: Operation | null): void {
    if (this.sequence === this.#targetSequence && this.#isTarget()) this.#holdInside(operation);
  }

  /** A step of an operation through its layers; at the end of it, stopping has been seen to. */
  #layered(operation: Operation): void {
    if (this.#step.kind === 'layer' && this.#step.operation === operation.index) this.#hold(operationEnd(operation), null, 'step', []);
  }

  #isTarget(): boolean {
    if (this.point.issued !== this.#targetIssued) return false;
    this.runTo(null);
    return true;
  }

  #holdInside(operation: Operation | null): void {
    const activation = this.#stops.activation();
    this.#hold(activation ?? (operation === null ? nowhere : operationEnd(operation)), activation, 'goto', [], true);
  }

  // ---- breakpoints on events and operations

  override neverEnded(pending: readonly Operation[]): void {
    super.neverEnded(pending);
    if (this.breakpoints.watchesOperations) this.#breakInside(this.breakpoints.neverEnded(pending));
  }

  /** In the middle of the routine that runs; at an operation where none does, or where it is about another one. */
  #breakInside(hits: BreakpointStop | null): void {
    if (hits === null) return;
    const { operation } = hits;
    const activation = this.#stops.activation();
    const isItsOwn = activation !== null && (operation === null || activation.operation === operation);
    const subject = isItsOwn ? activation : operation === null ? nowhere : operationEnd(operation);
    this.#hold(subject, activation, 'breakpoint', hits.ids, true, hits.notes, hits.finding);
  }

  #stepEnds(activation: Activation): boolean {
    const step = this.#step;
    if (step.kind === 'any') return true;
    if (step.kind === 'layer') return activation.operation?.index === step.operation && (activation.kind === 'pre' || activation.kind === 'post' || activation.kind === 'status');
    return step.kind === 'operation' && activation.operation?.index === step.operation && activation.depth <= this.#maximumDepth;
  }
}
