/** A driver of several files in recorded runs: line by line from file to file and back, lines counted, and other versions from the start or from a moment on. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { driverLine, filePlace } from '../../../src-main/base/driverLines.ts';
import type { Host } from '../../../src-main/host/index.ts';
import type { BranchChange, HostApi, RequestParams, StopInfo } from '../../../src-preload/contract/index.ts';
import { callbacksFile, guardEntry, textFile } from '../../support/engine-host/severalFiles.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

const [callbacks, text] = [1, 2];
/** What one read comes to. */
const whole = [[callbacks, 5], [0, 4], [0, 5], [callbacks, 6], [text, 4], [text, 5], [callbacks, 7], [callbacks, 8]];

let host: Host;
let api: HostApi & { close(): void };
let runId: number;
let driverId: number;
let reads: readonly { readonly number: number; readonly operation: number }[];

async function ended(start: () => Promise<unknown>): Promise<number> {
  const over = nextEvent(api, 'run.state', (state) => state.kind === 'ended');
  await start();
  const state = await over;
  if (state.kind !== 'ended') throw new Error(state.kind);
  expect(state.outcome).toBe('completed');
  return state.runId;
}

const branch = (change: BranchChange, from: RequestParams<'run.branch'>['from']): Promise<number> => ended(() => api.request('run.branch', { runId, changes: [change], from }));

async function stopOf(): Promise<StopInfo> {
  const state = await api.request('run.state', {});
  if (state.kind !== 'stopped') throw new Error(`it is ${state.kind}`);
  return state.stop;
}

async function step(direction: 'forward' | 'back'): Promise<readonly number[] | null> {
  await api.request('debug.step', { unit: 'line', direction, how: 'in' });
  const { line } = (await stopOf()).point;
  return line === null ? null : [filePlace(line).slot, filePlace(line).line];
}

async function printed(run: number): Promise<string[]> {
  const { rows } = await api.request('events.page', { runId: run, offset: 0, limit: 2000, operation: null, kinds: ['log'] });
  return rows.map(({ text: said, line }) => `${filePlace(line ?? 0).slot}:${filePlace(line ?? 0).line} ${said}`);
}

beforeAll(async () => {
  ({ host, api } = await testHost(tempFolder()));
  const session = await api.request('session.openSample', {});
  for (const { id } of await api.request('drivers.list', {})) await api.request('drivers.remove', { id });
  for (const { id } of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id });
  ({ id: driverId } = await api.request('drivers.add', { name: 'guard', source: guardEntry, files: [{ name: 'callbacks.ts', text: callbacksFile }, { name: 'util/text.ts', text: textFile }], manifest: '{}', altitude: '370100', enabled: true }));
  runId = await ended(() => api.request('run.start', { traceId: session.traces[0]?.id ?? 0, firstOperation: null, stopOnEntry: false }));
  const { rows } = await api.request('events.page', { runId, offset: 0, limit: 2000, operation: null, kinds: ['pre'] });
  reads = rows.map(({ number, operation }) => ({ number, operation: operation ?? 0 }));
}, 120_000);

afterAll(async () => {
  api.close();
  await host.dispose();
});

it('steps into the other files and back again', { timeout: 120_000 }, async () => {
  await api.request('debug.goTo', { runId, target: { kind: 'event', number: reads[1]?.number ?? 0 } });
  const lines: (readonly number[] | null)[] = [];
  for (let at = 0; at < whole.length; at++) lines.push(await step('forward'));
  expect(lines).toEqual(whole);
  lines.length = 0;
  for (let at = 1; at < whole.length; at++) lines.push(await step('back'));
  expect(lines).toEqual(whole.slice(0, -1).reverse());
});

it('runs to a line of another file, forward and back', { timeout: 120_000 }, async () => {
  await api.request('debug.goTo', { runId, target: { kind: 'event', number: reads[1]?.number ?? 0 } });
  for (const [direction, at] of [['forward', 1], ['forward', 2], ['back', 1], ['back', 0]] as const) {
    await api.request('debug.runToLine', { driverId, line: driverLine(text, 4), direction });
    const { point, operation } = await stopOf();
    expect([point.line, operation.index]).toEqual([driverLine(text, 4), reads[at]?.operation]);
  }
});

it('goes to a line of another file by its execution point', { timeout: 120_000 }, async () => {
  const go = (target: string): Promise<unknown> => api.request('debug.goTo', { runId, target: { kind: 'text', text: target } });
  await api.request('debug.goTo', { runId, target: { kind: 'event', number: reads[1]?.number ?? 0 } });
  const { point: { operation, sequence } } = await stopOf();
  await go(`${operation}:${sequence}:util/text.ts:4`);
  expect((await stopOf()).point).toMatchObject({ operation, sequence, line: driverLine(text, 4) });
  await go(`#${operation}:${sequence}:guard.ts:4`);
  expect((await stopOf()).point).toMatchObject({ operation, sequence, line: 4 });
  await expect(go(`${operation}:${sequence}:gone.ts:4`)).rejects.toThrow('guard, which runs there, has no file “gone.ts” in that run');
});

it('counts the lines of each file of a recorded run', { timeout: 120_000 }, async () => {
  const [covered] = await api.request('coverage.ofRun', { runId });
  const count = (slot: number, line: number): number | undefined => covered?.lines.find((one) => one.line === driverLine(slot, line))?.count;
  expect([count(0, 4), count(callbacks, 5), count(text, 4), count(text, 2)]).toEqual([reads.length, reads.length, reads.length, 1]);
});

it('branches with another text of one of the files, from the start and from an operation on', { timeout: 120_000 }, async () => {
  const before = await printed(runId);
  await api.request('drivers.update', { id: driverId, files: [{ slot: callbacks, name: 'callbacks.ts', text: `// more\n${callbacksFile}` }, { slot: text, name: 'util/text.ts', text: textFile.replace('"length "', '"bytes "') }] });
  expect(await api.request('drivers.check', { id: driverId, source: guardEntry })).toEqual([]);
  const change: BranchChange = { kind: 'driver', driver: driverId, version: null };
  const expected = before.map((one) => one.replace('1:7 ', '1:8 ').replace('length', 'bytes'));
  expect(await printed(await branch(change, 'start'))).toEqual(expected);
  const from = reads[2]?.operation ?? 0;
  expect(await printed(await branch(change, { operation: from }))).toEqual([...before.slice(0, 2), ...expected.slice(2)]);
});
