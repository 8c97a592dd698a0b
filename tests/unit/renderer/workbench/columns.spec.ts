import { expect, test } from 'vitest';
import type { OperationColumn } from '../../../../src-preload/contract/index.ts';
import { gridTemplate, moved, resized, soundColumns, toggled, type ShownColumn } from '../../../../src-renderer/workbench/operations/columns.ts';

const columns = (...ids: OperationColumn[]): readonly ShownColumn[] => ids.map((id) => ({ id, width: null }));
const ids = (list: readonly ShownColumn[]): string => list.map(({ id }) => id).join(' ');

test('a column is shown behind the others and taken away again; the last one stays', () => {
  expect(ids(toggled(columns('number', 'path'), 'duration'))).toBe('number path duration');
  expect(ids(toggled(columns('number', 'path'), 'number'))).toBe('path');
  expect(ids(toggled(columns('path'), 'path'))).toBe('path');
});

test('a column is moved to a place, and no further than the ends', () => {
  expect(ids(moved(columns('number', 'time', 'path'), 'path', 0))).toBe('path number time');
  expect(ids(moved(columns('number', 'time', 'path'), 'number', 1))).toBe('time number path');
  expect(ids(moved(columns('number', 'time'), 'time', -3))).toBe('time number');
  expect(ids(moved(columns('number', 'time'), 'number', 9))).toBe('time number');
});

test('widths stay in sight', () => {
  expect(resized(columns('path'), 'path', 3)).toEqual([{ id: 'path', width: 36 }]);
  expect(resized(columns('path'), 'path', null)).toEqual([{ id: 'path', width: null }]);
});

test('the path takes what is left; without one the last column does', () => {
  expect(gridTemplate([{ id: 'number', width: null }, { id: 'path', width: null }, { id: 'tid', width: 70 }], 55)).toBe('minmax(36px, 55px) minmax(160px, 1fr) minmax(36px, 70px)');
  expect(gridTemplate([{ id: 'pid', width: 50 }, { id: 'tid', width: 70 }], 55)).toBe('minmax(36px, 50px) minmax(36px, 1fr)');
});

test('what was kept by another version is made sound', () => {
  expect(soundColumns(undefined)).toBeNull();
  expect(soundColumns([{ id: 'gone' }, null])).toBeNull();
  expect(soundColumns([{ id: 'path', width: 'wide' }, { id: 'gone' }, { id: 'path', width: 9 }, { id: 'tid', width: 80 }])).toEqual([{ id: 'path', width: null }, { id: 'tid', width: 80 }]);
});
