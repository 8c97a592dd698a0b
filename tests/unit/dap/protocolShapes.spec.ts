/** The check that the conformance test rests on finds what is wrong. */
import { describe, expect, it } from 'vitest';
import { messageProblems } from '../../support/dap/protocolShapes.ts';

const response = { seq: 1, type: 'response', request_seq: 1, success: true };

describe('the protocol\'s declarations', () => {
  it.each([
    [{ ...response, command: 'threads', body: { threads: [{ id: 1, name: '#1' }] } }],
    [{ ...response, command: 'scopes', body: { scopes: [{ name: 'Local', variablesReference: 1, expensive: false, presentationHint: 'locals' }] } }],
    [{ ...response, command: 'configurationDone' }],
    [{ ...response, command: 'next', success: false, message: 'no', body: { error: { id: 1, format: 'no' } } }],
    [{ seq: 2, type: 'event', event: 'stopped', body: { reason: 'step', threadId: 1 } }],
    [{ seq: 2, type: 'event', event: 'initialized' }],
  ])('accept %j', (message) => {
    expect(messageProblems(message)).toEqual([]);
  });

  it.each([
    [{ ...response, command: 'threads', body: { threads: [{ id: '1', name: '#1' }] } }, 'threads.body.threads[0].id is "1", no number'],
    [{ ...response, command: 'threads', body: {} }, 'threads.body.threads is missing'],
    [{ ...response, command: 'threads' }, 'threads.body is missing'],
    [{ ...response, command: 'threads', body: { threads: {} } }, 'threads.body.threads is no list'],
    [{ ...response, command: 'stackTrace', body: { stackFrames: [{ id: 1, name: 'f', line: 1, column: 1, sorce: {} }] } }, 'stackTrace.body.stackFrames[0].sorce is not declared'],
    [{ ...response, command: 'nonsense' }, 'nonsense: the protocol declares no NonsenseResponse'],
    [{ seq: 2, type: 'event', event: 'output', body: { category: 'stdout' } }, 'event output.body.output is missing'],
    [{ type: 'event', event: 'initialized' }, 'event initialized.seq is missing'],
  ])('reject %j', (message, problem) => {
    expect(messageProblems(message)).toEqual([problem]);
  });
});
