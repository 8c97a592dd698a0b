/**
 * Keys as other programs have them. What a preset does not name keeps its own keys (those of Visual Studio Code where it has
 * such a command).
 */
import type { KeymapPreset } from './keymap.ts';

export const keymapPresetNames = ['vscode', 'windbg', 'procmon'] as const;
export type KeymapPresetName = (typeof keymapPresetNames)[number];

export const keymapPresetTitles: Readonly<Record<KeymapPresetName, string>> = { vscode: 'Visual Studio Code', windbg: 'WinDbg', procmon: 'Process Monitor' };

/**
 * Microsoft Learn, "WinDbg keyboard shortcuts" (flow control) and the classic WinDbg's menus (F8, F9, Alt+digits for its
 * windows). WinDbg has no keys for going back in time; those of this program stay.
 */
const windbg: KeymapPreset = {
  'run.continue': { keys: ['F5'] },
  'run.next': { keys: ['F10'] },
  'run.stepIn': { keys: ['F11', 'F8'] },
  'run.stepOut': { keys: ['Shift+F11'] },
  'run.toLine': { keys: ['F7'] },
  'run.pause': { keys: ['Ctrl+Pause', 'Alt+Delete'] },
  'run.restart': { keys: ['Ctrl+Shift+F5'] },
  'run.stop': { keys: ['Shift+F5'] },
  'source.toggleBreakpoint': { keys: ['F9'] },
  'breakpoint.add': { keys: ['Alt+F9'] },
  'view.console': { keys: ['Alt+1'] },
  'view.variables': { keys: ['Alt+3'] },
  'view.bytes': { keys: ['Alt+5'] },
  'view.inspector': { keys: ['Alt+6'] },
  'view.source': { keys: ['Alt+7'] },
};

/** Process Monitor's menus. Its keys count in the operation list; elsewhere the usual ones stay. */
const procmon: KeymapPreset = {
  'trace.open': { keys: ['Ctrl+O'] },
  'edit.find': { keys: ['Ctrl+F'] },
  'edit.findNext': { keys: ['F3'] },
  'edit.findPrevious': { keys: ['Shift+F3'] },
  'filter.edit': { keys: ['Ctrl+L'], scope: 'list' },
  'filter.reset': { keys: ['Ctrl+R'], scope: 'list' },
  'highlight.edit': { keys: ['Ctrl+H'], scope: 'list' },
  'highlight.next': { keys: ['F4'], scope: 'list' },
  'highlight.previous': { keys: ['Shift+F4'], scope: 'list' },
  'bookmark.toggle': { keys: ['Ctrl+B'], scope: 'list' },
  'bookmark.next': { keys: ['F6'], scope: 'list' },
  'bookmark.previous': { keys: ['Shift+F6'], scope: 'list' },
  'view.inspector': { keys: ['Ctrl+P', 'Ctrl+3'], scope: 'list' },
  'view.processes': { keys: ['Ctrl+T'], scope: 'list' },
};

export const keymapPresets: Readonly<Record<KeymapPresetName, KeymapPreset>> = { vscode: {}, windbg, procmon };
