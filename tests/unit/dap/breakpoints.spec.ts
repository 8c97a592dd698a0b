/** Breakpoints of every kind that the protocol has, through a real engine host. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DapClient } from '../../support/dap/dapClient.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
const sample = { program: 'first-light', drivers: ['statusWatch'] };
const anyThread = { threadId: 1 };
let dap: DapClient;
let source: DebugProtocol.Source;
/** The line of statusWatch that asks for its status callback, and the text of the driver. */
let asks = 0;
let text = '';
let isConfigured = false;

// One session for all: what a test leaves behind is taken away, and the run starts anew.
beforeAll(async () => {
  dap = new DapClient().spawned(folder);
  await dap.prepare(sample);
  source = ((await dap.customRequest('loadedSources')) as DebugProtocol.LoadedSourcesResponse).body.sources[0] ?? {};
  text = (await dap.sourceRequest({ source, sourceReference: source.sourceReference ?? 0 })).body.content;
  asks = text.split('\n').findIndex((line) => line.includes('FltRequestOperationStatusCallback(Data, ReadStatus')) + 1;
});
afterAll(() => dap.kill());
beforeEach(async () => {
  await dap.setBreakpointsRequest({ source, breakpoints: [] });
  await dap.setFunctionBreakpointsRequest({ breakpoints: [] });
  await dap.setDataBreakpointsRequest({ breakpoints: [] });
  await dap.setExceptionBreakpointsRequest({ filters: [] });
});
afterEach(() => expect(dap.problems).toEqual([]));

function start(): Promise<unknown> {
  if (isConfigured) return dap.restartRequest({});
  isConfigured = true;
  return dap.configurationDoneRequest();
}

const setLine = async (line: Omit<DebugProtocol.SourceBreakpoint, 'line'>): Promise<DebugProtocol.Breakpoint | undefined> => (await dap.setBreakpointsRequest({ source, breakpoints: [{ line: asks, ...line }] })).body.breakpoints[0];
const go = (): Promise<DebugProtocol.StoppedEvent['body']> => dap.stopped(start);
const evaluate = async (expression: string): Promise<string> => (await dap.evaluateRequest({ expression })).body.result;

async function toEnd(action: () => Promise<unknown>): Promise<void> {
  const ended = dap.next('terminated');
  await action();
  await ended;
}

describe('breakpoints of an editor', { timeout: 120_000 }, () => {
  it('stop at a line where a condition holds', async () => {
    await setLine({ condition: 'read.Length < 4096' });
    await go();
    expect(Number(await evaluate('read.Length'))).toBeLessThan(4096);
  });

  it('wait for a hit', async () => {
    const every = await setLine({});
    await go();
    await dap.stopped(() => dap.continueRequest(anyThread));
    const third = await dap.stopped(() => dap.continueRequest(anyThread));
    expect(third.hitBreakpointIds).toEqual([every?.id]);
    const place = (await dap.threadsRequest()).body.threads[0]?.name;
    await setLine({ hitCondition: '3' });
    await dap.stopped(() => dap.restartRequest({}));
    expect((await dap.threadsRequest()).body.threads[0]?.name).toBe(place);
  });

  it('say what is wrong with a condition', async () => {
    expect(await setLine({ condition: 'read.Length >' })).toMatchObject({ verified: false, message: expect.stringMatching(/\S/) as unknown });
  });

  it('stop where a field of the Iopb changes, and tell who changed it', async () => {
    await dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'pre READ of statusWatch', condition: 'Data.Iopb.Parameters.Read.Length > 0' }] });
    const stop = await go();
    const frame = (await dap.stackTraceRequest({ threadId: stop.threadId ?? 0 })).body.stackFrames[0];
    const { body: { scopes } } = await dap.scopesRequest({ frameId: frame?.id ?? 0 });
    const iopb = scopes.find(({ name }) => name.startsWith('Iopb'))?.variablesReference ?? 0;
    const info = await dap.dataBreakpointInfoRequest({ variablesReference: iopb, name: 'Parameters.Read.ReadBuffer' });
    expect(info.body).toMatchObject({ dataId: 'Parameters.Read.ReadBuffer', accessTypes: ['write'] });
    expect((await dap.dataBreakpointInfoRequest({ name: 'Data.Iopb.Parameters.Read.MdlAddress' })).body.dataId).toBe('Parameters.Read.MdlAddress');
    expect((await dap.dataBreakpointInfoRequest({ variablesReference: scopes[0]?.variablesReference ?? 0, name: 'Data' })).body).toMatchObject({ dataId: null, description: expect.stringMatching(/no field of the Iopb/) as unknown });
    const { body: { breakpoints } } = await dap.setDataBreakpointsRequest({ breakpoints: [{ dataId: info.body.dataId ?? '' }] });
    expect(breakpoints).toMatchObject([{ verified: true }]);
    await dap.setFunctionBreakpointsRequest({ breakpoints: [] });
    const changed = await dap.stopped(() => dap.continueRequest(anyThread));
    expect(changed).toMatchObject({ reason: 'data breakpoint', hitBreakpointIds: [breakpoints[0]?.id] });
    const top = (await dap.stackTraceRequest({ threadId: changed.threadId ?? 0 })).body.stackFrames.find((one) => one.source !== undefined);
    expect(text.split('\n')[(top?.line ?? 0) - 1]).toMatch(/read\.ReadBuffer = buffer/);
  });

  it('stop at violations by severity, with the rule behind them', async () => {
    const { body } = await dap.setExceptionBreakpointsRequest({ filters: ['violations'], filterOptions: [{ filterId: 'warnings' }, { filterId: 'nonsense' }] });
    expect(body?.breakpoints).toMatchObject([{ verified: true }, { verified: true }, { verified: false, message: expect.stringMatching(/no exception filter “nonsense”; there are exceptions, violations, /) as unknown }]);
    const stop = await go();
    expect(stop).toMatchObject({ reason: 'exception', hitBreakpointIds: [body?.breakpoints?.[1]?.id], description: 'Stopped at FV-084' });
    const info = await dap.exceptionInfoRequest({ threadId: stop.threadId ?? 0 });
    expect(info.body).toMatchObject({ exceptionId: 'FV-084', breakMode: 'always', details: { typeName: expect.stringMatching(/^R-/) as unknown } });
    const frame = (await dap.stackTraceRequest({ threadId: stop.threadId ?? 0 })).body.stackFrames[0];
    const { body: { scopes } } = await dap.scopesRequest({ frameId: frame?.id ?? 0 });
    const violations = await dap.variablesRequest({ variablesReference: scopes.find(({ name }) => name === 'Violations')?.variablesReference ?? 0 });
    expect(violations.body.variables.map(({ name }) => name)).toContain('FV-084');
  });

  it('stop where a routine is called, and where an operation ends', async () => {
    await dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'FltRequestOperationStatusCallback' }] });
    expect((await go()).reason).toBe('function breakpoint');
    await dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'complete CLOSE' }] });
    const end = await dap.stopped(() => dap.continueRequest(anyThread));
    expect((await dap.threadsRequest()).body.threads.find(({ id }) => id === end.threadId)?.name).toMatch(/CloseFile|IRP_MJ_CLOSE/);
  });

  it('let a variable be changed: the run goes on as a branch, from the same moment', async () => {
    await setLine({});
    const stop = await go();
    const { body: { stackFrames: [top] } } = await dap.stackTraceRequest({ threadId: stop.threadId ?? 0 });
    const { body: { scopes: [local] } } = await dap.scopesRequest({ frameId: top?.id ?? 0 });
    const branched = await dap.stopped(() => dap.setVariableRequest({ variablesReference: local?.variablesReference ?? 0, name: 'size', value: '8192' }));
    expect(branched.threadId).toBe(stop.threadId);
    expect(await evaluate('size === 8192')).toBe('true');
    expect(dap.output()).toMatch(/from here on “What-if 1” is shown, a branch with the new value; “Run \d+” stays as it is\./);
    expect(dap.eventsOf('terminated')).toEqual([]);
  });

  it('write a message and go on', async () => {
    await setLine({ logMessage: 'reads {read.Length} bytes' });
    const stops = dap.eventsOf('stopped').length;
    await toEnd(start);
    const lines = dap.eventsOf('output').map((event) => (event as DebugProtocol.OutputEvent).body).filter(({ output }) => /reads \d+ bytes/.test(output));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines[0]).toMatchObject({ category: 'console', line: asks, source: { name: 'statusWatch.ts' } });
    expect(dap.eventsOf('stopped')).toHaveLength(stops);
  });

  it('are all promised by initialize, each filter with its words', () => {
    const { body } = dap.messages.find((message) => (message as DebugProtocol.Response).command === 'initialize') as DebugProtocol.InitializeResponse;
    expect(body).toMatchObject({ supportsConditionalBreakpoints: true, supportsHitConditionalBreakpoints: true, supportsLogPoints: true, supportsDataBreakpoints: true, supportsFunctionBreakpoints: true, supportsExceptionFilterOptions: true });
    expect(body?.exceptionBreakpointFilters?.map(({ filter }) => filter)).toContain('violations');
    expect(body?.supportsInstructionBreakpoints ?? false).toBe(false);
  });
});
