import { expect, test } from 'vitest';
import { stateText } from '../../../../src-renderer/workbench/shell/stateText.ts';

test('what goes on is said with how far it is, where that is known', () => {
  expect(stateText({ kind: 'travelling', runId: 1, what: 'Looking for the previous hit', done: 34, total: 100, stop: null })).toBe('looking for the previous hit · 34 %');
  expect(stateText({ kind: 'travelling', runId: 1, what: 'Running back', done: 0, total: 0, stop: null })).toBe('running back');
  expect(stateText({ kind: 'starting', runId: 1, rebuilding: { operation: 50, before: 200 } })).toBe('rebuilding #200 · 25 %');
  expect(stateText({ kind: 'starting', runId: 1, rebuilding: { operation: 0x8000_0003, before: 200 } })).toBe('rebuilding #200');
  expect(stateText({ kind: 'starting', runId: 2 })).toBe('starting');
  expect(stateText({ kind: 'running', runId: 1, operation: 9, done: 9, total: 10, operationsPerSecond: 1 })).toBe('running · 90 %');
});
