/** Runs as they are stored, turned back into what they were made of, so that they can be run again: by branches, and by whoever rebuilds a moment of one. */
import { planFromText } from '../replay/overlays/storedPlan.ts';
import type { RunPlan } from '../replay/runPlan.ts';
import type { SessionReader, StoredDriver, StoredRun } from '../session/index.ts';
import type { RunSettings } from '../replay/runSettings.ts';
import { storedAssumptions, storedSettings } from './storedReport.ts';

/** A driver of a run, as column `drivers` lists it. Name and altitude are those of the time of the run; runs of older versions have none. */
export interface RunDriver {
  readonly driver: number;
  readonly version: number;
  readonly name?: string;
  readonly altitude?: string;
}

export const runDriversText = (drivers: readonly StoredDriver[]): string => JSON.stringify(drivers.map(({ id, version, name, altitude }): RunDriver => ({ driver: id, version, name, altitude })));

function listOf(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** What is no driver in a stranger's file is left out. */
export function runDriversOf({ drivers }: StoredRun): RunDriver[] {
  return listOf(drivers).flatMap((one) => {
    const { driver, version, name, altitude } = one as Partial<RunDriver>;
    return typeof driver !== 'number' || typeof version !== 'number' ? [] : [{ driver, version, ...(typeof name === 'string' && { name }), ...(typeof altitude === 'string' && { altitude }) }];
  });
}

export const planOf = ({ plan }: StoredRun): RunPlan => planFromText(plan);

/** The drivers of a run in the versions, under the names and at the altitudes that they had; null where the session has lost one. */
export function storedDriversOf(reader: SessionReader, run: StoredRun): readonly StoredDriver[] | null {
  const drivers: StoredDriver[] = [];
  for (const { driver, version, name, altitude } of runDriversOf(run)) {
    const found = reader.stack.driverVersion(driver, version);
    if (found === undefined) return null;
    drivers.push({ ...found, name: name ?? found.name, altitude: altitude ?? found.altitude });
  }
  return drivers;
}

/** What a run is made of, beside its operations. */
export interface RunMaterial {
  readonly drivers: readonly StoredDriver[];
  readonly plan: RunPlan;
  readonly seed: number;
  readonly settings: RunSettings;
  readonly assumptions: Readonly<Record<string, string>>;
}

export function runMaterial(reader: SessionReader, run: StoredRun): RunMaterial | null {
  const drivers = storedDriversOf(reader, run);
  return drivers === null ? null : { drivers, plan: planOf(run), seed: run.seed, settings: storedSettings(run.settings), assumptions: storedAssumptions(run.assumptions) };
}
