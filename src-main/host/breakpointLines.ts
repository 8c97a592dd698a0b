/**
 * Lines of breakpoints in the versions of a driver.
 *
 * What is stored are lines of the saved source. Where a driver is edited, its breakpoints go along with the text; a run that began before knows the
 * lines of the version that it runs.
 */
import { diffArrays } from 'diff';
import type { DriverInfo } from '../../src-preload/contract/index.ts';
import { driverLine, filePlace, linesInSlot } from '../base/driverLines.ts';
import type { BreakpointData } from '../engine-host/messages.ts';
import type { RunPlan } from '../replay/runPlan.ts';
import { driverOf } from './driverService.ts';
import type { HostContext } from './hostContext.ts';
import type { LiveBreakpoints } from './liveBreakpoints.ts';
import { planOf, runDriversOf } from './storedRuns.ts';

type Texts = Pick<DriverInfo, 'source' | 'files'>;

/** Where a line of one version of a driver is in another one: both are driver lines. */
export type LineMap = (line: number) => number;

const same: LineMap = (line) => line;

/** Texts that differ by more lines than this have little in common: their lines stay. */
const mostDifferences = 1000;

/** A line that is gone is where the text behind it has come to; in lines that were written anew it keeps its place among them. */
export function linesBetween(from: Texts, to: Texts): LineMap {
  const tables = new Map<number, readonly number[] | null>();
  return (line) => {
    const place = filePlace(line);
    let table = tables.get(place.slot);
    if (table === undefined) tables.set(place.slot, (table = tableOf(textOf(from, place.slot), textOf(to, place.slot))));
    return table === null ? line : driverLine(place.slot, Math.min(table[place.line - 1] ?? place.line, linesInSlot - 1));
  };
}

const textOf = ({ source, files }: Texts, slot: number): string | undefined => (slot === 0 ? source : files.find((file) => file.slot === slot)?.text);

/** The new line of each; null where nothing moves. */
function tableOf(from: string | undefined, to: string | undefined): readonly number[] | null {
  // In a file that is not there any more they wait for its return.
  if (from === to || from === undefined || to === undefined) return null;
  const [before, after] = [from.split(/\r?\n/), to.split(/\r?\n/)];
  const changes = diffArrays(before, after, { maxEditLength: mostDifferences });
  if (changes === undefined) return null;
  const table: number[] = [];
  let next = 1;
  for (let at = 0; at < changes.length;) {
    let [removed, added] = [0, 0];
    for (let change = changes[at]; change !== undefined && (change.added || change.removed); change = changes[++at]) {
      if (change.added) added += change.count;
      else removed += change.count;
    }
    for (let line = 0; line < removed; line++) table.push(Math.min(next + Math.min(line, Math.max(0, added - 1)), after.length));
    next += added;
    const kept = changes[at]?.count ?? 0;
    for (let line = 0; line < kept; line++) table.push(next++);
    at++;
  }
  return table;
}

/** Which version of each driver runs, by its id; where a plan changes to another one, that. */
export type RunVersions = ReadonlyMap<number, number>;

export const versionsOf = (drivers: readonly { readonly driver: number; readonly version: number }[], { switches }: Pick<RunPlan, 'switches'>): RunVersions =>
  new Map([...drivers, ...switches].map(({ driver, version }) => [driver, version]));

/** Those of a stored run. */
export function runVersions(context: HostContext, runId: number): RunVersions {
  const run = context.session.reader.runs.run(runId);
  return run === undefined ? new Map() : versionsOf(runDriversOf(run), planOf(run));
}

/** From the saved lines of a driver to those of the version that runs. */
export function linesInRun(context: HostContext, versions: RunVersions, driverId: number | null): LineMap {
  const [saved, ran] = contentsOf(context, versions, driverId);
  return saved === null || ran === null ? same : linesBetween(saved, ran);
}

/** The other way. */
export function linesFromRun(context: HostContext, versions: RunVersions, driverId: number | null): LineMap {
  const [saved, ran] = contentsOf(context, versions, driverId);
  return saved === null || ran === null ? same : linesBetween(ran, saved);
}

/** Nulls where both are the same. */
function contentsOf({ session: { reader } }: HostContext, versions: RunVersions, driverId: number | null): readonly [Texts, Texts] | readonly [null, null] {
  const version = driverId === null ? undefined : versions.get(driverId);
  const saved = driverId === null ? undefined : reader.stack.driver(driverId);
  if (driverId === null || version === undefined || saved === undefined || saved.version === version) return [null, null];
  const ran = reader.stack.driverVersion(driverId, version);
  return ran === undefined ? [null, null] : [saved, ran];
}

/** As a run takes them. */
export function breakpointsInRun(context: HostContext, versions: RunVersions, breakpoints: readonly BreakpointData[]): BreakpointData[] {
  return breakpoints.map((one) => {
    const { spec } = one;
    return spec.at.kind === 'line' ? { ...one, spec: { ...spec, at: { ...spec.at, line: linesInRun(context, versions, spec.driverId)(spec.at.line) } } } : one;
  });
}

interface BreakpointHolder {
  readonly breakpoints: Pick<LiveBreakpoints, 'move'>;
  breakpointsChanged(): Promise<void>;
}

/** Changes a driver; the breakpoints on its lines go along. */
export async function withItsBreakpoints(context: HostContext, runs: BreakpointHolder, id: number, change: () => DriverInfo): Promise<DriverInfo> {
  const before = driverOf(context, id);
  const after = change();
  if (after.version === before.version || !runs.breakpoints.move(id, linesBetween(before, after))) return after;
  // The driver is saved, whatever becomes of the run that goes on meanwhile.
  await runs.breakpointsChanged().catch(() => undefined);
  return after;
}
