/** Operations as text: the cells of the list's columns, and the files that are exported. */
import type { OperationColumn, OperationFormat } from '../../src-preload/contract/index.ts';
import { operationColumns } from '../../src-preload/contract/index.ts';
import { hex, irpFlagNames, irpMjName, irpMnName } from '../nt/names.ts';
import { ntStatusName, ntStatusShortName } from '../nt/ntStatus.ts';
import type { OperationResult, StoredOperation } from '../session/index.ts';
import { stringifyJsonLine } from '../trace/formats/fltreplay-jsonl/writer.ts';
import { formatTraceTime, type DetailValue, type TraceProcess, type TraceTime } from '../trace/record.ts';
import { detailWords } from './detailWords.ts';

/** An operation with what is known beside it. */
export interface WrittenOperation {
  readonly op: StoredOperation;
  /** Undefined where the run did not reach it, or there is none. */
  readonly result: OperationResult | undefined;
  readonly process: TraceProcess | undefined;
  /** First time of the trace. */
  readonly start: bigint;
}

const whole = (value: number | bigint | null): string => (value === null ? '' : String(value));
const timeOfDay = (time: bigint): string => formatTraceTime(time as TraceTime).slice(11, -1);
/** Ticks as seconds with seven decimals. */
const seconds = (ticks: bigint): string => `${ticks < 0n ? '-' : ''}${abs(ticks) / 10_000_000n}.${(abs(ticks) % 10_000_000n).toString().padStart(7, '0')}`;
const abs = (value: bigint): bigint => (value < 0n ? -value : value);

function replayed({ result }: WrittenOperation): string {
  if (result === undefined || result.state === 'none') return '';
  return result.state === 'completed' ? ntStatusShortName(result.status) : result.state;
}

const columnTexts: Readonly<Record<OperationColumn, (o: WrittenOperation) => string>> = {
  number: ({ op }) => String(op.index),
  time: ({ op }) => timeOfDay(op.time),
  process: ({ op }) => op.processName,
  ids: ({ op }) => `${op.pid} / ${op.tid === 0 ? '–' : op.tid}`,
  operation: ({ op }) => op.operation,
  path: ({ op }) => op.path ?? '',
  recorded: ({ op }) => (op.status === null ? '' : ntStatusShortName(op.status)),
  replayed,
  marks: ({ result }) => (result === undefined || result.effect === 'none' ? '' : result.effect),
  date: ({ op }) => formatTraceTime(op.time).slice(0, 10),
  relative: ({ op, start }) => seconds(op.time - start),
  duration: ({ op }) => (op.duration === null ? '' : seconds(op.duration)),
  pid: ({ op }) => String(op.pid),
  tid: ({ op }) => (op.tid === 0 ? '' : String(op.tid)),
  major: ({ op }) => (op.major === null ? '' : irpMjName(op.major)),
  minor: ({ op }) => (op.major === null ? '' : irpMnName(op.major, op.minor)),
  kind: ({ op }) => op.kind,
  offset: ({ op }) => whole(op.offset),
  length: ({ op }) => whole(op.length),
  information: ({ op }) => whole(op.information),
  irpFlags: ({ op }) => (op.irpFlags === 0 ? '' : `${hex(op.irpFlags)} ${irpFlagNames(op.irpFlags)}`),
  fileObject: ({ op }) => detailWords(op.detail)['FileObject'] ?? '',
  answer: ({ result }) => (result === undefined || result.answer === 'none' ? '' : result.answer),
  effect: ({ result }) => (result === undefined || result.effect === 'none' ? '' : result.effect),
  violations: ({ result }) => (result === undefined || result.violations === 0 ? '' : String(result.violations)),
  detail: ({ op }) => detailLine(op),
  commandLine: ({ process }) => process?.commandLine ?? '',
  user: ({ process }) => process?.user ?? '',
};

const known = new Set<string>(operationColumns.map(({ id }) => id));

export function columnText(column: OperationColumn, operation: WrittenOperation): string {
  return known.has(column) ? columnTexts[column](operation) : '';
}

/** `Offset: 0, Length: 4096, ShareAccess: FILE_SHARE_READ`; one key after the other as the source has them. */
function detailLine({ detail, offset, length }: StoredOperation): string {
  const words = detailWords(detail);
  const own = Object.entries(detail).map(([key, value]) => `${key}: ${words[key] ?? detailText(value)}`);
  return [...(offset === null ? [] : [`Offset: ${offset}`]), ...(length === null ? [] : [`Length: ${length}`]), ...own].join(', ');
}

function detailText(value: DetailValue): string {
  return typeof value === 'object' && value !== null ? stringifyJsonLine(value) : String(value);
}

// ---- files

type Field = string | number | bigint | null;

/** The fields of a record in CSV and JSON. */
function fields({ op, result }: WrittenOperation, ran: boolean): Readonly<Record<string, Field>> {
  const status = (value: number | null): string | null => (value === null ? null : ntStatusName(value));
  const { index, pid, tid, operation, path, duration, offset, length } = op;
  return {
    index, time: formatTraceTime(op.time), process: op.processName, pid, tid, operation, path, recorded: status(op.status), duration: duration === null ? null : duration * 100n, offset, length,
    ...(ran && {
      replayed: result?.state === 'completed' ? status(result.status) : (result?.state ?? 'none'), answer: result === undefined || result.answer === 'none' ? null : result.answer,
      effect: result?.effect ?? 'none', cause: result === undefined || result.cause === 0 ? null : result.cause, violations: result?.violations ?? 0,
    }),
  };
}

/** RFC 4180. */
export function csvField(value: Field): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As Process Monitor exports it: every field in quotes, lines end with CR LF. Times are UTC. */
const procmonColumns: readonly (readonly [string, (o: WrittenOperation) => string])[] = [
  ['Time of Day', ({ op }) => procmonTime(op.time)], ['Process Name', columnTexts.process], ['PID', columnTexts.pid], ['Operation', columnTexts.operation], ['Path', columnTexts.path],
  ['Result', columnTexts.recorded], ['Detail', columnTexts.detail], ['Date & Time', ({ op }) => `${formatTraceTime(op.time).slice(5, 7)}/${formatTraceTime(op.time).slice(8, 10)}/${formatTraceTime(op.time).slice(0, 4)} ${procmonTime(op.time).replace(/\.\d+/, '')}`],
  ['Duration', columnTexts.duration], ['TID', columnTexts.tid], ['User', columnTexts.user], ['Command Line', columnTexts.commandLine],
];

/** `4:33:14.3062614 PM` */
function procmonTime(time: bigint): string {
  const text = timeOfDay(time);
  const hour = Number(text.slice(0, 2));
  return `${hour % 12 === 0 ? 12 : hour % 12}${text.slice(2)} ${hour < 12 ? 'AM' : 'PM'}`;
}

const quoted = (values: readonly string[]): string => `${values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')}\r\n`;
/** A tab or line end within a value would make two cells of it. */
const plain = (text: string): string => text.replace(/[\t\r\n]+/g, ' ');

/** One way of writing operations: what comes before them, each of them, and after them. `isFirst`: nothing was written before. */
export interface OperationWriter {
  readonly head: string;
  readonly line: (operation: WrittenOperation, isFirst: boolean) => string;
  readonly tail: (wasEmpty: boolean) => string;
}

export function operationWriter(format: OperationFormat, columns: readonly OperationColumn[], ran: boolean): OperationWriter {
  const none = (): string => '';
  switch (format) {
    case 'text': {
      const titles = operationColumns.filter(({ id }) => columns.includes(id));
      const head = columns.map((column) => titles.find(({ id }) => id === column)?.title ?? column);
      return { head: `${head.join('\t')}\n`, line: (o) => `${columns.map((column) => plain(columnText(column, o))).join('\t')}\n`, tail: none };
    }
    case 'csv':
      return { head: '', line: (o, isFirst) => { const row = fields(o, ran); return `${isFirst ? `${Object.keys(row).join(',')}\n` : ''}${Object.values(row).map(csvField).join(',')}\n`; }, tail: none };
    case 'jsonl':
      return { head: '', line: (o) => `${stringifyJsonLine(fields(o, ran))}\n`, tail: none };
    case 'json':
      return { head: '[\n', line: (o, isFirst) => `${isFirst ? '' : ',\n'}  ${stringifyJsonLine(fields(o, ran))}`, tail: (wasEmpty) => `${wasEmpty ? '' : '\n'}]\n` };
    case 'procmon':
      return { head: `\ufeff${quoted(procmonColumns.map(([name]) => name))}`, line: (o) => quoted(procmonColumns.map(([, text]) => text(o))), tail: none };
  }
}
