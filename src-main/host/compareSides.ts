/** What is compared, found in the session: its name, its trace, and what distinguishes two runs. */
import { changedSettings, type CompareSide, type SideRef } from '../../src-preload/contract/index.ts';
import { positionOfPoint } from '../debugger/eventWalk.ts';
import type { PlanPoint, RunPlan } from '../replay/runPlan.ts';
import type { StoredRun } from '../session/index.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { isCutShort, layersOf, runAssumptions } from './sessionInfo.ts';
import { planOf, runDriversOf } from './storedRuns.ts';
import { eventLogOf } from './storedEventLog.ts';
import { storedSettings } from './storedReport.ts';
import type { CompareSideOrder } from './workers/messages.ts';

export interface FoundSide {
  readonly side: CompareSide;
  readonly order: CompareSideOrder;
  readonly run: StoredRun | null;
}

export function sideOf(context: HostContext, ref: SideRef): FoundSide {
  const { reader } = context.session;
  if (ref.kind === 'recording') {
    const trace = context.trace(ref.traceId);
    if (trace.state === 'importing') throw hostErrors.traceImporting();
    if (trace.operations === 0) throw hostErrors.notComparable(`“${trace.name}” has no file operations, so there is nothing to compare.`);
    const title = `the recording “${trace.name}”`;
    return { side: { ref, title, traceId: trace.id }, run: null, order: { trace: trace.id, run: null, layers: [], first: 1, last: trace.operations, events: 0, edited: [], isUnderWay: false, title } };
  }
  const run = reader.runs.run(ref.runId);
  if (run === undefined) throw hostErrors.noRun(ref.runId);
  const events = reader.runs.eventCount(run.id);
  const reached = reader.runs.resultRanges(run.id).at(-1);
  if (events === 0 || reached === undefined) throw hostErrors.notComparable(`${run.name} recorded nothing, so it cannot be compared; run it again.`);
  const layers = layersOf(run).map(({ name, kind }) => ({ name, isFilter: kind === 'filter' }));
  const isWhole = run.eventHash !== null && run.problem === null;
  const last = isWhole ? run.lastOperation : (lastIssued(context, run.id) ?? run.lastOperation);
  return { side: { ref, title: run.name, traceId: run.trace }, run, order: { trace: run.trace, run: run.id, layers, first: run.firstOperation, last, events, edited: editedOperations(context, run), isUnderWay: isCutShort(run), title: run.name } };
}

/** Of a moment, the operation whose event it is: later ones may have been issued before it. */
function editedOperations({ session }: HostContext, run: StoredRun): number[] {
  const log = eventLogOf(session.reader.runs, run.id);
  const operationAt = ({ issued, sequence }: PlanPoint): number => {
    const { number, exact } = positionOfPoint(log, issued, sequence);
    const page = exact ? log.pageAt(number) : null;
    return page?.columns.operation[number - page.first] ?? issued;
  };
  return planOf(run).overlays.flatMap((overlay) => ('operation' in overlay ? [overlay.operation] : 'after' in overlay ? [overlay.after] : 'point' in overlay ? [operationAt(overlay.point)] : []));
}

/** How far an unfinished run has come. */
function lastIssued(context: HostContext, run: number): number | null {
  const { runs } = context.session.reader;
  const count = runs.eventCount(run);
  const page = runs.eventPages(run, count - 1, count - 1).at(-1);
  return page?.columns.issued[page.count - 1] ?? null;
}

/** What distinguishes two sides, and how far they can be compared; a sentence each. */
export function notesOf(a: FoundSide, b: FoundSide): string[] {
  const notes = [a, b].flatMap(({ run, order }) => (run === null || (run.eventHash !== null && run.problem === null) ? [] : [`${run.name} did not come to its end: it is compared as far as it went, to operation ${order.last}.`]));
  if (a.order.trace !== b.order.trace) notes.push('The two are of different traces: operations are matched by process, operation, path, offset and length, in their order.');
  if (a.run === null || b.run === null) return notes;
  return [...notes, ...runNotes(a.run, b.run)];
}

function runNotes(a: StoredRun, b: StoredRun): string[] {
  const notes: string[] = [];
  const differ = (what: string, one: string, other: string): void => void (one !== other && notes.push(`${what}: ${one} in ${a.name}, ${other} in ${b.name}.`));
  const [stackA, stackB] = [driversOf(a), driversOf(b)];
  const only = (own: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>, run: StoredRun): void => {
    for (const name of own.keys()) if (!others.has(name)) notes.push(`Driver ${name} is only in ${run.name}: its own callbacks are no differences.`);
  };
  only(stackA, stackB, a);
  only(stackB, stackA, b);
  for (const [name, version] of stackA) if (stackB.has(name)) differ(`Version of driver ${name}`, version, stackB.get(name) ?? '');
  differ('Altitudes', altitudesOf(a, stackB), altitudesOf(b, stackA));
  differ('Seed', String(a.seed), String(b.seed));
  const settings = (run: StoredRun): string => changedSettings(storedSettings(run.settings)).map(([name, word]) => `${name} = ${word}`).join(', ') || 'as by default';
  differ('Settings', settings(a), settings(b));
  const [assumedA, assumedB] = [runAssumptions(a), runAssumptions(b)];
  for (const name of new Set([...Object.keys(assumedA), ...Object.keys(assumedB)])) differ(`Assumption ${name}`, assumedA[name] ?? 'the default', assumedB[name] ?? 'the default');
  const [planA, planB] = [planOf(a), planOf(b)];
  differ('Operations', planA.where ?? 'all', planB.where ?? 'all');
  differ('First operation', String(a.firstOperation), String(b.firstOperation));
  differ('Schedule', JSON.stringify(planA.schedule ?? null), JSON.stringify(planB.schedule ?? null));
  differ('Edits', editsText(planA), editsText(planB));
  return notes;
}

const editsText = ({ overlays, switches }: RunPlan): string => (overlays.length + switches.length === 0 ? 'none' : `${overlays.length + switches.length} (${[...overlays.map(({ kind }) => kind), ...switches.map(() => 'driver version')].join(', ')})`);

function altitudesOf(run: StoredRun, others: ReadonlyMap<string, string>): string {
  return layersOf(run).filter(({ kind, name }) => kind === 'filter' && others.has(name)).map(({ name, altitude }) => `${name} ${altitude ?? ''}`).join(' > ');
}

/** Versions by name. A run of an older version says the names of its drivers in its layers only. */
function driversOf(run: StoredRun): Map<string, string> {
  const layers = new Map(layersOf(run).map(({ name, driverId }) => [driverId, name]));
  return new Map(runDriversOf(run).map(({ name, driver, version }) => [name ?? layers.get(driver) ?? `number ${driver}`, String(version)]));
}
