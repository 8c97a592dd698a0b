/** driver-api-usage.md 2.2 */
import { describe, expect, it } from 'vitest';
import {
  FSCTL_REQUEST_BATCH_OPLOCK, FSCTL_REQUEST_FILTER_OPLOCK, IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_READ, IRP_MJ_SHUTDOWN,
} from '../../../src-main/nt/values.generated.ts';
import { expected, Scenario } from '../../support/scenarios/scenario.ts';

const scenario = (): Scenario => new Scenario({ drivers: ['passThrough'], files: { '\\f.txt': 'hello', '\\d\\': '' } });

describe('passThrough', () => {
  it('PT-1: sees every operation, fast and paging I/O too, and changes nothing', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'rw' });
    s.read('A', 5);
    s.read('A', 5, { fast: true });
    s.write('A', 'HELLO', { paging: true });
    s.cleanup('A');
    s.close('A');
    expect(s.lines()).toEqual(expected(`
      1 pre passThrough → SUCCESS_WITH_CALLBACK
      1 FS CREATE \\f.txt
      1 post passThrough
      1 OUT SUCCESS info=1
      2 pre passThrough → SUCCESS_WITH_CALLBACK
      2 FS READ off=0 len=5
      2 post passThrough
      2 OUT SUCCESS info=5
      3 pre passThrough → SUCCESS_WITH_CALLBACK
      3 FS READ off=0 len=5 [fast]
      3 post passThrough
      3 OUT SUCCESS info=5
      4 pre passThrough → SUCCESS_WITH_CALLBACK
      4 FS WRITE off=0 len=5 [paging]
      4 post passThrough
      4 OUT SUCCESS info=5
      5 pre passThrough → SUCCESS_WITH_CALLBACK
      5 FS CLEANUP
      5 post passThrough
      5 OUT SUCCESS
      6 pre passThrough → SUCCESS_WITH_CALLBACK
      6 FS CLOSE
      6 post passThrough
      6 OUT SUCCESS
    `));
    expect(s.onDisk('\\f.txt')).toBe('HELLO');
  });

  it('PT-2: a granted oplock is told at once, its post comes with the break', () => {
    const s = scenario();
    s.create('A', '\\f.txt', { access: 'r' });
    s.lines();
    s.control('A', FSCTL_REQUEST_FILTER_OPLOCK);
    expect(s.lines()).toEqual(expected(`
      2 pre passThrough → SUCCESS_WITH_CALLBACK
      2 FS FSCTL REQUEST_FILTER_OPLOCK → PENDING
      DBG "passThrough: status=00000103 ctx=2 mj=0d.00 IRP_MJ_FILE_SYSTEM_CONTROL"
      2 STATUSCB passThrough status=PENDING
      2 OUT PENDING
    `));
    s.create('B', '\\f.txt', { access: 'rw', process: 200 });
    expect(s.lines()).toEqual(expected(`
      3 pre passThrough → SUCCESS_WITH_CALLBACK
      2 post passThrough
      2 OUT SUCCESS info=8
      3 FS CREATE \\f.txt → PENDING
    `));
    s.closeHandle('A');
    expect(s.lines().filter((line) => line.startsWith('3 '))).toEqual(['3 post passThrough', '3 OUT SUCCESS info=1']);
  });

  it('PT-3: a refused oplock completes inside the call, so the post comes before the status callback', () => {
    const s = scenario();
    s.create('A', '\\f.txt');
    s.lines();
    s.fail(IRP_MJ_FILE_SYSTEM_CONTROL, 'OPLOCK_NOT_GRANTED');
    s.control('A', FSCTL_REQUEST_BATCH_OPLOCK);
    expect(s.lines()).toEqual(expected(`
      2 pre passThrough → SUCCESS_WITH_CALLBACK
      2 FS FSCTL REQUEST_BATCH_OPLOCK → OPLOCK_NOT_GRANTED
      2 post passThrough
      2 OUT OPLOCK_NOT_GRANTED
      DBG "passThrough: status=c00000e2 ctx=2 mj=0d.00 IRP_MJ_FILE_SYSTEM_CONTROL"
      2 STATUSCB passThrough status=OPLOCK_NOT_GRANTED
    `));
  });

  it('PT-4: a change notification is pending until a file appears', () => {
    const s = scenario();
    s.create('D', '\\d');
    s.lines();
    s.notify('D');
    expect(s.lines()).toEqual(expected(`
      2 pre passThrough → SUCCESS_WITH_CALLBACK
      2 FS NOTIFY_CHANGE_DIRECTORY → PENDING
      DBG "passThrough: status=00000103 ctx=2 mj=0c.02 IRP_MJ_DIRECTORY_CONTROL"
      2 STATUSCB passThrough status=PENDING
      2 OUT PENDING
    `));
    s.create('N', '\\d\\new.txt', { access: 'w', disposition: 2 });
    const lines = s.lines();
    expect(lines.filter((line) => line.startsWith('2 '))).toEqual(['2 post passThrough', expect.stringMatching(/^2 OUT SUCCESS info=/)]);
  });

  it('PT-5: the newer oplock request is not in its list', () => {
    const s = scenario();
    s.create('A', '\\f.txt');
    s.lines();
    s.oplock('A', 1);
    expect(s.lines()).toEqual(['2 pre passThrough → SUCCESS_WITH_CALLBACK', '2 FS FSCTL REQUEST_OPLOCK → PENDING', '2 OUT PENDING']);
  });

  it('PT-6: no post for a shutdown', () => {
    const s = scenario();
    s.plain(IRP_MJ_SHUTDOWN, null);
    expect(s.lines()).toEqual(['1 pre passThrough → SUCCESS_NO_CALLBACK', '1 FS SHUTDOWN', '1 OUT SUCCESS']);
  });

  it('PT-7: detaching drains a read that the file system holds; its completion is seen by nobody else', () => {
    const s = scenario();
    s.create('A', '\\f.txt');
    s.lines();
    s.hold(IRP_MJ_READ);
    const read = s.read('A', 5);
    expect(s.lines()).toEqual(['2 pre passThrough → SUCCESS_WITH_CALLBACK', '2 FS READ off=0 len=5 → PENDING', '2 OUT PENDING']);
    expect(s.detach('passThrough')).toBe('SUCCESS');
    expect(s.lines()).toEqual(expected(`
      LIFE passThrough query teardown → SUCCESS
      LIFE passThrough teardown start
      2 post passThrough DRAIN
      LIFE passThrough teardown complete
    `));
    s.release(read);
    expect(s.lines()).toEqual(['2 OUT SUCCESS info=5']);
  });
});
