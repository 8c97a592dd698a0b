import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import type { HostApi, TraceInfo } from '../../../src-preload/contract/index.ts';
import { breakpointSpec } from '../../../src-preload/contract/index.ts';
import { nextEvent, sampleFile, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

// Workers and processes are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

const folder = tempFolder();
let next = 1;
const dataFolder = (): string => path.join(folder, `data-${next++}`);
const sampleBytes = readFileSync(sampleFile);
const sampleLines = sampleBytes.toString('utf8').trim().split('\n');

async function imported(api: HostApi, file: string, into: 'new' | 'current' = 'new'): Promise<TraceInfo> {
  const done = nextEvent(api, 'import.done');
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into });
  return (await done).trace;
}

/** A trace of `count` operations: the sample's lines over and over. */
function longTrace(count: number): string {
  const file = path.join(folder, `long-${next++}.jsonl`);
  const [header = '', ...lines] = sampleLines;
  const parts = [header];
  for (let at = 0; at < count; at++) parts.push(lines[at % lines.length] ?? '');
  writeFileSync(file, `${parts.join('\n')}\n`);
  return file;
}

describe('starting', () => {
  it('opens the sample at first, with the bundled drivers and a breakpoint where F5 stops', async () => {
    const { host, api } = await testHost(dataFolder());
    const session = await api.request('session.current', {});
    expect(session).toMatchObject({ name: 'first-light', sample: true, trusted: true });
    expect(session.traces).toMatchObject([{ state: 'complete', synthetic: true, format: 'fltreplay-jsonl' }]);
    const drivers = await api.request('drivers.list', {});
    expect(drivers.map((driver) => [driver.name, driver.enabled])).toEqual([['minispy', false], ['passThrough', false], ['statusWatch', true]]);
    const watch = drivers.find((driver) => driver.name === 'statusWatch');
    expect(watch?.altitude).toBe('328010');
    expect((await api.request('breakpoints.list', {})).map((b) => b.spec)).toEqual([breakpointSpec({ at: { kind: 'callback', callbacks: ['status'] }, driverId: watch?.id ?? 0, where: { major: 3 } })]);
    await host.dispose();
  });

  it('opens the last session again, with everything in it', async () => {
    const data = dataFolder();
    const first = await testHost(data);
    await imported(first.api, sampleFile);
    const before = await first.api.request('session.current', {});
    const driver = await first.api.request('drivers.create', { name: 'mine', altitude: '200000.5', template: 'preRead' });
    await first.api.request('drivers.update', { id: driver.id, source: 'edited' });
    await first.host.dispose();

    const second = await testHost(data);
    const session = await second.api.request('session.current', {});
    expect(session.path).toBe(before.path);
    expect(session.sample).toBe(false);
    expect(session.traces).toEqual(before.traces);
    expect((await second.api.request('drivers.list', {})).find((other) => other.name === 'mine')).toMatchObject({ source: 'edited', version: 2, altitude: '200000.5' });
    expect((await second.api.request('app.info', {})).recentSessions[0]?.path).toBe(session.path);
    await second.host.dispose();
  });

  it('starts with the sample when the last session cannot be read any more', async () => {
    const data = dataFolder();
    const first = await testHost(data);
    await imported(first.api, sampleFile);
    const { path: file } = await first.api.request('session.current', {});
    await first.host.dispose();
    writeFileSync(file, 'overwritten by something else');
    const second = await testHost(data);
    expect((await second.api.request('session.current', {})).sample).toBe(true);
    await second.host.dispose();
  });
});

describe('opening a trace', () => {
  it('makes a session named after it, with statusWatch on and no breakpoints', async () => {
    const { host, api } = await testHost(dataFolder());
    const file = path.join(folder, 'customer.jsonl');
    copyFileSync(sampleFile, file);
    const trace = await imported(api, file);
    expect(trace.report).toMatchObject({ operations: sampleLines.length - 1, events: sampleLines.length - 1, skipped: [], damaged: [], bytes: sampleBytes.length });
    expect(trace.sourcePath).toBe(file);
    expect(trace.sha256).toMatch(/^[0-9a-f]{64}$/);
    const session = await api.request('session.current', {});
    expect(path.basename(session.path)).toBe('customer.fltreplay');
    expect(await api.request('breakpoints.list', {})).toEqual([]);
    expect((await api.request('drivers.list', {})).filter((driver) => driver.enabled).map((driver) => driver.name)).toEqual(['statusWatch']);
    await imported(api, file);
    expect(path.basename((await api.request('session.current', {})).path)).toBe('customer 2.fltreplay');
    await host.dispose();
  });

  it('lists its operations a page at a time, from any place', async () => {
    const { host, api } = await testHost(dataFolder());
    const { traces } = await api.request('session.current', {});
    const traceId = traces[0]?.id ?? 0;
    const count = sampleLines.length - 1;
    const page = await api.request('operations.page', { traceId, offset: count - 2, limit: 50, runId: null });
    expect(page.count).toBe(count);
    expect(page.rows.map((row) => row.index)).toEqual([count - 1, count]);
    expect(page.rows[0]).toMatchObject({ replayed: 'none', replayedStatus: null, violations: 0 });
    const first = JSON.parse(sampleLines[1] ?? '') as { process: string; pid: number; path: string; operation: string };
    expect((await api.request('operations.page', { traceId, offset: 0, limit: 1, runId: null })).rows[0]).toMatchObject(
      { index: 1, process: first.process, pid: first.pid, path: first.path, operation: first.operation });
    const detail = await api.request('operations.get', { traceId, index: 1, runId: null });
    expect(detail).toMatchObject({ traceId, majorName: 'IRP_MJ_CREATE', statusName: 'STATUS_SUCCESS', processInfo: { pid: first.pid } });
    await expect(api.request('operations.get', { traceId, index: count + 1, runId: null })).rejects.toThrow(/no operation/);
    const denied = await api.request('operations.select', { traceId, where: 'status = ACCESS_DENIED', after: 0, offset: 0, limit: 10 });
    expect(denied.rows.length).toBeGreaterThan(0);
    expect(denied.rows.every((row) => row.status === 0xc0000022)).toBe(true);
    const found = await api.request('operations.find', { traceId, text: 'SYSTEM', from: 1, backwards: false });
    expect(found.index).not.toBeNull();
    await host.dispose();
  });

  it('refuses what is no trace in one sentence, and leaves the open session as it is', async () => {
    const data = dataFolder();
    const { host, api } = await testHost(data);
    const before = await api.request('session.current', {});
    const file = path.join(folder, 'letter.pml');
    writeFileSync(file, 'Dear all');
    await expect(api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' })).rejects.toMatchObject({ code: 'trace-format' });
    await expect(api.request('trace.open', { sources: [{ source: { kind: 'path', path: path.join(folder, 'gone.pml') } }], into: 'new' })).rejects.toMatchObject({ code: 'file-missing' });
    expect((await api.request('session.current', {})).path).toBe(before.path);
    expect(readdirSync(path.join(data, 'sessions')).filter((name) => name.endsWith('.fltreplay'))).toEqual(['first-light.fltreplay']);
    await host.dispose();
  });

  it('shows progress, and keeps what it has when it is cancelled', async () => {
    const { host, api } = await testHost(dataFolder());
    const file = longTrace(150_000);
    const progress = nextEvent(api, 'import.progress', (news) => news.operations > 0);
    const done = nextEvent(api, 'import.done');
    const opened = await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
    const news = await progress;
    expect(news.total).toBeGreaterThan(news.done);
    await api.request('trace.cancelImport', { jobId: opened.jobs[0]?.jobId ?? 0 });
    const end = await done;
    expect(end.outcome).toBe('cancelled');
    const traceId = end.trace.id;
    const { count, rows } = await api.request('operations.page', { traceId, offset: 0, limit: 10, runId: null });
    expect(count).toBe(end.report.operations);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(150_000);
    expect(rows.length).toBe(10);
    await host.dispose();
  });

  it('takes edits while it is going on', async () => {
    const { host, api } = await testHost(dataFolder());
    const done = nextEvent(api, 'import.done');
    await api.request('trace.open', { sources: [{ source: { kind: 'path', path: longTrace(60_000) } }], into: 'new' });
    for (let edit = 0; edit < 5; edit++) await api.request('drivers.update', { id: 1, source: `edit ${edit}` });
    await done;
    expect((await api.request('drivers.list', {}))[0]).toMatchObject({ source: 'edit 4', version: 6 });
    await host.dispose();
  });

  it('takes a file that comes in chunks, and deletes its copy afterwards', async () => {
    const data = dataFolder();
    const { host, api } = await testHost(data);
    const { uploadId } = await api.request('upload.begin', { name: 'C:\\fakepath\\mine.jsonl', size: sampleBytes.length });
    for (let at = 0; at < sampleBytes.length; at += 50_000) await api.request('upload.chunk', { uploadId, bytes: sampleBytes.subarray(at, at + 50_000) });
    const done = nextEvent(api, 'import.done');
    await api.request('trace.open', { sources: [{ source: { kind: 'upload', uploadId } }], into: 'new' });
    expect((await done).trace).toMatchObject({ name: 'mine.jsonl', sourcePath: null, state: 'complete' });
    expect(readdirSync(path.join(data, 'uploads'))).toEqual([]);

    const short = await api.request('upload.begin', { name: 'short.jsonl', size: 100 });
    await api.request('upload.chunk', { uploadId: short.uploadId, bytes: sampleBytes.subarray(0, 50) });
    await expect(api.request('trace.open', { sources: [{ source: { kind: 'upload', uploadId: short.uploadId } }], into: 'new' })).rejects.toMatchObject({ code: 'upload-size' });
    await expect(api.request('upload.chunk', { uploadId: short.uploadId, bytes: sampleBytes.subarray(0, 1) })).rejects.toMatchObject({ code: 'upload-unknown' });
    expect(readdirSync(path.join(data, 'uploads'))).toEqual([]);
    await host.dispose();
  });

  it('opens a session file as what it is, also one that was uploaded', async () => {
    const data = dataFolder();
    const { host, api } = await testHost(data);
    const { path: original } = await api.request('session.current', {});
    const copy = path.join(folder, `copy-${next++}.fltreplay`);
    await api.request('session.saveAs', { path: copy });
    expect((await api.request('session.current', {})).path).toBe(copy);
    const opened = await api.request('trace.open', { sources: [{ source: { kind: 'path', path: original } }], into: 'new' });
    expect(opened).toMatchObject({ jobs: [], session: { path: original } });
    const bytes = readFileSync(copy);
    const { uploadId } = await api.request('upload.begin', { name: 'theirs.fltreplay', size: bytes.length });
    await api.request('upload.chunk', { uploadId, bytes });
    const uploaded = await api.request('trace.open', { sources: [{ source: { kind: 'upload', uploadId } }], into: 'new' });
    expect(uploaded.session.path).toBe(path.join(data, 'sessions', 'theirs.fltreplay'));
    expect(uploaded.session.traces.length).toBe(1);
    await host.dispose();
  });

  it('tells what is in a file or a session without writing', async () => {
    const { host, api } = await testHost(dataFolder());
    const [fromFile] = await api.request('trace.inspect', { path: sampleFile });
    const { path: session } = await api.request('session.current', {});
    const [fromSession] = await api.request('trace.inspect', { path: session });
    expect(fromFile?.report).toEqual(fromSession?.report);
    expect(new Map(fromFile?.byOperation.map((row) => [row.name, row.count]))).toEqual(new Map(fromSession?.byOperation.map((row) => [row.name, row.count])));
    expect(fromFile?.byOperation.reduce((sum, row) => sum + row.count, 0)).toBe(fromFile?.report.events);
    expect(existsSync(`${sampleFile}-wal`)).toBe(false);
    await host.dispose();
  });
});

describe('drivers', () => {
  it('are made from a template, changed, put back and removed; every client hears of it', async () => {
    const { host, api } = await testHost(dataFolder());
    const other = host.connect();
    const heard = nextEvent(other, 'drivers.changed');
    const driver = await api.request('drivers.create', { name: 'readSwap', altitude: '145000', template: 'statusCallback' });
    expect(driver.source).toContain('DriverEntry');
    expect((await heard).map((d) => d.name)).toContain('readSwap');
    await expect(api.request('drivers.create', { name: 'READSWAP', altitude: '1', template: 'preRead' })).rejects.toMatchObject({ code: 'driver-name-taken' });
    await expect(api.request('drivers.create', { name: '../x', altitude: '1', template: 'preRead' })).rejects.toMatchObject({ code: 'driver-name' });
    await expect(api.request('drivers.update', { id: driver.id, altitude: '3.2.8' })).rejects.toMatchObject({ code: 'altitude' });
    await expect(api.request('drivers.restore', { id: driver.id })).rejects.toMatchObject({ code: 'driver-not-bundled' });
    const watch = (await api.request('drivers.list', {})).find((d) => d.name === 'statusWatch');
    const shipped = watch?.source;
    await api.request('drivers.update', { id: watch?.id ?? 0, source: 'mine' });
    expect(await api.request('drivers.restore', { id: watch?.id ?? 0 })).toMatchObject({ source: shipped, version: 3 });
    await api.request('drivers.remove', { id: driver.id });
    expect((await api.request('drivers.list', {})).map((d) => d.name)).not.toContain('readSwap');
    await host.dispose();
  });

  it('of a session written elsewhere are shown but not run until trusted', async () => {
    const theirs = await testHost(dataFolder());
    const file = path.join(folder, `theirs-${next++}.fltreplay`);
    await theirs.api.request('session.saveAs', { path: file });
    const bundledOnly = await theirs.api.request('session.current', {});
    await theirs.api.request('drivers.create', { name: 'stranger', altitude: '1', template: 'preRead' });
    await theirs.host.dispose();
    expect(bundledOnly.trusted).toBe(true);

    const { host, api } = await testHost(dataFolder());
    const session = await api.request('session.open', { path: file });
    expect(session.trusted).toBe(false);
    const traceId = session.traces[0]?.id ?? 0;
    const start = { traceId, firstOperation: null, stopOnEntry: false };
    await expect(api.request('run.start', start)).rejects.toMatchObject({ code: 'session-untrusted' });
    // An edit does not make the rest of a stranger's source this user's own.
    const stranger = (await api.request('drivers.list', {})).find((driver) => driver.name === 'stranger');
    await api.request('drivers.update', { id: stranger?.id ?? 0, source: `${stranger?.source ?? ''}\n` });
    expect((await api.request('session.current', {})).trusted).toBe(false);
    expect((await api.request('session.trust', {})).trusted).toBe(true);
    await host.dispose();
  });
});

describe('a session with nonsense in its columns', () => {
  it('opens and says what it can', async () => {
    const { host, api } = await testHost(dataFolder());
    const file = path.join(folder, `nonsense-${next++}.fltreplay`);
    await api.request('session.saveAs', { path: file });
    await api.request('session.openSample', {});
    const db = new Sqlite(file);
    db.exec(`UPDATE trace SET report = '{"skipped":5,"damaged":"x"}', state = 'importing'; INSERT INTO run (id, name, trace, state, started, seed, assumptions, layers, drivers, first_operation, last_operation, operations, events, violations, differences, event_hash, problem, settings, report)
      VALUES (1, 'r', 1, 'running', 0, 1, 'no JSON', '{}', '', 1, 1, 0, 0, 0, 0, NULL, '{', 'null', '{"fidelity":{"rows":5}}');
      INSERT INTO run_result (run, first_operation, count, statuses, states, violations, answers, effects, causes) VALUES (1, 1, 3, x'00', x'010101', x'', x'09', x'0104', x'02')`);
    db.close();
    const session = await api.request('session.open', { path: file });
    expect(session.traces[0]).toMatchObject({ state: 'failed', report: { skipped: [], damaged: [] } });
    expect(session.runs[0]).toMatchObject({ state: 'ended', layers: [], assumptions: {}, problem: null, report: null, settings: { answers: 'recorded-unless-changed' } });
    expect((await api.request('affected.page', { runId: 1, offset: 0, limit: 5, cause: null })).count).toBe(2);
    expect((await api.request('affected.causes', { runId: 1, offset: 0, limit: 5 })).rows).toHaveLength(2);
    expect((await api.request('differences.page', { runId: 1, offset: 0, limit: 5 })).rows.length).toBeLessThan(4);
    expect((await api.request('events.page', { runId: 1, offset: 0, limit: 5, operation: null, kinds: null })).count).toBe(0);
    await host.dispose();
  });
});

describe('breakpoints', () => {
  it('are added, switched, changed and removed', async () => {
    const { host, api } = await testHost(dataFolder());
    const [first] = await api.request('breakpoints.list', {});
    await api.request('breakpoints.remove', { id: first?.id ?? 0 });
    const added = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['post'] }, where: { path: '*.docx', status: 'error' } } });
    expect(added).toMatchObject({ enabled: true, hits: 0, verifiedLine: null });
    expect(await api.request('breakpoints.update', { id: added.id, enabled: false })).toMatchObject({ enabled: false, spec: added.spec });
    await expect(api.request('breakpoints.add', { spec: { at: { kind: 'line', line: 3 }, driverId: 99 } })).rejects.toMatchObject({ code: 'driver-unknown' });
    await expect(api.request('breakpoints.update', { id: 99 })).rejects.toMatchObject({ code: 'breakpoint-unknown' });
    await host.dispose();
  });

  it('are refused with a sentence where their code cannot be used, which is told by its place', async () => {
    const { host, api } = await testHost(dataFolder());
    const spec = { at: { kind: 'callback', callbacks: ['pre'] }, condition: 'Data.Flags = 1' } as const;
    await expect(api.request('breakpoints.add', { spec })).rejects.toThrow(/cannot assign/);
    expect(await api.request('breakpoints.check', { spec })).toEqual({ problem: { member: 'condition', column: 1, message: expect.stringContaining('cannot assign') as string } });
    expect((await api.request('breakpoints.check', { spec: { ...spec, condition: 'Data.Flags > 1', logMessage: 'flags {Data.Flags +}' } })).problem).toMatchObject({ member: 'logMessage' });
    expect((await api.request('breakpoints.check', { spec: { ...spec, condition: 'Data.Flags > 1', hitCondition: 'x' } })).problem).toMatchObject({ member: null, message: expect.stringContaining('hit condition') as string });
    expect((await api.request('breakpoints.check', { spec: { at: { kind: 'api', routine: 'Flt*File, ExAllocatePool2, KeNothing' } } })).problem).toMatchObject({ member: null, message: expect.stringContaining('KeNothing') as string });
    expect(await api.request('breakpoints.check', { spec: { ...spec, condition: 'FlagOn(Data.Flags, FLTFL_CALLBACK_DATA_DIRTY) !== 0' } })).toEqual({ problem: null });
    await host.dispose();
  });

  it('are switched by their group, and leave out a violation that is not to stop again', async () => {
    const { host, api } = await testHost(dataFolder());
    for (const group of ['reads', 'reads', 'writes']) await api.request('breakpoints.add', { spec: { at: { kind: 'violation', id: '', severity: 'V', except: [] }, group } });
    const list = await api.request('breakpoints.setGroupEnabled', { group: 'reads', enabled: false });
    expect(list.filter((one) => one.spec.group !== '').map((one) => one.enabled)).toEqual([false, false, true]);
    expect((await api.request('breakpoints.setGroupEnabled', { group: null, enabled: false })).some((one) => one.enabled)).toBe(false);
    const found = { violation: 'FV-084', severity: 'V', driver: 'statusWatch' } as const;
    const exceptions = (breakpoints: typeof list): readonly (readonly string[])[] => breakpoints.flatMap(({ spec: { at } }) => (at.kind === 'violation' ? [at.except] : []));
    expect(exceptions(await api.request('breakpoints.answer', { ...found, answer: 'ignore' }))).toEqual([['FV-084 of statusWatch'], ['FV-084 of statusWatch'], ['FV-084 of statusWatch']]);
    // All are switched off: to stop always takes one of its own.
    const always = await api.request('breakpoints.answer', { ...found, answer: 'always' });
    expect(exceptions(always)).toEqual([[], [], [], []]);
    const own = always.find(({ spec }) => spec.at.kind === 'violation' && spec.at.id === 'FV-084');
    expect([own?.enabled, own?.spec.driverId]).toEqual([true, (await api.request('drivers.list', {})).find(({ name }) => name === 'statusWatch')?.id]);
    await host.dispose();
  });

  it('come back from a file in another session, with their drivers by name and what they wait for', async () => {
    const { host, api } = await testHost(dataFolder());
    const [drivers, [first]] = await Promise.all([api.request('drivers.list', {}), api.request('breakpoints.list', {})]);
    const watch = drivers.find(({ name }) => name === 'statusWatch')?.id ?? 0;
    await api.request('breakpoints.update', { id: first?.id ?? 0, enabled: false });
    await api.request('breakpoints.add', { spec: { at: { kind: 'pending', what: 'longerThan', ticks: 20_000_000n }, dependsOn: first?.id ?? 0, group: 'slow', logMessage: '{Operation.path}' } });
    await api.request('breakpoints.add', { spec: { at: { kind: 'line', line: 40 }, driverId: watch } });
    const { fileName, text } = await api.request('breakpoints.export', {});
    expect(fileName).toMatch(/\.breakpoints\.json$/);
    const before = await api.request('breakpoints.list', {});
    for (const { id } of before) await api.request('breakpoints.remove', { id });
    const withStranger = JSON.stringify({ ...(JSON.parse(text) as object), breakpoints: [...(JSON.parse(text) as { breakpoints: object[] }).breakpoints, { driver: 'stranger', at: { kind: 'line', line: 1 } }, { at: { kind: 'moon' } }] });
    const { added, left } = await api.request('breakpoints.import', { text: withStranger });
    expect([added, left.length, left.join(' ')]).toEqual([3, 2, expect.stringContaining('"stranger"') as string]);
    const after = await api.request('breakpoints.list', {});
    const plain = (list: typeof before): unknown[] => list.map(({ enabled, spec }) => ({ enabled, spec: { ...spec, dependsOn: spec.dependsOn === null ? null : list.findIndex(({ id }) => id === spec.dependsOn) } }));
    expect(plain(after)).toEqual(plain(before));
    await expect(api.request('breakpoints.import', { text: '{}' })).rejects.toThrow(/no breakpoints/);
    await api.request('breakpoints.remove', { id: after[0]?.id ?? 0 });
    expect((await api.request('breakpoints.list', {})).every(({ spec }) => spec.dependsOn === null)).toBe(true);
    await host.dispose();
  });
});
