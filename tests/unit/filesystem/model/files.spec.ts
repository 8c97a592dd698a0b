/** Data, deletion, renames, enumeration, locks, notification, fast I/O, volumes. Sources: MS-FSA; filter-manager-objects.md 4.6, 5, 6, 9; driver-api-usage.md 2.8, 3.2. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  FILE_CREATE, FILE_DELETE_ON_CLOSE, FILE_DIRECTORY_FILE, FILE_NO_INTERMEDIATE_BUFFERING, FILE_NOTIFY_CHANGE_FILE_NAME, FILE_SYNCHRONOUS_IO_NONALERT, FileBasicInformation,
  FileBothDirectoryInformation, FileDispositionInformation, FileLinkInformation, FileNameInformation, FileNetworkOpenInformation, FileRenameInformation, FileStandardInformation, FileStreamInformation,
  FSCTL_DELETE_REPARSE_POINT, FSCTL_DISMOUNT_VOLUME, FSCTL_GET_OBJECT_ID, FSCTL_GET_REPARSE_POINT, FSCTL_LOCK_VOLUME, FSCTL_SET_REPARSE_POINT, FSCTL_SET_ZERO_DATA, IRP_MJ_DIRECTORY_CONTROL, IRP_MJ_MDL_READ, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_QUERY_INFORMATION,
  IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MN_NOTIFY_CHANGE_DIRECTORY, IRP_MN_QUERY_DIRECTORY, IRP_NOCACHE, IRP_PAGING_IO,
} from '../../../../src-main/nt/values.generated.ts';
import { ModelRig, outcome } from './modelRig.ts';

let fs: ModelRig;
beforeEach(() => {
  fs = new ModelRig();
  fs.volume.makeFile('\\f', { contents: new TextEncoder().encode('hello world') });
});

const standard = (name: string): { size: bigint; links: number; deleted: boolean } => {
  const { buffer } = fs.query(name, FileStandardInformation);
  return { size: buffer.u64(8), links: buffer.u32(16), deleted: buffer.u8(20) !== 0 };
};

describe('data', () => {
  test('what was written is read; behind the end there is nothing', () => {
    fs.create('h', '\\f', { access: 'rw' });
    expect(fs.text('h')).toBe('hello world');
    expect(fs.write('h', 6, 'there, everybody')).toBe('SUCCESS 16');
    expect(fs.text('h')).toBe('hello there, everybody');
    expect(fs.read('h', 22, 1)).toBe('END_OF_FILE');
    expect(fs.read('h', 0, 0)).toBe('SUCCESS');
    expect(fs.size('h', 5)).toBe('SUCCESS');
    expect(fs.size('h', 8)).toBe('SUCCESS');
    expect(fs.text('h')).toBe('hello\0\0\0');
  });

  test('a hole is zero, FSCTL_SET_ZERO_DATA makes one, the end can be written to', () => {
    fs.create('h', '\\f', { access: 'rw' });
    fs.write('h', 13, 'x');
    expect(fs.text('h')).toBe('hello world\0\0x');
    const buffer = fs.buffer(16, (to) => { to.setU64(0, 0n); to.setU64(8, 6n); });
    expect(fs.fsctl('z', 'h', FSCTL_SET_ZERO_DATA, { InputBufferLength: 16, SystemBuffer: buffer })).toBe('SUCCESS');
    expect(fs.text('h')).toBe('\0\0\0\0\0\0world\0\0x');
    expect(fs.write('h', -1n, '!')).toBe('SUCCESS 1');
    expect(standard('h').size).toBe(15n);
  });

  test('GEN-023 non-cached transfers are aligned to sectors, paging I/O is not checked and never extends', () => {
    fs.volume.makeFile('\\big', { size: 4096 });
    fs.create('h', '\\big', { access: 'rw', opts: FILE_NO_INTERMEDIATE_BUFFERING });
    expect(fs.read('h', 0, 512)).toBe('SUCCESS 512');
    expect(fs.read('h', 0, 100)).toBe('INVALID_PARAMETER');
    expect(fs.read('h', 100, 512)).toBe('INVALID_PARAMETER');
    expect(fs.read('h', 0, 100, { irpFlags: IRP_NOCACHE | IRP_PAGING_IO })).toBe('SUCCESS 100');
    expect(fs.write('h', 2048, 4096, { irpFlags: IRP_NOCACHE | IRP_PAGING_IO })).toBe('SUCCESS 4096');
    expect(standard('h').size).toBe(4096n);
  });

  test('GEN-021, GEN-022 the position of a synchronous file object', () => {
    fs.create('h', '\\f', { access: 'rw+s', opts: FILE_SYNCHRONOUS_IO_NONALERT });
    fs.read('h', 0, 4);
    expect(fs.handle('h').CurrentByteOffset.QuadPart).toBe(4n);
    expect(fs.read('h', -2n, 4)).toBe('SUCCESS 4');
    expect(fs.handle('h').CurrentByteOffset.QuadPart).toBe(8n);
    fs.create('a', '\\f');
    expect(fs.read('a', -2n, 4)).toBe('INVALID_PARAMETER');
    expect(fs.handle('a').CurrentByteOffset.QuadPart).toBe(0n);
  });

  test('lengths alone are enough', () => {
    fs.create('h', '\\f', { access: 'rw' });
    expect(outcome(fs.issue('r', IRP_MJ_READ, 'Read', { Length: 100, ByteOffset: 0n }, fs.handle('h')))).toBe('SUCCESS 11');
    expect(outcome(fs.issue('q', IRP_MJ_QUERY_INFORMATION, 'QueryFileInformation', { Length: 24, FileInformationClass: FileStandardInformation }, fs.handle('h')))).toBe('SUCCESS 24');
    expect(outcome(fs.issue('s', IRP_MJ_SET_INFORMATION, 'SetFileInformation', { Length: 1, FileInformationClass: FileDispositionInformation }, fs.handle('h')))).toBe('SUCCESS');
    expect(standard('h').deleted).toBe(false);
  });
});

describe('information', () => {
  test('names, streams, and what does not fit', () => {
    fs.volume.makeFile('\\d\\name', { size: 3 });
    fs.volume.makeFile('\\d\\name:s', { size: 5 });
    fs.create('h', '\\D\\NAME');
    const name = fs.query('h', FileNameInformation);
    expect(name.buffer.wstr(4, name.buffer.u32(0))).toBe('\\d\\name');
    expect(fs.query('h', FileNameInformation, 8).outcome).toBe('BUFFER_OVERFLOW 8');
    const streams = fs.query('h', FileStreamInformation).buffer;
    const second = streams.u32(0);
    expect([streams.wstr(24, streams.u32(4)), streams.u64(8), streams.wstr(second + 24, streams.u32(second + 4)), streams.u64(second + 8)]).toEqual(['::$DATA', 3n, ':s:$DATA', 5n]);
  });

  test('times and attributes are set, 0 leaves them alone', () => {
    fs.create('h', '\\f', { access: 'wa+ra' });
    const buffer = fs.buffer(40, (to) => { to.setU64(0, 77n); to.setU32(32, 0x3); });
    expect(fs.set('s', 'h', FileBasicInformation, buffer, 40)).toBe('SUCCESS');
    const after = fs.query('h', FileBasicInformation).buffer;
    expect([after.u64(0), after.u64(16), after.u32(32)]).toEqual([77n, fs.now, 3]);
  });
});

describe('deletion', () => {
  const exists = (path = '\\f'): boolean => fs.volume.find(path) !== null;

  test('DEL-3 a disposition takes the name with the last handle; until then opens answer DELETE_PENDING', () => {
    fs.create('a', '\\f', { access: 'd' });
    fs.create('b', '\\f', { access: 'r' });
    expect(fs.delete('a')).toBe('SUCCESS');
    expect(standard('b').deleted).toBe(true);
    fs.cleanup('a');
    expect([exists(), fs.create('c', '\\f')]).toEqual([true, 'DELETE_PENDING']);
    expect(fs.query('a', FileStandardInformation).outcome).toBe('SUCCESS 24');
    fs.cleanup('b');
    expect(exists()).toBe(false);
    expect(fs.query('b', FileStandardInformation).outcome).toBe('FILE_DELETED');
    expect(fs.fsctl('o', 'b', FSCTL_GET_OBJECT_ID, { OutputBufferLength: 64, SystemBuffer: fs.buffer(64) })).toBe('FILE_DELETED');
    expect(fs.create('d', '\\f')).toBe('OBJECT_NAME_NOT_FOUND');
  });

  test('DEL-2 it can be taken back', () => {
    fs.create('a', '\\f', { access: 'd' });
    fs.delete('a');
    fs.delete('a', false);
    fs.close('a');
    expect(exists()).toBe(true);
  });

  test('DEL-4 with POSIX semantics the name goes with that handle, the file with the last one', () => {
    fs.create('a', '\\f', { access: 'd' });
    fs.create('b', '\\f', { access: 'r' });
    expect(fs.deleteEx('a', 3)).toBe('SUCCESS');
    fs.close('a');
    expect([exists(), fs.create('c', '\\f')]).toEqual([false, 'OBJECT_NAME_NOT_FOUND']);
    expect(fs.text('b')).toBe('hello world');
    expect(fs.create('n', '\\f', { access: 'w', disp: FILE_CREATE })).toBe('SUCCESS 2');
    fs.cleanup('b');
    expect(fs.query('b', FileStandardInformation).outcome).toBe('FILE_DELETED');
    expect(fs.query('n', FileStandardInformation).outcome).toBe('SUCCESS 24');
  });

  test('DEL-1, DEL-5 delete-on-close by option and by disposition', () => {
    fs.create('a', '\\f', { access: 'd', opts: FILE_DELETE_ON_CLOSE });
    expect(fs.deleteEx('a', 8)).toBe('SUCCESS');
    fs.close('a');
    expect(exists()).toBe(true);
    fs.create('b', '\\f', { access: 'd' });
    fs.deleteEx('b', 9);
    fs.close('b');
    expect(exists()).toBe(false);
  });

  test('DEL-7 a stream alone', () => {
    fs.volume.makeFile('\\f:s');
    fs.create('s', '\\f:s', { access: 'd' });
    fs.delete('s');
    fs.cleanup('s');
    expect(fs.query('s', FileStandardInformation).outcome).toBe('FILE_DELETED');
    expect(fs.fsctl('o', 's', FSCTL_GET_OBJECT_ID, { OutputBufferLength: 64, SystemBuffer: fs.buffer(64) })).toBe('OBJECTID_NOT_FOUND');
    expect(fs.create('f', '\\f')).toBe('SUCCESS 1');
  });

  test('read-only files, full directories and the root stay', () => {
    fs.volume.makeFile('\\ro', { attributes: 1 });
    fs.volume.makeFile('\\d\\x');
    fs.create('r', '\\ro', { access: 'd' });
    fs.create('d', '\\d', { access: 'd', opts: FILE_DIRECTORY_FILE });
    fs.create('root', '\\', { access: 'd', opts: FILE_DIRECTORY_FILE });
    expect([fs.delete('r'), fs.deleteEx('r', 0x11), fs.delete('d'), fs.delete('root')]).toEqual(['CANNOT_DELETE', 'SUCCESS', 'DIRECTORY_NOT_EMPTY', 'CANNOT_DELETE']);
  });

  test('one of two names', () => {
    fs.volume.makeFile('\\g', { linkTo: '\\f' });
    fs.create('a', '\\f', { access: 'd' });
    fs.delete('a');
    expect(fs.create('b', '\\g')).toBe('SUCCESS 1');
    fs.close('a');
    expect([exists('\\f'), exists('\\g'), standard('b').links]).toEqual([false, true, 1]);
  });

  test('CTX-040, CTX-041 streams and files are freed with the last close', () => {
    const log: string[] = [];
    fs.volume.makeFile('\\f:s');
    fs.fs.listener = { streamFreed: (stream) => log.push(`stream ${String((stream as { id: string }).id.includes(':s'))}`), fileFreed: () => log.push('file'), nameChanged: (_volume, path) => log.push(`name ${path}`) };
    for (const [name, path] of [['a', '\\f'], ['b', '\\f'], ['s', '\\f:s']] as const) fs.create(name, path);
    fs.close('a');
    expect(log).toEqual([]);
    fs.close('b');
    expect(log).toEqual(['stream false']);
    fs.close('s');
    expect(log).toEqual(['stream false', 'stream true', 'file']);
    fs.create('d', '\\f', { access: 'd', opts: FILE_DELETE_ON_CLOSE });
    fs.close('d');
    expect(log.slice(3)).toEqual(['name \\f', 'stream false', 'file']);
  });
});

describe('renames and links', () => {
  test('NAM-032 plain, from the root, with a parent', () => {
    fs.volume.makeFile('\\a\\f');
    fs.volume.makeFile('\\b\\x');
    fs.create('h', '\\a\\f', { access: 'd' });
    const where = (): string | undefined => fs.fs.locate(fs.handle('h'))?.path;
    expect([fs.rename('h', 'g'), where()]).toEqual(['SUCCESS', '\\a\\g']);
    expect([fs.rename('h', '\\b\\k'), where()]).toEqual(['SUCCESS', '\\b\\k']);
    fs.create('a', '\\a', { opts: FILE_DIRECTORY_FILE });
    expect([fs.rename('h', 'back', { parent: fs.handle('a') }), where()]).toEqual(['SUCCESS', '\\a\\back']);
    expect([fs.rename('h', '\\Device\\HarddiskVolume1\\b\\full'), where()]).toEqual(['SUCCESS', '\\b\\full']);
    expect([fs.rename('h', '\\??\\a:\\b\\dos'), where()]).toEqual(['SUCCESS', '\\b\\dos']);
    expect(fs.rename('h', '\\??\\C:\\b\\x')).toBe('NOT_SAME_DEVICE');
    expect([fs.rename('h', '\\b\\full'), where()]).toEqual(['SUCCESS', '\\b\\full']);
    expect(fs.rename('h', '\\none\\x')).toBe('OBJECT_PATH_NOT_FOUND');
    expect(fs.rename('h', 'FULL')).toBe('SUCCESS');
    expect(where()).toBe('\\b\\FULL');
  });

  test('DG-5 onto an existing file: collision, replacement, an open target', () => {
    fs.volume.makeFile('\\g', { size: 3 });
    fs.create('h', '\\f', { access: 'd+r' });
    expect(fs.rename('h', 'g')).toBe('OBJECT_NAME_COLLISION');
    fs.create('g', '\\g');
    expect(fs.rename('h', 'g', { replace: true })).toBe('ACCESS_DENIED');
    expect(fs.rename('h', 'g', { flags: 3 })).toBe('SUCCESS');
    expect(fs.query('g', FileStandardInformation).outcome).toBe('SUCCESS 24');
    fs.create('n', '\\g');
    expect(fs.text('n')).toBe('hello world');
    expect(fs.volume.find('\\f')).toBeNull();
  });

  test('directories: not below themselves, not over others, not with open files inside', () => {
    fs.volume.makeFile('\\d\\x');
    fs.volume.makeFile('\\e', { directory: true });
    fs.create('d', '\\d', { access: 'd', opts: FILE_DIRECTORY_FILE });
    expect(fs.rename('d', '\\d\\sub')).toBe('INVALID_PARAMETER');
    expect(fs.rename('d', 'e', { replace: true })).toBe('ACCESS_DENIED');
    fs.create('x', '\\d\\x');
    expect(fs.rename('d', 'k')).toBe('ACCESS_DENIED');
    fs.close('x');
    expect(fs.rename('d', 'k')).toBe('SUCCESS');
    expect(fs.create('y', '\\k\\x')).toBe('SUCCESS 1');
  });

  test('OPL-020 handle caching below a renamed directory keeps the rename waiting', () => {
    fs.volume.makeFile('\\d\\x');
    fs.create('d', '\\d', { access: 'd', opts: FILE_DIRECTORY_FILE });
    fs.create('x', '\\d\\x');
    fs.oplock('r', 'x', 'RH');
    expect(fs.rename('d', 'k', { op: 'ren' })).toBe('pending');
    fs.close('x');
    expect(fs.late()).toContain('ren SUCCESS');
    expect(fs.volume.find('\\k\\x')).not.toBeNull();
  });

  test('a hard link', () => {
    fs.create('h', '\\f', { access: 'r' });
    expect(fs.rename('h', '\\g', { informationClass: FileLinkInformation })).toBe('SUCCESS');
    expect(standard('h').links).toBe(2);
    expect(fs.rename('h', '\\g', { informationClass: FileLinkInformation })).toBe('OBJECT_NAME_COLLISION');
    const fat = new ModelRig({ fileSystem: 'FAT' });
    fat.volume.makeFile('\\f');
    fat.create('h', '\\f');
    expect(fat.rename('h', '\\g', { informationClass: FileLinkInformation })).toBe('INVALID_DEVICE_REQUEST');
  });

  test('a name that is longer than its buffer is refused', () => {
    fs.create('h', '\\f', { access: 'd' });
    const buffer = fs.buffer(24, (to) => to.setU32(16, 400));
    expect(fs.set('s', 'h', FileRenameInformation, buffer, 24)).toBe('INVALID_PARAMETER');
  });

  test('a stream is renamed with a colon', () => {
    fs.volume.makeFile('\\f:s', { size: 4 });
    fs.create('s', '\\f:s', { access: 'd+r' });
    expect(fs.rename('s', ':t')).toBe('SUCCESS');
    expect(fs.fs.locate(fs.handle('s'))?.path).toBe('\\f:t');
  });
});

describe('NAM-036 tunneling', () => {
  const long = '\\TextFile With Long Name.txt';
  beforeEach(() => {
    fs.volume.makeFile(long, { shortName: 'TEXTFI~1.TXT' });
  });
  const remove = (path: string): void => {
    fs.create('d', path, { access: 'd', opts: FILE_DELETE_ON_CLOSE });
    fs.close('d');
  };

  test('delete and create by the short name give the long one back', () => {
    remove('\\TEXTFI~1.TXT');
    expect(fs.create('h', '\\TEXTFI~1.TXT', { access: 'w', disp: FILE_CREATE })).toBe('SUCCESS 2');
    expect(fs.fs.tunneled(fs.volume.name, '\\', 'TEXTFI~1.TXT')).toEqual({ longName: long.slice(1), shortName: 'TEXTFI~1.TXT' });
    expect(fs.fs.locate(fs.handle('h'))).toMatchObject({ path: long, shortName: 'TEXTFI~1.TXT' });
  });

  test('rename away and in; the creation time comes back; not after fifteen seconds', () => {
    fs.create('h', long, { access: 'd' });
    const before = fs.query('h', FileBasicInformation).buffer.u64(0);
    fs.rename('h', 'old');
    fs.now += 10n * 10_000_000n;
    fs.create('n', '\\new', { access: 'd', disp: FILE_CREATE });
    fs.rename('n', long.slice(1));
    expect(fs.fs.locate(fs.handle('n'))?.shortName).toBe('TEXTFI~1.TXT');
    expect(fs.query('n', FileBasicInformation).buffer.u64(0)).toBe(before);
    fs.close('n');
    remove(long);
    fs.now += 16n * 10_000_000n;
    expect(fs.fs.tunneled(fs.volume.name, '\\', long.slice(1))).toBeNull();
  });
});

describe('directories', () => {
  beforeEach(() => {
    for (const name of ['b.txt', 'a.txt', 'c.doc']) fs.volume.makeFile(`\\d\\${name}`);
    fs.create('d', '\\d', { opts: FILE_DIRECTORY_FILE });
  });

  test('enumeration, in order, to its end', () => {
    expect(fs.list('d')).toEqual({ outcome: 'SUCCESS', names: ['.', '..', 'a.txt', 'b.txt', 'c.doc'] });
    expect(fs.list('d').outcome).toBe('NO_MORE_FILES');
    expect(fs.list('d', null, { restart: true, single: true }).names).toEqual(['.']);
    expect(fs.list('d', null, { single: true }).names).toEqual(['..']);
  });

  test('patterns: the first one stays, a restart brings another; nothing found is told apart from nothing left', () => {
    expect(fs.list('d', '*.txt').names).toEqual(['a.txt', 'b.txt']);
    expect(fs.list('d', '*').outcome).toBe('NO_MORE_FILES');
    expect(fs.list('d', 'C*', { restart: true }).names).toEqual(['c.doc']);
    fs.create('e', '\\d', { opts: FILE_DIRECTORY_FILE });
    expect(fs.list('e', 'nothing').outcome).toBe('NO_SUCH_FILE');
  });

  test('what does not fit comes next; an entry that fits nowhere is cut', () => {
    expect(fs.list('d', '*.txt', { length: 30 }).names).toEqual(['a.txt']);
    expect(fs.list('d', null, { length: 30 }).names).toEqual(['b.txt']);
    fs.create('e', '\\d', { opts: FILE_DIRECTORY_FILE });
    expect(fs.list('e', 'a*', { length: 14 }).outcome).toBe('BUFFER_OVERFLOW');
    expect(fs.list('e', null, { length: 11 }).outcome).toBe('INFO_LENGTH_MISMATCH');
  });

  test('FileBothDirectoryInformation has times, sizes and short names', () => {
    fs.volume.makeFile('\\e\\A long one.text', { size: 9, shortName: 'ALONGO~1.TEX' });
    fs.create('e', '\\e', { opts: FILE_DIRECTORY_FILE });
    const buffer = fs.buffer(256);
    fs.issue('q', IRP_MJ_DIRECTORY_CONTROL, 'DirectoryControl.QueryDirectory', { Length: 256, FileName: 'alongo~1.tex', FileInformationClass: FileBothDirectoryInformation, DirectoryBuffer: buffer }, fs.handle('e'), { minor: IRP_MN_QUERY_DIRECTORY });
    expect([buffer.u64(40), buffer.u32(60), buffer.wstr(70, buffer.u8(68)), buffer.wstr(94, buffer.u32(60))]).toEqual([9n, 30, 'ALONGO~1.TEX', 'A long one.text']);
  });

  test('change notification waits for a change and ends with the handle', () => {
    const buffer = fs.buffer(256);
    const ask = (): string => outcome(fs.issue('n', IRP_MJ_DIRECTORY_CONTROL, 'DirectoryControl.NotifyDirectory', { Length: 256, CompletionFilter: FILE_NOTIFY_CHANGE_FILE_NAME, DirectoryBuffer: buffer }, fs.handle('d'), { minor: IRP_MN_NOTIFY_CHANGE_DIRECTORY }));
    expect(ask()).toBe('pending');
    fs.create('x', '\\d\\new', { access: 'd', disp: FILE_CREATE });
    expect(fs.late()).toEqual(['n SUCCESS 18']);
    expect([buffer.u32(4), buffer.wstr(12, buffer.u32(8))]).toEqual([1, 'new']);
    fs.rename('x', 'newer');
    expect(ask()).toMatch(/^SUCCESS/);
    expect([buffer.u32(4), buffer.wstr(12, buffer.u32(8))]).toEqual([4, 'new']);
    const second = buffer.u32(0);
    expect([buffer.u32(second + 4), buffer.wstr(second + 12, buffer.u32(second + 8))]).toEqual([5, 'newer']);
    expect(ask()).toBe('pending');
    fs.close('d');
    expect(fs.late()).toEqual(['n NOTIFY_CLEANUP']);
  });

  test('OPL-020 a new child breaks the oplocks of its directory, except those of its parent key', () => {
    fs.create('e', '\\d', { opts: FILE_DIRECTORY_FILE, key: 'K' });
    fs.oplock('r', 'e', 'RH');
    fs.create('x', '\\d\\x', { disp: FILE_CREATE, access: 'w', parentKey: 'K' });
    expect(fs.volume.oplockState('\\d')).toBe('RH');
    fs.create('y', '\\d\\y', { disp: FILE_CREATE, access: 'w' });
    expect(fs.volume.oplockState('\\d')).toBe('RH>NONE');
  });
});

describe('byte-range locks', () => {
  test('they stand against transfers and against each other; one that waits is granted by the unlock', () => {
    fs.create('a', '\\f', { access: 'rw' });
    fs.create('b', '\\f', { access: 'rw' });
    expect(fs.lock('a', 0, 4, { exclusive: true })).toBe('SUCCESS');
    expect(fs.read('b', 0, 4)).toBe('FILE_LOCK_CONFLICT');
    expect(fs.read('b', 4, 4)).toBe('SUCCESS 4');
    expect(fs.read('b', 0, 4, { irpFlags: IRP_PAGING_IO })).toBe('SUCCESS 4');
    expect(fs.lock('b', 0, 1)).toBe('LOCK_NOT_GRANTED');
    expect(fs.lock('b', 0, 1, { wait: true, op: 'l' })).toBe('pending');
    expect(fs.lock('a', 0, 3, { unlock: true })).toBe('RANGE_NOT_LOCKED');
    expect(fs.lock('a', 0, 4, { unlock: true })).toBe('SUCCESS');
    expect(fs.late()).toEqual(['l SUCCESS']);
  });

  test('the cleanup of a handle unlocks, and ends its requests that wait', () => {
    fs.create('a', '\\f', { access: 'rw' });
    fs.create('b', '\\f', { access: 'rw' });
    fs.create('c', '\\f', { access: 'rw' });
    fs.lock('a', 0, 4, { exclusive: true });
    fs.lock('c', 0, 4, { wait: true, op: 'l' });
    fs.close('c');
    expect(fs.late()).toEqual(['l RANGE_NOT_LOCKED']);
    fs.close('a');
    expect(fs.write('b', 0, 'x')).toBe('SUCCESS 1');
  });
});

describe('fast I/O', () => {
    const fast = (name: string): string => fs.read(name, 0, 4, { kind: 'fastio' });

  test('offered for cached handles while no oplock and no lock forbids it', () => {
    fs.create('h', '\\f', { access: 'rw' });
    fs.create('n', '\\f', { opts: FILE_NO_INTERMEDIATE_BUFFERING });
    expect(fast('h')).toBe('SUCCESS 4');
    expect(fast('n')).not.toBe('SUCCESS 4');
    fs.lock('h', 0, 4, { exclusive: true });
    expect(fast('h')).toBe('SUCCESS 4');
    fs.create('k', '\\f');
    expect(fast('k')).not.toBe('SUCCESS 4');
    fs.lock('h', 0, 4, { unlock: true });
    fs.oplock('r', 'k', 'R');
    expect(fast('h')).not.toBe('SUCCESS 4');
  });

  test('FIO-028 a file system without fast I/O has no entry points for data', () => {
    const own = new ModelRig({ features: { fastIo: false } });
    expect([own.fs.offersFastIo({ name: own.volume.name }, IRP_MJ_READ), fs.fs.offersFastIo({ name: fs.volume.name }, IRP_MJ_READ)]).toEqual([false, true]);
  });

  test('FIO-026 MDL reads need a cached file object', () => {
    fs.create('h', '\\f');
    const mdl = (): string => outcome(fs.issue('m', IRP_MJ_MDL_READ, 'MdlRead', { FileOffset: 0n, Length: 4 }, fs.handle('h'), { kind: 'fastio' }));
    expect(mdl()).not.toBe('SUCCESS 4');
    fs.read('h', 0, 4);
    expect(mdl()).toBe('SUCCESS 4');
  });

  test('FIO-020 query-open answers by name; FileNetworkOpenInformation is the same', () => {
    fs.create('h', '\\f');
    const fo = fs.handle('h');
    const buffer = fs.buffer(56);
    const operation = fs.issue('q', IRP_MJ_NETWORK_QUERY_OPEN, 'NetworkQueryOpen', { NetworkInformation: buffer }, fo, { kind: 'fastio' });
    expect([outcome(operation), buffer.u64(40)]).toEqual(['SUCCESS 56', 11n]);
    expect([...fs.query('h', FileNetworkOpenInformation, 56).buffer.bytes()]).toEqual([...buffer.bytes()]);
  });
});

describe('reparse points', () => {
  const set = (name: string, data: readonly number[]): string => {
    const buffer = fs.buffer(data.length, (to) => data.forEach((value, at) => to.setU8(at, value)));
    return fsctl(name, FSCTL_SET_REPARSE_POINT, { InputBufferLength: data.length, SystemBuffer: buffer });
  };
  const fsctl = (name: string, code: number, values: Readonly<Record<string, unknown>>): string => fs.fsctl('x', name, code, values);

  test('GEN-041 set, read, removed by its tag alone', () => {
    fs.create('h', '\\f', { access: 'w' });
    // A tag of a third party has a GUID behind its header.
    const point = [0x44, 0x33, 0, 0, 2, 0, 0, 0, ...Array.from({ length: 16 }, () => 7), 1, 2];
    expect(set('h', [3, 0, 0, 0xa0, 0, 0, 0, 0])).toBe('IO_REPARSE_DATA_INVALID');
    expect(set('h', point)).toBe('SUCCESS');
    const out = fs.buffer(64);
    expect(fsctl('h', FSCTL_GET_REPARSE_POINT, { OutputBufferLength: 64, SystemBuffer: out })).toBe('SUCCESS 26');
    expect([...out.bytes(0, 26)]).toEqual(point);
    expect(fs.create('r', '\\f')).toBe(`REPARSE ${0x3344}`);
    expect(set('h', [0x45, 0x33, 0, 0, 2, 0, 0, 0, ...Array.from({ length: 16 }, () => 7), 1, 2])).toBe('IO_REPARSE_TAG_MISMATCH');
    expect(fsctl('h', FSCTL_DELETE_REPARSE_POINT, { InputBufferLength: 24, SystemBuffer: out })).toBe('SUCCESS');
    expect(fs.create('s', '\\f')).toBe('SUCCESS 1');
  });
});

describe('volumes', () => {
  test('VOL-003, VOL-050 after a dismount only cleanup and close work; the next mount is another volume', () => {
    fs.create('h', '\\f');
    fs.volume.state = 'dismounting';
    expect(fs.create('x', '\\f')).toBe('VOLUME_DISMOUNTED');
    expect(fs.read('h', 0, 4)).toBe('SUCCESS 4');
    fs.volume.state = 'gone';
    expect(fs.read('h', 0, 4)).toBe('VOLUME_DISMOUNTED');
    const again = fs.fs.addVolume({ name: fs.volume.name, fileSystem: 'NTFS' });
    expect(again.find('\\f')).toBeNull();
    expect(fs.read('h', 0, 4)).toBe('VOLUME_DISMOUNTED');
    expect(fs.close('h')).toBe('SUCCESS');
    expect(fs.create('y', '\\f')).toBe('OBJECT_NAME_NOT_FOUND');
  });

  test('locking and dismounting by control code', () => {
    fs.create('h', '\\f');
    fs.create('v', '', { access: 'rw' });
    expect(fs.fsctl('l', 'v', FSCTL_LOCK_VOLUME)).toBe('ACCESS_DENIED');
    fs.close('h');
    expect(fs.fsctl('l', 'v', FSCTL_LOCK_VOLUME)).toBe('SUCCESS');
    expect(fs.create('x', '\\f')).toBe('ACCESS_DENIED');
    expect(fs.fsctl('d', 'v', FSCTL_DISMOUNT_VOLUME)).toBe('SUCCESS');
    expect(fs.create('y', '\\f')).toBe('VOLUME_DISMOUNTED');
  });

  test('VOL-003, VOL-051, NAM-036 under their other readings', () => {
    const own = new ModelRig({}, { 'VOL-003': 'served', 'VOL-051': 'refused-while-open', 'NAM-036': 'not-at-all' });
    own.volume.makeFile('\\f', { size: 4 });
    own.volume.makeFile('\\Long name.txt', { shortName: 'LONGNA~1.TXT' });
    own.create('d', '\\LONGNA~1.TXT', { access: 'd', opts: FILE_DELETE_ON_CLOSE });
    own.close('d');
    expect(own.fs.tunneled(own.volume.name, '\\', 'LONGNA~1.TXT')).toBeNull();
    own.create('h', '\\f');
    own.create('v', '', { access: 'rw' });
    expect(own.fsctl('x', 'v', FSCTL_DISMOUNT_VOLUME)).toBe('ACCESS_DENIED');
    own.volume.state = 'gone';
    expect(own.read('h', 0, 4)).toBe('SUCCESS 4');
  });

  test('FAT has no streams and no file contexts, a redirector no oplocks', () => {
    const fat = new ModelRig({ fileSystem: 'FAT' });
    fat.volume.makeFile('\\f');
    expect(fat.create('s', '\\f:s')).toBe('OBJECT_NAME_INVALID');
    fat.create('h', '\\f');
    expect(fat.fs.supportsContexts(fat.handle('h'))).toEqual({ stream: true, streamHandle: true, file: false });
    const redirector = new ModelRig({ fileSystem: 'RDR' });
    redirector.volume.makeFile('\\f');
    redirector.create('h', '\\f');
    expect(redirector.oplock('r', 'h', 'L2')).toBe('NOT_SUPPORTED');
  });

  test('a page file supports no contexts', () => {
    fs.create('p', '\\pagefile.sys', { access: 'rw', disp: FILE_CREATE, operationFlags: 2 });
    expect(fs.fs.locate(fs.handle('p'))?.pagingFile).toBe(true);
    expect(fs.fs.supportsContexts(fs.handle('p'))).toEqual({ stream: false, streamHandle: false, file: false });
  });
});
