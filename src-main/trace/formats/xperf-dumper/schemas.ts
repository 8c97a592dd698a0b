/**
 * What xperf's rows are and what their columns mean: by the schemas that stand in the dump's own header, as columns differ by version.
 *
 * Source: etw-formats.md 16. For minifilter rows no schema has been published: they are told by the name, and read as far as their columns are known.
 */
import { numberSlot as n, textBase, textSlot as t } from '../../etw/text/fieldSlots.ts';

export type RowKind =
  | { readonly kind: 'file' | 'minifilter' | 'process' | 'thread' | 'image'; readonly type: number }
  | { readonly kind: 'disk'; readonly event: string }
  | { readonly kind: 'volume' }
  | { readonly kind: 'other'; readonly reason: string };

/** Columns that are no plain field: from 200 on, behind the slots of fieldSlots.ts. */
export const special = { time: 200, process: 201, thread: 202, processor: 203, infoClass: 204, fileName: 205, endAddress: 206, major: 207 } as const;

export interface Schema {
  readonly name: string;
  readonly is: RowKind;
  /** For each column a slot, a special number, or -1 for one that is not read. */
  readonly columns: readonly number[];
}

const fileRows: ReadonlyMap<string, number> = new Map([
  ['FileIoCreate', 64], ['FileIoCleanup', 65], ['FileIoClose', 66], ['FileIoRead', 67], ['FileIoWrite', 68], ['FileIoSetInfo', 69], ['FileIoDelete', 70],
  ['FileIoRename', 71], ['FileIoDirEnum', 72], ['FileIoFlush', 73], ['FileIoQueryInfo', 74], ['FileIoFSCTL', 75], ['FileIoOpEnd', 76], ['FileIoDirNotify', 77],
  ['FileIoDeletePath', 79], ['FileIoRenamePath', 80], ['FileIoSetLinkPath', 81], ['FileIoSetLink', 82], ['FileNameCreate', 32], ['FileNameDelete', 35],
  ['FileNameRundown', 36],
]);
const lives: { readonly [word: string]: number } = { Start: 1, End: 2, DCStart: 3, DCEnd: 4 };
const disk = new Set(['DiskRead', 'DiskWrite', 'DiskReadInit', 'DiskWriteInit', 'DiskFlush', 'DiskFlushInit', 'OpticalRead', 'OpticalWrite', 'OpticalFlush']);
const callbacks: ReadonlyMap<string, number> = new Map([
  ['PreOpInit', 96], ['PostOpInit', 97], ['PreOpCompletion', 98], ['PostOpCompletion', 99], ['PreOpFailure', 100], ['PostOpFailure', 101],
]);

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^UnknownEvent/, 'unknown event'], [/^InvalidEvent/, 'invalid event'], [/^Reg[A-Z]/, 'registry event'], [/^(Tcp|Udp)/, 'network event'], [/^Stack/, 'stack'],
  [/^(SampledProfile|Pmc|CSwitch|ReadyThread|DPC|Interrupt|SysCall|Counter)/, 'profiling event'], [/^(HardFault|PageFault|Virtual|Pool|Heap|MemInfo)/, 'memory event'],
];

function kindOf(name: string): RowKind {
  const file = fileRows.get(name);
  if (file !== undefined) return { kind: 'file', type: file };
  const life = /^([PTI])-(Start|End|DCStart|DCEnd)$/.exec(name);
  if (life !== null) {
    const type = lives[life[2] ?? ''] ?? 0;
    if (life[1] === 'I') return { kind: 'image', type: type === 1 ? 10 : type };
    return { kind: life[1] === 'P' ? 'process' : 'thread', type };
  }
  if (disk.has(name)) return { kind: 'disk', event: name };
  if (name === 'VolumeMapping') return { kind: 'volume' };
  const callback = /(?:Flt|Filter).*?((?:Pre|Post)Op(?:Init|Completion|Failure))$/i.exec(name);
  const type = callback === null ? undefined : callbacks.get(callback[1] ?? '');
  if (type !== undefined) return { kind: 'minifilter', type };
  return { kind: 'other', reason: reasons.find(([pattern]) => pattern.test(name))?.[1] ?? 'other event' };
}

const text = (slot: number): number => textBase + slot;

/** Columns that mean the same in every row. */
const common: ReadonlyMap<string, number> = new Map([
  ['TimeStamp', special.time], ['Process Name ( PID)', special.process], ['ThreadID', special.thread], ['CPU', special.processor],
  ['IrpPtr', n.irp], ['FileObject', n.fileObject], ['Options', n.createOptions], ['Attributes', n.fileAttributes], ['ShareAccess', n.shareAccess],
  ['ByteOffset', n.offset], ['ExtraFlags', n.extraFlags], ['ExtraInfo', n.extraInfo], ['InfoClass', special.infoClass], ['FileIndex', n.fileIndex],
  ['Status', n.status], ['ElapsedTime', n.elapsed], ['FileName', special.fileName], ['ParentPID', n.parentId], ['SessionID', n.sessionId],
  ['UserSid', text(t.user)], ['Command Line', text(t.commandLine)], ['NtPath', text(t.ntPath)], ['DosPath', text(t.dosPath)], ['IOSize', n.transferSize],
  ['DiskNum', n.diskNumber], ['IrpFlags', n.irpFlags], ['BaseAddr', n.imageBase], ['EndAddr', special.endAddress], ['RoutineAddr', n.routine],
  ['CallbackAddr', n.routine], ['FileContext', n.fileContext], ['CallbackDataPtr', n.callbackData], ['CallbackData', n.callbackData],
  ['MajorFunction', special.major], ['Major', special.major],
]);

function columnOf(name: string, kind: RowKind): number {
  if (kind.kind === 'process' && name === 'Status') return n.exitStatus;
  if (name === 'Flags') return kind.kind === 'process' ? n.flags : n.ioFlags;
  if (name === 'Size') return kind.kind === 'file' && (kind.type === 72 || kind.type === 77) ? n.length : n.ioSize;
  return common.get(name) ?? -1;
}

/** `names`: the cells of a schema line, the row's name first. */
export function schemaOf(names: readonly string[]): Schema {
  const name = names[0] ?? '';
  const is = kindOf(name);
  return { name, is, columns: names.slice(1).map((column) => columnOf(column, is)) };
}
