/** What is due at a virtual time: order, cancellation, and what never ends. Rules: driver-api-usage.md 5.6, SIM-001. */
import { describe, expect, it } from 'vitest';
import { DueTimes } from '../../../../src-main/engine/kernel/dueTimes.ts';
import { Deadlock } from '../../../../src-main/engine/index.ts';
import { FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_SUCCESS_NO_CALLBACK, IRP_MJ_READ } from '../../../../src-main/nt/values.generated.ts';
import { makeRig, type Rig } from '../../../support/engine/rig.ts';

describe('what is due', () => {
  it('comes in order of time, equal times in the order in which they were set', () => {
    const due = new DueTimes();
    // A linear congruential sequence: many equal times, in no order.
    const set: { readonly time: bigint; readonly at: number }[] = [];
    for (let at = 0, x = 7; at < 2000; at++, x = (x * 1103515245 + 12345) % 2147483648) {
      set.push({ time: BigInt(x % 100), at });
      due.add(BigInt(x % 100), () => undefined, true);
    }
    const times: bigint[] = [];
    for (let next = due.take(); next !== null; next = due.take()) times.push(next.time);
    expect(times).toEqual(set.map(({ time }) => time).sort((a, b) => Number(a - b)));
    const order: string[] = [];
    for (const name of ['a', 'b', 'c']) due.add(5n, () => void order.push(name), true);
    for (let next = due.take(); next !== null; next = due.take()) next.fire();
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('does not come once it was cancelled, and can be cancelled once', () => {
    const due = new DueTimes();
    const first = due.add(1n, () => undefined, true);
    const second = due.add(2n, () => undefined, false);
    expect([due.cancel(first), due.cancel(first)]).toEqual([true, false]);
    expect([due.signals, due.first?.time]).toEqual([false, 2n]);
    expect([due.take()?.time, due.cancel(second), due.take()]).toEqual([2n, false, null]);
  });
});

describe('something without end', () => {
  const rigOf = (): Rig => makeRig([{ name: 'A', altitude: '2', registration: { OperationRegistration: [[IRP_MJ_READ, 0, () => FLT_PREOP_SUCCESS_NO_CALLBACK, () => FLT_POSTOP_FINISHED_PROCESSING]] } }]);
  const system = (rig: Rig, routine: () => unknown) => rig.engine.runRoutine(rig.filter('A'), 'begins', rig.thread, 0, null, routine);

  it('a work item that queues itself ends the run with its name', () => {
    const rig = rigOf();
    function PollAgain(): void {
      rig.call('FltQueueGenericWorkItem', rig.call('FltAllocateGenericWorkItem'), rig.filter('A').handle, PollAgain, 1, null);
    }
    system(rig, PollAgain);
    expect(() => rig.engine.settle()).toThrow(/100000 times without the virtual clock moving on.*A's PollAgain/);
    expect(rig.engine.deadlock).toBeInstanceOf(Deadlock);
  });

  it('a periodic timer is none: time moves on', () => {
    const rig = rigOf();
    let ticks = 0;
    system(rig, () => {
      const [timer, dpc] = [{ id: 'timer' }, { id: 'dpc' }];
      rig.call('KeInitializeTimer', timer);
      rig.call('KeInitializeDpc', dpc, () => void ticks++, null);
      rig.call('KeSetTimerEx', timer, -10_000n, 1, dpc);
    });
    rig.engine.advanceTo(150_000n * 10_000n);
    expect(ticks).toBe(150_000);
  });

  it('a wait on the stack that a timer goes on beside for ever is told to be without end', () => {
    const rig = rigOf();
    expect(() => system(rig, () => {
      const [timer, dpc, event] = [{ id: 'timer' }, { id: 'dpc' }, { id: 'Never' }];
      rig.call('KeInitializeTimer', timer);
      rig.call('KeInitializeDpc', dpc, () => undefined, null);
      rig.call('KeSetTimerEx', timer, -10_000n, 1, dpc);
      rig.call('KeInitializeEvent', event, 0, false);
      rig.call('KeWaitForSingleObject', event, 0, 0, false, null);
    })).toThrow(/waits for KEVENT Never, and others have run on and on without ending that wait/);
  });
});
