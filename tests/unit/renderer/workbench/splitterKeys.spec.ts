import { expect, test } from 'vitest';
import { leastOf, movedSplitter, splitterRange, type SplitPart } from '../../../../src-renderer/workbench/docking/splitterKeys.ts';

const group: SplitPart = { kind: 'group' };

test('a part keeps room for every pane in it: widths add up side by side, the widest counts one above the other', () => {
  const column: SplitPart = { kind: 'split', isAcross: false, parts: [group, { kind: 'split', isAcross: true, parts: [group, group] }] };
  expect(leastOf(group, true)).toBe(140);
  expect(leastOf(column, true)).toBe(280);
  expect(leastOf(column, false)).toBe(120);
});

test('a splitter moves between the least of all before it and the least of all behind it', () => {
  expect(splitterRange([300, 500, 200], [140, 140, 140], 1)).toEqual({ least: 280, now: 800, most: 860, whole: 1000 });
  // A window that is too small for the panes: nothing can be moved.
  expect(splitterRange([100, 100], [140, 140], 0)).toEqual({ least: 100, now: 100, most: 100, whole: 200 });
});

test('keys move along the split only, in two lengths, to the ends, and there and back', () => {
  const range = { least: 140, now: 300, most: 860, whole: 1000 };
  const key = (name: string, isLong = false, isAcross = true) => movedSplitter(name, isLong, isAcross, range, null);
  expect([key('ArrowLeft'), key('ArrowRight'), key('ArrowRight', true), key('Home'), key('End')]).toEqual([284, 316, 380, 140, 860]);
  expect([key('ArrowUp'), key('ArrowDown'), key('a')]).toEqual([null, null, null]);
  expect([key('ArrowUp', false, false), key('ArrowDown', false, false)]).toEqual([284, 316]);
  expect(movedSplitter('ArrowLeft', true, true, { ...range, now: 150 }, null)).toBe(140);
  expect(key('Enter')).toBe(140);
  expect(movedSplitter('Enter', false, true, { ...range, now: 140 }, 300)).toBe(300);
});
