/**
 * The routines of the table that are not the Filter Manager's, put together and guarded.
 *
 * What they do is in implementations/, a file a family. Two things happen here for all of them: arguments are looked at before they
 * are used, and the IRQL limit of the row is enforced (R-7.1: above it the call is FV-090 and not performed).
 */
import { APC_LEVEL, PASSIVE_LEVEL, refusedStatus } from '../engine/index.ts';
import { argumentCheck } from './argumentChecks.ts';
import type { DriverWorld } from './driverWorld.ts';
import { ioManagerRoutines } from './implementations/devices.ts';
import { genericTableRoutines } from './implementations/genericTables.ts';
import { interlockedRoutines } from './implementations/interlocked.ts';
import { listRoutines } from './implementations/lists.ts';
import { macroRoutines } from './implementations/macros.ts';
import { mdlRoutines } from './implementations/mdls.ts';
import { memoryRoutines } from './implementations/memory.ts';
import { objectRoutines } from './implementations/objects.ts';
import { poolRoutines } from './implementations/pool.ts';
import { processRoutines } from './implementations/processes.ts';
import { registryRoutines } from './implementations/registry.ts';
import { registryTableRoutines } from './implementations/registryTables.ts';
import { securityRoutines } from './implementations/security.ts';
import { stringRoutines } from './implementations/strings.ts';
import { strsafeRoutines } from './implementations/strsafe.ts';
import { synchronisationRoutines } from './implementations/synchronisation.ts';
import { timeRoutines } from './implementations/time.ts';
import type { RoutineRow } from './routineRow.ts';
import { routineTable } from './routineTable.ts';
import { DriverServices, type Routine, type Routines } from './services.ts';

const implementations = (services: DriverServices): Routines => ({
  ...macroRoutines(services), ...stringRoutines(services), ...strsafeRoutines, ...memoryRoutines(services), ...poolRoutines(services), ...mdlRoutines(services), ...listRoutines,
  ...genericTableRoutines, ...interlockedRoutines, ...timeRoutines(services), ...synchronisationRoutines(services), ...processRoutines(services), ...objectRoutines(services), ...registryRoutines(services),
  ...registryTableRoutines(services), ...ioManagerRoutines(services), ...securityRoutines,
});

const limits = { PASSIVE: PASSIVE_LEVEL, APC: APC_LEVEL } as const;

/** What a driver gets from a call that is not performed. */
function refusedResult(row: RoutineRow): unknown {
  switch (row.returns) {
    case 'NTSTATUS': return refusedStatus;
    case 'boolean': return false;
    case 'number': return 0;
    case 'void': return undefined;
    default: return null;
  }
}

/** A routine behind the checks of its row. Where nobody hears of calls, those without any are handed out as they are. */
function guarded(row: RoutineRow, routine: Routine, world: DriverWorld): Routine {
  const check = argumentCheck(row);
  const limit = row.irql === 'PASSIVE' || row.irql === 'APC' ? limits[row.irql] : null;
  const { calls } = world;
  // Macros are no calls.
  if (row.unchecked === true || (check === null && limit === null && calls === undefined)) return routine;
  const refused = refusedResult(row);
  const call = routine as (...args: readonly unknown[]) => unknown;
  return (...args: readonly unknown[]) => {
    calls?.silentCall?.(row.name, args);
    if (limit !== null && !world.engine.checkIrql(row.name, limit)) return refused;
    check?.(args);
    return call(...args);
  };
}

/** Every routine of the table with binding `own`, by name. `bound`: all routines of the driver, for those that look one up. */
export function createOwnRoutines(world: DriverWorld, bound: (name: string) => unknown = () => null): Routines {
  const services = new DriverServices(world);
  services.resolve = bound;
  const made = implementations(services);
  const result: Record<string, Routine> = {};
  for (const [name, routine] of Object.entries(made)) {
    const row = rowByName.get(name);
    result[name] = row === undefined ? routine : guarded(row, routine, world);
  }
  return result;
}

const rowByName: ReadonlyMap<string, RoutineRow> = new Map(routineTable.filter((row) => row.binding === 'own').map((row) => [row.name, row]));
