/** Decompression. The vectors are worked out from etw-formats.md 1.5 by hand; the compressor of the tests is independent of the decoder. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XpressDecoder } from '../../../../../../src-main/trace/formats/etl/container/xpress.ts';
import type { XpressEnd } from '../../../../../../src-main/trace/formats/etl/container/xpress.ts';
import { compressXpress } from '../../../../../support/trace/etl/compressXpress.ts';

function decode(input: readonly number[] | Uint8Array, size: number): { readonly end: XpressEnd; readonly bytes: number[]; readonly used: number } {
  const decoder = new XpressDecoder();
  // Bytes around the ranges show whether anything is read or written outside them.
  const packed = Uint8Array.from([0x55, ...input, 0x55]);
  const out = new Uint8Array(size + 16).fill(0xee);
  const end = decoder.decode(packed, 1, 1 + input.length, out, 8, 8 + size);
  expect([...out.subarray(0, 8), ...out.subarray(8 + size)].every((byte) => byte === 0xee)).toBe(true);
  return { end, bytes: [...out.subarray(8, decoder.end)], used: decoder.used - 1 };
}

const text = (value: string): number[] => [...Buffer.from(value, 'latin1')];

describe('XPRESS', () => {
  // The two examples of [MS-XCA] 3.1.
  it.each([
    ['abcdefghijklmnopqrstuvwxyz', [0x3f, 0, 0, 0, ...text('abcdefghijklmnopqrstuvwxyz')]],
    ['abc'.repeat(100), [0xff, 0xff, 0xff, 0x1f, 0x61, 0x62, 0x63, 0x17, 0x00, 0x0f, 0xff, 0x26, 0x01]],
  ])('the documented examples: %s', (expected, input) => {
    expect(decode(input, expected.length)).toEqual({ end: 'full', bytes: text(expected), used: input.length });
  });

  it('literals come bit by bit from the top', () => {
    expect(decode([0, 0, 0, 0, ...text('abc')], 3)).toEqual({ end: 'full', bytes: text('abc'), used: 7 });
  });

  it('a match goes back by its distance, and may overlap what it writes', () => {
    // Three literals, then distance 3 (2 << 3) and length 3 + 6.
    expect(decode([0, 0, 0, 0x10, ...text('abc'), 0x16, 0x00], 12).bytes).toEqual(text('abcabcabcabc'));
  });

  it('lengths grow through a nibble, a byte, 16 bits and 32 bits; two matches share a byte of nibbles', () => {
    const run = (...length: number[]): number[] => decode([0, 0, 0, 0x40, ...text('x'), 0x07, 0x00, ...length], 300_000).bytes;
    expect(run(0x02).length).toBe(1 + 2 + 7 + 3);
    expect(run(0x0f, 30).length).toBe(1 + 30 + 15 + 7 + 3);
    expect(run(0x0f, 255, 0x00, 0x20).length).toBe(1 + 0x2000 + 3);
    expect(run(0x0f, 255, 0, 0, 0x00, 0x00, 0x04, 0x00).length).toBe(1 + 0x40000 + 3);
    // Two matches: the second takes the high nibble of the first one's byte.
    expect(decode([0, 0, 0, 0x60, ...text('x'), 0x07, 0x00, 0x21, 0x07, 0x00], 1000).bytes.length).toBe(1 + (1 + 7 + 3) + (2 + 7 + 3));
  });

  it.each([
    ['a distance before the beginning', [0, 0, 0, 0x40, 0x61, 0x08, 0x00]],
    ['a match at the very beginning', [0, 0, 0, 0x80, 0x00, 0x00]],
    ['a 16-bit length below what the byte could have said', [0, 0, 0, 0x40, 0x61, 0x07, 0x00, 0x0f, 255, 21, 0]],
  ])('%s is corrupt', (_, input) => {
    expect(decode(input, 100).end).toBe('corrupt');
  });

  it('input that ends too early gives what it has', () => {
    expect(decode([0, 0, 0, 0, ...text('ab')], 10)).toMatchObject({ end: 'short', bytes: text('ab') });
    expect(decode([], 10)).toMatchObject({ end: 'short', bytes: [] });
  });

  it('a match beyond the wanted size is cut there', () => {
    expect(decode([0, 0, 0, 0x40, ...text('x'), 0x07, 0x00, 0x0f, 255, 0xff, 0xff], 50)).toMatchObject({ end: 'full', bytes: text('x'.repeat(50)) });
  });

  it('what was compressed comes back', () => {
    const letters = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3000 });
    const pieces = fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 200 })), { maxLength: 20 }).map((parts) => parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat()));
    fc.assert(fc.property(fc.oneof(letters, pieces, fc.uint8Array({ maxLength: 2000 }).map((bytes) => [...bytes])), (data) => {
      expect(decode(compressXpress(Uint8Array.from(data)), data.length)).toMatchObject({ end: 'full', bytes: data });
    }));
  });

  it('random input never reads or writes outside its ranges, and ends', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 5000 }), (input, size) => {
      expect(['full', 'short', 'corrupt']).toContain(decode(input, size).end);
    }), { numRuns: 500 });
  });
});
