import { describe, expect, it } from 'vitest';
import {
  FLT_FSTYPE_NTFS, STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_INSTANCE_NOT_FOUND, STATUS_FLT_NO_DEVICE_OBJECT, STATUS_FLT_VOLUME_NOT_FOUND,
  STATUS_INVALID_PARAMETER, STATUS_NO_MORE_ENTRIES, STATUS_SUCCESS, IRP_MJ_CREATE,
} from '../../../../src-main/nt/values.generated.ts';
import { UNICODE_STRING, type Ref } from '../../../../src-main/engine/index.ts';
import { box, makeLifeCycle, type LifeCycle } from '../../../support/engine/lifeCycle.ts';

/** A above B, both on V1; calls are made by A. */
function system(): LifeCycle & { ask(routine: string, ...args: unknown[]): unknown } {
  const life = makeLifeCycle();
  life.load('A', { altitude: '320000' });
  life.load('B', { altitude: '100' });
  life.calls.length = 0;
  const ask = (routine: string, ...args: unknown[]): unknown => {
    let result: unknown;
    life.as('A', () => void (result = life.call(routine, ...args)));
    return result;
  };
  return { ...life, ask };
}

const text = (value: string): UNICODE_STRING => new UNICODE_STRING(value);

describe('dismount', () => {
  it('VOL-050: highest instance first, without being asked; then the volume is gone', () => {
    const life = system();
    expect(life.engine.dismountVolume(life.volume).result).toBe(STATUS_SUCCESS);
    expect(life.calls).toEqual(['start A 8 V1', 'complete A 8 V1', 'start B 8 V1', 'complete B 8 V1']);
    expect([life.volume.state, life.engine.isGone(life.volume.handle)]).toEqual(['gone', true]);
    expect(life.engine.dismountVolume(life.volume).result).toBe(STATUS_FLT_VOLUME_NOT_FOUND);
  });

  it('VOL-052: mounted again it is a new volume', () => {
    const life = system();
    life.engine.dismountVolume(life.volume);
    const again = life.engine.mountVolume({ name: 'V1' });
    expect(again).not.toBe(life.volume);
    life.rig.issue({ volume: { name: 'V1' }, major: IRP_MJ_CREATE, member: null, values: {} });
    expect(life.calls.slice(4)).toEqual(['setup A 5 V1', 'setup B 5 V1']);
    expect(again.instances.length).toBe(2);
  });

  it('VOL-053: a volume that is going, and one that is gone', () => {
    const life = makeLifeCycle();
    const statuses: unknown[] = [];
    const look = (): void => void statuses.push(life.call('FltGetVolumeFromName', life.handle('A'), text('v1'), box()));
    life.load('A', { registration: { InstanceTeardownStartCallback: look } });
    life.as('A', look);
    life.engine.dismountVolume(life.volume);
    life.as('A', look);
    expect(statuses).toEqual([STATUS_SUCCESS, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_VOLUME_NOT_FOUND]);
  });
});

describe('looking things up', () => {
  it('VOL-060: enumerations say how much they need, and reference what they give', () => {
    const life = system();
    const count: Ref<number> = { value: 0 };
    expect(life.ask('FltEnumerateInstances', null, null, null, 0, count)).toBe(STATUS_INVALID_PARAMETER);
    expect(life.ask('FltEnumerateInstances', life.volume.handle, null, null, 0, count)).toBe(STATUS_BUFFER_TOO_SMALL);
    expect(count.value).toBe(2);
    const list: unknown[] = [];
    expect(life.ask('FltEnumerateInstances', life.volume.handle, null, list, 2, count)).toBe(STATUS_SUCCESS);
    expect(list).toEqual([life.rig.instance('A').handle, life.rig.instance('B').handle]);
    expect(life.engine.referenceCount(list[1])).toBe(1);
    const volumes: unknown[] = [];
    expect(life.ask('FltEnumerateVolumes', life.handle('A'), volumes, 5, count)).toBe(STATUS_SUCCESS);
    expect(volumes).toEqual([life.volume.handle]);
    const filters: unknown[] = [];
    expect(life.ask('FltEnumerateFilters', filters, 5, count)).toBe(STATUS_SUCCESS);
    expect(filters).toEqual([life.handle('A'), life.handle('B')]);
  });

  it('VOL-061, VOL-062: neighbours and names', () => {
    const life = system();
    const [a, b] = [life.rig.instance('A').handle, life.rig.instance('B').handle];
    const found = box<object>();
    expect([life.ask('FltGetTopInstance', life.volume.handle, found), found.value]).toEqual([STATUS_SUCCESS, a]);
    expect([life.ask('FltGetLowerInstance', a, found), found.value]).toEqual([STATUS_SUCCESS, b]);
    expect([life.ask('FltGetLowerInstance', b, found), found.value]).toEqual([STATUS_NO_MORE_ENTRIES, null]);
    expect([life.ask('FltGetUpperInstance', b, found), found.value]).toEqual([STATUS_SUCCESS, a]);
    expect([life.ask('FltGetBottomInstance', life.volume.handle, found), found.value]).toEqual([STATUS_SUCCESS, b]);
    expect([life.ask('FltGetVolumeInstanceFromName', life.handle('B'), life.volume.handle, null, found), found.value]).toEqual([STATUS_SUCCESS, b]);
    expect(life.ask('FltGetVolumeInstanceFromName', life.handle('B'), life.volume.handle, text('A'), found)).toBe(STATUS_FLT_INSTANCE_NOT_FOUND);
    const empty = life.engine.addVolume({ name: 'E' });
    expect(life.ask('FltGetTopInstance', empty.handle, found)).toBe(STATUS_NO_MORE_ENTRIES);
    expect([life.ask('FltGetFilterFromInstance', b, found), found.value]).toEqual([STATUS_SUCCESS, life.handle('B')]);
  });

  it('sizes of names and structures', () => {
    const life = system();
    const needed: Ref<number> = { value: 0 };
    expect(life.ask('FltGetVolumeName', life.volume.handle, null, needed)).toBe(STATUS_BUFFER_TOO_SMALL);
    expect(needed.value).toBe(4);
    const name = new UNICODE_STRING('', 4);
    expect([life.ask('FltGetVolumeName', life.volume.handle, name, needed), name.Buffer]).toEqual([STATUS_SUCCESS, 'V1']);
    const properties: Record<string, unknown> = {};
    expect(life.ask('FltGetVolumeProperties', life.volume.handle, properties, 71, needed)).toBe(STATUS_BUFFER_TOO_SMALL);
    expect(life.ask('FltGetVolumeProperties', life.volume.handle, properties, 72, needed)).toBe(STATUS_BUFFER_OVERFLOW);
    expect(properties['SectorSize']).toBe(512);
    expect(life.ask('FltGetVolumeProperties', life.volume.handle, properties, needed.value, needed)).toBe(STATUS_SUCCESS);
    expect(String(properties['RealDeviceName'])).toBe('V1');
    const full: Record<string, unknown> = {};
    // INSTANCE_FULL_INFORMATION: 20 bytes, then `B`, `100`, `V1`, `B` in UTF-16.
    expect([life.ask('FltGetInstanceInformation', life.rig.instance('B').handle, 2, full, 33, needed), needed.value]).toEqual([STATUS_BUFFER_TOO_SMALL, 20 + 2 * 7]);
    expect([life.ask('FltGetInstanceInformation', life.rig.instance('B').handle, 2, full, 34, needed), full['Altitude'], full['AltitudeBufferOffset']]).toEqual([STATUS_SUCCESS, '100', 22]);
    expect(life.ask('FltGetFilterInformation', life.handle('A'), 9, full, 100, needed)).toBe(STATUS_INVALID_PARAMETER);
  });

  it('VOL-063: what the volume record says', () => {
    const life = system();
    const shared = life.engine.addVolume({ name: 'S', deviceType: 0x14, writable: false, snapshot: true });
    const out = box<unknown>();
    expect([life.ask('FltGetFileSystemType', life.rig.instance('A').handle, out), out.value]).toEqual([STATUS_SUCCESS, FLT_FSTYPE_NTFS]);
    expect([life.ask('FltIsVolumeWritable', shared.handle, out), out.value]).toEqual([STATUS_SUCCESS, false]);
    expect([life.ask('FltIsVolumeSnapshot', shared.handle, out), out.value]).toEqual([STATUS_SUCCESS, true]);
    expect(life.ask('FltGetDiskDeviceObject', shared.handle, out)).toBe(STATUS_FLT_NO_DEVICE_OBJECT);
    expect(life.ask('FltGetDiskDeviceObject', life.volume.handle, out)).toBe(STATUS_SUCCESS);
    const disk = out.value;
    expect([life.ask('FltGetVolumeFromDeviceObject', life.handle('A'), disk, out), out.value]).toEqual([STATUS_SUCCESS, life.volume.handle]);
    expect(typeof life.ask('FltGetRoutineAddress', 'FltGetVolumeName')).toBe('function');
    expect(life.ask('FltGetRoutineAddress', 'FltDoesNotExist')).toBeNull();
  });

  it('SIM-004: a foreign handle is OV-003, a plain mistake a plain sentence', () => {
    const life = system();
    expect(life.ask('FltGetTopInstance', life.handle('A'), box())).toBe(STATUS_INVALID_PARAMETER);
    expect(life.rig.violationIds()).toEqual(['OV-003']);
    expect(() => life.ask('FltGetTopInstance', 'V1', box())).toThrow('Volume is no PFLT_VOLUME');
  });
});
