/** What distinguishes a run from the one it is a branch of, in words, and from which operation on. */
import type { RunEdit } from '../../src-preload/contract/index.ts';
import { overlayWords, planWords } from '../replay/overlays/overlayWords.ts';
import type { Overlay, RunPlan } from '../replay/runPlan.ts';
import type { SessionReader, StoredRun } from '../session/index.ts';
import { filesOfRun } from './runFiles.ts';
import { planOf, runDriversOf, type RunDriver } from './storedRuns.ts';
import { storedAssumptions, storedReport, storedSettings } from './storedReport.ts';

/** Names for the drivers of a run; those of the session where the run has none. */
function namesOf(reader: SessionReader, runs: readonly StoredRun[]): (id: number) => string {
  const own = new Map(runs.flatMap(runDriversOf).map(({ driver, name }) => [driver, name]));
  return (id) => own.get(id) ?? reader.stack.driverName(id) ?? `driver ${id}`;
}

/** Empty for a run that is no branch. */
export function differencesOf(reader: SessionReader, run: StoredRun): string[] {
  const parent = run.parent === null ? undefined : reader.runs.run(run.parent);
  if (parent === undefined) return [];
  const name = namesOf(reader, [parent, run]);
  const plan = planOf(run);
  return [
    ...driverWords(runDriversOf(run), runDriversOf(parent), name),
    ...planWords(plan, planOf(parent), { driver: name, files: filesOfRun(reader, run) }),
    ...(run.seed === parent.seed ? [] : [`seed ${run.seed}`]),
    ...changedWords(storedSettings(run.settings) as unknown as Record<string, string>, storedSettings(parent.settings) as unknown as Record<string, string>),
    ...changedWords(storedAssumptions(run.assumptions), storedAssumptions(parent.assumptions)),
    ...(run.firstOperation === parent.firstOperation ? [] : [`begins at #${run.firstOperation}`]),
  ];
}

const changedWords = (values: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).filter(([key, value]) => before[key] !== value).map(([key, value]) => `${key} is ${value}`);

function driverWords(drivers: readonly RunDriver[], before: readonly RunDriver[], name: (id: number) => string): string[] {
  const old = new Map(before.map((one) => [one.driver, one]));
  const now = new Set(drivers.map(({ driver }) => driver));
  const words = drivers.flatMap(({ driver, version, altitude }) => {
    const known = old.get(driver);
    if (known === undefined) return [`with ${name(driver)}`];
    return [
      ...(known.version === version ? [] : [`${name(driver)} version ${version}`]),
      ...(known.altitude === altitude || altitude === undefined || known.altitude === undefined ? [] : [`${name(driver)} is at altitude ${altitude}`]),
    ];
  });
  return [...words, ...before.filter(({ driver }) => !now.has(driver)).map(({ driver }) => `without ${name(driver)}`)];
}

/** The first operation that an overlay can touch; 0: the whole run. */
export function overlayStart(overlay: Overlay): number {
  switch (overlay.kind) {
    case 'assign':
    case 'return': return overlay.point.issued;
    case 'insert': return overlay.after;
    case 'altitude':
    case 'off': return 0;
    default: return overlay.operation;
  }
}

function planStart(plan: RunPlan, before: RunPlan): number | null {
  if (JSON.stringify(plan.schedule) !== JSON.stringify(before.schedule) || plan.where !== before.where || plan.unknownFolder !== before.unknownFolder) return null;
  const known = new Set([...before.overlays, ...before.switches].map((one) => JSON.stringify(one)));
  const starts = [...plan.overlays.filter((one) => !known.has(JSON.stringify(one))).map(overlayStart), ...plan.switches.filter((one) => !known.has(JSON.stringify(one))).map(({ from }) => from)];
  const first = starts.length === 0 ? 0 : Math.min(...starts);
  return first === 0 ? null : first;
}

/** The first operation at which a branch can differ from its parent; null: from the start, or it is no branch. */
export function differsFrom(reader: SessionReader, run: StoredRun): number | null {
  const parent = run.parent === null ? undefined : reader.runs.run(run.parent);
  if (parent === undefined) return null;
  const same = run.seed === parent.seed && run.settings === parent.settings && run.assumptions === parent.assumptions && run.firstOperation === parent.firstOperation
    && driverWords(runDriversOf(run), runDriversOf(parent), String).length === 0;
  return same ? planStart(planOf(run), planOf(parent)) : null;
}

export function editsOf(reader: SessionReader, run: StoredRun): RunEdit[] {
  const { overlays } = planOf(run);
  if (overlays.length === 0) return [];
  const names = { driver: namesOf(reader, [run]), files: filesOfRun(reader, run) };
  const outcomes = storedReport(run.report)?.edits ?? [];
  return overlays.map((overlay, at) => {
    const outcome = outcomes.find((one) => one.overlay === at);
    return { text: overlayWords(overlay, names), applied: outcome?.applied ?? null, note: outcome?.note ?? '' };
  });
}
