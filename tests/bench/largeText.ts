/**
 * Writes Procmon's text exports of any size, in a stream: one program opening, asking, reading, writing and closing files, 100 microseconds apart.
 *
 * Source: procmon-formats.md 12.1 (columns and their order, as an export with all of them has it) and 13.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { writeProcmonCsv } from '../support/trace/writeProcmonCsv.ts';
import { writeProcmonXml, type XmlEvent, type XmlFrame } from '../support/trace/writeProcmonXml.ts';

export const defaultColumns: readonly string[] = ['Time of Day', 'Process Name', 'PID', 'Operation', 'Path', 'Result', 'Detail'];
export const allColumns: readonly string[] = [
  ...defaultColumns, 'Date & Time', 'Relative Time', 'Duration', 'Completion Time', 'Event Class', 'Sequence', 'Image Path', 'Company', 'Description', 'Version', 'User',
  'Authentication ID', 'Session', 'Command Line', 'TID', 'Virtualized', 'Integrity', 'Category', 'Parent PID', 'Architecture',
];

const rowsAtOnce = 5000;
const ticksPerSecond = 10_000_000;
const step = 1000;
/** 06:00, so that a million rows end on the same morning. */
const start = 6 * 3600 * ticksPerSecond;
const duration = 161;
const frames = 25;

/** Operation, category, result, details. */
const kinds: readonly (readonly [string, string, string, (at: number) => string])[] = [
  ['CreateFile', '', 'SUCCESS', () => 'Desired Access: Generic Read, Disposition: Open, Options: Synchronous IO Non-Alert, Non-Directory File, Attributes: N, ShareMode: Read, Write, AllocationSize: n/a, OpenResult: Opened'],
  ['QueryBasicInformationFile', 'Read Metadata', 'SUCCESS', () => 'CreationTime: 7/31/2020 6:55:07 AM, LastAccessTime: 7/31/2020 6:55:07 AM, LastWriteTime: 7/31/2020 6:55:07 AM, ChangeTime: 7/31/2020 6:55:07 AM, FileAttributes: A'],
  ['ReadFile', 'Read', 'SUCCESS', (at) => `Offset: ${((at % 977) * 4096).toLocaleString('en-US')}, Length: 4,096, Priority: Normal`],
  ['WriteFile', 'Write', 'SUCCESS', (at) => `Offset: ${((at % 977) * 512).toLocaleString('en-US')}, Length: 512`],
  ['CreateFile', '', 'NAME NOT FOUND', () => 'Desired Access: Read Attributes, Disposition: Open, Options: Open Reparse Point, Attributes: n/a, ShareMode: Read, Write, Delete, AllocationSize: n/a'],
  ['CloseFile', '', 'SUCCESS', () => ''],
];

function clockText(ticks: number): string {
  const seconds = Math.floor(ticks / ticksPerSecond);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(ticks % ticksPerSecond).padStart(7, '0')} AM`;
}

function cellsOf(at: number): Record<string, string> {
  const [operation, category, result, detail] = kinds[at % kinds.length] ?? ['CloseFile', '', 'SUCCESS', () => ''];
  const ticks = start + at * step;
  const time = clockText(ticks);
  return {
    'Time of Day': time, 'Process Name': 'bench.exe', 'PID': '4321', 'Operation': operation, 'Path': `C:\\bench\\folder ${Math.floor(at / 600) % 50}\\file ${Math.floor(at / 6) % 100}.dat`,
    'Result': result, 'Detail': detail(at), 'Date & Time': `7/31/2020 ${time.slice(0, time.indexOf('.'))} AM`, 'Relative Time': `00:00:${((at * step) / ticksPerSecond % 60).toFixed(7).padStart(10, '0')}`,
    'Duration': '0.0000161', 'Completion Time': clockText(ticks + duration), 'Event Class': 'File System', 'Sequence': 'n/a', 'Image Path': 'C:\\bench\\bench.exe', 'Company': 'Bench Corporation',
    'Description': 'Opens, reads and closes', 'Version': '10.0.18362.1 (WinBuild.160101.0800)', 'User': 'DESKTOP\\bench', 'Authentication ID': '00000000:0001e0ac', 'Session': '1',
    'Command Line': '"C:\\bench\\bench.exe" --all', 'TID': String(700 + (at % 3)), 'Virtualized': 'False', 'Integrity': 'Medium', 'Category': category, 'Parent PID': '1296', 'Architecture': '64-bit',
  };
}

export function writeLargeCsv(file: string, rows: number, columns: readonly string[]): void {
  inPieces(file, rows, (from, to) => {
    const cells = Array.from({ length: to - from }, (_, at) => cellsOf(from + at)).map((row) => columns.map((name) => row[name] ?? ''));
    const text = writeProcmonCsv(columns, cells);
    // The column names stand once, at the beginning.
    return from === 0 ? text : text.subarray(text.indexOf(0x0a) + 1);
  });
}

/** With the default columns and a stack of 25 frames at each event. */
export function writeLargeXml(file: string, rows: number): void {
  const [head = '', tail = ''] = Buffer.from(writeProcmonXml([], {})).toString('utf8').split('</eventlist>');
  inPieces(file, rows, (from, to) => {
    const events = Array.from({ length: to - from }, (_, at): XmlEvent => {
      const cells = cellsOf(from + at);
      return { processIndex: 1, cells: Object.fromEntries(defaultColumns.map((name) => [name, cells[name] ?? ''])), stack: stackOf(from + at) };
    });
    const text = Buffer.from(writeProcmonXml(events)).toString('utf8').slice(head.length).replace(`</eventlist>${tail}`, '\r\n');
    return Buffer.from((from === 0 ? head : '') + text + (to === rows ? `</eventlist>${tail}` : ''), 'utf8');
  });
}

const stackOf = (at: number): XmlFrame[] =>
  Array.from({ length: frames }, (_, depth) => ({ address: `0x${(0x7ff0_0000_0000 + depth * 4096 + (at % 512)).toString(16)}`, path: `C:\\bench\\module${depth % 4}.dll`, location: `function${depth} + 0x${(at % 512).toString(16)}` }));

function inPieces(file: string, rows: number, piece: (from: number, to: number) => Uint8Array): void {
  const descriptor = openSync(file, 'w');
  try {
    for (let from = 0; from < rows; from += rowsAtOnce) writeSync(descriptor, piece(from, Math.min(rows, from + rowsAtOnce)));
  } finally {
    closeSync(descriptor);
  }
}
