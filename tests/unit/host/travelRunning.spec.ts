/** Into the past of a run that goes on, and back, with real engine hosts. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';
import { writeReplaySession } from '../../bench/replaySession.ts';

it('a run is paused while somebody looks at its past, and goes on to its end from where it stood', { timeout: 120_000 }, async () => {
  const folder = tempFolder();
  const { host, api } = await testHost(folder);
  const session = path.join(folder, 'long.fltreplay');
  const traceId = writeReplaySession(session, { operations: 8_000, files: 500 });
  await api.request('session.open', { path: session });
  for (const { id } of await api.request('drivers.list', {})) await api.request('drivers.remove', { id });
  await api.request('drivers.addBundled', { name: 'statusWatch', altitude: null, enabled: true });
  const begun = nextEvent(api, 'events.appended', ({ count }) => count > 0);
  const run = await api.request('run.start', { traceId, firstOperation: null, stopOnEntry: false });
  await begun;
  expect((await api.request('run.state', {})).kind).toBe('running');
  await api.request('debug.goTo', { runId: null, target: { kind: 'operation', index: 3 } });
  expect(await api.request('run.state', {})).toMatchObject({ kind: 'stopped', runId: run.id, stop: { operation: { index: 3 }, moment: { past: true } } });
  const { count } = await api.request('events.page', { runId: run.id, offset: 0, limit: 1, operation: null, kinds: null });
  await api.request('debug.toPresent', {});
  const present = await api.request('run.state', {});
  expect(present).toMatchObject({ kind: 'stopped', stop: { reason: 'pause', moment: { past: false } } });
  // It stands at its last event, and nothing has come meanwhile.
  expect((await api.request('events.page', { runId: run.id, offset: 0, limit: 1, operation: null, kinds: null })).count).toBe(count);
  expect(count).toBeLessThan(8_000 * 8);
  const ended = nextEvent(api, 'run.state', ({ kind }) => kind === 'ended');
  await api.request('run.continue', {});
  expect(await ended).toMatchObject({ kind: 'ended', outcome: 'completed' });
  expect((await api.request('run.list', {})).find(({ id }) => id === run.id)).toMatchObject({ operations: 8_000 });
  api.close();
  await host.dispose();
});
