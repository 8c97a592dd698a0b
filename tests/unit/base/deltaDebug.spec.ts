import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutNeedless } from '../../../src-main/base/deltaDebug.ts';

const numbers = Array.from({ length: 200 }, (_, at) => at);

describe('leaving out what is not needed', () => {
  it('leaves exactly the items that something needs, in their order', async () => {
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 199 }), { minLength: 1, maxLength: 8 }), async (needed) => {
      const kept = await withoutNeedless(numbers, (one) => Promise.resolve(needed.every((number) => one.includes(number))));
      expect(kept).toEqual([...needed].sort((a, b) => a - b));
    }), { numRuns: 50 });
  });

  it('leaves nothing that could go by itself, whatever holds', async () => {
    // Not monotone: one of two pairs, and an odd number of others.
    const holds = (one: readonly number[]): boolean => ((one.includes(3) && one.includes(90)) || (one.includes(7) && one.includes(8))) && one.length % 2 === 0;
    const kept = await withoutNeedless(numbers, (one) => Promise.resolve(holds(one)));
    expect(holds(kept)).toBe(true);
    for (const left of kept) expect(holds(kept.filter((number) => number !== left))).toBe(false);
  });

  it('does not depend on which of two attempts ends first', async () => {
    const holds = (one: readonly number[]): boolean => one.filter((number) => number % 3 === 0).length >= 5;
    const slowly = (delay: (one: readonly number[]) => number) => (one: readonly number[]): Promise<boolean> => new Promise((resolve) => setTimeout(() => resolve(holds(one)), delay(one)));
    const items = numbers.slice(0, 40);
    expect(await withoutNeedless(items, slowly((one) => (one[0] ?? 0) % 2))).toEqual(await withoutNeedless(items, slowly((one) => ((one[0] ?? 0) + 1) % 2)));
  });
});
