import { useKeymap } from '../stores/keymap.ts';
import type { CommandId } from './command.ts';
import { chordOf, isModifier, writesText } from './keyChord.ts';
import { commands, runCommand } from './commands.ts';
import { matchStrokes, type KeyFocus } from './keymap.ts';

/** How long the second stroke of a chord is waited for. */
const patienceMilliseconds = 5000;
/** What is held down goes on: a step again and again, but never one run after another. */
const repeats = /^(?:run\.(?:step|next|previous)|view\.zoom|edit\.find(?:Next|Previous))/;

/** An element that wants a chord for itself, as where keys are recorded, says so with this attribute. */
export const recordsKeys = 'data-records-keys';

let waiting: ReturnType<typeof setTimeout> | undefined;

/** What has been pressed of a chord: its first stroke, or both where they are no command; shown for a while. */
function setChord(begun: string | null, unknown: string | null = null): void {
  clearTimeout(waiting);
  const keymap = useKeymap();
  keymap.begun = begun;
  keymap.unknown = unknown;
  if (begun !== null || unknown !== null) waiting = setTimeout(() => setChord(null), patienceMilliseconds);
}

/** Listens for the commands' keys before any pane sees them, and leaves to the focused one what is its own. */
export function listenToKeys(): void {
  commands();
  window.addEventListener('keydown', onKey, { capture: true });
}

function onKey(event: KeyboardEvent): void {
  if (isModifier(event.key) || event.isComposing || event.getModifierState('AltGraph')) return;
  if (event.target instanceof Element && event.target.closest(`[${recordsKeys}]`) !== null) return;
  const keymap = useKeymap();
  const { begun } = keymap;
  const focus = focusOf(event.target);
  const stroke = chordOf(event);
  const match = matchStrokes(keymap.keymap, begun === null ? [stroke] : [begun, stroke], focus, isAvailable);
  setChord(null);
  if (match.kind === 'none' && begun === null) return;
  // A sign that is typed is typed, whatever it was given to.
  if (focus.typing && begun === null && writesText(stroke)) return;
  event.preventDefault();
  event.stopPropagation();
  // A dialog has the word. The browser's own meaning of the key (F5 reloads) is not wanted either.
  if (document.querySelector('dialog[open]') !== null) return;
  if (match.kind === 'none') return setChord(null, stroke === 'Escape' ? null : [begun, stroke].join(' '));
  if (match.kind === 'begun') return setChord(stroke);
  if (event.repeat && !repeats.test(match.command)) return;
  runCommand(match.command);
}

const isAvailable = (id: string): boolean => commands().get(id as CommandId)?.unavailable() === null;

function focusOf(target: EventTarget | null): KeyFocus {
  if (!(target instanceof HTMLElement)) return { typing: false, editor: false, operations: false };
  const editor = target.closest('.monaco-editor') !== null;
  return { editor, typing: editor || target.matches('input, textarea, select, [contenteditable="true"]'), operations: target.closest('[data-testid="operations-pane"]') !== null };
}
