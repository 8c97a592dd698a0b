import { expect, it } from 'vitest';
import { progressLine } from '../../../src-main/cli/importTraces.ts';

const news = { jobId: 1, traceId: 1, phase: 'reading', done: 250, total: 1000, operations: 500_000, milliseconds: 2000 } as const;

it('says the rate and what is left, once both mean something', () => {
  expect(progressLine(news)).toBe('importing: 25 %, 500,000 operations, 250,000 a second, 6 s left');
  expect(progressLine({ ...news, milliseconds: 100 })).toBe('importing: 25 %, 500,000 operations');
  expect(progressLine({ ...news, phase: 'unpacking', operations: 0, traceId: null })).toBe('unpacking: 25 %, 6 s left');
  expect(progressLine({ ...news, done: 0, total: 0, operations: 0 })).toBe('importing: 100 %, 0 s left');
});
