/** Worker thread: compares two sides of a session on a read-only connection of its own, then answers questions about what it found. */
import { parentPort, workerData } from 'node:worker_threads';
import { assertExists } from '../../base/assert.ts';
import { compareRecording } from '../../compare/compareRecording.ts';
import { compareRuns, type ComparedRun } from '../../compare/compareRuns.ts';
import { compareTraces, type TracedOperation } from '../../compare/compareTraces.ts';
import { Differences } from '../../compare/difference.ts';
import { SessionReader } from '../../session/index.ts';
import { pathKey } from '../../trace/pairs/pairSide.ts';
import { ComparedList } from './comparedList.ts';
import type { CompareNews, CompareOrder, CompareQuestions, CompareSideOrder, CompareStanding, QueryQuestion, QueryReply } from './messages.ts';
import { toWorkerError } from './workerError.ts';

const progressMilliseconds = 100;
/** So many operations of each tell whether the traces name the same threads. */
const sampleSize = 20_000;
/** The thread looks up from its work so often, to hear questions. */
const turnMilliseconds = 30;

const port = assertExists(parentPort, 'compareWorker runs as a worker thread');
const order = workerData as CompareOrder;
const reader = new SessionReader(order.session);
const found = new Differences();
const list = new ComparedList(reader, order, found);
const tell = (news: CompareNews): void => port.postMessage(news);
const isCancelled = (): boolean => Atomics.load(order.control, 0) !== 0;

/** The work in steps: what is done of the total, and whether the first difference is certain by now. */
interface Step {
  readonly done: number;
  readonly isFirstCertain: boolean;
}

function plan(): { readonly total: number; readonly steps: Generator<Step, string | null> } {
  const { a, b } = order;
  if (a.trace !== b.trace) return { total: reader.traces.count(a.trace) + reader.traces.count(b.trace), steps: tracesCompared(a, b) };
  if (a.run !== null && b.run !== null) return { total: a.events + b.events, steps: runsCompared(a, a.run, b, b.run) };
  if (a.run === null && b.run === null) return { total: 0, steps: nothing() };
  return { total: a.events + b.events, steps: recordingCompared(a.run === null ? b : a, a.run ?? b.run ?? 0, a.run !== null) };
}

function* nothing(): Generator<Step, null> {
  yield { done: 0, isFirstCertain: true };
  return null;
}

function* runsCompared(a: CompareSideOrder, runA: number, b: CompareSideOrder, runB: number): Generator<Step, string | null> {
  if (a.last < b.first || b.last < a.first) return `${a.title} and ${b.title} have no operation in common: one issued ${a.first} to ${a.last}, the other ${b.first} to ${b.last}.`;
  const side = (one: CompareSideOrder, run: number): ComparedRun => ({ layers: one.layers, first: one.first, last: one.last, pages: reader.compare.log(run), causeOf: reader.compare.causes(run), edited: new Set(one.edited) });
  yield* compareRuns(side(a, runA), side(b, runB), found);
  return null;
}

function* recordingCompared(side: CompareSideOrder, run: number, swapped: boolean): Generator<Step, null> {
  const steps = compareRecording({
    results: reader.compare.otherThanRecorded(side.trace, run, side.isUnderWay), pages: reader.compare.logPagesWith(run, ['complete', 'violation', 'hint', 'change']), recordedOf: reader.traces.recordedAnswers(side.trace), layers: side.layers,
    causeOf: reader.compare.causes(run), swapped,
  }, found);
  let done = 0;
  for (const _ of steps) yield { done: done++, isFirstCertain: false };
  return null;
}

function* tracesCompared(a: CompareSideOrder, b: CompareSideOrder): Generator<Step, string | null> {
  const byThread = namesSameThreads(a.trace, b.trace);
  const steps = compareTraces(traced(a, byThread), traced(b, byThread), found);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value > 0 ? null : `${a.title} and ${b.title} have no operation in common, so they cannot be compared.`;
    yield { done: step.value, isFirstCertain: false };
  }
}

function* traced({ trace, run }: CompareSideOrder, byThread: boolean): Generator<TracedOperation> {
  for (const { op, status, isIssued } of reader.compare.operations(trace, run)) {
    if (!isIssued) continue;
    const path = op.path === null ? '' : pathKey(op.path);
    yield {
      index: op.index, stream: `${op.processName.toLowerCase()}${byThread ? ` ${op.pid} ${op.tid}` : ''}`, key: `${op.operation} ${op.offset ?? ''} ${op.length ?? ''} ${path}`, title: op.operation, status, information: run === null ? op.information : null,
    };
  }
}

/** Two captures of one start of the system: most threads of the smaller are in the other too. */
function namesSameThreads(a: number, b: number): boolean {
  const threads = (trace: number): Set<string> => new Set(reader.traces.range(trace, 1, Math.min(sampleSize, reader.traces.count(trace))).map((op) => `${op.processName} ${op.pid} ${op.tid}`));
  const [one, other] = [threads(a), threads(b)];
  const common = [...one].filter((thread) => other.has(thread)).length;
  return common * 2 > Math.min(one.size, other.size);
}

const standing = (isFirstCertain: boolean): CompareStanding => ({
  first: isFirstCertain && found.first !== null ? list.row(0, found.first) : null, count: found.count, counts: { ...found.counts }, listed: found.kept,
});

function begin(): void {
  const { total, steps } = plan();
  let toldAt = performance.now();
  let isCertain = false;
  const turn = (): void => {
    try {
      const until = performance.now() + turnMilliseconds;
      do {
        const step = isCancelled() ? null : steps.next();
        if (step === null || step.done === true) {
          found.sort();
          list.settled();
          tell({ kind: 'done', outcome: step === null ? 'cancelled' : 'complete', problem: step?.value ?? null, ...standing(true) });
          return;
        }
        const now = performance.now();
        if (now - toldAt < progressMilliseconds && (isCertain || !step.value.isFirstCertain)) continue;
        toldAt = now;
        isCertain ||= step.value.isFirstCertain;
        tell({ kind: 'progress', done: step.value.done, total, ...standing(isCertain) });
      } while (performance.now() < until);
      setImmediate(turn);
    } catch (error) {
      tell({ kind: 'failed', error: toWorkerError(error) });
    }
  };
  turn();
}

const answers: { readonly [N in keyof CompareQuestions]: (params: CompareQuestions[N]['params']) => CompareQuestions[N]['result'] } = {
  page: (params) => list.page(params),
  groups: () => ({ groups: list.groups() }),
  export: (params) => list.export(params),
};

port.on('message', (question: QueryQuestion | 'close') => {
  if (question === 'close') {
    reader.close();
    port.close();
    process.exit(0);
  }
  let reply: QueryReply;
  try {
    const answer = answers[question.name as unknown as keyof CompareQuestions] as (params: unknown) => unknown;
    reply = { id: question.id, result: answer(question.params) };
  } catch (error) {
    reply = { id: question.id, error: toWorkerError(error) };
  }
  tell({ kind: 'answer', reply });
});

begin();
