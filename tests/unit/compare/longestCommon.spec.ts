import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestCommon } from '../../../src-main/compare/longestCommon.ts';

/** By the textbook table. */
function lengthByTable(a: readonly number[], b: readonly number[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) for (let j = 1; j <= b.length; j++) (table[i] as number[])[j] = a[i - 1] === b[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
  return at(a.length, b.length);
}

const list = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 30 });
const isCommon = (a: readonly number[], b: readonly number[], pairs: readonly (readonly [number, number])[]): boolean =>
  pairs.every(([i, j], at) => a[i] === b[j] && i >= 0 && j >= 0 && (at === 0 || (i > (pairs[at - 1]?.[0] ?? -1) && j > (pairs[at - 1]?.[1] ?? -1))));

describe('the longest common subsequence', () => {
  it('is common, in order, and as long as the table says', () => {
    fc.assert(fc.property(list, list, (a, b) => {
      const pairs = longestCommon(a, b);
      expect(isCommon(a, b, pairs)).toBe(true);
      expect(pairs).toHaveLength(lengthByTable(a, b));
    }), { numRuns: 500 });
  });

  it('stays a common one where the search is cut short', () => {
    fc.assert(fc.property(list, list, fc.integer({ min: 1, max: 5 }), (a, b, most) => {
      expect(isCommon(a, b, longestCommon(a, b, most))).toBe(true);
    }), { numRuns: 500 });
  });
});
