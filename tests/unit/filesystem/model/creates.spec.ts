/** Creates against oplocks and sharing, names, dispositions. Sources: OPL-029, OPL-030 to OPL-038, MS-FSA 2.1.5.1, NAM-001 to NAM-016. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_READONLY, FILE_COMPLETE_IF_OPLOCKED, FILE_CREATE, FILE_DELETE_ON_CLOSE, FILE_DIRECTORY_FILE, FILE_NON_DIRECTORY_FILE, FILE_OPEN, FILE_OPEN_BY_FILE_ID,
  FILE_OPEN_IF, FILE_OPEN_REPARSE_POINT, FILE_OVERWRITE, FILE_OVERWRITE_IF, FILE_RESERVE_OPFILTER, FILE_SUPERSEDE, FileBasicInformation, FileInternalInformation, FileStandardInformation,
  FO_CACHE_SUPPORTED, FO_DELETE_ON_CLOSE, FO_VOLUME_OPEN, SL_OPEN_TARGET_DIRECTORY, STATUS_NOT_SAME_DEVICE, STATUS_OBJECT_PATH_NOT_FOUND, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { ModelRig, outcome, type CreateOptions } from './modelRig.ts';

let fs: ModelRig;
beforeEach(() => {
  fs = new ModelRig();
  fs.volume.makeFile('\\f', { size: 10 });
});

describe('OPL-029 creates against one holder of each level', () => {
  const levels = ['L1', 'BATCH', 'FILTER', 'L2', 'R', 'RH', 'RW', 'RWH'];
  /** Cells as printed: level left, A acknowledgement due, W waits, ! sharing violation at once. */
  const rows: readonly (readonly [name: string, options: CreateOptions, holderShare: string, cells: string])[] = [
    ['FILE_OPEN, shares agree', { access: 'w' }, 'RWD', 'L2 A W|L2 A W|NONE A W|.|.|.|R A W|RH A W'],
    ['FILE_OPEN, share conflict', { access: 'w' }, 'R', '!|L2 A W|NONE A W|!|!|R A W|!|RW A W'],
    ['overwriting, shares agree', { access: 'w', disp: FILE_OVERWRITE }, 'RWD', 'NONE A W|NONE A W|NONE A W|NONE|NONE|NONE A|NONE A W|NONE A W'],
    ['attributes only', { access: 'ra+wa+s' }, 'R', '.|.|.|.|.|.|.|.'],
  ];
  const cases = rows.flatMap(([name, options, share, cells]) => cells.split('|').map((cell, at) => [name, levels[at] ?? '', cell, options, share] as const));

  test.each(cases)('%s, %s: %s', (_name, level, cell, options, share) => {
    fs.create('h', '\\f', { access: 'rw', share });
    expect(fs.oplock('r', 'h', level)).toBe('pending');
    const create = fs.create('c', '\\f', options);
    const [left = '', ...marks] = cell.split(' ');
    const opened = options.disp === FILE_OVERWRITE ? 'SUCCESS 3' : 'SUCCESS 1';
    expect(create).toBe(cell === '!' ? 'SHARING_VIOLATION' : marks.includes('W') ? 'pending' : opened);
    const unchanged = cell === '.' || cell === '!';
    expect(fs.volume.oplockState('\\f')).toBe(unchanged ? level : marks.includes('A') ? `${level}>${left}` : 'NONE');
    expect(fs.late().length).toBe(unchanged ? 0 : 1);
  });

  test('OPL-031 READ_CONTROL is harmless for granular oplocks only', () => {
    for (const [level, answer] of [['RWH', 'SUCCESS 1'], ['BATCH', 'pending']] as const) {
      fs.volume.makeFile(`\\${level}`);
      fs.create('h', `\\${level}`, { access: 'rw' });
      fs.oplock('r', 'h', level);
      expect(fs.create('c', `\\${level}`, { access: 'ra+rc' }), level).toBe(answer);
    }
  });

  test('OPL-032 either reading of what breaks FILTER', () => {
    const answers = (assumptions: Readonly<Record<string, string>>): string[] => {
      const own = new ModelRig({}, assumptions);
      own.volume.makeFile('\\f');
      own.create('h', '\\f', { access: 'ra' });
      own.oplock('r', 'h', 'FILTER');
      return [own.create('a', '\\f', { access: 'r', share: 'RWD' }), own.create('b', '\\f', { access: 'w', share: 'RWD' })];
    };
    expect(answers({})).toEqual(['SUCCESS 1', 'pending']);
    expect(answers({ 'OPL-032': 'access-and-share' })).toEqual(['SUCCESS 1', 'SUCCESS 1']);
  });

  test('OPL-034 a share conflict with FILE_COMPLETE_IF_OPLOCKED: the break is sent, the create fails at once or waits', () => {
    for (const [assumptions, answer] of [[{}, 'SHARING_VIOLATION'], [{ 'OPL-034': 'waits' }, 'pending']] as const) {
      const own = new ModelRig({}, assumptions);
      own.volume.makeFile('\\f');
      own.create('h', '\\f', { share: 'R' });
      own.oplock('r', 'h', 'RH');
      expect(own.create('c', '\\f', { access: 'w', opts: FILE_COMPLETE_IF_OPLOCKED })).toBe(answer);
      expect(own.volume.oplockState('\\f')).toBe('RH>R');
    }
  });

  test('OPL-035 with the other reading nobody waits for the opener', () => {
    const own = new ModelRig({}, { 'OPL-035': 'others-go-on' });
    own.volume.makeFile('\\f');
    own.create('h1', '\\f', { opts: 0x0001_0000 });
    expect(own.create('h2', '\\f')).toBe('SUCCESS 1');
  });

  test('OPL-020 security may break handle caching', () => {
    for (const [assumptions, answer] of [[{}, 'SUCCESS'], [{ 'OPL-020': 'breaks-handle' }, 'pending']] as const) {
      const own = new ModelRig({}, assumptions);
      own.volume.makeFile('\\f');
      own.create('h', '\\f');
      own.create('k', '\\f');
      own.oplock('r', 'h', 'RH');
      expect(outcome(own.issue('s', 0x15, 'SetSecurity', { SecurityInformation: 4, SecurityDescriptor: null }, own.handle('k')))).toBe(answer);
    }
  });

  test('OPL-011 a buffer that is too small', () => {
    fs.create('h', '\\f');
    expect(fs.fsctl('r', 'h', 0x0009_0240, { InputBufferLength: 8, OutputBufferLength: 24, SystemBuffer: fs.buffer(24) })).toBe('BUFFER_TOO_SMALL');
    const own = new ModelRig({}, { 'OPL-011': 'invalid-parameter' });
    own.volume.makeFile('\\f');
    own.create('h', '\\f');
    expect(own.fsctl('r', 'h', 0x0009_0240, { InputBufferLength: 8, OutputBufferLength: 24, SystemBuffer: own.buffer(24) })).toBe('INVALID_PARAMETER');
  });

  test('OPL-036 FILE_RESERVE_OPFILTER fails where the filter request would', () => {
    expect(fs.create('h', '\\f', { opts: FILE_RESERVE_OPFILTER, access: 'ra' })).toBe('SUCCESS 1');
    expect(fs.create('k', '\\f', { opts: FILE_RESERVE_OPFILTER, access: 'ra' })).toBe('OPLOCK_NOT_GRANTED');
  });

  test('OPL-038 an overwriting create reaches the oplocks of other streams', () => {
    fs.volume.makeFile('\\f:s');
    fs.create('h', '\\f', { access: 'rw' });
    fs.oplock('r', 'h', 'BATCH');
    expect(fs.create('a', '\\f:s', { access: 'w', disp: FILE_OVERWRITE, share: 'RWD' })).toBe('SUCCESS 3');
    expect(fs.create('b', '\\f:s', { access: 'w', disp: FILE_OVERWRITE, share: 'RW' })).toBe('pending');
    expect(fs.volume.oplockState('\\f')).toBe('BATCH>NONE');
  });
});

describe('dispositions', () => {
  test.each([
    [FILE_OPEN, 'SUCCESS 1', 'OBJECT_NAME_NOT_FOUND'], [FILE_CREATE, 'OBJECT_NAME_COLLISION', 'SUCCESS 2'], [FILE_OPEN_IF, 'SUCCESS 1', 'SUCCESS 2'], [FILE_OVERWRITE, 'SUCCESS 3', 'OBJECT_NAME_NOT_FOUND'],
    [FILE_OVERWRITE_IF, 'SUCCESS 3', 'SUCCESS 2'], [FILE_SUPERSEDE, 'SUCCESS', 'SUCCESS 2'],
  ])('disposition %i on what exists and on what does not', (disp, exists, missing) => {
    expect(fs.create('a', '\\f', { access: 'w', disp })).toBe(exists);
    expect(fs.create('b', '\\new', { access: 'w', disp })).toBe(missing);
  });

  test('overwriting empties the file and takes its other streams', () => {
    fs.volume.makeFile('\\f:s', { size: 3 });
    fs.create('h', '\\f', { access: 'w', disp: FILE_OVERWRITE });
    expect(fs.query('h', FileStandardInformation).buffer.u64(8)).toBe(0n);
    expect(fs.create('s', '\\f:s')).toBe('OBJECT_NAME_NOT_FOUND');
  });

  test('a read-only file is not opened for writing nor deleted; a hidden one is overwritten only by who says so', () => {
    fs.volume.makeFile('\\ro', { attributes: FILE_ATTRIBUTE_READONLY });
    fs.volume.makeFile('\\hid', { attributes: FILE_ATTRIBUTE_HIDDEN });
    expect(fs.create('a', '\\ro', { access: 'w' })).toBe('ACCESS_DENIED');
    expect(fs.create('b', '\\ro', { access: 'd', opts: FILE_DELETE_ON_CLOSE })).toBe('CANNOT_DELETE');
    expect(fs.create('c', '\\hid', { access: 'w', disp: FILE_OVERWRITE })).toBe('ACCESS_DENIED');
    expect(fs.create('d', '\\hid', { access: 'w', disp: FILE_OVERWRITE, attributes: FILE_ATTRIBUTE_HIDDEN })).toBe('SUCCESS 3');
  });

  test.each([
    ['FILE_DIRECTORY_FILE with FILE_NON_DIRECTORY_FILE', { opts: FILE_DIRECTORY_FILE | FILE_NON_DIRECTORY_FILE }],
    ['FILE_DIRECTORY_FILE with an overwriting disposition', { opts: FILE_DIRECTORY_FILE, disp: FILE_OVERWRITE }],
    ['FILE_DELETE_ON_CLOSE without DELETE', { opts: FILE_DELETE_ON_CLOSE }],
    ['both synchronous options', { opts: 0x30 }],
  ])('%s is refused', (_name, options) => {
    expect(fs.create('h', '\\f', options)).toBe('INVALID_PARAMETER');
  });
});

describe('names', () => {
  test('directories and files are told apart', () => {
    fs.volume.makeFile('\\d', { directory: true });
    expect(fs.create('a', '\\d', { opts: FILE_NON_DIRECTORY_FILE })).toBe('FILE_IS_A_DIRECTORY');
    expect(fs.create('b', '\\f', { opts: FILE_DIRECTORY_FILE })).toBe('NOT_A_DIRECTORY');
    expect(fs.create('c', '\\d\\')).toBe('SUCCESS 1');
    expect(fs.create('d', '\\f\\')).toBe('OBJECT_NAME_INVALID');
    expect(fs.create('e', '\\f\\x')).toBe('OBJECT_PATH_NOT_FOUND');
    expect(fs.create('g', '\\no\\x', { disp: FILE_CREATE })).toBe('OBJECT_PATH_NOT_FOUND');
    expect(fs.create('h', '\\d\\x', { disp: FILE_CREATE, opts: FILE_DIRECTORY_FILE })).toBe('SUCCESS 2');
  });

  test.each(['\\a*b', '\\a?b', '\\a<b', '\\a|b', '\\a"b', '\\a/b', '\\x\u0001', `\\${'n'.repeat(256)}`, '\\a\\\\b', '\\f:s:$BAD', '\\..\\f'])('%s is no name', (name) => {
    expect(fs.create('h', name, { disp: FILE_OPEN_IF })).toBe('OBJECT_NAME_INVALID');
  });

  test('streams, short names, hard links and ids lead to one file', () => {
    fs.volume.makeFile('\\Docs\\A long name.txt', { size: 5, shortName: 'ALONGN~1.TXT' });
    fs.volume.makeFile('\\link', { linkTo: '\\docs\\a long name.txt' });
    const id = (name: string): bigint => fs.query(name, FileInternalInformation).buffer.u64(0);
    fs.create('a', '\\docs\\a LONG name.txt::$DATA');
    fs.create('b', '\\docs\\alongn~1.txt');
    fs.create('c', '\\link');
    expect([id('b'), id('c')]).toEqual([id('a'), id('a')]);
    const raw = id('a');
    const name = String.fromCharCode(...[0n, 16n, 32n, 48n].map((shift) => Number((raw >> shift) & 0xffffn)));
    expect(fs.create('d', name, { opts: FILE_OPEN_BY_FILE_ID })).toBe('SUCCESS 1');
    expect(id('d')).toBe(raw);
    expect(fs.query('a', FileStandardInformation).buffer.u32(16)).toBe(2);
    expect(fs.fs.locate(fs.handle('b'))).toMatchObject({ path: '\\Docs\\A long name.txt', openedPath: '\\docs\\alongn~1.txt', shortName: 'ALONGN~1.TXT', directory: false });
    expect(fs.fs.locate(fs.handle('c'))?.path).toBe('\\link');
    expect(fs.fs.locate(fs.handle('c'))?.stream).toBe(fs.fs.locate(fs.handle('a'))?.stream);
  });

  test('relative opens join names; a stream can be relative to its file', () => {
    fs.volume.makeFile('\\d\\x\\y');
    fs.create('d', '\\d', { opts: FILE_DIRECTORY_FILE });
    expect(fs.create('y', 'x\\y', { related: fs.handle('d') })).toBe('SUCCESS 1');
    expect(fs.fs.locate(fs.handle('y'))?.openedPath).toBe('\\d\\x\\y');
    expect(fs.create('s', ':s', { related: fs.handle('y'), access: 'w', disp: FILE_CREATE })).toBe('SUCCESS 2');
    expect(fs.fs.locate(fs.handle('s'))).toMatchObject({ path: '\\d\\x\\y:s', openedPath: '\\d\\x\\y:s' });
    expect(fs.fs.locate(fs.handle('s'))?.file).toBe(fs.fs.locate(fs.handle('y'))?.file);
    expect(fs.fs.locate(fs.handle('s'))?.stream).not.toBe(fs.fs.locate(fs.handle('y'))?.stream);
    expect(fs.create('bad', '\\x', { related: fs.handle('d') })).toBe('INVALID_PARAMETER');
    expect(fs.create('self', '', { related: fs.handle('d') })).toBe('SUCCESS 1');
  });

  test('a volume open, and a target directory', () => {
    expect(fs.create('v', '', { access: 'r' })).toBe('SUCCESS 1');
    expect(fs.handle('v').Flags & FO_VOLUME_OPEN).toBe(FO_VOLUME_OPEN);
    fs.volume.makeFile('\\d\\x');
    expect(fs.create('t', '\\d\\x', { access: 'w', operationFlags: SL_OPEN_TARGET_DIRECTORY })).toBe('SUCCESS 4');
    expect(fs.fs.locate(fs.handle('t'))).toMatchObject({ path: '\\d', directory: true });
    expect(fs.create('u', '\\d\\none', { access: 'w', operationFlags: SL_OPEN_TARGET_DIRECTORY })).toBe('SUCCESS 5');
  });

  test('a junction answers STATUS_REPARSE with its tag and tells where it leads', () => {
    fs.volume.makeFile('\\t\\f');
    fs.volume.makeFile('\\link', { junction: '\\Device\\HarddiskVolume2\\t' });
    fs.volume.makeFile('\\here', { junction: '\\Device\\HarddiskVolume1\\t' });
    expect(fs.create('a', '\\link\\f')).toBe(`REPARSE ${0xa000_0003}`);
    expect(fs.fs.reparseTarget(fs.handle('a'))).toBe('\\Device\\HarddiskVolume2\\t\\f');
    expect(fs.create('b', '\\link', { opts: FILE_OPEN_REPARSE_POINT })).toBe('SUCCESS 1');
    expect(fs.fs.resolve(fs.volume.name, '\\link\\f').status).toBe(STATUS_NOT_SAME_DEVICE);
    expect(fs.fs.resolve(fs.volume.name, '\\here\\F')).toMatchObject({ status: STATUS_SUCCESS, path: '\\t\\f', exists: true });
  });

  test('NAM-004, NAM-014 names are resolved without an open', () => {
    fs.volume.makeFile('\\Docs\\Old.txt', { shortName: 'OLD~1.TXT' });
    const resolve = (path: string) => fs.fs.resolve(fs.volume.name, path);
    expect(resolve('\\DOCS\\old~1.txt::$DATA')).toMatchObject({ status: STATUS_SUCCESS, path: '\\Docs\\Old.txt', shortName: 'OLD~1.TXT', exists: true, directory: false });
    expect(resolve('\\docs\\New.TXT')).toMatchObject({ status: STATUS_SUCCESS, path: '\\Docs\\New.TXT', exists: false });
    expect(resolve('\\docs\\old.txt:s')).toMatchObject({ path: '\\Docs\\Old.txt:s', exists: false });
    expect(resolve('\\none\\x').status).toBe(STATUS_OBJECT_PATH_NOT_FOUND);
    expect(resolve('\\')).toMatchObject({ path: '\\', exists: true, directory: true });
  });
});

describe('what a file object shows', () => {
  test('access, sharing, flags; gone after the close', () => {
    fs.create('h', '\\f', { access: 'r+d', share: 'RD', opts: FILE_DELETE_ON_CLOSE });
    const fo = fs.handle('h');
    expect([fo.ReadAccess, fo.WriteAccess, fo.DeleteAccess, fo.SharedRead, fo.SharedWrite, fo.SharedDelete]).toEqual([true, false, true, true, false, true]);
    expect(fo.Flags & (FO_DELETE_ON_CLOSE | FO_CACHE_SUPPORTED)).toBe(FO_DELETE_ON_CLOSE | FO_CACHE_SUPPORTED);
    expect(fo.FsContext).not.toBeNull();
    fs.close('h');
    expect(fs.fs.locate(fo)).toBeNull();
    expect(fs.fs.supportsContexts(fo)).toEqual({ stream: false, streamHandle: false, file: false });
  });

  test('two opens of one stream share FsContext, streams of one file do not', () => {
    fs.volume.makeFile('\\f:s');
    for (const [name, path] of [['a', '\\f'], ['b', '\\F'], ['c', '\\f:s']] as const) fs.create(name, path);
    expect(fs.handle('b').FsContext).toBe(fs.handle('a').FsContext);
    expect(fs.handle('c').FsContext).not.toBe(fs.handle('a').FsContext);
  });

  test('GEN-016 an open that ignores sharing is neither checked nor counted', () => {
    fs.create('a', '\\f', { access: 'rw', share: '' });
    expect(fs.create('b', '\\f')).toBe('SHARING_VIOLATION');
    expect(fs.create('c', '\\f', { access: 'w', share: '', ignoreShare: true })).toBe('SUCCESS 1');
    fs.close('a');
    expect(fs.create('d', '\\f', { access: 'w', share: '' })).toBe('SUCCESS 1');
  });

  test('a query of a closed file fails, times and attributes are told', () => {
    fs.create('h', '\\f');
    const { outcome: answer, buffer } = fs.query('h', FileBasicInformation);
    expect([answer, buffer.u64(0), buffer.u32(32)]).toEqual(['SUCCESS 40', fs.now, 0x20]);
    expect(fs.query('h', FileBasicInformation, 39).outcome).toBe('INFO_LENGTH_MISMATCH');
  });
});
