/** The first line of a CSV: which columns it has, and what stands between them. Source: procmon-formats.md 12.1. */
import { knownColumns } from '../procmon-text/columns.ts';

export interface CsvHeader {
  readonly separator: string;
  /** How many of the names are Procmon's. */
  readonly known: number;
  /** Bytes (ASCII) in front of it: a line that a tool has put there. */
  readonly before: number;
}

/** Lines that PowerShell and Excel put in front. */
const foreignLine = /^(#TYPE [^\r\n]{0,200}|sep=[,;\t])\r?\n/;

/** Reads the first line of `text`, which has no byte order mark. */
export function readHeader(text: string): CsvHeader {
  const before = foreignLine.exec(text)?.[0].length ?? 0;
  const line = /^[^\r\n]*/.exec(text.slice(before, before + 4096))?.[0] ?? '';
  const [best] = [',', ';', '\t']
    .map((separator) => ({ separator, known: knownColumns(line.split(separator).map((name) => name.replaceAll('"', '').trim())), before }))
    .sort((a, b) => b.known - a.known);
  return best ?? { separator: ',', known: 0, before };
}
