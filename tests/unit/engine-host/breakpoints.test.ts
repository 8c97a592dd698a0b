/** Breakpoints of every kind, in runs of a real child process. */
import { describe, expect, it } from 'vitest';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import type { BreakpointData, StopInfo } from '../../../src-main/engine-host/messages.ts';
import { STATUS_PENDING } from '../../../src-main/nt/values.generated.ts';
import { bundledDriver, create, eventsOf, operation, ownDriver, preReadDriver, read, runToEnd, startRun, type RunLog, type TestRun } from '../../support/engine-host/runs.ts';

const timeout = 60_000;
const driverOf = (body: string) => preReadDriver(body);
/** It reads the length on line 2, halves it on line 3 and goes on. */
const halves = driverOf('  const { Length } = Data.Iopb.Parameters.Read;\n  if (Length > 1000) { Data.Iopb.Parameters.Read.Length = Length / 2; FltSetCallbackDataDirty(Data); }\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
const reads = [create(1), ...[100, 2000, 300, 4000, 500, 6000].map((length, at) => read(at + 2, { length, information: length })), operation(8, { operation: 'CloseFile', major: 18 }), operation(9, { operation: 'IRP_MJ_CLOSE', major: 2 })];
const one = (fields: Parameters<typeof breakpointSpec>[0], id = 1): BreakpointData => ({ id, spec: breakpointSpec(fields) });
const pre = { kind: 'callback', callbacks: ['pre'] } as const;

/** Every stop of a run that goes on at each. */
async function stopsOf(breakpoints: readonly BreakpointData[], options: { readonly operations?: typeof reads; readonly driver?: typeof halves } = {}): Promise<{ stops: StopInfo[]; log: RunLog }> {
  const run = await startRun({ drivers: [options.driver ?? halves], operations: options.operations ?? reads, breakpoints });
  const stops = await goOn(run);
  const log = await run.ended();
  run.host.dispose();
  return { stops, log };
}

async function goOn(run: TestRun): Promise<StopInfo[]> {
  const stops: StopInfo[] = [];
  for (;;) {
    const stop = await Promise.race([run.nextStop(), run.ended().then(() => null)]);
    if (stop === null) return stops;
    stops.push(stop);
    await run.host.continue();
  }
}

const operationsOf = (stops: readonly StopInfo[]): number[] => stops.map((stop) => stop.operation.index);
const sentences = (stop: StopInfo | undefined): string => (stop?.notes ?? []).filter((note) => note.id === 'breakpoint').map((note) => note.sentence).join(' ');
const hitsOf = (log: RunLog): Readonly<Record<number, number>> => log.progress.at(-1)?.hits ?? {};

describe('conditions', { timeout }, () => {
  it('stop where they hold, over what the callback is given and the constants of the driver API', async () => {
    const condition = '(Data.Iopb.Parameters.Read.Length as number) > 1000 && Data.Iopb.MajorFunction === IRP_MJ_READ && FltObjects.FileObject.FileName.Buffer.endsWith("a.txt")';
    const { stops, log } = await stopsOf([one({ at: pre, condition })]);
    expect(operationsOf(stops)).toEqual([3, 5, 7]);
    expect(hitsOf(log)).toEqual({ 1: 3 });
  });

  it('stop and say so where they throw', async () => {
    const { stops, log } = await stopsOf([one({ at: pre, where: { path: '*a.txt' }, condition: 'Data.Nothing.Length > 1', hitCondition: '99' }, 5)]);
    expect(operationsOf(stops)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(sentences(stops[0])).toMatch(/Breakpoint 5 stops here because of its condition.*Data\.Nothing\.Length > 1.*TypeError/);
    expect(log.threw).toContainEqual({ id: 5, message: expect.stringContaining('TypeError') as string });
  });

  it('see the locals of a line, with hit counts, and stop where they throw there', async () => {
    const line = (fields: Partial<Parameters<typeof breakpointSpec>[0]>, id: number): BreakpointData => one({ at: { kind: 'line', line: 3 }, driverId: 1, ...fields }, id);
    const { stops, log } = await stopsOf([line({ condition: 'Length > 1000', hitCondition: '>=2' }, 1), line({ condition: 'Length === 500 && Lenght > 1' }, 2), line({ where: { path: '*.nothing' } }, 3)]);
    expect(stops.map((stop) => [stop.operation.index, stop.breakpointIds, stop.point.line])).toEqual([[5, [1], 3], [6, [2], 3], [7, [1], 3]]);
    expect(sentences(stops[1])).toMatch(/Lenght is not defined/);
    expect(hitsOf(log)).toEqual({ 1: 3, 2: 1 });
  });

  it('that would change the run are refused where they are placed', async () => {
    const { stops, log } = await stopsOf([one({ at: { kind: 'line', line: 3 }, driverId: 1, condition: '(Length = 5) > 1' }), one({ at: pre, condition: 'FltSetCallbackDataDirty(Data) === undefined' }, 2)]);
    expect(log.verified).toContainEqual({ id: 1, line: null, message: expect.stringContaining('cannot assign') as string });
    expect(sentences(stops[0])).toContain('would take part in the run');
  });
});

describe('hit counts, messages, one-shot and dependent breakpoints', { timeout }, () => {
  it.each<[string, readonly number[]]>([['2', [3]], ['>=5', [6, 7]], ['%3', [4, 7]]])('hit condition %s', async (hitCondition, expected) => {
    const { stops, log } = await stopsOf([one({ at: pre, hitCondition })]);
    expect([operationsOf(stops), hitsOf(log)]).toEqual([expected, { 1: 6 }]);
  });

  it('messages are written instead of stopping', async () => {
    const { stops, log } = await stopsOf([
      one({ at: pre, condition: 'Data.Iopb.Parameters.Read.Length > 3000', logMessage: '{Data.Iopb.Parameters.Read.Length} bytes of {Operation.path} by {Operation.process} {{sic}} {Data.x.y}' }),
      one({ at: { kind: 'line', line: 3 }, driverId: 1, hitCondition: '1', logMessage: 'local {Length}' }, 2),
    ]);
    expect(stops).toEqual([]);
    const text = (bytes: number): string => `${bytes} bytes of C:\\docs\\a.txt by notes.exe {sic} {Data.x.y: TypeError: Cannot read properties of undefined (reading 'y')}`;
    expect(log.logs.map(({ breakpointId, text: line, operation: issued }) => [breakpointId, issued, line])).toEqual([[2, 2, 'local 100'], [1, 5, text(4000)], [1, 7, text(6000)]]);
    expect(log.logs[0]).toMatchObject({ driver: 'probe', line: 3 });
  });

  it('a one-shot breakpoint stops once', async () => {
    expect(operationsOf((await stopsOf([one({ at: pre, once: true })])).stops)).toEqual([2]);
  });

  it('a dependent one is armed by the other, also by one that only logs', async () => {
    const { stops } = await stopsOf([one({ at: pre, condition: 'Data.Iopb.Parameters.Read.Length === 4000', logMessage: 'armed' }, 1), one({ at: pre, dependsOn: 1 }, 2)]);
    expect(operationsOf(stops)).toEqual([5, 6, 7]);
  });

  it('routines of every kind are callbacks to stop at', async () => {
    const works = driverOf('  const item = FltAllocateDeferredIoWorkItem();\n  if (item !== null && FltQueueDeferredIoWorkItem(item, Data, Work, DelayedWorkQueue, null) === STATUS_SUCCESS) return FLT_PREOP_PENDING;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const driver = { ...works, source: `function Work(item: PFLT_DEFERRED_IO_WORKITEM, Data: PFLT_CALLBACK_DATA, context: PVOID): void {\n  FltCompletePendedPreOperation(Data, FLT_PREOP_SUCCESS_NO_CALLBACK, null);\n  FltFreeDeferredIoWorkItem(item);\n}\n${works.source}` };
    const at = (callback: 'driverEntry' | 'work', condition = ''): BreakpointData['spec'] => breakpointSpec({ at: { kind: 'callback', callbacks: [callback] }, condition });
    const { stops } = await stopsOf([{ id: 1, spec: at('driverEntry', 'Data === null && Operation === null') }, { id: 2, spec: at('work', 'Operation.major === IRP_MJ_READ') }], { driver, operations: reads.slice(0, 3) });
    expect(stops.map((stop) => [stop.callback, stop.operation.index, stop.breakpointIds])).toEqual([['driverEntry', 0, [1]], ['work', 2, [2]], ['work', 3, [2]]]);
  });

  it('edits while stopped take effect at once', async () => {
    const run = await startRun({ drivers: [halves], operations: reads, breakpoints: [one({ at: pre })] });
    expect((await run.nextStop()).operation.index).toBe(2);
    await run.host.setBreakpoints([one({ at: pre, condition: 'Data.Iopb.Parameters.Read.Length === 6000' }), one({ at: { kind: 'pending', what: 'longerThan', ticks: 10n ** 12n } }, 2)]);
    await run.host.continue();
    const stop = await run.nextStop();
    expect([stop.operation.index, stop.breakpointIds]).toEqual([7, [1]]);
    await run.host.continue();
    expect(hitsOf(await run.ended())).toEqual({ 1: 2 });
    run.host.dispose();
  });
});

describe('what happens inside callbacks and operations', { timeout }, () => {
  it('a field changes: who did it, at which line', async () => {
    const { stops } = await stopsOf([one({ at: { kind: 'change', field: 'Parameters.*.Length' } })]);
    expect(operationsOf(stops)).toEqual([3, 5, 7]);
    expect(sentences(stops[0])).toMatch(/probe changes Parameters\.Read\.Length from 2000 to 1000 \(line 3\)/);
    expect(stops[0]?.stackFrames[0]).toMatchObject({ driver: null });
    expect(stops[0]?.stackFrames.find((frame) => frame.driver !== null)).toMatchObject({ driver: 'probe', line: 3 });
  });

  it('of another driver too, and only of the one that is named', async () => {
    const other = { ...ownDriver('other', halves.source, 2, '330000') };
    const run = await startRun({ drivers: [halves, other], operations: reads, breakpoints: [one({ at: { kind: 'change', field: '*' }, driverId: 2 }), one({ at: { kind: 'change', field: 'Parameters.Read.Length' }, condition: 'Change.by === "probe" && Change.to === 500' }, 2)] });
    const stops = await goOn(run);
    run.host.dispose();
    expect(stops.map((stop) => [stop.operation.index, stop.breakpointIds])).toEqual([[3, [1]], [5, [1]], [7, [1]]]);
  });

  it('from there a step goes on at the line', async () => {
    const run = await startRun({ drivers: [halves], operations: reads, breakpoints: [one({ at: { kind: 'change', field: '*' }, once: true })] });
    await run.nextStop();
    await run.host.next();
    expect(await run.nextStop()).toMatchObject({ reason: 'step', atLine: true, point: { line: 3 } });
    await run.host.stop();
    run.host.dispose();
  });

  it('a call of an Flt routine', async () => {
    const { stops } = await stopsOf([one({ at: { kind: 'api', routine: 'FltSet*Dirty' } })]);
    expect(operationsOf(stops)).toEqual([3, 5, 7]);
    expect(sentences(stops[0])).toContain('probe calls FltSetCallbackDataDirty');
  });

  it('a call of a kernel routine, named or by how its name begins, with what it is given; a pattern for anything leaves them out', async () => {
    const driver = driverOf('  const size = Data.Iopb.Parameters.Read.Length;\n  const irql = KeGetCurrentIrql();\n  const pool = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, "Tst1");\n  if (irql === PASSIVE_LEVEL && pool !== null) ExFreePoolWithTag(pool, "Tst1");\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const { stops, log } = await stopsOf([
      one({ at: { kind: 'api', routine: 'ExAllocatePool*' }, condition: 'Call.args[1] > 3000' }, 1), one({ at: { kind: 'api', routine: 'KeGetCurrentIrql' }, where: { path: '*a.txt' }, hitCondition: '2' }, 2), one({ at: { kind: 'api', routine: '*' } , where: { major: 3 } }, 3),
      one({ at: { kind: 'api', routine: 'ExFree*' }, logMessage: '{Call.name}' }, 4),
    ], { driver });
    expect(stops.map((stop) => [stop.operation.index, stop.breakpointIds, stop.stackFrames.find((frame) => frame.driver !== null)?.line])).toEqual([[3, [2], 3], [5, [1], 4], [7, [1], 4]]);
    expect(sentences(stops[1])).toContain('probe calls ExAllocatePool2.');
    expect(log.logs.map(({ text, line }) => [text, line])).toEqual(reads.slice(1, 7).map(() => ['ExFreePoolWithTag', 5]));
  });

  it('a violation, by severity and by id, until it is left out', async () => {
    const forgets = driverOf('  Data.Iopb.Parameters.Read.Length = 50;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const bad = driverOf('  Data.IoStatus.Status = STATUS_ACCESS_DENIED;\n  return 77;');
    const violations = async (at: Partial<Extract<BreakpointData['spec']['at'], { kind: 'violation' }>>, driver: typeof halves): Promise<StopInfo[]> => (await stopsOf([one({ at: { kind: 'violation', id: '', severity: '', except: [], ...at } })], { driver })).stops;
    const found = await violations({ severity: 'V' }, bad);
    expect(found.length).toBeGreaterThan(0);
    const id = found[0]?.notes.find((note) => note.kind === 'violation')?.id ?? '';
    expect(await violations({ id }, bad)).not.toEqual([]);
    expect((await violations({ severity: 'V', except: [id] }, bad)).every((stop) => !sentences(stop).startsWith(id))).toBe(true);
    expect(await violations({ severity: 'B' }, forgets)).toEqual([]);
  });

  it('a violation of one driver can be left out at the stop; the run is the same', async () => {
    const bad = driverOf('  Data.Thread = null as unknown as PETHREAD;\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');
    const other = { ...bad, id: 2, name: 'other', altitude: '370010' };
    const at = (except: readonly string[]): BreakpointData['spec'] => breakpointSpec({ at: { kind: 'violation', id: '', severity: 'V', except } });
    const run = await startRun({ drivers: [bad, other], operations: reads, breakpoints: [{ id: 1, spec: at([]) }] });
    const first = await run.nextStop();
    expect(first.finding).toMatchObject({ kind: 'violation', driver: 'other' });
    const { id = '', driver } = first.finding ?? {};
    await run.host.setBreakpoints([{ id: 1, spec: at([`${id} of ${driver}`]) }]);
    await run.host.continue();
    const rest = await goOn(run);
    const plain = await startRun({ drivers: [bad, other], operations: reads });
    expect((await run.ended()).summary).toEqual((await plain.ended()).summary);
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.map(({ finding }) => `${finding?.id} of ${finding?.driver}`)).not.toContain(`${id} of ${driver}`);
    expect(rest.map(({ finding }) => `${finding?.id} of ${finding?.driver}`)).toContain(`${id} of probe`);
    for (const one of [run, plain]) one.host.dispose();
  });

  it('the beginning and the end of operations, also without a driver in the way', async () => {
    const { stops } = await stopsOf([one({ at: { kind: 'operation', step: 'issue' }, where: { major: 2 } }), one({ at: { kind: 'operation', step: 'complete' }, condition: 'Operation.major === 18' }, 2)]);
    expect(stops.map((stop) => [stop.operation.index, stop.breakpointIds])).toEqual([[8, [2]], [9, [1]]]);
    expect(sentences(stops[0])).toContain('ends with STATUS_SUCCESS');
  });

  it('a result that is not the recorded one', async () => {
    const refuses = driverOf('  if (Data.Iopb.Parameters.Read.Length !== 300) return FLT_PREOP_SUCCESS_NO_CALLBACK;\n  Data.IoStatus.Status = STATUS_ACCESS_DENIED;\n  Data.IoStatus.Information = 0;\n  return FLT_PREOP_COMPLETE;');
    const { stops } = await stopsOf([one({ at: { kind: 'difference' } })], { driver: refuses });
    expect(operationsOf(stops)).toEqual([4]);
    expect(sentences(stops[0])).toContain('ends with STATUS_ACCESS_DENIED; recorded was STATUS_SUCCESS');
  });
});

describe('pending operations', { timeout }, () => {
  // 1 ms between them; operation 2 is under way for 5 ms, operation 3 ends at once, operation 4 never.
  const trace = [create(1), read(2, { length: 10, information: 10, duration: 50_000n }), read(3, { length: 20, information: 20, duration: 0n }), read(4, { status: STATUS_PENDING, duration: null }), read(5), read(6), read(7), read(8), read(9)];

  it('longer than a time', async () => {
    const { stops } = await stopsOf([one({ at: { kind: 'pending', what: 'longerThan', ticks: 30_000n } })], { operations: trace, driver: bundledDriver('passThrough') });
    expect(operationsOf(stops)).toEqual([2, 4]);
    expect(sentences(stops[0])).toMatch(/Operation 2 .* has been under way for 30000 ticks/);
  });

  it('never ended: one stop at the end of the run that names them all', async () => {
    const { stops, log } = await stopsOf([one({ at: { kind: 'pending', what: 'never', ticks: null } })], { operations: trace, driver: bundledDriver('passThrough') });
    expect(stops).toHaveLength(1);
    expect(sentences(stops[0])).toMatch(/Operation 4 .* never ends/);
    expect([hitsOf(log), log.summary?.outcome]).toEqual([{ 1: 1 }, 'completed']);
  });

  it('ended out of order', async () => {
    const { stops } = await stopsOf([one({ at: { kind: 'pending', what: 'outOfOrder', ticks: null }, where: { major: 3 }, hitCondition: '1' })], { operations: trace, driver: bundledDriver('passThrough') });
    expect(operationsOf(stops)).toEqual([3]);
    expect(sentences(stops[0])).toContain('ends before #2');
  });
});

describe('a run with breakpoints is the same run', { timeout }, () => {
  it('has the same hash and the same events, whatever they look at', async () => {
    const drivers = [bundledDriver('statusWatch', 1), bundledDriver('minispy', 2), { ...halves, id: 3 }];
    const plain = await runToEnd({ drivers, operations: reads });
    const everything = 'Data.Iopb.Parameters.Read.ByteOffset.QuadPart >= 0n && Data.Iopb.Parameters.Write.Key !== 7 && Data.Iopb.Parameters.Read.ReadBuffer?.u32(0) !== 1 && `${Data.Iopb.TargetFileObject?.FileName.Buffer} ${Object.keys(FltObjects)}` !== ""';
    const breakpoints = [
      one({ at: { kind: 'callback', callbacks: [] }, condition: everything, logMessage: '{Data} {FltObjects} {CompletionContext} {Snapshot}' }, 1),
      one({ at: { kind: 'change', field: '*' }, logMessage: '{Change.from}' }, 2), one({ at: { kind: 'api', routine: '*' }, logMessage: '{Call.name} {Call.args}' }, 3), one({ at: { kind: 'violation', id: '', severity: '', except: [] }, logMessage: '{Violation.id}' }, 4),
      one({ at: { kind: 'operation', step: 'complete' }, condition: 'Data.IoStatus.Status !== 1' }, 5), one({ at: { kind: 'pending', what: 'longerThan', ticks: 1n } }, 6), one({ at: { kind: 'line', line: 3 }, driverId: 3, condition: 'Data.Iopb.Parameters.Read.ReadBuffer.u8(0) !== 300', hitCondition: '%2' }, 7),
      one({ at: { kind: 'pending', what: 'never', ticks: null } }, 8), one({ at: { kind: 'pending', what: 'outOfOrder', ticks: null } }, 9), one({ at: { kind: 'api', routine: 'Ex*, Ke*, Rtl*, Io*' }, logMessage: '{Call.name} {Call.args}' }, 10),
    ];
    const run = await startRun({ drivers, operations: reads, breakpoints });
    const stops = await goOn(run);
    const log = await run.ended();
    run.host.dispose();
    expect(stops.length).toBeGreaterThan(8);
    expect(log.logs.length).toBeGreaterThan(20);
    expect(eventsOf(log).filter((event) => event.kind === 'hint').map(({ name, detail }) => [name, detail])).toEqual(eventsOf(plain).filter((event) => event.kind === 'hint').map(({ name, detail }) => [name, detail]));
    expect(log.summary).toEqual(plain.summary);
  });
});
