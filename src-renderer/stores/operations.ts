import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { OperationDetail, OperationRow, RecordedFrame } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';
import { useFilter } from './filter.ts';
import { useNotices } from './notices.ts';
import { PageCache } from './pageCache.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';

const refreshMilliseconds = 250;

/** The operations of the shown trace that the filter lets through, page by page, with the shown run's results beside them. */
export const useOperations = defineStore('operations', () => {
  const selection = useSelection();
  /** Rows of the list; while they are still being counted, those found so far. */
  const count = ref(0);
  const isExact = ref(true);
  /** Operations of the trace that have been looked through, while they are being counted. */
  const scanned = ref(0);
  /** Operations of the trace, whatever the filter lets through. */
  const total = computed((): number => (useFilter().isActive ? (selection.trace?.report.operations ?? count.value) : count.value));
  /** Row of the selected operation, from 0; -1 where it is not shown. */
  const selectedPosition = ref(-1);
  /** Counts up when the first rows of another list have come. */
  const renewed = ref(0);
  /** False until the first page of the trace has come. */
  const isLoaded = ref(false);
  /** Counts up whenever rows have come or gone: what shows rows reads it. */
  const version = ref(0);

  /** Another filter was set, and none of its rows have come yet: those that are shown are of the list before. */
  const isRenewing = ref(false);

  const cache = new PageCache<OperationRow>({
    load: async (offset, limit) => {
      const { traceId, runId } = selection;
      if (traceId === null) return { rows: [], count: 0 };
      const page = await host().request('operations.page', { traceId, offset, limit, runId, where: where() });
      isExact.value = page.exact;
      return page;
    },
    changed: () => {
      if (cache.count !== null) {
        count.value = cache.count;
        isLoaded.value = true;
      }
      version.value++;
      if (isRenewing.value && !cache.isReplaced) {
        isRenewing.value = false;
        renewed.value++;
      }
    },
    failed: (error) => useNotices().report(error),
  });

  const where = (): string | null => (useFilter().isActive ? useFilter().text : null);

  /** Row by position in the list, from 0. */
  function row(position: number): OperationRow | undefined {
    return cache.row(position);
  }

  /** A loaded row by the number of its operation. */
  function rowOf(index: number): OperationRow | undefined {
    const direct = useFilter().isActive ? undefined : cache.row(index - 1);
    return direct?.index === index ? direct : cache.search((candidate) => candidate.index - index)?.row;
  }

  /** Where an operation stands in the list, or the one nearest to it; null where the list is empty. */
  async function placeOf(index: number): Promise<{ position: number; index: number } | null> {
    const { traceId } = selection;
    if (traceId === null) return null;
    const filter = where();
    if (filter === null) return { position: index - 1, index };
    const known = cache.search((candidate) => candidate.index - index);
    return known === null ? host().request('operations.position', { traceId, where: filter, index }) : { position: known.index, index };
  }

  let latestPlace = 0;

  async function followSelection(): Promise<void> {
    const mine = ++latestPlace;
    const { operation } = selection;
    if (operation === null || !useFilter().isActive) {
      selectedPosition.value = operation === null ? -1 : operation - 1;
      return;
    }
    try {
      const place = await placeOf(operation);
      if (mine === latestPlace) selectedPosition.value = place?.index === operation ? place.position : -1;
    } catch (error) {
      useNotices().report(error);
    }
  }

  /** Selects the operation in a row of the list; one that has not come yet is asked for. */
  async function selectAt(position: number): Promise<void> {
    const mine = ++latestPlace;
    selectedPosition.value = position;
    const { traceId, runId } = selection;
    const known = useFilter().isActive ? cache.row(position)?.index : position + 1;
    if (known !== undefined) return selection.select(known);
    if (traceId === null) return;
    try {
      const { rows } = await host().request('operations.page', { traceId, offset: position, limit: 1, runId, where: where() });
      if (mine === latestPlace && rows[0] !== undefined) selection.select(rows[0].index);
    } catch (error) {
      useNotices().report(error);
    }
  }

  function restart(): void {
    isExact.value = false;
    scanned.value = 0;
    isRenewing.value = true;
    cache.restart(0, 60);
    void followSelection();
  }

  function want(first: number, last: number): void {
    cache.want(first, last);
  }

  function listen(): void {
    // Another trace is another list; another run of the same trace only fills other cells. A trace that grew keeps its rows too.
    watch([() => useSession().session?.path, () => selection.traceId], () => {
      isLoaded.value = false;
      count.value = 0;
      cache.clear();
      cache.want(0, 60);
    }, { immediate: true });
    watch(() => useFilter().text, restart);
    watch(() => selection.operation, () => void followSelection(), { flush: 'sync' });
    host().listen('filter.counted', (news) => {
      if (news.traceId !== selection.traceId || news.where !== where()) return;
      scanned.value = news.scanned;
      isExact.value = news.exact;
      if (!isLoaded.value || cache.isReplaced) return;
      count.value = news.count;
      cache.grow(news.count);
      version.value++;
    });
    watch([() => selection.runId, () => selection.trace?.clockOffset], () => cache.invalidate());
    watch(() => useDebugger().state, throttled(() => cache.invalidate()));
    const refresh = throttled(() => cache.invalidate());
    host().listen('import.progress', ({ traceId }) => {
      if (traceId === selection.traceId) refresh();
    });
    host().listen('import.done', ({ traceId }) => {
      if (traceId !== selection.traceId) return;
      cache.invalidate();
      void followSelection();
    });
  }

  async function detail(index: number): Promise<OperationDetail | null> {
    const { traceId, runId } = selection;
    return traceId === null ? null : host().request('operations.get', { traceId, index, runId });
  }

  async function stack(index: number): Promise<readonly RecordedFrame[]> {
    const { traceId } = selection;
    return traceId === null ? [] : ((await host().request('operations.stack', { traceId, index }))?.frames ?? []);
  }

  async function find(text: string, from: number, backwards: boolean): Promise<number | null> {
    const { traceId } = selection;
    return traceId === null ? null : (await host().request('operations.find', { traceId, text, from, backwards, where: where() })).index;
  }

  return { count, isExact, isRenewing, scanned, total, selectedPosition, renewed, isLoaded, version, row, rowOf, placeOf, selectAt, want, listen, detail, stack, find };
});

/** Calls at once, then at most once per interval, and never misses the last. */
function throttled(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;
  return function call(): void {
    if (timer !== undefined) {
      isDue = true;
      return;
    }
    work();
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue) {
        isDue = false;
        call();
      }
    }, refreshMilliseconds);
  };
}
