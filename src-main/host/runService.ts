/**
 * Runs: starts the engine host with the enabled drivers, keeps what it sends and what state it is in, passes on steps.
 *
 * One run is active at a time. `RunState` goes idle -> starting -> running <-> stopped -> ended.
 */
import type { BufferView, EngineObjects, RequestParams, RunInfo, RunState, Scope, StepHow, StepUnit, StopInfo, Variable } from '../../src-preload/contract/index.ts';
import type { BreakpointData, PageStart, RunLayer, RunProblem, RunProgress, RunRequest, RunSummary } from '../engine-host/messages.ts';
import { Emitter } from '../base/emitter.ts';
import type { EngineHostListener, OperationsAnswer } from '../engine-host/process.ts';
import type { GroundTruthReport } from '../replay/groundTruth/groundTruthReport.ts';
import type { RunReport } from '../replay/runReport.ts';
import type { StoredDriver, WhereCondition } from '../session/index.ts';
import { breakpointsInRun, linesFromRun, versionsOf, type RunVersions } from './breakpointLines.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import type { EngineHostSurface, FollowerSurface } from './hostOptions.ts';
import { createEngineHost, createFollower } from './createHosts.ts';
import { selectOperations } from './runPreparation.ts';
import { RunRecorder } from './runRecorder.ts';
import { divergence, pastOf, PastRebuild } from './pastRebuild.ts';
import type { PastDifference } from './sharedPast.ts';
import type { Follower } from './follower.ts';
import { isTrusted, runInfo } from './sessionInfo.ts';
import { LiveBreakpoints } from './liveBreakpoints.ts';
import { countDifferences, differencesOf, groundTruthOf } from './runCounts.ts';
import { driverProblem } from './runMaterial.ts';
import { requestOf, specOfStart, storeRun, type RunSpec } from './runSpec.ts';

/** States are told at most so often while running. */
const stateMilliseconds = 50;
/** How long a run may take to end when asked to, before its process is ended. */
const stopMilliseconds = 3000;

interface ActiveRun {
  readonly id: number;
  readonly trace: number;
  readonly total: number;
  readonly host: EngineHostSurface;
  readonly recorder: RunRecorder;
  readonly drivers: readonly StoredDriver[];
  readonly useBreakpoints: boolean;
  readonly versions: RunVersions;
  readonly ended: Promise<void>;
  /** Settles `ended`. */
  readonly finish: () => void;
  layers: readonly RunLayer[];
  problem: RunProblem | null;
  loadProblems: RunProblem[];
  progress: RunProgress | null;
  stop: StopInfo | null;
  /** For the rate: what was done when. */
  mark: { at: number; done: number; rate: number };
  toldAt: number;
  isStopping: boolean;
  /** Of a branch that has not come to where it begins: nothing of it is stored. */
  rebuild: PastRebuild | null;
  /** Breakpoints hold from the first stop on. */
  holdsBreakpoints: boolean;
}

export class RunService {
  readonly #context: HostContext;
  readonly breakpoints: LiveBreakpoints;
  #state: RunState = { kind: 'idle' };
  #past: RunState | null = null;
  #active: ActiveRun | null = null;
  /** Gives an engine host that waits before an operation of a run, where somebody has one. */
  followerOf: (run: number, before: number) => Follower | null = () => null;
  /** A branch was given up before it began: there is nothing of it. */
  branchCancelled: (run: number) => void = () => undefined;
  /** Told when the run has stopped, gone on or ended. */
  readonly headChanged = new Emitter<RunState>();
  #starting: Promise<unknown> = Promise.resolve();
  /** Settled when the last run has been put away. */
  #ending: Promise<void> = Promise.resolve();

  constructor(context: HostContext) {
    this.#context = context;
    this.breakpoints = new LiveBreakpoints(context);
  }

  /** What clients see: the run's own state, or the moment of the past that is being looked at. */
  get state(): RunState {
    return this.#past ?? this.#state;
  }

  /** Of the run that is going on or ran last, wherever somebody looks. */
  get headState(): RunState {
    return this.#state;
  }

  /** Shows a moment of the past instead of where the run stands; null: shows the run again. */
  showPast(state: RunState | null): void {
    this.#past = state;
    this.#context.emit('run.state', this.state);
  }

  /** One start at a time: a second one waits, and then ends the run of the first. */
  start(params: RequestParams<'run.start'>): Promise<RunInfo> {
    const started = this.#starting.then(() => this.#start(params));
    this.#starting = started.catch(() => undefined);
    return started;
  }

  async #start(params: RequestParams<'run.start'>): Promise<RunInfo> {
    await this.stop();
    return this.#begin(specOfStart(this.#context, params));
  }

  /** Starts a run that is a branch of another one. */
  startBranch(spec: RunSpec): Promise<RunInfo> {
    const started = this.#starting.then(async () => {
      await this.stop();
      return this.#begin(spec);
    });
    this.#starting = started.catch(() => undefined);
    return started;
  }

  async #begin(spec: RunSpec): Promise<RunInfo> {
    const { drivers } = spec;
    const trace = this.#context.trace(spec.traceId);
    const { stack } = this.#context.session.reader;
    const newer = spec.plan.switches.flatMap(({ driver, version }) => stack.driverVersion(driver, version) ?? []);
    if (![...drivers, ...newer].every((driver) => isTrusted(this.#context, driver))) throw hostErrors.untrusted();
    const { where, ...span } = await selectOperations(this.#context, trace, spec.plan.where);
    const first = Math.max(span.first, spec.firstOperation ?? 1);
    const versions = versionsOf(drivers.map(({ id, version }) => ({ driver: id, version })), spec.plan);
    const request = requestOf(this.#context, spec, { first, last: span.last, total: where === null ? span.last - first + 1 : span.count }, spec.stopAtEdit === undefined ? this.#breakpointData({ ...spec, versions }) : []);
    const id = storeRun(this.#context, spec, request);
    await this.#launch({ id, trace: trace.id, useBreakpoints: spec.useBreakpoints, drivers, versions }, request, where);
    return this.info(id);
  }

  /** A branch is on its way to where it begins. */
  get isRebuilding(): boolean {
    return this.#active !== null && this.#active.rebuild !== null;
  }

  /** Ends the run that is going on; what it recorded stays. */
  async stop(): Promise<void> {
    const active = this.#active;
    if (!active) return this.#ending;
    active.isStopping = true;
    // Nothing of it is there yet that would have to be waited for.
    if (active.rebuild !== null) return this.#finished(active, null);
    // An engine host that was disposed of tells nothing any more, so its end is told here.
    const giveUp = (): void => void this.#finished(active, null);
    const timer = setTimeout(giveUp, stopMilliseconds);
    await active.host.stop().catch(giveUp);
    await active.ended;
    clearTimeout(timer);
  }

  info(id: number): RunInfo {
    const run = this.#context.session.reader.runs.run(id);
    if (!run) throw hostErrors.noRun(id);
    return runInfo(run, this.#context.session.reader);
  }

  async resume(how: 'continue' | 'next' | 'stepIn' | 'stepOut'): Promise<void> {
    await this.#stopped().host[how]();
  }

  /** Of the run where it stands: by lines, or on to the next event of a kind. */
  async stepLive(unit: StepUnit, how: StepHow): Promise<void> {
    const { host } = this.#stopped();
    if (unit === 'line') await host[how === 'over' ? 'next' : how === 'in' ? 'stepIn' : 'stepOut']();
    else await host.stepTo(unit, how);
  }

  async pause(): Promise<void> {
    if (!this.#active) throw hostErrors.notRunning();
    if (this.#active.rebuild !== null) return void (this.#active.rebuild.pauses = true);
    await this.#active.host.pause();
  }

  scopes(frameId: number): Promise<readonly Scope[]> {
    return this.#stopped().host.scopes(frameId);
  }

  variables(reference: number): Promise<readonly Variable[]> {
    return this.#stopped().host.variables(reference);
  }

  buffer({ of, ...wish }: RequestParams<'debug.buffer'>): Promise<BufferView> {
    return this.#stopped().host.buffer(of, wish);
  }

  objects(): Promise<EngineObjects> {
    return this.#stopped().host.objects();
  }

  evaluate(expression: string, frameId: number | null): Promise<Variable> {
    return this.#stopped().host.evaluate(expression, frameId);
  }

  /** After any change of breakpoints: the running engine host hears of it, and so does every client. */
  async breakpointsChanged(): Promise<void> {
    this.breakpoints.tell();
    const active = this.#active;
    if (active?.useBreakpoints && active.rebuild === null && !active.holdsBreakpoints) await active.host.setBreakpoints(this.#breakpointData(active));
  }

  #breakpointData({ useBreakpoints, versions }: Pick<ActiveRun, 'useBreakpoints' | 'versions'>): BreakpointData[] {
    return useBreakpoints ? breakpointsInRun(this.#context, versions, this.breakpoints.data()) : [];
  }

  /** `keep`: also at the next start of the program. */
  async stopWhenBroken(on: boolean, keep: boolean): Promise<void> {
    if (keep) this.#context.settings.stopsWhenBroken = on;
    if (this.#context.stopsWhenBroken === on) return;
    this.#context.stopsWhenBroken = on;
    this.#context.emit('breakpoints.whenBroken', { stop: on });
    if (this.#active?.useBreakpoints && this.#active.rebuild === null) await this.#active.host.stopWhenBroken(on);
  }

  /** Forgets what belonged to the session that was open. */
  reset(): void {
    this.breakpoints.reset();
    this.#setState({ kind: 'idle' });
  }

  #stopped(): ActiveRun {
    if (!this.#active || this.#state.kind !== 'stopped') throw hostErrors.notStopped();
    return this.#active;
  }

  async #launch({ id, trace, useBreakpoints, drivers, versions }: Pick<ActiveRun, 'id' | 'trace' | 'useBreakpoints' | 'drivers' | 'versions'>, request: RunRequest, where: WhereCondition | null): Promise<void> {
    this.breakpoints.begin(id);
    let finish: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (finish = resolve));
    const recorder = new RunRecorder(this.#context, id, () => active.layers.map((layer) => layer.name));
    const past = pastOf(this.#context, id);
    const taken = past?.canTakeOver === true ? this.followerOf(past.parent.id, past.before) : null;
    const listener = this.#listener(() => active);
    const readOperations = (after: number, limit: number): OperationsAnswer => this.#operations(trace, Math.max(after, request.firstOperation - 1), Math.min(limit, request.lastOperation - after), request.lastOperation, where);
    const host = taken?.handOver(listener) ?? await (past === null ? createEngineHost : createFollower)(this.#context, { readOperations, listener });
    const active: ActiveRun = {
      id, trace, total: request.total, host, recorder, drivers, ended, finish: () => finish(),
      useBreakpoints, versions,
      layers: taken?.layers ?? [], problem: null, loadProblems: [], progress: null, stop: null, mark: { at: performance.now(), done: 0, rate: 0 }, toldAt: 0, isStopping: false,
      rebuild: past === null ? null : new PastRebuild(this.#context, { run: id, request, readOperations }, past), holdsBreakpoints: request.stopAtEdit !== undefined,
    };
    this.#active = active;
    this.#ending = ended;
    this.#setState({ kind: 'starting', runId: id, ...(past !== null && { rebuilding: { operation: taken?.at.issued ?? 0, before: past.before } }) });
    this.#tellChanged(id);
    this.breakpoints.tell();
    const begun = active.rebuild?.begin(host as FollowerSurface, taken !== null) ?? host.start(request);
    begun.catch((error: unknown) => this.#hostFailed(active, error));
  }

  /** The branch begins: what is before `page` is the parent's. */
  #pastReached(active: ActiveRun, rebuild: PastRebuild, page: PageStart): void {
    const different = rebuild.reached(page);
    if (different !== null) return void this.#notTheSame(active, rebuild, different);
    active.rebuild = null;
    active.recorder.count = page.first;
    active.mark = { at: performance.now(), done: active.progress?.done ?? 0, rate: 0 };
    this.#saveRun(active, 'running', null);
    this.#running(active, 0);
    this.#tellChanged(active.id);
    rebuild.record(active.host as FollowerSurface, active.holdsBreakpoints ? [] : this.#breakpointData(active), active.useBreakpoints && this.#context.stopsWhenBroken).catch((error: unknown) => this.#hostFailed(active, error));
  }

  /** What was to be shared is another thing when it is run again. */
  async #notTheSame(active: ActiveRun, rebuild: PastRebuild, different: PastDifference): Promise<void> {
    if (active.problem !== null) return;
    active.problem = divergence(different.sentence);
    active.host.dispose();
    active.problem = divergence(await rebuild.sentenceOf(different));
    await this.#finished(active, null);
  }

  #operations(trace: number, after: number, limit: number, lastOperation: number, where: WhereCondition | null): OperationsAnswer {
    const page = this.#context.session.reader.traces.operationPage(trace, after, Math.max(0, limit), where);
    return { page, last: (page.index[page.count - 1] ?? lastOperation) >= lastOperation };
  }

  // The engine host could not be started at all, or broke in a way that it could not report.
  #hostFailed(active: ActiveRun, error: unknown): void {
    if (this.#active !== active) return;
    const message = error instanceof Error ? error.message : String(error);
    active.problem ??= { kind: 'host-died', message, driver: null, line: null, column: null, operation: null, stack: [] };
    void this.#finished(active, null);
  }

  #listener(current: () => ActiveRun): EngineHostListener {
    const alive = (action: (active: ActiveRun) => void): void => {
      const active = current();
      if (this.#active === active) action(active);
    };
    return {
      sandbox: (state, note) => void (this.#context.sandbox = { state, note }),
      loaded: (layers) => alive((active) => {
        active.layers = layers;
        if (active.rebuild !== null) return;
        this.#saveRun(active, 'running', null);
        this.#running(active, 0);
      }),
      eventPage: (page) => alive((active) => active.recorder.eventPage(page)),
      resultPage: (page) => alive((active) => active.recorder.resultPage(page)),
      progress: (progress) => alive((active) => this.#progress(active, progress)),
      chain: (first, count, chain) => alive((active) => {
        const { rebuild } = active;
        const different = rebuild?.passed(first, count, chain) ?? null;
        if (rebuild !== null && different !== null) void this.#notTheSame(active, rebuild, different);
      }),
      parked: (_at, next, _missed, _goal, page) => alive((active) => {
        // One that is taken over may have come to where it was sent before.
        if (active.rebuild !== null && next >= active.rebuild.past.before) this.#pastReached(active, active.rebuild, page);
      }),
      stopped: (stop) => alive((active) => {
        // The parent has stopped there in its time.
        if (active.rebuild !== null) void active.host.continue().catch(() => undefined);
        else if (active.holdsBreakpoints) void this.#stoppedAtEdit(active, stop);
        else this.#hasStopped(active, stop);
      }),
      continued: () => alive((active) => {
        if (active.rebuild !== null) return;
        active.stop = null;
        active.mark = { at: performance.now(), done: active.progress?.done ?? 0, rate: active.mark.rate };
        this.#running(active, 0);
      }),
      breakpointVerified: (id, line, message) => this.breakpoints.verified(id, line === null ? null : linesFromRun(this.#context, current().versions, this.breakpoints.driverOf(id))(line), message),
      breakpointLog: (lines) => alive((active) => this.breakpoints.logged(active.id, lines)),
      breakpointThrew: (id, message) => this.breakpoints.threw(id, message),
      problem: (problem) => alive((active) => this.#problem(active, problem)),
      ended: (summary) => alive((active) => void this.#finished(active, summary)),
    };
  }

  #progress(active: ActiveRun, progress: RunProgress): void {
    active.progress = progress;
    if (active.rebuild !== null) return this.#tellRebuilding(active, active.rebuild.past.before, progress.operation);
    this.breakpoints.countHits(progress.hits);
    const now = performance.now();
    const elapsed = now - active.mark.at;
    if (elapsed > 200) active.mark = { at: now, done: progress.done, rate: ((progress.done - active.mark.done) / elapsed) * 1000 };
    if (active.stop === null) this.#running(active, stateMilliseconds);
  }

  /** Nothing has begun or ended by it: whoever looks at the past meanwhile stays there. */
  #tellRebuilding(active: ActiveRun, before: number, operation: number): void {
    this.#state = { kind: 'starting', runId: active.id, rebuilding: { operation, before } };
    if (this.#past === null) this.#context.emit('run.state', this.#state);
  }

  #running(active: ActiveRun, atMostEvery: number): void {
    const now = performance.now();
    if (now - active.toldAt < atMostEvery && this.#state.kind === 'running') return;
    active.toldAt = now;
    const { progress, total } = active;
    this.#setState({ kind: 'running', runId: active.id, operation: progress?.operation ?? 0, done: progress?.done ?? 0, total, operationsPerSecond: Math.round(active.mark.rate) });
  }

  /** At the moment that was asked for; breakpoints on the way there were passed before, by the run that was changed. */
  async #stoppedAtEdit(active: ActiveRun, stop: StopInfo): Promise<void> {
    active.holdsBreakpoints = false;
    await active.host.setBreakpoints(this.#breakpointData(active)).catch(() => undefined);
    if (this.#active === active) this.#hasStopped(active, stop);
  }

  #hasStopped(active: ActiveRun, stop: StopInfo): void {
    active.stop = stop;
    // What the page will ask for next has to be there.
    active.recorder.flush();
    this.#saveRun(active, 'stopped', null);
    this.#setState({ kind: 'stopped', runId: active.id, stop });
    this.breakpoints.tellHits();
    this.#tellChanged(active.id);
  }

  #problem(active: ActiveRun, problem: RunProblem): void {
    active.problem ??= problem;
    const driver = active.drivers.find((candidate) => candidate.name === problem.driver);
    if (!driver) return;
    if (problem.kind === 'load') active.loadProblems.push(problem);
    const own = problem.kind === 'load' ? active.loadProblems.filter((other) => other.driver === problem.driver) : [problem];
    this.#context.emit('drivers.problems', { driverId: driver.id, problems: own.map(driverProblem) });
  }

  async #finished(active: ActiveRun, told: RunSummary | null): Promise<void> {
    if (this.#active !== active) return;
    // From here on nothing of it is heard any more.
    this.#active = null;
    if (active.rebuild !== null) return this.#endedBefore(active);
    active.host.dispose();
    active.recorder.flush();
    const summary: RunSummary | null = told === null || told.outcome !== 'stopped' ? told : { ...told, report: { ...told.report, stopped: true } };
    // Whoever stops a run does not wait for the counts.
    const differences = active.isStopping ? (summary?.differences ?? 0) : await differencesOf(this.#context, active, summary);
    const groundTruth = summary === null || active.isStopping ? null : await groundTruthOf(this.#context, active);
    this.#saveRun(active, 'ended', summary, differences, groundTruth);
    this.breakpoints.saveHits();
    this.breakpoints.tellHits();
    const outcome = summary?.outcome ?? (active.isStopping ? 'stopped' : 'failed');
    // First the run as it ended, so that whoever hears of the end finds it.
    this.#tellChanged(active.id);
    this.#setState({ kind: 'ended', runId: active.id, outcome: active.problem === null ? outcome : 'failed' });
    active.finish();
    if (active.isStopping) void this.#countLater(active, summary).catch(() => undefined);
  }

  /** It has not come to where it begins: there is nothing of it. */
  #endedBefore(active: ActiveRun): void {
    active.host.dispose();
    active.progress = null;
    if (!active.isStopping) active.problem ??= { kind: 'host-died', message: 'The engine host ended on the way to where this branch begins; run it again.', driver: null, line: null, column: null, operation: null, stack: [] };
    this.#saveRun(active, 'ended', null);
    if (active.problem === null) this.branchCancelled(active.id);
    this.#tellChanged(active.id);
    this.#setState({ kind: 'ended', runId: active.id, outcome: active.problem === null ? 'stopped' : 'failed' });
    active.finish();
  }

  async #countLater(active: ActiveRun, summary: RunSummary | null): Promise<void> {
    const { session } = this.#context;
    const count = await countDifferences(this.#context, active, summary);
    if (this.#context.session !== session) return;
    this.#context.write(({ runs }) => runs.setDifferences(active.id, count));
    this.#tellChanged(active.id);
  }

  #saveRun(active: ActiveRun, state: 'running' | 'stopped' | 'ended', summary: RunSummary | null, differences = 0, groundTruth: GroundTruthReport | null = null): void {
    const { progress, recorder } = active;
    const { reader } = this.#context.session;
    this.#context.write(({ runs }) => runs.updateRun(active.id, {
      state,
      layers: JSON.stringify(active.layers),
      // At a stop the list says what the last report of progress, moments ago, could not know yet.
      operations: summary?.operations ?? Math.max(progress?.done ?? 0, reader.runs.resultCount(active.id)),
      events: summary?.events ?? recorder.count,
      violations: reader.runs.violationCount(active.id, 'violations'),
      differences,
      eventHash: summary?.eventHash ?? null,
      problem: active.problem === null ? null : JSON.stringify(active.problem),
      report: summary === null ? null : JSON.stringify({ ...summary.report, groundTruth } satisfies RunReport),
    }));
  }

  /** Of a run that was taken out of the list nobody hears. */
  #tellChanged(id: number): void {
    const run = this.#context.session.reader.runs.run(id);
    if (run !== undefined && !run.deleted) this.#context.emit('run.changed', runInfo(run, this.#context.session.reader));
  }

  #setState(state: RunState): void {
    this.#state = state;
    // A run that starts takes the view along; what goes on in the background does not.
    if (state.kind === 'starting' || state.kind === 'idle') this.#past = null;
    this.headChanged.fire(state);
    if (this.#past === null) this.#context.emit('run.state', state);
  }
}
