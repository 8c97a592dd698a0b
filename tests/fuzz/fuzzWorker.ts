/** Runs batches of fuzz rounds and answers with their reports. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { fuzzSamples } from '../support/trace/fuzzSamples.ts';
import { fuzzTrace } from '../support/trace/fuzzTrace.ts';
import type { FuzzSample } from '../support/trace/fuzzTrace.ts';

const { seed, file, text } = workerData as { readonly seed: number; readonly file: string | undefined; readonly text: boolean | undefined };

const samples = new Map<string, FuzzSample>(fuzzSamples.map((sample) => [sample.name, sample]));
if (file !== undefined) {
  const bytes = new Uint8Array(readFileSync(file));
  samples.set(path.basename(file), { name: path.basename(file), text: text === true, bytes: () => bytes });
}

parentPort?.on('message', ({ name, first, rounds }: { readonly name: string; readonly first: number; readonly rounds: number }) => {
  const sample = samples.get(name);
  if (sample !== undefined) parentPort?.postMessage(fuzzTrace(sample, seed, rounds, first));
});
