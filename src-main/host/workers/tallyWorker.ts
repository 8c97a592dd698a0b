/** Worker thread: counts over whole traces, a page after the other, and hears questions between. What was asked for last goes on first. */
import { parentPort } from 'node:worker_threads';
import { assertExists } from '../../base/assert.ts';
import { compileWhere, maskOf, OperationPages, type Mask, type PageEntry } from '../../session/index.ts';
import { Density, dividerOf, type Divider } from '../tally/density.ts';
import { Statistics } from '../tally/statistics.ts';
import type { QueryReply, TallyNews, TallyOrder, TallyQuestions, TallyWords } from './messages.ts';
import { toWorkerError } from './workerError.ts';

const turnMilliseconds = 25;
/** How often it is told how a count stands; and how much longer than what is asked upon it takes, so that counting goes on. */
const newsMilliseconds = 150;
const newsShare = 5;
/** Traces, filters and divisions whose pages are remembered. */
const keptTallies = 6;

interface Job {
  readonly id: number;
  readonly kind: TallyOrder['kind'];
  readonly pages: OperationPages;
  readonly steps: Generator<void, void>;
  /** Tells how it stands. */
  tell(state: 'running' | 'complete' | 'cancelled'): void;
  readonly statistics: Statistics | null;
  toldAt: number;
}

/** What was asked since a count was last told took so long. */
let answering = 0;

const port = assertExists(parentPort, 'tallyWorker runs as a worker thread');
const tell = (news: TallyNews): void => port.postMessage(news);
/** Under way, the newest last. */
let jobs: Job[] = [];
const ended = new Map<number, Statistics>();
/** What pages hold, by block: a page within one bucket need not be opened again. */
const known = new Map<string, { readonly divider: Divider; readonly tallies: Map<number, Uint32Array> }>();

const maskFor = (where: string | null, pages: OperationPages): Mask | null => (where === null ? null : maskOf(compileWhere(where).where, pages.about));

function densityJob(id: number, order: Extract<TallyOrder, { kind: 'density' }>): Job {
  const pages = new OperationPages(order.session, order.trace);
  const mask = maskFor(order.where, pages);
  const offset = pages.about.clockOffset;
  const [first, last] = [pages.entries[0], pages.entries.at(-1)];
  const from = order.from === null ? (first?.firstTime ?? 0n) : order.from - offset;
  const end = order.to === null ? pages.entries.reduce((latest, { lastTime }) => (lastTime > latest ? lastTime : latest), last?.lastTime ?? 0n) + 1n : order.to - offset;
  const to = end > from ? end : from + 1n;
  const buckets = Math.max(1, Math.min(4096, Math.floor(order.buckets), Number(to - from)));
  const entries = pages.entries.filter(({ firstTime, lastTime }) => lastTime >= from && firstTime < to);
  const { divider, tallies } = rememberedFor(order, pages);
  const density = new Density(divider, from, to, buckets);
  const total = entries.reduce((sum, { count }) => sum + count, 0);
  let [at, done] = [0, 0];
  const step = (entry: PageEntry): void => {
    const bucket = density.onlyBucket(entry);
    let tally = tallies.get(entry.block);
    if (bucket === null) {
      const page = pages.open(entry);
      density.add(page, mask?.(page) ?? null);
      return;
    }
    if (tally === undefined) {
      const page = pages.open(entry);
      tallies.set(entry.block, (tally = density.tally(page, mask?.(page) ?? null)));
    }
    density.addTally(bucket, tally);
  };
  return {
    id, kind: 'density', pages, statistics: null, toldAt: 0,
    steps: (function* () {
      for (const entry of entries) {
        step(entry);
        at++;
        done += entry.count;
        yield;
      }
    })(),
    tell(state) {
      // What passes a filter is not known before a page was looked at.
      const series = density.series(state === 'running' && mask === null ? entries.slice(at) : []);
      tell({ kind: 'density', id, news: { state, progress: { done, total }, from: from + offset, to: to + offset, isExact: state === 'complete', series, total: series.reduce((sum, one) => sum + one.total, 0) } });
    },
  };
}

function rememberedFor(order: Extract<TallyOrder, { kind: 'density' }>, pages: OperationPages): { readonly divider: Divider; readonly tallies: Map<number, Uint32Array> } {
  const fresh = { divider: dividerOf(order.by, pages.about), tallies: new Map<number, Uint32Array>() };
  if (pages.isChanging) return fresh;
  const end = pages.entries.at(-1);
  const key = JSON.stringify([order.session, order.trace, order.where, order.by, String(pages.about.clockOffset), end === undefined ? 0 : end.first + end.count]);
  const remembered = known.get(key) ?? fresh;
  known.delete(key);
  known.set(key, remembered);
  for (const oldest of known.keys()) {
    if (known.size <= keptTallies) break;
    known.delete(oldest);
  }
  return remembered;
}

function statisticsJob(id: number, order: Extract<TallyOrder, { kind: 'statistics' }>): Job {
  const pages = new OperationPages(order.session, order.trace);
  const mask = maskFor(order.where, pages);
  const statistics = new Statistics(pages.about);
  const total = pages.entries.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  return {
    id, kind: 'statistics', pages, statistics, toldAt: 0,
    steps: (function* () {
      for (const entry of pages.entries) {
        const page = pages.open(entry);
        statistics.add(page, mask?.(page) ?? null);
        done += entry.count;
        yield;
      }
    })(),
    tell: (state) => tell({ kind: 'statistics', id, news: { state, progress: { done, total }, total: statistics.total() } }),
  };
}

function start(id: number, order: TallyOrder): void {
  try {
    const job = order.kind === 'density' ? densityJob(id, order) : statisticsJob(id, order);
    jobs.push(job);
    // A density is told at once: the directory of pages says how much there is where.
    if (order.kind === 'density') job.tell('running');
    job.toldAt = performance.now();
    if (jobs.length === 1) setImmediate(turn);
  } catch (error) {
    tell({ kind: 'failed', id, error: toWorkerError(error) });
  }
}

function turn(): void {
  const job = jobs.at(-1);
  if (job === undefined) return;
  try {
    const until = performance.now() + turnMilliseconds;
    let isDone = false;
    do isDone = job.steps.next().done === true;
    while (!isDone && performance.now() < until);
    if (isDone) end(job, 'complete');
    else if (performance.now() - job.toldAt >= Math.max(newsMilliseconds, answering * newsShare)) {
      answering = 0;
      job.tell('running');
      job.toldAt = performance.now();
    }
  } catch (error) {
    remove(job);
    tell({ kind: 'failed', id: job.id, error: toWorkerError(error) });
  }
  if (jobs.length > 0) setImmediate(turn);
}

function end(job: Job, state: 'complete' | 'cancelled'): void {
  remove(job);
  job.tell(state);
}

function remove(job: Job): void {
  jobs = jobs.filter((other) => other !== job);
  if (job.statistics !== null) ended.set(job.id, job.statistics);
  job.pages.close();
}

const statisticsOf = (id: number): Statistics => assertExists(jobs.find((job) => job.id === id)?.statistics ?? ended.get(id), `statistics ${id} are counted`);

const answers: { readonly [N in keyof TallyQuestions]: (of: number, params: TallyQuestions[N]['params']) => TallyQuestions[N]['result'] } = {
  page: (of, { by, sort, descending, offset, limit }) => statisticsOf(of).page(by, sort, descending, offset, limit),
  processes: (of) => statisticsOf(of).processes(),
  times: (_, { session, trace, operations }) => {
    const pages = new OperationPages(session, trace);
    try {
      return Array.from(pages.timesOf(operations), ({ number, time }) => ({ number, time: time + pages.about.clockOffset }));
    } finally {
      pages.close();
    }
  },
};

port.on('message', (words: TallyWords) => {
  switch (words.kind) {
    case 'start':
      return start(words.id, words.order);
    case 'cancel': {
      const job = jobs.find(({ id }) => id === words.id);
      return job === undefined ? undefined : end(job, 'cancelled');
    }
    case 'forget': {
      const job = jobs.find(({ id }) => id === words.id);
      if (job !== undefined) remove(job);
      ended.delete(words.id);
      return;
    }
    case 'ask': {
      const { id, name, params } = words.question;
      const begun = performance.now();
      let reply: QueryReply;
      try {
        const answer = answers[name as unknown as keyof TallyQuestions] as (of: number, params: unknown) => unknown;
        reply = { id, result: answer(words.of, params) };
      } catch (error) {
        reply = { id, error: toWorkerError(error) };
      }
      answering += performance.now() - begun;
      return tell({ kind: 'answer', reply });
    }
    case 'close':
      for (const job of jobs) job.pages.close();
      port.close();
      process.exit(0);
  }
});
