/** Branches that begin where they differ, with real engine hosts: each beside the same branch run as a whole. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import type { Host } from '../../../src-main/host/index.ts';
import type { EventPage } from '../../../src-main/replay/eventPage.ts';
import { SessionReader } from '../../../src-main/session/index.ts';
import type { BranchChange, HostApi, RunInfo } from '../../../src-preload/contract/index.ts';
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

async function side(name: string, sharesPast: boolean, seed = 1): Promise<Side> {
  const file = path.join(folder, `${name}.fltreplay`);
  const trace = writeBranchSession(file, operations, seed);
  const { host, api } = await testHost(path.join(folder, name), { sharesPast });
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
    violations: [hashOf(JSON.stringify(runs.violations(id, 0, 1e6))), runs.violations(id, 7, 5), runs.violationCount(id), runs.violationCount(id, 'without-hints'), runs.violationsOf(id, 40)],
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

describe('a branch that begins where it differs', () => {
  let shared: Side;
  let whole: Side;
  let parents: readonly [RunInfo, RunInfo];

  beforeAll(async () => {
    [shared, whole] = [await side('shared', true), await side('whole', false)];
    parents = [await root(shared), await root(whole)];
  });

  afterAll(async () => {
    for (const one of [shared, whole]) {
      one.reader().close();
      one.api.close();
      await one.host.dispose();
    }
  });

  const operation = fc.integer({ min: 1, max: operations - 10 });
  const writes = operation.map((at) => at - (at % 7) + 4);
  const change = fc.oneof(
    fc.record({ kind: fc.constant('overlay' as const), overlay: fc.oneof(
      fc.record({ kind: fc.constant('skip' as const), operation: writes }),
      fc.record({ kind: fc.constant('duplicate' as const), operation: writes }),
      fc.record({ kind: fc.constant('ioStatus' as const), operation: writes, status: fc.constant(0xc0000022), information: fc.constant(0) }),
      fc.record({ kind: fc.constant('arguments' as const), operation: writes, values: fc.record({ length: fc.integer({ min: 1, max: 99 }) }) }),
      fc.record({ kind: fc.constant('insert' as const), after: writes, like: writes, values: fc.constant({}) }),
    ) }),
    fc.constant({ kind: 'driver' as const }),
  );

  it('is the same as when it is run as a whole, and so is a branch of it', async () => {
    await fc.assert(fc.asyncProperty(change, change, operation, operation, async (first, second, one, other) => {
      const asked = (of: Side, what: typeof first): BranchChange => (what.kind === 'driver' ? { kind: 'driver', driver: of.driver, version: 2 } : what);
      const ids: number[] = [];
      for (const [at, of] of [shared, whole].entries()) {
        const child = await branch(of, assertExists(parents[at]).id, [asked(of, first)], { operation: one });
        const grandchild = await branch(of, child.id, [asked(of, second)], { operation: other });
        ids.push(child.id, grandchild.id);
      }
      const [child = 0, grandchild = 0, wholeChild = 0, wholeGrandchild = 0] = ids;
      for (const [mine, theirs] of [[child, wholeChild], [grandchild, wholeGrandchild]] as const) {
        const [a, b] = [await run(shared, mine), await run(whole, theirs)];
        expect({ ...toldOf(a), parentId: 0, name: '' }).toEqual({ ...toldOf(b), parentId: 0, name: '' });
        expect(contentsOf(shared, mine)).toEqual(contentsOf(whole, theirs));
        expect(a.eventHash).not.toBeNull();
        expect(storedPages(shared, mine)).toBeLessThanOrEqual(storedPages(whole, theirs));
      }
    }), { numRuns: 3, seed: 11, endOnFailure: true });
  });

  const run = async (of: Side, id: number): Promise<RunInfo> => assertExists((await of.api.request('run.list', {})).find((one) => one.id === id));
});
