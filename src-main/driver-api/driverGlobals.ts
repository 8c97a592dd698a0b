/** Everything a driver may name without declaring it: constants of the WDK and the routines of the table, bound to one world. */
import { UNICODE_STRING } from '../engine/index.ts';
import { driverConstants } from './constants.ts';
import type { DriverWorld } from './driverWorld.ts';
import { createOwnRoutines } from './ownRoutines.ts';
import { routineTable } from './routineTable.ts';

/** Classes drivers may construct. */
const classNames = ['UNICODE_STRING'] as const;

/** Names that exist independent of a world, for the check before a driver is loaded. */
export function driverGlobalNames(engineRoutines: readonly string[]): ReadonlySet<string> {
  const provided = new Set(engineRoutines);
  const routines = routineTable.filter((row) => row.binding === 'own' || provided.has(row.name)).map((row) => row.name);
  return new Set([...driverConstants.map((row) => row.name), ...routines, ...classNames]);
}

export function createDriverGlobals(world: DriverWorld): Readonly<Record<string, unknown>> {
  const globals: Record<string, unknown> = { UNICODE_STRING };
  for (const { name, value } of driverConstants) globals[name] = value;
  const own = createOwnRoutines(world);
  for (const row of routineTable) {
    const routine = row.binding === 'own' ? own[row.name] : world.engine.routines[row.name];
    if (routine !== undefined) globals[row.name] = routine;
  }
  return globals;
}
