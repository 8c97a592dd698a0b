/** What-if: a file has another size than in the recording. */
import { describe, expect, it } from 'vitest';
import { changing } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

const file = 'C:\\a.dat';
const other = 'C:\\b.dat';

/** 100 bytes are written, then read in two halves and from behind the end; another file beside it. */
function recording(): Recording {
  const r = new Recording();
  r.open(file, { disposition: 'create', access: 'rw' }); // 1
  r.open(other, { disposition: 'create', access: 'rw' });
  r.write(file, 100); // 3
  r.write(other, 100);
  r.read(file, 50); // 5
  r.read(file, 50, { offset: 50 });
  r.read(file, 50, { offset: 100, status: 'END_OF_FILE' }); // 7
  r.read(other, 100);
  r.querySize(file, 100); // 9
  r.endOfFile(file, 80);
  r.read(file, 50, { offset: 50, information: 30 }); // 11
  r.write(file, 20, { offset: 80 });
  r.read(file, 100); // 13
  r.end(file); // 14, 15
  r.end(other);
  return r;
}

describe('a size is changed', () => {
  it('a write that was halved is missed where it is read', () => {
    const halve = changing('IRP_MJ_WRITE', "if (finalName === 'a.dat' && Data.Iopb.Parameters.Write.Length === 100) { Data.Iopb.Parameters.Write.Length = 50; FltSetCallbackDataDirty(Data); }");
    const outcomes = run(recording(), [halve]);
    expect(notAsRecorded(outcomes)).toEqual([
      '3 WriteFile SUCCESS info=50 model, changed',
      '6 ReadFile END_OF_FILE model, consequence of 3',
      // What it answers is the size itself.
      '9 QueryStandardInformationFile SUCCESS model, consequence of 3',
      // From here on it is as long as in the recording again, by setting the end of file.
    ]);
    expect(outcomes.affected).toEqual({ changed: 1, consequence: 2, redirected: 0, notIssued: 0 });
  });

  it('a write that was denied leaves an empty file', () => {
    const deny = changing('IRP_MJ_WRITE', "if (finalName === 'a.dat') return deny(Data, STATUS_ACCESS_DENIED);");
    expect(notAsRecorded(run(recording(), [deny]))).toEqual([
      '3 WriteFile ACCESS_DENIED filter, changed',
      '5 ReadFile END_OF_FILE model, consequence of 3',
      '6 ReadFile END_OF_FILE model, consequence of 3',
      '9 QueryStandardInformationFile SUCCESS model, consequence of 3',
      '12 WriteFile ACCESS_DENIED filter, changed',
      '13 ReadFile SUCCESS info=80 model, consequence of 3',
    ]);
  });

  it('an end of file that was denied leaves the file as long as it was', () => {
    const deny = changing('IRP_MJ_SET_INFORMATION', 'if (Data.Iopb.Parameters.SetFileInformation.FileInformationClass === FileEndOfFileInformation) return deny(Data, STATUS_ACCESS_DENIED);');
    expect(notAsRecorded(run(recording(), [deny]))).toEqual(['10 SetEndOfFileInformationFile ACCESS_DENIED filter, changed', '11 ReadFile SUCCESS info=50 model, consequence of 10']);
  });

  it('as recorded, only the write itself differs', () => {
    const deny = changing('IRP_MJ_WRITE', "if (finalName === 'a.dat') return deny(Data, STATUS_ACCESS_DENIED);");
    expect(notAsRecorded(run(recording(), [deny], 'recorded'))).toEqual(['3 WriteFile ACCESS_DENIED filter, changed', '12 WriteFile ACCESS_DENIED filter, changed']);
  });
});
