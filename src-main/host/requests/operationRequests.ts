import type { OperationDetail, OperationRow, RequestHandlers } from '../../../src-preload/contract/index.ts';
import type { OperationResult, StoredOperation, StoredRun } from '../../session/index.ts';
import { hostErrors } from '../errors.ts';
import type { FilterService } from '../filterService.ts';
import type { HostContext } from '../hostContext.ts';
import { isCutShort, operationDetail, operationRow } from '../sessionInfo.ts';
import type { QueryMap } from '../workers/messages.ts';

type OperationRequests = Pick<RequestHandlers, 'operations.count' | 'operations.position' | 'operations.page' | 'operations.get' | 'operations.select' | 'operations.jsonLines' | 'operations.find' | 'differences.page' | 'affected.page' | 'affected.causes'>;

/** What a page may ask for at once: reading it takes a few milliseconds. */
const pageLimit = 1000;
const selectLimit = 10_000;

export function operationRequests(context: HostContext, filters: FilterService): OperationRequests {
  return {
    'operations.count': async ({ traceId, where }) => ({ count: isAll(where) ? context.session.reader.traces.count(traceId) : await filters.count(traceId, where) }),
    'operations.page': ({ traceId, offset, limit, runId, where }) => {
      if (!isAll(where)) return filters.page(traceId, where, offset, Math.min(limit, pageLimit), runId);
      if (context.options.shell !== 'cli') filters.prepare(traceId);
      return page(context, traceId, offset, limit, runId);
    },
    'operations.position': ({ traceId, where, index }) => {
      if (!isAll(where)) return filters.position(traceId, where, index);
      const count = context.session.reader.traces.count(traceId);
      const nearest = Math.min(Math.max(index, 1), count);
      return count === 0 ? null : { position: nearest - 1, index: nearest };
    },
    'operations.get': ({ traceId, index, runId }) => {
      const op = context.session.reader.traces.operation(traceId, index);
      if (!op) throw hostErrors.noOperation(index);
      return detail(context, traceId, op, runId === null ? undefined : context.session.reader.runs.results(runId, index, index).get(index));
    },
    'operations.select': async ({ traceId, where, after, offset, limit }) => {
      const rows = await selected(context, { trace: traceId, where, after, offset, limit: Math.min(limit, selectLimit) });
      const processes = new Map(context.session.reader.traces.processes(traceId).map((process) => [process.index, process]));
      return { rows: rows.map((op) => operationDetail(traceId, op, undefined, processes.get(op.process))) };
    },
    'operations.jsonLines': ({ traceId, from }) => {
      const trace = context.session.reader.traces.trace(traceId);
      if (!trace) throw hostErrors.noTrace(traceId);
      if (trace.state === 'importing') throw hostErrors.traceImporting();
      return context.queries.ask('jsonLines', { session: context.session.path, trace: traceId, from });
    },
    'operations.find': async ({ traceId, text, from, backwards, where }) => {
      if (text === '') return { index: null };
      return { index: await context.queries.ask('find', { session: context.session.path, trace: traceId, text, from, backwards, where: isAll(where) ? null : where }) };
    },
    'differences.page': async ({ runId, offset, limit }) => {
      const run = runOf(context, runId);
      const { trace } = run;
      const found = await context.queries.ask('differences', { session: context.session.path, trace, run: runId, offset, limit: Math.min(limit, pageLimit), underWay: isCutShort(run) });
      return { count: found.count, rows: rowsAt(context, trace, runId, found.indexes) };
    },
    'affected.page': async ({ runId, offset, limit, cause }) => {
      const { trace } = runOf(context, runId);
      const found = await context.queries.ask('affected', { session: context.session.path, run: runId, cause, offset, limit: Math.min(limit, pageLimit) });
      return { count: found.count, rows: rowsAt(context, trace, runId, found.indexes) };
    },
    'affected.causes': async ({ runId, offset, limit }) => {
      const { trace } = runOf(context, runId);
      const found = await context.queries.ask('causes', { session: context.session.path, run: runId, offset, limit: Math.min(limit, pageLimit) });
      const operations = new Map(rowsAt(context, trace, runId, found.rows.map(({ cause }) => cause)).map((operation) => [operation.index, operation]));
      const rows = found.rows.flatMap(({ cause, counts: { changed, consequence, redirected, 'not-issued': notIssued } }) => {
        const operation = operations.get(cause);
        return operation === undefined ? [] : [{ operation, counts: { changed, consequence, redirected, notIssued } }];
      });
      return { count: found.count, rows };
    },
  };
}

const isAll = (where: string | null | undefined): where is null | undefined => where === null || where === undefined || where.trim() === '';

function runOf(context: HostContext, id: number): StoredRun {
  const run = context.session.reader.runs.run(id);
  if (!run) throw hostErrors.noRun(id);
  return run;
}

function rowsAt(context: HostContext, trace: number, run: number, indexes: readonly number[]): OperationRow[] {
  const { traces, runs } = context.session.reader;
  const results = runs.resultsAt(run, indexes);
  return indexes.flatMap((index) => traces.range(trace, index, index).map((op) => operationRow(op, results.get(index))));
}

/** Where there is a filter, the whole trace may have to be looked through: that is the worker's. */
function selected(context: HostContext, p: Omit<QueryMap['select']['params'], 'session'>): readonly StoredOperation[] | Promise<readonly StoredOperation[]> {
  if (p.where === null) return context.session.reader.traces.select(p.trace, p.after, p.offset, p.limit, null);
  return context.queries.ask('select', { session: context.session.path, ...p });
}

function page(context: HostContext, traceId: number, offset: number, limit: number, runId: number | null): { rows: readonly OperationRow[]; count: number; exact: boolean } {
  const { traces, runs } = context.session.reader;
  const from = Math.max(0, Math.floor(offset)) + 1;
  const to = from + Math.max(0, Math.min(limit, pageLimit)) - 1;
  const results = runId === null ? new Map<number, OperationResult>() : runs.results(runId, from, to);
  return { rows: traces.range(traceId, from, to).map((op) => operationRow(op, results.get(op.index))), count: traces.count(traceId), exact: true };
}

function detail(context: HostContext, traceId: number, op: StoredOperation, result: OperationResult | undefined): OperationDetail {
  return operationDetail(traceId, op, result, context.session.reader.traces.process(traceId, op.process));
}
