/** What-if: an oplock is broken by somebody else, or by nobody. */
import { describe, expect, it } from 'vitest';
import { FSCTL_REQUEST_BATCH_OPLOCK } from '../../../src-main/nt/values.generated.ts';
import { changing, passThrough } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

const file = 'C:\\a.dat';

/** Process 100 holds a batch oplock; process 200 breaks it by opening the file and waits until 100 has closed its handle. */
function recording(): Recording {
  const r = new Recording();
  r.open(file, { disposition: 'create', access: 'rw', options: 0 }); // 1
  r.control(file, FSCTL_REQUEST_BATCH_OPLOCK, { duration: 1.1, information: 7 }); // 2, until after 3 was issued
  r.open(file, { process: 200, access: 'rw', duration: 2.5 }); // 3, until after 5
  r.cleanup(file); // 4
  r.close(file); // 5
  r.write(file, 10, { process: 200 }); // 6
  r.end(file, { process: 200 }); // 7, 8
  return r;
}

describe('an oplock', () => {
  it('is broken as recorded', () => {
    expect(notAsRecorded(run(recording(), [passThrough()]))).toEqual([]);
  });

  it('is not broken by an open that a filter denies: it ends with its handle', () => {
    const deny = changing('IRP_MJ_CREATE', 'if (FltGetRequestorProcessId(Data) === 200) return deny(Data, STATUS_ACCESS_DENIED);');
    const outcomes = run(recording(), [deny]);
    expect(notAsRecorded(outcomes)).toEqual([
      // A batch oplock that was never broken is over when its holder closes the handle.
      '2 FileSystemControl SUCCESS model, consequence of 3',
      '3 CreateFile ACCESS_DENIED filter, changed',
      ...['6 WriteFile', '7 IRP_MJ_CLEANUP', '8 CloseFile'].map((line) => `${line} not issued because of 3`),
    ]);
    // Not at its recorded time, which lies before the cleanup: by it.
    const ended = outcomes.events.find((event) => event.operation === 2 && event.kind === 'complete');
    expect(ended?.issued).toBe(4);
  });

  it('is broken by an open of a filter', () => {
    const opener = changing('IRP_MJ_CREATE', `
  if (finalName === 'b.dat') {
    const attributes = new OBJECT_ATTRIBUTES();
    InitializeObjectAttributes(attributes, '\\\\Device\\\\HarddiskVolume3\\\\a.dat', OBJ_KERNEL_HANDLE, null, null);
    const handle = ref<HANDLE | null>(null);
    DbgPrint('open %08x', FltCreateFile(FltObjects.Filter, FltObjects.Instance, handle, FILE_READ_DATA, attributes, new IO_STATUS_BLOCK(), null, 0, 7, FILE_OPEN, FILE_COMPLETE_IF_OPLOCKED, null, 0, 0));
    if (handle.value !== null) FltClose(handle.value);
  }`);
    const r = new Recording();
    r.open(file, { disposition: 'create', access: 'rw', options: 0 }); // 1
    r.control(file, FSCTL_REQUEST_BATCH_OPLOCK, { duration: 3.5, status: 'SUCCESS' }); // 2, until its handle is closed
    r.open('C:\\b.dat', { disposition: 'create', process: 200 }); // 3
    r.end('C:\\b.dat', { process: 200 }); // 4, 5
    r.end(file); // 6, 7
    const outcomes = run(r, [opener]);
    expect(notAsRecorded(outcomes)).toEqual(['2 FileSystemControl SUCCESS model, consequence of 3']);
    const ended = outcomes.events.find((event) => event.operation === 2 && event.kind === 'complete');
    expect([ended?.issued, ended?.information]).toEqual([3, 7]);
  });
});
