import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { HostApi, RunInfo, SequenceView } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let host: Host;
let api: HostApi & { close(): void };
let traceId = 0;
beforeAll(async () => {
  ({ host, api } = await testHost(path.join(tempFolder(), 'data')));
  const session = await api.request('session.openSample', {});
  traceId = session.traces[0]?.id ?? 0;
});
afterAll(async () => host.dispose());

async function run(...enabled: readonly string[]): Promise<RunInfo> {
  const known = (await api.request('drivers.list', {}));
  for (const driver of known) await api.request('drivers.update', { id: driver.id, enabled: enabled.includes(driver.name) });
  for (const name of enabled) if (!known.some((driver) => driver.name === name)) await api.request('drivers.addBundled', { name, altitude: null, enabled: true });
  const ended = nextEvent(api, 'run.state', ({ kind }) => kind === 'ended');
  const info = await api.request('run.start', { traceId, firstOperation: null, stopOnEntry: false, breakpoints: false });
  await ended;
  return info;
}

/** `lane: kind result` for each box. */
const told = ({ boxes, lanes }: SequenceView): string[] => boxes.map(({ kind, lane, result }) => `${lanes[lane]?.name ?? ''}: ${kind} ${result.replace(/FLT_(PREOP|POSTOP)_|STATUS_/g, '')}`.trim());

it('shows a read through two filters, what was asked for in it and what is wrong', async () => {
  const { id } = await run('passThrough', 'statusWatch');
  const view = await api.request('sequence.get', { traceId, index: 9, runId: id });
  expect(told(view)).toEqual([
    'I/O manager: issue', 'passThrough: pre SUCCESS_WITH_CALLBACK', 'statusWatch: pre SUCCESS_WITH_CALLBACK', expect.stringMatching(/^File system: device SUCCESS \/ \d+$/),
    'statusWatch: post FINISHED_PROCESSING', 'passThrough: post FINISHED_PROCESSING', expect.stringMatching(/^I\/O manager: complete SUCCESS/), 'statusWatch: status SUCCESS',
  ].map((line): unknown => line));
  const asked = view.boxes.findIndex(({ kind, lane }) => kind === 'pre' && view.lanes[lane]?.name === 'statusWatch');
  const told0 = view.boxes.findIndex(({ kind }) => kind === 'status');
  expect(view.links).toEqual([expect.objectContaining({ from: asked, to: told0, kind: 'status' })]);
  // The buffer and its MDL are swapped after the request, which is FV-084.
  expect(view.boxes[asked]).toMatchObject({ edits: 2, tid: 4124 });
  expect(view.boxes.flatMap(({ findings }) => findings.map((finding) => finding.id))).toContain('FV-084');
  expect(view.gaps).toEqual([]);
  // The page is read while this one is with the file system.
  expect(view.boxes[asked + 1]).toMatchObject({ kind: 'device', first: { issued: 9 }, last: { issued: 10 } });
});

it('follows a pended read over the thread that takes it up to the end, with the wait between', async () => {
  const { id } = await run('cancelSafe');
  const view = await api.request('sequence.get', { traceId, index: 9, runId: id });
  const lines = told(view);
  expect(lines.slice(0, 6)).toEqual(['I/O manager: issue', 'cancelSafe: pre PENDING', 'cancelSafe: work', 'cancelSafe: resume', 'File system: device PENDING', expect.stringMatching(/^File system: done SUCCESS/) as unknown]);
  const resumed = view.boxes.findIndex(({ kind }) => kind === 'resume');
  expect(view.boxes[resumed]?.title).toBe('FltCompletePendedPreOperation');
  expect(view.links).toContainEqual(expect.objectContaining({ from: 1, to: resumed, kind: 'pended' }));
  expect(view.gaps.some(({ isPended, operations, duration }) => isPended && operations > 0 && duration !== null && duration > 0n)).toBe(true);
  expect(lines.at(-1)).toMatch(/complete SUCCESS/);
  // The worker is another thread than the one that reads.
  expect(view.boxes[2]?.tid).not.toBe(view.boxes[1]?.tid);
});

it('shows what the recording tells where nothing has run', async () => {
  const view = await api.request('sequence.get', { traceId, index: 9, runId: null });
  expect(view.from).toBe('recording');
  expect(told(view)).toEqual(['I/O manager: issue', 'File system: device SUCCESS', 'I/O manager: complete SUCCESS']);
});
