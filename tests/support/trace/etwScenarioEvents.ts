/** The scenario of etwScenario.ts as ETW events with the names and order of their MOF classes (version 3), for the writers of text forms. */
import {
  fileObject2, fileObject3, irp, irp2, key, key2, operations, pathA, pathTest, processId, threadId, volume,
} from './etwScenario.ts';
import type { ScenarioOperation } from './etwScenario.ts';

/** A number is printed as decimal, a bigint as an address in hex. */
export type FieldValue = number | bigint | string;

export interface ScenarioEvent {
  readonly t: number;
  readonly cpu: number;
  /** Class of the event, or name of its provider. */
  readonly className: string;
  readonly opcode: number;
  readonly opcodeName: string;
  readonly version: number;
  /** Of a manifest's event. */
  readonly id?: number;
  readonly pid: number | null;
  readonly tid: number | null;
  readonly fields: readonly (readonly [name: string, value: FieldValue])[];
}

const opcodes: { readonly [event: string]: number } = {
  Create: 64, Cleanup: 65, Close: 66, Read: 67, Write: 68, SetInfo: 69, Delete: 70, Rename: 71, DirEnum: 72, Flush: 73, QueryInfo: 74, FSControl: 75, DirNotify: 77,
  DeletePath: 79, RenamePath: 80,
};

function fieldsOf({ what, irp: request, fileObject, key: fileKey, path }: ScenarioOperation): ScenarioEvent['fields'] {
  const head: ScenarioEvent['fields'] = [['IrpPtr', request], ['FileObject', fileObject]];
  switch (what.event) {
    case 'Create':
      return [...head, ['TTID', threadId], ['CreateOptions', what.options], ['FileAttributes', what.attributes], ['ShareAccess', what.share], ['OpenPath', path]];
    case 'Cleanup': case 'Close': case 'Flush':
      return [...head, ['FileKey', fileKey], ['TTID', threadId]];
    case 'Read': case 'Write':
      return [['Offset', what.offset], ...head, ['FileKey', fileKey], ['TTID', threadId], ['IoSize', what.size], ['IoFlags', what.flags], ['ExtraFlags', 0]];
    case 'DirEnum': case 'DirNotify':
      return [...head, ['FileKey', fileKey], ['TTID', threadId], ['Length', what.length], ['InfoClass', what.infoClass], ['FileIndex', 0], ['FileName', what.pattern]];
    default:
      return [...head, ['FileKey', fileKey], ['ExtraInfo', BigInt(what.extra)], ['TTID', threadId], ['InfoClass', what.infoClass]];
  }
}

const fileIo = { className: 'FileIo', version: 3, pid: null, tid: null } as const;

function operationEvents(operation: ScenarioOperation): readonly ScenarioEvent[] {
  const { start, end, irp: request, information, status, note, what } = operation;
  const cpu = operation.irp === irp2 ? 1 : 0;
  const notes = note === undefined ? [] : [{
    ...fileIo, t: note.t, cpu, opcode: opcodes[note.event] ?? 0, opcodeName: note.event,
    fields: [['IrpPtr', request], ['FileObject', operation.fileObject], ['FileKey', operation.key], ['ExtraInfo', note.event === 'DeletePath' ? 1n : 0n], ['TTID', threadId],
      ['InfoClass', note.event === 'DeletePath' ? 13 : 10], ['FileName', note.path]] as const,
  }];
  return [
    { ...fileIo, t: start, cpu, opcode: opcodes[what.event] ?? 0, opcodeName: what.event, fields: fieldsOf(operation) },
    ...notes,
    { ...fileIo, t: end, cpu, opcode: 76, opcodeName: 'OperationEnd', fields: [['IrpPtr', request], ['ExtraInfo', BigInt(information)], ['NtStatus', BigInt(status)]] },
  ];
}

const nameEvent = (t: number, opcode: number, opcodeName: string, fileKey: bigint, path: string): ScenarioEvent =>
  ({ ...fileIo, t, cpu: 0, opcode, opcodeName, version: 2, fields: [['FileObject', fileKey], ['FileName', path]] });

function minifilter(t: number, opcode: number, opcodeName: string, base: readonly [bigint, bigint, bigint, bigint, bigint, number], extra: ScenarioEvent['fields']): ScenarioEvent {
  const [routine, file, context, request, data, major] = base;
  const block: ScenarioEvent['fields'] = [
    ['RoutineAddr', routine], ['FileObject', file], ['FileContext', context], ['IrpPtr', request], ['CallbackDataPtr', data], ['MajorFunction', major],
  ];
  const first = extra[0]?.[0] === 'InitialTime';
  return { ...fileIo, t, cpu: 0, opcode, opcodeName, fields: first ? [...extra, ...block] : [...block, ...extra] };
}

function processEvent(t: number, opcode: number, opcodeName: string, pid: number, parent: number, session: number, image: string, commandLine: string): ScenarioEvent {
  return {
    t, cpu: 0, className: 'Process', opcode, opcodeName, version: 4, pid: null, tid: null,
    fields: [
      ['UniqueProcessKey', 0xffffa00000000000n + BigInt(pid) * 0x100n], ['ProcessId', pid], ['ParentId', parent], ['SessionId', session], ['ExitStatus', 259],
      ['DirectoryTableBase', 0x1aa000n], ['Flags', 0], ['UserSID', '\\\\NT AUTHORITY\\SYSTEM'], ['ImageFileName', image], ['CommandLine', commandLine],
      ['PackageFullName', ''], ['ApplicationId', ''],
    ],
  };
}

const thread = (t: number, pid: number, tid: number): ScenarioEvent => ({
  t, cpu: 0, className: 'Thread', opcode: 3, opcodeName: 'DCStart', version: 3, pid: 0, tid: 0,
  fields: [['ProcessId', pid], ['TThreadId', tid], ['StackBase', 0n], ['StackLimit', 0n], ['UserStackBase', 0n], ['UserStackLimit', 0n], ['Affinity', 0n]],
});

const callback1 = 0xfffff80000101000n;
const callback2 = 0xfffff80000102000n;
const data1 = 0xffffa00000004000n;

const events: readonly ScenarioEvent[] = [
  {
    t: 0, cpu: 0, className: 'EventTrace', opcode: 0, opcodeName: 'Header', version: 2, pid: processId, tid: threadId,
    fields: [
      ['BufferSize', 16384], ['Version', 83886090], ['ProviderVersion', 19041], ['NumberOfProcessors', 2], ['EndTime', 133500000010000000n], ['TimerResolution', 156250],
      ['MaxFileSize', 0], ['LogFileMode', 1], ['BuffersWritten', 3], ['StartBuffers', 1], ['PointerSize', 8], ['EventsLost', 0], ['CPUSpeed', 3000],
    ],
  },
  {
    t: 0, cpu: 0, className: 'EventTrace', opcode: 5, opcodeName: 'Extension', version: 2, pid: processId, tid: threadId,
    fields: [['GroupMask1', 0x06010207], ['GroupMask2', 0], ['GroupMask3', 0], ['GroupMask4', 0], ['GroupMask5', 0x00780000], ['GroupMask6', 0], ['GroupMask7', 0], ['GroupMask8', 0]],
  },
  { t: 1, cpu: 0, className: 'SystemConfigEx', opcode: 35, opcodeName: 'VolumeMapping', version: 0, pid: 0, tid: 0, fields: [['NtPath', volume], ['DosPath', 'C:\\']] },
  processEvent(2, 3, 'DCStart', 4, 0, -1, 'System', ''),
  processEvent(3, 3, 'DCStart', processId, 4, 1, 'notepad.exe', 'notepad.exe C:\\Users\\test\\a.txt'),
  thread(4, 4, 8),
  thread(5, processId, threadId),
  ...operations.flatMap(operationEvents),
  nameEvent(121, 32, 'FileCreate', key, pathA),
  nameEvent(487, 35, 'FileDelete', key, pathA),
  nameEvent(9500, 36, 'FileRundown', key2, pathTest),
  minifilter(101, 96, 'PreOpInit', [callback1, 0xffffa00000002000n, 0n, irp, data1, 0], []),
  minifilter(103, 98, 'PreOpCompletion', [callback1, 0xffffa00000002000n, 0n, irp, data1, 0], [['InitialTime', 36000001010n]]),
  minifilter(110, 97, 'PostOpInit', [callback2, 0xffffa00000002000n, key, irp, data1, 0], []),
  minifilter(112, 99, 'PostOpCompletion', [callback2, 0xffffa00000002000n, key, irp, data1, 0], [['InitialTime', 36000001100n]]),
  minifilter(601, 100, 'PreOpFailure', [callback1, fileObject3, 0n, irp2, 0xffffa00000009000n, 0], [['Status', 0xc0000022]]),
  minifilter(610, 101, 'PostOpFailure', [callback2, fileObject2, key2, irp2, 0xffffa0000000a000n, 12], [['Status', 0xc0000022]]),
  {
    t: 700, cpu: 0, className: 'DiskIo', opcode: 13, opcodeName: 'WriteInit', version: 3, pid: 4, tid: 8, fields: [['Irp', 0xffffa0000000b000n], ['IssuingThreadId', threadId]],
  },
  {
    t: 900, cpu: 1, className: 'DiskIo', opcode: 11, opcodeName: 'Write', version: 3, pid: null, tid: null,
    fields: [
      ['DiskNumber', 0], ['IrpFlags', 0x60043], ['TransferSize', 4096], ['Reserved', 0], ['ByteOffset', 0x123456000], ['FileObject', key], ['Irp', 0xffffa0000000b000n],
      ['HighResResponseTime', 2000], ['IssuingThreadId', threadId],
    ],
  },
  {
    t: 1000, cpu: 0, className: 'Microsoft-Windows-Kernel-File', id: 12, opcode: 0, opcodeName: '', version: 1, pid: processId, tid: threadId,
    fields: [
      ['Irp', irp], ['FileObject', 0xffffa00000002000n], ['IssuingThreadId', threadId], ['CreateOptions', 0x01000060], ['CreateAttributes', 0x80], ['ShareAccess', 7],
      ['FileName', pathA],
    ],
  },
  {
    t: 1010, cpu: 0, className: 'Microsoft-Windows-Kernel-File', id: 24, opcode: 0, opcodeName: '', version: 0, pid: processId, tid: threadId,
    fields: [['Irp', irp], ['ExtraInformation', 1n], ['Status', 0]],
  },
  processEvent(9510, 4, 'DCEnd', processId, 4, 1, 'notepad.exe', 'notepad.exe C:\\Users\\test\\a.txt'),
];

/** In order of time; ties as listed. */
export const scenarioEvents: readonly ScenarioEvent[] = [...events].sort((a, b) => a.t - b.t);
