import { describe, expect, it } from 'vitest';
import { describeIopb, FILE_OBJECT, FLT_IO_PARAMETER_BLOCK, LARGE_INTEGER, memberNameFor, parameterSlots } from '../../../../src-main/engine/index.ts';
import { ParameterBlock } from '../../../../src-main/engine/fltmgr/parameterBlock.ts';
import { iopbState } from '../../../../src-main/engine/fltmgr/parameters.ts';
import {
  IRP_MJ_CREATE, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_READ, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_QUERY_DIRECTORY,
} from '../../../../src-main/nt/values.generated.ts';

function iopbOf(major: number, member: string | null, values: Record<string, unknown>): FLT_IO_PARAMETER_BLOCK {
  return new FLT_IO_PARAMETER_BLOCK(new ParameterBlock(0, major, 0, 0, 0, new FILE_OBJECT({ id: 'fo1', volume: 'V1' }), parameterSlots(member, values)), null);
}

describe('FLT_PARAMETERS', () => {
  it('is a union: Others and every member look at the same six slots', () => {
    const { Parameters } = iopbOf(IRP_MJ_READ, 'Read', { Length: 4096, Key: 7, ByteOffset: 0x1_0000_0001n, ReadBuffer: 'ubuf' });
    expect(Parameters.Others['Argument1']).toBe(4096);
    expect(Parameters.Others['Argument4']).toBe('ubuf');
    // The wrong member gives the wrong field, as in C: slot 1 is Read.Key and Create.Options.
    expect(Parameters.Create['Options']).toBe(7);
    Parameters.Others['Argument1'] = 512;
    expect(Parameters.Read['Length']).toBe(512);
  });

  it('packs the small fields that share a slot', () => {
    const { Parameters } = iopbOf(IRP_MJ_CREATE, 'Create', { FileAttributes: 0x80, ShareAccess: 7 });
    expect(Parameters.Others['Argument3']).toBe(0x0007_0080);
    Parameters.Create['ShareAccess'] = 1;
    expect([Parameters.Create['FileAttributes'], Parameters.Create['ShareAccess'], Parameters.Others['Argument3']]).toEqual([0x80, 1, 0x0001_0080]);
  });

  it('gives LARGE_INTEGERs that write through', () => {
    const { Parameters } = iopbOf(IRP_MJ_READ, 'Read', { ByteOffset: 0x1_0000_0001n });
    const offset = Parameters.Read['ByteOffset'] as LARGE_INTEGER;
    expect([offset.QuadPart, offset.LowPart, offset.HighPart]).toEqual([0x1_0000_0001n, 1, 1]);
    offset.LowPart = 0xffff_ffff;
    expect((Parameters.Read['ByteOffset'] as LARGE_INTEGER).QuadPart).toBe(0x1_ffff_ffffn);
    Parameters.Read['ByteOffset'] = new LARGE_INTEGER(-1n);
    expect([offset.QuadPart, offset.HighPart, offset.LowPart]).toEqual([-1n, -1, 0xffff_ffff]);
    expect(Parameters.Others['Argument3']).toBe(-1n);
  });

  it('copies at the first write after somebody kept the block', () => {
    const iopb = iopbOf(IRP_MJ_READ, 'Read', { Length: 4096 });
    const kept = iopbState(iopb).share();
    iopb.Parameters.Read['Length'] = 1;
    iopb.IrpFlags = 2;
    expect([kept.slots[0], kept.irpFlags]).toEqual([4096, 0]);
    const after = iopbState(iopb).block;
    iopb.Parameters.Read['Length'] = 3;
    expect(iopbState(iopb).block).toBe(after);
  });
});

describe('describeIopb', () => {
  it('lists the head and the fields of the major function only', () => {
    const paths = describeIopb(iopbOf(IRP_MJ_READ, 'Read', {})).map(({ path }) => path);
    expect(paths).toEqual([
      'MajorFunction', 'MinorFunction', 'IrpFlags', 'OperationFlags', 'TargetFileObject', 'TargetInstance', 'Parameters.Read.Length', 'Parameters.Read.Key',
      'Parameters.Read.ByteOffset', 'Parameters.Read.ReadBuffer', 'Parameters.Read.MdlAddress',
    ]);
  });

  it('finds the sub-structure by minor function or by the method of the control code', () => {
    expect(memberNameFor(IRP_MJ_DIRECTORY_CONTROL, IRP_MN_QUERY_DIRECTORY, 0)).toBe('DirectoryControl.QueryDirectory');
    expect(memberNameFor(IRP_MJ_DIRECTORY_CONTROL, IRP_MN_NOTIFY_CHANGE_DIRECTORY, 0)).toBe('DirectoryControl.NotifyDirectory');
    // FSCTL_GET_RETRIEVAL_POINTERS 0x90073 is METHOD_NEITHER, FSCTL_REQUEST_OPLOCK 0x90240 METHOD_BUFFERED.
    expect(memberNameFor(IRP_MJ_FILE_SYSTEM_CONTROL, 0, 0x90073)).toBe('FileSystemControl.Neither');
    expect(memberNameFor(IRP_MJ_FILE_SYSTEM_CONTROL, 0, 0x90240)).toBe('FileSystemControl.Buffered');
  });
});
