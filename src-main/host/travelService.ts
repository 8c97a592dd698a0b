/**
 * Time travel: moves through the recorded events of a run, and has the moment rebuilt by running it again up to there.
 *
 * What a moment shows comes in two steps. From the event log, at once: `basis: 'recorded'`. From a follower that stands there: `rebuilt`,
 * with everything that a stop of the run itself has. A movement that takes long says so and can be cancelled; the place is kept.
 */
import type { BufferView, Direction, EngineObjects, MomentTarget, RequestParams, Scope, StepHow, StepUnit, Variable } from '../../src-preload/contract/index.ts';
import type { Sought } from '../debugger/eventWalk.ts';
import { hostErrors } from './errors.ts';
import { searchEvents } from './eventSearch.ts';
import type { HostContext } from './hostContext.ts';
import { PastHits } from './pastHits.ts';
import { PastView } from './pastView.ts';
import { RoutineLines } from './routineLines.ts';
import { lineOfDriver } from './runFiles.ts';
import type { RunService } from './runService.ts';
import { storedEventLog } from './storedEventLog.ts';
import { Cancelled, TravelMove } from './travelMove.ts';
import type { Place } from './travelPlace.ts';
import { aimAt } from './travelTargets.ts';

export class TravelService {
  readonly #context: HostContext;
  readonly #runs: RunService;
  readonly #past: PastView;
  readonly #lines: RoutineLines;
  readonly #hits: PastHits;
  #move: TravelMove | null = null;
  #moving: Promise<void> = Promise.resolve();

  constructor(context: HostContext, runs: RunService) {
    this.#context = context;
    this.#runs = runs;
    this.#past = new PastView(context, runs);
    this.#lines = new RoutineLines(context, runs, this.#past);
    this.#hits = new PastHits(context, this.#past, this.#lines);
    runs.followerOf = (run, before) => this.#past.takeFollower(run, before);
    // Another run is the present one now.
    runs.headChanged.listen((state) => {
      if (state.kind === 'starting' || state.kind === 'idle') this.#forget();
    });
  }

  /** Somebody looks at the past: requests about a stop are about that moment. */
  get isPast(): boolean {
    return this.#past.view !== null;
  }

  goTo(runId: number | null, target: MomentTarget): Promise<void> {
    return this.#go('Going there', async (move) => {
      const run = runId ?? this.#past.shownRun();
      const stored = this.#context.session.reader.runs.run(run);
      if (!stored) throw hostErrors.noRun(run);
      if (run === this.#past.headRun()) await this.#haltHead();
      const { number, line } = await aimAt(this.#context, stored, target, this.#past.operation(), move);
      if (line === null) this.#past.showEvent(run, number, 'goto');
      else await this.#lines.showPoint(run, number, line, move);
    });
  }

  step(unit: StepUnit, direction: Direction, how: StepHow): Promise<void> {
    if (this.#past.view === null && direction === 'forward' && this.#runs.headState.kind === 'stopped') return this.#runs.stepLive(unit, how);
    const words = `Stepping ${direction === 'back' ? 'back ' : ''}by ${unit}`;
    return this.#go(words, async (move) => {
      const run = this.#past.shownRun();
      const place = this.#past.place(run);
      if (unit !== 'line' || !(await this.#lines.stepLine(run, place, direction, how, move))) await this.#stepEvent(run, place, unit === 'line' ? 'callback' : unit, direction, how, move);
    });
  }

  continue(direction: Direction): Promise<void> {
    if (this.#past.view === null && direction === 'forward' && this.#runs.headState.kind === 'stopped') return this.#runs.resume('continue');
    return this.#go(direction === 'back' ? 'Running back' : 'Running on', (move) => this.#hits.continue(direction, move));
  }

  runToLine(driverId: number, line: number, direction: Direction): Promise<void> {
    return this.#go(`Running ${direction === 'back' ? 'back ' : ''}to ${lineOfDriver(this.#context.session.reader, driverId, line)}`, (move) => this.#lines.toLine(driverId, line, direction, move));
  }

  restart(): Promise<void> {
    return this.goTo(null, { kind: 'event', number: 0 });
  }

  toPresent(): Promise<void> {
    this.#cancelAll();
    return this.#moving.then(() => this.#past.leave());
  }

  cancel(): void {
    if (this.#runs.isRebuilding) void this.#runs.stop();
    this.#cancelAll();
  }

  scopes(frameId: number): Promise<readonly Scope[]> {
    return this.#past.standing().scopes(frameId);
  }

  variables(reference: number): Promise<readonly Variable[]> {
    return this.#past.standing().variables(reference);
  }

  evaluate(expression: string, frameId: number | null): Promise<Variable> {
    return this.#past.standing().evaluate(expression, frameId);
  }

  buffer({ of, ...wish }: RequestParams<'debug.buffer'>): Promise<BufferView> {
    return this.#past.standing().buffer(of, wish);
  }

  objects(): Promise<EngineObjects> {
    return this.#past.standing().objects();
  }

  dispose(): void {
    this.#forget();
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
    const run = this.#past.view?.run ?? this.#past.headRun();
    const { headState } = this.#runs;
    const stop = this.#past.view?.stop ?? (headState.kind === 'stopped' ? headState.stop : null);
    if (run !== null) this.#runs.showPast({ kind: 'travelling', runId: run, what, done, total, stop });
  }

  /** The movement is over; where it led nowhere, the place is the one before. */
  #settled(move: TravelMove): void {
    if (this.#move !== move) return;
    this.#move = null;
    if (this.#runs.state.kind === 'travelling') this.#runs.showPast(this.#past.view === null ? null : this.#past.stateOf(this.#past.view));
  }

  #cancelAll(): void {
    this.#move?.cancel();
    this.#past.cancelRebuild(this.#move !== null);
  }

  #forget(): void {
    this.#move?.cancel();
    this.#past.forget();
    this.#lines.clear();
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
    if (found === null) this.#past.nothingThere(run, direction, `There is no ${direction === 'back' ? 'earlier' : 'later'} ${unit}`);
    else this.#past.showEvent(run, found.number, 'step');
  }
}
