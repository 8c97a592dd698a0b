/** Reduces a run of the open session to a minimal trace and stack that still show a violation or a difference, two attempts at a time. */
import { availableParallelism } from 'node:os';
import type { RequestResult, RunInfo, ShrinkReport, ShrinkTarget } from '../../src-preload/contract/index.ts';
import { placeOfDriver } from '../base/driverLines.ts';
import type { RunRequest } from '../engine-host/messages.ts';
import { ntStatusName } from '../nt/ntStatus.ts';
import { generatedFrom } from '../base/generatedIo.ts';
import { replayedStates } from '../replay/eventPage.ts';
import { plannedStack } from '../replay/overlays/plannedStack.ts';
import { shrink, type Attempt } from '../shrink/shrink.ts';
import { compileWhere, type StoredDriver, type StoredRun, type StoredViolation } from '../session/index.ts';
import type { UserFile } from '../replay/bytes/unknownBytes.ts';
import type { TraceProcess } from '../trace/record.ts';
import { hostErrors } from './errors.ts';
import { HeadlessPool } from './headlessPool.ts';
import type { HeadlessOutcome, HeadlessRun } from './headlessRun.ts';
import type { HostContext } from './hostContext.ts';
import { filesOfRun } from './runFiles.ts';
import { driverSource, planned } from './runMaterial.ts';
import type { RunService } from './runService.ts';
import { isRunTrusted } from './runTrust.ts';
import { saveShrunk } from './savedShrink.ts';
import { insertedFrom, withEdits, type ShrinkEdit } from './shrinkEdits.ts';
import { numbersWhere, selectedOperations, selectedPage } from './selectedOperations.ts';
import { runMaterial, type RunMaterial } from './storedRuns.ts';
import { readUserFiles } from './userFiles.ts';

const mostAtOnce = 2;
const newsMilliseconds = 250;
const violationsAtOnce = 1000;
/** Long loops let others have a turn so often. */
const turnMilliseconds = 20;

type StoredAttempt = Attempt<StoredDriver, ShrinkEdit>;

class Cancelled extends Error {}

interface ActiveShrink {
  readonly run: StoredRun;
  readonly material: RunMaterial;
  readonly processes: readonly TraceProcess[];
  readonly target: ShrinkTarget;
  readonly shows: (outcome: HeadlessOutcome) => boolean;
  readonly about: number;
  readonly before: Uint32Array;
  readonly edits: readonly ShrinkEdit[];
  /** Contents that the user has supplied. */
  unknownFiles: readonly UserFile[];
  readonly title: string;
  readonly pool: HeadlessPool;
  /** Attempts that have not been tried yet wait for it no longer. */
  readonly cancelled: { readonly promise: Promise<never>; readonly reject: (error: Error) => void };
  /** What waits for its turn. */
  readonly turns: (() => void)[];
  readonly going: Set<HeadlessRun>;
  best: StoredAttempt | null;
  attempts: number;
  doing: string;
  state: ShrinkReport['state'];
  problem: string | null;
  ended: Promise<void>;
  toldAt: number;
}

export class ShrinkService {
  readonly #context: HostContext;
  readonly #runs: RunService;
  #active: ActiveShrink | null = null;

  constructor(context: HostContext, runs: RunService) {
    this.#context = context;
    this.#runs = runs;
  }

  get report(): ShrinkReport | null {
    return this.#active === null ? null : reportOf(this.#active);
  }

  async start(runId: number, target: ShrinkTarget): Promise<ShrinkReport> {
    await this.cancel();
    const active = this.#prepare(runId, target);
    this.#active = active;
    active.ended = this.#shrink(active).catch((error: unknown) => {
      if (error instanceof Cancelled) return this.#end(active, active.state);
      active.problem = error instanceof Error ? error.message : String(error);
      this.#end(active, 'failed');
    }).finally(() => active.pool.dispose());
    return reportOf(active);
  }

  async cancel(): Promise<void> {
    const active = this.#active;
    if (active?.state !== 'running') return;
    active.state = 'cancelled';
    active.cancelled.reject(new Cancelled('cancelled'));
    for (const run of active.going) run.cancel();
    for (const turn of active.turns.splice(0)) turn();
    await active.ended;
  }

  async reset(): Promise<void> {
    await this.cancel();
    this.#active = null;
  }

  /** Runs the smallest so far in the session, where its moments can be looked at. */
  run(): Promise<RunInfo> {
    const active = this.#active;
    if (active?.best === null || active === null) throw hostErrors.notShrinkable('There is nothing to run: reduce a run first.');
    const { run, best, title } = active;
    const where = whereOf(best.operations);
    if (where.length > longestWhere) throw hostErrors.notShrinkable(`${best.operations.length} operations are too many to name one by one; save them and open the folder's trace.`);
    const material = withEdits({ ...active.material, drivers: best.drivers }, best.edits);
    return this.#runs.startBranch({ ...material, plan: { ...material.plan, where }, traceId: run.trace, firstOperation: null, stopOnEntry: false, useBreakpoints: true, parent: run.id, name: `Reduced: ${title}` });
  }

  /** Writes the smallest so far. */
  save(folder: string): RequestResult<'shrink.save'> {
    const active = this.#active;
    if (active?.best === null || active === null) throw hostErrors.notShrinkable('There is nothing to save: reduce a run first.');
    const { run, material, best, target, title } = active;
    const { traces } = this.#context.session.reader;
    return saveShrunk(folder, {
      title, target, material: withEdits({ ...material, drivers: best.drivers }, best.edits), versions: planned(this.#context.session.reader, run.trace, material.plan).versions ?? [], unknownFiles: active.unknownFiles,
      system: traces.trace(run.trace)?.report.system ?? {}, processes: active.processes, operations: [...selectedOperations(traces, run.trace, best.operations)], about: active.about, status: active.about === 0 ? null : statusOf(this.#context, run, active.about),
    });
  }

  #prepare(runId: number, target: ShrinkTarget): ActiveShrink {
    const context = this.#context;
    const { reader } = context.session;
    const run = reader.runs.run(runId);
    if (run === undefined) throw hostErrors.noRun(runId);
    const stored = runMaterial(reader, run);
    if (stored === null) throw hostErrors.driverLost(run.name);
    if (!isRunTrusted(context, run, stored)) throw hostErrors.untrusted();
    const { overlays, switches, unknownFolder } = stored.plan;
    // Where a driver stands is a property of the stack that is left.
    const material = { ...stored, drivers: [...plannedStack(stored.drivers, overlays)] };
    const edits: ShrinkEdit[] = [...overlays.filter(({ kind }) => kind !== 'altitude' && kind !== 'off').map((overlay): ShrinkEdit => ({ kind: 'overlay', overlay })), ...switches.map((change): ShrinkEdit => ({ kind: 'switch', change }))];
    const { about, shows, title } = target.kind === 'violation' ? aboutViolation(context, run, target) : aboutDivergence(context, run, target.operation);
    const { plan } = material;
    const before = numbersWhere(reader.traces, run.trace, run.firstOperation, run.lastOperation, plan.where === null ? null : compileWhere(plan.where));
    const cancelled = Promise.withResolvers<never>();
    cancelled.promise.catch(() => undefined);
    return {
      edits, unknownFiles: unknownFolder === null ? [] : readUserFiles(unknownFolder), pool: new HeadlessPool(), cancelled, run, material, processes: reader.traces.processes(run.trace), target, shows, about, before, title, turns: [], going: new Set(), best: null, attempts: 0, doing: 'runs it once more', state: 'running', problem: null,
      ended: Promise.resolve(), toldAt: 0,
    };
  }

  async #shrink(active: ActiveShrink): Promise<void> {
    const { run, material, before, about } = active;
    const { traces } = this.#context.session.reader;
    const pids = new Map(active.processes.map(({ index, pid }) => [index as number, pid]));
    const known = new Map<string, Promise<boolean>>();
    let turnedAt = performance.now();
    const smallest = await shrink<StoredDriver, ShrinkEdit>({
      operations: before, drivers: material.drivers, edits: active.edits, neededBy: insertedFrom,
      pause: async () => {
        if (performance.now() - turnedAt < turnMilliseconds) return;
        await new Promise((resolve) => setImmediate(resolve));
        turnedAt = performance.now();
        if (active.state !== 'running') throw new Cancelled('cancelled');
      },
      shownAt: shownAt(this.#context, active), about, read: (selection) => selectedOperations(traces, run.trace, selection), pidOf: (op) => pids.get(op.process) ?? 0,
      shows: (attempt) => {
        // Only small ones come again.
        if (attempt.operations.length >= 1000) return this.#attempt(active, attempt);
        const key = `${attempt.drivers.map(({ name }) => name).join()} ${attempt.edits.map((edit) => active.edits.indexOf(edit)).join()} ${attempt.operations.join()}`;
        let shows = known.get(key);
        if (shows === undefined) known.set(key, (shows = this.#attempt(active, attempt)));
        return shows;
      },
      found: (attempt, doing) => {
        active.doing = doing;
        if (active.best === null || sizeOf(attempt) < sizeOf(active.best)) active.best = attempt;
        this.#tell(active, false);
      },
    });
    if (smallest !== null) await this.#fewerFiles(active, smallest);
    if (active.state === 'running') {
      if (smallest === null) active.problem = `Run once more, ${active.run.name} does not show ${active.title}; it may have been stopped, or its session changed.`;
      else active.best = smallest;
      this.#end(active, smallest === null ? 'failed' : 'done');
    } else this.#end(active, active.state);
  }

  /** Contents of files that no operation names are left out, unless a driver reads one by itself. */
  async #fewerFiles(active: ActiveShrink, smallest: StoredAttempt): Promise<void> {
    const all = active.unknownFiles;
    if (all.length === 0) return;
    const paths = new Set([...selectedOperations(this.#context.session.reader.traces, active.run.trace, smallest.operations)].map(({ path }) => path?.toLowerCase()));
    active.unknownFiles = all.filter(({ path }) => paths.has(path.toLowerCase()));
    if (active.unknownFiles.length < all.length && !(await this.#attempt(active, smallest))) active.unknownFiles = all;
  }

  /** Never settles late: what was cancelled rejects at once. */
  #attempt(active: ActiveShrink, attempt: StoredAttempt): Promise<boolean> {
    const tried = this.#try(active, attempt);
    tried.catch(() => undefined);
    return Promise.race([active.cancelled.promise, tried]);
  }

  async #try(active: ActiveShrink, { operations, drivers, edits }: StoredAttempt): Promise<boolean> {
    while (active.going.size >= Math.min(mostAtOnce, Math.max(1, availableParallelism())) && active.state === 'running') await new Promise<void>((resolve) => active.turns.push(resolve));
    if (active.state !== 'running') throw new Cancelled('cancelled');
    if (active.about !== 0 && active.target.kind === 'divergence' && !operations.includes(active.about)) return false;
    const { material, run, processes, unknownFiles } = active;
    const { reader } = this.#context.session;
    const request: RunRequest = {
      ...planned(reader, run.trace, { ...withEdits(material, edits).plan, where: null }), ...(unknownFiles.length > 0 && { unknownFiles }), drivers: drivers.map(driverSource), processes, firstOperation: operations[0] ?? 1, lastOperation: operations.at(-1) ?? 0, total: operations.length, seed: material.seed, settings: material.settings,
      assumptions: material.assumptions, breakpoints: [], recordEvents: false, stopOnEntry: false,
    };
    const going = active.pool.run(request, (after, limit) => selectedPage(reader.traces, run.trace, operations, after, limit));
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

const longestWhere = 20_000;

/** A filter expression for these operations and no others. */
function whereOf(operations: Uint32Array): string {
  const parts: string[] = [];
  for (let at = 0; at < operations.length;) {
    const first = operations[at] ?? 0;
    let last = first;
    while (operations[++at] === last + 1) last++;
    parts.push(first === last ? `index = ${first}` : `(index >= ${first} and index <= ${last})`);
  }
  return parts.join(' or ');
}

const sizeOf = ({ operations, drivers, edits }: StoredAttempt): number => operations.length + drivers.length + edits.length;

interface About {
  readonly about: number;
  readonly shows: (outcome: HeadlessOutcome) => boolean;
  readonly title: string;
}

function aboutViolation(context: HostContext, run: StoredRun, { id, driver, line }: ShrinkTarget & { readonly kind: 'violation' }): About {
  const isIt = (v: StoredViolation): boolean => v.violation === id && v.driver === driver && (line === null || v.line === line);
  const first = firstViolation(context, run.id, isIt);
  const title = `${id} in ${line === null ? driver : placeOfDriver(driver, filesOfRun(context.session.reader, run)(driver), line)}`;
  if (first === null) throw hostErrors.notShrinkable(`${run.name} does not show ${title}; choose a violation of this run.`);
  return { about: first.operation < generatedFrom ? first.operation : first.issued, shows: ({ violations }) => violations.some(isIt), title };
}

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

function reportOf({ run, edits, target, title, state, doing, attempts, before, best, material, problem }: ActiveShrink): ShrinkReport {
  const names = (drivers: readonly StoredDriver[]): string[] => drivers.map(({ name }) => name);
  return {
    runId: run.id, target, title, state, doing, attempts, operations: { before: before.length, now: best?.operations.length ?? before.length },
    drivers: { before: names(material.drivers), now: names(best?.drivers ?? material.drivers) },
    edits: { before: edits.length, now: best?.edits.length ?? edits.length }, problem, canSave: best !== null,
  };
}
