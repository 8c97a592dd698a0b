/** What `trace.inspect` tells of a trace that is in no session. */
import type { ImportReport, TraceInspection } from '../../src-preload/contract/index.ts';
import { formatTitle } from '../trace/formatTitle.ts';
import type { ImportSummary } from '../trace/record.ts';
import type { FileInspection } from './workers/messages.ts';

export function inspectionOf(name: string, found: FileInspection): TraceInspection {
  const { summary, processes, sha256, byOperation, byProcess } = found;
  const { format, events, operations, skipped, damaged, firstTime, lastTime, bytes, system } = summary;
  const report: ImportReport = { events, operations, processes, skipped, damaged, firstTime, lastTime, bytes, system };
  return { name, format, formatTitle: formatTitle(format), sha256, report, byOperation: recordCounts(byOperation, summary), byProcess };
}

type Counts = TraceInspection['byOperation'];

/** Every record of the file is counted by name, also those that are no file operations; an operation by the name of its record where the source has one for it. */
export function recordCounts(operations: Counts, summary: Pick<ImportSummary, 'skippedOperations' | 'operationEvents'>): Counts {
  const events = summary.operationEvents ?? [];
  const all = new Map(events.length > 0 ? events.map((row) => [row.event, row.count]) : operations.map((row) => [row.name, row.count]));
  for (const row of summary.skippedOperations ?? []) all.set(row.operation, (all.get(row.operation) ?? 0) + row.count);
  return [...all].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}
