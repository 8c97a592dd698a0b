/**
 * Replay with everything recorded to the session, for stacks of bundled drivers: operations a second, CPU time of engine host and host, memory.
 *
 * Usage: node tests/bench/replay.ts [FILE.PML | OPERATIONS] [--save]
 * Without a file 300,000 operations, or so many, of programs that open, read, write and close files; a long run shows what is left when V8 has
 * compiled everything. Only the default is compared with the saved run. What is measured is the built program; the rate counts from the
 * moment at which the drivers are loaded.
 */
import { cpSync } from 'node:fs';
import path from 'node:path';
import type { HostApi } from '../../src-preload/contract/index.ts';
import { nextEvent, testHost } from '../support/testHost.ts';
import { isInBuiltProgram } from './builtProgram.ts';
import { megabytes } from './processUsage.ts';
import { measureReplay, useStack, type ReplayMeasure } from './replayMeasure.ts';
import { writeReplaySession } from './replaySession.ts';
import { compareWithSaved, median } from './report.ts';
import { benchFolder } from './traces.ts';

const stacks: Readonly<Record<string, readonly string[]>> = {
  'no driver': [],
  passThrough: ['passThrough'],
  'four passThrough': ['passThrough@370030', 'passThrough@360000', 'passThrough@350000', 'passThrough@340000'],
  statusWatch: ['statusWatch'],
  ctx: ['ctx'],
};
const rounds = 3;
const usualOperations = 300_000;
const save = process.argv.includes('--save');
const argument = process.argv.slice(2).find((arg) => !arg.startsWith('--'));
const operations = /^\d+$/.test(argument ?? '') ? Number(argument) : usualOperations;
const given = operations === Number(argument) ? undefined : argument;

if (await isInBuiltProgram(import.meta.url)) await measure();

async function measure(): Promise<void> {
  const { folder, remove } = benchFolder();
  const { host, api } = await testHost(path.join(folder, 'data'));
  const traceId = await openTrace(api, folder);
  const result: Record<string, number> = {};
  for (const [name, stack] of Object.entries(stacks)) {
    await useStack(api, stack);
    const runs: ReplayMeasure[] = [];
    for (let round = 0; round < rounds; round++) runs.push(await measureReplay(api, traceId));
    tell(name, runs, result);
  }
  await host.dispose();
  if (argument === undefined) compareWithSaved('replay', result, save);
  remove();
}

async function openTrace(api: HostApi, folder: string): Promise<number> {
  if (given === undefined) {
    const session = path.join(folder, 'bench.fltreplay');
    const trace = writeReplaySession(session, { operations, files: 20_000 });
    // A session that is another's is copied; this one is opened where it lies.
    await api.request('session.open', { path: session });
    return trace;
  }
  const copy = path.join(folder, path.basename(given));
  cpSync(given, copy);
  const imported = nextEvent(api, 'import.done');
  await api.request('trace.open', { sources: [{ source: { kind: 'path', path: copy } }], into: 'new' });
  return (await imported).trace.id;
}

function tell(name: string, runs: readonly ReplayMeasure[], result: Record<string, number>): void {
  const of = (value: (run: ReplayMeasure) => number): number => median(runs.map(value));
  const rate = Math.round(of((run) => (run.operations / run.milliseconds) * 1000));
  const child = of((run) => run.children / run.operations);
  const own = of((run) => run.host / run.operations);
  const peak = of((run) => run.peakTogether);
  const [first] = runs;
  const failed = runs.find(({ outcome }) => outcome !== 'completed');
  if (first === undefined || failed !== undefined) throw new Error(`${name}: the run ended as ${failed?.outcome ?? 'none'}.`);
  console.log(`${name}: ${rate.toLocaleString('en-US')} operations/s; CPU ${child.toFixed(1)} µs an operation in the engine host, ${own.toFixed(1)} in the host, starting included; `
    + `${(first.events / first.operations).toFixed(1)} events an operation; peak ${megabytes(peak)} together (median of ${rounds}; started in ${Math.round(of((run) => run.startMilliseconds))} ms)`);
  result[`${name}, operations/s`] = rate;
  result[`${name}, engine host µs/operation`] = Number(child.toFixed(2));
  result[`${name}, host µs/operation`] = Number(own.toFixed(2));
  result[`${name}, peak MB`] = Math.round(peak / 2 ** 20);
}
