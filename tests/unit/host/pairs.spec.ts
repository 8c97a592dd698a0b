import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostApi, PairInfo } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { fltreplay, jsonLines } from '../../support/commandLine.ts';
import { nextEvent, sampleFile, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

// Workers are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Line = Record<string, unknown>;

const folder = tempFolder();
const [header = '', ...rows] = readFileSync(sampleFile, 'utf8').trim().split('\n');
const lines = rows.map((row) => JSON.parse(row) as Line);
let host: Host;
let api: HostApi & { close(): void };

function written(name: string, operations: readonly Line[]): string {
  const file = path.join(folder, name);
  writeFileSync(file, `${[header, ...operations.map((line) => JSON.stringify(line))].join('\n')}\n`);
  return file;
}

// Three of the sample's operations that stand for themselves.
const reads = lines.map((line, at) => ({ line, at })).filter(({ line }) => line['operation'] === 'ReadFile' && line['status'] === 0);
const [removed = 0, changed = 0] = [reads[1]?.at, reads[4]?.at];
const addedPath = 'C:\\ProgramData\\Filter\\log.txt';
const last = lines.at(-1) ?? {};
const below = written('below.jsonl', [...lines.flatMap((line, at) => (at === removed ? [] : [at === changed ? { ...line, status: 0xc0000022, statusName: 'STATUS_ACCESS_DENIED' } : line])), { ...last, index: lines.length + 1, operation: 'WriteFile', major: 'IRP_MJ_WRITE', path: addedPath }]);
const above = written('above.jsonl', lines);

beforeAll(async () => {
  ({ host, api } = await testHost(path.join(folder, 'data')));
  const empty = nextEvent(api, 'import.queue', ({ jobs }) => jobs.length === 0);
  await api.request('trace.open', { sources: [above, below].map((file) => ({ source: { kind: 'path', path: file } })), into: 'new' });
  await empty;
});
afterAll(() => host.dispose());

async function matched(upper: number, lower: number): Promise<PairInfo> {
  const done = nextEvent(api, 'pair.done');
  await api.request('trace.pair', { above: upper, below: lower, clockOffset: null });
  return done;
}

describe('two captures of a session', () => {
  it('are matched, and what the filter between them did is listed with both operations', async () => {
    const pair = await matched(1, 2);
    expect(pair).toMatchObject({ above: 1, below: 2, state: 'complete', clockOffset: 0n, changed: 1, swallowed: 1, added: 1, matched: lines.length - 1, fields: [{ field: 'status', count: 1 }] });
    const { rows: found, count } = await api.request('pairs.page', { pairId: pair.id, kinds: null, offset: 0, limit: 10 });
    expect(count).toBe(3);
    const of = (kind: string): (typeof found)[number] | undefined => found.find((row) => row.kind === kind);
    expect(of('swallowed')).toMatchObject({ above: { index: removed + 1, operation: 'ReadFile' }, below: null, changes: [] });
    expect(of('added')).toMatchObject({ above: null, below: { path: addedPath }, changes: [] });
    expect(of('changed')).toMatchObject({ above: { index: changed + 1 }, below: { status: 0xc0000022 }, changes: [{ field: 'status', above: 0, below: 0xc0000022 }] });
    expect((await api.request('pairs.page', { pairId: pair.id, kinds: ['added'], offset: 0, limit: 10 })).count).toBe(1);
    expect(await api.request('pairs.list', {})).toEqual([pair]);
  });

  it('are matched on the clock of the session, or by the distance that is found out', async () => {
    await api.request('trace.setClockOffset', { traceId: 2, offset: 36_000_000_000n });
    const pair = await matched(1, 2);
    expect(pair).toMatchObject({ clockOffset: 36_000_000_000n, changed: 1, swallowed: 1, added: 1 });
    await api.request('trace.setClockOffset', { traceId: 2, offset: 0n });
    await api.request('pairs.remove', { pairId: pair.id });
    expect((await api.request('pairs.list', {})).length).toBe(1);
    await expect(api.request('pairs.page', { pairId: pair.id, kinds: null, offset: 0, limit: 1 })).rejects.toMatchObject({ code: 'pair-unknown' });
  });

  it('have to be two', async () => {
    await expect(api.request('trace.pair', { above: 1, below: 1, clockOffset: null })).rejects.toMatchObject({ code: 'pair-of-one' });
    await expect(api.request('trace.pair', { above: 1, below: 9, clockOffset: null })).rejects.toMatchObject({ code: 'trace-unknown' });
  });

  it('go with their traces', async () => {
    const file = path.join(folder, 'copy.fltreplay');
    await api.request('session.saveAs', { path: file });
    await api.request('trace.remove', { traceId: 2 });
    expect(await api.request('pairs.list', {})).toEqual([]);
  });
});

it('fltreplay pair says the same on the command line, and ends with 1 where there is something', async () => {
  await fltreplay(folder, 'import', above, below, '--session', 'pair.fltreplay');
  const result = await fltreplay(folder, 'pair', 'pair.fltreplay', 'above.jsonl', '2', '--json');
  expect(result).toMatchObject({ code: 1, stderr: '' });
  const printed = jsonLines(result);
  expect(printed.slice(0, -1).map(({ type }) => type).sort()).toEqual(['added', 'changed', 'swallowed']);
  expect(printed.at(-1)).toMatchObject({ type: 'summary', matched: lines.length - 1, changed: 1, swallowed: 1, added: 1, fields: { status: 1 } });
  expect(jsonLines(await fltreplay(folder, 'query', 'pair.fltreplay', 'SELECT kind, above, below FROM pair_rows ORDER BY kind', '--json')).map(({ kind }) => kind)).toEqual(['added', 'changed', 'swallowed']);
  const text = await fltreplay(folder, 'pair', 'pair.fltreplay', '1', '1');
  expect(text).toMatchObject({ code: 2, stdout: '' });
});
