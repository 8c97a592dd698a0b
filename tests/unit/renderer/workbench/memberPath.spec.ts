import { describe, expect, it } from 'vitest';
import { canChange, memberPath } from '../../../../src-renderer/workbench/inspector/memberPath.ts';

const statusStop: NonNullable<Parameters<typeof canChange>[2]> = {
  moment: { past: false, basis: 'live', rebuilding: false, note: null }, atLine: false, stackFrames: [{ id: 1, name: 'ReadStatus', driver: 'statusWatch', line: 82, column: 1 }],
};

describe('where a variable is', () => {
  it.each([
    ['', 'read', 'object', 'read'], ['Data.Iopb', 'IrpFlags', 'number', 'Data.Iopb.IrpFlags'], ['list', '12', 'number', 'list[12]'], ['list', '100 … 199', 'page', 'list'],
    ['names', 'C:\\a.txt', 'string', null], ['', '0', 'number', null], [null, 'x', 'number', null],
  ])('%j and %j of type %s: %j', (path, name, type, expected) => expect(memberPath(path, { name, type })).toBe(expected));
});

describe('another value', () => {
  const plain = { variablesReference: 0, value: '4096' };

  it('can be given to plain values of the innermost frame, and before a line has run only to members', () => {
    const frame = statusStop.stackFrames[0]?.id ?? 0;
    expect(canChange('Data.Iopb.IrpFlags', plain, statusStop, frame)).toBe(true);
    expect(canChange('count', plain, { ...statusStop, atLine: true }, frame)).toBe(true);
    expect(canChange('count', plain, { ...statusStop, atLine: false }, frame)).toBe(false);
    expect(canChange('Data.Iopb.IrpFlags', plain, statusStop, frame + 1)).toBe(false);
    expect(canChange('Data.Iopb', { variablesReference: 3, value: 'FLT_IO_PARAMETER_BLOCK' }, statusStop, frame)).toBe(false);
    expect(canChange('Data.Iopb.IrpFlags', plain, { ...statusStop, moment: { ...statusStop.moment, basis: 'recorded' } }, frame)).toBe(false);
  });
});
