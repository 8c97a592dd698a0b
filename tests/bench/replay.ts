/**
 * Operations a second through the engine host, everything recorded to the session, for stacks of bundled drivers.
 *
 * Usage: node tests/bench/replay.ts [FILE.PML]
 */
import path from 'node:path';
import type { HostApi } from '../../src-preload/contract/index.ts';
import { nextEvent, testHost } from '../support/testHost.ts';
import { median } from './report.ts';
import { benchTrace } from './traces.ts';

const stacks: readonly (readonly string[])[] = [[], ['passThrough'], ['passThrough@370030', 'passThrough@360000', 'passThrough@350000', 'passThrough@340000'], ['statusWatch']];
const rounds = 3;
const { file, folder, remove } = benchTrace(100_000);
const { host, api } = await testHost(path.join(folder, 'data'), { open: 'temporary' });
const imported = nextEvent(api, 'import.done');
await api.request('trace.open', { sources: [{ source: { kind: 'path', path: file } }], into: 'new' });
const { trace } = await imported;

for (const stack of stacks) {
  await useStack(api, stack);
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) rates.push(await replayRate(api, trace.id));
  console.log(`${stack.length === 0 ? 'no driver' : stack.join(' > ')}: ${Math.round(median(rates)).toLocaleString('en-US')} operations/s (median of ${rounds})`);
}
await host.dispose();
remove();

async function useStack(client: HostApi, stack: readonly string[]): Promise<void> {
  for (const driver of await client.request('drivers.list', {})) await client.request('drivers.remove', { id: driver.id });
  for (const [at, spec] of stack.entries()) {
    const [name = '', altitude] = spec.split('@');
    const made = await client.request('drivers.addBundled', { name, altitude: altitude ?? null, enabled: true });
    if (stack.length > 1) await client.request('drivers.update', { id: made.id, name: `${name}${at}` });
  }
}

async function replayRate(client: HostApi, traceId: number): Promise<number> {
  const ended = nextEvent(client, 'run.state', (state) => state.kind === 'ended');
  const begun = performance.now();
  await client.request('run.start', { traceId, firstOperation: null, stopOnEntry: false });
  await ended;
  return (trace.report.operations / (performance.now() - begun)) * 1000;
}
