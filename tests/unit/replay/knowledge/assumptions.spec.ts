/** What a replay takes for granted about the state before a recording: each reading, on a recording of a few lines. */
import { expect, test } from 'vitest';
import { replayLines } from '../../../support/replay/replayLines.ts';

test.each([
  ['read-handle', ['SUCCESS 1', 'waits', 'SUCCESS 1']],
  ['read', ['SUCCESS 1', 'waits', 'SUCCESS 1']],
  // Whoever opens the file ends the request with a break, and waits for its acknowledgement.
  ['read-handle-write', ['SUCCESS 1', 'SUCCESS', 'waits']],
])('REP-020 %s: what an oplock request asks for whose bytes were not recorded', (word, model) => {
  expect(replayLines(`
    create \\f r RWD OPEN -> SUCCESS 1
    control \\f FSCTL_REQUEST_OPLOCK InputBufferLength=12 OutputBufferLength=24 -> PENDING
    create \\f r RWD OPEN @2 -> SUCCESS 1`, { assumptions: { 'REP-020': word } }).model).toEqual(model);
});

test.each([
  ['refused-again', ['FLT_DISALLOW_FAST_IO', 'FLT_DISALLOW_FAST_IO', 'SUCCESS 56', 'SUCCESS 56']],
  ['answerer-decides', ['OBJECT_NAME_NOT_FOUND', 'OBJECT_NAME_NOT_FOUND', 'SUCCESS 56', 'SUCCESS 56']],
])('REP-010 %s: query-open that was refused', (word, model) => {
  expect(replayLines(`
    queryOpen \\a -> FLT_DISALLOW_FAST_IO
    queryOpen \\b -> FLT_DISALLOW_FAST_IO
    queryOpen \\c -> SUCCESS 56
    queryOpen \\c -> SUCCESS 56`, { assumptions: { 'REP-010': word } }).model).toEqual(model);
});

test.each([
  ['may-have-ended', 'SUCCESS 1'],
  ['still-open', 'SHARING_VIOLATION'],
])('REP-021 %s: an open without a close, and one that it would keep out', (word, last) => {
  expect(replayLines(`
    create \\f rw - OPEN -> SUCCESS 1
    create \\f rw - OPEN @2 -> SUCCESS 1`, { assumptions: { 'REP-021': word } }).model).toEqual(['SUCCESS 1', last]);
});

test('where closes are recorded, an open lasts until its own', () => {
  expect(replayLines(`
    create \\g r RWD OPEN -> SUCCESS 1
    cleanup \\g -> SUCCESS
    create \\f rw - OPEN -> SUCCESS 1
    create \\f rw - OPEN @2 -> SUCCESS 1`).model.at(-1)).toBe('SHARING_VIOLATION');
});
