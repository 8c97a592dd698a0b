import { defineStore } from 'pinia';
import { computed, ref, watch, type Ref } from 'vue';
import type { KeymapChoice } from '../commands/keymapFile.ts';
import { defaultPreferences, knownPreferences, nextZoom, settingsAtFirst, type Preferences, type Theme } from './preferences.ts';
import type { ShownColumn } from '../workbench/operations/columns.ts';
import type { HighlightRule } from './highlights.ts';

const storageKey = 'fltreplay.settings';
/** Sessions whose layout is remembered. */
const keptLayouts = 30;

interface Saved extends Preferences {
  /** Preset, and what the user chose over it. */
  keymap: KeymapChoice;
  /** Commands chosen in the palette, the latest first. */
  recentCommands: readonly string[];
  /** Where the panes are, for each session by its path; the latest last. */
  layouts: readonly { readonly session: string; readonly layout: unknown }[];
  /** Layouts that the user has named, by name. */
  namedLayouts: readonly { readonly name: string; readonly layout: unknown }[];
  welcomeHidden: boolean;
  /** Columns of the operation list; nothing: as usual. */
  columns?: readonly ShownColumn[];
  highlights?: readonly HighlightRule[];
  /** Filter expressions that were used, the latest first. */
  filterHistory?: readonly string[];
  /** Expressions that are evaluated at each stop. */
  watches?: readonly string[];
  /** What runs are told; words, and null or nothing for what is as usual. */
  run: { answers?: string; completion?: string; unknownBytes?: string; seed?: number | null; unknownFolder?: string };
}

function load(): Saved {
  const initial: Saved = settingsAtFirst();
  try {
    const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Saved>;
    return { ...initial, ...kept, ...knownPreferences(kept) };
  } catch {
    return initial;
  }
}

function mediaMatches(query: string): Ref<boolean> {
  const media = window.matchMedia(query);
  const matches = ref(media.matches);
  media.addEventListener('change', (event) => {
    matches.value = event.matches;
  });
  return matches;
}

/** What this browser or window remembers: theme, pane sizes, chosen tabs, what runs are told. Never anything of a session. */
export const useSettings = defineStore('settings', () => {
  const saved = ref(load());
  const systemIsLight = mediaMatches('(prefers-color-scheme: light)');
  const systemWantsContrast = mediaMatches('(prefers-contrast: more)');

  /** What is shown now; the system's wish is followed as it changes. */
  const theme = computed<Theme>(() => {
    const { theme: chosen } = saved.value;
    if (chosen !== 'system') return chosen;
    if (systemWantsContrast.value) return systemIsLight.value ? 'contrast-light' : 'contrast-dark';
    return systemIsLight.value ? 'light' : 'dark';
  });
  const isLight = computed(() => theme.value === 'light' || theme.value === 'contrast-light');

  watch(saved, (value) => {
    try {
      localStorage.setItem(storageKey, JSON.stringify(value));
    } catch {
      // A full or forbidden storage costs only the memory of the layout.
    }
  }, { deep: true });

  function toggleTheme(): void {
    const isContrast = theme.value.startsWith('contrast');
    if (isContrast) saved.value.theme = isLight.value ? 'contrast-dark' : 'contrast-light';
    else saved.value.theme = isLight.value ? 'dark' : 'light';
  }

  /** One step larger or smaller, or back to 100 %. */
  function zoom(step: 1 | -1 | 0): void {
    saved.value.zoom = step === 0 ? 100 : nextZoom(saved.value.zoom, step);
  }

  function resetPreferences(names: readonly (keyof Preferences)[]): void {
    saved.value = { ...saved.value, ...Object.fromEntries(names.map((name) => [name, defaultPreferences[name]])) };
  }

  function keptLayout(session: string): unknown {
    return saved.value.layouts.find((kept) => kept.session === session)?.layout ?? null;
  }

  function rememberLayout(session: string, layout: unknown): void {
    saved.value.layouts = [...saved.value.layouts.filter((kept) => kept.session !== session), { session, layout }].slice(-keptLayouts);
  }

  /** Keeps a layout by its name, over one that had it before. */
  function nameLayout(name: string, layout: unknown): void {
    saved.value.namedLayouts = [...saved.value.namedLayouts.filter((kept) => kept.name !== name), { name, layout }].sort((a, b) => a.name.localeCompare(b.name));
  }

  function forgetLayout(name: string): void {
    saved.value.namedLayouts = saved.value.namedLayouts.filter((kept) => kept.name !== name);
  }

  return { saved, theme, isLight, toggleTheme, zoom, resetPreferences, keptLayout, rememberLayout, nameLayout, forgetLayout };
});
