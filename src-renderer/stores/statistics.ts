import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { ProcessTotals, RequestResult, StatisticBy, StatisticColumn, StatisticRow, StatisticsInfo, TraceProcessInfo } from '../../src-preload/contract/index.ts';
import { beginActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';
import { PageCache } from './pageCache.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';
import { useViewFilter } from './viewFilter.ts';

const noMaxima: RequestResult<'statistics.page'>['largest'] = { operations: 0, errors: 0, duration: 0, longest: 0, read: 0, written: 0, p50: 0, p99: 0 };

/** How long counts are kept that nobody looks at: whoever comes back soon finds them as they were. */
const keptMilliseconds = 30_000;

/** Sums of the shown trace by what its operations have in common; counted while somebody looks. */
export const useStatistics = defineStore('statistics', () => {
  const selection = useSelection();
  const info = shallowRef<StatisticsInfo | null>(null);
  const by = ref<StatisticBy>('process');
  const sort = ref<StatisticColumn>('operations');
  const descending = ref(true);
  const count = ref(0);
  const version = ref(0);
  const largest = shallowRef(noMaxima);
  const processes = shallowRef<readonly TraceProcessInfo[]>([]);
  const totals = shallowRef<ReadonlyMap<number, ProcessTotals>>(new Map());
  const isRunning = computed(() => info.value?.state === 'running');
  let shown = 0;
  let releasing: ReturnType<typeof setTimeout> | undefined;
  /** What the counts are about. */
  let countedFor = '';
  let endActivity: (() => void) | null = null;

  const rows: PageCache<StatisticRow> = new PageCache<StatisticRow>({
    load: async (offset, limit) => {
      if (info.value === null) return { rows: [], count: 0 };
      const page = await host().request('statistics.page', { id: info.value.id, by: by.value, sort: sort.value, descending: descending.value, offset, limit });
      largest.value = page.largest;
      return page;
    },
    changed: () => {
      count.value = rows.count ?? 0;
      version.value++;
    },
    failed: (error) => {
      if ((error as { readonly code?: string }).code !== 'statistics-unknown') return useNotices().report(error);
      // Counts that are gone are made again.
      countedFor = '';
      startSoon();
    },
  });

  function listen(): void {
    host().listen('statistics.changed', (news) => {
      if (info.value !== null && news.id < info.value.id) return;
      info.value = news;
      rows.invalidate();
      if (news.state !== 'running') rest();
      void loadTotals();
    });
    host().listen('import.done', ({ traceId }) => {
      if (traceId === selection.traceId) restart();
    });
    watch(() => useSession().session?.path, restart);
    watch([() => selection.traceId, () => useViewFilter().text, () => selection.trace?.clockOffset], startSoon);
    watch([by, sort, descending], () => {
      // Paths and folders have none.
      if ((sort.value === 'p50' || sort.value === 'p99') && (by.value === 'path' || by.value === 'folder')) sort.value = 'longest';
      rows.clear();
      rows.want(0, 60);
    });
  }

  function restart(): void {
    forget();
    startSoon();
  }

  function forget(): void {
    info.value = null;
    countedFor = '';
    rows.clear();
    totals.value = new Map();
    processes.value = [];
  }

  function rest(): void {
    endActivity?.();
    endActivity = null;
  }

  /** A pane that shows them is in sight, or not any more. */
  function show(visible: boolean): void {
    shown += visible ? 1 : -1;
    clearTimeout(releasing);
    if (visible) startSoon();
    else if (shown === 0) releasing = setTimeout(() => void release(), keptMilliseconds);
  }

  /** Counts of many millions take much memory. They are made again when somebody looks. */
  async function release(): Promise<void> {
    const id = info.value?.id;
    if (id === undefined) return;
    forget();
    rest();
    try {
      await host().request('statistics.release', { id });
    } catch {
      // The connection is lost, or another session is open: they are gone.
    }
  }

  function startSoon(): void {
    if (shown > 0) void start();
  }

  async function start(): Promise<void> {
    const { traceId } = selection;
    const { text } = useViewFilter();
    const wanted = `${useSession().session?.path} ${traceId} ${selection.trace?.clockOffset} ${text}`;
    if (traceId === null || wanted === countedFor) return;
    countedFor = wanted;
    endActivity ??= beginActivity();
    try {
      info.value = await host().request('statistics.start', { traceId, where: text === '' ? null : text });
      processes.value = await host().request('trace.processes', { traceId });
      rows.clear();
      rows.want(0, 60);
    } catch (error) {
      rest();
      useNotices().report(error);
    }
  }

  async function loadTotals(): Promise<void> {
    const id = info.value?.id;
    if (id === undefined || shown === 0) return;
    try {
      const found = await host().request('statistics.processes', { id });
      if (info.value?.id === id) totals.value = new Map(found.map((one) => [one.process, one]));
    } catch {
      // Another count has begun: its news come.
    }
  }

  async function cancel(): Promise<void> {
    if (info.value !== null) await host().request('statistics.cancel', { id: info.value.id });
  }

  /** By another column, or the other way round. */
  function sortBy(column: StatisticColumn): void {
    if (sort.value === column) descending.value = !descending.value;
    else {
      sort.value = column;
      descending.value = column !== 'name';
    }
  }

  /** Every row, in the order that is shown. */
  async function all(): Promise<readonly StatisticRow[]> {
    const found: StatisticRow[] = [];
    while (info.value !== null) {
      const page = await host().request('statistics.page', { id: info.value.id, by: by.value, sort: sort.value, descending: descending.value, offset: found.length, limit: 1000 });
      found.push(...page.rows);
      if (page.rows.length === 0 || found.length >= page.count) break;
    }
    return found;
  }

  return {
    info, by, sort, descending, count, version, largest, processes, totals, isRunning, listen, show, cancel, sortBy, all,
    row: (index: number) => rows.row(index), want: (first: number, last: number) => rows.want(first, last),
  };
});
