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
const progressMilliseconds = 60;

const port = assertExists(parentPort, 'importWorker runs as a worker thread');
const order = workerData as ImportOrder;
const tell = (news: ImportNews): void => port.postMessage(news);

function runImport(): void {
  const db = openForWriting(order.session, 'existing');
  const writer = new TraceWriter(db, order.trace);
  try {
    const summary = readSource(order, sinkFor(writer));
    const cancelled = summary.cancelled === true || isCancelled();
    const sha256 = cancelled ? null : sha256OfFiles(order.hashed, (done, total) => tellNow('checking', done, total, writer.count));
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

function sinkFor(writer: TraceWriter): ImportSink {
  let committed = performance.now();
  const breathe = (): void => {
    const wanted = Atomics.load(order.control, controlWords.hostWantsToWrite) > 0;
    if (!wanted && performance.now() - committed < commitMilliseconds) return;
    writer.commit();
    if (wanted) waitForHost();
    committed = performance.now();
  };
  return {
    processes: (batch) => {
      writer.processes(batch);
      breathe();
    },
    modules: (batch) => {
      writer.modules(batch);
      breathe();
    },
    contextEvents: (batch) => {
      writer.contextEvents(batch);
      breathe();
    },
    operations: (batch) => {
      writer.operations(batch);
      breathe();
    },
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
