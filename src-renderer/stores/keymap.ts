import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { conflictsOf, resolveKeymap, type KeyedCommand } from '../commands/keymap.ts';
import { keymapText, readKeymapText, type KeymapChoice } from '../commands/keymapFile.ts';
import { keymapPresets, type KeymapPresetName } from '../commands/keymapPresets.ts';
import { useSettings } from './settings.ts';

/** The keys as they are now. What the user chose is kept in the settings. */
export const useKeymap = defineStore('keymap', () => {
  const settings = useSettings();
  const commands = shallowRef<readonly KeyedCommand[]>([]);
  /** First stroke of a chord whose second is awaited. */
  const begun = ref<string | null>(null);
  /** Both strokes of a chord that nothing answered to. */
  const unknown = ref<string | null>(null);
  /** What is to be said of the strokes so far; empty where no chord is on its way. */
  const chordText = computed(() => (begun.value !== null ? `${begun.value} was pressed. Waiting for the second key…` : unknown.value !== null ? `${unknown.value} is no command.` : ''));

  const choice = computed<KeymapChoice>(() => settings.saved.keymap);
  const keymap = computed(() => resolveKeymap(commands.value, keymapPresets[choice.value.preset], choice.value.keys));

  const keysOf = (command: string): readonly string[] => keymap.value.get(command)?.keys ?? [];
  const conflicts = (command: string, chord: string): readonly string[] => conflictsOf(keymap.value, command, chord);
  const isChanged = (command: string): boolean => choice.value.keys[command] !== undefined;

  /** The commands tell their own keys once. */
  function define(list: readonly KeyedCommand[]): void {
    commands.value = list;
  }

  function choosePreset(preset: KeymapPresetName): void {
    settings.saved.keymap = { ...choice.value, preset };
  }

  function setKeys(command: string, keys: readonly string[]): void {
    settings.saved.keymap = { ...choice.value, keys: { ...choice.value.keys, [command]: keys } };
  }

  /** Gives a chord to a command, and takes it from those that would share it where `alone` says so. */
  function add(command: string, chord: string, alone: boolean): void {
    const others = alone ? conflicts(command, chord) : [];
    const meets = (key: string): boolean => key === chord || key.startsWith(`${chord} `) || chord.startsWith(`${key} `);
    const keys = { ...choice.value.keys, [command]: [...keysOf(command).filter((key) => key !== chord), chord] };
    for (const other of others) keys[other] = keysOf(other).filter((key) => !meets(key));
    settings.saved.keymap = { ...choice.value, keys };
  }

  function reset(command: string): void {
    settings.saved.keymap = { ...choice.value, keys: Object.fromEntries(Object.entries(choice.value.keys).filter(([id]) => id !== command)) };
  }

  function resetAll(): void {
    settings.saved.keymap = { ...choice.value, keys: {} };
  }

  const exported = (): string => keymapText(choice.value);

  /** Takes over a file; a sentence about what was wrong or left out, null where all of it was taken. */
  function imported(text: string): string | null {
    const read = readKeymapText(text, (id) => keymap.value.has(id));
    if (typeof read === 'string') return read;
    settings.saved.keymap = read.choice;
    return read.unknown.length === 0 ? null : `Unknown commands were left out: ${read.unknown.join(', ')}.`;
  }

  return { choice, keymap, begun, unknown, chordText, keysOf, conflicts, isChanged, define, choosePreset, setKeys, add, reset, resetAll, exported, imported };
});
