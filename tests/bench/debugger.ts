/**
 * Movement in time on a long run: steps, jumps, continue and reverse-continue, cancel, and how long a moment takes to be rebuilt.
 *
 * Usage: node tests/bench/debugger.ts [OPERATIONS] [--stack passThrough|fourPassThrough|statusWatch] [--keep FOLDER] [--steps N] [--only jumps|steps|lines|hits|runs|cancels|rebuilds|live,...] [--save]
 * Default: 100000 operations through statusWatch; 1000000 and 10000000 are the figures of the bars, the larger one through passThrough.
 * `--keep`: the recorded run is made once and used again. Programs that open, read, write and close files; times are of requests, as a
 * client of the built program sees them, in milliseconds.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import type { RunInfo } from '../../src-preload/contract/index.ts';
import { nextEvent, testHost } from '../support/testHost.ts';
import { isInBuiltProgram } from './builtProgram.ts';
import { measureReplay, useStack } from './replayMeasure.ts';
import { writeReplaySession } from './replaySession.ts';
import { compareWithSaved, median } from './report.ts';
import { benchFolder } from './traces.ts';

type Direction = 'forward' | 'back';

const stacks: Readonly<Record<string, readonly string[]>> = {
  passThrough: ['passThrough'],
  fourPassThrough: ['passThrough@370030', 'passThrough@360000', 'passThrough@350000', 'passThrough@340000'],
  statusWatch: ['statusWatch'],
};
const args = process.argv.slice(2);
const valueOf = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const save = args.includes('--save');
const operations = Number(args.find((arg, at) => /^\d+$/.test(arg) && args[at - 1] !== '--keep') ?? 100_000);
const stackName = valueOf('--stack') ?? 'statusWatch';
const stack = stacks[stackName];
if (stack === undefined) throw new Error(`--stack is one of ${Object.keys(stacks).join(', ')}`);
const kept = valueOf('--keep');
/** So many of each step and jump. */
const steps = Number(valueOf('--steps') ?? 100);
const directions: readonly Direction[] = ['forward', 'back'];

if (!(await isInBuiltProgram(import.meta.url))) process.exit();
const temporary = benchFolder();
const folder = kept ?? temporary.folder;
mkdirSync(folder, { recursive: true });
const { host, api } = await testHost(path.join(folder, 'data'));
const run = await recordedRun(path.join(folder, 'bench.fltreplay'), stack);
console.log(`${stackName}: ${operations.toLocaleString('en-US')} operations, ${run.events.toLocaleString('en-US')} events; load ${loadavg().map((one) => one.toFixed(1)).join(' ')}`);
const driverId = run.layers.find((layer) => layer.driverId !== null)?.driverId ?? 0;

const result: Record<string, number> = {};
const parts = { jumps, steps: unitSteps, lines: lineSteps, hits, runs: wholeRuns, cancels, rebuilds, live };
const only = valueOf('--only')?.split(',');
for (const [name, part] of Object.entries(parts)) if (only?.includes(name) !== false) await part();
await host.dispose();
compareWithSaved('debugger', Object.fromEntries(Object.entries(result).map(([name, value]) => [`${stackName} ${operations}: ${name}`, value])), save);
temporary.remove();
process.exit(0);

async function recordedRun(session: string, drivers: readonly string[]): Promise<RunInfo> {
  const isNew = !existsSync(session);
  const trace = isNew ? writeReplaySession(session, { operations, files: 20_000 }) : 0;
  await api.request('session.open', { path: session });
  if (isNew) {
    await useStack(api, drivers);
    const { outcome, milliseconds } = await measureReplay(api, trace);
    if (outcome !== 'completed') throw new Error(`the run ended as ${outcome}`);
    console.log(`replayed in ${(milliseconds / 1000).toFixed(1)} s`);
  }
  for (const one of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id: one.id });
  const [first] = await api.request('run.list', {});
  if (first === undefined || first.operations !== operations) throw new Error(`${session} holds another run`);
  return first;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function tell(name: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const [middle, late, most] = [median(times), sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0, sorted.at(-1) ?? 0];
  console.log(`${name}: ${middle.toFixed(1)} ms${times.length < 20 ? '' : `, 99th ${late.toFixed(1)}`}, most ${most.toFixed(1)} (${times.length})`);
  result[`${name}, median ms`] = Number(middle.toFixed(2));
  if (times.length >= 20) result[`${name}, 99th ms`] = Number(late.toFixed(2));
}

function jump(index: number): Promise<unknown> {
  return api.request('debug.goTo', { runId: run.id, target: { kind: 'operation', index: Math.max(1, Math.min(operations, Math.floor(index))) } });
}

function rebuilt(): Promise<unknown> {
  return nextEvent(api, 'run.state', (state) => state.kind === 'stopped' && !state.stop.moment.rebuilding);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}

/** Spread over the run, the same each time. */
async function jumps(): Promise<void> {
  const times: number[] = [];
  for (let at = 0; at < steps; at++) times.push(await timed(() => jump(1 + (((at * 7919) % steps) / steps) * operations)));
  tell('jump to an operation', times);
}

async function unitSteps(): Promise<void> {
  await jump(operations / 2);
  for (const unit of ['layer', 'callback', 'operation'] as const) {
    for (const direction of directions) {
      const times: number[] = [];
      for (let at = 0; at < steps; at++) times.push(await timed(() => api.request('debug.step', { unit, direction, how: unit === 'callback' ? 'in' : 'over' })));
      tell(`step ${direction} by ${unit}`, times);
    }
  }
}

/** Where a follower stands: getting there is told by `rebuilds`. */
async function lineSteps(): Promise<void> {
  const there = rebuilt();
  await jump(5000);
  await there;
  for (const direction of directions) {
    const times: number[] = [];
    for (let at = 0; at < steps; at++) {
      times.push(await timed(() => api.request('debug.step', { unit: 'line', direction, how: 'in' })));
      // Somebody looks at where he is.
      await sleep(100);
    }
    tell(`step ${direction} by line`, times);
  }
}

/** Of a run that goes on, from a read's pre-operation callback: over its lines, and on to the next routine. */
async function live(): Promise<void> {
  const { id } = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['pre'] }, where: { major: 3 } } });
  const stopped = (): Promise<unknown> => nextEvent(api, 'run.state', (state) => state.kind === 'stopped');
  const first = stopped();
  const { id: runId } = await api.request('run.start', { traceId: run.traceId, firstOperation: null, stopOnEntry: false });
  await first;
  await api.request('breakpoints.remove', { id });
  const times: number[] = [];
  for (let at = 0; at < steps; at++) {
    const next = stopped();
    times.push(await timed(() => Promise.all([api.request('run.next', {}), next])));
    // Somebody looks at where he is.
    await sleep(100);
  }
  tell('step over in a run that goes on', times);
  const ended = nextEvent(api, 'run.state', (state) => state.kind === 'ended');
  await api.request('run.stop', {});
  await ended;
  await api.request('run.remove', { runId });
}

/** A hit at every so many operations. */
async function hits(): Promise<void> {
  const { id } = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['post'] }, where: { major: 3 } } });
  for (const direction of directions) {
    await jump(operations / 2);
    const times: number[] = [];
    for (let at = 0; at < steps; at++) times.push(await timed(() => api.request('debug.continue', { direction })));
    tell(`continue ${direction} to the next hit`, times);
  }
  await api.request('breakpoints.remove', { id });
}

/** Without a hit. Every page has reads and that status, but never together, so each has to be opened; and none has that path. */
async function wholeRuns(): Promise<void> {
  const across: Record<Direction, number[]> = { forward: [], back: [] };
  for (const [what, where] of [['opening every page', { major: 3, status: 'STATUS_OBJECT_NAME_NOT_FOUND' }], ['for a path that is not there', { path: '*nothing-like-that*' }]] as const) {
    const { id } = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['post'] }, where } });
    for (const direction of directions) across[direction] = [];
    for (let round = 0; round < 3; round++) {
      for (const direction of directions) {
        await jump(direction === 'forward' ? 1 : operations);
        across[direction].push(await timed(() => api.request('debug.continue', { direction })));
      }
    }
    for (const direction of directions) tell(`the whole run ${direction}, ${what}`, across[direction]);
    const ratio = median(across.back) / median(across.forward);
    console.log(`back ${ratio.toFixed(2)} times forward`);
    result[`the whole run ${what}, back by forward`] = Number(ratio.toFixed(2));
    await api.request('breakpoints.remove', { id });
  }
}

/** In the middle of something long; the answer to what was under way comes with it. */
async function cancels(): Promise<void> {
  const scan = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['post'] }, where: { major: 3, status: 'STATUS_OBJECT_NAME_NOT_FOUND' } } });
  await cancelling('a search through the log', 50, () => api.request('debug.continue', { direction: 'back' }));
  await api.request('breakpoints.remove', { id: scan.id });
  const line = await aLine();
  const survey = await api.request('breakpoints.add', { spec: { at: { kind: 'line', line }, driverId, condition: 'Data.Iopb.MajorFunction === 99' } });
  await cancelling('a survey for a line', 1500, () => api.request('debug.continue', { direction: 'back' }));
  await api.request('breakpoints.remove', { id: survey.id });
  await cancelling('a rebuilding', 1500, () => api.request('debug.goTo', { runId: run.id, target: { kind: 'operation', index: operations - 1 } }), true);
}

/** `isRebuild`: what is cancelled goes on after its request was answered. */
async function cancelling(what: string, after: number, move: () => Promise<unknown>, isRebuild = false): Promise<void> {
  const times: number[] = [];
  for (let at = 0; at < 5; at++) {
    await jump(operations);
    const moving = move();
    // Waited for from here on: on a short run it is there before it can be cancelled.
    const kept = isRebuild ? moving.then(rebuilt) : moving;
    await sleep(after);
    times.push(await timed(async () => {
      await api.request('debug.cancel', {});
      await kept;
    }));
  }
  tell(`cancel in ${what}`, times);
}

/** A line of a callback. */
async function aLine(): Promise<number> {
  const there = rebuilt();
  await jump(100);
  await there;
  await api.request('debug.step', { unit: 'callback', direction: 'forward', how: 'in' });
  await api.request('debug.step', { unit: 'line', direction: 'forward', how: 'over' });
  const state = await api.request('run.state', {});
  const line = state.kind === 'stopped' ? state.stop.point.line : null;
  if (line === null) throw new Error('no line was come to');
  return line;
}

/** Of the first million operations: beyond, it takes as much longer as there are more. */
async function rebuilds(): Promise<void> {
  const times: number[] = [];
  for (const place of [0.25, 0.5, 1]) {
    const there = rebuilt();
    times.push(await timed(async () => {
      await jump(Math.min(operations, 1_000_000) * place);
      await there;
    }));
  }
  tell('a moment rebuilt, each a quarter of the first million or more behind the one before', times);
}
