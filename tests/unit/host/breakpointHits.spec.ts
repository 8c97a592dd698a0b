/** What is counted of breakpoints belongs to them, not to their numbers. */
import { expect, it } from 'vitest';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

it('a new breakpoint has not been hit, although one that was removed had its number', { timeout: 60_000 }, async () => {
  const { host, api } = await testHost(tempFolder());
  const session = await api.request('session.openSample', {});
  for (const { id } of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id });
  const logs = breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] }, logMessage: 'here' });
  const old = await api.request('breakpoints.add', { spec: logs });
  const ended = nextEvent(api, 'run.state', ({ kind }) => kind === 'ended');
  await api.request('run.start', { traceId: session.traces[0]?.id ?? 0, firstOperation: null, stopOnEntry: false });
  await ended;
  expect((await api.request('breakpoints.list', {}))[0]?.hits).toBeGreaterThan(0);
  await api.request('breakpoints.remove', { id: old.id });
  const added = await api.request('breakpoints.add', { spec: logs });
  expect(added).toMatchObject({ hits: 0 });
  api.close();
  await host.dispose();
});
