/** Line by line through recorded routines, with real engine hosts that are counted. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EngineHostProcess } from '../../../src-main/engine-host/process.ts';
import type { Host } from '../../../src-main/host/index.ts';
import type { HostApi, StopInfo } from '../../../src-preload/contract/index.ts';
import { readDriver } from '../../support/engine-host/readDriver.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

const source = readDriver(`function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  let total = 0;
  for (let i = 0; i < 4; i++) {
    total += twice(i);
  }
  return total > 0 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_COMPLETE;
}

function twice(value: number): number {
  return value * 2;
}
`);
const lineOf = (text: string): number => source.split('\n').findIndex((line) => line.includes(text)) + 1;
const [first, loop, adds, returns, twice] = ['let total', 'for (let i', 'total += ', 'return total', 'return value * 2'].map(lineOf);
/** What V8 steps through: the loop's condition is looked at once more than its body. */
const wholeRoutine = [first, ...[0, 1, 2, 3].flatMap(() => [loop, adds, twice]), loop, returns];

let host: Host;
let api: HostApi & { close(): void };
let runId: number;
let reads: readonly number[];
const asked: string[] = [];

/** Says what it is asked. */
class WatchedHost extends EngineHostProcess {
  override start(...args: Parameters<EngineHostProcess['start']>): Promise<void> {
    asked.push('start');
    return super.start(...args);
  }

  override tape(driver: string): ReturnType<EngineHostProcess['tape']> {
    asked.push('tape');
    return super.tape(driver);
  }

  override async endNotes(): ReturnType<EngineHostProcess['endNotes']> {
    const noted = await super.endNotes();
    asked.push('noted');
    return noted;
  }
}

const times = (what: string): number => asked.filter((one) => one === what).length;

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => void setTimeout(resolve, 20));
}

async function stopOf(): Promise<StopInfo> {
  const state = await api.request('run.state', {});
  if (state.kind !== 'stopped') throw new Error(`it is ${state.kind}`);
  return state.stop;
}

async function rebuilt(): Promise<StopInfo> {
  if ((await stopOf()).moment.rebuilding) await nextEvent(api, 'run.state', (state) => state.kind === 'stopped' && !state.stop.moment.rebuilding);
  return stopOf();
}

async function stepLine(direction: 'forward' | 'back'): Promise<StopInfo> {
  await api.request('debug.step', { unit: 'line', direction, how: 'in' });
  return stopOf();
}

const goToRead = (at: number): Promise<unknown> => api.request('debug.goTo', { runId, target: { kind: 'event', number: reads[at] ?? 0 } });
const value = async (expression: string): Promise<string> => (await api.request('debug.evaluate', { expression, frameId: null })).value;

beforeEach(async () => {
  asked.length = 0;
  ({ host, api } = await testHost(tempFolder(), { createFollower: (options) => new WatchedHost(options) }));
  const session = await api.request('session.openSample', {});
  for (const { id } of await api.request('drivers.list', {})) await api.request('drivers.remove', { id });
  for (const { id } of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id });
  await api.request('drivers.add', { name: 'reader', source, manifest: '{}', altitude: '370100', enabled: true });
  const ended = nextEvent(api, 'run.state', (state) => state.kind === 'ended');
  runId = (await api.request('run.start', { traceId: session.traces[0]?.id ?? 0, firstOperation: null, stopOnEntry: false })).id;
  await ended;
  const { rows } = await api.request('events.page', { runId, offset: 0, limit: 2000, operation: null, kinds: ['pre'] });
  reads = rows.map(({ number }) => number);
}, 120_000);

afterEach(async () => {
  api.close();
  await host.dispose();
});

it('forward, one engine host goes from line to line with its variables', { timeout: 120_000 }, async () => {
  await goToRead(0);
  await rebuilt();
  await until(() => times('noted') > 0);
  const before = times('start');
  const lines: (number | null)[] = [];
  const totals: string[] = [];
  for (let at = 0; at < wholeRoutine.length; at++) {
    await stepLine('forward');
    const { point, moment, stackFrames } = await rebuilt();
    expect([moment.basis, stackFrames.find(({ driver }) => driver !== null)?.line]).toEqual(['rebuilt', point.line]);
    lines.push(point.line);
    if (point.line === loop) totals.push(await value('total'));
  }
  expect(lines).toEqual(wholeRoutine);
  // 2 × (0 + 1 + 2 + 3), one after the other.
  expect(totals).toEqual(['0', '0', '2', '6', '12']);
  // Two more wait before the place, for who goes back.
  expect(times('start') - before).toBeLessThanOrEqual(2);
});

it('into the next routines and back, running none but the first one for its lines', { timeout: 120_000 }, async () => {
  await goToRead(1);
  await rebuilt();
  const entered: number[] = [];
  const lines: (number | null)[] = [];
  while (entered.length < 3) {
    const { point } = await stepLine('forward');
    if (point.line === null) entered.push(point.operation);
    else lines.push(point.line);
  }
  expect(lines).toEqual([...wholeRoutine, ...wholeRoutine, ...wholeRoutine]);
  expect(new Set(entered).size).toBe(3);
  for (let left = 0; left < 2; left++) await stepLine('back');
  expect(times('tape')).toBe(1);
});
