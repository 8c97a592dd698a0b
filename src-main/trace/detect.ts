/** Tells a trace's format by its content, never by its name. Sources: procmon-formats.md 12.1 and 15, etw-formats.md 1.1. */
import { checkPmlVersion } from './formats/procmon-pml/header.ts';
import { decodeLatin1, decodeUtf16, decodeUtf8 } from './byteText.ts';
import { readBytes } from './byteWindow.ts';
import type { ByteSource } from './byteSource.ts';
import { traceErrors } from './errors.ts';

export type TraceFormatId = 'procmon-pml-9' | 'procmon-csv' | 'fltreplay-jsonl';

export interface TraceFormat {
  readonly id: TraceFormatId;
  readonly title: string;
  /** File name extensions without the dot, for open dialogs. */
  readonly extensions: readonly string[];
}

export const traceFormats: readonly TraceFormat[] = [
  { id: 'procmon-pml-9', title: 'Process Monitor log', extensions: ['pml'] },
  { id: 'procmon-csv', title: 'Process Monitor CSV export', extensions: ['csv'] },
  { id: 'fltreplay-jsonl', title: 'FltReplay JSON Lines', extensions: ['jsonl', 'ndjson'] },
];

const headSize = 4096;

/** The format of a source; throws the one sentence that refuses it where there is none. */
export function detectTraceFormat(source: ByteSource): TraceFormatId {
  const head = readBytes(source, 0, headSize);
  if (head.length === 0) throw traceErrors.empty(source.name);
  if (ascii(head, 'PML_')) {
    checkPmlVersion(source.name, head);
    return 'procmon-pml-9';
  }
  refuseKnown(source.name, head);
  const text = headText(head).trimStart();
  if (text.startsWith('{')) return 'fltreplay-jsonl';
  const firstLine = text.split(/\r?\n/, 1)[0] ?? '';
  if (text.startsWith('"') && knownColumns(firstLine) >= 2) return 'procmon-csv';
  // A first column name without its quotes is a copy that a spreadsheet has made.
  if (knownColumns(firstLine) >= 3) throw traceErrors.csvUnquoted(source.name);
  throw refusedText(source.name, text) ?? traceErrors.unknown(source.name, hexBytes(head));
}

const ascii = (head: Uint8Array, mark: string): boolean => decodeLatin1(head, 0, Math.min(mark.length, head.length)) === mark;
const hexBytes = (head: Uint8Array): string => [...head.subarray(0, 8)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

const columnNames = ['Time of Day', 'Process Name', 'PID', 'TID', 'Operation', 'Path', 'Result', 'Detail', 'Date & Time', 'Relative Time', 'Duration', 'Event Class'];

function knownColumns(line: string): number {
  const names = new Set(line.split(/[,;\t]/).map((name) => name.replaceAll('"', '').trim()));
  return columnNames.filter((name) => names.has(name)).length;
}

/** The beginning as text: UTF-16 by its byte order mark, else UTF-8. */
function headText(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return decodeUtf16(head, 2, head.length);
  return decodeUtf8(head, head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0, head.length);
}

/** Binary formats that people are likely to hold in their hands; each refusal says what to do instead. */
function refuseKnown(name: string, head: Uint8Array): void {
  if (ascii(head, 'PK')) throw traceErrors.foreign(name, 'a zip archive', 'unpack it and open the trace inside');
  if (head[0] === 0x1f && head[1] === 0x8b) throw traceErrors.foreign(name, 'a gzip archive', 'unpack it and open the trace inside');
  if (ascii(head, '7z\xbc\xaf')) throw traceErrors.foreign(name, 'a 7-Zip archive', 'unpack it and open the trace inside');
  if (head[0] === 0x78 && (head[1] === 0x9c || head[1] === 0xda || head[1] === 0x01)) {
    throw traceErrors.foreign(name, 'a zlib stream (as parsers keep their test files)', 'inflate it and open the trace inside');
  }
  if (ascii(head, 'SQLite format 3')) throw traceErrors.foreign(name, 'an SQLite database', 'open a FltReplay session with “Open session”');
  if (ascii(head, 'ElfFile')) throw traceErrors.foreign(name, 'a Windows event log (.evtx)', 'open a Process Monitor log instead');
  if (isEtl(head)) throw traceErrors.foreign(name, 'an Event Tracing for Windows log (.etl), which this version cannot import yet', 'record the same with Process Monitor and open its .PML');
}

function isEtl(head: Uint8Array): boolean {
  if (head.length < 0x48 + 32 + 272) return false;
  return head[0x36] === 4 && head[0x37] === 0 && head[0x4b] === 0xc0 && (head[0x4a] === 1 || head[0x4a] === 2) && head[0x48] === 2 && head[0x49] === 0;
}

function refusedText(name: string, text: string): Error | undefined {
  if (text.startsWith('version https://git-lfs')) return traceErrors.foreign(name, 'a Git LFS pointer', 'fetch the file itself with “git lfs pull”');
  if (text.startsWith('<') && text.includes('<procmon>')) {
    return traceErrors.foreign(name, 'a Process Monitor XML export', 'save it as PML or CSV in Procmon (File > Save) and open that');
  }
  return text.startsWith('<') ? traceErrors.foreign(name, 'an XML or HTML document', 'open a .PML, its CSV export or JSON Lines') : undefined;
}
