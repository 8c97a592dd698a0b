/** Reduces a run of the open session to a minimal trace and stack that still show a violation or a difference, two attempts at a time. */
import { availableParallelism } from 'node:os';
import type { RequestResult, ShrinkReport, ShrinkTarget } from '../../src-preload/contract/index.ts';
import type { RunRequest } from '../engine-host/messages.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { replayedStates } from '../replay/eventPage.ts';
import { shrink, type Attempt } from '../shrink/shrink.ts';
import { compileWhere, type StoredDriver, type StoredRun, type StoredViolation } from '../session/index.ts';
import type { TraceProcess } from '../trace/record.ts';
import { hostErrors } from './errors.ts';
import { headlessRun, type HeadlessOutcome, type HeadlessRun } from './headlessRun.ts';
import type { HostContext } from './hostContext.ts';
import { driverSource } from './runService.ts';
import { saveShrunk } from './savedShrink.ts';
import { numbersWhere, selectedOperations, selectedPage } from './selectedOperations.ts';
import { isTrusted } from './sessionInfo.ts';
import { runMaterial, type RunMaterial } from './storedRuns.ts';

const mostAtOnce = 2;
const newsMilliseconds = 250;
const violationsAtOnce = 1000;

interface ActiveShrink {
  readonly run: StoredRun;
  readonly material: RunMaterial;
  readonly processes: readonly TraceProcess[];
  readonly target: ShrinkTarget;
  readonly shows: (outcome: HeadlessOutcome) => boolean;
  readonly about: number;
  readonly before: Uint32Array;
  readonly title: string;
  /** What waits for its turn. */
  readonly turns: (() => void)[];
  readonly going: Set<HeadlessRun>;
  best: Attempt<StoredDriver> | null;
  attempts: number;
  doing: string;
  state: ShrinkReport['state'];
  problem: string | null;
  ended: Promise<void>;
  toldAt: number;
}

export class ShrinkService {
  readonly #context: HostContext;
  #active: ActiveShrink | null = null;

  constructor(context: HostContext) {
    this.#context = context;
  }

  get report(): ShrinkReport | null {
    return this.#active === null ? null : reportOf(this.#active);
  }

  async start(runId: number, target: ShrinkTarget): Promise<ShrinkReport> {
    await this.cancel();
    const active = this.#prepare(runId, target);
    this.#active = active;
    active.ended = this.#shrink(active).catch((error: unknown) => {
      active.problem = error instanceof Error ? error.message : String(error);
      this.#end(active, 'failed');
    });
    return reportOf(active);
  }

  async cancel(): Promise<void> {
    const active = this.#active;
    if (active?.state !== 'running') return;
    active.state = 'cancelled';
    for (const run of active.going) run.cancel();
    for (const turn of active.turns.splice(0)) turn();
    await active.ended;
  }

  async reset(): Promise<void> {
    await this.cancel();
    this.#active = null;
  }

  /** Writes the smallest so far. */
  save(folder: string): RequestResult<'shrink.save'> {
    const active = this.#active;
    if (active?.best === null || active === null) throw hostErrors.notShrinkable('There is nothing to save: reduce a run first.');
    const { run, material, best, target, title } = active;
    const { traces } = this.#context.session.reader;
    return saveShrunk(folder, {
      title, target, material: { ...material, drivers: best.drivers }, system: traces.trace(run.trace)?.report.system ?? {}, processes: active.processes,
      operations: [...selectedOperations(traces, run.trace, best.operations)], about: active.about, status: active.about === 0 ? null : statusOf(this.#context, run, active.about),
    });
  }

  #prepare(runId: number, target: ShrinkTarget): ActiveShrink {
    const context = this.#context;
    const { reader } = context.session;
    const run = reader.runs.run(runId);
    if (run === undefined) throw hostErrors.noRun(runId);
    const material = runMaterial(reader, run);
    if (material === null) throw hostErrors.driverLost(run.name);
    if (material.plan.overlays.length + material.plan.switches.length > 0) throw hostErrors.notShrinkable(`${run.name} has edits without code, which a saved trace cannot repeat; make the change in a driver's source and run that.`);
    if (material.plan.unknownFolder !== null) throw hostErrors.notShrinkable(`${run.name} read contents from the folder “${material.plan.unknownFolder}”, which a saved trace would not have; run it without.`);
    if (!material.drivers.every((driver) => isTrusted(context, driver))) throw hostErrors.untrusted();
    const { about, shows, title } = target.kind === 'violation' ? aboutViolation(context, run, target) : aboutDivergence(context, run, target.operation);
    const { plan } = material;
    const before = numbersWhere(reader.traces, run.trace, run.firstOperation, run.lastOperation, plan.where === null ? null : compileWhere(plan.where));
    return {
      run, material, processes: reader.traces.processes(run.trace), target, shows, about, before, title, turns: [], going: new Set(), best: null, attempts: 0, doing: 'runs it once more', state: 'running', problem: null,
      ended: Promise.resolve(), toldAt: 0,
    };
  }

  async #shrink(active: ActiveShrink): Promise<void> {
    const { run, material, before, about } = active;
    const { traces } = this.#context.session.reader;
    const pids = new Map(active.processes.map(({ index, pid }) => [index as number, pid]));
    const known = new Map<string, Promise<boolean>>();
    const smallest = await shrink<StoredDriver>({
      operations: before, drivers: material.drivers, shownAt: shownAt(this.#context, active), about, read: (selection) => selectedOperations(traces, run.trace, selection), pidOf: (op) => pids.get(op.process) ?? 0,
      shows: (attempt) => {
        const key = `${attempt.drivers.map(({ name }) => name).join()} ${attempt.operations.join()}`;
        let shows = known.get(key);
        // Only small ones come again.
        if (shows === undefined) shows = this.#attempt(active, attempt);
        if (attempt.operations.length < 1000) known.set(key, shows);
        return shows;
      },
      found: (attempt, doing) => {
        active.doing = doing;
        if (active.best === null || attempt.operations.length + attempt.drivers.length < active.best.operations.length + active.best.drivers.length) active.best = attempt;
        this.#tell(active, false);
      },
    });
    if (active.state === 'running') {
      if (smallest === null) active.problem = `Run once more, ${active.run.name} does not show ${active.title}; it may have been stopped, or its session changed.`;
      else active.best = smallest;
      this.#end(active, smallest === null ? 'failed' : 'done');
    } else this.#end(active, active.state);
  }

  async #attempt(active: ActiveShrink, { operations, drivers }: Attempt<StoredDriver>): Promise<boolean> {
    while (active.going.size >= Math.min(mostAtOnce, Math.max(1, availableParallelism())) && active.state === 'running') await new Promise<void>((resolve) => active.turns.push(resolve));
    if (active.state !== 'running' || (active.about !== 0 && active.target.kind === 'divergence' && !operations.includes(active.about))) return false;
    const { material, run, processes } = active;
    const request: RunRequest = {
      drivers: drivers.map(driverSource), processes, firstOperation: operations[0] ?? 1, lastOperation: operations.at(-1) ?? 0, total: operations.length, seed: material.seed, settings: material.settings,
      assumptions: material.assumptions, breakpoints: [], recordEvents: false, plan: { ...material.plan, where: null }, stopOnEntry: false,
    };
    const { traces } = this.#context.session.reader;
    const going = headlessRun(request, (after, limit) => selectedPage(traces, run.trace, operations, after, limit));
    active.going.add(going);
    const outcome = await going.outcome;
    active.going.delete(going);
    active.turns.shift()?.();
    active.attempts++;
    this.#tell(active, false);
    return active.state === 'running' && active.shows(outcome);
  }

  #end(active: ActiveShrink, state: ShrinkReport['state']): void {
    active.state = state;
    active.doing = '';
    this.#tell(active, true);
  }

  #tell(active: ActiveShrink, now: boolean): void {
    if (!now && performance.now() - active.toldAt < newsMilliseconds) return;
    active.toldAt = performance.now();
    if (this.#active === active) this.#context.emit('shrink.changed', reportOf(active));
  }
}

interface About {
  readonly about: number;
  readonly shows: (outcome: HeadlessOutcome) => boolean;
  readonly title: string;
}

function aboutViolation(context: HostContext, run: StoredRun, { id, driver, line }: ShrinkTarget & { readonly kind: 'violation' }): About {
  const isIt = (v: StoredViolation): boolean => v.violation === id && v.driver === driver && (line === null || v.line === line);
  const first = firstViolation(context, run.id, isIt);
  const title = `${id} in ${driver}${line === null ? '' : `:${line}`}`;
  if (first === null) throw hostErrors.notShrinkable(`${run.name} does not show ${title}; choose a violation of this run.`);
  return { about: first.operation < generatedFrom ? first.operation : first.issued, shows: ({ violations }) => violations.some(isIt), title };
}

/** Generated I/O is numbered from here on. */
const generatedFrom = 0x80000000;

function firstViolation(context: HostContext, run: number, isIt: (violation: StoredViolation) => boolean): StoredViolation | null {
  for (let offset = 0; ; offset += violationsAtOnce) {
    const page = context.session.reader.runs.violations(run, offset, violationsAtOnce);
    const found = page.find(isIt);
    if (found !== undefined) return found;
    if (page.length < violationsAtOnce) return null;
  }
}

function aboutDivergence(context: HostContext, run: StoredRun, operation: number): About {
  const { reader } = context.session;
  const result = reader.runs.results(run.id, operation, operation).get(operation);
  const [op] = reader.traces.range(run.trace, operation, operation);
  if (result === undefined || op === undefined) throw hostErrors.noOperation(operation);
  if (result.state === 'completed' && result.status === op.status) throw hostErrors.notShrinkable(`#${operation} ended as recorded in ${run.name}; choose an operation that did not.`);
  const wanted = replayedStates.indexOf(result.state);
  return {
    about: operation,
    shows: ({ results }) => [...results.values()].some((page) => {
      const at = operation - page.firstOperation;
      return at >= 0 && at < page.states.length && page.states[at] === wanted && (result.state !== 'completed' || page.statuses[at] === result.status);
    }),
    title: `#${operation} ${op.operation} that ends with ${result.state === 'completed' ? ntStatusName(result.status) : result.state}`,
  };
}

const statusOf = (context: HostContext, run: StoredRun, operation: number): number | null => context.session.reader.runs.results(run.id, operation, operation).get(operation)?.status ?? null;

/** The last operation issued when it showed: what comes later is not needed, as a rule. */
function shownAt(context: HostContext, { target, run, about }: ActiveShrink): number {
  if (target.kind === 'divergence') return about;
  const found = firstViolation(context, run.id, (v) => v.violation === target.id && v.driver === target.driver && (target.line === null || v.line === target.line));
  return found?.issued ?? run.lastOperation;
}

function reportOf({ run, target, title, state, doing, attempts, before, best, material, problem }: ActiveShrink): ShrinkReport {
  const names = (drivers: readonly StoredDriver[]): string[] => drivers.map(({ name }) => name);
  return {
    runId: run.id, target, title, state, doing, attempts, operations: { before: before.length, now: best?.operations.length ?? before.length },
    drivers: { before: names(material.drivers), now: names(best?.drivers ?? material.drivers) }, problem, canSave: best !== null,
  };
}
