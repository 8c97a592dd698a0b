import { describe, expect, it } from 'vitest';
import type { KBUFFER } from '../../../../src-main/driver-api/kbuffer.ts';
import { structures } from '../../../../src-main/driver-api/structures/index.ts';
import { testDriver } from '../../../support/driver-api/driver.ts';

const driver = testDriver();
const { UCHAR, USHORT, ULONG, ULONGLONG, WCHAR, PVOID, LARGE_INTEGER } = driver.globals as Record<string, { array(count: number): unknown; counted(field: string): unknown }>;
const struct = (members: object, options?: object): unknown => driver.call('struct', members, options);
const buffer = (bytes: number): KBUFFER => driver.call('ExAllocatePoolZero', 0, bytes, 'Strc');
const view = <T = Record<string, unknown>>(type: unknown, over: KBUFFER, offset = 0): T => driver.call<T>('view', type, over, offset);

describe('ready structures', () => {
  // sizeof on 64-bit Windows, counted by hand from ntifs.h with natural alignment.
  it.each([
    ['FILE_BASIC_INFORMATION', 40], ['FILE_STANDARD_INFORMATION', 24], ['FILE_NETWORK_OPEN_INFORMATION', 56], ['FILE_RENAME_INFORMATION', 24], ['FILE_LINK_INFORMATION', 24],
    ['FILE_DISPOSITION_INFORMATION', 1], ['FILE_DISPOSITION_INFORMATION_EX', 4], ['FILE_END_OF_FILE_INFORMATION', 8], ['FILE_ALL_INFORMATION', 104], ['FILE_NAME_INFORMATION', 8],
    ['FILE_STREAM_INFORMATION', 32], ['FILE_ID_INFORMATION', 24], ['FILE_DIRECTORY_INFORMATION', 72], ['FILE_FULL_DIR_INFORMATION', 72], ['FILE_ID_FULL_DIR_INFORMATION', 88],
    ['FILE_BOTH_DIR_INFORMATION', 96], ['FILE_ID_BOTH_DIR_INFORMATION', 112], ['FILE_NAMES_INFORMATION', 16], ['FILE_ID_EXTD_DIR_INFORMATION', 96], ['FILE_ID_EXTD_BOTH_DIR_INFORMATION', 120],
    ['FILE_NOTIFY_INFORMATION', 16], ['FILE_FS_VOLUME_INFORMATION', 24], ['FILE_FS_SIZE_INFORMATION', 24], ['FILE_FS_FULL_SIZE_INFORMATION', 32], ['FILE_FS_ATTRIBUTE_INFORMATION', 16],
    ['FILE_FS_CONTROL_INFORMATION', 48], ['FILE_FS_SECTOR_SIZE_INFORMATION', 28], ['REPARSE_DATA_BUFFER', 24], ['REPARSE_GUID_DATA_BUFFER', 28], ['REQUEST_OPLOCK_INPUT_BUFFER', 12],
    ['REQUEST_OPLOCK_OUTPUT_BUFFER', 24], ['KEY_VALUE_PARTIAL_INFORMATION', 16], ['KEY_VALUE_FULL_INFORMATION', 24], ['PROCESS_BASIC_INFORMATION', 48], ['FILE_FULL_EA_INFORMATION', 12],
  ])('%s has %i bytes', (name, bytes) => expect(driver.call('sizeof', structures[name])).toBe(bytes));

  it.each([
    ['FILE_RENAME_INFORMATION', 'RootDirectory', 8], ['FILE_RENAME_INFORMATION', 'FileName', 20], ['FILE_BOTH_DIR_INFORMATION', 'ShortName', 70], ['FILE_BOTH_DIR_INFORMATION', 'FileName', 94],
    ['FILE_ID_BOTH_DIR_INFORMATION', 'FileId', 96], ['FILE_ID_BOTH_DIR_INFORMATION', 'FileName', 104], ['FILE_ID_FULL_DIR_INFORMATION', 'FileId', 72], ['FILE_NAMES_INFORMATION', 'FileName', 12],
    ['FILE_FS_VOLUME_INFORMATION', 'VolumeLabel', 18],
  ])('%s.%s lies at %i', (name, field, offset) => expect(driver.call('FIELD_OFFSET', structures[name], field)).toBe(offset));

  it('read and write the bytes, and text together with its length', () => {
    const bytes = buffer(64);
    const rename = view<{ ReplaceIfExists: boolean; Flags: number; FileNameLength: number; FileName: string; RootDirectory: unknown }>(structures['FILE_RENAME_INFORMATION'], bytes);
    rename.Flags = 0x43;
    rename.FileName = '\\new';
    expect([bytes.u32(0), rename.ReplaceIfExists, bytes.u32(16), bytes.wstr(20, 8)]).toEqual([0x43, true, 8, '\\new']);
    bytes.setU32(16, 4);
    expect(rename.FileName).toBe('\\n');
    const root = { id: 'HANDLE(1)' };
    rename.RootDirectory = root;
    expect(rename.RootDirectory).toBe(root);
    bytes.setU8(8, 1);
    expect(rename.RootDirectory).not.toBe(root);
  });

  it('nest, and keep LARGE_INTEGERs alive', () => {
    const bytes = buffer(128);
    const all = view<{ StandardInformation: { EndOfFile: { QuadPart: bigint; LowPart: number }; Directory: boolean } }>(structures['FILE_ALL_INFORMATION'], bytes);
    all.StandardInformation.EndOfFile.QuadPart = 0x1_0000_0002n;
    expect([bytes.u64(48), all.StandardInformation.EndOfFile.LowPart]).toEqual([0x1_0000_0002n, 2]);
    all.StandardInformation.EndOfFile.LowPart = 9;
    expect(bytes.u64(48)).toBe(0x1_0000_0009n);
  });

  it('fail outside the buffer, and over NULL', () => {
    const standard = view<{ NumberOfLinks: number; AllocationSize: unknown }>(structures['FILE_STANDARD_INFORMATION'], buffer(16));
    expect(() => standard.NumberOfLinks).toThrow(/has 16 bytes; 4 bytes at offset 16/);
    expect(() => driver.call('view', structures['FILE_BASIC_INFORMATION'], null)).toThrow(/NULL/);
  });
});

describe('structures of a driver', () => {
  it('are laid out as C does it, packed when asked', () => {
    const members = { a: UCHAR, b: ULONGLONG, c: USHORT, d: PVOID };
    expect(driver.call('sizeof', struct(members))).toBe(32);
    expect(driver.call('sizeof', struct(members, { pack: 1 }))).toBe(19);
    expect(driver.call('sizeof', struct({ Flags: ULONG, Name: WCHAR?.array(32), When: LARGE_INTEGER }))).toBe(80);
    expect(driver.call('sizeof', struct({ Id: driver.globals['GUID'], Inner: struct({ x: ULONG }) }))).toBe(20);
  });

  it('have texts, arrays, bytes and bit fields', () => {
    const Message = struct({ Kind: ULONG, Name: WCHAR?.array(4), Parts: USHORT?.array(3), Raw: UCHAR?.array(2), Low: { at: 0, type: ULONG, bits: [0, 4] }, High: { at: 0, type: ULONG, bits: [4, 28] } }, { name: 'Message' });
    const bytes = buffer(64);
    const message = view<{ Kind: number; Name: string; Parts: readonly number[]; Raw: KBUFFER; Low: number; High: number }>(Message, bytes, 8);
    message.Kind = 0x123;
    expect([message.Low, message.High]).toEqual([3, 0x12]);
    message.High = 1;
    expect(message.Kind).toBe(0x13);
    expect(() => {
      message.Low = 16;
    }).toThrow(/4 bits/);
    message.Name = 'ab';
    message.Parts = [1, 2, 3];
    message.Raw.setU8(1, 7);
    expect([message.Name, bytes.wstr(12, 8), message.Parts, bytes.u8(8 + 4 + 8 + 6 + 1)]).toEqual(['ab', 'ab\0\0', [1, 2, 3], 7]);
    expect(() => {
      message.Name = 'too long';
    }).toThrow(/more than 4 characters/);
  });

  it('refuse what does not fit', () => {
    const bytes = buffer(8);
    const small = view<{ a: number; b: unknown }>(struct({ a: UCHAR, b: ULONG }), bytes);
    expect(() => {
      small.a = 256;
    }).toThrow(/256 does not fit into a UCHAR/);
    expect(() => {
      small.b = 'text';
    }).toThrow(/holds an integer/);
    small.b = -1;
    expect(small.b).toBe(0xffffffff);
    expect(() => struct({ a: 5 })).toThrow(/a type is wanted/);
    expect(() => driver.call('FIELD_OFFSET', struct({ a: UCHAR }, { name: 'S' }), 'z')).toThrow(/S has no member z; it has a/);
    expect(() => driver.call('sizeof', 'ULONG')).toThrow(/a type is wanted/);
  });
});

describe('GUID', () => {
  it('is written in braces and stored as in C', () => {
    const guid = driver.make<{ toString(): string; Data1: number; Data4: number[] }>('GUID', '{00112233-4455-6677-8899-aabbccddeeff}');
    expect(guid.toString()).toBe('{00112233-4455-6677-8899-aabbccddeeff}');
    const bytes = buffer(16);
    const holder = view<{ Id: { toString(): string } }>(struct({ Id: driver.globals['GUID'] }), bytes);
    holder.Id = guid;
    expect([...bytes.bytes()]).toEqual([0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff]);
    expect(String(holder.Id)).toBe(String(guid));
    expect(() => driver.make('GUID', 'nonsense')).toThrow(/is no GUID/);
  });
});
