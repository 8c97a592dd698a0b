/** What-if: a file is shared less than in the recording. */
import { describe, expect, it } from 'vitest';
import { changing } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

const file = 'C:\\a.dat';

/** Process 100 has a file open while 200 opens it, asks for its size only, and opens it again afterwards. */
function recording(): Recording {
  const r = new Recording();
  r.open(file, { disposition: 'create', access: 'rw', share: 7 }); // 1
  r.write(file, 10);
  r.open(file, { process: 200 }); // 3
  r.read(file, 10, { process: 200 });
  r.end(file, { process: 200 }); // 5, 6
  r.read(file, 10); // 7
  r.end(file); // 8, 9
  r.open(file, { process: 200 }); // 10
  r.read(file, 10, { process: 200 });
  r.end(file, { process: 200 }); // 12, 13
  return r;
}

/** Who writes gets the file for itself. */
const exclusive = changing('IRP_MJ_CREATE', `
  const create = Data.Iopb.Parameters.Create;
  if ((create.SecurityContext?.DesiredAccess ?? 0) & FILE_WRITE_DATA) { create.ShareAccess = 0; FltSetCallbackDataDirty(Data); }`);

describe('a file is not shared', () => {
  it('others fail as long as it is open', () => {
    const outcomes = run(recording(), [exclusive]);
    expect(notAsRecorded(outcomes)).toEqual([
      '1 CreateFile SUCCESS model, changed',
      '3 CreateFile SHARING_VIOLATION model, consequence of 1',
      '4 ReadFile not issued because of 1',
      '5 IRP_MJ_CLEANUP not issued because of 1',
      '6 CloseFile not issued because of 1',
    ]);
    expect(outcomes.affected).toEqual({ changed: 1, consequence: 1, redirected: 0, notIssued: 3 });
  });

  it('as recorded nobody fails, by the model the same do', () => {
    expect(notAsRecorded(run(recording(), [exclusive], 'recorded'))).toEqual(['1 CreateFile SUCCESS model, changed']);
    const byModel = run(recording(), [exclusive], 'model').lines;
    expect(byModel.filter((line) => !line.includes(' SUCCESS'))).toEqual([
      '3 CreateFile SHARING_VIOLATION model, consequence of 1', ...['4 ReadFile', '5 IRP_MJ_CLEANUP', '6 CloseFile'].map((line) => `${line} not issued because of 1`),
    ]);
  });

  it('an open that failed and now succeeds is closed again', () => {
    const r = new Recording();
    r.open(file, { disposition: 'create', access: 'rw', share: 0 }); // 1
    r.open(file, { process: 200, status: 'SHARING_VIOLATION' });
    r.end(file); // 3, 4
    r.open(file, { process: 200, share: 0 }); // 5
    r.end(file, { process: 200 });
    const shared = changing('IRP_MJ_CREATE', 'Data.Iopb.Parameters.Create.ShareAccess = 7; FltSetCallbackDataDirty(Data);');
    expect(notAsRecorded(run(r, [shared]))).toEqual([
      '1 CreateFile SUCCESS model, changed', '2 CreateFile SUCCESS model, consequence of 1', '5 CreateFile SUCCESS model, changed',
    ]);
  });

  it('a filter that opens a file for itself keeps others out', () => {
    const keeper = changing('IRP_MJ_CREATE', `
  if (FltGetRequestorProcessId(Data) === 200 && kept === null) {
    const attributes = new OBJECT_ATTRIBUTES();
    InitializeObjectAttributes(attributes, '\\\\Device\\\\HarddiskVolume3\\\\b.dat', OBJ_KERNEL_HANDLE, null, null);
    const handle = ref<HANDLE | null>(null);
    if (NT_SUCCESS(FltCreateFile(FltObjects.Filter, FltObjects.Instance, handle, FILE_READ_DATA, attributes, new IO_STATUS_BLOCK(), null, 0, 0, FILE_OPEN, 0, null, 0, 0))) kept = handle.value;
  }`);
    const r = new Recording();
    r.open('C:\\b.dat', { disposition: 'create', access: 'rw' }); // 1
    r.end('C:\\b.dat'); // 2, 3
    r.open('C:\\c.dat', { disposition: 'create', process: 200 }); // 4
    r.end('C:\\c.dat', { process: 200 }); // 5, 6
    r.open('C:\\b.dat'); // 7
    r.read('C:\\b.dat', 10, { status: 'END_OF_FILE' });
    r.end('C:\\b.dat'); // 9, 10
    const outcomes = run(r, [{ ...keeper, source: `let kept: HANDLE | null = null;\n${keeper.source}` }]);
    expect(notAsRecorded(outcomes)).toEqual([
      '7 CreateFile SHARING_VIOLATION model, consequence of 4', ...['8 ReadFile', '9 IRP_MJ_CLEANUP', '10 CloseFile'].map((line) => `${line} not issued because of 4`),
    ]);
  });
});
