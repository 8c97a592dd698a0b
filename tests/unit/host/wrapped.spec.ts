import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DetectedTrace, EventMap, HostApi, ImportChoices, TraceDetection } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { nextEvent, sampleFile, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { writeZip } from '../../support/writeZip.ts';

// Workers are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = tempFolder();
const data = path.join(folder, 'data');
const plain = readFileSync(sampleFile);
const count = plain.toString('utf8').trim().split('\n').length - 1;
const short = Buffer.from(`${plain.toString('utf8').split('\n').slice(0, 11).join('\n')}\n`);
let host: Host;
let api: HostApi & { close(): void };
let next = 1;

beforeAll(async () => {
  ({ host, api } = await testHost(data));
});
afterAll(() => host.dispose());
// Whatever a test did, nothing it unpacked may be left.
beforeEach(() => {
  expect(readdirSync(path.join(data, 'uploads'))).toEqual([]);
});

function written(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, `${next++}-${name}`);
  writeFileSync(file, bytes);
  return file;
}

async function imported(file: string, choices: ImportChoices = {}): Promise<EventMap['import.done']> {
  const done = nextEvent(api, 'import.done');
  const failed = nextEvent(api, 'import.failed');
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file }, choices }], into: 'new' });
  const end = await Promise.race([done, failed]);
  if ('message' in end) throw Object.assign(new Error(end.message), { code: end.code });
  return end;
}

const detect = (file: string): Promise<TraceDetection> => api.request('trace.detect', { source: { kind: 'path', path: file } });
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const twoTraces = writeZip([
  { name: 'PerfViewData\\notes.txt', bytes: Buffer.from('nothing here') },
  { name: 'PerfViewData\\short.jsonl', bytes: short },
  { name: 'PerfViewData\\long.jsonl', bytes: plain },
  { name: 'PerfViewData/', bytes: Buffer.alloc(0), stored: true },
]);

describe('a wrapped trace', () => {
  it.each<[string, string, Uint8Array, string]>([
    ['gzip', 'trace.jsonl.gz', zlib.gzipSync(plain), 'gzip'],
    ['zlib, without a name that says so', 'trace', zlib.deflateSync(plain), 'zlib'],
    ['zip, deflated', 'trace.zip', writeZip([{ name: 'trace.jsonl', bytes: plain }]), 'zip'],
    ['zip, stored', 'trace.diagsession', writeZip([{ name: 'x/trace.jsonl', bytes: plain, stored: true }]), 'zip'],
    ['zip, written by a program that cannot seek', 'trace.zip', writeZip([{ name: 'trace.jsonl', bytes: plain, sizesBehind: true }]), 'zip'],
    ['gzip in zip', 'trace.zip', writeZip([{ name: 'trace.jsonl.gz', bytes: zlib.gzipSync(plain) }]), 'zip, gzip'],
    ['zip in gzip', 'trace.zip.gz', zlib.gzipSync(writeZip([{ name: 'trace.jsonl', bytes: plain }])), 'gzip, zip'],
  ])('%s is imported like the trace itself', async (_name, name, bytes, wrapping) => {
    const file = written(name, bytes);
    const { trace, report } = await imported(file);
    expect(trace).toMatchObject({ name: path.basename(file), sourcePath: file, state: 'complete', format: 'fltreplay-jsonl', sha256: sha256(bytes) });
    expect(report).toMatchObject({ operations: count, damaged: [], bytes: plain.length });
    expect(report.system).toMatchObject({ wrapping, packedBytes: bytes.length });
    const [inspected] = await api.request('trace.inspect', { path: file });
    expect(inspected?.report).toEqual(report);
    expect(inspected?.sha256).toBe(trace.sha256);
  });

  it('is told before it is imported, with its first rows', async () => {
    const detected = await detect(written('trace.jsonl.gz', zlib.gzipSync(plain))) as DetectedTrace;
    expect(detected).toMatchObject({ kind: 'trace', format: 'fltreplay-jsonl', formatTitle: 'FltReplay JSON Lines', wrapping: 'gzip', members: [], parts: [], asks: [] });
    const first = JSON.parse(plain.toString('utf8').split('\n')[1] ?? '') as Record<string, unknown>;
    expect(detected.preview?.rows.length).toBe(20);
    expect(detected.preview?.rows[0]).toMatchObject({ operation: first['operation'], process: first['process'], pid: first['pid'], path: first['path'], status: first['status'], contextClass: null });
  });

  it('of an archive with several traces is the largest, or the one that is asked for', async () => {
    const file = written('two.zip', twoTraces);
    const detected = await detect(file) as DetectedTrace;
    expect(detected.members.map(({ name, bytes }) => [name, bytes])).toEqual([['PerfViewData/long.jsonl', plain.length], ['PerfViewData/short.jsonl', short.length]]);
    expect((await imported(file)).report.operations).toBe(count);
    const { trace, report } = await imported(file, { member: 'PerfViewData/short.jsonl' });
    expect(report.operations).toBe(10);
    expect(trace.name).toBe(`${path.basename(file)} › short.jsonl`);
    await expect(imported(file, { member: 'PerfViewData/notes.txt' })).rejects.toMatchObject({ code: 'unpack-member' });
  });
});

describe('a damaged wrapping', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['cut gzip', zlib.gzipSync(plain).subarray(0, 9000), /gzip wrapping: it ends in the middle/],
    ['cut zip', writeZip([{ name: 'trace.jsonl', bytes: plain }]).subarray(0, 9000), /lost its end/],
    ['zip with a wrong checksum', writeZip([{ name: 'trace.jsonl', bytes: plain, wrongCrc: true }]), /zip wrapping: its checksum differs/],
  ])('%s: what can be unpacked is imported, and one line says what is not', async (_name, bytes, line) => {
    const { trace, report } = await imported(written('broken', bytes));
    expect(trace.state).toBe('complete');
    expect(report.operations).toBeGreaterThan(10);
    expect(report.damaged.filter(({ reason }) => line.test(reason)).length).toBe(1);
    expect(report.events).toBe(report.operations + report.damaged.reduce((sum, { records }) => sum + (records ?? 0), 0));
  });
});

describe('what cannot be imported', () => {
  it.each<[string, Uint8Array, string, RegExp]>([
    ['a zip without a trace', writeZip([{ name: 'a.txt', bytes: Buffer.from('Dear all') }, { name: 'b.dll', bytes: Buffer.alloc(3000, 7) }]), 'unpack-no-trace', /2 files in it, the largest: b\.dll, a\.txt/],
    ['an empty zip', writeZip([]), 'unpack-empty', /without files/],
    ['an encrypted zip', writeZip([{ name: 'a.PML', bytes: plain, encrypted: true }]), 'unpack-closed', /a\.PML.*encrypted/],
    ['a zip packed in another way', writeZip([{ name: 'a.PML', bytes: plain, method: 14 }]), 'unpack-closed', /method 14/],
    ['a gzip stream of a letter', zlib.gzipSync(Buffer.from('Dear all')), 'trace-format', /no format/],
    ['a gzip stream of nothing', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 'unpack-broken', /copy it again/],
  ])('%s is refused in one sentence', async (_name, bytes, code, sentence) => {
    const file = written('refused.bin', bytes);
    await expect(imported(file)).rejects.toMatchObject({ code });
    const detected = await detect(file);
    expect(detected).toMatchObject({ kind: 'refused', code });
    expect(detected.kind === 'refused' && detected.message).toMatch(sentence);
  });

  it('three wrappings are one too many', async () => {
    const file = written('deep.gz', zlib.gzipSync(zlib.gzipSync(zlib.gzipSync(plain))));
    await expect(imported(file)).rejects.toMatchObject({ code: 'unpack-deep' });
    expect(await detect(file)).toMatchObject({ kind: 'refused', code: 'unpack-deep' });
  });

  it('what unpacks to more than the limit is stopped there, with a sentence', async () => {
    const bomb = zlib.gzipSync(Buffer.concat([plain, Buffer.alloc(40 * 2 ** 20, 10)]));
    const file = written('bomb.gz', bomb);
    await expect(imported(file, { unpackedBytes: 2 ** 20 })).rejects.toMatchObject({ code: 'unpack-limit' });
    // What it was stopped at is no trace in the session.
    expect((await api.request('session.current', {})).traces).toEqual([]);
  });
});

it('unpacking is cancelled at once, and nothing is left of it', async () => {
  const file = written('large.gz', zlib.gzipSync(Buffer.concat([plain, Buffer.alloc(150 * 2 ** 20, 10)]), { level: 1 }));
  const progress = nextEvent(api, 'import.progress', ({ phase }) => phase === 'unpacking');
  const cancelled = nextEvent(api, 'import.cancelled');
  const { jobs } = await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
  const news = await progress;
  expect(news).toMatchObject({ jobId: jobs[0]?.jobId, traceId: null, operations: 0 });
  await api.request('trace.cancelImport', { jobId: jobs[0]?.jobId ?? 0 });
  expect(await cancelled).toMatchObject({ jobId: jobs[0]?.jobId, name: path.basename(file) });
  expect((await api.request('session.current', {})).traces).toEqual([]);
  expect(existsSync(file)).toBe(true);
  expect(readdirSync(path.join(data, 'uploads'))).toEqual([]);
});
