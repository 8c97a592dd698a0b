import { expect, it } from 'vitest';
import { ByteRanges } from '../../../../src-main/replay/life/byteRanges.ts';

function rangesOf(list: readonly (readonly [number, number])[]): ByteRanges {
  const ranges = new ByteRanges();
  for (const [start, end] of list) ranges.add(start, end);
  return ranges;
}

it('merges what touches or overlaps, whatever the order', () => {
  expect(rangesOf([[4096, 8192], [0, 4096], [20, 30], [9000, 9100], [5, 5]]).list(100)).toEqual([[0, 8192], [9000, 9100]]);
});

it('takes the nearest for one where there are too many, and says so', () => {
  const ranges = rangesOf([[0, 10], [1000, 1010], [12, 20], [2000, 2010]]);
  expect(ranges.list(3)).toEqual([[0, 20], [1000, 1010], [2000, 2010]]);
  expect(ranges.coarse).toBe(true);
});

it('covers every byte of a hundred thousand scattered ranges', () => {
  const ranges = new ByteRanges();
  for (let at = 0; at < 100_000; at++) ranges.add(((at * 7919) % 100_000) * 100, ((at * 7919) % 100_000) * 100 + 50);
  const list = ranges.list(512);
  expect(list.length).toBeLessThanOrEqual(512);
  expect([list[0]?.[0], list.at(-1)?.[1]]).toEqual([0, 9_999_950]);
});
