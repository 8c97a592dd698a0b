/**
 * Movement in time on a long run: steps by unit, jumps, reverse-continue beside forward-continue, cancel, and how long a moment takes to be rebuilt.
 *
 * Usage: node tests/bench/debugger.ts [OPERATIONS] [--save]     default 100000; 1000000 and 10000000 are the figures of the bars.
 * Programs that open, read, write and close files, below statusWatch. Times are of requests, as a client sees them, in milliseconds.
 */
import path from 'node:path';
import { nextEvent, testHost } from '../support/testHost.ts';
import { measureReplay, useStack } from './replayMeasure.ts';
import { writeReplaySession } from './replaySession.ts';
import { compareWithSaved, median } from './report.ts';
import { benchFolder } from './traces.ts';

const save = process.argv.includes('--save');
const operations = Number(process.argv.slice(2).find((arg) => /^\d+$/.test(arg)) ?? 100_000);
const rounds = 15;

const { folder, remove } = benchFolder();
const { host, api } = await testHost(path.join(folder, 'data'));
const session = path.join(folder, 'bench.fltreplay');
const trace = writeReplaySession(session, { operations, files: 20_000 });
await api.request('session.open', { path: session });
await useStack(api, ['statusWatch']);
for (const one of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id: one.id });
const run = await measureReplay(api, trace);
if (run.outcome !== 'completed') throw new Error(`the run ended as ${run.outcome}`);
console.log(`${operations.toLocaleString('en-US')} operations, ${run.events.toLocaleString('en-US')} events, replayed in ${Math.round(run.milliseconds)} ms`);

const result: Record<string, number> = {};
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

function tell(name: string, times: readonly number[]): void {
  const middle = median(times);
  console.log(`${name}: ${middle.toFixed(1)} ms (median of ${times.length}; most ${Math.max(...times).toFixed(1)})`);
  result[`${name}, ms`] = Number(middle.toFixed(2));
}

const jump = (index: number): Promise<unknown> => api.request('debug.goTo', { runId: null, target: { kind: 'operation', index } });
/** Spread over the run, the same each time. */
const places = Array.from({ length: rounds }, (_, at) => 1 + ((at * 7919) % rounds) * Math.floor((operations - 1) / rounds));

const jumps: number[] = [];
for (const place of places) jumps.push(await timed(() => jump(place)));
tell('jump to an operation', jumps);

await jump(Math.floor(operations / 2));
for (const unit of ['layer', 'callback', 'operation'] as const) {
  for (const direction of ['forward', 'back'] as const) {
    const steps: number[] = [];
    for (let at = 0; at < rounds; at++) steps.push(await timed(() => api.request('debug.step', { unit, direction, how: unit === 'callback' ? 'in' : 'over' })));
    tell(`step ${direction} by ${unit}`, steps);
  }
}

// A hit at every so many operations, and none at all: the whole log is looked at.
const often = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['post'] }, where: { major: 3 } } });
for (const direction of ['forward', 'back'] as const) {
  await jump(Math.floor(operations / 2));
  const hits: number[] = [];
  for (let at = 0; at < rounds; at++) hits.push(await timed(() => api.request('debug.continue', { direction })));
  tell(`continue ${direction} to the next hit`, hits);
}
await api.request('breakpoints.remove', { id: often.id });
const never = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['status'] }, where: { path: '*nothing-like-that*' } } });
await jump(operations);
tell('reverse-continue through the whole run', [await timed(() => api.request('debug.continue', { direction: 'back' }))]);
await jump(1);
tell('continue through the whole run', [await timed(() => api.request('debug.continue', { direction: 'forward' }))]);

const cancels: number[] = [];
for (let at = 0; at < 5; at++) {
  await jump(operations);
  const moving = api.request('debug.continue', { direction: 'back' });
  await new Promise((resolve) => void setTimeout(resolve, 5));
  cancels.push(await timed(async () => {
    await api.request('debug.cancel', {});
    await moving;
  }));
}
tell('cancel', cancels);
await api.request('breakpoints.remove', { id: never.id });

const rebuilds: number[] = [];
for (const place of [0.25, 0.5, 1]) {
  const rebuilt = nextEvent(api, 'run.state', (state) => state.kind === 'stopped' && state.stop.moment.basis === 'rebuilt');
  rebuilds.push(await timed(async () => {
    await jump(Math.max(1, Math.floor(operations * place)));
    await rebuilt;
  }));
}
tell('a moment rebuilt, each a quarter of the run or more behind the one before', rebuilds);

await host.dispose();
compareWithSaved(`debugger ${operations}`, result, save);
remove();
process.exit(0);
