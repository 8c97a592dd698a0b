/** A run told to go another way where Windows could: which ways there are, and that each of them has its consequences. */
import { describe, expect, it } from 'vitest';
import { STATUS_ACCESS_DENIED } from '../../../src-main/nt/values.generated.ts';
import { emptyPlan } from '../../../src-main/replay/runPlan.ts';
import type { ScheduleChoice, SchedulePlan } from '../../../src-main/replay/scheduleChoices.ts';
import { racingSource } from '../../support/engine-host/racingDriver.ts';
import { create, eventsOf, ownDriver, read, runToEnd, type RunLog } from '../../support/engine-host/runs.ts';

const timeout = 30_000;

/** Asks for a post of each read; the post prints its IRQL. */
const postReader = ownDriver('levels', `
function PreRead(): FLT_PREOP_CALLBACK_STATUS { return FLT_PREOP_SUCCESS_WITH_CALLBACK; }
function PostRead(): FLT_POSTOP_CALLBACK_STATUS { DbgPrint("at %d\\n", KeGetCurrentIrql()); return FLT_POSTOP_FINISHED_PROCESSING; }
export function DriverEntry(DriverObject: PDRIVER_OBJECT): NTSTATUS {
  const filter = ref<PFLT_FILTER>();
  FltRegisterFilter(DriverObject, { OperationRegistration: [[IRP_MJ_READ, 0, PreRead, PostRead]] }, filter);
  return FltStartFiltering(filter.value);
}
`);

const racer = ownDriver('racer', racingSource);

const trace = [create(1), read(2), read(3), read(4)];
const scheduled = (driver: typeof racer, schedule: SchedulePlan): Promise<RunLog> => runToEnd({ drivers: [driver], operations: trace, request: { plan: { ...emptyPlan, schedule } } });
const list = (...choices: readonly ScheduleChoice[]): SchedulePlan => ({ list: choices });
const printed = (log: RunLog): unknown[] => eventsOf(log).filter(({ kind }) => kind === 'log').map(({ detail }) => detail['text']);
const statuses = (log: RunLog): number[] => [...(log.results.get(1)?.statuses.slice(0, 4) ?? [])];

describe('schedules', { timeout }, () => {
  it('are the run without any while every choice is the first', async () => {
    const plain = await runToEnd({ drivers: [postReader], operations: trace });
    const first = await scheduled(postReader, list());
    expect(plain.summary?.choices).toBeNull();
    expect(first.summary?.eventHash).toBe(plain.summary?.eventHash);
    // Three reads whose posts are owed; nobody waits for the create. Inline, or pended and completed at PASSIVE, DISPATCH, APC, or in the originating thread.
    expect(first.summary?.choices).toMatchObject({ count: 3, taken: [], classes: [{ kind: 'completion', group: 'IRP_MJ_READ', count: 3, points: [{ at: 0, options: 5, operation: 2 }, { at: 1, options: 5, operation: 3 }, { at: 2, options: 5, operation: 4 }] }] });
  });

  it('complete one request in another context, and only that one', async () => {
    expect(printed(await scheduled(postReader, list()))).toEqual(['at 0', 'at 0', 'at 0']);
    expect(printed(await scheduled(postReader, list({ at: 1, take: 2 })))).toEqual(['at 0', 'at 2', 'at 0']);
  });

  it('put a work item off until the next operation has been issued', async () => {
    const inOrder = await scheduled(racer, list());
    expect(inOrder.problems).toEqual([]);
    expect(statuses(inOrder)).toEqual([0, 0, 0, 0]);
    expect(inOrder.summary?.choices?.classes).toMatchObject([{ kind: 'delay', group: "racer's Note", count: 3 }]);
    const late = await scheduled(racer, list({ at: 0, take: 1 }));
    // The item of #2 begins when #3 has been denied.
    expect(statuses(late)).toEqual([0, 0, STATUS_ACCESS_DENIED, 0]);
  });

  it('come from a seed, and are told so that they can be taken one by one', async () => {
    const [seeded, again] = [await scheduled(racer, { seed: 3, oneIn: 1 }), await scheduled(racer, { seed: 3, oneIn: 1 })];
    expect(seeded.summary).toEqual(again.summary);
    const taken = seeded.summary?.choices?.taken ?? [];
    expect(taken.length).toBeGreaterThan(0);
    expect((await scheduled(racer, list(...taken))).summary?.eventHash).toBe(seeded.summary?.eventHash);
  });
});
