/** Counts over whole traces, against loops over the sample's lines and over what Process Monitor itself exported of a real capture. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertExists } from '../../../../src-main/base/assert.ts';
import type { DensityInfo, RequestParams, StatisticBy, StatisticRow, StatisticsInfo } from '../../../../src-preload/contract/index.ts';
import { tempFolder } from '../../../support/tempFolder.ts';
import { nextEvent, sampleFile, testHost } from '../../../support/testHost.ts';

const folder = tempFolder();
type TestHost = Awaited<ReturnType<typeof testHost>>;

async function statisticsOf({ api }: TestHost, where: string | null = null, traceId = 1): Promise<StatisticsInfo> {
  const done = nextEvent(api, 'statistics.changed', ({ state }) => state !== 'running');
  await api.request('statistics.start', { traceId, where });
  return done;
}

async function rowsOf({ api }: TestHost, id: number, by: StatisticBy): Promise<readonly StatisticRow[]> {
  const rows: StatisticRow[] = [];
  for (;;) {
    const page = await api.request('statistics.page', { id, by, sort: 'operations', descending: true, offset: rows.length, limit: 500 });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= page.count) return rows;
  }
}

async function densityOf({ api }: TestHost, order: Partial<RequestParams<'timeline.start'>> = {}): Promise<DensityInfo> {
  const done = nextEvent(api, 'timeline.changed', ({ state }) => state !== 'running');
  await api.request('timeline.start', { traceId: 1, where: null, from: null, to: null, buckets: 50, by: 'status', ...order });
  return done;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

const counted = (rows: readonly StatisticRow[], name: (row: StatisticRow) => string = (row) => row.name): Map<string, number> => new Map(rows.map((row) => [name(row), row.operations]));

interface Line { readonly index?: number; readonly time: string; readonly process: string; readonly pid: number; readonly operation: string; readonly major: string | null; readonly path: string | null; readonly status: number | null; readonly duration: number | null; readonly information: number | null; readonly length: number | null }

/** 100 ns ticks since 1601. */
const ticksOf = (time: string): bigint => BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 10_000n + BigInt(time.slice(20, 27)) + 116_444_736_000_000_000n;

describe('counts over the sample', { timeout: 120_000 }, () => {
  const lines = readFileSync(sampleFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line).filter(({ index }) => index !== undefined);
  let host: TestHost;
  beforeAll(async () => {
    host = await testHost(path.join(folder, 'sample'));
    await host.api.request('session.openSample', {});
  });
  afterAll(() => host.host.dispose());

  it('has the numbers of a loop over its lines', async () => {
    const { id, state, total } = await statisticsOf(host);
    expect(state).toBe('complete');
    const succeeded = (line: Line): boolean => line.status !== null && line.status < 0xc0000000;
    const sum = (major: string): number => lines.filter((line) => line.major === major && succeeded(line)).reduce((bytes, line) => bytes + (line.information ?? line.length ?? 0), 0);
    // Durations of lines are in nanoseconds.
    const durations = lines.flatMap(({ duration }) => (duration === null ? [] : [duration / 100])).sort((a, b) => a - b);
    const quantile = (share: number): number => assertExists(durations[Math.ceil(share * durations.length) - 1]);
    expect(total).toMatchObject({
      operations: lines.length, errors: lines.filter(({ status }) => status !== null && status >= 0xc0000000).length, read: sum('IRP_MJ_READ'), written: sum('IRP_MJ_WRITE'),
      duration: durations.reduce((all, one) => all + one, 0), longest: durations.at(-1),
    });
    for (const [share, shown] of [[0.5, total.p50], [0.99, total.p99]] as const) {
      expect(shown).toBeGreaterThanOrEqual(quantile(share));
      expect(shown).toBeLessThanOrEqual(quantile(share) * (1 + 1 / 64) + 1);
    }
    expect(counted(await rowsOf(host, id, 'process'))).toEqual(countBy(lines, ({ process, pid }) => `${process} (${pid})`));
    expect(counted(await rowsOf(host, id, 'operation'))).toEqual(countBy(lines, ({ operation }) => operation));
    expect(counted(await rowsOf(host, id, 'status'), ({ status }) => String(status))).toEqual(countBy(lines, ({ status }) => String(status)));
    expect(counted(await rowsOf(host, id, 'path'), ({ name }) => name.toLowerCase())).toEqual(countBy(lines, (line) => (line.path ?? '').toLowerCase()));
    const microseconds = lines.filter(({ duration }) => duration !== null && duration >= 5000 && duration < 10_000).length;
    expect((await rowsOf(host, id, 'duration')).find(({ name }) => name === '5 µs to 10 µs')?.operations ?? 0).toBe(microseconds);
  });

  it('gives each row the filter that lets its operations through', async () => {
    const { id } = await statisticsOf(host);
    const rows = (await Promise.all((['process', 'path', 'folder', 'extension', 'operation', 'status', 'duration'] as const).map((by) => rowsOf(host, id, by)))).flat();
    expect(rows.length).toBeGreaterThan(50);
    for (const row of rows.filter(({ where }) => where !== null).filter((_, at) => at % 5 === 0)) {
      expect({ where: row.where, operations: (await statisticsOf(host, row.where)).total.operations }).toEqual({ where: row.where, operations: row.operations });
    }
  });

  it('counts a folder with everything below it, and sorts', async () => {
    const { id } = await statisticsOf(host);
    const folders = counted(await rowsOf(host, id, 'folder'));
    for (const name of ['C:', 'C:\\Users\\sample']) {
      expect(folders.get(name), name).toBe(lines.filter((line) => line.path?.toLowerCase().startsWith(`${name}\\`.toLowerCase())).length);
    }
    const page = await host.api.request('statistics.page', { id, by: 'operation', sort: 'longest', descending: false, offset: 0, limit: 1000 });
    expect(page.rows.map(({ longest }) => longest)).toEqual(page.rows.map(({ longest }) => longest).toSorted((a, b) => a - b));
    expect(page.largest.operations).toBe(Math.max(...countBy(lines, ({ operation }) => operation).values()));
  });

  it('says of each process what it did, and when', async () => {
    const { id } = await statisticsOf(host);
    const names = new Map((await host.api.request('trace.processes', { traceId: 1 })).map(({ index, pid, name }) => [index, `${name} ${pid}`]));
    for (const totals of await host.api.request('statistics.processes', { id })) {
      const own = lines.filter(({ process, pid }) => `${process} ${pid}` === names.get(totals.process));
      expect(totals).toMatchObject({ operations: own.length, firstOperation: own[0]?.index, firstTime: ticksOf(own[0]?.time ?? ''), lastTime: ticksOf(own.at(-1)?.time ?? '') });
    }
  });

  it('puts every operation into the bucket of its time', async () => {
    const times = lines.map(({ time }) => ticksOf(time));
    const [from, to] = [assertExists(times[0]), assertExists(times.at(-1)) + 1n];
    for (const buckets of [1, 7, 50]) {
      const density = await densityOf(host, { buckets });
      expect(density).toMatchObject({ state: 'complete', isExact: true, from, to, total: lines.length });
      for (const [title, fits] of [['Success', (status: number | null) => status !== null && status < 0x40000000], ['Error', (status: number | null) => status !== null && status >= 0xc0000000]] as const) {
        const expected = new Array<number>(buckets).fill(0);
        lines.forEach(({ status }, at) => {
          const bucket = Math.floor(Number(assertExists(times[at]) - from) * buckets / Number(to - from));
          if (fits(status)) expected[bucket] = (expected[bucket] ?? 0) + 1;
        });
        expect(density.series.find((one) => one.title === title)?.counts ?? expected.map(() => 0), `${title} in ${buckets}`).toEqual(expected);
      }
    }
  });

  it('counts a part of the time alone, and what a filter lets through', async () => {
    const [from, to] = [ticksOf(assertExists(lines[100]).time), ticksOf(assertExists(lines[200]).time)];
    const within = lines.filter(({ time }) => ticksOf(time) >= from && ticksOf(time) < to);
    const part = await densityOf(host, { from, to, by: 'process' });
    expect(new Map(part.series.map(({ title, total }) => [title, total]))).toEqual(countBy(within, ({ process }) => process));
    const reads = await densityOf(host, { from, to, by: 'class', where: 'major = IRP_MJ_READ' });
    expect(reads.series.map(({ title, total }) => [title, total])).toEqual([['Read', within.filter(({ major }) => major === 'IRP_MJ_READ').length]]);
  });

  it('gives up what was counted when nobody looks at it any more, and counts anew when somebody does', async () => {
    const rowsOf = async (id: number): Promise<readonly StatisticRow[]> => (await host.api.request('statistics.page', { id, by: 'path', sort: 'operations', descending: true, offset: 0, limit: 1000 })).rows;
    const { id } = await statisticsOf(host);
    const rows = await rowsOf(id);
    expect(rows.length).toBeGreaterThan(3);
    await host.api.request('statistics.release', { id });
    await expect(rowsOf(id)).rejects.toMatchObject({ code: 'statistics-unknown' });
    // A timeline that is counted meanwhile goes on.
    const density = densityOf(host, { buckets: 7 });
    const again = await statisticsOf(host);
    expect(await rowsOf(again.id)).toEqual(rows);
    await host.api.request('statistics.release', { id: again.id });
    expect(await density).toMatchObject({ state: 'complete', total: lines.length });
    // One that was given up long ago is nothing that could be given back.
    const last = await statisticsOf(host);
    await host.api.request('statistics.release', { id });
    expect(await rowsOf(last.id)).toEqual(rows);
  });

  it('refuses an expression that cannot be read, and gives up what is cancelled', async () => {
    await expect(host.api.request('statistics.start', { traceId: 1, where: 'colour = red' })).rejects.toThrow(/colour/);
    const ended = nextEvent(host.api, 'statistics.changed', ({ state }) => state !== 'running');
    const { id } = await host.api.request('statistics.start', { traceId: 1, where: null });
    await host.api.request('statistics.cancel', { id });
    expect(['cancelled', 'complete']).toContain((await ended).state);
  });
});

const captures = path.resolve(import.meta.dirname, '../../../../../shared/traces/procmon/eronnen-procmon-parser');
const reason = existsSync(captures) ? '' : ' (skipped: ../shared/traces/procmon is not here)';

describe(`counts over the capture UTC64 Filesystem${reason}`, { timeout: 240_000 }, () => {
  it.skipIf(reason !== '')('are those of the list that Process Monitor exported of it', async () => {
    const inflated = (name: string): Buffer => inflateSync(readFileSync(path.join(captures, name)));
    const file = path.join(folder, 'UTC64.PML');
    writeFileSync(file, inflated('CompressedLogFileUTC64FilesystemPML.zlib'));
    const [head, ...events] = inflated('CompressedLogFileUTC64FilesystemCSV.zlib').toString('utf8').replace(/^\uFEFF/, '').trim().split(/\r?\n/).map(cells);
    const column = (name: string): ((event: readonly string[]) => string) => {
      const at = assertExists(head).indexOf(name);
      return (event) => event[at] ?? '';
    };
    const [process, pid, operation, filePath, result, duration, detail] = ['Process Name', 'PID', 'Operation', 'Path', 'Result', 'Duration', 'Detail'].map(column) as [ReturnType<typeof column>, ReturnType<typeof column>, ReturnType<typeof column>, ReturnType<typeof column>, ReturnType<typeof column>, ReturnType<typeof column>, ReturnType<typeof column>];
    const host = await testHost(path.join(folder, 'real'));
    try {
      await host.api.request('session.create', { path: path.join(folder, 'real.fltreplay'), bundledDrivers: false });
      const imported = nextEvent(host.api, 'import.done');
      await host.api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'current' });
      const { traceId } = await imported;
      const { id, total } = await statisticsOf(host, null, traceId);
      expect(counted(await rowsOf(host, id, 'process'))).toEqual(countBy(events, (event) => `${process(event)} (${pid(event)})`));
      // That version of Process Monitor had no names for two information classes.
      const unnamed = ['QueryCaseSensitiveInformation', 'SetStorageReservedIdInformation'];
      const byOperation = counted(await rowsOf(host, id, 'operation'));
      byOperation.set('<Unknown>', ['<Unknown>', ...unnamed].reduce((sum, name) => sum + (byOperation.get(name) ?? 0), 0));
      expect(new Map([...byOperation].filter(([name]) => !unnamed.includes(name)))).toEqual(countBy(events, operation));
      expect((await rowsOf(host, id, 'status')).find(({ name }) => name === 'STATUS_SUCCESS')?.operations).toBe(events.filter((event) => result(event) === 'SUCCESS').length);
      const longest = Math.max(...events.map((event) => Math.round(Number(duration(event)) * 1e7)));
      expect(total).toMatchObject({ operations: events.length, longest });
      const written = events.filter((event) => operation(event) === 'WriteFile' && result(event) === 'SUCCESS').reduce((sum, event) => sum + Number((/Length: ([\d,]+)/.exec(detail(event))?.[1] ?? '0').replaceAll(',', '')), 0);
      expect(total.written).toBe(written);
      // Process Monitor adds to the path of a QueryDirectory the name that is looked for.
      const others = await statisticsOf(host, 'not operation = QueryDirectory', traceId);
      const paths = counted(await rowsOf(host, others.id, 'path'), ({ name }) => name.toLowerCase());
      expect(paths).toEqual(countBy(events.filter((event) => operation(event) !== 'QueryDirectory'), (event) => filePath(event).toLowerCase()));
      const density = await densityOf(host, { traceId, by: 'process', buckets: 1000 });
      expect(density.total).toBe(events.length);
      const most = [...countBy(events, process)].sort((a, b) => b[1] - a[1])[0];
      expect([density.series[0]?.title, density.series[0]?.total]).toEqual(most);
    } finally {
      await host.host.dispose();
    }
  });
});

/** The cells of a line of CSV; none of this file spans lines. */
const cells = (line: string): string[] => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quotedText, plain]) => quotedText?.replaceAll('""', '"') ?? plain ?? '');
