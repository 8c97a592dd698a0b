/** What a run does otherwise than its stack, trace and settings say, from a file as shrink saves it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DriverInfo, HostApi, Overlay, RequestParams } from '../../src-preload/contract/index.ts';
import { driverLine } from '../base/driverLines.ts';
import { UserError } from '../base/userError.ts';
import { readDriverFiles, type DriverFiles } from './stackFlags.ts';

interface PlanFile {
  /** Those of a moment name the file of its line, where that is not the one with DriverEntry. */
  readonly overlays?: readonly Overlay[];
  /** `source`: the version that takes over, a file beside the plan. */
  readonly switches?: readonly { readonly from: number; readonly driver: string; readonly source: string }[];
  /** Folder with contents for files of the trace, beside the plan. */
  readonly contents?: string;
}

export async function plannedBy(api: HostApi, file: string): Promise<Pick<RequestParams<'run.start'>, 'overlays' | 'switches' | 'unknownFolder'>> {
  const { overlays, switches, contents } = readPlan(file);
  const taken = switches === undefined ? [] : await switchesOf(api, file, switches);
  const drivers = await api.request('drivers.list', {});
  return {
    ...(overlays !== undefined && { overlays: overlays.map((overlay) => inDriver(overlay, drivers)) }), ...(switches !== undefined && { switches: taken }),
    ...(contents !== undefined && { unknownFolder: beside(file, contents) }),
  };
}

/** Each version is saved in its turn, and then the first one again: the run begins with that. */
async function switchesOf(api: HostApi, file: string, switches: NonNullable<PlanFile['switches']>): Promise<{ from: number; driver: number; version: number }[]> {
  const drivers = await api.request('drivers.list', {});
  const made: { from: number; driver: number; version: number }[] = [];
  const first = new Map<number, DriverInfo>();
  for (const { from, driver: name, source } of switches) {
    const driver = drivers.find((one) => one.name === name);
    if (driver === undefined) throw new UserError('plan', `The plan switches “${name}”, which is not in the stack; add it with --driver.`);
    first.set(driver.id, driver);
    const { version } = await api.request('drivers.update', { id: driver.id, ...codeOf(beside(file, source)), breakpoints: 'stay' });
    made.push({ from, driver: driver.id, version });
  }
  for (const { id, source, files } of first.values()) await api.request('drivers.update', { id, source, files, breakpoints: 'stay' });
  return made;
}

/** The line of a file as the line of its driver. */
function inDriver(overlay: Overlay, drivers: readonly DriverInfo[]): Overlay {
  if (overlay.kind !== 'assign') return overlay;
  const { file, ...point } = overlay.point as typeof overlay.point & { readonly file?: unknown };
  const driver = drivers.find(({ name }) => name === overlay.driver);
  if (file === undefined || file === `${overlay.driver}.ts` || point.line === null || driver === undefined) return { ...overlay, point };
  const named = [...driver.files, ...driver.formerFiles].find(({ name }) => name === file);
  if (named === undefined) throw new UserError('plan', `The plan changes a value in “${String(file)}”, and ${driver.name} has no such file; run it with the drivers that it was saved with.`);
  return { ...overlay, point: { ...point, line: driverLine(named.slot, point.line) } };
}

/** What takes over, with the files that it imports. */
function codeOf(file: string): Pick<DriverFiles, 'source' | 'files'> {
  const { source, files } = readDriverFiles(file);
  return { source, files };
}

/** Within the folder of the plan, and nowhere else. */
function beside(file: string, name: string): string {
  const folder = path.dirname(path.resolve(file));
  const found = path.resolve(folder, name);
  if (path.relative(folder, found).startsWith('..')) throw new UserError('plan', `The plan names “${name}”, which is not in its own folder.`);
  return found;
}

function readPlan(file: string): PlanFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UserError('file-missing', `There is no plan “${file}”; shrink saves one beside its trace where a run has edits.`);
  }
  try {
    const plan = JSON.parse(text) as PlanFile;
    const lists = [plan.overlays ?? [], plan.switches ?? []];
    const isOne = (change: { readonly from?: unknown; readonly driver?: unknown; readonly source?: unknown }): boolean => Number.isSafeInteger(change.from) && typeof change.driver === 'string' && typeof change.source === 'string';
    if (lists.every(Array.isArray) && (plan.switches ?? []).every(isOne) && (plan.contents === undefined || typeof plan.contents === 'string')) return plan;
  } catch {
    // Told below.
  }
  throw new UserError('plan', `“${file}” is no plan; it holds what shrink saves: overlays, switches and contents as JSON.`);
}
