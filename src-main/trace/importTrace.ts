/** The one way in: finds out what a trace is and runs the reader for it. */
import type { ByteSource } from './byteSource.ts';
import { detectTraceFormat } from './detect.ts';
import type { ImportSink, ImportSummary } from './record.ts';
import type { ImportOptions } from './traceFormat.ts';

/**
 * Imports a trace into `sink`. A source of no known format is refused with a UserError of one sentence; damage inside a known
 * one is no error: what is whole is imported, and the summary says what is not.
 */
export function importTrace(source: ByteSource, sink: ImportSink, options: ImportOptions = {}): ImportSummary {
  return detectTraceFormat(source).import(source, sink, options);
}
