import { runCommand, commands } from './commands.ts';
import { chordOf } from './keyChord.ts';

/** Listens for the commands' keys before any pane sees them. Keys with the scope `list` are left to text fields and the editor. */
export function listenToKeys(): void {
  window.addEventListener('keydown', (event) => {
    const chord = chordOf(event);
    const entry = [...commands().values()].find((candidate) => candidate.keys.includes(chord));
    if (entry === undefined) return;
    if (entry.keyScope === 'list' && isTyping(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    // A dialog has the word. The browser's own meaning of the key (F5 reloads) is not wanted either.
    if (document.querySelector('dialog[open]') !== null) return;
    // A held key repeats steps, but must not start one run after another.
    if (event.repeat && !/^run\.(?:step|next|previous)/.test(entry.id)) return;
    runCommand(entry.id);
  }, { capture: true });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.closest('.monaco-editor') !== null || target.matches('input, textarea, select'));
}
