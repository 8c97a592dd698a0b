import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { LifeInfo, LifeRow, LifeSubject } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';
import { PageCache } from './pageCache.ts';
import { useSelection } from './selection.ts';

/** The life of one file or FILE_OBJECT: chosen by a command, kept until another is. */
export const useLife = defineStore('life', () => {
  const selection = useSelection();
  const subject = shallowRef<LifeSubject | null>(null);
  const info = shallowRef<LifeInfo | null>(null);
  const isLoading = ref(false);
  const version = ref(0);
  /** Of another trace than the shown one there is nothing to show. */
  const shown = computed(() => (subject.value?.traceId === selection.traceId ? info.value : null));

  const cache = new PageCache<LifeRow>({
    load: async (offset, limit) => (subject.value === null ? { rows: [], count: 0 } : host().request('life.page', { ...subject.value, runId: selection.runId, offset, limit })),
    changed: () => void version.value++,
    failed: (error) => useNotices().report(error),
  });

  watch([() => selection.runId, () => selection.run?.events], () => cache.invalidate());

  async function open(of: LifeSubject['of'], index: number, path: string | null = null): Promise<void> {
    const { traceId } = selection;
    if (traceId === null) return;
    const wanted: LifeSubject = { traceId, of, index, path };
    subject.value = wanted;
    info.value = null;
    isLoading.value = true;
    cache.clear();
    try {
      const found = await host().request('life.info', wanted);
      if (subject.value !== wanted) return;
      info.value = found;
      cache.want(0, 60);
    } catch (error) {
      useNotices().report(error);
    } finally {
      if (subject.value === wanted) isLoading.value = false;
    }
  }

  return { subject, info: shown, isLoading, version, open, row: (index: number) => cache.row(index), want: (first: number, last: number) => cache.want(first, last) };
});
