/** The host's end of one import: a worker thread, its progress, and the word that cancels it. */
import { Worker } from 'node:worker_threads';
import { hostErrors } from '../errors.ts';
import { workerFile } from '../places.ts';
import { controlWords, type ImportNews, type ImportOrder, type WorkerPhase } from './messages.ts';
import { fromWorkerError } from './workerError.ts';

export interface ImportJobListener {
  progress(phase: WorkerPhase, done: number, total: number, operations: number): void;
}

export class ImportJob {
  /** Resolves with the outcome when everything is written and the connection closed; rejects when the import failed. */
  readonly ended: Promise<'complete' | 'cancelled'>;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * controlWords.count));

  constructor(order: Omit<ImportOrder, 'control'>, listener: ImportJobListener) {
    const worker = new Worker(workerFile('importWorker'), { workerData: { ...order, control: this.#control } satisfies ImportOrder, execArgv: [], name: 'import' });
    this.ended = new Promise((resolve, reject) => {
      let outcome: 'complete' | 'cancelled' | null = null;
      let failure: Error | null = null;
      worker.on('message', (news: ImportNews) => {
        if (news.kind === 'progress') listener.progress(news.phase, news.done, news.total, news.operations);
        else if (news.kind === 'done') outcome = news.outcome;
        else failure = fromWorkerError(news.error);
      });
      worker.on('error', (error) => (failure ??= hostErrors.workerDied('The import', error instanceof Error ? error.message : String(error))));
      worker.on('exit', (code) => {
        if (failure) reject(failure);
        else if (outcome) resolve(outcome);
        else reject(hostErrors.workerDied('The import', `exit code ${code}`));
      });
    });
    // Whoever starts a job may look at its end later.
    this.ended.catch(() => undefined);
  }

  /** Heard by the importer at its next batch, within milliseconds. */
  cancel(): void {
    Atomics.store(this.#control, controlWords.cancel, 1);
  }

  /** Runs a write of the host's own while the worker waits between two batches. */
  withWriteLock<T>(write: () => T): T {
    Atomics.add(this.#control, controlWords.hostWantsToWrite, 1);
    try {
      return write();
    } finally {
      Atomics.sub(this.#control, controlWords.hostWantsToWrite, 1);
      Atomics.notify(this.#control, controlWords.hostWantsToWrite);
    }
  }
}
