import { describe, expect, it } from 'vitest';
import { refusedRoutines } from '../../../src-main/driver-api/refusedRoutines.ts';
import { routineByName, routineTable } from '../../../src-main/driver-api/routineTable.ts';
import { testDriver } from '../../support/driver-api/driver.ts';
import { buildSteps, families } from './buildSteps.ts';

const junk: readonly unknown[] = [undefined, null, 0, -1, 1.5, Number.NaN, 2 ** 60, 5n, '', 'text', true, Symbol.iterator, {}, [], () => undefined, { value: null }, { Buffer: 'x' }, { Buffer: 5 }, Object.freeze({}), new Map()];

/** What comes from inside our own code instead of from a check. */
const fromInside = /Cannot read propert|Cannot set propert|is not a function|is not iterable|undefined \(reading|Cannot convert|Cannot use 'in' operator|Cannot mix BigInt|Invalid array length|Reflect\.|Object prototype|Invalid count|BigInt because/;

/** Routines whose purpose is to throw. */
const throwing = new Set(['ExRaiseStatus', 'ExRaiseAccessViolation', 'ExRaiseDatatypeMisalignment', 'KeBugCheck', 'KeBugCheckEx']);

describe('arguments of our own routines', () => {
  const rows = routineTable.filter((row) => row.binding === 'own' && row.unchecked !== true && !throwing.has(row.name));

  it.each(rows.map((row) => [row.name, row.parameters.length] as const))('%s takes anything and says what is wrong in words', (name, count) => {
    const driver = testDriver();
    const bad: string[] = [];
    const attempt = (args: readonly unknown[]): void => {
      try {
        driver.at(0, () => driver.call(name, ...args));
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        const message = cause instanceof Error ? cause.message : String(cause);
        if (fromInside.test(message)) bad.push(`${args.map((arg) => typeof arg).join(',')}: ${message}`);
      }
    };
    attempt([]);
    for (const value of junk) attempt(Array.from({ length: count }, () => value));
    // Mixed: every position in turn among values that fit more often.
    for (let at = 0; at < count; at++) for (const value of junk) attempt(Array.from({ length: count }, (_, index) => (index === at ? value : { value: null, Buffer: 'x', QuadPart: 1n })));
    expect([...new Set(bad)]).toEqual([]);
  });

  it('a wrong one is told by routine, parameter, value and what is wanted', () => {
    const driver = testDriver();
    expect(() => driver.call('RtlCopyMemory', 5, null, 'x')).toThrow('RtlCopyMemory: Destination is 5; a buffer is wanted here.');
    expect(() => driver.call('ExAllocatePoolWithTag', 0, -1, 'Tag1')).toThrow('ExAllocatePoolWithTag: NumberOfBytes is -1; a size in bytes is wanted here.');
    expect(() => driver.call('PsLookupProcessByProcessId', 4, {})).toThrow('PsLookupProcessByProcessId: Process is an object; a box made by ref() is wanted here.');
  });
});

describe('IRQL limits', () => {
  it('of every row are enforced: above them the call is FV-090 and is not performed', () => {
    const limited = routineTable.filter((row) => row.binding === 'own' && (row.irql === 'PASSIVE' || row.irql === 'APC'));
    expect(limited.length).toBeGreaterThan(80);
    for (const row of limited) {
      const driver = testDriver();
      const level = row.irql === 'PASSIVE' ? 1 : 2;
      driver.at(level, () => driver.call(row.name));
      expect(driver.violations.map(({ id, sentence }) => [id, sentence.includes(`called ${row.name} at`)]), row.name).toEqual([['FV-090', true]]);
    }
  });

  it('PAGED_CODE reports at DISPATCH_LEVEL and lets the routine go on', () => {
    const driver = testDriver();
    expect(driver.at(1, () => (driver.call('PAGED_CODE'), 'went on'))).toBe('went on');
    expect(driver.violations).toEqual([]);
    expect(driver.at(2, () => (driver.call('PAGED_CODE'), 'went on'))).toBe('went on');
    expect(driver.violations.map(({ sentence }) => sentence)).toEqual(['sample called PAGED_CODE at DISPATCH_LEVEL; the limit is APC_LEVEL.']);
  });
});

describe('names', () => {
  it('that are refused are not provided', () => {
    expect([...refusedRoutines.keys()].filter((name) => routineByName.has(name))).toEqual([]);
  });

  it('of routines lead to the routine, or to NULL', () => {
    const driver = testDriver();
    expect(driver.call('MmGetSystemRoutineAddress', 'PsGetProcessId')).toBe(driver.globals['PsGetProcessId']);
    expect(driver.call('MmGetSystemRoutineAddress', 'NtNothing')).toBeNull();
  });
});

describe('what real drivers call', () => {
  it('is provided, or refused by name', () => {
    const { globals } = testDriver();
    const names = [...buildSteps.flatMap(({ routines }) => routines), ...families.flatMap(({ members }) => members)];
    expect(names.filter((name) => typeof globals[name] !== 'function' && !refusedRoutines.has(name))).toEqual([]);
  });

  it('is counted as the page counts it', () => {
    expect(buildSteps.map(({ routines }) => routines.length)).toEqual(buildSteps.map(({ count }) => count));
    expect(buildSteps.map(({ count }) => count)).toEqual([20, 38, 29, 5, 14, 16]);
  });
});
