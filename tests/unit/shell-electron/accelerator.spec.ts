import { expect, test } from 'vitest';
import { acceleratorOf } from '../../../src-main/shell-electron/accelerator.ts';

// Electron's documentation, "Accelerator": CmdOrCtrl, Up, Return, Plus; one stroke.
test('chords of the page in Electron\'s spelling', () => {
  expect(acceleratorOf('Ctrl+Shift+P')).toBe('CmdOrCtrl+Shift+P');
  expect(acceleratorOf('Alt+ArrowUp')).toBe('Alt+Up');
  expect(acceleratorOf('Ctrl+Plus')).toBe('CmdOrCtrl+Plus');
  expect(acceleratorOf('F5')).toBe('F5');
  for (const none of ['', 'Ctrl+K Ctrl+S', 'Ctrl+Pause']) expect(acceleratorOf(none)).toBeNull();
});
