import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { PairInfo, PairRow, PairRowKind } from '../../src-preload/contract/index.ts';
import { beginActivity } from '../backend/activity.ts';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';
import { PageCache } from './pageCache.ts';
import { useSession } from './session.ts';

/** Pairs of captures taken above and below a filter, and what the filter did between them. */
export const usePairs = defineStore('pairs', () => {
  const list = shallowRef<readonly PairInfo[]>([]);
  const chosenId = ref<number | null>(null);
  /** Null: all of them. */
  const kind = ref<PairRowKind | null>(null);
  const count = ref(0);
  const version = ref(0);
  const progress = shallowRef<ReadonlyMap<number, { readonly done: number; readonly total: number }>>(new Map());
  const shown = computed(() => list.value.find(({ id }) => id === chosenId.value) ?? list.value.at(-1) ?? null);

  const cache = new PageCache<PairRow>({
    load: async (offset, limit) => {
      if (shown.value === null) return { rows: [], count: 0 };
      return host().request('pairs.page', { pairId: shown.value.id, kinds: kind.value === null ? null : [kind.value], offset, limit });
    },
    changed: () => {
      count.value = cache.count ?? 0;
      version.value++;
    },
    failed: (error) => useNotices().report(error),
  });

  function listen(): void {
    watch([() => useSession().session?.path, () => useSession().traces.length], ([path]) => {
      if (path !== undefined) void load();
    }, { immediate: true });
    watch([() => shown.value?.id, () => shown.value?.state, kind], () => {
      cache.clear();
      cache.want(0, 60);
    });
    host().listen('pair.progress', ({ pairId, done, total }) => {
      progress.value = new Map(progress.value).set(pairId, { done, total });
    });
    host().listen('pair.done', put);
    let end: (() => void) | null = null;
    watch(() => list.value.some(({ state }) => state === 'running'), (isRunning) => {
      if (isRunning) end ??= beginActivity();
      else {
        end?.();
        end = null;
      }
    }, { flush: 'sync' });
  }

  async function load(): Promise<void> {
    try {
      list.value = await host().request('pairs.list', {});
    } catch (error) {
      useNotices().report(error);
    }
  }

  function put(pair: PairInfo): void {
    list.value = [...list.value.filter(({ id }) => id !== pair.id), pair].sort((a, b) => a.id - b.id);
  }

  /** Matches two traces of the session; the clocks' distance is found out where it is not given. */
  async function start(above: number, below: number, clockOffset: bigint | null): Promise<void> {
    const pair = await host().request('trace.pair', { above, below, clockOffset });
    if (!list.value.some(({ id, state }) => id === pair.id && state !== 'running')) put(pair);
    chosenId.value = pair.id;
    kind.value = null;
  }

  async function cancel(pairId: number): Promise<void> {
    await host().request('pairs.cancel', { pairId });
  }

  async function remove(pairId: number): Promise<void> {
    await host().request('pairs.remove', { pairId });
    list.value = list.value.filter(({ id }) => id !== pairId);
  }

  return { list, shown, chosenId, kind, count, version, progress, listen, start, cancel, remove, row: (index: number) => cache.row(index), want: (first: number, last: number) => cache.want(first, last) };
});
