import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';

export type ThemeChoice = 'system' | 'dark' | 'light';

const storageKey = 'fltreplay.settings';
/** Sessions whose layout is remembered. */
const keptLayouts = 30;

interface Saved {
  theme: ThemeChoice;
  /** Where the panes are, for each session by its path; the latest last. */
  layouts: readonly { readonly session: string; readonly layout: unknown }[];
  welcomeHidden: boolean;
  /** Filter expressions that were used, the latest first. */
  filterHistory?: readonly string[];
  /** Sources are formatted when they are saved by command; absent: not. */
  formatOnSave?: boolean;
  /** Expressions that are evaluated at each stop. */
  watches?: readonly string[];
  /** What runs are told; words, and null or nothing for what is as usual. */
  run: { answers?: string; completion?: string; unknownBytes?: string; seed?: number | null; unknownFolder?: string };
}

function load(): Saved {
  const initial: Saved = { theme: 'system', layouts: [], welcomeHidden: false, run: {} };
  try {
    return { ...initial, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Saved>) };
  } catch {
    return initial;
  }
}

/** What this browser or window remembers: theme, pane sizes, chosen tabs, what runs are told. Never anything of a session. */
export const useSettings = defineStore('settings', () => {
  const saved = ref(load());
  const media = window.matchMedia('(prefers-color-scheme: light)');
  const systemIsLight = ref(media.matches);
  media.addEventListener('change', (event) => {
    systemIsLight.value = event.matches;
  });

  const theme = computed<'dark' | 'light'>(() => {
    if (saved.value.theme === 'system') return systemIsLight.value ? 'light' : 'dark';
    return saved.value.theme;
  });

  watch(saved, (value) => {
    try {
      localStorage.setItem(storageKey, JSON.stringify(value));
    } catch {
      // A full or forbidden storage costs only the memory of the layout.
    }
  }, { deep: true });

  function toggleTheme(): void {
    saved.value.theme = theme.value === 'dark' ? 'light' : 'dark';
  }

  const formatsOnSave = computed(() => saved.value.formatOnSave === true);

  function toggleFormatOnSave(): void {
    saved.value.formatOnSave = !formatsOnSave.value;
  }

  function keptLayout(session: string): unknown {
    return saved.value.layouts.find((kept) => kept.session === session)?.layout ?? null;
  }

  function rememberLayout(session: string, layout: unknown): void {
    saved.value.layouts = [...saved.value.layouts.filter((kept) => kept.session !== session), { session, layout }].slice(-keptLayouts);
  }

  return { saved, theme, toggleTheme, formatsOnSave, toggleFormatOnSave, keptLayout, rememberLayout };
});
