import { describe, expect, it } from 'vitest';
import { chordOf, parseChord, writesText } from '../../../../src-renderer/commands/keyChord.ts';
import { conflictsOf, matchStrokes, resolveKeymap, type KeyedCommand, type KeyFocus } from '../../../../src-renderer/commands/keymap.ts';
import { keymapText, readKeymapText } from '../../../../src-renderer/commands/keymapFile.ts';
import { keymapPresets } from '../../../../src-renderer/commands/keymapPresets.ts';

const away: KeyFocus = { typing: false, editor: false, operations: false };
const inEditor: KeyFocus = { typing: true, editor: true, operations: false };
const inField: KeyFocus = { typing: true, editor: false, operations: false };
const inList: KeyFocus = { typing: false, editor: false, operations: true };

const command = (id: string, keys: readonly string[], keyScope: KeyedCommand['keyScope'] = 'everywhere'): KeyedCommand => ({ id, keys, keyScope });
const press = (key: string, more: Partial<Parameters<typeof chordOf>[0]> = {}): string => chordOf({ key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...more });

describe('chords', () => {
  it('have one spelling, however they are written', () => {
    expect(parseChord('cmd+shift+p')).toBe('Ctrl+Shift+P');
    expect(parseChord('Shift+Ctrl+f5')).toBe('Ctrl+Shift+F5');
    expect(parseChord(' ctrl+k   ctrl+s ')).toBe('Ctrl+K Ctrl+S');
    expect(parseChord('Alt+Del')).toBe('Alt+Delete');
    expect(parseChord('Ctrl+Plus')).toBe('Ctrl+Plus');
    for (const none of ['', 'Ctrl+', 'Ctrl+Shift', 'P+Ctrl', 'Ctrl+Nonsense', 'A B C']) expect(parseChord(none)).toBeNull();
  });

  it('are the same on a keyboard without Latin letters, and the plus sign has a name', () => {
    expect(press('с', { ctrlKey: true, code: 'KeyC' })).toBe('Ctrl+C');
    expect(press('+', { ctrlKey: true, code: 'NumpadAdd' })).toBe('Ctrl+Plus');
    expect(press('z', { ctrlKey: true, code: 'KeyY' })).toBe('Ctrl+Z');
  });

  it('tell signs that are typed from keys that do something', () => {
    for (const sign of ['A', 'Shift+A', 'Space', '/']) expect(writesText(sign)).toBe(true);
    for (const key of ['F5', 'Ctrl+A', 'Alt+1', 'Escape', 'Shift+F3']) expect(writesText(key)).toBe(false);
  });
});

describe('which command a key means', () => {
  const keymap = resolveKeymap([command('step', ['F10']), command('find', ['Ctrl+F'], 'list'), command('next', ['F3'], 'outsideEditor'), command('mark', ['Ctrl+B'], 'operations'), command('sidebar', ['Ctrl+B']), command('outline', ['Ctrl+Shift+O'], 'editor'), command('recent', ['Ctrl+Shift+O'])], {}, {});
  const meant = (stroke: string, focus: KeyFocus): string => {
    const match = matchStrokes(keymap, [stroke], focus);
    return match.kind === 'command' ? match.command : match.kind;
  };

  it('follows the focus', () => {
    for (const focus of [away, inEditor, inField, inList]) expect(meant('F10', focus)).toBe('step');
    expect([away, inList, inField, inEditor].map((focus) => meant('Ctrl+F', focus))).toEqual(['find', 'find', 'none', 'none']);
    expect([away, inField, inEditor].map((focus) => meant('F3', focus))).toEqual(['next', 'next', 'none']);
    expect([away, inList, inEditor].map((focus) => meant('Ctrl+B', focus))).toEqual(['sidebar', 'mark', 'sidebar']);
    expect([inEditor, inList].map((focus) => meant('Ctrl+Shift+O', focus))).toEqual(['outline', 'recent']);
  });

  it('goes to the command that can do something where two share a key', () => {
    const shared = resolveKeymap([command('pause', ['F6']), command('nextPane', ['F6']), command('mark', ['F6'], 'operations')], {}, {});
    const at = (focus: KeyFocus, ...available: readonly string[]) => matchStrokes(shared, ['F6'], focus, (id) => available.includes(id));
    expect(at(away, 'pause', 'nextPane')).toEqual({ kind: 'command', command: 'pause' });
    expect(at(away, 'nextPane')).toEqual({ kind: 'command', command: 'nextPane' });
    // Where none can, the first says why; what is closer to the focus counts first in any case.
    expect(at(away)).toEqual({ kind: 'command', command: 'pause' });
    expect(at(inList, 'nextPane')).toEqual({ kind: 'command', command: 'mark' });
  });

  it('waits for the second stroke of a chord', () => {
    const chords = resolveKeymap([command('keys', ['Ctrl+K Ctrl+S']), command('other', ['Ctrl+S'])], {}, {});
    expect(matchStrokes(chords, ['Ctrl+K'], away)).toEqual({ kind: 'begun' });
    expect(matchStrokes(chords, ['Ctrl+K', 'Ctrl+S'], away)).toEqual({ kind: 'command', command: 'keys' });
    expect(matchStrokes(chords, ['Ctrl+K', 'Ctrl+X'], away)).toEqual({ kind: 'none' });
    expect(matchStrokes(chords, ['Ctrl+S'], away)).toEqual({ kind: 'command', command: 'other' });
  });

  it('lets the user decide before the preset, and the preset before the command', () => {
    const list = [command('a', ['F6']), command('b', ['F7']), command('c', ['F8'])];
    const preset = { b: { keys: ['F6'] } };
    const plain = resolveKeymap(list, preset, {});
    expect(plain.get('a')?.keys).toEqual([]);
    expect(plain.get('b')).toMatchObject({ keys: ['F6'], source: 'preset' });
    const chosen = resolveKeymap(list, preset, { c: ['F6'], a: [] });
    expect(matchStrokes(chosen, ['F6'], away)).toEqual({ kind: 'command', command: 'c' });
    expect(chosen.get('a')?.keys).toEqual([]);
  });

  it('names what a chord would collide with: the same keys, or the beginning of a chord, at the same place', () => {
    const list = resolveKeymap([command('a', ['Ctrl+K']), command('b', ['Ctrl+K Ctrl+S']), command('c', ['Ctrl+K'], 'editor'), command('d', [])], {}, {});
    expect(conflictsOf(list, 'd', 'Ctrl+K')).toEqual(['a', 'b']);
    expect(conflictsOf(list, 'd', 'Ctrl+K Ctrl+S')).toEqual(['a', 'b']);
    expect(conflictsOf(list, 'd', 'Ctrl+J')).toEqual([]);
    expect(conflictsOf(list, 'c', 'Ctrl+K')).toEqual([]);
  });
});

describe('presets', () => {
  it('are written in our spelling, and give no key twice', () => {
    for (const preset of Object.values(keymapPresets)) {
      const keys = Object.values(preset).flatMap((entry) => entry.keys);
      for (const key of keys) expect(parseChord(key)).toBe(key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  // Microsoft Learn, "WinDbg keyboard shortcuts", flow control.
  it('has the flow control of WinDbg', () => {
    expect(Object.fromEntries(['run.continue', 'run.next', 'run.stepIn', 'run.stepOut', 'run.toLine', 'run.pause', 'run.restart', 'run.stop'].map((id) => [id, keymapPresets.windbg[id]?.keys]))).toEqual({
      'run.continue': ['F5'], 'run.next': ['F10'], 'run.stepIn': ['F11', 'F8'], 'run.stepOut': ['Shift+F11'], 'run.toLine': ['F7'], 'run.pause': ['Ctrl+Pause', 'Alt+Delete'], 'run.restart': ['Ctrl+Shift+F5'], 'run.stop': ['Shift+F5'],
    });
  });
});

describe('keys as a file', () => {
  const known = (id: string): boolean => id === 'run.pause';

  it('come back as they were written', () => {
    const choice = { preset: 'windbg' as const, keys: { 'run.pause': ['F6', 'Ctrl+K Ctrl+P'] } };
    expect(readKeymapText(keymapText(choice), known)).toEqual({ choice, unknown: [] });
  });

  it('say what is wrong, and leave out commands that are not known', () => {
    expect(readKeymapText('{', known)).toBe('The file is no JSON.');
    expect(readKeymapText('[]', known)).toMatch(/fltreplay-keys/);
    expect(readKeymapText('{"format":"fltreplay-keys","version":2}', known)).toMatch(/version 2/);
    expect(readKeymapText('{"format":"fltreplay-keys","version":1,"preset":"emacs","keys":{}}', known)).toMatch(/"emacs"; it can be vscode, windbg, procmon/);
    expect(readKeymapText('{"format":"fltreplay-keys","version":1,"preset":"vscode","keys":{"run.pause":["Hyper+X"]}}', known)).toMatch(/run\.pause/);
    expect(readKeymapText('{"format":"fltreplay-keys","version":1,"preset":"vscode","keys":{"no.such":["F2"],"run.pause":["shift+f6"]}}', known)).toEqual({ choice: { preset: 'vscode', keys: { 'run.pause': ['Shift+F6'] } }, unknown: ['no.such'] });
  });
});
