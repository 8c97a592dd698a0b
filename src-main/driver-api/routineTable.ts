/**
 * The WDK surface that drivers see, as one table.
 *
 * Bindings, the free names a driver may use, fltkernel.d.ts and its hover texts all come from here. What is not in the table is
 * not provided, and a driver that names it is refused when it is loaded.
 */
import { deviceRows } from './routines/devices.ts';
import { topOfStackRows } from './routines/files.ts';
import { contextRows } from './routines/fltContexts.ts';
import { ecpRows } from './routines/fltEcps.ts';
import { fileRows } from './routines/fltFiles.ts';
import { nameRows } from './routines/fltNames.ts';
import { fltObjectRows } from './routines/fltObjects.ts';
import { filterManagerRoutines } from './routines/filterManager.ts';
import { oplockRows } from './routines/fltOplocks.ts';
import { ownIoRows } from './routines/fltOwnIo.ts';
import { portRows } from './routines/fltPorts.ts';
import { queueRows } from './routines/fltQueues.ts';
import { genericTableRows } from './routines/genericTables.ts';
import { interlockedRows, listRows } from './routines/lists.ts';
import { macroRows } from './routines/macros.ts';
import { mdlRows } from './routines/mdls.ts';
import { memoryRows } from './routines/memory.ts';
import { objectRows } from './routines/objects.ts';
import { poolRows } from './routines/pool.ts';
import { processRows } from './routines/processes.ts';
import { registryRows } from './routines/registry.ts';
import { securityRows } from './routines/security.ts';
import { stringRows } from './routines/strings.ts';
import { strsafeRows } from './routines/strsafe.ts';
import { synchronisationRows } from './routines/synchronisation.ts';
import { timeRows } from './routines/time.ts';
import type { RoutineRow } from './routineRow.ts';

export const routineTable: readonly RoutineRow[] = [
  ...filterManagerRoutines, ...nameRows, ...contextRows, ...fltObjectRows, ...queueRows, ...ownIoRows, ...fileRows, ...ecpRows, ...portRows, ...oplockRows, ...macroRows, ...stringRows, ...strsafeRows, ...memoryRows, ...poolRows, ...mdlRows, ...listRows, ...genericTableRows, ...interlockedRows,
  ...timeRows, ...synchronisationRows, ...processRows, ...objectRows, ...registryRows, ...topOfStackRows, ...deviceRows, ...securityRows,
];

export const routineByName: ReadonlyMap<string, RoutineRow> = new Map(routineTable.map((row) => [row.name, row]));
