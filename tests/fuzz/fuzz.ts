/**
 * Damages traces of every format for as long as wanted, each format in turn.
 *
 * Usage: npm run fuzz -- [FORMAT] [--minutes N] [--seed S] [--round R] [--file TRACE [--text]]
 * FORMAT is (the beginning of) a name in tests/support/trace/fuzzSamples.ts; `--round` runs one round of a seed again; `--file` damages
 * a trace of one's own. Failing files are kept in a temporary folder and named. Rounds run in a worker, so that one that hangs is found too.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { fuzzSamples } from '../support/trace/fuzzSamples.ts';
import { failureText } from '../support/trace/fuzzTrace.ts';
import type { FuzzReport } from '../support/trace/fuzzTrace.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string' }, seed: { type: 'string' }, round: { type: 'string' }, file: { type: 'string' }, text: { type: 'boolean' } },
});
const minutes = Number(values.minutes ?? 5);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const names = values.file === undefined ? fuzzSamples.map((sample) => sample.name).filter((name) => name.startsWith(positionals[0] ?? '')) : [path.basename(values.file)];
const roundsAtOnce = 50;
/** A batch that takes longer hangs. */
const longestBatch = 120_000;
const mostFailures = 20;

if (names.length === 0) {
  console.error(`no format “${positionals[0] ?? ''}”; there are ${fuzzSamples.map((sample) => sample.name).join(', ')}`);
  process.exit(2);
}

interface Batch {
  readonly name: string;
  readonly first: number;
  readonly rounds: number;
}

let worker: Worker | undefined;

/** The report of a batch, or undefined where it hangs. */
function run(batch: Batch): Promise<FuzzReport | undefined> {
  worker ??= new Worker(new URL('./fuzzWorker.ts', import.meta.url), { workerData: { seed, file: values.file, text: values.text } });
  const current = worker;
  return new Promise((resolve, reject) => {
    const finish = (then: () => void): void => {
      clearTimeout(timer);
      current.off('message', onReport);
      current.off('error', onError);
      then();
    };
    const onReport = (report: FuzzReport): void => finish(() => resolve(report));
    const onError = (error: Error): void => finish(() => reject(error));
    const timer = setTimeout(() => {
      worker = undefined;
      finish(() => void current.terminate().then(() => resolve(undefined)));
    }, longestBatch);
    current.on('message', onReport);
    current.on('error', onError);
    current.postMessage(batch);
  });
}

let failed = 0;
let folder: string | undefined;

async function runBatch(batch: Batch): Promise<FuzzReport> {
  const report = await run(batch);
  if (report === undefined) {
    failed += 1;
    console.log(`${batch.name}: hangs in a round from ${batch.first} to ${batch.first + batch.rounds - 1} of seed ${seed}`);
    return { imported: 0, refused: 0, failures: [] };
  }
  for (const failure of report.failures) {
    failed += 1;
    folder ??= mkdtempSync(path.join(tmpdir(), 'fltreplay-fuzz-'));
    const file = path.join(folder, `${batch.name.replaceAll(' ', '-')}-${failure.seed}-${failure.round}`);
    writeFileSync(file, failure.bytes);
    console.log(`${batch.name}: ${failureText(failure)}\n  kept as ${file}`);
  }
  return report;
}

const totals = new Map(names.map((name) => [name, { rounds: 0, imported: 0, refused: 0 }]));
if (values.round !== undefined) {
  for (const name of names) await runBatch({ name, first: Number(values.round), rounds: 1 });
} else {
  const end = Date.now() + minutes * 60_000;
  for (let first = 0; Date.now() < end && failed < mostFailures; first += roundsAtOnce) {
    for (const name of names) {
      const report = await runBatch({ name, first, rounds: roundsAtOnce });
      const total = totals.get(name);
      if (total !== undefined) Object.assign(total, { rounds: total.rounds + roundsAtOnce, imported: total.imported + report.imported, refused: total.refused + report.refused });
      if (Date.now() >= end || failed >= mostFailures) break;
    }
  }
}
for (const [name, { rounds, imported, refused }] of totals) console.log(`${name}: ${rounds} rounds, ${imported} imported, ${refused} refused`);
console.log(`seed ${seed}: ${failed} failed; ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`);
process.exit(failed > 0 ? 1 : 0);
