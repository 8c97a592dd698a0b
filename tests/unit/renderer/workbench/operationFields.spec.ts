import { expect, test } from 'vitest';
import type { OperationDetail } from '../../../../src-preload/contract/index.ts';
import { StatusNames } from '../../../../src-renderer/formatting/status.ts';
import { operationFields, type FieldRow } from '../../../../src-renderer/workbench/inspector/operationFields.ts';

const operation: OperationDetail = {
  index: 1, traceId: 1, time: 132_539_328_000_000_000n, duration: 4000n, process: 'excel.exe', pid: 700, tid: 8, operation: 'ReadFile', major: 3, minor: 0, kind: 'irp', path: 'C:\\a', status: 0, replayed: 'pending', replayedStatus: null, answer: null, effect: 'none', cause: null, violations: 0,
  offset: 4096n, length: 512, majorName: 'IRP_MJ_READ', minorName: null, statusName: 'STATUS_SUCCESS', irpFlags: 0x900, irpFlagNames: 'IRP_READ_OPERATION | IRP_DEFER_IO_COMPLETION', information: null, detail: { Offset: 4096, List: ['a', 'b'], ShareAccess: 3 }, detailWords: { ShareAccess: 'FILE_SHARE_READ | FILE_SHARE_WRITE' },
  provenance: { irpFlags: 'derived', offset: 'recorded', detail: 'recorded' }, processInfo: { pid: 700, parentPid: null, name: 'excel.exe', imagePath: null, commandLine: null, user: null }, sourceIndex: 1, hasStack: false,
};

test('every field says where it comes from; what is unknown is left out', () => {
  const groups = operationFields(operation, new StatusNames([]));
  const field = (name: string): unknown => groups.flatMap((group) => group.fields).find((row) => row.name === name);
  expect(field('IrpFlags')).toMatchObject({ text: 'IRP_READ_OPERATION | IRP_DEFER_IO_COMPLETION', provenance: 'derived' });
  expect(field('Offset')).toMatchObject({ text: '0x1000 (4096)', provenance: 'recorded' });
  expect(field('Replayed')).toMatchObject({ text: 'still pending' });
  expect(field('List')).toMatchObject({ text: 'a, b', provenance: 'recorded' });
  expect(field('ShareAccess')).toMatchObject({ text: 'FILE_SHARE_READ | FILE_SHARE_WRITE' });
  expect(field('Duration')).toMatchObject({ text: '400 µs' });
  expect(field('Information')).toBeUndefined();
  expect(field('Image')).toBeUndefined();
  expect(field('Answered by')).toBeUndefined();
});

test('what became of an operation in the run is told, with the operation that can be gone to', () => {
  const fieldsOf = (change: Partial<OperationDetail>): readonly FieldRow[] => operationFields({ ...operation, ...change }, new StatusNames([])).flatMap((group) => group.fields);
  const notIssued = fieldsOf({ replayed: 'not-issued', effect: 'not-issued', cause: 12_000 });
  expect(notIssued).toContainEqual(expect.objectContaining({ name: 'Because of', text: '#12 000', operation: 12_000 }));
  expect(notIssued.find((row) => row.name === 'Replayed')?.text).toBe('not issued');
  const denied = fieldsOf({ replayed: 'completed', replayedStatus: 0xc0000022, answer: 'filter', effect: 'changed', cause: 1 });
  expect(denied.find((row) => row.name === 'Answered by')?.text).toBe('a filter');
  // It is its own cause: there is nowhere to go.
  expect(denied.some((row) => row.name === 'Because of')).toBe(false);
});
