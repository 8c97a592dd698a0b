/** Everything a driver may name without declaring it: constants of the WDK and the routines of the table, bound to one world. */
import { IO_STATUS_BLOCK, LARGE_INTEGER, UNICODE_STRING } from '../engine/index.ts';
import { ecpGuids } from '../nt/tables.generated.ts';
import { ANSI_STRING } from './ansiString.ts';
import { driverConstants } from './constants.ts';
import { DEVICE_OBJECT, DRIVER_OBJECT } from './controlDevices.ts';
import { IO_DRIVER_CREATE_CONTEXT } from './driverCreateContext.ts';
import type { DriverWorld } from './driverWorld.ts';
import { LIST_ENTRY } from './implementations/lists.ts';
import { OBJECT_ATTRIBUTES } from './objectAttributes.ts';
import { objectTypes } from './objectTypes.ts';
import { createOwnRoutines } from './ownRoutines.ts';
import { routineTable } from './routineTable.ts';
import { structures } from './structures/index.ts';
import { largeIntegerType, memberTypeOf, scalarTypes } from './structures/memberTypes.ts';
import { GUID, LUID, TIME_FIELDS } from './structures/valueClasses.ts';

/** Classes drivers may construct. */
const classes = { UNICODE_STRING, ANSI_STRING, LIST_ENTRY, OBJECT_ATTRIBUTES, IO_STATUS_BLOCK, IO_DRIVER_CREATE_CONTEXT, GUID, LUID, TIME_FIELDS } as const;

/** GUID_ECP_*: the same object in every world, so nobody may change it. */
const ecpTypes: Readonly<Record<string, GUID>> = Object.fromEntries(ecpGuids.map(([name, text]) => {
  const guid = new GUID(text);
  Object.freeze(guid.Data4);
  return [name, Object.freeze(guid)];
}));

/** Names with the same value in every world: classes, types of members, structures, object types. */
const fixedValues: Readonly<Record<string, unknown>> = { ...classes, ...scalarTypes, ...structures, ...objectTypes, ...ecpTypes, PsInitialSystemProcess: Object.freeze({ id: 'PEPROCESS(System:4)', pid: 4, imageName: 'System' }) };

/** What drivers of every world are given: the objects that several runs of one process share. */
export const sharedValues: readonly unknown[] = Object.values(fixedValues);

/** Names that exist independent of a world, for the check before a driver is loaded. */
export function driverGlobalNames(engineRoutines: readonly string[]): ReadonlySet<string> {
  const provided = new Set(engineRoutines);
  const routines = routineTable.filter((row) => row.binding === 'own' || provided.has(row.name)).map((row) => row.name);
  return new Set([...driverConstants.map((row) => row.name), ...routines, ...Object.keys(fixedValues)]);
}

export function createDriverGlobals(world: DriverWorld): Readonly<Record<string, unknown>> {
  const globals: Record<string, unknown> = { ...fixedValues };
  for (const { name, value } of driverConstants) globals[name] = value;
  const routines: Record<string, unknown> = {};
  const own = createOwnRoutines(world, (name) => routines[name] ?? null);
  for (const row of routineTable) {
    const routine = row.binding === 'own' ? own[row.name] : world.engine.routines[row.name];
    if (routine !== undefined) routines[row.name] = routine;
  }
  // LARGE_INTEGER makes a value and is the type of a member.
  const make = routines['LARGE_INTEGER'];
  if (typeof make === 'function') {
    Object.defineProperty(make, memberTypeOf, { value: largeIntegerType });
    // `x instanceof LARGE_INTEGER` holds for what the routines give.
    Object.defineProperty(make, Symbol.hasInstance, { value: (value: unknown) => value instanceof LARGE_INTEGER });
  }
  return Object.assign(globals, routines);
}

export { DEVICE_OBJECT, DRIVER_OBJECT };
