import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src-main/host/index.ts';
import type { HostApi, RequestResult } from '../../../src-preload/contract/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, projectRoot, sampleFile, testHost } from '../../support/testHost.ts';

// Workers are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = tempFolder();
const shared = path.join(projectRoot, '..', 'shared', 'traces', 'procmon');
interface Line { readonly index: number; readonly process: string; readonly pid: number; readonly operation: string; readonly path: string | null; readonly statusName: string | null; readonly length: number | null }

let host: Host;
let api: HostApi & { close(): void };
let traceId = 0;
let lines: readonly Line[] = [];
const has = (text: string | null, part: string): boolean => (text ?? '').toLowerCase().includes(part);

/** Every line of the trace as the export writes it. */
async function exported(trace: number): Promise<readonly Line[]> {
  let text = '';
  for (let from: number | null = 0; from !== null;) {
    const piece: RequestResult<'operations.jsonLines'> = await api.request('operations.jsonLines', { traceId: trace, from });
    text += piece.text;
    from = piece.next;
  }
  return text.trim().split('\n').map((line) => JSON.parse(line) as Line & { fltreplay?: unknown }).filter((line) => 'operation' in line);
}

beforeAll(async () => {
  ({ host, api } = await testHost(path.join(folder, 'data')));
  const [header = '', ...sample] = readFileSync(sampleFile, 'utf8').trim().split('\n');
  const file = path.join(folder, 'long.jsonl');
  writeFileSync(file, `${[header, ...Array.from({ length: 60_000 }, (_, at) => sample[at % sample.length] ?? '')].join('\n')}\n`);
  const done = nextEvent(api, 'import.done');
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
  traceId = (await done).trace.id;
  lines = (await exported(traceId)).map((line, at) => ({ ...line, index: at + 1 }));
});
afterAll(() => host.dispose());

const cases: readonly (readonly [string, (line: Line) => boolean])[] = [
  ['operation = ReadFile', ({ operation }) => operation === 'ReadFile'],
  ['(process = notepad.exe or process = explorer.exe) and path ends with .txt', ({ process, path: name }) => ['notepad.exe', 'explorer.exe'].includes(process.toLowerCase()) && (name ?? '').toLowerCase().endsWith('.txt')],
  ['not operation = ReadFile and not path contains "docs"', ({ operation, path: name }) => operation !== 'ReadFile' && !has(name, 'docs')],
  ['status != SUCCESS and length > 100', ({ statusName, length }) => statusName !== 'STATUS_SUCCESS' && length !== null && length > 100],
  ['path contains nowhere-to-be-found', () => false],
];

describe('a filtered list', () => {
  it.each(cases)('%s: counts and shows what a loop over the exported lines finds', async (where, holds) => {
    const expected = lines.filter(holds).map(({ index }) => index);
    expect((await api.request('operations.count', { traceId, where })).count).toBe(expected.length);
    for (const offset of [0, 1, Math.max(0, Math.floor(expected.length / 2) - 7), Math.max(0, expected.length - 5)]) {
      const { rows, count, exact } = await api.request('operations.page', { traceId, offset, limit: 30, runId: null, where });
      expect(rows.map(({ index }) => index)).toEqual(expected.slice(offset, offset + 30));
      expect([count, exact]).toEqual([expected.length, true]);
    }
  });

  it.each(cases)('%s: knows where each operation stands, and the nearest where it is not shown', async (where, holds) => {
    const expected = lines.filter(holds).map(({ index }) => index);
    for (const index of [1, 2, 77, 4096, 4097, 30_001, 59_999, 60_000]) {
      const behind = expected.findIndex((own) => own >= index);
      const position = behind >= 0 ? behind : expected.length - 1;
      expect(await api.request('operations.position', { traceId, where, index })).toEqual(position < 0 ? null : { position, index: expected[position] });
    }
  });

  it('finds only among what is shown', async () => {
    const where = 'operation = CloseFile';
    const text = (lines.find(({ operation, path: name }) => operation === 'CloseFile' && name !== null)?.path ?? '').toLowerCase();
    const expected = lines.find(({ index, operation, path: name }) => index > 500 && operation === 'CloseFile' && has(name, text));
    expect(expected).toBeDefined();
    expect(await api.request('operations.find', { traceId, text, from: 501, backwards: false, where })).toEqual({ index: expected?.index });
  });

  it('tells the count as it grows', async () => {
    const where = 'path contains o and not tid = 77';
    const told = nextEvent(api, 'filter.counted', ({ exact }) => exact);
    const first = await api.request('operations.page', { traceId, offset: 0, limit: 5, runId: null, where });
    expect(first.rows).toHaveLength(5);
    const expected = lines.filter(({ path: name }) => has(name, 'o')).length;
    if (!first.exact) expect(await told).toMatchObject({ traceId, where, count: expected, scanned: lines.length });
    expect((await api.request('operations.count', { traceId, where })).count).toBe(expected);
  });

  it('refuses an expression with the place of the mistake', async () => {
    await expect(api.request('operations.page', { traceId, offset: 0, limit: 5, runId: null, where: 'operaton = ReadFile' })).rejects.toThrow(/column 1/);
  });

  it('suggests the values that occur, the most frequent first', async () => {
    const counts = new Map<string, number>();
    for (const { operation } of lines) if (has(operation, 'file')) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    const expected = [...counts].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1)).slice(0, 3);
    // As far as it was looked soon; every letter that is typed looks further.
    await vi.waitFor(async () => {
      const answers = await Promise.all(['f', 'fil', 'file'].map((text) => api.request('filter.values', { traceId, field: 'operation', text, limit: 3 })));
      expect(answers.at(-1)?.values).toEqual(expected);
    }, { timeout: 30_000 });
  });
});

describe('saved filters', () => {
  it('stay in the session; one of the same name is replaced', async () => {
    await api.request('filter.save', { name: 'reads', text: 'operation = WriteFile' });
    await api.request('filter.save', { name: 'reads', text: 'operation = ReadFile' });
    const [saved] = await api.request('filter.save', { name: 'Closes', text: 'operation = CloseFile' });
    expect(saved).toMatchObject({ name: 'Closes' });
    expect((await api.request('filter.remove', { id: saved?.id ?? 0 })).map(({ name, text }) => [name, text])).toEqual([['reads', 'operation = ReadFile']]);
  });
});

describe.skipIf(!existsSync(shared))('filters of Process Monitor (needs ../shared)', () => {
  const imported = (name: string): Promise<RequestResult<'filter.import'>> => api.request('filter.import', { fileName: path.basename(name), bytes: readFileSync(path.join(shared, name)) });

  it.each(['nccgroup-accomplice/FindHijacks.PMF', 'nccgroup-accomplice/InprocServer32.PMF', 'vu-ls-crassus/Privesc.PMF', 'rurik-noriben/ProcmonConfiguration.pmc'])('%s can be read, and what it says is an expression', async (name) => {
    const { text, leftOut } = await imported(name);
    expect(text.length + leftOut.length).toBeGreaterThan(0);
    expect((await api.request('filter.read', { text })).problem).toBeNull();
  });

  it('refuses what is no filter', async () => {
    await expect(api.request('filter.import', { fileName: 'x.PMF', bytes: new Uint8Array(40) })).rejects.toThrow(/holds no filter/);
  });
});
