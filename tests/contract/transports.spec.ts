/** One suite over every transport: a new one is tested by being listed in `transports`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { UserError } from '../../src-main/base/userError.ts';
import { inProcessPair } from '../../src-main/host/transports/inProcess.ts';
import { messagePortTransport } from '../../src-main/host/transports/messagePort.ts';
import { webSocketTransport } from '../../src-main/host/transports/webSocket.ts';
import { connectClient, RemoteError, serveClient, type HostApi, type RequestHandlers, type RequestName, type Transport } from '../../src-preload/contract/index.ts';

/** Makes the two ends of a fresh connection: host, client. */
type Connect = () => Promise<readonly [Transport, Transport]>;

const server = createServer();
const sockets = new WebSocketServer({ server });
const listening = new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
afterAll(() => {
  for (const client of sockets.clients) client.terminate();
  server.close();
});

const transports: readonly (readonly [string, Connect])[] = [
  ['in process', () => Promise.resolve(inProcessPair())],
  ['MessagePort', () => {
    const { port1, port2 } = new MessageChannel();
    return Promise.resolve([messagePortTransport(port1), messagePortTransport(port2)] as const);
  }],
  ['WebSocket', async () => {
    const port = await listening;
    const theirs = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
    const ours = new WebSocket(`ws://127.0.0.1:${port}`);
    await new Promise((resolve) => ours.once('open', resolve));
    return [webSocketTransport(await theirs), webSocketTransport(ours)] as const;
  }],
];

/** Handlers for the few requests a test needs. */
function handlers(some: Partial<Record<RequestName, (params: never) => unknown>>): RequestHandlers {
  return some as unknown as RequestHandlers;
}

describe.each(transports)('over %s', (_name, connect) => {
  async function connected(some: Parameters<typeof handlers>[0]): Promise<{ api: HostApi & { close(): void; onClose(listener: () => void): void }; host: Transport; emit: ReturnType<typeof serveClient>['emit'] }> {
    const [host, client] = await connect();
    const { emit } = serveClient(host, handlers(some));
    return { api: connectClient(client), host, emit };
  }

  it('answers requests, each with its own result, in whatever order they are ready', async () => {
    const { api } = await connected({
      'operations.count': async ({ traceId }: { traceId: number }) => {
        await new Promise((resolve) => setTimeout(resolve, traceId === 1 ? 30 : 0));
        return { count: traceId * 10 };
      },
    });
    const answers = await Promise.all([1, 2, 3].map((traceId) => api.request('operations.count', { traceId })));
    expect(answers).toEqual([{ count: 10 }, { count: 20 }, { count: 30 }]);
    api.close();
  });

  it('carries bigint, bytes, null, nested values and every character', async () => {
    let heard: unknown;
    const value = { name: 'naïve \u0000 \ud83d\ude00 "\\', size: 5, time: 134_251_225_540_000_000n, negative: -1n, list: [null, true, { $n: 'not a number', $b: 3 }], bytes: Uint8Array.of(0, 255, 128) };
    const { api } = await connected({
      'upload.chunk': (params: unknown) => {
        heard = params;
        return value;
      },
    });
    const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at & 255);
    const answer: unknown = await api.request('upload.chunk', { uploadId: 1, bytes });
    expect(answer).toEqual(value);
    expect(heard).toEqual({ uploadId: 1, bytes });
    expect((heard as { bytes: unknown }).bytes).toBeInstanceOf(Uint8Array);
    api.close();
  });

  it('carries a failure with its code, its data and its cause', async () => {
    const { api } = await connected({
      'session.open': () => {
        throw new UserError('session-too-new', 'That is a session of version 9.', { fileVersion: 9 }, { cause: new Error('why') });
      },
      'run.stop': () => {
        throw new TypeError('x is undefined');
      },
    });
    const refused = await api.request('session.open', { path: 'x' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RemoteError);
    expect(refused).toMatchObject({ code: 'session-too-new', message: 'That is a session of version 9.', data: { fileVersion: 9 }, cause: 'Error: why' });
    await expect(api.request('run.stop', {})).rejects.toMatchObject({ code: 'internal' });
    api.close();
  });

  it('refuses a request it does not know, and names of every object', async () => {
    const { api } = await connected({});
    await expect(api.request('no.such' as RequestName, {} as never)).rejects.toMatchObject({ code: 'unknownRequest' });
    await expect(api.request('constructor' as RequestName, {} as never)).rejects.toMatchObject({ code: 'unknownRequest' });
    api.close();
  });

  it('brings events in order, and none after its listener is gone', async () => {
    const { api, emit } = await connected({ 'run.stop': () => ({}) });
    const heard: number[] = [];
    const listener = api.listen('events.appended', ({ count }) => heard.push(count));
    for (let count = 1; count <= 50; count++) emit('events.appended', { runId: 1, count });
    await api.request('run.stop', {});
    expect(heard).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    listener.dispose();
    emit('events.appended', { runId: 1, count: 51 });
    await api.request('run.stop', {});
    expect(heard.length).toBe(50);
    api.close();
  });

  it('carries a page of a hundred thousand rows', async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => ({ index, time: BigInt(index), path: `C:\\docs\\${index}.txt` }));
    const { api } = await connected({ 'operations.page': () => ({ rows, count: rows.length }) });
    const page = await api.request('operations.page', { traceId: 1, offset: 0, limit: rows.length, runId: null });
    expect(page.rows.length).toBe(100_000);
    expect(page.rows[99_999]).toEqual(rows[99_999]);
    api.close();
  });

  it.each(['host', 'client'])('fails what is waiting when the %s closes', async (side) => {
    const { api, host } = await connected({ 'run.pause': () => new Promise(() => undefined) });
    const waiting = api.request('run.pause', {}).catch((error: unknown) => error);
    const closed = new Promise<void>((resolve) => api.onClose(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (side === 'host') host.close();
    else api.close();
    await closed;
    expect(await waiting).toMatchObject({ code: 'closed' });
  });
});

describe('the WebSocket transport', () => {
  it.each([['no JSON', ['hello']], ['no message', ['{"a":1}']], ['bytes behind bytes', [Uint8Array.of(1, 2), Uint8Array.of(3)]], ['about bytes that did not come', ['{"kind":"request","id":1,"name":"a","params":{"$b":[0,2]}}']]])('closes on what is %s', async (_what, frames) => {
    const port = await listening;
    const theirs = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
    const raw = new WebSocket(`ws://127.0.0.1:${port}`);
    const closed = new Promise<number>((resolve) => raw.once('close', resolve));
    await new Promise((resolve) => raw.once('open', resolve));
    serveClient(webSocketTransport(await theirs), handlers({}));
    for (const frame of frames) raw.send(frame);
    expect(await closed).toBe(1002);
  });
});
