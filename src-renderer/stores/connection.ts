import { defineStore } from 'pinia';
import { nextTick, ref, watch } from 'vue';
import { host, useBackend, type ConnectionState } from '../backend/backend.ts';
import { beginActivity } from '../backend/activity.ts';
import { useBookmarks } from './bookmarks.ts';
import { useBranches } from './branches.ts';
import { useBreakpoints } from './breakpoints.ts';
import { useChanges } from './changes.ts';
import { useColumns } from './columns.ts';
import { useContextEvents } from './contextEvents.ts';
import { useDebugger } from './debugger.ts';
import { useDrivers } from './drivers.ts';
import { useEvents } from './events.ts';
import { useComparison } from './comparison.ts';
import { useExploration } from './exploration.ts';
import { useFilter } from './filter.ts';
import { useHighlights } from './highlights.ts';
import { useImports } from './imports.ts';
import { useNotices } from './notices.ts';
import { useOperations } from './operations.ts';
import { usePairs } from './pairs.ts';
import { useSelection } from './selection.ts';
import { useShrinking } from './shrinking.ts';
import { useStatistics } from './statistics.ts';
import { useTimeline } from './timeline.ts';
import { useSession } from './session.ts';
import { useSource } from './source.ts';
import { useVocabulary } from './vocabulary.ts';

/** The connection to the host: loads every store when it is made, and again when it is made anew. */
export const useConnection = defineStore('connection', () => {
  const state = ref<ConnectionState>('connecting');
  const isReady = ref(false);

  function start(): void {
    const backend = useBackend();
    for (const store of [useSession(), useDebugger(), useDrivers(), useBreakpoints(), useImports(), useOperations(), useContextEvents(), usePairs(), useEvents(), useChanges(), useExploration(), useBranches(), useComparison(), useShrinking(), useTimeline(), useStatistics(), useFilter(), useBookmarks(), useColumns(), useHighlights()]) store.listen();
    host().listen('notice', ({ severity, message }) => useNotices().add(severity, message));
    watch(() => useSession().session?.path, (path, before) => {
      if (before !== undefined && path !== before) void changeSession();
      // At once, or what is chosen in the new session right away would be forgotten again.
    }, { flush: 'sync' });
    backend.onState((next) => {
      state.value = next;
      if (next === 'open') void load();
    });
    state.value = backend.state;
    void load();
  }

  let loading: Promise<void> | null = null;

  function load(): Promise<void> {
    loading ??= loadAll().finally(() => {
      loading = null;
    });
    return loading;
  }

  async function loadAll(): Promise<void> {
    const end = beginActivity();
    try {
      await Promise.all([useVocabulary().load(), useSession().load()]);
      await Promise.all([useDrivers().load(), useBreakpoints().load(), useDebugger().load(), useImports().load(), useExploration().load(), useBranches().load(), useBookmarks().load()]);
      if (isReady.value) await useDrivers().saveAll();
      else openFirstDriver();
      isReady.value = true;
    } catch (error) {
      useNotices().report(error);
    } finally {
      end();
    }
  }

  async function changeSession(): Promise<void> {
    const selection = useSelection();
    selection.reset();
    selection.chosenTraceId = null;
    useDrivers().forgetDrafts();
    // Long enough for whatever follows the shown run to see that it is another one, where both sessions have a run of this number.
    selection.isBetweenSessions = true;
    await nextTick();
    selection.isBetweenSessions = false;
    try {
      await Promise.all([useDrivers().load(), useBreakpoints().load(), useDebugger().load(), useExploration().load(), useBranches().load(), useBookmarks().load()]);
      useSource().closeAll();
      openFirstDriver();
    } catch (error) {
      useNotices().report(error);
    }
  }

  // The highest enabled driver that a breakpoint waits in, else the highest enabled one: what a newcomer should read first.
  function openFirstDriver(): void {
    const { stack } = useDrivers();
    const waiting = useBreakpoints().list.map(({ spec }) => spec.driverId);
    const enabled = stack.filter((driver) => driver.enabled);
    const first = enabled.find((driver) => waiting.includes(driver.id)) ?? enabled[0] ?? stack[0];
    if (first !== undefined && useSource().tabs.length === 0) useSource().add(first.id);
  }

  return { state, isReady, start };
});
