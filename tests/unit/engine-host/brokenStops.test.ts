/** Runs that break off stop there first, where that is asked for. */
import { describe, expect, it } from 'vitest';
import type { StopInfo } from '../../../src-main/engine-host/messages.ts';
import { runHere } from '../../support/engine-host/runHere.ts';
import { create, ownDriver, preReadDriver, read, startRun, type RunLog } from '../../support/engine-host/runs.ts';

const timeout = 60_000;
const operations = [create(1), read(2, { length: 8, information: 8 }), read(3, { length: 8, information: 8 })];

/** The one stop, what `look` saw at it, and the run's end when it has gone on. */
async function broken<T>(driver: ReturnType<typeof preReadDriver>, look: (evaluate: (text: string) => Promise<string>) => Promise<T>, stopsWhenBroken = true): Promise<{ stop: StopInfo | null; seen: T | null; log: RunLog }> {
  const run = await startRun({ drivers: [driver], operations, request: { stopsWhenBroken } });
  const stop = await Promise.race([run.nextStop(), run.ended().then(() => null)]);
  const seen = stop === null ? null : await look(async (text) => (await run.host.evaluate(text, stop.stackFrames.find((frame) => frame.driver !== null)?.id ?? null)).value);
  if (stop !== null) await run.host.continue();
  const log = await run.ended();
  run.host.dispose();
  return { stop, seen, log };
}

const nothing = (): Promise<null> => Promise.resolve(null);
/** It throws on line 5 when it sees operation 3, in a function of its own; what it catches before is no reason to stop. */
const throwing = preReadDriver('  const seen = { count: ++gCount };\n  try { (null as any).x; } catch { seen.count += 100; }\n  return check(seen);\n}\nlet gCount = 0;\nfunction check(one: { count: number }): number {\n  if (one.count > 101) (undefined as any).nothing();\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;');

describe('a run that breaks off', { timeout }, () => {
  it('stops at the line that throws what the driver does not catch, with its variables', async () => {
    const { stop, seen, log } = await broken(throwing, async (evaluate) => [await evaluate('one.count'), await evaluate('gCount')]);
    expect(stop).toMatchObject({ reason: 'exception', operation: { index: 3 }, callback: 'pre', driver: 'probe', atLine: true, point: { line: 8 } });
    expect(stop?.stackFrames.slice(0, 2).map(({ name, line }) => [name, line])).toEqual([['check', 8], ['PreRead', 4]]);
    expect(seen).toEqual(['102', '2']);
    expect(stop?.notes[0]).toMatchObject({ id: 'exception', line: 8, sentence: expect.stringMatching(/^TypeError: .*undefined.*left the pre callback, the run ends\.$/) as string });
    expect(log.problems[0]).toMatchObject({ kind: 'exception', line: 8, operation: 3 });
    expect(log.stops).toHaveLength(1);
  });

  it('does so behind any number of exceptions that the driver catches', async () => {
    const { stop } = await broken(preReadDriver('  for (let at = 0; at < 200; at++) { try { throw new Error("own"); } catch { /* goes on */ } }\n  throw new Error("at last");'), nothing);
    expect(stop).toMatchObject({ reason: 'exception', operation: { index: 2 }, iopb: { fields: expect.arrayContaining([expect.objectContaining({ path: 'Parameters.Read.Length' })]) as unknown } });
    expect(stop?.notes[0]).toMatchObject({ id: 'exception', line: 3, sentence: expect.stringContaining('Error: at last') as string });
  });

  it('stops at a throw in a function that DriverEntry hands on', async () => {
    const { stop, seen, log } = await broken(ownDriver('probe', 'export function DriverEntry(): number {\n  const status = STATUS_SUCCESS;\n  [1].forEach(() => { if (status === STATUS_SUCCESS) throw new RangeError("entry"); });\n  return status;\n}\n'), (evaluate) => evaluate('status'));
    expect([stop?.reason, stop?.callback, stop?.point.line, seen]).toEqual(['exception', 'driverEntry', 3, '0 (STATUS_SUCCESS)']);
    expect(log.summary?.outcome).toBe('failed');
  });

  it('stops in the call that causes a bug check', async () => {
    const { stop, seen, log } = await broken(preReadDriver('  const information = ref<PFLT_FILE_NAME_INFORMATION>();\n  FltGetFileNameInformation(Data, FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_DEFAULT, information);\n  let released = 0;\n  for (; released < 5; released++) FltReleaseFileNameInformation(information.value);\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;'), (evaluate) => evaluate('released'));
    expect([stop?.reason, seen, log.problems[0]?.kind]).toEqual(['exception', '1', 'bugcheck']);
    expect(stop?.notes[0]?.sentence).toMatch(/^Bug check 0x/);
  });

  it('stops at a wait that nothing can end, where the run is over', () => {
    const { stops, problems, summary } = runHere({ drivers: [preReadDriver('  const event = ref<KEVENT>();\n  KeInitializeEvent(event, NotificationEvent, false);\n  KeWaitForSingleObject(event, Executive, KernelMode, false, null);\n  return FLT_PREOP_SUCCESS_NO_CALLBACK;')], operations, request: { stopsWhenBroken: true } });
    expect(stops.map(({ reason, notes }) => [reason, notes[0]?.sentence])).toEqual([['exception', problems[0]?.message]]);
    expect([problems[0]?.kind, summary?.outcome]).toEqual(['deadlock', 'failed']);
  });

  it('stops at nothing where that is not asked for, and did the same', async () => {
    const { stop, log } = await broken(throwing, nothing, false);
    expect([stop, log.problems[0]?.kind]).toEqual([null, 'exception']);
    expect((await broken(throwing, nothing)).log.summary?.eventHash).toBe(log.summary?.eventHash);
  });
});
