import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handleUnits, selectionOf } from '../../../src-main/shrink/handleUnits.ts';
import { shrink, type Attempt } from '../../../src-main/shrink/shrink.ts';
import type { NumberedOperation } from '../../../src-main/trace/record.ts';
import { create, operation, read } from '../../support/engine-host/runs.ts';

const path = (file: number): string => `C:\\docs\\${file}.txt`;
/** Two files are open at a time; each is opened, read twice, cleaned up and closed. */
const trace: readonly NumberedOperation[] = Array.from({ length: 20 }, (_, round) => {
  const [one, other] = [{ path: path(2 * round) }, { path: path(2 * round + 1) }];
  const at = round * 10;
  const cleanup = (index: number, fields: object): NumberedOperation => operation(index, { ...fields, operation: 'CloseFile', major: 18 });
  const close = (index: number, fields: object): NumberedOperation => operation(index, { ...fields, operation: 'IRP_MJ_CLOSE', major: 2 });
  return [
    create(at + 1, one), create(at + 2, other), read(at + 3, one), read(at + 4, other), read(at + 5, one), cleanup(at + 6, one), read(at + 7, other), close(at + 8, one), cleanup(at + 9, other), close(at + 10, other),
  ];
}).flat();
const byNumber = new Map(trace.map((op) => [op.index as number, op]));
const read1 = function* (selection: Uint32Array): Generator<NumberedOperation> {
  for (const index of selection) yield byNumber.get(index) as NumberedOperation;
};

/** Every close and cleanup has its open before it, and what lies between is of an open handle. */
function isValid(selection: Uint32Array): boolean {
  const open = new Set<string>();
  for (const op of read1(selection)) {
    if (op.major === 0) open.add(op.path ?? '');
    else if (!open.has(op.path ?? '')) return false;
    if (op.major === 2) open.delete(op.path ?? '');
  }
  return true;
}

async function reduced(needed: readonly number[], drivers: readonly string[], neededDrivers: readonly string[]): Promise<{ best: Attempt<string> | null; tried: readonly Attempt<string>[] }> {
  const tried: Attempt<string>[] = [];
  const best = await shrink<string>({
    operations: Uint32Array.from(trace, ({ index }) => index), drivers, shownAt: Math.max(...needed), about: Math.max(...needed), read: read1, pidOf: () => 100,
    shows: (attempt) => {
      tried.push(attempt);
      return Promise.resolve(needed.every((index) => attempt.operations.includes(index)) && neededDrivers.every((name) => attempt.drivers.includes(name)));
    },
    found: () => undefined,
  });
  return { best, tried };
}

describe('the units of a trace', () => {
  it('are its handles, from open to close', () => {
    const units = handleUnits(trace, () => 100);
    expect(units).toHaveLength(40);
    expect(units[1]).toEqual({ open: 2, parts: [{ operations: [4] }, { operations: [7] }, { operations: [9, 10] }] });
    expect([...selectionOf(units)]).toEqual(trace.map(({ index }) => index));
  });
});

describe('reducing', () => {
  it('ends with what is needed and the opens that it takes, valid all along', async () => {
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: trace.length }), { minLength: 1, maxLength: 4 }), async (needed) => {
      const { best, tried } = await reduced(needed, ['a', 'b', 'c'], ['b']);
      expect(tried.every(({ operations }) => isValid(operations))).toBe(true);
      expect(best?.drivers).toEqual(['b']);
      const kept = [...(best?.operations ?? [])];
      // What goes together with a needed operation: its open; a close its cleanup and the other way round.
      const files = new Set(needed.map((index) => byNumber.get(index)?.path));
      const ends = new Set(needed.filter((index) => [2, 18].includes(byNumber.get(index)?.major ?? -1)).map((index) => byNumber.get(index)?.path));
      const last = Math.max(...needed);
      const expected = trace.filter((op) => needed.includes(op.index) || (op.major === 0 && files.has(op.path)) || ((op.major === 18 || op.major === 2) && ends.has(op.path) && op.index <= last)).map(({ index }) => index as number);
      expect(kept).toEqual(expected);
    }), { numRuns: 30 });
  });

  it('says so where it does not show again', async () => {
    expect((await reduced([9999], ['a'], [])).best).toBeNull();
  });
});
