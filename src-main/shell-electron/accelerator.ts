/** A chord of the page as Electron writes it; null where a menu cannot show it: chords of two strokes, keys that Electron does not know. */
export function acceleratorOf(chord: string): string | null {
  if (chord === '' || chord.includes(' ')) return null;
  const parts = chord.split('+');
  const key = parts.pop() ?? '';
  const known = names[key] ?? (/^(?:F\d+|[!-~]|Plus|Space|Tab|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Escape)$/.test(key) ? key : null);
  return known === null ? null : [...parts.map((part) => (part === 'Ctrl' ? 'CmdOrCtrl' : part)), known].join('+');
}

/** Keys that Electron calls otherwise than the page's key events (Electron's documentation, "Accelerator"). */
const names: Readonly<Record<string, string>> = { ArrowUp: 'Up', ArrowDown: 'Down', ArrowLeft: 'Left', ArrowRight: 'Right', Enter: 'Return' };
