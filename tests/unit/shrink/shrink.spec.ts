import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandleUnits, selectionOf, type HandleUnit } from '../../../src-main/shrink/handleUnits.ts';
import { shrink, type Attempt } from '../../../src-main/shrink/shrink.ts';
import type { NumberedOperation } from '../../../src-main/trace/record.ts';
import { create, operation, read } from '../../support/engine-host/runs.ts';

const handleUnits = (operations: readonly NumberedOperation[], pidOf: () => number): HandleUnit[] => {
  const found = new HandleUnits(pidOf);
  for (const op of operations) found.add(op);
  return found.units;
};

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

/** An edit, and the operation that it is a copy of. */
interface Edit {
  readonly name: string;
  readonly like: number | null;
}
type Tried = Attempt<string, Edit>;

async function reduced(needed: readonly number[], drivers: readonly string[], neededDrivers: readonly string[], edits: readonly Edit[] = [], neededEdits: readonly string[] = []): Promise<{ best: Tried | null; tried: readonly Tried[] }> {
  const tried: Tried[] = [];
  const best = await shrink<string, Edit>({
    operations: Uint32Array.from(trace, ({ index }) => index), drivers, edits, neededBy: ({ like }) => like, pause: () => Promise.resolve(), shownAt: Math.max(...needed), about: Math.max(...needed), read: read1, pidOf: () => 100,
    shows: (attempt) => {
      tried.push(attempt);
      return Promise.resolve(needed.every((index) => attempt.operations.includes(index)) && neededDrivers.every((name) => attempt.drivers.includes(name)) && neededEdits.every((name) => attempt.edits.some((edit) => edit.name === name)));
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

  it('leaves out edits that do not matter, and keeps the operation that a kept one is a copy of', async () => {
    const edits: readonly Edit[] = [{ name: 'skip 5', like: null }, { name: 'a copy of 23', like: 23 }, { name: 'a copy of 33', like: 33 }];
    const { best, tried } = await reduced([45], ['a'], [], edits, ['a copy of 23']);
    expect(best?.edits.map(({ name }) => name)).toEqual(['a copy of 23']);
    // 45 and its open 41, 23 and its open 21.
    expect([...(best?.operations ?? [])]).toEqual([21, 23, 41, 45]);
    expect(tried.every((attempt) => attempt.edits.every(({ like }) => like === null || attempt.operations.includes(like)))).toBe(true);
  });

  it('ends at once where it is cancelled', async () => {
    const over = new Error('cancelled');
    let asked = 0;
    await expect(shrink<string, Edit>({
      operations: Uint32Array.from(trace, ({ index }) => index), drivers: ['a'], edits: [], neededBy: () => null, pause: () => Promise.resolve(), shownAt: 200, about: 0, read: read1, pidOf: () => 100, found: () => undefined,
      shows: () => (++asked > 5 ? Promise.reject(over) : Promise.resolve(asked === 1)),
    })).rejects.toBe(over);
    expect(asked).toBeLessThanOrEqual(7);
  });

  it('says so where it does not show again', async () => {
    expect((await reduced([9999], ['a'], [])).best).toBeNull();
  });
});
