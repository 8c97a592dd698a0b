/** The one way in: finds out what a trace is and runs the reader for it. */
import { assertNever } from '../base/assert.ts';
import type { ByteSource } from './byteSource.ts';
import { detectTraceFormat } from './detect.ts';
import { importJsonLines } from './formats/fltreplay-jsonl/reader.ts';
import { importCsv } from './formats/procmon-csv/reader.ts';
import { importPml } from './formats/procmon-pml/reader.ts';
import type { ImportSink, ImportSummary } from './record.ts';

/**
 * Imports a trace into `sink`. A source of no known format is refused with a UserError of one sentence; damage inside a known
 * one is no error: what is whole is imported, and the summary says what is not.
 */
export function importTrace(source: ByteSource, sink: ImportSink): ImportSummary {
  const format = detectTraceFormat(source);
  switch (format) {
    case 'procmon-pml-9': return importPml(source, sink);
    case 'procmon-csv': return importCsv(source, sink);
    case 'fltreplay-jsonl': return importJsonLines(source, sink);
    default: return assertNever(format);
  }
}
