import { expect, it } from 'vitest';
import type { ByteSource } from '../../../../../src-main/trace/byteSource.ts';
import { collectTrace } from '../../../../support/trace/collectTrace.ts';
import { largeEtl } from '../../../../support/trace/etl/largeEtl.ts';

it('a look at the first operations does not read a large log to its end', () => {
  const log = largeEtl(200_000);
  let read = 0;
  const counted: ByteSource = {
    size: log.size, name: log.name,
    read: (offset, length) => {
      const bytes = log.read(offset, length);
      read += bytes.length;
      return bytes;
    },
  };
  let calls = 0;
  const seen = collectTrace(counted, () => calls++ < 12, { glance: true });
  expect(seen.operations.length).toBeGreaterThan(20);
  expect(seen.operations[0]?.path).toContain('\\large\\');
  expect(read).toBeLessThan(log.size / 4);
});
