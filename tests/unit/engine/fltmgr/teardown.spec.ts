import { describe, expect, it } from 'vitest';
import {
  FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLT_PREOP_PENDING, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, IRP_MJ_READ,
  STATUS_FLT_DELETING_OBJECT, STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_INSTANCE_NOT_FOUND, STATUS_FLT_POST_OPERATION_CLEANUP, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import type { FLT_CALLBACK_DATA, FLT_REGISTRATION, LowerAnswer } from '../../../../src-main/engine/index.ts';
import { makeLifeCycle, type LifeCycle } from '../../../support/engine/lifeCycle.ts';

const pend = (): LowerAnswer => ({ kind: 'pend' });

/** A filter that asks for a post callback of reads and notes drains. */
const reader = (life: () => LifeCycle, extra: FLT_REGISTRATION = {}, pre = FLT_PREOP_SUCCESS_WITH_CALLBACK, drained: (data: FLT_CALLBACK_DATA) => number = () => FLT_POSTOP_FINISHED_PROCESSING): FLT_REGISTRATION => ({
  OperationRegistration: [[IRP_MJ_READ, 0, () => pre, (data, _objects, _context, flags) => {
    life().calls.push(`${flags === 0 ? 'post' : 'drain'} ${life().engine.activation?.operation?.index ?? 0}`);
    return drained(data);
  }]],
  ...extra,
});

describe('manual detach', () => {
  it('VOL-021, VOL-030: query, start, complete; then nothing is seen any more', () => {
    const life: LifeCycle = makeLifeCycle();
    life.load('A', { registration: reader(() => life) });
    life.calls.length = 0;
    expect(life.engine.detachVolume(life.rig.filter('A'), life.volume, null).result).toBe(STATUS_SUCCESS);
    expect(life.calls).toEqual(['query A 0 V1', 'start A 1 V1', 'complete A 1 V1']);
    life.rig.issue();
    expect(life.rig.calls).not.toContain('pre A');
    expect(life.engine.detachVolume(life.rig.filter('A'), life.volume, null).result).toBe(STATUS_FLT_INSTANCE_NOT_FOUND);
  });

  it('VOL-022: an absent query callback refuses', () => {
    const life = makeLifeCycle();
    life.load('A', { registration: { InstanceQueryTeardownCallback: null } });
    expect(life.engine.detachVolume(life.rig.filter('A'), life.volume, null).result).toBe(STATUS_FLT_DO_NOT_DETACH);
    expect(life.instances('A').length).toBe(1);
  });

  it('VOL-023: NULL takes the highest instance; names are compared without case', () => {
    const life = makeLifeCycle();
    life.load('A', { instances: [{ name: 'Low', altitude: '10' }, { name: 'High', altitude: '20' }] });
    life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    expect(life.instances('A').map(({ name }) => name)).toEqual(['Low']);
    expect(life.engine.detachVolume(life.rig.filter('A'), life.volume, 'LOW').result).toBe(STATUS_SUCCESS);
  });

  it('VOL-042: new work in the name of a dying instance is refused', () => {
    const life: LifeCycle = makeLifeCycle();
    const statuses: unknown[] = [];
    life.load('A', {
      registration: { InstanceTeardownStartCallback: (objects) => void statuses.push(life.call('FltObjectReference', objects.Instance), life.engine.attachVolume(life.rig.filter('A'), life.volume, null).result?.status ?? -1) },
    });
    life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    expect(statuses[0]).toBe(STATUS_FLT_DELETING_OBJECT);
  });
});

describe('generic work items', () => {
  it('hold the instance they were queued with until they have run, and none is queued any more (VOL-042)', () => {
    const life: LifeCycle = makeLifeCycle();
    const queue = (instance: unknown): unknown => life.call('FltQueueGenericWorkItem', life.call('FltAllocateGenericWorkItem'), instance, () => void life.calls.push('work'), 1, null);
    const statuses: unknown[] = [];
    life.load('A', {
      registration: {
        OperationRegistration: [[IRP_MJ_READ, 0, (_data, objects) => {
          statuses.push(queue(objects.Instance));
          return FLT_PREOP_SUCCESS_NO_CALLBACK;
        }, null]],
        InstanceTeardownStartCallback: (objects) => void statuses.push(queue(objects.Instance)),
      },
    });
    life.rig.issue();
    life.calls.length = 0;
    const detach = life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    expect(detach.ended).toBe(false);
    life.engine.settle();
    expect(detach.result).toBe(STATUS_SUCCESS);
    expect(life.calls).toEqual(['query A 0 V1', 'work', 'complete A 1 V1']);
    expect(statuses).toEqual([STATUS_SUCCESS, STATUS_FLT_DELETING_OBJECT]);
  });
});

describe('draining', () => {
  it('VOL-033, VOL-034: oldest first, with a copy; the operation goes on below', () => {
    const life: LifeCycle = makeLifeCycle({}, pend);
    const seen: number[] = [];
    life.load('A', { registration: reader(() => life, {}, FLT_PREOP_SUCCESS_WITH_CALLBACK, (data) => {
      seen.push(data.IoStatus.Status);
      return FLT_POSTOP_FINISHED_PROCESSING;
    }) });
    const [first, second] = [life.rig.issue(), life.rig.issue()];
    life.calls.length = 0;
    life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    expect(life.calls).toEqual(['query A 0 V1', 'start A 1 V1', `drain ${first.index}`, `drain ${second.index}`, 'complete A 1 V1']);
    expect(seen).toEqual([STATUS_FLT_POST_OPERATION_CLEANUP, STATUS_FLT_POST_OPERATION_CLEANUP]);
    life.engine.completeLower(first, life.rig.thread, 0, STATUS_SUCCESS, 7);
    expect(life.calls.length).toBe(5);
    expect([first.status, first.information]).toEqual([STATUS_SUCCESS, 7]);
  });

  it('FV-043, OV-029: what a draining callback may not do', () => {
    const life: LifeCycle = makeLifeCycle({}, pend);
    const answers: unknown[] = [];
    life.load('A', { registration: reader(() => life, {}, FLT_PREOP_SUCCESS_WITH_CALLBACK, (data) => {
      answers.push(life.call('FltPerformSynchronousIo', data));
      life.call('FltSetCallbackDataDirty', data);
      return FLT_POSTOP_MORE_PROCESSING_REQUIRED;
    }) });
    life.rig.issue();
    life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    expect(life.rig.violationIds()).toEqual(['OV-029', 'OV-029', 'FV-043']);
  });
});

describe('operations that are held', () => {
  it('VOL-037: what the start callback leaves behind hangs the detach until it is handed back', () => {
    const life: LifeCycle = makeLifeCycle();
    life.load('A', { registration: reader(() => life, {}, FLT_PREOP_PENDING) });
    const operation = life.rig.issue();
    life.calls.length = 0;
    const call = life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    life.engine.settle();
    expect(call.ended).toBe(false);
    expect(life.calls).toEqual(['query A 0 V1', 'start A 1 V1', 'FV-120', 'OV-002']);
    expect(life.engine.waiting[0]?.holders).toEqual([`operation ${operation.index} (IRP_MJ_READ), pended by A`]);
    life.as('A', () => void life.call('FltCompletePendedPreOperation', operation.data, FLT_PREOP_SUCCESS_NO_CALLBACK, null));
    life.engine.settle();
    expect(call.result).toBe(STATUS_SUCCESS);
    expect(life.calls.at(-1)).toBe('complete A 1 V1');
    expect(operation.state).toBe('completed');
  });

  it('VOL-032: OV-026 for an operation that is pended after the start callback', () => {
    const life: LifeCycle = makeLifeCycle();
    life.load('A', { registration: reader(() => life, {
      OperationRegistration: [[IRP_MJ_READ, 0, () => {
        life.engine.startTeardownRace(life.rig.instance('A'));
        return FLT_PREOP_PENDING;
      }]],
    }) });
    life.rig.issue();
    expect(life.rig.violationIds()).toEqual(['OV-026']);
    expect(life.instances('A')[0]?.state).toBe('tearing');
  });

  it('VOL-041: a post that a resumed operation asks for is drained at once', () => {
    const life: LifeCycle = makeLifeCycle({}, pend);
    let pended: FLT_CALLBACK_DATA | null = null;
    life.load('A', { registration: reader(() => life, {
      OperationRegistration: [[IRP_MJ_READ, 0, (data) => {
        pended = data;
        return FLT_PREOP_PENDING;
      }, (_data, _objects, _context, flags) => {
        life.calls.push(`post ${flags}`);
        return FLT_POSTOP_FINISHED_PROCESSING;
      }]],
      InstanceTeardownStartCallback: () => void life.call('FltCompletePendedPreOperation', pended, FLT_PREOP_SUCCESS_WITH_CALLBACK, null),
    }) });
    life.rig.issue();
    life.calls.length = 0;
    life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    expect(life.calls).toEqual(['query A 0 V1', 'post 1', 'complete A 1 V1']);
  });

  it('OV-027: a cancel-safe queue that is left enabled', () => {
    const life: LifeCycle = makeLifeCycle();
    const nothing = (): void => undefined;
    life.load('A', { registration: { InstanceSetupCallback: (objects) => {
      life.call('FltCbdqInitialize', objects.Instance, {}, () => 0, nothing, () => null, nothing, nothing, nothing);
      return STATUS_SUCCESS;
    } } });
    life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    expect(life.rig.violationIds()).toEqual(['OV-027']);
  });
});

describe('references', () => {
  it('VOL-036: a reference does not delay teardown, but keeps the instance; OV-003 when it is used afterwards', () => {
    const life: LifeCycle = makeLifeCycle();
    life.load('A');
    const instance = life.rig.instance('A').handle;
    life.as('A', () => void life.call('FltObjectReference', instance));
    expect(life.engine.detachVolume(life.rig.filter('A'), life.volume, null).result).toBe(STATUS_SUCCESS);
    expect([life.engine.referenceCount(instance), life.engine.isGone(instance)]).toEqual([1, false]);
    life.as('A', () => void life.call('FltObjectDereference', instance));
    expect(life.engine.isGone(instance)).toBe(true);
    life.as('A', () => void life.call('FltObjectDereference', instance));
    expect(life.rig.violationIds()).toEqual(['OV-003']);
  });

  it('OV-003: more references are given back than were taken', () => {
    const life: LifeCycle = makeLifeCycle();
    life.load('A');
    life.as('A', () => void life.call('FltObjectDereference', life.volume.handle));
    expect(life.rig.violationIds()).toEqual(['OV-003']);
    expect(life.engine.referenceCount(life.volume.handle)).toBe(0);
  });
});
