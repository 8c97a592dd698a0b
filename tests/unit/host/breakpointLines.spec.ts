/** Breakpoints on lines go along with the text of their driver, whoever changes it; a run knows the lines of the version that it runs. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { driverLine } from '../../../src-main/base/driverLines.ts';
import { linesBetween } from '../../../src-main/host/breakpointLines.ts';
import type { Host } from '../../../src-main/host/index.ts';
import type { HostApi, StopInfo } from '../../../src-preload/contract/index.ts';
import { readFilterSource } from '../../support/readFilter.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, testHost } from '../../support/testHost.ts';

describe('lines of one version in another', () => {
  const between = (from: readonly string[], to: readonly string[]): number[] => {
    const map = linesBetween({ source: from.join('\n'), files: [] }, { source: to.join('\r\n'), files: [] });
    return from.map((_, at) => map(at + 1));
  };

  it.each([
    ['above', ['a', 'b', 'c'], ['x', 'y', 'a', 'b', 'c'], [3, 4, 5]],
    ['between', ['a', 'b', 'c'], ['a', 'x', 'b', 'c'], [1, 3, 4]],
    ['nowhere', ['a', 'b'], ['a', 'b'], [1, 2]],
    ['out', ['a', 'b', 'c', 'd'], ['a', 'd'], [1, 2, 2, 2]],
    ['out at the end', ['a', 'b', 'c'], ['a'], [1, 1, 1]],
    ['for others', ['a', 'b', 'c', 'd'], ['a', 'B', 'C', 'C2', 'd'], [1, 2, 3, 5]],
    ['for fewer', ['a', 'b', 'c', 'd', 'e'], ['a', 'X', 'e'], [1, 2, 2, 2, 3]],
  ])('lines are put %s', (_, from, to, expected) => expect(between(from, to)).toEqual(expected));

  it('a line that is kept is found again, whatever comes and goes around it', () => {
    fc.assert(fc.property(fc.array(fc.record({ fate: fc.constantFrom('kept', 'kept', 'gone', 'new') }), { maxLength: 60 }), (fates) => {
      const lines = fates.map(({ fate }, at) => ({ fate, text: `line ${at}` }));
      const from = lines.filter(({ fate }) => fate !== 'new').map(({ text }) => text);
      const to = lines.filter(({ fate }) => fate !== 'gone').map(({ text }) => text);
      const found = between(from, to);
      for (const { fate, text } of lines) if (fate === 'kept') expect(found[from.indexOf(text)]).toBe(to.indexOf(text) + 1);
      expect(found.every((line) => line >= 1 && line <= Math.max(1, to.length))).toBe(true);
    }));
  });

  it('each file has its own; one that is not there leaves its lines as they are', () => {
    const map = linesBetween({ source: 'a\nb', files: [{ slot: 1, name: 'one.ts', text: 'c\nd' }, { slot: 2, name: 'two.ts', text: 'e' }] }, { source: 'x\na\nb', files: [{ slot: 1, name: 'other.ts', text: 'y\ny\nc\nd' }] });
    expect([1, 2, driverLine(1, 1), driverLine(1, 2), driverLine(2, 1), driverLine(3, 7)].map(map)).toEqual([2, 3, driverLine(1, 3), driverLine(1, 4), driverLine(2, 1), driverLine(3, 7)]);
  });
});

describe('breakpoints of a driver that is edited', () => {
  let host: Host;
  let api: HostApi & { close(): void };
  let traceId: number;
  let id: number;
  const source = readFilterSource('const first = Data.Iopb.MajorFunction;\n  const second = first + 1;\n  return second > 0 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_COMPLETE;');
  const second = 11;
  const longer = (lines: number): string => `${'// more\n'.repeat(lines)}${source}`;

  beforeAll(async () => {
    ({ host, api } = await testHost(tempFolder()));
    traceId = (await api.request('session.openSample', {})).traces[0]?.id ?? 0;
    for (const driver of await api.request('drivers.list', {})) await api.request('drivers.remove', { id: driver.id });
  });
  afterAll(async () => {
    api.close();
    await host.dispose();
  });

  beforeEach(async () => {
    await api.request('run.stop', {});
    for (const driver of await api.request('drivers.list', {})) await api.request('drivers.remove', { id: driver.id });
    for (const one of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id: one.id });
    ({ id } = await api.request('drivers.add', { name: 'reads', source, manifest: '{}', altitude: '370100', enabled: true }));
    await api.request('breakpoints.add', { spec: { at: { kind: 'line', line: second }, driverId: id } });
  });

  const line = async (): Promise<number | null> => {
    const [one] = await api.request('breakpoints.list', {});
    return one?.spec.at.kind === 'line' ? one.spec.at.line : null;
  };
  const stopped = async (go: () => Promise<unknown>): Promise<StopInfo> => {
    const stop = nextEvent(api, 'run.state', ({ kind }) => kind === 'stopped');
    await go();
    const state = await stop;
    if (state.kind !== 'stopped') throw new Error(state.kind);
    return state.stop;
  };
  const start = (): Promise<unknown> => api.request('run.start', { traceId, firstOperation: null, stopOnEntry: false });
  const goOn = (direction: 'forward' | 'back'): Promise<unknown> => api.request('debug.continue', { direction });

  it('are where their text is, and every page hears of it', async () => {
    const told = nextEvent(api, 'breakpoints.changed');
    await api.request('drivers.update', { id, source: longer(3) });
    expect(await line()).toBe(second + 3);
    expect((await told)[0]?.spec.at).toEqual({ kind: 'line', line: second + 3 });
    await api.request('drivers.restoreVersion', { id, version: 1 });
    expect(await line()).toBe(second);
  });

  it('stay for those who have set them in a text of their own', async () => {
    await api.request('drivers.update', { id, source: longer(3), breakpoints: 'stay' });
    expect(await line()).toBe(second);
  });

  it('hold in the run that goes on with the old text, in the next one, and in the past of both', { timeout: 60_000 }, async () => {
    expect((await stopped(start)).point.line).toBe(second);
    await api.request('drivers.update', { id, source: longer(2) });
    expect((await api.request('breakpoints.list', {}))[0]).toMatchObject({ spec: { at: { line: second + 2 } }, verifiedLine: second + 2 });
    const again = await stopped(() => goOn('forward'));
    expect(again).toMatchObject({ reason: 'breakpoint', point: { line: second } });
    expect(await stopped(() => goOn('back'))).toMatchObject({ reason: 'breakpoint', point: { line: second } });
    await api.request('run.stop', {});
    expect(await stopped(start)).toMatchObject({ reason: 'breakpoint', point: { line: second + 2 } });
  });
});
