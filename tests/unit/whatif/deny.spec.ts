/** What-if: an open is denied. Expectations by what NTFS does when the open never was. */
import { describe, expect, it } from 'vitest';
import { changing, passThrough } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

const secret = 'C:\\secret.txt';
const other = 'C:\\other.txt';

/** A program makes a file and writes it, reads it again later, and lets another one read it. */
function recording(): Recording {
  const r = new Recording();
  r.open(other, { disposition: 'create', access: 'rw' }); // 1
  r.open(secret, { disposition: 'create', access: 'rw' });
  r.write(secret, 10);
  r.write(other, 20);
  r.querySize(secret, 10);
  r.end(secret); // 6, 7
  r.open(secret); // 8
  r.read(secret, 10);
  r.end(secret); // 10, 11
  r.open(secret, { process: 200 }); // 12
  r.read(secret, 10, { process: 200 });
  r.end(secret, { process: 200 }); // 14, 15
  r.open(secret, { disposition: 'create', status: 'OBJECT_NAME_COLLISION', process: 200 }); // 16
  r.read(other, 20);
  r.end(other); // 18, 19
  return r;
}

/** Refuses to make `secret.txt`; opening it is allowed. */
const denyCreation = changing('IRP_MJ_CREATE', "if (finalName === 'secret.txt' && (Data.Iopb.Parameters.Create.Options >>> 24) === FILE_CREATE) return deny(Data, STATUS_ACCESS_DENIED);");

describe('an open is denied', () => {
  it('ends as recorded without it', () => {
    const outcomes = run(recording(), [passThrough()]);
    expect(notAsRecorded(outcomes)).toEqual([]);
    expect(outcomes.summary.differences).toBe(0);
  });

  it('takes away what needs its handle, and the file from whoever opens it later', () => {
    const outcomes = run(recording(), [denyCreation]);
    expect(outcomes.lines).toEqual([
      '1 CreateFile SUCCESS recorded',
      '2 CreateFile ACCESS_DENIED filter, changed',
      '3 WriteFile not issued because of 2',
      '4 WriteFile SUCCESS info=20 recorded',
      '5 QueryStandardInformationFile not issued because of 2',
      '6 IRP_MJ_CLEANUP not issued because of 2',
      '7 CloseFile not issued because of 2',
      '8 CreateFile OBJECT_NAME_NOT_FOUND model, consequence of 2',
      '9 ReadFile not issued because of 2',
      '10 IRP_MJ_CLEANUP not issued because of 2',
      '11 CloseFile not issued because of 2',
      '12 CreateFile OBJECT_NAME_NOT_FOUND model, consequence of 2',
      '13 ReadFile not issued because of 2',
      '14 IRP_MJ_CLEANUP not issued because of 2',
      '15 CloseFile not issued because of 2',
      // It collided with the file that is not there; now the filter denies it as well.
      '16 CreateFile ACCESS_DENIED filter, changed',
      '17 ReadFile SUCCESS info=20 recorded',
      '18 IRP_MJ_CLEANUP SUCCESS recorded',
      '19 CloseFile SUCCESS recorded',
    ]);
    expect(outcomes.affected).toEqual({ changed: 2, consequence: 2, redirected: 0, notIssued: 10 });
  });

  it('as recorded: later opens succeed although the file is not there', () => {
    const { lines } = run(recording(), [denyCreation], 'recorded');
    expect(lines.filter((line) => !line.includes(' recorded'))).toEqual([
      '2 CreateFile ACCESS_DENIED filter, changed',
      ...['3 WriteFile', '5 QueryStandardInformationFile', '6 IRP_MJ_CLEANUP', '7 CloseFile'].map((line) => `${line} not issued because of 2`),
      '16 CreateFile ACCESS_DENIED filter, changed',
    ]);
  });

  it('by the model: as it would be, and nothing is taken from the recording', () => {
    const outcomes = run(recording(), [denyCreation], 'model');
    expect(outcomes.answers.recorded).toBe(0);
    expect(outcomes.lines).toEqual(run(recording(), [denyCreation]).lines.map((line) => line.replace(/recorded$/, 'model')));
    expect(outcomes.affected).toEqual({ changed: 2, consequence: 2, redirected: 0, notIssued: 10 });
  });

  it('a denied open of a file that is there leaves it to the others', () => {
    // Its size is asked for once more at the end: nobody has changed it.
    const denyReader = changing('IRP_MJ_CREATE', 'if (FltGetRequestorProcessId(Data) === 200) return deny(Data, STATUS_ACCESS_DENIED);');
    const r = recording();
    r.open(secret);
    r.querySize(secret, 10);
    r.end(secret);
    expect(notAsRecorded(run(r, [denyReader]))).toEqual([
      '12 CreateFile ACCESS_DENIED filter, changed',
      ...['13 ReadFile', '14 IRP_MJ_CLEANUP', '15 CloseFile'].map((line) => `${line} not issued because of 12`),
      '16 CreateFile ACCESS_DENIED filter, changed',
    ]);
  });
});
