/** What the query worker answers about rows of the operation list: cells, highlights, matches, and operations written out. */
import { compileWhere, type OperationResult, type SessionReader, type StoredOperation, type WhereCondition } from '../../session/index.ts';
import { columnText, operationWriter, type WrittenOperation } from '../operationText.ts';
import type { QueryMap } from './messages.ts';

type P<N extends keyof QueryMap> = QueryMap[N]['params'];
type R<N extends keyof QueryMap> = QueryMap[N]['result'];

/** Rows of a piece of an export, and how long one piece of a count may take. */
const pieceRows = 5000;
const countMilliseconds = 40;

const conditionOf = (where: string | null): WhereCondition | null => (where === null || where.trim() === '' ? null : compileWhere(where));

function readable(where: string): WhereCondition | null {
  try {
    return conditionOf(where);
  } catch {
    return null;
  }
}

export function cells(reader: SessionReader, { traceId, runId, indexes, columns }: P<'cells'>): R<'cells'> {
  const found = new Map<number, StoredOperation>();
  for (const [from, to] of runsOf(indexes)) for (const op of reader.traces.select(traceId, from - 1, 0, to - from + 1, null)) found.set(op.index, op);
  const written = writtenOf(reader, traceId, runId, indexes.flatMap((index) => found.get(index) ?? []));
  const byIndex = new Map(written.map((operation) => [operation.op.index as number, operation]));
  return indexes.map((index) => {
    const operation = byIndex.get(index);
    return columns.map((column) => (operation === undefined ? '' : columnText(column, operation)));
  });
}

/** Neighbouring numbers together. */
function runsOf(indexes: readonly number[]): (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && index <= last[1] + 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs;
}

function writtenOf(reader: SessionReader, traceId: number, runId: number | null, operations: readonly StoredOperation[]): WrittenOperation[] {
  const processes = new Map(reader.traces.processes(traceId).map((process) => [process.index, process]));
  const results: ReadonlyMap<number, OperationResult> = runId === null ? new Map() : reader.runs.resultsAt(runId, operations.map(({ index }) => index));
  const start = reader.traces.trace(traceId)?.firstTime ?? 0n;
  return operations.map((op) => ({ op, result: results.get(op.index), process: processes.get(op.process), start }));
}

export function highlights(reader: SessionReader, { traceId, rules, indexes }: P<'highlights'>): R<'highlights'> {
  return reader.traces.firstHolding(traceId, rules.map(readable), indexes);
}

export function nextMatch(reader: SessionReader, { traceId, rules, where, from, backwards }: P<'nextMatch'>): R<'nextMatch'> {
  const either = rules.map(readable).flatMap((condition) => (condition === null ? [] : [condition.where]));
  if (either.length === 0) return null;
  const own = conditionOf(where);
  const rule = { kind: 'or', terms: either } as const;
  const all: WhereCondition = { where: own === null ? rule : { kind: 'and', terms: [own.where, rule] } };
  let found: number | null = null;
  reader.traces.eachHeld(traceId, { text: null, where: all }, from, backwards, (held, first) => {
    const row = backwards ? held.lastIndexOf(1, Math.min(held.length - 1, from - first)) : held.indexOf(1, Math.max(0, from - first));
    if (row >= 0) found = first + row;
    return row >= 0;
  });
  return found;
}

export function matchCount(reader: SessionReader, { traceId, text, where, at, from }: P<'matchCount'>): R<'matchCount'> {
  const end = performance.now() + countMilliseconds;
  let [count, before] = [0, 0];
  let next: number | null = null;
  reader.traces.eachHeld(traceId, { text, where: conditionOf(where) }, from, false, (held, first) => {
    for (let row = Math.max(0, from - first); row < held.length; row++) {
      if (held[row] !== 1) continue;
      count++;
      if (first + row <= at) before++;
    }
    next = first + held.length;
    return performance.now() >= end;
  });
  return { count, before, next: next !== null && next <= reader.traces.count(traceId) ? next : null };
}

export function exportPiece(reader: SessionReader, { traceId, runId, where, first, last, after, format, columns }: P<'export'>): R<'export'> {
  const from = Math.max(after, first - 1, 0);
  const condition = conditionOf(where);
  const limit = condition === null ? Math.max(0, Math.min(pieceRows, last - from)) : pieceRows;
  const rows = reader.traces.select(traceId, from, 0, limit, condition);
  const wanted = rows.filter(({ index }) => index <= last);
  const writer = operationWriter(format, columns, runId !== null);
  // A later piece goes on where one ended, so something was written before it.
  const isBegin = after === 0;
  const lines = writtenOf(reader, traceId, runId, wanted).map((operation, at) => writer.line(operation, isBegin && at === 0));
  const end = wanted.at(-1)?.index ?? last;
  const isEnd = rows.length < limit || wanted.length < rows.length || end >= last || limit === 0;
  const text = `${isBegin ? writer.head : ''}${lines.join('')}${isEnd ? writer.tail(isBegin && wanted.length === 0) : ''}`;
  return { text, rows: wanted.length, next: isEnd ? null : end };
}
