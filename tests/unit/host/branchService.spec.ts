/** Branches in the host: what they are made of, the tree, and undoing. The engine host is a double; what edits do is tested with the engine. */
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BranchChange, HostApi, RunInfo, RunTree } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { assertExists } from '../../../src-main/base/assert.ts';
import { FakeEngineHost, stopAt } from '../../support/fakeEngineHost.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = tempFolder();
let next = 1;
let host: Host;
let api: HostApi;
let fakes: FakeEngineHost[] = [];
let data = '';

async function open(): Promise<void> {
  fakes = [];
  ({ host, api } = await testHost(data, {
    createEngineHost: (options) => {
      const fake = new FakeEngineHost(options);
      fakes.push(fake);
      return fake;
    },
  }));
}

beforeEach(async () => {
  data = path.join(folder, `data-${next++}`);
  await open();
});
afterEach(() => host.dispose());

const fake = (): FakeEngineHost => assertExists(fakes.at(-1));

async function finished(run: Promise<RunInfo>): Promise<RunInfo> {
  const info = await run;
  const end = nextEvent(api, 'run.state', (state) => state.kind === 'ended');
  fake().end({});
  await end;
  return info;
}

const baseline = (): Promise<RunInfo> => finished(api.request('run.start', { traceId: 1, firstOperation: null, stopOnEntry: false, seed: 3 }));
const branch = (runId: number, changes: readonly BranchChange[], from: 'start' | { operation: number } = 'start', name?: string): Promise<RunInfo> =>
  finished(api.request('run.branch', { runId, changes, from, ...(name !== undefined && { name }) }));
const names = ({ runs }: RunTree): string[] => runs.map((run) => run.name);
const tree = (): Promise<RunTree> => api.request('run.tree', {});

describe('a branch', () => {
  it('is run like its parent but for its changes, and says what distinguishes it', async () => {
    const root = await baseline();
    const run = await branch(root.id, [{ kind: 'overlay', overlay: { kind: 'skip', operation: 4 } }, { kind: 'seed', seed: 7 }]);
    expect(run).toMatchObject({ name: 'What-if 1', parentId: root.id, seed: 7, differs: ['#4 is skipped', 'seed 7'], differsFrom: null, edits: [{ text: '#4 is skipped', applied: null }] });
    expect(fake().request?.plan?.overlays).toEqual([{ kind: 'skip', operation: 4 }]);
    expect(fake().request).toMatchObject({ seed: 7, firstOperation: root.firstOperation });
    // A branch of the branch has its edits too, and tells only its own.
    const second = await branch(run.id, [{ kind: 'overlay', overlay: { kind: 'ioStatus', operation: 6, status: 0xc0000022, information: 0 } }], 'start', 'denied');
    expect(second).toMatchObject({ name: 'denied', parentId: run.id, seed: 7, differs: ['#6 is answered with STATUS_ACCESS_DENIED'], differsFrom: 6 });
    expect(fake().request?.plan?.overlays).toHaveLength(2);
  });

  it('uses the versions of its parent, whatever the drivers are by now', async () => {
    const driver = (await api.request('drivers.list', {})).find(({ name }) => name === 'statusWatch');
    const { id, source } = assertExists(driver);
    const root = await baseline();
    await api.request('drivers.update', { id, source: `${source}\n// second` });
    await branch(root.id, [{ kind: 'seed', seed: 8 }]);
    expect(fake().request?.drivers.map((one) => one.source)).toEqual([source]);
    const edited = await branch(root.id, [{ kind: 'driver', driver: id, version: null }]);
    expect(edited.differs).toEqual(['statusWatch version 2']);
    expect(fake().request?.drivers[0]?.source).toBe(`${source}\n// second`);
    const later = await branch(root.id, [{ kind: 'driver', driver: id, version: null }], { operation: 9 });
    expect(later).toMatchObject({ differs: ['statusWatch version 2 from #9 on'], differsFrom: 9, drivers: [{ id, version: 2 }] });
    expect(fake().request?.drivers[0]?.source).toBe(source);
    expect(fake().request?.plan?.switches).toEqual([{ from: 9, driver: id, version: 2 }]);
    expect(await api.request('drivers.versions', { id })).toMatchObject([{ version: 2, runs: [edited.id, later.id] }, { version: 1, runs: [root.id, 2, later.id] }]);
    expect((await api.request('drivers.version', { id, version: 1 })).source).toBe(source);
    expect(await api.request('drivers.restoreVersion', { id, version: 1 })).toMatchObject({ version: 3, source });
  });

  it('hands over what an inserted operation is a copy of', async () => {
    const root = await baseline();
    await branch(root.id, [{ kind: 'overlay', overlay: { kind: 'insert', after: 5, like: 2, values: {} } }]);
    expect([...assertExists(fake().request?.likes).index]).toEqual([2]);
  });

  it('refuses what makes no sense, with one sentence, and starts nothing', async () => {
    const { id } = await baseline();
    const root = assertExists((await tree()).runs.find((run) => run.id === id));
    const { rows: [close] } = await api.request('operations.select', { traceId: 1, where: 'operation = CloseFile', after: 0, offset: 0, limit: 1 });
    const refused = (overlay: Extract<BranchChange, { kind: 'overlay' }>['overlay']): Promise<unknown> => branch(root.id, [{ kind: 'overlay', overlay }]).then(() => 'begun', (error: unknown) => (error as Error).message);
    expect(await refused({ kind: 'skip', operation: 999_999 })).toBe('The trace has no operation #999999.');
    expect(await refused({ kind: 'duplicate', operation: assertExists(close).index })).toBe(`#${assertExists(close).index} (IRP_MJ_CLEANUP) cannot be issued once more: a handle ends once. Insert a copy of the open to have another handle.`);
    expect(await refused({ kind: 'off', driver: 99 })).toBe('This driver is not in the run: choose one of its stack.');
    expect(await refused({ kind: 'altitude', driver: assertExists(root.layers[1]?.driverId), altitude: 'high' })).toContain('is no altitude');
    expect(await refused({ kind: 'arguments', operation: 1, values: { Wings: 2 } })).toContain('Wings is no argument of #1');
    await expect(branch(77, [])).rejects.toMatchObject({ code: 'run-unknown' });
    expect(fakes).toHaveLength(1);
    expect((await tree()).runs).toHaveLength(1);
  });

  it('offers the arguments of an operation', async () => {
    const { rows: [read] } = await api.request('operations.select', { traceId: 1, where: 'operation = ReadFile', after: 0, offset: 0, limit: 1 });
    const { index, length } = assertExists(read);
    const list = await api.request('run.arguments', { traceId: 1, operation: index });
    expect(list.find(({ name }) => name === 'length')).toEqual({ name: 'length', kind: 'number', recorded: String(length) });
  });
});

describe('a value that is changed at a stop', () => {
  it('makes a branch that changes it at the same moment, and stops there', async () => {
    const root = await api.request('run.start', { traceId: 1, firstOperation: null, stopOnEntry: false });
    await expect(api.request('run.assign', { expression: 'x = 1', frameId: null })).rejects.toMatchObject({ code: 'not-stopped' });
    const stop = stopAt(6, 4);
    fake().listener.stopped({ ...stop, atLine: true, point: { ...stop.point, line: 31 }, stackFrames: [{ id: 1, name: 'PreRead', driver: 'statusWatch', line: 31, column: 3 }, { id: 2, name: 'Filter Manager', driver: null, line: null, column: null }] });
    const assign = (expression: string, frameId: number | null = null): Promise<unknown> => api.request('run.assign', { expression, frameId }).then((run) => run, (error: unknown) => (error as Error).message);
    expect(await assign('times =')).toContain('“times =” is no expression');
    expect(await assign('a = 1; b = 2')).toContain('more than one expression');
    expect(await assign('times = 1', 2)).toContain('in the innermost routine');
    expect(await assign('times = 1')).toMatchObject({ parentId: root.id, differs: ['at 6:4:31: times = 1'], differsFrom: 6 });
    expect(fake().request).toMatchObject({ stopAtEdit: 0, plan: { overlays: [{ kind: 'assign', point: { issued: 6, sequence: 4, line: 31, visit: 1 }, driver: 'statusWatch', expression: 'times = 1' }] } });
    // A branch of the branch evaluates it too; in a file whose expressions somebody has changed nothing does.
    const branched = assertExists((await tree()).runs.at(-1));
    expect((await branch(branched.id, [{ kind: 'seed', seed: 4 }])).differs).toEqual(['seed 4']);
    const { path: file } = await api.request('session.current', {});
    await host.dispose();
    const database = new Sqlite(file);
    database.prepare("UPDATE run SET plan = replace(plan, 'times = 1', 'times = 2')").run();
    database.close();
    await open();
    await expect(branch(branched.id, [{ kind: 'seed', seed: 4 }])).rejects.toMatchObject({ code: 'session-untrusted' });
  });
});

describe('a field that is given another value at a stop', () => {
  const set = (field: string, text: string): Promise<unknown> => api.request('run.setField', { field, text, frameId: 1 }).then((run) => run, (error: unknown) => (error as Error).message);

  async function stopInPre(): Promise<void> {
    await api.request('run.start', { traceId: 1, firstOperation: null, stopOnEntry: false });
    const here = { layer: 1, name: 'statusWatch', altitude: '328010', step: 'pre' as const, result: '', here: true, point: { operation: 6, sequence: 3, line: null } };
    fake().listener.stopped({ ...stopAt(6, 4), callback: 'pre', driver: 'statusWatch', layers: [here], stackFrames: [{ id: 1, name: 'PreRead', driver: 'statusWatch', line: 31, column: 3 }] });
  }

  it('makes a branch with the expression for it; what cannot be read is said', async () => {
    await stopInPre();
    expect(await set('IrpFlags', 'NOCACHE')).toContain('Near it: IRP_NOCACHE');
    expect(await set('return', 'FLT_PREOP_COMPLETE')).toContain('write a status behind it');
    expect((await api.request('run.fieldNames', { field: 'return.pre' })).map(({ name }) => name)).toContain('FLT_PREOP_COMPLETE');
    expect((await tree()).runs).toHaveLength(1);
    expect(await set('IrpFlags', 'IRP_NOCACHE | 0x40')).toMatchObject({ differs: ['at 6:4: Data.Iopb.IrpFlags = IRP_NOCACHE | 0x40'] });
  });

  it('or with what the callback returns, from where it begins', async () => {
    await stopInPre();
    expect(await set('return', 'COMPLETE STATUS_DISK_FULL')).toMatchObject({ differs: [expect.stringContaining('returns FLT_PREOP_COMPLETE with STATUS_DISK_FULL')], differsFrom: 6 });
  });
});

describe('the tree of runs', () => {
  it('renames, deletes with branches, and undoes and redoes each, also after opening the session again', async () => {
    const root = await baseline();
    const first = await branch(root.id, [{ kind: 'seed', seed: 5 }]);
    await branch(first.id, [{ kind: 'seed', seed: 6 }]);
    expect(await api.request('run.rename', { runId: first.id, name: ' five ' })).toMatchObject({ name: 'five' });
    const told = nextEvent(api, 'run.tree');
    expect(names(await api.request('run.remove', { runId: first.id }))).toEqual(['Run 1']);
    expect(await told).toMatchObject({ undo: 'deleting five', redo: null });

    await host.dispose();
    await open();
    expect(names(await api.request('run.undo', {}))).toEqual(['Run 1', 'five', 'What-if 2']);
    expect(names(await api.request('run.undo', {}))).toEqual(['Run 1', 'What-if 1', 'What-if 2']);
    const back = await api.request('run.undo', {});
    expect([names(back), back.undo, back.redo]).toEqual([['Run 1', 'What-if 1'], 'making What-if 1', 'making What-if 2']);
    await api.request('run.redo', {});
    expect(names(await api.request('run.redo', {}))).toEqual(['Run 1', 'five', 'What-if 2']);
    expect(names(await api.request('run.redo', {}))).toEqual(['Run 1']);
    await expect(api.request('run.redo', {})).rejects.toMatchObject({ code: 'nothing-to-undo' });
    // Something new takes the place of what was undone.
    await api.request('run.undo', {});
    await api.request('run.rename', { runId: root.id, name: 'baseline' });
    expect(await tree()).toMatchObject({ undo: 'renaming Run 1 to baseline', redo: null });
  });

  it('a run that is going on ends when it is deleted, and is not heard of again', async () => {
    const root = await baseline();
    const run = await api.request('run.branch', { runId: root.id, changes: [{ kind: 'seed', seed: 5 }], from: 'start' });
    const heard: number[] = [];
    await api.request('run.remove', { runId: run.id });
    api.listen('run.changed', ({ id }) => heard.push(id));
    expect(fake().calls).toContain('stop');
    expect(names(await tree())).toEqual(['Run 1']);
    expect(heard).toEqual([]);
    // Numbers are not used twice.
    expect((await branch(root.id, [{ kind: 'seed', seed: 9 }])).name).toBe('What-if 2');
  });
});
