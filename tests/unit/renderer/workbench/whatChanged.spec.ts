import { expect, test } from 'vitest';
import type { EventRow, OperationRow } from '../../../../src-preload/contract/index.ts';
import { StatusNames } from '../../../../src-renderer/formatting/status.ts';
import { whatChanged } from '../../../../src-renderer/workbench/changes/whatChanged.ts';

const names = new StatusNames([{ value: 0, name: 'STATUS_SUCCESS' }, { value: 0xc0000022, name: 'STATUS_ACCESS_DENIED' }]);
const row = (change: Partial<OperationRow>): OperationRow => ({
  index: 12, time: 0n, duration: null, process: 'a.exe', pid: 8, tid: 12, operation: 'CreateFile', major: 0, minor: 0, kind: 'irp', path: 'C:\\a.txt', status: 0, replayed: 'completed', replayedStatus: 0, answer: 'recorded', effect: 'none', cause: null,
  violations: 0, offset: null, length: null, ...change,
});
const event = (change: Partial<EventRow>): EventRow => ({ number: 0, operation: 12, issued: 12, sequence: 1, kind: 'pre', depth: 0, layer: 1, layerName: 'guard', tid: 12, irql: 'PASSIVE', text: '', line: null, driver: 'guard', rule: '', assumption: null, violation: null, severity: null, ...change });

test('the filter that completed an operation is named, with the status it gave instead of the recorded one', () => {
  const denied = row({ replayedStatus: 0xc0000022, answer: 'filter', effect: 'changed' });
  const events = [event({ layerName: 'logger', text: 'pre → FLT_PREOP_SUCCESS_WITH_CALLBACK' }), event({ text: 'pre → FLT_PREOP_COMPLETE', line: 5 })];
  expect(whatChanged(denied, events, names)).toEqual({ text: 'guard completed it before the file system with ACCESS_DENIED instead of SUCCESS', place: { driver: 'guard', line: 5 } });
});

test('a changed request names its first fields and the line', () => {
  const events = [event({ kind: 'change', text: 'Parameters.Write.Length: 4096 → 512', line: 9 }), event({ kind: 'change', text: 'b: 1 → 2' }), event({ kind: 'change', text: 'c: 1 → 2' })];
  const { text, place } = whatChanged(row({ answer: 'model', effect: 'changed' }), events, names);
  expect(text).toBe('guard changed the request: Parameters.Write.Length: 4096 → 512; b: 1 → 2 and 1 more with SUCCESS');
  expect(place).toEqual({ driver: 'guard', line: 9 });
});

test('where no filter did anything, the model file system is named', () => {
  expect(whatChanged(row({ answer: 'model', replayedStatus: 0xc0000022 }), [], names).text).toBe('the model file system answered with ACCESS_DENIED instead of SUCCESS');
});
