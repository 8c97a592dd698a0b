import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { DensityBy, DensityInfo, ViolationMark } from '../../src-preload/contract/index.ts';
import { beginActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { formatDate, formatTimeOfDay } from '../formatting/time.ts';
import { useDebugger } from './debugger.ts';
import { useNotices } from './notices.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';
import { useViewFilter } from './viewFilter.ts';

export interface TimeRange {
  readonly from: bigint;
  /** Behind the last tick. */
  readonly to: bigint;
}

const restMilliseconds = 60;

/** Operations of the shown trace over time, for the part that is looked at, and what is marked there. */
export const useTimeline = defineStore('timeline', () => {
  const selection = useSelection();
  const by = ref<DensityBy>('class');
  const isTable = ref(false);
  /** What is looked at; null: the whole trace. */
  const view = shallowRef<TimeRange | null>(null);
  const chosen = shallowRef<TimeRange | null>(null);
  const buckets = ref(0);
  const info = shallowRef<DensityInfo | null>(null);
  const violations = shallowRef<readonly ViolationMark[]>([]);
  const violationCount = ref(0);
  /** Operations that runs of this window have stopped at, by run, in their order. */
  const stops = shallowRef<readonly { readonly run: number; readonly operation: number; readonly time: bigint }[]>([]);
  /** Time of the selected operation. */
  const selectedTime = ref<bigint | null>(null);
  let shown = 0;
  let job: number | null = null;
  let endActivity: (() => void) | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const bounds = computed<TimeRange | null>(() => {
    const { firstTime = null, lastTime = null } = selection.trace?.report ?? {};
    return firstTime === null || lastTime === null ? null : { from: firstTime, to: lastTime + 1n };
  });
  const range = computed<TimeRange | null>(() => view.value ?? bounds.value);
  const isRunning = computed(() => info.value?.state === 'running');

  function listen(): void {
    host().listen('timeline.changed', (news) => {
      if (job !== null && news.id !== job) return;
      job ??= news.id;
      if (news.traceId === selection.traceId) info.value = news;
      if (news.state !== 'running') rest();
    });
    watch([() => useSession().session?.path, () => selection.traceId], () => {
      info.value = null;
      view.value = null;
      chosen.value = null;
      violations.value = [];
      stops.value = [];
      if (shown > 0) void loadViolations();
    });
    watch([() => useSession().session?.path, () => selection.traceId, bounds, view, by, buckets, () => useViewFilter().text], countSoon);
    watch([() => selection.runId, () => selection.run?.violations, () => selection.run?.state], () => {
      if (shown > 0) void loadViolations();
    });
    watch([() => selection.traceId, () => selection.operation], () => {
      if (shown > 0) void loadSelected();
    });
    watch(() => useDebugger().stop, (stop) => {
      const run = useDebugger().currentRunId;
      if (stop === null || run === null || stop.reason !== 'breakpoint' || stops.value.some((other) => other.run === run && other.operation === stop.operation.index)) return;
      void timeOf(stop.operation.index).then((time) => {
        if (time !== null) stops.value = [...stops.value, { run, operation: stop.operation.index, time }];
        // Asked while another session was being opened, it has no such operation: there is no mark then.
      }, () => undefined);
    });
  }

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      useNotices().report(error);
    }
  }

  function rest(): void {
    endActivity?.();
    endActivity = null;
  }

  /** The pane is in sight, or not any more. */
  function show(visible: boolean): void {
    shown += visible ? 1 : -1;
    if (!visible) return;
    countSoon();
    void loadViolations();
    void loadSelected();
  }

  function countSoon(): void {
    if (shown === 0) return;
    endActivity ??= beginActivity();
    clearTimeout(timer);
    timer = setTimeout(() => void count(), restMilliseconds);
  }

  async function count(): Promise<void> {
    const { traceId } = selection;
    if (traceId === null || bounds.value === null || buckets.value === 0) return rest();
    try {
      job = null;
      const { text } = useViewFilter();
      job = (await host().request('timeline.start', { traceId, where: text === '' ? null : text, from: view.value?.from ?? null, to: view.value?.to ?? null, buckets: buckets.value, by: by.value })).id;
    } catch (error) {
      rest();
      useNotices().report(error);
    }
  }

  const cancel = (): Promise<void> => attempt(async () => {
    if (job !== null) await host().request('timeline.cancel', { id: job });
  });

  const loadViolations = (): Promise<void> => attempt(async () => {
    const { runId } = selection;
    const found = runId === null ? { marks: [], count: 0 } : await host().request('timeline.violations', { runId });
    if (runId !== selection.runId) return;
    violations.value = found.marks;
    violationCount.value = found.count;
  });

  async function timeOf(operation: number): Promise<bigint | null> {
    const { traceId } = selection;
    // A worker's stop need not belong to an operation: it has number 0.
    return traceId === null || operation < 1 ? null : (await host().request('operations.get', { traceId, index: operation, runId: null })).time;
  }

  const loadSelected = (): Promise<void> => attempt(async () => {
    const { operation } = selection;
    const time = operation === null ? null : await timeOf(operation);
    if (operation === selection.operation) selectedTime.value = time;
  });

  function look(next: TimeRange | null): void {
    const whole = bounds.value;
    view.value = next !== null && whole !== null && next.from <= whole.from && next.to >= whole.to ? null : next;
  }

  /** Selects the first operation issued at a time or after it. */
  const goTo = (time: bigint): Promise<void> => attempt(async () => {
    const { traceId } = selection;
    if (traceId === null) return;
    const { index } = await host().request('operations.atTime', { traceId, time });
    if (index !== null) selection.goTo(index);
  });

  /** Only operations of the chosen part of the time. */
  function filterChosen(): void {
    if (chosen.value === null) return;
    void useViewFilter().narrow(`time >= ${timeLiteral(chosen.value.from)} and time < ${timeLiteral(chosen.value.to)}`);
  }

  return { by, isTable, view, chosen, buckets, info, violations, violationCount, stops, selectedTime, bounds, range, isRunning, listen, show, cancel, look, goTo, filterChosen };
});

const timeLiteral = (time: bigint): string => `${formatDate(time)}T${formatTimeOfDay(time)}Z`;
