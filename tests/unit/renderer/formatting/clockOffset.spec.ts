import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatClockOffset, parseClockOffset } from '../../../../src-renderer/formatting/clockOffset.ts';

const ticksOf = (text: string): bigint | null => {
  const answer = parseClockOffset(text);
  return answer.kind === 'offset' ? answer.ticks : null;
};

describe('a clock offset', () => {
  test.each([
    [0n, '0'], [12_500n, '+1.250 ms'], [-12_500n, '-1.250 ms'], [12_501n, '+1.2501 ms'], [3n, '+3 ticks'], [-1n, '-1 tick'], [990n, '+99 µs'],
    [25_000_000n, '+2.500 s'], [36_000_000_000n, '+01:00:00'], [-36_005_000_000n, '-01:00:00.5'], [599_999_999n, '+59.9999999 s'],
  ])('of %d ticks is written %s', (ticks, text) => {
    expect(formatClockOffset(ticks)).toBe(text);
  });

  test.each([
    ['+1.25 ms', 12_500n], ['1.25', 12_500n], ['-300 µs', -3000n], ['-300us', -3000n], ['12 ticks', 12n], ['\u22122.5 s', -25_000_000n], ['-01:00:00', -36_000_000_000n],
    ['1 h', 36_000_000_000n], ['0', 0n], ['1,5 ms', 15_000n], ['1 000 ms', 10_000_000n],
  ])('is read from %s', (text, ticks) => {
    expect(ticksOf(text)).toBe(ticks);
  });

  test('what is shown is read back to the tick', () => {
    fc.assert(fc.property(fc.bigInt({ min: -6n * 10n ** 16n, max: 6n * 10n ** 16n }), (ticks) => ticksOf(formatClockOffset(ticks)) === ticks));
  });

  test.each([['', /for example/], ['soon', /for example/], ['5 weeks', /for example/], ['0.5 ticks', /100 ns/], ['99999999999 d', /200 years/]])('"%s" is refused with a reason', (text, reason) => {
    const answer = parseClockOffset(text);
    expect(answer.kind === 'problem' ? answer.message : '').toMatch(reason);
  });
});
