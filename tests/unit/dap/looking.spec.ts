/** Threads, completions and memory at a stop. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, describe, expect, it } from 'vitest';
import { threadsAt } from '../../../src-main/dap/threads.ts';
import type { HostApi } from '../../../src-preload/contract/index.ts';
import { DapClient } from '../../support/dap/dapClient.ts';
import { stopAt } from '../../support/fakeEngineHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
let dap: DapClient | null = null;

afterEach(() => {
  dap?.kill();
  expect(dap?.problems ?? []).toEqual([]);
  dap = null;
});

describe('threads', () => {
  const row = (operation: number): object => ({ operation, name: 'ReadFile', path: 'C:\\a', process: 'notes.exe', pid: 100 });
  const api = { request: (name: string) => Promise.resolve(name === 'debug.objects' ? { inFlight: { count: 3, rows: [row(3), row(9000), row(0x80000002)] } } : { rows: [], count: 0 }) } as unknown as HostApi;

  it('are the operations in flight, however long ago they were issued, and the I/O that drivers have sent', async () => {
    const stop = stopAt(9000, 1);
    expect((await threadsAt(api, stop, 1, 1)).map(({ id, name }) => [id, name.split(' ')[0]])).toEqual([[9000, '#9000'], [0x60000002, 'generated'], [3, '#3']]);
  });
});

describe('a stop', { timeout: 120_000 }, () => {
  it('completes names of the frame and members, and hands out bytes of buffers', async () => {
    dap = new DapClient().spawned(folder);
    await dap.prepare({ program: 'first-light', drivers: ['statusWatch'] });
    await dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'post READ of statusWatch with success' }] });
    const stop = await dap.stopped(() => dap?.configurationDoneRequest() ?? Promise.resolve());
    const { body: { stackFrames: [top] } } = await dap.stackTraceRequest({ threadId: stop.threadId ?? 0 });
    const frameId = top?.id ?? 0;
    const labels = async (text: string): Promise<readonly (readonly [string, number | undefined, number | undefined])[]> =>
      (await (dap?.completionsRequest({ frameId, text, column: text.length + 1 }) ?? Promise.reject(new Error('no session')))).body.targets.map(({ label, start, length }) => [label, start, length] as const);
    expect(await labels('1 + Dat')).toContainEqual(['Data', 5, 3]);
    expect(await labels('Data.Iopb.Maj')).toEqual([['MajorFunction', 11, 3]]);
    expect((await labels('Data.Iopb.Parameters.Read.')).map(([label]) => label)).toEqual(expect.arrayContaining(['Length', 'ByteOffset', 'ReadBuffer']));
    expect(await labels('nothing.known.')).toEqual([]);

    const expression = 'Data.Iopb.Parameters.Read.ReadBuffer';
    const { body: buffer } = await dap.evaluateRequest({ expression, frameId });
    const { body: length } = await dap.evaluateRequest({ expression: `${expression}.length`, frameId });
    const { body: byte } = await dap.evaluateRequest({ expression: `${expression}.u8(2)`, frameId });
    const read = async (offset: number, count: number): Promise<DebugProtocol.ReadMemoryResponse['body']> => ((await dap?.customRequest('readMemory', { memoryReference: buffer.memoryReference, offset, count })) as DebugProtocol.ReadMemoryResponse).body;
    expect(Buffer.from((await read(2, 4))?.data ?? '', 'base64')[0]).toBe(Number.parseInt(byte.result, 10));
    const size = Number.parseInt(length.result, 10);
    expect(await read(size - 1, 5)).toMatchObject({ unreadableBytes: 4 });
    expect(await read(-8, 4)).toEqual({ address: expect.any(String) as unknown, unreadableBytes: 4 });
    await expect(dap.customRequest('readMemory', { memoryReference: 'x', count: 1 })).rejects.toThrow(/no memory reference/);
  });
});
