/** driver-api-usage.md 3.5 */
import { describe, expect, it } from 'vitest';
import { FILE_CREATE, FILE_OVERWRITE_IF, IRP_MJ_CREATE } from '../../../../src-main/nt/values.generated.ts';
import { quiet } from '../../../support/scenarios/life.ts';
import { driverSource } from '../../../support/scenarios/loadDriver.ts';
import { expected, Scenario } from '../../../support/scenarios/scenario.ts';

function scenario(): Scenario {
  const s = new Scenario({ drivers: [driverSource('backup', 'scenario')], files: { '\\docs\\a': 'OLD' } });
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

  it('BK-4, BK-5: overwriting and shortening change the content too', () => {
    const overwritten = scenario();
    overwritten.create('A', '\\docs\\a', { access: 'rw', disposition: FILE_OVERWRITE_IF });
    // An overwrite removes the other streams of the file, so the copy has to be looked for where it was made.
    expect(overwritten.lines().filter((line) => line.startsWith('1.')).slice(0, 3)).toEqual(['1.1 CREATE \\docs\\a', '1.2 CREATE \\docs\\a:backup', '1.3 READ off=0 len=1048576 [nocache]']);
    const shortened = scenario();
    shortened.create('A', '\\docs\\a', { access: 'rw' });
    shortened.setEndOfFile('A', 0);
    expect(saved(shortened)).toBe('OLD');
  });

  it('BK-6, BK-7: a mapped write is told of, a new file has nothing to back up', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw' });
    s.write('A', 'MAP', { paging: true });
    expect(s.lines()).toContain('DBG "backup: a mapped write came first"');
    s.create('N', '\\docs\\new', { access: 'rw', disposition: FILE_CREATE });
    s.write('N', 'x');
    expect(s.onDisk('\\docs\\new:backup')).toBeNull();
  });

  it('BK-8: a failing copy does not stop the write, and leaves nothing behind', () => {
    const s = scenario();
    s.create('A', '\\docs\\a', { access: 'rw' });
    s.fail(IRP_MJ_CREATE, 'DISK_FULL');
    s.write('A', 'NEW');
    expect(s.lines()).toContain('DBG "backup: failed c000007f"');
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
