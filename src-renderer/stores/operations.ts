import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import type { OperationDetail, OperationRow, RecordedFrame } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';
import { useNotices } from './notices.ts';
import { PageCache } from './pageCache.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';

const refreshMilliseconds = 250;

/** The operations of the shown trace, page by page, with the shown run's results beside them. */
export const useOperations = defineStore('operations', () => {
  const selection = useSelection();
  const count = ref(0);
  /** False until the first page of the trace has come. */
  const isLoaded = ref(false);
  /** Counts up whenever rows have come or gone: what shows rows reads it. */
  const version = ref(0);

  const cache = new PageCache<OperationRow>({
    load: async (offset, limit) => {
      const { traceId, runId } = selection;
      if (traceId === null) return { rows: [], count: 0 };
      return host().request('operations.page', { traceId, offset, limit, runId });
    },
    changed: () => {
      if (cache.count !== null) {
        count.value = cache.count;
        isLoaded.value = true;
      }
      version.value++;
    },
    failed: (error) => useNotices().report(error),
  });

  /** Row by position from 0; operation numbers are positions plus one. */
  function row(position: number): OperationRow | undefined {
    return cache.row(position);
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
    watch([() => selection.runId, () => selection.trace?.clockOffset], () => cache.invalidate());
    watch(() => useDebugger().state, throttled(() => cache.invalidate()));
    const refresh = throttled(() => cache.invalidate());
    host().listen('import.progress', ({ traceId }) => {
      if (traceId === selection.traceId) refresh();
    });
    host().listen('import.done', ({ traceId }) => {
      if (traceId === selection.traceId) cache.invalidate();
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
    return traceId === null ? null : (await host().request('operations.find', { traceId, text, from, backwards })).index;
  }

  return { count, isLoaded, version, row, want, listen, detail, stack, find };
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
