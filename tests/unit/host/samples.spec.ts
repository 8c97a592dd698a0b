/** Bundled samples as sessions: each with its drivers, its trace and its breakpoints; opened again as it was left. */
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../support/tempFolder.ts';
import { testHost } from '../../support/testHost.ts';

const folder = tempFolder();

describe('sample sessions', () => {
  it('open by name, ready to run, each in a session of its own', async () => {
    const { host, api } = await testHost(folder);
    const { samples } = await api.request('app.info', {});
    expect(samples.map(({ name }) => name)).toEqual(['first-light', 'pended-reads', 'ransomware', 'delete-guard', 'redirected', 'encrypted', 'oplocks']);
    for (const { name } of samples) {
      const session = await api.request('session.openSample', { name });
      expect(session).toMatchObject({ name, sample: true, sampleName: name, trusted: true, traces: [{ state: 'complete', synthetic: true }] });
      expect((await api.request('drivers.list', {})).filter(({ enabled }) => enabled)).toHaveLength(1);
      const breakpoints = await api.request('breakpoints.list', {});
      expect(breakpoints.map(({ enabled, spec }) => [enabled, spec.driverId !== null])).toEqual([[true, true]]);
    }
    await host.dispose();
  });

  it('are as they were left, and none is made for a name that there is not', async () => {
    const { host, api } = await testHost(folder);
    await api.request('session.openSample', { name: 'oplocks' });
    const [breakpoint] = await api.request('breakpoints.list', {});
    await api.request('breakpoints.remove', { id: breakpoint?.id ?? 0 });
    await api.request('session.openSample', {});
    expect((await api.request('session.openSample', { name: 'oplocks' })).name).toBe('oplocks');
    expect(await api.request('breakpoints.list', {})).toEqual([]);
    await expect(api.request('session.openSample', { name: '../oplocks' })).rejects.toMatchObject({ code: 'sample-unknown' });
    await host.dispose();
  });
});
