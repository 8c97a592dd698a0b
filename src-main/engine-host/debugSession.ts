/**
 * The debugger's half in the host: V8 pauses become stops, steps become V8 steps or go on to the next callback.
 *
 * Every stop is a V8 pause. At a callback the child has sent what the stop shows before it pauses in the stop script; at a line it
 * is asked for it. The Filter Manager's own code is blackboxed, so that steps land in driver code.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { breakpointJson } from '../debugger/breakpointSpec.ts';
import type { BufferView, EngineObjects } from '../debugger/objectsData.ts';
import type { BufferWish } from './bufferView.ts';
import { controlName, driverUrlPrefix, editUrl, stopUrl, type BufferPlace, type EngineHostControl, type StepTarget, type Whereabouts } from './control.ts';
import { DriverScripts, driverOfUrl } from './driverScripts.ts';
import { hostErrors } from './errors.ts';
import { ExceptionPauses } from './exceptionPauses.ts';
import { Inspection, type ScopeData, type VariableData } from './inspection.ts';
import type { CallFrame, InspectorClient, PausedEvent, RemoteObject } from './inspectorClient.ts';
import { LineBreakpoints, type Verified } from './lineBreakpoints.ts';
import type { Overlay } from '../replay/runPlan.ts';
import { placeEdits } from './editConditions.ts';
import { layoutsOf } from './runDrivers.ts';
import type { BreakpointData, EventPlace, FollowGoal, RunRequest, StackFrame, StopInfo, SurveyNote } from './messages.ts';
import { TapeRunner, type NotedLines, type Tape, type TapePlace } from './tapeRunner.ts';

/** Which buffer is looked at. */
export type BufferOf = Extract<BufferPlace, { readonly kind: 'field' }> | { readonly kind: 'expression'; readonly expression: string; readonly frameId: number | null };

export interface DebugListener {
  stopped(stop: StopInfo): void;
  continued(): void;
  breakpointVerified: Verified;
  /** The child's heap is at its limit; V8 holds it there. */
  outOfMemory(frame: StackFrame | null): void;
}

interface CurrentStop {
  readonly stop: StopInfo;
  readonly top: CallFrame;
  /** Below it lies no other frame of a driver. */
  readonly isOutermost: boolean;
  readonly inspection: Inspection;
  /** The one that a stop at a callback is in front of. */
  readonly routine: RemoteObject | null;
}

export class DebugSession {
  readonly #client: InspectorClient;
  readonly #listener: DebugListener;
  readonly #lines: LineBreakpoints;
  /** V8's ids of the breakpoints by which edits are made. */
  #edits: readonly string[] = [];
  readonly #scripts: DriverScripts;
  readonly #announced = new Map<number, StopInfo>();
  readonly #awaited = new Map<number, (stop: StopInfo) => void>();
  #lastNumber = 0;
  #current: CurrentStop | null = null;
  #entryBreakpoint: string | null = null;
  #pauseWaiter: ((paused: PausedEvent | 'stops' | null) => void) | null = null;
  #released = false;
  #mainContext = 0;
  readonly #tapes: TapeRunner;
  #noted: NotedLines['places'] = [];
  #isNoting = false;
  readonly #exceptions: ExceptionPauses;
  /** Told of the next stop, which is not shown. */
  #quietStop: ((stop: StopInfo) => void) | null = null;
  /** On the way to a place in a line: the stop there is no step. */
  #goesToPlace = false;
  /** A pause was asked for, in a routine that does not come to its end. */
  #pausesAtLine = false;
  /** The step under way at a line: V8 stops at every statement and once more at a return, a reader expects one stop a line. */
  #lineStep: { readonly method: string; readonly place: string; left: number } | null = null;

  constructor(client: InspectorClient, request: Pick<RunRequest, 'drivers' | 'versions'>, listener: DebugListener) {
    this.#client = client;
    this.#listener = listener;
    this.#scripts = new DriverScripts(layoutsOf(request));
    this.#lines = new LineBreakpoints(client, request.drivers, this.#scripts, (id, line, message) => listener.breakpointVerified(id, line, message));
    this.#tapes = new TapeRunner(client, this.#scripts);
    this.#exceptions = new ExceptionPauses(client, this.#scripts);
    client.events.listen(({ method, params }) => this.#event(method, params));
  }

  async start(breakpoints: readonly BreakpointData[], overlays: readonly Overlay[] = [], stopsWhenBroken = false): Promise<void> {
    await Promise.all([this.#client.send('Runtime.enable'), this.#client.send('Debugger.enable')]);
    // With an inspector V8 notes up to 200 frames for every stack that is looked at, for exceptions nobody asks about: it makes a look at the driver's line three times as dear.
    await this.#client.send('Runtime.setMaxCallStackSizeToCapture', { size: 0 });
    await this.#client.send('Debugger.setBlackboxPatterns', { patterns: [`^(?!${driverUrlPrefix}|${stopUrl}|${editUrl})`], skipAnonymous: true });
    this.#edits = await placeEdits(this.#client, overlays, this.#scripts);
    await this.#exceptions.set(stopsWhenBroken);
    await this.#lines.set(breakpoints, false);
  }

  /** Other values are to be changed from here on. */
  async edit(overlays: readonly Overlay[]): Promise<void> {
    await Promise.all(this.#edits.map((breakpointId) => this.#client.send('Debugger.removeBreakpoint', { breakpointId })));
    this.#edits = await placeEdits(this.#client, overlays, this.#scripts);
  }

  get isStopped(): boolean {
    return this.#current !== null;
  }

  /** The child has told what a stop shows. */
  announce(number: number, stop: StopInfo): void {
    const waiting = this.#awaited.get(number);
    if (waiting === undefined) this.#announced.set(number, stop);
    else {
      this.#awaited.delete(number);
      waiting(stop);
    }
  }

  reportUnplaced(): void {
    this.#lines.reportUnplaced();
  }

  async setBreakpoints(breakpoints: readonly BreakpointData[], loaded: boolean): Promise<void> {
    await this.control('setBreakpoints', breakpoints.map(({ id, spec }) => ({ id, spec: breakpointJson(spec) })));
    await this.#lines.set(breakpoints, loaded);
  }

  async stopWhenBroken(on: boolean): Promise<void> {
    await this.control('stopWhenBroken', on);
    await this.#exceptions.set(on);
  }

  /** Calls the child, whatever it is doing. */
  async control<Name extends keyof EngineHostControl>(name: Name, ...args: Parameters<EngineHostControl[Name]>): Promise<ReturnType<EngineHostControl[Name]>> {
    const expression = `JSON.stringify(globalThis.${controlName}.${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')}))`;
    const answer = await this.#client.send<{ readonly result: RemoteObject; readonly exceptionDetails?: { readonly exception?: RemoteObject } }>('Runtime.evaluate', { expression, contextId: this.#mainContext, returnByValue: true });
    if (answer.exceptionDetails !== undefined) throw new Error(answer.exceptionDetails.exception?.description ?? 'the engine host refused a command');
    const text = answer.result.value;
    return (typeof text === 'string' ? JSON.parse(text) : undefined) as ReturnType<EngineHostControl[Name]>;
  }

  // ---- going on

  async continue(): Promise<void> {
    this.#stopNow();
    await this.#resume('Debugger.resume');
  }

  next(): Promise<void> {
    return this.#stepBy('Debugger.stepOver', 0);
  }

  stepIn(): Promise<void> {
    return this.#stepBy('Debugger.stepInto', 1000);
  }

  async stepOut(): Promise<void> {
    const { stop, isOutermost } = this.#stopNow();
    await this.#stepWith(stopsIn(stop, 0), stop.atLine && !isOutermost ? 'Debugger.stepOut' : 'Debugger.resume');
  }

  /** On to the next routine, step or operation. */
  async stepTo(unit: 'callback' | 'layer' | 'operation', how: 'over' | 'in' | 'out'): Promise<void> {
    const { stop } = this.#stopNow();
    const operation = stop.operation.index;
    const besides: StepTarget = unit === 'layer' && operation !== 0 ? { kind: 'layer', operation } : { kind: 'issue' };
    const target = unit !== 'callback' ? besides : how === 'in' ? anywhere : stopsIn(stop, how === 'over' ? 0 : -1);
    await this.#stepWith(target, 'Debugger.resume');
  }

  /** Of a follower. */
  async follow(goal: FollowGoal): Promise<void> {
    // What a tape needed is in the way of whoever goes far.
    if (!this.#isNoting) void this.#tapes.clear();
    await this.control('follow', goal);
    if (this.#current !== null) await this.#resume('Debugger.resume');
  }

  survey(mode: 'first' | 'last' | null, after: EventPlace | null): Promise<SurveyNote | null> {
    return this.control('survey', mode, after);
  }

  async tape(driver: string): Promise<Tape> {
    this.#stopNow();
    const places = await this.#tapes.place([driver], null);
    await this.control('beginTape');
    const stopped = new Promise<StopInfo>((resolve) => (this.#quietStop = resolve));
    await this.#resume('Debugger.resume');
    const { point } = await stopped;
    const numbers = await this.control('takeTape');
    return { places, numbers, end: { issued: point.operation, sequence: point.sequence } };
  }

  /** Every routine that runs from here on. */
  async beginNotes(drivers: readonly string[], most: number): Promise<void> {
    this.#isNoting = true;
    this.#noted = await this.#tapes.place(drivers, null);
    await this.control('beginNotes', most);
  }

  async endNotes(): Promise<NotedLines> {
    this.#isNoting = false;
    const cleared = this.#tapes.clear();
    const noted = await this.control('endNotes');
    await cleared;
    return { places: this.#noted, ...noted };
  }

  async runToPlace(driver: string, place: TapePlace, visits: number): Promise<void> {
    this.#stopNow();
    await this.#tapes.place([driver], place);
    await this.control('stopAtVisit', visits);
    this.#goesToPlace = true;
    await this.#resume('Debugger.resume');
  }

  /** From a callback's entry to its first line; from a line to the next, and from the last one to the next callback of the operation. */
  async #stepBy(method: 'Debugger.stepOver' | 'Debugger.stepInto', deeper: number): Promise<void> {
    const { stop, top, isOutermost, routine } = this.#stopNow();
    if (stop.atLine) {
      if (isOutermost && isReturning(top)) return this.#stepWith(stopsIn(stop, deeper), 'Debugger.resume');
      this.#lineStep = { method, place: placeOf(top), left: mostRepeats };
      return this.#stepWith(stopsIn(stop, deeper), method);
    }
    // In the middle of a routine: what the Filter Manager does there ends at the line that called it.
    if (routine?.type === 'undefined' && stop.stackFrames.some((frame) => frame.driver !== null)) return this.#stepWith(stopsIn(stop, deeper), 'Debugger.stepOut');
    if (routine?.objectId === undefined || routine.type !== 'function') return this.#stepWith(anywhere, 'Debugger.resume');
    // Its answer is here before that of going on, and so before the pause. A routine in which V8 cannot stop, e.g. a bound one, is stepped over.
    const placed = this.#client.send<{ readonly breakpointId: string }>('Debugger.setBreakpointOnFunctionCall', { objectId: routine.objectId }).then(({ breakpointId }) => (this.#entryBreakpoint = breakpointId), () => undefined);
    await Promise.all([placed, this.#stepWith(stopsIn(stop, deeper), 'Debugger.resume')]);
  }

  /** The child hears both at once, in this order: an answer takes longer than many a step. */
  async #stepWith(target: StepTarget, method: string): Promise<void> {
    await Promise.all([this.control('step', target), this.#resume(method)]);
  }

  async #resume(method: string): Promise<void> {
    this.#current = null;
    this.#listener.continued();
    this.#client.expectPause();
    // The run may end before the answer comes; that is told elsewhere.
    await this.#client.send(method).catch(() => undefined);
  }

  #stopNow(): CurrentStop {
    if (this.#current === null) throw hostErrors.notStopped();
    return this.#current;
  }

  /** No more stops; goes on when stopped. */
  async release(): Promise<void> {
    this.#released = true;
    await this.control('stop');
    await this.#client.send('Debugger.setBreakpointsActive', { active: false });
    if (this.#current !== null) await this.#resume('Debugger.resume');
  }

  // ---- looking

  scopes(frameId: number): Promise<ScopeData[]> {
    return this.#stopNow().inspection.scopes(frameId);
  }

  variables(reference: number): Promise<VariableData[]> {
    const { inspection } = this.#stopNow();
    return this.#looking(() => inspection.variables(reference));
  }

  objects(): Promise<EngineObjects> {
    this.#stopNow();
    return this.control('objects');
  }

  async buffer(of: BufferOf, wish: BufferWish): Promise<BufferView> {
    const { inspection } = this.#stopNow();
    if (of.kind === 'expression' && !(await this.#looking(() => inspection.showBuffer(of.expression, this.#frameOf(of.frameId))))) throw hostErrors.noBuffer(of.expression);
    const view = await this.control('buffer', of.kind === 'expression' ? { kind: 'shown' } : of, wish);
    if (view === null) throw hostErrors.noBuffer(of.kind === 'field' ? of.path : of.expression);
    return view;
  }

  #frameOf(frameId: number | null): number {
    return frameId ?? this.#stopNow().stop.stackFrames.find((frame) => frame.driver !== null)?.id ?? 1;
  }

  /** What is read meanwhile is nobody's: a look leaves nothing in the log. */
  async #looking<T>(look: () => Promise<T>): Promise<T> {
    await this.control('look', true);
    try {
      return await look();
    } finally {
      await this.control('look', false).catch(() => undefined);
    }
  }

  evaluate(expression: string, frameId: number | null): Promise<VariableData> {
    const { inspection } = this.#stopNow();
    return this.#looking(() => inspection.evaluate(expression, this.#frameOf(frameId)));
  }

  /** Pauses the child wherever it is; null when it does not within the time, `stops` when it stops by itself meanwhile. Used to look for a routine that does not return. */
  async interrupt(milliseconds: number): Promise<PausedEvent | 'stops' | null> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const paused = new Promise<PausedEvent | 'stops' | null>((resolve) => {
      this.#pauseWaiter = resolve;
      // This process itself may have been busy all the time, with the answer waiting: it is heard before the second timer.
      timer = setTimeout(() => (timer = setTimeout(resolve, 20, null)), milliseconds);
    });
    // A child that hears nothing does not answer this either.
    this.#client.send('Debugger.pause').catch(() => this.#pauseWaiter?.(null));
    const result = await paused;
    clearTimeout(timer);
    this.#pauseWaiter = null;
    return result;
  }

  /** Stops at the driver's line that runs next. */
  async pauseAtLine(): Promise<void> {
    if (this.#current !== null || this.#released) return;
    this.#pausesAtLine = true;
    // Asked while the driver is in a routine of ours, V8 now and then forgets it.
    for (let tries = 0; tries < mostPauses && this.#pausesAtLine && !this.#released; tries++) {
      this.#client.expectPause();
      // The run may end before the answer comes; that is told elsewhere.
      if (!(await this.#client.send('Debugger.pause').then(() => true, () => false))) return;
      await sleep(pauseMilliseconds);
    }
  }

  async resumeAfterInterrupt(): Promise<void> {
    await this.#client.send('Debugger.resume');
  }

  /** The nearest driver frame of a pause. */
  driverFrame(paused: PausedEvent): StackFrame | null {
    return this.#stackFrames(paused, null).frames.find((frame) => frame.driver !== null) ?? null;
  }

  whereabouts(): Promise<Whereabouts> {
    return this.control('whereabouts');
  }

  // ---- pauses

  #event(method: string, params: unknown): void {
    if (method === 'Debugger.scriptParsed') {
      const { scriptId, url } = params as { readonly scriptId: string; readonly url: string };
      this.#scripts.add(scriptId, url);
    } else if (method === 'Runtime.executionContextCreated') {
      const { context } = params as { readonly context: { readonly id: number; readonly auxData?: { readonly isDefault?: boolean } } };
      if (this.#mainContext === 0 || context.auxData?.isDefault === true) this.#mainContext = context.id;
    } else if (method === 'Debugger.breakpointResolved') {
      const { breakpointId, location } = params as { readonly breakpointId: string; readonly location: { readonly scriptId: string; readonly lineNumber: number } };
      this.#lines.resolved(breakpointId, location);
    } else if (method === 'Debugger.paused') {
      const paused = params as PausedEvent;
      if (paused.reason === 'OOM') this.#listener.outOfMemory(this.driverFrame(paused));
      else if (this.#pauseWaiter !== null && !this.#isOwn(paused)) this.#pauseWaiter(paused);
      else {
        this.#pauseWaiter?.('stops');
        this.#paused(paused).catch(() => undefined);
      }
    }
  }

  /** A stop of the debugger's, or a step that has come to its end: not what an interrupt asked for. */
  #isOwn({ callFrames: [top], reason, hitBreakpoints }: PausedEvent): boolean {
    const url = top === undefined ? undefined : this.#scripts.url(top.location.scriptId);
    return url === stopUrl || (url !== undefined && (reason === 'step' || (hitBreakpoints?.length ?? 0) > 0));
  }

  async #paused(paused: PausedEvent): Promise<void> {
    if (this.#exceptions.isOne(paused)) return this.#atException(paused);
    const [top] = paused.callFrames;
    const url = top === undefined ? undefined : this.#scripts.url(top.location.scriptId);
    // Node's own code below a routine, where V8 stops though it is none of a driver's: on to the driver's line.
    if (url === undefined && (this.#lineStep !== null || this.#pausesAtLine) && !this.#released && !this.#isOutermost(paused)) return this.#goOn('Debugger.stepOut');
    if (top === undefined || url === undefined || this.#released) return this.#goOn();
    if (url === stopUrl) return this.#atCallback(paused, top);
    const entered = this.#dropEntryBreakpoint(paused);
    const isHit = this.#lines.isHitBy(paused);
    const step = this.#lineStep;
    if (step !== null && !isHit && step.left-- > 0 && placeOf(top) === step.place) {
      this.#client.expectPause();
      // V8 would step through the whole Filter Manager: where the step goes on to has been told to the child.
      await this.#client.send(isReturning(top) && this.#isOutermost(paused) ? 'Debugger.resume' : step.method);
      return;
    }
    const isEdit = paused.hitBreakpoints?.some((id) => this.#edits.includes(id)) === true;
    const reason = this.#goesToPlace || (isEdit && !isHit) ? 'goto' : isHit && !entered ? 'breakpoint' : this.#pausesAtLine ? 'pause' : 'step';
    const number = await this.control('describeStop', reason, this.#scripts.line(top.location));
    if (number === 0) return this.#goOn();
    this.#show(await this.#announcement(number), paused, top, null, null);
  }

  async #atException(paused: PausedEvent): Promise<void> {
    const thrown = this.#released ? null : await this.#exceptions.thrown(paused);
    const number = thrown === null ? 0 : await this.control('describeException', thrown.line, thrown.text);
    if (thrown === null || number === 0) return this.#goOn();
    this.#show(await this.#announcement(number), paused, thrown.frame, null, null);
  }

  async #atCallback(paused: PausedEvent, top: CallFrame): Promise<void> {
    const ask = (expression: string): Promise<{ readonly result: RemoteObject }> => this.#client.send('Debugger.evaluateOnCallFrame', { callFrameId: top.callFrameId, expression });
    const [{ result }, { result: routine }] = await Promise.all([ask('stopNumber'), ask('routine')]);
    const number = Number(result.value);
    // A step may pause in front of the `debugger` statement, which then pauses once more.
    if (number <= this.#lastNumber) return this.#goOn();
    const stop = await this.#announcement(number);
    const place = await this.#placeOf(routine);
    this.#show(stop, paused, top, stop.driver === null || routine.type === 'undefined' ? null : { id: 1, name: routineName(routine, stop), driver: stop.driver, line: place, column: null }, routine);
  }

  /** The line a function begins at. */
  async #placeOf(routine: RemoteObject): Promise<number | null> {
    if (routine.objectId === undefined) return null;
    const { internalProperties } = await this.#client.send<{ readonly internalProperties?: readonly { readonly name: string; readonly value?: RemoteObject }[] }>('Runtime.getProperties', { objectId: routine.objectId, ownProperties: true });
    const location = internalProperties?.find((one) => one.name === '[[FunctionLocation]]')?.value?.value as { readonly scriptId?: string; readonly lineNumber?: number } | undefined;
    const { scriptId = '', lineNumber } = location ?? {};
    return lineNumber === undefined || this.#scripts.url(scriptId) === undefined ? null : this.#scripts.line({ scriptId, lineNumber });
  }

  #show(stop: StopInfo, paused: PausedEvent, top: CallFrame, entry: StackFrame | null, routine: RemoteObject | null): void {
    const { frames, byId } = this.#stackFrames(paused, entry);
    const shown: StopInfo = { ...stop, stackFrames: frames };
    this.#lineStep = null;
    this.#pausesAtLine = false;
    if (this.#goesToPlace) void this.#tapes.clear();
    this.#goesToPlace = false;
    this.#current = { stop: shown, top, routine, isOutermost: this.#isOutermost(paused), inspection: new Inspection(this.#client, byId, stop.callback === 'pre' || stop.callback === 'post' || stop.callback === 'status' ? stop.callback : null) };
    const quiet = this.#quietStop;
    this.#quietStop = null;
    if (quiet !== null) quiet(shown);
    else this.#listener.stopped(shown);
  }

  #isOutermost({ callFrames }: PausedEvent): boolean {
    return !callFrames.slice(1).some(({ location }) => this.#scripts.driver(location.scriptId) !== null);
  }

  /** Driver frames as they are; what lies between them is the Filter Manager, in one frame. */
  #stackFrames(paused: PausedEvent, entry: StackFrame | null): { frames: StackFrame[]; byId: Map<number, CallFrame> } {
    const frames: StackFrame[] = [];
    const byId = new Map<number, CallFrame>();
    paused.callFrames.forEach((frame, at) => {
      const url = this.#scripts.url(frame.location.scriptId);
      const id = at + 1;
      byId.set(id, frame);
      if (url === stopUrl) {
        if (entry !== null) frames.push({ ...entry, id });
      } else if (url !== undefined) {
        frames.push({ id, name: frame.functionName === '' ? '(anonymous)' : frame.functionName, driver: driverOfUrl(url), line: this.#scripts.line(frame.location), column: (frame.location.columnNumber ?? 0) + 1 });
      } else if (frames.at(-1)?.driver !== null) frames.push({ id, name: 'Filter Manager', driver: null, line: null, column: null });
    });
    return { frames, byId };
  }

  #dropEntryBreakpoint(paused: PausedEvent): boolean {
    const breakpointId = this.#entryBreakpoint;
    if (breakpointId === null) return false;
    this.#entryBreakpoint = null;
    void this.#client.send('Debugger.removeBreakpoint', { breakpointId }).catch(() => undefined);
    return paused.hitBreakpoints?.includes(breakpointId) === true;
  }

  #announcement(number: number): Promise<StopInfo> {
    this.#lastNumber = Math.max(this.#lastNumber, number);
    const known = this.#announced.get(number);
    this.#announced.delete(number);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => this.#awaited.set(number, resolve));
  }

  async #goOn(method: 'Debugger.resume' | 'Debugger.stepOut' = 'Debugger.resume'): Promise<void> {
    this.#client.expectPause();
    await this.#client.send(method);
  }
}

const anywhere: StepTarget = { kind: 'any' };

/** The next routine of the operation that is stopped at, so much deeper at most; by its own number: later operations may have been issued since it was, and the point counts those. */
const stopsIn = ({ operation: { index }, driver }: StopInfo, deeper: number): StepTarget => (index === 0 || driver === null ? anywhere : { kind: 'operation', operation: index, deeper });

const mostRepeats = 3;
/** How often a routine that loops is asked to pause, and how long it has for it. */
const mostPauses = 20;
const pauseMilliseconds = 100;

const isReturning = (frame: CallFrame): boolean => frame.returnValue !== undefined;

/** Function and line of a frame. */
const placeOf = (frame: CallFrame): string => `${frame.location.scriptId}:${frame.location.lineNumber}:${frame.functionName}`;

function routineName(routine: RemoteObject, stop: StopInfo): string {
  const name = /^(?:function\s+)?([A-Za-z_$][\w$]*)\s*\(/.exec(routine.description ?? '')?.[1];
  return name === undefined || name === 'function' ? `${stop.callback ?? 'routine'} (anonymous)` : name;
}
