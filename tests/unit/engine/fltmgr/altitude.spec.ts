import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { altitudeFrom, compareAltitudes } from '../../../../src-main/engine/fltmgr/altitude.ts';

describe('compareAltitudes', () => {
  it.each([
    // AC-01 to AC-03, CV-003 of the specification page
    ['325000.30', '325000.3', 0],
    ['99999.9999', '100000', -1],
    ['0325000', '325000.000000000000000000000001', -1],
    ['03333', '100.123456', 1],
    ['325000.', '325000', 0],
    ['325000.10', '325000.9', -1],
  ])('%s against %s', (a, b, expected) => {
    expect(compareAltitudes(a, b)).toBe(expected);
    expect(compareAltitudes(b, a)).toBe(-expected || 0);
  });

  it('agrees with exact arithmetic on scaled integers', () => {
    const altitude = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.stringMatching(/^\d{0,30}$/), fc.nat(3));
    fc.assert(fc.property(altitude, altitude, (left, right) => {
      const text = ([integer, fraction, zeros]: typeof left): string => `${'0'.repeat(zeros)}${integer}${fraction === '' ? '' : `.${fraction}`}`;
      const scaled = ([integer, fraction]: typeof left): bigint => BigInt(`${integer}${fraction.padEnd(30, '0')}`);
      const difference = scaled(left) - scaled(right);
      expect(compareAltitudes(text(left), text(right))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
    }));
  });
});

it('accepts digits with at most one decimal point', () => {
  expect(altitudeFrom('328010.5')).toBe('328010.5');
  for (const text of ['', '.', '1.2.3', '-1', '1e5', ' 1', '12a']) expect(altitudeFrom(text)).toBeUndefined();
});
