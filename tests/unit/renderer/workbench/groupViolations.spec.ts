import { expect, test } from 'vitest';
import type { ViolationRow } from '../../../../src-preload/contract/index.ts';
import { findingClass, groupViolations } from '../../../../src-renderer/workbench/violations/groupViolations.ts';

const row = (id: string, severity: ViolationRow['severity'], line: number, operation: number): ViolationRow => ({ id, hint: false, severity, sentence: '', rule: '', source: '', driver: 'd', line, operation, issued: operation, sequence: 1 });

test('the same finding at the same line is one group, the severe ones first', () => {
  const groups = groupViolations([row('FV-020', 'W', 5, 1), row('FV-084', 'V', 9, 1), row('FV-084', 'V', 9, 2), row('FV-084', 'V', 12, 3)]);
  expect(groups.map((group) => [group.first.id, group.first.line, group.rows.length])).toEqual([['FV-084', 9, 2], ['FV-084', 12, 1], ['FV-020', 5, 1]]);
});

test('warnings are violations; information and hints are not', () => {
  expect([row('FV-001', 'B', 1, 1), row('FV-084', 'V', 1, 1), row('FV-020', 'W', 1, 1), row('FV-016', 'I', 1, 1), { ...row('H-01', 'V', 1, 1), hint: true }].map(findingClass)).toEqual(['violation', 'violation', 'violation', 'information', 'hint']);
});
