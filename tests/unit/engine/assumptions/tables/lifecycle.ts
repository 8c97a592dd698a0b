/** Switches about registration, altitudes, volumes and instances (filter-manager-objects.md 1 to 3). */
import { FILE_OBJECT, type EngineOptions, type FLT_REGISTRATION } from '../../../../../src-main/engine/index.ts';
import {
  FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO, FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO, FLT_PREOP_SUCCESS_NO_CALLBACK, IRP_MJ_CREATE, IRP_MJ_READ, IRP_MJ_SHUTDOWN, IRP_NOCACHE,
  STATUS_FAILED_DRIVER_ENTRY, STATUS_FLT_DELETING_OBJECT, STATUS_FLT_DO_NOT_ATTACH, STATUS_FLT_DO_NOT_DETACH, STATUS_FLT_DUPLICATE_ENTRY, STATUS_FLT_FILTER_NOT_READY,
  STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_FLT_INSTANCE_NAME_COLLISION, STATUS_INVALID_DEVICE_REQUEST, STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED,
  STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_SUCCESS, STATUS_UNSUCCESSFUL,
} from '../../../../../src-main/nt/values.generated.ts';
import { box, makeLifeCycle, type DriverOptions, type LifeCycle } from '../../../../support/engine/lifeCycle.ts';
import { makeRig } from '../../../../support/engine/rig.ts';
import { caseOf, ownVector, type Settings, type SwitchTable } from './switchCase.ts';

const lifeOf = (settings: Settings, options: Partial<EngineOptions> = {}): LifeCycle => makeLifeCycle({ ...options, assumptions: settings });

const names = (instances: readonly { readonly name: string }[]): string[] => instances.map(({ name }) => name);

/** Driver A is loaded; what FltRegisterFilter has answered. */
function registering(settings: Settings, registration: FLT_REGISTRATION): number | undefined {
  const life = lifeOf(settings);
  life.load('A', { registration });
  return life.statuses[0];
}

type Rows = NonNullable<FLT_REGISTRATION['OperationRegistration']>;

const operations = (...rows: Rows): FLT_REGISTRATION => ({ OperationRegistration: rows });

const passOn = (): number => FLT_PREOP_SUCCESS_NO_CALLBACK;
const noPost = (): number => 0;

/** Driver A is loaded and then something happens; the calls since. */
function after(settings: Settings, act: (life: LifeCycle) => void, options: DriverOptions = {}): string[] {
  const life = lifeOf(settings);
  life.load('A', options);
  life.calls.length = 0;
  act(life);
  return life.calls;
}

const twoDefinitions: DriverOptions = { instances: [{ name: 'Low', altitude: '10' }, { name: 'High', altitude: '20' }] };

/** `start High V1`, `complete High V1` ... */
function teardowns(life: LifeCycle, act: () => void): string[] {
  const torn: string[] = [];
  life.rig.events.length = 0;
  act();
  life.engine.settle();
  for (const event of life.rig.events) if (event.kind === 'teardown') torn.push(`${event.phase} ${event.instance.name}`);
  return torn;
}

/** A is loaded with its instance at 100; then another one is wanted by hand. */
function attaching(settings: Settings, altitude: string, name: string): { readonly status: number; readonly life: LifeCycle; readonly name: string | undefined } {
  const life = lifeOf(settings);
  life.load('A', { instances: [{ name: 'One', altitude: '100' }] });
  const { result } = life.engine.attachVolumeAtAltitude(life.rig.filter('A'), life.volume, altitude, name === '' ? null : name);
  return { status: result?.status ?? -1, life, name: result?.instance?.name };
}

const registration: SwitchTable = {
  'REG-001': caseOf((settings) => {
    const life = lifeOf(settings);
    const record: { -readonly [K in keyof FLT_REGISTRATION]: FLT_REGISTRATION[K] } = { InstanceSetupCallback: () => STATUS_FLT_DO_NOT_ATTACH };
    life.driver('A', { start: false });
    life.engine.runDriverEntry({ name: 'A' }, () => life.call('FltRegisterFilter', null, record, box()));
    record.InstanceSetupCallback = null;
    life.as('A', () => void life.call('FltStartFiltering', life.rig.filter('A').handle));
    return life.instances('A').length;
  }, 0, 1),
  'REG-002': caseOf((settings) => registering(settings, { Version: 0x0200 }), STATUS_SUCCESS, STATUS_INVALID_PARAMETER),
  'REG-005': caseOf((settings) => registering(settings, { Flags: 0x100 }), STATUS_SUCCESS, STATUS_INVALID_PARAMETER),
  'REG-007': caseOf((settings) => registering(settings, operations([IRP_MJ_SHUTDOWN, 0, passOn, noPost])), STATUS_INVALID_PARAMETER, STATUS_SUCCESS),
  'REG-009': caseOf((settings) => registering(settings, operations([IRP_MJ_READ, 0, passOn, null], [IRP_MJ_READ, 0, passOn, null])), STATUS_FLT_DUPLICATE_ENTRY, STATUS_SUCCESS),
  'REG-010': caseOf((settings) => registering(settings, operations([IRP_MJ_CREATE])), STATUS_SUCCESS, STATUS_INVALID_PARAMETER),
  'REG-011': caseOf((settings) => {
    // A turns a cached read into a non-cached one, which B does not skip.
    const rig = makeRig((one) => [
      { name: 'A', altitude: '2', registration: operations([IRP_MJ_READ, 0, (data) => {
        data.Iopb.IrpFlags |= IRP_NOCACHE;
        one.call('FltSetCallbackDataDirty', data);
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
      }, null]) },
      { name: 'B', altitude: '1', registration: operations([IRP_MJ_READ, FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO, passOn, null]) },
    ], undefined, { assumptions: settings });
    rig.issue();
    return rig.calls;
  }, ['pre A', 'pre B', 'lower', 'done', 'ret'], ['pre A', 'lower', 'done', 'ret']),
  'REG-014': caseOf((settings) => {
    const rig = makeRig([{ name: 'A', altitude: '1', registration: operations([IRP_MJ_CREATE, FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO, passOn, null]) }], undefined, { assumptions: settings });
    rig.issue({ major: IRP_MJ_CREATE, member: null, values: {}, fileObject: new FILE_OBJECT({ id: 'fo', volume: 'V1', name: '' }) });
    return rig.calls[0];
  }, 'pre A', 'lower'),
  'REG-018': caseOf((settings) => lifeOf(settings).load('A', { returns: STATUS_UNSUCCESSFUL }), STATUS_FAILED_DRIVER_ENTRY, STATUS_UNSUCCESSFUL),
  'REG-019': caseOf((settings) => {
    const statuses: unknown[] = [];
    after(settings, (life) => life.as('A', () => void statuses.push(life.call('FltRegisterFilter', null, {}, box()))));
    return statuses;
  }, [STATUS_OBJECT_NAME_COLLISION], [STATUS_INVALID_PARAMETER]),
  'REG-021': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { also: () => void life.calls.push('end of DriverEntry') });
    return life.calls;
  }, ['setup A 1 V1', 'end of DriverEntry'], ['end of DriverEntry', 'setup A 1 V1']),
  'REG-024': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { returns: STATUS_UNSUCCESSFUL });
    return life.engine.filterState('A');
  }, 'absent', 'filtering'),
  'REG-025': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', twoDefinitions);
    return teardowns(life, () => void life.engine.unloadFilter('A'));
  }, ['start High', 'complete High', 'start Low', 'complete Low'], ['start Low', 'complete Low', 'start High', 'complete High']),
  'REG-030': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { registration: { FilterUnloadCallback: null } });
    return life.engine.unloadFilter('A', { mandatory: true }).result;
  }, STATUS_INVALID_DEVICE_REQUEST, STATUS_FLT_DO_NOT_DETACH),
  'REG-033': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { registration: { FilterUnloadCallback: () => STATUS_SUCCESS } });
    life.engine.unloadFilter('A');
    return life.engine.filterState('A');
  }, 'absent', 'filtering'),
  'REG-036': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A');
    let status: unknown = 'waits';
    try {
      life.as('A', () => void (status = life.call('FltUnloadFilter', 'A')));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'Deadlock') throw error;
    }
    return status;
  }, 'waits', STATUS_FLT_DELETING_OBJECT),
  'OV-016': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { registration: operations([IRP_MJ_READ, 0, passOn, null]) });
    return life.rig.violationIds();
  }, [], ['OV-016']),
};

const altitudes: SwitchTable = {
  'ALT-002': caseOf((settings) => attaching(settings, '123.', 'Two').status, STATUS_INVALID_PARAMETER, STATUS_SUCCESS),
  'ALT-005': caseOf((settings) => attaching(settings, '100.0', 'Two').status, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_SUCCESS),
  'ALT-006': caseOf((settings) => {
    const { life } = attaching(settings, '50', 'Two');
    const [one, two] = life.instances('A');
    const answers: number[] = [];
    life.as('A', () => void answers.push(Number(life.call('FltCompareInstanceAltitudes', one?.handle, two?.handle)), Number(life.call('FltCompareInstanceAltitudes', two?.handle, one?.handle))));
    return [answers, answers.map(Math.sign)];
  }, [[1, -1], [1, -1]], [[2, -2], [1, -1]]),
  'ALT-009': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { group: 'FSFilter Anti-Virus', altitude: '329999.5' });
    return life.rig.violationIds();
  }, [], ['OV-021']),
  'ALT-011': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { group: 'FSFilter Anti-Virus', altitude: '329999' });
    return life.rig.violationIds();
  }, [], ['OV-021']),
  'ALT-021': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', twoDefinitions);
    return names(life.instances('A'));
  }, ['Low', 'High'], ['High', 'Low']),
  'ALT-023': caseOf((settings) => {
    const life = lifeOf(settings);
    life.addVolume({ name: 'V2' });
    life.load('A');
    return life.instances('A').length;
  }, 2, 1),
  'ALT-025': caseOf((settings) => attaching(settings, '100', 'Two').status, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION, STATUS_OBJECT_NAME_COLLISION),
  'ALT-026': caseOf((settings) => attaching(settings, '100', 'One').status, STATUS_FLT_INSTANCE_NAME_COLLISION, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION),
  'ALT-027': caseOf((settings) => attaching(settings, '50', '').name, 'A - 50', 'A50'),
  'ALT-028': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A');
    life.load('B', { altitude: '320000' });
    return life.statuses;
  }, [STATUS_SUCCESS, STATUS_SUCCESS], [STATUS_SUCCESS, STATUS_FLT_INSTANCE_ALTITUDE_COLLISION]),
  'ALT-029': caseOf((settings) => attaching(settings, '100', 'Two').life.rig.violationIds(), ['FV-103'], []),
};

const volumes: SwitchTable = {
  'VOL-011': caseOf((settings) => {
    const life = lifeOf(settings);
    life.addVolume({ name: 'V2' });
    life.load('A');
    return life.calls;
  }, ['setup A 1 V1', 'setup A 1 V2'], ['setup A 1 V2', 'setup A 1 V1']),
  'VOL-012': caseOf((settings) => after(settings, ({ engine }) => void engine.mountVolume({ name: 'V2' })), [], ['setup A 5 V2']),
  'VOL-015': caseOf((settings) => {
    const rig = makeRig([], undefined, { assumptions: settings });
    const seen: string[] = [];
    const life = rig.engine;
    rig.engine.runDriverEntry({ name: 'B' }, () => {
      const filter = box<object>();
      rig.call('FltRegisterFilter', null, { ...operations([IRP_MJ_READ, 0, () => (seen.push('pre B'), FLT_PREOP_SUCCESS_NO_CALLBACK), null]), InstanceSetupCallback: () => {
        rig.issue();
        seen.push('end of setup');
        return STATUS_SUCCESS;
      } }, filter);
      return Number(rig.call('FltStartFiltering', filter.value));
    });
    life.attach(rig.filter('B'), rig.volume, '2', 'B');
    rig.issue();
    return seen;
  }, ['end of setup', 'pre B'], ['pre B', 'end of setup', 'pre B']),
  'VOL-016': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { registration: { InstanceSetupCallback: () => STATUS_FLT_DO_NOT_ATTACH } });
    return life.calls.map((call) => call.split(' ')[0]);
  }, [], ['start', 'complete']),
  'VOL-017': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { start: false });
    return life.engine.attachVolume(life.rig.filter('A'), life.volume, 'Nobody').result?.status;
  }, STATUS_FLT_FILTER_NOT_READY, STATUS_OBJECT_NAME_NOT_FOUND),
  'VOL-022': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', { registration: { InstanceQueryTeardownCallback: null } });
    return life.engine.detachVolume(life.rig.filter('A'), life.volume, null).result;
  }, STATUS_FLT_DO_NOT_DETACH, STATUS_NOT_SUPPORTED),
  'VOL-023': caseOf((settings) => {
    const life = lifeOf(settings);
    const kept: unknown[] = [];
    life.load('A', { registration: operations([IRP_MJ_READ, 0, (data) => (kept.push(data), 2), null]) });
    life.rig.issue();
    const call = life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    const before = call.result;
    life.as('A', () => void life.call('FltCompletePendedPreOperation', kept[0], FLT_PREOP_SUCCESS_NO_CALLBACK, null));
    life.engine.settle();
    return [before, call.result];
  }, [null, STATUS_SUCCESS], [STATUS_SUCCESS, STATUS_SUCCESS]),
  'VOL-030': caseOf((settings) => {
    const life = lifeOf({ ...settings }, { lowerDevice: { dispatch: () => ({ kind: 'pend' }) } });
    const seen: string[] = [];
    life.load('A', { registration: { ...operations([IRP_MJ_READ, 0, null, () => (seen.push('drain'), 0)]), InstanceTeardownStartCallback: () => void seen.push('start') } });
    life.rig.issue();
    life.engine.detachVolume(life.rig.filter('A'), life.volume, null);
    return seen;
  }, ['start', 'drain'], ['drain', 'start']),
  'VOL-032': ownVector(`
    stack: A@1
    do: A.pre = race-teardown; => PENDING
    op: IRP READ T1 P
    fsd: sync SUCCESS/4096
  `, ['final: PENDED'], ['fsd T1 P', 'final: SUCCESS/4096']),
  'VOL-033': ownVector(`
    stack: A@1
    op: IRP READ T1 P
    op: IRP READ T2 P
    ev: teardown A W1
    fsd#1: pend
    fsd#2: pend
  `, ['post A W1 P st=FLT_POST_OPERATION_CLEANUP/0 cc=NULL fl=DRAINING => FINISHED', '#2 post A W1 P st=FLT_POST_OPERATION_CLEANUP/0 cc=NULL fl=DRAINING => FINISHED'],
  ['#2 post A W1 P st=FLT_POST_OPERATION_CLEANUP/0 cc=NULL fl=DRAINING => FINISHED', 'post A W1 P st=FLT_POST_OPERATION_CLEANUP/0 cc=NULL fl=DRAINING => FINISHED']),
  'VOL-041': ownVector(`
    stack: A@1
    do: A.pre = => PENDING
    do: A.tstart = complete-pre WITH_CB
    op: IRP READ T1 P
    ev: teardown A W1
    ev: complete X1 P SUCCESS/4096
    fsd: pend
  `, ['post A W1 P st=FLT_POST_OPERATION_CLEANUP/0 cc=NULL fl=DRAINING => FINISHED'], ['post A X1 P st=SUCCESS/4096 cc=NULL => FINISHED']),
  'VOL-043': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', twoDefinitions);
    return teardowns(life, () => void life.engine.unloadFilter('A'));
  }, ['start High', 'complete High', 'start Low', 'complete Low'], ['start High', 'start Low', 'complete High', 'complete Low']),
  'VOL-050': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', twoDefinitions);
    return teardowns(life, () => void life.engine.dismountVolume(life.volume));
  }, ['start High', 'complete High', 'start Low', 'complete Low'], ['start Low', 'complete Low', 'start High', 'complete High']),
  'VOL-052': caseOf((settings) => {
    const { engine, volume } = lifeOf(settings);
    engine.dismountVolume(volume);
    return engine.mountVolume(volume) === volume;
  }, false, true),
  'VOL-060': caseOf((settings) => {
    const life = lifeOf(settings);
    life.load('A', twoDefinitions);
    const list: unknown[] = [null, null];
    life.as('A', () => void life.call('FltEnumerateInstances', life.volume.handle, null, list, 2, box()));
    return list.map((handle) => life.instances('A').find((one) => one.handle === handle)?.name);
  }, ['High', 'Low'], ['Low', 'High']),
};

export const lifecycleSwitches: SwitchTable = { ...registration, ...altitudes, ...volumes };
