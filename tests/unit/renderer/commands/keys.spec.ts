import { expect, test } from 'vitest';
import { chordOf } from '../../../../src-renderer/commands/keyChord.ts';
import { matchCommands } from '../../../../src-renderer/commands/matchCommands.ts';

const press = (key: string, modifiers: Partial<Record<'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey', boolean>> = {}): Parameters<typeof chordOf>[0] => ({ key, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false, ...modifiers });

test('a key event has one spelling, whatever the system', () => {
  expect(chordOf(press('F5'))).toBe('F5');
  expect(chordOf(press('F11', { shiftKey: true }))).toBe('Shift+F11');
  expect(chordOf(press('p', { ctrlKey: true, shiftKey: true }))).toBe('Ctrl+Shift+P');
  expect(chordOf(press('s', { metaKey: true }))).toBe('Ctrl+S');
});

test('the palette finds by words in any order, titles that begin so first', () => {
  const commands = [{ title: 'Run from the selected operation', menu: 'Run' as const }, { title: 'Restart', menu: 'Run' as const }, { title: 'Go to operation…', menu: 'Edit' as const }];
  expect(matchCommands(commands, 'operation run').map(({ title }) => title)).toEqual(['Run from the selected operation']);
  expect(matchCommands(commands, 'r').map(({ title }) => title)[0]).toBe('Run from the selected operation');
  expect(matchCommands(commands, 'go').map(({ title }) => title)).toEqual(['Go to operation…']);
  expect(matchCommands(commands, '')).toHaveLength(3);
});

test('letters may be left out between, and words may stand in any order', () => {
  const commands = [{ title: 'Step back to the previous callback', menu: 'Run' as const }, { title: 'Split: the pane to the right', menu: 'View' as const }, { title: 'Call log', menu: 'View' as const }];
  expect(matchCommands(commands, 'prev clbk').map(({ title }) => title)).toEqual(['Step back to the previous callback']);
  expect(matchCommands(commands, 'right split').map(({ title }) => title)).toEqual(['Split: the pane to the right']);
  expect(matchCommands(commands, 'log').map(({ title }) => title)[0]).toBe('Call log');
  expect(matchCommands(commands, 'xyzzy')).toEqual([]);
});
