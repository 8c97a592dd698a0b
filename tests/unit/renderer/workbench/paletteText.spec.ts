import { expect, test } from 'vitest';
import { parsePaletteText, recentFirst } from '../../../../src-renderer/workbench/palette/paletteText.ts';

test('the first sign says what is looked for', () => {
  expect(parsePaletteText('>run')).toEqual({ mode: 'commands', text: 'run' });
  expect(parsePaletteText(':18204:7')).toEqual({ mode: 'goTo', text: '18204:7' });
  expect(parsePaletteText('@ pre')).toEqual({ mode: 'symbols', text: 'pre' });
  expect(parsePaletteText('#.docx')).toEqual({ mode: 'operations', text: '.docx' });
  expect(parsePaletteText(' run ')).toEqual({ mode: 'any', text: 'run' });
});

test('what was chosen last comes first, and what is gone is left out', () => {
  const items = ['a', 'b', 'c'].map((id) => ({ id }));
  expect(recentFirst(items, ['c', 'gone', 'b']).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});
