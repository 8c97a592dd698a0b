import { describe, expect, it } from 'vitest';
import type { CallSite, EngineEvent, FLT_CALLBACK_DATA, LARGE_INTEGER } from '../../../../src-main/engine/index.ts';
import {
  FLT_PREOP_SUCCESS_NO_CALLBACK, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_READ, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_QUERY_DIRECTORY,
} from '../../../../src-main/nt/values.generated.ts';
import { makeRig, type Rig } from '../../../support/engine/rig.ts';

type Hint = EngineEvent & { readonly kind: 'hint' };
const hintsOf = (rig: Rig): Hint[] => rig.events.filter((event) => event.kind === 'hint');

/** A driver whose pre callback runs `body`, on a line that `site` tells. */
function rigWith(major: number, body: (data: FLT_CALLBACK_DATA) => void, options: { site?: () => CallSite | null } = {}): Rig {
  return makeRig([{ name: 'A', altitude: '1', registration: { OperationRegistration: [[major, 0, (data: FLT_CALLBACK_DATA) => {
    body(data);
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }]] } }], undefined, options.site === undefined ? {} : { callSite: options.site });
}

describe('a field of another operation', () => {
  it('gives its raw value and a hint, told once for each line', () => {
    const values: unknown[] = [];
    let line = 10;
    const rig = rigWith(IRP_MJ_CREATE, (data) => {
      line = 10;
      values.push(data.Iopb.Parameters.Read['Key']);
      line = 11;
      values.push(data.Iopb.Parameters.Read['Key']);
    }, { site: () => ({ driver: 'A', line, column: 5 }) });
    rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: { Options: 0x0100_0060 } });
    rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: { Options: 0x0100_0060 } });
    expect(values).toEqual([0x0100_0060, 0x0100_0060, 0x0100_0060, 0x0100_0060]);
    expect(hintsOf(rig).map(({ id, site }) => [id, site?.line])).toEqual([['U-01', 10], ['U-01', 11]]);
    expect(hintsOf(rig)[0]?.sentence).toBe('Parameters.Read.Key read during IRP_MJ_CREATE: raw value 0x1000060 of Create.Options.');
    expect(hintsOf(rig)[0]).toMatchObject({ filter: { name: 'A' }, operation: { index: 1 } });
  });

  it('hints at writes too, and the bytes change', () => {
    const rig = rigWith(IRP_MJ_CREATE, (data) => {
      data.Iopb.Parameters.Write['Key'] = 5;
      expect(data.Iopb.Parameters.Create['Options']).toBe(5);
    });
    rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: { Options: 1 } });
    expect(hintsOf(rig).map(({ sentence }) => sentence)).toEqual(['Parameters.Write.Key written during IRP_MJ_CREATE: raw value 0x1 of Create.Options.']);
  });

  it('says nothing of the own member, of Others, and of what the engine and the file system read', () => {
    const rig = rigWith(IRP_MJ_READ, (data) => {
      expect(data.Iopb.Parameters.Read['Length']).toBe(4096);
      expect(data.Iopb.Parameters.Others['Argument1']).toBe(4096);
    });
    rig.issue().issued.Parameters.Create['Options'];
    expect(hintsOf(rig)).toEqual([]);
  });

  it('says nothing where the structures of one major function agree', () => {
    const seen: unknown[] = [];
    const rig = rigWith(IRP_MJ_DIRECTORY_CONTROL, ({ Iopb }) => {
      seen.push(Iopb.Parameters.DirectoryControl['QueryDirectory']?.['Length'], Iopb.Parameters.DirectoryControl['QueryDirectory']?.['DirectoryBuffer']);
    });
    rig.issue({ major: IRP_MJ_DIRECTORY_CONTROL, minor: IRP_MN_NOTIFY_CHANGE_DIRECTORY, member: 'DirectoryControl.NotifyDirectory', values: { Length: 512, DirectoryBuffer: 'dbuf' } });
    expect([seen, hintsOf(rig)]).toEqual([[512, 'dbuf'], []]);
  });

  it('hints where they do not agree', () => {
    const rig = rigWith(IRP_MJ_DIRECTORY_CONTROL, ({ Iopb }) => {
      expect(Iopb.Parameters.DirectoryControl['NotifyDirectory']?.['CompletionFilter']).toBe(0);
    });
    rig.issue({ major: IRP_MJ_DIRECTORY_CONTROL, minor: IRP_MN_QUERY_DIRECTORY, member: 'DirectoryControl.QueryDirectory', values: {} });
    expect(hintsOf(rig).map(({ sentence }) => sentence)).toEqual(['Parameters.DirectoryControl.NotifyDirectory.CompletionFilter read during IRP_MJ_DIRECTORY_CONTROL: raw value 0 of DirectoryControl.QueryDirectory.FileName.']);
  });

  it('chooses the structure of a control code by its method, and of a fast call by its kind', () => {
    const rig = rigWith(IRP_MJ_FILE_SYSTEM_CONTROL, ({ Iopb }) => {
      void Iopb.Parameters.FileSystemControl['Common']?.['FsControlCode'];
      void Iopb.Parameters.FileSystemControl['Buffered']?.['SystemBuffer'];
    });
    // FSCTL_REQUEST_OPLOCK 0x90240 is METHOD_BUFFERED, FSCTL_GET_RETRIEVAL_POINTERS 0x90073 METHOD_NEITHER.
    const issue = (code: number) => rig.issue({ major: IRP_MJ_FILE_SYSTEM_CONTROL, member: `FileSystemControl.${(code & 3) === 3 ? 'Neither' : 'Buffered'}`, values: { FsControlCode: code } });
    issue(0x90240);
    expect(hintsOf(rig)).toEqual([]);
    const device = rigWith(IRP_MJ_DEVICE_CONTROL, ({ Iopb }) => void Iopb.Parameters.DeviceIoControl['FastIo']?.['OutputBuffer']);
    device.issue({ major: IRP_MJ_DEVICE_CONTROL, kind: 'fastio', member: 'DeviceIoControl.FastIo', values: { IoControlCode: 0x70000 } });
    expect(hintsOf(device)).toEqual([]);
    device.issue({ major: IRP_MJ_DEVICE_CONTROL, kind: 'irp', member: 'DeviceIoControl.Buffered', values: { IoControlCode: 0x70000 } });
    expect(hintsOf(device).map(({ id }) => id)).toEqual(['U-01']);
  });

  it('gives a pointer one stable number, and the pointer back for it', () => {
    const security = { DesiredAccess: 1 };
    const seen: unknown[] = [];
    const rig = rigWith(IRP_MJ_CREATE, ({ Iopb }) => {
      const { FastIoCheckIfPossible, Create, Read } = Iopb.Parameters;
      const whole = (FastIoCheckIfPossible['FileOffset'] as LARGE_INTEGER).QuadPart;
      seen.push(whole, Read['Length'] === Number(BigInt.asUintN(32, whole)));
      FastIoCheckIfPossible['FileOffset'] = 0n;
      seen.push(Create['SecurityContext']);
      FastIoCheckIfPossible['FileOffset'] = whole;
      seen.push(Create['SecurityContext'] === security);
    });
    rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: { SecurityContext: security } });
    rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: { SecurityContext: security } });
    const [number] = seen;
    expect(number).toBeGreaterThan(0xffff_ffffn);
    expect(seen).toEqual([number, true, null, true, number, true, null, true]);
  });

  it('tells of a value that does not fit, and stores its low bits', () => {
    const rig = rigWith(IRP_MJ_CREATE, ({ Iopb }) => {
      Iopb.Parameters.Create['ShareAccess'] = 0x1_0007;
      expect(Iopb.Parameters.Create['ShareAccess']).toBe(7);
    });
    rig.issue({ major: IRP_MJ_CREATE, member: 'Create', values: {} });
    expect(hintsOf(rig).map(({ sentence }) => sentence)).toEqual(['65543 does not fit Parameters.Create.ShareAccess (USHORT); 7 was stored.']);
  });
});
