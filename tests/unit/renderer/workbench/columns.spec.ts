import { expect, test } from 'vitest';
import type { OperationColumn } from '../../../../src-preload/contract/index.ts';
import { gridTemplate, moved, resized, soundColumns, toggled, type ShownColumn } from '../../../../src-renderer/workbench/operations/columns.ts';
import { notesMarkdown } from '../../../../src-renderer/workbench/notes/notesMarkdown.ts';

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

test('notes are a page: about the session first, then trace by trace', () => {
  const mark = { id: 1, created: 0n, point: null, bookmark: false, traceId: null, operation: null, text: 'seen on **Monday**' } as const;
  const text = notesMarkdown('case 7', [mark, { ...mark, id: 2, traceId: 4, operation: 12, bookmark: true, text: '' }, { ...mark, id: 3, traceId: 4, operation: 15, point: { runId: 2, issued: 15, sequence: 3 }, text: 'swapped' }], [{ id: 4, name: 'boot.PML' }], [{ id: 2, name: 'Run 2' }]);
  expect(text).toBe('# case 7\n\nseen on **Monday**\n\n## boot.PML\n\n### Operation 12 (bookmark)\n\n### Operation 15, moment 15:3 of Run 2\n\nswapped\n');
});
