/** Imports traces into the open session or a new one: one after the other, each in a worker thread. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { ImportChoices, ImportJobInfo, ImportPhase, ImportRequest, RequestResult, SessionInfo, TraceInspection } from '../../src-preload/contract/index.ts';
import { assertExists } from '../base/assert.ts';
import { formatTitle } from '../trace/formatTitle.ts';
import type { TraceTime } from '../trace/record.ts';
import { checkImportable } from './checkImportable.ts';
import type { HostContext } from './hostContext.ts';
import { joinUploads, planImport, sourceName, type ImportPlan } from './importPlan.ts';
import { importReport, traceInfo } from './sessionInfo.ts';
import { isSessionFile, type SessionService } from './sessionService.ts';
import { inspectionOf } from './traceInspection.ts';
import type { TemporaryFiles } from './temporaryFiles.ts';
import { readableFiles, type ReadableFiles } from './unpack/unpackSource.ts';
import type { UploadService } from './uploadService.ts';
import type { ImportClient } from './workers/importClient.ts';
import type { SourceOrder } from './workers/messages.ts';

type OpenResult = RequestResult<'trace.open'>;
type Refused = OpenResult['refused'][number];

type ReportProgress = (phase: ImportPhase, done: number, total: number, operations: number) => void;

/** A trace that is imported or waits for its turn. */
interface QueuedImport {
  readonly jobId: number;
  readonly plan: ImportPlan;
  readonly choices: ImportChoices;
  readonly abort: AbortController;
  traceId: number | null;
  readonly finished: Promise<void>;
  readonly finish: () => void;
}

export class ImportService {
  readonly #context: HostContext;
  readonly #sessions: SessionService;
  readonly #uploads: UploadService;
  readonly #temporaryFiles: TemporaryFiles;
  readonly #worker: ImportClient;
  /** The first one is running. */
  readonly #queue: QueuedImport[] = [];
  #nextJob = 1;

  constructor(context: HostContext, sessions: SessionService, uploads: UploadService, temporaryFiles: TemporaryFiles, worker: ImportClient) {
    this.#context = context;
    this.#sessions = sessions;
    this.#uploads = uploads;
    this.#temporaryFiles = temporaryFiles;
    this.#worker = worker;
    sessions.importSample = async (file) => {
      await this.#enqueue(await this.#plan({ source: { kind: 'path', path: file, alone: true } }), {}).finished;
    };
  }

  async open(requests: readonly ImportRequest[], into: 'new' | 'current'): Promise<OpenResult> {
    const session = await this.#openSession(requests);
    if (session !== null) return { jobs: [], refused: [], session };
    this.#worker.prepare();
    const { accepted, refused } = await this.#planAll(requests);
    const [first] = accepted;
    if (first === undefined) return { jobs: [], refused, session: this.#sessions.changed() };
    try {
      if (into === 'new') await this.#sessions.create(this.#context.freeSessionFile(path.parse(first.plan.name).name), true);
    } catch (error) {
      for (const { plan } of accepted) plan.dispose();
      throw error;
    }
    const jobs = accepted.map(({ plan, choices }) => this.#enqueue(plan, choices));
    return { jobs: jobs.map((job) => this.#info(job)), refused, session: this.#sessions.changed() };
  }

  /** What is in a trace, without storing anything. */
  async inspect(request: ImportRequest): Promise<TraceInspection> {
    const choices = request.choices ?? {};
    const plan = await this.#plan(request);
    try {
      const readable = assertExists(await this.#readable(plan, choices, new AbortController().signal, () => undefined), 'nobody cancels this');
      try {
        return inspectionOf(plan.name, await this.#context.queries.ask('inspectFile', sourceOrder(plan, readable, choices)));
      } finally {
        readable.dispose();
      }
    } finally {
      plan.dispose();
    }
  }

  jobs(): ImportJobInfo[] {
    return this.#queue.map((job) => this.#info(job));
  }

  /** Null: all. What is imported already is kept. */
  cancel(jobId: number | null): void {
    // The last one first, so that none begins that is to be cancelled too.
    for (const job of [...this.#queue].reverse()) if (jobId === null || job.jobId === jobId) this.#cancel(job);
  }

  /** A trace is being looked at: soon there will be an import. */
  prepare(): void {
    this.#worker.prepare();
  }

  /** Ends everything that is going on; what it has so far stays. */
  async stop(): Promise<void> {
    const jobs = [...this.#queue];
    this.cancel(null);
    await Promise.all(jobs.map((job) => job.finished));
  }

  // One session file, alone, is opened instead.
  async #openSession(requests: readonly ImportRequest[]): Promise<SessionInfo | null> {
    const source = requests.length === 1 ? requests[0]?.source : undefined;
    if (source?.kind === 'path' && isSessionFile(path.resolve(source.path))) return this.#sessions.open(path.resolve(source.path));
    if (source?.kind !== 'upload' || !isSessionFile(this.#uploads.peek(source.uploadId).file)) return null;
    const { file, name } = this.#uploads.take(source.uploadId);
    try {
      // It came into a temporary place: it moves to where sessions are kept.
      return await this.#sessions.open(this.#uploads.move(file, this.#context.freeSessionFile(path.parse(name).name)));
    } finally {
      rmSync(file, { force: true });
    }
  }

  /** Refuses in one sentence what cannot be imported, before a session is made for it. One that is alone is refused by an error. */
  async #planAll(requests: readonly ImportRequest[]): Promise<{ accepted: { plan: ImportPlan; choices: ImportChoices }[]; refused: Refused[] }> {
    const accepted: { plan: ImportPlan; choices: ImportChoices }[] = [];
    const refused: Refused[] = [];
    let failure: Error | null = null;
    for (const request of joinUploads(requests, this.#uploads)) {
      // Somebody who opens all parts of a log means the log.
      if (isPartOf(request, accepted.map(({ plan }) => plan))) continue;
      const name = sourceName(request, this.#uploads);
      try {
        accepted.push({ plan: await this.#plan(request), choices: request.choices ?? {} });
      } catch (error) {
        failure ??= error instanceof Error ? error : new Error(String(error));
        refused.push({ name, ...errorWords(error) });
      }
    }
    if (requests.length === 1 && failure !== null) throw failure;
    return { accepted, refused };
  }

  async #plan(request: ImportRequest): Promise<ImportPlan> {
    const plan = planImport(request.source, this.#uploads, (name) => this.#sessions.sampleFile(name));
    try {
      for (const file of plan.files) await checkImportable(file, request.choices?.member ?? null);
      return plan;
    } catch (error) {
      plan.dispose();
      throw error;
    }
  }

  #readable(plan: ImportPlan, choices: ImportChoices, signal: AbortSignal, progress: (done: number, total: number) => void): Promise<ReadableFiles | null> {
    return readableFiles(plan.files, { member: choices.member ?? null, limit: choices.unpackedBytes ?? null }, this.#temporaryFiles, signal, progress);
  }

  #enqueue(plan: ImportPlan, choices: ImportChoices): QueuedImport {
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    const job: QueuedImport = { jobId: this.#nextJob++, plan, choices, abort: new AbortController(), traceId: null, finished, finish };
    this.#queue.push(job);
    if (this.#queue.length === 1) this.#runNext();
    else this.#tellQueue();
    return job;
  }

  #runNext(): void {
    const [job] = this.#queue;
    this.#tellQueue();
    if (job === undefined) return;
    void this.#run(job).finally(() => {
      this.#queue.shift();
      job.finish();
      this.#runNext();
    });
  }

  #cancel(job: QueuedImport): void {
    job.abort.abort();
    if (job === this.#queue[0]) return;
    this.#queue.splice(this.#queue.indexOf(job), 1);
    job.plan.dispose();
    job.finish();
    this.#context.emit('import.cancelled', { jobId: job.jobId, name: nameOf(job) });
    this.#tellQueue();
  }

  async #run(job: QueuedImport): Promise<void> {
    const { jobId, plan, choices, abort } = job;
    const started = performance.now();
    const progress = this.#progress(job);
    try {
      const readable = await this.#readable(plan, choices, abort.signal, (done, total) => progress('unpacking', done, total, 0));
      if (readable === null) {
        this.#context.emit('import.cancelled', { jobId, name: nameOf(job) });
        return;
      }
      const outcome = await this.#import(job, sourceOrder(plan, readable, choices), progress).finally(readable.dispose);
      this.#done(job, outcome, performance.now() - started);
    } catch (error) {
      this.#failed(job, error);
    } finally {
      job.plan.dispose();
    }
  }

  async #import(job: QueuedImport, order: SourceOrder, progress: ReportProgress): Promise<'complete' | 'cancelled'> {
    const context = this.#context;
    const traceId = context.write((writer) => writer.beginTrace(nameOf(job), job.plan.sourcePath, process.pid));
    job.traceId = traceId;
    const { clockOffset } = job.choices;
    if (clockOffset !== undefined && clockOffset !== 0n) context.write((writer) => writer.setClockOffset(traceId, clockOffset));
    const worker = this.#worker.run({ ...order, session: context.session.path, trace: traceId }, { progress });
    context.activeImport = { jobId: job.jobId, traceId, job: worker };
    job.abort.signal.addEventListener('abort', () => worker.cancel());
    if (job.abort.signal.aborted) worker.cancel();
    this.#sessions.changed();
    this.#tellQueue();
    try {
      return await worker.ended;
    } finally {
      context.activeImport = null;
    }
  }

  /** Adds how long the present phase has taken. */
  #progress(job: QueuedImport): ReportProgress {
    let current: ImportPhase | null = null;
    let began = performance.now();
    return (phase, done, total, operations) => {
      // The first one began when the job did.
      if (current !== null && current !== phase) began = performance.now();
      current = phase;
      this.#context.emit('import.progress', { jobId: job.jobId, traceId: job.traceId, phase, done, total, operations, milliseconds: performance.now() - began });
    };
  }

  #done(job: QueuedImport, outcome: 'complete' | 'cancelled', milliseconds: number): void {
    const { jobId, plan, traceId } = job;
    const trace = this.#context.trace(traceId ?? 0);
    const info = traceInfo(trace);
    this.#remember(plan, formatTitle(trace.format));
    this.#sessions.changed();
    this.#context.emit('import.done', { jobId, traceId: trace.id, outcome, trace: info, report: importReport(trace), milliseconds });
  }

  // The bundled samples are always at hand.
  #remember({ sourcePath, name }: ImportPlan, title: string): void {
    if (sourcePath === null || this.#context.options.shell === 'cli' || sourcePath.startsWith(this.#context.resourcesFolder)) return;
    this.#context.settings.rememberTrace(sourcePath, name, title);
  }

  #failed(job: QueuedImport, error: unknown): void {
    const { jobId, traceId } = job;
    if (traceId !== null) this.#context.write((writer) => {
      writer.cutOff(traceId);
      // A trace of which nothing could be read is not worth a line in the session.
      writer.removeEmptyTrace(traceId);
    });
    const kept = traceId !== null && this.#context.session.reader.traces.trace(traceId) !== undefined;
    this.#sessions.changed();
    this.#context.emit('import.failed', { jobId, name: nameOf(job), traceId: kept ? traceId : null, ...errorWords(error) });
  }

  #info(job: QueuedImport): ImportJobInfo {
    return { jobId: job.jobId, name: nameOf(job), state: job === this.#queue[0] ? 'running' : 'waiting', traceId: job.traceId };
  }

  #tellQueue(): void {
    this.#context.emit('import.queue', { jobs: this.jobs() });
  }
}

const nameOf = ({ plan, choices }: QueuedImport): string => (choices.member === undefined ? plan.name : `${plan.name} › ${path.posix.basename(choices.member.replaceAll('\\', '/'))}`);

function sourceOrder(plan: ImportPlan, { files, found }: ReadableFiles, { assumedDate, utcOffset }: ImportChoices): SourceOrder {
  const [source, ...parts] = files;
  const several = plan.files.length > 1 ? { parts: plan.files.map(({ name }) => name) } : {};
  return {
    source: assertExists(source, 'a plan has files'), parts, hashed: plan.files.map(({ file }) => file),
    found: { system: { ...found.system, ...several }, damaged: found.damaged },
    ...(assumedDate !== undefined && { assumedDate: assumedDate as TraceTime }), ...(utcOffset !== undefined && { utcOffset }),
  };
}

function isPartOf({ source }: ImportRequest, plans: readonly ImportPlan[]): boolean {
  return source.kind === 'path' && source.alone !== true && plans.some((plan) => plan.files.length > 1 && plan.files.some(({ file }) => file === path.resolve(source.path)));
}

function errorWords(error: unknown): { code: string; message: string } {
  const code: unknown = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return { code: typeof code === 'string' ? code : 'internal', message: error instanceof Error ? error.message : String(error) };
}
