import { expect, test } from 'vitest';
import { importEnded, quarterOf, runEnded } from '../../../../src-renderer/formatting/spokenText.ts';

test('an import tells three quarters while it reads, and no other phase tells any', () => {
  const at = (done: number) => quarterOf({ phase: 'reading', done, total: 400 });
  expect([0, 99, 100, 199, 200, 300, 399, 400].map(at)).toEqual([0, 0, 1, 1, 2, 3, 3, 3]);
  expect(quarterOf({ phase: 'sorting', done: 400, total: 400 })).toBe(0);
  expect(quarterOf({ phase: 'reading', done: 0, total: 0 })).toBe(0);
});

test('an import tells what came of it', () => {
  expect(importEnded('a.PML', 'complete', 31_569)).toMatch(/^a\.PML is imported: 31\s569 operations\.$/);
  expect(importEnded('a.PML', 'cancelled', 1)).toBe('The import of a.PML was cancelled; kept of it: 1 operation.');
});

test('a run tells how it ended with its results', () => {
  expect(runEnded('completed', { operations: 467, violations: 1, differences: 0, problem: null })).toBe('Run completed: 467 operations, 1 violation.');
  expect(runEnded('stopped', { operations: 3, violations: 0, differences: 2, problem: null })).toBe('Run ended early: 3 operations, no violations, 2 results not as recorded.');
  expect(runEnded('failed', null)).toBe('Run failed.');
});
