/** A path leads where the names on its way say now, also when it led elsewhere a moment ago. */
import { beforeEach, describe, expect, it } from 'vitest';
import { FILE_DIRECTORY_FILE } from '../../../../src-main/nt/values.generated.ts';
import { ModelRig } from './modelRig.ts';

let fs: ModelRig;
/** A size of one digit tells which file was found; null: there is none. */
const sizeAt = (path: string): number | null => {
  const link = fs.volume.find(path);
  return link === null ? null : Number(link.file.defaultStream.size);
};

beforeEach(() => {
  fs = new ModelRig();
  fs.volume.makeFile('\\a\\b\\f', { size: 1 });
  fs.volume.makeFile('\\a\\b\\g', { size: 2 });
  fs.volume.makeFile('\\other\\b\\f', { size: 3 });
  expect([sizeAt('\\a\\b\\f'), sizeAt('\\A\\B\\G')]).toEqual([1, 2]);
});

describe('the directory of a path', () => {
  it('is another one after it was renamed and another took its place', () => {
    fs.create('d', '\\a', { access: 'd', opts: FILE_DIRECTORY_FILE });
    expect(fs.rename('d', '\\moved')).toBe('SUCCESS');
    expect([sizeAt('\\a\\b\\f'), sizeAt('\\moved\\b\\f')]).toEqual([null, 1]);
    fs.create('e', '\\other', { access: 'd', opts: FILE_DIRECTORY_FILE });
    expect(fs.rename('e', '\\a')).toBe('SUCCESS');
    expect([sizeAt('\\a\\b\\f'), sizeAt('\\a\\b\\g'), sizeAt('\\moved\\b\\f')]).toEqual([3, null, 1]);
  });

  it('has what was made and removed in it since', () => {
    fs.volume.makeFile('\\a\\b\\h', { size: 4 });
    expect(sizeAt('\\a\\b\\h')).toBe(4);
    const link = fs.volume.find('\\a\\b\\h');
    if (link !== null) fs.volume.removeLink(link, 'h');
    expect([sizeAt('\\a\\b\\h'), sizeAt('\\a\\b\\f')]).toEqual([null, 1]);
  });

  it('is not entered any more when it has become a junction', () => {
    expect(fs.create('x', '\\a\\b\\f')).toBe('SUCCESS 1');
    const link = fs.volume.find('\\a');
    if (link !== null) fs.volume.shown.reparsePoint(link.file, { tag: 0xa000_0003, target: '\\Device\\HarddiskVolume1\\other', data: null });
    expect(fs.create('y', '\\a\\b\\f')).toBe(`REPARSE ${0xa000_0003}`);
  });

  it('is a file now, where a recording shows it', () => {
    fs.volume.shown.exists('\\late\\x', 'file', 7);
    expect(fs.volume.find('\\late\\x')).not.toBeNull();
    const inside = fs.volume.find('\\late\\x');
    if (inside !== null) fs.volume.shown.removeName(inside, 'prior');
    expect(fs.volume.shown.exists('\\late', 'file', 8)).not.toBeNull();
    expect(fs.create('z', '\\late\\x')).toBe('OBJECT_PATH_NOT_FOUND');
  });

  it('by a long name hides the one that had it as its short name', () => {
    fs.volume.makeFile('\\other name', { directory: true, shortName: 'OTHERN~1' });
    fs.volume.makeFile('\\other name\\f', { size: 7 });
    expect(sizeAt('\\othern~1\\f')).toBe(7);
    fs.volume.addFile(fs.volume.root.file, 'othern~1', { directory: true });
    expect(sizeAt('\\othern~1\\f')).toBeNull();
  });
});
