/** What-if: a rename is denied, or goes elsewhere. The usual way of saving a document: a temporary file takes the place of the old one. */
import { describe, expect, it } from 'vitest';
import { changing, passThrough, withValues } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

const document = 'C:\\docs\\report.doc';
const temporary = 'C:\\docs\\~tmp1';

/** The document has 10 bytes before and 30 afterwards. */
function recording(): Recording {
  const r = new Recording();
  r.directory('C:\\docs'); // 1 to 3
  r.open(document, { disposition: 'create', access: 'rw' }); // 4
  r.write(document, 10);
  r.end(document); // 6, 7
  r.open(temporary, { disposition: 'create', access: 'rwd' }); // 8
  r.write(temporary, 30);
  r.rename(temporary, document, { replace: true }); // 10
  r.end(document); // 11, 12: the handle has its new name
  r.open(document, { process: 200 }); // 13
  r.read(document, 64, { process: 200, information: 30 });
  r.end(document, { process: 200 }); // 15, 16
  r.open(temporary, { status: 'OBJECT_NAME_NOT_FOUND' }); // 17
  r.open(temporary, { disposition: 'create', access: 'rwd' }); // 18
  r.end(temporary); // 19, 20
  return r;
}

describe('a rename is denied', () => {
  const deny = changing('IRP_MJ_SET_INFORMATION', 'if (Data.Iopb.Parameters.SetFileInformation.FileInformationClass === FileRenameInformation) return deny(Data, STATUS_ACCESS_DENIED);');

  it('both files are what they were', () => {
    expect(notAsRecorded(run(recording(), [passThrough()]))).toEqual([]);
    const outcomes = run(recording(), [deny]);
    expect(notAsRecorded(outcomes)).toEqual([
      '10 SetRenameInformationFile ACCESS_DENIED filter, changed',
      '14 ReadFile SUCCESS info=10 model, consequence of 10',
      '17 CreateFile SUCCESS model, consequence of 10',
      '18 CreateFile OBJECT_NAME_COLLISION model, consequence of 10',
      ...['19 IRP_MJ_CLEANUP', '20 CloseFile'].map((line) => `${line} not issued because of 10`),
    ]);
    expect(outcomes.affected).toEqual({ changed: 1, consequence: 3, redirected: 0, notIssued: 2 });
  });

  it('as recorded and by the model', () => {
    expect(notAsRecorded(run(recording(), [deny], 'recorded'))).toEqual(['10 SetRenameInformationFile ACCESS_DENIED filter, changed']);
    const statuses = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/ (recorded|model|filter).*$| because of .*$/, ''));
    expect(statuses(run(recording(), [deny], 'model').lines)).toEqual(statuses(run(recording(), [deny]).lines));
  });
});

describe('the temporary file is never made', () => {
  it('and neither is the rename: the document stays what it was', () => {
    const deny = changing('IRP_MJ_CREATE', "if (finalName === '~tmp1') return deny(Data, STATUS_ACCESS_DENIED);");
    expect(notAsRecorded(run(recording(), [deny]))).toEqual([
      '8 CreateFile ACCESS_DENIED filter, changed',
      ...['9 WriteFile', '10 SetRenameInformationFile', '11 IRP_MJ_CLEANUP', '12 CloseFile'].map((line) => `${line} not issued because of 8`),
      '14 ReadFile SUCCESS info=10 model, consequence of 8',
      '17 CreateFile ACCESS_DENIED filter, changed',
      '18 CreateFile ACCESS_DENIED filter, changed',
      ...['19 IRP_MJ_CLEANUP', '20 CloseFile'].map((line) => `${line} not issued because of 18`),
    ]);
  });
});

describe('the destination of a rename is another', () => {
  it('the document stays, the new one lies elsewhere', () => {
    const r = new Recording();
    r.directory('C:\\out'); // 1 to 3
    r.directory('C:\\in'); // 4 to 6
    r.open('C:\\new', { disposition: 'create', access: 'rwd' }); // 7
    r.write('C:\\new', 30);
    r.rename('C:\\new', 'C:\\out\\f'); // 9
    r.end('C:\\out\\f'); // 10, 11
    r.open('C:\\in\\f', { status: 'OBJECT_NAME_NOT_FOUND', process: 200 }); // 12
    r.open('C:\\out\\f', { process: 200 }); // 13
    r.read('C:\\out\\f', 30, { process: 200 });
    r.end('C:\\out\\f', { process: 200 }); // 15, 16
    r.open('C:\\new', { status: 'OBJECT_NAME_NOT_FOUND', process: 200 }); // 17
    const outcomes = run(r, [withValues('redirect', {})]);
    expect(notAsRecorded(outcomes).filter((line) => !/^1[0156] /.test(line))).toEqual([
      // The filter renames by itself and completes the request: the outcome is the recorded one, the place is not.
      expect.stringMatching(/^9 SetRenameInformationFile SUCCESS filter/),
      '12 CreateFile SUCCESS model, consequence of 9',
      '13 CreateFile SUCCESS model, changed',
      '14 ReadFile SUCCESS info=30 model, redirected of 13',
    ]);
  });
});
