/** A thread that stays inside the file system: everything comes out as for an inline completion, only later. Rules. */
import { describe, expect, it } from 'vitest';
import { createThread, type FLT_REGISTRATION, type LowerAnswer, type PFLT_PRE_OPERATION_CALLBACK } from '../../../../src-main/engine/index.ts';
import {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_PREOP_SYNCHRONIZE, IRP_MJ_CREATE, IRP_MJ_READ, STATUS_ACCESS_DENIED, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { makeRig, type Rig } from '../../../support/engine/rig.ts';

const finished = () => FLT_POSTOP_FINISHED_PROCESSING;

/** Two filters; the upper one asks how the call below it returned. */
function rigWith(value: number, answer: (call: number) => LowerAnswer): Rig & { readonly told: unknown[] } {
  const told: unknown[] = [];
  let dispatched = 0;
  const registration = (pre: PFLT_PRE_OPERATION_CALLBACK): FLT_REGISTRATION => ({ OperationRegistration: [[IRP_MJ_READ, 0, pre, finished], [IRP_MJ_CREATE, 0, pre, finished]] });
  const rig = makeRig((one) => [
    { name: 'A', altitude: '2', registration: registration((data) => {
      one.call('FltRequestOperationStatusCallback', data, (_objects: unknown, _snapshot: unknown, status: number) => void told.push(status), null);
      return value;
    }) },
    { name: 'B', altitude: '1', registration: registration(() => FLT_PREOP_SUCCESS_WITH_CALLBACK) },
  ], () => answer(++dispatched));
  return Object.assign(rig, { told });
}

const inline: LowerAnswer = { kind: 'complete', status: STATUS_SUCCESS, information: 12 };

describe('a thread inside the file system', () => {
  it.each([
    { name: 'a plain read', value: FLT_PREOP_SUCCESS_WITH_CALLBACK, major: IRP_MJ_READ },
    { name: 'a synchronized read', value: FLT_PREOP_SYNCHRONIZE, major: IRP_MJ_READ },
    { name: 'a create', value: FLT_PREOP_SUCCESS_WITH_CALLBACK, major: IRP_MJ_CREATE },
  ])('$name: frames, posts and status callbacks come as for an inline completion', ({ value, major }) => {
    const request = { major, member: major === IRP_MJ_CREATE ? 'Create' : 'Read', values: {} };
    const [at, later] = [rigWith(value, () => inline), rigWith(value, () => ({ kind: 'wait' }))];
    at.issue(request);
    const operation = later.issue(request);
    expect(operation.state).toBe('running');
    expect(later.calls).toEqual(at.calls.slice(0, at.calls.indexOf('lower') + 1));
    later.engine.returnLower(operation, STATUS_SUCCESS, 12);
    expect([operation.state, operation.status, operation.information]).toEqual(['completed', STATUS_SUCCESS, 12]);
    expect(later.calls).toEqual(at.calls);
    expect(later.told).toEqual(at.told);
    expect(later.violationIds()).toEqual(at.violationIds());
    expect(() => later.engine.returnLower(operation, STATUS_SUCCESS, 0)).toThrow(/No thread is inside/);
  });

  it('posts run in the thread that was inside', () => {
    const threads: (string | undefined)[] = [];
    const rig = makeRig((one) => [{ name: 'A', altitude: '2', registration: { OperationRegistration: [[IRP_MJ_READ, 0, () => FLT_PREOP_SUCCESS_WITH_CALLBACK, () => {
      threads.push(one.engine.activation?.thread.name);
      return FLT_POSTOP_FINISHED_PROCESSING;
    }]] } }], () => ({ kind: 'wait' }));
    rig.engine.returnLower(rig.issue(), STATUS_ACCESS_DENIED, 0);
    expect(threads).toEqual(['T1']);
  });

  it('fast I/O stays inside too, and other requests of the same thread go by meanwhile', () => {
    let dispatched = 0;
    const rig = makeRig([{ name: 'A', altitude: '2', registration: { OperationRegistration: [[IRP_MJ_READ, 0, () => FLT_PREOP_SUCCESS_WITH_CALLBACK, finished]] } }], () => (++dispatched === 1 ? { kind: 'wait' } : inline));
    const outer = rig.issue({ kind: 'fastio' });
    const inner = rig.issue({ irpFlags: 0x42, irql: 1 });
    expect([outer.state, inner.state]).toEqual(['running', 'completed']);
    rig.engine.returnLower(outer, STATUS_SUCCESS, 7);
    expect([outer.state, outer.information]).toEqual(['completed', 7]);
    expect(rig.violationIds()).toEqual([]);
  });

  it('is refused where it would leave a driver\'s routine waiting', () => {
    const rig = makeRig([{ name: 'A', altitude: '2', registration: { OperationRegistration: [[IRP_MJ_READ, 0, () => FLT_PREOP_PENDING, finished]] } }], () => ({ kind: 'wait' }));
    const operation = rig.issue();
    const worker = createThread({ tid: 9, pid: 4, process: 'System', kind: 'worker' });
    expect(() => rig.engine.runRoutine(rig.filter('A'), 'resume', worker, 0, operation, () => rig.call('FltCompletePendedPreOperation', operation.data, FLT_PREOP_SUCCESS_NO_CALLBACK, null))).toThrow(/cannot wait in the file system/);
  });
});

describe('what the host does at a virtual time', () => {
  it('comes in order with timers, and ends waits on the stack', () => {
    const order: string[] = [];
    const rig = makeRig((one) => [{ name: 'A', altitude: '2', registration: { OperationRegistration: [[IRP_MJ_READ, 0, () => {
      one.call('KeDelayExecutionThread', 0, false, -300n);
      order.push(`delay over at ${one.engine.time}`);
      return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }, null]] } }]);
    rig.engine.at(400n, () => void order.push('after'));
    rig.engine.at(200n, () => void order.push('before'));
    rig.issue();
    expect(order).toEqual(['before', 'delay over at 300']);
    rig.engine.advanceTo(1000n);
    expect(order.at(-1)).toBe('after');
  });
});
