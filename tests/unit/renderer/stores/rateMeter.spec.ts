import { expect, test } from 'vitest';
import { RateMeter } from '../../../../src-renderer/stores/rateMeter.ts';

test('a steady import tells its rate and the time that is left', () => {
  const meter = new RateMeter();
  for (let second = 0; second <= 3; second++) meter.add(second * 1000, second * 10_000_000, second * 50_000);
  expect(meter.countPerSecond).toBe(50_000);
  // 70 MB left at 10 MB/s.
  expect(meter.remaining(100_000_000)).toBe(7000);
});

test('nothing is claimed before half a second has been seen, nor when nothing moves', () => {
  const meter = new RateMeter();
  meter.add(0, 0, 0);
  meter.add(100, 5_000_000, 1000);
  expect([meter.countPerSecond, meter.remaining(10_000_000)]).toEqual([null, null]);
  const stuck = new RateMeter();
  stuck.add(0, 10, 0);
  stuck.add(2000, 10, 0);
  expect(stuck.remaining(100)).toBeNull();
});

test('a slow beginning is forgotten', () => {
  const meter = new RateMeter();
  meter.add(0, 0, 0);
  meter.add(60_000, 1, 1);
  for (let second = 61; second <= 70; second++) meter.add(second * 1000, (second - 60) * 1_000_000, second);
  expect(meter.remaining(20_000_000)).toBe(10_000);
});

test('a phase that counts anew begins anew', () => {
  const meter = new RateMeter();
  meter.add(0, 0, 0);
  meter.add(1000, 900, 0);
  meter.add(1100, 0, 0);
  expect(meter.remaining(100)).toBeNull();
});
