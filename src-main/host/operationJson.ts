/** Operations and times in the written form of the command line, for shells that format. */
import type { OperationDetail } from '../../src-preload/contract/index.ts';
import { formatTraceTime, type TraceTime } from '../trace/record.ts';

export { stringifyJsonLine } from '../trace/formats/fltreplay-jsonl/writer.ts';

/** ISO 8601 with seven decimals, UTC; null stays null. */
export function timeText<T extends bigint | null>(time: T): T extends null ? string | null : string {
  return (time === null ? null : formatTraceTime(time as TraceTime)) as T extends null ? string | null : string;
}

/** The one shape of an operation in JSON: what `ops --json` prints and what can be imported again. */
export function operationJson(op: OperationDetail): Record<string, unknown> {
  return {
    index: op.index,
    time: timeText(op.time),
    process: op.process,
    pid: op.pid,
    tid: op.tid,
    operation: op.operation,
    major: op.majorName,
    minor: op.minor,
    kind: op.kind,
    path: op.path,
    status: op.status,
    statusName: op.statusName,
    // Ticks of 100 ns inside, nanoseconds outside.
    duration: op.duration === null ? null : op.duration * 100n,
    offset: op.offset,
    length: op.length,
    information: op.information,
    irpFlags: op.irpFlags,
    detail: op.detail,
    provenance: op.provenance,
  };
}
