/** What-if: opens lead elsewhere. Both ways of the bundled driver; expectations by what the file system has at either place. */
import { describe, expect, it } from 'vitest';
import { withValues } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

/** One program makes `\out\f` and reads it again; another looks for `\in\f` and `\out\f`, and lists both folders. */
function recording(): Recording {
  const r = new Recording();
  r.directory('C:\\out'); // 1 to 3
  r.directory('C:\\in'); // 4 to 6
  r.open('C:\\out\\f', { disposition: 'create', access: 'rw' }); // 7
  r.write('C:\\out\\f', 10);
  r.end('C:\\out\\f'); // 9, 10
  r.open('C:\\out\\f', { process: 200 }); // 11
  r.read('C:\\out\\f', 10, { process: 200 });
  r.end('C:\\out\\f', { process: 200 }); // 13, 14
  r.open('C:\\in\\f', { status: 'OBJECT_NAME_NOT_FOUND', process: 200 }); // 15
  r.open('C:\\out\\g', { status: 'OBJECT_NAME_NOT_FOUND', process: 200 }); // 16
  r.open('C:\\in\\h', { disposition: 'create', access: 'w' }); // 17
  r.end('C:\\in\\h'); // 18, 19
  return r;
}

describe.each(['reparse', 'rewrite'])('opens are redirected (%s)', (Way) => {
  const redirect = withValues('redirect', { Way });

  it('handles carry on at the new place, where others find the file', () => {
    const outcomes = run(recording(), [redirect]);
    expect(notAsRecorded(outcomes)).toEqual([
      '7 CreateFile SUCCESS model, changed',
      '8 WriteFile SUCCESS info=10 model, redirected of 7',
      '9 IRP_MJ_CLEANUP SUCCESS model, redirected of 7',
      '10 CloseFile SUCCESS model, redirected of 7',
      '11 CreateFile SUCCESS model, changed',
      '12 ReadFile SUCCESS info=10 model, redirected of 11',
      '13 IRP_MJ_CLEANUP SUCCESS model, redirected of 11',
      '14 CloseFile SUCCESS model, redirected of 11',
      // It is there now; what the program would have done with it nobody knows.
      '15 CreateFile SUCCESS model, consequence of 7',
      '16 CreateFile OBJECT_NAME_NOT_FOUND model, changed',
    ]);
    expect(outcomes.affected).toEqual({ changed: 3, consequence: 1, redirected: 6, notIssued: 0 });
  });

  it('as recorded: only what the filter has changed is answered by the model', () => {
    const { lines } = run(recording(), [redirect], 'recorded');
    expect(lines.filter((line) => line.includes('model'))).toEqual([
      '7 CreateFile SUCCESS model, changed', '11 CreateFile SUCCESS model, changed', '16 CreateFile OBJECT_NAME_NOT_FOUND model, changed',
    ]);
  });

  it('by the model: the same outcomes', () => {
    const statuses = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/ (recorded|model).*$/, ''));
    expect(statuses(run(recording(), [redirect], 'model').lines)).toEqual(statuses(run(recording(), [redirect]).lines));
  });
});

describe('opens are redirected to another volume', () => {
  it('and carry on there', () => {
    const r = new Recording();
    r.directory('D:\\in'); // 1 to 3
    r.directory('C:\\out'); // 4 to 6
    r.open('C:\\out\\f', { disposition: 'create', access: 'rw' }); // 7
    r.write('C:\\out\\f', 10);
    r.end('C:\\out\\f'); // 9, 10
    r.open('D:\\in\\f', { status: 'OBJECT_NAME_NOT_FOUND', process: 200 }); // 11
    // The device of D: in a replay.
    expect(notAsRecorded(run(r, [withValues('redirect', { To: '\\Device\\HarddiskVolume4\\in\\' })]))).toEqual([
      '7 CreateFile SUCCESS model, changed',
      '8 WriteFile SUCCESS info=10 model, redirected of 7',
      '9 IRP_MJ_CLEANUP SUCCESS model, redirected of 7',
      '10 CloseFile SUCCESS model, redirected of 7',
      '11 CreateFile SUCCESS model, consequence of 7',
    ]);
  });
});
