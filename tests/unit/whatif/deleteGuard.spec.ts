/** What-if: a file that was deleted in the recording is guarded. */
import { describe, expect, it } from 'vitest';
import { FILE_DELETE_ON_CLOSE } from '../../../src-main/nt/values.generated.ts';
import { bundledDriver } from '../../support/engine-host/runs.ts';
import { passThrough } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

const guarded = 'C:\\guard\\k.txt';
const guard = bundledDriver('deleteGuard');

/** The file is made, deleted by `deletes`, looked for, and made anew. */
function recording(deletes: (r: Recording) => void): Recording {
  const r = new Recording();
  r.directory('C:\\guard'); // 1 to 3
  r.open(guarded, { disposition: 'create', access: 'rw' }); // 4
  r.write(guarded, 10);
  r.end(guarded); // 6, 7
  deletes(r); // 8 to 11
  r.open(guarded, { status: 'OBJECT_NAME_NOT_FOUND', process: 200 }); // 12
  r.open(guarded, { disposition: 'create', access: 'rw', process: 200 }); // 13
  r.write(guarded, 20, { process: 200 });
  r.end(guarded, { process: 200 }); // 15, 16
  return r;
}

const byDisposition = (r: Recording): void => {
  r.open(guarded, { access: 'd' });
  r.disposition(guarded, true);
  r.end(guarded);
};
const byDispositionEx = (r: Recording): void => {
  r.open(guarded, { access: 'd' });
  r.dispositionEx(guarded);
  r.end(guarded);
};

describe('a deletion is refused', () => {
  it.each([['FileDispositionInformation', byDisposition, 'SetDispositionInformationFile'], ['FileDispositionInformationEx', byDispositionEx, 'SetDispositionInformationEx']] as const)('by %s: the file stays, with everybody who took it for gone', (_, deletes, name) => {
    expect(notAsRecorded(run(recording(deletes), [passThrough()]))).toEqual([]);
    const outcomes = run(recording(deletes), [guard]);
    expect(notAsRecorded(outcomes)).toEqual([
      `9 ${name} ACCESS_DENIED filter, changed`,
      '12 CreateFile SUCCESS model, consequence of 9',
      '13 CreateFile OBJECT_NAME_COLLISION model, consequence of 9',
      ...['14 WriteFile', '15 IRP_MJ_CLEANUP', '16 CloseFile'].map((line) => `${line} not issued because of 9`),
    ]);
    expect(outcomes.affected).toEqual({ changed: 1, consequence: 2, redirected: 0, notIssued: 3 });
  });

  it('by delete-on-close: the handle never was', () => {
    const outcomes = run(recording((r) => {
      r.open(guarded, { access: 'd', options: FILE_DELETE_ON_CLOSE });
      r.querySize(guarded, 10);
      r.end(guarded);
    }), [guard]);
    expect(notAsRecorded(outcomes)).toEqual([
      '8 CreateFile ACCESS_DENIED filter, changed',
      ...['9 QueryStandardInformationFile', '10 IRP_MJ_CLEANUP', '11 CloseFile'].map((line) => `${line} not issued because of 8`),
      '12 CreateFile SUCCESS model, consequence of 8',
      '13 CreateFile OBJECT_NAME_COLLISION model, consequence of 8',
      ...['14 WriteFile', '15 IRP_MJ_CLEANUP', '16 CloseFile'].map((line) => `${line} not issued because of 8`),
    ]);
  });

  it('as recorded: the file is gone for everybody all the same', () => {
    expect(notAsRecorded(run(recording(byDispositionEx), [guard], 'recorded'))).toEqual(['9 SetDispositionInformationEx ACCESS_DENIED filter, changed']);
  });

  it('by the model: the same outcomes', () => {
    const { lines } = run(recording(byDispositionEx), [guard], 'model');
    expect(lines.filter((line) => !line.includes(' SUCCESS'))).toEqual([
      '9 SetDispositionInformationEx ACCESS_DENIED filter, changed', '13 CreateFile OBJECT_NAME_COLLISION model, consequence of 9',
      ...['14 WriteFile', '15 IRP_MJ_CLEANUP', '16 CloseFile'].map((line) => `${line} not issued because of 9`),
    ]);
  });

  it('a list of the folder shows the file', () => {
    const r = recording(byDispositionEx);
    const at = r.operations.length;
    r.open('C:\\guard'); // 17
    r.list('C:\\guard', ['.', '..', 'k.txt']);
    r.end('C:\\guard');
    expect(notAsRecorded(run(r, [guard])).filter((line) => Number.parseInt(line, 10) > at)).toEqual(['18 QueryDirectory SUCCESS model, consequence of 9']);
  });
});
