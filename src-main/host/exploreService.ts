/** Runs the open session's trace under many schedules, two at a time, and keeps what came out. One exploration at a time. */
import { defaultSeed, type ExploreReport, type RequestParams } from '../../src-preload/contract/index.ts';
import { Exploration, type OutcomeEntry } from '../debugger/explore/exploration.ts';
import { explore, type ExploredRun } from '../debugger/explore/explore.ts';
import { runOutcome } from '../debugger/explore/outcome.ts';
import { schedulesWithin, type Attempt } from '../debugger/explore/strategy.ts';
import type { RunRequest } from '../engine-host/messages.ts';
import { emptyPlan } from '../replay/runPlan.ts';
import { noChoices, scheduleText } from '../replay/scheduleChoices.ts';
import type { WhereCondition } from '../session/index.ts';
import { hostErrors } from './errors.ts';
import { HeadlessPool } from './headlessPool.ts';
import type { HeadlessRun } from './headlessRun.ts';
import type { HostContext } from './hostContext.ts';
import { runnableTrace, selectOperations, settledSettings } from './runPreparation.ts';
import { driverSource } from './runMaterial.ts';
import { isTrusted } from './sessionInfo.ts';
import { readUserFiles } from './userFiles.ts';

type Params = RequestParams<'explore.start'>;

/** The page hears of news at most so often. */
const newsMilliseconds = 250;

interface ActiveExploration {
  readonly params: Params;
  readonly request: RunRequest;
  readonly where: WhereCondition | null;
  readonly found: Exploration;
  readonly pool: HeadlessPool;
  readonly going: Set<HeadlessRun>;
  state: ExploreReport['state'];
  ended: Promise<void>;
  toldAt: number;
}

export class ExploreService {
  readonly #context: HostContext;
  #active: ActiveExploration | null = null;

  constructor(context: HostContext) {
    this.#context = context;
  }

  get report(): ExploreReport | null {
    return this.#active === null ? null : reportOf(this.#active);
  }

  async start(params: Params): Promise<ExploreReport> {
    await this.cancel();
    const { request, where } = await this.#prepare(params);
    const active: ActiveExploration = { params, request, where, found: new Exploration(), pool: new HeadlessPool(), going: new Set(), state: 'running', ended: Promise.resolve(), toldAt: 0 };
    this.#active = active;
    active.ended = this.#explore(active).catch((error: unknown) => {
      this.#context.emit('notice', { severity: 'error', message: `Exploring has ended: ${error instanceof Error ? error.message : String(error)}` });
      this.#end(active);
    });
    return reportOf(active);
  }

  /** What was found stays. */
  async cancel(): Promise<void> {
    const active = this.#active;
    if (active?.state !== 'running') return;
    active.state = 'cancelled';
    for (const run of active.going) run.cancel();
    await active.ended;
  }

  /** Before another session is opened. */
  async reset(): Promise<void> {
    await this.cancel();
    this.#active = null;
  }

  async #prepare(params: Params): Promise<{ request: RunRequest; where: WhereCondition | null }> {
    const context = this.#context;
    const trace = runnableTrace(context, params.traceId);
    const settings = settledSettings(params);
    const drivers = context.session.reader.stack.drivers().filter(({ enabled }) => enabled);
    if (!drivers.every((driver) => isTrusted(context, driver))) throw hostErrors.untrusted();
    const { where, first, last, count } = await selectOperations(context, trace, params.where ?? null);
    const request: RunRequest = {
      drivers: drivers.map(driverSource), processes: context.session.reader.traces.processes(trace.id), firstOperation: first, lastOperation: last, total: count,
      seed: params.seed ?? defaultSeed, settings, assumptions: params.assumptions ?? {}, breakpoints: [], recordEvents: false, stopOnEntry: false,
      ...(typeof params.unknownFolder === 'string' && { unknownFiles: readUserFiles(params.unknownFolder) }),
    };
    return { request, where };
  }

  async #explore(active: ActiveExploration): Promise<void> {
    const { found, request, params: { limits } } = active;
    try {
      await explore({
        found, limits, completion: request.settings.completion, run: (attempt) => this.#run(active, attempt), isOver: () => active.state !== 'running', told: (now) => this.#tell(active, now),
      });
    } finally {
      active.pool.dispose();
    }
    this.#end(active);
  }

  /** Null where it was cancelled. */
  async #run(active: ActiveExploration, { completion, schedule }: Attempt): Promise<ExploredRun | null> {
    const { request, where, params } = active;
    const run = active.pool.run(
      { ...request, settings: { ...request.settings, completion: completion ?? request.settings.completion }, plan: { ...emptyPlan, where: params.where ?? null, unknownFolder: params.unknownFolder ?? null, schedule } },
      (after, limit) => {
        const page = this.#context.session.reader.traces.operationPage(params.traceId, Math.max(after, request.firstOperation - 1), limit, where);
        return { page, last: (page.index[page.count - 1] ?? request.lastOperation) >= request.lastOperation };
      },
    );
    active.going.add(run);
    const { summary, problem, results, violations } = await run.outcome;
    active.going.delete(run);
    if (active.state !== 'running') return null;
    const findings = violations.map(({ violation, severity, hint, sentence, driver, line, operation, issued, sequence }) => ({ id: violation, severity, hint, sentence, driver, line, operation, issued, sequence }));
    return { outcome: runOutcome(results, findings, problem), choices: summary?.choices ?? noChoices };
  }

  #end(active: ActiveExploration): void {
    if (active.state === 'running') active.state = 'done';
    this.#tell(active, true);
  }

  #tell(active: ActiveExploration, now: boolean): void {
    if (!now && performance.now() - active.toldAt < newsMilliseconds) return;
    active.toldAt = performance.now();
    if (this.#active === active) this.#context.emit('explore.changed', reportOf(active));
  }
}

function reportOf({ params, request, found, state }: ActiveExploration): ExploreReport {
  return {
    traceId: params.traceId, seed: request.seed, state, limits: params.limits, runs: found.runs, outcomes: found.outcomes.map((entry) => outcomeOf(entry, request)), choices: found.choices.count,
    classes: found.choices.classes.map(({ kind, group, count }) => ({ kind, group, count })), single: found.single, tried: found.tried,
    bound: { deviations: params.limits.depth, schedules: schedulesWithin(found.choices, params.limits.depth), run: found.tried.single + found.tried.pairs },
  };
}

function outcomeOf({ id, runs, attempt, short, outcome, changed, firstChanged, findings }: OutcomeEntry, { settings }: RunRequest): ExploreReport['outcomes'][number] {
  const { problem } = outcome;
  return {
    id, runs, title: attempt.title, schedule: scheduleText(short?.schedule ?? attempt.schedule), reduced: short === null ? null : { words: short.words, before: short.before, now: short.now, isMinimal: short.isMinimal }, settings: { ...settings, completion: attempt.completion ?? settings.completion }, changed, firstChanged, findings,
    problem: problem === null ? null : { kind: problem.kind, message: problem.message, driver: problem.driver, line: problem.line, operation: problem.operation },
  };
}
