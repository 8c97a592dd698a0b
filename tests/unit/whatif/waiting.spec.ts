/** What-if: what a request has waited for does not happen, or happens because of a filter. */
import { describe, expect, it } from 'vitest';
import { FILE_DIRECTORY_FILE } from '../../../src-main/nt/values.generated.ts';
import { changing, passThrough } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

/** Process 200 watches a folder, in which 100 makes two files; then 200 watches again and closes its handle. */
function recording(): Recording {
  const r = new Recording();
  r.directory('C:\\d'); // 1 to 3
  r.open('C:\\d', { process: 200, options: FILE_DIRECTORY_FILE }); // 4
  r.notify('C:\\d', { process: 200, duration: 1.1, information: 16 }); // 5, until after 6 was issued
  r.open('C:\\d\\one', { disposition: 'create' }); // 6
  r.end('C:\\d\\one'); // 7, 8
  r.notify('C:\\d', { process: 200, duration: 4.1, status: 'NOTIFY_CLEANUP' }); // 9, until its handle is closed
  r.open('C:\\d\\one'); // 10
  r.end('C:\\d\\one'); // 11, 12
  r.end('C:\\d', { process: 200 }); // 13, 14
  return r;
}

describe('a change notification', () => {
  it('comes as recorded', () => {
    expect(notAsRecorded(run(recording(), [passThrough()]))).toEqual([]);
  });

  it('does not come for a file that was never made', () => {
    const deny = changing('IRP_MJ_CREATE', "if (finalName === 'one') return deny(Data, STATUS_ACCESS_DENIED);");
    const outcomes = run(recording(), [deny]);
    expect(notAsRecorded(outcomes)).toEqual([
      // It is over when the handle is closed.
      '5 NotifyChangeDirectory NOTIFY_CLEANUP model, consequence of 6',
      '6 CreateFile ACCESS_DENIED filter, changed',
      ...['7 IRP_MJ_CLEANUP', '8 CloseFile'].map((line) => `${line} not issued because of 6`),
      '10 CreateFile ACCESS_DENIED filter, changed',
      ...['11 IRP_MJ_CLEANUP', '12 CloseFile'].map((line) => `${line} not issued because of 10`),
    ]);
    expect(outcomes.events.find((event) => event.operation === 5 && event.kind === 'complete')?.issued).toBe(13);
  });
});
