/** `fltreplay dap` as an editor uses it, over the streams of the command and over its port. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startFltreplay } from '../../support/commandLine.ts';
import { DapClient } from '../../support/dap/dapClient.ts';
import { readFilterSource } from '../../support/readFilter.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { writeReadTrace } from '../../support/trace/readTrace.ts';

const folder = tempFolder();
const sample = { program: 'first-light', drivers: ['statusWatch'] };
const anyThread = { threadId: 1 };

async function served(port: number): Promise<{ server: ChildProcessWithoutNullStreams; port: number }> {
  const server = startFltreplay(folder, 'dap', '--port', String(port));
  const line = await new Promise<string>((resolve, reject) => {
    server.stderr.on('data', (chunk: Buffer) => resolve(chunk.toString()));
    server.on('exit', () => reject(new Error('it ended')));
  });
  return { server, port: Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]) };
}

let server: { server: ChildProcessWithoutNullStreams; port: number };
const clients: DapClient[] = [];

beforeAll(async () => {
  server = await served(0);
});
afterAll(() => void server.server.kill());
afterEach(() => {
  for (const client of clients.splice(0)) {
    client.kill();
    expect(client.problems).toEqual([]);
  }
});

const ways = [
  { way: 'its standard streams', connect: () => Promise.resolve(new DapClient().spawned(folder)) },
  { way: 'a port', connect: () => new DapClient().connected(server.port) },
] as const;

async function client(way: (typeof ways)[number] = ways[1]): Promise<DapClient> {
  const one = await way.connect();
  clients.push(one);
  return one;
}

async function topFrame(dap: DapClient, threadId: number | undefined): Promise<DebugProtocol.StackFrame> {
  const { body } = await dap.stackTraceRequest({ threadId: threadId ?? 0 });
  const [top] = body.stackFrames;
  if (top === undefined) throw new Error('no frames');
  return top;
}

const bundled = async (dap: DapClient): Promise<DebugProtocol.Source> => ((await dap.customRequest('loadedSources')) as DebugProtocol.LoadedSourcesResponse).body.sources[0] ?? {};
const lineOf = (text: string, part: string): number => text.split('\n').findIndex((line) => line.includes(part)) + 1;

/** A driver whose pre-read does what is given, in line 10. */
const driverSource = (body: string): string => readFilterSource(`${body}\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;`);

describe.each(ways)('a session over $way', { timeout: 120_000 }, (way) => {
  it('goes from initialize to terminated as the protocol has it', async () => {
    const dap = await client(way);
    await dap.prepare(sample);
    const source = await bundled(dap);
    const { body: { content } } = await dap.sourceRequest({ source, sourceReference: source.sourceReference ?? 0 });
    const asks = lineOf(content, 'FltRequestOperationStatusCallback(Data, ReadStatus');
    const lines = await dap.setBreakpointsRequest({ source, breakpoints: [{ line: asks }] });
    expect(lines.body.breakpoints).toMatchObject([{ line: asks, verified: false }]);
    await dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'status READ of statusWatch' }] });
    await dap.setExceptionBreakpointsRequest({ filters: [] });

    const first = await dap.stopped(() => dap.configurationDoneRequest());
    expect(first).toMatchObject({ reason: 'breakpoint', allThreadsStopped: true, hitBreakpointIds: [lines.body.breakpoints[0]?.id] });
    expect(dap.eventsOf('breakpoint').map((event) => (event as DebugProtocol.BreakpointEvent).body.breakpoint)).toMatchObject([{ id: lines.body.breakpoints[0]?.id, verified: true, line: asks }]);
    const { body: { threads } } = await dap.threadsRequest();
    expect(threads.find(({ id }) => id === first.threadId)?.name).toMatch(/^#\d+ ReadFile C:\\.* \(\S+ \d+\)$/);

    const { body: stack } = await dap.stackTraceRequest({ threadId: first.threadId ?? 0 });
    expect(stack.stackFrames[0]).toMatchObject({ name: 'PreRead', line: asks, source: { name: 'statusWatch.ts' } });
    const layers = stack.stackFrames.slice(1);
    expect(layers.every((frame) => frame.source === undefined && frame.presentationHint !== undefined)).toBe(true);
    expect(layers.map((frame) => frame.name)).toEqual(expect.arrayContaining([expect.stringMatching(/^statusWatch 328010: pre/), expect.stringMatching(/^I\/O manager/)]));

    const frameId = stack.stackFrames[0]?.id ?? 0;
    const { body: { scopes } } = await dap.scopesRequest({ frameId });
    expect(scopes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Local', 'Driver', 'Iopb: received | now']));
    const local = await dap.variablesRequest({ variablesReference: scopes[0]?.variablesReference ?? 0 });
    const data = local.body.variables.find(({ name }) => name === 'Data');
    expect(data?.type).toBe('FLT_CALLBACK_DATA');
    const inside = await dap.variablesRequest({ variablesReference: data?.variablesReference ?? 0 });
    expect(inside.body.variables.map(({ name }) => name)).toEqual(expect.arrayContaining(['Iopb', 'IoStatus']));
    expect((await dap.variablesRequest({ variablesReference: data?.variablesReference ?? 0, start: 1, count: 2 })).body.variables.map(({ name }) => name)).toEqual(inside.body.variables.slice(1, 3).map(({ name }) => name));
    expect((await dap.evaluateRequest({ expression: 'read.Length > 0', frameId, context: 'watch' })).body.result).toBe('true');

    const next = await dap.stopped(() => dap.nextRequest({ threadId: first.threadId ?? 0 }));
    expect(next.reason).toBe('step');
    expect(await topFrame(dap, next.threadId)).toMatchObject({ name: 'PreRead', line: asks + 1 });
    await dap.stopped(() => dap.stepOutRequest(anyThread));
    await dap.setBreakpointsRequest({ source, breakpoints: [] });
    const status = await dap.stopped(() => dap.continueRequest(anyThread));
    expect(status.reason).toBe('function breakpoint');
    expect(await topFrame(dap, status.threadId)).toMatchObject({ name: 'ReadStatus' });
    await dap.stopped(() => dap.stepInRequest(anyThread));
    expect(await topFrame(dap, status.threadId)).toMatchObject({ name: 'ReadStatus', line: lineOf(content, 'const context: SwapContext = RequesterContext') });

    await dap.setFunctionBreakpointsRequest({ breakpoints: [] });
    const ended = dap.next('terminated');
    await dap.continueRequest(anyThread);
    await ended;
    expect(dap.eventsOf('exited')).toMatchObject([{ body: { exitCode: 0 } }]);
    expect(dap.output()).toContain('the snapshot still names the old buffer');
    expect(dap.output()).toMatch(/FV-084 \(violation, severity W\)/);
    expect(dap.output()).toMatch(/event hash [0-9a-f]{16}/);
    await dap.disconnectRequest();
    expect(await dap.gone).toBe(0);
  });
});

describe('a debug adapter', { timeout: 120_000 }, () => {
  it('sends every response before the events that the request led to', async () => {
    const dap = await client();
    await dap.run(sample, () => dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'pre READ' }] }));
    await dap.stopped(() => dap.stepInRequest(anyThread));
    const order = dap.messages.map((message) => ('command' in message ? String(message.command) : String((message as DebugProtocol.Event).event))).filter((name) => ['launch', 'initialized', 'configurationDone', 'stopped', 'stepIn'].includes(name));
    expect(order).toEqual(['launch', 'initialized', 'configurationDone', 'stopped', 'stepIn', 'stopped']);
    expect(dap.messages.map(({ seq }) => seq)).toEqual(dap.messages.map((_, at) => at + 1));
  });

  it('debugs a driver in its file, shows where it is, and runs it again as it was edited', async () => {
    const file = path.join(folder, 'counts.ts');
    const source = (text: string): string => driverSource(`DbgPrint("${text}");`);
    writeFileSync(file, source('first'));
    const dap = await client();
    const stop = await dap.run({ program: writeReadTrace(), drivers: ['counts.ts@265000'], cwd: folder }, () => dap.setBreakpointsRequest({ source: { path: file }, breakpoints: [{ line: 11 }] }));
    expect(await topFrame(dap, stop.threadId)).toMatchObject({ line: 11, source: { path: file } });
    expect(dap.output()).toMatch(/counts: first/);
    expect((dap.eventsOf('output').find((event) => /first/.test((event as DebugProtocol.OutputEvent).body.output)) as DebugProtocol.OutputEvent).body).toMatchObject({ line: 10, source: { path: file } });
    const { body: { modules } } = await dap.modulesRequest({});
    expect(modules).toMatchObject([{ name: 'counts', altitude: '265000', path: file }]);

    writeFileSync(file, source('second'));
    await dap.stopped(() => dap.restartRequest({}));
    expect(dap.output()).toMatch(/counts: second/);
    expect(dap.eventsOf('terminated')).toEqual([]);
    const ended = dap.next('terminated');
    await dap.terminateRequest({});
    await ended;
  });

  it('pauses where the run is', async () => {
    writeFileSync(path.join(folder, 'slow.ts'), driverSource('let sum = 0; for (let i = 0; i < 30_000_000; i++) sum += i; DbgPrint("%d", sum);'));
    const dap = await client();
    await dap.prepare({ program: 'first-light', drivers: ['slow.ts'], cwd: folder });
    await dap.configurationDoneRequest();
    const { body: { threads } } = await dap.threadsRequest();
    expect(threads).toHaveLength(1);
    const stop = await dap.stopped(() => dap.pauseRequest({ threadId: threads[0]?.id ?? 0 }));
    expect(stop.reason).toBe('pause');
    await dap.disconnectRequest();
  });

  it('stops on entry', async () => {
    const dap = await client();
    const entry = await dap.run({ ...sample, stopOnEntry: true });
    expect(entry.reason).toBe('entry');
    const { body: { threads } } = await dap.threadsRequest();
    expect(threads.map(({ id }) => id)).toContain(entry.threadId);
    expect((await dap.stackTraceRequest({ threadId: entry.threadId ?? 0 })).body.stackFrames.length).toBeGreaterThan(0);
  });

  it('runs through without stopping where noDebug is set', async () => {
    const dap = await client();
    await dap.prepare({ ...sample, noDebug: true, where: 'operation = ReadFile', seed: 7, assume: ['SIM-001=shuffled'] });
    await dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'pre' }] });
    const ended = dap.next('terminated');
    await dap.configurationDoneRequest();
    await ended;
    expect(dap.eventsOf('stopped')).toEqual([]);
  });

  it('tells a driver that cannot be loaded with its place', async () => {
    writeFileSync(path.join(folder, 'broken.ts'), 'export function DriverEntry( {');
    const dap = await client();
    await dap.prepare({ program: 'first-light', drivers: ['broken.ts'], cwd: folder });
    const ended = dap.next('terminated');
    await dap.configurationDoneRequest();
    await ended;
    expect(dap.eventsOf('exited')).toMatchObject([{ body: { exitCode: 1 } }]);
    expect(dap.eventsOf('output').map((event) => (event as DebugProtocol.OutputEvent).body)).toContainEqual(expect.objectContaining({ category: 'stderr', line: 1, source: expect.objectContaining({ path: path.join(folder, 'broken.ts') }) as unknown }));
  });

  it('refuses a launch in one sentence, and takes the next one', async () => {
    const dap = await client();
    await dap.initializeRequest();
    await expect(dap.launchRequest({} as DebugProtocol.LaunchRequestArguments)).rejects.toThrow('“program” has to be a text, e.g. "first-light".');
    await expect(dap.launchRequest({ program: 'no/such/trace.PML' } as DebugProtocol.LaunchRequestArguments)).rejects.toThrow(/trace\.PML/);
    await expect(dap.launchRequest({ ...sample, drivers: ['missing.ts'] } as DebugProtocol.LaunchRequestArguments)).rejects.toThrow(/There is no driver/);
    await expect(dap.launchRequest({ ...sample, completion: 'sometimes' } as DebugProtocol.LaunchRequestArguments)).rejects.toThrow(/“completion” has to be one of natural/);
    await dap.launchRequest(sample as DebugProtocol.LaunchRequestArguments);
  });

  it.each([
    ['stackTrace', { threadId: 1 }, /not stopped/], ['scopes', { frameId: 1 }, /not stopped/], ['variables', { variablesReference: 1 }, /not stopped/], ['evaluate', { expression: '1' }, /not stopped/],
    ['next', { threadId: 1 }, /not stopped/], ['continue', { threadId: 1 }, /not stopped/], ['exceptionInfo', { threadId: 1 }, /not stopped/], ['setBreakpoints', {}, /“source” has to be an object/],
    ['setInstructionBreakpoints', { breakpoints: [] }, /“setInstructionBreakpoints” is not supported/], ['launch', sample, /launched already/], ['initialize', { adapterID: 'x' }, /initialized already/],
    ['source', { sourceReference: 77 }, /no driver “77”/],
  ])('refuses %s at the wrong time or with wrong arguments', async (command, args, says) => {
    const dap = await client();
    await dap.prepare(sample);
    await expect(dap.customRequest(command, args)).rejects.toThrow(says);
    // The session goes on.
    expect((await dap.customRequest('loadedSources') as DebugProtocol.LoadedSourcesResponse).body.sources).toHaveLength(1);
  });

  it('refuses everything before initialize and launch', async () => {
    const dap = await client();
    await expect(dap.customRequest('loadedSources')).rejects.toThrow('“loadedSources” came before “initialize”');
    await dap.initializeRequest();
    await expect(dap.customRequest('loadedSources')).rejects.toThrow('“loadedSources” came before “launch” or “attach”');
  });

  it('refuses numbers of an earlier stop', async () => {
    const dap = await client();
    const stop = await dap.run(sample, () => dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'pre READ' }] }));
    const { id } = await topFrame(dap, stop.threadId);
    const { body: { scopes } } = await dap.scopesRequest({ frameId: id });
    await dap.stopped(() => dap.stepInRequest(anyThread));
    await expect(dap.scopesRequest({ frameId: id })).rejects.toThrow(`There is no stack frame ${id} at this stop`);
    await expect(dap.variablesRequest({ variablesReference: scopes[0]?.variablesReference ?? 0 })).rejects.toThrow(/no variables \d+ at this stop/);
    await expect(dap.stackTraceRequest({ threadId: 4_000_000 })).rejects.toThrow(/no operation 4000000 in flight/);
    await expect(dap.evaluateRequest({ expression: 'no.such.thing' })).rejects.toThrow(/no is not defined/);
  });

  it('says why a breakpoint cannot be', async () => {
    const dap = await client();
    await dap.prepare(sample);
    const functions = await dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'whenever' }, { name: 'pre NONSENSE' }, { name: 'post READ of nobody' }, { name: 'Post irp_mj_read of STATUSWATCH on *\\docs\\* with error' }] });
    expect(functions.body.breakpoints).toMatchObject([
      { verified: false, message: /names no callback/ }, { verified: false, message: /no major function “NONSENSE”/ }, { verified: false, message: /no driver “nobody” in the stack; there is statusWatch/ }, { verified: true },
    ].map((one) => ('message' in one ? { ...one, message: expect.stringMatching(one.message) as unknown } : one)));
    const lines = await dap.setBreakpointsRequest({ source: { path: '/somewhere/else.ts' }, breakpoints: [{ line: 1 }] });
    expect(lines.body.breakpoints).toMatchObject([{ verified: false, message: expect.stringContaining('else.ts') as unknown }]);
  });

  it('answers malformed messages and goes on', async () => {
    const dap = await client();
    const failures = (): unknown[] => dap.messages.filter((message) => message.type === 'response' && !(message as DebugProtocol.Response).success);
    for (const body of ['{"seq":1,', '[]', '7', 'null', '{"seq":"x","type":"request","command":"threads"}', '{"seq":3,"type":"request"}']) dap.raw(`Content-Length: ${body.length}\r\n\r\n${body}`);
    await dap.initializeRequest();
    expect(failures()).toMatchObject([
      { request_seq: 0, message: expect.stringMatching(/not valid JSON/) as unknown }, ...Array.from({ length: 4 }, () => ({ request_seq: 0, message: expect.stringMatching(/is no request/) as unknown })), { request_seq: 3 },
    ]);
  });

  it.each(['POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}', 'Content-Length: many\r\n\r\n', `Content-Length: 99999999999\r\n\r\n`, 'x'.repeat(5000)])('closes a connection that does not speak the protocol', async (bytes) => {
    const dap = await client();
    dap.raw(bytes);
    expect(await dap.gone).toBe(0);
    expect(dap.messages).toMatchObject([{ type: 'response', success: false }]);
  });

  it('serves one client after the other, and ends what a client leaves behind', async () => {
    const first = await client();
    await first.run(sample, () => first.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'pre' }] }));
    first.kill();
    const second = await client();
    expect((await second.run({ ...sample, stopOnEntry: true })).reason).toBe('entry');
    await second.disconnectRequest();
    expect(await second.gone).toBe(0);
  });

  it('does not answer anyone but this machine', async () => {
    const other = spawn(process.execPath, ['-e', `require('net').connect(${server.port}, Object.values(require('os').networkInterfaces()).flat().find((one) => !one.internal && one.family === 'IPv4')?.address ?? '127.0.0.2').on('connect', () => process.exit(1)).on('error', () => process.exit(0))`]);
    expect(await new Promise((resolve) => other.on('exit', resolve))).toBe(0);
  });
});
