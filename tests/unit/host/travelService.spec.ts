/** Time travel over the sample, with real engine hosts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { CompiledBreakpoint, eventHits } from '../../../src-main/debugger/breakpointMatch.ts';
import { breakpointSpec, type BreakpointAt } from '../../../src-main/debugger/breakpointSpec.ts';
import { factsOfRecord } from '../../../src-main/debugger/operationFacts.ts';
import { walkStored } from '../../../src-main/host/eventSearch.ts';
import { formatDateTime, formatTimeOfDay } from '../../../src-renderer/formatting/time.ts';
import { openForWriting, SessionReader } from '../../../src-main/session/index.ts';
import type { Direction, EventRow, HostApi, RunInfo, RunState, StepHow, StepUnit, StopInfo } from '../../../src-preload/contract/index.ts';
import type { Host } from '../../../src-main/host/index.ts';
import { tempFolder } from '../../support/tempFolder.ts';
import { nextEvent, projectRoot, testHost } from '../../support/testHost.ts';

const timeout = 120_000;
let host: Host;
let api: HostApi & { close(): void };
let run: RunInfo;
let events: readonly EventRow[];
const folder = tempFolder();

const isSettled = (state: RunState): boolean => (state.kind === 'stopped' && !state.stop.moment.rebuilding) || state.kind === 'ended';

/** The stop at which a movement ends; `rebuilt`: when the moment has been rebuilt. */
async function stopAfter(move: () => Promise<unknown>, wanted: 'recorded' | 'rebuilt' = 'recorded'): Promise<StopInfo> {
  await move();
  let state = await api.request('run.state', {});
  if (wanted === 'rebuilt' && !isSettled(state)) state = await nextEvent(api, 'run.state', isSettled);
  if (state.kind !== 'stopped') throw new Error(`it is ${state.kind}`);
  return state.stop;
}

const goTo = (number: number, wanted?: 'recorded' | 'rebuilt') => stopAfter(() => api.request('debug.goTo', { runId: null, target: { kind: 'event', number } }), wanted);
const step = (unit: StepUnit, direction: Direction, how: StepHow, wanted?: 'recorded' | 'rebuilt') => stopAfter(() => api.request('debug.step', { unit, direction, how }), wanted);
const numberOf = ({ point }: StopInfo): number => events.findIndex((event) => event.issued === point.operation && event.sequence === point.sequence);

beforeAll(async () => {
  ({ host, api } = await testHost(folder));
  const session = await api.request('session.openSample', {});
  for (const one of await api.request('breakpoints.list', {})) await api.request('breakpoints.remove', { id: one.id });
  const ended = nextEvent(api, 'run.state', (state) => state.kind === 'ended');
  run = await api.request('run.start', { traceId: session.traces[0]?.id ?? 0, firstOperation: null, stopOnEntry: false });
  await ended;
  const rows: EventRow[] = [];
  for (let offset = 0; ; offset += 2000) {
    const page = await api.request('events.page', { runId: run.id, offset, limit: 2000, operation: null, kinds: null });
    rows.push(...page.rows);
    if (rows.length >= page.count) break;
  }
  events = rows;
}, timeout);

afterAll(async () => {
  api.close();
  await host.dispose();
});

describe('moving through what is recorded', { timeout }, () => {
  it('shows any event at once, of every kind', async () => {
    const kinds = new Map(events.map((event) => [event.kind, event]));
    for (const event of kinds.values()) {
      const stop = await goTo(event.number);
      expect(stop.moment).toMatchObject({ past: true });
      expect(stop.point).toEqual({ operation: event.issued, sequence: event.sequence, line: null });
      expect(stop.operation.index).toBe(event.operation);
      expect(stop.thread.tid).toBe(event.tid);
      expect(stop.irql).toBe(event.irql);
    }
  });

  it.each<[StepUnit, StepHow]>([['layer', 'over'], ['callback', 'in'], ['operation', 'over']])('by %s: so many forward, as many back, is where one was', async (unit, how) => {
    const start = numberOf(await goTo(events.findIndex(({ kind, operation }) => kind === 'pre' && operation === 20)));
    const begin = unit === 'operation' ? numberOf(await step('operation', 'forward', 'over')) : start;
    const places = [begin];
    for (let at = 0; at < 5; at++) places.push(numberOf(await step(unit, 'forward', how)));
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    const back = [places.at(-1) ?? 0];
    for (let at = 0; at < 5; at++) back.push(numberOf(await step(unit, 'back', how)));
    expect(back.reverse()).toEqual(places);
  });

  it('a step by operation is the next one that was issued; by callback the next entry', async () => {
    const from = events.findIndex(({ kind, operation }) => kind === 'issue' && operation === 50);
    await goTo(from);
    const next = await step('operation', 'forward', 'over');
    expect(numberOf(next)).toBe(events.findIndex(({ kind, operation, number }) => number > from && kind === 'issue' && operation < 0x80000000));
    await goTo(from);
    expect(numberOf(await step('callback', 'forward', 'in'))).toBe(events.findIndex(({ kind, number }) => number > from && (kind === 'pre' || kind === 'post' || kind === 'status')));
  });

  it('takes a point, an operation\'s number and a time, and says what it does not understand', async () => {
    const text = (words: string) => stopAfter(() => api.request('debug.goTo', { runId: run.id, target: { kind: 'text', text: words } }));
    const pre = events.find(({ kind, operation }) => kind === 'pre' && operation > 30);
    expect((await text(`${pre?.issued}:${pre?.sequence}`)).point).toMatchObject({ operation: pre?.issued, sequence: pre?.sequence });
    expect((await text('#31')).operation.index).toBe(31);
    const { rows: listed } = await api.request('operations.page', { traceId: run.traceId, offset: 0, limit: 60, runId: run.id });
    const timed = listed.find(({ index, replayed, time }) => index > 40 && replayed === 'completed' && listed.every((other) => other.index >= index || other.time < time));
    expect((await text(formatTimeOfDay(timed?.time ?? 0n))).operation.index).toBe(timed?.index);
    expect((await text(formatDateTime((timed?.time ?? 0n) - 1n))).operation.index).toBe(timed?.index);
    await expect(text('23:59:59.999')).rejects.toMatchObject({ code: 'no-later' });
    await expect(text('tomorrow')).rejects.toMatchObject({ code: 'moment-unknown' });
    await expect(text('31:99999')).rejects.toMatchObject({ code: 'point-unknown' });
    const [row] = (await api.request('operations.page', { traceId: run.traceId, offset: 39, limit: 1, runId: null })).rows;
    expect((await stopAfter(() => api.request('debug.goTo', { runId: null, target: { kind: 'time', time: row?.time ?? 0n } }))).operation.time).toBe(row?.time);
  });

  it('goes to the next and the previous operation of the same thread and stream', async () => {
    const { rows } = await api.request('operations.page', { traceId: run.traceId, offset: 0, limit: 500, runId: run.id });
    const own = rows.find((row) => row.index > 60 && row.path !== null && rows.some((other) => other.index > row.index && other.path === row.path));
    const related = (to: 'stream' | 'thread', direction: Direction) => stopAfter(() => api.request('debug.goTo', { runId: null, target: { kind: 'related', to, direction } }));
    const issued = rows.filter(({ replayed }) => replayed !== 'not-issued' && replayed !== 'none');
    await stopAfter(() => api.request('debug.goTo', { runId: null, target: { kind: 'operation', index: own?.index ?? 0 } }));
    const next = await related('stream', 'forward');
    expect(next.operation.index).toBe(issued.find((row) => row.index > (own?.index ?? 0) && row.path?.toLowerCase() === own?.path?.toLowerCase())?.index);
    expect((await related('stream', 'back')).operation.index).toBe(own?.index);
    expect((await related('thread', 'back')).operation.index).toBe(issued.findLast((row) => row.index < (own?.index ?? 0) && row.tid === own?.tid && row.pid === own.pid)?.index);
  });
});

describe('breakpoints in the past', { timeout }, () => {
  it('reverse-continue finds what a look at all events finds, and says so where there is nothing', async () => {
    const breakpoint = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['post'] }, where: { major: 3 } } });
    const byNumber = new Map((await api.request('operations.page', { traceId: run.traceId, offset: 0, limit: 1000, runId: null })).rows.map((row) => [row.index, row]));
    const hits = events.filter(({ kind, operation }) => kind === 'post' && byNumber.get(operation)?.major === 3).map(({ number }) => number);
    expect(hits.length).toBeGreaterThan(2);
    await goTo(events.length - 1);
    const found: number[] = [];
    for (const _hit of hits) {
      const stop = await stopAfter(() => api.request('debug.continue', { direction: 'back' }));
      expect(stop).toMatchObject({ reason: 'breakpoint', breakpointIds: [breakpoint.id], callback: 'post' });
      found.push(numberOf(stop));
    }
    expect(found.reverse()).toEqual(hits);
    const none = await stopAfter(() => api.request('debug.continue', { direction: 'back' }));
    expect(numberOf(none)).toBe(0);
    expect(none.moment.note).toMatch(/first event/);
    for (const hit of hits) expect(numberOf(await stopAfter(() => api.request('debug.continue', { direction: 'forward' })))).toBe(hit);
    const end = await stopAfter(() => api.request('debug.continue', { direction: 'forward' }));
    expect(numberOf(end)).toBe(events.length - 1);
    await api.request('breakpoints.remove', { id: breakpoint.id });
  });
});

describe('a search through a stored log', { timeout }, () => {
  it('finds what a look at every row finds, whatever it asks of operations', async () => {
    const reader = new SessionReader((await api.request('session.current', {})).path);
    const layers = new Map(run.layers.map(({ layer, driverId }) => [layer, driverId]));
    const rows = reader.traces.select(run.traceId, 0, 0, 2000, null);
    const processes = reader.traces.processes(run.traceId);
    const operation = (index: number) => {
      const row = rows[index - 1];
      return row === undefined ? null : factsOfRecord(row, processes[row.process]);
    };
    const sources = { driverId: (layer: number) => layers.get(layer) ?? null, driverName: () => null, operation, mayConcern: () => true };
    const pages = reader.runs.eventPages(run.id, 0, events.length);
    const some = <T>(none: T, values: readonly T[]) => fc.oneof(fc.constant(none), fc.constantFrom(...values));
    const facts = rows.map(({ index }) => operation(index)).filter((one) => one !== null);
    const where = fc.record({
      major: some<number | null>(null, facts.map(({ major }) => major)), path: some('', facts.flatMap(({ path }) => [path, path.replace(/\\[^\\]*$/, '\\*').toUpperCase()])), process: some('', facts.flatMap(({ process, pid }) => [process, String(pid)])),
      tid: some<number | null>(null, facts.map(({ tid }) => tid)), status: some('', ['error', 'success', 'STATUS_OBJECT_NAME_NOT_FOUND']), informationClass: some('', facts.flatMap(({ fileClass }) => (fileClass === null ? [] : [String(fileClass)]))),
    });
    const at = fc.constantFrom<BreakpointAt[]>({ kind: 'callback', callbacks: ['pre'] }, { kind: 'callback', callbacks: ['post', 'status'] }, { kind: 'violation', id: '', severity: '', except: [] }, { kind: 'api', routine: 'Flt*' }, { kind: 'operation', step: 'complete' });
    let hits = 0;
    fc.assert(fc.property(at, where, fc.boolean(), (place, asked, oneFilter) => {
      const names = Object.keys(asked) as (keyof typeof asked)[];
      const kept = oneFilter ? Object.fromEntries(names.slice(0, 2).map((name) => [name, asked[name]])) : asked;
      const breakpoint = { id: 1, spec: breakpointSpec({ at: place, where: kept }) };
      const compiled = new CompiledBreakpoint(breakpoint);
      const naive = pages.flatMap((page) => Array.from({ length: page.count }, (_, row) => row).filter((row) => eventHits(compiled, page, row, sources)).map((row) => page.first + row));
      const found: number[] = [];
      for (let from = events.length; ;) {
        const walked = walkStored(reader, run.id, from, 'back', { kind: 'breakpoints', breakpoints: [breakpoint] }, 2);
        if (walked.kind === 'none') break;
        if (walked.kind === 'found') found.push(walked.number);
        from = walked.kind === 'found' ? walked.number : walked.from;
      }
      hits += naive.length;
      expect(found.reverse()).toEqual(naive);
    }), { numRuns: 300 });
    expect(hits).toBeGreaterThan(100);
    reader.close();
  });
});

describe('breakpoints that the log does not decide', { timeout }, () => {
  it('on lines and with conditions are found by running on from an earlier moment', async () => {
    const pres = events.filter(({ kind, layerName }) => kind === 'pre' && layerName === 'statusWatch');
    await goTo(pres[0]?.number ?? 0);
    const line = (await step('line', 'forward', 'over')).point.line ?? 0;
    const driver = (await api.request('drivers.list', {})).find(({ name }) => name === 'statusWatch');
    const one = await api.request('breakpoints.add', { spec: { at: { kind: 'line', line }, driverId: driver?.id ?? 0 } });
    await goTo(events.length - 1);
    const last = await stopAfter(() => api.request('debug.continue', { direction: 'back' }));
    expect(last).toMatchObject({ reason: 'breakpoint', breakpointIds: [one.id], atLine: true, point: { line } });
    const before = await stopAfter(() => api.request('debug.continue', { direction: 'back' }));
    expect(numberOf(before)).toBeLessThan(numberOf(last));
    expect(numberOf(await stopAfter(() => api.request('debug.continue', { direction: 'forward' })))).toBe(numberOf(last));
    await api.request('breakpoints.remove', { id: one.id });
    const two = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['pre'] }, driverId: driver?.id ?? 0, condition: 'Data.Iopb.Parameters.Read.Length > 0' } });
    await goTo(events.length - 1);
    const found = await stopAfter(() => api.request('debug.continue', { direction: 'back' }));
    expect(numberOf(found)).toBe(pres.at(-1)?.number);
    await api.request('breakpoints.remove', { id: two.id });
  });

  it('with a hit condition count from the start of the run, and are looked for from the moment shown', async () => {
    const pres = events.filter(({ kind, layerName }) => kind === 'pre' && layerName === 'statusWatch').map(({ number }) => number);
    const driver = (await api.request('drivers.list', {})).find(({ name }) => name === 'statusWatch');
    const { id } = await api.request('breakpoints.add', { spec: { at: { kind: 'callback', callbacks: ['pre'] }, driverId: driver?.id ?? 0, hitCondition: '>=3' } });
    await goTo(pres[0] ?? 0);
    const go = async (direction: 'forward' | 'back'): Promise<number> => numberOf(await stopAfter(() => api.request('debug.continue', { direction })));
    expect([await go('forward'), await go('forward'), await go('forward')]).toEqual(pres.slice(2, 5));
    expect([await go('back'), await go('back')]).toEqual([pres[3], pres[2]]);
    await api.request('breakpoints.remove', { id });
  });
});

describe('restart, and running to a line', { timeout }, () => {
  it('restart is the first event of the run', async () => {
    await goTo(300);
    const stop = await stopAfter(() => api.request('debug.restart', {}));
    expect(numberOf(stop)).toBe(0);
    expect(stop.moment.past).toBe(true);
  });

  it('runs forward to the first time that a line is come to, and back to the last', async () => {
    const source = readFileSync(path.join(projectRoot, 'resources', 'drivers', 'statusWatch.ts'), 'utf8').split('\n');
    // The first statement of PreRead: each of its entries comes to it.
    const line = source.findIndex((text, at) => at > source.findIndex((one) => one.startsWith('function PreRead(')) && text.includes('const read = ')) + 1;
    const driver = (await api.request('drivers.list', {})).find(({ name }) => name === 'statusWatch');
    const majors = new Map((await api.request('operations.page', { traceId: run.traceId, offset: 0, limit: 1000, runId: run.id })).rows.map(({ index, major }) => [index, major]));
    const entries = events.filter(({ kind, layerName, operation }) => kind === 'pre' && layerName === 'statusWatch' && majors.get(operation) === 3);
    const toLine = (direction: Direction) => stopAfter(() => api.request('debug.runToLine', { driverId: driver?.id ?? 0, line, direction }));
    const placesOf = (stops: readonly StopInfo[]) => stops.map(({ point: { operation, sequence, line: own } }) => `${operation}:${sequence}:${own}`);
    const expected = (rows: readonly (EventRow | undefined)[]) => rows.map((row) => `${row?.issued}:${row?.sequence}:${line}`);
    await goTo(0);
    expect(placesOf([await toLine('forward'), await toLine('forward')])).toEqual(expected(entries.slice(0, 2)));
    expect(placesOf([await toLine('back')])).toEqual(expected(entries.slice(0, 1)));
    const none = await toLine('back');
    expect(numberOf(none)).toBe(0);
    expect(none.moment.note).toContain(`Line ${line} is not come to before this moment`);
    await goTo(events.length - 1);
    expect(placesOf([await toLine('back')])).toEqual(expected(entries.slice(-1)));
  });
});

describe('rebuilding', { timeout }, () => {
  it('brings variables of the past', async () => {
    const pre = events.find(({ kind, operation, layerName }) => kind === 'pre' && operation === 20 && layerName !== '');
    const stop = await goTo(pre?.number ?? 0, 'rebuilt');
    expect(stop.moment).toEqual({ past: true, basis: 'rebuilt', rebuilding: false, note: null });
    expect((await api.request('debug.evaluate', { expression: 'Data.Iopb.MajorFunction', frameId: null })).value).toMatch(new RegExp(`^${stop.operation.major}\\b`));
    const [scope] = await api.request('debug.scopes', { frameId: stop.stackFrames[0]?.id ?? 1 });
    expect((await api.request('debug.variables', { variablesReference: scope?.variablesReference ?? 0 })).map(({ name }) => name)).toContain('Data');
  });

  it('goes back over lines, and forward again', async () => {
    const pre = events.find(({ kind, layerName }) => kind === 'pre' && layerName === 'statusWatch');
    await goTo(pre?.number ?? 0);
    const lines: (number | null)[] = [];
    for (let at = 0; at < 4; at++) lines.push((await step('line', 'forward', 'over')).point.line);
    expect(lines.every((line) => line !== null)).toBe(true);
    const last = await stopAfter(() => Promise.resolve(), 'rebuilt');
    expect(last).toMatchObject({ atLine: true, driver: 'statusWatch', moment: { basis: 'rebuilt' } });
    expect(last.stackFrames[0]?.line).toBe(lines.at(-1));
    const back: (number | null)[] = [];
    for (let at = 0; at < 3; at++) back.push((await step('line', 'back', 'over')).point.line);
    expect(back.reverse()).toEqual(lines.slice(0, 3));
    const entry = await step('line', 'back', 'over', 'rebuilt');
    expect(numberOf(entry)).toBe(pre?.number);
    expect(entry.atLine).toBe(false);
  });

  it('a cancelled movement keeps the place', async () => {
    const there = await goTo(100, 'rebuilt');
    const moving = api.request('debug.goTo', { runId: null, target: { kind: 'point', point: { operation: 150, sequence: 2, line: 3 } } }).catch(() => undefined);
    await api.request('debug.cancel', {});
    await moving;
    const state = await api.request('run.state', {});
    expect(state.kind === 'stopped' && state.stop.point).toEqual(there.point);
  });

  it('goes back to the present', async () => {
    await api.request('debug.toPresent', {});
    expect(await api.request('run.state', {})).toMatchObject({ kind: 'ended', runId: run.id });
  });

  it('tells where a run is not the same when it is run again', async () => {
    const { path } = await api.request('session.current', {});
    api.close();
    await host.dispose();
    const db = openForWriting(path, 'existing');
    db.prepare("UPDATE event_page SET texts = replace(texts, 'FltRegisterFilter', 'FltRegisterNothing'), chain = NULL WHERE run = ?").run(run.id);
    db.close();
    const first = events.find(({ text }) => text.startsWith('FltRegisterFilter'));
    ({ host, api } = await testHost(folder));
    await api.request('session.open', { path });
    const told = nextEvent(api, 'notice', ({ message }) => message.includes('recorded is'));
    await api.request('debug.goTo', { runId: run.id, target: { kind: 'event', number: events.length - 1 } });
    const { message } = await told;
    expect(message).toContain(`from ${first?.issued}:${first?.sequence} on`);
    expect(message).toContain('FltRegisterNothing');
  });
});
