/** Runs that break off stop in the editor as exceptions. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, describe, expect, it } from 'vitest';
import { DapClient } from '../../support/dap/dapClient.ts';
import { preReadDriver } from '../../support/engine-host/runs.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
const file = path.join(folder, 'thrower.ts');
let dap = new DapClient();

afterEach(() => {
  dap.kill();
  expect(dap.problems).toEqual([]);
});

/** Runs the sample through a driver with this pre-read. */
async function launched(body: string): Promise<void> {
  writeFileSync(file, preReadDriver(body).source);
  dap = new DapClient().spawned(folder);
  await dap.prepare({ program: 'first-light', drivers: [`${file}@328010`] });
}

describe('exceptions of drivers', { timeout: 120_000 }, () => {
  it('stop where they are thrown, unless the filter is off', async () => {
    await launched('  const read = Data.Iopb.Parameters.Read;\n  try { JSON.parse("no"); } catch { /* its own affair */ }\n  (read as any).nothing.more = 1;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    await dap.setExceptionBreakpointsRequest({ filters: ['exceptions'] });
    const stop = await dap.stopped(() => dap.configurationDoneRequest());
    expect(stop).toMatchObject({ reason: 'exception', description: 'Driver exception', text: expect.stringContaining('TypeError') as unknown });
    const { body: { stackFrames: [top] } } = await dap.stackTraceRequest({ threadId: stop.threadId ?? 0 });
    expect(top).toMatchObject({ name: 'PreRead', line: 4, source: { name: 'thrower.ts' } });
    expect((await dap.evaluateRequest({ expression: 'read.Length > 0', frameId: top?.id ?? 0 })).body.result).toBe('true');
    expect((await dap.exceptionInfoRequest({ threadId: stop.threadId ?? 0 })).body).toMatchObject({ exceptionId: 'TypeError', breakMode: 'unhandled', details: { stackTrace: 'thrower.ts:4' } });
    const ended = dap.next('terminated');
    await dap.continueRequest({ threadId: stop.threadId ?? 0 });
    await ended;
    expect(dap.eventsOf('exited')).toMatchObject([{ body: { exitCode: 1 } }]);

    await launched('  throw new Error("as before");');
    await dap.setExceptionBreakpointsRequest({ filters: [] });
    const over = dap.next('terminated');
    await dap.configurationDoneRequest();
    await over;
    expect(dap.eventsOf('stopped')).toEqual([]);
    expect(dap.output()).toContain('as before');
  });

  it('and bug checks stop too: what initialize offers is on by default', async () => {
    await launched('  return FLT_PREOP_SUCCESS_WITH_CALLBACK;');
    await dap.setExceptionBreakpointsRequest({ filters: ['exceptions'] });
    const stop = await dap.stopped(() => dap.configurationDoneRequest());
    expect(stop).toMatchObject({ reason: 'exception', description: 'Bug check', text: expect.stringMatching(/^Bug check 0xF5 .*FV-003/) as unknown });
    const { body } = dap.messages.find((message) => (message as DebugProtocol.Response).command === 'initialize') as DebugProtocol.InitializeResponse;
    expect(body?.exceptionBreakpointFilters?.filter((one) => one.default).map(({ filter }) => filter)).toEqual(['exceptions']);
  });
});
