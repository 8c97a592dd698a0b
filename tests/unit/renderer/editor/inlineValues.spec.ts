import { expect, it } from 'vitest';
import { lineValues } from '../../../../src-renderer/editor/inlineValues.ts';

const lines = [
  'const size = 3;',
  'function other(size: number): void {',
  '}',
  'function PreRead(Data: PFLT_CALLBACK_DATA, size: number): number {',
  '  // size is not told in a comment',
  '  const length = Data.Iopb.size;',
  '  DbgPrint("size %d", length);',
  '  return length + size;',
  '}',
];

it('stands at the lines of the routine up to the one the run is at: names in use, not members, texts and comments', () => {
  const values = [{ name: 'size', value: '3' }, { name: 'length', value: '4096' }];
  expect(lineValues(lines, 8, values)).toEqual([{ line: 4, text: 'size = 3' }, { line: 6, text: 'length = 4096' }, { line: 7, text: 'length = 4096' }, { line: 8, text: 'length = 4096, size = 3' }]);
  expect(lineValues(lines, 6, values).at(-1)).toEqual({ line: 6, text: 'length = 4096' });
});

it('cuts long values', () => {
  const [first] = lineValues(['const a = b;'], 1, [{ name: 'b', value: 'x'.repeat(500) }]);
  expect(first?.text).toHaveLength('b = '.length + 60);
});
