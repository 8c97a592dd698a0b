/**
 * Comparing long traces and runs: time and peak memory of the process with its worker.
 *
 * Usage: node tests/bench/compare.ts [OPERATIONS] [--files=N] [--stack=NAME,...] [--keep=SESSION] [--only=traces|runs] [--save]
 * (default 10 million operations on 200,000 files through no driver: some minutes, and as many gigabytes)
 *
 * Compared are two plain traces (in the second one every thousandth operation ends otherwise, and every ten thousandth is missing), a run with itself,
 * with a run in which the file system answers one operation in the first thousand otherwise, and that with the recording.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompareInfo, HostApi, SideRef } from '../../src-preload/contract/index.ts';
import { STATUS_DISK_FULL } from '../../src-main/nt/values.generated.ts';
import { nextEvent, testHost } from '../support/testHost.ts';
import { megabytes, watchUsage } from './processUsage.ts';
import { useStack } from './replayMeasure.ts';
import { writeReplaySession, writeReplayTrace } from './replaySession.ts';
import { compareWithSaved } from './report.ts';
import { benchFolder } from './traces.ts';

const args = process.argv.slice(2);
const option = (name: string): string | undefined => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const operations = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 10_000_000);
const session = option('session');

if (session !== undefined) await measure(session);
else make();

/** In a process of its own, so that making the traces does not count. */
function make(): void {
  const { folder, remove } = benchFolder();
  const file = option('keep') ?? path.join(folder, 'compare.fltreplay');
  if (!existsSync(file)) {
    const files = Number(option('files') ?? 200_000);
    writeReplaySession(file, { operations, files });
    writeReplayTrace(file, { operations, files, changed: (index) => (index % 10_000 === 9_999 ? 'missing' : index % 1000 === 499 ? 'failed' : null) });
  }
  const child = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), `--session=${file}`, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  process.exitCode = child.status ?? 1;
  remove();
}

async function measure(file: string): Promise<void> {
  const { host, api } = await testHost(path.join(path.dirname(file), 'data'));
  const { traces: [one, other] } = await api.request('session.open', { path: file });
  if (one === undefined || other === undefined) throw new Error('the session has no two traces');
  const figures: Record<string, number> = {};
  const size = one.report.operations.toLocaleString('en-US');
  const compared = async (what: string, a: SideRef, b: SideRef): Promise<void> => {
    const usage = watchUsage();
    const begun = performance.now();
    const info = await compare(api, a, b);
    const seconds = (performance.now() - begun) / 1000;
    const { peakHost, host: cpu } = usage.stop();
    if (info.state !== 'complete') throw new Error(`${what}: ${info.state} ${info.problem ?? ''}`);
    figures[`${what} of ${size}, seconds`] = Number(seconds.toFixed(2));
    figures[`${what} of ${size}, CPU seconds`] = Number((cpu / 1e6).toFixed(2));
    figures[`${what} of ${size}, peak MB`] = Math.round(peakHost / 1e6);
    console.log(`${what}: ${seconds.toFixed(1)} s (${(cpu / 1e6).toFixed(1)} s of CPU), ${info.count.toLocaleString('en-US')} differences, ${info.listed.toLocaleString('en-US')} listed, peak ${megabytes(peakHost)}`);
  };
  if (option('only') !== 'runs') await compared('two traces', { kind: 'recording', traceId: one.id }, { kind: 'recording', traceId: other.id });
  if (option('only') !== 'traces') {
    await useStack(api, (option('stack') ?? '').split(',').filter((name) => name !== ''));
    const plain: SideRef = { kind: 'run', runId: await run(api, one.id, false) };
    const changed: SideRef = { kind: 'run', runId: await run(api, one.id, true) };
    await compared('two equal runs', plain, plain);
    await compared('two runs that differ early', plain, changed);
    await compared('a run and the recording', { kind: 'recording', traceId: one.id }, changed);
  }
  await host.dispose();
  compareWithSaved('compare', figures, args.includes('--save'));
}

async function compare(api: HostApi, a: SideRef, b: SideRef): Promise<CompareInfo> {
  const done = nextEvent(api, 'compare.changed', ({ state }) => state !== 'running');
  await api.request('compare.start', { a, b });
  return done;
}

async function run(api: HostApi, traceId: number, isChanged: boolean): Promise<number> {
  const ended = nextEvent(api, 'run.state', ({ kind }) => kind === 'ended');
  const { id } = await api.request('run.start', {
    traceId, firstOperation: null, stopOnEntry: false, breakpoints: false, ...(isChanged && { overlays: [{ kind: 'ioStatus' as const, operation: 501, status: STATUS_DISK_FULL, information: 0 }] }),
  });
  await ended;
  return id;
}
