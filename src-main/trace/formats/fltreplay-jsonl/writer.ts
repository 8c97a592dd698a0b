/**
 * Writes a trace as JSON Lines: what `ops --json` prints, and what `reader.ts` reads again. The format is described in docs/json-lines.md.
 */
import { irpMjName } from '../../../nt/names.ts';
import { ntStatusName } from '../../../nt/ntStatus.ts';
import { formatTraceTime } from '../../record.ts';
import type {
  ContextEvent, DetailValue, NumberedOperation, OperationRecord, Provenance, RecordedStack, TraceModule, TraceProcess, TraceTime,
} from '../../record.ts';
import { integerPointers } from './integers.ts';

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
    duration: nanoseconds(op.duration),
    offset: op.offset,
    length: op.length,
    information: op.information,
    irpFlags: op.irpFlags,
    detail: op.detail,
  };
  return { ...line, provenance: wholeProvenance(line, op.provenance) };
}

/** Ticks of 100 ns inside, nanoseconds outside. */
const nanoseconds = (ticks: bigint | null): bigint | null => (ticks === null ? null : ticks * 100n);
const timeText = (time: TraceTime | null): string | null => (time === null ? null : formatTraceTime(time));
const hexText = (value: bigint): string => `0x${value.toString(16)}`;

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

/** A whole trace, as it was imported. */
export interface WrittenTrace {
  /** What the source says of itself. */
  readonly system: { readonly [key: string]: DetailValue };
  readonly processes: readonly TraceProcess[];
  readonly modules: Iterable<TraceModule>;
  /** Both in one order, that of the source or that of time: they are merged by `sourceIndex`. */
  readonly operations: Iterable<OperationRecord>;
  readonly contextEvents: Iterable<ContextEvent>;
}

/** The lines of a trace, from which all of it can be read again: header, processes, modules, then operations and other events. */
export function* writeJsonLines(trace: WrittenTrace): Generator<string> {
  yield stringifyJsonLine({ fltreplay: 'trace', version: 1, system: trace.system, ...listed('integers', integerPointers(trace.system)) });
  const processes = new Map(trace.processes.map((process) => [process.index, process]));
  for (const process of trace.processes) yield processLine(process);
  for (const module of trace.modules) yield moduleLine(module);
  let expected = 0;
  let written = 0;
  const others = trace.contextEvents[Symbol.iterator]();
  let other = others.next();
  // A mark where events were lost stands before the record of its place.
  const isBefore = (event: ContextEvent, sourceIndex: number): boolean =>
    event.sourceIndex < sourceIndex || (event.sourceIndex === sourceIndex && event.contextClass === 'lost');
  const contextLinesUpTo = function* (sourceIndex: number): Generator<string> {
    for (; other.done !== true && isBefore(other.value, sourceIndex); other = others.next()) {
      const event = other.value;
      yield contextLine(event, processes, expected);
      // Nor is it a record of its own.
      if (event.contextClass !== 'lost') expected = event.sourceIndex + 1;
    }
  };
  for (const operation of trace.operations) {
    yield* contextLinesUpTo(operation.sourceIndex);
    yield operationLine(operation, ++written, processes, expected);
    expected = operation.sourceIndex + 1;
  }
  yield* contextLinesUpTo(Number.POSITIVE_INFINITY);
}

/** An entry for an object, where there is anything in the list. */
const listed = (name: string, list: readonly unknown[]): Record<string, unknown> => (list.length === 0 ? {} : { [name]: list });

function processLine({ startTime, endTime, ...rest }: TraceProcess): string {
  return stringifyJsonLine({ fltreplay: 'process', ...rest, startTime: timeText(startTime), endTime: timeText(endTime) });
}

function moduleLine({ process, base, loadTime, ...rest }: TraceModule): string {
  return stringifyJsonLine({ fltreplay: 'module', processIndex: process, base: hexText(base), ...rest, loadTime: timeText(loadTime) });
}

/** `sourceIndex` is written only where it is not the place that the line itself has. */
function operationLine(operation: OperationRecord, index: number, processes: ReadonlyMap<number, TraceProcess>, expected: number): string {
  const process = processes.get(operation.process);
  const line = operationFieldsToJson({ ...operation, index, process: process?.name ?? '', pid: process?.pid ?? 0 });
  return stringifyJsonLine({
    ...line,
    processIndex: operation.process,
    ...(operation.sourceIndex === expected ? {} : { sourceIndex: operation.sourceIndex }),
    ...stackFields(operation.stack),
    ...listed('integers', integerPointers(operation.detail)),
  });
}

function stackFields(stack: RecordedStack | null): Record<string, unknown> {
  if (stack === null) return {};
  return { stack: Array.from(stack.frames, hexText), ...(stack.locations === null ? {} : { locations: stack.locations }) };
}

function contextLine(event: ContextEvent, processes: ReadonlyMap<number, TraceProcess>, expected: number): string {
  const process = event.process === null ? undefined : processes.get(event.process);
  return stringifyJsonLine({
    fltreplay: 'context',
    time: formatTraceTime(event.time),
    process: process?.name ?? null,
    pid: process?.pid ?? null,
    processIndex: event.process,
    tid: event.tid,
    class: event.contextClass,
    name: event.name,
    path: event.path,
    status: event.status,
    statusName: event.status === null ? null : ntStatusName(event.status),
    duration: nanoseconds(event.duration),
    operation: event.operation,
    detail: event.detail,
    ...(event.sourceIndex === expected ? {} : { sourceIndex: event.sourceIndex }),
    ...listed('integers', integerPointers(event.detail)),
  });
}
