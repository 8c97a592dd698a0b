import { describe, expect, it } from 'vitest';
import { eventColumns, eventKindCode, type EventColumn, type EventPage } from '../../../src-main/replay/eventPage.ts';
import { hasKind, packEventPage, unpackEventColumn, unpackEventPage } from '../../../src-main/replay/packedEventPage.ts';

function pageOf(count: number, columns: Partial<Record<EventColumn, (row: number) => number>>): EventPage {
  const made = Object.fromEntries(eventColumns.map((name) => [name, Uint32Array.from({ length: count }, (_, row) => columns[name]?.(row) ?? 0)])) as Record<EventColumn, Uint32Array>;
  return { first: 7, count, columns: made, texts: ['R-1.4', 'ü'] };
}

function roundTrip(page: EventPage): { readonly back: EventPage; readonly bytes: number } {
  const { columns, first, count, texts } = packEventPage(page);
  // At an address that no wider view may begin at.
  const odd = new Uint8Array(columns.length + 1).subarray(1);
  odd.set(columns);
  return { back: unpackEventPage(odd, first, count, JSON.parse(texts) as string[]), bytes: columns.length };
}

const headers = 15 * 12;

/** mulberry32 */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

describe('packed event pages', () => {
  it.each<[string, (row: number) => number, number]>([
    ['one value', () => 0xffffffff, 0],
    ['small distances', (row) => 4_000_000_000 + (row % 256), 1000],
    ['middle distances', (row) => 70_000 + ((row * 7919) % 60_000), 2000],
    ['any numbers', (row) => Math.imul(row + 1, 0x9e3779b1) >>> 0, 4000],
    ['numbers that rise', (row) => 0x80000000 + row * 255, 1000],
    ['few values far apart', (row) => [0, 0x103, 0xc0000022, 0xffffffff][row % 4] ?? 0, 1000 + 4 * 4],
  ])('take what they need: %s', (_what, values, expected) => {
    const { back, bytes } = roundTrip(pageOf(1000, { status: values }));
    expect([...back.columns.status]).toEqual(Array.from({ length: 1000 }, (_, row) => values(row)));
    expect(bytes).toBe(headers + expected);
  });

  it('store a column that is like the operations once', () => {
    const { back, bytes } = roundTrip(pageOf(1000, { operation: (row) => row * 3, issued: (row) => row * 3 }));
    expect(bytes).toBe(headers + 1000);
    expect(back.columns.issued).toEqual(back.columns.operation);
  });

  it('come back as they were, whatever the numbers', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const count = next() % 700;
      const widths = eventColumns.map(() => [1, 2, 200, 300, 70_000, 2 ** 32][next() % 6] ?? 1);
      const page = pageOf(count, Object.fromEntries(eventColumns.map((name, at) => [name, () => next() % (widths[at] ?? 1)])));
      const { back } = roundTrip(page);
      expect({ seed, ...back }).toEqual({ seed, ...page });
    }
  });

  it('give one column alone, also where it is like another', () => {
    const page = pageOf(300, { operation: (row) => row * 3, issued: (row) => row * 3, sequence: (row) => row % 7, status: (row) => Math.imul(row, 0x9e3779b1) >>> 0 });
    const { columns, count } = packEventPage(page);
    for (const name of eventColumns) expect([name, ...unpackEventColumn(columns, name, count)]).toEqual([name, ...page.columns[name]]);
  });

  it('tell what is in them without being unpacked', () => {
    const packed = packEventPage(pageOf(3, { operation: (row) => [5, 0x80000000, 3][row] ?? 0, kind: (row) => [eventKindCode.pre, eventKindCode.port, eventKindCode.pre][row] ?? 0 }));
    expect(packed).toMatchObject({ first: 7, count: 3, lowestOperation: 3, highestOperation: 0x80000000 });
    expect([eventKindCode.pre, eventKindCode.port, eventKindCode.issue, eventKindCode.violation].map((code) => hasKind(packed, code))).toEqual([true, true, false, false]);
  });

  it('survive damage', () => {
    const { columns, count } = packEventPage(pageOf(500, { operation: (row) => row, status: (row) => Math.imul(row, 0x9e3779b1) >>> 0, result: (row) => (row % 3) * 1e9 }));
    for (let seed = 1; seed <= 200; seed++) {
      const next = random(seed);
      const broken = columns.slice(0, next() % columns.length);
      for (let at = 0; at < 6; at++) broken[next() % Math.min(headers, broken.length || 1)] = next();
      expect(unpackEventPage(broken, 0, count, []).columns.status.length).toBe(500);
      expect(unpackEventColumn(broken, 'issued', count).length).toBe(500);
    }
  });
});
