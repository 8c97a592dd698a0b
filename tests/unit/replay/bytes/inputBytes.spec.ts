/** Input buffers rebuilt from recorded fields. Offsets are those of MS-FSCC 2.3, 2.4, 2.5 on 64-bit Windows, written out by hand. */
import { describe, expect, it } from 'vitest';
import { KBUFFER } from '../../../../src-main/driver-api/kbuffer.ts';
import { bufferOf, parametersOf } from '../../../support/recordedBuffer.ts';

const set = (FileInformationClass: number, detail: Record<string, unknown>, length: number | null = null, more = {}) =>
  ({ major: 6, operation: 'Set', length, offset: null, detail: { FileInformationClass, ...detail } as never, ...more });
const info = (...args: Parameters<typeof set>) => bufferOf(set(...args), 'InfoBuffer');

describe('the buffer of a rename', () => {
  it('holds ReplaceIfExists, RootDirectory, the length of the name and the name', () => {
    const buffer = info(10, { ReplaceIfExists: true, FileName: 'C:\\docs\\new.txt' });
    const name = '\\??\\C:\\docs\\new.txt';
    expect([buffer.u8(0), buffer.u64(8), buffer.u32(16), buffer.wstr(20, name.length * 2)]).toEqual([1, 0n, name.length * 2, name]);
    expect(buffer.length).toBe(20 + name.length * 2);
    expect(buffer.isKnown(0, 1) && buffer.isKnown(8)).toBe(true);
    expect(buffer.isKnown(1, 7)).toBe(false);
  });

  it('holds Flags in the Ex form', () => {
    expect(info(65, { Flags: 0x43, FileName: 'C:\\x' }).u32(0)).toBe(0x43);
    expect(parametersOf(set(65, { Flags: 0x43, FileName: 'C:\\x' })).values['ReplaceIfExists']).toBe(1);
    expect(parametersOf(set(65, { Flags: 2, FileName: 'C:\\x' })).values['ReplaceIfExists']).toBe(0);
  });

  it('keeps the name as the caller gave it, unless it was relative to a handle', () => {
    const name = (detail: Record<string, unknown>): string => {
      const buffer = info(10, detail, null, { path: 'C:\\docs\\plan.txt' });
      return buffer.wstr(20, buffer.u32(16));
    };
    expect(name({ TargetName: 'b.txt', FileName: 'C:\\docs\\b.txt' })).toBe('b.txt');
    expect(name({ TargetName: '\\??\\C:\\other\\b.txt', FileName: 'C:\\other\\b.txt' })).toBe('\\??\\C:\\other\\b.txt');
    expect(name({ TargetName: 'b.txt', FileName: 'C:\\other\\b.txt' })).toBe('\\??\\C:\\other\\b.txt');
    expect(name({ TargetName: ':stream2', FileName: 'C:\\docs\\plan.txt:stream2' })).toBe(':stream2');
    expect(name({ FileName: '\\\\server\\share\\b.txt' })).toBe('\\??\\UNC\\server\\share\\b.txt');
  });

  it('says what was assumed: what may be replaced follows from the result', () => {
    const collided = info(10, { FileName: 'C:\\x' }, null, { status: 0xc0000035 });
    expect(collided.u8(0)).toBe(0);
    const buffer = info(10, { FileName: 'C:\\x' });
    expect(buffer.u8(0)).toBe(1);
    expect(KBUFFER.originAt(buffer, 0).origin).toBe('assumed');
    expect(KBUFFER.originAt(buffer, 20).origin).toBe('rebuilt');
    expect(KBUFFER.originAt(info(10, { ReplaceIfExists: false, FileName: 'C:\\x' }), 0).origin).toBe('rebuilt');
  });

  it('can be read without a recorded name, which stays unknown', () => {
    const buffer = info(10, {}, 52);
    expect(buffer.u32(16)).toBe(32);
    expect(buffer.isKnown(20)).toBe(false);
  });

  it('takes more room where the full name stands for a relative one', () => {
    const short = { TargetName: 'b', FileName: 'C:\\far away\\b' };
    expect(parametersOf(set(10, short, 24)).values['Length']).toBe(20 + '\\??\\C:\\far away\\b'.length * 2);
    expect(parametersOf(set(10, { TargetName: 'b', FileName: 'C:\\docs\\b' }, 22)).values['Length']).toBe(22);
  });
});

describe('the buffer of a set operation', () => {
  it.each([[19, 'AllocationSize'], [20, 'EndOfFile'], [39, 'ValidDataLength'], [14, 'Position']])('class %i has its 64-bit number', (informationClass, key) => {
    const buffer = info(informationClass, { [key]: 0x1_2345_6789 });
    expect([buffer.length, buffer.u64(0), buffer.isKnown()]).toEqual([8, 0x1_2345_6789n, true]);
    expect(info(informationClass, { [key]: 2n ** 62n }).u64(0)).toBe(2n ** 62n);
  });

  it('disposition: a BOOLEAN, or flags in the Ex form', () => {
    expect([info(13, { DeleteFile: true }).length, info(13, { DeleteFile: true }).u8(0), info(13, { DeleteFile: false }).u8(0)]).toEqual([1, 1, 0]);
    expect([info(64, { Flags: 0x13 }).length, info(64, { Flags: 0x13 }).u32(0)]).toEqual([4, 0x13]);
  });

  it('basic information: four times and the attributes', () => {
    const buffer = info(4, { CreationTime: 1n, LastAccessTime: 2n, LastWriteTime: 133_000_000_000_000_000n, ChangeTime: -1, FileAttributes: 0x22 });
    expect([buffer.length, buffer.u64(0), buffer.u64(8), buffer.u64(16), buffer.u64(24), buffer.u32(32)]).toEqual([40, 1n, 2n, 133_000_000_000_000_000n, 0xffff_ffff_ffff_ffffn, 0x22]);
    // Text exports keep times as the exporter's text: those are unknown.
    expect(info(4, { CreationTime: '6/5/2026 8:42:34 AM', FileAttributes: 1 }).isKnown(0, 8)).toBe(false);
  });

  it('what was not recorded stays unknown', () => {
    expect(info(20, {}).isKnown()).toBe(false);
    expect(KBUFFER.originAt(info(20, {}), 0)).toEqual({ origin: 'unknown', writer: null });
  });

  it('a recorded length wins, even a short one', () => {
    expect(info(20, { EndOfFile: 5 }, 4).length).toBe(4);
    expect(info(20, { EndOfFile: 5 }, 4).isKnown()).toBe(false);
    expect(info(13, { DeleteFile: true }, 8).u8(0)).toBe(1);
  });
});

describe('the input of a control code', () => {
  const control = (ControlCode: number, input: number, more = {}) => bufferOf({ major: 13, length: null, detail: { ControlCode, InputBufferLength: input, OutputBufferLength: 0 }, ...more }, 'SystemBuffer');

  it('FSCTL_SET_ZERO_DATA: first and last', () => {
    const buffer = control(0x980c8, 16, { offset: 4096n, length: 8192 });
    expect([buffer.u64(0), buffer.u64(8)]).toEqual([4096n, 12288n]);
  });

  it('FSCTL_OFFLOAD_WRITE: size, offset and length', () => {
    const buffer = control(0x98268, 544, { offset: 65536n, length: 1024 });
    expect([buffer.u32(0), buffer.u64(8), buffer.u64(16), buffer.isKnown(24, 8)]).toEqual([544, 65536n, 1024n, false]);
  });

  it('FSCTL_REQUEST_OPLOCK: version and length; the level only where it was recorded', () => {
    const buffer = control(0x90240, 12);
    expect([buffer.u16(0), buffer.u16(2), buffer.isKnown(4, 8)]).toEqual([1, 12, false]);
    const known = bufferOf({ major: 13, length: null, detail: { ControlCode: 0x90240, InputBufferLength: 12, OutputBufferLength: 24, RequestedOplockLevel: 3, Flags: 1 } }, 'SystemBuffer');
    expect([known.length, known.u32(4), known.u32(8)]).toEqual([24, 3, 1]);
  });
});

it('a lock keeps a length beyond 2^53', () => {
  expect(parametersOf({ major: 17, minor: 1, length: 2 ** 64, detail: { Length: 2n ** 64n - 1n } }).values['Length']).toBe(2n ** 64n - 1n);
});

it('a label: its length and its text', () => {
  const buffer = bufferOf({ major: 11, length: null, detail: { FsInformationClass: 2, VolumeLabel: 'Data' } }, 'VolumeBuffer');
  expect([buffer.length, buffer.u32(0), buffer.wstr(4, 8)]).toEqual([12, 8, 'Data']);
});
