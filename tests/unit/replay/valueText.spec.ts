import { expect, test } from 'vitest';
import { isChangedField } from '../../../src-main/replay/valueText.ts';

test('a field has been changed where its values differ; a moment without a value says nothing', () => {
  expect(isChangedField('Parameters.Read.ReadBuffer', ['UserBuffer#6', 'NonPagedPool#8', 'NonPagedPool#8'])).toBe(true);
  expect(isChangedField('Parameters.Read.Length', ['4096', null, '4096'])).toBe(false);
});

test('that the file system has no instance is no change of TargetInstance', () => {
  expect(isChangedField('TargetInstance', ['PFLT_INSTANCE(statusWatch Instance)', 'NULL', 'NULL'])).toBe(false);
});
