/** The user's keys as a JSON file: `{ "format": "fltreplay-keys", "version": 1, "preset": "vscode", "keys": { "run.pause": ["F6"] } }`. */
import { parseChord } from './keyChord.ts';
import { keymapPresetNames, type KeymapPresetName } from './keymapPresets.ts';

export interface KeymapChoice {
  readonly preset: KeymapPresetName;
  /** Only what the user chose: a command's keys, none to take them away. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

export const keymapFileName = 'fltreplay-keys.json';

export function keymapText({ preset, keys }: KeymapChoice): string {
  return `${JSON.stringify({ format: 'fltreplay-keys', version: 1, preset, keys }, null, 2)}\n`;
}

/** Reads such a file; a sentence where it is none. Commands that this version does not know are left out and named. */
export function readKeymapText(text: string, isCommand: (id: string) => boolean): { readonly choice: KeymapChoice; readonly unknown: readonly string[] } | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'The file is no JSON.';
  }
  const { format, version, preset, keys } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (format !== 'fltreplay-keys') return 'The file has no keys of FltReplay: "format": "fltreplay-keys" is missing.';
  if (version !== 1) return `The file is of version ${String(version)}; this program reads version 1.`;
  const name = keymapPresetNames.find((known) => known === preset);
  if (name === undefined) return `"preset" is ${JSON.stringify(preset)}; it can be ${keymapPresetNames.join(', ')}.`;
  if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) return '"keys" is missing: commands and their keys, such as "run.pause": ["F6"].';
  const read: Record<string, readonly string[]> = {};
  const unknown: string[] = [];
  for (const [id, list] of Object.entries(keys)) {
    const chords = Array.isArray(list) ? list.map((item: unknown) => (typeof item === 'string' ? parseChord(item) : null)) : [null];
    if (chords.includes(null)) return `The keys of ${id} cannot be read: ${JSON.stringify(list)}. Write them as ["Ctrl+K Ctrl+S"].`;
    if (isCommand(id)) read[id] = chords.flatMap((chord) => chord ?? []);
    else unknown.push(id);
  }
  return { choice: { preset: name, keys: read }, unknown };
}
