import { describe, expect, it } from 'vitest';
import { createDriverGlobals } from '../../../src-main/driver-api/driverGlobals.ts';
import { ObjectNumbers, type DriverWorld } from '../../../src-main/driver-api/driverWorld.ts';
import { createOwnRoutines } from '../../../src-main/driver-api/ownRoutines.ts';
import { routineTable } from '../../../src-main/driver-api/routineTable.ts';
import { createEngine } from '../../../src-main/engine/index.ts';

const engine = createEngine({ lowerDevice: { dispatch: () => ({ kind: 'complete', status: 0, information: 0 }) } });
const world: DriverWorld = { engine, now: () => 0n, startTime: 0n, print: () => undefined, fileName: () => null, seed: 1, objects: new ObjectNumbers(1) };

describe('the routine table', () => {
  it('names each routine once', () => {
    const names = routineTable.map((row) => row.name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('has a row for every routine of our own, and the other way round', () => {
    expect(Object.keys(createOwnRoutines(world)).sort()).toEqual(routineTable.filter((row) => row.binding === 'own').map((row) => row.name).sort());
  });

  it('lists for the engine only what the engine provides', () => {
    const missing = routineTable.filter((row) => row.binding === 'engine' && engine.routines[row.name] === undefined).map((row) => row.name);
    expect(missing).toEqual([]);
  });

  it('binds every row', () => {
    const globals = createDriverGlobals(world);
    for (const { name } of routineTable) expect(typeof globals[name], name).toBe('function');
    expect(globals['STATUS_ACCESS_DENIED']).toBe(0xc0000022);
    expect(globals['IRP_MJ_OPERATION_END']).toBe(0x80);
  });
});
