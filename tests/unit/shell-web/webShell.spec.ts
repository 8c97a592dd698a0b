import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startWebShell, type WebShell } from '../../../src-main/shell-web/index.ts';
import { connectClient, serveClient, type RequestHandlers } from '../../../src-preload/contract/index.ts';
import { webSocketTransport } from '../../../src-main/host/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';

const folder = tempFolder();
let shell: WebShell;
let attached = 0;

beforeAll(async () => {
  const renderer = path.join(folder, 'renderer');
  mkdirSync(path.join(renderer, 'assets'), { recursive: true });
  writeFileSync(path.join(renderer, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(path.join(renderer, 'assets', 'index-abc.js'), 'export {}');
  writeFileSync(path.join(renderer, '.hidden'), 'secret');
  writeFileSync(path.join(folder, 'outside.txt'), 'secret');
  const handlers = { 'app.info': () => ({ version: '1' }) } as unknown as RequestHandlers;
  shell = await startWebShell({ port: 0, rendererFolder: renderer, attach: (transport) => {
    attached++;
    serveClient(transport, handlers);
  } });
});
afterAll(() => shell.close());

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

// Not fetch: it tidies paths and sets Host itself.
function get(pathname: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: shell.port, path: pathname, method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    }).on('error', reject).end();
  });
}

const tokenPath = (): string => new URL(shell.url).pathname + new URL(shell.url).search;

async function cookie(): Promise<string> {
  const { headers } = await get(tokenPath());
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

function webSocketStatus(headers: Record<string, string>, pathname = '/ws'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${shell.port}${pathname}`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
  });
}

describe('the web shell lets in', () => {
  it('whoever has the token, and gives a strict cookie for it', async () => {
    const { status, headers } = await get(tokenPath());
    expect(status).toBe(200);
    expect(headers['set-cookie']?.[0]).toMatch(/^fltreplay-\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(headers['refresh']).toBe('0; url=/');
    expect(headers['cache-control']).toBe('no-store');
    expect((await get('/', { cookie: await cookie() })).body).toContain('<title>page</title>');
  });

  it('nobody else', async () => {
    expect((await get('/')).status).toBe(403);
    expect((await get('/?token=wrong')).status).toBe(403);
    expect((await get('/', { cookie: `fltreplay-${shell.port}=wrong` })).status).toBe(403);
    expect((await get('/assets/index-abc.js')).status).toBe(403);
  });

  it('no other host name, which a foreign page may have pointed here', async () => {
    expect((await get(tokenPath(), { host: 'evil.example' })).status).toBe(421);
    expect((await get(tokenPath(), { host: `evil.example:${shell.port}` })).status).toBe(421);
    expect((await get(tokenPath(), { host: `localhost:${shell.port}` })).status).toBe(200);
  });

  it('a WebSocket only with cookie, origin and path', async () => {
    const own = { cookie: await cookie(), origin: `http://127.0.0.1:${shell.port}` };
    expect(await webSocketStatus(own)).toBe(101);
    expect(await webSocketStatus({ origin: own.origin })).toBe(403);
    expect(await webSocketStatus({ cookie: own.cookie })).toBe(403);
    expect(await webSocketStatus({ ...own, origin: 'http://evil.example' })).toBe(403);
    expect(await webSocketStatus({ ...own, origin: 'null' })).toBe(403);
    expect(await webSocketStatus(own, '/other')).toBe(403);
  });
});

describe('the web shell serves', () => {
  it('the page with a strict policy, hashed assets for ever, the rest afresh', async () => {
    const headers = { cookie: await cookie() };
    const page = await get('/', headers);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['cache-control']).toBe('no-cache');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    const asset = await get('/assets/index-abc.js', headers);
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(asset.headers['cache-control']).toContain('immutable');
    expect((await get('/', headers, 'HEAD')).body).toBe('');
  });

  it.each(['/../outside.txt', '/%2e%2e/outside.txt', '/..%2foutside.txt', '/assets/..%5c..%5coutside.txt', '/.hidden', '/assets', '/none.js', '/%00', '/%zz', '//outside.txt', '//[', 'http://[/'])('nothing else: %s', async (pathname) => {
    const answer = await get(pathname, { cookie: await cookie() });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('secret');
  });

  it('only readers', async () => {
    expect((await get('/', { cookie: await cookie() }, 'POST')).status).toBe(405);
  });

  it('several pages at once', async () => {
    const headers = { cookie: await cookie(), origin: `http://127.0.0.1:${shell.port}` };
    const before = attached;
    const clients = await Promise.all([1, 2].map(async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${shell.port}/ws`, { headers });
      await new Promise((resolve) => socket.once('open', resolve));
      return connectClient(webSocketTransport(socket));
    }));
    for (const client of clients) expect(await client.request('app.info', {})).toMatchObject({ version: '1' });
    expect(attached).toBe(before + 2);
    for (const client of clients) client.close();
  });
});

describe('the port', () => {
  it('that is taken is refused in one sentence', async () => {
    await expect(startWebShell({ port: shell.port, rendererFolder: folder, attach: () => undefined })).rejects.toMatchObject({ code: 'port-taken' });
  });
});
