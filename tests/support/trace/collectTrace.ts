/** Imports bytes and keeps everything, for tests that look at it. */
import { assertExists } from '../../../src-main/base/assert.ts';
import type { ByteSource } from '../../../src-main/trace/byteSource.ts';
import { importTrace } from '../../../src-main/trace/importTrace.ts';
import type { ImportOptions } from '../../../src-main/trace/traceFormat.ts';
import type { ContextEvent, ImportSummary, OperationRecord, TraceModule, TraceProcess } from '../../../src-main/trace/record.ts';

export interface CollectedTrace {
  readonly summary: ImportSummary;
  readonly operations: readonly OperationRecord[];
  readonly processes: readonly TraceProcess[];
  readonly modules: readonly TraceModule[];
  readonly contextEvents: readonly ContextEvent[];
  processOf(operation: OperationRecord): TraceProcess;
}

/** `chunk` limits what one read gives: readers must not rely on getting all they ask for. Every read reuses one array. */
export function chunkedSource(bytes: Uint8Array, chunk = bytes.length, name = 'test'): ByteSource {
  const reused = new Uint8Array(Math.max(1, chunk));
  return {
    size: bytes.length,
    name,
    read(offset, length) {
      const part = bytes.subarray(offset, Math.min(bytes.length, offset + Math.min(length, chunk)));
      reused.fill(0xcc);
      reused.set(part);
      return reused.subarray(0, part.length);
    },
  };
}

export function collectTrace(source: ByteSource, progress: (done: number, total: number) => boolean = () => true, options: ImportOptions = {}): CollectedTrace {
  const operations: OperationRecord[] = [];
  const processes: TraceProcess[] = [];
  const modules: TraceModule[] = [];
  const contextEvents: ContextEvent[] = [];
  const summary = importTrace(source, {
    // A process that comes again replaces what was known of it.
    processes: (batch) => batch.forEach((process) => (processes[process.index] = process)),
    modules: (batch) => void modules.push(...batch),
    contextEvents: (batch) => void contextEvents.push(...batch),
    operations: (batch) => void operations.push(...batch),
    progress,
  }, options);
  return { summary, operations, processes, modules, contextEvents, processOf: (operation) => assertExists(processes[operation.process]) };
}

/** What the summary's parts add up to; must equal `summary.events`. */
export function accountedFor(summary: ImportSummary): number {
  const skipped = summary.skipped.reduce((sum, { count }) => sum + count, 0);
  return summary.operations + skipped + summary.damaged.reduce((sum, { records }) => sum + (records ?? 0), 0);
}

/** Counts by a key, as plain data for comparison. */
export function countBy<T>(items: Iterable<T>, key: (item: T) => string): { [key: string]: number } {
  const counts: { [key: string]: number } = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
