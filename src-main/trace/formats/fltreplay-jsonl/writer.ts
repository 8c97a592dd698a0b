/** Writes operations as JSON Lines: what `ops --json` prints, and what `reader.ts` reads again. */
import { irpMjName } from '../../../nt/names.ts';
import { ntStatusName } from '../../../nt/ntStatus.ts';
import { formatTraceTime } from '../../record.ts';
import type { DetailValue, NumberedOperation, OperationRecord, Provenance, TraceProcess, TraceTime } from '../../record.ts';

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

/** What a line is made of: an operation with its process at hand. */
export interface OperationFields extends Omit<OperationRecord, 'sourceIndex' | 'process' | 'time' | 'stack'> {
  readonly index: number;
  readonly time: bigint;
  readonly process: string;
  readonly pid: number;
}

export function operationToJson(op: NumberedOperation, process: TraceProcess): OperationJson {
  return operationFieldsToJson({ ...op, process: process.name, pid: process.pid });
}

export function operationFieldsToJson(op: OperationFields): OperationJson {
  const line = {
    index: op.index,
    time: formatTraceTime(op.time as TraceTime),
    process: op.process,
    pid: op.pid,
    tid: op.tid,
    operation: op.operation,
    major: op.major === null ? null : irpMjName(op.major),
    minor: op.minor,
    kind: op.kind,
    path: op.path,
    status: op.status,
    statusName: op.status === null ? null : ntStatusName(op.status),
    // Ticks of 100 ns inside, nanoseconds outside.
    duration: op.duration === null ? null : op.duration * 100n,
    offset: op.offset,
    length: op.length,
    information: op.information,
    irpFlags: op.irpFlags,
    detail: op.detail,
  };
  return { ...line, provenance: wholeProvenance(line, op.provenance) };
}

/** Said by the line itself, or by another field of it. */
const withoutProvenance: ReadonlySet<string> = new Set(['index', 'statusName']);

/** Where each field that has a value comes from; a record lists only what was not recorded. */
function wholeProvenance(line: Readonly<Record<string, unknown>>, listed: OperationRecord['provenance']): Record<string, Provenance> {
  const fields = Object.keys(line).filter((field) => line[field] !== null && !withoutProvenance.has(field));
  return { ...Object.fromEntries(fields.map((field) => [field, 'recorded' as const])), ...listed };
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
