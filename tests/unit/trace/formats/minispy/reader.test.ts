/** Expectations are etw-formats.md 18 and FLT_PARAMETERS of iopb-and-constants.md, put into rows by hand. */
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { formatTraceTime, parseTraceTime } from '../../../../../src-main/trace/record.ts';
import type { OperationRecord } from '../../../../../src-main/trace/record.ts';
import type { ImportOptions } from '../../../../../src-main/trace/traceFormat.ts';
import { accountedFor, chunkedSource, collectTrace } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';
import { allowanceExceeded, minispyLine, outOfMemory, writeMinispy } from '../../../../support/trace/writeMinispy.ts';
import type { MinispyRow } from '../../../../support/trace/writeMinispy.ts';

const load = (bytes: Uint8Array, options: ImportOptions = {}): CollectedTrace => {
  const trace = collectTrace(bytesSource(bytes), undefined, options);
  expect(accountedFor(trace.summary)).toBe(trace.summary.events);
  return trace;
};
const one = (row: MinispyRow, bits: 32 | 64 = 64): OperationRecord => assertExists(load(writeMinispy([row], { bits })).operations[0]);

describe('minispy log', () => {
  it('reads the columns of a 64-bit log', () => {
    // The example values of the page's column table, and a create that opens for reading.
    const trace = load(writeMinispy([{
      sequence: 0x1a, preOp: '14:03:22:017', postOp: '14:03:22:031', pid: 0x4d2, tid: 0x4d8, irpFlags: 0x884, deviceObject: 0xffffa00000001000n, fileObject: 0xffffa00000002000n,
      information: 1, arguments: [0xffff8a0000001230n, 0xdeadbeef01000060n, 0xdeadbeef00030080n, 0, 0, 0], name: '\\Device\\HarddiskVolume3\\a.txt ',
    }]), { assumedDate: assertExists(parseTraceTime('2024-01-17T00:00:00.0000000Z')), utcOffset: 120 });
    const operation = assertExists(trace.operations[0]);
    expect(trace.summary).toMatchObject({ format: 'minispy-log', events: 1, operations: 1, skipped: [], damaged: [] });
    expect(formatTraceTime(operation.time)).toBe('2024-01-17T12:03:22.0170000Z');
    expect(operation).toMatchObject({
      duration: 140_000n, tid: 0x4d8, operation: 'IRP_MJ_CREATE', major: 0, kind: 'irp', path: '\\Device\\HarddiskVolume3\\a.txt', status: 0, information: 1, irpFlags: 0x884,
      detail: {
        FileObject: 0xffffa00000002000n, DeviceObject: 0xffffa00000001000n, Disposition: 'Open', CreateDisposition: 1, CreateOptions: 0x60, FileAttributes: 0x80, ShareAccess: 3,
        AllocationSize: 0, OpenResult: 'Opened', Arguments: [0xffff8a0000001230n, 0xdeadbeef01000060n, 0xdeadbeef00030080n, 0, 0, 0],
      },
      provenance: { time: 'assumed', duration: 'derived' },
    });
    expect(trace.processOf(operation)).toMatchObject({ pid: 0x4d2, name: 'pid 1234' });
  });

  it('reads the same operation from a 32-bit log', () => {
    const row: MinispyRow = { major: 'IRP_MJ_WRITE', minor: 'IRP_MN_NORMAL', irpFlags: 0xa00, fileObject: 0x84dae0d8n, information: 5 };
    const wide = one({ ...row, arguments: [5, 7, 0x1_2345_6789n, 0x1000, 0x2000, 0] }, 64);
    const narrow = one({ ...row, arguments: [5, 7, 0x2345_6789, 1, 0x1000, 0] }, 32);
    for (const operation of [wide, narrow]) {
      expect(operation).toMatchObject({ major: 4, minor: 0, offset: 0x1_2345_6789n, length: 5, information: 5, detail: { Key: 7, FileObject: 0x84dae0d8 } });
    }
    expect(narrow.detail['Arguments']).toEqual([5, 7, 0x2345_6789, 1, 0x1000, 0]);
  });

  const garbage = 0x5a5a5a5a_00000000n;
  it.each<[string, MinispyRow, Partial<OperationRecord>]>([
    ['a query', { major: 'IRP_MJ_QUERY_INFORMATION', arguments: [garbage + 24n, garbage + 5n] },
      { major: 5, length: 24, detail: expect.objectContaining({ Class: 'FileStandardInformation', FileInformationClass: 5 }) as OperationRecord['detail'] }],
    ['a rename that replaces', { major: 'IRP_MJ_SET_INFORMATION', arguments: [64, 10, 0xffffa00000009000n, garbage + 1n] },
      { major: 6, detail: expect.objectContaining({ Class: 'FileRenameInformation', ReplaceIfExists: true, ParentOfTarget: 0xffffa00000009000n }) as OperationRecord['detail'] }],
    ['an end of file that only advances', { major: 'IRP_MJ_SET_INFORMATION', arguments: [8, 20, 0, 0x100] },
      { detail: expect.objectContaining({ FileInformationClass: 20, AdvanceOnly: true }) as OperationRecord['detail'] }],
    ['a directory listing', { major: 'IRP_MJ_DIRECTORY_CONTROL', minor: 'IRP_MN_QUERY_DIRECTORY', arguments: [0x278, 0xffff0000n, garbage + 37n, garbage + 3n] },
      { major: 0x0c, minor: 1, length: 0x278, detail: expect.objectContaining({ FileInformationClass: 37, FileIndex: 3 }) as OperationRecord['detail'] }],
    ['a directory watch', { major: 'IRP_MJ_DIRECTORY_CONTROL', minor: 'IRP_MN_NOTIFY_CHANGE_DIRECTORY', arguments: [0x20, garbage + 0x17n] },
      { minor: 2, length: 0x20, detail: expect.objectContaining({ CompletionFilter: 0x17 }) as OperationRecord['detail'] }],
    ['a file system control', { major: 'IRP_MJ_FILE_SYSTEM_CONTROL', minor: 'IRP_MN_USER_FS_REQUEST', arguments: [56, 16, garbage + 0x900f4n] },
      { major: 0x0d, detail: expect.objectContaining({ Control: 'FSCTL_QUERY_USN_JOURNAL', ControlCode: 0x900f4, OutputBufferLength: 56, InputBufferLength: 16 }) as OperationRecord['detail'] }],
    ['a lock by fast I/O', { kind: 'FIO', major: 'IRP_MJ_LOCK_CONTROL', minor: 'IRP_MN_LOCK', arguments: [0xffff0010n, 3, 0x1000n, 0, 0x0101] },
      { major: 0x11, minor: 1, kind: 'fastio', offset: 0x1000n, detail: expect.objectContaining({ Key: 3, FailImmediately: true, Exclusive: true }) as OperationRecord['detail'] }],
    ['volume information', { major: 'IRP_MJ_QUERY_VOLUME_INFORMATION', arguments: [24, 3] },
      { major: 0x0a, detail: expect.objectContaining({ FsInformationClass: 3, Class: 'FileFsSizeInformation' }) as OperationRecord['detail'] }],
    ['a section lock', { kind: 'FSF', major: 'IRP_MJ_ACQUIRE_FOR_SECTION_SYNC', arguments: [0x2_0000_0001n] },
      { major: 0xff, kind: 'fsfilter', detail: expect.objectContaining({ SyncType: 1, PageProtection: 2 }) as OperationRecord['detail'] }],
    ['a check for fast I/O', { kind: 'FIO', major: 'IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE', arguments: [0x2000, 512, 0, 1] },
      { major: 0xf3, offset: 0x2000n, length: 512, detail: expect.objectContaining({ CheckForReadOperation: true }) as OperationRecord['detail'] }],
    ['an open that only asks', { kind: 'FSF', major: 'IRP_MJ_NOTIFY_STREAM_FO_CREATION' }, { major: 0xf9, kind: 'fsfilter' }],
    ['a mapped read', { major: 'IRP_MJ_READ', minor: 'IRP_MN_COMPLETE_MDL_DPC' }, { major: 3, minor: 7 }],
    ['a kernel FSCTL', { major: 'IRP_MJ_FILE_SYSTEM_CONTROL', minor: 'IRP_MN_TRACK_LINK' }, { minor: 4 }],
    ['a major function without a name', { major: 'Unknown Irp major function (28)' }, { major: 28, operation: 'Unknown Irp major function (28)' }],
    ['a minor function without a name', { major: 'IRP_MJ_READ', minor: 'Unknown Irp minor code (9)' }, { major: 3, minor: 9 }],
  ])('decodes %s', (_, row, expected) => {
    expect(one(row)).toMatchObject(expected);
  });

  it('marks a minor function that minispy does not print as assumed', () => {
    expect(one({ major: 'IRP_MJ_FLUSH_BUFFERS' })).toMatchObject({ minor: 0, provenance: { minor: 'assumed' } });
    expect(one({ major: 'IRP_MJ_READ', minor: 'IRP_MN_NORMAL' }).provenance).not.toHaveProperty('minor');
  });

  it.each<[string, string, string | null, { [key: string]: unknown }]>([
    ['a name as it is', '\\Device\\HarddiskVolume3\\a b.txt ', '\\Device\\HarddiskVolume3\\a b.txt', {}],
    ['extra create parameters', '\\Device\\HarddiskVolume3\\a.txt [2 ECPs: PREFETCH; 1 unknown ECPs]', '\\Device\\HarddiskVolume3\\a.txt',
      { ExtraCreateParameters: '[2 ECPs: PREFETCH; 1 unknown ECPs]' }],
    ['a name that was only opened', '<c0000034> \\Device\\HarddiskVolume3\\a.txt ', '\\Device\\HarddiskVolume3\\a.txt', { NameStatus: 0xc0000034 }],
    ['no name', '<NO NAME> ', null, {}],
    ['no name and why', '<NO NAME: NormalizeStatus=c00000bb OpenedStatus=c00000bb> ', null, { NameStatus: 0xc00000bb }],
    ['an empty name', '', null, {}],
    ['a name with umlauts in UTF-8', '\\Device\\Mup\\Übung\tund mehr ', '\\Device\\Mup\\Übung\tund mehr', {}],
  ])('takes %s out of the last column', (_, name, path, detail) => {
    expect(one({ name })).toMatchObject({ path, detail });
  });

  it('reads names in an ANSI code page as Latin-1', () => {
    const bytes = Buffer.from(writeMinispy([{ name: '\\Device\\Mup\\?bung' }]));
    bytes[bytes.lastIndexOf('?')] = 0xdc;
    expect(load(bytes).operations[0]?.path).toBe('\\Device\\Mup\\Übung');
  });

  it('counts days by the completion times, in which lines are written', () => {
    const trace = load(writeMinispy([
      { sequence: 1, preOp: '23:59:59:990', postOp: '23:59:59:995' },
      { sequence: 2, preOp: '23:59:59:998', postOp: '00:00:00:002' },
      // Written late: completed before midnight.
      { sequence: 4, preOp: '23:59:59:999', postOp: '23:59:59:999' },
      { sequence: 3, preOp: '00:00:00:005', postOp: '00:00:00:006' },
      // A watch from the evening before, completed in the morning.
      { sequence: 0, preOp: '22:00:00:000', postOp: '06:00:00:000' },
    ]), { assumedDate: assertExists(parseTraceTime('2024-01-17T00:00:00.0000000Z')) });
    expect(trace.operations.map(({ time }) => formatTraceTime(time).slice(8, 23))).toEqual([
      '17T23:59:59.990', '17T23:59:59.998', '17T23:59:59.999', '18T00:00:00.005', '17T22:00:00.000',
    ]);
    expect(trace.operations.map(({ duration }) => duration)).toEqual([50_000n, 40_000n, 0n, 10_000n, 288_000_000_000n]);
  });

  it('keeps the order of issue by sequence numbers, over a wrap', () => {
    const trace = load(writeMinispy([{ sequence: 0xfffffffe }, { sequence: 0 }, { sequence: 0xffffffff }, { sequence: 3 }]));
    const [first = 0, second = 0, third = 0, fourth = 0] = trace.operations.map(({ sourceIndex }) => sourceIndex);
    expect([third - first, second - third, fourth - second]).toEqual([1, 1, 3]);
    expect(trace.summary.system['missingSequenceNumbers']).toBe(2);
  });

  it('has no duration where minispy had no time', () => {
    expect(one({ preOp: '10:00:00:000', postOp: 'time error' })).toMatchObject({ duration: null, provenance: { time: 'assumed' } });
    expect(formatTraceTime(one({ preOp: 'time error', postOp: '10:00:00:000' }).time)).toBe('2000-01-01T10:00:00.0000000Z');
  });

  it('shows where records were lost, and counts the gaps', () => {
    const trace = load(writeMinispy([{ sequence: 7 }, outOfMemory(7), { sequence: 12 }, allowanceExceeded(12)]));
    expect(trace.contextEvents).toMatchObject([
      { contextClass: 'lost', name: 'System Out of Memory', sourceIndex: 7 }, { contextClass: 'lost', name: 'Exceeded Mamimum Allowed Memory Buffers', sourceIndex: 12 },
    ]);
    expect(trace.summary).toMatchObject({ events: 4, skipped: [{ reason: 'loss mark', count: 2 }], system: { lossMarks: 2, missingSequenceNumbers: 4 } });
  });

  it('shows transaction notifications beside the operations', () => {
    const trace = load(writeMinispy([{
      kind: 'ERR', major: 'IRP_MJ_TRANSACTION_NOTIFY', minor: 'TRANSACTION_NOTIFY_COMMIT', transaction: 0xffffa0000000f000n, postOp: '01:00:00:000', name: '',
    }]));
    expect(trace.summary).toMatchObject({ operations: 0, skipped: [{ reason: 'transaction notification', count: 1 }] });
    expect(trace.contextEvents).toMatchObject([{ name: 'TRANSACTION_NOTIFY_COMMIT', detail: { Transaction: 0xffffa0000000f000n } }]);
  });

  it('ties the second line of a mount point to its create', () => {
    const create: MinispyRow = { sequence: 4, fileObject: 0xffffa00000002000n, status: 0x104, information: 0xa0000003, arguments: [0, 0x01000000] };
    const trace = load(writeMinispy([{ ...create, name: '\\Device\\HarddiskVolume3\\mount ' }, { ...create, sequence: 5, name: '\\??\\Volume{0123}\\' }]));
    expect(trace.operations).toMatchObject([{ status: 0x104, detail: { ReparseTag: 0xa0000003 } }]);
    expect(trace.contextEvents).toMatchObject([{ name: 'reparse target', path: '\\??\\Volume{0123}\\', operation: 4 }]);
  });

  it('reports what is no record with its line, and reads on', () => {
    const good = minispyLine({ sequence: 9 }, 64);
    const trace = load(writeMinispy([
      'nonsense\r\n', minispyLine({}, 64).replace('IRP_MJ_CREATE', 'IRP_MJ_XXXXXX'), minispyLine({}, 64).replace('0x00000001', '0x0000000g'), '\r\n', good, good.slice(0, 100),
    ]));
    expect(trace.operations).toHaveLength(1);
    expect(trace.summary.damaged).toEqual([
      { at: 3, unit: 'line', reason: 'line is no record of minispy', records: 1 },
      { at: 4, unit: 'line', reason: 'operation has no name that minispy prints', records: 1 },
      { at: 5, unit: 'line', reason: 'sequence number is no number', records: 1 },
      { at: 8, unit: 'line', reason: 'the file ends inside this line', records: 1 },
    ]);
  });

  it('reads two logs behind each other, and one without headings', () => {
    const log = writeMinispy([{ sequence: 1 }, { sequence: 2 }]);
    const trace = load(Buffer.concat([log, log]));
    expect(new Set(trace.operations.map(({ sourceIndex }) => sourceIndex)).size).toBe(4);
    expect(trace.summary).toMatchObject({ operations: 4, damaged: [], system: { missingSequenceNumbers: 0 } });
    expect(load(writeMinispy([{ sequence: 1 }], { heading: false })).summary).toMatchObject({ format: 'minispy-log', operations: 1 });
  });

  it('refuses what minispy shows on the screen', () => {
    const screen = 'Opr  SeqNum   PreOp Time  PostOp Time   Process.Thrd      Major/Minor Operation          IrpFlags          DevObj\n';
    expect(() => load(Buffer.from(`Connecting to filter's port...\n${screen}`))).toThrow(/on the screen.*“\/f NAME”/);
  });

  it('does not depend on how the source hands out its bytes', () => {
    const bytes = writeMinispy(Array.from({ length: 50 }, (_, i) => ({ sequence: i, name: `\\Device\\HarddiskVolume3\\${i}.txt ` })));
    const whole = load(bytes);
    for (const chunk of [1, 7, 1000]) expect(collectTrace(chunkedSource(bytes, chunk)).operations).toEqual(whole.operations);
  });
});
