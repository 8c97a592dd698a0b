/** The host's end of one import: its progress, its end, and the word that cancels it. */
import { controlWords, type ImportOrder, type WorkerPhase } from './messages.ts';

export interface ImportJobListener {
  progress(phase: WorkerPhase, done: number, total: number, operations: number): void;
}

export class ImportJob {
  /** Resolves with the outcome when everything is written and the connection closed; rejects when the import failed. */
  readonly ended: Promise<'complete' | 'cancelled'>;
  readonly order: ImportOrder;
  readonly listener: ImportJobListener;
  readonly resolve: (outcome: 'complete' | 'cancelled') => void;
  readonly reject: (error: Error) => void;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * controlWords.count));

  constructor(order: Omit<ImportOrder, 'control'>, listener: ImportJobListener) {
    this.order = { ...order, control: this.#control };
    this.listener = listener;
    ({ promise: this.ended, resolve: this.resolve, reject: this.reject } = Promise.withResolvers<'complete' | 'cancelled'>());
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
