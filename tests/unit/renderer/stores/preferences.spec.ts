import { expect, test } from 'vitest';
import { defaultPreferences, knownPreferences, nextZoom } from '../../../../src-renderer/stores/preferences.ts';

test('what another version has kept counts as far as it can be', () => {
  expect(knownPreferences({})).toEqual(defaultPreferences);
  expect(knownPreferences({ theme: 'light', zoom: 125, density: 'tiny', textSize: 400, editorWordWrap: 'yes' })).toEqual({ ...defaultPreferences, theme: 'light', zoom: 125 });
});

test('zoom goes in steps and stops at the ends', () => {
  expect(nextZoom(100, 1)).toBe(110);
  expect(nextZoom(100, -1)).toBe(90);
  expect(nextZoom(104, 1)).toBe(110);
  expect(nextZoom(300, 1)).toBe(300);
  expect(nextZoom(50, -1)).toBe(50);
});
