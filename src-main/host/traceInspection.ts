/** What `trace.inspect` tells of a trace that is in no session. */
import type { ImportReport, TraceInspection } from '../../src-preload/contract/index.ts';
import { formatTitle } from '../trace/formatTitle.ts';
import type { ImportSummary } from '../trace/record.ts';
import type { FileInspection } from './workers/messages.ts';

export function inspectionOf(name: string, found: FileInspection): TraceInspection {
  const { summary, processes, sha256, byOperation, byProcess } = found;
  const { format, events, operations, skipped, damaged, firstTime, lastTime, bytes, system } = summary;
  const report: ImportReport = { events, operations, processes, skipped, damaged, firstTime, lastTime, bytes, system };
  return { name, format, formatTitle: formatTitle(format), sha256, report, byOperation: countsByEvent(byOperation, summary), byProcess };
}

type Counts = TraceInspection['byOperation'];

type ByName = Pick<ImportSummary, 'operationEvents' | 'skippedOperations'>;

/** Every record of the file is counted by the source's own name for it, also those that are no file operations. */
export function countsByEvent(operations: Counts, { operationEvents = [], skippedOperations = [] }: ByName): Counts {
  const counted = operationEvents.length > 0 ? operationEvents.map(({ event, count }) => ({ name: event, count })) : operations;
  const all = new Map(counted.map((row) => [row.name, row.count]));
  for (const row of skippedOperations) all.set(row.operation, (all.get(row.operation) ?? 0) + row.count);
  return [...all].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}
