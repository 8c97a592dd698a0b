import { describe, expect, it } from 'vitest';
import { mainThreadTasks, type TraceEvent } from '../../bench/uiTasks.ts';

const name = (pid: number, tid: number, thread: string): TraceEvent => ({ name: 'thread_name', ph: 'M', pid, tid, ts: 0, args: { name: thread } });
/** Milliseconds; the trace counts microseconds. */
const event = (what: string, start: number, wall: number, cpu: number, data?: NonNullable<TraceEvent['args']>['data'], pid = 1, tid = 1): TraceEvent => ({ name: what, ph: 'X', pid, tid, ts: start * 1000, dur: wall * 1000, tdur: cpu * 1000, ...(data !== undefined && { args: { data } }) });

describe('what kept the main thread of a page busy', () => {
  it('is told by the time the thread ran, the longest first, with what each task did itself', () => {
    const tasks = mainThreadTasks([
      name(1, 1, 'CrRendererMain'),
      event('RunTask', 0, 90, 12), event('RunTask', 100, 60, 60),
      event('FunctionCall', 101, 40, 40, { functionName: 'onScroll' }), event('Layout', 110, 25, 25), event('EventDispatch', 145, 10, 10, { type: 'scroll' }),
    ]);
    expect(tasks.map(({ cpu, wall }) => [cpu, wall])).toEqual([[60, 60], [12, 90]]);
    expect(tasks[0]?.parts).toEqual([{ what: 'Layout', cpu: 25 }, { what: 'FunctionCall onScroll', cpu: 15 }, { what: 'EventDispatch scroll', cpu: 10 }]);
  });

  it('leaves out other threads, and renderers that wait in reserve', () => {
    const tasks = mainThreadTasks([
      name(1, 1, 'CrRendererMain'), name(2, 1, 'CrRendererMain'), name(2, 9, 'Compositor'),
      event('RunTask', 0, 5, 5), event('RunTask', 0, 30, 30, undefined, 2), event('RunTask', 40, 8, 8, undefined, 2), event('RunTask', 0, 500, 500, undefined, 2, 9),
    ]);
    expect(tasks.map(({ cpu }) => cpu)).toEqual([30, 8]);
  });
});
