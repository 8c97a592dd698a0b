/**
 * A refused fast I/O and its IRP in a replay.
 *
 * Expectations: filter-manager-core.md R-2.32 and R-2.33, filter-manager-objects.md FIO-011 (what comes again, in which order), procmon-formats.md 10.2
 * (a recorded pair is one request).
 */
import { describe, expect, it } from 'vitest';
import { eventKinds, pageText, replayedStates } from '../../../../src-main/replay/eventPage.ts';
import { STATUS_ACCESS_DENIED, STATUS_FLT_DISALLOW_FAST_IO, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS } from '../../../../src-main/nt/values.generated.ts';
import type { NumberedOperation } from '../../../../src-main/trace/record.ts';
import { runHere } from '../../../support/engine-host/runHere.ts';
import { create, operation, ownDriver, read, type RunLog } from '../../../support/engine-host/runs.ts';

const networkQueryOpen = 0xf2;
const queryOpen = (index: number, status: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => operation(index, { operation: 'QueryOpen', major: networkQueryOpen, kind: 'fastio', status, ...fields });
const fastRead = (index: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => read(index, { kind: 'fastio', ...fields });
const slowOpen = (index: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => create(index, { irpFlags: 0x884, detail: { DesiredAccess: 0x80, CreateDisposition: 1, CreateOptions: 0x200000, ShareAccess: 7 }, ...fields });
const queryInformation = (index: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => operation(index, { operation: 'QueryBasicInformationFile', major: 5, kind: 'fastio', length: 40, detail: { FileInformationClass: 4 }, ...fields });
const cleanup = (index: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => operation(index, { operation: 'CloseFile', major: 0x12, ...fields });
const close = (index: number, fields: Parameters<typeof operation>[1] = {}): NumberedOperation => operation(index, { operation: 'IRP_MJ_CLOSE', major: 2, ...fields });

/** A driver that is called for every operation named; `body` decides. */
const driver = (majors: string, body: string): ReturnType<typeof ownDriver> => ownDriver('probe', `function Pre(Data: PFLT_CALLBACK_DATA, FltObjects: PCFLT_RELATED_OBJECTS, CompletionContext: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  const fast = (Data.Flags & FLTFL_CALLBACK_DATA_FAST_IO_OPERATION) !== 0;
  ${body}
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [${majors.split(' ').map((major) => `[${major}, 0, Pre, null]`).join(', ')}] }, filter);
  return FltStartFiltering(filter.value);
}
`);
const everything = 'IRP_MJ_CREATE IRP_MJ_READ IRP_MJ_WRITE IRP_MJ_QUERY_INFORMATION IRP_MJ_CLEANUP IRP_MJ_CLOSE IRP_MJ_NETWORK_QUERY_OPEN IRP_MJ_MDL_READ';
const refuseFastIo = driver(everything, 'if (fast) return FLT_PREOP_DISALLOW_FASTIO;');
const watch = driver(everything, '');
const answerQueryOpen = driver(everything, 'if (fast && Data.Iopb.MajorFunction === IRP_MJ_NETWORK_QUERY_OPEN) { Data.IoStatus.Status = STATUS_SUCCESS; Data.IoStatus.Information = 0; return FLT_PREOP_COMPLETE; }');

function run(drivers: readonly ReturnType<typeof ownDriver>[], operations: readonly NumberedOperation[], assumptions: Record<string, string> = {}): RunLog {
  const log = runHere({ drivers, operations, request: { assumptions } });
  expect(log.problems).toEqual([]);
  return log;
}

/** Issued requests: `2 fastio`, `2+ irp` for one that the recording does not have, with what the row says. */
function issued(log: RunLog): string[] {
  const forms = ['', 'irp', 'fastio', '', 'fsfilter'];
  return [...log.pages.values()].flatMap((page) => {
    const c = page.columns;
    const rows: string[] = [];
    for (let row = 0; row < page.count; row++) {
      if (eventKinds[c.kind[row] ?? 0] !== 'issue' || pageText(page, c.rule[row] ?? 0) !== 'R-1.1') continue;
      const detail = pageText(page, c.detail[row] ?? 0);
      const recorded = (c.operation[row] ?? 0) < 0x80000000;
      rows.push(`${recorded ? c.operation[row] : `${c.issued[row]}+`} ${forms[(c.status[row] ?? 0) & 7]}${detail === '' ? '' : ` ${(JSON.parse(detail) as { text: string }).text}`}`);
    }
    return rows;
  });
}

/** `3 completed 0` ... , with the cause of what was not issued. */
function results(log: RunLog): string[] {
  return [...log.results.values()].flatMap((page) => [...page.states].flatMap((state, at) => {
    const kind = replayedStates[state];
    if (kind === undefined || kind === 'none') return [];
    const index = page.firstOperation + at;
    return [kind === 'completed' ? `${index} ${(page.statuses[at] ?? 0).toString(16)}` : `${index} ${kind} #${page.causes[at]}`];
  }));
}

describe('a fast I/O that was refused in the recording', () => {
  const pair = [create(1), fastRead(2, { status: STATUS_FLT_DISALLOW_FAST_IO, information: null }), read(3, { irpFlags: 0x900 })];

  it.each([['is declined below', watch], ['is refused by a filter of the stack, too', refuseFastIo]])('%s: its recorded IRP is the fallback, once', (_what, filter) => {
    const log = run([filter], pair);
    expect(issued(log)).toEqual(['1 irp', '2 fastio', '3 irp repeats the refused #2']);
    expect(results(log)).toEqual(['1 0', '2 c01c0004', '3 0']);
    expect(log.summary?.differences).toBe(0);
  });

  it('that a filter answers in this run makes its recorded IRP pointless', () => {
    const answers = driver('IRP_MJ_READ', 'if (fast) { Data.IoStatus.Status = STATUS_SUCCESS; Data.IoStatus.Information = 16; return FLT_PREOP_COMPLETE; }');
    const log = run([answers], pair);
    expect(results(log)).toEqual(['1 0', '2 0', '3 not-issued #2']);
    expect(issued(log)).toEqual(['1 irp', '2 fastio']);
  });

  it('knows its IRP behind a close that the thread had put off', () => {
    const log = run([watch], [create(1), fastRead(2, { status: STATUS_FLT_DISALLOW_FAST_IO }), close(3, { path: 'C:\\docs\\old.txt' }), read(4)]);
    expect(issued(log)).toContain('4 irp repeats the refused #2');
  });

  it.each([
    ['another thread', read(3, { tid: 8 })], ['another offset', read(3, { offset: 4096n })], ['another length', read(3, { length: 16 })], ['another file', read(3, { path: 'C:\\docs\\b.txt' })],
  ])('is not repeated by a request of %s', (_what, next) => {
    expect(issued(run([watch], [create(1), fastRead(2, { status: STATUS_FLT_DISALLOW_FAST_IO }), next]))).toContain('3 irp');
  });

  it('is known by what an ETW trace says, whatever lies between', () => {
    const log = run([watch], [create(1), fastRead(2, { status: STATUS_FLT_DISALLOW_FAST_IO, sourceIndex: 40 }), read(3, { sourceIndex: 43, path: null, detail: { RetryOf: 40 } })]);
    expect(issued(log)).toContain('3 irp repeats the refused #2');
  });

  it('is refused again although the model would answer what has changed, unless told otherwise', () => {
    const path = 'C:\\new.txt';
    const operations = [
      queryOpen(1, STATUS_OBJECT_NAME_NOT_FOUND, { path: 'C:\\none.txt' }), create(2, { path, information: 2, detail: { DesiredAccess: 0x120196, CreateDisposition: 2, CreateOptions: 0x60, ShareAccess: 7 } }),
      queryOpen(3, STATUS_FLT_DISALLOW_FAST_IO, { path }), slowOpen(4, { path }),
    ];
    const denyNew = driver('IRP_MJ_CREATE', 'if ((Data.Iopb.Parameters.Create.Options >>> 24) === FILE_CREATE) { Data.IoStatus.Status = STATUS_ACCESS_DENIED; return FLT_PREOP_COMPLETE; }');
    expect(results(run([denyNew], operations))).toEqual(['1 c0000034', '2 c0000022', '3 c01c0004', '4 c0000034']);
    expect(results(run([denyNew], operations, { 'REP-010': 'answerer-decides' }))).toEqual(['1 c0000034', '2 c0000022', '3 c0000034', '4 not-issued #3']);
  });

  it('sends nothing where the recording shows that nothing came', () => {
    expect(issued(run([refuseFastIo], [create(1), fastRead(2, { status: STATUS_FLT_DISALLOW_FAST_IO })]))).toEqual(['1 irp', '2 fastio']);
  });
});

describe('a refused query-open', () => {
  const slow = [queryOpen(1, STATUS_FLT_DISALLOW_FAST_IO), slowOpen(2), queryInformation(3), cleanup(4), close(5)];

  it('is served by the recorded open, query, cleanup and close', () => {
    const log = run([watch], slow);
    expect(issued(log)).toEqual(['1 fastio', '2 irp repeats the refused #1', '3 fastio', '4 irp', '5 irp']);
    expect(log.summary?.differences).toBe(0);
  });

  it('that is answered in this run makes the whole slow way pointless, and nothing else', () => {
    const log = run([answerQueryOpen], [...slow, slowOpen(6), cleanup(7), close(8)]);
    expect(results(log)).toEqual(['1 0', '2 not-issued #1', '3 not-issued #1', '4 not-issued #1', '5 not-issued #1', '6 0', '7 0', '8 0']);
  });

  it('is not what an open for reading repeats: the program opens the file for itself', () => {
    const genericRead = 0x120089;
    const log = run([answerQueryOpen], [queryOpen(1, STATUS_FLT_DISALLOW_FAST_IO), slowOpen(2, { detail: { DesiredAccess: genericRead } }), cleanup(3), close(4)]);
    expect(results(log)).toEqual(['1 0', '2 0', '3 0', '4 0']);
  });

  it('whose slow open failed is pointless in the same way', () => {
    const log = run([answerQueryOpen], [queryOpen(1, STATUS_FLT_DISALLOW_FAST_IO), slowOpen(2, { status: STATUS_OBJECT_NAME_NOT_FOUND }), slowOpen(3)]);
    expect(results(log)).toEqual(['1 0', '2 not-issued #1', '3 0']);
  });
});

describe('a fast I/O that was answered in the recording and is refused in the run', () => {
  it('comes again as an IRP, which ends as was recorded', () => {
    const log = run([refuseFastIo], [create(1), fastRead(2, { status: STATUS_SUCCESS }), read(3)]);
    expect(issued(log)).toEqual(['1 irp', '2 fastio', '2+ irp in place of the refused #2', '3 irp']);
    expect(results(log)).toEqual(['1 0', '2 0', '3 0']);
    expect(log.summary?.differences).toBe(0);
  });

  it('ends as its IRP ends, where a filter denies that', () => {
    const deny = driver('IRP_MJ_READ', 'if (fast) return FLT_PREOP_DISALLOW_FASTIO; Data.IoStatus.Status = STATUS_ACCESS_DENIED; return FLT_PREOP_COMPLETE;');
    const log = run([deny], [create(1), fastRead(2)]);
    expect(results(log)).toEqual(['1 0', `2 ${STATUS_ACCESS_DENIED.toString(16)}`]);
    expect(log.summary?.differences).toBe(1);
  });

  it('a query-open: create, query, cleanup, close', () => {
    const log = run([refuseFastIo], [queryOpen(1, STATUS_SUCCESS, { information: 56 })]);
    expect(issued(log)).toEqual(['1 fastio', ...Array.from({ length: 4 }, () => '1+ irp in place of the refused #1')]);
    expect(results(log)).toEqual(['1 0']);
    expect(log.summary?.differences).toBe(0);
  });

  it('a query-open of a file that is not there: the create fails, and nothing follows', () => {
    const log = run([refuseFastIo], [queryOpen(1, STATUS_OBJECT_NAME_NOT_FOUND)]);
    expect(issued(log)).toEqual(['1 fastio', '1+ irp in place of the refused #1']);
    expect(results(log)).toEqual([`1 ${STATUS_OBJECT_NAME_NOT_FOUND.toString(16)}`]);
    expect(log.summary?.differences).toBe(0);
  });

  it('stays refused where the assumption says that the issuer decides', () => {
    const log = run([refuseFastIo], [create(1), fastRead(2)], { 'FIO-011': 'issuer-decides' });
    expect(results(log)).toEqual(['1 0', '2 c01c0004']);
  });

  it('an MDL read does not come again by itself', () => {
    const log = run([refuseFastIo], [create(1), operation(2, { operation: 'ReadFile', major: 0xf1, kind: 'fastio', offset: 0n, length: 4096 })]);
    expect(issued(log)).toEqual(['1 irp', '2 fastio']);
    expect(results(log)).toEqual(['1 0', '2 c01c0004']);
  });

  it('a query-open in the form of an FsFilter call: the same', () => {
    const refuse = driver('IRP_MJ_QUERY_OPEN IRP_MJ_CREATE', 'if (Data.Iopb.MajorFunction === IRP_MJ_QUERY_OPEN) return FLT_PREOP_DISALLOW_FSFILTER_IO;');
    const log = run([refuse], [operation(1, { operation: 'QueryOpen', major: 0xf9, kind: 'fsfilter', length: 72, detail: { FileInformationClass: 68 } })]);
    expect(issued(log)).toEqual(['1 fsfilter', ...Array.from({ length: 4 }, () => '1+ irp in place of the refused #1')]);
    expect(results(log)).toEqual(['1 0']);
  });
});

describe('what gives back', () => {
  const acquire = (index: number): NumberedOperation => operation(index, { operation: 'CreateFileMapping', major: 0xff, kind: 'fsfilter', status: 0x12a, detail: { SyncType: 1, PageProtection: 2 } });
  const release = (index: number): NumberedOperation => operation(index, { operation: 'FASTIO_RELEASE_FOR_SECTION_SYNCHRONIZATION', major: 0xfe, kind: 'fsfilter' });
  const fail = driver('IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION', 'Data.IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES; return FLT_PREOP_COMPLETE;');

  it('a release does not come after an acquire that failed in this run, once for each', () => {
    expect(results(run([fail], [create(1), acquire(2), release(3), release(4)]))).toEqual(['1 0', '2 c000009a', '3 not-issued #2', '4 0']);
    expect(results(run([watch], [create(1), acquire(2), release(3)]))).toEqual(['1 0', '2 12a', '3 0']);
  });

  it('an MDL is not given back after an MDL read that was refused in this run', () => {
    const complete = operation(3, { operation: 'FASTIO_MDL_READ_COMPLETE', major: 0xf0, kind: 'fastio' });
    expect(results(run([refuseFastIo], [create(1), operation(2, { operation: 'ReadFile', major: 0xf1, kind: 'fastio', offset: 0n, length: 4096 }), complete]))).toEqual(['1 0', '2 c01c0004', '3 not-issued #2']);
  });
});
