import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HostApi, RunState, StopInfo } from '../../../../src-preload/contract/index.ts';
import { provideBackend } from '../../../../src-renderer/backend/backend.ts';
import { useDebugger } from '../../../../src-renderer/stores/debugger.ts';

let tell: (state: RunState) => void = () => undefined;
let asked: string[] = [];

const stopAt = (line: number): RunState => ({
  kind: 'stopped', runId: 1,
  stop: { moment: { past: false }, point: { operation: 2, sequence: 4, line }, operation: { index: 2 }, iopb: { fields: [] }, stackFrames: [] } as unknown as StopInfo,
});
const running: RunState = { kind: 'running', runId: 1, operation: 2, done: 1, total: 9, operationsPerSecond: 0 };

beforeEach(() => {
  setActivePinia(createPinia());
  vi.useFakeTimers();
  vi.stubGlobal('document', { documentElement: { dataset: {} } });
  asked = [];
  const host = {
    request: (name: string) => {
      asked.push(name);
      return Promise.resolve([]);
    },
    listen: (name: string, listener: (state: RunState) => void) => {
      if (name === 'run.state') tell = listener;
      return { dispose: () => undefined };
    },
  } as unknown as HostApi;
  provideBackend({ host, shell: { kind: 'web' }, state: 'open', onState: () => undefined });
  useDebugger().listen();
  tell(stopAt(5));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('shows one stop and then the next when a step is soon done', () => {
  const debug = useDebugger();
  tell(running);
  expect(debug.state.kind).toBe('stopped');
  vi.advanceTimersByTime(20);
  tell(stopAt(6));
  expect(debug.stop?.point.line).toBe(6);
  expect(debug.stopCount).toBe(2);
  // Nothing of the step before comes after it.
  vi.advanceTimersByTime(1000);
  expect(debug.stop?.point.line).toBe(6);
});

it('shows a run that goes on for longer as running, with what was last told of it', () => {
  const debug = useDebugger();
  tell(running);
  tell({ ...running, done: 3 });
  vi.advanceTimersByTime(1000);
  expect(debug.state).toMatchObject({ kind: 'running', done: 3 });
  expect(debug.stop).toBeNull();
});

it('takes no further step from a stop that the run has left, but a pause', async () => {
  const debug = useDebugger();
  tell(running);
  await debug.step('run.next');
  expect(asked).not.toContain('run.next');
  expect(debug.isRunning()).toBe(true);
  await debug.step('run.pause');
  expect(asked).toContain('run.pause');
});

it('shows the end of the run at once', () => {
  tell(running);
  tell({ kind: 'ended', runId: 1, outcome: 'completed' });
  expect(useDebugger().state.kind).toBe('ended');
});
