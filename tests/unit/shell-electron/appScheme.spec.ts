import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const handlers = new Map<string, (request: Request) => Promise<Response>>();
vi.mock('electron', () => ({
  protocol: {
    registerSchemesAsPrivileged: () => undefined,
    handle: (scheme: string, handler: (request: Request) => Promise<Response>) => void handlers.set(scheme, handler),
  },
}));
const { appAddress, isAppAddress, serveApp } = await import('../../../src-main/shell-electron/appScheme.ts');

const root = mkdtempSync(path.join(tmpdir(), 'fltreplay-scheme-'));
const folder = path.join(root, 'renderer');

beforeAll(() => {
  mkdirSync(path.join(folder, 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'index.html'), '<p>page</p>');
  writeFileSync(path.join(folder, 'assets', 'a.js'), 'export {};');
  writeFileSync(path.join(root, 'secret.txt'), 'secret');
  mkdirSync(path.join(root, 'renderer-other'));
  writeFileSync(path.join(root, 'renderer-other', 'b.js'), 'secret');
  serveApp(folder);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function ask(address: string, method = 'GET'): Promise<Response> {
  const handler = handlers.get('fltreplay');
  if (handler === undefined) throw new Error('nothing serves the scheme');
  return handler(new Request(address, { method }));
}

describe('the page\'s own scheme', () => {
  it('serves the page with a policy that allows nothing remote and no inline script', async () => {
    const response = await ask(appAddress);
    expect(await response.text()).toBe('<p>page</p>');
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/https?:|script-src[^;]*unsafe/);
  });

  it('serves modules with a type that browsers accept', async () => {
    expect((await ask('fltreplay://app/assets/a.js')).headers.get('content-type')).toMatch(/^text\/javascript/);
  });

  it.each([
    'fltreplay://app/..%2fsecret.txt',
    'fltreplay://app/%2e%2e/secret.txt',
    'fltreplay://app/assets/..%2f..%2fsecret.txt',
    'fltreplay://app/..%2frenderer-other/b.js',
    'fltreplay://app/..%5csecret.txt',
    'fltreplay://other/index.html',
  ])('refuses %s', async (address) => {
    const response = await ask(address);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).toBe('');
  });

  it('refuses to be written to', async () => {
    expect((await ask(appAddress, 'POST')).status).toBe(403);
  });

  it('says so when a file is missing', async () => {
    expect((await ask('fltreplay://app/missing.js')).status).toBe(404);
  });

  it('knows its own addresses from lookalikes', () => {
    expect(isAppAddress('fltreplay://app/index.html')).toBe(true);
    expect(isAppAddress('fltreplay://app.example/index.html')).toBe(false);
    expect(isAppAddress('https://app/index.html')).toBe(false);
  });
});
