/**
 * The drivers of several files in the run that this process is at: how V8's lines of them become driver lines, and what their files are called.
 *
 * A child is at one run at a time. Drivers of one file are not in here: their lines are V8's.
 */
import type { CallSite } from '../engine/index.ts';
import { fileName, filePlace } from '../base/driverLines.ts';
import { layoutOf } from './driverModules.ts';
import type { NamedDriver } from './errors.ts';
import type { DriverSource, DriverVersion, RunRequest } from './messages.ts';
import type { ScriptLayout } from './scriptLayout.ts';

interface KnownDriver extends NamedDriver {
  readonly layout: ScriptLayout;
}

const known = new Map<string, KnownDriver>();

export type DriverLayouts = ReadonlyMap<string, ScriptLayout>;

const versionsOf = (versions: readonly DriverVersion[], { id }: DriverSource): DriverVersion[] => versions.filter(({ driver }) => driver === id);

/** By name of the driver; those of one file are left out. */
export function layoutsOf({ drivers, versions = [] }: Pick<RunRequest, 'drivers' | 'versions'>): DriverLayouts {
  return new Map(drivers.flatMap((driver) => {
    const layout = layoutOf(driver, versionsOf(versions, driver));
    return layout === null ? [] : [[driver.name, layout] as const];
  }));
}

/** The run begins; what was known of another one is forgotten. */
export function beginRun(request: Pick<RunRequest, 'drivers' | 'versions'>): DriverLayouts {
  known.clear();
  const layouts = layoutsOf(request);
  for (const driver of request.drivers) {
    const layout = layouts.get(driver.name);
    // A file that only a newer version has is named by that one.
    if (layout !== undefined) known.set(driver.name, { name: driver.name, files: [driver, ...versionsOf(request.versions ?? [], driver)].flatMap(({ files = [] }) => files), layout });
  }
  return layouts;
}

/** With its files, to name a place in it; a service script or a driver of one file by its name alone. */
export const driverNamed = (name: string): NamedDriver => known.get(name) ?? { name };

/** From what V8 says of a driver's script. */
export function siteAt(name: string, scriptLine: number, column: number): CallSite {
  const driver = known.size === 0 ? undefined : known.get(name);
  if (driver === undefined) return { driver: name, line: scriptLine, column };
  const line = driver.layout.driverLine(scriptLine);
  const { slot } = filePlace(line);
  return slot === 0 ? { driver: name, line, column } : { driver: name, line, column, file: fileName(name, driver.files ?? [], slot) };
}
