/**
 * Worker thread: reads one trace into a session on a connection of its own.
 *
 * SQLite takes one writer at a time. The import commits often, and at once when the host raises `hostWantsToWrite`, so that an
 * edit never waits for more than a batch.
 */
import { parentPort, workerData } from 'node:worker_threads';
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
const order = workerData as ImportOrder;
const tell = (news: ImportNews): void => port.postMessage(news);

function runImport(): void {
  const db = openForWriting(order.session, 'existing');
  const writer = new TraceWriter(db, order.trace);
  try {
    const breath = new Breath(writer);
    const summary = readSource(order, sinkFor(writer, breath));
    const isOrdered = writer.putInOrder((done, total) => {
      breath.letHostWrite();
      return tellNow('sorting', done, total, writer.count);
    });
    const isWhole = isOrdered && summary.cancelled !== true && !isCancelled();
    const sha256 = isWhole ? sha256OfFiles(order.hashed, (done, total) => tellNow('checking', done, total, writer.count)) : null;
    const outcome = sha256 === null ? 'cancelled' : 'complete';
    writer.finish(outcome, summary, sha256 ?? '');
    tell({ kind: 'done', outcome });
  } catch (error) {
    writer.fail();
    tell({ kind: 'failed', error: toWorkerError(error), operations: writer.count });
  } finally {
    db.close();
  }
}

/** Lets others see the rows and write between two batches. */
class Breath {
  readonly #writer: TraceWriter;
  #committed = performance.now();
  #flushed = performance.now();
  #pages = 0;

  constructor(writer: TraceWriter) {
    this.#writer = writer;
  }

  take(): void {
    const wanted = hostWantsToWrite();
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
    if (wanted) waitForHost();
    this.#committed = performance.now();
  }

  /** Where no transaction is open. */
  letHostWrite(): void {
    if (hostWantsToWrite()) waitForHost();
  }
}

function sinkFor(writer: TraceWriter, breath: Breath): ImportSink {
  const then = <T>(write: (batch: readonly T[]) => void) => (batch: readonly T[]): void => {
    write(batch);
    breath.take();
  };
  return {
    processes: then((batch) => writer.processes(batch)),
    modules: then((batch) => writer.modules(batch)),
    contextEvents: then((batch) => writer.contextEvents(batch)),
    operations: then((batch) => writer.operations(batch)),
    progress: (done, total) => tellNow('reading', done, total, writer.count),
  };
}

let told = 0;

/** Tells how far it is, not too often; false once the user has cancelled. */
function tellNow(phase: WorkerPhase, done: number, total: number, operations: number): boolean {
  const now = performance.now();
  if (now - told >= progressMilliseconds) {
    told = now;
    tell({ kind: 'progress', phase, done, total, operations });
  }
  return !isCancelled();
}

const isCancelled = (): boolean => Atomics.load(order.control, controlWords.cancel) !== 0;
const hostWantsToWrite = (): boolean => Atomics.load(order.control, controlWords.hostWantsToWrite) > 0;

// The host lowers the word when it has written; a second is the longest it can mean.
function waitForHost(): void {
  const until = performance.now() + 1000;
  for (;;) {
    const value = Atomics.load(order.control, controlWords.hostWantsToWrite);
    if (value === 0 || performance.now() > until) return;
    Atomics.wait(order.control, controlWords.hostWantsToWrite, value, 50);
  }
}

runImport();
