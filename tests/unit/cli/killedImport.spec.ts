/** The program is killed in the middle of an import: nothing that was committed is lost, and the session says what it has. */
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { SessionReader } from '../../../src-main/session/index.ts';
import { writeLargePml } from '../../bench/largePml.ts';
import { fltreplay, startFltreplay } from '../../support/commandLine.ts';
import { sampleFile, testHost } from '../../support/testHost.ts';
import { tempFolder } from '../../support/tempFolder.ts';

// Workers and processes are started: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 120_000 });

const events = 400_000;
/** Source: tests/bench/traces.ts: an event every 100 ticks, from this time on. */
const firstTime = 132_539_328_000_000_000n;
const step = 100n;
const pollMilliseconds = 5;

const folder = tempFolder();
const session = path.join(folder, 'killed.fltreplay');

/** Operations of the second trace that others can see; null before there are any. */
function committed(): number | null {
  const reader = new SessionReader(session);
  try {
    const count = reader.traces.trace(2)?.operations ?? 0;
    return count === 0 ? null : count;
  } finally {
    reader.close();
  }
}

async function importAndKill(file: string): Promise<number> {
  const child = startFltreplay(folder, 'import', file, '--session', session);
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  let seen: number | null = null;
  while (seen === null && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    seen = committed();
  }
  child.kill('SIGKILL');
  // Windows knows no signals: there it is only gone.
  if (process.platform === 'win32') await ended;
  else expect(await ended).toBe('SIGKILL');
  return seen ?? 0;
}

it('an import whose process is killed keeps all it had committed, in order, and is shown as cut off', async () => {
  const file = path.join(folder, 'long.PML');
  writeLargePml(file, events);
  await fltreplay(folder, 'import', sampleFile, '--session', session);
  const before = summary(session, 1);
  const seen = await importAndKill(file);
  expect(seen).toBeGreaterThan(0);

  const { host, api } = await testHost(path.join(folder, 'data'), { open: 'temporary' });
  await api.request('session.open', { path: session });
  const { traces } = await api.request('session.current', {});
  expect(traces.map(({ name, state }) => [name, state])).toEqual([['first-light.jsonl', 'complete'], ['long.PML', 'failed']]);
  const { count } = await api.request('operations.page', { traceId: 2, offset: 0, limit: 1, runId: null });
  await host.dispose();

  expect(count).toBeGreaterThanOrEqual(seen);
  expect(count).toBeLessThan(events);
  const reader = new SessionReader(session);
  const trace = reader.traces.trace(2);
  expect([trace?.operations, reader.traces.count(2)]).toEqual([count, count]);
  let at = 0;
  for (let from = 1; from <= count; from += 10_000) {
    for (const { index, time, sourceIndex } of reader.traces.range(2, from, Math.min(count, from + 9999))) {
      if (index !== at + 1 || sourceIndex !== at || time !== firstTime + BigInt(at) * step) throw new Error(`operation ${index} is event ${sourceIndex} of ${time}`);
      at++;
    }
  }
  expect(at).toBe(count);
  expect(reader.traces.operation(2, count)?.path).toBe(pathOf(count - 1));
  expect(reader.traces.stack(2, count)?.length).toBe(25);
  reader.close();
  expect(summary(session, 1)).toEqual(before);
});

/** Source: tests/bench/traces.ts, of which blocks of 20,000 are repeated. */
const pathOf = (event: number): string => `C:\\bench\\folder ${Math.floor((event % 20_000) / 400)}\\file ${Math.floor((event % 20_000) / 4) % 100}.dat`;

function summary(file: string, trace: number): unknown {
  const reader = new SessionReader(file);
  try {
    return [reader.traces.trace(trace), reader.traces.range(trace, 1, 1000), reader.stack.drivers()];
  } finally {
    reader.close();
  }
}
