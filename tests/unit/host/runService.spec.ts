import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostApi, RunInfo, RunState } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { packEventPage } from '../../../src-main/replay/packedEventPage.ts';
import { FakeEngineHost, stopAt } from '../../support/fakeEngineHost.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

// Workers and processes are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

const folder = tempFolder();
let next = 1;
let host: Host;
let api: HostApi;
let fakes: FakeEngineHost[] = [];
let data = '';

async function open(): Promise<void> {
  fakes = [];
  ({ host, api } = await testHost(data, {
    createEngineHost: (options) => {
      const fake = new FakeEngineHost(options);
      fakes.push(fake);
      return fake;
    },
  }));
}

beforeEach(async () => {
  data = path.join(folder, `data-${next++}`);
  await open();
});
afterEach(() => host.dispose());

async function start(fields: Partial<Parameters<typeof api.request<'run.start'>>[1]> = {}): Promise<{ run: RunInfo; fake: FakeEngineHost }> {
  const run = await api.request('run.start', { traceId: 1, firstOperation: null, stopOnEntry: false, ...fields });
  const fake = fakes.at(-1);
  if (!fake) throw new Error('no engine host was started');
  return { run, fake };
}

const ended = (): Promise<RunState> => nextEvent(api, 'run.state', (state) => state.kind === 'ended');

describe('a run', () => {
  it('is given the enabled drivers, the enabled breakpoints and the operations in pages', async () => {
    const { run, fake } = await start();
    expect(run).toMatchObject({ id: 1, name: 'Run 1', firstOperation: 1, state: 'running', seed: 1 });
    expect(fake.request?.drivers.map((driver) => [driver.name, driver.altitude])).toEqual([['statusWatch', '328010']]);
    expect(fake.request?.drivers[0]?.manifest).toMatchObject({ altitude: '328010' });
    expect(fake.request?.breakpoints).toMatchObject([{ spec: { at: { kind: 'callback', callbacks: ['status'] }, where: { major: 3 } } }]);
    const total = run.lastOperation;
    expect(fake.request).toMatchObject({ firstOperation: 1, lastOperation: total, total });
    const first = await fake.options.readOperations(0, 100);
    expect([first.page.count, first.page.index[0], first.last]).toEqual([100, 1, false]);
    const last = await fake.options.readOperations(total - 5, 100);
    expect([last.page.count, last.page.index[4], last.last]).toEqual([5, total, true]);
    expect((await fake.options.readOperations(total, 100)).page.count).toBe(0);
  });

  it('stops where it breaks off until somebody switches that off, also at the next start', async () => {
    const first = await start();
    expect(first.fake.request?.stopsWhenBroken).toBe(true);
    const told = nextEvent(api, 'breakpoints.whenBroken');
    expect(await api.request('breakpoints.whenBroken', { stop: false, keep: true })).toEqual({ stop: false });
    expect([await told, first.fake.calls]).toEqual([{ stop: false }, expect.arrayContaining(['stopWhenBroken'])]);
    expect((await start()).fake.request?.stopsWhenBroken).toBe(false);
    await host.dispose();
    await open();
    expect(await api.request('breakpoints.whenBroken', {})).toEqual({ stop: false });
    await api.request('breakpoints.whenBroken', { stop: true });
    expect((await start({ breakpoints: false })).fake.request?.stopsWhenBroken).toBe(false);
  });

  it('begins where it is told, and issues only what a filter lets through', async () => {
    const from = await start({ firstOperation: 10 });
    expect((await from.fake.options.readOperations(0, 3)).page.index[0]).toBe(10);
    const filtered = await start({ where: 'operation = ReadFile' });
    const { rows } = await api.request('operations.select', { traceId: 1, where: 'operation = ReadFile', after: 0, offset: 0, limit: 1000 });
    expect(filtered.fake.request?.total).toBe(rows.length);
    const { page, last } = await filtered.fake.options.readOperations(0, 2);
    expect([...page.index]).toEqual(rows.slice(0, 2).map((row) => row.index));
    expect(last).toBe(false);
    await expect(start({ where: 'pid = 99999' })).rejects.toMatchObject({ code: 'where-empty' });
    await expect(start({ where: 'pid =' })).rejects.toMatchObject({ code: 'where-syntax' });
    await expect(start({ assumptions: { 'R-99.1': 'x' } })).rejects.toMatchObject({ code: 'assumption' });
    await expect(start({ traceId: 9 })).rejects.toMatchObject({ code: 'trace-unknown' });
  });

  it('keeps its events, results and violations, and shows them by name', async () => {
    const { run, fake } = await start();
    fake.event(1, 1, 'issue', { layer: 0 });
    fake.event(1, 2, 'pre', { result: 0 });
    fake.event(1, 3, 'api', { name: 'FltRequestOperationStatusCallback', result: 0, line: 33 });
    fake.event(1, 4, 'api', { name: 'FltIsOperationSynchronous', result: 0, line: 34 });
    fake.event(1, 5, 'done', { layer: 2, status: 0xc0000022 });
    fake.event(1, 6, 'violation', { name: 'FV-084', rule: 'R-5.9', line: 40, detail: { severity: 'W', sentence: 'The snapshot is older.', source: 'FltRequestOperationStatusCallback', driver: 'statusWatch' } });
    fake.event(2, 1, 'log', { detail: { text: 'oplock granted', driver: 'statusWatch' } });
    fake.listener.resultPage({ firstOperation: 1, statuses: Uint32Array.of(0xc0000022, 0), states: Uint8Array.of(1, 2), violations: Uint8Array.of(1, 0), answers: new Uint8Array(2), effects: new Uint8Array(2), causes: new Uint32Array(2) });
    const end = ended();
    fake.end({});
    expect(await end).toEqual({ kind: 'ended', runId: run.id, outcome: 'completed' });

    const log = await api.request('events.page', { runId: run.id, offset: 0, limit: 100, operation: null, kinds: null });
    const created = (await api.request('operations.get', { traceId: 1, index: 1, runId: null })).path ?? '';
    expect(log.rows.map((row) => row.text)).toEqual([
      `CreateFile (IRP_MJ_CREATE)  ${created}`,
      'pre → FLT_PREOP_SUCCESS_WITH_CALLBACK',
      'FltRequestOperationStatusCallback() → STATUS_SUCCESS',
      'FltIsOperationSynchronous() → FALSE',
      'completes it: STATUS_ACCESS_DENIED',
      'FV-084: The snapshot is older.',
      'oplock granted',
    ]);
    expect(log.rows[5]).toMatchObject({ layerName: 'statusWatch', violation: 'FV-084', severity: 'W', rule: 'R-5.9', line: 40, driver: 'statusWatch' });
    const own = await api.request('events.page', { runId: run.id, offset: 1, limit: 2, operation: 1, kinds: null });
    expect([own.count, own.rows.map((row) => row.sequence)]).toEqual([6, [2, 3]]);
    const logs = await api.request('events.page', { runId: run.id, offset: 0, limit: 10, operation: null, kinds: ['log', 'violation'] });
    expect(logs.rows.map((row) => row.number)).toEqual([5, 6]);
    expect((await api.request('violations.page', { runId: run.id, offset: 0, limit: 10 })).rows).toEqual([
      { id: 'FV-084', hint: false, severity: 'W', sentence: 'The snapshot is older.', rule: 'R-5.9', source: 'FltRequestOperationStatusCallback', driver: 'statusWatch', line: 40, operation: 1, issued: 1, sequence: 6 },
    ]);
    const { rows } = await api.request('operations.page', { traceId: 1, offset: 0, limit: 3, runId: run.id });
    expect(rows.map((row) => [row.replayed, row.replayedStatus, row.violations])).toEqual([['completed', 0xc0000022, 1], ['pending', null, 0], ['none', null, 0]]);
    const differences = await api.request('differences.page', { runId: run.id, offset: 0, limit: 10 });
    expect(differences.rows.map((row) => row.index)).toEqual([1, 2]);
    expect((await api.request('run.list', {}))[0]).toMatchObject({ state: 'ended', events: 7, violations: 1, differences: 2, eventHash: '00112233aabbccdd', problem: null });
  });

  it('that is ended early counts no operation that was under way as different', async () => {
    const { run, fake } = await start();
    fake.event(1, 1, 'issue', { layer: 0 });
    fake.listener.resultPage({ firstOperation: 1, statuses: Uint32Array.of(0xc0000022, 0), states: Uint8Array.of(1, 2), violations: new Uint8Array(2), answers: new Uint8Array(2), effects: new Uint8Array(2), causes: new Uint32Array(2) });
    const counted = nextEvent(api, 'run.changed', ({ state, differences }) => state === 'ended' && differences > 0);
    await api.request('run.stop', {});
    expect(await counted).toMatchObject({ id: run.id, differences: 1, report: { stopped: true } });
    const listed = await api.request('differences.page', { runId: run.id, offset: 0, limit: 10 });
    expect(listed.rows.map((row) => row.index)).toEqual([1]);
  });

  it('is there with its events after closing and opening again', async () => {
    const { fake } = await start();
    fake.event(1, 1, 'log', { detail: { text: 'hello' } });
    const end = ended();
    fake.end({});
    await end;
    await host.dispose();
    await open();
    expect(await api.request('run.state', {})).toEqual({ kind: 'idle' });
    expect((await api.request('session.current', {})).runs).toMatchObject([{ id: 1, state: 'ended', events: 1 }]);
    expect((await api.request('events.page', { runId: 1, offset: 0, limit: 10, operation: null, kinds: null })).rows.map((row) => row.text)).toEqual(['hello']);
  });

  it('stops, shows what was recorded until then, and goes on', async () => {
    const { run, fake } = await start();
    fake.event(12, 1, 'issue', { layer: 0 });
    fake.event(12, 2, 'status', { status: 0 });
    fake.listener.eventPage(packEventPage(fake.builder.peek()), false);
    fake.listener.progress({ operation: 12, done: 11, events: 2, violations: 0, hits: { 1: 3 } });
    const stopped = nextEvent(api, 'run.state', (state) => state.kind === 'stopped');
    fake.listener.stopped(stopAt(12, 2));
    expect(await stopped).toMatchObject({ runId: run.id, stop: { point: { operation: 12, sequence: 2 } } });
    expect((await api.request('events.page', { runId: run.id, offset: 0, limit: 10, operation: 12, kinds: null })).count).toBe(2);
    expect((await api.request('breakpoints.list', {}))[0]?.hits).toBe(3);
    for (const step of ['run.next', 'run.stepIn', 'run.stepOut', 'run.continue'] as const) await api.request(step, {});
    expect(fake.calls).toEqual(['next', 'stepIn', 'stepOut', 'continue']);
    expect(await api.request('debug.evaluate', { expression: '6 * 7', frameId: null })).toMatchObject({ value: '42' });
    fake.listener.continued();
    expect((await api.request('run.state', {})).kind).toBe('running');
    await expect(api.request('run.next', {})).rejects.toMatchObject({ code: 'not-stopped' });
    await expect(api.request('debug.evaluate', { expression: '1', frameId: null })).rejects.toMatchObject({ code: 'not-stopped' });
    await api.request('run.pause', {});
    expect(fake.calls).toContain('pause');
  });

  it('hears of breakpoints that are changed while it runs', async () => {
    const { fake } = await start();
    const added = await api.request('breakpoints.add', { spec: { at: { kind: 'line', line: 40 }, driverId: fake.request?.drivers[0]?.id ?? 0 } });
    expect(fake.breakpoints.at(-1)).toMatchObject({ id: added.id, spec: { at: { kind: 'line', line: 40 } } });
    await api.request('breakpoints.update', { id: added.id, enabled: false });
    expect(fake.breakpoints.map((b) => b.id)).not.toContain(added.id);
    const changed = nextEvent(api, 'breakpoints.changed', (list) => list.some((b) => b.verifiedLine === 41));
    fake.listener.breakpointVerified(added.id, 41, null);
    expect((await changed).find((b) => b.id === added.id)?.verifiedLine).toBe(41);
  });

  it('takes a one-shot breakpoint away when it was hit, keeps what breakpoints log, and says what a condition threw', async () => {
    const { run, fake } = await start();
    const once = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['pre'] }, once: true } });
    const other = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['pre'] }, dependsOn: once.id } });
    fake.listener.progress({ operation: 1, done: 1, events: 0, violations: 0, hits: { [once.id]: 1 } });
    const list = await api.request('breakpoints.list', {});
    expect([list.some(({ id }) => id === once.id), list.find(({ id }) => id === other.id)?.spec.dependsOn]).toEqual([false, null]);
    const line = { breakpointId: other.id, text: 'read 4096', operation: 3, sequence: 2, driver: 'statusWatch', line: 0 };
    const heard = nextEvent(api, 'breakpoints.logged', () => true);
    fake.listener.breakpointLog?.([line]);
    expect(await heard).toEqual({ runId: run.id, lines: [line] });
    expect(await api.request('breakpoints.logs', {})).toEqual({ runId: run.id, lines: [line], dropped: 0 });
    fake.listener.breakpointThrew?.(other.id, 'The condition "x" could not be evaluated: TypeError');
    expect((await api.request('breakpoints.list', {})).find(({ id }) => id === other.id)?.message).toContain('TypeError');
    await api.request('breakpoints.update', { id: other.id, spec: { ...other.spec, condition: 'Data.Flags > 0' } });
    expect((await api.request('breakpoints.list', {})).find(({ id }) => id === other.id)?.message).toBeNull();
  });

  it('ends with a problem that names its place; what was recorded stays', async () => {
    const { run, fake } = await start();
    fake.event(1, 1, 'issue', { layer: 0 });
    const problems = nextEvent(api, 'drivers.problems');
    const end = ended();
    fake.listener.problem({ kind: 'endless-loop', message: 'statusWatch.ts:31: PreRead has not returned.', driver: 'statusWatch', line: 31, column: 5, operation: 1, stack: [] });
    fake.end(null);
    expect(await end).toMatchObject({ outcome: 'failed' });
    expect(await problems).toMatchObject({ problems: [{ driver: 'statusWatch', line: 31, severity: 'error' }] });
    expect((await api.request('run.list', {}))[0]).toMatchObject({ problem: { kind: 'endless-loop', line: 31 }, events: 1, eventHash: null });
    expect((await api.request('events.page', { runId: run.id, offset: 0, limit: 10, operation: null, kinds: null })).count).toBe(1);
  });

  it('is ended by the next one, by stop and by another session', async () => {
    const first = await start();
    const second = await start();
    expect(first.fake.calls).toContain('stop');
    expect((await api.request('run.list', {})).map((run) => run.state)).toEqual(['ended', 'running']);
    await api.request('run.stop', {});
    expect(await api.request('run.state', {})).toMatchObject({ kind: 'ended', runId: second.run.id, outcome: 'stopped' });
    const third = await start();
    await api.request('session.openSample', {});
    expect(third.fake.calls).toContain('stop');
    expect(await api.request('run.state', {})).toEqual({ kind: 'idle' });
  });

  it('shows the three-way view of a status callback it has passed', async () => {
    const { run, fake } = await start();
    fake.event(5, 1, 'issue', { layer: 0 });
    fake.event(5, 2, 'pre', { result: 0 });
    fake.event(5, 3, 'status', {
      status: 0x103,
      detail: {
        requesterContext: 'NULL', requestLine: 30,
        fields: [{ path: 'Parameters.Read.ReadBuffer', snapshot: 'buffer A', sent: 'buffer B', now: 'buffer B' }, { path: 'IrpFlags', snapshot: '0', sent: '0', now: '0' }],
        changes: [{ field: 'Parameters.Read.ReadBuffer', from: 'buffer A', to: 'buffer B', by: 'statusWatch', line: 38, issued: 5, sequence: 2 }],
      },
    });
    const end = ended();
    fake.end({});
    await end;
    const stop = await api.request('events.stop', { runId: run.id, number: 2 });
    expect(stop?.iopb.columns.map((column) => column.id)).toEqual(['snapshot', 'sent', 'now']);
    expect(stop?.iopb.fields[0]).toMatchObject({ path: 'Parameters.Read.ReadBuffer', values: ['buffer A', 'buffer B', 'buffer B'], changed: true, changes: [{ by: 'statusWatch', line: 38, from: 'buffer A', to: 'buffer B' }] });
    expect(stop?.iopb.fields[1]?.changed).toBe(false);
    expect(stop?.layers.map((step) => [step.step, step.here])).toEqual([['issue', false], ['pre', false], ['status', true]]);
    expect(stop?.iopb.operationStatus).toBe(0x103);
    expect(await api.request('events.stop', { runId: run.id, number: 1 })).toBeNull();
    expect(await api.request('events.stop', { runId: run.id, number: 99 })).toBeNull();
  });
});
