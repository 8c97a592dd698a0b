/** Tells a trace's format by its content, never by its name. Sources: procmon-formats.md 12.1 and 15, etw-formats.md 1.1. */
import type { ByteSource } from './byteSource.ts';
import { traceErrors } from './errors.ts';
import { traceFormats } from './formats/index.ts';
import type { TraceFormat } from './traceFormat.ts';
import { beginsWith, readHead } from './traceHead.ts';

/** The format of a source; throws the one sentence that refuses it where there is none. */
export function detectTraceFormat(source: ByteSource): TraceFormat {
  const head = readHead(source);
  if (head.bytes.length === 0) throw traceErrors.empty(source.name);
  refuseKnown(source.name, head.bytes);
  const format = traceFormats.find((candidate) => candidate.recognises(head));
  if (format !== undefined) return format;
  throw refusedText(source.name, head.text) ?? refusedBootLog(source.name) ?? traceErrors.unknown(source.name, hexBytes(head.bytes));
}

const hexBytes = (head: Uint8Array): string => [...head.subarray(0, 8)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

/** Binary formats that people are likely to hold in their hands; each refusal says what to do instead. */
function refuseKnown(name: string, head: Uint8Array): void {
  if (beginsWith(head, 'PK')) throw traceErrors.foreign(name, 'a zip archive', 'unpack it and open the trace inside');
  if (head[0] === 0x1f && head[1] === 0x8b) throw traceErrors.foreign(name, 'a gzip archive', 'unpack it and open the trace inside');
  if (beginsWith(head, '7z\xbc\xaf')) throw traceErrors.foreign(name, 'a 7-Zip archive', 'unpack it and open the trace inside');
  if (head[0] === 0x78 && (head[1] === 0x9c || head[1] === 0xda || head[1] === 0x01)) {
    throw traceErrors.foreign(name, 'a zlib stream (as parsers keep their test files)', 'inflate it and open the trace inside');
  }
  if (beginsWith(head, 'SQLite format 3')) throw traceErrors.foreign(name, 'an SQLite database', 'open a FltReplay session with “Open session”');
  if (beginsWith(head, 'ElfFile')) throw traceErrors.foreign(name, 'a Windows event log (.evtx)', 'open a Process Monitor log or an ETW trace (.etl) instead');
  if (head.length > 24 && beginsWith(head.subarray(4), '!FastSerialization')) {
    throw traceErrors.foreign(name, 'a cache that PerfView made of a trace (.etlx)', 'open the .etl it was made from');
  }
}

/** A boot log's content has no mark that is known: its usual name gives better advice than its first bytes. Source: procmon-formats.md 15. */
function refusedBootLog(name: string): Error | undefined {
  if (!/\.pmb$/i.test(name)) return undefined;
  return traceErrors.foreign(name, 'a Process Monitor boot log as its driver leaves it', 'start Procmon on that machine, let it save the boot log, and open the .PML it makes');
}

function refusedText(name: string, text: string): Error | undefined {
  if (text.startsWith('version https://git-lfs')) return traceErrors.foreign(name, 'a Git LFS pointer', 'fetch the file itself with “git lfs pull”');
  return text.startsWith('<') ? traceErrors.foreign(name, 'an XML or HTML document', 'the XML FltReplay reads is that of Process Monitor, tracerpt or PerfView') : undefined;
}
