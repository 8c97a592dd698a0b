import { describe, expect, test } from 'vitest';
import { ScrollMap } from '../../../../src-renderer/components/scrollMap.ts';

const million = 1_000_000;

describe('a list that fits into one element', () => {
  const map = new ScrollMap(1000, 22, 220);

  test('scrolls pixel by pixel', () => {
    expect(map.physicalHeight).toBe(22_000);
    expect(map.scrolled(0, 0, 137)).toBe(137);
    expect(map.scrolled(137, 137, 9000)).toBe(9000);
  });

  test('shows whole pages: ten rows of 22 px in 220 px', () => {
    expect([map.firstRow(0), map.lastRow(0)]).toEqual([0, 9]);
    expect([map.firstRow(11), map.lastRow(11)]).toEqual([0, 10]);
    expect(map.lastRow(map.maxVirtual)).toBe(999);
  });
});

describe('ten million rows', () => {
  const map = new ScrollMap(10 * million, 22, 220);

  test('stay below every browser\'s limit of an element\'s height', () => {
    expect(map.virtualHeight).toBe(220 * million);
    expect(map.physicalHeight).toBeLessThan(17 * million);
  });

  test('a wheel notch moves the rows by the same pixels', () => {
    const start = map.toVirtual(4 * million);
    expect(map.scrolled(start, 4 * million, 4 * million + 100) - start).toBe(100);
  });

  test('a drag of the thumb goes to the same fraction of the list', () => {
    const half = map.scrolled(0, 0, map.maxPhysical / 2);
    expect(half / map.maxVirtual).toBeCloseTo(0.5, 6);
  });

  test('the ends are reached by dragging and by small steps', () => {
    expect(map.scrolled(5000, 60, 0)).toBe(0);
    expect(map.lastRow(map.scrolled(0, 0, map.maxPhysical))).toBe(10 * million - 1);
  });

  test('every row can be brought into view, and the thumb follows', () => {
    for (const row of [0, 1, 777_777, 5 * million, 10 * million - 1]) {
      const virtual = map.reveal(0, row, 'center');
      expect(map.firstRow(virtual)).toBeLessThanOrEqual(row);
      expect(map.lastRow(virtual)).toBeGreaterThanOrEqual(row);
      expect(map.toVirtual(map.toPhysical(virtual))).toBeCloseTo(virtual, 3);
    }
  });
});

test('revealing moves no further than needed', () => {
  const map = new ScrollMap(100, 20, 200);
  expect(map.reveal(100, 7, 'nearest')).toBe(100);
  expect(map.reveal(100, 2, 'nearest')).toBe(40);
  expect(map.reveal(100, 20, 'nearest')).toBe(220);
  // The middle of ten rows, and no half row at the top.
  expect(map.reveal(100, 50, 'center')).toBe(920);
  // Less room than a row has.
  expect(new ScrollMap(100, 20, 15).reveal(100, 50, 'center')).toBe(1000);
});

test('an empty and a short list do not scroll', () => {
  expect(new ScrollMap(0, 22, 220).maxVirtual).toBe(0);
  expect(new ScrollMap(0, 22, 220).lastRow(0)).toBe(-1);
  expect(new ScrollMap(3, 22, 220).scrolled(0, 0, 50)).toBe(0);
});
