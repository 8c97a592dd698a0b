/** Worker thread: matches two traces of a session, on connections of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { assertExists } from '../../base/assert.ts';
import { openForWriting, PairRowWriter, SessionReader, type TraceReader } from '../../session/index.ts';
import { estimateClockOffset } from '../../trace/pairs/clockOffset.ts';
import { defaultPairOptions, pairOperations } from '../../trace/pairs/pairOperations.ts';
import type { PairSide } from '../../trace/pairs/pairSide.ts';
import type { PairNews, PairOrder } from './messages.ts';
import { toWorkerError } from './workerError.ts';

const rowsAtOnce = 1000;
/** So many operations of each tell how far the clocks are apart. */
const sampleSize = 40_000;
const progressMilliseconds = 100;
const rowsPerCheck = 256;

const port = assertExists(parentPort, 'pairWorker runs as a worker thread');
const order = workerData as PairOrder;
const tell = (news: PairNews): void => port.postMessage(news);
const isCancelled = (): boolean => Atomics.load(order.control, 0) !== 0;

function runPair(): void {
  const reader = new SessionReader(order.session);
  const db = openForWriting(order.session, 'existing');
  try {
    const { traces } = reader;
    const clockOffset = order.clockOffset ?? estimate(traces);
    const rows = new PairRowWriter(db, order.pair, clockOffset);
    const total = traces.count(order.above) + traces.count(order.below);
    const watch = new Watch(total);
    const above = sides(traces, order.above, 1, watch);
    const below = sides(traces, order.below, 1, watch);
    // Added to the lower side's times, which are ahead by so much.
    for (const row of pairOperations(above, below, { ...defaultPairOptions, clockOffset: -clockOffset })) rows.add(row);
    rows.commit(isCancelled() ? 'cancelled' : 'complete');
    tell({ kind: 'done' });
  } catch (error) {
    tell({ kind: 'failed', error: toWorkerError(error) });
  } finally {
    db.close();
    reader.close();
  }
}

/** Ticks by which the clock below is ahead; 0 where that cannot be told. */
function estimate(traces: TraceReader): bigint {
  const [above, below] = [order.above, order.below].map((trace) => assertExists(traces.trace(trace), 'the host has looked'));
  const first = [above?.firstTime ?? 0n, below?.firstTime ?? 0n].reduce((a, b) => (a > b ? a : b));
  const sample = (trace: number, from: number): Iterable<PairSide> => sides(traces, trace, from, null, sampleSize);
  // Captures of one machine overlap in time; those of clocks far apart at least begin together.
  const together = [order.above, order.below].map((trace) => traces.indexAtTime(trace, first));
  const [fromAbove = null, fromBelow = null] = together;
  const overlapping = fromAbove === null || fromBelow === null ? null : estimateClockOffset(sample(order.above, fromAbove), sample(order.below, fromBelow));
  return -(overlapping ?? estimateClockOffset(sample(order.above, 1), sample(order.below, 1)) ?? 0n);
}

/** Tells how far both sides are. */
class Watch {
  readonly #total: number;
  #done = 0;
  #told = 0;

  constructor(total: number) {
    this.#total = total;
  }

  passed(count: number): void {
    this.#done += count;
    const now = performance.now();
    if (now - this.#told < progressMilliseconds) return;
    this.#told = now;
    tell({ kind: 'progress', done: this.#done, total: this.#total });
  }
}

/** The operations of a trace from number `from` on; they end where the user cancels. */
function* sides(traces: TraceReader, trace: number, from: number, watch: Watch | null, most = Infinity): Generator<PairSide> {
  const count = Math.min(traces.count(trace), from - 1 + most);
  // Flags that a text export does not have are no change.
  const flags = order.sameFormat;
  for (let at = from; at <= count; at += rowsAtOnce) {
    const rows = traces.range(trace, at, Math.min(count, at + rowsAtOnce - 1));
    for (const [position, row] of rows.entries()) {
      if (position % rowsPerCheck === 0 && isCancelled()) return;
      yield { ...row, fileObject: null, irpFlags: flags ? row.irpFlags : 0 };
    }
    watch?.passed(rows.length);
  }
}

runPair();
