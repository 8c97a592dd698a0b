/** A driver's TypeScript in its realm, as the engine host loads it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createDriverGlobals, driverGlobalNames, DRIVER_OBJECT } from '../../../src-main/driver-api/driverGlobals.ts';
import type { DriverWorld } from '../../../src-main/driver-api/driverWorld.ts';
import { UNICODE_STRING } from '../../../src-main/engine/index.ts';
import { checkDriver } from '../../../src-main/engine-host/loader.ts';
import type { DriverManifest, DriverSource } from '../../../src-main/engine-host/messages.ts';
import { seededRandom } from '../../../src-main/base/seededRandom.ts';
import { driverTexts } from '../engine-host/runs.ts';
import { DriverRealm } from '../../../src-main/engine-host/realm.ts';
import type { RoutineSites } from '../../../src-main/engine-host/routineSites.ts';

const folder = path.resolve(import.meta.dirname, '../../../resources/drivers');

/** The source of a bundled driver, with its service script where it has one. */
export function driverSource(name: string, changes: (source: string) => string = (source) => source): DriverSource {
  const manifest = JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as DriverManifest;
  const script = path.join(folder, `${name}.service.ts`);
  const { source, files = [] } = driverTexts(path.join(folder, `${name}.ts`));
  return { id: 1, name, altitude: manifest.altitude ?? '', source: changes(source), files, manifest, service: existsSync(script) ? readFileSync(script, 'utf8') : null };
}

/** DriverEntry of a driver, each call in a realm of its own: module state starts fresh, as when a driver is loaded again. */
export function driverEntry(driver: DriverSource, world: DriverWorld, sites: RoutineSites, around: (globals: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>): () => unknown {
  const provided = driverGlobalNames(Object.keys(world.engine.routines));
  const result = checkDriver(driver, provided);
  if (result.kind === 'problems') throw new Error(result.problems.map(({ message }) => message).join('\n'));
  sites.add(driver.name, result.checked.code);
  return () => {
    const realm = new DriverRealm({ globals: around(createDriverGlobals(world)), now: world.now, random: seededRandom(world.seed), print: world.print });
    return realm.load(result.checked).DriverEntry(new DRIVER_OBJECT(driver.name), new UNICODE_STRING(`\\Registry\\Machine\\System\\CurrentControlSet\\Services\\${driver.name}`));
  };
}
