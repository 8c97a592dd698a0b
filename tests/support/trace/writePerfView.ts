/** Writes the scenario as PerfView does: etw-formats.md 17; the attributes and their order are those of TraceEvent's kernel events. */
import { key, key2, operations, pathA, pathTest, processId, threadId } from './etwScenario.ts';
import type { ScenarioOperation } from './etwScenario.ts';
import { escapeXml } from './writeTracerpt.ts';

export interface PerfViewEvent {
  readonly t: number;
  readonly name: string;
  readonly pid?: number;
  readonly tid?: number;
  readonly process?: string;
  /** As printed. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

const hex = (value: bigint): string => {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  return `0x${digits.padStart(digits.length > 8 ? 16 : 8, '0')}`;
};
const grouped = (value: number): string => value.toLocaleString('en-US');
const dos = (path: string): string => path.replace('\\Device\\HarddiskVolume3\\', 'C:\\');
const dispositions = ['SUPERSEDE', 'OPEN_EXISTING', 'CREATE_NEW', 'OPEN_ALWAYS', 'TRUNCATE_EXISTING', 'CREATE_ALWAYS'];
const createOptions: { readonly [value: number]: string } = { 0x60: 'FILE_ATTRIBUTE_ARCHIVE, FILE_ATTRIBUTE_DEVICE' };
const attributes: { readonly [value: number]: string } = { 0x80: 'Normal' };
const shares: { readonly [value: number]: string } = { 3: 'ReadWrite', 7: 'ReadWrite, Delete' };

function fieldsOf({ what, irp, fileObject, key: fileKey, path }: ScenarioOperation): PerfViewEvent['fields'] {
  const name = ['FileName', dos(path)] as const;
  const object = [['IrpPtr', hex(irp)], ['FileObject', hex(fileObject)]] as const;
  const file = [...object, ['FileKey', hex(fileKey)]] as const;
  switch (what.event) {
    case 'Create': {
      const options = what.options & 0xffffff;
      return [
        ...object, ['CreateOptions', createOptions[options] ?? String(options)], ['CreateDisposition', dispositions[what.options >>> 24] ?? ''],
        ['FileAttributes', attributes[what.attributes] ?? String(what.attributes)], ['ShareAccess', shares[what.share] ?? ''], name,
      ];
    }
    case 'Cleanup': case 'Close': case 'Flush': return [...file, name];
    case 'Read': case 'Write': return [name, ['Offset', grouped(what.offset)], ...file, ['IoSize', grouped(what.size)], ['IoFlags', grouped(what.flags)]];
    case 'DirEnum': case 'DirNotify':
      return [['FileName', what.pattern], ...file, ['DirectoryName', dos(path)], ['Length', grouped(what.length)], ['InfoClass', String(what.infoClass)], ['FileIndex', '0']];
    default: return [name, ...file, ['ExtraInfo', hex(BigInt(what.extra))], ['InfoClass', grouped(what.infoClass)]];
  }
}

const processFields = (pid: number, parent: number, image: string, commandLine: string): PerfViewEvent['fields'] => [
  ['ProcessID', grouped(pid)], ['ParentID', grouped(parent)], ['ImageFileName', image], ['DirectoryTableBase', hex(0x1aa000n)], ['Flags', 'None'], ['SessionID', '1'],
  ['ExitStatus', '0x00000103'], ['UniqueProcessKey', hex(0xffffa00000000000n + BigInt(pid) * 0x100n)], ['CommandLine', commandLine],
];

const events: readonly PerfViewEvent[] = [
  { t: 1, name: 'SysConfig/VolumeMapping', pid: 0, tid: 0, process: 'Idle', fields: [['NtPath', '\\Device\\HarddiskVolume3\\'], ['DosPath', 'C:\\']] },
  { t: 2, name: 'Process/DCStart', pid: 4, tid: -1, process: 'System', fields: processFields(4, 0, 'System', '') },
  { t: 3, name: 'Process/DCStart', tid: -1, fields: processFields(processId, 4, 'notepad.exe', 'notepad.exe C:\\Users\\test\\a.txt') },
  { t: 5, name: 'Thread/DCStart', fields: [['ThreadName', ''], ['StackBase', hex(0n)]] },
  ...operations.flatMap((operation): PerfViewEvent[] => [
    { t: operation.start, name: `FileIO/${operation.what.event}`, fields: fieldsOf(operation) },
    {
      t: operation.end, name: 'FileIO/OperationEnd', pid: -1, tid: -1, process: '',
      fields: [['IrpPtr', hex(operation.irp)], ['ExtraInfo', hex(BigInt(operation.information))], ['NtStatus', grouped(operation.status | 0)]],
    },
  ]),
  { t: 121, name: 'FileIO/FileCreate', fields: [['FileKey', hex(key)], ['FileName', dos(pathA)]] },
  { t: 487, name: 'FileIO/FileDelete', fields: [['FileKey', hex(key)], ['FileName', dos(pathA)]] },
  { t: 700, name: 'DiskIO/WriteInit', fields: [['Irp', hex(0xffffa0000000b000n)]] },
  {
    t: 900, name: 'DiskIO/Write',
    fields: [
      ['DiskNumber', '0'], ['IrpFlags', 'Nocache, MountCompletion, InputOperation'], ['Priority', 'Normal'], ['TransferSize', '4,096'], ['ByteOffset', grouped(0x123456000)],
      ['Irp', hex(0xffffa0000000b000n)], ['ElapsedTimeMSec', '0.2000'], ['DiskServiceTimeMSec', '0.2000'], ['FileKey', hex(key)], ['FileName', dos(pathA)],
    ],
  },
  { t: 950, name: 'Registry/Open', fields: [['KeyName', 'x "y" <z>']] },
  { t: 9500, name: 'FileIO/FileRundown', fields: [['FileKey', hex(key2)], ['FileName', dos(pathTest)]] },
];

export const perfViewEvents: readonly PerfViewEvent[] = [...events].sort((a, b) => a.t - b.t);

const padded = (value: string, size: number): string => `${' '.repeat(Math.max(0, size - 2 - value.length))}"${value}"`;
const milliseconds = (t: number, digits: number): string => (t / 1000).toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** As `DumpEvents` writes them. */
export function perfViewXmlEvent({ t, name, pid = processId, tid = threadId, process = 'notepad.exe', fields }: PerfViewEvent): string {
  const values = fields.map(([field, value]) => ` ${field}="${escapeXml(value)}"`).join('');
  return `<Event MSec=${padded(milliseconds(t, 4), 13)} PID=${padded(String(pid), 6)} PName=${padded(process, 10)} TID=${padded(String(tid), 6)} EventName="${name}"${values}/>\r\n`;
}

export const writePerfViewXml = (rows: readonly PerfViewEvent[] = perfViewEvents): Uint8Array => Buffer.from(`<Events>\r\n${rows.map(perfViewXmlEvent).join('')}</Events>\r\n`);

const label = ({ pid = processId, process = 'notepad.exe' }: PerfViewEvent): string => (process === '' ? `(${pid})` : `${process} (${pid})`);
const all = (event: PerfViewEvent): PerfViewEvent['fields'] =>
  [['HasStack', 'False'], ['ThreadID', grouped(event.tid ?? threadId)], ['ProcessorNumber', '0'], ['DataLength', '48'], ...event.fields];

/** As the Events window saves them. */
export const writeSavedXml = (rows: readonly PerfViewEvent[] = perfViewEvents): Uint8Array => Buffer.from(`<Events>\r\n${rows.map((event) => {
  const values = all(event).map(([field, value]) => `${field}="${escapeXml(value)}" `).join('');
  return ` <Event EventName="Windows Kernel/${event.name}" TimeMsec="${milliseconds(event.t, 3)}" ProcessName="${label(event)}" ${values}/>\r\n`;
}).join('')}</Events>\r\n`);

export interface CsvOptions {
  readonly separator?: ',' | ';';
  /** Fields with columns of their own. */
  readonly columns?: readonly string[];
}

export function writePerfViewCsv(source: readonly PerfViewEvent[] = perfViewEvents, { separator = ',', columns = [] }: CsvOptions = {}): Uint8Array {
  const decimal = separator === ';' ? ',' : '.';
  const escaped = (text: string): string => (text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = source.map((event) => {
    const fields = all(event);
    const shown = columns.map((column) => escaped(fields.find(([name]) => name === column)?.[1] ?? ''));
    const rest = fields.filter(([name]) => !columns.includes(name)).map(([name, value]) => `${name}="${value.replaceAll('"', '\\"')}" `).join('');
    const time = (event.t / 1000).toFixed(3).replace('.', decimal);
    return [`Windows Kernel/${event.name}`, time, escaped(label(event)), ...shown, escaped(rest)].join(separator);
  });
  return Buffer.from([['Event Name', 'Time MSec', 'Process Name', ...columns, 'Rest'].join(separator), ...rows, ''].join('\r\n'));
}

