import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assertExists } from '../../../src-main/base/assert.ts';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import { IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_READ, STATUS_ACCESS_DENIED, STATUS_OPLOCK_NOT_GRANTED, STATUS_PENDING } from '../../../src-main/nt/values.generated.ts';
import type { BreakpointData, StopInfo } from '../../../src-main/engine-host/messages.ts';
import { bundledDriver, create, eventsOf, operation, oplock, ownDriver, preReadDriver, read, runToEnd, startRun, type RunOptions } from '../../support/engine-host/runs.ts';

const timeout = 30_000;
const statusBreakpoint: BreakpointData = { id: 10, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['status'] }, driverId: 1, where: { major: IRP_MJ_READ } }) };
const trace = [create(1), read(2), oplock(3, { duration: 50_000n }), oplock(4, { status: STATUS_OPLOCK_NOT_GRANTED }), read(5, { length: 100, information: 100, offset: 4096n }), operation(6, { operation: 'CloseFile', major: 18 }), operation(7, { operation: 'IRP_MJ_CLOSE', major: 2 })];
const field = (stop: StopInfo, path: string) => stop.iopb.fields.find((one) => one.path === path);

/** Processes that this one has started and that are there. */
const childrenOfThis = (): number[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
  try {
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return Number(parent) === process.pid ? [Number(pid)] : [];
  } catch {
    // It has just ended.
    return [];
  }
});

describe('a run in a child process', { timeout }, () => {
  it('runs the same twice, hash and events', async () => {
    const options: RunOptions = { drivers: [bundledDriver('statusWatch', 1), bundledDriver('minispy', 2)], operations: trace };
    const [first, second] = [await runToEnd(options), await runToEnd(options)];
    expect(first.problems).toEqual([]);
    expect(first.sandbox).toBe('full');
    expect(first.summary).toEqual(second.summary);
    expect(eventsOf(first)).toEqual(eventsOf(second));
    expect(first.summary?.eventHash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('gives a different hash for a different log', async () => {
    const one = await runToEnd({ drivers: [bundledDriver('passThrough')], operations: trace });
    const other = await runToEnd({ drivers: [bundledDriver('passThrough')], operations: trace.slice(0, -1) });
    expect(one.summary?.eventHash).not.toBe(other.summary?.eventHash);
  });

  it('gives the recorded statuses through passThrough', async () => {
    const statuses = [0, STATUS_ACCESS_DENIED, 0xc0000034, 0x80000006, STATUS_PENDING];
    const operations = statuses.map((status, at) => operation(at + 1, { status, operation: 'DirectoryControl', major: 12, minor: status === STATUS_PENDING ? 2 : 1, path: `C:\\dir${at}` }));
    const log = await runToEnd({ drivers: [bundledDriver('passThrough')], operations });
    const page = log.results.get(1);
    expect([...(page?.statuses.slice(0, 4) ?? [])]).toEqual(statuses.slice(0, 4));
    expect([...(page?.states.slice(0, 6) ?? [])]).toEqual([1, 1, 1, 1, 2, 0]);
    expect(log.summary?.differences).toBe(0);
  });

  it('counts outcomes that a driver changed', async () => {
    const deny = preReadDriver('  Data.IoStatus.Status = STATUS_ACCESS_DENIED;\n  return FLT_PREOP_COMPLETE;');
    const log = await runToEnd({ drivers: [deny], operations: trace });
    expect(log.summary?.differences).toBe(2);
    expect(log.results.get(1)?.statuses[1]).toBe(STATUS_ACCESS_DENIED);
  });

  it('tells oplocks granted from refused', async () => {
    const log = await runToEnd({ drivers: [bundledDriver('statusWatch')], operations: trace });
    const lines = (index: number) => eventsOf(log).filter((event) => event.kind === 'log' && event.operation === index).map((event) => event.detail['text']);
    // Granted: told at once, the post comes with the break. Refused: the post ran inside IoCallDriver, before the status callback.
    expect(lines(3)).toEqual(['oplock granted (STATUS_PENDING)', 'oplock request finished with 00000000']);
    expect(lines(4)).toEqual(['oplock request finished with c00000e2', 'oplock not granted (c00000e2)']);
  });

  it('gives every event an execution point that orders like a number', async () => {
    const log = await runToEnd({ drivers: [bundledDriver('statusWatch')], operations: [...trace, read(8)] });
    const points = eventsOf(log).map((event) => event.issued * 1_000_000 + event.sequence);
    expect(points).toEqual([...new Set(points)].sort((a, b) => a - b));
    // The oplock of operation 3 is broken after operation 7 was issued: those events have 7's point and belong to 3.
    const broken = eventsOf(log).find((event) => event.kind === 'done' && event.operation === 3);
    expect(broken).toMatchObject({ issued: 7 });
  });

  it('reports FV-084 for a buffer swapped after asking', async () => {
    const log = await runToEnd({ drivers: [bundledDriver('statusWatch')], operations: trace });
    expect(eventsOf(log).filter((event) => event.name === 'FV-084').map((event) => event.operation)).toEqual([2, 5]);
    const status = eventsOf(log).find((event) => event.kind === 'status' && event.operation === 2);
    const buffer = (status?.detail['fields'] as { path: string; snapshot: string; sent: string }[]).find((one) => one.path === 'Parameters.Read.ReadBuffer');
    expect(buffer?.snapshot).toMatch(/^UserBuffer/);
    expect(buffer?.sent).toMatch(/^NonPagedPool/);
  });
});

describe('stops', { timeout }, () => {
  it('stops at a status callback with the three-way view, and goes on', async () => {
    const run = await startRun({ drivers: [bundledDriver('statusWatch')], operations: trace, breakpoints: [statusBreakpoint] });
    const stop = await run.nextStop();
    expect(stop).toMatchObject({ reason: 'breakpoint', breakpointIds: [10], callback: 'status', driver: 'statusWatch', altitude: '328010', atLine: false });
    expect(stop.iopb.operationStatus).toBe(0);
    expect(stop.point.operation).toBe(2);
    expect(stop.iopb.columns.map((column) => column.id)).toEqual(['snapshot', 'sent', 'now']);
    const buffer = field(stop, 'Parameters.Read.ReadBuffer');
    expect(buffer?.changed).toBe(true);
    expect(buffer?.values[0]).not.toBe(buffer?.values[1]);
    expect(buffer?.changes[0]).toMatchObject({ by: 'statusWatch', line: expect.any(Number) });
    expect(field(stop, 'Parameters.Read.Length')?.changed).toBe(false);
    expect(stop.notes.map((note) => note.id)).toEqual(expect.arrayContaining(['R-5.14', 'FV-084']));
    expect(stop.layers.filter((step) => step.here).map((step) => step.step)).toEqual(['status']);
    expect(stop.layers.map((step) => step.step)).toEqual(['issue', 'pre', 'lower', 'done', 'post', 'ret', 'status']);
    await run.host.continue();
    expect((await run.nextStop()).point.operation).toBe(5);
    await run.host.continue();
    const log = await run.ended();
    expect(log.summary?.outcome).toBe('completed');
    expect(log.progress.at(-1)?.hits).toEqual({ 10: 2 });
    run.host.dispose();
  });

  it('evaluates at a callback, with what it was given and with the driver API', async () => {
    const run = await startRun({ drivers: [bundledDriver('statusWatch')], operations: trace, breakpoints: [statusBreakpoint] });
    await run.nextStop();
    expect((await run.host.evaluate('IopbSnapshot.Parameters.Read.Length', null)).value).toBe('4096');
    expect((await run.host.evaluate('OperationStatus === STATUS_SUCCESS', null)).value).toBe('true');
    expect((await run.host.evaluate('IopbSnapshot.Parameters.Read.ReadBuffer !== RequesterContext.SwappedBuffer', null)).value).toBe('true');
    await expect(run.host.evaluate('nothing.like.that', null)).rejects.toMatchObject({ code: 'engine-host.evaluation' });
    const [callback] = await run.host.scopes(1);
    const names = (await run.host.variables(callback?.variablesReference ?? 0)).map((one) => one.name);
    expect(names).toEqual(expect.arrayContaining(['FltObjects', 'IopbSnapshot', 'OperationStatus', 'RequesterContext']));
    await run.host.stop();
    run.host.dispose();
  });

  it('stops at a line, shows locals, steps and runs on to the next callback', async () => {
    const driver = preReadDriver('  const read = Data.Iopb.Parameters.Read;\n  const twice = read.Length * 2;\n  DbgPrint("%u", twice);\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const run = await startRun({ drivers: [driver], operations: trace, breakpoints: [{ id: 3, spec: breakpointSpec({ at: { kind: 'line', line: 3 }, driverId: 1 }) }, { id: 4, spec: breakpointSpec({ at: { kind: 'line', line: 500 }, driverId: 1 }) }] });
    const stop = await run.nextStop();
    expect(stop).toMatchObject({ reason: 'breakpoint', breakpointIds: [3], atLine: true, callback: 'pre', point: { operation: 2, line: 3 } });
    expect(stop.stackFrames[0]).toMatchObject({ name: 'PreRead', driver: 'probe', line: 3 });
    await run.host.next();
    const after = await run.nextStop();
    expect(after).toMatchObject({ reason: 'step', point: { operation: 2, line: 4 } });
    expect((await run.host.evaluate('twice', null)).value).toBe('8192');
    const [local] = await run.host.scopes(after.stackFrames[0]?.id ?? 0);
    expect((await run.host.variables(local?.variablesReference ?? 0)).find((one) => one.name === 'twice')?.value).toBe('8192');
    await run.host.continue();
    expect((await run.nextStop()).point).toMatchObject({ operation: 5, line: 3 });
    await run.host.setBreakpoints([]);
    await run.host.continue();
    const log = await run.ended();
    expect(log.verified).toEqual(expect.arrayContaining([{ id: 3, line: 3, message: null }, { id: 4, line: null, message: expect.any(String) }]));
    run.host.dispose();
  });

  it.each(['stepIn', 'next'] as const)('%s goes from line to line where a line only calls a routine', async (how) => {
    const driver = preReadDriver('  let reads = 1;\n  DbgPrint("one");\n  reads++;\n  DbgPrint("two %d", reads);\n  KeGetCurrentIrql();\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const run = await startRun({ drivers: [driver], operations: trace, breakpoints: [{ id: 3, spec: breakpointSpec({ at: { kind: 'line', line: 2 }, driverId: 1 }) }] });
    const lines = [(await run.nextStop()).stackFrames[0]?.line];
    while (lines.length < 6) {
      await run.host[how]();
      lines.push((await run.nextStop()).stackFrames[0]?.line);
    }
    expect(lines).toEqual([2, 3, 4, 5, 6, 7]);
    await run.host.stop();
    run.host.dispose();
  });

  it('steps from a callback to its first line, and out to the next callback of the operation', async () => {
    const run = await startRun({ drivers: [bundledDriver('statusWatch')], operations: trace, breakpoints: [{ id: 10, spec: { ...statusBreakpoint.spec, at: { kind: 'callback', callbacks: ['pre'] } } }] });
    expect(await run.nextStop()).toMatchObject({ callback: 'pre', atLine: false });
    await run.host.next();
    const line = await run.nextStop();
    expect(line).toMatchObject({ callback: 'pre', atLine: true, reason: 'step', point: { operation: 2 } });
    expect(line.stackFrames[0]?.name).toBe('PreRead');
    await run.host.stepOut();
    expect(await run.nextStop()).toMatchObject({ callback: 'post', atLine: false, point: { operation: 2 } });
    await run.host.stepOut();
    // Completed inside IoCallDriver: the operation ends before the status callback runs.
    const third = await run.nextStop();
    expect(third.point.operation).toBe(2);
    await run.host.stop();
    run.host.dispose();
  });

  it('steps out of a callback of an operation that ends after later ones were issued', async () => {
    const posts: BreakpointData = { id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['post'] }, driverId: 1, where: { major: IRP_MJ_FILE_SYSTEM_CONTROL } }) };
    const run = await startRun({ drivers: [bundledDriver('passThrough')], operations: [oplock(1, { duration: 50_000n }), read(2), operation(3, { operation: 'CloseFile', major: 18 }), operation(4, { operation: 'IRP_MJ_CLOSE', major: 2 })], breakpoints: [posts] });
    const post = await run.nextStop();
    expect(post).toMatchObject({ callback: 'post', operation: { index: 1 } });
    expect(post.point.operation).toBeGreaterThan(1);
    await run.host.next();
    expect(await run.nextStop()).toMatchObject({ atLine: true, operation: { index: 1 } });
    await run.host.next();
    expect(await run.nextStop()).toMatchObject({ reason: 'step', callback: null, operation: { index: 1 } });
    await run.host.continue();
    await run.ended();
    run.host.dispose();
  });

  it.each(['next', 'stepOut'] as const)('%s from a callback that ran after the end of its operation goes on to the next one', async (how) => {
    const run = await startRun({ drivers: [bundledDriver('statusWatch')], operations: trace, breakpoints: [statusBreakpoint] });
    expect(await run.nextStop()).toMatchObject({ callback: 'status', operation: { index: 2 } });
    await run.host.setBreakpoints([]);
    await run.host.next();
    let stop = await run.nextStop();
    expect(stop).toMatchObject({ callback: 'status', atLine: true, operation: { index: 2 } });
    while (stop.operation.index === 2) {
      await run.host[how]();
      stop = await run.nextStop();
    }
    // Of the oplock request, which statusWatch watches too.
    expect(stop).toMatchObject({ reason: 'step', callback: 'pre', operation: { index: 3 } });
    await run.host.stop();
    run.host.dispose();
  });

  it('steps over a routine that V8 cannot stop in', async () => {
    const driver = preReadDriver('  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const bound = { ...driver, source: driver.source.replace('PreRead, null', 'PreRead.bind(null), null') };
    expect(bound.source).not.toBe(driver.source);
    const run = await startRun({ drivers: [bound], operations: trace, breakpoints: [{ id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] }, driverId: 1 }) }] });
    expect(await run.nextStop()).toMatchObject({ callback: 'pre', operation: { index: 2 } });
    await run.host.setBreakpoints([]);
    await run.host.next();
    expect(await run.nextStop()).toMatchObject({ reason: 'step', operation: { index: 2 } });
    await run.host.stop();
    run.host.dispose();
  });

  it('stops at DriverEntry in the driver\'s own source, and steps to its first line', async () => {
    const run = await startRun({ drivers: [bundledDriver('passThrough')], operations: trace, breakpoints: [{ id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['driverEntry'] } }) }] });
    const [frame] = (await run.nextStop()).stackFrames;
    expect(frame).toMatchObject({ name: 'DriverEntry', driver: 'passThrough', line: 17 });
    await run.host.next();
    expect(await run.nextStop()).toMatchObject({ atLine: true, point: { operation: 0, line: 18 } });
    await run.host.stop();
    run.host.dispose();
  });

  it('ends a stopped run with what was recorded', async () => {
    const run = await startRun({ drivers: [bundledDriver('statusWatch')], operations: trace, breakpoints: [statusBreakpoint] });
    await run.nextStop();
    await run.host.stop();
    const log = await run.ended();
    expect(log.summary?.outcome).toBe('stopped');
    expect(log.summary?.operations).toBe(2);
    expect(eventsOf(log).some((event) => event.kind === 'status')).toBe(true);
    run.host.dispose();
  });

  it('pauses in a routine that does not return, at its line, and ends there at once when told', async () => {
    const driver = preReadDriver('  let turns = 0;\n  while (turns >= 0) turns = (turns + 1) % 1000;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const run = await startRun({ drivers: [driver], operations: trace, watchdogMilliseconds: 60_000 });
    // At its entry, and then inside.
    await run.host.pause();
    while ((await run.nextStop()).callback !== 'pre') await run.host.continue().then(() => run.host.pause());
    await run.host.continue();
    await run.host.pause();
    expect(await run.nextStop()).toMatchObject({ reason: 'pause', atLine: true, callback: 'pre', driver: 'probe', point: { operation: 2, line: 3 } });
    await run.host.continue();
    await run.host.stop();
    const log = await run.ended();
    expect(log.problems).toEqual([]);
    expect(eventsOf(log).some((event) => event.kind === 'pre')).toBe(true);
    run.host.dispose();
  });

  // Most of its time such a routine is below the driver, in code that nobody can stop in.
  it('pauses in a routine that does nothing but call the driver API, each time it is asked', async () => {
    const driver = preReadDriver('  let turns = 0;\n  while (turns >= 0) {\n    turns = (turns + 1) % 1000;\n    DbgPrint("%d", turns);\n  }\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const run = await startRun({ drivers: [driver], operations: trace, watchdogMilliseconds: 60_000 });
    const stops = [];
    while (stops.length < 4) {
      await run.host.pause();
      const { atLine, point } = await run.nextStop();
      // The first time it may not have come to the loop.
      if (atLine) stops.push(point);
      await run.host.continue();
    }
    expect(stops.map(({ operation, line }) => operation === 2 && line !== null && line >= 3 && line <= 5)).toEqual([true, true, true, true]);
    await run.host.stop();
    run.host.dispose();
  });

  it('pauses at the end of an operation where no driver is called', async () => {
    const many = Array.from({ length: 200_000 }, (_, at) => read(at + 1));
    const run = await startRun({ drivers: [], operations: many });
    while (run.log.progress.length === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
    await run.host.pause();
    const stop = await run.nextStop();
    expect(stop).toMatchObject({ reason: 'pause', atLine: false, driver: null, operation: { replayed: 'completed' } });
    expect(stop.point.operation).toBeLessThan(200_000);
    await run.host.stop();
    expect((await run.ended()).summary?.outcome).toBe('stopped');
    run.host.dispose();
  });

  it('matches path and status of a breakpoint', async () => {
    const operations = [create(1), read(2), read(3, { path: 'C:\\docs\\b.log' }), read(4, { path: 'C:\\docs\\b.log', status: 0xc0000011, information: 0 })];
    const run = await startRun({ drivers: [bundledDriver('passThrough')], operations, breakpoints: [{ id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['post'] }, where: { path: '*\\B.LOG', status: 'error' } }) }] });
    expect((await run.nextStop()).point.operation).toBe(4);
    await run.host.continue();
    expect((await run.ended()).summary?.outcome).toBe('completed');
    run.host.dispose();
  });
});

describe('what goes wrong in a driver', { timeout }, () => {
  it('reports a load error before anything runs', async () => {
    const log = await runToEnd({ drivers: [ownDriver('bad', 'export function DriverEntry() { return FltNothing(); }\n'), bundledDriver('statusWatch', 2)], operations: trace });
    expect(log.summary?.outcome).toBe('failed');
    expect(log.summary?.operations).toBe(0);
    expect(log.problems).toMatchObject([{ kind: 'load', driver: 'bad', line: 1, column: 40 }]);
  });

  it('reports an exception with its line, operation and stack, and keeps what came before', async () => {
    const driver = preReadDriver('  return help(Data);\n}\nfunction help(Data: PFLT_CALLBACK_DATA): FLT_PREOP_CALLBACK_STATUS {\n  const nothing: any = null;\n  nothing.field = 1;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const log = await runToEnd({ drivers: [driver], operations: trace });
    const [problem] = log.problems;
    expect(problem).toMatchObject({ kind: 'exception', driver: 'probe', line: 6, operation: 2 });
    expect(problem?.message).toMatch(/^probe\.ts:6:\d+: TypeError: .*pre callback \(PreRead\), in operation 2 \(ReadFile C:\\docs\\a\.txt\)/);
    expect(problem?.stack.map((frame) => `${frame.name}:${frame.line}`)).toEqual(['help:6', 'PreRead:2']);
    expect(log.summary?.outcome).toBe('failed');
    expect(eventsOf(log).filter((event) => event.kind === 'complete').map((event) => event.operation)).toEqual([1]);
    expect(eventsOf(log).at(-1)).toMatchObject({ kind: 'error', operation: 2 });
  });

  it('reports a bug check as the end of the run', async () => {
    const log = await runToEnd({ drivers: [preReadDriver('  return FLT_PREOP_SUCCESS_WITH_CALLBACK;')], operations: trace });
    // The callback has returned when it is found: the line is that of its return statement.
    expect(log.problems[0]).toMatchObject({ kind: 'bugcheck', operation: 2, driver: 'probe', line: 2 });
    expect(log.problems[0]?.message).toMatch(/^probe\.ts:2:\d+: Bug check 0xF5/);
    expect(eventsOf(log).filter((event) => event.name === 'FV-003')).toHaveLength(1);
    expect(eventsOf(log).some((event) => event.kind === 'error' && event.detail['text'] === 'bug check 0xF5, parameter 1 = 0x66')).toBe(true);
  });

  it('ends an endless loop with its line, operation and routine', async () => {
    const run = await startRun({ drivers: [preReadDriver('  let n = 0;\n  for (;;) n++;')], operations: trace, watchdogMilliseconds: 500 });
    const log = await run.ended();
    expect(log.summary).toBeNull();
    expect(log.problems).toMatchObject([{ kind: 'endless-loop', driver: 'probe', line: 3, operation: 2 }]);
    expect(log.problems[0]?.message).toMatch(/^probe\.ts:3: PreRead has been running for 0\.5 s without returning, in operation 2 \(ReadFile C:\\docs\\a\.txt\)/);
    expect(eventsOf(log).filter((event) => event.kind === 'complete').map((event) => event.operation)).toEqual([1]);
    run.host.dispose();
  });

  it.skipIf(process.platform !== 'linux')('does not take a machine that stands still for an endless loop', async () => {
    const known = new Set(childrenOfThis());
    const run = await startRun({ drivers: [preReadDriver('  for (let n = 0; n < 1e8; n++) ;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;')], operations: trace, watchdogMilliseconds: 800 });
    const [child] = childrenOfThis().filter((pid) => !known.has(pid));
    process.kill(assertExists(child), 'SIGSTOP');
    await new Promise((resolve) => void setTimeout(resolve, 3000));
    process.kill(assertExists(child), 'SIGCONT');
    expect((await run.ended()).problems).toEqual([]);
    run.host.dispose();
  });

  it('does not take a long stop for an endless loop', async () => {
    const run = await startRun({ drivers: [bundledDriver('statusWatch')], operations: trace, breakpoints: [statusBreakpoint], watchdogMilliseconds: 300 });
    await run.nextStop();
    await new Promise((resolve) => void setTimeout(resolve, 1200));
    expect((await run.host.evaluate('1 + 1', null)).value).toBe('2');
    await run.host.setBreakpoints([]);
    await run.host.continue();
    expect((await run.ended()).problems).toEqual([]);
    run.host.dispose();
  });

  it('reports a driver that takes all memory', async () => {
    const log = await runToEnd({ drivers: [preReadDriver('  const list: number[][] = [];\n  for (;;) list.push(new Array(100000).fill(1.5));')], operations: trace, watchdogMilliseconds: 20_000 });
    expect(log.problems).toMatchObject([{ kind: 'memory', driver: 'probe', operation: 2 }]);
    expect(log.summary).toBeNull();
  });

  it('gives drivers no way out of their realm', async () => {
    const log = await runToEnd({ drivers: [preReadDriver('  const make = (Data as any).constructor.constructor;\n  make("return process")();\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;')], operations: trace });
    expect(log.problems[0]).toMatchObject({ kind: 'exception', line: 3 });
    expect(log.problems[0]?.message).toContain('Code generation from strings disallowed');
  });
});

describe('a driver that attaches by hand only', { timeout }, () => {
  it('is attached all the same when it is in the stack', async () => {
    const log = await runToEnd({ drivers: [bundledDriver('minispy')], operations: [create(1), read(2)] });
    expect(log.problems).toEqual([]);
    expect(eventsOf(log).filter(({ kind }) => kind === 'pre')).toHaveLength(2);
  });
});
