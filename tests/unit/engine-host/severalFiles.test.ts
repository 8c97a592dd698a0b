/** Drivers of several files in a real child: every line that comes out is the driver line of its file. */
import { describe, expect, it } from 'vitest';
import { driverLine } from '../../../src-main/base/driverLines.ts';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import type { BreakpointData, DriverSource } from '../../../src-main/engine-host/messages.ts';
import { emptyPlan } from '../../../src-main/replay/runPlan.ts';
import { create, eventsOf, read, runToEnd, startRun, type RunLog } from '../../support/engine-host/runs.ts';
import { callbacksFile, driverOf, guard, guardEntry, textFile } from '../../support/engine-host/severalFiles.ts';

const atLine = (line: number): BreakpointData['spec'] => breakpointSpec({ at: { kind: 'line', line }, driverId: 1 });
const printed = (log: RunLog): unknown[] => eventsOf(log).filter(({ kind }) => kind === 'log').map(({ detail }) => detail['text']);
const operations = [create(1), read(2, { length: 100 }), read(3, { length: 200 })];
const [callbacks, text] = [1, 2];

describe('a driver of several files', { timeout: 60_000 }, () => {
  it('runs with its files in the order of its imports, and tells lines of the file where they are', async () => {
    const log = await runToEnd({ drivers: [guard()], operations });
    expect(log.problems).toEqual([]);
    const printed = eventsOf(log).filter(({ kind }) => kind === 'log');
    expect(printed.map(({ line, detail }) => [line, detail['text']])).toEqual([[driverLine(callbacks, 7), '1: length 100'], [driverLine(callbacks, 7), '2: length 200']]);
  });

  it('keeps the statements of one file apart from those of the next', async () => {
    const driver = driverOf('guard', `import './a.ts';\nimport './b.ts';\n${guardEntry.replace("import { PreRead } from './callbacks.ts';", 'const PreRead = null;')}`, { 'a.ts': 'const x = () => DbgPrint("never")', 'b.ts': '(() => DbgPrint("top"))(); // the end' });
    const log = await runToEnd({ drivers: [driver], operations });
    expect(log.problems).toEqual([]);
    expect(printed(log)).toEqual(['top']);
  });

  it('tells violations and exceptions with the file they are in', async () => {
    const completes = guard({ callbacks: callbacksFile.replace('return FLT_PREOP_SUCCESS_NO_CALLBACK', 'return FLT_PREOP_COMPLETE') });
    const violations = eventsOf(await runToEnd({ drivers: [completes], operations })).filter(({ kind }) => kind === 'violation');
    // Found when the callback has returned: the line is worked out from the source.
    expect(violations.map(({ name, line }) => [name, line])).toContainEqual(['FV-012', driverLine(callbacks, 8)]);
    const throws = guard({ text: textFile.replace('const text = prefix + length;', 'if (length > 100) throw new Error("too long"); const text = "";') });
    const { problems } = await runToEnd({ drivers: [throws], operations });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ kind: 'exception', driver: 'guard', line: driverLine(text, 4), column: 27, message: expect.stringMatching(/^util\/text\.ts:4:27: Error: too long/) });
    expect(problems[0]?.stack.map(({ name, line }) => [name, line])).toEqual([['describe', driverLine(text, 4)], ['PreRead', driverLine(callbacks, 6)]]);
  });

  it('names the file of a loop that does not end, and of a wait that nobody ends', async () => {
    const loops = guard({ text: textFile.replace('const text = prefix + length;', 'for (let at = 0; length > 100; at++) if (at < 0) break; const text = "";') });
    const [loop] = (await runToEnd({ drivers: [loops], operations, watchdogMilliseconds: 300 })).problems;
    expect(loop).toMatchObject({ kind: 'endless-loop', line: driverLine(text, 4), message: expect.stringMatching(/^util\/text\.ts:4: describe has been running/) });
    const waits = guard({ text: textFile.replace('const text = prefix + length;', 'KeWaitForSingleObject(never, Executive, KernelMode, false, null); const text = "";').replace('const prefix', 'const never = {} as KEVENT; KeInitializeEvent(never, NotificationEvent, false);\nconst prefix') });
    const [deadlock] = (await runToEnd({ drivers: [waits], operations })).problems;
    expect(deadlock?.kind).toBe('deadlock');
    expect(deadlock?.message).toMatch(/\(guard's pre, line 5 of util\/text\.ts, operation 2\) waits for/);
  });

  it('stops at a breakpoint of another file, with locals, frames of all files and its condition', async () => {
    const spec = { ...atLine(driverLine(text, 4)), condition: 'length > 100' };
    const run = await startRun({ drivers: [guard()], operations, breakpoints: [{ id: 5, spec }, { id: 6, spec: atLine(driverLine(text, 40)) }, { id: 7, spec: atLine(driverLine(9, 1)) }] });
    const stop = await run.nextStop();
    expect(stop).toMatchObject({ reason: 'breakpoint', breakpointIds: [5], point: { line: driverLine(text, 4) }, operation: { index: 3 } });
    expect(stop.stackFrames.filter(({ driver }) => driver !== null).map(({ name, line }) => [name, line])).toEqual([['describe', driverLine(text, 4)], ['PreRead', driverLine(callbacks, 6)]]);
    expect((await run.host.evaluate('prefix + length', null)).value).toBe('"length 200"');
    expect(run.log.verified.find(({ id }) => id === 5)).toEqual({ id: 5, line: driverLine(text, 4), message: null });
    expect(run.log.verified.find(({ id }) => id === 6)).toEqual({ id: 6, line: null, message: 'There is no code at or behind line 40 of util/text.ts; set the breakpoint on a statement.' });
    expect(run.log.verified.find(({ id }) => id === 7)?.message).toMatch(/There is no code/);
    await run.host.continue();
    expect((await run.ended()).summary?.outcome).toBe('completed');
  });

  it('steps from file to file and out again', async () => {
    const run = await startRun({ drivers: [guard()], operations, breakpoints: [{ id: 1, spec: breakpointSpec({ at: { kind: 'callback', callbacks: ['pre'] }, driverId: 1 }) }] });
    const lines: (readonly [string, number | null])[] = [];
    const look = async (): Promise<void> => {
      const stop = await run.nextStop();
      lines.push([stop.stackFrames[0]?.name ?? '', stop.stackFrames[0]?.line ?? null]);
    };
    await look();
    for (let at = 0; at < 8; at++) {
      await (at < 7 ? run.host.stepIn() : run.host.next());
      await look();
    }
    expect(lines).toEqual([
      // The routine's own line, before any of it has run.
      ['PreRead', driverLine(callbacks, 4)], ['PreRead', driverLine(callbacks, 5)], ['noteRead', 4], ['noteRead', 5], ['PreRead', driverLine(callbacks, 6)], ['describe', driverLine(text, 4)], ['describe', driverLine(text, 5)], ['PreRead', driverLine(callbacks, 7)], ['PreRead', driverLine(callbacks, 8)],
    ]);
    run.host.dispose();
  });

  it('notes the lines of a routine across the files, and goes back to one of them', async () => {
    const of = { drivers: [guard()], operations };
    const entry = eventsOf(await runToEnd(of)).find((event) => event.kind === 'pre' && event.operation === 3);
    const target = { issued: entry?.issued ?? 0, sequence: entry?.sequence ?? 0 };
    const one = await startRun({ ...of, request: { follow: { target, parkBefore: null } } });
    await one.nextStop();
    const { places, numbers } = await one.host.tape('guard');
    one.host.dispose();
    const lines = Array.from({ length: numbers.length / 4 }, (_, at) => places[numbers[at * 4 + 2] ?? 0]?.line);
    expect(lines.filter((line, at) => line !== lines[at - 1])).toEqual([driverLine(callbacks, 5), 4, 5, driverLine(callbacks, 6), driverLine(text, 4), driverLine(text, 5), driverLine(callbacks, 7), driverLine(callbacks, 8)]);
    const two = await startRun({ ...of, request: { follow: { target, parkBefore: null } } });
    await two.nextStop();
    await two.host.runToPlace('guard', places.find(({ line }) => line === driverLine(text, 5)) ?? { line: 0, column: 0 }, 1);
    expect(await two.nextStop()).toMatchObject({ reason: 'goto', atLine: true, point: { operation: 3, line: driverLine(text, 5) } });
    expect((await two.host.evaluate('text', null)).value).toBe('"length 200"');
    two.host.dispose();
  });

  it('changes a value at a line of another file', async () => {
    const entry = eventsOf(await runToEnd({ drivers: [guard()], operations })).find((event) => event.kind === 'pre' && event.operation === 3);
    const point = { issued: entry?.issued ?? 0, sequence: entry?.sequence ?? 0, line: driverLine(text, 4), visit: 1 };
    const log = await runToEnd({ drivers: [guard()], operations, request: { plan: { ...emptyPlan, overlays: [{ kind: 'assign', driver: 'guard', expression: 'length = 9', point }] } } });
    expect(printed(log)).toEqual(['1: length 100', '2: length 9']);
    expect(log.summary?.report.edits?.map(({ applied }) => applied)).toEqual([true]);
  });

  it('stops where one of its files throws, unless another one catches it', async () => {
    const thrown = textFile.replace('const text = prefix + length;', 'if (length > 100) throw new Error("too long"); const text = "";');
    const run = await startRun({ drivers: [guard({ text: thrown })], operations, request: { stopsWhenBroken: true } });
    expect(await run.nextStop()).toMatchObject({ reason: 'exception', atLine: true, point: { line: driverLine(text, 4) }, operation: { index: 3 } });
    run.host.dispose();
    const caught = callbacksFile.replace('const said: Described = describe(Data.Iopb.Parameters.Read.Length);', 'let said: Described = { text: "none" }; try { said = describe(Data.Iopb.Parameters.Read.Length); } catch {}');
    const other = await startRun({ drivers: [guard({ text: thrown, callbacks: caught })], operations, request: { stopsWhenBroken: true } });
    const log = await other.ended();
    expect([log.stops, printed(log).at(-1)]).toEqual([[], '2: none']);
  });
});

describe('a version of several files that takes over in the middle of the run', { timeout: 60_000 }, () => {
  const switched = (newer: DriverSource, breakpoints: readonly BreakpointData[] = []): Promise<RunLog> => runToEnd({
    drivers: [guard()], operations: [...operations, read(4, { length: 300 })], breakpoints,
    request: { plan: { ...emptyPlan, switches: [{ from: 4, driver: 1, version: 2 }] }, versions: [{ driver: 1, version: 2, source: newer.source, files: newer.files ?? [] }] },
  });

  it('goes on with the state of all files, and its lines are those of its own text', async () => {
    const longer = guard({ entry: `// one more line\n${guardEntry}`, text: textFile.replace('const prefix = "length ";', '// more\n// and more\nconst prefix = "bytes ";'), callbacks: callbacksFile.replace('  noteRead();', '  // why\n\n  noteRead();') });
    const log = await switched(longer, [{ id: 1, spec: { ...atLine(driverLine(text, 6)), logMessage: 'at {length}' } }]);
    expect(log.problems).toEqual([]);
    const lines = eventsOf(log).filter(({ kind }) => kind === 'log');
    expect(lines.map(({ line, detail }) => [line, detail['text']])).toEqual([[driverLine(callbacks, 7), '1: length 100'], [driverLine(callbacks, 7), '2: length 200'], [driverLine(callbacks, 9), '3: bytes 300']]);
    // The line is the closing brace of the older text and the first statement of the newer one.
    expect(log.logs.at(-1)).toMatchObject({ text: 'at 300', operation: 4, line: driverLine(text, 6) });
  });

  it.each([
    [guard({ callbacks: callbacksFile.replace("import { describe, type Described } from './util/text.ts';", 'const describe = (length: number) => ({ text: String(length) });\ninterface Described { text: string }') }), 'util/text.ts is no part of the driver any more.'],
    [driverOf('guard', guardEntry.replace('export let', "import './more.ts';\nexport let"), { 'callbacks.ts': callbacksFile, 'util/text.ts': textFile, 'more.ts': 'export const more = 1;\n' }), 'more.ts was no part of the driver when the run began.'],
    [guard({ entry: `import './util/text.ts';\n${guardEntry}` }), null],
    [guard({ text: `import './../callbacks.ts';\n${textFile}`, entry: `import './util/text.ts';\n${guardEntry}` }), 'the imports now bring its files in another order (callbacks.ts, util/text.ts, guard.ts).'],
  ])('is refused where its files are others %#', async (newer, why) => {
    const { problems } = await switched(newer);
    expect(problems.map(({ message }) => message)).toEqual(why === null ? [] : [`guard.ts version 2 cannot go on from here: ${why} Run from the start.`]);
  });
});
