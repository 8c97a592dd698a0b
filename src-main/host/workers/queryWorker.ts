/** Worker thread: answers questions that may take long, on read-only connections of its own. */
import { parentPort } from 'node:worker_threads';
import { assertExists } from '../../base/assert.ts';
import { eventKinds } from '../../replay/eventPage.ts';
import { compareGroundTruth, compileWhere, peekSession, runQuery, SessionReader } from '../../session/index.ts';
import { walkStored } from '../eventSearch.ts';
import { FilterAnswers } from './filterAnswers.ts';
import { cells, exportPiece, highlights, matchCount, nextMatch } from './listAnswers.ts';
import type { FileInspection, QueryMap, QueryName, QueryQuestion, QueryReply, SourceOrder } from './messages.ts';
import { Lives } from './lives.ts';
import { preview } from './preview.ts';
import { readSource } from './readSource.ts';
import { sha256OfFiles } from './sha256.ts';
import { TraceLines } from './traceLines.ts';
import { toWorkerError } from './workerError.ts';

type Answers = { readonly [N in QueryName]: (params: QueryMap[N]['params']) => QueryMap[N]['result'] };

// One session is open at a time; the connection is kept from question to question.
const traceLines = new TraceLines();
const filters = new FilterAnswers();
const lives = new Lives();
let current: { path: string; reader: SessionReader } | null = null;

function readerOf(path: string): SessionReader {
  if (current?.path === path) return current.reader;
  current?.reader.close();
  current = null;
  current = { path, reader: new SessionReader(path) };
  return current.reader;
}

const answers: Answers = {
  find: (p) => readerOf(p.session).traces.find(p.trace, p.text, p.from, p.backwards, p.where === null ? null : compileWhere(p.where)),
  select: (p) => readerOf(p.session).traces.select(p.trace, p.after, p.offset, p.limit, p.where === null ? null : compileWhere(p.where)),
  filtered: (p) => filters.page(readerOf(p.session), p),
  position: (p) => filters.position(readerOf(p.session), p),
  values: (p) => filters.values(readerOf(p.session), p),
  cells: (p) => cells(readerOf(p.session), p),
  highlights: (p) => highlights(readerOf(p.session), p),
  nextMatch: (p) => nextMatch(readerOf(p.session), p),
  matchCount: (p) => matchCount(readerOf(p.session), p),
  export: (p) => exportPiece(readerOf(p.session), p),
  context: ({ session, trace, from, to, filter }) => {
    const { traces } = readerOf(session);
    return { rows: traces.contextEvents(trace, from, to, filter), count: traces.contextCount(trace, filter) };
  },
  jsonLines: (p) => traceLines.read(p),
  sql: (p) => runQuery(p.session, p.sql, p.limit),
  events: findEvents,
  walk: (p) => walkStored(readerOf(p.session), p.run, p.from, p.direction, p.sought, p.pages),
  affected: (p) => readerOf(p.session).affected.operations(p.run, p.cause, p.offset, p.limit),
  causes: (p) => readerOf(p.session).affected.causes(p.run, p.offset, p.limit),
  violationGroups: (p) => readerOf(p.session).runs.violationGroups(p.run),
  differences: (p) => readerOf(p.session).differences(p.trace, p.run, p.offset, p.limit, p.underWay),
  groundTruth: (p) => compareGroundTruth(readerOf(p.session), p.trace, p.run, p.stack),
  life: (p) => lives.info(readerOf(p.session), p),
  lifePage: (p) => lives.page(readerOf(p.session), p),
  span: (p) => readerOf(p.session).traces.span(p.trace, p.where === null ? null : compileWhere(p.where)),
  preview,
  inspectFile,
  inspectSession: (p) => peekSession(p.session, ({ traces }) =>
    traces.traces().map(({ id }) => ({ trace: id, byOperation: traces.countsByOperation(id), byProcess: traces.countsByProcess(id) }))),
};

function findEvents(p: QueryMap['events']['params']): QueryMap['events']['result'] {
  const kinds = p.kinds === null ? null : new Set(p.kinds.map((kind) => eventKinds.indexOf(kind)));
  const positions: number[] = [];
  let count = 0;
  for (const page of readerOf(p.session).runs.matchingPages(p.run, { operation: p.operation, kinds: p.kinds })) {
    const { operation, kind } = page.columns;
    for (let row = 0; row < page.count; row++) {
      if (p.operation !== null && operation[row] !== p.operation) continue;
      if (kinds !== null && !kinds.has(kind[row] ?? -1)) continue;
      if (count >= p.offset && positions.length < p.limit) positions.push(page.first + row);
      count++;
    }
  }
  return { count, positions };
}

/** Reads a trace to its end and counts; nothing is stored. */
function inspectFile(order: SourceOrder): FileInspection {
  const names = new Map<number, { name: string; pid: number }>();
  const byOperation = new Map<string, number>();
  const byProcess = new Map<number, number>();
  const summary = readSource(order, {
    processes: (batch) => batch.forEach((process) => names.set(process.index, { name: process.name, pid: process.pid })),
    operations: (batch) => {
      for (const op of batch) {
        byOperation.set(op.operation, (byOperation.get(op.operation) ?? 0) + 1);
        byProcess.set(op.process, (byProcess.get(op.process) ?? 0) + 1);
      }
    },
    modules: () => undefined,
    contextEvents: () => undefined,
    progress: () => true,
  });
  return {
    summary,
    processes: names.size,
    sha256: sha256OfFiles(order.hashed) ?? '',
    byOperation: [...byOperation].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count),
    byProcess: [...byProcess].map(([index, count]) => ({ name: names.get(index)?.name ?? '', pid: names.get(index)?.pid ?? 0, count })).sort((a, b) => b.count - a.count),
  };
}

const port = assertExists(parentPort, 'queryWorker runs as a worker thread');
port.on('message', (question: QueryQuestion | 'close') => {
  if (question === 'close') {
    current?.reader.close();
    traceLines.close();
    port.close();
    return;
  }
  let reply: QueryReply;
  try {
    const answer = answers[question.name] as (params: unknown) => unknown;
    reply = { id: question.id, result: answer(question.params) };
  } catch (error) {
    reply = { id: question.id, error: toWorkerError(error) };
  }
  port.postMessage(reply);
});
