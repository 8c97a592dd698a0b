/** Matches traces of the open session in pairs, each in a worker thread. */
import { Worker } from 'node:worker_threads';
import type { OperationRow, PairInfo, PairRow, PairRowKind } from '../../src-preload/contract/index.ts';
import type { StoredPairRow } from '../session/index.ts';
import { hostErrors } from './errors.ts';
import type { HostContext } from './hostContext.ts';
import { workerFile } from './places.ts';
import { operationRow } from './sessionInfo.ts';
import type { PairNews, PairOrder } from './workers/messages.ts';
import { fromWorkerError } from './workers/workerError.ts';

const pageLimit = 500;

interface RunningPair {
  readonly control: Int32Array;
  readonly ended: Promise<void>;
}

export class PairService {
  readonly #context: HostContext;
  readonly #running = new Map<number, RunningPair>();

  constructor(context: HostContext) {
    this.#context = context;
  }

  start(above: number, below: number, clockOffset: bigint | null): PairInfo {
    const context = this.#context;
    const [upper, lower] = [context.trace(above), context.trace(below)];
    if (above === below) throw hostErrors.pairOfOne();
    if (upper.state === 'importing' || lower.state === 'importing') throw hostErrors.traceImporting();
    const pair = context.write((writer) => writer.pairs.begin(above, below));
    const control = new Int32Array(new SharedArrayBuffer(4));
    const order: PairOrder = { session: context.session.path, pair, above, below, clockOffset, sameFormat: upper.format === lower.format, control };
    this.#running.set(pair, { control, ended: this.#run(order) });
    return this.info(pair);
  }

  list(): PairInfo[] {
    return this.#context.session.reader.pairs.pairs().map((pair) => ({ ...pair }));
  }

  info(id: number): PairInfo {
    const pair = this.#context.session.reader.pairs.pair(id);
    if (pair === undefined) throw hostErrors.noPair(id);
    return pair;
  }

  page(id: number, kinds: readonly PairRowKind[] | null, offset: number, limit: number): { rows: PairRow[]; count: number } {
    const { above, below } = this.info(id);
    const { rows, count } = this.#context.session.reader.pairs.rows(id, kinds, Math.max(0, Math.floor(offset)), Math.max(0, Math.min(limit, pageLimit)));
    return { rows: rows.map((row) => this.#row(row, above, below)), count };
  }

  cancel(id: number): void {
    const running = this.#running.get(id);
    if (running !== undefined) Atomics.store(running.control, 0, 1);
  }

  async remove(id: number): Promise<void> {
    this.info(id);
    this.cancel(id);
    await this.#running.get(id)?.ended;
    this.#context.write((writer) => writer.pairs.remove(id));
  }

  /** Ends what is going on with a trace, or with all of them; what was found stays. */
  async stop(trace: number | null): Promise<void> {
    const ends: Promise<void>[] = [];
    for (const [id, { ended }] of this.#running) {
      const { above, below } = this.info(id);
      if (trace !== null && trace !== above && trace !== below) continue;
      this.cancel(id);
      ends.push(ended);
    }
    await Promise.all(ends);
  }

  async #run(order: PairOrder): Promise<void> {
    const { pair } = order;
    try {
      await this.#matched(order);
    } catch (error) {
      this.#context.write((writer) => writer.pairs.setState(pair, 'failed'));
      this.#context.emit('notice', { severity: 'error', message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#running.delete(pair);
    }
    this.#context.emit('pair.done', this.info(pair));
  }

  #matched(order: PairOrder): Promise<void> {
    const worker = new Worker(workerFile('pairWorker'), { workerData: order, execArgv: [], name: 'pair' });
    return new Promise((resolve, reject) => {
      let done = false;
      let failure: Error | null = null;
      worker.on('message', (news: PairNews) => {
        if (news.kind === 'progress') this.#context.emit('pair.progress', { pairId: order.pair, done: news.done, total: news.total });
        else if (news.kind === 'done') done = true;
        else failure = fromWorkerError(news.error);
      });
      worker.on('error', (error) => (failure ??= hostErrors.workerDied('Matching the pair', error instanceof Error ? error.message : String(error))));
      worker.on('exit', (code) => {
        if (failure) reject(failure);
        else if (done) resolve();
        else reject(hostErrors.workerDied('Matching the pair', `exit code ${code}`));
      });
    });
  }

  #row({ number, kind, above, below, changes }: StoredPairRow, upperTrace: number, lowerTrace: number): PairRow {
    const { traces } = this.#context.session.reader;
    const [upper] = above === null ? [] : traces.range(upperTrace, above, above);
    const [lower] = below === null ? [] : traces.range(lowerTrace, below, below);
    const row = (op: typeof upper): OperationRow | null => (op === undefined ? null : operationRow(op, undefined));
    return {
      number, kind, above: row(upper), below: row(lower),
      changes: upper === undefined || lower === undefined ? [] : changes.map((field) => ({ field, above: upper[field], below: lower[field] })),
    };
  }
}
