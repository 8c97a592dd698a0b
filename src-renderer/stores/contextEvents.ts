import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { ContextClass, ContextRow, LostMark } from '../../src-preload/contract/index.ts';
import { host } from '../backend/backend.ts';
import { useNotices } from './notices.ts';
import { PageCache } from './pageCache.ts';
import { useSelection } from './selection.ts';
import { useSession } from './session.ts';

const typingMilliseconds = 150;
const refreshMilliseconds = 500;

export interface ClassCount {
  readonly contextClass: ContextClass;
  readonly count: number;
}

/** What the shown trace holds beside its operations, filtered; and where its recorder lost events. */
export const useContextEvents = defineStore('contextEvents', () => {
  const selection = useSelection();
  const counts = shallowRef<readonly ClassCount[]>([]);
  const marks = shallowRef<readonly LostMark[]>([]);
  /** Classes that are not shown. */
  const hidden = ref<ReadonlySet<ContextClass>>(new Set());
  const text = ref('');
  const count = ref(0);
  const isLoaded = ref(false);
  const version = ref(0);
  /** Only what is looked at is fetched. */
  let isShown = false;

  const total = computed(() => counts.value.reduce((sum, entry) => sum + entry.count, 0));
  /** Events that the recorder is known to have lost, and at how many places. */
  const losses = computed(() => ({ events: marks.value.reduce((sum, mark) => sum + (mark.count ?? 0), 0), places: marks.value.length, isExact: marks.value.every((mark) => mark.count !== null) }));
  /** Null: all of them. */
  const classes = computed<readonly ContextClass[] | null>(() => (hidden.value.size === 0 ? null : counts.value.map(({ contextClass }) => contextClass).filter((contextClass) => !hidden.value.has(contextClass))));
  const byOperation = computed(() => {
    const last = selection.trace?.report.operations ?? 0;
    const found = new Map<number, LostMark[]>();
    for (const mark of marks.value) {
      // Shown on the operation after the gap; where none came any more, on the last one.
      const index = mark.before ?? last;
      const others = found.get(index);
      if (others === undefined) found.set(index, [mark]);
      else others.push(mark);
    }
    return found;
  });

  const cache = new PageCache<ContextRow>({
    load: async (offset, limit) => {
      const { traceId } = selection;
      if (traceId === null || classes.value?.length === 0) return { rows: [], count: 0 };
      return host().request('trace.context', { traceId, offset, limit, classes: classes.value, text: text.value.trim() });
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

  function listen(): void {
    watch([() => useSession().session?.path, () => selection.traceId], () => {
      counts.value = [];
      marks.value = [];
      restart();
      void loadCounts();
    }, { immediate: true });
    watch(hidden, restart);
    watch(() => selection.trace?.clockOffset, () => {
      if (isShown) cache.invalidate();
    });
    let typing: ReturnType<typeof setTimeout> | undefined;
    watch(text, () => {
      clearTimeout(typing);
      typing = setTimeout(restart, typingMilliseconds);
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (traceId: number | null): void => {
      if (traceId !== selection.traceId) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void loadCounts();
        if (isShown) cache.invalidate();
      }, refreshMilliseconds);
    };
    host().listen('import.progress', ({ traceId }) => refresh(traceId));
    host().listen('import.done', ({ traceId }) => refresh(traceId));
    host().listen('import.failed', ({ traceId }) => refresh(traceId));
  }

  function restart(): void {
    isLoaded.value = false;
    count.value = 0;
    cache.clear();
    if (isShown) cache.want(0, 60);
  }

  async function loadCounts(): Promise<void> {
    const { traceId } = selection;
    if (traceId === null) return;
    try {
      const [list, lost] = await Promise.all([host().request('trace.contextCounts', { traceId }), host().request('trace.lostMarks', { traceId })]);
      if (traceId !== selection.traceId) return;
      counts.value = list;
      marks.value = lost;
    } catch (error) {
      useNotices().report(error);
    }
  }

  /** The operation an event belongs to; null where it belongs to none, or to one that was not found. */
  async function operationOf({ operationSource, time }: ContextRow): Promise<number | null> {
    const { traceId } = selection;
    if (traceId === null || operationSource === null) return null;
    return (await host().request('operations.bySource', { traceId, sourceIndex: operationSource, time })).index;
  }

  /** The operation that was issued next after an event; null where there is none. */
  async function operationAfter({ time, sourceIndex }: ContextRow): Promise<number | null> {
    const { traceId } = selection;
    return traceId === null ? null : (await host().request('operations.atTime', { traceId, time, behind: sourceIndex })).index;
  }

  /** The pane has come into view, or gone. */
  function show(visible: boolean): void {
    isShown = visible;
    if (visible) cache.want(0, 60);
  }

  function toggle(contextClass: ContextClass): void {
    const next = new Set(hidden.value);
    if (!next.delete(contextClass)) next.add(contextClass);
    hidden.value = next;
  }

  /** Shows one class alone, or all again. */
  function only(contextClass: ContextClass | null): void {
    hidden.value = new Set(contextClass === null ? [] : counts.value.map((entry) => entry.contextClass).filter((other) => other !== contextClass));
  }

  const none: readonly LostMark[] = [];

  return {
    counts, marks, total, losses, hidden, text, count, isLoaded, version, listen, operationOf, operationAfter, show, toggle, only,
    lostAt: (operation: number): readonly LostMark[] => byOperation.value.get(operation) ?? none,
    row: (index: number) => cache.row(index),
    want: (first: number, last: number) => cache.want(first, last),
  };
});
