/**
 * Which key means which command: the commands' own keys, a preset over them, the user's choice over both; and which of several
 * is meant where the focus is.
 */

/**
 * Where a key counts.
 *
 * `everywhere`; `outsideEditor`: the editor has its own meaning for it; `list`: text fields have their own too; `operations`:
 * with the focus in the operation list; `editor`: with the focus in the editor.
 */
export type KeyScope = 'everywhere' | 'outsideEditor' | 'list' | 'operations' | 'editor';

export interface KeyedCommand {
  readonly id: string;
  readonly keys: readonly string[];
  readonly keyScope: KeyScope;
}

/** What a preset says of one command. */
export interface PresetKeys {
  readonly keys: readonly string[];
  readonly scope?: KeyScope;
}
export type KeymapPreset = Readonly<Record<string, PresetKeys>>;

export type KeySource = 'default' | 'preset' | 'user';

export interface Binding {
  readonly command: string;
  readonly keys: readonly string[];
  readonly scope: KeyScope;
  readonly source: KeySource;
}
export type Keymap = ReadonlyMap<string, Binding>;

/** Where the focus is, as far as keys care. */
export interface KeyFocus {
  readonly typing: boolean;
  readonly editor: boolean;
  readonly operations: boolean;
}

const closeness: Readonly<Record<KeyScope, number>> = { everywhere: 0, outsideEditor: 1, list: 1, operations: 2, editor: 2 };
const sourceRank: Readonly<Record<KeySource, number>> = { default: 0, preset: 1, user: 2 };

export function countsAt(scope: KeyScope, focus: KeyFocus): boolean {
  switch (scope) {
    case 'everywhere': return true;
    case 'outsideEditor': return !focus.editor;
    case 'list': return !focus.editor && !focus.typing;
    case 'operations': return focus.operations && !focus.typing;
    case 'editor': return focus.editor;
  }
}

/** Whether two scopes can count at the same time with the same weight, so that nothing decides between them. */
const collide = (a: KeyScope, b: KeyScope): boolean => closeness[a] === closeness[b] && (a === b || (a !== 'editor' && b !== 'editor'));

export function resolveKeymap(commands: readonly KeyedCommand[], preset: KeymapPreset, chosen: Readonly<Record<string, readonly string[]>>): Keymap {
  const ids = new Set(commands.map(({ id }) => id));
  // What the preset gives to a command is taken from those it does not name.
  const taken = Object.entries(preset).filter(([id]) => ids.has(id)).flatMap(([id, { keys, scope }]) => keys.map((key) => ({ key, scope: scope ?? commands.find((entry) => entry.id === id)?.keyScope ?? 'everywhere' })));
  return new Map(commands.map(({ id, keys, keyScope }): [string, Binding] => {
    const ofPreset = preset[id];
    const scope = ofPreset?.scope ?? keyScope;
    const own = chosen[id];
    if (own !== undefined) return [id, { command: id, keys: own, scope, source: 'user' }];
    if (ofPreset !== undefined) return [id, { command: id, keys: ofPreset.keys, scope, source: 'preset' }];
    return [id, { command: id, keys: keys.filter((key) => !taken.some((other) => other.key === key && collide(other.scope, scope))), scope, source: 'default' }];
  }));
}

export type KeyMatch = { readonly kind: 'command'; readonly command: string } | { readonly kind: 'begun' } | { readonly kind: 'none' };

/**
 * What the strokes so far mean where the focus is. A chord of two strokes goes before a command on its first; of commands that
 * share a key with the same weight, the first that can do something now (F6 pauses a run, and goes between panes where none runs).
 */
export function matchStrokes(keymap: Keymap, strokes: readonly string[], focus: KeyFocus, isAvailable: (command: string) => boolean = () => true): KeyMatch {
  const text = strokes.join(' ');
  const here = [...keymap.values()].filter(({ scope }) => countsAt(scope, focus));
  if (here.some(({ keys }) => keys.some((key) => key.startsWith(`${text} `)))) return { kind: 'begun' };
  const weight = (a: Binding, b: Binding): number => closeness[b.scope] - closeness[a.scope] || sourceRank[b.source] - sourceRank[a.source];
  const all = here.filter(({ keys }) => keys.includes(text)).sort(weight);
  const [first] = all;
  const found = first === undefined ? undefined : (all.find((other) => weight(first, other) === 0 && isAvailable(other.command)) ?? first);
  return found === undefined ? { kind: 'none' } : { kind: 'command', command: found.command };
}

/** Commands that a chord would be shared with, or that one of the two would hide. */
export function conflictsOf(keymap: Keymap, command: string, chord: string): readonly string[] {
  const scope = keymap.get(command)?.scope ?? 'everywhere';
  const meets = (key: string): boolean => key === chord || key.startsWith(`${chord} `) || chord.startsWith(`${key} `);
  return [...keymap.values()].filter((other) => other.command !== command && collide(other.scope, scope) && other.keys.some(meets)).map((other) => other.command);
}
