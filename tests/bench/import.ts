/**
 * Importing a Process Monitor log through the import worker as the program does it: events a second into a session, first rows,
 * cancelling; beside it the reader alone. Then what a session of 1 million operations answers: opening, jumping, filtering.
 *
 * Usage: node tests/bench/import.ts [--save] [FILE.PML]
 *
 * Without a file a log of 1 million events with stacks of 25 frames is generated. FLTREPLAY_PROCMON_PARSER: see importPeers.ts.
 */
import path from 'node:path';
import { openFileSource } from '../../src-main/host/fileSource.ts';
import { compileWhere, openSession } from '../../src-main/session/index.ts';
import { importTrace } from '../../src-main/trace/importTrace.ts';
import { nextEvent, testHost } from '../support/testHost.ts';
import { procmonParserRate } from './importPeers.ts';
import { writeLargePml } from './largePml.ts';
import { compareWithSaved, median } from './report.ts';
import { benchFolder } from './traces.ts';

const rounds = 5;
const largeEvents = 1_000_000;
const args = process.argv.slice(2);
const given = args.find((arg) => !arg.startsWith('--'));
const { folder, remove } = benchFolder();
const file = given === undefined ? path.join(folder, 'generated.PML') : path.resolve(given);
const result: Record<string, number> = {};
const text = (value: number): string => Math.round(value).toLocaleString('en-US');

function note(what: string, value: number, unit: string): void {
  result[what] = Math.round(value * 10) / 10;
  console.log(`${what}: ${value < 100 ? value.toFixed(1) : text(value)} ${unit}`);
}

const ignore = (): void => undefined;

async function importOnce(name: string, cancelAt?: number): Promise<{ rate: number; first: number; cancel: number; session: string }> {
  const { host, api } = await testHost(path.join(folder, name), {});
  const done = nextEvent(api, 'import.done');
  const begun = performance.now();
  const first = nextEvent(api, 'import.progress', (progress) => progress.operations > 0);
  const { jobs, session: opened } = await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
  const [job] = jobs;
  const firstRows = first.then(async (progress) => {
    while (progress.traceId !== null && (await api.request('operations.page', { traceId: progress.traceId, offset: 0, limit: 50, runId: null })).rows.length === 0) await new Promise(setImmediate);
    return performance.now() - begun;
  });
  let asked = 0;
  if (cancelAt !== undefined && job !== undefined) {
    await nextEvent(api, 'import.progress', (progress) => progress.done > progress.total * cancelAt || progress.phase !== 'reading');
    asked = performance.now();
    await api.request('trace.cancelImport', { jobId: job.jobId });
  }
  const { report, milliseconds } = await done;
  const answered = performance.now();
  const measured = { rate: (report.events / milliseconds) * 1000, first: cancelAt === undefined ? await firstRows : 0, cancel: answered - asked, session: opened.path };
  await host.dispose();
  return measured;
}

if (given === undefined) writeLargePml(file, largeEvents);
let session = '';
const rates: number[] = [];
const firsts: number[] = [];
for (let round = 0; round < rounds; round++) {
  const measured = await importOnce(`data ${round}`);
  rates.push(measured.rate);
  firsts.push(measured.first);
  session = measured.session;
}
note('into a session', median(rates), `events/s (median of ${rounds})`);
note('first rows', median(firsts), 'ms');

const cancels: number[] = [];
for (let round = 0; round < rounds; round++) cancels.push((await importOnce(`cancelled ${round}`, (round + 1) / 7)).cancel);
note('cancel', Math.max(...cancels), `ms (longest of ${rounds})`);

const alone: number[] = [];
for (let round = 0; round < rounds; round++) {
  const source = openFileSource(file);
  const begun = performance.now();
  const { events } = importTrace(source, { processes: ignore, modules: ignore, contextEvents: ignore, operations: ignore, progress: () => true });
  alone.push((events / (performance.now() - begun)) * 1000);
  source.close();
}
note('reader alone', median(alone), 'events/s');
const peer = procmonParserRate(file, 1);
if (typeof peer === 'number') note('times procmon-parser', median(rates) / peer, 'times');
else console.log(`procmon-parser: ${peer}`);
askSession();
compareWithSaved('import', result, args.includes('--save'));
remove();

function timed(action: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    action();
    times.push(performance.now() - begun);
  }
  return median(times);
}

function askSession(): void {
  note('open the session', timed(() => openSession(session, 'existing').close()), 'ms');
  const open = openSession(session, 'existing');
  const { traces } = open.reader;
  const trace = traces.traces()[0]?.id ?? 0;
  const count = traces.count(trace);
  console.log(`questions to ${text(count)} operations:`);
  let seed = 1;
  note('jump', timed(() => traces.range(trace, (seed = (seed * 48_271) % count) + 1, seed + 100)), 'ms');
  const filters = { frequent: 'operation = ReadFile', rare: 'path contains "folder 40\\file 99" and offset >= 8192', none: 'path ends with ".docx" or status = error', process: 'process contains bench and not operation = CreateFile' };
  for (const [name, where] of Object.entries(filters)) {
    const condition = compileWhere(where);
    note(`first page, ${name} (${where})`, timed(() => traces.select(trace, 0, 0, 100, condition)), 'ms');
    note(`count, ${name}`, timed(() => traces.span(trace, condition)), 'ms');
  }
  open.close();
}
