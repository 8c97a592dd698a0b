import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { AffectedCause, OperationRow } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useDebugger } from './debugger.ts';
import { useNotices } from './notices.ts';
import { PageCache, type PageResult } from './pageCache.ts';
import { useSelection } from './selection.ts';

/** What the list of changes shows: all that a change has touched, all results that differ, or what one operation has caused. */
export type ChangesOf = 'affected' | 'differences' | { readonly cause: number };

const refreshMilliseconds = 400;

/** What the shown run did otherwise than the recording: results that differ, what a change has touched, and the operations that caused it. */
export const useChanges = defineStore('changes', () => {
  const selection = useSelection();
  const chosen = ref<ChangesOf>('affected');
  const affectedCount = ref(0);
  const differenceCount = ref(0);
  const causeCount = ref(0);
  /** Rows of the chosen list. */
  const count = ref(0);
  /** False until the counts of the shown run have come. */
  const isLoaded = ref(false);
  const version = ref(0);

  const pageOf = (of: ChangesOf) => async (offset: number, limit: number): Promise<PageResult<OperationRow>> => {
    const { runId } = selection;
    if (runId === null) return { rows: [], count: 0 };
    if (of === 'differences') return host().request('differences.page', { runId, offset, limit });
    return host().request('affected.page', { runId, offset, limit, cause: of === 'affected' ? null : of.cause });
  };
  const changed = (): void => {
    count.value = rows.count ?? 0;
    causeCount.value = causes.count ?? 0;
    version.value++;
  };
  const failed = (error: unknown): void => useNotices().report(error);
  const rows: PageCache<OperationRow> = new PageCache<OperationRow>({ load: (offset, limit) => pageOf(chosen.value)(offset, limit), changed, failed });
  const causes: PageCache<AffectedCause> = new PageCache<AffectedCause>({
    load: async (offset, limit) => (selection.runId === null ? { rows: [], count: 0 } : host().request('affected.causes', { runId: selection.runId, offset, limit })), changed, failed,
  });

  const hasAny = computed(() => affectedCount.value > 0 || differenceCount.value > 0);

  /** Asks only for the numbers: what a tab shows before anybody opens it. */
  async function loadCounts(): Promise<void> {
    const { runId } = selection;
    if (runId === null) return;
    try {
      const [affected, differences] = await Promise.all([host().request('affected.page', { runId, offset: 0, limit: 1, cause: null }), host().request('differences.page', { runId, offset: 0, limit: 1 })]);
      if (runId !== selection.runId) return;
      affectedCount.value = affected.count;
      differenceCount.value = differences.count;
      isLoaded.value = true;
      // A run that is the recording but for its answers, or the other way round: show what there is.
      if (chosen.value === 'affected' && affected.count === 0 && differences.count > 0) choose('differences');
    } catch (error) {
      failed(error);
    }
  }

  function listen(): void {
    watch(() => selection.runId, () => {
      isLoaded.value = false;
      affectedCount.value = 0;
      differenceCount.value = 0;
      causes.clear();
      causes.want(0, 60);
      choose('affected');
      void loadCounts();
    }, { immediate: true });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        rows.invalidate();
        causes.invalidate();
        void loadCounts();
      }, refreshMilliseconds);
    };
    // While a run goes on, the list follows at its stops and its end: counting all along would take from the run's own time.
    host().listen('run.changed', ({ id, state }) => {
      if (id === selection.runId && (state === 'stopped' || state === 'ended')) refresh();
    });
    watch(() => useDebugger().state.kind, (kind) => {
      if (kind === 'stopped' || kind === 'ended') refresh();
    });
  }

  function choose(of: ChangesOf): void {
    chosen.value = of;
    rows.clear();
    rows.want(0, 60);
  }

  return {
    chosen, affectedCount, differenceCount, causeCount, count, isLoaded, version, hasAny, listen, choose,
    row: (index: number) => rows.row(index), want: (first: number, last: number) => rows.want(first, last),
    cause: (index: number) => causes.row(index), wantCauses: (first: number, last: number) => causes.want(first, last),
  };
});
