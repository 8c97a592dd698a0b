import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../../../src-main/base/assert.ts';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { accountedFor, chunkedSource, collectTrace } from '../../../../support/trace/collectTrace.ts';
import { pmlProcesses, pmlSample, pmlStart } from '../../../../support/trace/pmlSample.ts';
import { fileDetail, writePml } from '../../../../support/trace/writePml.ts';

const sample = pmlSample;
const start = pmlStart;
const processes = pmlProcesses;

describe.each([32, 64] as const)('a %i-bit log', (bits) => {
  const written = writePml(sample(bits));
  const trace = collectTrace(bytesSource(written.bytes));
  const operation = (index: number) => assertExists(trace.operations[index]);

  it('imports every file operation and counts the others by reason', () => {
    expect(trace.summary).toMatchObject({
      format: 'procmon-pml-9', events: 15, operations: 13, damaged: [], firstTime: start, lastTime: start + 14_000n,
      skipped: [{ reason: 'registry event', count: 1 }, { reason: 'process event', count: 1 }],
    });
    expect(trace.summary.skippedOperations).toEqual([{ operation: 'RegQueryValue', count: 1 }, { operation: 'Load Image', count: 1 }]);
    expect(trace.summary.system).toMatchObject({ computer: 'TESTBOX', is64Bit: bits === 64, windowsBuild: 19045, processors: 4 });
  });

  it('knows the processes', () => {
    expect(trace.processes[0]).toMatchObject({ pid: 4, name: 'System' });
    expect(trace.processOf(operation(0))).toMatchObject({
      pid: 4321, parentPid: 900, name: 'notes.exe', commandLine: '"C:\\Apps\\notes.exe" täglich', user: 'BOX\\sample', integrity: 'Medium', startTime: start - 10n, endTime: null,
    });
  });

  it('decodes a create', () => {
    expect(operation(0)).toMatchObject({
      sourceIndex: 0, operation: 'CreateFile', major: 0, minor: 0, kind: 'irp', path: 'C:\\Users\\sample\\grüße.txt', tid: 11, duration: 1234n, status: 0, irpFlags: 0x884, information: 2,
      detail: {
        DesiredAccess: 0x120089, Disposition: 'OverwriteIf', CreateDisposition: 5, CreateOptions: 0x60, FileAttributes: 0x80, ShareAccess: 3, AllocationSize: 4096, EaLength: 12,
        Impersonating: 'S-1-5-18', OpenResult: 'Created', OperationFlags: 1,
      },
    });
  });

  it('tells what a read asked for from what it got', () => {
    expect(operation(1)).toMatchObject({ operation: 'ReadFile', major: 3, offset: 0x1_0000_0000n, length: 65536, information: 4096, irpFlags: 0x43, detail: { Priority: 3 } });
    expect(operation(1).provenance).toEqual({});
    expect(operation(2)).toMatchObject({ kind: 'fastio', offset: 50n, length: 10, information: 0, status: 0xc0000011, detail: { Key: 9 }, provenance: { information: 'derived' } });
  });

  it('marks the bytes written as assumed', () => {
    expect(operation(3)).toMatchObject({ operation: 'WriteFile', offset: -1n, length: 77, information: 77, provenance: { information: 'assumed' } });
  });

  it('finds the destination of a rename behind the buffer', () => {
    expect(operation(4)).toMatchObject({ operation: 'SetRenameInformationFile', major: 6, minor: 0, detail: { FileInformationClass: 10, ReplaceIfExists: true, TargetName: 'b.c', FileName: 'C:\\b.c' } });
  });

  it('lists a directory', () => {
    expect(operation(5)).toMatchObject({
      operation: 'QueryDirectory', minor: 1, path: 'C:\\dir', length: 1024, information: 34,
      detail: { Class: 'FileNamesInformation', FileInformationClass: 12, Filter: '*.txt', Entries: ['ab', 'cde'], OperationFlags: 2 },
    });
  });

  it('keeps a pending request pending', () => {
    expect(operation(6)).toMatchObject({ operation: 'FileSystemControl', status: 0x103, duration: null, detail: { Control: 'FSCTL_REQUEST_OPLOCK', ControlCode: 0x90240, InputBufferLength: 12, OutputBufferLength: 24 } });
  });

  it('decodes locks, sections, queries and operations without parameters', () => {
    expect(operation(7)).toMatchObject({ operation: 'LockFile', minor: 1, offset: 100n, detail: { Key: 3, Length: 0xffff_ffff_ffff_ffffn, Exclusive: true, FailImmediately: false } });
    expect(operation(8)).toMatchObject({ operation: 'CreateFileMapping', major: 0xff, kind: 'fsfilter', detail: { SyncType: 1, PageProtection: 0x20 } });
    expect(operation(9)).toMatchObject({ operation: 'QueryOpen', major: 0xf2, kind: 'fastio', status: 0xc01c0004 });
    expect(operation(10)).toMatchObject({ operation: 'QueryStandardInformationFile', information: 24, detail: { AllocationSize: 8192, EndOfFile: 5000, NumberOfLinks: 1, DeletePending: false, Directory: true } });
    expect(operation(11)).toMatchObject({ operation: 'CloseFile', major: 0x12 });
    expect(operation(12)).toMatchObject({ operation: 'IRP_MJ_CLOSE', major: 0x02 });
  });

  it('reads the same through a source that hands out little at a time', () => {
    for (const chunk of [7, 333, 4096]) {
      const again = collectTrace(chunkedSource(written.bytes, chunk));
      expect(again.operations).toEqual(trace.operations);
      expect(again.processes).toEqual(trace.processes);
    }
  });
});

describe('a damaged log', () => {
  const written = writePml(sample(64));
  const cut = (at: number) => collectTrace(bytesSource(written.bytes.subarray(0, at)));

  it.each([1, 4, 5, 12])('keeps the events before a cut inside event %i', (index) => {
    const at = assertExists(written.eventStarts[index]) + 0x40;
    const { summary, operations } = cut(at);
    expect(operations.length).toBe(index);
    expect(summary.events).toBe(15);
    expect(accountedFor(summary)).toBe(15);
  });

  it('keeps every event when only tables are cut', () => {
    for (const at of [written.eventOffsets, written.eventOffsets + 12, written.processTable + 2, written.stringTable + 3, written.iconTable + 1, written.hostTable + 2, written.bytes.length - 1]) {
      const { summary, operations } = cut(at);
      expect(operations.length).toBe(13);
      expect(accountedFor(summary)).toBe(summary.events);
      expect(summary.events).toBe(15);
    }
  });

  it('survives a cut at every byte, and always accounts for every record', () => {
    const whole = collectTrace(bytesSource(written.bytes)).operations;
    for (let at = 0x3a8; at < written.bytes.length; at += 3) {
      const { summary, operations } = cut(at);
      expect(accountedFor(summary)).toBe(summary.events);
      expect(operations.map((operation) => operation.path)).toEqual(whole.slice(0, operations.length).map((operation) => operation.path));
    }
  });

  it('names the processes by number when their table is lost', () => {
    const { operations, processOf } = cut(written.processTable);
    expect(processOf(assertExists(operations[0])).name).toBe('<process 184 missing>');
  });

  it('reads what a log that was never closed holds', () => {
    const bytes = written.bytes.slice(0, written.eventOffsets);
    bytes.fill(0, 0x248, 0x268);
    bytes.fill(0, 0x234, 0x238);
    const { summary } = collectTrace(bytesSource(bytes));
    expect(summary).toMatchObject({ events: 15, operations: 13 });
    expect(summary.damaged[0]?.reason).toContain('not closed');
  });

  it('leaves out one bad event and keeps its neighbours', () => {
    const bytes = written.bytes.slice();
    new DataView(bytes.buffer).setUint32(assertExists(written.eventStarts[3]) + 0x2c, 0x7fffffff, true);
    const { summary, operations } = collectTrace(bytesSource(bytes));
    expect(operations.length).toBe(12);
    expect(summary.damaged).toEqual([expect.objectContaining({ at: written.eventStarts[3], unit: 'offset', records: 1 })]);
    expect(operations[3]?.operation).toBe('SetRenameInformationFile');
  });

  it('drops captured output that is out of reach, not its event', () => {
    const bytes = written.bytes.slice();
    new DataView(bytes.buffer).setUint32(assertExists(written.eventStarts[0]) + 0x30, 0xfffffff0, true);
    const { summary, operations } = collectTrace(bytesSource(bytes));
    expect(operations.length).toBe(13);
    expect(operations[0]?.information).toBeNull();
    expect(summary.damaged[0]?.records).toBe(0);
  });

  it.each([
    ['event count', 0x234, 4], ['event offsets', 0x248, 8], ['process table', 0x250, 8], ['string table', 0x258, 8], ['icon table', 0x260, 8], ['hosts', 0x3a0, 8],
  ] as const)('does not believe an absurd %s in the header', (_, at, size) => {
    for (const fill of [0xff, 0x7f, 0x01]) {
      const bytes = written.bytes.slice();
      bytes.fill(fill, at, at + size);
      const { summary, operations } = collectTrace(bytesSource(bytes));
      expect(accountedFor(summary)).toBe(summary.events);
      expect(summary.damaged.length).toBeGreaterThan(0);
      expect(operations.length).toBeGreaterThan(0);
    }
  });

  it('does not believe absurd counts in the tables', () => {
    for (const at of [written.processTable, written.stringTable]) {
      const bytes = written.bytes.slice();
      bytes.fill(0xff, at, at + 4);
      const { summary, operations } = collectTrace(bytesSource(bytes));
      expect(operations.length).toBe(13);
      expect(summary.damaged[0]?.reason).toContain('do not fit');
    }
  });

  it('survives any one byte changed', () => {
    for (let at = 8; at < written.bytes.length; at += 5) {
      const bytes = written.bytes.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      let summary;
      try {
        ({ summary } = collectTrace(bytesSource(bytes)));
      } catch (error) {
        expect(error).toMatchObject({ name: 'UserError' });
        continue;
      }
      expect(accountedFor(summary)).toBe(summary.events);
    }
  });
});

describe('refusals and cancelling', () => {
  it('names a version it does not read, and what to do', () => {
    const { bytes } = writePml({ ...sample(32), version: 10 });
    expect(() => collectTrace(bytesSource(bytes, 'new.pml'))).toThrow(
      '“new.pml” is a Process Monitor log of version 10; FltReplay reads versions 7 to 9. Open it in a Procmon that knows it and export it as CSV, or look for a newer FltReplay.',
    );
  });

  it('reads version 7 as version 9, and version 8 with a remark that none was seen', () => {
    const read = (version: number) => collectTrace(bytesSource(writePml({ ...sample(64), version }).bytes));
    const [seven, eight, nine] = [read(7), read(8), read(9)];
    expect([seven.summary.format, eight.summary.format, nine.summary.format]).toEqual(['procmon-pml-7', 'procmon-pml-8', 'procmon-pml-9']);
    expect(seven.operations).toEqual(nine.operations);
    expect(eight.operations).toEqual(nine.operations);
    expect(seven.summary.damaged).toEqual([]);
    expect(eight.summary.damaged).toEqual([]);
    expect(eight.summary.system['note']).toBe('log version 8, of which no sample is known, is read as version 9');
  });

  it('says that a log ends inside its header', () => {
    const { bytes } = writePml(sample(64));
    expect(() => collectTrace(bytesSource(bytes.subarray(0, 500)))).toThrow(/ends inside its header/);
  });

  it('keeps what was read when the user cancels', () => {
    const many = Array.from({ length: 12_000 }, (_, i) => ({ processIndex: 7, operation: 38, time: start + BigInt(i), detail: fileDetail({ bits: 64, path: 'C:\\a' }) }));
    const { bytes } = writePml({ bits: 64, processes, events: many });
    let calls = 0;
    const { summary, operations } = collectTrace(bytesSource(bytes), () => (calls += 1) < 3);
    expect(summary.cancelled).toBe(true);
    expect(operations.length).toBe(8192);
    expect(summary.events).toBe(8192);
  });
});
