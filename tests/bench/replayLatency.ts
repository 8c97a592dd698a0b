/**
 * How long a pause and a stop take while a long replay goes on: from the request to the state that says so. The longest of some tries.
 *
 * Usage: node tests/bench/replayLatency.ts [TRIES]   (bar: 100 ms on a machine that does nothing else)
 */
import path from 'node:path';
import { nextEvent, testHost } from '../support/testHost.ts';
import { useStack } from './replayMeasure.ts';
import { writeReplaySession } from './replaySession.ts';
import { benchFolder } from './traces.ts';

const tries = Number(process.argv[2] ?? 10);
const loop = `export function DriverEntry(DriverObject, RegistryPath) {
  const filter = ref();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]] }, filter);
  return FltStartFiltering(filter.value);
}
function PreRead(Data, FltObjects, CompletionContext) {
  for (let turns = 0; turns >= 0;) turns = (turns + 1) % 1000;
}
`;
const loopAtStart = 'export function DriverEntry(DriverObject, RegistryPath) {\n  for (let turns = 0; turns >= 0;) turns = (turns + 1) % 1000;\n}\n';

const { folder, remove } = benchFolder();
const { host, api } = await testHost(path.join(folder, 'data'));
const session = path.join(folder, 'bench.fltreplay');
writeReplaySession(session, { operations: 2_000_000, files: 50_000 });
await api.request('session.open', { path: session });

await useStack(api, ['passThrough']);
await start();
const pauses: number[] = [];
for (let at = 0; at < tries; at++) {
  await sleep(50 + ((at * 37) % 100));
  pauses.push(await timed('stopped', () => api.request('run.pause', {})));
  await api.request('run.continue', {});
}
tell('pause', pauses);
const stops = [await timed('ended', () => api.request('run.stop', {}))];
for (let at = 1; at < Math.min(tries, 3); at++) {
  await start();
  await sleep(300);
  stops.push(await timed('ended', () => api.request('run.stop', {})));
}
tell('stop', stops);
await useDriver(loop);
await start();
await sleep(500);
tell('pause in a callback that loops', [await timed('stopped', () => api.request('run.pause', {}))]);
await api.request('run.continue', {});
tell('stop in a callback that loops', [await timed('ended', () => api.request('run.stop', {}))]);
await useDriver(loopAtStart);
void api.request('run.start', { traceId: 1, firstOperation: null, stopOnEntry: false });
await nextEvent(api, 'run.state', (state) => state.kind === 'running');
await sleep(500);
tell('stop in a DriverEntry that loops', [await timed('ended', () => api.request('run.stop', {}))]);
await host.dispose();
remove();

async function useDriver(source: string): Promise<void> {
  await useStack(api, []);
  await api.request('drivers.add', { name: 'loops', source, manifest: '{}', altitude: '320000', enabled: true });
}

/** Until operations are being replayed. */
async function start(): Promise<void> {
  const running = nextEvent(api, 'run.state', (state) => state.kind === 'running');
  await api.request('run.start', { traceId: 1, firstOperation: null, stopOnEntry: false });
  await running;
  await sleep(200);
}

async function timed(state: 'stopped' | 'ended', action: () => Promise<unknown>): Promise<number> {
  const there = nextEvent(api, 'run.state', ({ kind }) => kind === state);
  const begun = performance.now();
  const [ended] = await Promise.all([there.then(() => performance.now()), action()]);
  return ended - begun;
}

function tell(what: string, milliseconds: readonly number[]): void {
  console.log(`${what}: at most ${Math.max(...milliseconds).toFixed(0)} ms (${milliseconds.map((one) => one.toFixed(0)).join(', ')})`);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}
