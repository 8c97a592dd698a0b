import { describe, expect, it } from 'vitest';
import { EventHash } from '../../../src-main/replay/eventHash.ts';
import { eventColumns, EventPageBuilder, type EventPage } from '../../../src-main/replay/eventPage.ts';

const texts = ['R-1.4', 'FltSetCallbackDataDirty', '{"text":"ü"}'];

/** Rows with a number of their own in every column; the last three columns are texts. */
function pages(rows: number, cutAfter: (row: number) => boolean, change: { readonly row: number; readonly column: number } | null = null): EventPage[] {
  const builder = new EventPageBuilder();
  const made: EventPage[] = [];
  for (let row = 0; row < rows; row++) {
    const values = eventColumns.map((_, column) => {
      const changed = change !== null && change.row === row && change.column === column ? 1 : 0;
      return column < 12 ? ((row * 31 + column * 7) % 5) + changed : builder.text(texts[(row + column + changed) % 3] ?? '');
    }) as Parameters<EventPageBuilder['add']>;
    builder.add(...values);
    if (cutAfter(row)) made.push(builder.take());
  }
  made.push(builder.take());
  return made;
}

function hashOf(log: readonly EventPage[]): string {
  const hash = new EventHash();
  for (const page of log) hash.add(page);
  return hash.hex;
}

describe('the hash of an event log', () => {
  it('does not depend on where pages were cut', () => {
    const whole = hashOf(pages(100, () => false));
    expect(whole).toMatch(/^[0-9a-f]{16}$/);
    expect(hashOf(pages(100, (row) => row % 7 === 3))).toBe(whole);
    expect(hashOf(pages(100, () => true))).toBe(whole);
  });

  it('changes with every column, and with the order of rows', () => {
    const hashes = eventColumns.map((_, column) => hashOf(pages(100, () => false, { row: 50, column })));
    hashes.push(hashOf(pages(100, () => false)), hashOf(pages(99, () => false)), hashOf(pages(100, () => false, { row: 51, column: 0 })));
    expect(new Set(hashes).size).toBe(eventColumns.length + 3);
  });
});
