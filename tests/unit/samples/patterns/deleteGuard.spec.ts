/** driver-api-usage.md 3.2 */
import { describe, expect, it } from 'vitest';
import { informationConstants } from '../../../../src-main/driver-api/informationConstants.ts';
import { FILE_DELETE_ON_CLOSE, FILE_OPEN_BY_FILE_ID, FileLinkInformation } from '../../../../src-main/nt/values.generated.ts';
import { quiet } from '../../../support/scenarios/life.ts';
import { expected, Scenario } from '../../../support/scenarios/scenario.ts';

const { FILE_DISPOSITION_DELETE, FILE_DISPOSITION_ON_CLOSE, FILE_DISPOSITION_POSIX_SEMANTICS, FILE_RENAME_POSIX_SEMANTICS } = informationConstants;

const files = {
  '\\guard\\k.txt': { contents: new Uint8Array(1), shortName: 'K~1.TXT' }, '\\guard\\k.txt:s': 's', '\\guardian\\k.txt': 'k', '\\else\\': '', '\\tmp\\n': 'n',
};
const scenario = (given: Readonly<Record<string, string | { readonly contents: Uint8Array; readonly shortName: string }>> = files): Scenario => new Scenario({ drivers: ['deleteGuard'], files: given });

/** The statuses of the requests since the last time. */
const outcomes = (s: Scenario): string[] => s.lines().filter((line) => line.includes(' OUT ')).map((line) => line.replace(/^.* OUT (\w+).*$/, '$1'));
const denied = 'ACCESS_DENIED';
const passed = 'SUCCESS';

describe('delete guard', () => {
  it('DG-1: no delete-on-close', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt', { access: 'd', options: FILE_DELETE_ON_CLOSE });
    expect(s.lines()).toEqual(expected(`
      DBG "deleteGuard: delete-on-close refused"
      1 pre deleteGuard → COMPLETE
      1 OUT ACCESS_DENIED
    `));
  });

  it('DG-2: no disposition, but it may be taken back', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt', { access: 'rwd' });
    s.setDisposition('A', true);
    s.setDisposition('A', false);
    expect(s.lines()).toEqual(expected(`
      1 pre deleteGuard → SUCCESS_NO_CALLBACK
      1 FS CREATE \\guard\\k.txt
      1 OUT SUCCESS info=1
      DBG "deleteGuard: deletion refused"
      2 pre deleteGuard → COMPLETE
      2 OUT ACCESS_DENIED
      3 pre deleteGuard → SUCCESS_NO_CALLBACK
      3 FS SET Disposition
      3 OUT SUCCESS
    `));
  });

  it('DG-3: the newer class is a word of flags', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt', { access: 'rwd' });
    s.lines();
    for (const flags of [FILE_DISPOSITION_DELETE, FILE_DISPOSITION_DELETE | FILE_DISPOSITION_POSIX_SEMANTICS, FILE_DISPOSITION_DELETE | FILE_DISPOSITION_ON_CLOSE]) s.setDispositionEx('A', flags);
    expect(outcomes(s)).toEqual([denied, denied, denied]);
    // Passed on: what a handle without delete-on-close is answered is the file system's.
    s.setDispositionEx('A', FILE_DISPOSITION_ON_CLOSE);
    expect(s.lines().slice(0, 2)).toEqual(['5 pre deleteGuard → SUCCESS_NO_CALLBACK', expect.stringMatching(/^5 FS SET DispositionEx/)]);
  });

  it('DG-4: no renaming away, in either class', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt', { access: 'd' });
    s.lines();
    s.rename('A', '\\else\\k.txt');
    s.rename('A', '\\guard\\k2.txt');
    s.rename('A', '\\else\\k.txt', { flags: FILE_RENAME_POSIX_SEMANTICS });
    expect(outcomes(s)).toEqual([denied, denied, denied]);
  });

  it('DG-5: no replacing by a rename or a link; without leave to replace the file system refuses', () => {
    const s = scenario();
    s.create('N', '\\tmp\\n', { access: 'd' });
    s.lines();
    s.rename('N', '\\guard\\k.txt', { replace: true });
    s.rename('N', '\\guard\\k.txt', { replace: true, informationClass: FileLinkInformation });
    expect(outcomes(s)).toEqual([denied, denied]);
    s.rename('N', '\\guard\\k.txt');
    expect(s.lines()).toEqual(expected(`
      4 pre deleteGuard → SUCCESS_NO_CALLBACK
      4 FS SET Rename → OBJECT_NAME_COLLISION
      4 OUT OBJECT_NAME_COLLISION
    `));
  });

  it('DG-6: whatever the file is opened as', () => {
    const s = scenario();
    const id = s.modelVolume().findStream('\\guard\\k.txt')?.file.id ?? 0n;
    s.create('G', '\\guard');
    s.create('1', '\\GUARD\\K.TXT', { access: 'd' });
    s.create('2', '\\guard\\K~1.TXT', { access: 'd' });
    s.create('3', 'k.txt', { access: 'd', related: 'G' });
    s.create('4', String.fromCharCode(...[0n, 16n, 32n, 48n].map((shift) => Number((id >> shift) & 0xffffn))), { access: 'd', options: FILE_OPEN_BY_FILE_ID });
    expect(outcomes(s)).toEqual([passed, passed, passed, passed, passed]);
    for (const name of ['1', '2', '3', '4']) s.setDisposition(name, true);
    expect(outcomes(s)).toEqual([denied, denied, denied, denied]);
  });

  it('DG-7: another folder whose name begins alike is not guarded', () => {
    const s = scenario();
    s.create('A', '\\guardian\\k.txt', { access: 'd' });
    s.setDisposition('A', true);
    expect(outcomes(s)).toEqual([passed, passed]);
  });

  it('DG-8: a stream may go, its file may not', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt:s', { access: 'd' });
    s.setDisposition('A', true);
    expect(outcomes(s)).toEqual([passed, passed]);
    s.closeHandle('A');
    expect([s.onDisk('\\guard\\k.txt:s'), s.onDisk('\\guard\\k.txt')]).toEqual([null, '\0']);
  });

  it('DG-9: the folder itself: the file system refuses while it holds something, the guard when it is empty', () => {
    const full = scenario();
    full.create('D', '\\guard', { access: 'd' });
    full.setDisposition('D', true);
    expect(outcomes(full)).toEqual([passed, 'DIRECTORY_NOT_EMPTY']);
    const empty = scenario({ '\\guard\\': '' });
    empty.create('D', '\\guard', { access: 'd' });
    empty.setDisposition('D', true);
    expect(outcomes(empty)).toEqual([passed, denied]);
    for (const s of [full, empty]) {
      s.closeHandle('D');
      s.unload('deleteGuard');
      expect(quiet(s, 'deleteGuard')).toEqual([]);
    }
  });

  it('DG-10: the kernel is exempt, and so is a program that is trusted', () => {
    const s = scenario();
    s.create('A', '\\guard\\k.txt', { access: 'd', kernel: true, process: 4 });
    s.lines();
    s.setDispositionEx('A', FILE_DISPOSITION_DELETE, { kernel: true });
    s.setDispositionEx('A', 0, { kernel: true });
    expect(outcomes(s)).toEqual([passed, passed]);
    const trusting = new Scenario({ drivers: ['deleteGuard'], files, values: { Trusted: 'P100' } });
    trusting.create('A', '\\guard\\k.txt', { access: 'd' });
    trusting.setDisposition('A', true);
    expect(outcomes(trusting)).toEqual([passed, passed]);
  });
});
