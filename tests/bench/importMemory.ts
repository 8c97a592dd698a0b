/**
 * Peak memory of importing a large Process Monitor log: resident size of the whole process, host and worker threads together.
 *
 * Usage: node tests/bench/importMemory.ts [EVENTS] [--disordered]   (default 10 million: 4 GB of log, some minutes)
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { nextEvent, testHost } from '../support/testHost.ts';
import { writeLargePml } from './largePml.ts';
import { benchFolder } from './traces.ts';

const sampleMilliseconds = 20;
const args = process.argv.slice(2);
const importing = args[0] === '--import' ? args[1] : undefined;
const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

if (importing !== undefined) await measure(importing);
else report(Number(args.find((arg) => /^\d+$/.test(arg)) ?? 10_000_000));

/** In a process of its own, so that making the log does not count. */
function report(events: number): void {
  const { folder, remove } = benchFolder();
  const file = path.join(folder, 'large.PML');
  writeLargePml(file, events, args.includes('--disordered') ? 'disordered' : 'ordered');
  console.log(`${events.toLocaleString('en-US')} events, ${megabytes(statSync(file).size)}`);
  const child = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), '--import', file], { encoding: 'utf8', stdio: ['ignore', 'inherit', 'inherit'] });
  process.exitCode = child.status ?? 1;
  remove();
}

async function measure(file: string): Promise<void> {
  let peak = process.memoryUsage.rss();
  const before = peak;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), sampleMilliseconds);
  const { host, api } = await testHost(path.join(path.dirname(file), 'data'));
  const done = nextEvent(api, 'import.done');
  const { session } = await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
  const { report: { events, operations }, milliseconds } = await done;
  clearInterval(timer);
  await host.dispose();
  console.log(`peak ${megabytes(peak)} (${megabytes(before)} before), ${operations.toLocaleString('en-US')} operations in ${(milliseconds / 1000).toFixed(1)} s, ${Math.round((events / milliseconds) * 1000).toLocaleString('en-US')} events/s`);
  console.log(`session ${megabytes(statSync(session.path).size)}`);
  await ask(session.path);
}

/** What the large session answers, and how much memory that takes beyond the import. */
async function ask(session: string): Promise<void> {
  const { openSession, compileWhere } = await import('../../src-main/session/index.ts');
  const timed = <T>(what: string, action: () => T): T => {
    const begun = performance.now();
    const answer = action();
    console.log(`${what}: ${(performance.now() - begun).toFixed(1)} ms`);
    return answer;
  };
  const open = timed('open', () => openSession(session, 'existing'));
  const { traces } = open.reader;
  const trace = traces.traces()[0]?.id ?? 0;
  const count = traces.count(trace);
  for (const part of [0.5, 0.123, 0.99]) timed(`jump to ${Math.round(part * 100)} %`, () => traces.range(trace, Math.floor(count * part), Math.floor(count * part) + 100));
  timed('count with a filter', () => traces.span(trace, compileWhere('path contains "file 99" and operation = ReadFile')));
  console.log(`resident after that: ${megabytes(process.memoryUsage.rss())}`);
  open.close();
}
