import { expect, test } from 'vitest';
import type { ImportProgress } from '../../../../src-preload/contract/index.ts';
import { importWords } from '../../../../src-renderer/workbench/import/importWords.ts';

const megabyte = 1024 * 1024;
const progress: ImportProgress = { jobId: 1, traceId: 2, phase: 'reading', done: 12 * megabyte, total: 48 * megabyte, operations: 61_440, milliseconds: 4000 };
const plain = (text: string): string => text.replace(/[\u00a0\u2009\u202f]/g, ' ');

test('an import tells how far it is, how fast it goes and how long it will take', () => {
  const words = importWords({ kind: 'running', name: 'a.PML', jobId: 1, progress, operationsPerSecond: 48_200, remaining: 11_300 });
  expect(words.percent).toBe('25 %');
  expect(plain(words.text)).toBe('Reading · 12 MB of 48 MB · 61 440 operations · 48 000 operations/s · 11 s left');
});

test('unpacking counts no operations, and nothing claims to be done before it is', () => {
  const unpacking = importWords({ kind: 'running', name: 'a.zip', jobId: 1, progress: { ...progress, phase: 'unpacking', done: 48 * megabyte - 1, operations: 0 }, operationsPerSecond: null, remaining: null });
  expect([unpacking.percent, unpacking.text]).toEqual(['99 %', 'Unpacking · 48 MB of 48 MB']);
});

test('a file that is still handed over says so', () => {
  expect(importWords({ kind: 'handing-over', name: 'a.etl', done: 5 * megabyte, total: 20 * megabyte })).toEqual({ percent: '25 %', text: 'Handing over · 5.0 MB of 20 MB' });
});
