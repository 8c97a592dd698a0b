/** Values as a person types them. Numbers by the WDK headers: IRP_NOCACHE 0x1, IRP_PAGING_IO 0x2, FILE_OPEN 1, FILE_DIRECTORY_FILE 1, FILE_SYNCHRONOUS_IO_NONALERT 0x20. */
import { describe, expect, it } from 'vitest';
import { canSetField, namesOfField, readFieldValue, readReturnValue } from '../../../src-main/debugger/fieldValues.ts';

const expression = (path: string, text: string): string => {
  const read = readFieldValue(path, text);
  return read.kind === 'ok' ? read.expression : `! ${read.sentence}`;
};

describe('another value for a field', () => {
  it('is a number in decimal or hexadecimal, or WDK names, as the driver would write it', () => {
    expect(expression('Parameters.Read.Length', '512')).toBe('Data.Iopb.Parameters.Read.Length = 512');
    expect(expression('Parameters.Read.Length', ' 0x200 ')).toBe('Data.Iopb.Parameters.Read.Length = 0x200');
    expect(expression('IrpFlags', 'IRP_NOCACHE | IRP_PAGING_IO|0x40')).toBe('Data.Iopb.IrpFlags = IRP_NOCACHE | IRP_PAGING_IO | 0x40');
    expect(expression('Parameters.QueryFileInformation.FileInformationClass', 'FileStandardInformation')).toBe('Data.Iopb.Parameters.QueryFileInformation.FileInformationClass = FileStandardInformation');
    expect(expression('Parameters.Create.Options', 'FILE_OPEN; FILE_DIRECTORY_FILE | FILE_SYNCHRONOUS_IO_NONALERT')).toBe('Data.Iopb.Parameters.Create.Options = 0x1000021');
    expect(expression('Parameters.Read.ByteOffset', '-1')).toBe('Data.Iopb.Parameters.Read.ByteOffset = -1n');
    expect(expression('Parameters.LockControl.Length', '16')).toBe('Data.Iopb.Parameters.LockControl.Length = LARGE_INTEGER(16n)');
    expect(expression('Parameters.DirectoryControl.QueryDirectory.Length', '100')).toBe('Data.Iopb.Parameters.DirectoryControl.QueryDirectory.Length = 100');
    expect(expression('IoStatus.Status', 'STATUS_DISK_FULL')).toBe('Data.IoStatus.Status = STATUS_DISK_FULL');
    expect(expression('IoStatus.Status', '0xC000007F')).toBe('Data.IoStatus.Status = 0xC000007F');
    expect(expression('IoStatus.Information', '4096')).toBe('Data.IoStatus.Information = 4096');
    expect(expression('Parameters.Read.ReadBuffer', 'NULL')).toBe('Data.Iopb.Parameters.Read.ReadBuffer = null');
  });

  it('that is none is refused with what would be one', () => {
    expect(expression('IrpFlags', 'NOCACH')).toMatch(/^! “NOCACH” is no value of IrpFlags: write a WDK name .* Near it: IRP_NOCACHE\.$/);
    expect(expression('Parameters.Read.Length', '0x100000000')).toMatch(/does not fit: Length has 32 bits/);
    expect(expression('Parameters.Read.Length', '1 + 1')).toMatch(/is no value of Length: write a number, for example 4096/);
    expect(expression('Parameters.Read.Length', '1 | 2')).toMatch(/one value, not several/);
    expect(expression('Parameters.Read.Length', '-5')).toMatch(/does not fit/);
    expect(expression('Parameters.Read.Length', ' ')).toMatch(/Write a value for Length/);
    expect(expression('Parameters.Read.ReadBuffer', '5')).toMatch(/is a pointer: it can be NULL here/);
    expect(expression('MajorFunction', '4')).toMatch(/cannot be changed/);
  });

  it('is not offered for what a filter may not change, or what cannot be typed', () => {
    expect(['MajorFunction', 'MinorFunction', 'TargetInstance', 'TargetFileObject', 'IrpFlags', 'Parameters.Read.Length'].map(canSetField)).toEqual([false, false, false, false, true, true]);
    expect(namesOfField('Parameters.Read.Length')).toEqual([]);
    expect(namesOfField('IrpFlags')).toContainEqual({ name: 'IRP_NOCACHE', value: 1 });
  });

  it('and what a callback returns: a name, and behind FLT_PREOP_COMPLETE the status', () => {
    expect(readReturnValue('pre', 'FLT_PREOP_SUCCESS_NO_CALLBACK')).toEqual({ kind: 'ok', name: 'FLT_PREOP_SUCCESS_NO_CALLBACK', value: 1, status: null, information: 0 });
    expect(readReturnValue('pre', 'COMPLETE STATUS_ACCESS_DENIED')).toMatchObject({ name: 'FLT_PREOP_COMPLETE', value: 4, status: 0xc0000022, information: 0 });
    expect(readReturnValue('pre', 'FLT_PREOP_COMPLETE, STATUS_SUCCESS, 12')).toMatchObject({ value: 4, status: 0, information: 12 });
    expect(readReturnValue('pre', 'FLT_PREOP_COMPLETE')).toMatchObject({ kind: 'problem', sentence: expect.stringContaining('write a status behind it') as string });
    expect(readReturnValue('pre', 'FLT_PREOP_PENDING')).toMatchObject({ kind: 'problem' });
    expect(readReturnValue('post', 'FLT_PREOP_COMPLETE STATUS_SUCCESS')).toMatchObject({ kind: 'problem' });
    expect(readReturnValue('post', 'FINISHED_PROCESSING')).toMatchObject({ kind: 'ok', value: 0 });
  });
});
