import type { Command } from '../../commands/command.ts';
import type { Binding, Keymap, KeyScope } from '../../commands/keymap.ts';
import { conflictsOf } from '../../commands/keymap.ts';

export interface KeyRow {
  readonly id: string;
  readonly title: string;
  readonly menu: string;
  readonly binding: Binding;
  /** Titles of commands that it shares a key with. */
  readonly conflicts: readonly string[];
}

export const scopeWords: Readonly<Record<KeyScope, string>> = { everywhere: 'everywhere', outsideEditor: 'not in the editor', list: 'not while typing', operations: 'in the operation list', editor: 'in the editor' };
export const sourceWords: Readonly<Record<Binding['source'], string>> = { default: 'default', preset: 'preset', user: 'yours' };

/** The commands whose names have every typed word, or which have a chord or begin with it. Conflicting ones can be asked for alone. */
export function keyRows(commands: Iterable<Pick<Command, 'id' | 'title' | 'menu'>>, keymap: Keymap, find: { readonly text: string; readonly chord: string; readonly conflictsOnly: boolean }): readonly KeyRow[] {
  const words = find.text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const list = [...commands];
  const titles = new Map<string, string>(list.map(({ id, title }) => [id, title]));
  return list.flatMap(({ id, title, menu }): readonly KeyRow[] => {
    const binding = keymap.get(id);
    if (binding === undefined) return [];
    const conflicts = [...new Set(binding.keys.flatMap((key) => conflictsOf(keymap, id, key)))].map((other) => titles.get(other) ?? other);
    const whole = `${menu} ${title} ${id} ${binding.keys.join(' ')}`.toLowerCase();
    const isFound = find.chord === '' ? words.every((word) => whole.includes(word)) : binding.keys.some((key) => key === find.chord || key.startsWith(`${find.chord} `));
    return isFound && (!find.conflictsOnly || conflicts.length > 0) ? [{ id, title, menu, binding, conflicts }] : [];
  });
}
