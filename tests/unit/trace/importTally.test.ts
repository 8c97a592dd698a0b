import { describe, expect, it } from 'vitest';
import { ImportTally } from '../../../src-main/trace/importTally.ts';
import type { ImportSink } from '../../../src-main/trace/record.ts';

const nowhere: ImportSink = { processes: () => {}, modules: () => {}, contextEvents: () => {}, operations: () => {}, progress: () => true };

describe('the books of an import', () => {
  it('a source that makes up a name for every record fills neither the memory nor the report, and every record is counted', () => {
    const tally = new ImportTally(nowhere);
    const records = 100_000;
    for (let i = 0; i < records; i++) tally.skip(`WPP message of ${i}`, `event ${i}`);
    for (let i = 0; i < 3; i++) tally.skip('WPP message of 7', 'event 7');
    const { events, skipped, skippedOperations = [] } = tally.summary('test', 0, {});
    expect(events).toBe(records + 3);
    expect(skipped.length).toBeLessThan(1000);
    expect(skipped.find(({ reason }) => reason === 'WPP message of 7')?.count).toBe(4);
    for (const counts of [skipped, skippedOperations]) expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(records + 3);
  });
});
