/** Imports traces: from a path or an upload, into the open session or a new one, in a worker thread. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ImportSource, SessionInfo } from '../../src-preload/contract/index.ts';
import { detectTraceFormat } from '../trace/detect.ts';
import { hostErrors } from './errors.ts';
import { openFileSource } from './fileSource.ts';
import type { HostContext } from './hostContext.ts';
import { importReport, traceInfo } from './sessionInfo.ts';
import { isSessionFile, type SessionService } from './sessionService.ts';
import type { UploadService } from './uploadService.ts';
import { ImportJob } from './workers/importJob.ts';

/** A file to import: where it lies, what it is called, and whether it is ours to delete. */
interface ImportFile {
  readonly path: string;
  readonly name: string;
  readonly sourcePath: string | null;
  readonly dispose: () => void;
}

export type OpenAnswer = { jobId: number; session: SessionInfo } | { jobId: null; session: SessionInfo };

export class ImportService {
  readonly #context: HostContext;
  readonly #sessions: SessionService;
  readonly #uploads: UploadService;
  #nextJob = 1;

  constructor(context: HostContext, sessions: SessionService, uploads: UploadService) {
    this.#context = context;
    this.#sessions = sessions;
    this.#uploads = uploads;
    sessions.importSample = async (file) => {
      await this.#start({ path: file, name: path.basename(file), sourcePath: file, dispose: () => undefined }).finished;
    };
  }

  async open(source: ImportSource, into: 'new' | 'current'): Promise<OpenAnswer> {
    const file = this.#fileOf(source);
    try {
      if (isSessionFile(file.path)) return { jobId: null, session: await this.#sessions.open(this.#keep(file)) };
      // Refuses in one sentence what cannot be imported, before a session is made for it.
      this.#check(file);
      if (into === 'new') await this.#sessions.create(this.#context.freeSessionFile(path.parse(file.name).name), true);
      else if (this.#context.activeImport) throw hostErrors.importRunning();
    } catch (error) {
      file.dispose();
      throw error;
    }
    const { jobId } = this.#start(file);
    return { jobId, session: this.#sessions.changed() };
  }

  cancel(jobId: number): void {
    const active = this.#context.activeImport;
    if (active?.jobId === jobId) active.job.cancel();
  }

  /** Ends the import that is going on; what it has so far stays. */
  async stop(): Promise<void> {
    const active = this.#context.activeImport;
    if (!active) return;
    active.job.cancel();
    await active.job.ended.catch(() => undefined);
    await new Promise(setImmediate);
  }

  #fileOf(source: ImportSource): ImportFile {
    if (source.kind === 'upload') {
      const upload = this.#uploads.take(source.uploadId);
      return { path: upload.file, name: upload.name, sourcePath: null, dispose: () => rmSync(upload.file, { force: true }) };
    }
    const file = source.kind === 'sample' ? this.#sample(source.name) : path.resolve(source.path);
    return { path: file, name: path.basename(file), sourcePath: file, dispose: () => undefined };
  }

  #sample(name: string): string {
    const file = this.#sessions.sampleFile(name);
    if (!/^[\w-]+$/.test(name) || !existsSync(file)) throw hostErrors.fileMissing(name);
    return file;
  }

  // A session that came as an upload lies in a temporary place: it moves to where sessions are kept.
  #keep(file: ImportFile): string {
    if (file.sourcePath !== null) return file.path;
    return this.#uploads.move(file.path, this.#context.freeSessionFile(path.parse(file.name).name));
  }

  #check(file: ImportFile): void {
    const source = openFileSource(file.path, file.name);
    try {
      detectTraceFormat(source);
    } finally {
      source.close();
    }
  }

  #start(file: ImportFile): { jobId: number; finished: Promise<void> } {
    const context = this.#context;
    const traceId = context.write((writer) => writer.beginTrace(file.name, file.sourcePath, process.pid));
    const jobId = this.#nextJob++;
    const started = performance.now();
    const job = new ImportJob({ session: context.session.path, trace: traceId, file: file.path, name: file.name }, {
      progress: (done, total, operations) => context.emit('import.progress', { jobId, traceId, done, total, operations }),
    });
    context.activeImport = { jobId, traceId, job };
    const finished = job.ended
      .finally(() => {
        context.activeImport = null;
        file.dispose();
      })
      .then((outcome) => this.#done(jobId, traceId, outcome, performance.now() - started), (error: unknown) => this.#failed(jobId, traceId, error));
    return { jobId, finished };
  }

  #done(jobId: number, traceId: number, outcome: 'complete' | 'cancelled', milliseconds: number): void {
    const trace = this.#context.trace(traceId);
    this.#sessions.changed();
    this.#context.emit('import.done', { jobId, traceId, outcome, trace: traceInfo(trace), report: importReport(trace), milliseconds });
  }

  #failed(jobId: number, traceId: number, error: unknown): void {
    // A trace of which nothing could be read is not worth a line in the session.
    this.#context.write((writer) => writer.removeEmptyTrace(traceId));
    const kept = this.#context.session.reader.traces.trace(traceId) !== undefined;
    this.#sessions.changed();
    this.#context.emit('import.failed', { jobId, traceId: kept ? traceId : null, message: error instanceof Error ? error.message : String(error) });
  }
}
