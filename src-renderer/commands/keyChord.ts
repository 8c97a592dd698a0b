/**
 * Key chords as text: `Ctrl+Shift+P`, or two strokes after one another: `Ctrl+K Ctrl+S`. The Command key counts as Ctrl, so
 * that one table serves every system.
 */

export interface KeyPress {
  readonly key: string;
  readonly code?: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const modifierKeys: ReadonlySet<string> = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'ScrollLock', 'OS', 'Fn']);
const modifierOrder = ['Ctrl', 'Alt', 'Shift'] as const;
/** Keys whose sign would be misread between the plus signs of a chord. */
const signNames: Readonly<Record<string, string>> = { '+': 'Plus', ' ': 'Space' };
const isAscii = (key: string): boolean => key.length === 1 && key > '\x1f' && key < '\x7f';

/** A modifier that is pressed alone is no stroke yet. */
export const isModifier = (key: string): boolean => modifierKeys.has(key);

// Layouts without Latin letters, dead keys, and Alt on a Mac give other signs: there the place of the key decides.
function keyName({ key, code = '' }: KeyPress): string {
  if (signNames[key] !== undefined) return signNames[key];
  const place = /^(?:Key|Digit)(.)$/.exec(code)?.[1];
  if (place !== undefined && !isAscii(key) && (key.length === 1 || key === 'Dead')) return place;
  return key.length === 1 ? key.toUpperCase() : key;
}

/** The stroke a key event stands for; letters in capitals, `Ctrl+Alt+Shift+` in this order. */
export function chordOf(press: KeyPress): string {
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push('Ctrl');
  if (press.altKey) parts.push('Alt');
  if (press.shiftKey) parts.push('Shift');
  parts.push(keyName(press));
  return parts.join('+');
}

const longNames: Readonly<Record<string, string>> = {
  esc: 'Escape', del: 'Delete', ins: 'Insert', pgup: 'PageUp', pgdn: 'PageDown', left: 'ArrowLeft', right: 'ArrowRight', up: 'ArrowUp', down: 'ArrowDown', return: 'Enter', break: 'Pause',
  control: 'Ctrl', cmd: 'Ctrl', command: 'Ctrl', cmdorctrl: 'Ctrl', option: 'Alt', plus: 'Plus', space: 'Space',
};
const knownKeys = ['Escape', 'Delete', 'Insert', 'Home', 'End', 'PageUp', 'PageDown', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Enter', 'Tab', 'Backspace', 'Pause', 'ContextMenu', 'Plus', 'Space', 'Ctrl', 'Alt', 'Shift'];
const knownByLower = new Map(knownKeys.map((name) => [name.toLowerCase(), name]));

function normalizedPart(part: string): string | null {
  const lower = part.toLowerCase();
  if (/^f(?:[1-9]|1\d|2[0-4])$/.test(lower)) return lower.toUpperCase();
  if (isAscii(part)) return signNames[part] ?? part.toUpperCase();
  return longNames[lower] ?? knownByLower.get(lower) ?? null;
}

function normalizedStroke(text: string): string | null {
  const parts = text.split('+').map(normalizedPart);
  if (parts.includes(null)) return null;
  const names = parts.flatMap((part) => part ?? []);
  const key = names.pop();
  if (key === undefined || modifierOrder.some((name) => name === key)) return null;
  if (names.some((name) => !modifierOrder.some((modifier) => modifier === name))) return null;
  return [...modifierOrder.filter((name) => names.includes(name)), key].join('+');
}

/** A chord that somebody wrote, in our spelling: `cmd+shift+p` is `Ctrl+Shift+P`. Null for what is none. At most two strokes. */
export function parseChord(text: string): string | null {
  const strokes = text.trim().split(/\s+/).map(normalizedStroke);
  if (strokes.length > 2 || strokes.includes(null)) return null;
  return strokes.join(' ');
}

/** A stroke that writes a sign into a text field. */
export const writesText = (stroke: string): boolean => !/(?:Ctrl|Alt)\+/.test(stroke) && (/^(?:Shift\+)?.$/u.test(stroke) || stroke === 'Plus' || stroke === 'Space' || stroke === 'Shift+Plus');
