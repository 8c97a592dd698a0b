/** A debug adapter beside a workbench that runs already: both see the same run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWebShell, type WebShell } from '../../../src-main/shell-web/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import type { HostApi } from '../../../src-preload/contract/index.ts';
import { DapClient } from '../../support/dap/dapClient.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

const folder = tempFolder();
let host: Host;
let api: HostApi;
let shell: WebShell;
const anyThread = { threadId: 1 };

beforeAll(async () => {
  const renderer = path.join(folder, 'renderer');
  mkdirSync(renderer, { recursive: true });
  writeFileSync(path.join(renderer, 'index.html'), '<!doctype html><title>page</title>');
  ({ host, api } = await testHost(path.join(folder, 'data')));
  await api.request('session.openSample', {});
  shell = await startWebShell({ port: 0, rendererFolder: renderer, attach: host.attach });
});
afterAll(async () => {
  await shell.close();
  await host.dispose();
});

async function attached(): Promise<DapClient> {
  const dap = new DapClient().spawned(folder);
  await dap.initializeRequest();
  const initialized = dap.next('initialized');
  await dap.attachRequest({ url: shell.url } as DebugProtocol.AttachRequestArguments);
  await initialized;
  return dap;
}

describe('a session attached to a workbench', { timeout: 120_000 }, () => {
  it('shows its runs, sets breakpoints in it, moves it, and leaves it as it was', async () => {
    const { traces } = await api.request('session.current', {});
    const before = await api.request('breakpoints.list', {});
    const dap = await attached();
    await dap.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'pre READ of statusWatch' }] });
    await dap.configurationDoneRequest();
    const stop = await dap.stopped(() => api.request('run.start', { traceId: traces[0]?.id ?? 0, firstOperation: null, stopOnEntry: false }));
    expect(stop.reason).toBe('function breakpoint');
    const { body: { stackFrames } } = await dap.stackTraceRequest({ threadId: stop.threadId ?? 0 });
    expect(stackFrames[0]).toMatchObject({ name: 'PreRead', source: { name: 'statusWatch.ts' } });
    await dap.stopped(() => dap.stepInRequest(anyThread));
    expect(await api.request('run.state', {})).toMatchObject({ kind: 'stopped', stop: { atLine: true } });
    await expect(dap.restartRequest({})).rejects.toThrow(/belongs to the workbench/);

    await dap.disconnectRequest();
    expect(await dap.gone).toBe(0);
    expect(dap.problems).toEqual([]);
    expect((await api.request('breakpoints.list', {})).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect((await api.request('run.state', {})).kind).toBe('stopped');
  });

  it('finds a run that has stopped already, and can end it', async () => {
    const dap = await attached();
    await dap.stopped(() => dap.configurationDoneRequest());
    const ended = nextEvent(api, 'run.state', ({ kind }) => kind === 'ended');
    const terminated = dap.next('terminated');
    await dap.terminateRequest({});
    await Promise.all([ended, terminated]);
    dap.kill();
  });

  it('is told when a driver is edited, gets a file, or is switched off and on', async () => {
    const dap = await attached();
    const { body: { sources: [source] } } = (await dap.customRequest('loadedSources')) as DebugProtocol.LoadedSourcesResponse;
    const driver = (await api.request('drivers.list', {})).find(({ name }) => `${name}.ts` === source?.name);
    if (driver === undefined || source === undefined) throw new Error('no driver');
    const events = (name: string): object[] => dap.eventsOf(name).map(({ body }: { readonly body?: unknown }) => body as object);
    const told = async (name: string, change: () => Promise<unknown>, count = 1): Promise<object[]> => {
      const known = events(name).length;
      await change();
      await vi.waitFor(() => expect(events(name).length).toBe(known + count), 20_000);
      return events(name).slice(known);
    };
    const { id, version } = driver;
    expect(await told('loadedSource', () => api.request('drivers.update', { id, source: `${driver.source}// more\n` }))).toEqual([{ reason: 'changed', source }]);
    expect(events('module').at(-1)).toMatchObject({ reason: 'changed', module: { id, version: String(version + 1) } });
    expect((await dap.sourceRequest({ source, sourceReference: source.sourceReference ?? 0 })).body.content).toMatch(/\/\/ more\n$/);
    expect(await told('loadedSource', () => api.request('drivers.update', { id, files: [{ name: 'names.ts', text: 'export {};\n' }] }))).toMatchObject([{ reason: 'new', source: { name: 'names.ts' } }]);
    expect(await told('loadedSource', () => api.request('drivers.update', { id, enabled: false }), 2)).toMatchObject([{ reason: 'removed', source }, { reason: 'removed', source: { name: 'names.ts' } }]);
    expect(events('module').at(-1)).toMatchObject({ reason: 'removed', module: { id } });
    expect(await told('module', () => api.request('drivers.update', { id, enabled: true, source: driver.source, files: [] }))).toMatchObject([{ reason: 'new', module: { id } }]);
    expect(dap.problems).toEqual([]);
    await dap.disconnectRequest();
  });

  it('says why an address leads nowhere', async () => {
    const dap = new DapClient().spawned(folder);
    await dap.initializeRequest();
    const attach = (url: string): Promise<unknown> => dap.attachRequest({ url } as DebugProtocol.AttachRequestArguments);
    await expect(attach('http://example.com/?token=1')).rejects.toThrow(/not the address of a running FltReplay/);
    await expect(attach(`http://127.0.0.1:${shell.port}/?token=wrong`)).rejects.toThrow(/not the address of a running FltReplay/);
    await expect(attach('http://127.0.0.1:1/?token=1')).rejects.toThrow(/Nothing answers/);
    await attach(shell.url);
    dap.kill();
  });
});
