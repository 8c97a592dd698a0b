/**
 * The host's end of the import worker, which stays from job to job: starting a thread and loading the readers takes as long as importing tens of
 * thousands of records, and the second import finds them compiled.
 */
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { hostErrors } from '../errors.ts';
import { workerFile } from '../places.ts';
import { ImportJob, type ImportJobListener } from './importJob.ts';
import type { ImportNews, ImportOrder } from './messages.ts';
import { fromWorkerError } from './workerError.ts';

/** A worker that has read more than this ends with the job: its memory goes back, and the next start does not count beside such a job. */
const mostBytesKept = 128 * 2 ** 20;

/** Imports are given to it one after the other. */
export class ImportClient {
  #worker: Worker | null = null;
  #job: ImportJob | null = null;
  #isDisposed = false;

  /** Before a job is known: what comes soon finds the worker ready. */
  prepare(): void {
    if (!this.#isDisposed) this.#start();
  }

  run(order: Omit<ImportOrder, 'control'>, listener: ImportJobListener): ImportJob {
    const job = new ImportJob(order, listener);
    const worker = this.#start();
    this.#job = job;
    // The process lives as long as a job does.
    worker.ref();
    worker.postMessage(job.order);
    return job;
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    // Between jobs it has no database open.
    await this.#release()?.terminate();
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(workerFile('importWorker'), { execArgv: [], name: 'import' });
    worker.unref();
    worker.on('message', (news: ImportNews) => this.#hear(news));
    const died = (reason: string): void => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#end()?.reject(hostErrors.workerDied('The import', reason));
    };
    worker.on('error', (error) => died(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => died(`exit code ${code}`));
    this.#worker = worker;
    return worker;
  }

  #hear(news: ImportNews): void {
    if (news.kind === 'progress') {
      this.#job?.listener.progress(news.phase, news.done, news.total, news.operations);
      return;
    }
    const job = this.#end();
    // Whatever a defect of ours has left behind in it.
    const isSound = news.kind === 'done' || news.error.code !== 'internal';
    if (!isSound || job === null || bytesOf(job.order) > mostBytesKept) void this.#release()?.terminate();
    if (news.kind === 'done') job?.resolve(news.outcome);
    else job?.reject(fromWorkerError(news.error));
  }

  #end(): ImportJob | null {
    const job = this.#job;
    this.#job = null;
    this.#worker?.unref();
    return job;
  }

  #release(): Worker | null {
    const worker = this.#worker;
    this.#worker = null;
    return worker;
  }
}

const bytesOf = ({ source, parts }: ImportOrder): number => [source, ...parts].reduce((sum, { file }) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
