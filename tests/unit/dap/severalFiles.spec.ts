/** A driver of two files in an editor: each file is a source, with its own lines. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DapClient } from '../../support/dap/dapClient.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { writeReadTrace } from '../../support/trace/readTrace.ts';
import { callLine, guardSource, namesLines, namesSource, writeTwoFileDriver } from '../../support/twoFileDriver.ts';

const folder = tempFolder();
const file = (name: string): string => path.join(folder, name);
const trace = writeReadTrace();
const anyThread = { threadId: 1 };
let dap: DapClient;

beforeEach(() => {
  writeTwoFileDriver(folder);
  dap = new DapClient().spawned(folder);
});
afterEach(() => {
  dap.kill();
  expect(dap.problems).toEqual([]);
});

async function codeFrames(threadId: number | undefined): Promise<unknown[]> {
  const { body: { stackFrames } } = await dap.stackTraceRequest({ threadId: threadId ?? 0 });
  return stackFrames.filter(({ source }) => source !== undefined).map(({ name, source, line }) => [name, source?.path ?? source?.name, line]);
}

const outputs = (): DebugProtocol.OutputEvent['body'][] => dap.eventsOf('output').map((event) => (event as DebugProtocol.OutputEvent).body);
const setLine = async (source: DebugProtocol.Source, line: number): Promise<DebugProtocol.Breakpoint | undefined> => (await dap.setBreakpointsRequest({ source, breakpoints: [{ line }] })).body.breakpoints[0];

describe('a driver of two files', { timeout: 120_000 }, () => {
  it('is debugged in both, and run again as both were edited', async () => {
    await dap.prepare({ program: trace, drivers: ['guard.ts'], cwd: folder });
    expect(((await dap.customRequest('loadedSources')) as DebugProtocol.LoadedSourcesResponse).body.sources.map((source) => source.path)).toEqual([file('guard.ts'), file('names.ts')]);
    const inNames = await setLine({ path: file('names.ts') }, namesLines.prints);
    await setLine({ path: file('guard.ts') }, callLine);
    const first = await dap.stopped(() => dap.configurationDoneRequest());
    expect(await codeFrames(first.threadId)).toEqual([['PreRead', file('guard.ts'), callLine]]);
    const second = await dap.stopped(() => dap.continueRequest(anyThread));
    expect(second.hitBreakpointIds).toEqual([inNames?.id]);
    expect(await codeFrames(second.threadId)).toEqual([['tell', file('names.ts'), namesLines.prints], ['PreRead', file('guard.ts'), callLine]]);
    await dap.stopped(() => dap.nextRequest(anyThread));
    expect(outputs().find(({ output }) => output.includes('guard: reads 4096'))).toMatchObject({ source: { path: file('names.ts') }, line: namesLines.prints });
    expect(await codeFrames(second.threadId)).toEqual([['tell', file('names.ts'), namesLines.prints + 1], ['PreRead', file('guard.ts'), callLine]]);
    await dap.stopped(() => dap.stepOutRequest(anyThread));
    expect(await codeFrames(second.threadId)).toEqual([['PreRead', file('guard.ts'), callLine + 1]]);
    expect(outputs().find(({ output }) => output.includes('FV-090'))).toMatchObject({ source: { path: file('names.ts') }, line: namesLines.breaksRule });

    writeFileSync(file('names.ts'), namesSource('asks for'));
    await dap.setBreakpointsRequest({ source: { path: file('guard.ts') }, breakpoints: [] });
    await dap.stopped(() => dap.restartRequest({}));
    await dap.stopped(() => dap.nextRequest(anyThread));
    expect(dap.output()).toContain('guard: asks for 4096');
  });

  it('steps into the other file and back, and is gone to a line of it', async () => {
    const stop = await dap.run({ program: trace, drivers: ['guard.ts'], cwd: folder }, () => setLine({ path: file('guard.ts') }, callLine));
    await dap.stopped(() => dap.stepInRequest(anyThread));
    expect(await codeFrames(stop.threadId)).toEqual([['tell', file('names.ts'), namesLines.prints], ['PreRead', file('guard.ts'), callLine]]);
    await dap.stopped(() => dap.stepBackRequest({ threadId: stop.threadId ?? 0 }));
    expect(await codeFrames(stop.threadId)).toEqual([[expect.anything(), file('guard.ts'), callLine]]);
    const { body: { targets } } = (await dap.customRequest('gotoTargets', { source: { path: file('names.ts') }, line: namesLines.breaksRule })) as DebugProtocol.GotoTargetsResponse;
    const there = await dap.stopped(() => dap.customRequest('goto', { threadId: 1, targetId: targets[0]?.id }));
    // Its name follows when the moment has been rebuilt.
    expect((await codeFrames(there.threadId))[0]).toEqual([expect.anything(), file('names.ts'), namesLines.breaksRule]);
  });

  it('is read by reference where it is one of a session', async () => {
    const session = file('kept.fltreplay');
    await dap.prepare({ program: trace, drivers: ['guard.ts'], cwd: folder, session, noDebug: true });
    const ended = dap.next('terminated');
    await dap.configurationDoneRequest();
    await ended;
    dap.kill();
    dap = new DapClient().spawned(folder);
    await dap.prepare({ program: session });
    const { body: { sources } } = (await dap.customRequest('loadedSources')) as DebugProtocol.LoadedSourcesResponse;
    const texts = await Promise.all(sources.map(async (source) => (await dap.sourceRequest({ source, sourceReference: source.sourceReference ?? 0 })).body.content));
    expect(texts).toEqual([guardSource, namesSource()]);
    const [, names = {}] = sources;
    await setLine(names, namesLines.prints);
    const stop = await dap.stopped(() => dap.configurationDoneRequest());
    expect(await codeFrames(stop.threadId)).toEqual([['tell', 'names.ts', namesLines.prints], ['PreRead', 'guard.ts', callLine]]);
  });
});
