import { describe, expect, it } from 'vitest';
import { DRIVER_OBJECT, type IRP } from '../../../../src-main/driver-api/controlDevices.ts';
import type { ProcessDirectory } from '../../../../src-main/driver-api/driverWorld.ts';
import type { KBUFFER } from '../../../../src-main/driver-api/kbuffer.ts';
import { ControlDevices } from '../../../../src-main/driver-api/controlDevices.ts';
import { NotifyRoutines } from '../../../../src-main/driver-api/notifyRoutines.ts';
import {
  STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_CANNOT_DELETE, STATUS_INVALID_CID, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_HANDLE, STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER_MIX,
  STATUS_KEY_DELETED, STATUS_NO_MORE_ENTRIES, STATUS_NOT_FOUND, STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_OBJECT_TYPE_MISMATCH, STATUS_PENDING,
  STATUS_PROCEDURE_NOT_FOUND, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import { ref, testDriver, type TestDriver } from '../../../support/driver-api/driver.ts';

const services = '\\Registry\\Machine\\System\\CurrentControlSet\\Services';

function attributes(driver: TestDriver, name: string, root: unknown = null): unknown {
  const made = driver.make('OBJECT_ATTRIBUTES');
  driver.call('InitializeObjectAttributes', made, name, 0x240, root, null);
  return made;
}

function open(driver: TestDriver, name: string, root: unknown = null): object {
  const handle = ref<object>();
  expect(driver.call('ZwOpenKey', handle, 0x20019, attributes(driver, name, root))).toBe(STATUS_SUCCESS);
  return handle.value;
}

describe('the registry', () => {
  const withValues = (): TestDriver => testDriver({ serviceValues: { MaxRecords: 500, Path: '\\dir', List: ['doc', 'txt'] } });
  const buffer = (driver: TestDriver, bytes: number): KBUFFER => driver.call('ExAllocatePoolZero', 1, bytes, 'Regs');

  it('holds the manifest\'s values under the service key and its Parameters', () => {
    const driver = withValues();
    const key = open(driver, `${services}\\sample`);
    const info = buffer(driver, 64);
    const length = ref<number>();
    // KeyValuePartialInformation: TitleIndex, Type, DataLength, Data; REG_DWORD 4, REG_SZ 1, REG_MULTI_SZ 7
    expect(driver.call('ZwQueryValueKey', key, 'maxrecords', 2, info, 64, length)).toBe(STATUS_SUCCESS);
    expect([info.u32(4), info.u32(8), info.u32(12), length.value]).toEqual([4, 4, 500, 16]);
    const value = driver.call<{ Type: number; DataLength: number; Data: KBUFFER }>('view', driver.globals['KEY_VALUE_PARTIAL_INFORMATION'], info);
    expect(driver.call('ZwQueryValueKey', open(driver, 'Parameters', key), 'Path', 2, info, 64, length)).toBe(STATUS_SUCCESS);
    expect([value.Type, value.DataLength, value.Data.wstr(0, value.DataLength)]).toEqual([1, 10, '\\dir\0']);
    expect(driver.call('ZwQueryValueKey', key, 'List', 2, info, 64, length)).toBe(STATUS_SUCCESS);
    expect([value.Type, value.Data.wstr(0, value.DataLength)]).toEqual([7, 'doc\0txt\0\0']);
    expect(driver.call('ZwQueryValueKey', key, 'Other', 2, info, 64, length)).toBe(STATUS_OBJECT_NAME_NOT_FOUND);
  });

  it('tells too little room from too little for all of it', () => {
    const driver = withValues();
    const key = open(driver, `${services}\\sample`);
    const info = buffer(driver, 64);
    const length = ref<number>();
    expect(driver.call('ZwQueryValueKey', key, 'Path', 2, info, 8, length)).toBe(STATUS_BUFFER_TOO_SMALL);
    expect([length.value, info.u32(4)]).toEqual([22, 0]);
    expect(driver.call('ZwQueryValueKey', key, 'Path', 2, info, 14, length)).toBe(STATUS_BUFFER_OVERFLOW);
    expect([info.u32(8), info.wstr(12, 4)]).toEqual([10, '\\\0']);
    expect(driver.call('ZwQueryValueKey', key, 'Path', 2, null, 0, length)).toBe(STATUS_BUFFER_TOO_SMALL);
    expect(driver.call('ZwQueryValueKey', key, 'Path', 77, info, 64, length)).toBe(STATUS_INVALID_PARAMETER);
  });

  it('is written, enumerated and deleted, and handles are counted', () => {
    const driver = withValues();
    const disposition = ref<number>();
    const handle = ref<object>();
    const key = open(driver, `${services}\\sample`);
    expect(driver.call('ZwCreateKey', handle, 0xf003f, attributes(driver, 'Rules', key), 0, null, 0, disposition)).toBe(STATUS_SUCCESS);
    expect(disposition.value).toBe(1);
    expect(driver.call('ZwCreateKey', handle, 0xf003f, attributes(driver, 'Rules', key), 0, null, 0, disposition)).toBe(STATUS_SUCCESS);
    expect(disposition.value).toBe(2);
    expect(driver.call('ZwSetValueKey', handle.value, 'Level', 0, 4, ref(3), 4)).toBe(STATUS_SUCCESS);
    expect(driver.call('ZwSetValueKey', handle.value, 'Name', 0, 1, 'abc\0', 8)).toBe(STATUS_SUCCESS);
    const info = buffer(driver, 64);
    const length = ref<number>();
    // KeyValueBasicInformation: TitleIndex, Type, NameLength, Name
    expect(driver.call('ZwEnumerateValueKey', handle.value, 1, 0, info, 64, length)).toBe(STATUS_SUCCESS);
    expect(info.wstr(12, info.u32(8))).toBe('Name');
    expect(driver.call('ZwEnumerateValueKey', handle.value, 2, 0, info, 64, length)).toBe(STATUS_NO_MORE_ENTRIES);
    expect(driver.call('ZwDeleteValueKey', handle.value, 'level')).toBe(STATUS_SUCCESS);
    expect(driver.call('ZwDeleteKey', key)).toBe(STATUS_CANNOT_DELETE);
    expect(driver.call('ZwDeleteKey', handle.value)).toBe(STATUS_SUCCESS);
    expect(driver.call('ZwDeleteValueKey', handle.value, 'Name')).toBe(STATUS_KEY_DELETED);
    expect(driver.ledger.outstanding().filter(({ kind }) => kind === 'handle')).toHaveLength(3);
    expect(driver.call('ZwClose', handle.value)).toBe(STATUS_SUCCESS);
    expect(driver.call('ZwClose', handle.value)).toBe(STATUS_INVALID_HANDLE);
    expect(driver.call('ZwOpenKey', handle, 0, attributes(driver, 'no root'))).toBe(STATUS_OBJECT_PATH_SYNTAX_BAD);
    expect(driver.call('ZwOpenKey', handle, 0, attributes(driver, `${services}\\other`))).toBe(STATUS_OBJECT_NAME_NOT_FOUND);
  });

  it('is read by tables with defaults', () => {
    const driver = withValues();
    const max = ref<number>();
    const missing = ref<number>();
    const path = driver.make<{ Buffer: string }>('UNICODE_STRING', '', 64);
    const calls: unknown[] = [];
    const table = [
      { Flags: 0x20, Name: 'MaxRecords', EntryContext: max }, { Flags: 0x20, Name: 'Delay', EntryContext: missing, DefaultType: 4, DefaultData: ref(15), DefaultLength: 4 },
      { Flags: 0x20, Name: 'Path', EntryContext: path }, { QueryRoutine: (name: string, type: number) => (calls.push([name, type]), 0), Name: 'List' }, {},
    ];
    expect(driver.call('RtlQueryRegistryValues', 1, 'sample', table, null, null)).toBe(STATUS_SUCCESS);
    expect([max.value, missing.value, path.Buffer, calls]).toEqual([500, 15, '\\dir', [['List', 7]]]);
    expect(driver.call('RtlQueryRegistryValues', 1, 'sample', [{ Flags: 0x24, Name: 'Delay', EntryContext: missing }], null, null)).toBe(STATUS_OBJECT_NAME_NOT_FOUND);
  });

  it('opens for a driver with IoOpenDriverRegistryKey', () => {
    const driver = withValues();
    const handle = ref<object>();
    expect(driver.call('IoOpenDriverRegistryKey', new DRIVER_OBJECT('sample'), 1, 0x20019, 0, handle)).toBe(STATUS_SUCCESS);
    expect(driver.call('IoOpenDriverRegistryKey', new DRIVER_OBJECT('stranger'), 1, 0x20019, 0, handle)).toBe(STATUS_OBJECT_NAME_NOT_FOUND);
  });
});

describe('processes and references', () => {
  const browser = Object.freeze({ id: 'PEPROCESS(browser.exe:900)', pid: 900, imageName: 'browser.exe' });
  const processes: ProcessDirectory = {
    process: (pid) => (pid === 900 ? browser : null),
    thread: () => null,
    facts: () => ({ imagePath: '\\Device\\HarddiskVolume3\\Apps\\browser.exe', commandLine: null, parentPid: 4, sessionId: 1, createTime: null, exited: false }),
  };

  it('are those of the running thread', () => {
    const driver = testDriver();
    expect(driver.at(0, () => [driver.call('PsGetCurrentProcessId'), driver.call('PsGetCurrentThreadId')])).toEqual([1234, 41]);
    expect(driver.at(0, () => driver.call('PsGetThreadProcessId', driver.call('PsGetCurrentThread')))).toBe(1234);
    expect(driver.at(0, () => driver.call('PsGetProcessImageFileName', driver.call('PsGetCurrentProcess')))).toBe('editor.exe');
    expect(driver.call('PsGetCurrentProcessId')).toBe(4);
  });

  it('are looked up with a reference, which is given back once', () => {
    const driver = testDriver({ processes });
    const box = ref<typeof browser>();
    expect(driver.call('PsLookupProcessByProcessId', 77, box)).toBe(STATUS_INVALID_CID);
    expect(driver.call('PsLookupProcessByProcessId', 900, box)).toBe(STATUS_SUCCESS);
    expect(box.value).toBe(browser);
    driver.call('ObReferenceObject', browser);
    expect(driver.ledger.report()).toEqual(['reference to PEPROCESS(browser.exe:900) (2 times)']);
    driver.call('ObDereferenceObject', browser);
    driver.call('ObDereferenceObject', browser);
    expect(driver.ledger.report()).toEqual([]);
    expect(() => driver.call('ObDereferenceObject', browser)).toThrow(/no reference .* to give back/);
  });

  it('tell their image path', () => {
    const driver = testDriver({ processes });
    const name = ref<{ Buffer: string }>();
    expect(driver.call('SeLocateProcessImageName', browser, name)).toBe(STATUS_SUCCESS);
    expect(name.value.Buffer).toBe('\\Device\\HarddiskVolume3\\Apps\\browser.exe');
    driver.call('ExFreePool', name.value);
    expect(driver.ledger.report()).toEqual([]);
    expect(() => driver.call('ExFreePool', name.value)).toThrow(/freed already/);
    expect(testDriver().call('SeLocateProcessImageName', { id: 'PEPROCESS(:5)', pid: 5, imageName: '' }, name)).toBe(STATUS_NOT_FOUND);
  });

  it('are opened by client id and asked for their image as a UNICODE_STRING', () => {
    const driver = testDriver({ processes });
    const handle = ref<object>();
    const empty = driver.make('OBJECT_ATTRIBUTES');
    expect(driver.call('ZwOpenProcess', handle, 0x400, empty, null)).toBe(STATUS_INVALID_PARAMETER_MIX);
    expect(driver.call('ZwOpenProcess', handle, 0x400, empty, { UniqueProcess: 900 })).toBe(STATUS_SUCCESS);
    const buffer = driver.call<KBUFFER>('ExAllocatePoolZero', 1, 256, 'Name');
    const length = ref<number>();
    expect(driver.call('ZwQueryInformationProcess', handle.value, 27, buffer, 256, length)).toBe(STATUS_SUCCESS);
    expect(driver.call<{ Buffer: string }>('view', driver.globals['UNICODE_STRING'], buffer).Buffer).toBe('\\Device\\HarddiskVolume3\\Apps\\browser.exe');
    const object = ref<object>();
    expect(driver.call('ObReferenceObjectByHandle', handle.value, 0, driver.globals['PsThreadType'], 0, object, null)).toBe(STATUS_OBJECT_TYPE_MISMATCH);
    expect(driver.call('ObReferenceObjectByHandle', handle.value, 0, driver.globals['PsProcessType'], 0, object, null)).toBe(STATUS_SUCCESS);
    expect(object.value).toBe(browser);
    expect(driver.call('ObReferenceObjectByHandle', {}, 0, null, 0, object, null)).toBe(STATUS_INVALID_HANDLE);
  });

  it('are told to registered routines', () => {
    const notifications = new NotifyRoutines();
    const driver = testDriver({ notifications });
    const told: unknown[] = [];
    const routine = (parent: number, pid: number, create: boolean): void => void told.push([parent, pid, create]);
    const refuse = (_process: unknown, _pid: number, info: { CreationStatus: number } | null): void => {
      if (info !== null) info.CreationStatus = 0xc0000022;
    };
    expect(driver.call('PsSetCreateProcessNotifyRoutine', routine, false)).toBe(STATUS_SUCCESS);
    expect(driver.call('PsSetCreateProcessNotifyRoutine', routine, false)).toBe(STATUS_INVALID_PARAMETER);
    expect(driver.call('PsSetCreateProcessNotifyRoutineEx', refuse, false)).toBe(STATUS_SUCCESS);
    const status = notifications.processCreated({ process: browser, pid: 900, parentPid: 4, creatingPid: 4, creatingTid: 8, imagePath: null, commandLine: null }, (text) => ({ Buffer: text }));
    notifications.processExited(browser, 900, 4);
    expect([status, told]).toEqual([0xc0000022, [[4, 900, true], [4, 900, false]]]);
    expect(driver.ledger.outstanding()).toHaveLength(2);
    expect(driver.call('PsSetCreateProcessNotifyRoutine', routine, true)).toBe(STATUS_SUCCESS);
    expect(driver.call('PsSetCreateProcessNotifyRoutineEx', refuse, true)).toBe(STATUS_SUCCESS);
    expect(driver.call('PsRemoveLoadImageNotifyRoutine', routine)).toBe(STATUS_PROCEDURE_NOT_FOUND);
    expect(driver.ledger.outstanding()).toEqual([]);
  });
});

describe('a control device', () => {
  it('takes IRPs through its names until it is deleted', () => {
    let numbers = 0;
    const devices = new ControlDevices(() => ++numbers);
    const driver = testDriver({ devices });
    const object = new DRIVER_OBJECT('sample');
    const device = ref<object>();
    expect(driver.call('IoCreateDevice', object, 0, '\\Device\\Sample', 0x22, 0, false, device)).toBe(STATUS_SUCCESS);
    expect(driver.call('IoCreateDevice', object, 0, '\\device\\sample', 0x22, 0, false, ref())).toBe(STATUS_OBJECT_NAME_COLLISION);
    expect(driver.call('IoCreateSymbolicLink', '\\DosDevices\\Sample', '\\Device\\Sample')).toBe(STATUS_SUCCESS);
    let held: IRP | null = null;
    object.MajorFunction[0x0e] = (_device, irp) => {
      const location = driver.call<{ Parameters: { DeviceIoControl: { IoControlCode: number } } }>('IoGetCurrentIrpStackLocation', irp);
      irp.IoStatus.Status = STATUS_SUCCESS;
      irp.IoStatus.Information = location.Parameters.DeviceIoControl.IoControlCode;
      driver.call('IoCompleteRequest', irp, 0);
      return STATUS_SUCCESS;
    };
    object.MajorFunction[3] = (_device, irp) => {
      driver.call('IoMarkIrpPending', irp);
      held = irp;
      return STATUS_PENDING;
    };
    expect(devices.send('\\DosDevices\\Sample', { major: 0x0e, parameters: { DeviceIoControl: { IoControlCode: 0x222000 } } })).toMatchObject({ status: STATUS_SUCCESS, information: 0x222000 });
    expect(devices.send('\\Device\\Sample', { major: 4 }).status).toBe(STATUS_INVALID_DEVICE_REQUEST);
    expect(devices.send('\\Device\\Sample', { major: 3 }).status).toBe(STATUS_PENDING);
    driver.call('IoCompleteRequest', held, 0);
    expect(() => driver.call('IoCompleteRequest', held, 0)).toThrow(/completed already/);
    expect(driver.ledger.report()).toEqual(['DEVICE_OBJECT(\\Device\\Sample)', 'symbolic link \\DosDevices\\Sample']);
    expect(driver.call('IoDeleteSymbolicLink', '\\DosDevices\\Sample')).toBe(STATUS_SUCCESS);
    driver.call('IoDeleteDevice', device.value);
    expect(devices.send('\\Device\\Sample', { major: 0x0e }).status).toBe(STATUS_OBJECT_NAME_NOT_FOUND);
    expect(() => driver.call('IoDeleteDevice', device.value)).toThrow(/deleted already/);
    expect(driver.ledger.report()).toEqual([]);
  });
});
