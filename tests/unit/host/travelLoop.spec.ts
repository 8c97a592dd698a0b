/** Back and forward within a loop from where a run stands in it, with real engine hosts. */
import { afterEach, expect, it } from 'vitest';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import type { Host } from '../../../src-main/host/index.ts';
import type { HostApi, StopInfo } from '../../../src-preload/contract/index.ts';
import { readDriver } from '../../support/engine-host/readDriver.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

const source = readDriver(`function PreRead(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  let total = 0;
  let last = 0;
  for (let i = 0; i < 10; i++) {
    total += i;
    last = total * 2;
  }
  return last > 0 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_COMPLETE;
}
`);
const inLoop = source.split('\n').findIndex((line) => line.includes('total += i')) + 1;

let host: Host;
let api: HostApi & { close(): void };

afterEach(async () => {
  api.close();
  await host.dispose();
});

async function stopOf(): Promise<StopInfo> {
  const state = await api.request('run.state', {});
  if (state.kind !== 'stopped') throw new Error(`it is ${state.kind}`);
  return state.stop;
}

async function stopAfter(move: () => Promise<unknown>): Promise<StopInfo> {
  const stopped = nextEvent(api, 'run.state', ({ kind }) => kind === 'stopped');
  await move();
  await stopped;
  return stopOf();
}

const value = async (name: string): Promise<string> => (await api.request('debug.evaluate', { expression: name, frameId: null })).value;

/** Line by line to the loop's line again. */
async function toLoopLine(direction: 'forward' | 'back'): Promise<StopInfo> {
  for (let left = 5; left > 0; left--) {
    await api.request('debug.step', { unit: 'line', direction, how: 'over' });
    const stop = await stopOf();
    if (stop.point.line === inLoop) return stop;
  }
  throw new Error('the line was not come to');
}

async function rebuilt(): Promise<StopInfo> {
  const stop = await stopOf();
  if (stop.moment.rebuilding) await nextEvent(api, 'run.state', (state) => state.kind === 'stopped' && !state.stop.moment.rebuilding);
  return stopOf();
}

it.each(['a hit count', 'steps'])('back from the sixth time in a loop is the fifth, and forward the sixth, where %s led there', { timeout: 120_000 }, async (how) => {
  ({ host, api } = await testHost(tempFolder()));
  const session = await api.request('session.openSample', {});
  for (const { id } of await api.request('drivers.list', {})) await api.request('drivers.remove', { id });
  for (const { id } of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id });
  const driver = await api.request('drivers.add', { name: 'looper', source, manifest: '{}', altitude: '370100', enabled: true });
  const byCount = how === 'a hit count';
  await api.request('breakpoints.add', { spec: byCount ? breakpointSpec({ at: { kind: 'line', line: inLoop }, driverId: driver.id, hitCondition: '=6' }) : breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] }, driverId: driver.id }) });
  let present = await stopAfter(() => api.request('run.start', { traceId: session.traces[0]?.id ?? 0, firstOperation: null, stopOnEntry: false }));
  if (!byCount) for (let times = 0; times < 6;) {
    present = await stopAfter(() => api.request('run.next', {}));
    if (present.point.line === inLoop) times++;
  }
  expect(present).toMatchObject({ atLine: true, point: { line: inLoop }, moment: { past: false } });
  // 0 + 1 + 2 + 3 + 4 before the sixth, 0 + 1 + 2 + 3 before the fifth.
  expect([await value('i'), await value('total')]).toEqual(['5', '10']);
  const fifth = await toLoopLine('back');
  expect(fifth).toMatchObject({ point: { line: inLoop, visit: 5 }, moment: { past: true } });
  expect(await rebuilt()).toMatchObject({ moment: { basis: 'rebuilt' } });
  expect([await value('i'), await value('total')]).toEqual(['4', '6']);
  const fourth = await toLoopLine('back');
  expect(fourth.point.visit).toBe(4);
  expect((await toLoopLine('forward')).point.visit).toBe(5);
  expect(await toLoopLine('forward')).toMatchObject({ point: { line: inLoop }, moment: { past: false, basis: 'live' } });
  expect([await value('i'), await value('total')]).toEqual(['5', '10']);
});
