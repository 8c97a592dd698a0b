/** Waits, locks, timers, DPCs and system threads as drivers use them. Rules: the page of each routine (wdm.h); driver-api-usage.md 5.6, section 4 H. */
import { describe, expect, it } from 'vitest';
import { createThread, Deadlock, DriverException, type Blocking, type EngineThread, type PFLT_PRE_OPERATION_CALLBACK } from '../../../../src-main/engine/index.ts';
import { FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, IRP_MJ_READ, STATUS_CANCELLED, STATUS_SUCCESS, STATUS_TIMEOUT } from '../../../../src-main/nt/values.generated.ts';
import { makeRig, type Rig } from '../../../support/engine/rig.ts';

const pass: PFLT_PRE_OPERATION_CALLBACK = () => FLT_PREOP_SUCCESS_NO_CALLBACK;

const rigWith = (pre: (rig: Rig) => PFLT_PRE_OPERATION_CALLBACK = () => pass, options: Parameters<typeof makeRig>[2] = {}): Rig =>
  makeRig((rig) => [{ name: 'A', altitude: '2', registration: { OperationRegistration: [[IRP_MJ_READ, 0, pre(rig), () => FLT_POSTOP_FINISHED_PROCESSING]] } }], undefined, options);

const thread = (tid: number): EngineThread => createThread({ tid, pid: 4, process: 'System', kind: 'system', name: `S${tid}` });

/** A blocking routine, as a generator driver uses it. */
function* wait(rig: Rig, routine: string, ...args: unknown[]): Blocking<unknown> {
  return yield* rig.call(routine, ...args) as Blocking<unknown>;
}

/** Runs a routine of filter A in a thread, and lets the system settle. */
function run(rig: Rig, in_: EngineThread, routine: () => unknown, irql: 0 | 1 | 2 = 0): void {
  rig.engine.runRoutine(rig.filter('A'), in_.name, in_, irql, null, routine);
  rig.engine.settle();
}

const waitSingle = (rig: Rig, object: unknown, timeout: unknown = null): Blocking<unknown> => wait(rig, 'KeWaitForSingleObject', object, 0, 0, false, timeout);

describe('events', () => {
  it('let all waiters through, or one when it is a synchronization event', () => {
    const through = (type: number): string[] => {
      const rig = rigWith();
      const order: string[] = [];
      const event = { id: 'E' };
      rig.call('KeInitializeEvent', event, type, false);
      for (const one of [thread(1), thread(2)]) run(rig, one, function* () {
        expect(yield* waitSingle(rig, event)).toBe(STATUS_SUCCESS);
        order.push(one.name);
      });
      expect(rig.engine.waiting).toMatchObject([{ thread: 'S1', what: 'KEVENT E', holders: [] }, { thread: 'S2', what: 'KEVENT E', holders: [] }]);
      run(rig, thread(3), () => expect(rig.call('KeSetEvent', event, 0, false)).toBe(0));
      return [...order, String(rig.call('KeReadStateEvent', event))];
    };
    expect(through(0)).toEqual(['S1', 'S2', '1']);
    expect(through(1)).toEqual(['S1', '0']);
  });

  it('reset, clear and pulse as documented', () => {
    const rig = rigWith();
    const event = {};
    rig.call('KeInitializeEvent', event, 0, true);
    expect(rig.call('KeResetEvent', event)).toBe(1);
    expect(rig.call('KeResetEvent', event)).toBe(0);
    let through = false;
    run(rig, thread(1), function* () {
      yield* waitSingle(rig, event);
      through = true;
    });
    run(rig, thread(2), () => rig.call('KePulseEvent', event, 0, false));
    expect([through, rig.call('KeReadStateEvent', event)]).toEqual([true, 0]);
  });

  it('that were never initialized are named at the call', () => {
    const rig = rigWith();
    expect(() => rig.call('KeSetEvent', {}, 0, false)).toThrow('KeSetEvent: Event is an object that is none; a KEVENT that KeInitializeEvent has prepared is wanted.');
    expect(() => rig.call('KeSetEvent', undefined)).toThrow(/Event is missing/);
  });
});

describe('time-outs', () => {
  it('zero polls, relative and absolute times end at their time', () => {
    const rig = rigWith(undefined, { startTime: 1_000_000n });
    const event = {};
    rig.call('KeInitializeEvent', event, 0, false);
    const results: unknown[] = [];
    run(rig, thread(1), function* () {
      results.push(yield* waitSingle(rig, event, 0n));
      results.push(yield* waitSingle(rig, event, { QuadPart: -500n }), rig.engine.time);
      results.push(yield* waitSingle(rig, event, 1_002_000n), rig.engine.time);
    });
    expect(results).toEqual([STATUS_TIMEOUT]);
    rig.engine.advanceTo(1_000_499n);
    expect(results).toHaveLength(1);
    rig.engine.advanceTo(2_000_000n);
    expect(results).toEqual([STATUS_TIMEOUT, STATUS_TIMEOUT, 1_000_500n, STATUS_TIMEOUT, 1_002_000n]);
  });

  it('a plain function that delays moves the clock itself', () => {
    const rig = rigWith((one) => () => {
      expect(one.call('KeDelayExecutionThread', 0, false, -10_000n)).toBe(STATUS_SUCCESS);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    expect(rig.issue().state).toBe('completed');
    expect(rig.engine.time).toBe(10_000n);
  });
});

describe('waits for several objects', () => {
  it('any: gives the index; all: takes everything at once', () => {
    const rig = rigWith();
    const first = {};
    const second = {};
    rig.call('KeInitializeEvent', first, 1, false);
    rig.call('KeInitializeEvent', second, 1, false);
    const results: unknown[] = [];
    const multiple = (type: number) => wait(rig, 'KeWaitForMultipleObjects', 2, [first, second], type, 0, 0, false, null, null);
    run(rig, thread(1), function* () {
      results.push(yield* multiple(1));
      results.push(yield* multiple(0));
    });
    run(rig, thread(2), () => rig.call('KeSetEvent', second));
    expect(results).toEqual([1]);
    run(rig, thread(2), () => rig.call('KeSetEvent', second));
    expect(rig.call('KeReadStateEvent', second)).toBe(1);
    run(rig, thread(2), () => rig.call('KeSetEvent', first));
    expect(results).toEqual([1, 0]);
    expect([rig.call('KeReadStateEvent', first), rig.call('KeReadStateEvent', second)]).toEqual([0, 0]);
  });

  it('more than three need wait blocks', () => {
    const rig = rigWith();
    const events = [{}, {}, {}, {}];
    events.forEach((event) => rig.call('KeInitializeEvent', event, 0, true));
    expect(() => run(rig, thread(1), () => rig.call('KeWaitForMultipleObjects', 4, events, 1, 0, 0, false, null, null))).toThrow(/4 objects need a WaitBlockArray/);
  });
});

describe('semaphores, mutexes and queues', () => {
  it('count up to the limit', () => {
    const rig = rigWith();
    const semaphore = {};
    rig.call('KeInitializeSemaphore', semaphore, 0, 2);
    let through = 0;
    for (const one of [thread(1), thread(2), thread(3)]) run(rig, one, function* () {
      yield* waitSingle(rig, semaphore);
      through++;
    });
    run(rig, thread(4), () => expect(rig.call('KeReleaseSemaphore', semaphore, 0, 2, false)).toBe(0));
    expect([through, rig.call('KeReadStateSemaphore', semaphore)]).toEqual([2, 0]);
    expect(() => run(rig, thread(4), () => rig.call('KeReleaseSemaphore', semaphore, 0, 4, false))).toThrow(/STATUS_SEMAPHORE_LIMIT_EXCEEDED/);
  });

  it('are recursive and belong to a thread', () => {
    const rig = rigWith();
    const mutex = {};
    rig.call('KeInitializeMutex', mutex, 0);
    const states: unknown[] = [];
    run(rig, thread(1), function* () {
      yield* waitSingle(rig, mutex);
      yield* waitSingle(rig, mutex);
      states.push(rig.call('KeReadStateMutex', mutex), rig.call('KeReleaseMutex', mutex, false), rig.call('KeReleaseMutex', mutex, false), rig.call('KeReadStateMutex', mutex));
    });
    expect(states).toEqual([-1, -1, 0, 1]);
    expect(() => run(rig, thread(2), () => rig.call('KeReleaseMutex', mutex, false))).toThrow(/STATUS_MUTANT_NOT_OWNED/);
  });

  it('hand out entries in order and tell of a rundown', () => {
    const rig = rigWith();
    const queue = {};
    rig.call('KeInitializeQueue', queue, 0);
    const got: unknown[] = [];
    run(rig, thread(1), function* () {
      got.push(yield* wait(rig, 'KeRemoveQueue', queue, 0, null));
      got.push(yield* wait(rig, 'KeRemoveQueue', queue, 0, null));
      got.push(yield* wait(rig, 'KeRemoveQueue', queue, 0, null));
    });
    run(rig, thread(2), () => {
      rig.call('KeInsertQueue', queue, 'a');
      rig.call('KeInsertQueue', queue, 'b');
    });
    run(rig, thread(2), () => rig.call('KeRundownQueue', queue));
    expect(got).toEqual(['a', 'b', 0x80]);
  });
});

describe('ERESOURCE', () => {
  const make = (): { rig: Rig; resource: object; order: string[]; acquire: (one: EngineThread, exclusive: boolean) => void; release: (one: EngineThread) => void } => {
    const rig = rigWith();
    const resource = {};
    const order: string[] = [];
    rig.call('ExInitializeResourceLite', resource);
    return {
      rig, resource, order,
      acquire: (one, exclusive) => run(rig, one, function* () {
        yield* wait(rig, exclusive ? 'FltAcquireResourceExclusive' : 'FltAcquireResourceShared', resource);
        order.push(`${one.name} ${exclusive ? 'exclusive' : 'shared'}`);
      }),
      release: (one) => run(rig, one, () => rig.call('FltReleaseResource', resource)),
    };
  };
  const [a, b, c, d] = [thread(1), thread(2), thread(3), thread(4)];

  it('is shared, until an exclusive request waits; those who share already may go on', () => {
    const { rig, resource, order, acquire, release } = make();
    acquire(a, false);
    acquire(b, true);
    acquire(c, false);
    expect(order).toEqual(['S1 shared']);
    acquire(a, false);
    run(rig, d, function* () {
      rig.call('KeEnterCriticalRegion');
      expect(yield* wait(rig, 'ExAcquireResourceSharedLite', resource, false)).toBe(false);
      expect(yield* wait(rig, 'ExAcquireSharedStarveExclusive', resource, false)).toBe(true);
      rig.call('ExReleaseResourceLite', resource);
      rig.call('KeLeaveCriticalRegion');
    });
    expect(rig.call('ExGetExclusiveWaiterCount', resource)).toBe(1);
    expect(rig.call('ExGetSharedWaiterCount', resource)).toBe(1);
    release(a);
    release(a);
    release(b);
    expect(order).toEqual(['S1 shared', 'S1 shared', 'S2 exclusive', 'S3 shared']);
    release(c);
  });

  it('is recursive for its exclusive owner, and nobody else may release it', () => {
    const { rig, resource, acquire, release } = make();
    acquire(a, true);
    acquire(a, false);
    run(rig, a, () => expect([rig.call('ExIsResourceAcquiredExclusiveLite', resource), rig.call('ExIsResourceAcquiredSharedLite', resource)]).toEqual([true, 2]));
    expect(() => release(b)).toThrow(/ERESOURCE 1 is not owned by S2, but by S1 \(RESOURCE_NOT_OWNED/);
  });

  it('converts, and is released in the name of another thread', () => {
    const { rig, resource, order, acquire } = make();
    acquire(a, true);
    acquire(b, false);
    run(rig, a, () => rig.call('ExConvertExclusiveToSharedLite', resource));
    expect(order).toEqual(['S1 exclusive', 'S2 shared']);
    run(rig, c, () => rig.call('ExReleaseResourceForThreadLite', resource, a.ethread));
    run(rig, b, () => expect(rig.call('ExIsResourceAcquiredSharedLite', resource)).toBe(1));
  });

  it('taken without disabling APCs is H-05; in another order than elsewhere H-06', () => {
    const rig = rigWith();
    const first = { Name: 'First' };
    const second = { Name: 'Second' };
    rig.call('ExInitializeResourceLite', first);
    rig.call('ExInitializeResourceLite', second);
    const both = (one: object, two: object) => () => {
      rig.call('FltAcquireResourceExclusive', one);
      rig.call('FltAcquireResourceExclusive', two);
      rig.call('FltReleaseResource', two);
      rig.call('FltReleaseResource', one);
    };
    run(rig, a, both(first, second));
    run(rig, b, both(second, first));
    run(rig, a, () => {
      rig.call('ExAcquireResourceExclusiveLite', first, true);
      rig.call('ExReleaseResourceLite', first);
    });
    const hints = rig.events.flatMap((event) => (event.kind === 'hint' ? [[event.id, event.sentence]] : []));
    expect(hints.map(([id]) => id)).toEqual(['H-06', 'H-05']);
    expect(hints[0]?.[1]).toBe('A took ERESOURCE First while it holds ERESOURCE Second; elsewhere the order is the other way round.');
  });

  it('OV-002: two threads that hold what the other wants', () => {
    const rig = rigWith();
    const [left, right] = [{ id: 'L' }, { id: 'R' }];
    rig.call('ExInitializeResourceLite', left);
    rig.call('ExInitializeResourceLite', right);
    const gate = {};
    rig.call('KeInitializeEvent', gate, 0, false);
    const holdThenTake = (one: object, two: object) => function* () {
      yield* wait(rig, 'FltAcquireResourceExclusive', one);
      yield* waitSingle(rig, gate);
      yield* wait(rig, 'FltAcquireResourceExclusive', two);
    };
    run(rig, a, holdThenTake(left, right));
    run(rig, b, holdThenTake(right, left));
    expect(rig.violationIds()).toEqual([]);
    run(rig, c, () => rig.call('KeSetEvent', gate));
    expect(rig.violations.map(({ sentence }) => sentence)).toEqual([
      'Thread S1 waits for ERESOURCE R (exclusive), and nothing can end that wait any more. Held by: S2. Wait graph: S1 (A\'s S1) waits for ERESOURCE R (exclusive) (held by S2); S2 (A\'s S2) waits for ERESOURCE L (exclusive) (held by S1).',
      'Thread S2 waits for ERESOURCE L (exclusive), and nothing can end that wait any more. Held by: S1. Wait graph: S1 (A\'s S1) waits for ERESOURCE R (exclusive) (held by S2); S2 (A\'s S2) waits for ERESOURCE L (exclusive) (held by S1).',
    ]);
  });
});

describe('IRQL', () => {
  it('a spin lock raises to DISPATCH_LEVEL, where nothing may wait (H-04)', () => {
    const seen: unknown[] = [];
    const rig = rigWith((one) => () => {
      const lock = {};
      const event = {};
      const irql = { value: 9 };
      one.call('KeInitializeSpinLock', lock);
      one.call('KeInitializeEvent', event, 0, false);
      one.call('KeAcquireSpinLock', lock, irql);
      seen.push(irql.value, one.call('KeGetCurrentIrql'), one.engine.activation?.irql);
      one.call('KeWaitForSingleObject', event, 0, 0, false, null);
      seen.push(one.call('KeWaitForSingleObject', event, 0, 0, false, 0n));
      one.call('KeReleaseSpinLock', lock, irql.value);
      seen.push(one.call('KeGetCurrentIrql'));
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(seen).toEqual([0, 2, 2, STATUS_TIMEOUT, 0]);
    expect(rig.violationIds()).toEqual(['FV-090']);
    expect(rig.violations[0]?.sentence).toContain('KeWaitForSingleObject');
  });

  it('a fast mutex raises to APC_LEVEL and is not recursive', () => {
    const rig = rigWith((one) => () => {
      const mutex = { Name: 'M' };
      one.call('ExInitializeFastMutex', mutex);
      one.call('ExAcquireFastMutex', mutex);
      expect(one.call('KeGetCurrentIrql')).toBe(1);
      one.call('ExReleaseFastMutex', mutex);
      expect(one.call('KeGetCurrentIrql')).toBe(0);
      one.call('ExAcquireFastMutex', mutex);
      one.call('ExAcquireFastMutex', mutex);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    expect(() => rig.issue()).toThrow(Deadlock);
    expect(rig.violationIds()).toEqual(['OV-002']);
    expect(rig.engine.deadlock?.message).toContain('A\'s pre routine has to be a generator function');
    expect(rig.engine.deadlock?.graph).toMatchObject([{ thread: 'T1', what: 'FAST_MUTEX M (exclusive)', holders: ['T1'] }]);
  });

  it('a spin lock taken twice never comes free', () => {
    const rig = rigWith((one) => () => {
      const lock = {};
      one.call('KeAcquireSpinLock', lock, { value: 0 });
      one.call('KeAcquireSpinLock', lock, { value: 0 });
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    expect(() => rig.issue()).toThrow(Deadlock);
  });

  it('H-03: a callback that returns at another level, which is put right', () => {
    const rig = rigWith((one) => () => {
      one.call('KeAcquireSpinLock', { id: 'Global' }, { value: 0 });
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    rig.issue();
    expect(rig.events.flatMap((event) => (event.kind === 'hint' ? [event.sentence] : []))).toEqual(['The pre routine of A returned at DISPATCH_LEVEL with spin lock Global held; it was called at PASSIVE_LEVEL.']);
  });

  it('raises and lowers by hand', () => {
    const rig = rigWith((one) => () => {
      const old = { value: 7 };
      one.call('KeRaiseIrql', 2, old);
      expect([old.value, one.call('KeGetCurrentIrql'), one.call('KeAreAllApcsDisabled')]).toEqual([0, 2, true]);
      one.call('KeLowerIrql', old.value);
      expect(one.call('KeAreAllApcsDisabled')).toBe(false);
      one.call('KeEnterGuardedRegion');
      expect(one.call('KeAreAllApcsDisabled')).toBe(true);
      one.call('KeLeaveGuardedRegion');
      one.call('KeLeaveCriticalRegion');
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    expect(() => rig.issue()).toThrow(/T1 is in no critical region/);
  });
});

describe('timers and DPCs', () => {
  it('a timer queues its DPC at DISPATCH_LEVEL, once or every period', () => {
    const rig = rigWith();
    const timer = {};
    const dpc = {};
    const seen: unknown[] = [];
    run(rig, thread(1), () => {
      rig.call('KeInitializeTimer', timer);
      rig.call('KeInitializeDpc', dpc, (one: unknown, context: unknown) => seen.push([one === dpc, context, rig.call('KeGetCurrentIrql'), rig.engine.time]), 'ctx');
      expect(rig.call('KeSetTimerEx', timer, -10_000n, 5, dpc)).toBe(false);
      expect(rig.call('KeSetTimerEx', timer, -20_000n, 5, dpc)).toBe(true);
    });
    rig.engine.advanceTo(19_999n);
    expect(seen).toEqual([]);
    rig.engine.advanceTo(120_000n);
    expect(seen).toEqual([[true, 'ctx', 2, 20_000n], [true, 'ctx', 2, 70_000n], [true, 'ctx', 2, 120_000n]]);
    run(rig, thread(1), () => expect([rig.call('KeReadStateTimer', timer), rig.call('KeCancelTimer', timer), rig.call('KeCancelTimer', timer)]).toEqual([true, true, false]));
    rig.engine.advanceTo(500_000n);
    expect(seen).toHaveLength(3);
  });

  it('threads wait for a timer', () => {
    const rig = rigWith();
    const timer = {};
    let at: bigint | null = null;
    run(rig, thread(1), function* () {
      rig.call('KeInitializeTimer', timer);
      rig.call('KeSetTimer', timer, -300n, null);
      yield* waitSingle(rig, timer);
      at = rig.engine.time;
    });
    rig.engine.advanceTo(1000n);
    expect(at).toBe(300n);
  });

  it('a DPC queued at DISPATCH_LEVEL runs when the level drops', () => {
    const rig = rigWith();
    const order: string[] = [];
    run(rig, thread(1), () => {
      const dpc = {};
      const old = { value: 0 };
      rig.call('KeInitializeDpc', dpc, (_dpc: unknown, _context: unknown, first: unknown) => order.push(`dpc ${String(first)}`), null);
      rig.call('KeRaiseIrql', 2, old);
      expect(rig.call('KeInsertQueueDpc', dpc, 'x', null)).toBe(true);
      expect(rig.call('KeInsertQueueDpc', dpc, 'y', null)).toBe(false);
      order.push('still raised');
      rig.call('KeLowerIrql', old.value);
      order.push('lowered');
    });
    expect(order).toEqual(['still raised', 'dpc x', 'lowered']);
  });

  it('EX_TIMER calls back with its context', () => {
    const rig = rigWith();
    const seen: unknown[] = [];
    run(rig, thread(1), () => {
      const timer = rig.call('ExAllocateTimer', (_timer: unknown, context: unknown) => seen.push(context), 'c', 0);
      rig.call('ExSetTimer', timer, -50n, 0n, null);
    });
    rig.engine.advanceTo(100n);
    expect(seen).toEqual(['c']);
  });
});

describe('push locks, rundown protection', () => {
  it('keep writers and readers apart', () => {
    const rig = rigWith();
    const lock = {};
    const order: string[] = [];
    rig.call('FltInitializePushLock', lock);
    const use = (one: EngineThread, how: 'Exclusive' | 'Shared', gate: object) => run(rig, one, function* () {
      yield* wait(rig, `FltAcquirePushLock${how}`, lock);
      order.push(`${one.name} ${how}`);
      yield* waitSingle(rig, gate);
      rig.call('FltReleasePushLock', lock);
    });
    const gates = [{}, {}];
    gates.forEach((gate) => rig.call('KeInitializeEvent', gate, 0, false));
    use(thread(1), 'Shared', gates[0] ?? {});
    use(thread(2), 'Exclusive', gates[1] ?? {});
    expect(order).toEqual(['S1 Shared']);
    run(rig, thread(3), () => rig.call('KeSetEvent', gates[0]));
    expect(order).toEqual(['S1 Shared', 'S2 Exclusive']);
  });

  it('waits until the last reference is gone and refuses new ones', () => {
    const rig = rigWith();
    const rundown = {};
    rig.call('ExInitializeRundownProtection', rundown);
    let over = false;
    run(rig, thread(1), () => expect(rig.call('ExAcquireRundownProtection', rundown)).toBe(true));
    run(rig, thread(2), function* () {
      yield* wait(rig, 'ExWaitForRundownProtectionRelease', rundown);
      over = true;
    });
    run(rig, thread(1), () => {
      expect(rig.call('ExAcquireRundownProtection', rundown)).toBe(false);
      expect(over).toBe(false);
      rig.call('ExReleaseRundownProtection', rundown);
    });
    expect(over).toBe(true);
  });
});

describe('work items of the I/O manager and the executive', () => {
  it('run in a worker with the arguments of their kind', () => {
    const rig = rigWith();
    const seen: unknown[] = [];
    const device = { id: 'device' };
    run(rig, thread(1), () => {
      const item = rig.call('IoAllocateWorkItem', device);
      rig.call('IoQueueWorkItem', item, (object: unknown, context: unknown) => {
        seen.push(['io', object, context, rig.engine.activation?.thread.name]);
        rig.call('IoFreeWorkItem', item);
      }, 1, 'c');
      const work = {};
      rig.call('ExInitializeWorkItem', work, (context: unknown) => seen.push(['ex', context, rig.engine.activation?.thread.name]), 'p');
      rig.call('ExQueueWorkItem', work, 0);
    });
    expect(seen).toEqual([['io', device, 'c', 'Worker'], ['ex', 'p', 'Critical worker']]);
    expect(rig.violationIds()).toEqual([]);
  });
});

describe('plain functions', () => {
  it('wait nested: a work item that it waits for runs meanwhile', () => {
    const order: string[] = [];
    const rig = rigWith((one) => () => {
      const event = {};
      one.call('KeInitializeEvent', event, 0, false);
      one.call('FltQueueGenericWorkItem', one.call('FltAllocateGenericWorkItem'), one.filter('A').handle, (item: unknown) => {
        order.push(`work in ${String(one.engine.activation?.thread.name)}`);
        one.call('FltFreeGenericWorkItem', item);
        one.call('KeSetEvent', event, 0, false);
      }, 1, null);
      order.push(`waits ${String(one.call('KeWaitForSingleObject', event, 0, 0, false, null))}`);
      expect(one.engine.activation?.kind).toBe('pre');
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    expect(rig.issue().state).toBe('completed');
    expect(order).toEqual(['work in Worker', 'waits 0']);
    expect(rig.violationIds()).toEqual([]);
  });

  it('that wait for each other in the wrong order are told to be generators', () => {
    const rig = rigWith();
    const [first, second] = [{ id: 'first' }, { id: 'second' }];
    rig.call('KeInitializeEvent', first, 0, false);
    rig.call('KeInitializeEvent', second, 0, false);
    const queue = (routine: () => void): void => void rig.call('FltQueueGenericWorkItem', rig.call('FltAllocateGenericWorkItem'), rig.filter('A').handle, routine, 1, null);
    // The first waits on the stack, the second above it for what the first would do afterwards.
    expect(() => run(rig, thread(1), () => {
      queue(() => {
        rig.call('KeSetEvent', first, 0, false);
        rig.call('KeWaitForSingleObject', second, 0, 0, false, null);
      });
      rig.call('KeWaitForSingleObject', first, 0, 0, false, null);
      rig.call('KeSetEvent', second, 0, false);
    })).toThrow(/has to be a generator function.*Wait graph: S1 \(A's S1\) waits for KEVENT first; Worker \(A's work\) waits for KEVENT second/);
  });

  it('a driver cannot swallow the end of the run', () => {
    const rig = rigWith((one) => () => {
      const event = {};
      one.call('KeInitializeEvent', event, 0, false);
      try {
        one.call('KeWaitForSingleObject', event, 0, 0, false, null);
      } catch {
        // A handler of the driver's.
      }
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    expect(() => rig.issue()).toThrow(Deadlock);
  });
});

describe('generators', () => {
  it('a dropped result fails at the call of the blocking routine', () => {
    const rig = rigWith((one) => function* () {
      const event = {};
      one.call('KeInitializeEvent', event, 0, true);
      one.call('KeWaitForSingleObject', event, 0, 0, false, null);
      one.call('KeReadStateEvent', event);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    expect(() => rig.issue()).toThrow(DriverException);
    const last = rigWith((one) => function* () {
      one.call('KeDelayExecutionThread', 0, false, -1n);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    });
    expect(() => last.issue()).toThrow(/KeDelayExecutionThread was dropped.*"yield\* KeDelayExecutionThread\(\.\.\.\)"/);
  });

  it('FltCancellableWaitForSingleObject ends when its operation is cancelled', () => {
    const results: unknown[] = [];
    const rig = rigWith((one) => function* (data) {
      const event = {};
      one.call('KeInitializeEvent', event, 0, false);
      results.push(yield* wait(one, 'FltCancellableWaitForSingleObject', event, null, data));
      return FLT_PREOP_PENDING;
    });
    const operation = rig.issue();
    rig.engine.cancel(operation, rig.thread, 0);
    rig.engine.settle();
    expect(results).toEqual([STATUS_CANCELLED]);
  });

  it('OV-020: instance setup waits for another thread', () => {
    const event = { id: 'Ready' };
    const rig = makeRig((one) => [{ name: 'A', altitude: '2', registration: { InstanceSetupCallback: () => {
      one.call('KeInitializeEvent', event, 0, false);
      one.call('FltQueueGenericWorkItem', one.call('FltAllocateGenericWorkItem'), one.filter('A').handle, () => one.call('KeSetEvent', event), 1, null);
      one.call('KeWaitForSingleObject', event, 0, 0, false, null);
      return STATUS_SUCCESS;
    } } }]);
    expect(rig.violationIds()).toEqual(['OV-020']);
    expect(rig.violations[0]?.sentence).toContain('waits for KEVENT Ready in its instance setup callback');
  });
});
