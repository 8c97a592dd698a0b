/** driver-api-usage.md 3.5 */
import { describe, expect, it } from 'vitest';
import { informationConstants } from '../../../../src-main/driver-api/informationConstants.ts';
import { FILE_CREATE, FILE_OVERWRITE_IF, IRP_MJ_CREATE } from '../../../../src-main/nt/values.generated.ts';
import { quiet } from '../../../support/scenarios/life.ts';
import { expected, Scenario } from '../../../support/scenarios/scenario.ts';

const { PAGE_READONLY, PAGE_READWRITE } = informationConstants;

function scenario(): Scenario {
  const s = new Scenario({ drivers: ['backup'], files: { '\\docs\\a': 'OLD' } });
  s.lines();
  return s;
}

const saved = (s: Scenario): string | null => s.onDisk('\\docs\\a:backup');

describe('backup before the first write', () => {
  it('BK-1: copies once, below itself, before the write', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw' });
    s.lines();
    s.write('A', 'NEW');
    expect(s.lines()).toEqual(expected(`
      2.1 CREATE \\docs\\a:backup
      2.2 READ off=0 len=1048576 [nocache]
      2.3 WRITE off=0 len=3
      2.4 CLEANUP
      2.5 CLOSE
      2 pre backup → SUCCESS_NO_CALLBACK
      2 FS WRITE off=0 len=3
      2 OUT SUCCESS info=3
    `));
    expect(saved(s)).toBe('OLD');
    s.write('A', 'NEWER');
    expect(s.lines()).toEqual(['3 pre backup → SUCCESS_NO_CALLBACK', '3 FS WRITE off=0 len=5', '3 OUT SUCCESS info=5']);
  });

  it('BK-2: a second handle of the session copies nothing', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw' });
    s.write('A', 'NEW');
    s.create('B', '\\docs\\a', { access: 'rw' });
    s.write('B', 'NEWER');
    expect(saved(s)).toBe('OLD');
  });

  it('BK-3: of two first writes at once one copies and the other waits', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw' });
    s.create('B', '\\docs\\a', { access: 'rw' });
    s.lines();
    s.hold(IRP_MJ_CREATE);
    const first = s.write('A', 'ONE');
    const second = s.write('B', 'TWO');
    expect(s.lines().filter((line) => line.includes('WRITE'))).toEqual([]);
    s.releaseAll();
    expect(first.operation.state).toBe('completed');
    expect(second.operation.state).toBe('completed');
    expect(s.lines().filter((line) => line.includes('CREATE'))).toEqual([]);
    expect(saved(s)).toBe('OLD');
  });

  it('BK-4: an open that overwrites is preceded by the copy', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw', disposition: FILE_OVERWRITE_IF });
    expect(s.lines()).toEqual(expected(`
      1.1 CREATE \\docs\\a
      1.2 CREATE \\docs\\a.backup
      1.3 READ off=0 len=1048576 [nocache]
      1.4 WRITE off=0 len=3
      1.5 CLEANUP
      1.6 CLOSE
      1.7 CLEANUP
      1.8 CLOSE
      1 pre backup → SYNCHRONIZE
      1 FS CREATE \\docs\\a
      1 post backup
      1 OUT SUCCESS info=3
    `));
    // Overwriting has removed the file's other streams: the copy is a file of its own.
    expect([s.onDisk('\\docs\\a'), s.onDisk('\\docs\\a.backup')]).toEqual(['', 'OLD']);
    s.write('A', 'NEW');
    expect(s.onDisk('\\docs\\a:backup')).toBeNull();
  });

  it('BK-5: a new end of file changes the content too', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw' });
    s.setEndOfFile('A', 0);
    expect([s.onDisk('\\docs\\a'), saved(s)]).toEqual(['', 'OLD']);
  });

  it('BK-6: a mapped write is only told of; the copy is made when the section is', () => {
    const late = scenario();
    late.create('A', '\\docs\\a', { access: 'rw' });
    late.write('A', 'MAP', { paging: true });
    expect(late.lines().slice(-4)).toEqual(expected(`
      DBG "backup: a mapped write came first"
      2 pre backup → SUCCESS_NO_CALLBACK
      2 FS WRITE off=0 len=3 [paging]
      2 OUT SUCCESS info=3
    `));
    expect(saved(late)).toBeNull();
    const armed = scenario();
    armed.create('A', '\\docs\\a', { access: 'rw' });
    armed.section('A', PAGE_READWRITE);
    expect(saved(armed)).toBe('OLD');
    armed.lines();
    armed.write('A', 'MAP', { paging: true });
    expect(armed.lines()).toEqual(['4 pre backup → SUCCESS_NO_CALLBACK', '4 FS WRITE off=0 len=3 [paging]', '4 OUT SUCCESS info=3']);
    const reading = scenario();
    reading.create('A', '\\docs\\a', { access: 'rw' });
    reading.section('A', PAGE_READONLY);
    expect(saved(reading)).toBeNull();
  });

  it('BK-7: a new file has nothing to back up', () => {
    const s = scenario();
    s.create('N', '\\docs\\new', { access: 'rw', disposition: FILE_CREATE });
    s.write('N', 'x');
    expect(s.onDisk('\\docs\\new:backup')).toBeNull();
  });

  it('BK-8: a failing copy does not stop the write, and leaves nothing behind', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw' });
    s.lines();
    s.fail(IRP_MJ_CREATE, 'DISK_FULL');
    s.write('A', 'NEW');
    expect(s.lines()).toEqual(expected(`
      2.1 CREATE \\docs\\a:backup → DISK_FULL
      DBG "backup: failed c000007f"
      2 pre backup → SUCCESS_NO_CALLBACK
      2 FS WRITE off=0 len=3
      2 OUT SUCCESS info=3
    `));
    s.closeHandle('A');
    s.unload('backup');
    expect(quiet(s, 'backup')).toEqual([]);
  });

  it('BK-9: the next session copies again', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw' });
    s.write('A', 'NEW');
    s.closeHandle('A');
    s.create('B', '\\docs\\a', { access: 'rw' });
    s.write('B', 'LAST');
    expect(saved(s)).toBe('NEW');
  });
});
