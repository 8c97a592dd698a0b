import { expect, test } from 'vitest';
import type { ImportReport } from '../../../../src-preload/contract/index.ts';
import { importTotals } from '../../../../src-renderer/workbench/import-report/importTotals.ts';

const report: ImportReport = {
  events: 1015, operations: 900, processes: 3, firstTime: null, lastTime: null, bytes: 1, system: {},
  skipped: [{ reason: 'process event', count: 10 }, { reason: 'registry event', count: 100 }],
  damaged: [{ at: 64, unit: 'offset', reason: 'cut', records: 5 }, { at: 128, unit: 'offset', reason: 'unreadable', records: null }],
};

test('operations, skipped and damaged records make up the file', () => {
  const totals = importTotals(report);
  expect(totals.rows.map(({ title, count }) => `${count} ${title}`)).toEqual(['900 operations', '100 registry event', '10 process event', '5 in damaged places']);
  expect([totals.sum, totals.events, totals.uncounted]).toEqual([1015, 1015, 1]);
});

test('a clean file has no line for damage', () => {
  expect(importTotals({ ...report, damaged: [] }).rows.some(({ kind }) => kind === 'damaged')).toBe(false);
});
