/**
 * Worker thread: reads traces into sessions, one after the other, each on a connection of its own.
 *
 * SQLite takes one writer at a time. The import commits often, and at once when the host raises `hostWantsToWrite`, so that an
 * edit never waits for more than a batch.
 */
import { parentPort } from 'node:worker_threads';
import { assertExists } from '../../base/assert.ts';
import { openForWriting, TraceWriter } from '../../session/index.ts';
import type { ImportSink } from '../../trace/record.ts';
import { controlWords, type ImportNews, type ImportOrder, type WorkerPhase } from './messages.ts';
import { readSource } from './readSource.ts';
import { sha256OfFiles } from './sha256.ts';
import { toWorkerError } from './workerError.ts';

/** Rows become visible, and the write lock free, at least so often. */
const commitMilliseconds = 80;
/** Rows that fill no page become visible at least so often. */
const flushMilliseconds = 500;
const progressMilliseconds = 60;

const port = assertExists(parentPort, 'importWorker runs as a worker thread');
const tell = (news: ImportNews): void => port.postMessage(news);

function runImport(order: ImportOrder): ImportNews {
  const progress = new Progress(order);
  const db = openForWriting(order.session, 'existing');
  const writer = new TraceWriter(db, order.trace);
  try {
    const breath = new Breath(writer, order.control);
    const summary = readSource(order, sinkFor(writer, breath, progress));
    const isOrdered = writer.putInOrder((done, total) => {
      breath.letHostWrite();
      return progress.tell('sorting', done, total, writer.count);
    });
    const isWhole = isOrdered && summary.cancelled !== true && !progress.isCancelled;
    const sha256 = isWhole ? sha256OfFiles(order.hashed, (done, total) => progress.tell('checking', done, total, writer.count)) : null;
    const outcome = sha256 === null ? 'cancelled' : 'complete';
    writer.finish(outcome, summary, sha256 ?? '');
    return { kind: 'done', outcome };
  } catch (error) {
    writer.fail();
    return { kind: 'failed', error: toWorkerError(error), operations: writer.count };
  } finally {
    db.close();
  }
}

/** Lets others see the rows and write between two batches. */
class Breath {
  readonly #writer: TraceWriter;
  readonly #control: Int32Array;
  #committed = performance.now();
  #flushed = performance.now();
  #pages = 0;

  constructor(writer: TraceWriter, control: Int32Array) {
    this.#writer = writer;
    this.#control = control;
  }

  take(): void {
    const wanted = this.#isHostWaiting;
    const now = performance.now();
    if (!wanted && now - this.#committed < commitMilliseconds) return;
    // A source that brings little is shown without waiting for a page to be full.
    if (this.#writer.pages !== this.#pages) this.#flushed = now;
    if (now - this.#flushed > flushMilliseconds) {
      this.#writer.flush();
      this.#flushed = now;
    } else {
      this.#writer.commit();
    }
    this.#pages = this.#writer.pages;
    if (wanted) this.#waitForHost();
    this.#committed = performance.now();
  }

  /** Where no transaction is open. */
  letHostWrite(): void {
    if (this.#isHostWaiting) this.#waitForHost();
  }

  get #isHostWaiting(): boolean {
    return Atomics.load(this.#control, controlWords.hostWantsToWrite) > 0;
  }

  // The host lowers the word when it has written; a second is the longest it can mean.
  #waitForHost(): void {
    const until = performance.now() + 1000;
    for (;;) {
      const value = Atomics.load(this.#control, controlWords.hostWantsToWrite);
      if (value === 0 || performance.now() > until) return;
      Atomics.wait(this.#control, controlWords.hostWantsToWrite, value, 50);
    }
  }
}

function sinkFor(writer: TraceWriter, breath: Breath, progress: Progress): ImportSink {
  const then = <T>(write: (batch: readonly T[]) => void) => (batch: readonly T[]): void => {
    write(batch);
    breath.take();
  };
  return {
    processes: then((batch) => writer.processes(batch)),
    modules: then((batch) => writer.modules(batch)),
    contextEvents: then((batch) => writer.contextEvents(batch)),
    operations: then((batch) => writer.operations(batch)),
    progress: (done, total) => progress.tell('reading', done, total, writer.count),
  };
}

/** Tells how far an import is. */
class Progress {
  readonly #control: Int32Array;
  #told = 0;

  constructor({ control }: ImportOrder) {
    this.#control = control;
  }

  get isCancelled(): boolean {
    return Atomics.load(this.#control, controlWords.cancel) !== 0;
  }

  /** Not too often; false once the user has cancelled. */
  tell(phase: WorkerPhase, done: number, total: number, operations: number): boolean {
    const now = performance.now();
    if (now - this.#told >= progressMilliseconds) {
      this.#told = now;
      tell({ kind: 'progress', phase, done, total, operations });
    }
    return !this.isCancelled;
  }
}

function answer(order: ImportOrder): ImportNews {
  try {
    return runImport(order);
  } catch (error) {
    // The session could not be opened, or not be written to at the end either.
    return { kind: 'failed', error: toWorkerError(error), operations: 0 };
  }
}

port.on('message', (order: ImportOrder) => tell(answer(order)));
