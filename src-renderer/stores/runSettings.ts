import { defineStore } from 'pinia';
import { computed } from 'vue';
import { defaultRunSettings, defaultSeed, runSettingWords, type RunSettingName, type RunSettings } from '../../src-preload/contract/index.ts';
import { settingsSummary } from '../formatting/runSettingsText.ts';
import { useSettings } from './settings.ts';

const words: { readonly [K in RunSettingName]: readonly RunSettings[K][] } = runSettingWords;

/** What the next run is told beside its drivers. Remembered by this browser or window; what a run was told stays with the run. */
export const useRunSettings = defineStore('runSettings', () => {
  const settings = useSettings();

  // What an older version has stored may hold words that there are no more.
  const chosen = computed<RunSettings>(() => {
    const word = <K extends RunSettingName>(name: K): RunSettings[K] => {
      return words[name].find((known) => known === settings.saved.run[name]) ?? defaultRunSettings[name];
    };
    return { answers: word('answers'), completion: word('completion'), unknownBytes: word('unknownBytes') };
  });
  /** Null: as usual. */
  const seed = computed(() => {
    const { seed: saved } = settings.saved.run;
    return typeof saved === 'number' && isSeed(saved) ? saved : null;
  });
  /** Folder on the host's machine with contents for files of the trace; empty: none. */
  const unknownFolder = computed(() => settings.saved.run.unknownFolder ?? '');
  /** What is not as usual, in words; empty where all is. */
  const summary = computed(() => [settingsSummary(chosen.value, seed.value ?? defaultSeed), unknownFolder.value === '' ? '' : `files from ${unknownFolder.value}`].filter((part) => part !== '').join(' · '));

  function choose(next: RunSettings, nextSeed: number | null, folder: string): void {
    settings.saved.run = { ...next, seed: nextSeed, unknownFolder: folder };
  }

  return { chosen, seed, unknownFolder, summary, choose };
});

export const isSeed = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
