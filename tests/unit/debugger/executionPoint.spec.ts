import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePoints, isSamePoint, parsePoint, pointText } from '../../../src-main/debugger/executionPoint.ts';

describe('execution points', () => {
  it.each([
    ['18204:7', { operation: 18204, sequence: 7, line: null }],
    ['18204:7:29', { operation: 18204, sequence: 7, line: 29 }],
    ['18204:7:29.3', { operation: 18204, sequence: 7, line: 29, visit: 3 }],
    [' #9:1 ', { operation: 9, sequence: 1, line: null }],
    ['18204:7:names.ts:29', { operation: 18204, sequence: 7, line: 29, file: 'names.ts' }],
    ['18204:7:util/text.ts:5.2', { operation: 18204, sequence: 7, line: 5, visit: 2, file: 'util/text.ts' }],
    ['0:12', { operation: 0, sequence: 12, line: null }],
  ])('%s is read', (text, point) => expect(parsePoint(text)).toEqual(point));

  it.each(['', '18204', '18204:', '1:0', '1:2:0', '1:2:3.0', '1:2.3', 'a:b', '99999999999:1', '1:2:3:4', '1:2:names.ts', '1:2:names:3', '1:names.ts:3'])('“%s” is none', (text) => expect(parsePoint(text)).toBeNull());

  it('a printed point is read as itself', () => {
    const number = fc.integer({ min: 1, max: 0xffffffff });
    const points = fc.record({ operation: number, sequence: number, line: fc.option(fc.integer({ min: 1, max: 9_999_999 })), visit: fc.integer({ min: 1, max: 999_999 }) });
    fc.assert(fc.property(points, ({ line, visit, ...rest }) => {
      const point = { ...rest, line, ...(line !== null && { visit }) };
      const read = parsePoint(pointText(point));
      expect(read !== null && isSamePoint(read, point)).toBe(true);
    }));
  });

  it('orders by operation, then by event, the event before its lines', () => {
    const order = ['3:9:12.4', '10:1', '3:9', '2:40'].map((text) => parsePoint(text)).filter((point) => point !== null).sort(comparePoints).map(pointText);
    expect(order).toEqual(['2:40', '3:9', '3:9:12.4', '10:1']);
  });
});
