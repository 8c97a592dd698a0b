import { describe, expect, it } from 'vitest';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import type { StopInfo } from '../../../src-main/engine-host/messages.ts';
import { bundledDriver, create, eventsOf, operation, oplock, preReadDriver, read, runToEnd, startRun, type RunOptions, type TestRun } from '../../support/engine-host/runs.ts';

const timeout = 90_000;
const trace = [create(1), read(2), oplock(3, { duration: 50_000n }), read(5, { length: 100, information: 100, offset: 4096n }), operation(6, { operation: 'CloseFile', major: 18 }), operation(7, { operation: 'IRP_MJ_CLOSE', major: 2 })];
const options: RunOptions = { drivers: [bundledDriver('statusWatch', 1), bundledDriver('minispy', 2)], operations: trace };

const follower = (goal: { issued: number; sequence: number } | null, parkBefore: number | null, of: RunOptions = options): Promise<TestRun> =>
  startRun({ ...of, request: { ...of.request, follow: { target: goal, parkBefore } } });

const comparable = ({ moment: _moment, reason: _reason, breakpointIds: _ids, ...stop }: StopInfo) => stop;

describe('a run that follows a recorded one', { timeout }, () => {
  it('stops exactly at every event, one after the other, and sends nothing else', async () => {
    const events = eventsOf(await runToEnd(options));
    const [first, ...rest] = events;
    const run = await follower(first ?? null, null);
    expect((await run.nextStop()).point).toEqual({ operation: first?.issued, sequence: first?.sequence, line: null });
    for (const { issued, sequence } of rest) {
      await run.host.follow({ target: { issued, sequence }, parkBefore: null });
      expect(await run.nextStop()).toMatchObject({ reason: 'goto', point: { operation: issued, sequence, line: null } });
    }
    await run.host.follow({ target: null, parkBefore: null });
    const log = await run.ended();
    expect([log.pages.size, log.results.size]).toEqual([0, 0]);
    run.host.dispose();
  });

  it('has the same chain of hashes, and the hash of the run at its end', async () => {
    const many = Array.from({ length: 2500 }, (_, at) => read(at + 1));
    const recorded = await runToEnd({ ...options, operations: many });
    const run = await follower(null, null, { ...options, operations: many });
    const log = await run.ended();
    expect(recorded.chain.size).toBeGreaterThan(1);
    expect([...log.chain]).toEqual([...recorded.chain]);
    expect(log.summary?.eventHash).toBe(recorded.summary?.eventHash);
    run.host.dispose();
  });

  it('waits before an operation, and goes on from there', async () => {
    const run = await follower(null, 5);
    await run.parked();
    expect(run.log.parked).toEqual([{ issued: 3, sequence: expect.any(Number), next: 5, missed: false }]);
    await run.host.follow({ target: { issued: 5, sequence: 1 }, parkBefore: null });
    expect((await run.nextStop()).point).toEqual({ operation: 5, sequence: 1, line: null });
    await run.host.stop();
    run.host.dispose();
  });

  it('says so when it has gone past an event that does not come', async () => {
    const run = await follower({ issued: 2, sequence: 9999 }, null);
    await run.parked();
    expect(run.log.parked).toEqual([expect.objectContaining({ next: 5, missed: true })]);
    run.host.dispose();
  });

  it('shows the same as the run itself did when it stopped there', async () => {
    const head = await startRun({ ...options, breakpoints: (['pre', 'post', 'status'] as const).map((callback, at) => ({ id: at + 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: [callback] } }) })) });
    const stops: StopInfo[] = [];
    for (let at = 0; at < 12; at++) {
      stops.push(await head.nextStop());
      await head.host.continue();
    }
    await head.host.setBreakpoints([]);
    await head.host.stop();
    head.host.dispose();
    const run = await follower(null, 1);
    await run.parked();
    for (const stop of stops) {
      await run.host.follow({ target: { issued: stop.point.operation, sequence: stop.point.sequence }, parkBefore: null });
      expect(comparable(await run.nextStop())).toEqual(comparable(stop));
    }
    run.host.dispose();
  });

  it('notes the lines that a callback comes to, and goes to one of them again', async () => {
    const driver = preReadDriver('  let sum = 0;\n  for (let i = 0; i < 3; i++) {\n    sum += i;\n  }\n  DbgPrint("%u", sum);\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const events = eventsOf(await runToEnd({ drivers: [driver], operations: trace }));
    const entry = events.find((event) => event.kind === 'pre' && event.operation === 2);
    const target = { issued: entry?.issued ?? 0, sequence: entry?.sequence ?? 0 };
    const one = await follower(target, null, { drivers: [driver], operations: trace });
    await one.nextStop();
    const { places, numbers } = await one.host.tape('probe');
    const lines = Array.from({ length: numbers.length / 4 }, (_, at) => places[numbers[at * 4 + 2] ?? 0]?.line);
    expect(lines.filter((line, at) => line !== lines[at - 1])).toEqual([2, 3, 4, 3, 4, 3, 4, 3, 6, 7]);
    one.host.dispose();
    const two = await follower(target, null, { drivers: [driver], operations: trace });
    await two.nextStop();
    const place = places.find(({ line }) => line === 4);
    await two.host.runToPlace('probe', place ?? { line: 0, column: 0 }, 3);
    expect(await two.nextStop()).toMatchObject({ reason: 'goto', atLine: true, point: { operation: 2, line: 4 } });
    expect((await two.host.evaluate('i', null)).value).toBe('2');
    expect((await two.host.evaluate('sum', null)).value).toBe('1');
    two.host.dispose();
  });

  it('notes the lines of every routine over several operations, as each has them alone', async () => {
    const body = '  let sum = 0;\n  for (let i = 0; i < 2; i++) {\n    sum += i;\n  }\n  return sum === 1 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_COMPLETE;';
    const of = { drivers: [preReadDriver(body), bundledDriver('statusWatch', 2)], operations: trace };
    const entries = eventsOf(await runToEnd(of)).filter(({ kind, operation: index, layer, issued }) => (kind === 'pre' || kind === 'post' || kind === 'status') && index > 1 && layer > 0 && issued < 7);
    const all = await follower(null, 2, of);
    await all.parked();
    await all.host.beginNotes(['probe', 'statusWatch'], 1000);
    await all.host.follow({ target: null, parkBefore: 8 });
    await all.parked();
    const { places, numbers, routines } = await all.host.endNotes();
    all.host.dispose();
    expect(routines.map(({ issued, sequence }) => `${issued}:${sequence}`).sort()).toEqual(entries.map(({ issued, sequence }) => `${issued}:${sequence}`).sort());
    const alone = await follower(null, 2, of);
    await alone.parked();
    for (const { issued, sequence } of entries) {
      const routine = routines.find((one) => one.issued === issued && one.sequence === sequence);
      const driver = routine?.driver ?? '';
      await alone.host.follow({ target: { issued, sequence }, parkBefore: null });
      await alone.nextStop();
      const tape = await alone.host.tape(driver);
      const rowsOf = (own: readonly number[], at: readonly { readonly line: number; readonly column: number; readonly driver?: string }[]): string[] => Array.from({ length: own.length / 4 }, (_, note) => {
        const [inOperation, event, number = 0, depth] = own.slice(note * 4, note * 4 + 4);
        const place = at[number];
        return place?.driver === undefined || place.driver === driver ? `${inOperation}:${event} ${place?.line}:${place?.column} ${depth}` : '';
      }).filter((text) => text !== '');
      expect(rowsOf(numbers.slice((routine?.from ?? 0) * 4, (routine?.to ?? 0) * 4), places)).toEqual(rowsOf(tape.numbers, tape.places));
    }
    alone.host.dispose();
  });

  it('ends its notes where there are too many, with the routines that were whole', async () => {
    const of = { drivers: [preReadDriver('  let sum = 0;\n  for (let i = 0; i < 50; i++) {\n    sum += i;\n  }\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;')], operations: trace };
    const run = await follower(null, 2, of);
    await run.parked();
    await run.host.beginNotes(['probe'], 250);
    await run.host.follow({ target: null, parkBefore: 8 });
    await run.parked();
    const { numbers, routines } = await run.host.endNotes();
    expect([numbers.length, routines.length]).toEqual([1000, 1]);
    run.host.dispose();
  });

  it('steps on by lines from the middle of a routine', async () => {
    const driver = preReadDriver('  const answer = 41;\n  DbgPrint("%u", answer);\n  const next = answer + 1;\n  return next === 42 ? FLT_PREOP_SUCCESS_NO_CALLBACK : FLT_PREOP_COMPLETE;');
    const events = eventsOf(await runToEnd({ drivers: [driver], operations: trace }));
    const log = events.find((event) => event.kind === 'log' && event.operation === 2);
    const run = await follower({ issued: log?.issued ?? 0, sequence: log?.sequence ?? 0 }, null, { drivers: [driver], operations: trace });
    const stop = await run.nextStop();
    expect(stop.stackFrames.find((frame) => frame.driver === 'probe')).toMatchObject({ name: 'PreRead', line: 3 });
    await run.host.next();
    expect(await run.nextStop()).toMatchObject({ atLine: true, point: { operation: 2, line: 4 } });
    run.host.dispose();
  });
});

describe('steps of a run where it stands', { timeout }, () => {
  it('go to the next layer of the operation, and to the next operation', async () => {
    const events = eventsOf(await runToEnd(options));
    const run = await startRun({ ...options, breakpoints: [{ id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] }, where: { major: 3 } }) }] });
    const at = ({ point }: StopInfo): number => events.findIndex(({ issued, sequence }) => issued === point.operation && sequence === point.sequence);
    const start = await run.nextStop();
    await run.host.setBreakpoints([]);
    const own = events.flatMap(({ kind, operation: index }, number) => (number > at(start) && index === start.operation.index && ['pre', 'lower', 'done', 'ret', 'post', 'status', 'complete'].includes(kind) ? [number] : []));
    for (const number of own.slice(0, 4)) {
      await run.host.stepTo('layer', 'over');
      expect(at(await run.nextStop())).toBe(number);
    }
    await run.host.stepTo('operation', 'over');
    const next = await run.nextStop();
    expect(at(next)).toBe(events.findIndex(({ kind, operation: index }, number) => number > (own[3] ?? 0) && kind === 'issue' && index < 0x80000000));
    await run.host.stop();
    run.host.dispose();
  });
});
