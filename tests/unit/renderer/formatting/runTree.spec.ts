import { expect, it } from 'vitest';
import type { RunInfo } from '../../../../src-preload/contract/index.ts';
import { differsText, sharedText } from '../../../../src-renderer/formatting/runTree.ts';

const run = (fields: Pick<RunInfo, 'differs' | 'differsFrom' | 'shared'>): RunInfo => fields as RunInfo;

it('a branch says what it does otherwise, from where on, and whose past it has', () => {
  const shared = { runId: 1, name: 'Run 1', events: 41_495 };
  expect(differsText(run({ differs: ['#64 is skipped'], differsFrom: 64, shared: null }))).toBe('#64 is skipped · from #64 on');
  expect(differsText(run({ differs: ['#64 is skipped'], differsFrom: 64, shared }))).toBe('#64 is skipped · from #64 of Run 1');
  expect(differsText(run({ differs: ['statusWatch version 2 from #9 on'], differsFrom: 9, shared: null }))).toBe('statusWatch version 2 from #9 on');
  expect(differsText(run({ differs: ['statusWatch version 2 from #9 on', '#12 is skipped'], differsFrom: 9, shared }))).toBe('statusWatch version 2 · #12 is skipped · from #9 of Run 1');
  expect(sharedText(run({ differs: [], differsFrom: null, shared }))).toMatch(/^the first 41.495 events are those of Run 1, stored once$/);
  expect(sharedText(run({ differs: ['seed 7'], differsFrom: null, shared: null }))).toBe('');
});
