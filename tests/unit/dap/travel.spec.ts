/** Going back and forth, as an editor does it: step back, reverse continue, lines, and places named in the debug console. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DapClient } from '../../support/dap/dapClient.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
const anyThread = { threadId: 1 };
let dap: DapClient;

beforeEach(() => {
  dap = new DapClient().spawned(folder);
});
afterEach(() => {
  dap.kill();
  expect(dap.problems).toEqual([]);
});

const readCalls = (): Promise<unknown> => dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'pre READ of statusWatch' }] });
const begin = (): Promise<DebugProtocol.StoppedEvent['body']> => dap.run({ program: 'first-light', drivers: ['statusWatch'] }, readCalls);

/** Where it stands: the operation, the function and its line. */
async function place(stop: DebugProtocol.StoppedEvent['body']): Promise<string> {
  const { body: { stackFrames } } = await dap.stackTraceRequest({ threadId: stop.threadId ?? 0 });
  const code = stackFrames.find((frame) => frame.source !== undefined);
  return `#${stop.threadId} ${code?.name ?? ''}:${code?.line ?? 0}`;
}

/** To a moment of the past: first as it was recorded, then with its frames and variables. */
async function past(action: () => Promise<unknown>): Promise<DebugProtocol.StoppedEvent['body']> {
  const rebuilt = dap.next('invalidated');
  const stop = await dap.stopped(action);
  expect(stop.allThreadsStopped).toBe(true);
  await rebuilt;
  return stop;
}

describe('an editor that goes back', { timeout: 120_000 }, () => {
  it('steps back over lines to where it was, with the values of that moment', async () => {
    await dap.prepare({ program: 'first-light', drivers: ['statusWatch'], stopAtEnd: true });
    await past(() => dap.configurationDoneRequest());
    await readCalls();
    await past(() => dap.reverseContinueRequest(anyThread));
    const first = await place(await past(() => dap.stepInRequest(anyThread)));
    expect(await place(await past(() => dap.nextRequest(anyThread)))).not.toBe(first);
    const back = await past(() => dap.stepBackRequest(anyThread));
    expect(back.reason).toBe('step');
    expect(await place(back)).toBe(first);
    expect(dap.output()).toMatch(/in the past, at \d+:\d+/);
    expect((await dap.evaluateRequest({ expression: 'Data.Iopb.MajorFunction === 3' })).body.result).toBe('true');
    const { body: { stackFrames: [top] } } = await dap.stackTraceRequest({ threadId: back.threadId ?? 0 });
    const { body: { targets } } = await dap.gotoTargetsRequest({ source: top?.source ?? {}, line: (top?.line ?? 0) + 3 });
    expect(targets.map(({ label }) => label)).toEqual([expect.stringMatching(/^run on to line/), expect.stringMatching(/^run back to line/)]);
    await expect(dap.gotoRequest({ threadId: 1, targetId: 99 })).rejects.toThrow(/no target 99/);
    const line = await past(() => dap.gotoRequest({ threadId: 1, targetId: targets[0]?.id ?? 0 }));
    expect((await place(line)).split(':')[1]).toBe(String((top?.line ?? 0) + 3));
  });

  it('reverse-continues to the breakpoint before, and forward again', async () => {
    const first = await place(await begin());
    const second = await place(await dap.stopped(() => dap.continueRequest(anyThread)));
    const third = await place(await dap.stopped(() => dap.continueRequest(anyThread)));
    expect(new Set([first, second, third]).size).toBe(3);
    expect(await place(await past(() => dap.reverseContinueRequest(anyThread)))).toBe(second);
    expect(await place(await past(() => dap.reverseContinueRequest(anyThread)))).toBe(first);
    expect(await place(await past(() => dap.continueRequest(anyThread)))).toBe(second);
  });

  it('steps from callback to callback where instructions are asked for', async () => {
    await begin();
    const next = await dap.stopped(() => dap.customRequest('next', { ...anyThread, granularity: 'instruction' }));
    const there = await place(next);
    const back = await past(() => dap.customRequest('stepBack', { ...anyThread, granularity: 'instruction' }));
    expect(await place(back)).not.toBe(there);
  });

  it('goes to operations and execution points, and back to the present', async () => {
    const present = await begin();
    expect(await past(() => dap.evaluateRequest({ expression: ':goto 4', context: 'repl' }))).toMatchObject({ reason: 'goto', threadId: 4 });
    expect((await past(() => dap.evaluateRequest({ expression: ':forward operation', context: 'repl' }))).threadId).toBe(5);
    await expect(dap.evaluateRequest({ expression: ':goto', context: 'repl' })).rejects.toThrow(/:goto N or N:EVENT/);
    expect((await dap.stopped(() => dap.evaluateRequest({ expression: ':present', context: 'repl' }))).threadId).toBe(present.threadId);
  });

  it('stops at the end where that is asked for, and looks back from there', async () => {
    await dap.prepare({ program: 'first-light', drivers: ['statusWatch'], stopAtEnd: true });
    const end = await past(() => dap.configurationDoneRequest());
    expect(end.description).toBe('The run has come to its end');
    await readCalls();
    const last = await past(() => dap.reverseContinueRequest(anyThread));
    expect(await place(last)).toMatch(/PreRead/);
    const over = dap.next('terminated');
    await dap.terminateRequest({});
    await over;
  });
});
