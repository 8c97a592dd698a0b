/**
 * Time travel: moves through the recorded events of a run, and has the moment rebuilt by running it again up to there.
 *
 * What a moment shows comes in two steps. From the event log, at once: `basis: 'recorded'`. From a follower that stands there: `rebuilt`,
 * with everything that a stop of the run itself has. A movement that takes long says so and can be cancelled; the place is kept.
 */
import type { BufferView, Direction, EngineObjects, ExecutionPoint, MomentTarget, RequestParams, RunState, Scope, StepHow, StepUnit, StopInfo, Variable } from '../../src-preload/contract/index.ts';
import { decidingEvents } from '../debugger/breakpointMatch.ts';
import { positionOfPoint, type Sought } from '../debugger/eventWalk.ts';
import { findLine, lineSteps, stepLine, type LineStep } from '../debugger/lineSteps.ts';
import type { Breakpoint } from '../debugger/breakpointSpec.ts';
import type { EventPlace, SurveyNote } from '../engine-host/messages.ts';
import { stoppingBreakpoints } from './enabledBreakpoints.ts';
import { hostErrors } from './errors.ts';
import { searchEvents } from './eventSearch.ts';
import { FollowerLost, type Follower } from './follower.ts';
import { followRequest } from './followRequest.ts';
import { Followers } from './followers.ts';
import type { HostContext } from './hostContext.ts';
import { entryAround, recordedStop } from './recordedStop.ts';
import { createFollower } from './createHosts.ts';
import { findPresentStep } from './presentVisit.ts';
import type { RunService } from './runService.ts';
import { storedEventLog } from './storedEventLog.ts';
import { Cancelled, TravelMove } from './travelMove.ts';
import { aimAt } from './travelTargets.ts';

/** A line of driver code, as a step of the routine around an event. */
interface AtLine {
  /** Log position of the routine's entry. */
  readonly entry: number;
  readonly steps: readonly LineStep[];
  readonly index: number;
}

interface Place {
  /** Position in the event log: of the event itself, or of the last one before a line. */
  readonly number: number;
  readonly line: AtLine | null;
  /** It is behind that event: lines have run since. */
  readonly isBehind: boolean;
}

interface View {
  readonly run: number;
  readonly place: Place;
  readonly stop: StopInfo;
  /** Who stands there; null while nobody does. */
  readonly follower: Follower | null;
}

const mostTapes = 32;
const tellMilliseconds = 400;
/** Somebody who steps on at once does not want every moment rebuilt. */
const settleMilliseconds = 60;

export class TravelService {
  readonly #context: HostContext;
  readonly #runs: RunService;
  #view: View | null = null;
  #followers: Followers | null = null;
  #move: TravelMove | null = null;
  #moving: Promise<void> = Promise.resolve();
  #rebuild: TravelMove | null = null;
  /** Which time at its line the stop of the run itself is, once it is known. */
  #presentVisit: { readonly stop: StopInfo; readonly visit: number } | null = null;
  /** Lines of routines that were noted, by run and log position of their entry. */
  readonly #tapes = new Map<string, readonly LineStep[]>();

  constructor(context: HostContext, runs: RunService) {
    this.#context = context;
    this.#runs = runs;
    runs.followerOf = (run, before) => (this.#followers?.run === run ? this.#followers.take(before) : null);
    // Another run is the present one now.
    runs.headChanged.listen((state) => {
      if (state.kind === 'starting' || state.kind === 'idle') this.#forget();
    });
  }

  /** Somebody looks at the past: requests about a stop are about that moment. */
  get isPast(): boolean {
    return this.#view !== null;
  }

  goTo(runId: number | null, target: MomentTarget): Promise<void> {
    return this.#go('Going there', async (move) => {
      const run = runId ?? this.#shownRun();
      const stored = this.#context.session.reader.runs.run(run);
      if (!stored) throw hostErrors.noRun(run);
      if (run === this.#headRun()) await this.#haltHead();
      const { number, line } = await aimAt(this.#context, stored, target, this.#operation(), move);
      if (line === null) this.#showEvent(run, number, 'goto');
      else await this.#showPoint(run, number, line, move);
    });
  }

  step(unit: StepUnit, direction: Direction, how: StepHow): Promise<void> {
    if (this.#view === null && direction === 'forward' && this.#runs.headState.kind === 'stopped') return this.#runs.stepLive(unit, how);
    const words = `Stepping ${direction === 'back' ? 'back ' : ''}by ${unit}`;
    return this.#go(words, async (move) => {
      const run = this.#shownRun();
      const place = this.#place(run);
      if (unit !== 'line' || !(await this.#stepLine(run, place, direction, how, move))) await this.#stepEvent(run, place, unit === 'line' ? 'callback' : unit, direction, how, move);
    });
  }

  continue(direction: Direction): Promise<void> {
    if (this.#view === null && direction === 'forward' && this.#runs.headState.kind === 'stopped') return this.#runs.resume('continue');
    return this.#go(direction === 'back' ? 'Running back' : 'Running on', (move) => this.#continue(direction, move));
  }

  runToLine(driverId: number, line: number, direction: Direction): Promise<void> {
    return this.#go(`Running ${direction === 'back' ? 'back ' : ''}to line ${line}`, (move) => this.#toLine(driverId, line, direction, move));
  }

  restart(): Promise<void> {
    return this.goTo(null, { kind: 'event', number: 0 });
  }

  toPresent(): Promise<void> {
    this.#cancelAll();
    return this.#moving.then(() => this.#leave());
  }

  cancel(): void {
    if (this.#runs.isRebuilding) void this.#runs.stop();
    this.#cancelAll();
  }

  scopes(frameId: number): Promise<readonly Scope[]> {
    return this.#standing().scopes(frameId);
  }

  variables(reference: number): Promise<readonly Variable[]> {
    return this.#standing().variables(reference);
  }

  evaluate(expression: string, frameId: number | null): Promise<Variable> {
    return this.#standing().evaluate(expression, frameId);
  }

  buffer({ of, ...wish }: RequestParams<'debug.buffer'>): Promise<BufferView> {
    return this.#standing().buffer(of, wish);
  }

  objects(): Promise<EngineObjects> {
    return this.#standing().objects();
  }

  dispose(): void {
    this.#forget();
  }

  // ---- places

  #headRun(): number | null {
    const { headState } = this.#runs;
    return headState.kind === 'idle' ? null : headState.runId;
  }

  #shownRun(): number {
    const run = this.#view?.run ?? this.#headRun();
    if (run === null) throw hostErrors.noHistory();
    return run;
  }

  /** Where the user is: in the past, where the run stands, or behind its end. */
  #place(run: number): Place {
    if (this.#view !== null) return this.#view.place;
    const { headState } = this.#runs;
    const log = storedEventLog(this.#context, run);
    if (headState.kind !== 'stopped') return { number: log.count, line: null, isBehind: false };
    const { point } = headState.stop;
    return { number: positionOfPoint(log, point.operation, point.sequence).number, line: null, isBehind: point.line !== null };
  }

  #operation(): number {
    const { state } = this.#runs;
    return this.#view?.stop.operation.index ?? (state.kind === 'stopped' ? state.stop.operation.index : 0);
  }

  #presentPoint(run: number): ExecutionPoint | null {
    const stop = this.#presentStop(run);
    return stop === null ? null : stop === this.#presentVisit?.stop ? { ...stop.point, visit: this.#presentVisit.visit } : stop.point;
  }

  #presentStop(run: number): StopInfo | null {
    const { headState } = this.#runs;
    return headState.kind === 'stopped' && headState.runId === run ? headState.stop : null;
  }

  /** In a loop a run may stand at a line that it has come to several times since the last event: which of them, its values tell. */
  async #settlePresentVisit(run: number, driver: string, steps: readonly LineStep[], move: TravelMove): Promise<void> {
    const stop = this.#presentStop(run);
    if (stop === null || stop.driver !== driver || stop.point.line === null || stop === this.#presentVisit?.stop) return;
    const { operation, sequence, line, visit } = stop.point;
    const own = steps.filter((step) => step.issued === operation && step.sequence === sequence && step.line === line);
    if (visit !== undefined || own.length < 2) return;
    const { follower } = await move.within(this.#followersOf(run).goTo({ issued: operation, sequence }, () => move.check('Finding the place in the loop', 0, own.length), move.signal));
    const at = await move.within(findPresentStep({ look: this.#runs, stop }, follower, driver, own, (done) => move.check('Finding the place in the loop', done, own.length)));
    this.#presentVisit = { stop, visit: own[at]?.visit ?? 1 };
  }

  /** A run that goes on is paused before its past is looked at. */
  async #haltHead(): Promise<void> {
    const { headState } = this.#runs;
    if (headState.kind !== 'running' && headState.kind !== 'starting') return;
    const halted = new Promise<void>((resolve) => {
      const listener = this.#runs.headChanged.listen((state) => {
        if (state.kind === 'running' || state.kind === 'starting') return;
        listener.dispose();
        resolve();
      });
    });
    await this.#runs.pause();
    await halted;
  }

  // ---- movements

  /** One movement at a time: a new one ends the one under way. */
  #go(what: string, work: (move: TravelMove) => Promise<void>): Promise<void> {
    this.#cancelAll();
    const move = new TravelMove((now, done, total) => this.#tell(now, done, total));
    this.#move = move;
    const moved = this.#moving.then(async () => {
      move.check(what, 0, 0);
      await work(move);
    });
    const settled = moved.then(() => this.#settled(move), (error: unknown) => {
      this.#settled(move);
      if (!(error instanceof Cancelled)) throw error;
    });
    this.#moving = settled.catch(() => undefined);
    return settled;
  }

  #tell(what: string, done: number, total: number): void {
    const run = this.#view?.run ?? this.#headRun();
    const { headState } = this.#runs;
    const stop = this.#view?.stop ?? (headState.kind === 'stopped' ? headState.stop : null);
    if (run !== null) this.#runs.showPast({ kind: 'travelling', runId: run, what, done, total, stop });
  }

  /** The movement is over; where it led nowhere, the place is the one before. */
  #settled(move: TravelMove): void {
    if (this.#move !== move) return;
    this.#move = null;
    if (this.#runs.state.kind === 'travelling') this.#runs.showPast(this.#view === null ? null : this.#stateOf(this.#view));
  }

  #cancelAll(): void {
    this.#move?.cancel();
    const rebuild = this.#rebuild;
    this.#rebuild = null;
    rebuild?.cancel();
    const view = this.#view;
    if (rebuild !== null && view !== null && view.follower === null) {
      this.#view = { ...view, stop: { ...view.stop, moment: { ...view.stop.moment, rebuilding: false, note: 'Rebuilding was cancelled: this is what the event log tells, without variables.' } } };
      if (this.#move === null) this.#runs.showPast(this.#stateOf(this.#view));
    }
  }

  #stateOf(view: View): RunState {
    return { kind: 'stopped', runId: view.run, stop: view.stop };
  }

  async #stepEvent(run: number, place: Place, unit: 'callback' | 'layer' | 'operation', direction: Direction, how: StepHow, move: TravelMove): Promise<void> {
    const log = storedEventLog(this.#context, run);
    // A line stands behind its event: going back by events begins with that one.
    const from = place.isBehind && direction === 'back' ? place.number + 1 : place.number;
    const page = log.pageAt(place.number);
    const row = page === null ? 0 : place.number - page.first;
    const operation = page?.columns.operation[row] ?? 0;
    const depth = page?.columns.depth[row] ?? 0;
    const own = page === null || operation === 0 ? null : operation;
    let sought: Sought;
    if (unit === 'operation') sought = { kind: 'operation' };
    else if (unit === 'layer') sought = { kind: 'layer', operation: own };
    else if (how === 'in' || own === null) sought = { kind: 'callback', operation: null, deepest: null };
    else sought = { kind: 'callback', operation: own, deepest: how === 'over' ? Math.max(1, depth) : depth - 1 };
    const words = `Looking for the ${direction === 'back' ? 'previous' : 'next'} ${unit}`;
    let found = await searchEvents(this.#context, run, from, direction, sought, move, words);
    // Out of the outermost routine is where the operation was issued, or its end.
    if (found === null && unit === 'callback' && how !== 'in' && own !== null && direction === 'back') found = await searchEvents(this.#context, run, from, direction, { kind: 'issueOf', operation: own }, move, words);
    if (found === null && (unit === 'layer' || (unit === 'callback' && how !== 'in')) && own !== null) found = await searchEvents(this.#context, run, from, direction, unit === 'layer' ? { kind: 'layer', operation: null } : { kind: 'callback', operation: null, deepest: null }, move, words);
    if (found === null) this.#nothingThere(run, direction, `There is no ${direction === 'back' ? 'earlier' : 'later'} ${unit}`);
    else this.#showEvent(run, found.number, 'step');
  }

  /** Forward, the end of what is recorded is the present; back, it is the first event. */
  #nothingThere(run: number, direction: Direction, sentence: string): void {
    const log = storedEventLog(this.#context, run);
    if (direction === 'back') {
      this.#showEvent(run, 0, 'step', `${sentence}: this is the first event of the run.`);
      return;
    }
    if (this.#presentPoint(run) !== null) {
      this.#leave();
      this.#context.emit('notice', { severity: 'info', message: `${sentence} in what is recorded: the run stands here.` });
    } else this.#showEvent(run, log.count - 1, 'step', `${sentence}: this is the last event of the run.`);
  }

  async #continue(direction: Direction, move: TravelMove): Promise<void> {
    const run = this.#shownRun();
    const place = this.#place(run);
    const log = storedEventLog(this.#context, run);
    const enabled = stoppingBreakpoints(this.#context);
    // Those that count, or wait for others, are decided together.
    const counts = enabled.some(({ spec }) => spec.hitCondition !== '' || spec.dependsOn !== null || spec.once);
    const told = counts ? [] : enabled.filter(({ spec }) => decidingEvents(spec) !== null);
    const untold = enabled.filter((one) => !told.includes(one));
    const begin = place.isBehind && direction === 'back' ? place.number + 1 : place.number;
    const what = direction === 'back' ? 'Looking for the previous hit' : 'Looking for the next hit';
    if (direction === 'back' && place.line !== null && !counts && this.#showEarlierLine(run, place.line, untold)) return;
    const found = told.length === 0 ? null : await searchEvents(this.#context, run, begin, direction, { kind: 'breakpoints', breakpoints: told }, move, what);
    if (untold.length > 0 && this.#canRebuild && log.count > 0) {
      const hit = await this.#survey(run, untold, { direction, place, found: found?.number ?? null, counts }, move, what);
      if (hit !== null && (found === null || (direction === 'forward' ? hit.number <= found.number : hit.number >= found.number))) return this.#showHit(run, hit.number, hit.note, move);
    }
    if (found === null) this.#nothingThere(run, direction, `No enabled breakpoint was hit ${direction === 'back' ? 'before' : 'after'} this moment`);
    else this.#showEvent(run, found.number, 'breakpoint', null, found.breakpointIds);
  }

  /** Breakpoints that recorded events do not decide: a follower runs by and notes their hits. */
  async #survey(run: number, breakpoints: readonly Breakpoint[], { direction, place, found, counts }: { readonly direction: Direction; readonly place: Place; readonly found: number | null; readonly counts: boolean }, move: TravelMove, what: string): Promise<{ readonly number: number; readonly note: SurveyNote } | null> {
    const log = storedEventLog(this.#context, run);
    const followers = this.#followersOf(run);
    const pointAt = (number: number): EventPlace => {
      const page = log.pageAt(Math.max(0, Math.min(number, log.count - 1)));
      const row = Math.max(0, Math.min(number, log.count - 1)) - (page?.first ?? 0);
      return { issued: page?.columns.issued[row] ?? 0, sequence: page?.columns.sequence[row] ?? 0 };
    };
    const last = pointAt(direction === 'back' ? place.number : (found ?? log.count - 1)).issued;
    const progress = (operation: number): void => move.check(what, operation, last);
    const note = direction === 'back'
      ? await move.within(followers.lastHit(breakpoints, pointAt(place.number), counts, progress, move.signal))
      : await move.within(followers.firstHit(breakpoints, () => this.#standAt(run, place, move, progress), pointAt(place.number), pointAt(found ?? log.count - 1), counts, progress, move.signal));
    return note === null ? null : { number: positionOfPoint(log, note.issued, note.sequence).number, note };
  }

  /** Lines without a condition that the routine came to since the last event. */
  #showEarlierLine(run: number, { entry, steps, index }: AtLine, breakpoints: readonly Breakpoint[]): boolean {
    const driver = this.#driverAt(run, entry);
    const here = steps[index];
    for (let at = index - 1; at >= 0; at--) {
      const step = steps[at];
      if (step?.issued !== here?.issued || step?.sequence !== here?.sequence) return false;
      const hit = breakpoints.filter(({ spec }) => spec.at.kind === 'line' && spec.at.line === step?.line && spec.driverId === driver && spec.condition === '').map(({ id }) => id);
      if (hit.length === 0) continue;
      this.#showLine(run, entry, steps, at, 'breakpoint', hit);
      return true;
    }
    return false;
  }

  /** A follower stands where the user is. */
  async #standAt(run: number, place: Place, move: TravelMove, progress: (operation: number) => void): Promise<Follower> {
    const view = this.#view;
    if (view !== null && view.place === place) return view.follower ?? (await this.#stand(view, move, progress)).follower;
    const point = recordedStop(this.#context, run, place.number)?.point ?? { operation: 0, sequence: 1, line: null };
    return (await this.#followersOf(run).goTo(placeOf(point), progress, move.signal)).follower;
  }

  async #showHit(run: number, number: number, { ids, visit }: SurveyNote, move: TravelMove): Promise<void> {
    if (visit === 0) return this.#showEvent(run, number, 'breakpoint', null, ids);
    const log = storedEventLog(this.#context, run);
    const page = log.pageAt(number);
    const entry = page === null ? null : entryAround(log, page, number - page.first);
    const steps = entry === null ? [] : await this.#tape(run, entry.number, move);
    const lines = stoppingBreakpoints(this.#context).flatMap(({ id, spec }) => (spec.at.kind === 'line' && (ids.length === 0 || ids.includes(id)) ? [spec.at.line] : []));
    const issued = page?.columns.issued[number - page.first];
    const sequence = page?.columns.sequence[number - page.first];
    const own = steps.flatMap((step, at) => (step.issued === issued && step.sequence === sequence && lines.includes(step.line) ? [at] : []));
    const index = own[visit - 1] ?? own.at(-1);
    if (entry === null || index === undefined) return this.#showEvent(run, number, 'breakpoint', null, ids);
    this.#showLine(run, entry.number, steps, index, 'breakpoint', ids);
  }

  // ---- showing

  #showEvent(run: number, number: number, reason: StopInfo['reason'], note: string | null = null, breakpointIds: readonly number[] = []): void {
    const stop = recordedStop(this.#context, run, number);
    if (stop === null) throw hostErrors.noHistory();
    const present = this.#presentPoint(run);
    // The moment at which the run itself stands is the present.
    if (present !== null && present.line === null && present.operation === stop.point.operation && present.sequence === stop.point.sequence) return this.#leave();
    this.#show(run, { number, line: null, isBehind: false }, { ...stop, reason, breakpointIds, moment: { ...stop.moment, note: note ?? stop.moment.note } });
  }

  #showLine(run: number, entry: number, steps: readonly LineStep[], index: number, reason: StopInfo['reason'], breakpointIds: readonly number[] = []): void {
    const step = steps[index];
    if (step === undefined) return;
    const present = this.#presentPoint(run);
    // The line at which the run itself stands is the present.
    if (present?.line === step.line && present.operation === step.issued && present.sequence === step.sequence && (present.visit ?? 1) === step.visit) return this.#leave();
    const { number } = positionOfPoint(storedEventLog(this.#context, run), step.issued, step.sequence);
    const inside = recordedStop(this.#context, run, Math.max(entry, number));
    const around = recordedStop(this.#context, run, entry);
    if (inside === null || around === null) throw hostErrors.noHistory();
    const point = { operation: step.issued, sequence: step.sequence, line: step.line, ...(step.visit > 1 && { visit: step.visit }) };
    const { callback, driver, driverId, altitude, operation } = around;
    const stackFrames = [{ id: 1, name: callback ?? 'routine', driver, line: step.line, column: step.place.column + 1 }];
    this.#show(run, { number, line: { entry, steps, index }, isBehind: true }, { ...inside, callback, driver, driverId, altitude, operation, reason, breakpointIds, point, atLine: true, stackFrames });
  }

  #show(run: number, place: Place, stop: StopInfo): void {
    const rebuilds = this.#canRebuild;
    const view: View = { run, place, follower: null, stop: { ...stop, moment: { ...stop.moment, past: true, basis: 'recorded', rebuilding: rebuilds } } };
    this.#view = view;
    this.#runs.showPast(this.#stateOf(view));
    if (rebuilds) void this.#rebuildAt(view);
  }

  get #canRebuild(): boolean {
    const { createEngineHost, createFollower: own } = this.#context.options;
    return createEngineHost === undefined || own !== undefined;
  }

  async #rebuildAt(view: View): Promise<void> {
    const move = new TravelMove(() => undefined);
    this.#rebuild = move;
    const change = (moment: Partial<StopInfo['moment']>): void => {
      if (this.#view?.place !== view.place || this.#view.run !== view.run) return;
      this.#view = { ...this.#view, stop: { ...this.#view.stop, moment: { ...this.#view.stop.moment, ...moment } } };
      if (this.#runs.state.kind === 'stopped') this.#runs.showPast(this.#stateOf(this.#view));
    };
    try {
      await move.within(new Promise((resolve) => void setTimeout(resolve, settleMilliseconds)));
      const { follower, stop } = await move.within(this.#stand(view, move, (operation) => change({ note: `Being rebuilt: the run is at operation ${operation} of ${view.stop.point.operation}.` })));
      if (this.#view?.place !== view.place) return;
      this.#rebuild = null;
      const { reason, breakpointIds, moment } = view.stop;
      this.#view = { ...view, follower, stop: { ...stop, point: view.stop.point, reason, breakpointIds, moment: { past: true, basis: 'rebuilt', rebuilding: false, note: moment.note } } };
      if (this.#runs.state.kind === 'stopped') this.#runs.showPast(this.#stateOf(this.#view));
      this.#followersOf(view.run).prepare(placeOf(view.stop.point));
    } catch (error) {
      if (error instanceof Cancelled || this.#rebuild !== move) return;
      this.#rebuild = null;
      const reason = error instanceof Error && !(error instanceof FollowerLost && /^(?:missed|ended|parked|cancelled)$/.test(error.message)) ? error.message : 'This moment could not be rebuilt: the run did not come to it again.';
      change({ rebuilding: false, note: reason });
    }
  }

  /** A follower stands at the place of a view. */
  async #stand(view: View, move: TravelMove, progress: (operation: number) => void): Promise<{ readonly follower: Follower; readonly stop: StopInfo }> {
    let toldAt = performance.now();
    const tell = (operation: number): void => {
      if (performance.now() - toldAt < tellMilliseconds) return;
      toldAt = performance.now();
      progress(operation);
    };
    const followers = this.#followersOf(view.run);
    const { follower, stop } = await followers.goTo(placeOf(view.stop.point), tell, move.signal);
    const { line } = view.place;
    const step = line?.steps[line.index];
    if (step === undefined || view.stop.driver === null) return { follower, stop };
    return { follower, stop: await follower.goToPlace(view.stop.driver, step.place, step.placeVisits) };
  }

  #followersOf(run: number): Followers {
    if (this.#followers?.run === run) return this.#followers;
    this.#followers?.dispose();
    const stored = this.#context.session.reader.runs.run(run);
    if (!stored) throw hostErrors.noRun(run);
    this.#followers = new Followers({
      followed: followRequest(this.#context, stored), runs: () => this.#context.session.reader.runs, create: (options) => createFollower(this.#context, options),
      diverged: (sentence) => this.#context.emit('notice', { severity: 'error', message: sentence }),
    });
    return this.#followers;
  }

  #standing(): Follower['host'] {
    const follower = this.#view?.follower;
    if (!follower) throw hostErrors.notRebuilt();
    return follower.host;
  }

  /** Back to where the run itself stands. */
  #leave(): void {
    if (this.#view === null && this.#runs.state.kind !== 'travelling') return;
    this.#view = null;
    this.#runs.showPast(null);
  }

  #forget(): void {
    this.#move?.cancel();
    this.#rebuild?.cancel();
    this.#rebuild = null;
    this.#view = null;
    this.#presentVisit = null;
    this.#tapes.clear();
    this.#followers?.dispose();
    this.#followers = null;
  }

  // ---- lines

  /** False where no line is to be had: the step is one by callbacks then. */
  async #stepLine(run: number, place: Place, direction: Direction, how: StepHow, move: TravelMove): Promise<boolean> {
    if (!this.#canRebuild) return false;
    const at = place.line ?? (await this.#lineHere(run, place, direction, move));
    if (at === null) return false;
    const next = stepLine(at.steps, at.index, direction, how);
    if (next >= 0 && next < at.steps.length) {
      this.#showLine(run, at.entry, at.steps, next, 'step');
      return true;
    }
    // Before the first line is the entry of the routine.
    if (next < 0) this.#showEvent(run, at.entry, 'step');
    return next < 0;
  }

  /** The lines of the routine around an event, standing between two of them. */
  async #lineHere(run: number, place: Place, direction: Direction, move: TravelMove): Promise<AtLine | null> {
    const log = storedEventLog(this.#context, run);
    const page = log.pageAt(place.number);
    const entry = page === null ? null : entryAround(log, page, place.number - page.first);
    const present = this.#view === null ? this.#presentPoint(run) : null;
    const isEntry = entry?.number === place.number && (present === null || present.line === null);
    // Back from the entry of a routine leads out of it.
    if (entry === null || (direction === 'back' && isEntry)) return null;
    const steps = await this.#tape(run, entry.number, move);
    if (steps.length === 0) return null;
    const point = (present === null ? null : this.#presentPoint(run)) ?? this.#view?.stop.point ?? null;
    if (point !== null && point.line !== null) return { entry: entry.number, steps, index: findLine(steps, point) };
    if (isEntry) return { entry: entry.number, steps, index: -1 };
    const [issued, sequence] = [page?.columns.issued[place.number - (page.first ?? 0)] ?? 0, page?.columns.sequence[place.number - (page.first ?? 0)] ?? 0];
    // An event happens in the line that was come to before it.
    const before = steps.findLastIndex((step) => step.issued < issued || (step.issued === issued && step.sequence < sequence));
    return { entry: entry.number, steps, index: direction === 'back' ? before + 1 : before };
  }

  /** The lines that a routine comes to: noted once, by a follower that runs it. */
  async #tape(run: number, entry: number, move: TravelMove): Promise<readonly LineStep[]> {
    const key = `${run}:${entry}`;
    const stop = recordedStop(this.#context, run, entry);
    if (stop?.driver === null || stop === null) return [];
    const { driver } = stop;
    const known = this.#tapes.get(key);
    if (known !== undefined) {
      await this.#settlePresentVisit(run, driver, known, move);
      return known;
    }
    const { follower } = await move.within(this.#followersOf(run).goTo(placeOf(stop.point), (operation) => move.check('Running up to the routine, to note its lines', operation, stop.point.operation), move.signal));
    const steps = lineSteps(await move.within(follower.tape(driver)));
    this.#tapes.set(key, steps);
    for (const oldest of this.#tapes.keys()) if (this.#tapes.size > mostTapes) this.#tapes.delete(oldest);
    await this.#settlePresentVisit(run, driver, steps, move);
    return steps;
  }

  async #showPoint(run: number, number: number, point: ExecutionPoint, move: TravelMove): Promise<void> {
    const log = storedEventLog(this.#context, run);
    const page = log.pageAt(number);
    const entry = page === null ? null : entryAround(log, page, number - page.first);
    const steps = entry === null ? [] : await this.#tape(run, entry.number, move);
    const index = findLine(steps, point);
    if (entry === null || index < 0) throw hostErrors.noLine(point.operation, point.sequence, point.line ?? 0);
    this.#showLine(run, entry.number, steps, index, 'goto');
  }

  /** The next or previous time that a line of a driver is come to: callback by callback of that driver. */
  async #toLine(driverId: number, line: number, direction: Direction, move: TravelMove): Promise<void> {
    const run = this.#shownRun();
    const place = this.#place(run);
    const log = storedEventLog(this.#context, run);
    const step = direction === 'forward' ? 1 : -1;
    const own = place.line ?? (this.#canRebuild ? await this.#lineHere(run, place, direction, move) : null);
    let from = own?.entry ?? place.number;
    if (own !== null) {
      for (let at = own.index + step; at >= 0 && at < own.steps.length; at += step) if (own.steps[at]?.line === line && this.#driverAt(run, own.entry) === driverId) return this.#showLine(run, own.entry, own.steps, at, 'goto');
    }
    for (;;) {
      const found = await searchEvents(this.#context, run, from, direction, { kind: 'callback', operation: null, deepest: null }, move, `Looking for line ${line}`);
      if (found === null) return this.#nothingThere(run, direction, `Line ${line} is not come to ${direction === 'back' ? 'before' : 'after'} this moment`);
      from = found.number;
      if (this.#driverAt(run, from) !== driverId) continue;
      move.check(`Looking for line ${line}`, from, log.count);
      const steps = await this.#tape(run, from, move);
      const index = step > 0 ? steps.findIndex((one) => one.line === line) : steps.findLastIndex((one) => one.line === line);
      if (index >= 0) return this.#showLine(run, from, steps, index, 'goto');
    }
  }

  #driverAt(run: number, entry: number): number | null {
    return recordedStop(this.#context, run, entry)?.driverId ?? null;
  }
}

const placeOf = ({ operation, sequence }: ExecutionPoint): EventPlace => ({ issued: operation, sequence });
