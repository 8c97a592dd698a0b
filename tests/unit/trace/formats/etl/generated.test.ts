/** The generated file I/O story of etw-formats.md section 12 and its variants, imported. Expectations: the end of that section, and the list of its records. */
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { ntStatusName } from '../../../../../src-main/nt/ntStatus.ts';
import type { OperationRecord } from '../../../../../src-main/trace/record.ts';
import { accountedFor, chunkedSource, collectTrace } from '../../../../support/trace/collectTrace.ts';
import type { CollectedTrace } from '../../../../support/trace/collectTrace.ts';
import { majorOf, operations as story, ticksAt } from '../../../../support/trace/etwScenario.ts';
import { generateFileIo } from '../../../../support/trace/etl/generatedFileIo.ts';
import type { GeneratedOptions } from '../../../../support/trace/etl/generatedFileIo.ts';

const v3: GeneratedOptions = { pointerSize: 8, version: 3 };
const v2: GeneratedOptions = { pointerSize: 4, version: 2 };

const load = (bytes: Uint8Array): CollectedTrace => collectTrace(bytesSource(bytes, 'gen.etl'));
const dos = (ntPath: string): string => ntPath.replace('\\Device\\HarddiskVolume3\\', 'C:\\');
const byTime = (trace: CollectedTrace): readonly OperationRecord[] => trace.operations.toSorted((a, b) => a.sourceIndex - b.sourceIndex);

describe.each([
  ['version 3, 64-bit', v3], ['version 3, 64-bit, compressed', { ...v3, compressed: true }], ['version 2, 32-bit', v2], ['buffers swapped in the file', { ...v3, swapped: true }],
] as const)('%s', (_, options) => {
  const trace = load(generateFileIo(options));
  const withNotes = options.version === 3;

  it('gives the sixteen operations with times, statuses, results and parameters', () => {
    expect(byTime(trace).map((op) => [op.time, op.duration, op.status, op.information])).toEqual(
      story.map(({ start, end, status, information }) => [ticksAt(start), BigInt(end - start) * 10n, status, information]),
    );
    expect(byTime(trace).map(({ operation, major, minor }) => [operation, major, minor])).toEqual(story.map(({ what }) => [`FileIo/${what.event}`, ...majorOf[what.event]]));
    const [create, fast, write, , , , setSize, control] = byTime(trace);
    expect(create?.detail).toMatchObject({ Disposition: 'OverwriteIf', CreateDisposition: 5, CreateOptions: 0x60, FileAttributes: 0x80, ShareAccess: 3, OpenResult: 'Created' });
    expect(fast).toMatchObject({ kind: 'fastio', irpFlags: 0, offset: 0n, length: 5, detail: { RetriedAs: write?.sourceIndex } });
    expect(write).toMatchObject({ kind: 'irp', irpFlags: 0xa00, detail: { Priority: 3, RetryOf: fast?.sourceIndex } });
    expect(setSize?.detail).toMatchObject({ Class: 'FileEndOfFileInformation', FileInformationClass: 20, EndOfFile: 16384 });
    expect(control?.detail).toMatchObject({ Control: 'FSCTL_QUERY_USN_JOURNAL', ControlCode: 0x900f4 });
    expect(byTime(trace)[13]).toMatchObject({ length: 0x278, detail: { Filter: '*.txt', FileInformationClass: 37, FileIndex: 0 } });
    expect(byTime(trace)[14]).toMatchObject({ length: 0x20, detail: { CompletionFilter: 0x11 } });
  });

  it('names files and threads', () => {
    // Without the path note nobody knows what the file is called after its rename.
    expect(byTime(trace).map(({ path }) => path)).toEqual(story.map(({ path }) => (withNotes ? dos(path) : dos(path).replace('b.txt', 'a.txt'))));
    expect(byTime(trace).filter(({ detail }) => detail['RenamedSince'] === true)).toHaveLength(withNotes ? 0 : 3);
    expect(byTime(trace)[9]?.detail).toMatchObject(withNotes ? { FileName: 'C:\\Users\\test\\b.txt', TargetName: '\\Device\\HarddiskVolume3\\Users\\test\\b.txt' } : {});
    expect(trace.operations.map((op) => [trace.processOf(op).name, op.tid])).toEqual(story.map(() => ['notepad.exe', 1240]));
    expect(trace.processes[1]).toMatchObject({ pid: 1234, parentPid: 4, commandLine: 'notepad.exe C:\\Users\\test\\a.txt', user: 'S-1-5-18', is64Bit: options.pointerSize === 8 });
  });

  it('accounts for every record', () => {
    const { summary } = trace;
    expect(summary).toMatchObject({ format: 'etl', events: withNotes ? 56 : 54, operations: 16, damaged: [] });
    expect(accountedFor(summary)).toBe(summary.events);
    const skipped = Object.fromEntries(summary.skipped.map(({ reason, count }) => [reason, count]));
    expect(skipped).toMatchObject({
      'end of an operation': 16, 'file name': 3, 'minifilter callback': 6, 'disk event': 3, 'Kernel-File event: FileIo tells of the same operations': 2,
      'process event': 3, 'thread event': 2, 'volume': 1, 'log record': 2,
    });
    expect(skipped['path of an operation']).toBe(withNotes ? 2 : undefined);
  });

  it('keeps what is around the operations as rows', () => {
    const callbacks = trace.contextEvents.filter(({ contextClass }) => contextClass === 'minifilter');
    const [create] = byTime(trace);
    const denied = byTime(trace)[15];
    expect(callbacks.map(({ name, duration, status, operation }) => [name, duration, status, operation])).toEqual([
      ['FltPreOpInit', null, null, create?.sourceIndex], ['FltPreOpCompletion', 20n, null, create?.sourceIndex], ['FltPostOpInit', null, null, create?.sourceIndex],
      ['FltPostOpCompletion', 20n, null, create?.sourceIndex], ['FltPreOpFailure', null, 0xc0000022, denied?.sourceIndex], ['FltPostOpFailure', null, 0xc0000022, null],
    ]);
    expect(callbacks[5]?.detail).toMatchObject({ Major: 'IRP_MJ_DIRECTORY_CONTROL', MajorFunction: 12 });
    expect(callbacks[0]).toMatchObject({ tid: 1240, process: create?.process, path: 'C:\\Users\\test\\a.txt' });
    const disk = trace.contextEvents.filter(({ contextClass }) => contextClass === 'disk');
    expect(disk.map(({ name, duration }) => [name, duration])).toEqual([['DiskIo/WriteInit', null], ['DiskIo/Write', 2000n], ['SplitIo/Init', null]]);
    expect(disk[1]).toMatchObject({ tid: 1240, detail: { DiskNumber: 0, TransferSize: 4096, ByteOffset: 0x123456000, IrpFlags: 0x43, Priority: 3 } });
  });

  it('gives the same whatever the source hands out at a time', () => {
    const chunked = collectTrace(chunkedSource(generateFileIo(options), 777));
    expect(chunked.summary).toEqual(trace.summary);
    expect(chunked.operations).toEqual(trace.operations);
  });
});

describe('variants', () => {
  const statuses = (trace: CollectedTrace): readonly string[] => byTime(trace).map(({ status }) => (status === null ? '-' : ntStatusName(status)));

  it('an end that is missing leaves an operation without a status', () => {
    const trace = load(generateFileIo({ ...v3, without: [120] }));
    expect(statuses(trace)[0]).toBe('-');
    expect(byTime(trace)[0]).toMatchObject({ duration: null, detail: { EndLost: true } });
    expect(trace.summary).toMatchObject({ damaged: [], system: { note: '1 operation has no status: no end was recorded before the same IRP began again' } });
  });

  it('without the last end the notification is pending', () => {
    const trace = load(generateFileIo({ ...v3, without: [9000] }));
    expect(statuses(trace)[14]).toBe('STATUS_PENDING');
    expect(trace.summary.system).toMatchObject({ pendingAtEnd: 1 });
  });

  it('a session that was never stopped is read whole', () => {
    const trace = load(generateFileIo({ ...v3, log: { endTime: 0n, buffersWritten: 0 } }));
    expect(trace.summary).toMatchObject({ operations: 16, damaged: [], system: { endTime: null } });
  });

  it('without volumes the NT paths stay', () => {
    const trace = load(generateFileIo({ ...v3, without: [1] }));
    expect(byTime(trace)[0]?.path).toBe('\\Device\\HarddiskVolume3\\Users\\test\\a.txt');
    expect(byTime(trace)[0]?.detail).not.toHaveProperty('NtPath');
  });

  it('without the name rundown what was open before has no path, and the report says why', () => {
    const trace = load(generateFileIo({ ...v3, without: [9500] }));
    expect(byTime(trace).slice(13, 15).map(({ path }) => path)).toEqual([null, null]);
    expect(trace.summary.system).toMatchObject({ note: '2 operations have no path: nothing in the trace names their files, which were open before it began' });
  });

  it('without the classic events Kernel-File makes the operation', () => {
    const classic = Array.from({ length: 502 }, (_, i) => 100 + i).filter((t) => t < 700);
    const trace = load(generateFileIo({ ...v3, without: [...classic, 602, 610, 9000] }));
    expect(trace.operations).toMatchObject([{ operation: 'Kernel-File/Create', path: 'C:\\Users\\test\\a.txt', status: 0, duration: 100n, information: 1 }]);
    expect(trace.summary.operationEvents).toEqual([{ event: 'manifest {edd08927-9cc4-4e65-b970-c2560fb5c289} Microsoft-Windows-Kernel-File id12 v1', count: 1 }]);
  });

  it('cut short, it keeps what is whole and says that the rest is gone', () => {
    const bytes = generateFileIo(v3);
    const trace = load(bytes.subarray(0, bytes.length - 10_000));
    expect(trace.summary.operations).toBeGreaterThan(10);
    expect(accountedFor(trace.summary)).toBe(trace.summary.events);
  });

  it('can be stopped', () => {
    const trace = collectTrace(bytesSource(generateFileIo(v3)), () => false);
    expect(trace.summary.cancelled).toBe(true);
    // What was not read to its end may hold what seems to be missing.
    expect(trace.summary.system['note']).toBeUndefined();
  });
});
