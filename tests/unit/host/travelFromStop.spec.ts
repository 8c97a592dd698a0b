/** Back from where a run stands in the middle of a routine, with real engine hosts. */
import { expect, it } from 'vitest';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import type { HostApi, StopInfo } from '../../../src-preload/contract/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

async function stopOf(api: HostApi): Promise<StopInfo> {
  const state = await api.request('run.state', {});
  if (state.kind !== 'stopped') throw new Error(`it is ${state.kind}`);
  return state.stop;
}

it('goes back over the lines of a routine that has not returned, and forward to the present and no farther', { timeout: 60_000 }, async () => {
  const { host, api } = await testHost(tempFolder());
  const notices: string[] = [];
  api.listen('notice', ({ message }) => notices.push(message));
  const session = await api.request('session.openSample', {});
  for (const { id } of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id });
  await api.request('breakpoints.add', { spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] }, where: { major: 3 } }) });
  const next = async (move: () => Promise<unknown>): Promise<StopInfo> => {
    const stopped = nextEvent(api, 'run.state', ({ kind }) => kind === 'stopped');
    await move();
    await stopped;
    return stopOf(api);
  };
  await next(() => api.request('run.start', { traceId: session.traces[0]?.id ?? 0, firstOperation: null, stopOnEntry: false }));
  const lines = [await next(() => api.request('run.stepIn', {})), await next(() => api.request('run.next', {})), await next(() => api.request('run.next', {}))].map(({ point }) => point);
  const step = async (direction: 'forward' | 'back'): Promise<StopInfo> => {
    await api.request('debug.step', { unit: 'line', direction, how: 'over' });
    return stopOf(api);
  };
  const [first, second, third] = lines;
  expect(await step('back')).toMatchObject({ point: second, atLine: true, moment: { past: true } });
  expect(await step('back')).toMatchObject({ point: first, moment: { past: true } });
  expect(await step('forward')).toMatchObject({ point: second, moment: { past: true } });
  expect(await step('forward')).toMatchObject({ point: third, moment: { past: false, basis: 'live' } });
  const fourth = await next(() => api.request('run.next', {}));
  expect(fourth).toMatchObject({ moment: { past: false, basis: 'live' } });
  expect(fourth.point.line).toBeGreaterThan(third?.line ?? 0);
  expect(notices).toEqual([]);
  api.close();
  await host.dispose();
});
