import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ImportReport, RequestHandlers, TraceInspection } from '../../../src-preload/contract/index.ts';
import { peekSession } from '../../session/index.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import type { ImportService } from '../importService.ts';
import { importReport } from '../sessionInfo.ts';
import { isSessionFile } from '../sessionService.ts';
import type { UploadService } from '../uploadService.ts';
import type { FileInspection } from '../workers/messages.ts';

type TraceRequests = Pick<RequestHandlers, 'upload.begin' | 'upload.chunk' | 'upload.cancel' | 'trace.open' | 'trace.cancelImport' | 'trace.kind' | 'trace.inspect'>;

export function traceRequests(context: HostContext, imports: ImportService, uploads: UploadService): TraceRequests {
  return {
    'upload.begin': ({ name, size }) => ({ uploadId: uploads.begin(name, size) }),
    'upload.chunk': ({ uploadId, bytes }) => ({ received: uploads.chunk(uploadId, bytes) }),
    'upload.cancel': ({ uploadId }) => {
      uploads.cancel(uploadId);
      return {};
    },
    'trace.open': ({ source, into }) => imports.open(source, into),
    'trace.cancelImport': ({ jobId }) => {
      imports.cancel(jobId);
      return {};
    },
    'trace.kind': ({ path: file }) => ({ kind: isSessionFile(path.resolve(file)) ? 'session' : 'other' }),
    'trace.inspect': async ({ path: file }) => {
      const full = path.resolve(file);
      if (!existsSync(full)) throw hostErrors.fileMissing(file);
      return isSessionFile(full) ? inspectSession(context, full) : [inspectionOf(path.basename(full), await context.queries.ask('inspectFile', { file: full }))];
    },
  };
}

function inspectionOf(name: string, found: FileInspection): TraceInspection {
  const { summary, processes, sha256, byOperation, byProcess } = found;
  const { format, events, operations, skipped, damaged, firstTime, lastTime, bytes, system } = summary;
  const report: ImportReport = { events, operations, processes, skipped, damaged, firstTime, lastTime, bytes, system };
  return { name, format, sha256, report, byOperation: withSkipped(byOperation, summary.skippedOperations), byProcess };
}

async function inspectSession(context: HostContext, file: string): Promise<TraceInspection[]> {
  const counts = await context.queries.ask('inspectSession', { session: file });
  return peekSession(file, ({ traces }) => traces.traces().map((trace) => {
    const own = counts.find((candidate) => candidate.trace === trace.id);
    return {
      name: trace.name, format: trace.format, sha256: trace.sha256 === '' ? null : trace.sha256, report: importReport(trace),
      byOperation: withSkipped(own?.byOperation ?? [], trace.report.skippedOperations), byProcess: own?.byProcess ?? [],
    };
  }));
}

type Counts = TraceInspection['byOperation'];

// Every record of the file is counted by name, also those that are no file operations.
function withSkipped(counts: Counts, skipped: readonly { readonly operation: string; readonly count: number }[] = []): Counts {
  const all = new Map(counts.map((row) => [row.name, row.count]));
  for (const row of skipped) all.set(row.operation, (all.get(row.operation) ?? 0) + row.count);
  return [...all].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}
