/** Raw times to FILETIME. Expectations are the formulas of etw-formats.md 6 in whole numbers, and values worked out by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EtlClock } from '../../../../../../src-main/trace/formats/etl/container/etlClock.ts';

const time = (clock: EtlClock, raw: bigint): bigint => clock.time(Number(BigInt.asUintN(64, raw) >> 32n), Number(raw & 0xffff_ffffn));
const start = 133_500_000_000_000_000n;
/** Rounds down on both sides of zero. */
const floor = (a: bigint, b: bigint): bigint => a / b - (a % b !== 0n && a < 0n !== b < 0n ? 1n : 0n);

describe('clocks', () => {
  it('performance counter: the frequencies of real files', () => {
    for (const frequency of [1_818_300n, 2_109_960n, 2_337_949n, 2_994_853n, 3_117_777n, 10_000_000n, 14_318_180n, 3_600_000_000n]) {
      const clock = new EtlClock('performance counter', 185_227_195_741n, start, frequency, 0);
      for (const difference of [0n, 1n, 2n, 999_999n, 3_117_776n, 3_117_777n, 123_456_789_012n, frequency * 86_400n * 365n + 17n]) {
        expect(time(clock, 185_227_195_741n + difference)).toBe(start + (difference * 10_000_000n) / frequency);
      }
    }
  });

  it('performance counter: exact for any frequency and time', () => {
    fc.assert(fc.property(fc.bigInt(1n, 1n << 40n), fc.bigInt(0n, 1n << 62n), fc.bigInt(-(1n << 50n), 1n << 58n), (frequency, first, difference) => {
      const expected = start + floor(difference * 10_000_000n, frequency);
      fc.pre(first + difference >= 0n && first + difference < 1n << 63n && expected >= 0n && expected < 2_650_467_744_000_000_000n);
      expect(time(new EtlClock('performance counter', first, start, frequency, 0), first + difference)).toBe(expected);
    }));
  });

  it('system time is FILETIME already', () => {
    expect(time(new EtlClock('system time', start, start, 10_000_000n, 0), start + 123n)).toBe(start + 123n);
  });

  it('CPU cycles go by the speed of the CPU', () => {
    // 3,000 cycles of a 3000 MHz CPU are a microsecond, which is ten units.
    const clock = new EtlClock('cpu cycles', 500n, start, 10_000_000n, 3000);
    expect(time(clock, 3500n)).toBe(start + 10n);
    expect(time(clock, 3499n)).toBe(start + 9n);
  });
});
