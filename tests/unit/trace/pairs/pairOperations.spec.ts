import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateClockOffset } from '../../../../src-main/trace/pairs/clockOffset.ts';
import { defaultPairOptions, pairOperations, type PairRow } from '../../../../src-main/trace/pairs/pairOperations.ts';
import type { PairSide } from '../../../../src-main/trace/pairs/pairSide.ts';

const start = 133_500_000_000_000_000n;

/** The `n`th read of a thread that reads one block after the other; 100 microseconds each, of which it takes 60. */
const read = (n: number, fields: Partial<PairSide> = {}): PairSide => ({
  index: n + 1, time: start + BigInt(n) * 1000n, duration: 600n, pid: 4321, tid: 700, major: 3, minor: 0, path: 'C:\\data\\big.bin', fileObject: null, offset: BigInt(n) * 4096n, length: 4096,
  status: 0, information: 4096, irpFlags: 0x900, ...fields,
});
/** Its other side: 5 microseconds later, 10 microseconds shorter. */
const below = (side: PairSide, fields: Partial<PairSide> = {}): PairSide => ({ ...side, time: side.time + 50n, duration: side.duration === null ? null : side.duration - 100n, ...fields });

const rows = (above: PairSide[], under: PairSide[], options = defaultPairOptions): PairRow[] => [...pairOperations(above, under, options)];
const different = (all: PairRow[]): PairRow[] => all.filter((row) => row.kind !== 'same');

describe('two captures around a filter', () => {
  it('are the same where the filter does nothing', () => {
    const above = Array.from({ length: 50 }, (_, n) => read(n));
    expect(rows(above, above.map((side) => below(side)))).toEqual(above.map(({ index }) => ({ kind: 'same', above: index, below: index })));
  });

  it('show a read that the filter answered itself, also where the same read follows and goes through', () => {
    const twice = [read(0, { offset: 0n }), read(1, { offset: 0n }), read(2, { offset: 0n })];
    const under = [below(read(1, { offset: 0n }), { index: 1 })];
    expect(different(rows(twice, under))).toEqual([{ kind: 'swallowed', above: 1 }, { kind: 'swallowed', above: 3 }]);
  });

  it('show what the filter changed on the way down or up', () => {
    const above = [read(0, { major: 0, path: 'C:\\a.txt', offset: null, length: null }), read(1), read(2)];
    const under = [
      below(read(0, { major: 0, path: '\\Device\\HarddiskVolume3\\redirected\\a.txt', offset: null, length: null })), below(read(1, { offset: 8192n })), below(read(2, { status: 0xc0000011, information: 0 })),
    ];
    expect(different(rows(above, under))).toEqual(expect.arrayContaining([
      { kind: 'changed', above: 1, below: 1, changes: ['path'] }, { kind: 'changed', above: 2, below: 2, changes: ['offset'] }, { kind: 'changed', above: 3, below: 3, changes: ['status', 'information'] },
    ]));
    expect(rows(above, under)).toHaveLength(3);
  });

  it('know one file by its DOS and its NT path', () => {
    expect(rows([read(0)], [below(read(0, { path: '\\Device\\HarddiskVolume3\\Data\\BIG.bin' }))])).toEqual([{ kind: 'same', above: 1, below: 1 }]);
  });

  it('find a request that the filter sent on from a thread of its own', () => {
    expect(rows([read(0)], [below(read(0, { tid: 12, pid: 4 }))])).toEqual([{ kind: 'changed', above: 1, below: 1, changes: ['tid'] }]);
  });

  it('show what the filter reads for itself', () => {
    const own = read(0, { index: 2, path: 'C:\\data\\big.bin:tag', offset: 0n, length: 16, time: read(0).time + 60n, duration: 20n });
    expect(different(rows([read(0)], [below(read(0)), own]))).toEqual([{ kind: 'added', below: 2 }]);
  });

  it('match a request that the filter held back within the window, and no later', () => {
    const pended = read(0, { duration: null, status: 0x103, information: null });
    const late = (ticks: bigint): PairSide => ({ ...pended, time: pended.time + ticks });
    expect(different(rows([pended], [late(9_000_000n)]))).toEqual([]);
    expect(rows([pended], [late(11_000_000n)])).toEqual(expect.arrayContaining([{ kind: 'swallowed', above: 1 }, { kind: 'added', below: 1 }]));
  });

  it('take the lower capture by its own clock', () => {
    const above = Array.from({ length: 30 }, (_, n) => read(n));
    const hours = 3n * 36_000_000_000n;
    const under = above.map((side) => below(side, { time: side.time + 50n - hours }));
    const clockOffset = estimateClockOffset(above, under);
    // The way down takes 5 microseconds, which nobody can tell from a difference of the clocks.
    expect(clockOffset).toBe(hours - 50n);
    expect(different(rows(above, under, { ...defaultPairOptions, clockOffset: clockOffset ?? 0n }))).toEqual([]);
  });

  it('do not guess a clock offset from requests that cannot be told apart', () => {
    const above = Array.from({ length: 30 }, (_, n) => read(n, { offset: 0n }));
    expect(estimateClockOffset(above, above)).toBeNull();
  });

  it('account for every operation once, and find exactly what was taken away and put in', () => {
    fc.assert(fc.property(
      fc.array(fc.record({ fate: fc.constantFrom('same', 'same', 'swallowed', 'changed'), thread: fc.integer({ min: 1, max: 3 }), added: fc.boolean() }), { maxLength: 60 }),
      (steps) => {
        const above: PairSide[] = [];
        const under: PairSide[] = [];
        const expected: PairRow[] = [];
        steps.forEach(({ fate, thread, added }, n) => {
          const upper = read(n, { index: above.length + 1, tid: 700 + thread });
          above.push(upper);
          if (fate === 'swallowed') {
            expected.push({ kind: 'swallowed', above: upper.index });
          } else {
            const lower = below(upper, { index: under.length + 1, ...(fate === 'changed' ? { status: 0xc0000022, information: 0 } : {}) });
            under.push(lower);
            expected.push(fate === 'changed' ? { kind: 'changed', above: upper.index, below: lower.index, changes: ['status', 'information'] } : { kind: 'same', above: upper.index, below: lower.index });
          }
          if (!added) return;
          // Of another function and thread, so that nothing of the program's can be its upper side.
          under.push(below(upper, { index: under.length + 1, time: upper.time + 70n, major: 5, tid: 900 }));
          expected.push({ kind: 'added', below: under.length });
        });
        const byText = (all: PairRow[]): string[] => all.map((row) => JSON.stringify(row)).sort();
        expect(byText(rows(above, under))).toEqual(byText(expected));
      },
    ));
  });
});

it('a busy moment in which nothing matches takes a moment, not an hour', () => {
  const side = (major: number): PairSide[] => Array.from({ length: 100_000 }, (_, n) => read(n, { major, time: start + BigInt(n) * 10n, offset: 0n }));
  const kinds = rows(side(3), side(4)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'swallowed').length).toBe(100_000);
  expect(kinds.filter((kind) => kind === 'added').length).toBe(100_000);
});
