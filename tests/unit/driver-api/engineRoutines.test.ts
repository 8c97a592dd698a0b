/** The rows of the engine's routines against the engine: one row each, the IRQL limit it enforces, statuses and meanings. */
import { describe, expect, it } from 'vitest';
import { refusedRoutines } from '../../../src-main/driver-api/refusedRoutines.ts';
import { routineByName, routineTable } from '../../../src-main/driver-api/routineTable.ts';
import { blockingRoutines, type Irql } from '../../../src-main/engine/index.ts';
import { testDriver, type TestDriver } from '../../support/driver-api/driver.ts';

const engineRows = routineTable.filter((row) => row.binding === 'engine');
const levels = { PASSIVE: 0, APC: 1, DISPATCH: 2, any: 2 } as const;
const levelNames = ['PASSIVE_LEVEL', 'APC_LEVEL', 'DISPATCH_LEVEL'] as const;

/** Wrapped by a routine of our own that also knows other objects. */
const wrapped = ['ObReferenceObject', 'ObDereferenceObject'];

/** What limits these depends on more than the routine: checked with the right arguments below, or in the engine's own tests. */
const dependsOnArguments: Readonly<Record<string, string>> = {
  FltCompletePendedPreOperation: 'APC_LEVEL unless the operation is completed (FV-061)', FltPerformAsynchronousIo: 'PASSIVE_LEVEL unless it is paging I/O', FltReissueSynchronousIo: 'FV-112: PASSIVE_LEVEL unless it is paging I/O',
  FltRequestOperationStatusCallback: 'legal in a pre callback only', FltCancelFileOpen: 'legal in post-create only',
  KeWaitForSingleObject: 'a poll is legal at DISPATCH_LEVEL', KeWaitForMultipleObjects: 'a poll is legal at DISPATCH_LEVEL', KeRemoveQueue: 'a poll is legal at DISPATCH_LEVEL', KeRemoveQueueEx: 'a poll is legal at DISPATCH_LEVEL',
  FltCancellableWaitForSingleObject: 'looks at its arguments first', FltCancellableWaitForMultipleObjects: 'looks at its arguments first',
};

/** FV-090 and FV-092 of a call without arguments at a level. What else goes wrong with it is no matter. */
function refusedAt(driver: TestDriver, name: string, irql: Irql): string[] {
  driver.violations.length = 0;
  try {
    driver.at(irql, () => driver.engine.routines[name]?.());
  } catch {
    // Arguments are missing.
  }
  return driver.violations.filter(({ id }) => id === 'FV-090' || id === 'FV-092').map(({ sentence }) => sentence);
}

describe('routines of the engine', () => {
  it('have one row each, and every row has its routine', () => {
    const { engine } = testDriver();
    const provided = Object.keys(engine.routines);
    expect(provided.filter((name) => !routineByName.has(name))).toEqual([]);
    expect(provided.filter((name) => routineByName.get(name)?.binding !== 'engine').sort()).toEqual([...wrapped].sort());
    expect(engineRows.filter(({ name }) => engine.routines[name] === undefined).map(({ name }) => name)).toEqual([]);
    expect([...blockingRoutines].filter((name) => routineByName.get(name)?.binding !== 'engine')).toEqual([]);
  });

  it('are refused above the IRQL of their row, and at no other level', () => {
    const wrong: string[] = [];
    for (const { name, irql } of engineRows) {
      if (name in dependsOnArguments) continue;
      const driver = testDriver();
      const limit = levels[irql];
      for (let level = 0; level <= 2; level++) {
        const refused = refusedAt(driver, name, level as Irql);
        if ((refused.length > 0) !== (level > limit)) wrong.push(`${name}: ${irql}, but ${refused.length > 0 ? 'refused' : 'performed'} at ${levelNames[level]}`);
        else if (refused.length > 0 && !refused[0]?.includes(name)) wrong.push(`${name}: ${refused[0]}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('that wait may poll at DISPATCH_LEVEL, and only that', () => {
    const waits: readonly (readonly [name: string, make: string, arguments_: (object: object, timeout: bigint) => unknown[]])[] = [
      ['KeWaitForSingleObject', 'KeInitializeEvent', (object, timeout) => [object, 0, 0, false, timeout]], ['KeWaitForMultipleObjects', 'KeInitializeEvent', (object, timeout) => [1, [object], 1, 0, 0, false, timeout, null]],
      ['KeRemoveQueue', 'KeInitializeQueue', (object, timeout) => [object, 0, timeout]], ['KeRemoveQueueEx', 'KeInitializeQueue', (object, timeout) => [object, 0, false, timeout, [], 1]],
    ];
    for (const [name, make, args] of waits) {
      expect(routineByName.get(name)?.irql, name).toBe('DISPATCH');
      for (const timeout of [0n, -1n]) {
        const driver = testDriver();
        const object = {};
        driver.at(0, () => driver.call(make, object, 0, false));
        driver.at(2, () => driver.call(name, ...args(object, timeout)));
        expect(driver.violations.map(({ id }) => id), `${name} ${timeout}`).toEqual(timeout === 0n ? [] : ['FV-090']);
      }
    }
  });
});

describe('every row', () => {
  it('says what it does, what each parameter is, and where it is written', () => {
    const gaps = routineTable.flatMap((row) => [
      ...(row.meaning === '' ? [`${row.name} has no meaning`] : []), ...(row.source === '' ? [`${row.name} has no source`] : []),
      ...row.parameters.filter(({ meaning, type, name }) => meaning === '' || type === '' || name === '').map(({ name }) => `${row.name}: ${name}`),
    ]);
    expect(gaps).toEqual([]);
  });

  it('that returns an NTSTATUS says which, each once and with its condition', () => {
    const gaps = routineTable.flatMap((row) => {
      const names = row.statuses.map(([status]) => status);
      return [
        ...(row.returns === 'NTSTATUS' && names.length === 0 ? [`${row.name} has no statuses`] : []), ...names.filter((status, at) => names.indexOf(status) !== at).map((status) => `${row.name}: ${status} twice`),
        ...row.statuses.filter(([, condition]) => condition === '').map(([status]) => `${row.name}: ${status} without condition`),
      ];
    });
    expect(gaps).toEqual([]);
  });

  it('names parameters once, and none that stands behind a rest', () => {
    const wrong = routineTable.filter(({ parameters }) => new Set(parameters.map(({ name }) => name)).size !== parameters.length || parameters.slice(0, -1).some(({ rest }) => rest === true));
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('takes a box, a buffer or an object where it gives something out', () => {
    const wrong = routineTable.filter((row) => row.unchecked !== true).flatMap((row) => row.parameters.filter(({ direction, type }) => direction === 'out' && /^(?:number|ULONG|USHORT|string|boolean|bigint|LONGLONG)$/.test(type)).map(({ name }) => `${row.name}: ${name}`));
    expect(wrong).toEqual([]);
  });

  it('is provided or refused by name, not both', () => {
    expect(routineTable.filter(({ name }) => refusedRoutines.has(name)).map(({ name }) => name)).toEqual([]);
  });
});
