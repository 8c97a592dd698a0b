import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandlers, TraceInspection } from '../../../src-preload/contract/index.ts';
import { peekSession } from '../../session/index.ts';
import { formatTitle } from '../../trace/formatTitle.ts';
import { hostErrors } from '../errors.ts';
import type { HostContext } from '../hostContext.ts';
import type { DetectionService } from '../detectionService.ts';
import type { ImportService } from '../importService.ts';
import { importReport } from '../sessionInfo.ts';
import { isSessionFile } from '../sessionService.ts';
import { countsByEvent } from '../traceInspection.ts';
import type { UploadService } from '../uploadService.ts';

type TraceRequests = Pick<
  RequestHandlers,
  'upload.begin' | 'upload.chunk' | 'upload.cancel' | 'trace.detect' | 'trace.open' | 'trace.imports' | 'trace.cancelImport' | 'trace.kind' | 'trace.inspect'
>;

export function traceRequests(context: HostContext, imports: ImportService, detection: DetectionService, uploads: UploadService): TraceRequests {
  return {
    'upload.begin': ({ name, size }) => ({ uploadId: uploads.begin(name, size) }),
    'upload.chunk': ({ uploadId, bytes }) => ({ received: uploads.chunk(uploadId, bytes) }),
    'upload.cancel': ({ uploadId }) => {
      uploads.cancel(uploadId);
      return {};
    },
    'trace.detect': ({ source, member }) => {
      imports.prepare();
      return detection.detect(source, member);
    },
    'trace.open': ({ sources, into }) => imports.open(sources, into),
    'trace.imports': () => imports.jobs(),
    'trace.cancelImport': ({ jobId }) => {
      imports.cancel(jobId);
      return {};
    },
    'trace.kind': ({ path: file }) => ({ kind: isSessionFile(path.resolve(file)) ? 'session' : 'other' }),
    'trace.inspect': async ({ path: file, choices }) => {
      const full = path.resolve(file);
      if (!existsSync(full)) throw hostErrors.fileMissing(file);
      return isSessionFile(full) ? inspectSession(context, full) : [await imports.inspect({ source: { kind: 'path', path: full }, ...(choices && { choices }) })];
    },
  };
}

async function inspectSession(context: HostContext, file: string): Promise<TraceInspection[]> {
  const counts = await context.queries.ask('inspectSession', { session: file });
  return peekSession(file, ({ traces }) => traces.traces().map((trace) => {
    const own = counts.find((candidate) => candidate.trace === trace.id);
    return {
      name: trace.name, format: trace.format, formatTitle: formatTitle(trace.format), sha256: trace.sha256 === '' ? null : trace.sha256, report: importReport(trace),
      byOperation: countsByEvent(own?.byOperation ?? [], trace.report), byProcess: own?.byProcess ?? [],
    };
  }));
}
