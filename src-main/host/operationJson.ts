/** Operations and times in the written form of the command line, for shells that format. */
import type { OperationDetail } from '../../src-preload/contract/index.ts';
import { ntStatus } from '../nt/ntStatus.ts';
import { operationFieldsToJson, type OperationJson } from '../trace/formats/fltreplay-jsonl/writer.ts';
import { formatTraceTime, parseTraceTime, type TraceTime } from '../trace/record.ts';

export { stringifyJsonLine } from '../trace/formats/fltreplay-jsonl/writer.ts';

/** ISO 8601 with seven decimals, UTC; null stays null. */
export function timeText<T extends bigint | null>(time: T): T extends null ? string | null : string {
  return (time === null ? null : formatTraceTime(time as TraceTime)) as T extends null ? string | null : string;
}

/** Midnight UTC of a day written `2026-07-31`; null for anything else. */
export function ticksOfDate(text: string): bigint | null {
  const time = parseTraceTime(`${text}T00:00:00.0000000Z`);
  return time !== undefined && formatTraceTime(time).startsWith(text) ? time : null;
}

/** The one shape of an operation in JSON: what `ops --json` prints and what can be imported again. */
export function operationJson(op: OperationDetail): OperationJson {
  return operationFieldsToJson({ ...op, status: op.status === null ? null : ntStatus(op.status) });
}
