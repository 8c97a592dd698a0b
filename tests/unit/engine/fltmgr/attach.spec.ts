import { describe, expect, it } from 'vitest';
import {
  FLTFL_REGISTRATION_SUPPORT_DAX_VOLUME, FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS, FLT_FSTYPE_NPFS, IRP_MJ_CREATE, STATUS_BUFFER_OVERFLOW, STATUS_FAILED_DRIVER_ENTRY, STATUS_FLT_DELETING_OBJECT,
  STATUS_FLT_DO_NOT_ATTACH, STATUS_FLT_FILTER_NOT_READY, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_FLT_INSTANCE_NAME_COLLISION, STATUS_IMAGE_ALREADY_LOADED,
  STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS, STATUS_UNSUCCESSFUL,
} from '../../../../src-main/nt/values.generated.ts';
import { UNICODE_STRING, type FLT_REGISTRATION } from '../../../../src-main/engine/index.ts';
import { box, makeLifeCycle } from '../../../support/engine/lifeCycle.ts';

const names = (instances: readonly { readonly name: string }[]): string[] => instances.map(({ name }) => name);

describe('FltRegisterFilter and its service', () => {
  it('REG-018: refuses a driver without instance definition', () => {
    const life = makeLifeCycle();
    expect(life.load('A', { instances: [] })).toBe(STATUS_FAILED_DRIVER_ENTRY);
    expect(life.statuses).toEqual([STATUS_OBJECT_NAME_NOT_FOUND]);
    expect(life.engine.filterState('A')).toBe('absent');
  });

  it.each<[string, FLT_REGISTRATION, number]>([
    ['an older version', { Version: 0x0200 }, STATUS_SUCCESS],
    ['members newer than the version, whatever they are', { Version: 0x0201, NormalizeNameComponentExCallback: 7 as never }, STATUS_SUCCESS],
    ['REG-003: a name provider member that is no routine', { GenerateFileNameCallback: 7 as never }, STATUS_INVALID_PARAMETER],
    ['REG-005: unknown flag bits', { Flags: 0x100 }, STATUS_SUCCESS],
    ['REG-010: an entry without callbacks', { OperationRegistration: [[IRP_MJ_CREATE]] }, STATUS_SUCCESS],
  ])('%s', (_title, registration, status) => {
    const life = makeLifeCycle();
    life.load('A', { registration });
    expect(life.statuses[0]).toBe(status);
    expect(life.engine.filterState('A')).toBe(status === STATUS_SUCCESS ? 'filtering' : 'absent');
  });

  it('REG-001: reads the record once', () => {
    const life = makeLifeCycle();
    const registration: { -readonly [K in keyof FLT_REGISTRATION]: FLT_REGISTRATION[K] } = { InstanceSetupCallback: () => STATUS_FLT_DO_NOT_ATTACH };
    life.driver('A', { start: false });
    life.engine.runDriverEntry({ name: 'A' }, () => life.call('FltRegisterFilter', null, registration, box()));
    registration.InstanceSetupCallback = null;
    life.as('A', () => void life.call('FltStartFiltering', life.rig.filter('A').handle));
    expect(life.instances('A')).toEqual([]);
  });

  it('REG-019: a second registration', () => {
    const life = makeLifeCycle();
    life.load('A');
    let status = 0;
    life.as('A', () => void (status = Number(life.call('FltRegisterFilter', null, {}, box()))));
    expect(status).toBe(STATUS_OBJECT_NAME_COLLISION);
    expect(life.rig.violationIds()).toEqual(['OV-010']);
  });

  it('says a plain sentence for what is no registration', () => {
    const life = makeLifeCycle();
    expect(() => life.engine.runDriverEntry({ name: 'A' }, () => life.call('FltRegisterFilter', null, null, box()))).toThrow('Registration is no FLT_REGISTRATION');
  });

  it.each([['FSFilter Anti-Virus', '325000.5', []], ['FSFilter Anti-Virus', '389999', ['OV-021']], ['FSFilter Anti-Virus', '330000', ['OV-021']], ['fsfilter bottom', '40000', []]])(
    'ALT-009: group %s at %s', (group, altitude, violations) => {
      const life = makeLifeCycle();
      expect(life.load('A', { group, altitude })).toBe(STATUS_SUCCESS);
      expect(life.rig.violationIds()).toEqual(violations);
    });
});

describe('automatic attachment', () => {
  it('REG-021, ALT-021, VOL-011: every definition on every mounted volume, in their orders', () => {
    const life = makeLifeCycle();
    life.addVolume({ name: 'V2' });
    life.addVolume({ name: 'V3', mounted: false });
    life.load('A', { instances: [{ name: 'Low', altitude: '100' }, { name: 'Hand', altitude: '150', flags: 1 }, { name: 'High', altitude: '200' }] });
    expect(life.calls).toEqual(['setup A 1 V1', 'setup A 1 V1', 'setup A 1 V2', 'setup A 1 V2']);
    expect(names(life.instances('A'))).toEqual(['Low', 'High', 'Low', 'High']);
    expect(names(life.volume.instances)).toEqual(['High', 'Low']);
  });

  it.each([
    ['pipes', { filesystemType: FLT_FSTYPE_NPFS }, FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS],
    ['direct access', { dax: true }, FLTFL_REGISTRATION_SUPPORT_DAX_VOLUME],
  ])('REG-005: %s only for filters that ask for them', (_title, description, flag) => {
    const life = makeLifeCycle();
    life.addVolume({ name: 'P', ...description });
    life.load('A');
    life.load('B', { altitude: '10', registration: { Flags: flag } });
    expect(life.calls).toEqual(['setup A 1 V1', 'setup B 1 V1', 'setup B 1 P']);
  });

  it('VOL-010: flags of the volume', () => {
    const life = makeLifeCycle();
    life.addVolume({ name: 'D', detached: true, developer: true, trusted: true });
    life.load('A');
    expect(life.calls).toEqual(['setup A 1 V1', `setup A ${0x1 | 0x8 | 0x10 | 0x20} D`]);
  });

  it.each([[STATUS_BUFFER_OVERFLOW, 0], [STATUS_FLT_DO_NOT_ATTACH, 0], [STATUS_OBJECT_NAME_EXISTS, 1]])('VOL-013: setup answers 0x%s', (status, attached) => {
    const life = makeLifeCycle();
    life.load('A', { registration: { InstanceSetupCallback: () => status } });
    expect(life.instances('A').length).toBe(attached);
    expect(life.calls).toEqual([]);
  });

  it('VOL-012: asks about a new volume at its first create, highest filter first', () => {
    const life = makeLifeCycle();
    life.load('Low', { altitude: '100' });
    life.load('High', { altitude: '300000' });
    life.calls.length = 0;
    const volume = life.engine.mountVolume({ name: 'N' });
    life.rig.issue({ volume });
    expect(life.calls).toEqual([]);
    life.rig.issue({ volume, major: IRP_MJ_CREATE, member: null, values: {} });
    life.rig.issue({ volume, major: IRP_MJ_CREATE, member: null, values: {} });
    expect(life.calls).toEqual(['setup High 5 N', 'setup Low 5 N']);
  });
});

describe('manual attachment', () => {
  const attach = (life: ReturnType<typeof makeLifeCycle>, name: string | null): number => life.engine.attachVolume(life.rig.filter('A'), life.volume, name).result?.status ?? -1;

  it('VOL-017: the checks in their order', () => {
    const life = makeLifeCycle();
    life.load('A', { start: false, instances: [{ name: 'One', altitude: '10', flags: 1 }, { name: 'Two', altitude: '20', flags: 3 }, { name: 'Odd', altitude: '1.', flags: 1 }] });
    expect(attach(life, 'Nothing')).toBe(STATUS_FLT_FILTER_NOT_READY);
    life.as('A', () => void life.call('FltStartFiltering', life.handle('A')));
    expect(attach(life, 'Nothing')).toBe(STATUS_OBJECT_NAME_NOT_FOUND);
    expect(attach(life, 'Two')).toBe(STATUS_FLT_DO_NOT_ATTACH);
    expect(attach(life, 'Odd')).toBe(STATUS_INVALID_PARAMETER);
    expect(attach(life, null)).toBe(STATUS_SUCCESS);
    expect(attach(life, 'one')).toBe(STATUS_FLT_INSTANCE_NAME_COLLISION);
    expect(life.calls).toEqual(['setup A 2 V1', 'FV-103']);
    life.engine.dismountVolume(life.volume);
    expect(attach(life, null)).toBe(STATUS_FLT_DELETING_OBJECT);
  });

  it('ALT-024 to ALT-026, ALT-029: collisions on one volume, in any spelling', () => {
    const life = makeLifeCycle();
    life.load('A');
    life.addVolume({ name: 'V2' });
    const status = (altitude: string, name: string | null): number => life.engine.attachVolumeAtAltitude(life.rig.filter('A'), life.volume, altitude, name).result?.status ?? -1;
    expect(status('0320000.0', 'X')).toBe(STATUS_FLT_INSTANCE_ALTITUDE_COLLISION);
    expect(status('320000', 'a')).toBe(STATUS_FLT_INSTANCE_NAME_COLLISION);
    expect(life.rig.violationIds()).toEqual(['FV-103', 'FV-103']);
    expect(life.calls.filter((call) => call.startsWith('setup A 2'))).toEqual([]);
    expect(status('320000.1', null)).toBe(STATUS_SUCCESS);
    expect(names(life.volume.instances)).toEqual(['A - 320000.1', 'A']);
  });

  it('VOL-019: the instance a driver gets is referenced', () => {
    const life = makeLifeCycle();
    life.load('A', { instances: [{ name: 'One', altitude: '10', flags: 1 }] });
    const instance = box<object>();
    life.as('A', () => void life.call('FltAttachVolume', life.handle('A'), life.volume.handle, new UNICODE_STRING('One'), instance));
    expect(life.engine.referenceCount(instance.value)).toBe(1);
    life.engine.unloadFilter('A');
    expect(life.rig.violationIds()).toEqual(['FV-133']);
  });
});

describe('loading', () => {
  it('REG-018: what FilterLoad answers', () => {
    const life = makeLifeCycle();
    expect(life.engine.loadFilter('A').result).toBe(STATUS_OBJECT_NAME_NOT_FOUND);
    expect(life.load('A')).toBe(STATUS_SUCCESS);
    expect(life.load('A')).toBe(STATUS_IMAGE_ALREADY_LOADED);
    expect(life.load('B', { returns: STATUS_UNSUCCESSFUL, altitude: '5' })).toBe(STATUS_FAILED_DRIVER_ENTRY);
  });

  it('REG-024: a registration that a failing DriverEntry leaves behind is ended', () => {
    const life = makeLifeCycle();
    life.load('A', { returns: STATUS_UNSUCCESSFUL });
    expect(life.calls).toEqual(['setup A 1 V1', 'OV-012', 'start A 2 V1', 'complete A 2 V1']);
    expect(life.engine.filterState('A')).toBe('absent');
  });
});
