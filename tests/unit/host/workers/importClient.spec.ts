import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { EventMap, HostApi } from '../../../../src-preload/contract/index.ts';
import type { Host } from '../../../../src-main/host/index.ts';
import { nextEvent, sampleFile, testHost } from '../../../support/testHost.ts';
import { tempFolder } from '../../../support/tempFolder.ts';
import { pmlSample } from '../../../support/trace/pmlSample.ts';
import { writePml } from '../../../support/trace/writePml.ts';

// Workers are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = tempFolder();
const [header = '', ...lines] = readFileSync(sampleFile, 'utf8').trim().split('\n');
const started: Worker[] = [];
let host: Host;
let api: HostApi & { close(): void };

// A list that is looked at starts the worker of its questions too.
const listen = (worker: Worker): void => {
  if (worker.threadName === 'import') started.push(worker);
};
beforeAll(async () => {
  ({ host, api } = await testHost(path.join(folder, 'data'), { open: 'temporary' }));
  process.on('worker', listen);
});
afterAll(async () => {
  process.off('worker', listen);
  await host.dispose();
});

function trace(name: string, count: number): string {
  const file = path.join(folder, name);
  writeFileSync(file, `${[header, ...Array.from({ length: count }, (_, at) => lines[at % lines.length] ?? '')].join('\n')}\n`);
  return file;
}

async function imported(file: string, into: 'new' | 'current' = 'current'): Promise<EventMap['import.done']> {
  const done = nextEvent(api, 'import.done');
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into });
  return done;
}

it('one worker serves every import, a cancelled one too, into whichever session', async () => {
  expect((await imported(trace('a.jsonl', 30))).report.operations).toBe(30);
  const long = trace('long.jsonl', 100_000);
  const progress = nextEvent(api, 'import.progress', ({ operations }) => operations > 0);
  const cancelled = imported(long);
  await progress;
  await api.request('trace.cancelImport', { jobId: null });
  expect((await cancelled).outcome).toBe('cancelled');
  expect((await imported(trace('b.jsonl', 40), 'new')).report.operations).toBe(40);
  expect((await api.request('session.current', {})).traces.map(({ name, state }) => [name, state])).toEqual([['b.jsonl', 'complete']]);
  expect(started.length).toBe(1);
});

it('one that has read a large log goes, and its memory with it', async () => {
  const large = path.join(folder, 'large.PML');
  writeFileSync(large, writePml(pmlSample(64)).bytes);
  // A hole behind the tables, which no reader looks into.
  truncateSync(large, 130 * 2 ** 20);
  const exited = new Promise((resolve) => started[0]?.once('exit', resolve));
  await imported(large);
  await exited;
  await imported(trace('small.jsonl', 5));
  expect(started.length).toBe(2);
});

it('one that dies fails its import in one sentence; what was committed stays, and the next import has a new one', async () => {
  const progress = nextEvent(api, 'import.progress', ({ operations }) => operations > 10_000);
  const failed = nextEvent(api, 'import.failed');
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: trace('dies.jsonl', 200_000) } }], into: 'new' });
  await progress;
  await started.at(-1)?.terminate();
  const { message, code, traceId } = await failed;
  expect([code, message]).toEqual(['worker-died', 'The import ended unexpectedly: exit code 1.']);
  const [kept] = (await api.request('session.current', {})).traces;
  expect(kept).toMatchObject({ id: traceId, state: 'failed' });
  const { count, rows } = await api.request('operations.page', { traceId: traceId ?? 0, offset: 0, limit: 10, runId: null });
  expect(count).toBeGreaterThan(0);
  expect(rows.length).toBe(10);
  const before = started.length;
  expect((await imported(trace('after.jsonl', 20))).report.operations).toBe(20);
  expect(started.length).toBe(before + 1);
});

it('is at hand once a file is looked at', async () => {
  const { host: other, api: client } = await testHost(path.join(folder, 'looking'), { open: 'temporary' });
  await client.request('trace.detect', { source: { kind: 'path', path: sampleFile } });
  const before = started.length;
  const done = nextEvent(client, 'import.done');
  await client.request('trace.open', { sources: [{ source: { kind: 'path', path: sampleFile } }], into: 'new' });
  await done;
  expect(started.length).toBe(before);
  const exited = new Promise((resolve) => started.at(-1)?.once('exit', resolve));
  await other.dispose();
  await exited;
});
