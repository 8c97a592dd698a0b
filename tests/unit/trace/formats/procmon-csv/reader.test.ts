import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../../src-main/trace/byteSource.ts';
import { formatTraceTime, parseTraceTime } from '../../../../../src-main/trace/record.ts';
import type { TraceTime } from '../../../../../src-main/trace/record.ts';
import { accountedFor, chunkedSource, collectTrace } from '../../../../support/trace/collectTrace.ts';
import { writeProcmonCsv } from '../../../../support/trace/writeProcmonCsv.ts';
import type { CsvOptions } from '../../../../support/trace/writeProcmonCsv.ts';

const defaultColumns = ['Time of Day', 'Process Name', 'PID', 'Operation', 'Path', 'Result', 'Detail'];
type Row = { readonly [column: string]: string };

function importRows(columns: readonly string[], rows: readonly Row[], options: CsvOptions = {}, chunk?: number) {
  const bytes = writeProcmonCsv(columns, rows.map((row) => columns.map((column) => row[column] ?? '')), options);
  return collectTrace(chunk === undefined ? bytesSource(bytes) : chunkedSource(bytes, chunk));
}

const row = (time: string, operation: string, path: string, result = 'SUCCESS', detail = '', more: Row = {}): Row => ({
  'Time of Day': time, 'Process Name': 'notes.exe', PID: '4321', Operation: operation, Path: path, Result: result, Detail: detail, ...more,
});

const sample: Row[] = [
  row(
    '4:33:14.3062614 PM', 'CreateFile', 'C:\\a, "b".txt', 'SUCCESS',
    'Desired Access: Generic Read, Delete, Disposition: OpenIf, Options: Sequential Access, Non-Directory File, Attributes: HSNCI, ShareMode: Read, Delete, AllocationSize: 4,096, OpenResult: Created',
  ),
  row('4:33:14.3062615 PM', 'ReadFile', 'C:\\a', 'SUCCESS', 'Offset: 1,048,576, Length: 4,096, I/O Flags: Non-cached, Paging I/O, Synchronous Paging I/O, Priority: Normal'),
  row('4:33:14.3062616 PM', 'ReadFile', 'C:\\a', 'END OF FILE', 'Offset: 20, Length: 10'),
  row('4:33:14.3062617 PM', 'QueryOpen', 'C:\\a', 'FAST IO DISALLOWED'),
  row('4:33:14.3062618 PM', 'FileSystemControl', 'C:\\a', '', 'Control: FSCTL_REQUEST_OPLOCK'),
  row('4:33:14.3062619 PM', 'FileSystemControl', 'C:\\a', '0x368', 'Control: 0x902eb (Device:0x9 Function:186 Method: 3)'),
  row('4:33:14.3062620 PM', 'QueryDirectory', 'C:\\dir\\*', 'SUCCESS', 'FileInformationClass: FileBothDirectoryInformation, Filter: *, 2: a, 4: x.txt, 3: b'),
  row('4:33:14.3062621 PM', 'RegOpenKey', 'HKLM\\Software'),
  row('4:33:14.3062622 PM', 'Process Start', '', 'SUCCESS', 'Parent PID: 1, Environment: \r;\tA=B\r;\tC="D"'),
  row('4:33:14.3062623 PM', 'SetEndOfFileInformationFile', 'C:\\a', 'SUCCESS', 'EndOfFile: 12,345'),
];

describe('a Procmon CSV', () => {
  const trace = importRows(defaultColumns, sample);
  const [create, read, atEnd, refused, oplock, unnamed, directory, endOfFile] = trace.operations;

  it('counts rows of other classes as skipped', () => {
    expect(trace.summary).toMatchObject({ format: 'procmon-csv', events: 10, operations: 8, damaged: [], skipped: [{ reason: 'registry event', count: 1 }, { reason: 'process event', count: 1 }] });
  });

  it('reads a create back into numbers', () => {
    expect(create).toMatchObject({
      operation: 'CreateFile', major: 0, path: 'C:\\a, "b".txt', status: 0, information: 2,
      detail: {
        DesiredAccess: 0x120089 | 0x10000, Disposition: 'OpenIf', CreateDisposition: 3, CreateOptions: 0x44, FileAttributes: 2 | 4 | 0x2000, ShareAccess: 5, AllocationSize: 4096, OpenResult: 'Created',
      },
    });
  });

  it('takes the length of a read for what it got', () => {
    expect(read).toMatchObject({ offset: 1_048_576n, length: 4096, information: 4096, irpFlags: 0x43, detail: { Priority: 3 }, provenance: { information: 'derived', length: 'assumed' } });
    expect(atEnd).toMatchObject({ offset: 20n, length: 10, information: 0, status: 0xc0000011 });
  });

  it('says what it had to guess', () => {
    expect(refused).toMatchObject({ kind: 'fastio', status: 0xc01c0004, major: 0xf2, provenance: { kind: 'derived' } });
    expect(create?.provenance['kind']).toBe('assumed');
    expect(create?.provenance['time']).toBe('assumed');
    expect(create?.provenance['tid']).toBe('assumed');
    expect(create?.provenance['path']).toBeUndefined();
  });

  it('knows a pending request, unnamed codes, and names that look like keys', () => {
    expect(oplock).toMatchObject({ status: 0x103, duration: null, detail: { ControlCode: 0x90240 } });
    expect(unnamed).toMatchObject({ status: 0x368, detail: { ControlCode: 0x902eb } });
    expect(directory).toMatchObject({ path: 'C:\\dir', detail: { Class: 'FileBothDirectoryInformation', Filter: '*', Entries: ['a, 4: x.txt', 'b'] } });
    expect(endOfFile).toMatchObject({ major: 6, detail: { FileInformationClass: 20, EndOfFile: 12345 } });
  });

  it.each([1, 13, 100])('reads the same in pieces of %i bytes', (chunk) => {
    expect(importRows(defaultColumns, sample, {}, chunk).operations).toEqual(trace.operations);
  });

  it.each([{ lineEnd: '\n' }, { encoding: 'utf16le' }, { encoding: 'utf8-without-bom' }] as const)('reads the same with %o', (options) => {
    expect(importRows(defaultColumns, sample, options).operations).toEqual(trace.operations);
  });

  it('takes columns in any order, and all that are there', () => {
    const columns = ['Detail', 'TID', 'Date & Time', 'Duration', 'Time of Day', 'Event Class', 'Operation', 'Path', 'Result', 'Process Name', 'PID', 'Parent PID', 'Architecture'];
    const { operations, processes } = importRows(columns, [
      row('6:55:07.0236729 AM', 'WriteFile', 'C:\\a', 'SUCCESS', 'Offset: 0, Length: 5', { TID: '88', 'Date & Time': '7/31/2020 6:55:07 AM', Duration: '0.0000161', 'Event Class': 'File System', 'Parent PID': '12', Architecture: '64-bit' }),
      row('6:55:07.0236730 AM', '<Unknown>', 'C:\\a', 'SUCCESS', '', { TID: '88', 'Date & Time': '7/31/2020 6:55:07 AM', Duration: '0.0000001', 'Event Class': 'File System' }),
    ]);
    expect(operations[0]).toMatchObject({ tid: 88, duration: 161n, length: 5, information: 5, provenance: { information: 'assumed' } });
    expect(operations[0] && formatTraceTime(operations[0].time)).toBe('2020-07-31T06:55:07.0236729Z');
    expect(operations[1]).toMatchObject({ operation: '<Unknown>', major: null, kind: 'other' });
    expect(processes).toEqual([expect.objectContaining({ pid: 4321, parentPid: 12, is64Bit: true, name: 'notes.exe' })]);
  });
});

describe('locales (procmon-formats.md 12.2)', () => {
  it.each([
    ['pl-PL', '16:53:03,6001516', '07.05.2019 16:53:03', '1\u00a0048\u00a0576', '2019-05-07T16:53:03.6001516Z'],
    ['it-IT', '18:11:37,4666062', '05/02/2019 18:11:37', '1.048.576', '2019-02-05T18:11:37.4666062Z'],
    ['en-US', '6:11:37.4666062 PM', '2/5/2019 6:11:37 PM', '1,048,576', '2019-02-05T18:11:37.4666062Z'],
    ['en-US at noon', '12:00:00.0000001 AM', '2/5/2019 12:00:00 AM', '1,048,576', '2019-02-05T00:00:00.0000001Z'],
    ['da-DK', '20:54:33,0613682', '31-12-2019 20:54:33', '1.048.576', '2019-12-31T20:54:33.0613682Z'],
    ['zh-TW', '下午 01:09:44.8222664', '2026/4/15 下午 01:09:44', '1,048,576', '2026-04-15T13:09:44.8222664Z'],
    ['user-set', '20:38:31.9788133', '2023.07.15 20:38:31', '1 048 576', '2023-07-15T20:38:31.9788133Z'],
    ['hu-HU', '16:53:03,6001516', '2019. 05. 07. 16:53:03', '1\u00a0048\u00a0576', '2019-05-07T16:53:03.6001516Z'],
    ['ko-KR', '오후 4:53:03.6001516', '2019-05-07 오후 4:53:03', '1,048,576', '2019-05-07T16:53:03.6001516Z'],
    ['es-MX', '04:53:03.6001516 p.\u00a0m.', '31/12/2019 04:53:03 p.\u00a0m.', '1,048,576', '2019-12-31T16:53:03.6001516Z'],
    ['fi-FI', '16.53.03,6001516', '31.12.2019 16.53.03', '1\u00a0048\u00a0576', '2019-12-31T16:53:03.6001516Z'],
    ['th-TH', '16:53:03.6001516', '31/7/2563 16:53:03', '1,048,576', '2020-07-31T16:53:03.6001516Z'],
    ['a month by name', '16:53:03.6001516', '07-May-19 16:53:03', '1,048,576', '2019-05-07T16:53:03.6001516Z'],
    ['reported', '20:38:31.9788133', '2023.07.15 20:38:31', '1’048’576', '2023-07-15T20:38:31.9788133Z'],
  ])('reads %s', (_, time, date, number, expected) => {
    const { operations } = importRows([...defaultColumns, 'Date & Time'], [row(time, 'ReadFile', 'C:\\a', 'SUCCESS', `Offset: ${number}, Length: 7`, { 'Date & Time': date })]);
    expect(operations[0]?.offset).toBe(1_048_576n);
    expect(operations[0] && formatTraceTime(operations[0].time)).toBe(expected);
  });

  const dated = (date: string, time: string, detail = ''): Row => row(time, 'QueryBasicInformationFile', 'C:\\a', 'SUCCESS', detail, { 'Date & Time': date });
  const first = (rows: readonly Row[]) => importRows([...defaultColumns, 'Date & Time'], rows);

  it.each([
    ['a later row', [dated('05/02/2019 6:00:00 AM', '6:00:00.0000000 AM'), dated('13/02/2019 6:00:00 AM', '6:00:00.0000000 AM')], '2019-02-05'],
    ['a date of a file', [dated('5/2/2019 18:00:00', '18:00:00.0000000', 'CreationTime: 7/31/2018 18:00:00, LastAccessTime: n/a, LastWriteTime: n/a, ChangeTime: n/a, FileAttributes: A')], '2019-05-02'],
  ])('learns the order of day and month from %s', (_, rows, expected) => {
    const { operations, summary } = first(rows);
    expect(formatTraceTime(operations[0]?.time ?? (0n as TraceTime)).slice(0, 10)).toBe(expected);
    expect(summary.system).not.toHaveProperty('dateOrder');
  });

  it('says that the order is assumed where no date tells it', () => {
    expect(first([dated('5/2/2019 6:00:00 AM', '6:00:00.0000000 AM')]).summary.system['dateOrder']).toMatch(/^month-first is assumed/);
    expect(first([dated('5.2.2019 18:00:00', '18:00:00.0000000')]).summary.system['dateOrder']).toMatch(/^day-first is assumed/);
    expect(first([dated('2019-02-05 18:00:00', '18:00:00.0000000')]).summary.system).not.toHaveProperty('dateOrder');
  });

  it('takes the zone and the day it is told', () => {
    const bytes = writeProcmonCsv(['Time of Day', 'Operation'], [['1:30:00.0000000 AM', 'CloseFile'], ['23:30:00.0000000', 'CloseFile'], ['0:10:00.0000000', 'CloseFile']]);
    const { operations } = collectTrace(bytesSource(bytes), () => true, { utcOffset: 120, assumedDate: parseTraceTime('2020-07-31T00:00:00.0000000Z') ?? (0n as TraceTime) });
    expect(operations.map((operation) => formatTraceTime(operation.time))).toEqual(['2020-07-30T23:30:00.0000000Z', '2020-07-31T21:30:00.0000000Z', '2020-07-31T22:10:00.0000000Z']);
    expect(operations[0]?.provenance['time']).toBe('derived');
  });

  it('counts relative times from the first event’s second, or from the day it is told', () => {
    const relative = (columns: readonly string[], rows: readonly (readonly string[])[]): string[] =>
      collectTrace(bytesSource(writeProcmonCsv(columns, rows))).operations.map((operation) => formatTraceTime(operation.time));
    expect(relative(['Relative Time', 'Operation'], [['00:00:00.0000000', 'CloseFile'], ['26:00:01.5000000', 'CloseFile']])).toEqual(['2000-01-01T00:00:00.0000000Z', '2000-01-02T02:00:01.5000000Z']);
    expect(relative(['Relative Time', 'Date & Time', 'Operation'], [['00:00:00.0000000', '31.7.2020 6:55:07', 'CloseFile'], ['00:00:00.0000007', '31.7.2020 6:55:07', 'CloseFile']])).toEqual([
      '2020-07-31T06:55:07.0000000Z', '2020-07-31T06:55:07.0000007Z',
    ]);
    expect(relative(['Date & Time', 'Operation'], [['7/31/2020 6:55:07 PM', 'CloseFile']])).toEqual(['2020-07-31T18:55:07.0000000Z']);
  });

  it('adds a day where the time of day jumps back', () => {
    const { operations } = importRows(defaultColumns, [row('23:59:59.9999999', 'CloseFile', 'C:\\a'), row('0:00:00.0000009', 'CloseFile', 'C:\\a')]);
    expect((operations[1]?.time ?? 0n) - (operations[0]?.time ?? 0n)).toBe(10n);
  });

  it('refuses a half-day word it does not know instead of guessing', () => {
    expect(() => importRows(defaultColumns, [row('xx 01:09:44.8222664', 'CloseFile', 'C:\\a')])).toThrow(/row 2 has the time “xx 01:09:44.8222664”/);
  });
});

describe('details of a CSV (procmon-formats.md 10.5)', () => {
  const detailOf = (operation: string, detail: string, result = 'SUCCESS') => importRows(defaultColumns, [row('16:53:03,6001516', operation, 'C:\\a', result, detail)]).operations[0];

  it.each([
    ['QueryAllInformationFile', 'CreationTime: 1, LastAccessTime: 2, LastWriteTime: 3, ChangeTime: 4, FileAttributes: RHSNCI, AllocationSize: 4.096, EndOfFile: 12, NumberOfLinks: 1, DeletePending: False, Directory: True, IndexNumber: 0x1000000004fa2, EaSize: 0, Access: Read Attributes, Synchronize, Position: 0, Mode: Synchronous IO Non-Alert, AlignmentRequirement: Word',
      { FileAttributes: 0x2007, AllocationSize: 4096, EndOfFile: 12, NumberOfLinks: 1, DeletePending: false, Directory: true, IndexNumber: 0x1000000004fa2, EaSize: 0, Access: 0x100080, Position: 0, Mode: 0x20, AlignmentRequirement: 1 }],
    ['QueryInformationVolume', 'VolumeCreationTime: 5/2/2019, VolumeSerialNumber: 9CAE-C62A, SupportsObjects: True, VolumeLabel: a, VolumeLabel: b', { VolumeSerialNumber: 0x9caec62a, SupportsObjects: true, VolumeLabel: 'a, VolumeLabel: b' }],
    ['QueryAttributeInformationVolume', 'FileSystemAttributes: Case Preserved, Case Sensitive, Unicode, 0x3c00000, MaximumComponentNameLength: 255, FileSystemName: NTFS', { FileSystemAttributes: 0x3c00007, MaximumComponentNameLength: 255, FileSystemName: 'NTFS' }],
    ['SetRenameInformationFile', 'ReplaceIfExists: True, FileName: C:\\x, FileName: y', { ReplaceIfExists: true, FileName: 'C:\\x, FileName: y' }],
    ['SetDispositionInformationEx', 'Flags: FILE_DISPOSITION_DELETE, FILE_DISPOSITION_POSIX_SEMANTICS', { Flags: 3 }],
    ['WriteFile', 'Offset: 0, Length: 5, I/O Flags: Write Through', { OperationFlags: 4 }],
    ['IRP_MJ_WRITE', 'Offset: 0, Length: 5, Priority: High', { Priority: 4 }],
    ['QueryNetworkOpenInformationFile', 'CreationTime: n/a, LastAccessTime: n/a, LastWriteTime: n/a, ChangeTime: n/a, AllocationSize: 1/1/1601 12:00:00 AM, EndOfFile: 1/1/1601 12:00:00 AM, FileAttributes: A', { AllocationSizeText: '1/1/1601 12:00:00 AM', FileAttributes: 0x20 }],
    ['FileSystemControl', 'Control: FSCTL_OFFLOAD_READ, Offset: 4.096, Length: 65.536', { ControlCode: 0x94264, TransferLength: 65536 }],
    ['UnlockFileSingle', 'Offset: 0, Length: 18.446.744.073.709.551.615', { Length: 2n ** 64n - 1n }],
    ['QueryDirectory', 'Filter: f, 1: a, 2: b', { Filter: 'f', Entries: ['a', 'b'] }],
    ['QueryDirectory', '0: ., 1: .., FileInformationClass: FileBothDirectoryInformation, 3: c', { Class: 'FileBothDirectoryInformation', FileInformationClass: 3, Entries: ['.', '..', 'c'], EntriesCut: true }],
  ])('of %s are all understood', (operation, detail, expected) => {
    const read = detailOf(operation, detail);
    expect(read?.detail).toMatchObject(expected);
    expect(read?.detail).not.toHaveProperty('Detail');
  });

  it.each([
    ['a key of another Procmon', 'CreateFile', 'Something: 1, Desired Access: Generic Read'],
    ['a flag it does not know', 'CreateFile', 'Desired Access: Generic Juggle, Disposition: Open'],
    ['a number in words', 'SetEndOfFileInformationFile', 'EndOfFile: many'],
    ['an operation without a layout', 'CreatePipe', 'Minor ID: 0, IRP Flags: 0x884'],
  ])('keep their text beside %s', (_, operation, detail) => {
    expect(detailOf(operation, detail)?.detail['Detail']).toBe(detail);
  });

  it('are marked where Procmon has cut them, and the cut value is not taken for a whole one', () => {
    const listing = detailOf('QueryDirectory', `FileInformationClass: FileNamesInformation, 1: ${'x'.repeat(4052)}`);
    expect(listing?.detail).toMatchObject({ DetailCut: true, EntriesCut: true });
    const label = detailOf('QueryInformationVolume', `VolumeCreationTime: 5/2/2019, VolumeSerialNumber: 9CAE-C62A, SupportsObjects: True, VolumeLabel: ${'x'.repeat(4095)}`.slice(0, 4095));
    expect(label?.detail).toMatchObject({ DetailCut: true, SupportsObjects: true });
    expect(label?.detail).not.toHaveProperty('VolumeLabel');
    expect(String(label?.detail['Detail']).length).toBe(4095);
  });

  it('keep a result without a status as it is written', () => {
    expect(detailOf('CloseFile', '', 'ERFOLG')).toMatchObject({ status: null, detail: { Result: 'ERFOLG' } });
  });
});

describe('copies of a CSV', () => {
  const table = (options: CsvOptions) => importRows(defaultColumns, sample.filter((fields) => fields['Operation'] !== 'Process Start'), options).operations;
  it.each([{ separator: ';' }, { separator: '\t' }, { bare: true }, { bare: true, separator: ';', lineEnd: '\n' }, { lineEnd: '\r' }, { encoding: 'utf16be' }, { encoding: 'utf16le-without-bom' }] satisfies CsvOptions[])('read the same with %o', (options) => {
    expect(table(options)).toEqual(table({}));
  });

  it.each(['#TYPE Selected.System.Management.Automation.PSCustomObject\r\n', 'sep=,\r\n'])('read the same behind %j', (line) => {
    const bytes = writeProcmonCsv(defaultColumns, sample.map((fields) => defaultColumns.map((column) => fields[column] ?? '')), { encoding: 'utf8-without-bom' });
    expect(collectTrace(bytesSource(Buffer.concat([Buffer.from(line), bytes]))).operations).toEqual(importRows(defaultColumns, sample).operations);
  });
});

describe('a damaged CSV', () => {
  const whole = writeProcmonCsv(defaultColumns, sample.map((fields) => defaultColumns.map((column) => fields[column] ?? '')));

  it('keeps the rows before a cut and accounts for the cut one, wherever it is', () => {
    const header = whole.indexOf(0x0a) + 1;
    for (let at = header; at < whole.length; at += 7) {
      const { summary } = collectTrace(bytesSource(whole.subarray(0, at)));
      expect(accountedFor(summary)).toBe(summary.events);
      expect(summary.damaged.length).toBeLessThanOrEqual(1);
    }
  });

  it('reports a broken row by its line and reads on', () => {
    const text = Buffer.from(whole).toString('utf8').replace('"C:\\a","END OF FILE"', '"C:\\a"x,"END OF FILE"');
    const { summary } = collectTrace(bytesSource(Buffer.from(text)));
    expect(summary).toMatchObject({ events: 10, operations: 7, damaged: [{ at: 4, unit: 'line', records: 1 }] });
  });

  it('does not swallow the file behind a lost quote', () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => `"${8 + Math.floor(i / 20_000)}:00:00.0000000 AM","a.exe","1","CloseFile","C:\\a","SUCCESS",""\r\n`);
    rows[10] = rows[10]?.replace('"C:\\a"', '"C:\\a') ?? '';
    const { summary } = collectTrace(bytesSource(Buffer.from(`"Time of Day","Process Name","PID","Operation","Path","Result","Detail"\r\n${rows.join('')}`)));
    expect(summary.events).toBe(40_000);
    expect(summary.operations).toBe(39_999);
  });

  it('says which column is missing and how to show it', () => {
    expect(() => importRows(['Process Name', 'PID', 'Operation', 'Path'], [])).toThrow(/without the column Time of Day .*Options > Select Columns/);
  });

  it('refuses a copy that a spreadsheet has saved', () => {
    expect(() => collectTrace(bytesSource(Buffer.from('Time of Day,Process Name,PID,Operation,Path,Result,Detail\r\n47:57.9,a.exe,1,CloseFile,C:\\a,SUCCESS,\r\n')))).toThrow(/spreadsheet/);
  });

  it('keeps what was read when the user cancels', () => {
    const rows = Array.from({ length: 9000 }, () => row('1:00:00.0000000 AM', 'CloseFile', 'C:\\a'));
    const bytes = writeProcmonCsv(defaultColumns, rows.map((fields) => defaultColumns.map((column) => fields[column] ?? '')));
    const { summary, operations } = collectTrace(bytesSource(bytes), () => false);
    expect(summary).toMatchObject({ cancelled: true, events: 4096 });
    expect(operations.length).toBe(4096);
  });
});
