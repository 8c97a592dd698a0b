/** Replays a session's trace through a stack of bundled drivers as the program does, and measures it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { HostApi } from '../../src-preload/contract/index.ts';
import { nextEvent, projectRoot } from '../support/testHost.ts';
import { watchUsage, type Usage } from './processUsage.ts';

export interface ReplayMeasure extends Usage {
  /** From the drivers' being loaded to the end of the run, everything stored. */
  readonly milliseconds: number;
  /** Until the drivers were loaded. */
  readonly startMilliseconds: number;
  readonly operations: number;
  readonly events: number;
  readonly outcome: string;
}

/** `name` or `name@altitude`, any number of each. */
export async function useStack(api: HostApi, stack: readonly string[]): Promise<void> {
  for (const driver of await api.request('drivers.list', {})) await api.request('drivers.remove', { id: driver.id });
  for (const [at, spec] of stack.entries()) {
    const [name = '', altitude] = spec.split('@');
    if (altitude === undefined) await api.request('drivers.addBundled', { name, altitude: null, enabled: true });
    // Not as bundled ones: instances of one name cannot attach to a volume twice.
    else await api.request('drivers.add', { name: `${name}${at}`, source: readFileSync(path.join(projectRoot, 'resources', 'drivers', `${name}.ts`), 'utf8'), manifest: '{}', altitude, enabled: true });
  }
}

export async function measureReplay(api: HostApi, traceId: number): Promise<ReplayMeasure> {
  const usage = watchUsage();
  let loadedAt = 0;
  const loaded = api.listen('run.state', (state) => {
    if (state.kind === 'running' && loadedAt === 0) loadedAt = performance.now();
  });
  const ended = nextEvent(api, 'run.state', (state) => state.kind === 'ended');
  const begun = performance.now();
  const run = await api.request('run.start', { traceId, firstOperation: null, stopOnEntry: false });
  const end = await ended;
  const milliseconds = performance.now() - loadedAt;
  loaded.dispose();
  const stored = (await api.request('run.list', {})).find(({ id }) => id === run.id);
  return { ...usage.stop(), milliseconds, startMilliseconds: loadedAt - begun, operations: stored?.operations ?? 0, events: stored?.events ?? 0, outcome: end.kind === 'ended' ? end.outcome : end.kind };
}
