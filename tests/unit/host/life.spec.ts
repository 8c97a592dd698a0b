/** Lives of files and handles against a plain loop over the same records. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HostApi, OperationRow } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { nextEvent, sampleFile, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const procmon = path.resolve(import.meta.dirname, '../../../../shared/traces/procmon');
const capture = path.join(procmon, 'eronnen-procmon-parser/CompressedLogFileUTC64FilesystemPML.zlib');
const withCreates = path.join(procmon, 'progmboy-openprocmon/CompressedLogFileBench64PML.zlib');
const folder = tempFolder();
let host: Host;
let api: HostApi & { close(): void };
beforeAll(async () => {
  ({ host, api } = await testHost(path.join(folder, 'data'), { open: 'temporary' }));
});
afterAll(async () => host.dispose());

async function imported(file: string): Promise<number> {
  const done = nextEvent(api, 'import.done');
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'current' });
  return (await done).traceId;
}

async function allRows(traceId: number): Promise<OperationRow[]> {
  const rows: OperationRow[] = [];
  for (let offset = 0; ; offset += 1000) {
    const page = await api.request('operations.page', { traceId, offset, limit: 1000, runId: null });
    rows.push(...page.rows);
    if (page.rows.length === 0) return rows;
  }
}

async function lifeOf(traceId: number, of: 'handle' | 'file', index: number): Promise<number[]> {
  const subject = { traceId, of, index, path: null };
  const { count } = await api.request('life.info', subject);
  const numbers: number[] = [];
  for (let offset = 0; offset < count; offset += 500) numbers.push(...(await api.request('life.page', { ...subject, runId: null, offset, limit: 500 })).rows.map(({ operation }) => operation.index));
  return numbers;
}

const [create, cleanup] = [0, 18];
const sameName = (a: OperationRow, b: OperationRow): boolean => a.path?.toLowerCase() === b.path?.toLowerCase();

/** A handle that was the first of its path, and the only one from its create to its cleanup. */
function lonelyHandle(rows: readonly OperationRow[], at: number): number[] | null {
  const opened = rows[at];
  if (opened?.major !== create || opened.status !== 0 || opened.path === null || rows.slice(0, at).some((row) => sameName(row, opened))) return null;
  const own: number[] = [];
  for (const row of rows.slice(at)) {
    if (!sameName(row, opened)) continue;
    if (own.length > 0 && (row.major === create || row.pid !== opened.pid || row.operation === 'QueryOpen')) return null;
    own.push(row.index);
    if (row.major === cleanup) return own;
  }
  return null;
}

describe('the sample', () => {
  let traceId = 0;
  let rows: OperationRow[] = [];
  beforeAll(async () => {
    traceId = await imported(sampleFile);
    rows = await allRows(traceId);
  });

  it('follows a file that is saved by a rename, also where its handle still goes by the old name', async () => {
    const renamed = rows.find(({ operation }) => operation === 'SetRenameInformationFile');
    const named = (name: string): OperationRow[] => rows.filter((row) => row.path === `C:\\Users\\sample\\Documents\\${name}`);
    const temporary = named('plan.md.tmp').map(({ index }) => index);
    expect(await lifeOf(traceId, 'file', renamed?.index ?? 0)).toEqual(temporary);
    // The file that was replaced has had a life of its own, up to there.
    expect(await lifeOf(traceId, 'file', named('plan.md')[0]?.index ?? 0)).toEqual(named('plan.md').map(({ index }) => index));
    const info = await api.request('life.info', { traceId, of: 'file', index: temporary[0] ?? 0, path: null });
    expect(info.names.map(({ path: name, from, until }) => [name.slice(name.lastIndexOf('\\') + 1), from, until])).toEqual([['plan.md.tmp', null, renamed?.index], ['plan.md', renamed?.index, null]]);
    expect(info.handles.map(({ opened, cleanup: end, close: gone }) => [opened, end, gone])).toEqual([[229, 241, 243], [464, 466, 467]]);
    // Six writes of 4096 bytes and one of 2048; the flush writes pages.
    expect(info.bytes).toEqual({ read: 0, written: 6 * 4096 + 2048, pagingRead: 0, pagingWritten: 28_672 });
    expect(info.ranges).toEqual({ read: [], written: [[0, 28_672]], size: 28_672, coarse: false });
  });

  it('tells one handle from others of the same file', async () => {
    // The indexer has the file open while the editor opens it; the pages are read for the handle that is there.
    expect(await lifeOf(traceId, 'handle', 171)).toEqual([171, 172, 173, 174, 175, 176, 177, 178, 179, 222, 227, 228]);
    expect(await lifeOf(traceId, 'handle', 224)).toEqual([221, 223, 224, 225, 226, 458, 459]);
    const page = await api.request('life.page', { traceId, of: 'handle', index: 224, path: null, runId: null, offset: 0, limit: 2 });
    expect(page.rows[0]).toMatchObject({ handle: 1, since: 0n, gap: null });
    expect(page.rows[1]?.gap).toBe((rows[222]?.time ?? 0n) - (rows[220]?.time ?? 0n));
  });

  it('tells who made the file go', async () => {
    const info = await api.request('life.info', { traceId, of: 'handle', index: 461, path: null });
    expect(info.handles).toMatchObject([{ opened: 460, deletes: 461, cleanup: 462, close: 463, process: 'notes.exe' }]);
    await expect(api.request('life.info', { traceId, of: 'handle', index: 100_000, path: null })).rejects.toThrow();
  });
});

async function unpacked(packed: string): Promise<{ traceId: number; rows: OperationRow[] }> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${path.basename(packed, '.zlib')}.PML`);
  writeFileSync(file, inflateSync(readFileSync(packed)));
  const traceId = await imported(file);
  return { traceId, rows: await allRows(traceId) };
}

describe.skipIf(!existsSync(capture))(`real captures${existsSync(capture) ? '' : ' (skipped: ../shared/traces/procmon is not here)'}`, () => {
  it('have for files what a plain loop finds', async () => {
    const { traceId, rows } = await unpacked(capture);
    expect(rows).toHaveLength(31_569);
    const files = [...new Map(rows.map((row) => [row.path?.toLowerCase() ?? '', row]))].filter(([name]) => name !== '').filter((_, at) => at % 100 === 0).slice(0, 20);
    for (const [name, row] of files) expect(await lifeOf(traceId, 'file', row.index)).toEqual(rows.filter((one) => one.path?.toLowerCase() === name).map(({ index }) => index));
  });

  it.skipIf(!existsSync(withCreates))('have for handles that are alone what a plain loop finds', async () => {
    const { traceId, rows } = await unpacked(withCreates);
    const handles = rows.slice(0, 20_000).flatMap((_, at) => (at % 7 === 0 ? [lonelyHandle(rows, at)] : [])).filter((own) => own !== null).slice(0, 20);
    expect(handles.length).toBeGreaterThan(5);
    for (const own of handles) expect((await lifeOf(traceId, 'handle', own.at(-1) ?? 0)).slice(0, own.length)).toEqual(own);
  });
});
