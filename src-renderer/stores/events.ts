import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { EventKind, EventRow, StopInfo, ViolationRow } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';
import { PageCache } from './pageCache.ts';
import { useSelection } from './selection.ts';

const violationLimit = 5000;

/** The shown run's event log (filtered) and its violations. */
export const useEvents = defineStore('events', () => {
  const selection = useSelection();
  const kinds = ref<readonly EventKind[] | null>(null);
  const onlySelected = ref(false);
  const count = ref(0);
  const version = ref(0);
  const violations = shallowRef<readonly ViolationRow[]>([]);
  /** Violations and hints of the shown run; its violations alone are counted by the run. */
  const findingCount = ref(0);
  /** Those that are information: against no rule. */
  const informationCount = ref(0);

  const operation = computed(() => (onlySelected.value ? selection.operation : null));

  const cache = new PageCache<EventRow>({
    load: async (offset, limit) => {
      const { runId } = selection;
      if (runId === null) return { rows: [], count: 0 };
      return host().request('events.page', { runId, offset, limit, operation: operation.value, kinds: kinds.value });
    },
    changed: () => {
      count.value = cache.count ?? 0;
      version.value++;
    },
    failed: (error) => useNotices().report(error),
  });

  function listen(): void {
    watch([() => selection.runId, operation, kinds], () => {
      cache.clear();
      cache.want(0, 60);
    });
    watch(() => selection.runId, () => {
      violations.value = [];
      findingCount.value = 0;
      informationCount.value = 0;
      void loadViolations();
    }, { immediate: true });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        cache.invalidate();
        void loadViolations();
      }, 150);
    };
    host().listen('events.appended', ({ runId }) => {
      if (runId === selection.runId) refresh();
    });
    host().listen('run.changed', ({ id }) => {
      if (id === selection.runId) refresh();
    });
  }

  async function loadViolations(): Promise<void> {
    const { runId } = selection;
    if (runId === null) return;
    try {
      const page = await host().request('violations.page', { runId, offset: 0, limit: violationLimit });
      if (runId !== selection.runId) return;
      violations.value = page.rows;
      findingCount.value = page.count;
      informationCount.value = page.information;
    } catch (error) {
      useNotices().report(error);
    }
  }

  /** The events of one operation in the shown run, for the inspector. */
  async function ofOperation(index: number): Promise<readonly EventRow[]> {
    const { runId } = selection;
    if (runId === null) return [];
    return (await host().request('events.page', { runId, offset: 0, limit: 500, operation: index, kinds: null })).rows;
  }

  async function recordedStop(number: number): Promise<StopInfo | null> {
    const { runId } = selection;
    return runId === null ? null : host().request('events.stop', { runId, number });
  }

  return { kinds, onlySelected, count, version, violations, findingCount, informationCount, row: (index: number) => cache.row(index), want: (first: number, last: number) => cache.want(first, last), listen, ofOperation, recordedStop };
});
