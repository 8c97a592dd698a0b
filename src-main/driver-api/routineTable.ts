/**
 * The WDK surface that drivers see, as one table.
 *
 * Bindings, the free names a driver may use, fltkernel.d.ts and its hover texts all come from here. What is not in the table is
 * not provided, and a driver that names it is refused when it is loaded.
 */
import { filterManagerRoutines } from './routines/filterManager.ts';
import { kernelRoutines } from './routines/kernel.ts';
import type { RoutineRow } from './routineRow.ts';

export const routineTable: readonly RoutineRow[] = [...filterManagerRoutines, ...kernelRoutines];

export const routineByName: ReadonlyMap<string, RoutineRow> = new Map(routineTable.map((row) => [row.name, row]));
