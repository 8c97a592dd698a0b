/**
 * The moment of the past that is shown: at once from the event log, and then from a follower that stands there.
 */
import type { Direction, ExecutionPoint, RunState, StopInfo } from '../../src-preload/contract/index.ts';
import { positionOfPoint } from '../debugger/eventWalk.ts';
import type { NotedLines } from '../engine-host/process.ts';
import { createFollower } from './createHosts.ts';
import { hostErrors } from './errors.ts';
import { FollowerLost, type Follower } from './follower.ts';
import { followRequest } from './followRequest.ts';
import { Followers } from './followers.ts';
import type { HostContext } from './hostContext.ts';
import { recordedStop } from './recordedStop.ts';
import type { RunService } from './runService.ts';
import { storedEventLog } from './storedEventLog.ts';
import { Cancelled, TravelMove } from './travelMove.ts';
import { placeOf, type AtLine, type Place, type View } from './travelPlace.ts';

const tellMilliseconds = 400;
/** Somebody who steps on at once does not want every moment rebuilt. */
const settleMilliseconds = 60;

export class PastView {
  /** Null: nobody looks at the past. */
  view: View | null = null;
  /** Which time at its line the stop of the run itself is, once it is known. */
  presentVisit: { readonly stop: StopInfo; readonly visit: number } | null = null;
  /** Lines of routines that somebody may step through soon. */
  noted: (run: number, noted: NotedLines) => void = () => undefined;
  readonly #context: HostContext;
  readonly #runs: RunService;
  #followers: Followers | null = null;
  #rebuild: TravelMove | null = null;

  constructor(context: HostContext, runs: RunService) {
    this.#context = context;
    this.#runs = runs;
  }

  headRun(): number | null {
    const { headState } = this.#runs;
    return headState.kind === 'idle' ? null : headState.runId;
  }

  shownRun(): number {
    const run = this.view?.run ?? this.headRun();
    if (run === null) throw hostErrors.noHistory();
    return run;
  }

  /** Where the user is: in the past, where the run stands, or behind its end. */
  place(run: number): Place {
    if (this.view !== null) return this.view.place;
    const { headState } = this.#runs;
    const log = storedEventLog(this.#context, run);
    if (headState.kind !== 'stopped') return { number: log.count, line: null, isBehind: false };
    const { point } = headState.stop;
    return { number: positionOfPoint(log, point.operation, point.sequence).number, line: null, isBehind: point.line !== null };
  }

  operation(): number {
    const { state } = this.#runs;
    return this.view?.stop.operation.index ?? (state.kind === 'stopped' ? state.stop.operation.index : 0);
  }

  presentPoint(run: number): ExecutionPoint | null {
    const stop = this.presentStop(run);
    return stop === null ? null : stop === this.presentVisit?.stop ? { ...stop.point, visit: this.presentVisit.visit } : stop.point;
  }

  presentStop(run: number): StopInfo | null {
    const { headState } = this.#runs;
    return headState.kind === 'stopped' && headState.runId === run ? headState.stop : null;
  }

  stateOf(view: View): RunState {
    return { kind: 'stopped', runId: view.run, stop: view.stop };
  }

  /** Forward, the end of what is recorded is the present; back, it is the first event. */
  nothingThere(run: number, direction: Direction, sentence: string): void {
    const log = storedEventLog(this.#context, run);
    if (direction === 'back') {
      this.showEvent(run, 0, 'step', `${sentence}: this is the first event of the run.`);
      return;
    }
    if (this.presentPoint(run) !== null) {
      this.leave();
      this.#context.emit('notice', { severity: 'info', message: `${sentence} in what is recorded: the run stands here.` });
    } else this.showEvent(run, log.count - 1, 'step', `${sentence}: this is the last event of the run.`);
  }

  showEvent(run: number, number: number, reason: StopInfo['reason'], note: string | null = null, breakpointIds: readonly number[] = []): void {
    const stop = recordedStop(this.#context, run, number);
    if (stop === null) throw hostErrors.noHistory();
    const present = this.presentPoint(run);
    // The moment at which the run itself stands is the present.
    if (present !== null && present.line === null && present.operation === stop.point.operation && present.sequence === stop.point.sequence) return this.leave();
    this.#show(run, { number, line: null, isBehind: false }, { ...stop, reason, breakpointIds, moment: { ...stop.moment, note: note ?? stop.moment.note } });
  }

  showLine(run: number, line: AtLine, reason: StopInfo['reason'], breakpointIds: readonly number[] = []): void {
    const { entry } = line;
    const step = line.tape.steps[line.index];
    if (step === undefined) return;
    const present = this.presentPoint(run);
    // The line at which the run itself stands is the present.
    if (present?.line === step.line && present.operation === step.issued && present.sequence === step.sequence && (present.visit ?? 1) === step.visit) return this.leave();
    const { number } = positionOfPoint(storedEventLog(this.#context, run), step.issued, step.sequence);
    const around = recordedStop(this.#context, run, entry);
    const inside = number <= entry ? around : recordedStop(this.#context, run, number);
    if (inside === null || around === null) throw hostErrors.noHistory();
    const point = { operation: step.issued, sequence: step.sequence, line: step.line, ...(step.visit > 1 && { visit: step.visit }) };
    const { callback, driver, driverId, altitude, operation } = around;
    const stackFrames = [{ id: 1, name: callback ?? 'routine', driver, line: step.line, column: step.place.column + 1 }];
    this.#show(run, { number, line, isBehind: true }, { ...inside, callback, driver, driverId, altitude, operation, reason, breakpointIds, point, atLine: true, stackFrames });
  }

  #show(run: number, place: Place, stop: StopInfo): void {
    const rebuilds = this.canRebuild;
    const view: View = { run, place, follower: null, stop: { ...stop, moment: { ...stop.moment, past: true, basis: 'recorded', rebuilding: rebuilds } } };
    this.view = view;
    this.#runs.showPast(this.stateOf(view));
    if (rebuilds) void this.#rebuildAt(view);
  }

  get canRebuild(): boolean {
    const { createEngineHost, createFollower: own } = this.#context.options;
    return createEngineHost === undefined || own !== undefined;
  }

  async #rebuildAt(view: View): Promise<void> {
    const move = new TravelMove(() => undefined);
    this.#rebuild = move;
    const change = (moment: Partial<StopInfo['moment']>): void => {
      if (this.view?.place !== view.place || this.view.run !== view.run) return;
      this.view = { ...this.view, stop: { ...this.view.stop, moment: { ...this.view.stop.moment, ...moment } } };
      if (this.#runs.state.kind === 'stopped') this.#runs.showPast(this.stateOf(this.view));
    };
    try {
      await move.within(new Promise((resolve) => void setTimeout(resolve, settleMilliseconds)));
      const { follower, stop } = await move.within(this.stand(view, move, (operation) => change({ note: `Being rebuilt: the run is at operation ${operation} of ${view.stop.point.operation}.` })));
      if (this.view?.place !== view.place) return;
      this.#rebuild = null;
      const { reason, breakpointIds, moment, finding } = view.stop;
      this.view = { ...view, follower, stop: { ...stop, point: view.stop.point, reason, breakpointIds, ...(finding && { finding }), moment: { past: true, basis: 'rebuilt', rebuilding: false, note: moment.note } } };
      if (this.#runs.state.kind === 'stopped') this.#runs.showPast(this.stateOf(this.view));
      this.followersOf(view.run).prepare(placeOf(view.stop.point));
    } catch (error) {
      if (error instanceof Cancelled || this.#rebuild !== move) return;
      this.#rebuild = null;
      const reason = error instanceof Error && !(error instanceof FollowerLost && /^(?:missed|ended|parked|cancelled)$/.test(error.message)) ? error.message : 'This moment could not be rebuilt: the run did not come to it again.';
      change({ rebuilding: false, note: reason });
    }
  }

  /** A follower stands at the place of a view. */
  async stand(view: View, move: TravelMove, progress: (operation: number) => void): Promise<{ readonly follower: Follower; readonly stop: StopInfo }> {
    let toldAt = performance.now();
    const tell = (operation: number): void => {
      if (performance.now() - toldAt < tellMilliseconds) return;
      toldAt = performance.now();
      progress(operation);
    };
    const followers = this.followersOf(view.run);
    const { place: { line }, stop: { driver, point } } = view;
    return followers.goTo(placeOf(point), tell, move.signal, line === null || driver === null ? null : { driver, at: line });
  }

  followersOf(run: number): Followers {
    if (this.#followers?.run === run) return this.#followers;
    this.#followers?.dispose();
    const stored = this.#context.session.reader.runs.run(run);
    if (!stored) throw hostErrors.noRun(run);
    this.#followers = new Followers({
      followed: followRequest(this.#context, stored), runs: () => this.#context.session.reader.runs, create: (options) => createFollower(this.#context, options),
      noted: (noted) => this.noted(run, noted),
      diverged: (sentence) => this.#context.emit('notice', { severity: 'error', message: sentence }),
    });
    return this.#followers;
  }

  /** A follower that waits before an operation, for a run that shares its past. */
  takeFollower(run: number, before: number): ReturnType<Followers['take']> {
    return this.#followers?.run === run ? this.#followers.take(before) : null;
  }

  standing(): Follower['host'] {
    const follower = this.view?.follower;
    if (!follower) throw hostErrors.notRebuilt();
    return follower.host;
  }

  /** Back to where the run itself stands. */
  leave(): void {
    if (this.view === null && this.#runs.state.kind !== 'travelling') return;
    this.view = null;
    this.#runs.showPast(null);
  }

  forget(): void {
    this.#rebuild?.cancel();
    this.#rebuild = null;
    this.view = null;
    this.presentVisit = null;
    this.#followers?.dispose();
    this.#followers = null;
  }

  driverAt(run: number, entry: number): number | null {
    return recordedStop(this.#context, run, entry)?.driverId ?? null;
  }

  /** What is being rebuilt stays as the event log tells it. `isMoving`: the user is on the way somewhere else. */
  cancelRebuild(isMoving: boolean): void {
    const rebuild = this.#rebuild;
    this.#rebuild = null;
    rebuild?.cancel();
    const { view } = this;
    if (rebuild === null || view === null || view.follower !== null) return;
    this.view = { ...view, stop: { ...view.stop, moment: { ...view.stop.moment, rebuilding: false, note: 'Rebuilding was cancelled: this is what the event log tells, without variables.' } } };
    if (!isMoving) this.#runs.showPast(this.stateOf(this.view));
  }
}
