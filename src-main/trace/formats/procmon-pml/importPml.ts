/**
 * Imports a Process Monitor log: one file, or the parts of a large capture (`name.PML`, `name-1.PML` ...) as one trace.
 *
 * Source: procmon-formats.md 15: each part is a complete file with a process table of its own. Records are numbered through all parts.
 */
import { UserError } from '../../../base/userError.ts';
import type { ByteSource } from '../../byteSource.ts';
import { ImportTally } from '../../importTally.ts';
import type { ImportSink, ImportSummary } from '../../record.ts';
import type { ImportOptions } from '../../traceFormat.ts';
import type { DamageSink } from './damage.ts';
import { readPmlHeader, unseenVersion } from './header.ts';
import type { PmlHeader } from './header.ts';
import { TraceProcesses } from './processes.ts';
import { PmlReader } from './reader.ts';

export function importPml(source: ByteSource, sink: ImportSink, options: ImportOptions = {}): ImportSummary {
  const parts = options.parts ?? [];
  const header = readPmlHeader(source);
  const tally = new ImportTally(sink);
  const bytes = parts.reduce((sum, part) => sum + part.size, source.size);
  const trace: PmlTrace = { tally, processes: new TraceProcesses(tally, 1 + parts.length), bytes, notes: [] };
  let { records } = readFile(source, header, trace, { name: '', before: 0, records: 0 });
  let before = source.size;
  for (const part of parts) {
    if (tally.cancelled) break;
    records = readPart(part, header, trace, { name: `${part.name}: `, before, records });
    before += part.size;
  }
  if (!tally.cancelled) tally.progress(bytes, bytes);
  const names = parts.length === 0 ? {} : { parts: [source.name, ...parts.map((part) => part.name)] };
  const note = trace.notes.length === 0 ? {} : { note: trace.notes.join('; ') };
  return tally.summary(`procmon-pml-${header.version}`, bytes, { ...header.system, ...names, ...note });
}

/** What all parts of a log share. */
export interface PmlTrace {
  readonly tally: ImportTally;
  readonly processes: TraceProcesses;
  /** Of all parts. */
  readonly bytes: number;
  readonly notes: string[];
}

const mostNotes = 32;

/** Where a part stands among the others. */
export interface PmlPart {
  /** Stands before what is said of this part; empty for the first. */
  readonly name: string;
  /** Bytes and records of the parts before it. */
  readonly before: number;
  readonly records: number;
}

function readFile(source: ByteSource, header: PmlHeader, trace: PmlTrace, part: PmlPart): { readonly records: number } {
  const problems = problemsOf(source, trace, part);
  if (header.version === unseenVersion) problems.note('log version 8, of which no sample is known, is read as version 9');
  return { records: part.records + new PmlReader(source, header, trace, part, problems).run() };
}

/** Gives how many records there are up to its end. A part that cannot be read does not spoil the others. */
function readPart(source: ByteSource, first: PmlHeader, trace: PmlTrace, part: PmlPart): number {
  const problems = problemsOf(source, trace, part);
  try {
    const header = readPmlHeader(source);
    const difference = machineDifference(header, first);
    if (difference !== null) problems.damage(0, `${difference}: it may be no part of the same log`, 0);
    return readFile(source, header, trace, part).records;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    problems.damage(0, error.message, 0);
    return part.records;
  }
}

/** In what a part was not made on the machine that made the first one; null where it was. */
function machineDifference(header: PmlHeader, first: PmlHeader): string | null {
  if (header.pointerSize !== first.pointerSize) return `this part is of a ${header.pointerSize * 8}-bit system, the first of a ${first.pointerSize * 8}-bit one`;
  for (const [key, words] of [['computer', 'computer'], ['windowsVersion', 'Windows version']] as const) {
    if (header.system[key] !== first.system[key]) return `this part is of ${words} ${String(header.system[key])}, the first of ${String(first.system[key])}`;
  }
  return null;
}

/** A damaged pointer may name any place: reports stay within the file. */
function problemsOf(source: ByteSource, trace: PmlTrace, part: PmlPart): DamageSink {
  return {
    damage: (at, reason, records) => trace.tally.damage(Math.max(0, Math.min(at, source.size)), 'offset', part.name + reason, records),
    note: (sentence) => void (trace.notes.length < mostNotes && trace.notes.push(part.name + sentence)),
  };
}
