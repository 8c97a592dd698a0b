/** Writes operations as JSON Lines: what `ops --json` prints, and what `reader.ts` reads again. */
import { irpMjName } from '../../../nt/names.ts';
import { ntStatusName } from '../../../nt/ntStatus.ts';
import { formatTraceTime } from '../../record.ts';
import type { DetailValue, NumberedOperation, TraceProcess } from '../../record.ts';

/** One line of the format before it is text. `duration` is in nanoseconds; 64-bit values may be bigint until they are text. */
export interface OperationJson {
  readonly index: number;
  readonly time: string;
  readonly process: string;
  readonly pid: number;
  readonly tid: number;
  readonly operation: string;
  readonly major: string | null;
  readonly minor: number;
  readonly kind: string;
  readonly path: string | null;
  readonly status: number | null;
  readonly statusName: string | null;
  readonly duration: bigint | null;
  readonly offset: bigint | null;
  readonly length: number | null;
  readonly information: number | null;
  readonly irpFlags: number;
  readonly detail: { readonly [key: string]: DetailValue };
  readonly provenance: { readonly [field: string]: string };
}

export function operationToJson(op: NumberedOperation, process: TraceProcess): OperationJson {
  return {
    index: op.index,
    time: formatTraceTime(op.time),
    process: process.name,
    pid: process.pid,
    tid: op.tid,
    operation: op.operation,
    major: op.major === null ? null : irpMjName(op.major),
    minor: op.minor,
    kind: op.kind,
    path: op.path,
    status: op.status,
    statusName: op.status === null ? null : ntStatusName(op.status),
    duration: op.duration === null ? null : op.duration * 100n,
    offset: op.offset,
    length: op.length,
    information: op.information,
    irpFlags: op.irpFlags,
    detail: op.detail,
    provenance: op.provenance,
  };
}

/** JSON on one line. Integers beyond 2^53 become decimal strings, as JSON's numbers cannot carry them exactly. */
export function stringifyJsonLine(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'number' && Number.isInteger(item) && !Number.isSafeInteger(item)) return BigInt(item).toString();
    if (typeof item !== 'bigint') return item;
    const exact = item >= BigInt(Number.MIN_SAFE_INTEGER) && item <= BigInt(Number.MAX_SAFE_INTEGER);
    return exact ? Number(item) : item.toString();
  });
}

/** First line of a trace file in this format. */
export interface JsonLinesHeader {
  readonly fltreplay: 'trace';
  readonly version: 1;
  readonly synthetic?: boolean;
  readonly description?: string;
  readonly [more: string]: DetailValue | undefined;
}
