/**
 * Peak memory of replaying a long trace with everything recorded: host with its workers, and engine host.
 *
 * Usage: node tests/bench/replayMemory.ts [OPERATIONS] [--files=N] [--stack=NAME@ALTITUDE,...]
 * (default 10 million operations on 200,000 files through four passThrough: some minutes, and as many gigabytes)
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { testHost } from '../support/testHost.ts';
import { withBundle } from './builtProgram.ts';
import { megabytes } from './processUsage.ts';
import { measureReplay, useStack } from './replayMeasure.ts';
import { writeReplaySession } from './replaySession.ts';
import { benchFolder } from './traces.ts';

const args = process.argv.slice(2);
const option = (name: string): string | undefined => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const session = option('session');

if (session !== undefined) await measure(session);
else await report(Number(args.find((arg) => /^\d+$/.test(arg)) ?? 10_000_000));

/** In a process of its own, so that making the trace does not count. */
async function report(operations: number): Promise<void> {
  const { folder, remove } = benchFolder();
  const file = path.join(folder, 'long.fltreplay');
  writeReplaySession(file, { operations, files: Number(option('files') ?? 200_000) });
  console.log(`${operations.toLocaleString('en-US')} operations, session ${megabytes(statSync(file).size)}`);
  await withBundle([fileURLToPath(import.meta.url), `--session=${file}`, ...args]);
  remove();
}

async function measure(file: string): Promise<void> {
  const { host, api } = await testHost(path.join(path.dirname(file), 'data'));
  await api.request('session.open', { path: file });
  await useStack(api, (option('stack') ?? 'passThrough@370030,passThrough@360000,passThrough@350000,passThrough@340000').split(',').filter((name) => name !== ''));
  const run = await measureReplay(api, 1);
  await host.dispose();
  console.log(`${run.outcome}: ${run.operations.toLocaleString('en-US')} operations, ${run.events.toLocaleString('en-US')} events, ${Math.round((run.operations / run.milliseconds) * 1000).toLocaleString('en-US')} operations/s`);
  console.log(`peak ${megabytes(run.peakTogether)} together, ${megabytes(run.peakHost)} host, ${megabytes(run.peakChildren)} engine host`);
  console.log(`session ${megabytes(statSync(file).size)}`);
}
