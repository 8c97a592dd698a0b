import { expect, test } from 'vitest';
import { movedRow } from '../../../../src-renderer/components/listKeys.ts';

test.each([
  ['ArrowDown', 5, 6], ['ArrowDown', 99, 99], ['ArrowUp', 5, 4], ['ArrowUp', 0, 0], ['PageDown', 5, 15], ['PageDown', 95, 99], ['PageUp', 5, 0], ['Home', 50, 0], ['End', 50, 99],
])('%s from row %i goes to %i', (key, from, to) => {
  expect(movedRow(key, from, 100, 10)).toBe(to);
});

test('without a selected row the first key goes to the first row', () => {
  expect(movedRow('ArrowDown', -1, 100, 10)).toBe(0);
  expect(movedRow('ArrowUp', -1, 100, 10)).toBe(0);
});

test('other keys and empty lists are left alone', () => {
  expect(movedRow('a', 5, 100, 10)).toBeNull();
  expect(movedRow('End', -1, 0, 10)).toBeNull();
});
