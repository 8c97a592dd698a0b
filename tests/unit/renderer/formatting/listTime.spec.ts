import { expect, test } from 'vitest';
import { formatListTime, zoneTicks } from '../../../../src-renderer/formatting/listTime.ts';

// 2026-11-21 23:30:00.0000001 UTC: days since 1601 by the proleptic Gregorian calendar, in 100 ns.
const ticks = (BigInt(Date.UTC(2026, 10, 21, 23, 30)) + 11_644_473_600_000n) * 10_000n + 1n;
const plusTwo = (): number => 120;

test('times of day in UTC or in a zone, seven decimals', () => {
  expect(formatListTime(ticks, 'utc', null)).toBe('23:30:00.0000001');
  expect(formatListTime(ticks, 'local', null, plusTwo)).toBe('01:30:00.0000001');
  expect(formatListTime(ticks, 'local', null, () => -210)).toBe('20:00:00.0000001');
  expect(zoneTicks(ticks, plusTwo)).toBe(72_000_000_000n);
});

test('seconds since the start, and before it', () => {
  expect(formatListTime(ticks, 'start', ticks - 125_000_001n)).toBe('+12.5000001');
  expect(formatListTime(ticks, 'start', ticks + 5n)).toBe('−0.0000005');
  expect(formatListTime(ticks, 'start', null)).toBe('23:30:00.0000001');
});
