import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';

export type ThemeChoice = 'system' | 'dark' | 'light';

const storageKey = 'fltreplay.settings';

interface Saved {
  theme: ThemeChoice;
  paneSizes: Record<string, readonly number[]>;
  tabs: Record<string, string>;
  welcomeHidden: boolean;
  /** Expressions that are evaluated at each stop. */
  watches?: readonly string[];
  /** What runs are told; words, and null or nothing for what is as usual. */
  run: { answers?: string; completion?: string; unknownBytes?: string; seed?: number | null; unknownFolder?: string };
}

function load(): Saved {
  const initial: Saved = { theme: 'system', paneSizes: {}, tabs: {}, welcomeHidden: false, run: {} };
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

  function paneSizes(name: string, initial: readonly number[]): readonly number[] {
    const sizes = saved.value.paneSizes[name];
    return sizes?.length === initial.length ? sizes : initial;
  }

  function rememberPaneSizes(name: string, sizes: readonly number[]): void {
    saved.value.paneSizes[name] = sizes;
  }

  function resetLayout(): void {
    saved.value.paneSizes = {};
    saved.value.tabs = {};
  }

  return { saved, theme, toggleTheme, paneSizes, rememberPaneSizes, resetLayout };
});
