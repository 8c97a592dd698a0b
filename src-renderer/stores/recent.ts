import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useSession } from './session.ts';
import { useVocabulary } from './vocabulary.ts';

/** A session or a trace that was open before. */
export interface RecentFile {
  readonly kind: 'session' | 'trace';
  readonly path: string;
  readonly name: string;
  /** A trace's format; a session has none. */
  readonly formatTitle: string;
  readonly openedAt: bigint;
}

/** What was open before, the latest first; the open session is left out. */
export const useRecent = defineStore('recent', () => {
  const list = computed<readonly RecentFile[]>(() => {
    const { app } = useVocabulary();
    const open = useSession().session?.path;
    return [
      ...(app?.recentSessions ?? []).filter(({ path }) => path !== open).map((entry): RecentFile => ({ ...entry, kind: 'session', formatTitle: '' })),
      ...(app?.recentTraces ?? []).map((entry): RecentFile => ({ ...entry, kind: 'trace' })),
    ].sort((a, b) => (a.openedAt < b.openedAt ? 1 : a.openedAt > b.openedAt ? -1 : 0));
  });

  return { list };
});
