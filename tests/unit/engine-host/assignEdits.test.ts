/** Values that an edit of the run changes at a moment: through a real engine host, because V8 evaluates them. */
import { describe, expect, it, vi } from 'vitest';
import { breakpointSpec } from '../../../src-main/debugger/breakpointSpec.ts';
import type { Overlay } from '../../../src-main/replay/runPlan.ts';
import { emptyPlan } from '../../../src-main/replay/runPlan.ts';
import { assertExists } from '../../../src-main/base/assert.ts';
import { create, eventsOf, ownDriver, preReadDriver, read, startRun, type LoggedEvent, type RunOptions } from '../../support/engine-host/runs.ts';

vi.setConfig({ testTimeout: 60_000 });

// Line 2 is the first of the body.
const driver = preReadDriver(`  let times = 1;
  for (let at = 0; at < 3; at++) {
    times += at;
  }
  DbgPrint('%d %d', times, Data.Iopb.Parameters.Read.Length);
  return FLT_PREOP_SUCCESS_NO_CALLBACK;`);
const operations = [create(1), read(2), read(3), read(4)];

async function ended(overlays: readonly Overlay[], options: Partial<RunOptions> = {}): Promise<{ events: readonly LoggedEvent[]; lines: readonly string[]; edits: readonly string[]; hash: string }> {
  const run = await startRun({ drivers: [driver], operations, ...options, request: { plan: { ...emptyPlan, overlays }, ...options.request } });
  const log = await run.ended();
  run.host.dispose();
  const summary = assertExists(log.summary);
  const events = eventsOf(log);
  return { events, lines: events.filter(({ kind }) => kind === 'log').map(({ detail }) => String(detail['text'])), edits: (summary.report.edits ?? []).map(({ applied, note }) => (applied ? 'done' : note)), hash: summary.eventHash };
}

/** The point of the pre callback of a read, with a line where wanted. */
async function pointOf(operation: number, line: number | null = null, visit = 1): Promise<Overlay & { kind: 'assign' }> {
  const { events } = await ended([]);
  const { issued, sequence } = assertExists(events.find((event) => event.kind === 'pre' && event.operation === operation));
  return { kind: 'assign', driver: 'probe', expression: '', point: { issued, sequence, line, visit } };
}

describe('a value that is changed at a moment', () => {
  it('at the entry of one callback: what the callback gets to see, and the file system after it', async () => {
    const at = await pointOf(3);
    const { events, lines, edits } = await ended([{ ...at, expression: 'Data.Iopb.Parameters.Read.Length = 512' }]);
    expect(lines).toEqual(['4 4096', '4 512', '4 4096']);
    expect(edits).toEqual(['done']);
    // The change counts, and is not held against the driver.
    expect(events.filter(({ kind, operation }) => kind === 'violation' && operation === 3)).toEqual([]);
    expect(events.find(({ kind, operation }) => kind === 'complete' && operation === 3)?.information).toBe(512);
  });

  it('at a line, where local variables can be changed too, and the how many-th time it is reached', async () => {
    const { lines, edits } = await ended([{ ...(await pointOf(3, 6)), expression: 'times = 100' }, { ...(await pointOf(4, 4, 3)), expression: 'times = 50' }]);
    // In operation 4: 50, and then the third round adds its 2.
    expect(lines).toEqual(['4 4096', '100 4096', '52 4096']);
    expect(edits).toEqual(['done', 'done']);
  });

  it('the callback data, whatever the routine that runs calls it', async () => {
    const driver = ownDriver('probe', `function inner() {
  DbgPrint('here');
}
function PreRead(request: PFLT_CALLBACK_DATA, objects: PCFLT_RELATED_OBJECTS, slot: Ref<PVOID>): FLT_PREOP_CALLBACK_STATUS {
  inner();
  return FLT_PREOP_SUCCESS_NO_CALLBACK;
}
export function DriverEntry(DriverObject: PDRIVER_OBJECT, RegistryPath: PUNICODE_STRING): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, null]] }, filter);
  return FltStartFiltering(filter.value);
}
`);
    const { events: before } = await ended([], { drivers: [driver] });
    const at = (operation: number, line: number): Overlay => {
      const { issued, sequence } = assertExists(before.find((event) => event.kind === 'pre' && event.operation === operation));
      return { kind: 'assign', driver: 'probe', expression: 'Data.Iopb.Parameters.Read.Length = 512', point: { issued, sequence, line, visit: 1 } };
    };
    const { events, edits } = await ended([at(2, 5), at(3, 2)], { drivers: [driver] });
    expect(edits).toEqual(['done', 'done']);
    expect([2, 3, 4].map((index) => events.find(({ kind, operation }) => kind === 'complete' && operation === index)?.information)).toEqual([512, 512, 4096]);
  });

  it('what a callback returns: the run stops where it begins, and goes on with the other value', async () => {
    const { point } = await pointOf(3);
    const overlay: Overlay = { kind: 'return', point, value: 4, status: 0xc0000022, information: 0, name: 'FLT_PREOP_COMPLETE' };
    const run = await startRun({ drivers: [driver], operations, breakpoints: [], request: { plan: { ...emptyPlan, overlays: [overlay] }, stopAtEdit: 0 } });
    expect(await run.nextStop()).toMatchObject({ reason: 'goto', callback: 'pre', operation: { index: 3 } });
    await run.host.continue();
    const log = await run.ended();
    run.host.dispose();
    expect(eventsOf(log).find(({ kind, operation }) => kind === 'complete' && operation === 3)).toMatchObject({ status: 0xc0000022 });
    expect(assertExists(log.summary).eventHash).toBe((await ended([overlay])).hash);
  });

  it('an expression that throws changes nothing, and a moment that does not come is told', async () => {
    const { lines, edits } = await ended([{ ...(await pointOf(3)), expression: 'nothing.there = 1' }, { ...(await pointOf(3, 4, 9)), expression: 'times = 1' }]);
    expect(lines).toEqual(['4 4096', '4 4096', '4 4096']);
    expect(edits).toEqual(['the expression threw an error, or names something that is not there', 'its moment never came']);
  });

  it('the run stops there if it is told to, with the new value, and nothing is different for it', async () => {
    const overlay = { ...(await pointOf(3, 6)), expression: 'times = 100' };
    // The user has a breakpoint at the same line.
    const run = await startRun({ drivers: [driver], operations, breakpoints: [], request: { plan: { ...emptyPlan, overlays: [overlay] }, stopAtEdit: 0 } });
    const stop = await run.nextStop();
    expect(stop).toMatchObject({ reason: 'goto', point: { operation: overlay.point.issued, sequence: overlay.point.sequence, line: 6 } });
    expect(await run.host.evaluate('times', null)).toMatchObject({ value: '100' });
    await run.host.continue();
    const log = await run.ended();
    run.host.dispose();
    expect(assertExists(log.summary).eventHash).toBe((await ended([overlay])).hash);
  });

  it('works beside a breakpoint of the user at the same line', async () => {
    const overlay = { ...(await pointOf(3, 6)), expression: 'times = 100' };
    const run = await startRun({ drivers: [driver], operations, breakpoints: [{ id: 9, spec: breakpointSpec({ at: { kind: 'line', line: 6 }, driverId: 1 }) }], request: { plan: { ...emptyPlan, overlays: [overlay] } } });
    const seen: string[] = [];
    for (let stops = 0; stops < 3; stops++) {
      const stop = await run.nextStop();
      expect(stop.breakpointIds).toEqual([9]);
      seen.push((await run.host.evaluate('times', null)).value);
      await run.host.continue();
    }
    await run.ended();
    run.host.dispose();
    expect(seen).toEqual(['4', '100', '4']);
  });

  it('the run stops at the entry of a callback whose value was changed', async () => {
    const overlay = { ...(await pointOf(3)), expression: 'Data.Iopb.Parameters.Read.Length = 512' };
    const run = await startRun({ drivers: [driver], operations, request: { plan: { ...emptyPlan, overlays: [overlay] }, stopAtEdit: 0 } });
    const stop = await run.nextStop();
    expect(stop).toMatchObject({ callback: 'pre', operation: { index: 3 }, atLine: false });
    expect(stop.iopb.fields.find(({ path }) => path === 'Parameters.Read.Length')?.changed).toBe(true);
    await run.host.continue();
    await run.ended();
    run.host.dispose();
  });
});
