import { describe, expect, it } from 'vitest';
import { dropOldest } from '../../../../src-main/trace/etw/dropOldest.ts';

describe('a full table', () => {
  it('loses its oldest entries and keeps the newest, also while new ones come', () => {
    const table = new Map<number, number>();
    const lost: number[] = [];
    for (let i = 0; i < 10_000; i++) {
      if (table.size >= 1024) dropOldest(table, (value) => lost.push(value));
      table.set(i, i);
    }
    expect(lost).toEqual(lost.map((_, i) => i));
    expect([...table.values()]).toEqual(Array.from({ length: table.size }, (_, i) => lost.length + i));
    expect(table.size).toBeGreaterThan(800);
  });
});
