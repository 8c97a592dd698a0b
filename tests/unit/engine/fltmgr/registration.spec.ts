import { describe, expect, it } from 'vitest';
import {
  FLT_PREOP_SUCCESS_NO_CALLBACK, IRP_MJ_DEVICE_CHANGE, IRP_MJ_OPERATION_END, IRP_MJ_POWER, IRP_MJ_READ, IRP_MJ_SHUTDOWN, IRP_MJ_WRITE, STATUS_FLT_DO_NOT_ATTACH,
  STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_DUPLICATE_ENTRY, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
} from '../../../../src-main/nt/values.generated.ts';
import type { FLT_REGISTRATION, PFLT_FILTER, Ref } from '../../../../src-main/engine/index.ts';
import { load, makeRig } from '../../../support/engine/rig.ts';

const pre = (): number => FLT_PREOP_SUCCESS_NO_CALLBACK;
const post = (): number => 0;

describe('FltRegisterFilter', () => {
  it.each<[string, FLT_REGISTRATION, number, string[]]>([
    ['AC-05: a post for SHUTDOWN', { OperationRegistration: [[IRP_MJ_SHUTDOWN, 0, pre, post]] }, STATUS_INVALID_PARAMETER, ['FV-100']],
    ['AC-06: a pre for SHUTDOWN', { OperationRegistration: [[IRP_MJ_SHUTDOWN, 0, pre]] }, STATUS_SUCCESS, []],
    ['AC-07: POWER', { OperationRegistration: [[IRP_MJ_POWER, 0, pre]] }, STATUS_INVALID_PARAMETER, ['FV-101']],
    ['DEVICE_CHANGE', { OperationRegistration: [[IRP_MJ_DEVICE_CHANGE, 0, pre]] }, STATUS_INVALID_PARAMETER, ['FV-101']],
    ['AC-08: READ twice', { OperationRegistration: [[IRP_MJ_READ, 0, pre], { MajorFunction: IRP_MJ_READ, PreOperation: pre }] }, STATUS_FLT_DUPLICATE_ENTRY, ['FV-102']],
    ['AC-09: a wrong Version', { Version: 0x0300 }, STATUS_INVALID_PARAMETER, []],
    ['rows after the end of the list', { OperationRegistration: [[IRP_MJ_READ, 0, pre], [IRP_MJ_OPERATION_END], [IRP_MJ_READ, 0, pre]] }, STATUS_SUCCESS, []],
  ])('%s', (_title, registration, status, violations) => {
    const rig = makeRig([]);
    expect(load(rig, 'A', registration)).toBe(status);
    expect(rig.violationIds()).toEqual(violations);
    expect(rig.engine.filterByName('A') === undefined).toBe(status !== STATUS_SUCCESS);
  });

  it('AC-10: refuses a second FltStartFiltering', () => {
    const rig = makeRig([]);
    rig.engine.runDriverEntry({ name: 'A' }, () => {
      const filter: Ref<PFLT_FILTER | null> = { value: null };
      rig.call('FltRegisterFilter', null, {}, filter);
      expect(rig.call('FltStartFiltering', filter.value)).toBe(STATUS_SUCCESS);
      expect(rig.call('FltStartFiltering', filter.value)).toBe(STATUS_INVALID_PARAMETER);
      return STATUS_SUCCESS;
    });
    expect(rig.violationIds()).toEqual([]);
  });
});

describe('attaching', () => {
  it('AC-04: refuses an altitude that is taken, written differently or not', () => {
    const rig = makeRig([{ name: 'A', altitude: '328010.5', registration: {} }]);
    load(rig, 'B', {});
    expect(rig.engine.attach(rig.filter('B'), rig.volume, '0328010.50', 'B')).toEqual({ status: STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, instance: null });
    expect(rig.violationIds()).toEqual(['FV-103']);
  });

  it('AC-13: asks instance setup', () => {
    const rig = makeRig([{ name: 'A', altitude: '1', registration: { InstanceSetupCallback: () => STATUS_FLT_DO_NOT_ATTACH } }]);
    expect(rig.filter('A').instances).toEqual([]);
    expect(rig.volume.instances).toEqual([]);
  });
});

describe('manual detach', () => {
  it.each<[string, FLT_REGISTRATION, boolean]>([
    ['AC-11: refused without a query-teardown callback', {}, false],
    ['AC-12: refused when the callback says so', { InstanceQueryTeardownCallback: () => STATUS_FLT_DO_NOT_DETACH }, false],
    ['allowed', { InstanceQueryTeardownCallback: () => STATUS_SUCCESS }, true],
  ])('%s', (_title, registration, detached) => {
    const rig = makeRig([{ name: 'A', altitude: '1', registration: { ...registration, OperationRegistration: [[IRP_MJ_WRITE, 0, pre]] } }]);
    const { result: status } = rig.engine.detach(rig.instance('A'), rig.thread);
    expect(status === STATUS_SUCCESS).toBe(detached);
    rig.issue({ major: IRP_MJ_WRITE, member: 'Write', values: {} });
    expect(rig.calls.includes('pre A')).toBe(!detached);
  });
});

it('AC-20: a work item that is never freed is reported when the filter unloads', () => {
  const rig = makeRig((one) => [{ name: 'A', altitude: '1', registration: { OperationRegistration: [[IRP_MJ_READ, 0, () => {
    one.call('FltAllocateDeferredIoWorkItem');
    return FLT_PREOP_SUCCESS_NO_CALLBACK;
  }]] } }]);
  rig.issue();
  const { handle } = rig.filter('A');
  rig.engine.runRoutine(rig.filter('A'), 'unload', rig.thread, 0, null, () => void rig.call('FltUnregisterFilter', handle));
  expect(rig.violationIds()).toEqual(['FV-068']);
  expect(rig.engine.filters).toEqual([]);
});
