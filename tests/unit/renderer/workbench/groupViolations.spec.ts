import { expect, test } from 'vitest';
import type { ViolationRow } from '../../../../src-preload/contract/index.ts';
import { groupViolations } from '../../../../src-renderer/workbench/violations/groupViolations.ts';

const row = (id: string, severity: ViolationRow['severity'], line: number, operation: number): ViolationRow => ({ id, hint: false, severity, sentence: '', rule: '', source: '', driver: 'd', line, operation, issued: operation, sequence: 1 });

test('the same finding at the same line is one group, the severe ones first', () => {
  const groups = groupViolations([row('FV-020', 'W', 5, 1), row('FV-084', 'V', 9, 1), row('FV-084', 'V', 9, 2), row('FV-084', 'V', 12, 3)]);
  expect(groups.map((group) => [group.first.id, group.first.line, group.rows.length])).toEqual([['FV-084', 9, 2], ['FV-084', 12, 1], ['FV-020', 5, 1]]);
});
