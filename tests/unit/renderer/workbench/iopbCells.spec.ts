import { expect, test } from 'vitest';
import { iopbCells } from '../../../../src-renderer/workbench/inspector/iopbCells.ts';

const cells = (values: readonly (string | null)[], changed = true, raw: readonly (string | null)[] = values.map(() => null)): string[] => iopbCells({ values, raw, changed }).map((cell) => `${cell.text}/${cell.kind}`);

test('what stayed is written =, what changed in full', () => {
  expect(cells(['ubuf#91', 'pool#7', 'ubuf#91'])).toEqual(['ubuf#91/first', 'pool#7/different', '=/same']);
});

test('a moment without a value is a dash, and the first value is what others are compared with', () => {
  expect(cells([null, '4096', '4096'])).toEqual(['–/none', '4096/first', '=/same']);
});

test('alike in words but not in number is not the same', () => {
  expect(cells(['buffer', 'buffer'], true, ['0x1', '0x2'])).toEqual(['buffer/first', 'buffer/different']);
});

test('what differs by nature is not marked as changed', () => {
  expect(cells(['statusWatch', 'file system'], false)).toEqual(['statusWatch/first', 'file system/other']);
});
