/** Files larger than memory: what is read at a time, and what is kept. */
import { describe, expect, it } from 'vitest';
import { openEtl } from '../../../../../../src-main/trace/formats/etl/container/openEtl.ts';
import { largeEtl } from '../../../../../support/trace/etl/largeEtl.ts';

describe('a file that is not in memory', () => {
  it('is read once, a buffer at a time, in order', () => {
    const large = largeEtl(100_000);
    let bytes = 0;
    let most = 0;
    const file = openEtl({
      ...large,
      read: (offset, length) => {
        const part = large.read(offset, length);
        bytes += part.length;
        most = Math.max(most, length);
        return part;
      },
    });
    // The search for buffers reads a page of each.
    expect(bytes).toBeLessThan(large.size / 8);
    bytes = 0;
    let records = 0;
    let previous = 0n;
    let disorder = 0;
    const pass = file.read({
      record: (record) => {
        records += 1;
        if (record.rawTime < previous) disorder += 1;
        previous = record.rawTime;
      },
      damage: ({ reason }) => expect.fail(reason),
      lost: ({ kind }) => expect.fail(kind),
      progress: () => true,
    });
    expect([records, disorder, pass.inversions]).toEqual([large.records, 0, 0]);
    expect(bytes).toBeLessThanOrEqual(large.size);
    expect(most).toBeLessThanOrEqual(2 * 0x1_0000);
  });
});
