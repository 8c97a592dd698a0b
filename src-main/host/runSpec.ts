/** What a run is made of before it begins: what was asked for, what the engine host is told, and the run's row in the session. */
import { defaultSeed, type RequestParams } from '../../src-preload/contract/index.ts';
import { settleAssumptions } from '../engine/index.ts';
import type { BreakpointData, RunRequest } from '../engine-host/messages.ts';
import { emptyPlan, type RunPlan } from '../replay/runPlan.ts';
import { parseSchedule } from '../replay/scheduleChoices.ts';
import { nowTicks } from './clock.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { addOverlay, checkedAgainst } from './overlayChecks.ts';
import { driverSource, planned } from './runMaterial.ts';
import { runnableTrace, settledSettings } from './runPreparation.ts';
import { planText } from './runTrust.ts';
import { runDriversText, type RunMaterial } from './storedRuns.ts';
import { readUserFiles } from './userFiles.ts';

export interface RunSpec extends RunMaterial {
  readonly traceId: number;
  /** Null: the first one. */
  readonly firstOperation: number | null;
  readonly stopOnEntry: boolean;
  readonly useBreakpoints: boolean;
  /** The edit of a value to stop at, by its place in the plan. */
  readonly stopAtEdit?: number;
  /** The run it is a branch of. */
  readonly parent: number | null;
  /** Null: numbered on. */
  readonly name: string | null;
}

/** Of a run of the enabled drivers. */
export function specOfStart(context: HostContext, params: RequestParams<'run.start'>): RunSpec {
  runnableTrace(context, params.traceId);
  const settings = settledSettings(params);
  const { reader } = context.session;
  const drivers = reader.stack.drivers().filter((driver) => driver.enabled);
  const against = checkedAgainst(reader, params.traceId, drivers);
  const overlays = (params.overlays ?? []).reduce<RunPlan['overlays']>((list, one) => addOverlay(list, one, against), []);
  return {
    traceId: params.traceId, drivers, seed: params.seed ?? defaultSeed, settings,
    assumptions: params.assumptions ?? {}, plan: plannedBy(params, overlays), firstOperation: params.firstOperation, stopOnEntry: params.stopOnEntry,
    useBreakpoints: params.breakpoints !== false, parent: null, name: null,
  };
}

/** `span`: the operations that are issued. */
export function requestOf(context: HostContext, spec: RunSpec, span: { readonly first: number; readonly last: number; readonly total: number }, breakpoints: readonly BreakpointData[]): RunRequest {
  const { reader } = context.session;
  const { plan } = spec;
  return {
    ...planned(reader, spec.traceId, plan),
    drivers: spec.drivers.map(driverSource),
    processes: reader.traces.processes(spec.traceId),
    firstOperation: span.first,
    lastOperation: span.last,
    total: span.total,
    seed: spec.seed,
    settings: spec.settings,
    ...(plan.unknownFolder !== null && { unknownFiles: readUserFiles(plan.unknownFolder) }),
    assumptions: spec.assumptions,
    breakpoints,
    recordEvents: true,
    ...(spec.stopAtEdit !== undefined && { stopAtEdit: spec.stopAtEdit }),
    stopOnEntry: spec.stopOnEntry,
    stopsWhenBroken: spec.useBreakpoints && context.stopsWhenBroken,
  };
}

/** Its number. */
export function storeRun(context: HostContext, spec: RunSpec, request: RunRequest): number {
  const { runs: known } = context.session.reader;
  const name = spec.name ?? (spec.parent === null ? `Run ${known.countOf('runs') + 1}` : `What-if ${known.countOf('branches') + 1}`);
  return context.write(({ runs }) => runs.addRun({
    name,
    trace: spec.traceId,
    state: 'starting',
    started: nowTicks(),
    seed: request.seed,
    settings: JSON.stringify(request.settings),
    assumptions: JSON.stringify(settleAssumptions(request.assumptions).settings),
    layers: '[]',
    drivers: runDriversText(spec.drivers),
    firstOperation: request.firstOperation,
    lastOperation: request.lastOperation,
    operations: 0, events: 0, violations: 0, differences: 0, eventHash: null, problem: null, report: null,
    parent: spec.parent,
    plan: planText(context, spec.plan),
  }));
}

function plannedBy({ where = null, unknownFolder = null, schedule = null, switches = [] }: RequestParams<'run.start'>, overlays: RunPlan['overlays']): RunPlan {
  const parsed = schedule === null ? null : parseSchedule(schedule);
  if (schedule !== null && parsed === null) throw hostErrors.schedule(schedule);
  return { ...emptyPlan, where, unknownFolder, schedule: parsed, overlays, switches };
}
