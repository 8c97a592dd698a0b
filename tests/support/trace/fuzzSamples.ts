/**
 * What the fuzz tests damage: a small whole trace of every format, made by the writers of the tests.
 *
 * A new format is fuzzed by being listed here. Samples should hold every kind of record, and stay small: a round costs as much as they are long.
 */
import { generateFileIo } from './etl/generatedFileIo.ts';
import type { FuzzSample } from './fuzzTrace.ts';
import { pmlEverything } from './pmlEverything.ts';
import { writePml } from './writePml.ts';
import { writeProcmonCsv } from './writeProcmonCsv.ts';

export const fuzzSamples: readonly FuzzSample[] = [
  { name: 'procmon-pml 64-bit', text: false, bytes: () => writePml(pmlEverything(64)).bytes },
  { name: 'procmon-pml 32-bit', text: false, bytes: () => writePml(pmlEverything(32)).bytes },
  { name: 'procmon-pml backing file', text: false, bytes: () => writePml({ ...pmlEverything(32), version: 7, layout: 'backing' }).bytes },
  { name: 'procmon-csv', text: true, bytes: () => csvBytes('utf8') },
  { name: 'procmon-csv utf16', text: true, bytes: () => csvBytes('utf16le') },
  { name: 'etl 64-bit', text: false, bytes: () => generateFileIo({ pointerSize: 8, version: 3, log: { bufferSize: 0x2000 } }) },
  { name: 'etl 64-bit compressed', text: false, bytes: () => generateFileIo({ pointerSize: 8, version: 3, compressed: true }) },
  { name: 'etl 32-bit', text: false, bytes: () => generateFileIo({ pointerSize: 4, version: 2, log: { bufferSize: 0x2000 } }) },
  { name: 'fltreplay-jsonl', text: true, bytes: jsonLines },
];

function csvBytes(encoding: 'utf8' | 'utf16le'): Uint8Array {
  const columns = ['Time of Day', 'Process Name', 'PID', 'TID', 'Operation', 'Path', 'Result', 'Detail', 'Duration'];
  const row = (time: string, ...rest: readonly string[]): readonly string[] => [time, 'notes.exe', '4321', '11', ...rest];
  return writeProcmonCsv(columns, [
    row('4:33:14.3062614 PM', 'CreateFile', 'C:\\grüße "1".txt', 'SUCCESS', 'Desired Access: Generic Read, Disposition: Open, Options: Non-Directory File, Attributes: N, ShareMode: Read, Write, AllocationSize: n/a, OpenResult: Opened', '0.0000123'),
    row('4:33:14.3062700 PM', 'ReadFile', 'C:\\a', 'SUCCESS', 'Offset: 4,096, Length: 65,536, I/O Flags: Non-cached, Priority: Normal', '0.0000010'),
    row('4:33:14.3062800 PM', 'QueryDirectory', 'C:\\dir\\*.txt', 'NO MORE FILES', 'FileInformationClass: FileBothDirectoryInformation, Filter: *.txt, 2: a.txt, 3: b, 4: c.txt', '0.0000020'),
    row('4:33:14.3062900 PM', 'NotifyChangeDirectory', 'C:\\dir', '', 'Filter: FILE_NOTIFY_CHANGE_FILE_NAME, FILE_NOTIFY_CHANGE_DIR_NAME', ''),
    row('4:33:14.3063000 PM', 'RegQueryValue', 'HKLM\\Software\\X', 'SUCCESS', 'Type: REG_SZ, Length: 10, Data: some', '0.0000001'),
    row('12:00:01.0000000 AM', 'QueryBasicInformationFile', 'C:\\a', 'SUCCESS', 'CreationTime: 7/11/2020 9:59:17 AM, LastAccessTime: 7/11/2020 9:59:17 AM, LastWriteTime: n/a, ChangeTime: n/a, FileAttributes: RHSA', '0.0000001'),
  ], { encoding });
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
