/**
 * One debug session: initialize, launch, configure, run, stop, look, go on, end.
 *
 * A thin layer over the host's contract. What is shown at a stop is in stopView.ts, breakpoints are in breakpoints.ts.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointLogLine, DriverInfo, HostApi, RunState, StopInfo } from '../../src-preload/contract/index.ts';
import { assertExists } from '../base/assert.ts';
import { driverLine } from '../base/driverLines.ts';
import { integer, list, members, optionalText, optionalWholeNumber, text, texts, wholeNumber } from './arguments.ts';
import { Breakpoints } from './breakpoints.ts';
import { capabilities } from './capabilities.ts';
import { Client } from './client.ts';
import { Connection, type Call } from './connection.ts';
import { dapErrors } from './errors.ts';
import type { ShownFrame } from './frames.ts';
import { parseLaunch, type Launch, type LaunchSteps, type Prepared, type SessionHost } from './launch.ts';
import { consoleCommand, LineTargets, stepOf } from './movement.ts';
import { RunOutput } from './output.ts';
import { Progress } from './progress.ts';
import type { Arguments, DapHandlers } from './protocol.ts';
import { References } from './references.ts';
import { StopScopes } from './scopes.ts';
import { Sources } from './sources.ts';
import { reasonOf } from './stopReasons.ts';
import { StopView } from './stopView.ts';
import { runningThreads } from './threads.ts';

export interface SessionOptions {
  readonly createHost: () => Promise<SessionHost>;
  readonly steps: LaunchSteps;
  readonly write: (text: string) => void;
  /** The client has said goodbye. */
  readonly ended: () => void;
}

/** From `launch` or `attach` on. */
interface Launched {
  readonly host: SessionHost;
  /** Null: attached to a workbench, whose runs begin and end there. */
  readonly own: { readonly launch: Launch; readonly prepared: Prepared } | null;
  readonly sources: Sources;
  readonly breakpoints: Breakpoints;
  readonly scopes: StopScopes;
  readonly frames: References<ShownFrame>;
}

export class DapSession {
  readonly connection: Connection;
  readonly #options: SessionOptions;
  #client: Client | null = null;
  #host: Promise<SessionHost> | null = null;
  #launched: Launched | null = null;
  #configured = false;
  #terminating = false;
  #pauseSoon = false;
  /** On the way to the last moment of a run that is over. */
  #atEnd = false;
  /** How often the run has stopped or gone on. */
  #changes = 0;
  #travels = 0;
  readonly #targets = new LineTargets();
  #state: RunState | null = null;
  #view: StopView | null = null;
  #output: RunOutput | null = null;
  #progress: Progress | null = null;
  /** The run whose end is the end of the session; another one's is that of a run that was started anew. */
  #runId: number | null = null;
  /** Stops and ends are told one after the other, and none before the response to the request that led to it. */
  #telling: Promise<unknown> = Promise.resolve();
  #entry = false;
  #disposed: Promise<void> | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.connection = new Connection(options.write, this.#handlers());
  }

  /** Ends the host with everything that runs in it. */
  dispose(): Promise<void> {
    this.#disposed ??= (async () => {
      const host = await this.#host?.catch(() => null);
      await this.#launched?.breakpoints.clear().catch(() => undefined);
      await host?.dispose();
    })();
    return this.#disposed;
  }

  #handlers(): DapHandlers {
    return {
      initialize: (args) => this.#initialize(args),
      launch: (args, call) => this.#launch(args, call),
      attach: (args, call) => this.#attach(args, call),
      setBreakpoints: async (args) => ({ breakpoints: await this.#ready('setBreakpoints').breakpoints.setLines(members(args['source'], 'source', '{ "path": "mine.ts" }'), linesOf(args)) }),
      setFunctionBreakpoints: async (args) => ({ breakpoints: await this.#ready('setFunctionBreakpoints').breakpoints.setFunctions(list(args, 'breakpoints', '[{ "name": "pre READ" }]')) }),
      setExceptionBreakpoints: async (args) => ({ breakpoints: await this.#ready('setExceptionBreakpoints').breakpoints.setExceptions(texts(args, 'filters', '["violations"]'), list(args, 'filterOptions', '[{ "filterId": "violations" }]')) }),
      dataBreakpointInfo: (args) => this.#dataBreakpointInfo(args),
      setDataBreakpoints: async (args) => ({ breakpoints: await this.#ready('setDataBreakpoints').breakpoints.setData(list(args, 'breakpoints', '[{ "dataId": "Parameters.Write.Length" }]')) }),
      configurationDone: (_, call) => this.#configurationDone(call),
      restart: (args, call) => this.#restart(args, call),
      terminate: (_, call) => this.#terminate(call),
      disconnect: (_, call) => this.#disconnect(call),
      threads: async () => ({ threads: await (this.#view?.threads() ?? runningThreads(this.#state)) }),
      stackTrace: (args) => this.#stopped().stackTrace(wholeNumber(args, 'threadId'), optionalWholeNumber(args, 'startFrame') ?? 0, optionalWholeNumber(args, 'levels') ?? 0),
      scopes: async (args) => ({ scopes: await this.#stopped().scopes(wholeNumber(args, 'frameId')) }),
      variables: async (args) => ({ variables: await this.#stopped().variables(wholeNumber(args, 'variablesReference'), optionalWholeNumber(args, 'start') ?? 0, optionalWholeNumber(args, 'count') ?? 0) }),
      setVariable: (args, call) => this.#branch(call, (view) => view.setVariable(wholeNumber(args, 'variablesReference'), text(args, 'name', 'Length'), text(args, 'value', '512'))),
      setExpression: (args, call) => this.#branch(call, (view) => view.setExpression(text(args, 'expression', 'read.Length'), text(args, 'value', '512'), optionalWholeNumber(args, 'frameId'))),
      evaluate: (args, call) => this.#evaluate(args, call),
      completions: async (args) => ({ targets: await this.#stopped().completions(typeof args['text'] === 'string' ? args['text'] : '', wholeNumber(args, 'column'), optionalWholeNumber(args, 'frameId')) }),
      readMemory: (args) => this.#stopped().readMemory(text(args, 'memoryReference', '1:read.ReadBuffer'), args['offset'] === undefined ? 0 : integer(args, 'offset'), wholeNumber(args, 'count')),
      exceptionInfo: () => this.#stopped().exceptionInfo(),
      source: (args) => this.#ready('source').sources.asked(args),
      loadedSources: () => ({ sources: this.#ready('loadedSources').sources.all() }),
      modules: (args) => this.#ready('modules').sources.modules(optionalWholeNumber(args, 'startModule') ?? 0, optionalWholeNumber(args, 'moduleCount') ?? 0),
      continue: async (_, call) => {
        await this.#go(call, (api) => api.request('debug.continue', { direction: 'forward' }));
        return { allThreadsContinued: true };
      },
      reverseContinue: (_, call) => this.#go(call, (api) => api.request('debug.continue', { direction: 'back' })),
      next: (args, call) => this.#go(call, (api) => api.request('debug.step', stepOf(args, 'forward', 'over'))),
      stepIn: (args, call) => this.#go(call, (api) => api.request('debug.step', stepOf(args, 'forward', 'in'))),
      stepOut: (args, call) => this.#go(call, (api) => api.request('debug.step', stepOf(args, 'forward', 'out'))),
      stepBack: (args, call) => this.#go(call, (api) => api.request('debug.step', stepOf(args, 'back', 'over'))),
      gotoTargets: (args) => this.#gotoTargets(args),
      goto: (args, call) => this.#go(call, (api) => api.request('debug.runToLine', this.#targets.get(args))),
      pause: async () => {
        const { api } = this.#ready('pause').host;
        // Drivers are still being loaded: it stops as soon as it runs.
        if (this.#state?.kind === 'starting') this.#pauseSoon = true;
        else await api.request('run.pause', {});
      },
      cancel: (args) => this.#cancel(args),
    };
  }

  // ---- life

  #initialize(args: Arguments): DebugProtocol.Capabilities {
    if (this.#client !== null) throw dapErrors.initializedAlready();
    this.#client = new Client(args);
    return capabilities;
  }

  async #launch(args: Arguments, call: Call): Promise<void> {
    const launch = this.#first('launch', () => parseLaunch(args));
    await this.#begin(call, this.#options.createHost(), async (host) => {
      const stop = (): void => void host.api.request('trace.cancelImport', { jobId: null }).catch(() => undefined);
      this.#progress = this.#newProgress('import', 'Reading the trace', stop);
      call.signal.addEventListener('abort', stop);
      try {
        return { launch, prepared: await this.#options.steps.prepare(host.api, launch) };
      } finally {
        this.#endProgress();
      }
    });
  }

  async #attach(args: Arguments, call: Call): Promise<void> {
    const address = this.#first('attach', () => text(args, 'url', 'http://127.0.0.1:4321/?token=...'));
    const closed = (): void => {
      if (this.#disposed === null) this.connection.event('terminated', {});
    };
    await this.#begin(call, this.#options.steps.attach(address, closed), () => Promise.resolve(null));
  }

  #first<T>(command: string, parse: () => T): T {
    if (this.#client === null) throw dapErrors.notInitialized(command);
    if (this.#host !== null) throw dapErrors.launchedAlready();
    return parse();
  }

  async #begin(call: Call, starting: Promise<SessionHost>, prepare: (host: SessionHost) => Promise<Launched['own']>): Promise<void> {
    const client = assertExists(this.#client);
    this.#host = starting;
    try {
      const host = await starting;
      this.#listen(host.api);
      const own = await prepare(host);
      const sources = new Sources(client, await stackOf(host.api), own?.prepared.files ?? new Map());
      const breakpoints = new Breakpoints(host.api, client, sources, (breakpoint) => this.connection.event('breakpoint', { reason: 'changed', breakpoint }));
      this.#launched = { host, own, sources, breakpoints, scopes: new StopScopes(host.api, sources), frames: new References() };
      call.afterResponse(() => this.connection.event('initialized', undefined));
    } catch (error) {
      // What failed may be tried again.
      this.#host = null;
      await (await starting.catch(() => null))?.dispose();
      throw error;
    }
  }

  async #configurationDone(call: Call): Promise<void> {
    const launched = this.#ready('configurationDone');
    if (this.#configured) throw dapErrors.configuredAlready();
    this.#configured = true;
    this.#heldBack(call);
    const { own, host } = launched;
    try {
      if (own !== null) await this.#run(launched, own, own.launch);
      else this.#runState(await host.api.request('run.state', {}));
    } catch (error) {
      call.afterResponse(() => this.connection.event('terminated', {}));
      throw error;
    }
  }

  async #run({ host }: Launched, { prepared }: NonNullable<Launched['own']>, launch: Launch): Promise<void> {
    this.#entry = launch.stopOnEntry && !launch.noDebug;
    this.#runId = null;
    this.#output = null;
    const run = await host.api.request('run.start', { ...launch.run, traceId: prepared.traceId, stopOnEntry: this.#entry, breakpoints: !launch.noDebug });
    this.#belongsTo(run.id);
  }

  /** Runs again from the start, with the drivers as they are in their files now. */
  async #restart(args: Arguments, call: Call): Promise<void> {
    const launched = this.#ready('restart');
    const { own, host, sources } = launched;
    if (own === null) throw dapErrors.attached();
    if (!this.#configured) throw dapErrors.notLaunched('restart');
    const given = args['arguments'];
    const launch = given === undefined ? own.launch : { ...own.launch, ...changeable(parseLaunch(members(given, 'arguments', '{ "program": "first-light" }'))) };
    this.#heldBack(call);
    // The end of the run that goes on is not the session's.
    this.#runId = null;
    this.#leaveStop();
    await host.api.request('run.stop', {});
    await this.#options.steps.reread(host.api, own.prepared.files);
    sources.update(await stackOf(host.api));
    await this.#run(launched, own, launch);
  }

  async #terminate(call: Call): Promise<void> {
    const { host } = this.#ready('terminate');
    this.#terminating = true;
    this.#heldBack(call);
    const { kind } = await host.api.request('run.state', {});
    if (kind === 'idle' || kind === 'ended') this.#tell(() => Promise.resolve(this.connection.event('terminated', {})));
    else await host.api.request('run.stop', {});
  }

  async #disconnect(call: Call): Promise<void> {
    call.afterResponse(() => this.#options.ended());
    await this.dispose();
  }

  // ---- movement

  async #go(call: Call, how: (api: HostApi) => Promise<unknown>): Promise<void> {
    this.#stopped();
    this.#heldBack(call);
    const changes = this.#changes;
    await how(this.#ready('movement').host.api);
    // It led nowhere: the client, which takes the run to be going on, hears that it still stands here.
    const state = this.#state;
    if (this.#changes === changes && state?.kind === 'stopped') this.#tell(() => this.#hasStopped(state.runId, state.stop));
  }

  #gotoTargets(args: Arguments): DebugProtocol.GotoTargetsResponse['body'] {
    const { sources } = this.#ready('gotoTargets');
    const source = members(args['source'], 'source', '{ "path": "mine.ts" }');
    const [file] = sources.filesOf(source);
    if (file === undefined) throw dapErrors.noSource(String((source as DebugProtocol.Source).path ?? (source as DebugProtocol.Source).name ?? ''));
    const shown = wholeNumber(args, 'line');
    return { targets: this.#targets.add(file.driver.id, driverLine(file.slot, this.#client?.lineFromClient(shown) ?? shown), shown) };
  }

  /** The run that is shown from here on is the one that the change makes. */
  #branch<T>(call: Call, change: (view: StopView) => Promise<T>): Promise<T> {
    const view = this.#stopped();
    this.#heldBack(call);
    const before = this.#runId;
    this.#runId = null;
    return change(view).then((changed) => {
      this.#tell(() => this.#tellBranch(before));
      return changed;
    }, (error: unknown) => {
      this.#runId ??= before;
      throw error;
    });
  }

  async #tellBranch(from: number | null): Promise<void> {
    const runs = (await this.#launched?.host.api.request('run.list', {})) ?? [];
    const [branch, parent] = [this.#runId, from].map((id) => runs.find((run) => run.id === id));
    if (branch === undefined || branch === parent) return;
    this.connection.event('output', { category: 'console', output: `A run cannot be changed afterwards: from here on “${branch.name}” is shown, a branch with the new value${parent === undefined ? '' : `; “${parent.name}” stays as it is`}.\n` });
  }

  /** What a request leads to is told after its response. */
  #heldBack(call: Call): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#telling;
    this.#telling = before.then(() => promise);
    call.afterResponse(resolve);
  }

  #cancel(args: Arguments): void {
    const requestId = optionalWholeNumber(args, 'requestId');
    const progressId = optionalText(args, 'progressId', 'run');
    if (requestId !== null) this.connection.cancel(requestId);
    if (progressId !== null && progressId === this.#progress?.id) this.#progress.cancel();
  }

  /** To give up waiting for a run is to pause it: its place is kept. */
  #pause(): void {
    void this.#launched?.host.api.request('run.pause', {}).catch(() => undefined);
  }

  #stopTravelling(): void {
    void this.#launched?.host.api.request('debug.cancel', {}).catch(() => undefined);
  }

  // ---- what the host tells

  #listen(api: HostApi): void {
    api.listen('run.state', (state) => this.#runState(state));
    api.listen('breakpoints.changed', (infos) => this.#launched?.breakpoints.update(infos));
    api.listen('drivers.changed', (drivers) => {
      const changes = this.#launched?.sources.update(drivers.filter((driver) => driver.enabled));
      for (const change of changes?.modules ?? []) this.connection.event('module', change);
      for (const change of changes?.sources ?? []) this.connection.event('loadedSource', change);
    });
    api.listen('events.appended', ({ runId }) => {
      if (runId === this.#runId) this.#output?.appended();
    });
    api.listen('breakpoints.logged', ({ lines }) => {
      for (const line of lines) this.connection.event('output', { category: 'console', output: `${line.operation}:${line.sequence}  ${line.text}\n`, ...this.#loggedAt(line) });
    });
    api.listen('notice', ({ severity, message }) => this.connection.event('output', { category: severity === 'error' ? 'important' : 'console', output: `${message}\n` }));
    api.listen('import.progress', ({ phase, done, total, operations }) => this.#progress?.update(phase === 'reading' ? `${operations} operations` : phase, done, total));
  }

  #loggedAt({ breakpointId, driver, line }: BreakpointLogLine): Pick<DebugProtocol.OutputEvent['body'], 'source' | 'line'> {
    const place = line === 0 ? undefined : this.#launched?.sources.place(driver, line);
    if (place === undefined) return this.#launched?.breakpoints.placeOf(breakpointId) ?? {};
    return { source: place.source, line: this.#client?.lineToClient(place.line) ?? place.line };
  }

  #belongsTo(runId: number): void {
    if (this.#runId === runId || this.#launched === null || this.#client === null) return;
    this.#runId = runId;
    this.#output = new RunOutput(this.#launched.host.api, this.#client, this.#launched.sources, runId, (output) => this.connection.event('output', output));
  }

  #runState(state: RunState): void {
    if (state.kind === 'idle') return;
    // Of a workbench every run is shown, of our own host the one that was started.
    if (this.#configured && (state.kind === 'starting' || this.#launched?.own === null)) this.#belongsTo(state.runId);
    if (state.runId !== this.#runId) return;
    this.#state = state;
    if (state.kind !== 'travelling') this.#changes++;
    if (state.kind === 'running') {
      this.#leaveStop();
      if (this.#pauseSoon) this.#pause();
      this.#pauseSoon = false;
      this.#progress ??= this.#newProgress(`run-${state.runId}-${state.done}`, 'Replaying', () => this.#pause());
      this.#progress?.update(`${state.done} of ${state.total} operations`, state.done, state.total);
    } else if (state.kind === 'travelling') {
      this.#progress ??= this.#newProgress(`travel-${this.#travels++}`, state.what, () => this.#stopTravelling());
      this.#progress?.update(state.what, state.done, state.total);
    } else if (state.kind === 'stopped') this.#tell(() => this.#hasStopped(state.runId, state.stop));
    else if (state.kind === 'ended') this.#tell(() => this.#hasEnded(state.runId, state.outcome === 'completed'));
  }

  #tell(what: () => Promise<void>): void {
    this.#telling = this.#telling.then(what).catch((error: unknown) => {
      if (this.#disposed === null) this.connection.event('output', { category: 'important', output: `${error instanceof Error ? error.message : String(error)}\n` });
    });
  }

  async #hasStopped(runId: number, stop: StopInfo): Promise<void> {
    const launched = this.#launched;
    if (launched === null || this.#client === null || runId !== this.#runId) return;
    this.#endProgress();
    await this.#output?.poll();
    // It has gone on, or ended, while that was fetched.
    if (this.#state?.kind !== 'stopped' || this.#state.stop !== stop) return;
    const { host, sources, scopes, frames, own } = launched;
    const traceId = own?.prepared.traceId ?? (await host.api.request('run.list', {})).find((run) => run.id === runId)?.traceId ?? 0;
    const before = this.#view?.runId === runId ? this.#view.stop : null;
    const sameMoment = before?.moment.rebuilding === true && samePoint(before, stop);
    // Only how far the rebuilding is.
    if (sameMoment && stop.moment.rebuilding) return;
    this.#leaveStop();
    const view = new StopView(host.api, this.#client, sources, { stop, runId, traceId }, { frames, scopes });
    this.#view = view;
    // The same moment, with its variables now.
    if (sameMoment && this.#client.supportsInvalidated) {
      this.connection.event('invalidated', { areas: ['all'] });
      return;
    }
    if (stop.moment.past) this.#tellPast(stop);
    this.connection.event('stopped', { ...reasonOf(stop, { atEnd: this.#atEnd, entry: this.#entry, kindOf: (id) => launched.breakpoints.kindOf(id) }), threadId: view.threadId, allThreadsStopped: true, ...(stop.breakpointIds.length > 0 && { hitBreakpointIds: launched.breakpoints.shownIds(stop.breakpointIds) }) });
    this.#entry = false;
    this.#atEnd = false;
  }

  /** Being in the past is said in words, and what is missing there. */
  #tellPast({ point, moment }: StopInfo): void {
    this.connection.event('output', { category: 'console', output: `in the past, at ${point.operation}:${point.sequence}${moment.note === null ? '' : `: ${moment.note}`}\n` });
  }

  async #hasEnded(runId: number, completed: boolean): Promise<void> {
    const launched = this.#launched;
    if (launched === null || runId !== this.#runId) return;
    this.#endProgress();
    this.#leaveStop();
    await this.#output?.poll();
    const run = (await launched.host.api.request('run.list', {})).find((one) => one.id === runId);
    if (run !== undefined) this.#output?.summary(run);
    if (launched.own === null && !this.#terminating) return;
    if (launched.own?.launch.stopAtEnd === true && completed && !this.#terminating && run !== undefined && run.events > 0) {
      this.#atEnd = true;
      await launched.host.api.request('debug.goTo', { runId, target: { kind: 'event', number: run.events - 1 } });
      return;
    }
    this.connection.event('exited', { exitCode: run === undefined || run.problem !== null ? 1 : 0 });
    this.connection.event('terminated', {});
  }

  #newProgress(id: string, title: string, cancel: () => void): Progress | null {
    return this.#client?.supportsProgress === true ? new Progress(this.connection, id, title, cancel) : null;
  }

  #endProgress(): void {
    this.#progress?.end();
    this.#progress = null;
  }

  #leaveStop(): void {
    this.#view = null;
    this.#launched?.scopes.clear();
    this.#launched?.frames.clear();
  }

  // ---- looking

  /** An expression; in the debug console also a command that begins with a colon. */
  async #evaluate(args: Arguments, call: Call): Promise<DebugProtocol.EvaluateResponse['body']> {
    const expression = text(args, 'expression', 'Data.Iopb.MajorFunction');
    if (args['context'] !== 'repl' || !expression.startsWith(':')) return this.#stopped().evaluate(expression, optionalWholeNumber(args, 'frameId'));
    await this.#go(call, (api) => consoleCommand(api, expression));
    return { result: '', variablesReference: 0 };
  }

  #dataBreakpointInfo(args: Arguments): DebugProtocol.DataBreakpointInfoResponse['body'] {
    const name = text(args, 'name', 'Parameters.Write.Length');
    const field = this.#stopped().iopbField(name, optionalWholeNumber(args, 'variablesReference') ?? 0);
    if (field === null) return { dataId: null, description: `“${name}” is no field of the Iopb; changes can be watched of those in the scope “Iopb”.` };
    return { dataId: field, description: `${field}, whoever changes it`, accessTypes: ['write'], canPersist: true };
  }

  #ready(command: string): Launched {
    if (this.#client === null) throw dapErrors.notInitialized(command);
    if (this.#launched === null) throw dapErrors.notLaunched(command);
    return this.#launched;
  }

  #stopped(): StopView {
    this.#ready('this request');
    if (this.#view === null) throw dapErrors.notStopped();
    return this.#view;
  }
}

const stackOf = async (api: HostApi): Promise<DriverInfo[]> => (await api.request('drivers.list', {})).filter((driver) => driver.enabled);

const samePoint = (a: StopInfo, b: StopInfo): boolean => a.point.operation === b.point.operation && a.point.sequence === b.point.sequence && a.point.line === b.point.line;

/** `lines` is what old clients send. */
function linesOf(args: Arguments): readonly unknown[] {
  if (args['breakpoints'] !== undefined) return list(args, 'breakpoints', '[{ "line": 12 }]');
  return list(args, 'lines', '[12]').map((line) => ({ line }));
}

/** What a restart may say anew; the trace and the stack stay. */
const changeable = ({ stopOnEntry, stopAtEnd, noDebug, run }: Launch): Partial<Launch> => ({ stopOnEntry, stopAtEnd, noDebug, run });
