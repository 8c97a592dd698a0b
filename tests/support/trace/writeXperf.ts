/** Writes what `xperf -a dumper` prints of the scenario: etw-formats.md 16. Schemas as in published dumps. */
import {
  irp2, key, key2, operations, pathA, pathTest, processId, startTime, threadId,
} from './etwScenario.ts';
import type { ScenarioOperation } from './etwScenario.ts';

const common = 'TimeStamp,     Process Name ( PID),   ThreadID, LoggingProcessName ( PID), LoggingThreadID, CPU,             IrpPtr,         FileObject';
export const xperfSchemas: readonly string[] = [
  'P-DCStart,  TimeStamp,     Process Name ( PID),  ParentPID,  SessionID,          UniqueKey, DirectoryTableBase, Flags, UserSid, Command Line, Package Full Name, Package Relative Application Id',
  'P-End,  TimeStamp,     Process Name ( PID),  ParentPID,  SessionID,          UniqueKey, Status, DirectoryTableBase, Flags, UserSid, Command Line',
  'T-DCStart,  TimeStamp,     Process Name ( PID),   ThreadID, StackBase, StackLimit',
  `FileIoCreate,  ${common}, Options, Attributes, ShareAccess, FileName, ParsedOptions, ParsedAttributes, ParsedShareAccess`,
  ...['Cleanup', 'Close', 'Flush'].map((name) => `FileIo${name},  ${common}, FileName`),
  ...['Read', 'Write'].map((name) => `FileIo${name},  ${common},   ByteOffset,       Size,      Flags, ExtraFlags, Priority, FileName, ParsedFlags`),
  ...['SetInfo', 'Delete', 'Rename', 'QueryInfo', 'FSCTL'].map((name) => `FileIo${name},  ${common},          ExtraInfo, InfoClass, FileName`),
  ...['DirEnum', 'DirNotify'].map((name) => `FileIo${name},  ${common}, FileIndex, Size, InfoClass, FileName, FileName`),
  `FileIoOpEnd,  ${common}, ElapsedTime,     Status,          ExtraInfo, Type, FileName`,
  'FileNameCreate,  TimeStamp,         FileObject, FileName, NT FileName', 'FileNameDelete,  TimeStamp,         FileObject, FileName, NT FileName',
  'FileNameRundown,  TimeStamp,         FileObject, FileName, NT FileName',
  'DiskWrite,  TimeStamp,     Process Name ( PID),   ThreadID, CPU,             IrpPtr,   ByteOffset,     IOSize, ElapsedTime,  DiskNum, IrpFlags, DiskSvcTime, I/O Pri,  VolSnap,         FileObject, FileName',
  'DiskWriteInit,  TimeStamp,     Process Name ( PID),   ThreadID, CPU,             IrpPtr',
  'VolumeMapping,  TimeStamp, NtPath, DosPath',
  'Mark,  TimeStamp, Mark',
];

const pointer = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`;
const hex = (value: number, digits = 8): string => `0x${value.toString(16).padStart(digits, '0')}`;
export const dosPath = (path: string): string => `"${path.replace('\\Device\\HarddiskVolume3\\', 'C:\\')}"`;
const process = `notepad.exe (${processId})`;
const eventNames: { readonly [event: string]: string } = { FSControl: 'FSCTL' };
const classNames: { readonly [infoClass: number]: string } = { 5: 'FileStandardInformation', 10: 'FileRenameInformation', 13: 'FileDispositionInformation', 20: 'FileEndOfFileInformation' };

interface Row {
  readonly t: number;
  readonly text: string;
}

const row = (t: number, cells: readonly (string | number)[]): Row =>
  ({ t, text: `${cells.map((cell, index) => (index === 0 ? String(cell).padStart(23) : ` ${String(cell).padStart(12)}`)).join(',')}\r\n` });

function columnsOf({ what, path }: ScenarioOperation): readonly (string | number)[] {
  const name = dosPath(path);
  switch (what.event) {
    case 'Create': return [hex(what.options), hex(what.attributes), hex(what.share), name, 'parsed', '', ''];
    case 'Cleanup': case 'Close': case 'Flush': return [name];
    case 'Read': case 'Write': return [hex(what.offset, 10), hex(what.size), hex(what.flags), hex(0), what.flags === 0 ? 'NotSet' : 'Normal', name, ''];
    case 'DirEnum': case 'DirNotify': return [0, what.length, what.event === 'DirEnum' ? 'FileIdBothDirectoryInformation' : what.infoClass, name, `"${what.pattern}"`];
    case 'FSControl': return [pointer(BigInt(what.extra)), hex(what.infoClass), name];
    default: return [pointer(BigInt(what.extra)), classNames[what.infoClass] ?? what.infoClass, name];
  }
}

function operationRows(operation: ScenarioOperation): readonly Row[] {
  const { start, end, irp, fileObject, what, status, information, path } = operation;
  const cpu = irp === irp2 ? 1 : 0;
  const name = `FileIo${eventNames[what.event] ?? what.event}`;
  return [
    row(start, [name, start, process, threadId, process, threadId, cpu, pointer(irp), pointer(fileObject), ...columnsOf(operation)]),
    row(end, ['FileIoOpEnd', end, process, 0, process, threadId, cpu, pointer(irp), pointer(fileObject), end - start, hex(status), pointer(BigInt(information)), name, dosPath(path)]),
  ];
}

export const xperfRows: readonly Row[] = [
  row(1, ['VolumeMapping', 1, '\\Device\\HarddiskVolume3\\', 'C:\\']),
  row(2, ['P-DCStart', 2, 'System (   4)', 0, -1, pointer(0n), pointer(0n), '0x00000000', 'S-1-5-18', '""', '""', '""']),
  row(3, ['P-DCStart', 3, process, 4, 1, pointer(0n), pointer(0n), '0x00000000', 'S-1-5-21-1', '"notepad.exe C:\\Users\\test\\a.txt"', '""', '""']),
  row(5, ['T-DCStart', 5, process, threadId, pointer(0n), pointer(0n)]),
  ...operations.flatMap(operationRows),
  row(121, ['FileNameCreate', 121, pointer(key), dosPath(pathA), `"${pathA}"`]),
  row(487, ['FileNameDelete', 487, pointer(key), dosPath(pathA), `"${pathA}"`]),
  row(700, ['DiskWriteInit', 700, process, threadId, 0, pointer(0xffffa0000000b000n)]),
  row(900, ['DiskWrite', 900, process, threadId, 1, pointer(0xffffa0000000b000n), '0x0123456000', '0x00001000', 200, 0, '0x060043', 200, 'Normal', 'Original', pointer(key), dosPath(pathA)]),
  row(950, ['Mark', 950, 'a mark, with a comma']),
  row(960, ['UnknownEvent/Classic', 960, '{68fdd900-4a3e-11d1-84f4-0000f80464e3}', 4, 2]),
  row(9500, ['FileNameRundown', 9500, pointer(key2), dosPath(pathTest), `"${pathTest}"`]),
].sort((a, b) => a.t - b.t);

export const xperfHeader = `BeginHeader\r\n${xperfSchemas.map((schema) => `${' '.repeat(8)}${schema}\r\n`).join('')}EndHeader\r\n`;
export const xperfFacts =
  `OS Version: 10.0.19041, Trace Size: 48KB, Events Lost: 0, Buffers lost: 0, Trace Start: ${startTime}, Trace Length: 1 sec, PointerSize: 8, Trace Name: gen.etl\r\n`;

export function writeXperf(options: { readonly facts?: string; readonly rows?: readonly string[] } = {}): Uint8Array {
  return Buffer.from(`[1.0.0]\r\n${xperfHeader}${options.facts ?? xperfFacts}${(options.rows ?? xperfRows.map(({ text }) => text)).join('')}`);
}
