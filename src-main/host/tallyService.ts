/** Counts over traces of the open session: one of each kind at a time, in a worker thread of their own, so that lists and searches never wait for them. */
import { Worker } from 'node:worker_threads';
import type { DensityInfo, RequestParams, RequestResult, StatisticRow, StatisticsInfo } from '../../src-preload/contract/index.ts';
import { compileWhere } from '../session/index.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { workerFile } from './places.ts';
import type { TallyNews, TallyOrder, TallyQuestions, TallyWords } from './workers/messages.ts';
import { fromWorkerError } from './workers/workerError.ts';

/** Operations of a run that can be marked at once. */
const mostMarks = 5000;
const violationsAtOnce = 2000;
const nothing: StatisticRow = { name: '', status: null, where: null, operations: 0, errors: 0, duration: 0, longest: 0, read: 0, written: 0, p50: null, p99: null };

export class TallyService {
  readonly #context: HostContext;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #worker: Worker | null = null;
  /** Until workers that were told to end have done so. */
  #ending: Promise<unknown> = Promise.resolve();
  #density: DensityInfo | null = null;
  #statistics: StatisticsInfo | null = null;
  #next = 1;

  constructor(context: HostContext) {
    this.#context = context;
  }

  startDensity({ traceId, where, from, to, buckets, by }: RequestParams<'timeline.start'>): { id: number } {
    const id = this.#start({ kind: 'density', session: this.#context.session.path, trace: this.#context.trace(traceId).id, where: whereOf(where), from, to, buckets, by }, this.#density?.id);
    this.#density = { id, traceId, state: 'running', progress: { done: 0, total: 0 }, from: from ?? 0n, to: to ?? 0n, by, isExact: false, series: [], total: 0, problem: null };
    return { id };
  }

  startStatistics({ traceId, where }: RequestParams<'statistics.start'>): StatisticsInfo {
    const trace = this.#context.trace(traceId);
    const id = this.#start({ kind: 'statistics', session: this.#context.session.path, trace: traceId, where: whereOf(where) }, this.#statistics?.id);
    this.#statistics = { id, traceId, where: whereOf(where), state: 'running', progress: { done: 0, total: trace.operations }, total: nothing, problem: null };
    return this.#statistics;
  }

  cancel(id: number): void {
    this.#say({ kind: 'cancel', id });
  }

  /** Frees what was counted. A worker with nothing else to do ends: its heap would stay as large as it was. */
  release(id: number): void {
    if (this.#statistics?.id !== id) return;
    this.#statistics = null;
    if (this.#density?.state === 'running' || this.#waiting.size > 0) this.#say({ kind: 'forget', id });
    else this.#endWorker();
  }

  page({ id, ...params }: RequestParams<'statistics.page'>): Promise<RequestResult<'statistics.page'>> {
    return this.#ask(this.#counted(id), 'page', { ...params, offset: Math.max(0, params.offset), limit: Math.max(0, Math.min(1000, params.limit)) });
  }

  processes(id: number): Promise<RequestResult<'statistics.processes'>> {
    return this.#ask(this.#counted(id), 'processes', null);
  }

  async violations(runId: number): Promise<RequestResult<'timeline.violations'>> {
    const { session } = this.#context;
    const run = session.reader.runs.run(runId);
    if (run === undefined) return { marks: [], count: 0 };
    const counts = new Map<number, number>();
    // As many as are marked are looked at, not all of a run that has millions.
    for (let offset = 0; offset < mostMarks * 10; offset += violationsAtOnce) {
      const found = session.reader.runs.violations(runId, offset, violationsAtOnce);
      for (const { operation, hint, severity } of found) if (!hint && severity !== 'I' && operation > 0) counts.set(operation, (counts.get(operation) ?? 0) + 1);
      if (found.length < violationsAtOnce || counts.size > mostMarks) break;
    }
    const operations = [...counts.keys()].sort((a, b) => a - b).slice(0, mostMarks);
    const times = operations.length === 0 ? [] : await this.#ask(0, 'times', { session: session.path, trace: run.trace, operations });
    return { marks: times.map(({ number, time }) => ({ operation: number, time, count: counts.get(number) ?? 0 })), count: session.reader.runs.violationCount(runId, 'violations') };
  }

  /** Before another session is opened, and before a trace goes away. */
  async reset(): Promise<void> {
    this.#density = null;
    this.#statistics = null;
    this.#endWorker();
    this.#fail('it was closed');
    await this.#ending;
  }

  #endWorker(): void {
    const worker = this.#worker;
    this.#worker = null;
    if (worker === null) return;
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'close' } satisfies TallyWords);
    this.#ending = Promise.all([this.#ending, exited]);
  }

  #start(order: TallyOrder, before: number | undefined): number {
    if (before !== undefined) this.#say({ kind: 'forget', id: before });
    const id = this.#next++;
    this.#workerNow().postMessage({ kind: 'start', id, order } satisfies TallyWords);
    return id;
  }

  #counted(id: number): number {
    if (this.#statistics?.id !== id) throw hostErrors.noStatistics();
    return id;
  }

  #ask<N extends keyof TallyQuestions>(of: number, name: N, params: TallyQuestions[N]['params']): Promise<TallyQuestions[N]['result']> {
    const worker = this.#workerNow();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ kind: 'ask', of, question: { id, name: name as never, params } } satisfies TallyWords);
    });
  }

  #say(words: TallyWords): void {
    this.#worker?.postMessage(words);
  }

  #workerNow(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(workerFile('tallyWorker'), { execArgv: [], name: 'tally' });
    worker.unref();
    worker.on('message', (news: TallyNews) => this.#heard(news));
    const ended = (reason: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#fail(reason);
    };
    worker.on('error', (error) => ended(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => ended(`exit code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #heard(news: TallyNews): void {
    if (news.kind === 'answer') {
      const { reply } = news;
      const entry = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) entry?.reject(fromWorkerError(reply.error));
      else entry?.resolve(reply.result as never);
      return;
    }
    if (this.#density?.id === news.id) this.#tellDensity(news.kind === 'failed' ? { state: 'failed', problem: news.error.message } : news.kind === 'density' ? news.news : {});
    if (this.#statistics?.id === news.id) this.#tellStatistics(news.kind === 'failed' ? { state: 'failed', problem: news.error.message } : news.kind === 'statistics' ? news.news : {});
  }

  #tellDensity(change: Partial<DensityInfo>): void {
    if (this.#density === null) return;
    this.#density = { ...this.#density, ...change };
    this.#context.emit('timeline.changed', this.#density);
  }

  #tellStatistics(change: Partial<StatisticsInfo>): void {
    if (this.#statistics === null) return;
    this.#statistics = { ...this.#statistics, ...change };
    this.#context.emit('statistics.changed', this.#statistics);
  }

  #fail(reason: string): void {
    const error = hostErrors.workerDied('Counting', reason);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (this.#density?.state === 'running') this.#tellDensity({ state: 'failed', problem: error.message });
    if (this.#statistics?.state === 'running') this.#tellStatistics({ state: 'failed', problem: error.message });
  }
}

/** Throws at once where the expression cannot be read. */
function whereOf(where: string | null): string | null {
  if (where === null || where.trim() === '') return null;
  compileWhere(where);
  return where;
}
