/** Reads the beginning of a trace: what an import dialog shows. */
import type { PreviewRow } from '../../../src-preload/contract/index.ts';
import type { ContextEvent, OperationRecord, ProcessIndex, TraceProcess } from '../../trace/record.ts';
import type { Preview, SourceOrder } from './messages.ts';
import { readSource } from './readSource.ts';

/** A reader that finds nothing for so long is told to stop. */
const longestMilliseconds = 1500;

type Seen = OperationRecord | ContextEvent;

export function preview(order: SourceOrder & { readonly rows: number }): Preview {
  const until = performance.now() + longestMilliseconds;
  const processes = new Map<ProcessIndex, TraceProcess>();
  const operations: Seen[] = [];
  const context: Seen[] = [];
  const keep = (list: Seen[], batch: readonly Seen[]): void => {
    for (let at = 0; at < batch.length && list.length < order.rows; at++) list.push(...batch.slice(at, at + 1));
  };
  const { system, unknownTimes = [] } = readSource(order, {
    processes: (batch) => batch.forEach((process) => processes.set(process.index, process)),
    modules: () => undefined,
    contextEvents: (batch) => keep(context, batch),
    operations: (batch) => keep(operations, batch),
    progress: () => operations.length < order.rows && performance.now() < until,
  }, true);
  const first = [...operations, ...context].sort((a, b) => a.sourceIndex - b.sourceIndex).slice(0, order.rows);
  return {
    rows: first.map((record) => row(record, record.process === null ? undefined : processes.get(record.process))),
    firstTime: first[0]?.time ?? null,
    system,
    unknownTimes,
  };
}

function row(record: Seen, process: TraceProcess | undefined): PreviewRow {
  const { time, path, status } = record;
  const common = { time, path, status, process: process?.name ?? '', pid: process?.pid ?? null };
  return 'contextClass' in record
    ? { ...common, operation: record.name, contextClass: record.contextClass }
    : { ...common, operation: record.operation, contextClass: null };
}
