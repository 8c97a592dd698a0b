/** Generator callbacks that have to wait, plain ones that wait nested. Rules: driver-api-usage.md 5.6, R-1.12, R-1.18, R-4.6, SIM-003. */
import { describe, expect, it } from 'vitest';
import { createThread, Deadlock, DriverException, Wait, type FLT_CALLBACK_DATA, type FLT_REGISTRATION, type PFLT_POST_OPERATION_CALLBACK, type PFLT_PRE_OPERATION_CALLBACK } from '../../../../src-main/engine/index.ts';
import {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLT_PREOP_COMPLETE, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK,
  IRP_MJ_CREATE, IRP_MJ_READ, STATUS_ACCESS_DENIED, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { makeRig, type Rig, type RigFilter } from '../../../support/engine/rig.ts';

const finished: PFLT_POST_OPERATION_CALLBACK = () => FLT_POSTOP_FINISHED_PROCESSING;
const passing: PFLT_PRE_OPERATION_CALLBACK = () => FLT_PREOP_SUCCESS_WITH_CALLBACK;

const filterWith = (name: string, altitude: string, pre: PFLT_PRE_OPERATION_CALLBACK | null, post: PFLT_POST_OPERATION_CALLBACK | null = finished, more: FLT_REGISTRATION = {}): RigFilter =>
  ({ name, altitude, registration: { OperationRegistration: [[IRP_MJ_READ, 0, pre, post], [IRP_MJ_CREATE, 0, pre, post]], ...more } });

/** A pre that waits and then returns `value`. */
const waitingPre = (wait: Wait, value: number): PFLT_PRE_OPERATION_CALLBACK => function* () {
  yield wait;
  return value;
};

const waitingPost = (wait: Wait, value = FLT_POSTOP_FINISHED_PROCESSING): PFLT_POST_OPERATION_CALLBACK => function* () {
  yield wait;
  return value;
};

const event = (): Wait => new Wait({ what: 'KEVENT E', external: true });

function end(rig: Rig, wait: Wait): void {
  wait.settle(STATUS_SUCCESS);
  rig.engine.settle();
}

describe('a pre-operation callback that is a generator', () => {
  it('is like a plain one while it need not wait', () => {
    const wait = event();
    wait.settle(0);
    const rig = makeRig([filterWith('A', '2', waitingPre(wait, FLT_PREOP_SUCCESS_WITH_CALLBACK)), filterWith('B', '1', passing)]);
    expect(rig.issue().state).toBe('completed');
    expect(rig.calls).toEqual(['pre A', 'pre B', 'lower', 'done', 'post B', 'post A', 'ret']);
  });

  it('keeps operation and thread until its wait is over, then goes on in the same thread', () => {
    const wait = event();
    const seen: unknown[] = [];
    const rig = makeRig((one) => [filterWith('A', '2', function* () {
      seen.push(one.engine.activation?.thread.name, one.engine.activation?.kind);
      yield wait;
      seen.push(one.engine.activation?.thread.name, one.engine.activation?.kind, one.engine.activation?.operation?.index);
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }), filterWith('B', '1', passing)]);
    const operation = rig.issue();
    expect(rig.engine.activation).toBeNull();
    expect(operation.state).toBe('running');
    expect(operation.hold?.pended).toBe(false);
    expect(rig.engine.waiting).toMatchObject([{ thread: 'T1', what: 'KEVENT E', holders: [] }]);
    rig.engine.settle();
    expect(rig.calls).toEqual(['pre A']);
    end(rig, wait);
    expect(operation.state).toBe('completed');
    expect(seen).toEqual(['T1', 'pre', 'T1', 'pre', 1]);
    expect(rig.calls).toEqual(['pre A', 'pre B', 'lower', 'done', 'post B', 'post A', 'ret']);
    expect(rig.violationIds()).toEqual([]);
  });

  it('can pend and complete after its wait', () => {
    const one = event();
    const pending = makeRig([filterWith('A', '2', waitingPre(one, FLT_PREOP_PENDING))]);
    const held = pending.issue();
    end(pending, one);
    expect([held.state, held.hold?.pended]).toEqual(['pended', true]);

    const two = event();
    const completing = makeRig([filterWith('A', '2', passing), filterWith('B', '1', function* (data) {
      yield two;
      data.IoStatus.Status = STATUS_ACCESS_DENIED;
      data.IoStatus.Information = 0;
      return FLT_PREOP_COMPLETE;
    })]);
    const denied = completing.issue();
    end(completing, two);
    expect([denied.state, denied.status]).toEqual(['completed', STATUS_ACCESS_DENIED]);
    expect(completing.calls).toEqual(['pre A', 'pre B', 'post A']);
  });

  it('takes a hand-back during the wait as one that came early (R-4.6)', () => {
    const wait = event();
    let queued: FLT_CALLBACK_DATA | null = null;
    const rig = makeRig([filterWith('A', '2', function* (data) {
      queued = data;
      yield wait;
      return FLT_PREOP_PENDING;
    })]);
    const operation = rig.issue();
    const worker = createThread({ tid: 9, pid: 4, process: 'System', kind: 'worker' });
    rig.engine.runRoutine(rig.filter('A'), 'resume', worker, 0, operation, () => rig.call('FltCompletePendedPreOperation', queued, FLT_PREOP_SUCCESS_NO_CALLBACK, null));
    expect(rig.calls).toEqual(['pre A', 'routine A']);
    end(rig, wait);
    expect(operation.state).toBe('completed');
    expect(rig.calls).toEqual(['pre A', 'routine A', 'lower', 'done', 'ret']);
  });

  it('reports what it returns at its end like a plain one', () => {
    const wait = event();
    const rig = makeRig([filterWith('A', '2', waitingPre(wait, 77))]);
    rig.issue();
    end(rig, wait);
    expect(rig.violationIds()).toEqual(['FV-001']);
  });
});

describe('a post-operation callback that is a generator', () => {
  it('holds back the return of the lower call in its thread, and with it the status callbacks (R-1.18, R-5.14)', () => {
    const wait = event();
    const rig = makeRig((one) => [filterWith('A', '2', (data) => {
      one.call('FltRequestOperationStatusCallback', data, () => undefined, null);
      return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }), filterWith('B', '1', passing, waitingPost(wait))]);
    const operation = rig.issue();
    expect(rig.calls).toEqual(['pre A', 'pre B', 'lower', 'done', 'post B']);
    end(rig, wait);
    expect(operation.state).toBe('completed');
    expect(rig.calls).toEqual(['pre A', 'pre B', 'lower', 'done', 'post B', 'post A', 'ret', 'status A']);
  });

  it('lets the requestor go on when it waits in another thread', () => {
    const wait = event();
    const rig = makeRig([filterWith('A', '2', passing, waitingPost(wait))], () => ({ kind: 'pend' }));
    const operation = rig.issue();
    expect(rig.calls).toEqual(['pre A', 'lower', 'ret']);
    rig.engine.completeLower(operation, createThread({ tid: 1, pid: 4, process: 'System', kind: 'arbitrary' }), 0, STATUS_SUCCESS, 0);
    expect(operation.state).toBe('running');
    end(rig, wait);
    expect(operation.state).toBe('completed');
  });

  it('may still ask for more processing', () => {
    const wait = event();
    let data: FLT_CALLBACK_DATA | null = null;
    const rig = makeRig([filterWith('A', '2', passing, function* (given) {
      data = given;
      yield wait;
      return FLT_POSTOP_MORE_PROCESSING_REQUIRED;
    })]);
    const operation = rig.issue();
    end(rig, wait);
    expect(operation.state).toBe('pended');
    expect(rig.calls).toEqual(['pre A', 'lower', 'done', 'post A', 'ret']);
    rig.engine.runRoutine(rig.filter('A'), 'resume', rig.thread, 0, operation, () => rig.call('FltCompletePendedPostOperation', data));
    expect(operation.state).toBe('completed');
  });

  it('of an upper frame keeps the lower frame from returning too (R-1.12)', () => {
    const wait = event();
    const rig = makeRig([]);
    const volume = rig.engine.addVolume({ name: 'V2', legacyFiltersBelow: ['300000'] });
    const attach = (one: RigFilter): void => {
      rig.engine.runDriverEntry({ name: one.name }, () => {
        const filter = { value: null };
        const status = Number(rig.call('FltRegisterFilter', null, one.registration, filter));
        rig.call('FltStartFiltering', filter.value);
        return status;
      });
      rig.engine.attach(rig.filter(one.name), volume, one.altitude, one.name);
    };
    attach(filterWith('U', '320000', passing, waitingPost(wait)));
    attach(filterWith('L', '200000', passing));
    rig.calls.length = 0;
    const operation = rig.issue({ volume });
    expect(rig.calls).toEqual(['pre U', 'lower', 'pre L', 'lower', 'done', 'post L', 'post U']);
    end(rig, wait);
    expect(operation.state).toBe('completed');
    expect(rig.calls).toEqual(['pre U', 'lower', 'pre L', 'lower', 'done', 'post L', 'post U', 'ret', 'ret']);
  });
});

describe('work items and host routines', () => {
  it('wait in a worker of their own; a pool that is used up starves (E-13)', () => {
    const waits = [event(), event(), event()];
    const order: string[] = [];
    const rig = makeRig([filterWith('A', '2', passing)], undefined, { workersPerQueue: 2 });
    rig.engine.runRoutine(rig.filter('A'), 'queue', rig.thread, 0, null, () => {
      waits.forEach((wait, at) => {
        const item = rig.call('FltAllocateGenericWorkItem');
        rig.call('FltQueueGenericWorkItem', item, rig.filter('A').handle, function* (handle: unknown) {
          order.push(`begin ${at} ${rig.engine.activation?.thread.name}`);
          yield wait;
          order.push(`end ${at}`);
          rig.call('FltFreeGenericWorkItem', handle);
        }, 1, null);
      });
    });
    rig.engine.settle();
    expect(order).toEqual(['begin 0 Worker', 'begin 1 Worker 2']);
    expect(rig.engine.workItems).toHaveLength(1);
    end(rig, waits[1] as Wait);
    expect(order).toEqual(['begin 0 Worker', 'begin 1 Worker 2', 'end 1', 'begin 2 Worker 2']);
    end(rig, waits[0] as Wait);
    end(rig, waits[2] as Wait);
    expect(order.slice(4)).toEqual(['end 0', 'end 2']);
    expect(rig.violationIds()).toEqual([]);
  });

  it('tell the host whether they have ended', () => {
    const wait = event();
    const rig = makeRig([filterWith('A', '2', passing)]);
    expect(rig.engine.runRoutine(rig.filter('A'), 'r', rig.thread, 0, null, () => 1)).toBe(true);
    expect(rig.engine.runRoutine(rig.filter('A'), 'r', rig.thread, 0, null, function* () {
      yield wait;
    })).toBe(false);
  });
});

describe('order and the clock', () => {
  const three = (options: Parameters<typeof makeRig>[2]): string[] => {
    const waits = [event(), event(), event(), event()];
    const order: string[] = [];
    const rig = makeRig([filterWith('A', '2', passing)], undefined, options);
    waits.forEach((wait, at) => rig.engine.runRoutine(rig.filter('A'), `r${at}`, rig.thread, 0, null, function* () {
      yield wait;
      order.push(`r${at}`);
    }));
    waits.toReversed().forEach((wait) => wait.settle(0));
    rig.engine.settle();
    return order;
  };

  it('is first ready, first run, or shuffled by the seed', () => {
    expect(three({})).toEqual(['r3', 'r2', 'r1', 'r0']);
    const shuffled = (scheduleSeed: number): string => three({ assumptions: { 'SIM-001': 'shuffled' }, scheduleSeed }).join(' ');
    expect(shuffled(5)).toBe(shuffled(5));
    expect(new Set([1, 2, 3, 4, 5, 6].map(shuffled)).size).toBeGreaterThan(1);
  });

  it('ends waits at their deadline, in order of time, when the host moves it', () => {
    const order: string[] = [];
    const rig = makeRig([filterWith('A', '2', passing)], undefined, { startTime: 1000n });
    const start = (name: string, deadline: bigint): void => void rig.engine.runRoutine(rig.filter('A'), name, rig.thread, 0, null, function* () {
      const wait = new Wait({ what: 'time', deadline, timedOut: () => 258 });
      yield wait;
      order.push(`${name} ${rig.engine.time} ${String(wait.result)}`);
    });
    start('late', 3000n);
    start('early', 2000n);
    rig.engine.advanceTo(1999n);
    expect(order).toEqual([]);
    rig.engine.advanceTo(5000n);
    expect(order).toEqual(['early 2000 258', 'late 3000 258']);
    rig.engine.advanceTo(10n);
    expect(rig.engine.time).toBe(5000n);
  });
});


describe('ends', () => {
  it('a callback that yields something else fails with a plain sentence', () => {
    const rig = makeRig([filterWith('A', '2', function* () {
      yield 5;
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    })]);
    expect(() => rig.issue()).toThrow(DriverException);
    expect(() => rig.issue()).toThrow(/yielded something that is no wait/);
  });

  it('an exception after a wait ends the run like any other', () => {
    const wait = event();
    const rig = makeRig([filterWith('A', '2', function* () {
      yield wait;
      throw new TypeError('boom');
    })]);
    rig.issue();
    wait.settle(0);
    expect(() => rig.engine.settle()).toThrow(/left the pre routine of A in operation 1: boom/);
  });

  it('OV-002: nothing can end the wait any more, reported once, and at the end of the run for what might have ended', () => {
    const dead = new Wait({ what: 'the moon', holders: () => ['nobody I know'] });
    const rig = makeRig([filterWith('A', '2', waitingPre(dead, FLT_PREOP_SUCCESS_NO_CALLBACK))]);
    rig.issue();
    rig.engine.settle();
    rig.engine.settle();
    expect(rig.violationIds()).toEqual(['OV-002']);
    expect(rig.violations[0]?.sentence).toBe('Thread T1 waits for the moon, and nothing can end that wait any more. Held by: nobody I know. Wait graph: T1 (A\'s pre, operation 1) waits for the moon (held by nobody I know).');

    const later = makeRig([filterWith('A', '2', waitingPre(event(), FLT_PREOP_SUCCESS_NO_CALLBACK))]);
    later.issue();
    later.engine.settle();
    expect(later.violationIds()).toEqual([]);
    later.engine.finish();
    expect(later.violationIds()).toEqual(['OV-002']);
  });

  it('OV-002 for two threads that wait for each other while a third one is alive', () => {
    const [t1, t2, t3] = [1, 2, 3].map((tid) => createThread({ tid, pid: 4, process: 'System', kind: 'system', name: `S${tid}` }));
    const rig = makeRig([filterWith('A', '2', passing)]);
    const run = (thread: typeof t1, wait: Wait): void => {
      if (thread !== undefined) rig.engine.runRoutine(rig.filter('A'), thread.name, thread, 0, null, function* () {
        yield wait;
      });
    };
    if (t1 === undefined || t2 === undefined) throw new Error('no threads');
    run(t3, event());
    run(t1, new Wait({ what: 'lock 2', owners: () => [t2] }));
    rig.engine.settle();
    expect(rig.violationIds()).toEqual([]);
    run(t2, new Wait({ what: 'lock 1', owners: () => [t1] }));
    rig.engine.settle();
    expect(rig.violations.map(({ sentence }) => sentence)).toEqual([
      'Thread S1 waits for lock 2, and nothing can end that wait any more. Held by: S2. Wait graph: S1 (A\'s S1) waits for lock 2 (held by S2); S2 (A\'s S2) waits for lock 1 (held by S1).',
      'Thread S2 waits for lock 1, and nothing can end that wait any more. Held by: S1. Wait graph: S1 (A\'s S1) waits for lock 2 (held by S2); S2 (A\'s S2) waits for lock 1 (held by S1).',
    ]);
  });

  it('a status callback that is a generator waits nested, and a wait that cannot end is a deadlock', () => {
    const dead = new Wait({ what: 'the moon' });
    const rig = makeRig((one) => [filterWith('A', '2', (data) => {
      one.call('FltRequestOperationStatusCallback', data, function* () {
        yield dead;
      }, null);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    })]);
    expect(() => rig.issue()).toThrow(Deadlock);
    expect(rig.violationIds()).toEqual(['OV-002']);
    expect(rig.engine.deadlock?.graph).toMatchObject([{ thread: 'T1', what: 'the moon', holders: [] }]);
    expect(() => rig.issue()).toThrow(Deadlock);
  });

});
