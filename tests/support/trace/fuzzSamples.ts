/**
 * What the fuzz tests damage: a small whole trace of every format, made by the writers of the tests.
 *
 * A new format is fuzzed by being listed here. Samples should hold every kind of record, and stay small: a round costs as much as they are long.
 */
import { bytesSource } from '../../../src-main/trace/byteSource.ts';
import { etlSamples } from './etl/etlSamples.ts';
import { scenarioEvents } from './etwScenarioEvents.ts';
import type { FuzzSample } from './fuzzTrace.ts';
import { pmlEverything } from './pmlEverything.ts';
import { pmlSample } from './pmlSample.ts';
import { outOfMemory, writeMinispy } from './writeMinispy.ts';
import { writePerfViewCsv, writePerfViewXml } from './writePerfView.ts';
import { writePml } from './writePml.ts';
import { writeProcmonCsv } from './writeProcmonCsv.ts';
import type { CsvOptions } from './writeProcmonCsv.ts';
import { writeProcmonXml } from './writeProcmonXml.ts';
import { writeTracerptCsv, writeTracerptXml } from './writeTracerpt.ts';
import { writeXperf } from './writeXperf.ts';

export const fuzzSamples: readonly FuzzSample[] = [
  { name: 'procmon-pml 64-bit', text: false, bytes: () => writePml(pmlEverything(64)).bytes },
  { name: 'procmon-pml 32-bit', text: false, bytes: () => writePml(pmlEverything(32)).bytes },
  { name: 'procmon-pml backing file', text: false, bytes: () => writePml({ ...pmlEverything(32), version: 7, layout: 'backing' }).bytes },
  { name: 'procmon-pml parts', text: false, bytes: () => writePml(pmlSample(32)).bytes, options: { parts: [bytesSource(writePml(pmlSample(64)).bytes, 'part-1.PML')] } },
  { name: 'procmon-csv', text: true, bytes: () => csvBytes('utf8') },
  { name: 'procmon-csv utf16', text: true, bytes: () => csvBytes('utf16le') },
  { name: 'procmon-csv utf16 big endian', text: true, bytes: () => csvBytes('utf16be') },
  { name: 'procmon-csv of a spreadsheet', text: true, bytes: () => csvBytes('utf8-without-bom', { separator: ';', bare: true, lineEnd: '\n' }) },
  { name: 'procmon-xml', text: true, bytes: () => xmlBytes('utf8') },
  { name: 'procmon-xml utf16', text: true, bytes: () => xmlBytes('utf16le') },
  ...etlSamples.map(({ name, bytes }) => ({ name, text: false, bytes })),
  { name: 'fltreplay-jsonl', text: true, bytes: jsonLines },
  { name: 'fltreplay-jsonl whole trace', text: true, bytes: wholeJsonLines },
  { name: 'minispy-log', text: true, bytes: minispyLog },
  { name: 'tracerpt-csv', text: true, bytes: () => writeTracerptCsv(scenarioEvents.filter((_, index) => index % 3 === 0)) },
  { name: 'tracerpt-xml', text: true, bytes: () => writeTracerptXml(scenarioEvents.filter((_, index) => index % 9 === 6)) },
  { name: 'tracerpt-xml utf16', text: true, bytes: () => writeTracerptXml(scenarioEvents.filter((_, index) => index % 13 === 0), { encoding: 'utf16le', offsetMinutes: 120 }) },
  { name: 'xperf-dumper', text: true, bytes: () => writeXperf() },
  { name: 'perfview-xml', text: true, bytes: () => writePerfViewXml() },
  { name: 'perfview-csv', text: true, bytes: () => writePerfViewCsv() },
];

function minispyLog(): Uint8Array {
  return writeMinispy([
    { sequence: 1, preOp: '23:59:59:990', postOp: '00:00:00:002', irpFlags: 0x884, fileObject: 0xffffa00000002000n, information: 1, arguments: [0xffff8a0000001230n, 0x01000060n, 0x00030080n], name: '\\Device\\HarddiskVolume3\\Übung.txt [2 ECPs: PREFETCH; 1 unknown ECPs]' },
    outOfMemory(1),
    { sequence: 3, major: 'IRP_MJ_READ', minor: 'IRP_MN_NORMAL', irpFlags: 0x43, arguments: [4096, 7, 0x100000000n], name: '<c0000034> \\Device\\HarddiskVolume3\\a' },
    { sequence: 2, kind: 'FIO', major: 'IRP_MJ_LOCK_CONTROL', minor: 'IRP_MN_LOCK', arguments: [0, 3, 0x1000n, 0, 0x0101] },
    { sequence: 4, kind: 'FSF', major: 'IRP_MJ_ACQUIRE_FOR_SECTION_SYNC', postOp: 'time error', name: '<NO NAME>' },
    { sequence: 5, kind: 'ERR', major: 'IRP_MJ_TRANSACTION_NOTIFY', minor: 'TRANSACTION_NOTIFY_COMMIT', transaction: 0xffffa0000000f000n },
    { sequence: 6, major: 'IRP_MJ_SET_INFORMATION', arguments: [64, 10, 0xffffa00000009000n, 1] },
    { sequence: 7, status: 0x104, information: 0xa0000003, name: '\\Device\\HarddiskVolume3\\mount ' },
    { sequence: 8, status: 0x104, information: 0xa0000003, name: '\\??\\Volume{0123}\\' },
    { sequence: 9, major: 'Unknown Irp major function (28)', minor: 'Unknown Irp minor code (3)' },
  ]);
}

const columns = ['Time of Day', 'Process Name', 'PID', 'TID', 'Operation', 'Path', 'Result', 'Detail', 'Duration', 'Date & Time'];

function rows(): (readonly string[])[] {
  const row = (time: string, ...rest: readonly string[]): readonly string[] => [time, 'notes.exe', '4321', '11', ...rest, `7/5/2020 ${time.slice(0, 7)} PM`];
  return [
    row('4:33:14.3062614 PM', 'CreateFile', 'C:\\grüße "1" & <2>.txt', 'SUCCESS', 'Desired Access: Generic Read, Disposition: Open, Options: Non-Directory File, Attributes: N, ShareMode: Read, Write, AllocationSize: n/a, OpenResult: Opened', '0.0000123'),
    row('4:33:14.3062700 PM', 'ReadFile', 'C:\\a', 'SUCCESS', 'Offset: 4,096, Length: 65,536, I/O Flags: Non-cached, Priority: Normal', '0.0000010'),
    row('4:33:14.3062800 PM', 'QueryDirectory', 'C:\\dir\\*.txt', 'NO MORE FILES', 'FileInformationClass: FileBothDirectoryInformation, Filter: *.txt, 2: a.txt, 3: b, 4: c.txt', '0.0000020'),
    row('4:33:14.3062900 PM', 'NotifyChangeDirectory', 'C:\\dir', '', 'Filter: FILE_NOTIFY_CHANGE_FILE_NAME, FILE_NOTIFY_CHANGE_DIR_NAME', ''),
    row('4:33:14.3063000 PM', 'RegQueryValue', 'HKLM\\Software\\X', 'SUCCESS', 'Type: REG_SZ, Length: 10, Data: some', '0.0000001'),
    row('4:33:14.3063100 PM', 'Process Start', '', 'SUCCESS', 'Parent PID: 1, Environment: \r;\tA=B\r;\tC="D"', '0.0000000'),
    row('4:33:14.3063200 PM', 'Load Image', 'C:\\x.dll', 'SUCCESS', 'Image Base: 0x7ffa744e0000, Image Size: 0x204000', '0.0000000'),
    row('4:33:14.3063300 PM', 'Process Exit', '', 'SUCCESS', 'Exit Status: 0', '0.0000000'),
    row('12:00:01.0000000 AM', 'QueryBasicInformationFile', 'C:\\a', 'SUCCESS', 'CreationTime: 7/11/2020 9:59:17 AM, LastAccessTime: 7/11/2020 9:59:17 AM, LastWriteTime: n/a, ChangeTime: n/a, FileAttributes: RHSA', '0.0000001'),
  ];
}

const csvBytes = (encoding: NonNullable<CsvOptions['encoding']>, options: CsvOptions = {}): Uint8Array => writeProcmonCsv(columns, rows(), { ...options, encoding });

function xmlBytes(encoding: NonNullable<CsvOptions['encoding']>): Uint8Array {
  const stack = [{ address: '0xfffff80355a26e2b', path: 'C:\\Windows\\FLTMGR.SYS', location: 'FLTMGR.SYS + 0x6e2b' }, { address: '0x7ffa77af0000', path: '', location: '' }];
  const start = 132_406_546_382_093_997n;
  const events = rows().map((row, i) => ({ processIndex: 5, cells: Object.fromEntries(columns.map((column, at) => [column, row[at] ?? ''])), ...(i % 2 === 0 && { stack }) }));
  const values = { ProcessIndex: 5, ProcessId: 4321, ParentProcessId: 1, CreateTime: start, FinishTime: 0, Is64bit: 1, Integrity: 'High', Owner: 'A\\b', ProcessName: 'notes.exe', ImagePath: 'C:\\notes.exe', CommandLine: '"x" & y' };
  const modules = [{ Timestamp: start, BaseAddress: '0x7ffa744e0000', Size: 2113536, Path: 'C:\\x.dll', Version: '1', Company: 'ü', Description: '' }];
  return writeProcmonXml(events, { encoding, processes: [{ values, modules }] });
}

function jsonLines(): Uint8Array {
  const common = { process: 'notes.exe', pid: 4321, tid: 11, minor: 0, kind: 'irp', path: 'C:\\grüße.txt', status: 0, duration: 12300, irpFlags: 0x884, provenance: { information: 'assumed' } };
  const lines = [
    { fltreplay: 'trace', version: 1, description: 'fuzz' },
    { index: 1, time: '2021-01-01T00:00:00.0000001Z', ...common, operation: 'CreateFile', major: 'IRP_MJ_CREATE', offset: null, length: null, detail: { DesiredAccess: 0x120089, Disposition: 'Open' } },
    { index: 2, time: '2021-01-01T00:00:00.0000011Z', ...common, operation: 'ReadFile', major: 'IRP_MJ_READ', offset: '9223372036854775807', length: 65536, detail: { Key: 1, Nested: { list: [1, 'two', null, true] } } },
    { index: 3, time: '2021-01-01T00:00:00.0000021Z', ...common, operation: 'LockFile', major: 'IRP_MJ_LOCK_CONTROL', offset: 0, length: '18446744073709551615', detail: { Length: '18446744073709551615' } },
  ];
  return new Uint8Array(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
}

function wholeJsonLines(): Uint8Array {
  const context = (fields: object): object => ({ fltreplay: 'context', time: '2021-01-01T00:00:00.0000003Z', processIndex: 0, tid: 11, status: null, duration: null, operation: null, detail: {}, ...fields });
  const lines = [
    { fltreplay: 'trace', version: 1, system: { computer: 'X', wide: '18446744073709551615' }, integers: ['/wide'] },
    { fltreplay: 'process', index: 0, pid: 4321, parentPid: 1, name: 'notes.exe', imagePath: 'C:\\notes.exe', commandLine: null, user: 'A\\b', integrity: null, is64Bit: true, startTime: '2021-01-01T00:00:00.0000000Z', endTime: null },
    { fltreplay: 'module', processIndex: 0, base: '0x7ffa744e0000', size: 2113536, path: 'C:\\x.dll', loadTime: null, version: '1', company: null, description: null },
    context({ class: 'registry', name: 'RegQueryValue', path: 'HKLM\\X', status: 3221225524, detail: { a: [{ b: 1 }] } }),
    context({ class: 'lost', name: 'lost', processIndex: null, tid: null, sourceIndex: 4 }),
    {
      time: '2021-01-01T00:00:00.0000004Z', process: 'notes.exe', pid: 4321, processIndex: 0, tid: 11, operation: 'ReadFile', major: 'IRP_MJ_READ', offset: 0, length: 1, sourceIndex: 9,
      stack: ['0x1', '0xffffffffffffffff'], locations: ['a', null], detail: { x: { y: '9223372036854775808' } }, integers: ['/x/y'],
    },
  ];
  return new Uint8Array(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
}
