import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EventMap, HostApi, ImportRequest } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { pmlSample } from '../../support/trace/pmlSample.ts';
import { writePml } from '../../support/trace/writePml.ts';
import { writeZip } from '../../support/writeZip.ts';
import { nextEvent, sampleFile, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

// Workers are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = tempFolder();
const data = path.join(folder, 'data');
const [header = '', ...lines] = readFileSync(sampleFile, 'utf8').trim().split('\n');
let host: Host;
let api: HostApi & { close(): void };

beforeAll(async () => {
  ({ host, api } = await testHost(data));
});
afterAll(() => host.dispose());

/** A trace of the sample's first lines, over and over. */
function trace(name: string, count: number): string {
  const file = path.join(folder, name);
  const rows = [header];
  for (let at = 0; at < count; at++) rows.push(lines[at % lines.length] ?? '');
  writeFileSync(file, `${rows.join('\n')}\n`);
  return file;
}

const fromPath = (file: string): ImportRequest => ({ source: { kind: 'path', path: file } });

function heard<N extends 'import.done' | 'import.cancelled' | 'import.failed'>(name: N): EventMap[N][] {
  const list: EventMap[N][] = [];
  api.listen(name, (value) => void list.push(value));
  return list;
}

async function openedAgain(): Promise<EventMap['import.done']> {
  const done = nextEvent(api, 'import.done');
  await api.request('trace.open', { sources: [fromPath(trace('again.jsonl', 5))], into: 'new' });
  return done;
}

const queueEmpty = (): Promise<unknown> => nextEvent(api, 'import.queue', ({ jobs }) => jobs.length === 0);

describe('several files in one go', () => {
  it('are imported one after the other into one session; what is refused is said beside', async () => {
    const letter = path.join(folder, 'letter.txt');
    writeFileSync(letter, 'Dear all');
    const done = heard('import.done');
    const empty = queueEmpty();
    const { jobs, refused, session } = await api.request('trace.open', { sources: [fromPath(trace('a.jsonl', 30)), fromPath(letter), fromPath(trace('b.jsonl', 40))], into: 'new' });
    expect(jobs.map(({ name, state }) => [name, state])).toEqual([['a.jsonl', 'running'], ['b.jsonl', 'waiting']]);
    expect(refused).toMatchObject([{ name: 'letter.txt', code: 'trace-format' }]);
    expect(session.name).toBe('a');
    await empty;
    expect(done.map(({ jobId, trace: { name, report } }) => [jobId, name, report.operations])).toEqual([[jobs[0]?.jobId, 'a.jsonl', 30], [jobs[1]?.jobId, 'b.jsonl', 40]]);
    expect((await api.request('session.current', {})).traces.map(({ name, state }) => [name, state])).toEqual([['a.jsonl', 'complete'], ['b.jsonl', 'complete']]);
    expect(await api.request('trace.imports', {})).toEqual([]);
    expect((await api.request('app.info', {})).recentTraces.slice(0, 2)).toMatchObject([{ name: 'b.jsonl', formatTitle: 'FltReplay JSON Lines' }, { name: 'a.jsonl' }]);
  });

  it('that are all refused leave the open session as it is', async () => {
    const before = await api.request('session.current', {});
    const bad = ['one.pml', 'two.pml'].map((name) => path.join(folder, name));
    for (const file of bad) writeFileSync(file, 'Dear all');
    const { jobs, refused, session } = await api.request('trace.open', { sources: bad.map(fromPath), into: 'new' });
    expect(jobs).toEqual([]);
    expect(refused.map(({ name }) => name)).toEqual(['one.pml', 'two.pml']);
    expect(session.path).toBe(before.path);
  });

  it('a session among them is no trace', async () => {
    const { path: session } = await api.request('session.current', {});
    const { refused } = await api.request('trace.open', { sources: [fromPath(session), fromPath(path.join(folder, 'one.pml'))], into: 'current' });
    expect(refused[0]).toMatchObject({ code: 'session-among-traces' });
  });
});

describe('cancel', () => {
  it('ends one that waits without touching the one that runs', async () => {
    const cancelled = heard('import.cancelled');
    const done = heard('import.done');
    const empty = queueEmpty();
    const { jobs } = await api.request('trace.open', { sources: [fromPath(trace('c.jsonl', 20_000)), fromPath(trace('d.jsonl', 10))], into: 'new' });
    await api.request('trace.cancelImport', { jobId: jobs[1]?.jobId ?? 0 });
    expect(cancelled).toEqual([{ jobId: jobs[1]?.jobId, name: 'd.jsonl' }]);
    await empty;
    expect(done.map(({ outcome, report }) => [outcome, report.operations])).toEqual([['complete', 20_000]]);
  });

  it('of all keeps what the running one has, readable, and begins no other', async () => {
    const progress = nextEvent(api, 'import.progress', ({ operations }) => operations > 0);
    const done = heard('import.done');
    const { jobs } = await api.request('trace.open', { sources: [fromPath(trace('e.jsonl', 200_000)), fromPath(trace('f.jsonl', 10))], into: 'new' });
    const news = await progress;
    expect(news).toMatchObject({ jobId: jobs[0]?.jobId, phase: 'reading' });
    expect(news.milliseconds).toBeGreaterThan(0);
    const empty = queueEmpty();
    await api.request('trace.cancelImport', { jobId: null });
    await empty;
    expect(done.length).toBe(1);
    const [end] = done;
    expect(end?.outcome).toBe('cancelled');
    const { traces } = await api.request('session.current', {});
    expect(traces.map(({ name, state }) => [name, state])).toEqual([['e.jsonl', 'cancelled']]);
    const page = await api.request('operations.page', { traceId: end?.traceId ?? 0, offset: 0, limit: 10, runId: null });
    expect(page.count).toBe(end?.report.operations);
    expect(page.rows.length).toBe(10);
  });
});

describe('what the user says of a trace', () => {
  const csv = path.join(folder, 'local.CSV');
  writeFileSync(csv, '"Time of Day","Process Name","PID","Operation","Path","Result","Detail"\r\n"10:00:00.0000005 AM","a.exe","4","CloseFile","C:\\a","SUCCESS",""\r\n');

  it('day and time zone are applied where the source does not say them', async () => {
    const assumedDate = 133_000_000_000_000_000n - (133_000_000_000_000_000n % 864_000_000_000n);
    const done = nextEvent(api, 'import.done');
    await api.request('trace.open', { sources: [{ source: { kind: 'path', path: csv }, choices: { assumedDate, utcOffset: 120 } }], into: 'new' });
    const { report } = await done;
    // Ten o'clock two hours ahead of UTC is eight o'clock UTC.
    expect(report.firstTime).toBe(assumedDate + 8n * 36_000_000_000n + 5n);
  });

  it('they are asked for only where they mean something', async () => {
    expect(await api.request('trace.detect', { source: { kind: 'path', path: csv } })).toMatchObject({ kind: 'trace', format: 'procmon-csv', asks: expect.arrayContaining(['utcOffset']) as unknown });
    expect(await api.request('trace.detect', { source: { kind: 'path', path: sampleFile } })).toMatchObject({ kind: 'trace', asks: [] });
  });
});

describe('uploads', () => {
  async function uploaded(name: string, bytes: Uint8Array, upTo = bytes.length): Promise<number> {
    const { uploadId } = await api.request('upload.begin', { name, size: bytes.length });
    if (upTo > 0) await api.request('upload.chunk', { uploadId, bytes: bytes.subarray(0, upTo) });
    return uploadId;
  }

  it('several are imported in one go, and their copies are deleted', async () => {
    const ids = await Promise.all(['one.jsonl', 'two.jsonl'].map((name) => uploaded(name, readFileSync(trace(name, 25)))));
    const empty = queueEmpty();
    const { jobs } = await api.request('trace.open', { sources: ids.map((uploadId) => ({ source: { kind: 'upload', uploadId } })), into: 'new' });
    expect(jobs.map(({ name }) => name)).toEqual(['one.jsonl', 'two.jsonl']);
    await empty;
    expect((await api.request('session.current', {})).traces.map(({ report }) => report.operations)).toEqual([25, 25]);
    expect(readdirSync(path.join(data, 'uploads'))).toEqual([]);
  });

  it('one that is still on its way is told by its beginning', async () => {
    const bytes = readFileSync(sampleFile);
    const uploadId = await uploaded('way.jsonl', bytes, 70_000);
    expect(await api.request('trace.detect', { source: { kind: 'upload', uploadId } })).toMatchObject({ kind: 'trace', name: 'way.jsonl', bytes: bytes.length, format: 'fltreplay-jsonl', preview: null });
    await api.request('upload.cancel', { uploadId });
    expect(await api.request('trace.detect', { source: { kind: 'upload', uploadId } })).toMatchObject({ kind: 'refused', code: 'upload-unknown' });
  });
});

describe('the parts of one log', () => {
  const bytes = writePml(pmlSample(64)).bytes;
  const logs = path.join(folder, 'logs');
  mkdirSync(logs);
  const parts = ['cap.PML', 'cap-1.PML', 'cap-2.PML'].map((name) => path.join(logs, name));
  for (const file of parts) writeFileSync(file, bytes);
  const operations = async (sources: readonly ImportRequest[]): Promise<[string, number, unknown][]> => {
    const empty = queueEmpty();
    await api.request('trace.open', { sources, into: 'new' });
    await empty;
    return (await api.request('session.current', {})).traces.map(({ name, report }) => [name, report.operations, report.system['parts']]);
  };

  it('are one trace, whichever of them is opened, and all of them too', async () => {
    const [alone] = await operations([{ source: { kind: 'path', path: parts[1] ?? '', alone: true } }]);
    expect(alone).toEqual(['cap-1.PML', expect.any(Number), undefined]);
    const whole = [['cap.PML', 3 * (alone?.[1] ?? 0), ['cap.PML', 'cap-1.PML', 'cap-2.PML']]];
    expect(await operations([fromPath(parts[2] ?? '')])).toEqual(whole);
    expect(await operations([...parts].reverse().map(fromPath))).toEqual(whole);
    const hash = createHash('sha256').update(bytes).update(bytes).update(bytes).digest('hex');
    expect((await api.request('session.current', {})).traces[0]?.sha256).toBe(hash);
    expect(await api.request('trace.detect', { source: { kind: 'path', path: parts[1] ?? '' } })).toMatchObject({ kind: 'trace', bytes: 3 * bytes.length, parts: parts.map((file) => ({ name: path.basename(file), bytes: bytes.length })) });
    const ids: number[] = [];
    for (const file of [...parts].reverse()) {
      const { uploadId } = await api.request('upload.begin', { name: path.basename(file), size: bytes.length });
      await api.request('upload.chunk', { uploadId, bytes });
      ids.push(uploadId);
    }
    expect(await operations(ids.map((uploadId) => ({ source: { kind: 'upload', uploadId } })))).toEqual(whole);
    const zip = path.join(folder, 'log.zip');
    writeFileSync(zip, writeZip(parts.map((file) => ({ name: `customer\\${path.basename(file)}`, bytes }))));
    expect((await operations([fromPath(zip)]))[0]?.[1]).toBe(whole[0]?.[1]);
  });
});

it('a trace is moved on the clock, and taken out of the session', async () => {
  const empty = queueEmpty();
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: trace('clock.jsonl', 5) }, choices: { clockOffset: 12_345n } }], into: 'new' });
  await empty;
  const [info] = (await api.request('session.current', {})).traces;
  const traceId = info?.id ?? 0;
  const time = async (): Promise<bigint> => (await api.request('operations.page', { traceId, offset: 0, limit: 1, runId: null })).rows[0]?.time ?? 0n;
  expect(info?.clockOffset).toBe(12_345n);
  const moved = await time();
  expect(await api.request('trace.setClockOffset', { traceId, offset: -5n })).toMatchObject({ id: traceId, clockOffset: -5n });
  expect(await time()).toBe(moved - 12_350n);
  expect((await api.request('trace.remove', { traceId })).traces).toEqual([]);
  await expect(api.request('operations.get', { traceId, index: 1, runId: null })).rejects.toThrow();
});

it('a name can be changed', async () => {
  const { trace: { id } } = await openedAgain();
  expect(await api.request('trace.rename', { traceId: id, name: ' above ' })).toMatchObject({ id, name: 'above' });
  expect((await api.request('session.current', {})).traces[0]?.name).toBe('above');
  await expect(api.request('trace.rename', { traceId: 99, name: 'x' })).rejects.toMatchObject({ code: 'trace-unknown' });
});
