/** Branches that begin where they differ, with real engine hosts: each beside the same branch run as a whole. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import type { Host } from '../../../src-main/host/index.ts';
import type { HostOptions } from '../../../src-main/host/hostOptions.ts';
import { EngineHostProcess } from '../../../src-main/engine-host/process.ts';
import { openForWriting, SessionReader } from '../../../src-main/session/index.ts';
import type { EventPage } from '../../../src-main/replay/eventPage.ts';
import type { BranchChange, HostApi, RunInfo, RunState } from '../../../src-preload/contract/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';
import { talkingDriver, writeBranchSession } from '../../support/whatif/branchTrace.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const operations = 1500;
const folder = tempFolder();

/** A host with the same session and drivers, and what its session file holds. */
interface Side {
  readonly host: Host;
  readonly api: HostApi & { close(): void };
  readonly file: string;
  readonly trace: number;
  readonly driver: number;
  readonly reader: () => SessionReader;
}

async function side(name: string, options: Partial<HostOptions> = {}, seed = 1): Promise<Side> {
  const file = path.join(folder, `${name}.fltreplay`);
  const trace = writeBranchSession(file, operations, seed);
  const { host, api } = await testHost(path.join(folder, name), options);
  await api.request('session.open', { path: file });
  const { id } = await api.request('drivers.add', { name: 'talker', source: talkingDriver(), manifest: '{}', altitude: '370000', enabled: true });
  await api.request('drivers.update', { id, source: talkingDriver('looked at') });
  await api.request('drivers.update', { id, source: talkingDriver() });
  let reader: SessionReader | null = null;
  return { host, api, file, trace, driver: id, reader: () => (reader ??= new SessionReader(file)) };
}

async function finished({ api }: Side, begin: () => Promise<RunInfo>): Promise<RunInfo> {
  let id = 0;
  const end = nextEvent(api, 'run.state', (state) => state.kind === 'ended' && state.runId === id);
  ({ id } = await begin());
  const state = await api.request('run.state', {});
  if (state.kind !== 'ended') await end;
  return assertExists((await api.request('run.list', {})).find((run) => run.id === id));
}

const root = (one: Side): Promise<RunInfo> => finished(one, () => one.api.request('run.start', { traceId: one.trace, firstOperation: null, stopOnEntry: false, breakpoints: false }));
const branch = (one: Side, runId: number, changes: readonly BranchChange[], from: 'start' | { operation: number } = 'start'): Promise<RunInfo> =>
  finished(one, () => one.api.request('run.branch', { runId, changes, from, breakpoints: false }));

const hashOf = (value: string | Uint32Array): string => createHash('sha1').update(typeof value === 'string' ? value : new Uint8Array(value.buffer)).digest('hex');

/** Everything that a reader of a run can ask for. */
function contentsOf({ reader }: Side, id: number): Record<string, unknown> {
  const { runs, affected, compare } = reader();
  const count = runs.eventCount(id);
  const plain = ({ first, count: rows, columns, texts }: EventPage) => ({ first, rows, texts: hashOf(texts.join('|')), ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, hashOf(values.slice(0, rows))])) });
  const pages = runs.eventPages(id, 0, count - 1).map(plain);
  const places = [0, 1, ...pages.flatMap(({ first, rows }) => [first - 1, first, first + rows - 1])].filter((number) => number >= 0);
  const any = { operation: null, kinds: null };
  return {
    count, pages,
    chain: pages.map(({ first }) => runs.chainOf(id, first)),
    ends: pages.map(({ first, rows }) => runs.pageBefore(id, first + rows)),
    at: places.map((number) => [number, ...[runs.pageAt(id, number), runs.nextPage(id, number, 'forward', any), runs.nextPage(id, number, 'back', any)].map((page) => (typeof page === 'object' ? page?.first : page))]),
    part: runs.eventPages(id, Math.floor(count / 3), Math.floor(count / 2)).map(({ first }) => first),
    of: [...runs.matchingPages(id, { operation: Math.floor(operations / 2), kinds: ['pre', 'log'] })].map(({ first }) => first),
    violations: [hashOf(JSON.stringify(runs.violations(id, 0, 1e6))), runs.violations(id, 7, 5), runs.violationCount(id), runs.violationCount(id, 'violations'), runs.violationCount(id, 'information'), runs.violationsOf(id, 40)],
    results: hashOf(JSON.stringify([...runs.results(id, 1, operations)])), some: [...runs.resultsAt(id, [1, 2, 1000, operations])], ranges: runs.resultRanges(id), resultCount: runs.resultCount(id),
    affected: [affected.operations(id, null, 0, 1e6), affected.causes(id, 0, 1e6)],
    log: [...compare.log(id)].map((page) => [page.first, page.count, page.texts.length, page.columns.length]),
  };
}

/** The run as it is told, without what numbers and clocks say. */
function toldOf({ id: _id, traceId: _trace, startedAt: _started, shared: _shared, ...run }: RunInfo): Record<string, unknown> {
  return run;
}

const storedPages = ({ reader }: Side, id: number): number => [...reader().compare.log(id)].filter(({ owner }) => owner === id).length;

const changesOf = (driver: number): Readonly<Record<'switch' | 'skip' | 'answer', readonly BranchChange[]>> => ({
  switch: [{ kind: 'driver', driver, version: 2 }],
  skip: [{ kind: 'overlay', overlay: { kind: 'skip', operation: 991 } }],
  answer: [{ kind: 'overlay', overlay: { kind: 'ioStatus', operation: 1404, status: 0xc0000022, information: 0 } }],
});

const dispose = async ({ reader, api, host }: Side): Promise<void> => {
  reader().close();
  api.close();
  await host.dispose();
};

describe('a branch that begins where it differs', () => {
  let shared: Side;
  let whole: Side;
  const runs: { shared: RunInfo; whole: RunInfo }[] = [];

  const both = async (begin: (of: Side, which: 'shared' | 'whole') => Promise<RunInfo>): Promise<void> => {
    runs.push({ shared: await begin(shared, 'shared'), whole: await begin(whole, 'whole') });
  };
  const idOf = (at: number, which: 'shared' | 'whole'): number => assertExists(runs[at])[which].id;

  beforeAll(async () => {
    [shared, whole] = [await side('shared'), await side('whole', { sharesPast: false })];
    await both(root);
    // New code from an operation on, an edit before that and one behind it, in branches of branches.
    await both((of, which) => branch(of, idOf(0, which), changesOf(of.driver).switch, { operation: 1062 }));
    await both((of, which) => branch(of, idOf(1, which), changesOf(of.driver).answer));
    await both((of, which) => branch(of, idOf(2, which), changesOf(of.driver).skip));
  });
  afterAll(() => Promise.all([dispose(shared), dispose(whole)]));

  it('is the same as when it is run as a whole, whatever is asked of it', () => {
    for (const run of runs) {
      expect(toldOf(run.shared)).toEqual(toldOf(run.whole));
      expect(run.shared.eventHash).not.toBeNull();
      expect(contentsOf(shared, run.shared.id)).toEqual(contentsOf(whole, run.whole.id));
    }
  });

  it('stores its own pages only, and says whose the others are', () => {
    expect(runs.map(({ shared: run }) => run.shared)).toEqual([
      null, { runId: idOf(0, 'shared'), name: 'Run 1', events: expect.any(Number) }, { runId: idOf(1, 'shared'), name: 'What-if 1', events: expect.any(Number) }, { runId: idOf(2, 'shared'), name: 'What-if 2', events: expect.any(Number) },
    ]);
    for (const run of runs) {
      const own = storedPages(shared, run.shared.id);
      expect(own + (run.shared.shared === null ? 0 : [...shared.reader().compare.log(run.shared.id)].filter(({ first }) => first < (run.shared.shared?.events ?? 0)).length)).toBe(storedPages(whole, run.whole.id));
    }
    const db = openForWriting(shared.file, 'existing');
    const twice = db.prepare('SELECT e.run FROM event_page e JOIN run r ON r.id = e.run WHERE e.first < r.shared_events').all();
    db.close();
    expect(twice).toEqual([]);
  });

  it('is still there when its parent was deleted and that was undone', async () => {
    const before = contentsOf(shared, idOf(3, 'shared'));
    await shared.api.request('run.remove', { runId: idOf(0, 'shared') });
    expect(contentsOf(shared, idOf(3, 'shared'))).toEqual(before);
    await shared.api.request('run.undo', {});
    expect(contentsOf(shared, idOf(3, 'shared'))).toEqual(before);
  });
});

describe('on the way to where a branch begins', () => {
  let one: Side;
  let parent: RunInfo;
  const created: EngineHostProcess[] = [];
  let waits: (next: number) => void = () => undefined;

  beforeAll(async () => {
    one = await side('way', {
      createFollower: (options) => {
        const { listener } = options;
        const host = new EngineHostProcess({
          ...options, listener: {
            ...listener, parked: (at, next, missed, goal, page) => {
              listener.parked?.(at, next, missed, goal, page);
              waits(next);
            },
          },
        });
        created.push(host);
        return host;
      },
    });
    parent = await root(one);
  });
  afterAll(() => dispose(one));

  it('an engine host that waits near there goes on as the branch', async () => {
    const waiting = new Promise<number>((resolve) => (waits = (next) => void (next === 1200 && resolve(next))));
    await one.api.request('debug.goTo', { runId: parent.id, target: { kind: 'operation', index: 1200 } });
    expect(await waiting).toBe(1200);
    const before = created.length;
    const run = await branch(one, parent.id, [{ kind: 'overlay', overlay: { kind: 'skip', operation: 1201 } }]);
    expect(created).toHaveLength(before);
    expect(run).toMatchObject({ problem: null, edits: [{ applied: true }], shared: { runId: parent.id } });
    const again = await branch(one, parent.id, [{ kind: 'overlay', overlay: { kind: 'skip', operation: 1201 } }]);
    expect(created).toHaveLength(before + 1);
    expect({ ...toldOf(again), name: '' }).toEqual({ ...toldOf(run), name: '' });
    expect(contentsOf(one, again.id)).toEqual(contentsOf(one, run.id));
  });

  it('says how far it is, and stops at once, with nothing stored', async () => {
    const rebuilding = nextEvent(one.api, 'run.state', (state: RunState) => state.kind === 'starting' && state.rebuilding !== undefined);
    const run = await one.api.request('run.branch', { runId: parent.id, changes: changesOf(one.driver).answer, from: 'start' });
    expect(await rebuilding).toMatchObject({ rebuilding: { before: 1404 } });
    await one.api.request('run.stop', {});
    expect(await one.api.request('run.state', {})).toEqual({ kind: 'ended', runId: run.id, outcome: 'stopped' });
    expect(one.reader().runs.eventCount(run.id)).toBe(0);
    // As if it had never been asked for.
    expect((await one.api.request('run.list', {})).map(({ id }) => id)).not.toContain(run.id);
    expect((await one.api.request('run.tree', {})).undo ?? '').not.toContain(run.name);
  });

  it('breakpoints do not stop it, and a changed value stops it at its moment and nowhere before', async () => {
    const breakpoint = await one.api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['pre'] }, driverId: one.driver } });
    const from = assertExists((await one.api.request('operations.page', { traceId: one.trace, offset: 1249, limit: 8, runId: parent.id })).rows.find(({ major }) => major === 3)).index;
    const stopped = nextEvent(one.api, 'run.state', (state: RunState) => state.kind === 'stopped' && !state.stop.moment.past);
    await one.api.request('run.branch', { runId: parent.id, changes: [{ kind: 'overlay', overlay: { kind: 'skip', operation: from - 1 } }], from: 'start' });
    const first = await stopped;
    expect(first).toMatchObject({ stop: { reason: 'breakpoint', point: { operation: expect.any(Number) } } });
    expect(first.kind === 'stopped' && first.stop.point.operation).toBeGreaterThanOrEqual(from - 2);
    // Deeper in the routine, then back to the present: on the way there, its own breakpoint is no stop.
    const line = nextEvent(one.api, 'run.state', (state: RunState) => state.kind === 'stopped' && state.stop.atLine);
    await one.api.request('run.stepIn', {});
    const there = await line;
    const changed = nextEvent(one.api, 'run.state', (state: RunState) => state.kind === 'stopped' && state.stop.reason !== 'step');
    await one.api.request('run.assign', { expression: 'seen = 5000', frameId: null });
    const here = await changed;
    expect(here).toMatchObject({ stop: { reason: 'goto', atLine: true, point: there.kind === 'stopped' ? there.stop.point : {} } });
    expect((await one.api.request('debug.evaluate', { expression: 'seen', frameId: null })).value).toBe('5000');
    const next = nextEvent(one.api, 'run.state', (state: RunState) => state.kind === 'stopped' && state.stop.reason === 'breakpoint');
    await one.api.request('run.continue', {});
    expect(await next).toMatchObject({ stop: { breakpointIds: [breakpoint.id] } });
    await one.api.request('run.stop', {});
    await one.api.request('breakpoints.remove', { id: breakpoint.id });
  });

  it('a past that is not the same when it is run again ends it with the place, and nothing is stored', async () => {
    const db = openForWriting(one.file, 'existing');
    db.prepare("UPDATE event_page SET chain = 'x' || chain WHERE run = ? AND first = 0").run(parent.id);
    db.close();
    const run = await branch(one, parent.id, changesOf(one.driver).answer);
    expect(run.problem).toMatchObject({ kind: 'diverged', message: expect.stringContaining('it was not the same') });
    expect([run.events, one.reader().runs.eventCount(run.id)]).toEqual([0, 0]);
  });
});
