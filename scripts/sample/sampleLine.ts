import { assertExists } from '../../src-main/base/assert.ts';
import { operationToJson, stringifyJsonLine } from '../../src-main/trace/formats/fltreplay-jsonl/writer.ts';
import type { OperationIndex, OperationRecord } from '../../src-main/trace/record.ts';
import type { SessionBuilder } from './sessionBuilder.ts';

/** One line of a sample. What a record does not list was recorded: only the rest is said, or it would be two fifths of the file. */
export function sampleLine(session: SessionBuilder, record: OperationRecord, at: number): string {
  const line = operationToJson({ ...record, index: (at + 1) as OperationIndex }, assertExists(session.processes[record.process]));
  return stringifyJsonLine({ ...line, provenance: record.provenance });
}
