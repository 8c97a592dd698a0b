/** Compares two sides of the open session, each comparison in a worker thread of its own that keeps what it found. */
import { Worker } from 'node:worker_threads';
import type { CompareInfo, SideRef } from '../../src-preload/contract/index.ts';
import { notesOf, sideOf } from './compareSides.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { workerFile } from './places.ts';
import type { CompareNews, CompareOrder, CompareQuestions } from './workers/messages.ts';
import { fromWorkerError } from './workers/workerError.ts';

/** Comparisons kept, the newest ones. */
const mostKept = 4;

interface Comparison {
  readonly worker: Worker;
  readonly control: Int32Array;
  readonly waiting: Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>;
  info: CompareInfo;
}

export class CompareService {
  readonly #context: HostContext;
  readonly #kept = new Map<number, Comparison>();
  #next = 1;
  #question = 1;

  constructor(context: HostContext) {
    this.#context = context;
  }

  async start(a: SideRef, b: SideRef): Promise<CompareInfo> {
    const context = this.#context;
    const [one, other] = [sideOf(context, a), sideOf(context, b)];
    for (const [id] of [...this.#kept].slice(0, Math.max(0, this.#kept.size - mostKept + 1))) await this.#forget(id);
    const id = this.#next++;
    const control = new Int32Array(new SharedArrayBuffer(4));
    const order: CompareOrder = { session: context.session.path, a: one.order, b: other.order, control };
    const worker = new Worker(workerFile('compareWorker'), { workerData: order, execArgv: [], name: 'compare' });
    const comparison: Comparison = {
      worker, control, waiting: new Map(),
      info: {
        id, a: one.side, b: other.side, state: 'running', progress: { done: 0, total: 0 }, notes: notesOf(one, other), problem: null, first: null, count: 0,
        counts: { status: 0, information: 0, issued: 0, parameter: 0, event: 0, violation: 0 }, listed: 0,
      },
    };
    this.#kept.set(id, comparison);
    worker.on('message', (news: CompareNews) => this.#heard(comparison, news));
    const died = (reason: string): void => {
      const error = hostErrors.workerDied('Comparing', reason);
      for (const { reject } of comparison.waiting.values()) reject(error);
      comparison.waiting.clear();
      if (comparison.info.state === 'running') this.#changed(comparison, { state: 'failed', problem: error.message });
    };
    worker.on('error', (error) => died(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => died(`exit code ${code}`));
    return comparison.info;
  }

  info(id: number): CompareInfo {
    return this.#of(id).info;
  }

  ask<N extends keyof CompareQuestions>(id: number, name: N, params: CompareQuestions[N]['params']): Promise<CompareQuestions[N]['result']> {
    const { worker, waiting } = this.#of(id);
    const question = this.#question++;
    return new Promise((resolve, reject) => {
      waiting.set(question, { resolve, reject });
      worker.postMessage({ id: question, name, params });
    });
  }

  cancel(id: number): void {
    Atomics.store(this.#of(id).control, 0, 1);
  }

  /** Before another session is opened. */
  async reset(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((id) => this.#forget(id)));
  }

  #of(id: number): Comparison {
    const comparison = this.#kept.get(id);
    if (comparison === undefined) throw hostErrors.noComparison(id);
    return comparison;
  }

  async #forget(id: number): Promise<void> {
    const comparison = this.#kept.get(id);
    if (comparison === undefined) return;
    this.#kept.delete(id);
    Atomics.store(comparison.control, 0, 1);
    const exited = new Promise<void>((resolve) => comparison.worker.once('exit', () => resolve()));
    comparison.worker.postMessage('close');
    await exited;
  }

  #heard(comparison: Comparison, news: CompareNews): void {
    if (news.kind === 'answer') {
      const { reply } = news;
      const entry = comparison.waiting.get(reply.id);
      comparison.waiting.delete(reply.id);
      if ('error' in reply) entry?.reject(fromWorkerError(reply.error));
      else entry?.resolve(reply.result as never);
      return;
    }
    if (news.kind === 'failed') return this.#changed(comparison, { state: 'failed', problem: news.error.message });
    const { first, count, counts, listed } = news;
    const found = { first, count, counts, listed };
    if (news.kind === 'progress') this.#changed(comparison, { ...found, progress: { done: news.done, total: news.total } });
    else this.#changed(comparison, { ...found, state: news.problem === null ? news.outcome : 'failed', problem: news.problem });
  }

  #changed(comparison: Comparison, change: Partial<CompareInfo>): void {
    comparison.info = { ...comparison.info, ...change };
    if (this.#kept.has(comparison.info.id)) this.#context.emit('compare.changed', comparison.info);
  }
}
