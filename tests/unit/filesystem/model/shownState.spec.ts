/** What a recording shows of a volume: inferred facts, adopted handles, and taking either back. Sources: MS-FSA (what follows from a state); FASTFAT of the WDK samples (section statuses). */
import { beforeEach, describe, expect, test } from 'vitest';
import { FILE_OBJECT } from '../../../../src-main/engine/index.ts';
import { notShown, settledHere, type AdoptedOpen } from '../../../../src-main/filesystem/model/index.ts';
import {
  FILE_CREATE, FILE_DELETE_ON_CLOSE, FILE_DIRECTORY_FILE, FILE_READ_DATA, FILE_WRITE_DATA, IRP_MJ_CLOSE, IRP_MJ_NETWORK_QUERY_OPEN, IRP_MJ_READ,
} from '../../../../src-main/nt/values.generated.ts';
import { assertExists } from '../../../../src-main/base/assert.ts';
import { ModelRig, outcome } from './modelRig.ts';

let fs: ModelRig;
beforeEach(() => {
  fs = new ModelRig();
});

const open = (path: string, more: Partial<AdoptedOpen> = {}): AdoptedOpen => ({ path, access: FILE_READ_DATA, share: 7, options: 0, shownBy: 12, ...more });
const fileObject = (name: string): FILE_OBJECT => new FILE_OBJECT({ id: `foreign ${name}`, volume: fs.volume.name, name });
const readBy = (object: FILE_OBJECT, offset = 0n, length = 10): string => outcome(fs.issue('x', IRP_MJ_READ, 'Read', { Length: length, ByteOffset: offset, ReadBuffer: fs.buffer(length) }, object));

describe('names that a recording shows', () => {
  test('a file that was there brings its directories; who shows it is kept', () => {
    const link = assertExists(fs.volume.shown.exists('\\a\\b\\c.txt', 'file', 12));
    expect(link).toMatchObject({ shownBy: 12, path: '\\a\\b\\c.txt' });
    expect(assertExists(fs.volume.find('\\a\\b')).file).toMatchObject({ directory: true, kindShownBy: 12 });
    expect(fs.create('h', '\\a\\b\\c.txt')).toBe('SUCCESS 1');
    expect(fs.create('d', '\\a\\b', { opts: FILE_DIRECTORY_FILE })).toBe('SUCCESS 1');
    expect(fs.create('n', '\\a\\b\\new', { disp: FILE_CREATE })).toBe('SUCCESS 2');
    expect(assertExists(fs.volume.find('\\a\\b\\new')).shownBy).toBe(settledHere);
  });

  test('what nothing shows is assumed and gives way: a file becomes a directory when something lies in it', () => {
    const link = assertExists(fs.volume.shown.exists('\\a', null, 3));
    expect(link.file).toMatchObject({ directory: false, kindShownBy: notShown });
    expect(fs.volume.shown.exists('\\a\\b', 'file', 4)).not.toBeNull();
    expect(link.file).toMatchObject({ directory: true, kindShownBy: 4, attributes: 0x10 });
    // Shown to be a directory: it cannot be taken for a file while it holds something.
    expect(fs.volume.shown.exists('\\a', 'file', 5)).toBeNull();
  });

  test('an alternate stream shows its file', () => {
    fs.volume.shown.exists('\\f:s', null, 3);
    expect([fs.create('a', '\\f:s'), fs.create('b', '\\f'), fs.create('c', '\\f:other')]).toEqual(['SUCCESS 1', 'SUCCESS 1', 'OBJECT_NAME_NOT_FOUND']);
  });

  test('what the run has removed or made stays so, unless the recording is brought in by force', () => {
    fs.volume.shown.exists('\\d\\f', 'file', 3);
    fs.create('h', '\\d\\f', { access: 'd', opts: FILE_DELETE_ON_CLOSE });
    fs.close('h');
    expect(fs.volume.shown.exists('\\d\\f', 'file', 9)).toBeNull();
    expect(fs.create('again', '\\d\\f')).toBe('OBJECT_NAME_NOT_FOUND');
    expect(fs.volume.shown.exists('\\d\\f', 'file', 9, 'resync')).toMatchObject({ shownBy: 9 });
    expect(fs.create('new', '\\d\\n', { disp: FILE_CREATE })).toBe('SUCCESS 2');
    expect(fs.volume.shown.absent('\\d\\n')).toBe(false);
    expect(fs.volume.shown.absent('\\d')).toBe(false);
    expect(fs.volume.shown.absent('\\d\\n', 'resync')).toBe(true);
    expect(fs.create('gone', '\\d\\n')).toBe('OBJECT_NAME_NOT_FOUND');
  });

  test('a renamed file leaves a name that nobody may fill by inference, and is settled at its new one', () => {
    fs.volume.shown.exists('\\d\\f', 'file', 3);
    fs.create('h', '\\d\\f', { access: 'd' });
    expect(fs.rename('h', '\\d\\g')).toBe('SUCCESS');
    expect(fs.volume.shown.exists('\\d\\f', 'file', 9)).toBeNull();
    expect(assertExists(fs.volume.find('\\d\\g')).shownBy).toBe(settledHere);
  });

  test('what was inferred and is not so any more goes without notice', () => {
    fs.volume.shown.exists('\\d\\f', 'file', 3);
    expect(fs.volume.shown.absent('\\d')).toBe(true);
    expect(fs.create('h', '\\d\\f')).toBe('OBJECT_PATH_NOT_FOUND');
  });

  test('paths that a filter has changed are left alone', () => {
    fs.volume.shown.isChanged = (path) => path === '\\d';
    expect(fs.volume.shown.exists('\\d\\f', 'file', 3)).toBeNull();
    expect(fs.volume.shown.exists('\\e\\f', 'file', 3)).not.toBeNull();
  });
});

describe('what a file is', () => {
  test('sizes: bounds until one is told, then the run goes on from it', () => {
    const { file } = assertExists(fs.volume.shown.exists('\\f', 'file', 3));
    const stream = file.defaultStream;
    const { shown } = fs.volume;
    expect(shown.size(stream, 100n, 'least', 4)).toBe(true);
    expect(stream).toMatchObject({ size: 100n, sizeShownBy: notShown });
    expect(shown.size(stream, 50n, 'least', 5)).toBe(true);
    expect(shown.size(stream, 4000n, 'exact', 6)).toBe(true);
    expect(stream).toMatchObject({ size: 4000n, allocation: 4096n, sizeShownBy: 6 });
    fs.create('h', '\\f', { access: 'rw' });
    expect(fs.read('h', 3990, 100)).toBe('SUCCESS 10');
    expect(fs.write('h', 4000, 'ab')).toBe('SUCCESS 2');
    expect(shown.size(stream, 4000n, 'exact', 9)).toBe(false);
    expect(stream).toMatchObject({ size: 4002n, sizeShownBy: settledHere });
    expect(shown.size(stream, 10n, 'exact', 9, 'resync')).toBe(true);
    expect(fs.read('h', 10, 1)).toBe('END_OF_FILE');
  });

  test('a write behind the least known size does not make the size known', () => {
    const stream = assertExists(fs.volume.shown.exists('\\f', 'file', 3)).file.defaultStream;
    fs.create('h', '\\f', { access: 'w' });
    fs.write('h', 10, 'abc');
    expect(stream).toMatchObject({ size: 13n, sizeShownBy: notShown });
    expect(fs.volume.shown.size(stream, 500n, 'exact', 7)).toBe(true);
    fs.size('h', 20);
    expect(stream).toMatchObject({ size: 20n, sizeShownBy: settledHere });
  });

  test('attributes decide what a create may do', () => {
    const { file } = assertExists(fs.volume.shown.exists('\\f', null, 3));
    expect(fs.volume.shown.attributes(file, 0x21, 4)).toBe(true);
    expect(file).toMatchObject({ attributes: 0x21, attributesShownBy: 4, kindShownBy: 4 });
    expect(fs.create('h', '\\f', { access: 'w' })).toBe('ACCESS_DENIED');
  });

  test('rights that were refused stay refused, others are granted', () => {
    const { file } = assertExists(fs.volume.shown.exists('\\f', 'file', 3));
    file.refusedAccess = FILE_WRITE_DATA;
    expect([fs.create('w', '\\f', { access: 'w' }), fs.create('r', '\\f', { access: 'r' })]).toEqual(['ACCESS_DENIED', 'SUCCESS 1']);
  });

  test('an open nobody has seen excludes others until it is over', () => {
    const stream = assertExists(fs.volume.shown.exists('\\f', 'file', 3)).file.defaultStream;
    fs.volume.shown.hold(stream, 'excludes');
    fs.volume.shown.hold(stream, 'excludes');
    expect([fs.create('a', '\\f'), fs.create('b', '\\f', { access: 'ra' })]).toEqual(['SHARING_VIOLATION', 'SUCCESS 1']);
    fs.volume.shown.release(stream);
    expect(fs.create('c', '\\f', { share: '' })).toBe('SUCCESS 1');
  });
});

describe('handles that a recording shows', () => {
  test('a handle that was open before the recording began works, and takes part in sharing', () => {
    const { file } = assertExists(fs.volume.shown.exists('\\f', 'file', 12));
    fs.volume.shown.size(file.defaultStream, 6n, 'exact', 12);
    const object = fileObject('\\f');
    expect(readBy(object)).toBe('INVALID_PARAMETER');
    const handle = assertExists(fs.fs.adopt(object, open('\\f')));
    expect(handle).toMatchObject({ shownBy: 12, access: FILE_READ_DATA });
    expect(object).toMatchObject({ ReadAccess: true, WriteAccess: false, SharedRead: true, FsContext: file.defaultStream.fsContext });
    expect(readBy(object)).toBe('SUCCESS 6');
    expect(fs.create('other', '\\f', { access: 'w', share: 'W' })).toBe('SHARING_VIOLATION');
    // More comes to light: it writes too.
    expect(fs.fs.adopt(object, open('\\f', { access: FILE_WRITE_DATA }))).toBe(handle);
    expect(object.WriteAccess).toBe(true);
    expect(fs.create('reader', '\\f', { access: 'r', share: 'R' })).toBe('SHARING_VIOLATION');
  });

  test('the volume itself can be adopted; what is not there cannot', () => {
    expect(fs.fs.adopt(fileObject(''), open(''))).toMatchObject({ kind: 'volume' });
    expect(fs.fs.adopt(fileObject('\\nothing'), open('\\nothing'))).toBeNull();
    expect(fs.fs.adopt(new FILE_OBJECT({ id: 'z', volume: '\\Device\\Other', name: '\\f' }), open('\\f'))).toBeNull();
  });

  test('a handle that is taken back leaves nothing: no share, no lock, no deletion', () => {
    fs.volume.makeFile('\\f', { size: 10 });
    fs.create('h', '\\f', { access: 'rw+d', share: '', opts: FILE_DELETE_ON_CLOSE });
    fs.lock('h', 0, 5, { exclusive: true });
    expect(fs.fs.disown(fs.handle('h'))).toBe(true);
    expect(fs.fs.disown(fs.handle('h'))).toBe(false);
    expect(fs.create('other', '\\f', { access: 'rw', share: '' })).toBe('SUCCESS 1');
    expect(fs.read('other', 0, 10)).toBe('SUCCESS 10');
    expect(fs.volume.handles.size).toBe(1);
    expect(outcome(fs.issue('late', IRP_MJ_CLOSE, null, {}, fs.handle('h')))).toBe('SUCCESS');
    expect(fs.create('third', '\\f', { access: 'ra' })).toBe('SUCCESS 1');
  });

  test('a request that waits is let go of: it holds nothing any more', () => {
    fs.volume.makeFile('\\f', { size: 10 });
    fs.create('h', '\\f', { access: 'rw' });
    fs.create('g', '\\f', { access: 'rw' });
    fs.lock('h', 0, 5, { exclusive: true });
    fs.lock('g', 0, 5, { exclusive: true, wait: true, op: 'waits' });
    const waiting = assertExists(fs.engine.pendingOperations()[0]);
    expect(fs.fs.abandon(waiting)).toBe(true);
    expect(fs.fs.abandon(waiting)).toBe(false);
    fs.lock('h', 0, 5, { unlock: true });
    expect(fs.late()).toEqual([]);
    expect(fs.lock('h', 0, 5, { exclusive: true })).toBe('SUCCESS');
  });
});

describe('memory', () => {
  test('files that nobody needs are forgotten; open, changed and removed ones are not', () => {
    const { volume } = fs;
    for (let at = 0; at < 50; at++) volume.shown.exists(`\\d${at % 5}\\f${at}`, 'file', 1);
    fs.create('open', '\\d0\\f0');
    fs.create('made', '\\d1\\made', { disp: FILE_CREATE });
    fs.close('made');
    fs.create('gone', '\\d2\\f2', { access: 'd', opts: FILE_DELETE_ON_CLOSE });
    fs.close('gone');
    volume.shown.isChanged = (path) => path === '\\d3\\f3';
    volume.shown.forget(20);
    // Root, d0 with f0, d1 with what was made there, d2 with its history, d3 with f3.
    expect([...volume.files.values()].map((file) => file.links[0]?.path).sort()).toEqual(['\\', '\\d0', '\\d0\\f0', '\\d1', '\\d1\\made', '\\d2', '\\d3', '\\d3\\f3']);
    expect(volume.shown.exists('\\d2\\f2', 'file', 9)).toBeNull();
    expect(volume.shown.exists('\\d4\\f4', 'file', 9)).toMatchObject({ shownBy: 9 });
    volume.shown.forget(1);
    expect(volume.find('\\d1\\made')).toBeNull();
    expect(fs.read('open', 0, 1)).toBe('END_OF_FILE');
  });

  test('what was needed lately stays as long as others can go', () => {
    const { volume } = fs;
    for (let at = 0; at < 20; at++) volume.shown.exists(`\\f${at}`, 'file', 1);
    volume.shown.forget(100);
    fs.create('h', '\\f7');
    fs.close('h');
    volume.shown.forget(10);
    expect([...volume.files.values()].map((file) => file.links[0]?.path)).toEqual(['\\', '\\f7']);
  });
});

describe('what a recorded machine refused', () => {
  const queryOpen = (name: string): string => {
    const object = fileObject(name);
    const operation = fs.issue('q', IRP_MJ_NETWORK_QUERY_OPEN, 'NetworkQueryOpen', { NetworkInformation: fs.buffer(56) }, object, { kind: 'fastio' });
    return outcome(operation);
  };

  test('query-open finds that there is nothing, unless the volume refuses it altogether', () => {
    fs.volume.makeFile('\\d\\f', { size: 10 });
    expect([queryOpen('\\d\\f'), queryOpen('\\d\\g'), queryOpen('\\e\\g')]).toEqual(['SUCCESS 56', 'OBJECT_NAME_NOT_FOUND', 'OBJECT_PATH_NOT_FOUND']);
    fs.volume.refusedFastIo.add(IRP_MJ_NETWORK_QUERY_OPEN);
    expect([queryOpen('\\d\\f'), queryOpen('\\d\\g')]).toEqual(['FLT_DISALLOW_FAST_IO', 'FLT_DISALLOW_FAST_IO']);
  });
});

describe('sections', () => {
  test('a section that is made is told whether anybody can write', () => {
    fs.volume.makeFile('\\f', { size: 10 });
    fs.create('r', '\\f', { access: 'r' });
    expect(fs.section('r', 0x02)).toBe('FILE_LOCKED_WITH_ONLY_READERS');
    fs.create('w', '\\f', { access: 'w' });
    expect(fs.section('r', 0x02)).toBe('FILE_LOCKED_WITH_WRITERS');
    fs.close('w');
    expect(fs.section('r', 0x20)).toBe('FILE_LOCKED_WITH_ONLY_READERS');
  });
});

