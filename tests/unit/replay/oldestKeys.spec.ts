/** Forgetting the oldest first, whatever is added and removed meanwhile. */
import { expect, it } from 'vitest';
import { OldestKeys } from '../../../src-main/replay/handles/oldestKeys.ts';

it('tells the keys that are still there, from the oldest on', () => {
  const map = new Map<number, string>();
  const oldest = new OldestKeys(map);
  expect(oldest.next()).toBeUndefined();
  for (let key = 0; key < 5000; key++) map.set(key, '');
  const told: number[] = [];
  for (let round = 0; round < 2000; round++) {
    const key = oldest.next() ?? -1;
    told.push(key);
    map.delete(key);
    // Gone by itself before its turn.
    if (round === 0) map.delete(1);
    map.set(10_000 + round, '');
  }
  expect(told).toEqual([0, ...Array.from({ length: 1999 }, (_, at) => at + 2)]);
});
