import { expect, it } from 'vitest';
import { detailWords } from '../../../src-main/host/detailWords.ts';

it('writes flags by name, addresses and codes in hex, times as dates, and leaves the rest alone', () => {
  expect(detailWords({
    DesiredAccess: 0x120089, GrantedAccess: 0x10081, CreateOptions: 0x60, FileAttributes: 0x20, ShareAccess: 3, ControlCode: 0x900a8, FileObject: 0xffffa00000002000n, CreationTime: 132_539_328_000_000_000n,
    LastWriteTime: 0, ReparseTag: 0xa0000003, EndOfFile: 4096, Disposition: 'Open', Entries: ['a'], toString: 5,
  })).toEqual({
    DesiredAccess: '0x00120089 FILE_GENERIC_READ', GrantedAccess: '0x00010081 FILE_READ_DATA | FILE_READ_ATTRIBUTES | DELETE', CreateOptions: '0x000060 FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE',
    FileAttributes: '0x0020 FILE_ATTRIBUTE_ARCHIVE', ShareAccess: 'FILE_SHARE_READ | FILE_SHARE_WRITE', ControlCode: '0x0900A8 FSCTL_GET_REPARSE_POINT', FileObject: '0xFFFFA00000002000',
    CreationTime: '2021-01-01T00:00:00.0000000Z', ReparseTag: 'IO_REPARSE_TAG_MOUNT_POINT',
  });
});

it('names rights of registry keys as such', () => {
  // winnt.h: KEY_READ, KEY_ALL_ACCESS; MAXIMUM_ALLOWED is 0x02000000.
  expect(detailWords({ DesiredAccess: 0x20019, GrantedAccess: 0x2000001 }, 'registry')).toEqual({ DesiredAccess: '0x00020019 KEY_READ', GrantedAccess: '0x02000001 KEY_QUERY_VALUE | MAXIMUM_ALLOWED' });
  expect(detailWords({ DesiredAccess: 0xf003f }, 'registry')).toEqual({ DesiredAccess: '0x000F003F KEY_ALL_ACCESS' });
});
