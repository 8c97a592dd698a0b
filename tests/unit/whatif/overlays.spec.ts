/** What-if without code: overlays of a plan. Expectations by what the program and NTFS would do with the edited request. */
import { describe, expect, it } from 'vitest';
import { ntStatusFromName } from '../../../src-main/nt/ntStatus.ts';
import { FLT_PREOP_COMPLETE } from '../../../src-main/nt/values.generated.ts';
import { packOperations } from '../../../src-main/replay/operationPage.ts';
import { emptyPlan, type Overlay } from '../../../src-main/replay/runPlan.ts';
import { assertExists } from '../../../src-main/base/assert.ts';
import { changing, passThrough } from '../../support/whatif/drivers.ts';
import { notAsRecorded, run, type Outcomes } from '../../support/whatif/outcomes.ts';
import { Recording } from '../../support/whatif/recording.ts';

const status = (name: string): number => assertExists(ntStatusFromName(name));
const file = 'C:\\docs\\plan.txt';
const other = 'C:\\docs\\other.txt';

/** A program writes a file and looks at its size; another one reads it to its end. */
function recording(): Recording {
  const r = new Recording();
  r.open(file, { disposition: 'create', access: 'rw' }); // 1
  r.write(file, 10);
  r.querySize(file, 10); // 3
  r.end(file); // 4, 5
  r.open(file, { process: 200 }); // 6
  r.read(file, 10, { process: 200 });
  r.read(file, 10, { process: 200, offset: 10, status: 'END_OF_FILE' }); // 8
  r.end(file, { process: 200 }); // 9, 10
  r.open(other, { status: 'OBJECT_NAME_NOT_FOUND' }); // 11
  return r;
}

const edited = (overlays: readonly Overlay[], r = recording(), drivers = [passThrough()]): Outcomes =>
  run(r, drivers, undefined, { plan: { ...emptyPlan, overlays }, likes: packOperations(r.operations.filter(({ index }) => overlays.some((one) => one.kind === 'insert' && one.like === index))) });
const outcomesOf = ({ summary }: Outcomes): readonly unknown[] => (summary.report.edits ?? []).map(({ applied, note }) => (applied ? 'done' : note));

/** Requests that no recording has, as the event log names them. */
const added = ({ events }: Outcomes): string[] => events.filter((event) => event.kind === 'issue' && event.operation >= 0x80000000).map((event) => String(event.detail['text'] ?? ''));

describe('a run with overlays', () => {
  it('is the recording without any', () => {
    expect(notAsRecorded(edited([]))).toEqual([]);
  });

  it('skips a write: the file stays empty for whoever reads it later', () => {
    const outcomes = edited([{ kind: 'skip', operation: 2 }]);
    expect(notAsRecorded(outcomes)).toEqual([
      '2 WriteFile not issued because of 2',
      '3 QueryStandardInformationFile SUCCESS model, consequence of 2',
      '7 ReadFile END_OF_FILE model, consequence of 2',
    ]);
    expect(outcomesOf(outcomes)).toEqual(['done']);
  });

  it('skips an open: what needs its handle is not issued, and the file is not there', () => {
    expect(notAsRecorded(edited([{ kind: 'skip', operation: 1 }]))).toEqual([
      ...['1 CreateFile', '2 WriteFile', '3 QueryStandardInformationFile', '4 IRP_MJ_CLEANUP', '5 CloseFile'].map((line) => `${line} not issued because of 1`),
      '6 CreateFile OBJECT_NAME_NOT_FOUND model, consequence of 1',
      ...['7 ReadFile', '8 ReadFile', '9 IRP_MJ_CLEANUP', '10 CloseFile'].map((line) => `${line} not issued because of 1`),
    ]);
  });

  it('skips a cleanup: the handle stays open, and keeps others out', () => {
    const r = new Recording();
    r.open(file, { disposition: 'create', access: 'rw', share: 0 }); // 1
    r.end(file); // 2, 3
    r.open(file, { process: 200 }); // 4
    r.end(file, { process: 200 }); // 5, 6
    expect(notAsRecorded(edited([{ kind: 'skip', operation: 2 }], r))).toEqual([
      '2 IRP_MJ_CLEANUP not issued because of 2',
      '3 CloseFile not issued because of 2',
      '4 CreateFile SHARING_VIOLATION model, consequence of 2',
      '5 IRP_MJ_CLEANUP not issued because of 2',
      '6 CloseFile not issued because of 2',
    ]);
  });

  it('other length: the size, and the reads that meet the end, follow', () => {
    const outcomes = edited([{ kind: 'arguments', operation: 2, values: { length: 4 } }]);
    expect(notAsRecorded(outcomes)).toEqual([
      '2 WriteFile SUCCESS info=4 model, changed',
      '3 QueryStandardInformationFile SUCCESS model, consequence of 2',
      '7 ReadFile SUCCESS info=4 model, consequence of 2',
    ]);
    expect(outcomes.summary.report.fidelity.reasons).toEqual([]);
  });

  it('other path of an open: the handle leads there, and the recorded place stays empty', () => {
    expect(notAsRecorded(edited([{ kind: 'arguments', operation: 1, values: { path: other } }]))).toEqual([
      '1 CreateFile SUCCESS model, changed',
      '2 WriteFile SUCCESS info=10 model, redirected of 1',
      '3 QueryStandardInformationFile SUCCESS model, redirected of 1',
      '4 IRP_MJ_CLEANUP SUCCESS model, redirected of 1',
      '5 CloseFile SUCCESS model, redirected of 1',
      '6 CreateFile OBJECT_NAME_NOT_FOUND model, consequence of 1',
      ...['7 ReadFile', '8 ReadFile', '9 IRP_MJ_CLEANUP', '10 CloseFile'].map((line) => `${line} not issued because of 1`),
      '11 CreateFile SUCCESS model, consequence of 1',
    ]);
  });

  it('other process: it is that one whose request the drivers see', () => {
    const denyReader = changing('IRP_MJ_CREATE', 'if (FltGetRequestorProcessId(Data) === 200) return deny(Data, STATUS_ACCESS_DENIED);');
    const r = new Recording();
    r.open(file, { disposition: 'create', access: 'rw' });
    r.end(file);
    expect(notAsRecorded(edited([{ kind: 'arguments', operation: 1, values: { process: 200 } }], r, [denyReader]))[0]).toBe('1 CreateFile ACCESS_DENIED filter, changed');
  });

  it('an argument that makes no sense has no effect, and the report says why', () => {
    const outcomes = edited([{ kind: 'arguments', operation: 2, values: { path: other } }]);
    expect(notAsRecorded(outcomes)).toEqual([]);
    expect(outcomesOf(outcomes)).toEqual(['The path of #2 is that of its handle: change the path of the operation that opened it.']);
  });

  it('another answer of the file system: a write that fails has written nothing', () => {
    const outcomes = edited([{ kind: 'ioStatus', operation: 2, status: status('DISK_FULL'), information: 0 }]);
    expect(notAsRecorded(outcomes)).toEqual([
      '2 WriteFile DISK_FULL edit, changed',
      '3 QueryStandardInformationFile SUCCESS model, consequence of 2',
      '7 ReadFile END_OF_FILE model, consequence of 2',
    ]);
    expect(outcomes.answers).toMatchObject({ edit: 1 });
    expect(outcomes.summary.report.fidelity.reasons.map(({ id, count }) => [id, count])).toEqual([['edited', 1], ['consequence', 1]]);
  });

  it('an open that the file system refuses', () => {
    const outcomes = edited([{ kind: 'ioStatus', operation: 6, status: status('ACCESS_DENIED'), information: 0 }]);
    expect(notAsRecorded(outcomes)).toEqual([
      '6 CreateFile ACCESS_DENIED edit, changed',
      ...['7 ReadFile', '8 ReadFile', '9 IRP_MJ_CLEANUP', '10 CloseFile'].map((line) => `${line} not issued because of 6`),
    ]);
  });

  it('an answer for an operation that never reaches the file system has no effect', () => {
    const deny = changing('IRP_MJ_WRITE', 'return deny(Data, STATUS_ACCESS_DENIED);');
    expect(outcomesOf(edited([{ kind: 'ioStatus', operation: 2, status: 0, information: 10 }], recording(), [deny]))).toEqual(['it did not reach the file system']);
  });

  it('issues an operation twice: recorded numbers stay, the second one is told as an edit', () => {
    const r = new Recording();
    r.open(file, { disposition: 'create', access: 'rw' }); // 1
    r.write(file, 10, { offset: 0 }); // 2
    r.querySize(file, 10); // 3
    r.end(file);
    const outcomes = edited([{ kind: 'duplicate', operation: 2 }], r);
    // The same bytes at the same place: nothing else is different, and the model says so of the size.
    expect(outcomes.lines[1]).toBe('2 WriteFile SUCCESS info=10 recorded');
    expect(added(outcomes)).toEqual(['your second #2']);
    expect(outcomesOf(outcomes)).toEqual(['done']);
    expect(outcomes.summary.operations).toBe(5);
  });

  it('inserts a copy with other arguments: what comes later meets it', () => {
    const outcomes = edited([{ kind: 'insert', after: 2, like: 2, values: { offset: '10', length: 6 } }]);
    expect(notAsRecorded(outcomes)).toEqual([
      '3 QueryStandardInformationFile SUCCESS model, consequence of 2',
      '8 ReadFile SUCCESS info=6 model, consequence of 2',
    ]);
    expect(added(outcomes)).toEqual(['your copy of #2']);
  });

  it('an inserted open is closed at once, as nobody knows what a program would do with it', () => {
    const outcomes = edited([{ kind: 'insert', after: 5, like: 1, values: { path: other, CreateDisposition: 2 } }]);
    expect(notAsRecorded(outcomes)).toEqual(['11 CreateFile SUCCESS model, consequence of 5']);
    expect(outcomes.events.filter(({ kind, operation }) => kind === 'complete' && operation >= 0x80000000)).toHaveLength(3 + 2);
  });

  it('a callback returns something else: the value of one call, and what it leaves in IoStatus', () => {
    const driver = passing();
    const entry = assertExists(run(recording(), [driver]).events.find((event) => event.kind === 'pre' && event.operation === 6));
    const point = { issued: entry.issued, sequence: entry.sequence, line: null, visit: 1 };
    const outcomes = edited([{ kind: 'return', point, value: FLT_PREOP_COMPLETE, status: status('ACCESS_DENIED'), information: 0 }], recording(), [driver]);
    expect(notAsRecorded(outcomes)).toEqual([
      '6 CreateFile ACCESS_DENIED filter, changed',
      ...['7 ReadFile', '8 ReadFile', '9 IRP_MJ_CLEANUP', '10 CloseFile'].map((line) => `${line} not issued because of 6`),
    ]);
    expect(outcomes.events.find((event) => event.kind === 'pre' && event.operation === 6)?.result).toBe(FLT_PREOP_COMPLETE);
    expect(outcomesOf(outcomes)).toEqual(['done']);
  });

  it('a moment that never comes is told', () => {
    const point = { issued: 6, sequence: 900, line: null, visit: 1 };
    expect(outcomesOf(edited([{ kind: 'return', point, value: 0 }, { kind: 'skip', operation: 400 }]))).toEqual(['its moment never came', 'its moment never came']);
  });

  it('switches a driver off, and moves one above another', () => {
    const deny = changing('IRP_MJ_CREATE', "if (finalName === 'plan.txt') return deny(Data, STATUS_ACCESS_DENIED);");
    expect(notAsRecorded(edited([{ kind: 'off', driver: deny.id }], recording(), [deny]))).toEqual([]);
    const watcher = { ...passing('watch', 2), altitude: '400000' };
    const seen = (overlays: readonly Overlay[]): number => edited(overlays, recording(), [deny, watcher]).events.filter((event) => event.kind === 'pre' && event.operation === 1).length;
    // Above: both are called. Below: the open is denied before it comes there.
    expect([seen([]), seen([{ kind: 'altitude', driver: watcher.id, altitude: '100000' }])]).toEqual([2, 1]);
  });
});

/** Sees opens and lets them through. */
function passing(name = 'change', id = 1): ReturnType<typeof changing> {
  const driver = changing('IRP_MJ_CREATE', '');
  return { ...driver, id, name, source: driver.source };
}
