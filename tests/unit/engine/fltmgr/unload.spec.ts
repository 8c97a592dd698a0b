import { describe, expect, it } from 'vitest';
import {
  FLTFL_REGISTRATION_DO_NOT_SUPPORT_SERVICE_STOP, STATUS_DRIVER_FAILED_PRIOR_UNLOAD, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_FILTER_NOT_FOUND,
  STATUS_INVALID_DEVICE_REQUEST, STATUS_SUCCESS, STATUS_UNSUCCESSFUL,
} from '../../../../src-main/nt/values.generated.ts';
import { isGenerator, UNICODE_STRING } from '../../../../src-main/engine/index.ts';
import { box, makeLifeCycle, type DriverOptions, type LifeCycle } from '../../../support/engine/lifeCycle.ts';

function loaded(options: DriverOptions = {}): LifeCycle {
  const life = makeLifeCycle();
  life.load('A', options);
  life.calls.length = 0;
  return life;
}

const stop = { mandatory: true };

describe('unloading', () => {
  it('REG-025, REG-031, VOL-043: volume after volume, highest instance first', () => {
    const life = makeLifeCycle();
    life.addVolume({ name: 'V2' });
    life.load('A', { instances: [{ name: 'Low', altitude: '10' }, { name: 'High', altitude: '20' }] });
    const torn: string[] = [];
    life.rig.events.length = 0;
    expect(life.engine.unloadFilter('A').result).toBe(STATUS_SUCCESS);
    for (const event of life.rig.events) if (event.kind === 'teardown') torn.push(`${event.phase} ${event.instance.name} ${event.instance.volume.name}`);
    expect(torn).toEqual(['V1', 'V2'].flatMap((volume) => ['High', 'Low'].flatMap((name) => [`start ${name} ${volume}`, `complete ${name} ${volume}`])));
    expect(life.engine.filterState('A')).toBe('absent');
    expect(life.engine.unloadFilter('A').result).toBe(STATUS_FLT_FILTER_NOT_FOUND);
  });

  it('REG-032: a mandatory unload cannot be refused', () => {
    const life = loaded({ registration: { FilterUnloadCallback: () => STATUS_FLT_DO_NOT_DETACH } });
    expect(life.engine.unloadFilter('A').result).toBe(STATUS_FLT_DO_NOT_DETACH);
    expect(life.engine.filterState('A')).toBe('filtering');
    expect(life.engine.unloadFilter('A', stop).result).toBe(STATUS_SUCCESS);
    expect(life.calls).toEqual(['OV-014', 'start A 4 V1', 'complete A 4 V1']);
  });

  it('REG-033: an unload callback that succeeds without FltUnregisterFilter', () => {
    const life = loaded({ registration: { FilterUnloadCallback: () => STATUS_SUCCESS } });
    expect(life.engine.unloadFilter('A').result).toBe(STATUS_SUCCESS);
    expect(life.calls).toEqual(['OV-015', 'start A 2 V1', 'complete A 2 V1']);
  });

  it('REG-030, REG-034: what cannot be unloaded', () => {
    const without = loaded({ registration: { FilterUnloadCallback: null } });
    expect(without.engine.unloadFilter('A').result).toBe(STATUS_FLT_DO_NOT_DETACH);
    expect(without.engine.unloadFilter('A', stop).result).toBe(STATUS_INVALID_DEVICE_REQUEST);
    const noStop = loaded({ registration: { Flags: FLTFL_REGISTRATION_DO_NOT_SUPPORT_SERVICE_STOP } });
    expect(noStop.engine.unloadFilter('A', stop).result).toBe(STATUS_INVALID_DEVICE_REQUEST);
    expect(noStop.engine.unloadFilter('A').result).toBe(STATUS_SUCCESS);
  });

  it('REG-026: waits for references to the filter; OV-011 says who holds them', () => {
    const life = loaded();
    life.as('A', () => void life.call('FltObjectReference', life.handle('A')));
    const call = life.engine.unloadFilter('A');
    life.engine.settle();
    expect(life.calls).toEqual(['unload A 0', 'start A 2 V1', 'complete A 2 V1', 'OV-011', 'OV-002']);
    expect(life.engine.filterState('A')).toBe('unregistering');
    expect(life.engine.unloadFilter('A').result).toBe(STATUS_FLT_DELETING_OBJECT);
    expect(life.engine.loadFilter('A').result).toBe(STATUS_DRIVER_FAILED_PRIOR_UNLOAD);
    life.as('A', () => void life.call('FltObjectDereference', life.handle('A')));
    life.engine.settle();
    expect(call.result).toBe(STATUS_SUCCESS);
    expect(life.engine.filterState('A')).toBe('absent');
  });

  it('waits for a queued generic work item, which runs by itself', () => {
    const life = loaded();
    life.as('A', () => {
      const item = life.call('FltAllocateGenericWorkItem');
      life.call('FltQueueGenericWorkItem', item, life.handle('A'), () => {
        life.calls.push('work');
        life.call('FltFreeGenericWorkItem', item);
      }, 1, null);
    });
    const call = life.engine.unloadFilter('A');
    life.engine.settle();
    expect(call.result).toBe(STATUS_SUCCESS);
    expect(life.calls).toEqual(['unload A 0', 'start A 2 V1', 'complete A 2 V1', 'work']);
  });

  it('CTX-050: what is left is one report with its objects', () => {
    const life = loaded();
    life.as('A', () => {
      life.call('FltObjectReference', life.volume.handle);
      life.call('FltObjectReference', life.volume.handle);
      life.call('FltObjectReference', life.rig.instance('A').handle);
    });
    life.engine.unloadFilter('A');
    expect(life.rig.violations.map(({ sentence }) => sentence)).toEqual(['A leaked references to PFLT_VOLUME(V1) (2 references), PFLT_INSTANCE(A) (1 reference).']);
  });

  it('REG-036: a filter that unloads itself waits for ever', () => {
    const life = loaded();
    let ended = false;
    life.as('A', function* () {
      const call = life.call('FltUnloadFilter', new UNICODE_STRING('A'));
      if (isGenerator(call)) yield* call;
      ended = true;
    });
    life.engine.settle();
    expect(ended).toBe(false);
    expect(life.calls).toEqual(['unload A 0', 'start A 2 V1', 'complete A 2 V1', 'OV-002']);
  });

  it('SIM-004: a second FltUnregisterFilter finds the pointer dead', () => {
    const life = loaded();
    life.as('A', () => {
      life.call('FltUnregisterFilter', life.handle('A'));
      life.call('FltUnregisterFilter', life.handle('A'));
    });
    expect(life.rig.violationIds()).toEqual(['OV-003']);
  });

  it('REG-023: an entry that unregisters and fails leaves nothing behind', () => {
    const life: LifeCycle = makeLifeCycle();
    life.load('A', { returns: STATUS_UNSUCCESSFUL, also: () => void life.call('FltUnregisterFilter', life.handle('A')) });
    expect(life.rig.violationIds()).toEqual([]);
    expect(life.engine.filterState('A')).toBe('absent');
    expect(box().value).toBeNull();
  });
});
