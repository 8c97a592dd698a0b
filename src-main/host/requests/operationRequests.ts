import type { OperationDetail, OperationRow, RequestHandlers } from '../../../src-preload/contract/index.ts';
import { compileWhere, type OperationResult, type StoredOperation } from '../../session/index.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import { operationDetail, operationRow } from '../sessionInfo.ts';

type OperationRequests = Pick<RequestHandlers, 'operations.count' | 'operations.page' | 'operations.get' | 'operations.select' | 'operations.find' | 'differences.page'>;

/** What a page may ask for at once: reading it takes a few milliseconds. */
const pageLimit = 1000;
const selectLimit = 10_000;

export function operationRequests(context: HostContext): OperationRequests {
  return {
    'operations.count': ({ traceId }) => ({ count: context.session.reader.traces.count(traceId) }),
    'operations.page': ({ traceId, offset, limit, runId }) => page(context, traceId, offset, limit, runId),
    'operations.get': ({ traceId, index, runId }) => {
      const op = context.session.reader.traces.operation(traceId, index);
      if (!op) throw hostErrors.noOperation(index);
      return detail(context, traceId, op, runId === null ? undefined : context.session.reader.runs.results(runId, index, index).get(index));
    },
    'operations.select': ({ traceId, where, after, offset, limit }) => {
      const condition = where === null ? null : compileWhere(where);
      const rows = context.session.reader.traces.select(traceId, after, offset, Math.min(limit, selectLimit), condition);
      return { rows: rows.map((op) => detail(context, traceId, op, undefined)) };
    },
    'operations.find': async ({ traceId, text, from, backwards }) => {
      if (text === '') return { index: null };
      return { index: await context.queries.ask('find', { session: context.session.path, trace: traceId, text, from, backwards }) };
    },
    'differences.page': async ({ runId, offset, limit }) => {
      const run = context.session.reader.runs.run(runId);
      if (!run) throw hostErrors.noRun(runId);
      const found = await context.queries.ask('differences', { session: context.session.path, trace: run.trace, run: runId, offset, limit: Math.min(limit, pageLimit) });
      return { count: found.count, rows: found.indexes.flatMap((index) => page(context, run.trace, index - 1, 1, runId).rows) };
    },
  };
}

function page(context: HostContext, traceId: number, offset: number, limit: number, runId: number | null): { rows: readonly OperationRow[]; count: number } {
  const { traces, runs } = context.session.reader;
  const from = Math.max(0, Math.floor(offset)) + 1;
  const to = from + Math.max(0, Math.min(limit, pageLimit)) - 1;
  const results = runId === null ? new Map<number, OperationResult>() : runs.results(runId, from, to);
  return { rows: traces.range(traceId, from, to).map((op) => operationRow(op, results.get(op.index))), count: traces.count(traceId) };
}

function detail(context: HostContext, traceId: number, op: StoredOperation, result: OperationResult | undefined): OperationDetail {
  return operationDetail(traceId, op, result, context.session.reader.traces.process(traceId, op.process));
}
